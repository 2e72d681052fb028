/* kernels_scalar.c -- the kernels in plain C: what the faster levels must agree with, and what runs
 * where there are none. */
#include "engine/kernels_common.h"
#include "engine/kernels_levels.h"

/* Call `word_of(first, count)` for every word of 64 positions of `count`. */
#define FOR_WORDS(count, first, in_word)                                                     \
    for (size_t first = 0, in_word; (in_word = (count)-first < 64 ? (count)-first : 64) > 0; \
         first += in_word)

static void test_range(const void *column, uint8_t width_bytes, size_t count, uint64_t low,
                       uint64_t high, uint64_t *ret_bits)
{
    FOR_WORDS(count, first, in_word)
    ret_bits[first / 64] =
        kernel_range_word(kernel_from(column, width_bytes, first), width_bytes, in_word, low, high);
}

static void test_codes(const void *column, uint8_t width_bytes, size_t count, const uint64_t *codes,
                       const CodeSieve *sieve, uint64_t *ret_bits)
{
    (void)sieve;
    FOR_WORDS(count, first, in_word)
    ret_bits[first / 64] =
        kernel_codes_word(kernel_from(column, width_bytes, first), width_bytes, in_word, codes);
}

static void test_changes(const uint8_t *numbers, size_t count, uint64_t *ret_bits)
{
    for (size_t i = 0; i < count / 64; i++)
        ret_bits[i] = kernel_changes_word(numbers + 64 * i, 64);
    kernel_changes_end(numbers, count, ret_bits);
}

static void widen(const void *column, uint8_t width_bytes, size_t count, int64_t base,
                  int64_t factor, int64_t *ret_numbers)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t stored = width_bytes == 0 ? 0 : kernel_stored(column, width_bytes, i);
        ret_numbers[i] = (int64_t)((uint64_t)base + (uint64_t)factor * stored);
    }
}

static void compare_less(const int64_t *left, const int64_t *right, size_t count,
                         uint64_t *ret_bits)
{
    FOR_WORDS(count, first, in_word)
    ret_bits[first / 64] = kernel_less_word(left + first, right + first, in_word);
}

static void compare_equal(const int64_t *left, const int64_t *right, size_t count,
                          uint64_t *ret_bits)
{
    FOR_WORDS(count, first, in_word)
    ret_bits[first / 64] = kernel_equal_word(left + first, right + first, in_word);
}

static void test_numbers(const int64_t *numbers, size_t count, int64_t low, int64_t high,
                         uint64_t *ret_bits)
{
    FOR_WORDS(count, first, in_word)
    ret_bits[first / 64] = kernel_between_word(numbers + first, in_word, low, high);
}

static void subtract(const int64_t *left, const int64_t *right, size_t count,
                     int64_t *ret_differences)
{
    for (size_t i = 0; i < count; i++)
        ret_differences[i] = (int64_t)((uint64_t)left[i] - (uint64_t)right[i]);
}

static bool is_chosen(const uint64_t *mask, size_t event)
{
    return mask == NULL || bit_at(mask, event);
}

static void count_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                          int64_t *ret_counts)
{
    for (size_t row = 0; row < rows_count; row++) {
        int64_t count = 0;
        for (uint32_t event = offsets[row]; event < offsets[row + 1]; event++)
            count += is_chosen(mask, event - offsets[0]);
        ret_counts[row] = count;
    }
}

static void sum_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                        const KernelColumn *column, int64_t *ret_sums)
{
    for (size_t row = 0; row < rows_count; row++) {
        uint64_t sum = 0;
        for (uint32_t at = offsets[row] - offsets[0]; at < offsets[row + 1] - offsets[0]; at++) {
            if (!is_chosen(mask, at)) continue;
            sum += (uint64_t)column->base;
            if (column->width_bytes > 0)
                sum +=
                    (uint64_t)column->factor * kernel_stored(column->data, column->width_bytes, at);
        }
        ret_sums[row] = (int64_t)sum;
    }
}

static void any_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                        uint64_t *ret_bits)
{
    memset(ret_bits, 0, bit_words(rows_count) * sizeof *ret_bits);
    for (size_t row = 0; row < rows_count; row++) {
        uint32_t at = offsets[row] - offsets[0], end = offsets[row + 1] - offsets[0];
        while (at < end && !is_chosen(mask, at))
            at++;
        ret_bits[row / 64] |= (uint64_t)(at < end) << row % 64;
    }
}

static void add_rows(const uint64_t *rows, size_t row_words, size_t groups_count,
                     const uint16_t *places, size_t places_count, uint64_t *slices)
{
    for (size_t i = 0; i < places_count; i++)
        for (size_t word = 0; word < 4 * groups_count; word++) {
            uint64_t carry = rows[places[i] * row_words + word];
            uint64_t *slice = slices + word / 4 * KERNEL_SLICES * 4 + word % 4;
            for (; carry != 0; slice += 4) {
                uint64_t sum = *slice ^ carry;
                carry &= *slice;
                *slice = sum;
            }
        }
}

static size_t list_bits(const uint64_t *words, size_t words_count, uint64_t flip,
                        uint16_t *ret_places)
{
    size_t count = 0;
    for (size_t i = 0; i < words_count * 64; i++)
        if ((words[i / 64] ^ flip) >> i % 64 & 1) ret_places[count++] = (uint16_t)i;
    return count;
}

static void turn(uint64_t *square)
{
    uint64_t turned[64] = {0};
    for (size_t i = 0; i < 64; i++)
        for (size_t j = 0; j < 64; j++)
            turned[j] |= (square[i] >> j & 1) << i;
    memcpy(square, turned, sizeof turned);
}

static uint64_t count_bits(const uint64_t *bits, size_t words_count)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words_count; i++)
        count += (uint64_t)__builtin_popcountll(bits[i]);
    return count;
}

static uint64_t count_common_bits(const uint64_t *a, const uint64_t *b, size_t words_count)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words_count; i++)
        count += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return count;
}

static void middles_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                            const uint32_t *numbers, KernelMiddles *ret_middles)
{
    for (size_t row = 0; row < rows_count; row++)
        kernel_middles_of_row(mask, offsets[row] - offsets[0], offsets[row + 1] - offsets[0],
                              numbers, row, ret_middles);
}

const Kernels kernels_scalar = {
    .level = ENGINE_SCALAR,
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
