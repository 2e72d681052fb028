/* stored.c -- a population in a data directory. */
#include "eval/stored.h"

#include "harness/harness.h"
#include "model/built_in.h"
#include "store/event_writer.h"

#include <string.h>

typedef struct {
    const Population *population;
    Store *store;
    Arena *arena;
    Error err;
} Writing;

static void write_schema(Writing *writing)
{
    const Schema *schema = writing->population->schema;
    for (size_t i = BUILT_IN_PROPERTIES_COUNT; i < schema->properties_count; i++)
        EXPECT_OK(store_add_property(writing->store, &schema->properties[i], &writing->err),
                  &writing->err);
    for (size_t s = BUILT_IN_STREAMS_COUNT; s < schema->streams_count; s++)
        EXPECT_OK(store_add_stream(writing->store, &schema->streams[s], &writing->err),
                  &writing->err);
}

static void write_items(Writing *writing)
{
    const ItemRows *items = &writing->population->items;
    for (size_t i = 0; i < items->count; i++) {
        WriteResult result;
        ItemWrite write = {.item = *items->items[i]};
        memset(write.is_given, 1, sizeof write.is_given);
        EXPECT_OK(store_write_item(writing->store, &write, WRITE_INSERT, &result, &writing->err),
                  &writing->err);
    }
}

static void write_customers(Writing *writing)
{
    const Population *population = writing->population;
    size_t count = population->schema->properties_count;
    bool *is_given = ARENA_ARRAY(writing->arena, bool, count);
    memset(is_given, 1, count * sizeof *is_given);
    for (size_t i = 0; i < population->people.count; i++) {
        WriteResult result;
        const Person *person = &population->people.items[i];
        CustomerWrite write = {
            .code = person->code, .values = person->values, .is_given = is_given};
        EXPECT_OK(
            store_write_customer(writing->store, &write, WRITE_INSERT, &result, &writing->err),
            &writing->err);
    }
}

/* Events of one second in their order of arrival, which sorting has kept. */
static void write_event(Writing *writing, EventWriter *writer, const Stream *stream,
                        CustomerId customer, const EventRow *event)
{
    Value *values = ARENA_ARRAY(writing->arena, Value, stream->fields_count);
    for (size_t f = 0; f < stream->fields_count; f++) {
        values[f] = event->values[f];
        if (values[f].kind != VALUE_ITEM) continue;
        bool is_new;
        EXPECT_OK(event_writer_find_or_add_item(writer, event->values[f].as.item->code,
                                                &values[f].as.item, &is_new, &writing->err),
                  &writing->err);
        EXPECT(!is_new);
    }
    EventWrite write = {.customer = customer, .at = event->at, .values = values};
    EXPECT_OK(event_writer_add(writer, &write, &writing->err), &writing->err);
}

static void write_stream(Writing *writing, size_t stream_index)
{
    const People *people = &writing->population->people;
    const Stream *stream = &store_schema(writing->store)->streams[stream_index];
    AUTO(event_writer_done) EventWriter *writer = NULL;
    EXPECT_OK(
        event_writer_open(writing->store, stream, EVENTS_UPSERT, 1 << 24, &writer, &writing->err),
        &writing->err);
    for (size_t i = 0; i < people->count; i++) {
        const EventRows *rows = &people->items[i].events[stream_index];
        for (size_t e = 0; e < rows->count; e++)
            write_event(writing, writer, stream, (CustomerId){(uint32_t)i + 1}, &rows->items[e]);
    }
    EventWriteCounts counts = {0};
    EXPECT_OK(event_writer_flush(writer, NULL, &counts, &writing->err), &writing->err);
}

Store *stored_open(const Population *population, const char *path)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Writing writing = {.population = population, .arena = arena};
    EXPECT_OK(store_init(path, population->schema->settings, &writing.err), &writing.err);
    EXPECT_OK(store_open(path, STORE_WRITE, &writing.store, &writing.err), &writing.err);
    write_schema(&writing);
    EXPECT_OK(store_batch_begin(writing.store, &writing.err), &writing.err);
    write_items(&writing);
    write_customers(&writing);
    EXPECT_OK(store_batch_commit(writing.store, &writing.err), &writing.err);
    for (size_t s = 0; s < population->schema->streams_count; s++)
        write_stream(&writing, s);
    return writing.store;
}
