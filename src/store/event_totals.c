/* event_totals.c -- how many events each stream has and from when to when. */
#include "store/event_totals.h"

#include "model/built_in.h"
#include "store/pack_rows.h"

static const char select_totals[] =
    "SELECT events_count, first_at, last_at, recent_count FROM main.stream WHERE id = ?1";
static const char update_totals[] =
    "UPDATE main.stream SET events_count = ?2, first_at = ?3, last_at = ?4, recent_count = ?5 "
    "WHERE id = ?1";
static const char count_customers[] = "SELECT count(*) FROM main.customer";
static const char count_items[] = "SELECT count(*) FROM main.item";

/* Columns: number of events, earliest moment, latest moment, number of events in recent packs. */
static EventTotals totals_of_row(sqlite3_stmt *row)
{
    EventTotals totals = {statement_integer(row, 0), statement_integer(row, 3), span_empty()};
    if (!statement_is_null(row, 1))
        totals.span = (SecondSpan){statement_integer(row, 1), statement_integer(row, 2)};
    return totals;
}

Status event_totals_read(Store *store, uint32_t stream_id, EventTotals *ret_totals, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_totals, &statement, err));
    statement_bind_integer(statement, 1, stream_id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_totals = has_row ? totals_of_row(statement) : (EventTotals){0, 0, span_empty()};
    return STATUS_OK;
}

Status event_totals_write(Store *store, uint32_t stream_id, const EventTotals *totals, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_totals, &statement, err));
    statement_bind_integer(statement, 1, stream_id);
    statement_bind_integer(statement, 2, totals->events_count);
    if (!span_is_empty(totals->span)) {
        statement_bind_integer(statement, 3, totals->span.first);
        statement_bind_integer(statement, 4, totals->span.last);
    }
    statement_bind_integer(statement, 5, totals->recent_count);
    return statement_run(statement, err);
}

Status event_totals_count(Store *store, uint32_t stream_id, EventTotals *ret_totals, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    Text sql = arena_printf(arena,
                            "SELECT ifnull(sum(events_count), 0), min(first_at), max(last_at), "
                            "ifnull(sum(events_count) FILTER (WHERE id >= ?1), 0) "
                            "FROM main.event_pack_%u",
                            stream_id);
    TRY(statement_prepare(store->database, sql, &statement, err));
    statement_bind_integer(statement, 1, PACK_IDS_RECENT_BEGIN);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_totals = totals_of_row(statement);
    return STATUS_OK;
}

static Status count(Store *store, Arena *arena, StoreCounts *counts, Error *err)
{
    int64_t customers, items;
    TRY(database_number(store->database, count_customers, &customers, err));
    TRY(database_number(store->database, count_items, &items, err));
    const Schema *schema = store->schema;
    uint64_t *events = ARENA_ARRAY(arena, uint64_t, schema->streams_count);
    SecondSpan span = span_empty();
    *counts =
        (StoreCounts){.customers = (uint64_t)customers, .items = (uint64_t)items, .events = events};
    for (size_t i = 0; i < schema->streams_count; i++) {
        EventTotals totals;
        TRY(event_totals_read(store, schema->streams[i].id, &totals, err));
        events[i] = (uint64_t)totals.events_count;
        counts->events_all += events[i];
        if (!stream_is(&schema->streams[i], STREAM_CONTACT) && !span_is_empty(totals.span))
            span_include(&span, totals.span.first, totals.span.last);
    }
    counts->has_event_dates = !span_is_empty(span);
    if (!counts->has_event_dates) return STATUS_OK;
    counts->first_event = moment_date((Moment){span.first});
    counts->last_event = moment_date((Moment){span.last});
    return STATUS_OK;
}

Status store_count(Store *store, Arena *arena, StoreCounts *ret_counts, Error *err)
{
    bool is_own_snapshot = !store->is_reading;
    if (is_own_snapshot) TRY(store_read_begin(store, err));
    Status status = count(store, arena, ret_counts, err);
    if (is_own_snapshot) store_read_end(store);
    return status;
}
