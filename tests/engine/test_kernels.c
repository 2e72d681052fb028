/* test_kernels.c -- every level of kernels gives the bits of the plain one, and the plain one gives
 * what its definition says. */
#include "base/memory.h"
#include "base/random.h"
#include "engine/kernels.h"
#include "engine/vector.h"
#include "harness/harness.h"

#include <stdlib.h>
#include <string.h>

static const size_t COUNTS[] = {0, 1, 2, 15, 63, 64, 65, 127, 128, 1000, 2047, 2048, 2049, 9001};
static const uint8_t WIDTHS[] = {1, 2, 4, 8};
enum {
    COUNTS_COUNT = sizeof COUNTS / sizeof COUNTS[0],
    WIDTHS_COUNT = sizeof WIDTHS,
    COUNT_MAX = 9001,
    ROUNDS = 6,
    CODES = 5000,
    ROWS_MAX = 2048
};

/* Numbers that begin anywhere, followed by as much garbage as a kernel may read. */
typedef struct {
    unsigned char *memory;
    const void *data;
} Numbers;

static uint64_t random_of_width(Random *random, uint8_t width_bytes, uint64_t below)
{
    uint64_t number = random_next(random) >> random_below(random, 64);
    if (below != 0) return random_below(random, below);
    return width_bytes == 8 ? number : number & ((UINT64_C(1) << 8 * width_bytes) - 1);
}

/* Numbers of all sizes, below a bound unless it is 0. */
static Numbers numbers_new(Random *random, uint8_t width_bytes, size_t count, uint64_t below)
{
    size_t skipped = random_below(random, 9) * width_bytes;
    size_t size_bytes = count * width_bytes;
    Numbers numbers = {.memory = memory_alloc(skipped + size_bytes + IMAGE_SLACK_BYTES)};
    memset(numbers.memory, 0xa5, skipped + size_bytes + IMAGE_SLACK_BYTES);
    unsigned char *at = numbers.memory + skipped;
    for (size_t i = 0; i < count; i++) {
        uint64_t number = random_of_width(random, width_bytes, below);
        memcpy(at + i * width_bytes, &number, width_bytes);
    }
    numbers.data = at;
    return numbers;
}

static uint64_t number_at(const void *data, uint8_t width_bytes, size_t i)
{
    uint64_t number = 0;
    memcpy(&number, (const unsigned char *)data + i * width_bytes, width_bytes);
    return number;
}

/* Bitmaps are compared whole; what lies behind must stay as it was. */
enum { BITS_WORDS = COUNT_MAX / 64 + 2 };
typedef struct {
    uint64_t words[BITS_WORDS];
} Bits;

static Bits bits_untouched(void)
{
    Bits bits;
    memset(&bits, 0x5a, sizeof bits);
    return bits;
}

static bool bits_equal(const Bits *a, const Bits *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static size_t levels_from(const Kernels *levels[3])
{
    size_t count = 0;
    for (int level = ENGINE_SCALAR; level <= ENGINE_AVX512; level++) {
        const Kernels *kernels = kernels_of((EngineLevel)level);
        if (kernels->level == (EngineLevel)level) levels[count++] = kernels;
    }
    return count;
}

/* Run the body with `kernels` as every level. */
#define FOR_LEVELS(kernels)                                                             \
    const Kernels *levels_[3];                                                          \
    size_t levels_count_ = levels_from(levels_);                                        \
    for (const Kernels **at_ = levels_, *kernels; at_ < levels_ + levels_count_; at_++) \
        if ((kernels = *at_) != NULL)

typedef void CheckColumn(Random *random, uint8_t width_bytes, size_t count);

static void for_columns(CheckColumn *check)
{
    Random random = random_seeded(harness_seed());
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t width = 0; width < WIDTHS_COUNT; width++)
            for (size_t i = 0; i < COUNTS_COUNT; i++)
                check(&random, WIDTHS[width], COUNTS[i]);
}

