/* bench_classify.c -- how long classifying everybody takes once the values are there: RFM by
 * quintiles, ABC by Pareto, XYZ over 36 months, on made-up customers.
 *
 * usage: bench_classify [CUSTOMERS]
 *
 * Half of the customers buy in a month, for skewed amounts; a tenth of them never did. */
#include "analysis/abc.h"
#include "analysis/rfm.h"
#include "analysis/xyz.h"
#include "base/memory.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MONTHS = 36, CENT = 100 };

typedef struct {
    size_t count;
    int64_t *months[MONTHS];
    int64_t *recency, *frequency, *monetary;
    uint64_t *scored; /* who ever bought */
} Crowd;

static double clock_seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* On the clock, and on all processors together. */
typedef struct {
    double wall, processor;
} Took;

static Took now(void)
{
    return (Took){clock_seconds(CLOCK_MONOTONIC), clock_seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

static void tell(const char *what, Took begin)
{
    Took end = now();
    printf("%s %.3f s, %.3f s of processor\n", what, end.wall - begin.wall,
           end.processor - begin.processor);
}

static int64_t *numbers(size_t count)
{
    return memory_alloc(memory_product(count, sizeof(int64_t)));
}

static void make_customer(Crowd *crowd, Random *random, size_t customer)
{
    int64_t level = 1 + (int64_t)(random_below(random, 1000) * random_below(random, 1000));
    if (random_below(random, 10) == 0) return;
    crowd->recency[customer] = (int64_t)random_below(random, 365);
    for (size_t month = 0; month < MONTHS; month++) {
        if (random_below(random, 2) == 0) continue;
        int64_t amount = level * (int64_t)(1 + random_below(random, 20)) * CENT;
        crowd->months[month][customer] = amount;
        crowd->monetary[customer] += amount;
        crowd->frequency[customer]++;
    }
    if (crowd->frequency[customer] > 0)
        crowd->scored[customer / 64] |= UINT64_C(1) << (customer % 64);
}

static Crowd make_crowd(size_t count)
{
    Random random = random_seeded(20261122);
    Crowd crowd = {.count = count,
                   .recency = numbers(count),
                   .frequency = numbers(count),
                   .monetary = numbers(count),
                   .scored = memory_alloc((count / 64 + 1) * sizeof(uint64_t))};
    for (size_t month = 0; month < MONTHS; month++)
        crowd.months[month] = numbers(count);
    for (size_t i = 0; i < count; i++)
        make_customer(&crowd, &random, i);
    return crowd;
}

static void measure_rfm(const Crowd *crowd, uint8_t *scores)
{
    const NumberColumn columns[] = {{crowd->recency, NULL, crowd->count},
                                    {crowd->frequency, NULL, crowd->count},
                                    {crowd->monetary, NULL, crowd->count}};
    Took begin = now();
    for (size_t i = 0; i < RFM_METRICS; i++) {
        RfmScale scale = {.grid = 5, .is_lower_better = i == 0};
        rfm_score(&columns[i], crowd->scored, &scale, scores);
    }
    tell("rfm", begin);
}

static int measure_abc(const Crowd *crowd, uint8_t *classes)
{
    Error err;
    AbcOptions options = abc_options(ABC_PARETO);
    NumberColumn column = {crowd->monetary, NULL, crowd->count};
    Took begin = now();
    if (abc_classify(&column, &options, classes, &err) != STATUS_OK) return 1;
    tell("abc", begin);
    return 0;
}

static void measure_xyz(const Crowd *crowd, uint8_t *classes)
{
    NumberColumn columns[MONTHS];
    for (size_t month = 0; month < MONTHS; month++)
        columns[month] = (NumberColumn){crowd->months[month], NULL, crowd->count};
    XyzSeries series = {
        .periods = columns, .periods_count = MONTHS, .customers_count = crowd->count};
    XyzOptions options = xyz_options(XYZ_FIXED);
    int64_t *values = numbers(crowd->count);
    Took begin = now();
    xyz_classify(&series, &options, classes, values);
    tell("xyz", begin);
    free(values);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    Crowd crowd = make_crowd(count);
    uint8_t *classes = memory_alloc(count);
    printf("%zu customers, %d months\n", count, MONTHS);
    for (int round = 0; round < 3; round++) {
        measure_rfm(&crowd, classes);
        if (measure_abc(&crowd, classes) != 0) return 1;
        measure_xyz(&crowd, classes);
    }
    return 0;
}
