/* bench_image.c -- how fast an image is built and how large it is, on made-up purchases.
 *
 * usage: bench_image PATH EVENTS CUSTOMERS [orders]
 *
 * Customer ~ u^1.5, item ~ u^3 of 20 000 in 200 groups, 1095 days, quantity 1-5, amount 0-5000.00;
 * with `orders` every event has an order number, on average of three events. Two sources, the file
 * written to PATH. Prints bytes per event, events per second of making the rows alone (one pass)
 * and of the build (two passes with it), of checksums, of opening and of checking. */
#include "base/random.h"
#include "columns/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ITEMS = 20000, GROUPS = 200, DAYS = 1095, FIRST_DAY = 19358, REGIONS = 80, MANAGERS = 300 };

static const Property properties[] = {
    {.id = 1, .name = {"region", 6}, .type = PROPERTY_ENUM},
    {.id = 2, .name = {"manager", 7}, .type = PROPERTY_ENUM},
    {.id = 3, .name = {"kind", 4}, .type = PROPERTY_ENUM},
    {.id = 4, .name = {"birth_date", 10}, .type = PROPERTY_DATE},
    {.id = 5, .name = {"signed_up", 9}, .type = PROPERTY_DATE},
};
static const Field fields[] = {
    {.slot = 0, .name = {"order", 5}, .type = PROPERTY_TEXT, .role = FIELD_IDENTIFIER},
    {.slot = 1, .name = {"item", 4}, .type = PROPERTY_TEXT, .role = FIELD_ITEM},
    {.slot = 2, .name = {"quantity", 8}, .type = PROPERTY_NUMBER, .scale = 4},
    {.slot = 3, .name = {"amount", 6}, .type = PROPERTY_MONEY},
};
enum { PROPERTIES = 5, FIELDS = 4 };
static const Stream streams[] = {
    {.id = 1, .name = {"purchase", 8}, .fields = fields, .fields_count = FIELDS}};
static const Schema schema = {.properties = properties,
                              .properties_count = PROPERTIES,
                              .streams = streams,
                              .streams_count = 1,
                              .generation = 1};

