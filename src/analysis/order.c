/* order.c -- sorting by digits of 16 bits from the lowest on, which keeps the order of equals; one
 * value of an order without sorting the rest. */
#include "analysis/order.h"

#include "base/error.h"
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

/* ---- one value of the order ---- */

/* Values below `least + (DIGITS << shift)` by their digit; where the wanted one is. */
static size_t count_digits(const int64_t *values, size_t count, int64_t least, int shift,
                           size_t *places, size_t *rank)
{
    memset(places, 0, DIGITS * sizeof *places);
    for (size_t i = 0; i < count; i++)
        places[((uint64_t)values[i] - (uint64_t)least) >> shift]++;
    size_t digit = 0;
    for (; *rank >= places[digit]; digit++)
        *rank -= places[digit];
    return digit;
}

/* How far differences to `least` must be shifted to be digits. */
static int digit_shift(const int64_t *values, size_t count, int64_t *ret_least)
{
    int64_t least = values[0], most = values[0];
    for (size_t i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    *ret_least = least;
    uint64_t range = (uint64_t)most - (uint64_t)least;
    int shift = 0;
    while (range >> shift >= DIGITS)
        shift++;
    return shift;
}

int64_t order_select(const int64_t *values, size_t count, size_t rank)
{
    ASSERT(rank < count);
    size_t *places = memory_alloc(DIGITS * sizeof *places);
    int64_t *kept = NULL, least;
    for (;;) {
        int shift = digit_shift(values, count, &least);
        uint64_t digit = count_digits(values, count, least, shift, places, &rank);
        if (shift == 0) {
            free(places);
            free(kept);
            return (int64_t)((uint64_t)least + digit);
        }
        int64_t *next = memory_alloc_large(memory_product(places[digit], sizeof *next));
        size_t next_count = 0;
        for (size_t i = 0; i < count; i++)
            if (((uint64_t)values[i] - (uint64_t)least) >> shift == digit)
                next[next_count++] = values[i];
        free(kept);
        values = kept = next;
        count = next_count;
    }
}
