/* test_bitmap.c -- sets as bytes: there and back, damage is seen. */
#include "base/bitmap.h"
#include "base/memory.h"
#include "base/random.h"
#include "harness/harness.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = 4096, NUMBERS = WORDS * 64 };

static uint64_t *random_words(Random *random, double share)
{
    uint64_t *words = memory_alloc(WORDS * sizeof(uint64_t));
    for (size_t i = 0; i < NUMBERS; i++)
        if (random_chance(random, share)) words[i / 64] |= (uint64_t)1 << (i % 64);
    return words;
}

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
