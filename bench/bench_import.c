/* bench_import.c -- how fast made-up purchases go through the event writer, without any parsing.
 *
 * usage: bench_import DIR [ROWS [CUSTOMERS [ITEMS [BATCH_MIB]]]]
 * DIR must not exist; it is made and left for a look at its size. */
#include "base/random.h"
#include "model/built_in.h"
#include "store/event_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    const char *path;
    uint64_t rows, customers, items, batch_mib;
} Options;

static Error err;

static void must(Status status)
{
    if (status == STATUS_OK) return;
    fprintf(stderr, "%s\n", err.message);
    exit(1);
}

/* Seconds of the clock on the wall and of our own work: other programs slow only the first. */
typedef struct {
    double wall, work;
} Seconds;

static double read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static Seconds seconds_now(void)
{
    return (Seconds){read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_PROCESS_CPUTIME_ID)};
}

static Seconds seconds_since(Seconds begin)
{
    Seconds now = seconds_now();
    return (Seconds){now.wall - begin.wall, now.work - begin.work};
}

static void tell(const char *what, uint64_t rows, Seconds seconds)
{
    printf("%-36s %7.2f s %9.0f rows/s, %6.2f s of work\n", what, seconds.wall,
           (double)rows / seconds.wall, seconds.work);
    fflush(stdout);
}

/* "C0001234" and the like: fixed width, so code i lies at i * CODE_SIZE. */
enum { CODE_SIZE = 8 };

