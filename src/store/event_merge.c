/* event_merge.c -- one customer's new events among those stored: compare, then write his packs.
 *
 * 1. Events keep their order of arrival. Those from before the import stand first; `old_count` of
 *    the marks says how many.
 * 2. The events of a small flush go into recent packs (pack_rows.h). Small means that four of its
 *    kind fill the room for recent events, which is an eighth of the stream, and RECENT_EVENTS_MAX
 *    at most: writing into a much larger region would dirty as many pages as into the main one.
 * 3. When there is no room left, a flush moves twice as many events as it brings, of the customers
 *    after those of the last time, so that what lies on the same pages is moved together. No write
 *    ever waits for all of them, and nobody has to remember to move them. */
#include "store/event_merge.h"

#include "base/hash.h"
#include "base/memory.h"
#include "store/change_log.h"
#include "store/pack_table.h"

#include <stdlib.h>

enum {
    RECENT_SHARE = 8, /* of the stream's events, at most, are recent */
    RECENT_EVENTS_MAX = 4000000,
    RECENT_FLUSHES = 4,         /* that fill the room */
    MOVED_PER_EVENT = 2,        /* moved for each that a flush brings */
    MOVED_EVENTS_MIN = 1 << 10, /* at a time */
};

static const char select_moved[] = "SELECT moved_up_to FROM main.stream WHERE id = ?1";
static const char update_moved[] = "UPDATE main.stream SET moved_up_to = ?2 WHERE id = ?1";

/* Finding stored events by key or content: buckets hold index of event + 1. */
typedef struct {
    uint32_t *buckets;
    size_t mask;
    StoredEvent **events; /* by index */
} Table;

/* One customer being merged. */
typedef struct {
    const MergeTask *task;
    Packs packs;
    uint32_t old_count; /* of his events */
    Table table;
    EventWriteCounts *counts;
} Work;

struct EventMerge {
    Store *store;
    uint32_t stream_id;
    const char *stream_name;
    bool is_empty;
    EventTotals totals;   /* of the stream, after what was merged so far */
    uint64_t flush_count; /* events that the present flush brings */
    PackRegion region;    /* where they go */
    bool has_lost_an_end; /* an event at an end of its span was taken away: count again */
    ImportMarks *marks;
    PackTable packs;
    Arena *arena;             /* of the stream's name */
    Arena *scratch;           /* of one customer */
    sqlite3_stmt *delete_key; /* ?1 stream, ?2 key */
    sqlite3_stmt *reaching;   /* customers with packs from ?1 to ?2 */
};

/* ---- statements ---- */

static Status prepare_all(EventMerge *merge, const Stream *stream, Error *err)
{
    static const char delete_key[] = "DELETE FROM main.event_key WHERE stream_id = ?1 AND key = ?2";
    sqlite3 *database = merge->store->database;
    Text reaching = arena_printf(merge->arena,
                                 "SELECT DISTINCT id >> 24 & 0xffffffff AS customer "
                                 "FROM main.event_pack_%u "
                                 "WHERE last_at >= ?1 AND first_at <= ?2 ORDER BY customer",
                                 stream->id);
    TRY(pack_table_open(merge->store, stream, merge->stream_name, &merge->packs, err));
    TRY(statement_prepare(database, reaching, &merge->reaching, err));
    return statement_prepare(database, text_of(delete_key), &merge->delete_key, err);
}

void event_merge_close(EventMerge *merge)
{
    if (merge == NULL) return;
    pack_table_done(&merge->packs);
    statement_done(&merge->delete_key);
    statement_done(&merge->reaching);
    arena_free(merge->scratch);
    arena_free(merge->arena);
    free(merge);
}

