/* kernels_avx512.c -- the kernels in AVX-512 (F, BW, DQ, VL, VPOPCNTDQ); compiled for them, run
 * only where they are. */
#include "engine/kernels_add_rows.h"
#include "engine/kernels_common.h"
#include "engine/kernels_levels.h"
#include "engine/kernels_middles.h"

#include <immintrin.h>

typedef const unsigned char *Bytes;

static inline __m512i load(const void *at)
{
    return _mm512_loadu_si512(at);
}

/* ---- test_range: low <= x <= high is x - low <= high - low without sign ---- */

typedef struct {
    __m512i low, span; /* in lanes of the width */
} Range;

static inline Range range_of(uint8_t width_bytes, uint64_t low, uint64_t high)
{
    uint64_t span = high - low;
    switch (width_bytes) {
    case 1: return (Range){_mm512_set1_epi8((char)low), _mm512_set1_epi8((char)span)};
    case 2: return (Range){_mm512_set1_epi16((short)low), _mm512_set1_epi16((short)span)};
    case 4: return (Range){_mm512_set1_epi32((int)low), _mm512_set1_epi32((int)span)};
    default: return (Range){_mm512_set1_epi64((long long)low), _mm512_set1_epi64((long long)span)};
    }
}

/* Bits of the numbers of one register. */
static inline uint64_t range_bits(Bytes at, uint8_t width_bytes, Range range)
{
    __m512i numbers = load(at);
    switch (width_bytes) {
    case 1: return _mm512_cmple_epu8_mask(_mm512_sub_epi8(numbers, range.low), range.span);
    case 2: return _mm512_cmple_epu16_mask(_mm512_sub_epi16(numbers, range.low), range.span);
    case 4: return _mm512_cmple_epu32_mask(_mm512_sub_epi32(numbers, range.low), range.span);
    default: return _mm512_cmple_epu64_mask(_mm512_sub_epi64(numbers, range.low), range.span);
    }
}

static inline void range_words(Bytes at, uint8_t width_bytes, size_t words_count, Range range,
                               uint64_t *ret_bits)
{
    unsigned numbers = 64 / (unsigned)width_bytes; /* of a register */
    for (size_t i = 0; i < words_count; i++) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 64; k += numbers, at += 64)
            word |= range_bits(at, width_bytes, range) << k;
        ret_bits[i] = word;
    }
}

static void test_range(const void *column, uint8_t width_bytes, size_t count, uint64_t low,
                       uint64_t high, uint64_t *ret_bits)
{
    uint64_t greatest = kernel_greatest(width_bytes);
    if (high > greatest) high = greatest;
    if (low > high) {
        memset(ret_bits, 0, bit_words(count) * sizeof *ret_bits);
        return;
    }
    Range range = range_of(width_bytes, low, high);
    size_t words = count / 64;
    switch (width_bytes) {
    case 1: range_words(column, 1, words, range, ret_bits); break;
    case 2: range_words(column, 2, words, range, ret_bits); break;
    case 4: range_words(column, 4, words, range, ret_bits); break;
    default: range_words(column, 8, words, range, ret_bits); break;
    }
    if (count % 64 != 0)
        ret_bits[words] = kernel_range_word(kernel_from(column, width_bytes, words * 64),
                                            width_bytes, count % 64, low, high);
}

/* ---- test_codes: the words of the table are gathered ---- */

static inline __m512i load_narrow(Bytes at, uint8_t width_bytes)
{
    if (width_bytes == 1)
        return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)at));
    if (width_bytes == 2)
        return _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)at));
    return load(at);
}

static inline uint64_t codes_bits(Bytes at, uint8_t width_bytes, const void *table)
{
    __m512i codes = load_narrow(at, width_bytes);
    __m512i words = _mm512_i32gather_epi32(_mm512_srli_epi32(codes, 5), table, 4);
    __m512i bit = _mm512_and_si512(codes, _mm512_set1_epi32(31));
    return _mm512_test_epi32_mask(words, _mm512_sllv_epi32(_mm512_set1_epi32(1), bit));
}

static inline void codes_words(Bytes at, uint8_t width_bytes, size_t words_count,
                               const uint64_t *codes, uint64_t *ret_bits)
{
    for (size_t i = 0; i < words_count; i++) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 64; k += 16, at += (size_t)16 * width_bytes)
            word |= codes_bits(at, width_bytes, codes) << k;
        ret_bits[i] = word;
    }
}