static double seconds_of(clockid_t clock_id)
{
    struct timespec time;
    clock_gettime(clock_id, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Wall time, and time of all threads on the processors: the one to compare on a busy machine. */
typedef struct {
    double wall_seconds, processor_seconds;
} Watch;

static Watch watch_start(void)
{
    return (Watch){seconds_of(CLOCK_MONOTONIC), seconds_of(CLOCK_PROCESS_CPUTIME_ID)};
}

/* ---- made-up customers ---- */

typedef struct {
    CustomerSource base;
    const Item *items;
    double events, customers;
    uint32_t begin, end, at; /* ids at .. end-1 are still to come */
    bool has_orders;
} Maker;

static Status maker_rewind(CustomerSource *source, Error *err)
{
    Maker *maker = (Maker *)source;
    (void)err;
    maker->at = maker->begin;
    return STATUS_OK;
}

/* Customer u^1.5: the first k of n customers have the share (k/n)^(2/3) of the events. */
static size_t events_before(const Maker *maker, uint32_t id)
{
    return (size_t)(maker->events * pow((double)(id - 1) / maker->customers, 2.0 / 3.0));
}

static int compare_moments(const void *left, const void *right)
{
    const EventRow *a = left, *b = right;
    return (a->at.second > b->at.second) - (a->at.second < b->at.second);
}

static Value order_number(uint32_t id, uint64_t number, Arena *arena)
{
    return value_text(arena_printf(arena, "Z-%07u-%04llu", id, (unsigned long long)number));
}

static EventList make_events(const Maker *maker, uint32_t id, Random *random, Arena *arena)
{
    size_t count = events_before(maker, id + 1) - events_before(maker, id);
    EventRow *events = ARENA_ARRAY(arena, EventRow, count);
    Value *values = ARENA_ARRAY(arena, Value, count * FIELDS);
    for (size_t i = 0; i < count; i++, values += FIELDS) {
        double u = random_unit(random);
        if (maker->has_orders)
            values[0] = order_number(id, random_below(random, count / 3 + 1), arena);
        values[1] = value_item(&maker->items[(size_t)(u * u * u * ITEMS)]);
        values[2] = value_decimal(10000 * random_between(random, 1, 5));
        values[3] = value_decimal(100 * random_between(random, 0, 500000));
        int64_t day = FIRST_DAY + (int64_t)random_below(random, DAYS);
        events[i] = (EventRow){.at = {day * 86400}, .sequence = i, .values = values};
    }
    qsort(events, count, sizeof *events, compare_moments);
    return (EventList){events, count};
}

static Value numbered(const char *prefix, uint64_t number, Arena *arena)
{
    return value_text(arena_printf(arena, "%s %llu", prefix, (unsigned long long)number));
}

static Status maker_next(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    Maker *maker = (Maker *)source;
    (void)err;
    *ret_row = (CustomerRow){0};
    if (maker->at == maker->end) return STATUS_OK;
    uint32_t id = maker->at++;
    Random random = random_seeded(id);
    Value *values = ARENA_ARRAY(arena, Value, PROPERTIES);
    values[0] = numbered("Область", random_below(&random, REGIONS), arena);
    values[1] = numbered("Менеджер", random_below(&random, MANAGERS), arena);
    values[2] = numbered("kind", random_below(&random, 4), arena);
    values[3] = value_date((Date){(int32_t)random_below(&random, 20000)});
    values[4] = value_date((Date){FIRST_DAY + (int32_t)random_below(&random, DAYS)});
    EventList *lists = ARENA_ARRAY(arena, EventList, 1);
    lists[0] = make_events(maker, id, &random, arena);
    *ret_row = (CustomerRow){.id = {id}, .values = values, .events = lists};
    return STATUS_OK;
}

static Item *make_items(const Item **pointers, Arena *arena)
{
    Item *items = ARENA_ARRAY(arena, Item, ITEMS);
    for (uint32_t i = 0; i < ITEMS; i++) {
        items[i] = (Item){.id = i + 1,
                          .code = arena_printf(arena, "item-%05u", i),
                          .name = arena_printf(arena, "Товар номер %u", i),
                          .group = arena_printf(arena, "Все / Группа %u", i % GROUPS)};
        pointers[i] = &items[i];
    }
    return items;
}

/* ---- measuring ---- */

static void print_rate(const char *what, Watch begin, double count, const char *unit)
{
    Watch end = watch_start();
    double wall_seconds = end.wall_seconds - begin.wall_seconds;
    double processor_seconds = end.processor_seconds - begin.processor_seconds;
    printf("%-28s %8.0f ms, %8.0f ms of processor %12.0f %s/s\n", what, wall_seconds * 1000,
           processor_seconds * 1000, count / wall_seconds, unit);
}

static Status measure_source(Maker *maker, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    CustomerRow row = {.id = {1}};
    size_t events_count = 0;
    Watch begin = watch_start();
    TRY(maker_rewind(&maker->base, err));
    while (row.id.value != 0) {
        arena_reset(arena);
        TRY(maker_next(&maker->base, arena, &row, err));
        if (row.id.value != 0) events_count += row.events[0].count;
    }
    print_rate("making half of the rows", begin, (double)events_count, "events");
    return STATUS_OK;
}

static void print_sizes(const Image *image)
{
    const StreamColumns *stream = image_stream(image, 0);
    double events_count = (double)stream->count;
    double own = 4.0 * image_customers_count(image);
    own += (double)stream->count * (stream->day.width_bytes + stream->second.width_bytes);
    for (size_t i = 0; i < stream->fields_count; i++)
        own += (double)(stream->count * stream->fields[i].width_bytes);
    printf("%-28s %12.0f bytes, %.2f per event\n", "image", (double)image_size_bytes(image),
           (double)image_size_bytes(image) / events_count);
    printf("%-28s %12.0f bytes, %.2f per event\n", "offsets and event columns", own,
           own / events_count);
}

static Status measure_reading(const char *path, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(image_done) Image *trusted = NULL, *verified = NULL;
    Text *problems;
    size_t problems_count;
    Watch begin = watch_start();
    TRY(image_open(path, true, &trusted, err));
    double size_bytes = (double)image_size_bytes(trusted);
    print_rate("open, trusted", begin, size_bytes, "bytes");
    begin = watch_start();
    TRY(image_open(path, false, &verified, err));
    print_rate("open, verified", begin, size_bytes, "bytes");
    print_sizes(verified);
    begin = watch_start();
    const Column *item = &image_stream(verified, 0)->fields[1];
    size_t item_bytes = item->width_bytes * item->count;
    uint64_t sum = 0;
    for (int i = 0; i < 10; i++)
        sum ^= checksum_of(item->data, item_bytes);
    print_rate("checksum of a column, 10 x", begin, 10.0 * (double)item_bytes, "bytes");
    begin = watch_start();
    TRY(image_check(verified, NULL, arena, &problems, &problems_count, err));
    print_rate("check", begin, (double)image_stream(verified, 0)->count, "events");
    printf("%zu problems, sum %llu\n", problems_count, (unsigned long long)sum);
    return STATUS_OK;
}

static Status measure(const char *path, size_t events_count, uint32_t customers_count,
                      bool has_orders, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Item **pointers = ARENA_ARRAY(arena, const Item *, ITEMS);
    const Item *items = make_items(pointers, arena);
    Maker makers[2];
    CustomerSource *sources[2];
    for (size_t i = 0; i < 2; i++) {
        makers[i] = (Maker){.base = {maker_rewind, maker_next, &schema},
                            .items = items,
                            .events = (double)events_count,
                            .customers = customers_count,
                            .has_orders = has_orders};
        sources[i] = &makers[i].base;
    }
    /* the customers before this one have half of the events */
    makers[0].begin = 1;
    makers[0].end = makers[1].begin = 1 + (uint32_t)(customers_count * pow(0.5, 1.5));
    makers[1].end = customers_count + 1;
    ImageInput input = {.schema = &schema,
                        .sources = sources,
                        .sources_count = 2,
                        .items = pointers,
                        .items_count = ITEMS,
                        .data_version = 1};
    TRY(measure_source(&makers[0], err));
    Watch begin = watch_start();
    TRY(image_build(path, &input, NULL, err));
    print_rate("build, two sources", begin, (double)events_count, "events");
    return measure_reading(path, err);
}

int main(int argc, char **argv)
{
    Error err = {0};
    if (argc < 4) {
        fprintf(stderr, "usage: bench_image PATH EVENTS CUSTOMERS [orders]\n");
        return 2;
    }
    size_t events_count = strtoull(argv[2], NULL, 10);
    uint32_t customers_count = (uint32_t)strtoul(argv[3], NULL, 10);
    bool has_orders = argc > 4 && strcmp(argv[4], "orders") == 0;
    if (measure(argv[1], events_count, customers_count, has_orders, &err) == STATUS_OK) return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