Status event_merge_open(Store *store, const Stream *stream, bool is_empty, ImportMarks *marks,
                        EventMerge **ret_merge, Error *err)
{
    EventMerge *merge = MEMORY_NEW(EventMerge);
    merge->store = store;
    merge->arena = arena_new();
    merge->scratch = arena_new();
    merge->stream_id = stream->id;
    merge->stream_name = arena_cstr(merge->arena, stream->name);
    merge->is_empty = is_empty;
    merge->marks = marks;
    Status status = prepare_all(merge, stream, err);
    if (status != STATUS_OK)
        event_merge_close(merge);
    else
        *ret_merge = merge;
    return status;
}

/* ---- totals ---- */

static void count_new(EventMerge *merge, Moment at)
{
    merge->totals.events_count++;
    span_include(&merge->totals.span, at.second, at.second);
}

static void count_gone(EventMerge *merge, Moment at)
{
    merge->totals.events_count--;
    SecondSpan span = merge->totals.span;
    merge->has_lost_an_end |= at.second <= span.first || at.second >= span.last;
}

/* How many events may be recent. */
static uint64_t recent_room(const EventTotals *totals)
{
    uint64_t share = (uint64_t)totals->events_count / RECENT_SHARE;
    return share < RECENT_EVENTS_MAX ? share : RECENT_EVENTS_MAX;
}

Status event_merge_begin(EventMerge *merge, uint64_t events_count, Error *err)
{
    merge->has_lost_an_end = false;
    TRY(event_totals_read(merge->store, merge->stream_id, &merge->totals, err));
    merge->flush_count = events_count;
    bool is_small = events_count <= recent_room(&merge->totals) / RECENT_FLUSHES;
    merge->region = is_small ? PACKS_RECENT : PACKS_MAIN;
    return STATUS_OK;
}

Status event_merge_save_totals(EventMerge *merge, Error *err)
{
    if (merge->has_lost_an_end)
        TRY(event_totals_count(merge->store, merge->stream_id, &merge->totals, err));
    return event_totals_write(merge->store, merge->stream_id, &merge->totals, err);
}

/* ---- what a task needs ---- */

typedef struct {
    bool has_keys;     /* stored events must be found by their keys */
    bool has_contents; /* new events without a key may be stored ones */
    SecondSpan span;   /* of those without a key */
} Needs;

static Needs needs_of(const MergeTask *task)
{
    Needs needs = {.span = {INT64_MAX, INT64_MIN}};
    for (size_t i = task->begin; i < task->end; i++) {
        const RecordHeader *header = event_batch_header(task->batch, i);
        needs.has_keys |= header->kind == RECORD_UPDATE || header->kind == RECORD_REMOVE;
        if (header->kind != RECORD_ADD || header->has_key) continue;
        needs.has_contents = true;
        span_include(&needs.span, record_second(header), record_second(header));
    }
    return needs;
}

static bool reaches_into(const Pack *pack, SecondSpan span)
{
    return pack->last >= span.first && pack->first <= span.last;
}

static bool is_wanted(const Pack *pack, const MergeTask *task, const Needs *needs)
{
    if (needs->has_keys || (needs->has_contents && reaches_into(pack, needs->span))) return true;
    return !span_is_empty(task->removed) && reaches_into(pack, task->removed);
}

/* ---- finding stored events ---- */

static uint64_t hash_of(const PackedEvent *event)
{
    Text key;
    if (content_key(event->content, &key)) return hash_fast(key.data, key.size);
    uint64_t second = (uint64_t)event->at.second * UINT64_C(0x9E3779B97F4A7C15);
    return content_hash(event->content) ^ (second >> 16);
}

static void table_add(Table *table, StoredEvent *event, uint32_t index)
{
    uint32_t *bucket = &table->buckets[hash_of(&event->event) & table->mask];
    event->next = *bucket;
    *bucket = index + 1;
    table->events[index] = event;
}

