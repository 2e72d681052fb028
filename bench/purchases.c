/* purchases.c -- purchases made up and written while others are asked about them. */
#include "bench/purchases.h"

#include "bench/asking.h"

enum { WRITER_BYTES_MAX = 256 << 20 };

static Value new_order(BenchPurchases *purchases, Arena *arena)
{
    unsigned long long number = random_below(&purchases->random, 1000000000);
    return value_text(arena_printf(arena, "%llu", 1000000000 + number));
}

/* A purchase of the last month. */
static Status add_purchase(BenchPurchases *purchases, uint32_t id, Arena *arena, Error *err)
{
    EventWriter *writer = purchases->writer;
    Random *random = &purchases->random;
    Value values[PURCHASE_FIELDS_COUNT] = {0};
    CustomerId customer;
    const Item *item;
    bool is_new;
    Text code = arena_printf(arena, "%u", DATA_CUSTOMER_CODE_BASE + id);
    TRY(event_writer_find_customer(writer, code, false, &customer, err));
    unsigned number = 1 + (unsigned)random_below(random, DATA_ITEMS);
    TRY(event_writer_find_or_add_item(
        writer, arena_printf(arena, "%u", DATA_ITEM_CODE_BASE + number), &item, &is_new, err));
    values[PURCHASE_ORDER] = new_order(purchases, arena);
    values[PURCHASE_ITEM] = value_item(item);
    values[PURCHASE_QUANTITY] = value_decimal(10000);
    values[PURCHASE_AMOUNT] = value_decimal(100 * random_between(random, 0, 500000));
    Date day = {DATA_AS_OF_DAY - (int32_t)random_below(random, 30)};
    EventWrite event = {.customer = customer, .at = moment_of(day, 0, 0, 0), .values = values};
    return event_writer_add(writer, &event, err);
}

Status bench_purchases_write(BenchPurchases *purchases, uint32_t count, uint32_t each, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint32_t stride = purchases->data->customers / count;
    EventWriteCounts total = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id = 1 + i * stride + (uint32_t)random_below(&purchases->random, stride);
        for (uint32_t k = 0; k < each; k++)
            TRY(add_purchase(purchases, id, arena, err));
        arena_reset(arena);
    }
    TRY(event_writer_flush(purchases->writer, NULL, &total, err));
    uint64_t added = total.added - purchases->added; /* the writer counts all it ever added */
    purchases->added = total.added;
    if (added == (uint64_t)count * each) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "%llu of %llu purchases were added",
                     (unsigned long long)added, (unsigned long long)count * each);
}

Status bench_purchases_open(Store *store, const BenchData *data, BenchPurchases *ret_purchases,
                            Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoreCounts counts;
    TRY(store_count(store, arena, &counts, err));
    *ret_purchases =
        (BenchPurchases){.data = data, .random = random_seeded(counts.events[STREAM_PURCHASE])};
    const Stream *stream = &store_schema(store)->streams[STREAM_PURCHASE];
    return event_writer_open(store, stream, EVENTS_UPSERT, WRITER_BYTES_MAX, &ret_purchases->writer,
                             err);
}

void bench_purchases_done(BenchPurchases *purchases)
{
    event_writer_done(&purchases->writer);
}
