/* composition.h -- what an answer comes to: who is in, in which order, the sum of the values.
 *
 * Customers and values are given one by one, so that any engine can tell its answer. */
#pragma once

#include "eval/eval.h"

/* The first customers in an order: by code (code points), or by a key, customers without a key
 * last, ties by code. */
typedef struct {
    size_t index; /* the caller's */
    Text code;
    Value key; /* missing without a sort */
} SelectionEntry;

typedef struct {
    size_t count_max; /* keep so many: the first ones; SIZE_MAX: all */
    bool is_descending;
    const SelectionEntry *after; /* only those behind it; NULL: from the beginning */
    /* After selection_finish: in order. */
    bool is_cut;           /* some more came than were kept */
    SelectionEntry *items; /* owned */
    size_t count, capacity;
} Selection;

/* cost  amortized O(log count_max) comparisons */
void selection_add(Selection *selection, SelectionEntry entry);
void selection_finish(Selection *selection);
void selection_done(Selection *selection); /* frees */

/* What values come to; missing ones do not count. */
typedef struct {
    size_t with_value;
    Value min, max; /* missing when there is no value, or the type has no order */
    Value sum;      /* exact, for decimals; a ratio for ratios; missing for other types */
    Value average;  /* ratio; missing for other types */
} ValueSummary;

typedef struct {
    ValueSummary summary;
    Int128 decimals;
    double ratios;
} Summing; /* begins zeroed */

void summing_add(Summing *summing, Value value); /* texts are borrowed until the end */
/* errors  LIMIT when an exact sum goes beyond 18 digits */
MUST_CHECK Status summing_end(const Summing *summing, Type type, ValueSummary *ret_summary,
                              Error *err);
