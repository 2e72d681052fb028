/* composition.h -- the customers of an answer: who is in, in which order, and what the values come
 * to. */
#pragma once

#include "eval/eval.h"

typedef struct {
    const EvalResult *result;
    const Type *types; /* of the expressions */
    /* The expression that decides: a customer is in when a rule is true for him, or any other
     * expression has a value. */
    size_t chooser;
    /* Order: by code (code points), or by the values of an expression, customers without a value
     * last, ties by code. */
    bool has_sort;
    size_t sort;
    bool is_descending;
} CompositionQuery;

/* Indexes into result->customers of those who are in, in order. */
typedef struct {
    const size_t *rows;
    size_t rows_count;
} Composition;

/* cost  O(n log n) comparisons of the n customers that are in */
Composition composition_of(const CompositionQuery *query, Arena *arena);

/* What the values of one expression over all customers come to; missing ones do not count. */
typedef struct {
    size_t with_value;
    Value min, max; /* missing when no customer has a value, or the type has no order */
    Value sum;      /* exact, for decimals; a ratio for ratios; missing for other types */
    Value average;  /* ratio; missing for other types */
} ValueSummary;

/* errors  LIMIT when an exact sum goes beyond 18 digits */
MUST_CHECK Status value_summary(const EvalResult *result, size_t expression, Type type,
                                ValueSummary *ret_summary, Error *err);
