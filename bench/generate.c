/* generate.c -- the made-up company of data.h as the CSV files that every engine loads.
 *
 * usage: generate DIRECTORY SCALE [SEED]      SCALE: D10, D1, D0.1, D0.01
 *
 * Writes customers, items, purchases, interactions and settlements. Threads format neighbouring
 * runs of customers at the same time, the files are written in order: the bytes depend on the scale
 * and the seed alone. */
#include "base/buffer.h"
#include "base/thread.h"
#include "bench/data.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 2, RUN_CUSTOMERS = 8192 };
enum { FILE_CUSTOMERS, FILE_PURCHASES, FILE_INTERACTIONS, FILE_SETTLEMENTS, FILES };

static const char *const file_names[FILES] = {"customers", "purchases", "interactions",
                                              "settlements"};
static const char *const file_headings[FILES] = {
    "code,region,manager,business_scale,birth_date,in_use_since,interests\n",
    "customer,date,order,item,quantity,amount\n",
    "customer,date,kind,direction\n",
    "customer,date,kind,amount,due_date\n",
};

/* A run of customers being formatted by one thread. */
typedef struct {
    const BenchData *data;
    Arena *arena;
    uint32_t begin, end;
    Buffer buffers[FILES];
} Run;

/* ---- formatting ---- */

static void put_number(Buffer *out, int64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buffer_add(out, digits + at, sizeof digits - at);
}

static void put_day(Buffer *out, const BenchData *data, Date date)
{
    buffer_text(out, data->days[date.day - DATA_FIRST_DAY]);
}

static void put_money(Buffer *out, Value value)
{
    int64_t cents = value.as.decimal / 100;
    put_number(out, cents / 100);
    buffer_char(out, '.');
    buffer_char(out, (char)('0' + cents / 10 % 10));
    buffer_char(out, (char)('0' + cents % 10));
}

static void put_customer(Buffer *out, const CustomerRow *row)
{
    static const int slots[] = {BUILT_IN_REGION, BUILT_IN_MANAGER, BUILT_IN_BUSINESS_SCALE};
    char iso[DATE_TEXT_MAX];
    buffer_text(out, row->code);
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        buffer_char(out, ',');
        buffer_text(out, row->values[slots[i]].as.text);
    }
    buffer_char(out, ',');
    Value birth_date = row->values[BUILT_IN_BIRTH_DATE];
    if (birth_date.kind == VALUE_DATE) buffer_text(out, date_print_iso(birth_date.as.date, iso));
    buffer_char(out, ',');
    buffer_text(out, date_print_iso(row->values[BUILT_IN_IN_USE_SINCE].as.date, iso));
    buffer_char(out, ',');
    Value interests = row->values[BUILT_IN_INTERESTS];
    size_t count = interests.kind == VALUE_SET ? interests.as.set.count : 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_char(out, '|');
        buffer_text(out, interests.as.set.items[i]);
    }
    buffer_char(out, '\n');
}

static void put_event_begin(Buffer *out, const Run *run, const CustomerRow *row,
                            const EventRow *event)
{
    buffer_text(out, row->code);
    buffer_char(out, ',');
    put_day(out, run->data, moment_date(event->at));
    buffer_char(out, ',');
}

static void put_purchase(Buffer *out, const Value *values)
{
    buffer_text(out, values[PURCHASE_ORDER].as.text);
    buffer_char(out, ',');
    buffer_text(out, values[PURCHASE_ITEM].as.item->code);
    buffer_char(out, ',');
    put_number(out, values[PURCHASE_QUANTITY].as.decimal / 10000);
    buffer_char(out, ',');
    put_money(out, values[PURCHASE_AMOUNT]);
    buffer_char(out, '\n');
}

static void put_interaction(Buffer *out, const Value *values)
{
    buffer_text(out, values[INTERACTION_KIND].as.text);
    buffer_char(out, ',');
    buffer_text(out, values[INTERACTION_DIRECTION].as.text);
    buffer_char(out, '\n');
}

static void put_settlement(Buffer *out, const Run *run, const Value *values)
{
    buffer_text(out, values[SETTLEMENT_KIND].as.text);
    buffer_char(out, ',');
    put_money(out, values[SETTLEMENT_AMOUNT]);
    buffer_char(out, ',');
    Value due_date = values[SETTLEMENT_DUE_DATE];
    if (due_date.kind == VALUE_DATE) put_day(out, run->data, due_date.as.date);
    buffer_char(out, '\n');
}

