/* kernels_avx2.c -- the kernels in AVX2, BMI and POPCNT; compiled for them, run only where they
 * are. */
#include "engine/kernels_add_rows.h"
#include "engine/kernels_common.h"
#include "engine/kernels_levels.h"
#include "engine/kernels_middles.h"

#include <immintrin.h>

typedef const unsigned char *Bytes;

static inline __m256i load(Bytes bytes)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

static inline uint64_t bits_of_bytes(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(bytes);
}

static inline uint64_t bits_of_numbers(__m256i numbers)
{
    return (uint64_t)(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(numbers));
}

/* ---- test_range: low <= x <= high is x - low <= high - low without sign ---- */

typedef struct {
    __m256i low, span; /* in lanes of the width */
} Range;

static Range range_of(uint8_t width_bytes, uint64_t low, uint64_t high)
{
    uint64_t span = high - low;
    switch (width_bytes) {
    case 1: return (Range){_mm256_set1_epi8((char)low), _mm256_set1_epi8((char)span)};
    case 2: return (Range){_mm256_set1_epi16((short)low), _mm256_set1_epi16((short)span)};
    case 4: return (Range){_mm256_set1_epi32((int)low), _mm256_set1_epi32((int)span)};
    default:
        return (Range){_mm256_set1_epi64x((long long)low),
                       _mm256_set1_epi64x((long long)(span ^ (UINT64_C(1) << 63)))};
    }
}

static inline __m256i within8(Bytes at, Range range)
{
    __m256i above = _mm256_sub_epi8(load(at), range.low);
    return _mm256_cmpeq_epi8(_mm256_min_epu8(above, range.span), above);
}

static inline __m256i within16(Bytes at, Range range)
{
    __m256i above = _mm256_sub_epi16(load(at), range.low);
    return _mm256_cmpeq_epi16(_mm256_min_epu16(above, range.span), above);
}

static inline __m256i within32(Bytes at, Range range)
{
    __m256i above = _mm256_sub_epi32(load(at), range.low);
    return _mm256_cmpeq_epi32(_mm256_min_epu32(above, range.span), above);
}

static inline uint64_t outside64(Bytes at, Range range)
{
    __m256i above = _mm256_sub_epi64(load(at), range.low);
    __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    return bits_of_numbers(_mm256_cmpgt_epi64(_mm256_xor_si256(above, sign), range.span));
}

/* Bits of 32 numbers. */
static inline uint64_t range_bits8(Bytes at, Range range)
{
    return bits_of_bytes(within8(at, range));
}

static inline uint64_t range_bits16(Bytes at, Range range)
{
    __m256i packed = _mm256_packs_epi16(within16(at, range), within16(at + 32, range));
    return bits_of_bytes(_mm256_permute4x64_epi64(packed, 0xd8));
}

static inline uint64_t range_bits32(Bytes at, Range range)
{
    __m256i low = _mm256_packs_epi32(within32(at, range), within32(at + 32, range));
    __m256i high = _mm256_packs_epi32(within32(at + 64, range), within32(at + 96, range));
    __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* packing works within lanes */
    return bits_of_bytes(_mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order));
}

static inline uint64_t range_bits64(Bytes at, Range range)
{
    uint64_t outside = 0;
    for (unsigned i = 0; i < 32; i += 4)
        outside |= outside64(at + i * 8, range) << i;
    return outside ^ UINT32_MAX;
}

static inline uint64_t range_bits(Bytes at, uint8_t width_bytes, Range range)
{
    switch (width_bytes) {
    case 1: return range_bits8(at, range);
    case 2: return range_bits16(at, range);
    case 4: return range_bits32(at, range);
    default: return range_bits64(at, range);
    }
}