static void check_range(Random *random, uint8_t width_bytes, size_t count)
{
    Numbers numbers = numbers_new(random, width_bytes, count, 0);
    uint64_t low = random_of_width(random, 8, 0), high = random_of_width(random, 8, 0);
    if (random_chance(random, 0.5)) low = random_of_width(random, width_bytes, 0);
    if (random_chance(random, 0.5)) high = low + random_below(random, 100);
    if (random_chance(random, 0.1)) low = 0;
    Bits expected = bits_untouched();
    memset(expected.words, 0, bit_words(count) * 8);
    for (size_t i = 0; i < count; i++) {
        uint64_t number = number_at(numbers.data, width_bytes, i);
        expected.words[i / 64] |= (uint64_t)(low <= number && number <= high) << i % 64;
    }
    FOR_LEVELS(kernels)
    {
        Bits actual = bits_untouched();
        kernels->test_range(numbers.data, width_bytes, count, low, high, actual.words);
        EXPECT(bits_equal(&actual, &expected));
    }
    free(numbers.memory);
}

TEST(test_range)
{
    for_columns(check_range);
}

/* As the items of a group. */
static void keep_every(uint64_t *codes, size_t size, size_t distance)
{
    memset(codes, 0, bit_words(size) * sizeof *codes);
    for (size_t code = size % distance; code < size; code += distance)
        codes[code / 64] |= UINT64_C(1) << code % 64;
}

static void check_codes(Random *random, uint8_t width_bytes, size_t count)
{
    if (width_bytes == 8) return;
    uint64_t below = 1 + random_below(random, width_bytes == 1 ? 256 : CODES);
    Numbers numbers = numbers_new(random, width_bytes, count, below);
    size_t words = bit_words(below);
    uint64_t *codes = memory_alloc(words * sizeof *codes);
    for (size_t i = 0; i < words; i++)
        codes[i] = random_next(random);
    bool is_sparse = random_chance(random, 0.5); /* a few of a hundred */
    for (size_t i = 0; is_sparse && i < words; i++)
        codes[i] &=
            random_next(random) & random_next(random) & random_next(random) & random_next(random);
    if (random_chance(random, 0.3)) keep_every(codes, below, 2 + random_below(random, 300));
    CodeSieve sieve = code_sieve_of(codes, words);
    Bits expected = bits_untouched();
    memset(expected.words, 0, bit_words(count) * 8);
    for (size_t i = 0; i < count; i++) {
        bool is_in = bit_at(codes, number_at(numbers.data, width_bytes, i));
        expected.words[i / 64] |= (uint64_t)is_in << i % 64;
    }
    FOR_LEVELS(kernels)
    {
        Bits actual = bits_untouched();
        kernels->test_codes(numbers.data, width_bytes, count, codes, NULL, actual.words);
        EXPECT(bits_equal(&actual, &expected));
        actual = bits_untouched();
        kernels->test_codes(numbers.data, width_bytes, count, codes, &sieve, actual.words);
        EXPECT(bits_equal(&actual, &expected));
    }
    free(codes);
    free(numbers.memory);
}

TEST(test_codes)
{
    for_columns(check_codes);
}

static void check_changes(Random *random, uint8_t width_bytes, size_t count)
{
    Numbers numbers = numbers_new(random, 1, count, 1 + random_below(random, 4 * width_bytes));
    Bits expected = bits_untouched();
    memset(expected.words, 0, bit_words(count) * 8);
    for (size_t i = 0; i < count; i++) {
        bool is_change =
            i + 1 == count || number_at(numbers.data, 1, i) != number_at(numbers.data, 1, i + 1);
        expected.words[i / 64] |= (uint64_t)is_change << i % 64;
    }
    FOR_LEVELS(kernels)
    {
        Bits actual = bits_untouched();
        kernels->test_changes(numbers.data, count, actual.words);
        EXPECT(bits_equal(&actual, &expected));
    }
    free(numbers.memory);
}

TEST(test_changes)
{
    for_columns(check_changes);
}