static void print_code(char letter, uint64_t number, char out[CODE_SIZE])
{
    out[0] = letter;
    for (int i = CODE_SIZE - 1; i > 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
}

static void add_customers(Store *store, const Options *options)
{
    const Schema *schema = store_schema(store);
    Seconds begin = seconds_now();
    Value *values = calloc(schema->properties_count, sizeof *values);
    bool *is_given = calloc(schema->properties_count, sizeof *is_given);
    must(store_batch_begin(store, &err));
    for (uint64_t i = 0; i < options->customers; i++) {
        char code[CODE_SIZE];
        print_code('C', i, code);
        values[BUILT_IN_NAME] = value_text((Text){code, CODE_SIZE});
        values[BUILT_IN_CITY] = value_text(TEXT("Москва"));
        is_given[BUILT_IN_NAME] = is_given[BUILT_IN_CITY] = true;
        CustomerWrite write = {(Text){code, CODE_SIZE}, values, is_given};
        WriteResult result;
        must(store_write_customer(store, &write, WRITE_UPSERT, &result, &err));
    }
    must(store_batch_commit(store, &err));
    free(values);
    free(is_given);
    tell("customers", options->customers, seconds_since(begin));
}

static void add_items(Store *store, const Options *options)
{
    must(store_batch_begin(store, &err));
    for (uint64_t i = 0; i < options->items; i++) {
        char code[CODE_SIZE];
        print_code('I', i, code);
        ItemWrite write = {.item = {.code = {code, CODE_SIZE}}};
        WriteResult result;
        must(store_write_item(store, &write, WRITE_UPSERT, &result, &err));
    }
    must(store_batch_commit(store, &err));
}

/* What a parser would hand over; made before the clock starts. */
typedef struct {
    char customer[CODE_SIZE], item[CODE_SIZE], order[CODE_SIZE];
    int32_t day;
    int64_t quantity, amount;
} Row;

enum { BLOCK_ROWS = 1 << 16, ROWS_AHEAD = 16 };

static size_t make_rows(const Options *options, Random *random, uint64_t first, Row *rows)
{
    size_t count = 0;
    for (uint64_t row = first; row < options->rows && count < BLOCK_ROWS; row++, count++) {
        Row *made = &rows[count];
        print_code('C', random_below(random, options->customers), made->customer);
        print_code('I', random_below(random, options->items), made->item);
        print_code('A', row / 3, made->order);
        made->quantity = (int64_t)(1 + random_below(random, 10)) * 10000;
        made->amount = (int64_t)random_below(random, 1000000) * 100;
        made->day = (int32_t)(18000 + row * 1000 / options->rows);
    }
    return count;
}

static void add_row(EventWriter *writer, const Row *row)
{
    CustomerId customer;
    const Item *item;
    bool is_new;
    must(event_writer_find_customer(writer, (Text){row->customer, CODE_SIZE}, false, &customer,
                                    &err));
    must(event_writer_find_or_add_item(writer, (Text){row->item, CODE_SIZE}, &item, &is_new, &err));
    Value values[PURCHASE_FIELDS_COUNT] = {
        [PURCHASE_ORDER] = value_text((Text){row->order, CODE_SIZE}),
        [PURCHASE_ITEM] = value_item(item),
        [PURCHASE_QUANTITY] = value_decimal(row->quantity),
        [PURCHASE_AMOUNT] = value_decimal(row->amount),
    };
    EventWrite event = {
        .customer = customer, .at = moment_of((Date){row->day}, 0, 0, 0), .values = values};
    must(event_writer_add(writer, &event, &err));
}

static void add_to(Seconds *sum, Seconds begin)
{
    Seconds since = seconds_since(begin);
    *sum = (Seconds){sum->wall + since.wall, sum->work + since.work};
}

static EventWriter *open_writer(Store *store, const Options *options)
{
    EventWriter *writer;
    must(event_writer_open(store, &store_schema(store)->streams[STREAM_PURCHASE], EVENTS_UPSERT,
                           options->batch_mib << 20, &writer, &err));
    return writer;
}

static void import(Store *store, const Options *options, const char *what)
{
    Seconds begin, adding = {0, 0}, flushing = {0, 0};
    Random random = random_seeded(1);
    EventWriter *writer = open_writer(store, options);
    EventAhead *ahead = event_ahead_new(writer);
    EventWriteCounts counts = {0};
    Row *rows = calloc(BLOCK_ROWS, sizeof *rows);
    for (uint64_t first = 0; first < options->rows; first += BLOCK_ROWS) {
        size_t count = make_rows(options, &random, first, rows);
        begin = seconds_now();
        for (size_t i = 0; i < count; i++) {
            const Row *next = &rows[i + ROWS_AHEAD < count ? i + ROWS_AHEAD : i];
            event_ahead_expect(ahead, (Text){next->customer, CODE_SIZE},
                               (Text){next->item, CODE_SIZE});
            add_row(writer, &rows[i]);
        }
        add_to(&adding, begin);
        if (!event_writer_is_full(writer) && first + BLOCK_ROWS < options->rows) continue;
        begin = seconds_now();
        must(event_writer_flush(writer, NULL, &counts, &err));
        add_to(&flushing, begin);
    }
    begin = seconds_now();
    event_ahead_free(ahead);
    event_writer_close(writer);
    add_to(&flushing, begin);
    free(rows);
    Seconds all = {adding.wall + flushing.wall, adding.work + flushing.work};
    tell(what, options->rows, all);
    tell("  adding", options->rows, adding);
    tell("  flushing", options->rows, flushing);
    printf("  added %" PRIu64 ", unchanged %" PRIu64 "\n", counts.added, counts.unchanged);
}

static void read_all(Store *store, const Options *options)
{
    Seconds begin = seconds_now();
    Arena *arena = arena_new();
    CustomerSource *source;
    uint64_t events = 0;
    must(store_read_begin(store, &err));
    must(store_customer_source(store, &source, &err));
    for (CustomerRow row;;) {
        must(source->next(source, arena, &row, &err));
        if (row.id.value == 0) break;
        events += row.events[STREAM_PURCHASE].count;
        arena_reset(arena);
    }
    store_read_end(store);
    arena_free(arena);
    tell("read everyone with his events", events, seconds_since(begin));
    if (events != options->rows) printf("  only %" PRIu64 " events\n", events);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_import DIR [ROWS [CUSTOMERS [ITEMS [BATCH_MIB]]]]\n");
        return 2;
    }
    Options options = {argv[1], 10000000, 1000000, 20000, 1024};
    uint64_t *const numbers[] = {&options.rows, &options.customers, &options.items,
                                 &options.batch_mib};
    for (int i = 2; i < argc && i < 6; i++)
        *numbers[i - 2] = strtoull(argv[i], NULL, 10);
    Settings settings = {TEXT("Europe/Moscow"), TEXT("RUB"), LANGUAGE_RU};
    Store *store;
    must(store_init(options.path, settings, &err));
    must(store_open(options.path, STORE_WRITE, &store, &err));
    add_customers(store, &options);
    add_items(store, &options);
    import(store, &options, "purchases");
    import(store, &options, "the same purchases again");
    read_all(store, &options);
    store_close(store);
    return 0;
}
