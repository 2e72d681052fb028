/* forming_feed.c -- who joined and who left, over all segments, one after another. */
#include "store/forming_journal.h"

static const char select_feed[] =
    "SELECT c.sequence, c.customers_count, f.segment_id, f.id, f.at, c.is_joining, c.cause, "
    "c.customers, c.erased, COALESCE(s.removed_code, s.code), COALESCE(s.removed_name, s.name) "
    "FROM main.forming_change c JOIN main.forming f ON f.id = c.forming_id "
    "JOIN main.segment s ON s.id = f.segment_id "
    "WHERE c.sequence >= (SELECT COALESCE(MAX(sequence), 0) FROM main.forming_change "
    "WHERE sequence <= ?1 + 1) ORDER BY c.sequence";

typedef struct {
    FeedEntry *items;
    size_t count, capacity;
    Arena *arena;
    FeedQuery query;
} Feed;

/* The change's customers take its places in order; places of erased persons stay empty. */
static void feed_customers(Feed *feed, const FeedEntry *first, const CustomerSet *customers,
                           const CustomerSet *erased)
{
    FeedEntry entry = *first;
    CustomerId id = customer_set_next(customers, (CustomerId){0});
    for (uint32_t place = 1; id.value != 0 && feed->count < feed->query.limit; place++) {
        if (customer_set_has(erased, (CustomerId){place})) continue;
        entry.sequence = first->sequence + place - 1;
        entry.customer = id;
        if (entry.sequence > feed->query.after) ARENA_PUSH(feed->arena, feed, entry);
        id = customer_set_next(customers, (CustomerId){id.value + 1});
    }
}

static Status feed_change(Feed *feed, sqlite3_stmt *row, Error *err)
{
    CustomerSet customers = {0}, erased = {0};
    FeedEntry first = {.sequence = (uint64_t)statement_integer(row, 0),
                       .segment_id = (uint32_t)statement_integer(row, 2),
                       .segment_code = arena_text(feed->arena, statement_text(row, 9)),
                       .segment = arena_text(feed->arena, statement_text(row, 10)),
                       .forming_id = (uint64_t)statement_integer(row, 3),
                       .at = {statement_integer(row, 4)},
                       .is_joining = statement_integer(row, 5) != 0};
    TRY(journal_read_cause(row, 6, &first.cause, err));
    Status status = journal_read_set(statement_blob(row, 7), &customers, err);
    if (status == STATUS_OK && !statement_is_null(row, 8))
        status = journal_read_set(statement_blob(row, 8), &erased, err);
    if (status == STATUS_OK) feed_customers(feed, &first, &customers, &erased);
    customer_set_free(&customers);
    customer_set_free(&erased);
    return status;
}

Status store_read_feed(Store *store, FeedQuery query, Arena *arena, FeedEntry **ret_entries,
                       size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    Feed feed = {.arena = arena, .query = query};
    TRY(store_statement(store, select_feed, &statement, err));
    statement_bind_integer(statement, 1,
                           query.after < INT64_MAX ? (int64_t)query.after : INT64_MAX - 1);
    while (feed.count < query.limit) {
        bool has_row;
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        TRY(feed_change(&feed, statement, err));
    }
    *ret_entries = feed.items;
    *ret_count = feed.count;
    return STATUS_OK;
}
