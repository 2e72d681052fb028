/* bench_kernels.c -- how fast the inner loops of the engine are, per level, on made-up columns.
 *
 * usage: bench_kernels [EVENTS [CUSTOMERS]]
 *
 * Prints nanoseconds per number or event, and the bytes per second that were read. */
#include "base/memory.h"
#include "base/random.h"
#include "engine/kernels.h"
#include "engine/vector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPEATS = 5, BLOCK = 2048 };

typedef struct {
    size_t events_count, customers_count;
    uint32_t *offsets;
    uint32_t *amounts; /* 0 .. 500 000 */
    uint16_t *days, *items;
    uint8_t *quantities;
    uint64_t *mask;   /* what a kernel writes, and what sums read */
    uint64_t *sparse; /* one event in thirty */
    uint64_t *codes;  /* of items */
    int64_t *sums;
} Data;

static double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static Data make_data(size_t events_count, size_t customers_count)
{
    Random random = random_seeded(1);
    size_t words = bit_words(events_count);
    Data data = {.events_count = events_count, .customers_count = customers_count};
    data.offsets = memory_alloc((customers_count + 1) * sizeof *data.offsets);
    data.amounts = memory_alloc(events_count * 4 + IMAGE_SLACK_BYTES);
    data.days = memory_alloc(events_count * 2 + IMAGE_SLACK_BYTES);
    data.items = memory_alloc(events_count * 2 + IMAGE_SLACK_BYTES);
    data.quantities = memory_alloc(events_count + IMAGE_SLACK_BYTES);
    data.mask = memory_alloc(words * 8);
    data.sparse = memory_alloc(words * 8);
    data.codes = memory_alloc(20001 / 64 * 8 + 8);
    data.sums = memory_alloc(customers_count * 8);
    for (size_t i = 0; i < events_count; i++) {
        data.amounts[i] = (uint32_t)random_below(&random, 500001);
        data.days[i] = (uint16_t)random_below(&random, 1095);
        data.items[i] = (uint16_t)random_below(&random, 20000);
        data.quantities[i] = (uint8_t)random_below(&random, 5);
        data.sparse[i / 64] |= (uint64_t)random_chance(&random, 1 / 30.0) << i % 64;
        data.offsets[1 + random_below(&random, customers_count)]++;
    }
    for (size_t i = 0; i < customers_count; i++)
        data.offsets[i + 1] += data.offsets[i];
    for (size_t i = 0; i < 20001 / 64; i++)
        data.codes[i] = random_next(&random);
    return data;
}

typedef void Task(const Kernels *kernels, Data *data, size_t row, size_t rows_count);

static void range_of_days(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    size_t first = data->offsets[row];
    kernels->test_range(data->days + first, 2, data->offsets[row + rows_count] - first, 1000, 1030,
                        data->mask);
}

static void set_of_items(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    size_t first = data->offsets[row];
    kernels->test_codes(data->items + first, 2, data->offsets[row + rows_count] - first,
                        data->codes, NULL, data->mask);
}

static void set_of_quantities(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    size_t first = data->offsets[row];
    kernels->test_codes(data->quantities + first, 1, data->offsets[row + rows_count] - first,
                        data->codes, NULL, data->mask);
}

static void sum_of_all(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    KernelColumn column = {data->amounts + data->offsets[row], 4, 0, 100};
    kernels->sum_per_row(data->offsets + row, rows_count, NULL, &column, data->sums + row);
}

static void sum_of_some(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    KernelColumn column = {data->amounts + data->offsets[row], 4, 0, 100};
    kernels->sum_per_row(data->offsets + row, rows_count, data->sparse, &column, data->sums + row);
}

static void sum_of_window(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    range_of_days(kernels, data, row, rows_count);
    KernelColumn column = {data->amounts + data->offsets[row], 4, 0, 100};
    kernels->sum_per_row(data->offsets + row, rows_count, data->mask, &column, data->sums + row);
}

static void count_of_some(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    kernels->count_per_row(data->offsets + row, rows_count, data->sparse, data->sums + row);
}

static void any_of_some(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    kernels->any_per_row(data->offsets + row, rows_count, data->sparse, data->mask);
}

static void widen_amounts(const Kernels *kernels, Data *data, size_t row, size_t rows_count)
{
    kernels->widen(data->amounts + row, 4, rows_count, 5, 100, data->sums + row);
}

static const struct {
    const char *name;
    Task *task;
    double bytes_per_event;
} TASKS[] = {
    {"test_range, 2 bytes", range_of_days, 2},
    {"test_codes, 2 bytes", set_of_items, 2},
    {"test_codes, 1 byte", set_of_quantities, 1},
    {"sum_per_row, all", sum_of_all, 4},
    {"sum_per_row, 1 of 30", sum_of_some, 4},
    {"window, then its sum", sum_of_window, 6},
    {"count_per_row, 1 of 30", count_of_some, 0.125},
    {"any_per_row, 1 of 30", any_of_some, 0.125},
    {"widen, 4 bytes (customers)", widen_amounts, 0.4},
};

static double measure(const Kernels *kernels, Data *data, Task *task)
{
    double best = 1e9;
    for (size_t repeat = 0; repeat < REPEATS; repeat++) {
        double begin = seconds_now();
        for (size_t row = 0; row + BLOCK <= data->customers_count; row += BLOCK)
            task(kernels, data, row, BLOCK);
        double seconds = seconds_now() - begin;
        if (seconds < best) best = seconds;
    }
    return best;
}

int main(int argc, char **argv)
{
    size_t events_count = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000000;
    size_t customers_count = argc > 2 ? strtoull(argv[2], NULL, 10) : events_count / 10;
    Data data = make_data(events_count, customers_count);
    for (int level = ENGINE_SCALAR; level <= ENGINE_AVX512; level++) {
        const Kernels *kernels = kernels_of((EngineLevel)level);
        if (kernels->level != (EngineLevel)level) continue;
        for (size_t i = 0; i < sizeof TASKS / sizeof TASKS[0]; i++) {
            double seconds = measure(kernels, &data, TASKS[i].task);
            printf("%-8s %-28s %8.3f ns per event %8.2f GB/s\n", engine_level_name(kernels->level),
                   TASKS[i].name, seconds * 1e9 / (double)events_count,
                   TASKS[i].bytes_per_event * (double)events_count / seconds / 1e9);
        }
    }
    return 0;
}