/* Walk the packs that matter and index their events: those with a key, and old ones not met. */
static Status make_table(EventMerge *merge, Work *work, const Needs *needs, Error *err)
{
    Table *table = &work->table;
    size_t size = 16;
    while (size < work->packs.events_count)
        size *= 2;
    table->mask = size - 1;
    table->buckets = ARENA_ARRAY(merge->scratch, uint32_t, size);
    table->events = ARENA_ARRAY(merge->scratch, StoredEvent *, work->packs.events_count);
    for (size_t p = 0; p < work->packs.count; p++) {
        Pack *pack = &work->packs.items[p];
        if (!is_wanted(pack, work->task, needs)) continue;
        TRY(pack_table_walk(&merge->packs, &work->packs, pack, err));
        for (uint32_t i = 0; i < pack->events_count; i++) {
            uint32_t index = pack->first_index + i;
            Text key;
            bool has_key = content_key(pack->events[i].event.content, &key);
            bool is_open = index < work->old_count &&
                           !import_marks_is_met(merge->marks, work->task->customer, index);
            if (has_key || is_open) table_add(table, &pack->events[i], index);
        }
    }
    return STATUS_OK;
}

/* The index of the stored event that `event` is; UINT32_MAX when there is none. */
static uint32_t find_stored(const EventMerge *merge, const Work *work, const PackedEvent *event)
{
    const Table *table = &work->table;
    if (table->buckets == NULL) return UINT32_MAX;
    Text key, stored_key;
    bool has_key = content_key(event->content, &key);
    uint32_t entry = table->buckets[hash_of(event) & table->mask];
    for (; entry != 0; entry = table->events[entry - 1]->next) {
        const PackedEvent *stored = &table->events[entry - 1]->event;
        bool is_same =
            has_key ? content_key(stored->content, &stored_key) && text_equal(key, stored_key)
                    : stored->at.second == event->at.second &&
                          content_is_same(stored->content, event->content) &&
                          !import_marks_is_met(merge->marks, work->task->customer, entry - 1);
        if (is_same) return entry - 1;
    }
    return UINT32_MAX;
}

static Pack *pack_of(const Packs *packs, uint32_t index)
{
    size_t low = 0, high = packs->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (packs->items[middle].first_index <= index)
            low = middle;
        else
            high = middle;
    }
    return &packs->items[low];
}

/* ---- comparing ---- */

/* The stored event has no amount, as its item had no price, and now there is one. */
static bool gains_amount(const StoredEvent *stored, const PackedEvent *event)
{
    return content_has_derived(event->content) && !content_has_derived(stored->event.content);
}

/* An event whose key is stored for this customer: to be changed, or to be removed. */
static Status change_stored(EventMerge *merge, Work *work, const PackedEvent *event,
                            bool is_removal, Error *err)
{
    CustomerId customer = work->task->customer;
    uint32_t index = find_stored(merge, work, event);
    if (index == UINT32_MAX)
        return error_set(err, STATUS_CORRUPT,
                         "the index of given keys of stream '%s' is not in step with the events of "
                         "customer number %u; restore a backup",
                         merge->stream_name, customer.value);
    StoredEvent *stored = work->table.events[index];
    bool is_same = stored->event.at.second == event->at.second &&
                   content_is_same(stored->event.content, event->content) &&
                   !gains_amount(stored, event);
    if (is_removal) {
        stored->is_kept = false;
        count_gone(merge, stored->event.at);
    } else {
        if (index < work->old_count) import_marks_meet(merge->marks, customer, index);
        if (is_same) {
            work->counts->unchanged++;
        } else {
            work->counts->updated++;
            count_gone(merge, stored->event.at);
            count_new(merge, event->at);
            stored->event = *event;
        }
    }
    if (is_removal || !is_same) pack_of(&work->packs, index)->is_dirty = true;
    return STATUS_OK;
}

