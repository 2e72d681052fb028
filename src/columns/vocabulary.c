/* vocabulary.c -- different texts numbered as they come: open addressing, at most half full. */
#include "columns/vocabulary.h"

#include "base/error.h"
#include "base/fold.h"
#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64, CAPACITY_MIN = 32, SLOTS_KEPT_MAX = 1 << 13 };

static void table_init(TextTable *table)
{
    table->slots_count = SLOTS_MIN;
    table->slots = memory_alloc(memory_product(SLOTS_MIN, sizeof *table->slots));
    table->capacity = CAPACITY_MIN;
    table->entries = memory_alloc(memory_product(CAPACITY_MIN, sizeof *table->entries));
    table->bytes = arena_new();
}

static void table_done(TextTable *table)
{
    free(table->slots);
    free(table->entries);
    arena_free(table->bytes);
}

/* A table that was large for once gives its memory back. */
static void table_clear(TextTable *table)
{
    if (table->slots_count > SLOTS_KEPT_MAX) {
        table_done(table);
        *table = (TextTable){0};
        table_init(table);
        return;
    }
    memset(table->slots, 0, table->slots_count * sizeof *table->slots);
    arena_reset(table->bytes);
    table->count = 0;
}

static uint32_t hash_of(Text text)
{
    return (uint32_t)(hash_fast(text.data, text.size) >> 32);
}

/* The slot of a text, or the free slot where it belongs. */
static uint32_t *locate(const TextTable *table, Text text, uint32_t hash)
{
    size_t mask = table->slots_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &table->slots[i];
        if (*slot == 0) return slot;
        const TextEntry *entry = &table->entries[*slot - 1];
        if (entry->hash == hash && entry->size == text.size &&
            memcmp(entry->data, text.data, text.size) == 0)
            return slot;
    }
}

static void grow_slots(TextTable *table)
{
    free(table->slots);
    table->slots_count = memory_product(table->slots_count, 2);
    table->slots = memory_alloc(memory_product(table->slots_count, sizeof *table->slots));
    size_t mask = table->slots_count - 1;
    for (uint32_t id = 0; id < table->count; id++) {
        size_t i = table->entries[id].hash & mask;
        while (table->slots[i] != 0)
            i = (i + 1) & mask;
        table->slots[i] = id + 1;
    }
}

static bool is_last(const TextTable *table, Text text)
{
    if (table->last >= table->count) return false;
    const TextEntry *entry = &table->entries[table->last];
    return entry->size == text.size && memcmp(entry->data, text.data, text.size) == 0;
}

static uint32_t table_add(TextTable *table, Text text, bool *ret_is_new)
{
    *ret_is_new = false;
    if (is_last(table, text)) return table->last;
    uint32_t hash = hash_of(text);
    uint32_t *slot = locate(table, text, hash);
    *ret_is_new = *slot == 0;
    if (*slot != 0) return table->last = *slot - 1;
    ASSERT(table->count < UINT32_MAX / 2 && text.size <= UINT32_MAX);
    if (table->count == table->capacity) {
        table->capacity *= 2;
        table->entries =
            memory_resize(table->entries, memory_product(table->capacity, sizeof *table->entries));
    }
    uint32_t id = table->last = table->count++;
    table->entries[id] = (TextEntry){
        .data = arena_cstr(table->bytes, text), .size = (uint32_t)text.size, .hash = hash};
    *slot = id + 1;
    if (table->count > table->slots_count / 2) grow_slots(table);
    return id;
}

static Text entry_text(const TextTable *table, uint32_t id)
{
    ASSERT(id < table->count);
    return (Text){table->entries[id].data, table->entries[id].size};
}

Vocabulary *vocabulary_new(void)
{
    Vocabulary *set = MEMORY_NEW(Vocabulary);
    table_init(&set->texts);
    table_init(&set->folds);
    set->scratch = arena_new();
    return set;
}

void vocabulary_free(Vocabulary *set)
{
    if (set == NULL) return;
    table_done(&set->texts);
    table_done(&set->folds);
    arena_free(set->scratch);
    free(set->own);
    free(set);
}

void vocabulary_clear(Vocabulary *set)
{
    table_clear(&set->texts);
    table_clear(&set->folds);
}

void vocabulary_begin_customer(Vocabulary *set)
{
    set->customer++;
    set->own_count = 0;
    set->own_classes_count = 0;
}

static void add_own(Vocabulary *set, uint32_t id)
{
    if (set->own_count == set->own_capacity) {
        set->own_capacity = set->own_capacity == 0 ? CAPACITY_MIN : 2 * set->own_capacity;
        set->own = memory_resize(set->own, memory_product(set->own_capacity, sizeof *set->own));
    }
    set->own[set->own_count++] = id;
}

uint32_t vocabulary_add(Vocabulary *set, Text text)
{
    bool is_new;
    uint32_t id = table_add(&set->texts, text, &is_new);
    if (is_new) {
        bool is_new_fold;
        arena_reset(set->scratch);
        set->texts.entries[id].class =
            table_add(&set->folds, text_fold(text, set->scratch), &is_new_fold);
    }
    TextEntry *entry = &set->texts.entries[id];
    if (entry->mark == set->customer) return id;
    entry->mark = set->customer;
    add_own(set, id);
    TextEntry *fold = &set->folds.entries[entry->class];
    set->own_classes_count += fold->mark != set->customer;
    fold->mark = set->customer;
    return id;
}

bool vocabulary_find(Vocabulary *set, Text text, uint32_t *ret_id)
{
    TextTable *table = &set->texts;
    if (!is_last(table, text)) {
        uint32_t slot = *locate(table, text, hash_of(text));
        if (slot == 0) return false;
        table->last = slot - 1;
    }
    *ret_id = table->last;
    return true;
}

void vocabulary_give_code(Vocabulary *set, uint32_t id, uint32_t code)
{
    ASSERT(id < set->texts.count);
    set->texts.entries[id].code = code;
}

uint32_t vocabulary_code(const Vocabulary *set, uint32_t id)
{
    return set->texts.entries[id].code;
}

Text vocabulary_text(const Vocabulary *set, uint32_t id)
{
    return entry_text(&set->texts, id);
}

Text vocabulary_folded(const Vocabulary *set, uint32_t id)
{
    return entry_text(&set->folds, set->texts.entries[id].class);
}