static inline void range_words(Bytes at, uint8_t width_bytes, size_t words_count, Range range,
                               uint64_t *ret_bits)
{
    size_t half_bytes = (size_t)32 * width_bytes;
    for (size_t i = 0; i < words_count; i++, at += 2 * half_bytes)
        ret_bits[i] = range_bits(at, width_bytes, range) |
                      range_bits(at + half_bytes, width_bytes, range) << 32;
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

/* ---- test_codes ---- */

/* A table of 256 bits, looked up in registers: the byte by the upper five bits of a code, the bit
 * in it by the lower three. */
typedef struct {
    __m256i low, high; /* bytes 0 .. 15 and 16 .. 31, in both lanes */
} CodeTable;

static inline __m256i codes8(__m256i codes, CodeTable table)
{
    __m256i place = _mm256_and_si256(_mm256_srli_epi16(codes, 3), _mm256_set1_epi8(31));
    __m256i upper = _mm256_slli_epi16(place, 3); /* bit 4 of the place becomes the sign */
    __m256i byte = _mm256_blendv_epi8(_mm256_shuffle_epi8(table.low, place),
                                      _mm256_shuffle_epi8(table.high, place), upper);
    __m256i powers = _mm256_set1_epi64x((long long)0x8040201008040201);
    __m256i bit = _mm256_shuffle_epi8(powers, _mm256_and_si256(codes, _mm256_set1_epi8(7)));
    return _mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), bit);
}

static CodeTable code_table(const uint64_t words[4])
{
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)&words[0]);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)&words[2]);
    return (CodeTable){_mm256_broadcastsi128_si256(low), _mm256_broadcastsi128_si256(high)};
}

/* Words of the table that some code of the column needs: no others may be read. */
static size_t code_words(const uint8_t *column, size_t count)
{
    uint8_t greatest = 0;
    for (size_t i = 0; i < count; i++)
        if (column[i] > greatest) greatest = column[i];
    return greatest / 64 + (size_t)1;
}

static void test_codes8(const uint8_t *column, size_t count, const uint64_t *codes,
                        uint64_t *ret_bits)
{
    uint64_t table_words[4] = {0};
    memcpy(table_words, codes, code_words(column, count) * sizeof *codes);
    CodeTable table = code_table(table_words);
    for (size_t i = 0; i < count / 64; i++)
        ret_bits[i] = bits_of_bytes(codes8(load(column + 64 * i), table)) |
                      bits_of_bytes(codes8(load(column + 64 * i + 32), table)) << 32;
}

static inline void codes_words(const void *column, uint8_t width_bytes, size_t words_count,
                               const uint64_t *codes, uint64_t *ret_bits)
{
    for (size_t i = 0; i < words_count; i++)
        ret_bits[i] =
            kernel_codes_word(kernel_from(column, width_bytes, 64 * i), width_bytes, 64, codes);
}

/* A sieve in registers. */
typedef struct {
    CodeTable low, products[2];
    __m256i numbers[2];
} Sieve;

static Sieve sieve_of(const CodeSieve *sieve)
{
    return (Sieve){
        .low = code_table(sieve->low),
        .products = {code_table(sieve->products[0]), code_table(sieve->products[1])},
        .numbers = {_mm256_set1_epi16((short)sieve->numbers[0]),
                    _mm256_set1_epi16((short)sieve->numbers[1])},
    };
}

/* Bytes of 32 numbers below 256, in their order. */
static inline __m256i bytes_of(__m256i first, __m256i second)
{
    return _mm256_permute4x64_epi64(_mm256_packus_epi16(first, second), 0xd8);
}

/* What of 32 codes a table of their products with a number lets through. */
static inline __m256i sieved(__m256i first, __m256i second, __m256i number, CodeTable table)
{
    __m256i upper_first = _mm256_srli_epi16(_mm256_mullo_epi16(first, number), 8);
    __m256i upper_second = _mm256_srli_epi16(_mm256_mullo_epi16(second, number), 8);
    return codes8(bytes_of(upper_first, upper_second), table);
}

/* Bits of 32 codes that the sieve lets through. */
static inline uint64_t sieve_bits(const uint16_t *at, const Sieve *sieve)
{
    const __m256i byte = _mm256_set1_epi16(255);
    __m256i first = load((Bytes)at), second = load((Bytes)(at + 16));
    __m256i lower = bytes_of(_mm256_and_si256(first, byte), _mm256_and_si256(second, byte));
    __m256i passed = codes8(lower, sieve->low);
    for (size_t i = 0; i < 2; i++)
        passed =
            _mm256_and_si256(passed, sieved(first, second, sieve->numbers[i], sieve->products[i]));
    return bits_of_bytes(passed);
}

