/* demo.c -- writes the demo company into a data directory. */
#include "demo/demo.h"

#include "demo/company.h"
#include "store/event_writer.h"

enum {
    CUSTOMERS_PER_BATCH = 1000,
    EVENTS_MEMORY_BYTES = 256 * 1024 * 1024,
    EVENTS_PER_REPORT = 8192
};

Settings demo_settings(void)
{
    return (Settings){
        .time_zone = TEXT("Europe/Moscow"), .currency = TEXT("RUB"), .language = LANGUAGE_RU};
}

/* ---- properties, metrics, items ---- */

static Status write_schema(Store *store, Error *err)
{
    TRY(store_add_property(store, &demo_shop_area, err));
    for (size_t i = 0; i < demo_metrics_count; i++)
        TRY(store_add_metric(store, &demo_metrics[i], err));
    return STATUS_OK;
}

static Status write_items(Store *store, const Company *company, Error *err)
{
    for (size_t i = 0; i < company->items_count; i++) {
        ItemWrite write = {.item = company->items[i]};
        for (size_t a = 0; a < ITEM_ATTRIBUTE_COUNT; a++)
            write.is_given[a] = true;
        WriteResult result;
        TRY(store_write_item(store, &write, WRITE_UPSERT, &result, err));
    }
    return STATUS_OK;
}

/* ---- customers ---- */

static Status write_customer(Store *store, const DemoCustomer *customer, Arena *arena, Error *err)
{
    const Schema *schema = store_schema(store);
    Value *values = ARENA_ARRAY(arena, Value, schema->properties_count);
    bool *is_given = ARENA_ARRAY(arena, bool, schema->properties_count);
    for (size_t i = 0; i < schema->properties_count; i++) {
        is_given[i] = true;
        values[i] = i < BUILT_IN_PROPERTIES_COUNT ? customer->values[i] : value_missing();
    }
    const Property *area = schema_find_property(schema, demo_shop_area.name);
    values[schema_property_slot(schema, area)] = customer->shop_area;
    CustomerWrite write = {.code = customer->code, .values = values, .is_given = is_given};
    WriteResult result;
    return store_write_customer(store, &write, WRITE_UPSERT, &result, err);
}

static Status write_customers(Store *store, const Company *company, const Progress *progress,
                              Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < company->customers_count; i++) {
        arena_reset(arena);
        TRY(write_customer(store, &company->customers[i], arena, err));
        if (i % CUSTOMERS_PER_BATCH == 0)
            TRY(progress_report(progress, "customers", i, company->customers_count, err));
    }
    return STATUS_OK;
}

/* ---- events ---- */

/* The store's own items, by the number of ours. */
static Status find_items(EventWriter *writer, const Company *company, Arena *arena,
                         const Item ***ret_items, Error *err)
{
    const Item **items = ARENA_ARRAY(arena, const Item *, company->items_count + 1);
    for (size_t i = 0; i < company->items_count; i++) {
        bool is_new = false;
        TRY(event_writer_find_or_add_item(writer, company->items[i].code,
                                          &items[company->items[i].id], &is_new, err));
    }
    *ret_items = items;
    return STATUS_OK;
}

static Status find_customers(EventWriter *writer, const Company *company, Arena *arena,
                             CustomerId **ret_ids, Error *err)
{
    CustomerId *ids = ARENA_ARRAY(arena, CustomerId, company->customers_count);
    for (size_t i = 0; i < company->customers_count; i++)
        TRY(event_writer_find_customer(writer, company->customers[i].code, false, &ids[i], err));
    *ret_ids = ids;
    return STATUS_OK;
}

static Status write_events(EventWriter *writer, const Company *company, int stream,
                           const Progress *progress, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Item **items = NULL;
    CustomerId *ids = NULL;
    TRY(find_items(writer, company, arena, &items, err));
    TRY(find_customers(writer, company, arena, &ids, err));
    const DemoEventList *events = &company->events[stream];
    for (size_t i = 0; i < events->count; i++) {
        DemoEvent *event = &events->items[i];
        if (stream == STREAM_PURCHASE) {
            Value *item = &event->values[PURCHASE_ITEM];
            *item = value_item(items[item->as.item->id]);
        }
        EventWrite write = {.customer = ids[event->customer],
                            .at = event->at,
                            .key = event->key,
                            .values = event->values,
                            .line = i + 1};
        TRY(event_writer_add(writer, &write, err));
        if (i % EVENTS_PER_REPORT == 0)
            TRY(progress_report(progress, "events", i, events->count, err));
    }
    EventWriteCounts counts = {0};
    return event_writer_flush(writer, progress, &counts, err);
}

static Status write_stream(Store *store, const Company *company, int stream,
                           const Progress *progress, Error *err)
{
    AUTO(event_writer_done) EventWriter *writer = NULL;
    TRY(event_writer_open(store, &store_schema(store)->streams[stream], EVENTS_UPSERT,
                          EVENTS_MEMORY_BYTES, &writer, err));
    return write_events(writer, company, stream, progress, err);
}

static Status write_people(Store *store, const Company *company, const Progress *progress,
                           Error *err)
{
    TRY(store_batch_begin(store, err));
    Status status = write_items(store, company, err);
    if (status == STATUS_OK) status = write_customers(store, company, progress, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

Status demo_write(Store *store, const DemoOptions *options, const Progress *progress, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Company *company = company_new(options, arena);
    TRY(write_schema(store, err));
    TRY(write_people(store, company, progress, err));
    /* Contacts first: interactions may name them. */
    static const int order[] = {STREAM_CONTACT, STREAM_PURCHASE, STREAM_INTERACTION,
                                STREAM_SETTLEMENT};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        TRY(write_stream(store, company, order[i], progress, err));
    return STATUS_OK;
}
