/* merge_events.c -- events of two customers who were one.
 *
 * An event without a given key is its moment and its content, so the same one of both is one event,
 * unless the caller says otherwise. Given keys are unique in their stream: they never collide. The
 * packs of the one who is gone stay in the record; taking the merge back gives him those events
 * that are still there as they were, in their newest bytes. */
#include "store/change_log.h"
#include "store/event_merge.h"
#include "store/forming_journal.h"
#include "store/merge_parts.h"
#include "store/pack_writer.h"

#include "base/bitmap.h"

#include <stdlib.h>

static const char record_stream[] =
    "INSERT INTO main.customer_merge_stream (merge_id, stream_id, identical) VALUES (?1, ?2, ?3)";
static const char select_recorded[] = "SELECT payload FROM main.customer_merge_pack "
                                      "WHERE merge_id = ?1 AND stream_id = ?2 ORDER BY number";
static const char select_identical[] = "SELECT identical FROM main.customer_merge_stream "
                                       "WHERE merge_id = ?1 AND stream_id = ?2";
static const char move_keys[] = "UPDATE main.event_key SET customer_id = ?3 WHERE customer_id = ?2";
static const char move_key[] =
    "UPDATE main.event_key SET customer_id = ?3 WHERE stream_id = ?1 AND key = ?2";

typedef struct {
    PackedEvent event;
    uint64_t hash; /* equal events have equal ones */
    bool is_taken; /* it is the one of somebody's event already */
} MergedEvent;

typedef struct {
    MergedEvent *items;
    size_t count, capacity;
} EventLists;

/* ---- reading and writing packs ---- */

static Status add_pack(const Stream *stream, Text payload, Arena *arena, EventLists *list,
                       Error *err)
{
    PackReader reader;
    MergedEvent merged = {0};
    PackStep step = PACK_DAMAGED;
    if (pack_open(&reader, arena_text(arena, payload)))
        while ((step = pack_next(&reader, &merged.event)) == PACK_EVENT) {
            merged.hash = content_hash(merged.event.content) ^
                          ((uint64_t)merged.event.at.second * UINT64_C(0x9E3779B97F4A7C15));
            ARENA_PUSH(arena, list, merged);
        }
    if (step == PACK_END) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "events of stream '%.*s' are damaged; run a check",
                     TEXT_FORMAT(stream->name));
}

static Status read_packs(sqlite3_stmt *rows, const Stream *stream, Arena *arena,
                         EventLists *ret_list, Error *err)
{
    *ret_list = (EventLists){0};
    for (bool has_row;;) {
        TRY(statement_step(rows, &has_row, err));
        if (!has_row) return STATUS_OK;
        TRY(add_pack(stream, statement_blob(rows, 0), arena, ret_list, err));
    }
}

/* A statement on his main packs of a stream: ?1 the first of their ids, ?2 the last. Whoever's
 * packs are looked at here was settled before, so that there are no others. */
static Status prepare_for_packs(Store *store, const Stream *stream, CustomerId customer,
                                const char *sql, sqlite3_stmt **ret_statement, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text whole =
        arena_printf(arena, "%s main.event_pack_%u WHERE id BETWEEN ?1 AND ?2", sql, stream->id);
    TRY(statement_prepare(store->database, whole, ret_statement, err));
    statement_bind_integer(*ret_statement, 1, pack_id(PACKS_MAIN, customer, 0));
    statement_bind_integer(*ret_statement, 2, pack_id_last(PACKS_MAIN, customer));
    return STATUS_OK;
}

static Status read_events(Store *store, const Stream *stream, CustomerId customer, Arena *arena,
                          EventLists *ret_list, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *rows = NULL;
    /* without an order of its own the range of the key gives the packs in theirs */
    TRY(prepare_for_packs(store, stream, customer, "SELECT payload FROM", &rows, err));
    return read_packs(rows, stream, arena, ret_list, err);
}

static Status next_number(Store *store, const Stream *stream, CustomerId customer,
                          uint32_t *ret_number, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    bool has_row;
    TRY(prepare_for_packs(store, stream, customer, "SELECT max(id) FROM", &row, err));
    TRY(statement_step(row, &has_row, err));
    *ret_number = statement_is_null(row, 0) ? 0 : pack_number(statement_integer(row, 0)) + 1;
    return STATUS_OK;
}

/* Those that are taken, or those that are not, go to a customer. */
static Status write_events(PackWriter *writer, const EventLists *list, bool wants_taken, Error *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].is_taken == wants_taken)
            TRY(pack_writer_add(writer, &list->items[i].event, err));
    return STATUS_OK;
}

/* ---- finding the same event ---- */

typedef struct {
    uint64_t hash;
    size_t index;
} HashedEvent;