/* Whether an event without a key is one stored before the import. */
static bool meets_old(EventMerge *merge, Work *work, const PackedEvent *event)
{
    uint32_t index = find_stored(merge, work, event);
    if (index == UINT32_MAX) return false;
    import_marks_meet(merge->marks, work->task->customer, index);
    StoredEvent *stored = work->table.events[index];
    if (gains_amount(stored, event)) {
        stored->event = *event;
        pack_of(&work->packs, index)->is_dirty = true;
        work->counts->updated++;
    } else {
        work->counts->unchanged++;
    }
    return true;
}

/* Compare every new event with what is stored; what is left to append goes to `ret_new`. */
static Status compare(EventMerge *merge, Work *work, NewEvents *ret_new, Error *err)
{
    const MergeTask *task = work->task;
    PackedEvent *additions = ARENA_ARRAY(merge->scratch, PackedEvent, task->end - task->begin);
    size_t count = 0;
    for (size_t i = task->begin; i < task->end; i++) {
        const RecordHeader *header = event_batch_header(task->batch, i);
        RecordKind kind = (RecordKind)header->kind;
        if (kind == RECORD_SKIP) continue;
        PackedEvent event = event_batch_event(task->batch, i);
        if (kind == RECORD_UPDATE || kind == RECORD_REMOVE) {
            TRY(change_stored(merge, work, &event, kind == RECORD_REMOVE, err));
        } else if (kind != RECORD_ADD || header->has_key || !meets_old(merge, work, &event)) {
            additions[count++] = event;
            count_new(merge, event.at);
            if (kind == RECORD_ADD)
                work->counts->added++;
            else
                work->counts->updated++;
        }
    }
    *ret_new = (NewEvents){additions, count};
    return STATUS_OK;
}

/* ---- removing ---- */

static bool is_removed(const EventMerge *merge, const Work *work, uint32_t index,
                       const StoredEvent *stored)
{
    if (!stored->is_kept || index >= work->old_count) return false;
    if (import_marks_is_met(merge->marks, work->task->customer, index)) return false;
    int64_t second = stored->event.at.second;
    return second >= work->task->removed.first && second <= work->task->removed.last;
}

static Status forget_key(EventMerge *merge, const PackedEvent *event, Error *err)
{
    Text key;
    if (!content_key(event->content, &key)) return STATUS_OK;
    AUTO(statement_release) sqlite3_stmt *statement = merge->delete_key;
    statement_bind_integer(statement, 1, merge->stream_id);
    statement_bind_text(statement, 2, key);
    return statement_run(statement, err);
}

static Status remove_old(EventMerge *merge, Work *work, Error *err)
{
    for (size_t p = 0; p < work->packs.count && !span_is_empty(work->task->removed); p++) {
        Pack *pack = &work->packs.items[p];
        for (uint32_t i = 0; pack->events != NULL && i < pack->events_count; i++) {
            StoredEvent *stored = &pack->events[i];
            if (!is_removed(merge, work, pack->first_index + i, stored)) continue;
            stored->is_kept = false;
            pack->is_dirty = true;
            count_gone(merge, stored->event.at);
            work->counts->removed++;
            TRY(forget_key(merge, &stored->event, err));
        }
    }
    return STATUS_OK;
}

/* Bring the marks in step with the old events that are left. */
static void shrink_marks(EventMerge *merge, const Work *work)
{
    const Packs *packs = &work->packs;
    bool *is_kept = ARENA_ARRAY(merge->scratch, bool, work->old_count);
    bool is_shrunk = false;
    for (size_t p = 0; p < packs->count; p++) {
        const Pack *pack = &packs->items[p];
        for (uint32_t i = 0; i < pack->events_count; i++) {
            uint32_t index = pack->first_index + i;
            if (index >= work->old_count) break;
            is_kept[index] = pack->events == NULL || pack->events[i].is_kept;
            is_shrunk |= !is_kept[index];
        }
    }
    if (is_shrunk) import_marks_shrink(merge->marks, work->task->customer, is_kept);
}

/* ---- writing ---- */