static void put_events(Run *run, const CustomerRow *row)
{
    EventList events = row->events[STREAM_PURCHASE];
    for (size_t i = 0; i < events.count; i++) {
        put_event_begin(&run->buffers[FILE_PURCHASES], run, row, &events.items[i]);
        put_purchase(&run->buffers[FILE_PURCHASES], events.items[i].values);
    }
    events = row->events[STREAM_INTERACTION];
    for (size_t i = 0; i < events.count; i++) {
        put_event_begin(&run->buffers[FILE_INTERACTIONS], run, row, &events.items[i]);
        put_interaction(&run->buffers[FILE_INTERACTIONS], events.items[i].values);
    }
    events = row->events[STREAM_SETTLEMENT];
    for (size_t i = 0; i < events.count; i++) {
        put_event_begin(&run->buffers[FILE_SETTLEMENTS], run, row, &events.items[i]);
        put_settlement(&run->buffers[FILE_SETTLEMENTS], run, events.items[i].values);
    }
}

static void format_run(void *context)
{
    Run *run = context;
    for (size_t i = 0; i < FILES; i++)
        buffer_clear(&run->buffers[i]);
    for (uint32_t id = run->begin; id < run->end; id++) {
        arena_reset(run->arena);
        CustomerRow row = bench_data_customer(run->data, id, run->arena);
        put_customer(&run->buffers[FILE_CUSTOMERS], &row);
        put_events(run, &row);
    }
}

/* ---- files ---- */

static Status open_file(const char *directory, const char *name, FILE **ret_file, Error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.csv", directory, name);
    *ret_file = fopen(path, "w");
    return *ret_file != NULL ? STATUS_OK : error_set_system(err, errno, "cannot write '%s'", path);
}

static Status write_text(FILE *file, Text text, Error *err)
{
    if (fwrite(text.data, 1, text.size, file) == text.size) return STATUS_OK;
    return error_set_system(err, errno, "cannot write a file");
}

static Status close_file(FILE *file, Error *err)
{
    return fclose(file) == 0 ? STATUS_OK : error_set_system(err, errno, "cannot write a file");
}

static Status write_items(const BenchData *data, const char *directory, Error *err)
{
    FILE *file = NULL;
    Buffer out = {0};
    buffer_cstr(&out, "code,name,group\n");
    for (size_t i = 0; i < DATA_ITEMS; i++) {
        const Item *item = &data->items[i];
        buffer_printf(&out, "%.*s,%.*s,%.*s\n", TEXT_FORMAT(item->code), TEXT_FORMAT(item->name),
                      TEXT_FORMAT(item->group));
    }
    Status status = open_file(directory, "items", &file, err);
    if (status == STATUS_OK) status = write_text(file, buffer_view(&out), err);
    buffer_done(&out);
    TRY(status);
    return close_file(file, err);
}

/* Format the next runs, one per thread, and write them in order. */
static Status write_runs(Run runs[THREADS], FILE *files[FILES], uint32_t *first, Error *err)
{
    Thread threads[THREADS];
    uint32_t customers_end = runs[0].data->customers + 1;
    for (size_t i = 0; i < THREADS; i++) {
        runs[i].begin = *first;
        runs[i].end =
            customers_end - *first > RUN_CUSTOMERS ? *first + RUN_CUSTOMERS : customers_end;
        *first = runs[i].end;
        TRY(thread_start(format_run, &runs[i], &threads[i], err));
    }
    for (size_t i = 0; i < THREADS; i++)
        thread_join(threads[i]);
    for (size_t i = 0; i < THREADS; i++) {
        for (size_t f = 0; f < FILES; f++)
            TRY(write_text(files[f], buffer_view(&runs[i].buffers[f]), err));
    }
    return STATUS_OK;
}

static Status generate(const char *directory, const char *scale, uint64_t seed, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const BenchData *data = NULL;
    FILE *files[FILES];
    Run runs[THREADS];
    TRY(bench_data_new(text_of(scale), seed, arena, &data, err));
    TRY(write_items(data, directory, err));
    for (size_t i = 0; i < FILES; i++) {
        TRY(open_file(directory, file_names[i], &files[i], err));
        TRY(write_text(files[i], text_of(file_headings[i]), err));
    }
    for (size_t i = 0; i < THREADS; i++)
        runs[i] = (Run){.data = data, .arena = arena_new()};
    for (uint32_t first = 1; first <= data->customers;)
        TRY(write_runs(runs, files, &first, err));
    for (size_t i = 0; i < FILES; i++)
        TRY(close_file(files[i], err));
    for (size_t i = 0; i < THREADS; i++) {
        arena_free(runs[i].arena);
        for (size_t f = 0; f < FILES; f++)
            buffer_done(&runs[i].buffers[f]);
    }
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    Error err = {0};
    if (argc < 3) {
        fprintf(stderr, "usage: generate DIRECTORY SCALE [SEED]\n");
        return 2;
    }
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    if (generate(argv[1], argv[2], seed, &err) == STATUS_OK) return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
