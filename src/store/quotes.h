/* quotes.h -- where people wrote the code of a customer into definitions and remarks. */
#pragma once

#include "store/store.h"

/* The codes that one customer has and had. */
typedef struct {
    Text *items;
    size_t count, capacity;
} CodesOfOne;

/* Definitions as they are now that hold one of the codes between quotation marks, and remarks that
 * hold it as a word. A word shorter than QUOTED_WORD_BYTES_MIN would be found anywhere: for such a
 * code remarks are not searched. Each place once, in the order of kinds.
 * cost: every definition and every remark is read */
enum { QUOTED_WORD_BYTES_MIN = 3 };
MUST_CHECK Status store_find_quotes(Store *store, const CodesOfOne *codes, Arena *arena,
                                    CodeQuote **ret_quotes, size_t *ret_count, Error *err);