static Status write_packs(EventMerge *merge, const Work *work, const NewEvents *additions,
                          Error *err)
{
    if (additions->count == 0 && !packs_have_dirty(&work->packs)) return STATUS_OK;
    change_log_note_part(merge->store, merge->stream_id, work->task->customer);
    return pack_table_write(&merge->packs, merge->region, &work->packs, additions,
                            &merge->totals.recent_count, err);
}

/* A customer without events: everything is new, nothing is copied. */
static Status write_first(EventMerge *merge, const MergeTask *task, EventWriteCounts *counts,
                          Error *err)
{
    change_log_note_part(merge->store, merge->stream_id, task->customer);
    PackWriter *writer = merge->packs.writer;
    pack_writer_begin(writer, PACKS_MAIN, task->customer, 0);
    for (size_t i = task->begin; i < task->end; i++) {
        RecordKind kind = (RecordKind)event_batch_header(task->batch, i)->kind;
        if (kind == RECORD_SKIP) continue;
        ASSERT(kind == RECORD_ADD || kind == RECORD_ENTER);
        PackedEvent event = event_batch_event(task->batch, i);
        TRY(pack_writer_add(writer, &event, err));
        count_new(merge, event.at);
        if (kind == RECORD_ADD)
            counts->added++;
        else
            counts->updated++;
    }
    uint32_t next_number;
    return pack_writer_end(writer, &next_number, err);
}

Status event_merge_customer(EventMerge *merge, const MergeTask *task, EventWriteCounts *counts,
                            Error *err)
{
    arena_reset(merge->scratch);
    Work work = {.task = task,
                 .packs = {.customer = task->customer, .arena = merge->scratch},
                 .counts = counts};
    Packs *packs = &work.packs;
    bool is_known = import_marks_find(merge->marks, task->customer, &work.old_count);
    if (!is_known && merge->is_empty) {
        import_marks_set(merge->marks, task->customer, 0);
        return write_first(merge, task, counts, err);
    }
    Needs needs = needs_of(task);
    needs.has_contents &= !is_known || work.old_count > 0;
    bool needs_all = !is_known || needs.has_keys || needs.has_contents ||
                     (!span_is_empty(task->removed) && work.old_count > 0);
    if (needs_all)
        TRY(pack_table_load_all(&merge->packs, packs, err));
    else
        TRY(pack_table_load_end(&merge->packs, merge->region, packs, err));
    if (!is_known) {
        work.old_count = packs->events_count;
        import_marks_set(merge->marks, task->customer, work.old_count);
    }
    if (needs_all && packs->events_count > 0) TRY(make_table(merge, &work, &needs, err));
    NewEvents additions;
    TRY(compare(merge, &work, &additions, err));
    TRY(remove_old(merge, &work, err));
    TRY(write_packs(merge, &work, &additions, err));
    if (needs_all) shrink_marks(merge, &work);
    return STATUS_OK;
}

/* ---- recent packs into the main region ---- */

/* No event changes, so nothing is noted in the log of changes. */
static Status settle(EventMerge *merge, CustomerId customer, Error *err)
{
    arena_reset(merge->scratch);
    Packs packs = {.customer = customer, .arena = merge->scratch};
    NewEvents none = {0};
    TRY(pack_table_load_end(&merge->packs, PACKS_MAIN, &packs, err));
    if (packs.main_count == packs.count) return STATUS_OK;
    return pack_table_write(&merge->packs, PACKS_MAIN, &packs, &none, &merge->totals.recent_count,
                            err);
}

Status event_merge_settle(Store *store, const Stream *stream, CustomerId customer, Error *err)
{
    EventMerge *merge;
    TRY(event_merge_open(store, stream, false, NULL, &merge, err));
    Status status = event_merge_begin(merge, 0, err);
    if (status == STATUS_OK) status = settle(merge, customer, err);
    if (status == STATUS_OK) status = event_merge_save_totals(merge, err);
    event_merge_close(merge);
    return status;
}

