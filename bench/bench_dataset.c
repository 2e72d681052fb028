/* bench_dataset.c -- how fast a data set follows its store.
 *
 * usage: bench_dataset DIRECTORY [CHANGES]
 *
 * Opens the data directory's image (making it when there is none), then, CHANGES times (20),
 * changes a property of one customer, of a hundred, of ten thousand, and refreshes. The directory
 * is changed: take a copy. */
#include "dataset/dataset.h"
#include "model/built_in.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void must(Status status, const Error *err)
{
    if (status == STATUS_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(1);
}

/* Give the customers `first`, `first` + step, ... another name. */
static void change(Store *store, const CustomerSummary *customers, size_t count, int round)
{
    Error err;
    const Schema *schema = store_schema(store);
    AUTO(arena_done) Arena *arena = arena_new();
    Value *values = ARENA_ARRAY(arena, Value, schema->properties_count);
    bool *is_given = ARENA_ARRAY(arena, bool, schema->properties_count);
    is_given[BUILT_IN_NAME] = true;
    must(store_batch_begin(store, &err), &err);
    for (size_t i = 0; i < count; i++) {
        WriteResult result;
        values[BUILT_IN_NAME] = value_text(arena_printf(arena, "changed %d", round));
        CustomerWrite write = {.code = customers[i].code, .values = values, .is_given = is_given};
        must(store_write_customer(store, &write, WRITE_UPSERT, &result, &err), &err);
    }
    must(store_batch_commit(store, &err), &err);
}

static void measure(Store *store, Dataset *dataset, const CustomerSummary *customers, size_t count,
                    int rounds)
{
    Error err;
    double wall = 0, cpu = 0;
    for (int round = 0; round < rounds; round++) {
        change(store, customers, count, round);
        double wall_begin = milliseconds(CLOCK_MONOTONIC);
        double cpu_begin = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
        must(dataset_refresh(dataset, NULL, &err), &err);
        wall += milliseconds(CLOCK_MONOTONIC) - wall_begin;
        cpu += milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_begin;
    }
    printf("refresh after %6zu changed customers: %8.2f ms, %8.2f ms of processors\n", count,
           wall / rounds, cpu / rounds);
}

int main(int argc, char **argv)
{
    enum { MANY = 10000 };
    if (argc < 2) return 2;
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 20;
    Error err;
    Store *store;
    Dataset *dataset;
    CustomerSummary *customers;
    size_t count;
    AUTO(arena_done) Arena *arena = arena_new();
    must(store_open(argv[1], STORE_WRITE, &store, &err), &err);
    double begin = milliseconds(CLOCK_MONOTONIC);
    must(dataset_open(argv[1], &(DatasetOptions){0}, &dataset, &err), &err);
    printf("open: %.1f ms\n", milliseconds(CLOCK_MONOTONIC) - begin);
    ListQuery query = {.limit = MANY};
    must(store_list_customers(store, &query, arena, &customers, &count, &err), &err);
    for (size_t n = 1; n <= count; n *= 100)
        measure(store, dataset, customers, n, n == 1 ? rounds : 3);
    dataset_close(dataset);
    store_close(store);
    return 0;
}
