/* order.c -- sorting by digits of 16 bits from the lowest on, which keeps the order of equals. */
#include "analysis/order.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 16, DIGITS = 1 << DIGIT_BITS, DIGITS_OF_VALUE = 4, SMALL = 256 };

typedef struct {
    uint64_t key; /* ascending keys are descending values */
    uint32_t index;
} Entry;

/* Flipping the sign bit makes the order of signed numbers that of unsigned ones; flipping all of
 * them turns it round. */
static uint64_t key_of(int64_t value)
{
    return ~((uint64_t)value ^ (UINT64_C(1) << 63));
}

static void sort_small(Entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        Entry entry = entries[i];
        size_t place = i;
        for (; place > 0 && entries[place - 1].key > entry.key; place--)
            entries[place] = entries[place - 1];
        entries[place] = entry;
    }
}

/* One pass; false when all entries have the same digit and nothing was moved. */
static bool sort_by_digit(const Entry *from, Entry *to, size_t count, int shift, size_t *places)
{
    memset(places, 0, DIGITS * sizeof *places);
    for (size_t i = 0; i < count; i++)
        places[from[i].key >> shift & (DIGITS - 1)]++;
    if (places[from[0].key >> shift & (DIGITS - 1)] == count) return false;
    size_t place = 0;
    for (size_t digit = 0; digit < DIGITS; digit++) {
        size_t with_digit = places[digit];
        places[digit] = place;
        place += with_digit;
    }
    for (size_t i = 0; i < count; i++)
        to[places[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
    return true;
}

static Entry *sort_large(Entry *entries, Entry *spare, size_t count)
{
    size_t *places = memory_alloc(DIGITS * sizeof *places);
    for (int digit = 0; digit < DIGITS_OF_VALUE; digit++) {
        if (!sort_by_digit(entries, spare, count, digit * DIGIT_BITS, places)) continue;
        Entry *sorted = spare;
        spare = entries;
        entries = sorted;
    }
    free(places);
    return entries;
}

void order_descending(const int64_t *values, uint32_t *indexes, size_t count)
{
    Entry *entries = memory_alloc_large(memory_product(count, 2 * sizeof(Entry)));
    Entry *sorted = entries;
    for (size_t i = 0; i < count; i++)
        entries[i] = (Entry){key_of(values[indexes[i]]), indexes[i]};
    if (count <= SMALL)
        sort_small(entries, count);
    else
        sorted = sort_large(entries, entries + count, count);
    for (size_t i = 0; i < count; i++)
        indexes[i] = sorted[i].index;
    free(entries);
}