/* Whose recent packs are moved. */
typedef struct {
    CustomerIds list;
    uint64_t wanted_count, found_count; /* of events; a little more are found */
    Arena *arena;
} Moved;

/* Customers from `first` to `last` with recent packs, until there are enough events. */
static Status find_recent(PackRows *rows, CustomerId first, CustomerId last, Moved *moved,
                          Error *err)
{
    CustomerIds *list = &moved->list;
    TRY(pack_rows_seek_in(rows, PACKS_RECENT, first, last, err));
    while (rows->has_row && moved->found_count < moved->wanted_count) {
        CustomerId customer = pack_customer(rows->row.id);
        bool is_same = list->count > 0 && list->items[list->count - 1].value == customer.value;
        if (!is_same) ARENA_PUSH(moved->arena, list, customer);
        moved->found_count += (uint64_t)rows->row.events_count;
        TRY(pack_rows_step(rows, err));
    }
    return STATUS_OK;
}

/* Those after the one moved last, and round again. */
static Status find_next_recent(PackRows *rows, CustomerId before, Moved *moved, Error *err)
{
    Status status =
        find_recent(rows, (CustomerId){before.value + 1}, (CustomerId){UINT32_MAX}, moved, err);
    if (status == STATUS_OK) status = find_recent(rows, (CustomerId){0}, before, moved, err);
    pack_rows_end(rows);
    return status;
}

static Status read_moved(EventMerge *merge, CustomerId *ret_customer, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(merge->store, select_moved, &statement, err));
    statement_bind_integer(statement, 1, merge->stream_id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    ret_customer->value = has_row ? (uint32_t)statement_integer(statement, 0) : 0;
    return STATUS_OK;
}

static Status write_moved(EventMerge *merge, CustomerId customer, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(merge->store, update_moved, &statement, err));
    statement_bind_integer(statement, 1, merge->stream_id);
    statement_bind_integer(statement, 2, customer.value);
    return statement_run(statement, err);
}

static Status settle_all(EventMerge *merge, const CustomerIds *list, const Progress *progress,
                         Error *err)
{
    enum { PROGRESS_EVERY = 1 << 12 }; /* customers */
    for (size_t i = 0; i < list->count; i++) {
        if (i % PROGRESS_EVERY == 0)
            TRY(progress_report(progress, "moving recent events", i, list->count, err));
        TRY(settle(merge, list->items[i], err));
    }
    return STATUS_OK;
}

Status event_merge_make_room(EventMerge *merge, const Progress *progress, Error *err)
{
    if ((uint64_t)merge->totals.recent_count <= recent_room(&merge->totals)) return STATUS_OK;
    AUTO(arena_done) Arena *arena = arena_new();
    Moved moved = {.wanted_count = merge->flush_count * MOVED_PER_EVENT, .arena = arena};
    if (moved.wanted_count < MOVED_EVENTS_MIN) moved.wanted_count = MOVED_EVENTS_MIN;
    CustomerId before;
    TRY(read_moved(merge, &before, err));
    TRY(find_next_recent(&merge->packs.rows, before, &moved, err));
    TRY(settle_all(merge, &moved.list, progress, err));
    if (moved.list.count == 0) return STATUS_OK;
    return write_moved(merge, moved.list.items[moved.list.count - 1], err);
}

/* ---- whom a removal concerns ---- */

Status event_merge_find_reaching(EventMerge *merge, SecondSpan span, Arena *arena,
                                 CustomerIds *ret_customers, Error *err)
{
    CustomerIds list = {0};
    AUTO(statement_release) sqlite3_stmt *statement = merge->reaching;
    statement_bind_integer(statement, 1, span.first);
    statement_bind_integer(statement, 2, span.last);
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        CustomerId customer = {(uint32_t)statement_integer(statement, 0)};
        ARENA_PUSH(arena, &list, customer);
    }
    *ret_customers = list;
    return STATUS_OK;
}
