/* sql_functions.h -- functions that the generated SQL needs and SQLite lacks.
 *
 * NULL gives NULL unless said otherwise. A wide number is an integer of 128 bits: an INTEGER or,
 * over 64 bits, its decimal TEXT.
 *
 *   within_18_digits(x)        the wide x as INTEGER; LIMIT when it has more digits, or is a REAL,
 *                              which SQLite makes of integers that overflow
 *   exact_sum(upper, lower)    upper * 10^9 + lower, within 18 digits
 *   finite(x)                  x, NULL when it is not finite
 *   checked(..)                NULL; its arguments are there to fail
 *   round_decimal(x, scale)    to a whole number, halves away from zero; x is a mantissa
 *   floor_decimal(x, scale)
 *   round_ratio(x)
 *   wide_multiply(a, b), wide_subtract(a, b), wide_sum(x) over rows, wide_real(x)
 *   bucket(salt, code)
 *   was_member(segment, customer, day), in_saved_set(set, customer),
 *   entered(segment, customer, first, last), left_segment(..)   first NULL: no beginning; 0 or 1
 *   class_on(classification, customer, day), score(score, customer, day)   NULL when there is none
 */
#pragma once

#include "eval/eval.h"
#include "store/query_function.h"

/* The functions; those of stored sets ask `lookups` (NULL: no stored sets exist), which must
 * outlive them. */
const QueryFunction *sql_functions_of(const Lookups *lookups, Arena *arena, size_t *ret_count);
