/* bench_file_import.c -- how fast a file is imported, and which share of it is reading.
 *
 * usage: bench_file_import read DIR FILE STREAM         (only read, decode, split and convert)
 *        bench_file_import import DIR FILE STREAM       (into the data directory; customers|items
 * too)
 *
 * Prints one line: what, rows, milliseconds, rows per second, processor time. */
#include "ingest/import_internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Wall time, processor time of all threads, and of this one, which stores: on a busy machine the
 * last tells what an idle one would do, since reading takes less. */
typedef struct {
    double wall, all, own;
} Times;

static Times times_now(void)
{
    return (Times){seconds_of(CLOCK_MONOTONIC), seconds_of(CLOCK_PROCESS_CPUTIME_ID),
                   seconds_of(CLOCK_THREAD_CPUTIME_ID)};
}

static void print_rate(const char *what, uint64_t rows, Times begin)
{
    Times end = times_now();
    double seconds = end.wall - begin.wall;
    printf("%-18s %9llu rows %7.0f ms %9.0f rows/s; processor %5.0f ms, this thread %5.0f ms\n",
           what, (unsigned long long)rows, seconds * 1000, (double)rows / seconds,
           (end.all - begin.all) * 1000, (end.own - begin.own) * 1000);
}

static ImportOptions options_for(const char *target)
{
    ImportOptions options = {.target = IMPORT_EVENTS, .stream = text_of(target)};
    if (strcmp(target, "customers") == 0) options.target = IMPORT_CUSTOMERS;
    if (strcmp(target, "items") == 0) options.target = IMPORT_ITEMS;
    return options;
}

/* What the reading thread does, alone. */
static Status read_all(const Import *import, uint64_t *ret_rows, uint64_t *ret_faults, Error *err)
{
    AUTO(reader_done)
    Reader *reader = reader_new(import->input, import->format, NULL);
    AUTO(block_done) Block block = {0};
    AUTO(arena_done) Arena *arena = arena_new();
    while (!block.is_end) {
        TRY(reader_next(reader, &block, err));
        size_t count = block.list.records.count, width = import->shape.values_count;
        Value *values = ARENA_ARRAY(arena, Value, count * width);
        for (size_t i = 0; i < count; i++) {
            Row row = {.values = values + i * width};
            row_convert(&import->shape, &block.list, &block.list.records.items[i], arena, &row);
            *ret_faults += row.fault != FAULT_NONE;
        }
        *ret_rows += count;
        arena_reset(arena);
    }
    return STATUS_OK;
}

static Status open_store(const char *path, Store **ret_store, Error *err)
{
    Settings settings = {TEXT("Europe/Moscow"), TEXT("RUB"), LANGUAGE_RU};
    if (access(path, F_OK) != 0) TRY(store_init(path, settings, err));
    return store_open(path, STORE_WRITE, ret_store, err);
}

static Status run(bool only_reads, const char *directory, const char *file, const char *target,
                  Error *err)
{
    AUTO(store_done) Store *store = NULL;
    AUTO(import_done) Import *import = NULL;
    ImportOptions options = options_for(target);
    TRY(open_store(directory, &store, err));
    Times begin = times_now();
    TRY(import_open(store, file, &options, &import, err));
    if (only_reads) {
        uint64_t rows = 0, faults = 0;
        TRY(read_all(import, &rows, &faults, err));
        print_rate("read and convert", rows, begin);
        return faults == 0 ? STATUS_OK : error_set(err, STATUS_INVALID, "rows were refused");
    }
    TRY(import_run(import, NULL, err));
    const ImportReport *report = import_report(import);
    print_rate(target, report->read, begin);
    printf("  added %llu, unchanged %llu, rejected %llu\n", (unsigned long long)report->added,
           (unsigned long long)report->unchanged, (unsigned long long)report->rejected);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    Error err = {0};
    if (argc != 5) {
        fprintf(stderr, "usage: bench_file_import read|import DIR FILE STREAM\n");
        return 2;
    }
    if (run(strcmp(argv[1], "read") == 0, argv[2], argv[3], argv[4], &err) == STATUS_OK) return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
