/* chosen.h -- whom a change by hand is about: codes that were typed, a list of codes, a saved set.
 */
#pragma once

#include "activation/saved_sets.h"
#include "app/app.h"
#include "segment/forming.h"

typedef struct {
    const Text *codes;
    size_t codes_count;
    Text list;      /* one code on a line, as code_list_read has it; data NULL: none was given */
    Text list_name; /* of the file it was read from; may be empty */
    Text set;       /* name of a saved set; data NULL: none was given */
} ChosenSource;

/* All of them together, each once; what the list held. */
typedef struct {
    const CustomerId *customers;
    size_t count;
    CodeList list;     /* its set is freed; unknown codes are passed over */
    HandSource source; /* for a HandEdit; of codes that were typed and others together: typed */
    Text source_name;
} Chosen;

/* errors  NOT_FOUND names an unknown code that was typed, or the set; INVALID when nothing was
 *         given; CONFLICT when nobody is meant */
MUST_CHECK Status chosen_read(App *app, const ChosenSource *source, Arena *arena,
                              Chosen *ret_chosen, Error *err);
