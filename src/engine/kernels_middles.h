/* kernels_middles.h -- the middle numbers of eight rows at a time, each row in a lane of its own,
 * for the levels that have registers of eight numbers. Nothing is left for the processor to guess:
 * rows are sorted by a network of places, as many places whatever their length. */
#pragma once

#include "engine/kernels_common.h"

#include <immintrin.h>

enum { LANES = 8, LANES_PICKED = 5 };

/* The chosen numbers of a row, when they lie one after another. */
typedef struct {
    uint32_t first, count;
    bool is_run;
} RowRun;

/* A long row is no run here: it is better looked at by itself. */
static inline RowRun run_of_row(const uint64_t *mask, uint32_t begin, uint32_t end)
{
    uint32_t length = end - begin;
    if (mask == NULL) return (RowRun){begin, length, true};
    if (length > 64) return (RowRun){0, 0, false};
    uint32_t first = length == 0 ? 0 : begin, last = length == 0 ? 0 : end - 1;
    uint64_t low = mask[first / 64] >> first % 64;
    /* where it is the same word these bits lie behind the row */
    uint64_t high = mask[last / 64] << 1 << (63 - first % 64);
    uint64_t bits = _bzhi_u64(low | high, length);
    uint32_t skipped = bits == 0 ? 0 : (uint32_t)__builtin_ctzll(bits);
    uint64_t run = bits >> skipped;
    return (RowRun){first + skipped, (uint32_t)__builtin_popcountll(bits), (run & (run + 1)) == 0};
}

/* Numbers of eight rows; at each place KERNEL_FEW numbers may be read. */
typedef struct {
    const uint32_t *at[LANES];
    uint32_t counts[LANES];
    size_t rows[LANES];
} EightRows;

static inline __m256i load_eight(const uint32_t *numbers)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)numbers);
}

static inline void store_eight(uint32_t *numbers, __m256i eight)
{
    _mm256_storeu_si256((__m256i *)(void *)numbers, eight);
}

/* Number j of register i becomes number i of register j. */
static inline void turn_eight(__m256i v[LANES])
{
    __m256i pairs[LANES], fours[LANES];
    for (size_t i = 0; i < LANES; i += 2) {
        pairs[i] = _mm256_unpacklo_epi32(v[i], v[i + 1]);
        pairs[i + 1] = _mm256_unpackhi_epi32(v[i], v[i + 1]);
    }
    for (size_t i = 0; i < LANES; i += 4)
        for (size_t k = 0; k < 2; k++) {
            fours[i + 2 * k] = _mm256_unpacklo_epi64(pairs[i + k], pairs[i + k + 2]);
            fours[i + 2 * k + 1] = _mm256_unpackhi_epi64(pairs[i + k], pairs[i + k + 2]);
        }
    for (size_t i = 0; i < 4; i++) {
        v[i] = _mm256_permute2x128_si256(fours[i], fours[i + 4], 0x20);
        v[i + 4] = _mm256_permute2x128_si256(fours[i], fours[i + 4], 0x31);
    }
}

/* Places first .. first + 7 of each row; what a row does not have is greater than all. */
static inline void load_places(const EightRows *rows, uint32_t first, __m256i v[LANES])
{
    __m256i counts = load_eight(rows->counts);
    for (size_t i = 0; i < LANES; i++)
        v[i] = load_eight(rows->at[i] + first);
    turn_eight(v);
    for (size_t i = 0; i < LANES; i++) {
        __m256i needed = _mm256_set1_epi32((int)(first + i + 1));
        v[i] = _mm256_or_si256(v[i], _mm256_cmpgt_epi32(needed, counts));
    }
}

static inline void order_two(__m256i *less, __m256i *greater)
{
    __m256i least = _mm256_min_epu32(*less, *greater);
    *greater = _mm256_max_epu32(*less, *greater);
    *less = least;
}

/* Nineteen comparisons, which is the least for eight places. */
static inline void sort_eight(__m256i v[LANES])
{
    order_two(&v[0], &v[1]);
    order_two(&v[2], &v[3]);
    order_two(&v[4], &v[5]);
    order_two(&v[6], &v[7]);
    order_two(&v[0], &v[2]);
    order_two(&v[1], &v[3]);
    order_two(&v[4], &v[6]);
    order_two(&v[5], &v[7]);
    order_two(&v[1], &v[2]);
    order_two(&v[5], &v[6]);
    order_two(&v[0], &v[4]);
    order_two(&v[3], &v[7]);
    order_two(&v[1], &v[5]);
    order_two(&v[2], &v[6]);
    order_two(&v[1], &v[4]);
    order_two(&v[3], &v[6]);
    order_two(&v[2], &v[4]);
    order_two(&v[3], &v[5]);
    order_two(&v[3], &v[4]);
}

/* Of each lane the number at its place. */
static inline __m256i pick(const __m256i v[LANES_PICKED], __m256i places)
{
    __m256i picked = v[0];
    for (int i = 1; i < LANES_PICKED; i++) {
        __m256i is_here = _mm256_cmpeq_epi32(places, _mm256_set1_epi32(i));
        picked = _mm256_blendv_epi8(picked, v[i], is_here);
    }
    return picked;
}

