/* test_map.c -- the hash map: growth, odd keys, and agreement with a plain array. */
#include "base/map.h"
#include "base/random.h"
#include "harness/harness.h"

#include <stdio.h>
#include <string.h>

static Text numbered_key(char out[32], unsigned number)
{
    return (Text){out, (size_t)snprintf(out, 32, "ключ-%u", number)};
}

TEST(map_keeps_everything_while_it_grows)
{
    enum { KEYS = 200000 };
    AUTO(map_done) Map *map = map_new(0);
    char out[32];
    for (unsigned i = 0; i < KEYS; i++) {
        uint64_t value;
        EXPECT(map_add(map, numbered_key(out, i), i * 7u, &value));
        EXPECT_INT(value, i * 7u);
    }
    EXPECT_INT(map_count(map), KEYS);
    for (unsigned i = 0; i < KEYS; i++) {
        uint64_t value = 0;
        EXPECT(map_find(map, numbered_key(out, i), &value));
        EXPECT_INT(value, i * 7u);
    }
    uint64_t value = 42;
    EXPECT(!map_find(map, numbered_key(out, KEYS), &value));
    EXPECT_INT(value, 42);
}

TEST(map_set_overwrites_and_add_does_not)
{
    AUTO(map_done) Map *map = map_new(100000);
    uint64_t value = 0;
    map_set(map, TEXT("a"), 1);
    map_set(map, TEXT("a"), 2);
    EXPECT(!map_add(map, TEXT("a"), 3, &value));
    EXPECT_INT(value, 2);
    EXPECT_INT(map_count(map), 1);
}

TEST(map_takes_any_bytes_for_a_key)
{
    AUTO(map_done) Map *map = map_new(0);
    uint64_t value = 0;
    EXPECT(!map_find(map, (Text){NULL, 0}, &value));
    map_set(map, (Text){NULL, 0}, 1);
    map_set(map, TEXT("\0"), 2);
    map_set(map, TEXT("\0\0"), 3);
    map_set(map, TEXT("12345678"), 4);
    map_set(map, TEXT("12345678\0"), 5);
    EXPECT_INT(map_count(map), 5);
    EXPECT(map_find(map, TEXT(""), &value) && value == 1);
    EXPECT(map_find(map, TEXT("\0"), &value) && value == 2);
    EXPECT(map_find(map, TEXT("\0\0"), &value) && value == 3);
    EXPECT(map_find(map, TEXT("12345678"), &value) && value == 4);
    EXPECT(map_find(map, TEXT("12345678\0"), &value) && value == 5);
}

TEST(map_copies_its_keys)
{
    AUTO(map_done) Map *map = map_new(1);
    char key[] = "Москва";
    map_set(map, text_of(key), 77);
    memset(key, '?', sizeof key - 1);
    uint64_t value = 0;
    EXPECT(map_find(map, TEXT("Москва"), &value) && value == 77);
    Text own = map_key(map, TEXT("Москва"));
    EXPECT_TEXT(own, "Москва");
    EXPECT(own.data != key);
    EXPECT(map_key(map, TEXT("Киев")).data == NULL);
}

/* Goal: random operations give what an array indexed by the key's number gives. */
TEST(map_agrees_with_an_array)
{
    enum { KEYS = 500 };
    AUTO(map_done) Map *map = map_new(0);
    uint64_t expected[KEYS] = {0};
    bool is_present[KEYS] = {false};
    size_t count = 0;
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 20000; i++) {
        unsigned number = (unsigned)random_below(&random, KEYS);
        char out[32];
        Text key = numbered_key(out, number);
        uint64_t value = random_next(&random), found = 0;
        EXPECT_INT(map_find(map, key, &found), is_present[number]);
        EXPECT(!is_present[number] || found == expected[number]);
        if (random_chance(&random, 0.5)) {
            map_set(map, key, value);
            expected[number] = value;
        } else if (map_add(map, key, value, &found)) {
            EXPECT(!is_present[number]);
            expected[number] = value;
        }
        count += !is_present[number];
        is_present[number] = true;
        EXPECT_INT(map_count(map), count);
    }
}

TEST(map_free_accepts_null)
{
    Map *map = NULL;
    map_free(map);
    map_done(&map);
    EXPECT(map == NULL);
}
