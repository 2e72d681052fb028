/* kernels_common.h -- what the levels of kernels.h share: reading stored numbers one by one, last
 * words of bitmaps, and loops that the compiler makes fast with the instructions of each level.
 *
 * Sums and counts per row come from running totals of a chunk of events: a row's result is the
 * difference of two of them, so that rows of any length cost the same and nothing depends on where
 * they begin. All arithmetic is modulo 2^64; the caller has proved that results fit. */
#pragma once

#include "engine/kernels.h"
#include "engine/vector.h"

#include <string.h>

/* Events whose running totals are held at a time: 32-bit totals of them stay in the L1 cache, and
 * cannot wrap while every stored number is below KERNEL_SMALL. */
enum { KERNEL_CHUNK = 2048, KERNEL_CHUNK_WORDS = KERNEL_CHUNK / 64 };
#define KERNEL_SMALL (UINT64_C(1) << 21)

static inline uint64_t kernel_stored(const void *column, uint8_t width_bytes, size_t i)
{
    switch (width_bytes) {
    case 1: return ((const uint8_t *)column)[i];
    case 2: return ((const uint16_t *)column)[i];
    case 4: return ((const uint32_t *)column)[i];
    default: return ((const uint64_t *)column)[i];
    }
}

static inline const void *kernel_from(const void *column, uint8_t width_bytes, size_t first)
{
    return (const unsigned char *)column + first * width_bytes;
}

/* The greatest number a width holds. */
static inline uint64_t kernel_greatest(uint8_t width_bytes)
{
    return UINT64_MAX >> (64 - 8 * width_bytes);
}

/* The bits of at most 64 numbers. */
static inline uint64_t kernel_range_word(const void *column, uint8_t width_bytes, size_t count,
                                         uint64_t low, uint64_t high)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t stored = kernel_stored(column, width_bytes, i);
        word |= (uint64_t)(stored >= low && stored <= high) << i;
    }
    return word;
}

static inline uint64_t kernel_codes_word(const void *column, uint8_t width_bytes, size_t count,
                                         const uint64_t *codes)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)bit_at(codes, kernel_stored(column, width_bytes, i)) << i;
    return word;
}

/* The bits of at most 64 numbers and of the one behind them. */
static inline uint64_t kernel_changes_word(const uint8_t *numbers, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)(numbers[i] != numbers[i + 1]) << i;
    return word;
}

/* What is left of a bitmap of changes after its whole words. */
static inline void kernel_changes_end(const uint8_t *numbers, size_t count, uint64_t *ret_bits)
{
    size_t words = count / 64;
    if (count == 0) return;
    if (count % 64 != 0) ret_bits[words] = kernel_changes_word(numbers + 64 * words, count % 64);
    ret_bits[(count - 1) / 64] |= UINT64_C(1) << (count - 1) % 64;
}

static inline uint64_t kernel_less_word(const int64_t *left, const int64_t *right, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)(left[i] < right[i]) << i;
    return word;
}

static inline uint64_t kernel_equal_word(const int64_t *left, const int64_t *right, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)(left[i] == right[i]) << i;
    return word;
}

static inline uint64_t kernel_between_word(const int64_t *numbers, size_t count, int64_t low,
                                           int64_t high)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)(numbers[i] >= low && numbers[i] <= high) << i;
    return word;
}

/* ---- whole kernels, fast by the compiler's means ---- */

static inline void kernel_widen(const void *column, uint8_t width_bytes, size_t count, int64_t base,
                                int64_t factor, int64_t *ret_numbers)
{
    uint64_t add = (uint64_t)base, times = (uint64_t)factor;
    if (width_bytes == 0) {
        for (size_t i = 0; i < count; i++)
            ret_numbers[i] = base;
    } else if (width_bytes == 1) {
        const uint8_t *stored = column;
        for (size_t i = 0; i < count; i++)
            ret_numbers[i] = (int64_t)(add + times * stored[i]);
    } else if (width_bytes == 2) {
        const uint16_t *stored = column;
        for (size_t i = 0; i < count; i++)
            ret_numbers[i] = (int64_t)(add + times * stored[i]);
    } else if (width_bytes == 4) {
        const uint32_t *stored = column;
        for (size_t i = 0; i < count; i++)
            ret_numbers[i] = (int64_t)(add + times * stored[i]);
    } else {
        const uint64_t *stored = column;
        for (size_t i = 0; i < count; i++)
            ret_numbers[i] = (int64_t)(add + times * stored[i]);
    }
}