typedef struct {
    EventLists *list;
    HashedEvent *order; /* by hash, then as they lie */
} EventFinder;

static int compare_hashed(const void *a, const void *b)
{
    const HashedEvent *left = a, *right = b;
    if (left->hash != right->hash) return left->hash < right->hash ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static EventFinder finder_of(EventLists *list, Arena *arena)
{
    EventFinder finder = {list, ARENA_ARRAY(arena, HashedEvent, list->count)};
    for (size_t i = 0; i < list->count; i++)
        finder.order[i] = (HashedEvent){list->items[i].hash, i};
    if (list->count > 1) qsort(finder.order, list->count, sizeof *finder.order, compare_hashed);
    return finder;
}

/* The first equal one that is not taken yet is taken; NULL when there is none. */
static MergedEvent *take_same(const EventFinder *finder, const MergedEvent *wanted)
{
    size_t low = 0, high = finder->list->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (finder->order[middle].hash < wanted->hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < finder->list->count && finder->order[low].hash == wanted->hash; low++) {
        MergedEvent *found = &finder->list->items[finder->order[low].index];
        if (found->is_taken || found->event.at.second != wanted->event.at.second ||
            !content_is_same(found->event.content, wanted->event.content))
            continue;
        found->is_taken = true;
        return found;
    }
    return NULL;
}

/* ---- merging ---- */

static Status record_packs(const Merging *merging, const Stream *stream,
                           const CustomerSet *identical, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *copy = NULL;
    AUTO(statement_release) sqlite3_stmt *record = NULL;
    Text sql = arena_printf(arena,
                            "INSERT INTO main.customer_merge_pack SELECT ?3, %u, id - ?1, payload "
                            "FROM",
                            stream->id);
    TRY(prepare_for_packs(merging->store, stream, merging->from, sql.data, &copy, err));
    statement_bind_integer(copy, 3, merging->id);
    TRY(statement_run(copy, err));
    TRY(store_statement(merging->store, record_stream, &record, err));
    statement_bind_integer(record, 1, merging->id);
    statement_bind_integer(record, 2, stream->id);
    statement_bind_blob(record, 3, bitmap_encode(identical->words, identical->words_count, arena));
    return statement_run(record, err);
}

/* Identical ones are taken out of both. */
static void find_identical(EventLists *from, EventLists *into, CustomerSet *identical, Arena *arena)
{
    EventFinder finder = finder_of(into, arena);
    for (size_t i = 0; i < from->count; i++) {
        from->items[i].is_taken = take_same(&finder, &from->items[i]) != NULL;
        if (from->items[i].is_taken) customer_set_add(identical, (CustomerId){(uint32_t)i + 1});
    }
}

static Status append_events(const Merging *merging, const Stream *stream, const EventLists *from,
                            Error *err)
{
    uint32_t number;
    PackWriter *writer;
    TRY(next_number(merging->store, stream, merging->into, &number, err));
    TRY(pack_writer_open(merging->store, stream, &writer, err));
    pack_writer_begin(writer, PACKS_MAIN, merging->into, number);
    Status status = write_events(writer, from, false, err);
    if (status == STATUS_OK) status = pack_writer_end(writer, &number, err);
    pack_writer_close(writer);
    return status;
}

static Status change_total(Store *store, const Stream *stream, int64_t difference, Error *err)
{
    EventTotals totals;
    if (difference == 0) return STATUS_OK;
    TRY(event_totals_read(store, stream->id, &totals, err));
    totals.events_count += difference;
    return event_totals_write(store, stream->id, &totals, err);
}

static Status merge_stream(Merging *merging, const Stream *stream, bool keeps_identical, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet identical = {0};
    EventLists from, into;
    TRY(event_merge_settle(merging->store, stream, merging->from, err));
    TRY(read_events(merging->store, stream, merging->from, arena, &from, err));
    if (from.count == 0) return STATUS_OK;
    TRY(event_merge_settle(merging->store, stream, merging->into, err));
    TRY(read_events(merging->store, stream, merging->into, arena, &into, err));
    if (!keeps_identical) find_identical(&from, &into, &identical, arena);
    uint64_t same = customer_set_count(&identical);
    TRY(record_packs(merging, stream, &identical, err));
    TRY(append_events(merging, stream, &from, err));
    TRY(packs_delete(merging->store, stream, PACKS_MAIN, merging->from, 0, err));
    /* one of two equal ones goes, so the first and last moments stay */
    TRY(change_total(merging->store, stream, -(int64_t)same, err));
    MergedEvents events = {.stream = stream, .moved = from.count - same, .identical = same};
    ARENA_PUSH(merging->arena, &merging->events, events);
    return STATUS_OK;
}

Status merge_events(Merging *merging, bool keeps_identical, Error *err)
{
    const Schema *schema = merging->store->schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        TRY(merge_stream(merging, &schema->streams[i], keeps_identical, err));
    return merging_run(merging, move_keys, err);
}

/* ---- taking it back ---- */

static Status read_record(const Merging *merging, const Stream *stream, Arena *arena,
                          EventLists *ret_list, CustomerSet *ret_identical, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *rows = NULL;
    AUTO(statement_release) sqlite3_stmt *identical = NULL;
    TRY(store_statement(merging->store, select_recorded, &rows, err));
    statement_bind_integer(rows, 1, merging->id);
    statement_bind_integer(rows, 2, stream->id);
    TRY(read_packs(rows, stream, arena, ret_list, err));
    TRY(store_statement(merging->store, select_identical, &identical, err));
    statement_bind_integer(identical, 1, merging->id);
    statement_bind_integer(identical, 2, stream->id);
    bool has_row;
    TRY(statement_step(identical, &has_row, err));
    if (!has_row) return STATUS_OK;
    return journal_read_set(statement_blob(identical, 0), ret_identical, err);
}

static Status give_key(const Merging *merging, const Stream *stream, const PackedEvent *event,
                       Error *err)
{
    Text key;
    if (!content_key(event->content, &key)) return STATUS_OK;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(merging->store, move_key, &statement, err));
    statement_bind_integer(statement, 1, stream->id);
    statement_bind_text(statement, 2, key);
    statement_bind_integer(statement, 3, merging->from.value);
    return statement_run(statement, err);
}