static void test_codes(const void *column, uint8_t width_bytes, size_t count, const uint64_t *codes,
                       const CodeSieve *sieve, uint64_t *ret_bits)
{
    (void)sieve;
    size_t words = count / 64;
    if (width_bytes == 1) codes_words(column, 1, words, codes, ret_bits);
    if (width_bytes == 2) codes_words(column, 2, words, codes, ret_bits);
    if (width_bytes == 4) codes_words(column, 4, words, codes, ret_bits);
    if (count % 64 != 0)
        ret_bits[words] = kernel_codes_word(kernel_from(column, width_bytes, words * 64),
                                            width_bytes, count % 64, codes);
}

/* ---- test_changes ---- */

static void test_changes(const uint8_t *numbers, size_t count, uint64_t *ret_bits)
{
    for (size_t i = 0; i < count / 64; i++)
        ret_bits[i] = _mm512_cmpneq_epu8_mask(load(numbers + 64 * i), load(numbers + 64 * i + 1));
    kernel_changes_end(numbers, count, ret_bits);
}

/* ---- numbers ---- */

static void widen(const void *column, uint8_t width_bytes, size_t count, int64_t base,
                  int64_t factor, int64_t *ret_numbers)
{
    if (factor == 1)
        kernel_widen(column, width_bytes, count, base, 1, ret_numbers);
    else
        kernel_widen(column, width_bytes, count, base, factor, ret_numbers);
}

static void compare_less(const int64_t *left, const int64_t *right, size_t count,
                         uint64_t *ret_bits)
{
    size_t words = count / 64;
    for (size_t i = 0; i < words; i++, left += 64, right += 64) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 64; k += 8)
            word |= (uint64_t)_mm512_cmplt_epi64_mask(load(left + k), load(right + k)) << k;
        ret_bits[i] = word;
    }
    if (count % 64 != 0) ret_bits[words] = kernel_less_word(left, right, count % 64);
}

static void compare_equal(const int64_t *left, const int64_t *right, size_t count,
                          uint64_t *ret_bits)
{
    size_t words = count / 64;
    for (size_t i = 0; i < words; i++, left += 64, right += 64) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 64; k += 8)
            word |= (uint64_t)_mm512_cmpeq_epi64_mask(load(left + k), load(right + k)) << k;
        ret_bits[i] = word;
    }
    if (count % 64 != 0) ret_bits[words] = kernel_equal_word(left, right, count % 64);
}

static void test_numbers(const int64_t *numbers, size_t count, int64_t low, int64_t high,
                         uint64_t *ret_bits)
{
    __m512i lows = _mm512_set1_epi64(low), highs = _mm512_set1_epi64(high);
    size_t words = count / 64;
    for (size_t i = 0; i < words; i++, numbers += 64) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 64; k += 8) {
            __m512i number = load(numbers + k);
            __mmask8 from_low = _mm512_cmple_epi64_mask(lows, number);
            word |= (uint64_t)_mm512_mask_cmple_epi64_mask(from_low, number, highs) << k;
        }
        ret_bits[i] = word;
    }
    if (count % 64 != 0) ret_bits[words] = kernel_between_word(numbers, count % 64, low, high);
}

static void subtract(const int64_t *left, const int64_t *right, size_t count,
                     int64_t *ret_differences)
{
    for (size_t i = 0; i < count; i++)
        ret_differences[i] = (int64_t)((uint64_t)left[i] - (uint64_t)right[i]);
}

/* ---- per row ---- */

static void count_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                          int64_t *ret_counts)
{
    kernel_count_per_row(offsets, rows_count, mask, ret_counts);
}

static void any_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                        uint64_t *ret_bits)
{
    kernel_any_per_row(offsets, rows_count, mask, ret_bits);
}

/* Running totals of sixteen numbers at a time: each step adds what stands 1, 2, 4, 8 places
 * before. */
static inline void fill_narrow(Bytes at, uint8_t width_bytes, size_t count, const uint64_t *mask,
                               uint32_t *ret_totals)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i before = zero;
    for (size_t i = 0; i < count; i += 16, at += (size_t)16 * width_bytes) {
        __m512i sums = load_narrow(at, width_bytes);
        if (mask != NULL) sums = _mm512_maskz_mov_epi32((__mmask16)(mask[i / 64] >> i % 64), sums);
        sums = _mm512_add_epi32(sums, _mm512_alignr_epi32(sums, zero, 15));
        sums = _mm512_add_epi32(sums, _mm512_alignr_epi32(sums, zero, 14));
        sums = _mm512_add_epi32(sums, _mm512_alignr_epi32(sums, zero, 12));
        sums = _mm512_add_epi32(sums, _mm512_alignr_epi32(sums, zero, 8));
        _mm512_storeu_si512(ret_totals + i, _mm512_add_epi32(sums, before));
        before = _mm512_add_epi32(before, _mm512_permutexvar_epi32(_mm512_set1_epi32(15), sums));
    }
}

