/* test_overlap.c -- counts of all pairs of sets are those of each pair by itself. */
#include "base/memory.h"
#include "base/random.h"
#include "engine/overlap.h"
#include "harness/harness.h"

#include <stdlib.h>

enum { SETS = 290, CUSTOMERS = 40000 };

/* Dense, sparse, empty, short and clustered sets. */
static CustomerSet make_set(Random *random, size_t number)
{
    static const double chances[] = {0.5, 0.9, 0.01, 0.2, 0.0005, 0};
    uint32_t largest = 1 + (uint32_t)random_below(random, CUSTOMERS);
    CustomerSet set = customer_set_new((CustomerId){number % 4 == 0 ? CUSTOMERS : largest});
    double chance = chances[number % 6];
    bool is_here = true;
    for (uint32_t id = 1; id <= largest; id++) {
        if (number % 5 == 0 && id % 5000 == 0) is_here = random_chance(random, 0.5);
        if (is_here && random_chance(random, chance)) customer_set_add(&set, (CustomerId){id});
    }
    return set;
}

static void check_pairs(const CustomerSet *const *sets, size_t count, unsigned threads_count)
{
    Error err;
    uint64_t *counts = memory_alloc(count * count * sizeof *counts);
    EXPECT_OK(overlap_count(sets, count, threads_count, counts, &err), &err);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            EXPECT_INT(counts[i * count + j], customer_set_count_common(sets[i], sets[j]));
    free(counts);
}

TEST(all_pairs_of_sets)
{
    Random random = random_seeded(harness_seed());
    CustomerSet sets[SETS];
    const CustomerSet *pointers[SETS];
    for (size_t i = 0; i < SETS; i++) {
        sets[i] = make_set(&random, i);
        pointers[i] = &sets[i];
    }
    for (unsigned threads = 0; threads < 4; threads++)
        check_pairs(pointers, SETS, threads);
    check_pairs(pointers, SETS / 8, 2);
    check_pairs(pointers, 1, 2);
    check_pairs(pointers, 0, 2);
    for (size_t i = 0; i < SETS; i++)
        customer_set_free(&sets[i]);
}