static void check_widen(Random *random, uint8_t width_bytes, size_t count)
{
    Numbers numbers = numbers_new(random, width_bytes, count, width_bytes == 1 ? 0 : 200);
    int64_t base = random_between(random, -1000000, 1000000);
    int64_t factor =
        random_chance(random, 0.5) ? 1 : random_between(random, -5000000000, 5000000000);
    uint8_t width_used = random_chance(random, 0.1) ? 0 : width_bytes;
    int64_t *actual = memory_alloc((count + 1) * sizeof *actual);
    FOR_LEVELS(kernels)
    {
        actual[count] = 77;
        kernels->widen(width_used == 0 ? NULL : numbers.data, width_used, count, base, factor,
                       actual);
        EXPECT(actual[count] == 77);
        bool is_equal = true;
        for (size_t i = 0; i < count; i++) {
            int64_t stored = (int64_t)number_at(numbers.data, width_bytes, i);
            is_equal &= actual[i] == base + (width_used == 0 ? 0 : factor * stored);
        }
        EXPECT(is_equal);
    }
    free(actual);
    free(numbers.memory);
}

TEST(widen)
{
    for_columns(check_widen);
}

static void check_numbers(Random *random, uint8_t width_bytes, size_t count)
{
    uint64_t below = width_bytes == 8 ? 0 : 40;
    Numbers left_numbers = numbers_new(random, 8, count, below);
    Numbers right_numbers = numbers_new(random, 8, count, below);
    const int64_t *left = left_numbers.data, *right = right_numbers.data;
    int64_t low = random_between(random, -3, 30), high = random_between(random, -3, 45);
    if (width_bytes == 2) low = INT64_MIN;
    if (width_bytes == 4) high = INT64_MAX;
    Bits less = bits_untouched(), equal = bits_untouched(), within = bits_untouched();
    memset(less.words, 0, bit_words(count) * 8);
    memset(equal.words, 0, bit_words(count) * 8);
    memset(within.words, 0, bit_words(count) * 8);
    for (size_t i = 0; i < count; i++) {
        less.words[i / 64] |= (uint64_t)(left[i] < right[i]) << i % 64;
        equal.words[i / 64] |= (uint64_t)(left[i] == right[i]) << i % 64;
        within.words[i / 64] |= (uint64_t)(low <= left[i] && left[i] <= high) << i % 64;
    }
    FOR_LEVELS(kernels)
    {
        Bits actual = bits_untouched();
        kernels->compare_less(left, right, count, actual.words);
        EXPECT(bits_equal(&actual, &less));
        actual = bits_untouched();
        kernels->compare_equal(left, right, count, actual.words);
        EXPECT(bits_equal(&actual, &equal));
        actual = bits_untouched();
        kernels->test_numbers(left, count, low, high, actual.words);
        EXPECT(bits_equal(&actual, &within));
    }
    free(left_numbers.memory);
    free(right_numbers.memory);
}

TEST(comparisons_of_numbers)
{
    for_columns(check_numbers);
}

/* Customers with few events, none, and now and then very many. */
static size_t make_offsets(Random *random, size_t events_count, uint32_t *ret_offsets)
{
    uint32_t origin = (uint32_t)random_below(random, 1000);
    bool has_long_rows = random_chance(random, 0.4);
    size_t rows_count = 0;
    ret_offsets[0] = origin;
    for (size_t event = 0; rows_count < ROWS_MAX; rows_count++) {
        size_t length =
            random_below(random, has_long_rows && random_chance(random, 0.02) ? 6000 : 21);
        if (length > events_count - event) length = events_count - event;
        event += length;
        ret_offsets[rows_count + 1] = origin + (uint32_t)event;
        if (event == events_count && random_chance(random, 0.3)) break;
    }
    return rows_count;
}

static uint64_t *make_mask(Random *random, size_t events_count)
{
    double chance = random_chance(random, 0.3) ? 0.02 : random_unit(random);
    uint64_t *mask = memory_alloc(bit_words(events_count) * sizeof *mask);
    for (size_t i = 0; i < events_count; i++)
        mask[i / 64] |= (uint64_t)random_chance(random, chance) << i % 64;
    return mask;
}

