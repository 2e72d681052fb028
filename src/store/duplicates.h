/* duplicates.h -- customers who may be one: the same tax number, e-mail, phone or name. */
#pragma once

#include "model/language.h"
#include "store/store.h"

typedef enum {
#define DUPLICATE_SIGN(name, code, en, ru, uk) DUPLICATE_BY_##name,
#include "store/duplicate.def"
#undef DUPLICATE_SIGN
    DUPLICATE_SIGN_COUNT
} DuplicateSign;

const char *duplicate_sign_code(DuplicateSign sign);
Text duplicate_sign_label(DuplicateSign sign, Language language);

/* Customers with the same value of one or more signs. */
typedef struct {
    bool has_sign[DUPLICATE_SIGN_COUNT];
    Text values[DUPLICATE_SIGN_COUNT]; /* as one of them has it */
    const CustomerId *customers;       /* ascending, two or more */
    size_t customers_count;
    bool is_dismissed; /* somebody said that they are not one: when, and who */
    Moment dismissed_at;
    Text dismissed_by;
} DuplicateGroup;

/* Groups with the strongest signs first, then those with the most signs. Texts are compared folded;
 * phones by their last ten digits; tax numbers without spaces and signs. Values that are too short
 * to tell anybody apart do not count. `only`: groups that he is in; id 0: all.
 * cost  one pass over the customers and a sort for each sign; memory for the values of one sign.
 *       Of one customer: the passes, for those signs alone that he has */
MUST_CHECK Status store_find_duplicates(Store *store, CustomerId only, Arena *arena,
                                        DuplicateGroup **ret_groups, size_t *ret_count, Error *err);
