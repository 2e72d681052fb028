/* bench_overlap.c -- how fast the overlaps of all pairs of many sets are counted, on random sets.
 *
 * usage: bench_overlap [SETS [CUSTOMERS [PERCENT]]]
 *
 * Each set has PERCENT of the customers; without it, the shares differ from 30 to 0.1 percent. */
#include "base/memory.h"
#include "base/random.h"
#include "engine/overlap.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds_of(clockid_t clock_id)
{
    struct timespec time;
    clock_gettime(clock_id, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static CustomerSet make_set(uint64_t number, uint32_t customers_count, double percent)
{
    static const double percents[] = {30, 10, 3, 1, 0.3, 0.1};
    Random random = random_seeded(number);
    CustomerSet set = customer_set_new((CustomerId){customers_count});
    double wanted = (percent > 0 ? percent : percents[number % 6]) / 100 * customers_count;
    for (double i = 0; i < wanted; i++)
        customer_set_add(&set, (CustomerId){1 + (uint32_t)random_below(&random, customers_count)});
    return set;
}

int main(int argc, char **argv)
{
    Error err = {0};
    size_t sets_count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100;
    uint32_t customers_count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 10000000;
    double percent = argc > 3 ? strtod(argv[3], NULL) : 0;
    CustomerSet *sets = memory_alloc(memory_product(sets_count, sizeof *sets));
    const CustomerSet **pointers = memory_alloc(memory_product(sets_count, sizeof *pointers));
    for (size_t i = 0; i < sets_count; i++) {
        sets[i] = make_set(i, customers_count, percent);
        pointers[i] = &sets[i];
    }
    uint64_t *counts = memory_alloc(memory_product(sets_count * sets_count, sizeof *counts));
    for (int i = 0; i < 3; i++) {
        double begin = seconds_of(CLOCK_MONOTONIC), used = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
        if (overlap_count(pointers, sets_count, 0, counts, &err) != STATUS_OK) return 1;
        printf("%zu sets of %u customers, all pairs: %.3f s, of the processors %.3f s\n",
               sets_count, customers_count, seconds_of(CLOCK_MONOTONIC) - begin,
               seconds_of(CLOCK_PROCESS_CPUTIME_ID) - used);
    }
    return 0;
}