/* Four places at a time, some too many, for a steady pace. */
static inline size_t kernel_list_bits(const uint64_t *words, size_t words_count, uint64_t flip,
                                      uint16_t *ret_places)
{
    uint16_t *end = ret_places;
    for (size_t word = 0; word < words_count; word++) {
        uint64_t bits = words[word] ^ flip;
        uint16_t *at = end;
        end += __builtin_popcountll(bits);
        for (; at < end; at += 4)
            for (size_t i = 0; i < 4; i++, bits &= bits - 1) {
                uint64_t some = bits | UINT64_C(1) << 63;
                at[i] = (uint16_t)(word * 64 + (size_t)__builtin_ctzll(some));
            }
    }
    return (size_t)(end - ret_places);
}

/* Halves of ever smaller squares change places. */
static inline void kernel_turn_halves(uint64_t *square, unsigned half, uint64_t mask)
{
    for (unsigned first = 0; first < 64; first += 2 * half)
        for (unsigned i = first; i < first + half; i++) {
            uint64_t different = (square[i] >> half ^ square[i + half]) & mask;
            square[i] ^= different << half;
            square[i + half] ^= different;
        }
}

static inline void kernel_turn(uint64_t *square)
{
    kernel_turn_halves(square, 32, 0x00000000ffffffff);
    kernel_turn_halves(square, 16, 0x0000ffff0000ffff);
    kernel_turn_halves(square, 8, 0x00ff00ff00ff00ff);
    kernel_turn_halves(square, 4, 0x0f0f0f0f0f0f0f0f);
    kernel_turn_halves(square, 2, 0x3333333333333333);
    kernel_turn_halves(square, 1, 0x5555555555555555);
}

/* totals[i] = bits set in words 0 .. i-1; returns those of all. */
static inline uint32_t kernel_total_bits(const uint64_t *words, size_t words_count,
                                         uint32_t *ret_totals)
{
    uint32_t total = 0;
    for (size_t i = 0; i < words_count; i++) {
        ret_totals[i] = total;
        total += (uint32_t)__builtin_popcountll(words[i]);
    }
    return total;
}

/* The events of consecutive rows, as in Kernels. */
typedef struct {
    const uint32_t *offsets;
    size_t rows_count;
    const uint64_t *mask;
} KernelEvents;

/* Counting the chosen events before a position, chunk by chunk. Positions ascend from call to call
 * and none is beyond the last offset. */
typedef struct {
    const uint64_t *mask;
    size_t words_count; /* of the mask */
    size_t first_word;  /* of the chunk */
    uint64_t before;    /* chosen events before the chunk */
    uint32_t in_chunk;  /* chosen events of the chunk */
    uint32_t totals[KERNEL_CHUNK_WORDS + 1];
} KernelRank;

static inline void kernel_rank_load(KernelRank *rank)
{
    size_t left = rank->words_count - rank->first_word;
    size_t count = left < KERNEL_CHUNK_WORDS ? left : KERNEL_CHUNK_WORDS;
    rank->in_chunk = kernel_total_bits(rank->mask + rank->first_word, count, rank->totals);
    rank->totals[count] = rank->in_chunk;
}

static inline void kernel_rank_begin(KernelRank *rank, const uint64_t *mask, size_t events_count)
{
    rank->mask = mask;
    rank->words_count = bit_words(events_count);
    rank->first_word = 0;
    rank->before = 0;
    kernel_rank_load(rank);
}

static inline uint64_t kernel_rank_at(KernelRank *rank, uint32_t position)
{
    size_t word = position / 64;
    while (word - rank->first_word >= KERNEL_CHUNK_WORDS &&
           rank->words_count - rank->first_word > KERNEL_CHUNK_WORDS) {
        rank->before += rank->in_chunk;
        rank->first_word += KERNEL_CHUNK_WORDS;
        kernel_rank_load(rank);
    }
    if (word >= rank->words_count) return rank->before + rank->in_chunk;
    uint64_t below = rank->mask[word] & ~(~UINT64_C(0) << position % 64);
    return rank->before + rank->totals[word - rank->first_word] +
           (uint64_t)__builtin_popcountll(below);
}

/* ---- few chosen events: from each to its row, instead of from each row to its events ---- */

/* Whether so few are chosen that finding their rows is less than going through all rows. */
static inline bool kernel_are_few(const KernelEvents *events)
{
    enum { ROWS_PER_EVENT = 8 };
    uint64_t count = 0, most = events->rows_count / ROWS_PER_EVENT;
    size_t words = bit_words(events->offsets[events->rows_count] - events->offsets[0]);
    if (events->mask == NULL) return false;
    for (size_t i = 0; i < words; i++)
        count += (uint64_t)__builtin_popcountll(events->mask[i]);
    return count <= most;
}

