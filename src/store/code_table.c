/* code_table.c -- hash table from codes to ids: open addressing, linear probing, codes inline. */
#include "store/code_table.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { INLINE_BYTES = 23, CAPACITY_MIN = 1024 };

typedef struct {
    uint32_t hash;
    uint32_t id;
    uint8_t size_plus_one; /* 0: free; UINT8_MAX: the code is longer, and stands apart */
    char code[INLINE_BYTES];
} Slot;

static_assert(sizeof(Slot) == 32, "two slots make a line of the cache");

/* What a slot holds of a longer code. */
typedef struct {
    const char *data;
    size_t size;
} LongCode;

struct CodeTable {
    Slot *slots;
    size_t capacity; /* a power of two, at most three quarters in use */
    size_t count;
    Arena *long_codes;
};

/* Zeroed; in large pages where the system has them, which spares a second miss per look-up. */
static Slot *slots_new(size_t capacity)
{
    size_t size = memory_product(capacity, sizeof(Slot));
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT(memory != MAP_FAILED); /* out of memory aborts */
    madvise(memory, size, MADV_HUGEPAGE);
    return memory;
}

CodeTable *code_table_new(void)
{
    CodeTable *table = MEMORY_NEW(CodeTable);
    table->capacity = CAPACITY_MIN;
    table->slots = slots_new(CAPACITY_MIN);
    table->long_codes = arena_new();
    return table;
}

void code_table_free(CodeTable *table)
{
    if (table == NULL) return;
    munmap(table->slots, table->capacity * sizeof(Slot));
    arena_free(table->long_codes);
    free(table);
}

static uint64_t load_8(const char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

/* Codes of 8 to 23 bytes, which most are, need no call: three loads of 8 bytes cover them. */
static bool is_equal_short(const char *a, const char *b, size_t size)
{
    if (size < 8) return memcmp(a, b, size) == 0;
    if (load_8(a) != load_8(b) || load_8(a + size - 8) != load_8(b + size - 8)) return false;
    return size <= 16 || load_8(a + 8) == load_8(b + 8);
}

static bool holds(const Slot *slot, Text code)
{
    if (code.size <= INLINE_BYTES)
        return slot->size_plus_one == code.size + 1 &&
               is_equal_short(slot->code, code.data, code.size);
    if (slot->size_plus_one != UINT8_MAX) return false;
    LongCode own;
    memcpy(&own, slot->code, sizeof own);
    return own.size == code.size && memcmp(own.data, code.data, code.size) == 0;
}

/* The slot of the code, or the free one where it belongs. */
static Slot *locate(const CodeTable *table, Text code, uint64_t hash)
{
    size_t mask = table->capacity - 1;
    for (size_t i = (size_t)(hash >> 32) & mask;; i = (i + 1) & mask) {
        Slot *slot = &table->slots[i];
        if (slot->size_plus_one == 0) return slot;
        if (slot->hash == (uint32_t)(hash >> 32) && holds(slot, code)) return slot;
    }
}

static uint64_t hash_of(Text code)
{
    return hash_fast(code.data, code.size);
}

bool code_table_find(const CodeTable *table, Text code, uint32_t *ret_id)
{
    if (code.size == 0) return false;
    const Slot *slot = locate(table, code, hash_of(code));
    if (slot->size_plus_one == 0) return false;
    *ret_id = slot->id;
    return true;
}

void code_table_expect(const CodeTable *table, Text code)
{
    size_t mask = table->capacity - 1;
    if (code.size > 0) __builtin_prefetch(&table->slots[(size_t)(hash_of(code) >> 32) & mask]);
}

/* The stored hash places a slot anew without its code. */
static void grow(CodeTable *table)
{
    Slot *old_slots = table->slots;
    size_t old_capacity = table->capacity;
    table->capacity = memory_product(old_capacity, 2);
    table->slots = slots_new(table->capacity);
    size_t mask = table->capacity - 1;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old_slots[i].size_plus_one == 0) continue;
        size_t place = old_slots[i].hash & mask;
        while (table->slots[place].size_plus_one != 0)
            place = (place + 1) & mask;
        table->slots[place] = old_slots[i];
    }
    munmap(old_slots, old_capacity * sizeof(Slot));
}

void code_table_set(CodeTable *table, Text code, uint32_t id)
{
    ASSERT(code.size > 0);
    if (table->count >= table->capacity / 4 * 3) grow(table);
    uint64_t hash = hash_of(code);
    Slot *slot = locate(table, code, hash);
    if (slot->size_plus_one == 0) {
        table->count++;
        slot->hash = (uint32_t)(hash >> 32);
        slot->size_plus_one = code.size <= INLINE_BYTES ? (uint8_t)(code.size + 1) : UINT8_MAX;
        if (code.size <= INLINE_BYTES) {
            memcpy(slot->code, code.data, code.size);
        } else {
            Text own = arena_text(table->long_codes, code);
            LongCode long_code = {own.data, own.size};
            memcpy(slot->code, &long_code, sizeof long_code);
        }
    }
    slot->id = id;
}
