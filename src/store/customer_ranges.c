/* customer_ranges.c -- which ids there are; dividing them among threads: ranges with about as many
 * events.
 *
 * Counting all events would read every pack, so neighbours are counted at some hundred places
 * evenly spread over the ids; recent packs are few and do not count. */
#include "store/customers.h"
#include "store/pack_rows.h"

enum { PLACES_COUNT = 512, NEIGHBOURS_COUNT = 8 };

static const char select_exists[] = "SELECT 1 FROM main.customer WHERE id = ?1";
static const char select_highest_id[] = "SELECT ifnull(max(id), 0) FROM main.customer";

/* Adds the events of the customers around each place. */
static Status add_events(Store *store, const Stream *stream, uint64_t highest, uint64_t *weights,
                         Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    Text sql = arena_printf(arena,
                            "SELECT ifnull(sum(events_count), 0) FROM main.event_pack_%u "
                            "WHERE id BETWEEN ?1 AND ?2",
                            stream->id);
    TRY(statement_prepare(store->database, sql, &statement, err));
    for (uint64_t i = 0; i < PLACES_COUNT; i++) {
        uint32_t first = (uint32_t)(highest * i / PLACES_COUNT);
        statement_bind_integer(statement, 1, pack_id(PACKS_MAIN, (CustomerId){first}, 0));
        statement_bind_integer(statement, 2,
                               pack_id(PACKS_MAIN, (CustomerId){first + NEIGHBOURS_COUNT}, 0) - 1);
        bool has_row;
        TRY(statement_step(statement, &has_row, err));
        weights[i] += (uint64_t)statement_integer(statement, 0);
        sqlite3_reset(statement);
    }
    return STATUS_OK;
}

/* The place up to which `part` of `parts_count` parts of the whole weight lie. */
static uint64_t place_of(const uint64_t *weights, size_t part, size_t parts_count)
{
    uint64_t whole = 0, sum = 0, place = 0;
    for (size_t i = 0; i < PLACES_COUNT; i++)
        whole += weights[i];
    while (place < PLACES_COUNT && sum * parts_count < whole * part)
        sum += weights[place++];
    return place;
}

static Status divide(Store *store, size_t parts_count, CustomerId *ret_last, Error *err)
{
    int64_t highest;
    uint64_t weights[PLACES_COUNT];
    TRY(database_number(store->database, select_highest_id, &highest, err));
    for (size_t i = 0; i < PLACES_COUNT; i++)
        weights[i] = NEIGHBOURS_COUNT; /* a customer costs something without events, too */
    for (size_t i = 0; i < store->schema->streams_count; i++)
        TRY(add_events(store, &store->schema->streams[i], (uint64_t)highest, weights, err));
    for (size_t i = 0; i + 1 < parts_count; i++) {
        uint64_t place = place_of(weights, i + 1, parts_count);
        ret_last[i].value = (uint32_t)((uint64_t)highest * place / PLACES_COUNT);
    }
    ret_last[parts_count - 1].value = CUSTOMER_ID_MAX;
    return STATUS_OK;
}

Status store_divide_customers(Store *store, size_t parts_count, CustomerId *ret_last, Error *err)
{
    ASSERT(parts_count > 0);
    bool is_own_snapshot = !store->is_reading;
    if (is_own_snapshot) TRY(store_read_begin(store, err));
    Status status = divide(store, parts_count, ret_last, err);
    if (is_own_snapshot) store_read_end(store);
    return status;
}

Status store_keep_existing(Store *store, CustomerSet *customers, Error *err)
{
    FOR_EACH_CUSTOMER (id, customers) {
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(store, select_exists, &statement, err));
        statement_bind_integer(statement, 1, id.value);
        bool has_row;
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) customer_set_remove(customers, id);
    }
    return STATUS_OK;
}