/* The row of an event, which is not before `row`. Of the nearest rows those that end before it are
 * counted: where among them it lies, as it mostly does, is not to be guessed by the processor. Then
 * steps that double, then halves. */
static inline size_t kernel_row_of(const KernelEvents *events, size_t row, size_t event)
{
    enum { NEAR_ROWS = 16 };
    const uint32_t *ends = events->offsets + 1;
    uint32_t at = events->offsets[0] + (uint32_t)event;
    size_t step = 1;
    if (row + NEAR_ROWS <= events->rows_count) {
        uint32_t before = 0;
        for (size_t i = 0; i < NEAR_ROWS; i++)
            before += ends[row + i] <= at;
        row += before;
        if (before < NEAR_ROWS) return row;
    }
    for (; row + step < events->rows_count && ends[row + step] <= at; step *= 2)
        row += step;
    for (; step > 0; step /= 2)
        if (row + step - 1 < events->rows_count && ends[row + step - 1] <= at) row += step;
    return row;
}

/* For every chosen event and its row, both ascending. */
#define KERNEL_FOR_EACH_FEW(event, row, events)                                                \
    for (size_t row = 0, word_ = 0,                                                            \
                words_ =                                                                       \
                    bit_words((events)->offsets[(events)->rows_count] - (events)->offsets[0]); \
         word_ < words_; word_++)                                                              \
        for (uint64_t bits_ = (events)->mask[word_]; bits_ != 0; bits_ &= bits_ - 1)           \
            for (size_t event = word_ * 64 + (size_t)__builtin_ctzll(bits_), once_ = 1;        \
                 once_ != 0 && (row = kernel_row_of((events), row, event), true); once_ = 0)

static inline void kernel_count_per_row(const uint32_t *offsets, size_t rows_count,
                                        const uint64_t *mask, int64_t *ret_counts)
{
    if (mask == NULL) {
        for (size_t row = 0; row < rows_count; row++)
            ret_counts[row] = (int64_t)offsets[row + 1] - (int64_t)offsets[row];
        return;
    }
    KernelEvents events = {offsets, rows_count, mask};
    if (kernel_are_few(&events)) {
        memset(ret_counts, 0, rows_count * sizeof *ret_counts);
        KERNEL_FOR_EACH_FEW(event, row, &events)
        ret_counts[row]++;
        return;
    }
    KernelRank rank;
    kernel_rank_begin(&rank, mask, offsets[rows_count] - offsets[0]);
    uint64_t before = 0;
    for (size_t row = 0; row < rows_count; row++) {
        uint64_t total = kernel_rank_at(&rank, offsets[row + 1] - offsets[0]);
        ret_counts[row] = (int64_t)(total - before);
        before = total;
    }
}

static inline void kernel_any_per_row(const uint32_t *offsets, size_t rows_count,
                                      const uint64_t *mask, uint64_t *ret_bits)
{
    memset(ret_bits, 0, bit_words(rows_count) * sizeof *ret_bits);
    if (mask == NULL) {
        for (size_t row = 0; row < rows_count; row++)
            ret_bits[row / 64] |= (uint64_t)(offsets[row + 1] > offsets[row]) << row % 64;
        return;
    }
    KernelEvents events = {offsets, rows_count, mask};
    if (kernel_are_few(&events)) {
        KERNEL_FOR_EACH_FEW(event, row, &events)
        ret_bits[row / 64] |= UINT64_C(1) << row % 64;
        return;
    }
    KernelRank rank;
    kernel_rank_begin(&rank, mask, offsets[rows_count] - offsets[0]);
    uint64_t before = 0;
    for (size_t row = 0; row < rows_count; row++) {
        uint64_t total = kernel_rank_at(&rank, offsets[row + 1] - offsets[0]);
        ret_bits[row / 64] |= (uint64_t)(total > before) << row % 64;
        before = total;
    }
}

/* ---- the events of one row ---- */

/* Going through the chosen events of begin .. end-1 by words; mask NULL: all. */
typedef struct {
    const uint64_t *mask;
    size_t word, last; /* word > last at the end */
    uint64_t bits, last_mask;
} KernelBits;

static inline uint64_t kernel_word_of(const KernelBits *at)
{
    uint64_t word = at->mask == NULL ? ~UINT64_C(0) : at->mask[at->word];
    return at->word == at->last ? word & at->last_mask : word;
}