/* Of sorted places from `first` on those in the middle of each row. */
static inline void pick_middles(const EightRows *rows, const __m256i v[LANES_PICKED], int first,
                                uint32_t *ret_lows, uint32_t *ret_highs)
{
    __m256i counts = load_eight(rows->counts), skipped = _mm256_set1_epi32(first);
    __m256i before = _mm256_sub_epi32(counts, _mm256_set1_epi32(1));
    store_eight(ret_lows, pick(v, _mm256_sub_epi32(_mm256_srli_epi32(before, 1), skipped)));
    store_eight(ret_highs, pick(v, _mm256_sub_epi32(_mm256_srli_epi32(counts, 1), skipped)));
}

/* Of rows with 1 .. 8 numbers; others get anything. */
static inline void middles_of_eight(const EightRows *rows, uint32_t *ret_lows, uint32_t *ret_highs)
{
    __m256i v[LANES];
    load_places(rows, 0, v);
    sort_eight(v);
    pick_middles(rows, v, 0, ret_lows, ret_highs);
}

/* Of rows with 9 .. 16 numbers: their middles are the fifth to the ninth. The lesser eight of two
 * sorted halves are the lesser of one half's and the other's from behind. */
static inline void middles_of_sixteen(const EightRows *rows, uint32_t *ret_lows,
                                      uint32_t *ret_highs)
{
    __m256i a[LANES], b[LANES], ninth = _mm256_set1_epi32(-1);
    load_places(rows, 0, a);
    load_places(rows, LANES, b);
    sort_eight(a);
    sort_eight(b);
    for (size_t i = 0; i < LANES; i++) {
        ninth = _mm256_min_epu32(ninth, _mm256_max_epu32(a[i], b[LANES - 1 - i]));
        a[i] = _mm256_min_epu32(a[i], b[LANES - 1 - i]);
    }
    for (size_t i = 0; i < 4; i++)
        order_two(&a[i], &a[i + 4]);
    order_two(&a[4], &a[6]);
    order_two(&a[5], &a[7]);
    order_two(&a[4], &a[5]);
    order_two(&a[6], &a[7]);
    const __m256i picked[LANES_PICKED] = {a[4], a[5], a[6], a[7], ninth};
    pick_middles(rows, picked, 4, ret_lows, ret_highs);
}

/* ---- all rows ---- */

typedef struct {
    KernelEvents events;
    const uint32_t *numbers;
    KernelMiddles *middles;
    EightRows longer; /* rows with 9 .. 16 numbers, until there are eight */
    size_t longer_count;
} Middles;

static inline void finish_longer(Middles *all)
{
    uint32_t lows[LANES], highs[LANES];
    for (size_t i = all->longer_count; i < LANES; i++)
        all->longer.at[i] = all->longer.at[0];
    middles_of_sixteen(&all->longer, lows, highs);
    for (size_t i = 0; i < all->longer_count; i++) {
        all->middles->lows[all->longer.rows[i]] = lows[i];
        all->middles->highs[all->longer.rows[i]] = highs[i];
    }
    all->longer_count = 0;
}

/* A row of more than eight numbers, or whose numbers are no run. */
static inline void add_hard_row(Middles *all, size_t row, RowRun run)
{
    const KernelEvents *events = &all->events;
    uint32_t begin = events->offsets[row] - events->offsets[0];
    uint32_t end = events->offsets[row + 1] - events->offsets[0];
    if (!run.is_run) {
        kernel_middles_of_row(events->mask, begin, end, all->numbers, row, all->middles);
        return;
    }
    if (run.count > KERNEL_FEW) return;
    size_t place = all->longer_count++;
    all->longer.at[place] = all->numbers + run.first;
    all->longer.counts[place] = run.count;
    all->longer.rows[place] = row;
    if (all->longer_count == LANES) finish_longer(all);
}

/* From a row on; those beyond the last one are the last one again. */
static inline void add_eight_rows_of(Middles *all, size_t row)
{
    const KernelEvents *events = &all->events;
    const uint32_t *offsets = events->offsets;
    size_t last = events->rows_count - 1;
    EightRows eight;
    RowRun runs[LANES];
    uint32_t are_hard = 0;
    for (size_t i = 0; i < LANES; i++) {
        size_t at = row + i < last ? row + i : last;
        runs[i] = run_of_row(events->mask, offsets[at] - offsets[0], offsets[at + 1] - offsets[0]);
        eight.at[i] = all->numbers + runs[i].first;
        eight.counts[i] = runs[i].count;
        bool is_hard = !runs[i].is_run | (runs[i].count > LANES);
        are_hard |= (uint32_t)(is_hard & (row + i <= last)) << i;
    }
    middles_of_eight(&eight, all->middles->lows + row, all->middles->highs + row);
    memcpy(all->middles->counts + row, eight.counts, sizeof eight.counts);
    for (; are_hard != 0; are_hard &= are_hard - 1) {
        size_t i = (size_t)__builtin_ctz(are_hard);
        add_hard_row(all, row + i, runs[i]);
    }
}

static void middles_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                            const uint32_t *numbers, KernelMiddles *ret_middles)
{
    Middles all = {
        .events = {offsets, rows_count, mask}, .numbers = numbers, .middles = ret_middles};
    if (offsets[rows_count] == offsets[0]) { /* the mask has no word */
        memset(ret_middles->counts, 0, rows_count * sizeof *ret_middles->counts);
        return;
    }
    for (size_t row = 0; row < rows_count; row += LANES)
        add_eight_rows_of(&all, row);
    if (all.longer_count > 0) finish_longer(&all);
}