typedef struct {
    int64_t counts[ROWS_MAX + 1], sums[ROWS_MAX + 1];
    uint64_t any[ROWS_MAX / 64 + 1];
} PerRow;

static void expect_per_row(const uint32_t *offsets, size_t rows_count, const uint64_t *mask,
                           const KernelColumn *column, PerRow *ret_expected)
{
    memset(ret_expected, 0, sizeof *ret_expected);
    for (size_t row = 0; row < rows_count; row++)
        for (uint32_t at = offsets[row] - offsets[0]; at < offsets[row + 1] - offsets[0]; at++) {
            if (mask != NULL && !bit_at(mask, at)) continue;
            uint64_t stored =
                column->width_bytes == 0 ? 0 : number_at(column->data, column->width_bytes, at);
            uint64_t number = (uint64_t)column->base + (uint64_t)column->factor * stored;
            ret_expected->counts[row]++;
            ret_expected->sums[row] = (int64_t)((uint64_t)ret_expected->sums[row] + number);
            ret_expected->any[row / 64] |= UINT64_C(1) << row % 64;
        }
}

static void check_per_row(Random *random, uint8_t width_bytes, size_t count)
{
    static uint32_t offsets[ROWS_MAX + 2];
    static PerRow expected, actual;
    size_t rows_count = make_offsets(random, count, offsets);
    size_t events_count = offsets[rows_count] - offsets[0];
    bool are_small = random_chance(random, 0.5);
    Numbers numbers = numbers_new(random, width_bytes, events_count, are_small ? 200 : 0);
    uint64_t *mask = random_chance(random, 0.3) ? NULL : make_mask(random, events_count);
    KernelColumn column = {.data = numbers.data,
                           .width_bytes = random_chance(random, 0.1) ? 0 : width_bytes,
                           .base = random_chance(random, 0.5) ? 0 : -1234567,
                           .factor = random_chance(random, 0.5) ? 1 : 100};
    expect_per_row(offsets, rows_count, mask, &column, &expected);
    FOR_LEVELS(kernels)
    {
        memset(&actual, 0, sizeof actual);
        kernels->count_per_row(offsets, rows_count, mask, actual.counts);
        kernels->sum_per_row(offsets, rows_count, mask, &column, actual.sums);
        kernels->any_per_row(offsets, rows_count, mask, actual.any);
        EXPECT(memcmp(actual.counts, expected.counts, sizeof actual.counts) == 0);
        EXPECT(memcmp(actual.sums, expected.sums, sizeof actual.sums) == 0);
        EXPECT(memcmp(actual.any, expected.any, sizeof actual.any) == 0);
    }
    free(mask);
    free(numbers.memory);
}

TEST(counts_and_sums_per_row)
{
    for_columns(check_per_row);
}

/* One customer with more events than several chunks hold, numbers that need 64-bit totals. */
TEST(one_row_of_everything)
{
    enum { EVENTS = 20000 };
    Random random = random_seeded(harness_seed());
    uint32_t offsets[] = {5, 5, EVENTS + 5, EVENTS + 5};
    Numbers numbers = numbers_new(&random, 4, EVENTS, UINT64_C(1) << 32);
    uint64_t sum = 0;
    for (size_t i = 0; i < EVENTS; i++)
        sum += number_at(numbers.data, 4, i);
    FOR_LEVELS(kernels)
    {
        int64_t sums[3];
        KernelColumn column = {numbers.data, 4, 3, 7};
        kernels->sum_per_row(offsets, 3, NULL, &column, sums);
        EXPECT_INT(sums[0], 0);
        EXPECT_INT(sums[1], 3 * EVENTS + 7 * (int64_t)sum);
        EXPECT_INT(sums[2], 0);
    }
    free(numbers.memory);
}

