/* order.h -- customers by value, the greatest first. */
#pragma once

#include "analysis/column.h"
#include "base/arena.h"

/* Put `indexes` (places in `values`) in descending order of their values; equals keep the order in
 * which they were given.
 * memory  24 count bytes of scratch          cost  O(count) passes over 16 bits of the values each,
 *         as many as the values differ in */
void order_descending(const int64_t *values, uint32_t *indexes, size_t count);

/* The value at a place in ascending order: 0 is the least, count - 1 the greatest.
 * memory  8 count bytes of scratch           cost  O(count) */
int64_t order_select(const int64_t *values, size_t count, size_t rank);
