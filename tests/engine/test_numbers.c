/* test_numbers.c -- sorting, counting and the middle of arrays against the obvious way. */
#include "base/random.h"
#include "engine/numbers.h"
#include "harness/harness.h"

#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = 300, ROUNDS = 4000 };

static int compare(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

typedef struct {
    int64_t numbers[COUNT_MAX], sorted[COUNT_MAX], spare[COUNT_MAX];
    size_t count;
} Sample;

/* Few and many, near to each other and at both ends of 18 digits. */
static Sample random_sample(Random *random)
{
    static const int64_t limits[] = {1, 5, 60, 200, 5000, 1000000, 999999999999999999};
    Sample sample = {.count = 1 + random_below(random, COUNT_MAX - 1)};
    if (random_chance(random, 0.5)) sample.count = 1 + random_below(random, 40);
    int64_t limit = limits[random_below(random, sizeof limits / sizeof limits[0])];
    for (size_t i = 0; i < sample.count; i++)
        sample.numbers[i] = random_between(random, random_chance(random, 0.5) ? -limit : 0, limit);
    memcpy(sample.sorted, sample.numbers, sizeof sample.sorted);
    qsort(sample.sorted, sample.count, sizeof sample.sorted[0], compare);
    return sample;
}

/* The smallest of the most frequent ones, by counting each. */
static int64_t most_common(const int64_t *sorted, size_t count)
{
    int64_t found = sorted[0];
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        size_t times = 0;
        for (size_t j = 0; j < count; j++)
            times += sorted[j] == sorted[i];
        if (times > most) found = sorted[i];
        if (times > most) most = times;
    }
    return found;
}

static size_t distinct(const int64_t *sorted, size_t count)
{
    size_t found = 1;
    for (size_t i = 1; i < count; i++)
        found += sorted[i] != sorted[i - 1];
    return found;
}

TEST(numbers_are_sorted_counted_and_halved)
{
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < ROUNDS; round++) {
        Sample sample = random_sample(&random), again = sample, third = sample, fourth = sample;
        int64_t low, high;
        numbers_sort(sample.numbers, sample.spare, sample.count);
        REQUIRE(memcmp(sample.numbers, sample.sorted, sample.count * sizeof(int64_t)) == 0);
        REQUIRE(numbers_distinct(again.numbers, again.spare, again.count) ==
                distinct(sample.sorted, sample.count));
        numbers_middle(third.numbers, third.spare, third.count, &low, &high);
        REQUIRE(low == sample.sorted[(sample.count - 1) / 2]);
        REQUIRE(high == sample.sorted[sample.count / 2]);
        REQUIRE(numbers_most_common(fourth.numbers, fourth.spare, fourth.count) ==
                most_common(sample.sorted, sample.count));
    }
    EXPECT_INT(numbers_distinct(NULL, NULL, 0), 0);
}