/* Adds the places of the bits of a word; writes four and more than there are: how many there are
 * in a word, mostly one or none, is not to be guessed by the processor. */
static inline uint16_t *add_places(uint64_t bits, size_t word, uint16_t *end)
{
    uint16_t *at = end;
    end += __builtin_popcountll(bits);
    do {
        for (size_t i = 0; i < 4; i++, bits &= bits - 1)
            at[i] = (uint16_t)(word * 64 + (size_t)__builtin_ctzll(bits | UINT64_C(1) << 63));
        at += 4;
    } while (at < end);
    return end;
}

enum { SIEVED_WORDS = 64 };

/* First what the sieve lets through in many words, then whether each of it is meant. */
static void sieve_words(const uint16_t *at, size_t words_count, const Sieve *sieve,
                        const uint64_t *codes, uint64_t *ret_bits)
{
    uint16_t places[SIEVED_WORDS * 64 + 4];
    memset(ret_bits, 0, words_count * sizeof *ret_bits);
    for (size_t left = words_count, count; left > 0; left -= count) {
        uint16_t *end = places;
        count = left < SIEVED_WORDS ? left : SIEVED_WORDS;
        for (size_t i = 0; i < count; i++) {
            uint64_t low = sieve_bits(at + 64 * i, sieve),
                     high = sieve_bits(at + 64 * i + 32, sieve);
            end = add_places(low | high << 32, i, end);
        }
        for (const uint16_t *place = places; place < end; place++)
            ret_bits[*place / 64] |= (uint64_t)bit_at(codes, at[*place]) << *place % 64;
        at += 64 * count;
        ret_bits += count;
    }
}

static void test_codes(const void *column, uint8_t width_bytes, size_t count, const uint64_t *codes,
                       const CodeSieve *sieve, uint64_t *ret_bits)
{
    size_t words = count / 64;
    if (words > 0 && width_bytes == 1) test_codes8(column, words * 64, codes, ret_bits);
    if (width_bytes == 2 && sieve != NULL && sieve->is_worth_it) {
        Sieve in_registers = sieve_of(sieve);
        sieve_words(column, words, &in_registers, codes, ret_bits);
    } else if (width_bytes == 2) {
        codes_words(column, 2, words, codes, ret_bits);
    }
    if (width_bytes == 4) codes_words(column, 4, words, codes, ret_bits);
    if (count % 64 != 0)
        ret_bits[words] = kernel_codes_word(kernel_from(column, width_bytes, words * 64),
                                            width_bytes, count % 64, codes);
}

/* ---- test_changes ---- */

static inline uint64_t same_bits(const uint8_t *at)
{
    return bits_of_bytes(_mm256_cmpeq_epi8(load(at), load(at + 1)));
}

static void test_changes(const uint8_t *numbers, size_t count, uint64_t *ret_bits)
{
    for (size_t i = 0; i < count / 64; i++)
        ret_bits[i] = ~(same_bits(numbers + 64 * i) | same_bits(numbers + 64 * i + 32) << 32);
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
    for (size_t i = 0; i < words; i++) {
        uint64_t word = 0;
        for (size_t k = 0; k < 64; k += 4)
            word |= bits_of_numbers(_mm256_cmpgt_epi64(load((Bytes)(right + 64 * i + k)),
                                                       load((Bytes)(left + 64 * i + k))))
                    << k;
        ret_bits[i] = word;
    }
    if (count % 64 != 0)
        ret_bits[words] = kernel_less_word(left + 64 * words, right + 64 * words, count % 64);
}