static inline KernelBits kernel_bits(const uint64_t *mask, uint32_t begin, uint32_t end)
{
    if (begin == end) return (KernelBits){.word = 1};
    KernelBits at = {.mask = mask,
                     .word = begin / 64,
                     .last = (end - 1) / 64,
                     .last_mask = ~UINT64_C(0) >> (63 - (end - 1) % 64)};
    at.bits = kernel_word_of(&at) & ~UINT64_C(0) << (begin % 64);
    return at;
}

static inline void kernel_bits_next(KernelBits *at)
{
    if (++at->word <= at->last) at->bits = kernel_word_of(at);
}

static inline size_t kernel_bit(const KernelBits *at)
{
    return at->word * 64 + (size_t)__builtin_ctzll(at->bits);
}

/* The first KERNEL_FEW numbers of a row one after another; returns how many there are in all. */
static inline uint32_t kernel_collect_few(KernelBits at, const uint32_t *numbers,
                                          uint32_t few[KERNEL_FEW])
{
    uint32_t count = 0;
    for (; at.word <= at.last; kernel_bits_next(&at)) {
        uint32_t in_word = (uint32_t)__builtin_popcountll(at.bits);
        for (uint32_t i = count; at.bits != 0 && i < KERNEL_FEW; i++, at.bits &= at.bits - 1)
            few[i] = numbers[kernel_bit(&at)];
        count += in_word;
    }
    return count;
}

/* Puts every number where it stands in order, after how many are less or equal and before it:
 * nothing to be guessed by the processor. */
static inline void kernel_sort_few(const uint32_t *few, uint32_t count, uint32_t *ret_sorted)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = 0;
        for (uint32_t j = 0; j < count; j++)
            place += (few[j] < few[i]) | ((few[j] == few[i]) & (j < i));
        ret_sorted[place] = few[i];
    }
}

/* One row by itself. */
static inline void kernel_middles_of_row(const uint64_t *mask, uint32_t begin, uint32_t end,
                                         const uint32_t *numbers, size_t row,
                                         KernelMiddles *ret_middles)
{
    uint32_t few[KERNEL_FEW], sorted[KERNEL_FEW];
    uint32_t count = kernel_collect_few(kernel_bits(mask, begin, end), numbers, few);
    ret_middles->counts[row] = count;
    if (count == 0 || count > KERNEL_FEW) return;
    kernel_sort_few(few, count, sorted);
    ret_middles->lows[row] = sorted[(count - 1) / 2];
    ret_middles->highs[row] = sorted[count / 2];
}

static inline int64_t kernel_distinct_in_word(KernelBits at, const uint8_t *numbers)
{
    uint64_t met = 0;
    for (; at.word <= at.last; kernel_bits_next(&at))
        for (; at.bits != 0; at.bits &= at.bits - 1)
            met |= UINT64_C(1) << numbers[kernel_bit(&at)];
    return __builtin_popcountll(met & ~UINT64_C(1));
}

static inline int64_t kernel_distinct_in_bytes(KernelBits at, const uint8_t *numbers)
{
    uint64_t met[4] = {0};
    for (; at.word <= at.last; kernel_bits_next(&at)) {
        for (; at.bits != 0; at.bits &= at.bits - 1) {
            uint8_t number = numbers[kernel_bit(&at)];
            met[number / 64] |= UINT64_C(1) << (number % 64);
        }
    }
    return __builtin_popcountll(met[0] & ~UINT64_C(1)) + __builtin_popcountll(met[1]) +
           __builtin_popcountll(met[2]) + __builtin_popcountll(met[3]);
}

static inline void kernel_distinct_per_row(const uint32_t *offsets, size_t rows_count,
                                           const uint64_t *mask, const uint8_t *numbers,
                                           const uint32_t *firsts, int64_t *ret_counts)
{
    for (size_t row = 0; row < rows_count; row++) {
        KernelBits at = kernel_bits(mask, offsets[row] - offsets[0], offsets[row + 1] - offsets[0]);
        uint32_t most = firsts == NULL ? 1 : firsts[row + 1] - firsts[row];
        ret_counts[row] = most <= 63    ? kernel_distinct_in_word(at, numbers)
                          : most <= 254 ? kernel_distinct_in_bytes(at, numbers)
                                        : KERNEL_MANY;
    }
}

/* ---- sums per row: totals are filled by each level, rows are finished here ---- */

/* The sum of the first i stored numbers of a chunk, those outside of the mask taken as 0, at place
 * KERNEL_TOTALS_FIRST + i: the place after 0 is aligned for vectors, which may write beyond the
 * last one. Small numbers have 32-bit totals. */
