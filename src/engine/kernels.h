/* kernels.h -- the inner loops: tests and sums over narrow columns, in the best instructions the
 * processor has. Every level gives the same bits. No kernel fails, allocates or knows what the
 * numbers mean.
 *
 * Inputs may be read up to IMAGE_SLACK_BYTES beyond their end. Bitmaps are written in whole words,
 * 0 beyond the last position; they begin at the first position whatever its place in the image. */
#pragma once

#include "engine/engine.h"

/* Stored numbers that mean base + factor * stored: of a Column, from some position on. */
typedef struct {
    const void *data;
    uint8_t width_bytes; /* 0 (all are base), 1, 2, 4 or 8 */
    int64_t base, factor;
} KernelColumn;

enum { KERNEL_SLICES = 32, KERNEL_FEW = 16, KERNEL_MANY = -1 };

/* Of rows; each array has room for KERNEL_FEW more. */
typedef struct {
    uint32_t *counts, *lows, *highs;
} KernelMiddles;

/* What a code of two bytes must meet to be one of a set of few: bits in three tables of 256, which
 * let through few others. Made once for a set. */
typedef struct {
    bool is_worth_it;        /* else nothing below is to be used: too many would be let through */
    uint64_t low[4];         /* of the lower eight bits of a code */
    uint16_t numbers[2];     /* of these two the lower 16 bits of the product with a code count: */
    uint64_t products[2][4]; /* the upper eight of them */
} CodeSieve;

typedef struct {
    EngineLevel level;

    /* bits[i] = low <= column[i] <= high, on stored unsigned numbers of 1, 2, 4 or 8 bytes. */
    void (*test_range)(const void *column, uint8_t width_bytes, size_t count, uint64_t low,
                       uint64_t high, uint64_t *ret_bits);
    /* bits[i] = bit column[i] of `codes`, which has a bit for every number that occurs; `sieve` is
     * theirs, or NULL. Widths 1, 2 and 4. */
    void (*test_codes)(const void *column, uint8_t width_bytes, size_t count, const uint64_t *codes,
                       const CodeSieve *sieve, uint64_t *ret_bits);
    /* bits[i] = numbers[i] differs from numbers[i + 1]; the last one does. */
    void (*test_changes)(const uint8_t *numbers, size_t count, uint64_t *ret_bits);
    /* numbers[i] = base + factor * column[i]; width 0: base. */
    void (*widen)(const void *column, uint8_t width_bytes, size_t count, int64_t base,
                  int64_t factor, int64_t *ret_numbers);
    /* bits[i] = left[i] < right[i], left[i] = right[i]. */
    void (*compare_less)(const int64_t *left, const int64_t *right, size_t count,
                         uint64_t *ret_bits);
    void (*compare_equal)(const int64_t *left, const int64_t *right, size_t count,
                          uint64_t *ret_bits);
    /* bits[i] = low <= numbers[i] <= high. */
    void (*test_numbers)(const int64_t *numbers, size_t count, int64_t low, int64_t high,
                         uint64_t *ret_bits);
    /* differences[i] = left[i] - right[i]; what leaves 64 bits wraps. */
    void (*subtract)(const int64_t *left, const int64_t *right, size_t count,
                     int64_t *ret_differences);
    /* Per customer r of `rows_count`: his events are offsets[r] - offsets[0] .. offsets[r+1] -
     * offsets[0] - 1 of `mask` (NULL: all chosen). */
    void (*count_per_row)(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                          int64_t *ret_counts);
    /* Sum of the numbers of the chosen events; column->data is that of event offsets[0]. The caller
     * has proved that no sum leaves 64 bits. */
    void (*sum_per_row)(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                        const KernelColumn *column, int64_t *ret_sums);
    /* Whether any event is chosen, a bit per row. */
    void (*any_per_row)(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                        uint64_t *ret_bits);
    /* Counts per column of bits, kept in slices: bit k of the count of column c is bit c % 64 of
     * word c / 64 of slice k. Adds the rows at `places` to them: row p begins at rows + p *
     * row_words, and its first 256 * groups_count columns count. Slices of 256 columns lie
     * together: slice k of group g at slices + (g * KERNEL_SLICES + k) * 4 words. places_count is a
     * multiple of 16; no count may reach 2^KERNEL_SLICES. */
    void (*add_rows)(const uint64_t *rows, size_t row_words, size_t groups_count,
                     const uint16_t *places, size_t places_count, uint64_t *slices);
    /* Places of the bits of words ^ flip, counted from the first bit of the first word; returns how
     * many. Up to 3 places more are written. At most 1024 words. */
    size_t (*list_bits)(const uint64_t *words, size_t words_count, uint64_t flip,
                        uint16_t *ret_places);
    /* Bit j of word i becomes bit i of word j, of 64 words. */
    void (*turn)(uint64_t *square);
    /* How many events are chosen, and of the numbers of 1 .. KERNEL_FEW of them the two in the
     * middle, the same one twice when their number is odd; anything otherwise. */
    void (*middles_per_row)(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                            const uint32_t *numbers, KernelMiddles *ret_middles);
    /* How many different numbers the chosen events have, not counting 0. Row r has at most
     * firsts[r + 1] - firsts[r] (firsts NULL: 1); KERNEL_MANY where that is over 254. */
    void (*distinct_per_row)(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                             const uint8_t *numbers, const uint32_t *firsts, int64_t *ret_counts);
    uint64_t (*count_bits)(const uint64_t *bits, size_t words_count);
    uint64_t (*count_common_bits)(const uint64_t *a, const uint64_t *b, size_t words_count);
} Kernels;

/* Of the codes whose bits are set. */
CodeSieve code_sieve_of(const uint64_t *codes, size_t words_count);

/* Those of a level; of the best one at most `level` that this processor has. */
const Kernels *kernels_of(EngineLevel level);