TEST(counts_of_bits)
{
    Random random = random_seeded(harness_seed());
    for (size_t words = 0; words < 400; words += words < 140 ? 1 : 13) {
        uint64_t *a = memory_alloc(words * 8), *b = memory_alloc(words * 8);
        uint64_t in_a = 0, in_both = 0;
        for (size_t i = 0; i < words * 64; i++) {
            uint64_t has_a = random_chance(&random, 0.8), has_b = random_chance(&random, 0.8);
            a[i / 64] |= has_a << i % 64;
            b[i / 64] |= has_b << i % 64;
            in_a += has_a;
            in_both += has_a & has_b;
        }
        FOR_LEVELS(kernels)
        {
            EXPECT(kernels->count_bits(a, words) == in_a);
            EXPECT(kernels->count_common_bits(a, b, words) == in_both);
        }
        free(a);
        free(b);
    }
}

TEST(counts_per_column)
{
    enum { ROWS = 50, GROUPS = 3, WORDS = 4 * GROUPS, COLUMNS = 64 * WORDS, ADDED = 16 * 40 };
    static uint64_t rows[ROWS * WORDS], slices[KERNEL_SLICES * WORDS];
    static uint16_t places[ADDED];
    uint64_t expected[COLUMNS] = {0};
    Random random = random_seeded(harness_seed());
    for (size_t i = 0; i < ROWS * WORDS; i++)
        rows[i] = random_next(&random) | random_next(&random);
    for (size_t i = 0; i < ADDED; i++) {
        places[i] = (uint16_t)random_below(&random, ROWS);
        for (size_t column = 0; column < COLUMNS; column++)
            expected[column] += bit_at(rows + places[i] * WORDS, column);
    }
    FOR_LEVELS(kernels)
    {
        memset(slices, 0, sizeof slices);
        kernels->add_rows(rows, WORDS, GROUPS, places, 16, slices);
        kernels->add_rows(rows, WORDS, GROUPS, places + 16, ADDED - 16, slices);
        for (size_t column = 0; column < COLUMNS; column++) {
            const uint64_t *slice = slices + column / 256 * KERNEL_SLICES * 4;
            uint64_t count = 0;
            for (size_t k = 0; k < KERNEL_SLICES; k++)
                count |= (uint64_t)bit_at(slice + 4 * k, column % 256) << k;
            EXPECT_INT(count, expected[column]);
        }
    }
}

TEST(places_of_bits)
{
    enum { WORDS = 20 };
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 40; round++) {
        uint64_t words[WORDS], flip = round % 2 == 0 ? 0 : ~UINT64_C(0);
        for (size_t i = 0; i < WORDS; i++)
            words[i] = random_next(&random) & random_next(&random) & (uint64_t) - (round % 3);
        FOR_LEVELS(kernels)
        {
            uint16_t places[WORDS * 64 + 3];
            size_t count = kernels->list_bits(words, WORDS, flip, places), at = 0;
            for (size_t i = 0; i < WORDS * 64; i++)
                if (bit_at(words, i) == (flip == 0)) EXPECT_INT(places[at++], i);
            EXPECT_INT(count, at);
        }
    }
}

TEST(turned_squares)
{
    Random random = random_seeded(harness_seed());
    FOR_LEVELS(kernels)
    {
        uint64_t square[64], turned[64];
        for (size_t i = 0; i < 64; i++)
            square[i] = turned[i] = random_next(&random);
        kernels->turn(turned);
        for (size_t i = 0; i < 64; i++)
            for (size_t j = 0; j < 64; j++)
                EXPECT(bit_at(&turned[j], i) == bit_at(&square[i], j));
    }
}

TEST(level_can_be_lowered_by_the_environment)
{
    EngineLevel best = engine_level();
    REQUIRE(setenv("KOHORTA_ENGINE_LEVEL", "scalar", 1) == 0);
    EXPECT_INT(engine_level(), ENGINE_SCALAR);
    REQUIRE(setenv("KOHORTA_ENGINE_LEVEL", "nonsense", 1) == 0);
    EXPECT_INT(engine_level(), kernels_of(ENGINE_AVX512)->level);
    REQUIRE(unsetenv("KOHORTA_ENGINE_LEVEL") == 0);
    EXPECT(best <= engine_level());
    EXPECT_TEXT(text_of(engine_level_name(ENGINE_AVX2)), "avx2");
}

