/* map.c -- open addressing with linear probing, at most three quarters full. */
#include "base/map.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_MIN = 16 };

typedef struct {
    const char *key; /* NULL in a free slot */
    uint32_t key_size;
    uint32_t hash; /* low half: tells most different keys apart without touching them */
    uint64_t value;
} Slot;

struct Map {
    Slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
    Arena *keys;
};

static bool is_crowded(size_t count, size_t capacity)
{
    return count > capacity / 4 * 3;
}

Map *map_new(size_t expected_count)
{
    Map *map = MEMORY_NEW(Map);
    map->capacity = CAPACITY_MIN;
    while (is_crowded(expected_count, map->capacity))
        map->capacity = memory_product(map->capacity, 2);
    map->slots = memory_alloc(memory_product(map->capacity, sizeof(Slot)));
    map->keys = arena_new();
    return map;
}

void map_free(Map *map)
{
    if (map == NULL) return;
    free(map->slots);
    arena_free(map->keys);
    free(map);
}

void map_done(Map **map)
{
    map_free(*map);
    *map = NULL;
}

size_t map_count(const Map *map)
{
    return map->count;
}

/* The slot of the key, or the free slot where it belongs. */
static Slot *locate(const Map *map, Text key, uint64_t hash)
{
    size_t mask = map->capacity - 1;
    for (size_t i = (size_t)(hash >> 32) & mask;; i = (i + 1) & mask) {
        Slot *slot = &map->slots[i];
        if (slot->key == NULL) return slot;
        if (slot->hash == (uint32_t)hash && text_equal((Text){slot->key, slot->key_size}, key))
            return slot;
    }
}

static uint64_t hash_of(Text key)
{
    return hash_fast(key.data, key.size);
}

bool map_find(const Map *map, Text key, uint64_t *ret_value)
{
    const Slot *slot = locate(map, key, hash_of(key));
    if (slot->key == NULL) return false;
    *ret_value = slot->value;
    return true;
}

static void grow(Map *map)
{
    Slot *old_slots = map->slots;
    size_t old_capacity = map->capacity;
    map->capacity = memory_product(old_capacity, 2);
    map->slots = memory_alloc(memory_product(map->capacity, sizeof(Slot)));
    for (size_t i = 0; i < old_capacity; i++) {
        if (old_slots[i].key == NULL) continue;
        Text key = {old_slots[i].key, old_slots[i].key_size};
        *locate(map, key, hash_of(key)) = old_slots[i];
    }
    free(old_slots);
}

/* The slot of the key, made with `value` when absent. */
static Slot *find_or_insert(Map *map, Text key, uint64_t value, bool *ret_is_new)
{
    ASSERT(key.size <= UINT32_MAX);
    uint64_t hash = hash_of(key);
    Slot *slot = locate(map, key, hash);
    *ret_is_new = slot->key == NULL;
    if (!*ret_is_new) return slot;
    if (is_crowded(map->count + 1, map->capacity)) {
        grow(map);
        slot = locate(map, key, hash);
    }
    *slot = (Slot){arena_cstr(map->keys, key), (uint32_t)key.size, (uint32_t)hash, value};
    map->count++;
    return slot;
}

void map_set(Map *map, Text key, uint64_t value)
{
    bool is_new;
    find_or_insert(map, key, value, &is_new)->value = value;
}

bool map_add(Map *map, Text key, uint64_t value, uint64_t *ret_value)
{
    bool is_new;
    *ret_value = find_or_insert(map, key, value, &is_new)->value;
    return is_new;
}

Text map_key(const Map *map, Text key)
{
    const Slot *slot = locate(map, key, hash_of(key));
    return slot->key == NULL ? (Text){NULL, 0} : (Text){slot->key, slot->key_size};
}