/* Which of his events are still there: those are taken in `given`. What INTO had himself is set
 * aside first, so that it stays his. */
static MergedEvents find_given(EventLists *given, EventLists *now, const CustomerSet *identical,
                               Arena *arena)
{
    MergedEvents events = {0};
    EventFinder finder = finder_of(now, arena);
    MergedEvent **own = ARENA_ARRAY(arena, MergedEvent *, given->count);
    for (size_t i = 0; i < given->count; i++)
        if (customer_set_has(identical, (CustomerId){(uint32_t)i + 1}))
            own[i] = take_same(&finder, &given->items[i]);
    for (size_t i = 0; i < given->count; i++) {
        bool is_identical = customer_set_has(identical, (CustomerId){(uint32_t)i + 1});
        MergedEvent *found = is_identical ? own[i] : take_same(&finder, &given->items[i]);
        given->items[i].is_taken = found != NULL;
        if (found == NULL) {
            events.left++;
            continue;
        }
        given->items[i].event.content = found->event.content;
        events.identical += is_identical;
        events.moved += !is_identical;
    }
    for (size_t i = 0; i < given->count; i++)
        if (own[i] != NULL) own[i]->is_taken = false;
    return events;
}

static Status write_both(const Merging *merging, const Stream *stream, const EventLists *given,
                         const EventLists *now, Error *err)
{
    uint32_t ignored;
    PackWriter *writer;
    TRY(pack_writer_open(merging->store, stream, &writer, err));
    pack_writer_begin(writer, PACKS_MAIN, merging->from, 0);
    Status status = write_events(writer, given, true, err);
    if (status == STATUS_OK) status = pack_writer_end(writer, &ignored, err);
    pack_writer_begin(writer, PACKS_MAIN, merging->into, 0);
    if (status == STATUS_OK) status = write_events(writer, now, false, err);
    if (status == STATUS_OK) status = pack_writer_end(writer, &ignored, err);
    pack_writer_close(writer);
    return status;
}

static Status unmerge_stream(Merging *merging, const Stream *stream, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet identical = {0};
    EventLists given, now;
    TRY(read_record(merging, stream, arena, &given, &identical, err));
    if (given.count == 0) return STATUS_OK;
    TRY(event_merge_settle(merging->store, stream, merging->into, err));
    TRY(read_events(merging->store, stream, merging->into, arena, &now, err));
    MergedEvents events = find_given(&given, &now, &identical, arena);
    events.stream = stream;
    TRY(packs_delete(merging->store, stream, PACKS_MAIN, merging->into, 0, err));
    TRY(write_both(merging, stream, &given, &now, err));
    for (size_t i = 0; i < given.count; i++)
        if (given.items[i].is_taken) TRY(give_key(merging, stream, &given.items[i].event, err));
    TRY(change_total(merging->store, stream, (int64_t)events.identical, err));
    ARENA_PUSH(merging->arena, &merging->events, events);
    return STATUS_OK;
}

Status unmerge_events(Merging *merging, Error *err)
{
    const Schema *schema = merging->store->schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        TRY(unmerge_stream(merging, &schema->streams[i], err));
    return STATUS_OK;
}