static void compare_equal(const int64_t *left, const int64_t *right, size_t count,
                          uint64_t *ret_bits)
{
    size_t words = count / 64;
    for (size_t i = 0; i < words; i++) {
        uint64_t word = 0;
        for (size_t k = 0; k < 64; k += 4)
            word |= bits_of_numbers(_mm256_cmpeq_epi64(load((Bytes)(right + 64 * i + k)),
                                                       load((Bytes)(left + 64 * i + k))))
                    << k;
        ret_bits[i] = word;
    }
    if (count % 64 != 0)
        ret_bits[words] = kernel_equal_word(left + 64 * words, right + 64 * words, count % 64);
}

static void test_numbers(const int64_t *numbers, size_t count, int64_t low, int64_t high,
                         uint64_t *ret_bits)
{
    __m256i lows = _mm256_set1_epi64x(low), highs = _mm256_set1_epi64x(high);
    size_t words = count / 64;
    for (size_t i = 0; i < words; i++) {
        uint64_t outside = 0;
        for (size_t k = 0; k < 64; k += 4) {
            __m256i number = load((Bytes)(numbers + 64 * i + k));
            outside |= bits_of_numbers(_mm256_or_si256(_mm256_cmpgt_epi64(lows, number),
                                                       _mm256_cmpgt_epi64(number, highs)))
                       << k;
        }
        ret_bits[i] = ~outside;
    }
    if (count % 64 != 0)
        ret_bits[words] = kernel_between_word(numbers + 64 * words, count % 64, low, high);
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

static inline __m256i load_narrow(Bytes at, uint8_t width_bytes)
{
    if (width_bytes == 1)
        return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)at));
    if (width_bytes == 2)
        return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)at));
    return load(at);
}

/* Running totals of eight numbers at a time: sums within four, then across the halves. */
static inline void fill_narrow(Bytes at, uint8_t width_bytes, size_t count, const uint64_t *mask,
                               uint32_t *ret_totals)
{
    const __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    Bytes mask_bytes = (const void *)mask;
    __m256i before = _mm256_setzero_si256();
    for (size_t i = 0; i < count; i += 8, at += (size_t)8 * width_bytes) {
        __m256i sums = load_narrow(at, width_bytes);
        if (mask != NULL) {
            __m256i chosen = _mm256_and_si256(_mm256_set1_epi32(mask_bytes[i / 8]), bits);
            sums = _mm256_and_si256(sums, _mm256_cmpeq_epi32(chosen, bits));
        }
        sums = _mm256_add_epi32(sums, _mm256_slli_si256(sums, 4));
        sums = _mm256_add_epi32(sums, _mm256_slli_si256(sums, 8));
        __m256i low_half = _mm256_permute2x128_si256(sums, sums, 0x08);
        sums = _mm256_add_epi32(sums, _mm256_shuffle_epi32(low_half, 0xff));
        _mm256_storeu_si256((__m256i *)(void *)(ret_totals + i), _mm256_add_epi32(sums, before));
        before = _mm256_add_epi32(before, _mm256_permutevar8x32_epi32(sums, _mm256_set1_epi32(7)));
    }
}

static inline __m256i load_wide(Bytes at, uint8_t width_bytes)
{
    if (width_bytes == 4)
        return _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(const void *)at));
    return load(at);
}

static inline void fill_wide(Bytes at, uint8_t width_bytes, size_t count, const uint64_t *mask,
                             uint64_t *ret_totals)
{
    const __m256i bits = _mm256_setr_epi64x(1, 2, 4, 8);
    __m256i before = _mm256_setzero_si256();
    for (size_t i = 0; i < count; i += 4, at += (size_t)4 * width_bytes) {
        __m256i sums = load_wide(at, width_bytes);
        if (mask != NULL) {
            long long four = (long long)(mask[i / 64] >> i % 64 & 15);
            __m256i chosen = _mm256_and_si256(_mm256_set1_epi64x(four), bits);
            sums = _mm256_and_si256(sums, _mm256_cmpeq_epi64(chosen, bits));
        }
        sums = _mm256_add_epi64(sums, _mm256_slli_si256(sums, 8));
        __m256i low_half = _mm256_permute2x128_si256(sums, sums, 0x08);
        sums = _mm256_add_epi64(sums, _mm256_unpackhi_epi64(low_half, low_half));
        _mm256_storeu_si256((__m256i *)(void *)(ret_totals + i), _mm256_add_epi64(sums, before));
        before = _mm256_add_epi64(before, _mm256_permute4x64_epi64(sums, 0xff));
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

/* ---- counting bits: sixteen registers are added as columns of bits, so that only every sixteenth
 * has its bits counted (W. Kautz's and R. Harley's counter tree) ---- */

/* Bits of each byte, added up in four sums of 64 bits. */
static inline __m256i count_of_bytes(__m256i bits)
{
    const __m256i counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                            2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i four = _mm256_set1_epi8(15);
    __m256i low = _mm256_shuffle_epi8(counts, _mm256_and_si256(bits, four));
    __m256i high = _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(bits, 4), four));
    return _mm256_sad_epu8(_mm256_add_epi8(low, high), _mm256_setzero_si256());
}

