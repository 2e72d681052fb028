/* mapping.h -- saved mappings: the options of an import as JSON in the store. */
#pragma once

#include "ingest/ingest.h"

/* The options as one line of JSON. */
Text mapping_print(const ImportOptions *options, Arena *arena);
/* CORRUPT when the text is no mapping. */
MUST_CHECK Status mapping_parse(Text json, Arena *arena, ImportOptions *ret_options, Error *err);
/* What is given in `told` over what is in `saved`. */
ImportOptions mapping_merge(const ImportOptions *saved, const ImportOptions *told, Arena *arena);
