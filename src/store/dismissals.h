/* dismissals.h -- customers who look like one and are not: somebody looked and said so.
 *
 * What is said of several holds for any of them: a group of possible duplicates is dismissed when
 * all its customers stand in one dismissal. Somebody new among them is looked at again. */
#pragma once

#include "store/duplicates.h"

typedef struct {
    const CustomerId *customers;
    size_t count;
    Moment at;
    Text author;
} Dismissal;

/* Nothing changes when it was said of all of them already.
 * errors  INVALID for fewer than two different customers */
MUST_CHECK Status store_dismiss(Store *store, const Dismissal *dismissal, Error *err);
/* Take back everything that was said of all of these. NOT_FOUND when nothing was. */
MUST_CHECK Status store_undismiss(Store *store, const CustomerId *customers, size_t count,
                                  Error *err);

/* Note at each group what was said of its customers; authors live in the arena. */
MUST_CHECK Status dismissals_mark(Store *store, Arena *arena, DuplicateGroup *groups, size_t count,
                                  Error *err);
/* An erased person; a dismissal of one alone goes, too. */
MUST_CHECK Status dismissals_forget_customer(Store *store, CustomerId customer, Error *err);