/* Whether a number would stand at a place if all were sorted. */
static bool stands_at(const uint32_t *numbers, size_t count, uint32_t number, size_t place)
{
    size_t less = 0, not_greater = 0;
    for (size_t i = 0; i < count; i++) {
        less += numbers[i] < number;
        not_greater += numbers[i] <= number;
    }
    return less <= place && place < not_greater;
}

TEST(middles_per_row)
{
    enum { ROWS = 4, EVENTS_MAX = 30 };
    Random random = random_seeded(harness_seed());
    for (uint32_t round = 0; round < 2000; round++) {
        uint32_t numbers[ROWS * EVENTS_MAX + KERNEL_FEW], offsets[ROWS + 1] = {7};
        uint64_t mask[2] = {random_next(&random), random_next(&random)};
        for (size_t i = 0; i < ROWS; i++)
            offsets[i + 1] = offsets[i] + (uint32_t)random_below(&random, EVENTS_MAX);
        for (size_t i = 0; i < ROWS * EVENTS_MAX + KERNEL_FEW; i++)
            numbers[i] = (uint32_t)random_next(&random) >> round % 32;
        FOR_LEVELS(kernels)
        {
            uint32_t counts[ROWS + KERNEL_FEW], lows[ROWS + KERNEL_FEW], highs[ROWS + KERNEL_FEW];
            KernelMiddles middles = {counts, lows, highs};
            kernels->middles_per_row(offsets, ROWS, round % 3 == 0 ? NULL : mask, numbers,
                                     &middles);
            for (size_t row = 0; row < ROWS; row++) {
                uint32_t chosen[EVENTS_MAX];
                size_t count = 0;
                for (uint32_t i = offsets[row] - 7; i < offsets[row + 1] - 7; i++)
                    if (round % 3 == 0 || bit_at(mask, i)) chosen[count++] = numbers[i];
                EXPECT_INT(counts[row], count);
                if (count == 0 || count > KERNEL_FEW) continue;
                EXPECT(stands_at(chosen, count, lows[row], (count - 1) / 2));
                EXPECT(stands_at(chosen, count, highs[row], count / 2));
            }
        }
    }
}

TEST(distinct_per_row)
{
    enum { EVENTS = 1000 };
    Random random = random_seeded(harness_seed());
    for (uint32_t round = 0; round < 300; round++) {
        const uint32_t most[] = {1, 63, 64, 254, 255};
        uint32_t offsets[6] = {0}, firsts[6] = {3};
        uint64_t mask[EVENTS / 64 + 1];
        uint8_t numbers[EVENTS];
        for (size_t row = 0; row < 5; row++) {
            offsets[row + 1] = offsets[row] + (uint32_t)random_below(&random, EVENTS / 5);
            firsts[row + 1] = firsts[row] + most[row];
            for (size_t i = offsets[row]; i < offsets[row + 1]; i++)
                numbers[i] = (uint8_t)random_below(&random, most[row] + 1);
        }
        for (size_t i = 0; i < EVENTS / 64 + 1; i++)
            mask[i] = random_next(&random);
        FOR_LEVELS(kernels)
        {
            int64_t counts[5];
            kernels->distinct_per_row(offsets, 5, mask, numbers, firsts, counts);
            EXPECT_INT(counts[4], KERNEL_MANY);
            for (size_t row = 0; row < 4; row++) {
                bool met[256] = {false};
                int64_t expected = 0;
                for (size_t i = offsets[row]; i < offsets[row + 1]; i++) {
                    if (!bit_at(mask, i)) continue;
                    expected += numbers[i] != 0 && !met[numbers[i]];
                    met[numbers[i]] = true;
                }
                EXPECT_INT(counts[row], expected);
            }
        }
    }
}
