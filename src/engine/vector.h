/* vector.h -- values of one step for consecutive positions: customers of a block, or events.
 *
 * Positions beyond the need they were computed for hold anything. Bits are in 64-bit words; those
 * beyond the last position are 0 in `present` and in conditions. */
#pragma once

#include "columns/image.h"

typedef enum {
    LANE_BITS,     /* TYPE_BOOL; 0 where missing */
    LANE_INTEGERS, /* TYPE_DECIMAL, TYPE_DATE, TYPE_MOMENT */
    LANE_RATIOS,   /* TYPE_RATIO */
    LANE_TEXTS,    /* TYPE_TEXT, TYPE_HIERARCHY (the whole path): views, not folded */
    LANE_SETS,     /* TYPE_TEXT_SET, TYPE_HIERARCHY_SET */
    LANE_ITEMS     /* TYPE_ITEM: rows of the image's items from 1 */
} LaneKind;

typedef struct {
    LaneKind kind;
    const uint64_t *present; /* a bit per position; NULL: none is missing */
    union {
        const uint64_t *bits;
        const int64_t *integers;
        const double *ratios;
        const Text *texts;
        const TextSet *sets;
        const uint32_t *items;
    } as;
} Vector;

enum { BLOCK_WORDS_COUNT = IMAGE_BLOCK_ROWS / 64 };

static inline size_t bit_words(size_t bits_count)
{
    return (bits_count + 63) / 64;
}
static inline bool bit_at(const uint64_t *bits, size_t position)
{
    return (bits[position / 64] >> (position % 64) & 1) != 0;
}