static inline __m512i load_wide(Bytes at, uint8_t width_bytes)
{
    if (width_bytes == 4)
        return _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)(const void *)at));
    return load(at);
}

static inline void fill_wide(Bytes at, uint8_t width_bytes, size_t count, const uint64_t *mask,
                             uint64_t *ret_totals)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i before = zero;
    for (size_t i = 0; i < count; i += 8, at += (size_t)8 * width_bytes) {
        __m512i sums = load_wide(at, width_bytes);
        if (mask != NULL) sums = _mm512_maskz_mov_epi64((__mmask8)(mask[i / 64] >> i % 64), sums);
        sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, zero, 7));
        sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, zero, 6));
        sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, zero, 4));
        _mm512_storeu_si512(ret_totals + i, _mm512_add_epi64(sums, before));
        before = _mm512_add_epi64(before, _mm512_permutexvar_epi64(_mm512_set1_epi64(7), sums));
    }
}

static bool are_small(const uint32_t *numbers, size_t count)
{
    uint32_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= numbers[i];
    return any < KERNEL_SMALL;
}

static inline bool fill(const KernelColumn *column, size_t first, size_t count,
                        const uint64_t *mask, KernelTotals *ret_totals)
{
    Bytes at = kernel_from(column->data, column->width_bytes, first);
    uint32_t *narrow = ret_totals->narrow + KERNEL_TOTALS_FIRST + 1;
    uint64_t *wide = ret_totals->wide + KERNEL_TOTALS_FIRST + 1;
    if (column->width_bytes == 8) {
        fill_wide(at, 8, count, mask, wide);
        return false;
    }
    if (column->width_bytes == 1)
        fill_narrow(at, 1, count, mask, narrow);
    else if (column->width_bytes == 2)
        fill_narrow(at, 2, count, mask, narrow);
    else if (are_small((const void *)at, count))
        fill_narrow(at, 4, count, mask, narrow);
    else {
        fill_wide(at, 4, count, mask, wide);
        return false;
    }
    return true;
}

static void sum_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                        const KernelColumn *column, int64_t *ret_sums)
{
    KernelEvents events = {offsets, rows_count, mask};
    kernel_sum_per_row(&events, column, fill, ret_sums);
}

/* ---- counts per column ---- */

/* Three bits of one weight become one of it (returned in *sum) and one of twice the weight. */
static inline __m256i carry_of(__m256i *sum, __m256i b, __m256i c)
{
    enum { ODD = 0x96, MOST = 0xe8 }; /* tables of three bits */
    __m256i a = *sum;
    *sum = _mm256_ternarylogic_epi64(a, b, c, ODD);
    return _mm256_ternarylogic_epi64(a, b, c, MOST);
}

/* ---- counting bits ---- */

static size_t list_bits(const uint64_t *words, size_t words_count, uint64_t flip,
                        uint16_t *ret_places)
{
    return kernel_list_bits(words, words_count, flip, ret_places);
}

static void turn(uint64_t *square)
{
    kernel_turn(square);
}

static uint64_t count_bits(const uint64_t *bits, size_t words_count)
{
    __m512i counts = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 8 <= words_count; i += 8)
        counts = _mm512_add_epi64(counts, _mm512_popcnt_epi64(load(bits + i)));
    uint64_t count = (uint64_t)_mm512_reduce_add_epi64(counts);
    for (; i < words_count; i++)
        count += (uint64_t)__builtin_popcountll(bits[i]);
    return count;
}

static uint64_t count_common_bits(const uint64_t *a, const uint64_t *b, size_t words_count)
{
    __m512i counts = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 8 <= words_count; i += 8)
        counts = _mm512_add_epi64(counts,
                                  _mm512_popcnt_epi64(_mm512_and_si512(load(a + i), load(b + i))));
    uint64_t count = (uint64_t)_mm512_reduce_add_epi64(counts);
    for (; i < words_count; i++)
        count += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return count;
}

const Kernels kernels_avx512 = {
    .level = ENGINE_AVX512,
    .test_range = test_range,
    .test_codes = test_codes,
    .test_changes = test_changes,
    .widen = widen,
    .compare_less = compare_less,
    .compare_equal = compare_equal,
    .test_numbers = test_numbers,
    .subtract = subtract,
    .count_per_row = count_per_row,
    .sum_per_row = sum_per_row,
    .any_per_row = any_per_row,
    .add_rows = add_rows,
    .list_bits = list_bits,
    .turn = turn,
    .middles_per_row = middles_per_row,
    .distinct_per_row = kernel_distinct_per_row,
    .count_bits = count_bits,
    .count_common_bits = count_common_bits,
};