enum { KERNEL_TOTALS_FIRST = 15, KERNEL_TOTALS_PLACES = KERNEL_CHUNK + 32 };

typedef struct {
    _Alignas(64) uint64_t wide[KERNEL_TOTALS_PLACES];
    _Alignas(64) uint32_t narrow[KERNEL_TOTALS_PLACES];
} KernelTotals;

typedef struct {
    const uint32_t *offsets;
    size_t rows_count, row;
    uint64_t row_total;    /* of all events before the row */
    uint64_t chunk_total;  /* of all events before the chunk */
    uint32_t first, count; /* events of the chunk */
    uint64_t base, factor;
    int64_t *sums; /* hold counts of events until their row is done, when base is not 0 */
} KernelRows;

static inline uint64_t kernel_total_at(const KernelTotals *totals, bool is_narrow, size_t i)
{
    return is_narrow ? totals->narrow[KERNEL_TOTALS_FIRST + i]
                     : totals->wide[KERNEL_TOTALS_FIRST + i];
}

/* Finish the rows that end within the chunk. */
static inline void kernel_finish_rows(KernelRows *rows, const KernelTotals *totals, bool is_narrow)
{
    uint32_t chunk_end = rows->offsets[0] + rows->first + rows->count;
    uint32_t chunk_begin = rows->offsets[0] + rows->first;
    size_t row = rows->row;
    uint64_t row_total = rows->row_total;
    for (; row < rows->rows_count && rows->offsets[row + 1] <= chunk_end; row++) {
        uint64_t total = rows->chunk_total +
                         kernel_total_at(totals, is_narrow, rows->offsets[row + 1] - chunk_begin);
        uint64_t sum = rows->factor * (total - row_total);
        if (rows->base != 0) sum += rows->base * (uint64_t)rows->sums[row];
        rows->sums[row] = (int64_t)sum;
        row_total = total;
    }
    rows->row = row;
    rows->row_total = row_total;
    rows->chunk_total += kernel_total_at(totals, is_narrow, rows->count);
}

/* Fills narrow totals and says so when all numbers are small, else wide ones. */
typedef bool KernelFill(const KernelColumn *column, size_t first, size_t count,
                        const uint64_t *mask, KernelTotals *ret_totals);

static inline void kernel_sum_few(const KernelEvents *events, const KernelColumn *column,
                                  int64_t *ret_sums)
{
    memset(ret_sums, 0, events->rows_count * sizeof *ret_sums);
    KERNEL_FOR_EACH_FEW(event, row, events)
    {
        uint64_t stored =
            column->width_bytes == 0 ? 0 : kernel_stored(column->data, column->width_bytes, event);
        uint64_t number = (uint64_t)column->base + (uint64_t)column->factor * stored;
        ret_sums[row] = (int64_t)((uint64_t)ret_sums[row] + number);
    }
}

static inline void kernel_sum_per_row(const KernelEvents *events, const KernelColumn *column,
                                      KernelFill *fill, int64_t *ret_sums)
{
    if (kernel_are_few(events)) {
        kernel_sum_few(events, column, ret_sums);
        return;
    }
    KernelTotals totals;
    KernelRows rows = {.offsets = events->offsets,
                       .rows_count = events->rows_count,
                       .base = (uint64_t)column->base,
                       .factor = (uint64_t)column->factor,
                       .sums = ret_sums};
    uint32_t events_count = events->offsets[events->rows_count] - events->offsets[0];
    if (rows.base != 0 || column->width_bytes == 0)
        kernel_count_per_row(events->offsets, events->rows_count, events->mask, ret_sums);
    if (column->width_bytes == 0) {
        for (size_t row = 0; row < events->rows_count; row++)
            ret_sums[row] = (int64_t)(rows.base * (uint64_t)ret_sums[row]);
        return;
    }
    totals.narrow[KERNEL_TOTALS_FIRST] = 0;
    totals.wide[KERNEL_TOTALS_FIRST] = 0;
    do {
        uint32_t left = events_count - rows.first;
        rows.count = left < KERNEL_CHUNK ? left : KERNEL_CHUNK;
        const uint64_t *mask = events->mask == NULL ? NULL : events->mask + rows.first / 64;
        if (fill(column, rows.first, rows.count, mask, &totals))
            kernel_finish_rows(&rows, &totals, true);
        else
            kernel_finish_rows(&rows, &totals, false);
        rows.first += rows.count;
    } while (rows.row < rows.rows_count);
}
