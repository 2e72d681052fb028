/* groups.h -- numbers of which equal ones stand together within a row, as the lines of one order
 * do: then a group is counted by a bit at its end, and nothing is looked at event by event. */
#pragma once

#include "engine/kernels.h"

/* Numbers in a byte of consecutive rows; 0 is missing. */
typedef struct {
    const uint8_t *numbers; /* of event offsets[0] */
    const uint32_t *offsets;
    size_t rows_count;
    uint64_t different_count; /* of the rows together: how many different numbers each has */
} RowNumbers;

/* Mark the ends of rows: a bit at the last event of each one that has any. */
void groups_mark_rows(const uint32_t *offsets, size_t rows_count, uint64_t *bits);

/* Whether equal numbers of a row always stand next to each other. Then ret_ends has a bit at the
 * last of each group, ret_present one at each number that is not missing; both have
 * bit_words(events) words. */
bool groups_find(const RowNumbers *rows, const Kernels *kernels, uint64_t *ret_ends,
                 uint64_t *ret_present);
/* Of the groups leave those that have a chosen number: the others' bits are taken from `ends`.
 * Missing numbers are not chosen. */
void groups_keep_chosen(const uint64_t *chosen, const uint64_t *present, size_t words_count,
                        uint64_t *ends);
