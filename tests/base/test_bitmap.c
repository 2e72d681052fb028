/* test_bitmap.c -- sets as bytes: there and back, damage is seen. */
#include "base/bitmap.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/random.h"
#include "harness/harness.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = 4096, NUMBERS = WORDS * 64, KNOWN_WORDS = 16384, KNOWN_NUMBERS = KNOWN_WORDS * 64 };

static uint64_t *random_words(Random *random, double share)
{
    uint64_t *words = memory_alloc(WORDS * sizeof(uint64_t));
    for (size_t i = 0; i < NUMBERS; i++)
        if (random_chance(random, share)) words[i / 64] |= (uint64_t)1 << (i % 64);
    return words;
}

/* ---- as CRoaring 0.2.66 writes them after roaring_bitmap_run_optimize ---- */

static void add(uint64_t *words, size_t begin, size_t end, size_t step)
{
    for (size_t i = begin; i < end; i += step)
        words[i / 64] |= (uint64_t)1 << (i % 64);
}

static void expect_bytes(uint64_t *words, size_t size, const char *digest)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    uint64_t *again = NULL;
    size_t again_count = 0;
    char hex[65];
    Text bytes = bitmap_encode(words, KNOWN_WORDS, arena);
    hash_hex(hash_blake2b(bytes.data, bytes.size), hex);
    EXPECT_INT(bytes.size, size);
    EXPECT_TEXT(text_of(hex), digest);
    EXPECT_OK(bitmap_decode(bytes, KNOWN_NUMBERS, &again, &again_count, &err), &err);
    EXPECT(memcmp(words, again, again_count * sizeof *words) == 0);
    free(again);
    memset(words, 0, KNOWN_WORDS * sizeof *words);
}

TEST(bytes_are_those_of_the_library)
{
    uint64_t *words = memory_alloc(KNOWN_WORDS * sizeof(uint64_t));
    expect_bytes(words, 8, "640f7cb3c51e8b805521250011fe719054b778310961831107eca86eda9e7106");
    const size_t few[] = {1, 5, 900, 70000};
    for (size_t i = 0; i < 4; i++)
        add(words, few[i], few[i] + 1, 1);
    expect_bytes(words, 32, "47071c6d2287d4fb38ee012c3c5350cd0e6012112ffca9e64fea42dfc1e00a41");
    add(words, 0, 1000000, 3);
    expect_bytes(words, 131208, "05def368419e71f9683090db970cc6def9ca4d0bc1938b3283c9d28b1e0f3f2c");
    add(words, 0, 1000000, 97);
    expect_bytes(words, 20756, "2aca0ad5276ce9bf9075d480dcfec72f28b0e6cbc44ecad8185f311b3ae84d8f");
    add(words, 10, 300000, 1);
    expect_bytes(words, 75, "047e9d98f99bd2db7e59c29269b1d755e64a878afdfe04c995213226895d82a1");
    add(words, 100, 60000, 1);
    add(words, 65536, 65536 * 2, 2);
    add(words, 65536 * 5, 65536 * 9, 1001);
    add(words, 600000, 700000, 1);
    expect_bytes(words, 8803, "f333ffb0ae46efa71ba8b4fe52151a88624320ddce2cf55f2405377093e8da2c");
    free(words);
}

/* ---- random ones ---- */

TEST(sets_of_every_density_come_back)
{
    const double shares[] = {0, 0.00001, 0.001, 0.05, 0.5, 0.99, 1};
    Error err;
    Random random = random_seeded(1);
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        uint64_t *words = random_words(&random, shares[i]), *again = NULL;
        size_t again_count = 0;
        Text bytes = bitmap_encode(words, WORDS, arena);
        EXPECT_OK(bitmap_decode(bytes, NUMBERS, &again, &again_count, &err), &err);
        EXPECT(again_count <= WORDS);
        EXPECT(memcmp(words, again, again_count * sizeof *words) == 0);
        for (size_t word = again_count; word < WORDS; word++)
            EXPECT_INT(words[word], 0);
        free(words);
        free(again);
    }
}

TEST(few_numbers_give_the_same_bytes)
{
    uint64_t *words = memory_alloc(WORDS * sizeof(uint64_t));
    uint32_t numbers[5000];
    Random random = random_seeded(29);
    for (size_t count = 0; count < sizeof numbers / sizeof numbers[0]; count += 1 + count * 3) {
        AUTO(arena_done) Arena *arena = arena_new();
        bool is_run = count % 2 == 0;
        uint32_t number = (uint32_t)random_below(&random, NUMBERS / 2);
        memset(words, 0, WORDS * sizeof *words);
        for (size_t i = 0; i < count; i++) {
            numbers[i] = number;
            words[number / 64] |= UINT64_C(1) << (number % 64);
            number += 1 + (is_run ? 0 : (uint32_t)random_below(&random, NUMBERS / 2 / count));
        }
        EXPECT(text_equal(bitmap_encode_few(numbers, count, arena),
                          bitmap_encode(words, WORDS, arena)));
    }
    free(words);
}

TEST(one_number_is_found_without_reading_the_rest)
{
    const double shares[] = {0, 0.0001, 0.01, 0.3, 0.99, 1};
    Random random = random_seeded(11);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        uint64_t *words = random_words(&random, shares[i]);
        Text bytes = bitmap_encode(words, WORDS, arena);
        Error err;
        for (size_t trial = 0; trial < 2000; trial++) {
            uint32_t number = (uint32_t)random_below(&random, NUMBERS + 70000);
            bool expected = number < NUMBERS && (words[number / 64] >> (number % 64) & 1) != 0;
            bool is_in;
            EXPECT_OK(bitmap_has(bytes, number, &is_in, &err), &err);
            EXPECT(is_in == expected);
        }
        bool is_in;
        if (bytes.size > 8)
            EXPECT_STATUS(bitmap_has(text_slice(bytes, 0, 9), NUMBERS - 1, &is_in, &err),
                          STATUS_CORRUPT, &err);
        free(words);
    }
}

TEST(what_is_no_bitmap_is_refused)
{
    Error err;
    Random random = random_seeded(2);
    AUTO(arena_done) Arena *arena = arena_new();
    uint64_t *words = random_words(&random, 0.001), *again = NULL;
    size_t count = 0;
    Text bytes = bitmap_encode(words, WORDS, arena);
    for (size_t size = 0; size < bytes.size; size++) {
        Text cut = {bytes.data, size};
        EXPECT_STATUS(bitmap_decode(cut, NUMBERS, &again, &count, &err), STATUS_CORRUPT, &err);
    }
    char *longer_bytes = arena_alloc(arena, bytes.size + 1);
    memcpy(longer_bytes, bytes.data, bytes.size);
    Text longer = {longer_bytes, bytes.size + 1};
    EXPECT_STATUS(bitmap_decode(longer, NUMBERS, &again, &count, &err), STATUS_CORRUPT, &err);
    EXPECT_STATUS(bitmap_decode(bytes, 1000, &again, &count, &err), STATUS_CORRUPT, &err);
    free(words);
}
