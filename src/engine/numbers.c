/* numbers.c -- small arrays of whole numbers: sorted, counted, their middle. */
#include "engine/numbers.h"

#include "base/error.h"

#include <string.h>

enum {
    INSERTION_MAX = 32, /* above, sorting by bytes is faster */
    BYTE_VALUES = 256,
    RANGE_WORDS_MAX = 64 /* numbers that lie this close together are marked in bits */
};

/* ---- sorting ---- */

static void sort_few(int64_t *numbers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        int64_t number = numbers[i];
        size_t place = i;
        for (; place > 0 && numbers[place - 1] > number; place--)
            numbers[place] = numbers[place - 1];
        numbers[place] = number;
    }
}

typedef struct {
    int64_t min, max;
} Range;

static Range range_of(const int64_t *numbers, size_t count)
{
    Range range = {numbers[0], numbers[0]};
    for (size_t i = 1; i < count; i++) {
        range.min = numbers[i] < range.min ? numbers[i] : range.min;
        range.max = numbers[i] > range.max ? numbers[i] : range.max;
    }
    return range;
}

/* One byte of the distance from the least number: from one array to the other, stable. */
static void sort_by_byte(const int64_t *from, int64_t *to, size_t count, int64_t least,
                         unsigned shift)
{
    size_t places[BYTE_VALUES + 1] = {0};
    for (size_t i = 0; i < count; i++)
        places[(((uint64_t)from[i] - (uint64_t)least) >> shift & (BYTE_VALUES - 1)) + 1]++;
    for (size_t i = 1; i < BYTE_VALUES; i++)
        places[i] += places[i - 1];
    for (size_t i = 0; i < count; i++)
        to[places[((uint64_t)from[i] - (uint64_t)least) >> shift & (BYTE_VALUES - 1)]++] = from[i];
}

void numbers_sort(int64_t *numbers, int64_t *spare, size_t count)
{
    if (count <= INSERTION_MAX) {
        sort_few(numbers, count);
        return;
    }
    Range range = range_of(numbers, count);
    uint64_t distance = (uint64_t)range.max - (uint64_t)range.min;
    int64_t *from = numbers, *to = spare;
    for (unsigned shift = 0; shift < 64 && distance >> shift != 0; shift += 8) {
        sort_by_byte(from, to, count, range.min, shift);
        int64_t *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != numbers) memcpy(numbers, from, count * sizeof *numbers);
}

/* ---- different numbers ---- */

static size_t distinct_in_word(const int64_t *numbers, size_t count, int64_t least)
{
    uint64_t met = 0;
    for (size_t i = 0; i < count; i++)
        met |= UINT64_C(1) << (uint64_t)(numbers[i] - least);
    return (size_t)__builtin_popcountll(met);
}

static size_t distinct_in_words(const int64_t *numbers, size_t count, Range range)
{
    uint64_t met[RANGE_WORDS_MAX];
    size_t words_count = (size_t)(range.max - range.min) / 64 + 1, distinct = 0;
    memset(met, 0, words_count * sizeof met[0]);
    for (size_t i = 0; i < count; i++) {
        uint64_t distance = (uint64_t)(numbers[i] - range.min);
        met[distance / 64] |= UINT64_C(1) << (distance % 64);
    }
    for (size_t i = 0; i < words_count; i++)
        distinct += (size_t)__builtin_popcountll(met[i]);
    return distinct;
}

static size_t distinct_in_order(const int64_t *sorted, size_t count)
{
    size_t distinct = 1;
    for (size_t i = 1; i < count; i++)
        distinct += sorted[i] != sorted[i - 1];
    return distinct;
}

size_t numbers_distinct(int64_t *numbers, int64_t *spare, size_t count)
{
    if (count < 2) return count;
    Range range = range_of(numbers, count);
    uint64_t distance = (uint64_t)range.max - (uint64_t)range.min;
    if (distance < 64) return distinct_in_word(numbers, count, range.min);
    bool is_close = distance < (uint64_t)RANGE_WORDS_MAX * 64 && distance / 64 <= count * 2;
    if (is_close) return distinct_in_words(numbers, count, range);
    numbers_sort(numbers, spare, count);
    return distinct_in_order(numbers, count);
}

/* ---- the middle, the most common ---- */

void numbers_middle(int64_t *numbers, int64_t *spare, size_t count, int64_t *ret_low,
                    int64_t *ret_high)
{
    ASSERT(count > 0);
    numbers_sort(numbers, spare, count);
    *ret_low = numbers[(count - 1) / 2];
    *ret_high = numbers[count / 2];
}

int64_t numbers_most_common(int64_t *numbers, int64_t *spare, size_t count)
{
    ASSERT(count > 0);
    numbers_sort(numbers, spare, count);
    int64_t found = numbers[0];
    size_t most = 0;
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = begin + 1;
        while (end < count && numbers[end] == numbers[begin])
            end++;
        if (end - begin <= most) continue;
        most = end - begin;
        found = numbers[begin];
    }
    return found;
}
