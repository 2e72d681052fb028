/* customer_set.c -- sets of customers as plain bits. */
#include "model/customer_set.h"

#include "base/bits.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static size_t words_for(CustomerId largest)
{
    return (size_t)largest.value / 64 + 1;
}

static uint64_t bit_of(CustomerId id)
{
    return (uint64_t)1 << (id.value % 64);
}

CustomerSet customer_set_new(CustomerId largest)
{
    size_t count = words_for(largest);
    return (CustomerSet){.words = memory_alloc(memory_product(count, sizeof(uint64_t))),
                         .words_count = count};
}

void customer_set_free(CustomerSet *set)
{
    free(set->words);
    *set = (CustomerSet){0};
}

/* Words that are written at once need not be zeroed before. */
static CustomerSet unset_words(size_t count)
{
    return (CustomerSet){.words = memory_resize(NULL, memory_product(count, sizeof(uint64_t))),
                         .words_count = count};
}

CustomerSet customer_set_copy(const CustomerSet *set)
{
    CustomerSet copy = unset_words(set->words_count);
    if (set->words_count > 0) memcpy(copy.words, set->words, set->words_count * sizeof(uint64_t));
    return copy;
}

/* New words are empty. Doubling, so that adding ascending ids stays linear. */
static void grow(CustomerSet *set, size_t words_count)
{
    if (words_count <= set->words_count) return;
    size_t wanted = words_count > 2 * set->words_count ? words_count : 2 * set->words_count;
    set->words = memory_resize(set->words, memory_product(wanted, sizeof(uint64_t)));
    memset(set->words + set->words_count, 0, (wanted - set->words_count) * sizeof(uint64_t));
    set->words_count = wanted;
}

bool customer_set_has(const CustomerSet *set, CustomerId id)
{
    size_t word = id.value / 64;
    return word < set->words_count && (set->words[word] & bit_of(id)) != 0;
}

void customer_set_add(CustomerSet *set, CustomerId id)
{
    ASSERT(id.value > 0);
    grow(set, words_for(id));
    set->words[id.value / 64] |= bit_of(id);
}

void customer_set_remove(CustomerSet *set, CustomerId id)
{
    if (customer_set_has(set, id)) set->words[id.value / 64] &= ~bit_of(id);
}

uint64_t customer_set_count(const CustomerSet *set)
{
    return customer_set_count_common(set, set);
}

static size_t shorter(const CustomerSet *a, const CustomerSet *b)
{
    return a->words_count < b->words_count ? a->words_count : b->words_count;
}

uint64_t customer_set_count_common(const CustomerSet *a, const CustomerSet *b)
{
    uint64_t count = 0;
    for (size_t i = 0, n = shorter(a, b); i < n; i++)
        count += word_bits_count(a->words[i] & b->words[i]);
    return count;
}

static bool is_empty_from(const CustomerSet *set, size_t begin)
{
    for (size_t i = begin; i < set->words_count; i++)
        if (set->words[i] != 0) return false;
    return true;
}

bool customer_set_is_empty(const CustomerSet *set)
{
    return is_empty_from(set, 0);
}

bool customer_set_equal(const CustomerSet *a, const CustomerSet *b)
{
    size_t common = shorter(a, b);
    for (size_t i = 0; i < common; i++)
        if (a->words[i] != b->words[i]) return false;
    return is_empty_from(a, common) && is_empty_from(b, common);
}

void customer_set_unite(CustomerSet *target, const CustomerSet *other)
{
    grow(target, other->words_count);
    for (size_t i = 0; i < other->words_count; i++)
        target->words[i] |= other->words[i];
}

void customer_set_intersect(CustomerSet *target, const CustomerSet *other)
{
    for (size_t i = 0; i < target->words_count; i++)
        target->words[i] &= i < other->words_count ? other->words[i] : 0;
}

void customer_set_subtract(CustomerSet *target, const CustomerSet *other)
{
    for (size_t i = 0, n = shorter(target, other); i < n; i++)
        target->words[i] &= ~other->words[i];
}

static uint64_t word_at(const CustomerSet *set, size_t i)
{
    return i < set->words_count ? set->words[i] : 0;
}

CustomerSet customer_set_difference(const CustomerSet *a, const CustomerSet *b, uint64_t *ret_count)
{
    size_t end = a->words_count, common = shorter(a, b);
    while (end > 0 && (a->words[end - 1] & ~word_at(b, end - 1)) == 0)
        end--;
    *ret_count = 0;
    if (end == 0) return (CustomerSet){0};
    if (common > end) common = end;
    CustomerSet set = unset_words(end);
    for (size_t i = 0; i < common; i++)
        set.words[i] = a->words[i] & ~b->words[i];
    if (end > common)
        memcpy(set.words + common, a->words + common, (end - common) * sizeof *set.words);
    *ret_count = customer_set_count(&set);
    return set;
}

void customer_set_assign(CustomerSet *set, const CustomerId *customers, size_t count,
                         const uint64_t *bits)
{
    if (count == 0) return;
    grow(set, words_for(customers[count - 1]));
    for (size_t i = 0; i < count; i++) {
        uint64_t *word = &set->words[customers[i].value / 64];
        unsigned bit = customers[i].value % 64;
        *word = (*word & ~(UINT64_C(1) << bit)) | (bits[i / 64] >> (i % 64) & 1) << bit;
    }
}

/* The first word from here on that is not empty, or one before it; few customers of millions leave
 * long runs of empty ones. */
static size_t skip_empty(const CustomerSet *set, size_t word)
{
    enum { STRIDE = 8 };
    for (; word + STRIDE <= set->words_count; word += STRIDE) {
        uint64_t bits = 0;
        for (size_t i = 0; i < STRIDE; i++)
            bits |= set->words[word + i];
        if (bits != 0) break;
    }
    return word;
}

CustomerId customer_set_next(const CustomerSet *set, CustomerId from)
{
    size_t word = from.value / 64;
    if (word >= set->words_count) return (CustomerId){0};
    uint64_t bits = set->words[word] & ~(bit_of(from) - 1);
    if (bits == 0) word = skip_empty(set, word + 1) - 1;
    while (bits == 0) {
        if (++word >= set->words_count) return (CustomerId){0};
        bits = set->words[word];
    }
    return (CustomerId){(uint32_t)(word * 64 + (size_t)__builtin_ctzll(bits))};
}

const CustomerId *customer_set_list(const CustomerSet *set, Arena *arena)
{
    CustomerId *list = ARENA_ARRAY(arena, CustomerId, customer_set_count(set));
    size_t count = 0;
    FOR_EACH_CUSTOMER (id, set)
        list[count++] = id;
    return list;
}
