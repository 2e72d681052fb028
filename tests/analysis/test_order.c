/* test_order.c -- customers in order of their values, and one value of that order. */
#include "analysis/order.h"
#include "base/random.h"
#include "harness/harness.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

/* Few different values, many, all of them, and the ends of what a number can be. */
static int64_t some_value(Random *random, int kind)
{
    static const uint64_t ranges[] = {1, 5, 1000, UINT64_C(1) << 20, UINT64_C(1) << 45};
    if (kind < 5) return (int64_t)random_below(random, ranges[kind]) - 100;
    uint64_t any =
        random_below(random, UINT64_C(1) << 32) << 32 | random_below(random, UINT64_C(1) << 32);
    return kind == 5 ? (int64_t)any : random_below(random, 2) == 0 ? INT64_MIN : INT64_MAX;
}

TEST(the_value_at_a_place_is_that_of_the_sorted_ones)
{
    enum { MOST = 3000 };
    Random random = random_seeded(harness_seed());
    int64_t values[MOST], sorted[MOST];
    for (int kind = 0; kind < 7; kind++) {
        size_t count = 1 + random_below(&random, MOST);
        for (size_t i = 0; i < count; i++)
            sorted[i] = values[i] = some_value(&random, kind);
        qsort(sorted, count, sizeof *sorted, by_value);
        for (int round = 0; round < 12; round++) {
            size_t rank = round == 0 ? 0 : round == 1 ? count - 1 : random_below(&random, count);
            EXPECT_INT(order_select(values, count, rank), sorted[rank]);
        }
    }
}