/* Three bits of one weight become one of it (returned in *sum) and one of twice the weight. */
static inline __m256i carry_of(__m256i *sum, __m256i b, __m256i c)
{
    __m256i a = *sum, different = _mm256_xor_si256(a, b);
    *sum = _mm256_xor_si256(different, c);
    return _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(different, c));
}

static inline __m256i both(const uint64_t *a, const uint64_t *b, size_t i)
{
    __m256i bits = load((Bytes)(a + 4 * i));
    return b == NULL ? bits : _mm256_and_si256(bits, load((Bytes)(b + 4 * i)));
}

/* Eights out of eight registers. */
static inline __m256i add_eight(Tree *tree, const uint64_t *a, const uint64_t *b, size_t first)
{
    __m256i twos_a = carry_of(&tree->ones, both(a, b, first), both(a, b, first + 1));
    __m256i twos_b = carry_of(&tree->ones, both(a, b, first + 2), both(a, b, first + 3));
    __m256i fours_a = carry_of(&tree->twos, twos_a, twos_b);
    twos_a = carry_of(&tree->ones, both(a, b, first + 4), both(a, b, first + 5));
    twos_b = carry_of(&tree->ones, both(a, b, first + 6), both(a, b, first + 7));
    __m256i fours_b = carry_of(&tree->twos, twos_a, twos_b);
    return carry_of(&tree->fours, fours_a, fours_b);
}

static inline __m256i times(__m256i counts, int shift)
{
    return _mm256_slli_epi64(counts, shift);
}

static inline uint64_t count_words(const uint64_t *a, const uint64_t *b, size_t words_count)
{
    const __m256i zero = _mm256_setzero_si256();
    Tree tree = {zero, zero, zero};
    __m256i eights = zero, total = zero;
    size_t registers = words_count / 64 * 16;
    for (size_t i = 0; i < registers; i += 16) {
        __m256i eights_a = add_eight(&tree, a, b, i);
        __m256i eights_b = add_eight(&tree, a, b, i + 8);
        total = _mm256_add_epi64(total, count_of_bytes(carry_of(&eights, eights_a, eights_b)));
    }
    total = _mm256_add_epi64(times(total, 4), times(count_of_bytes(eights), 3));
    total = _mm256_add_epi64(total, times(count_of_bytes(tree.fours), 2));
    total = _mm256_add_epi64(total, times(count_of_bytes(tree.twos), 1));
    total = _mm256_add_epi64(total, count_of_bytes(tree.ones));
    uint64_t sums[4], count = 0;
    _mm256_storeu_si256((__m256i *)(void *)sums, total);
    for (size_t i = registers * 4; i < words_count; i++)
        count += (uint64_t)__builtin_popcountll(b == NULL ? a[i] : a[i] & b[i]);
    return count + sums[0] + sums[1] + sums[2] + sums[3];
}

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
    return count_words(bits, NULL, words_count);
}

static uint64_t count_common_bits(const uint64_t *a, const uint64_t *b, size_t words_count)
{
    return count_words(a, b, words_count);
}

const Kernels kernels_avx2 = {
    .level = ENGINE_AVX2,
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
