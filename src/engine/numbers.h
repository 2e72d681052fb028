/* numbers.h -- small arrays of whole numbers: sorted, counted, their middle. Pure functions on
 * memory of the caller; `spare` has room for as many numbers. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Ascending. cost  O(n) for many numbers, n^2 / 4 comparisons for a few dozen */
void numbers_sort(int64_t *numbers, int64_t *spare, size_t count);
/* How many different ones; leaves them in any order. */
size_t numbers_distinct(int64_t *numbers, int64_t *spare, size_t count);
/* The two in the middle of count > 0 numbers, the same one twice when count is odd. */
void numbers_middle(int64_t *numbers, int64_t *spare, size_t count, int64_t *ret_low,
                    int64_t *ret_high);
/* The most frequent of count > 0 numbers; of several the smallest. */
int64_t numbers_most_common(int64_t *numbers, int64_t *spare, size_t count);
