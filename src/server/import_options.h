/* import_options.h -- how a file is to be imported, as a member of a request: the same names and
 * codes as in a saved mapping. */
#pragma once

#include "server/request.h"

/* INVALID names the member; everything may be absent but "target". Texts are those of the JSON;
 * lists live in the arena. */
MUST_CHECK Status import_options_read(const json_t *object, Arena *arena,
                                      ImportOptions *ret_options, Error *err);
