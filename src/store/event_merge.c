/* event_merge.c -- one customer's new events among those stored: compare, then write his packs.
 *
 * 1. Events keep their order of arrival. Those from before the import stand first; `old_count` of
 *    the marks says how many.
 * 2. Packs before the first one that changes stay as they are; from there on everything is packed
 *    anew, so small packs never pile up.
 * 3. A pack that is at least PACK_BYTES_FULL large is not touched for new events. */
#include "store/event_merge.h"

#include "base/hash.h"
#include "base/memory.h"
#include "store/change_log.h"
#include "store/pack_writer.h"

#include <stdlib.h>

typedef struct {
    PackedEvent event;
    uint32_t next; /* in its chain of the table: index + 1, 0 at the end */
    bool is_kept;
} StoredEvent;

typedef struct {
    uint32_t number, events_count;
    uint32_t first_index; /* of its events, in the order of arrival */
    int64_t first, last;
    Text payload;
    StoredEvent *events; /* NULL until walked */
    bool is_dirty;
} Pack;

/* What is known of the customer being merged. */
typedef struct {
    Pack *items;
    size_t count, capacity;
    uint32_t events_count, old_count;
} Packs;

/* Finding stored events by key or content: buckets hold index of event + 1. */
typedef struct {
    uint32_t *buckets;
    size_t mask;
    StoredEvent **events; /* by index */
} Table;

typedef struct {
    const PackedEvent *items;
    size_t count;
} NewEvents;

/* One customer being merged. */
typedef struct {
    const MergeTask *task;
    Packs packs;
    Table table;
    EventWriteCounts *counts;
} Work;

struct EventMerge {
    Store *store;
    uint32_t stream_id;
    const char *stream_name;
    bool is_empty;
    EventTotals totals;   /* of the stream, after what was merged so far */
    bool has_lost_an_end; /* an event at an end of its span was taken away: count again */
    ImportMarks *marks;
    PackWriter *writer;
    Arena *arena;               /* of the statements' names */
    Arena *scratch;             /* of one customer */
    sqlite3_stmt *select_all;   /* packs with ?1 <= id <= ?2 */
    sqlite3_stmt *select_last;  /* the last of them */
    sqlite3_stmt *delete_packs; /* packs with ?1 <= id <= ?2 */
    sqlite3_stmt *delete_key;   /* ?1 stream, ?2 key */
    sqlite3_stmt *reaching;     /* customers with packs from ?1 to ?2 */
};

/* ---- statements ---- */

static Status prepare(EventMerge *merge, const char *before, const char *after, sqlite3_stmt **ret,
                      Error *err)
{
    Text sql =
        arena_printf(merge->arena, "%s main.event_pack_%u %s", before, merge->stream_id, after);
    return statement_prepare(merge->store->database, sql, ret, err);
}

static Status prepare_all(EventMerge *merge, const Stream *stream, Error *err)
{
    static const char select[] = "SELECT " PACK_COLUMNS " FROM";
    static const char delete_key[] = "DELETE FROM main.event_key WHERE stream_id = ?1 AND key = ?2";
    TRY(prepare(merge, select, "WHERE id BETWEEN ?1 AND ?2 ORDER BY id", &merge->select_all, err));
    TRY(prepare(merge, select, "WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1",
                &merge->select_last, err));
    TRY(prepare(merge, "DELETE FROM", "WHERE id BETWEEN ?1 AND ?2", &merge->delete_packs, err));
    TRY(prepare(merge, "SELECT DISTINCT id >> 24 FROM",
                "WHERE last_at >= ?1 AND first_at <= ?2 ORDER BY id", &merge->reaching, err));
    TRY(statement_prepare(merge->store->database, text_of(delete_key), &merge->delete_key, err));
    return pack_writer_open(merge->store, stream, &merge->writer, err);
}

void event_merge_close(EventMerge *merge)
{
    if (merge == NULL) return;
    statement_done(&merge->select_all);
    statement_done(&merge->select_last);
    statement_done(&merge->delete_packs);
    statement_done(&merge->delete_key);
    statement_done(&merge->reaching);
    pack_writer_close(merge->writer);
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

static Status damaged(const EventMerge *merge, CustomerId customer, Error *err)
{
    return error_set(
        err, STATUS_CORRUPT,
        "the events of stream '%s' of customer number %u are damaged; restore a backup",
        merge->stream_name, customer.value);
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

Status event_merge_begin(EventMerge *merge, Error *err)
{
    merge->has_lost_an_end = false;
    return event_totals_read(merge->store, merge->stream_id, &merge->totals, err);
}

Status event_merge_save_totals(EventMerge *merge, Error *err)
{
    if (merge->has_lost_an_end)
        TRY(event_totals_count(merge->store, merge->stream_id, &merge->totals, err));
    return event_totals_write(merge->store, merge->stream_id, &merge->totals, err);
}

/* ---- reading what is stored ---- */

static Status load(EventMerge *merge, sqlite3_stmt *select, CustomerId customer, Packs *packs,
                   Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = select;
    statement_bind_integer(statement, 1, pack_id(customer, 0));
    statement_bind_integer(statement, 2, pack_id(customer, PACKS_PER_CUSTOMER_MAX - 1));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        int64_t count = statement_integer(statement, 1);
        if (count < 1 || count > INT32_MAX - (int64_t)packs->events_count)
            return damaged(merge, customer, err);
        Pack pack = {
            .number = (uint32_t)(statement_integer(statement, 0) - pack_id(customer, 0)),
            .events_count = (uint32_t)count,
            .first_index = packs->events_count,
            .first = statement_integer(statement, 2),
            .last = statement_integer(statement, 3),
            .payload = arena_text(merge->scratch, statement_blob(statement, 4)),
        };
        packs->events_count += pack.events_count;
        ARENA_PUSH(merge->scratch, packs, pack);
    }
}

/* Find where the events of a pack begin. */
static Status walk(EventMerge *merge, CustomerId customer, Pack *pack, Error *err)
{
    if (pack->events != NULL) return STATUS_OK;
    PackReader reader;
    if (!pack_open(&reader, pack->payload)) return damaged(merge, customer, err);
    StoredEvent *events = ARENA_ARRAY(merge->scratch, StoredEvent, pack->events_count);
    for (uint32_t i = 0; i < pack->events_count; i++) {
        if (pack_next(&reader, &events[i].event) != PACK_EVENT)
            return damaged(merge, customer, err);
        events[i].is_kept = true;
    }
    PackedEvent beyond;
    if (pack_next(&reader, &beyond) != PACK_END) return damaged(merge, customer, err);
    pack->events = events;
    return STATUS_OK;
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
        TRY(walk(merge, work->task->customer, pack, err));
        for (uint32_t i = 0; i < pack->events_count; i++) {
            uint32_t index = pack->first_index + i;
            Text key;
            bool has_key = content_key(pack->events[i].event.content, &key);
            bool is_open = index < work->packs.old_count &&
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
        if (index < work->packs.old_count) import_marks_meet(merge->marks, customer, index);
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
    if (!stored->is_kept || index >= work->packs.old_count) return false;
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
    bool *is_kept = ARENA_ARRAY(merge->scratch, bool, packs->old_count);
    bool is_shrunk = false;
    for (size_t p = 0; p < packs->count; p++) {
        const Pack *pack = &packs->items[p];
        for (uint32_t i = 0; i < pack->events_count; i++) {
            uint32_t index = pack->first_index + i;
            if (index >= packs->old_count) break;
            is_kept[index] = pack->events == NULL || pack->events[i].is_kept;
            is_shrunk |= !is_kept[index];
        }
    }
    if (is_shrunk) import_marks_shrink(merge->marks, work->task->customer, is_kept);
}

/* ---- writing ---- */

/* The first pack to write anew; packs->count when only new packs follow. */
static size_t rewrite_begin(const Packs *packs, const NewEvents *additions)
{
    size_t begin = packs->count;
    if (additions->count > 0 && begin > 0 && packs->items[begin - 1].payload.size < PACK_BYTES_FULL)
        begin--;
    for (size_t p = 0; p < begin; p++)
        if (packs->items[p].is_dirty) return p;
    return begin;
}

static Status delete_from(EventMerge *merge, CustomerId customer, uint32_t number, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = merge->delete_packs;
    statement_bind_integer(statement, 1, pack_id(customer, number));
    statement_bind_integer(statement, 2, pack_id(customer, PACKS_PER_CUSTOMER_MAX - 1));
    return statement_run(statement, err);
}

static Status write_packs(EventMerge *merge, Work *work, const NewEvents *additions, Error *err)
{
    Packs *packs = &work->packs;
    CustomerId customer = work->task->customer;
    size_t begin = rewrite_begin(packs, additions);
    bool is_changed = additions->count > 0 || begin < packs->count;
    if (!is_changed) return STATUS_OK;
    change_log_note_part(merge->store, merge->stream_id, customer);
    uint32_t last_number = packs->count == 0 ? 0 : packs->items[packs->count - 1].number;
    uint32_t first_number = begin < packs->count ? packs->items[begin].number
                            : packs->count > 0   ? last_number + 1
                                                 : 0;
    pack_writer_begin(merge->writer, customer, first_number);
    for (size_t p = begin; p < packs->count; p++) {
        Pack *pack = &packs->items[p];
        TRY(walk(merge, customer, pack, err));
        for (uint32_t i = 0; i < pack->events_count; i++)
            if (pack->events[i].is_kept)
                TRY(pack_writer_add(merge->writer, &pack->events[i].event, err));
    }
    for (size_t i = 0; i < additions->count; i++)
        TRY(pack_writer_add(merge->writer, &additions->items[i], err));
    uint32_t next_number;
    TRY(pack_writer_end(merge->writer, &next_number, err));
    if (packs->count > 0 && next_number <= last_number)
        return delete_from(merge, customer, next_number, err);
    return STATUS_OK;
}

/* A customer without events: everything is new, nothing is copied. */
static Status write_first(EventMerge *merge, const MergeTask *task, EventWriteCounts *counts,
                          Error *err)
{
    change_log_note_part(merge->store, merge->stream_id, task->customer);
    pack_writer_begin(merge->writer, task->customer, 0);
    for (size_t i = task->begin; i < task->end; i++) {
        RecordKind kind = (RecordKind)event_batch_header(task->batch, i)->kind;
        if (kind == RECORD_SKIP) continue;
        ASSERT(kind == RECORD_ADD || kind == RECORD_ENTER);
        PackedEvent event = event_batch_event(task->batch, i);
        TRY(pack_writer_add(merge->writer, &event, err));
        count_new(merge, event.at);
        if (kind == RECORD_ADD)
            counts->added++;
        else
            counts->updated++;
    }
    uint32_t next_number;
    return pack_writer_end(merge->writer, &next_number, err);
}

Status event_merge_customer(EventMerge *merge, const MergeTask *task, EventWriteCounts *counts,
                            Error *err)
{
    arena_reset(merge->scratch);
    Work work = {.task = task, .counts = counts};
    Packs *packs = &work.packs;
    bool is_known = import_marks_find(merge->marks, task->customer, &packs->old_count);
    if (!is_known && merge->is_empty) {
        import_marks_set(merge->marks, task->customer, 0);
        return write_first(merge, task, counts, err);
    }
    Needs needs = needs_of(task);
    needs.has_contents &= !is_known || packs->old_count > 0;
    bool needs_all = !is_known || needs.has_keys || needs.has_contents ||
                     (!span_is_empty(task->removed) && packs->old_count > 0);
    TRY(load(merge, needs_all ? merge->select_all : merge->select_last, task->customer, packs,
             err));
    if (!is_known) {
        packs->old_count = packs->events_count;
        import_marks_set(merge->marks, task->customer, packs->old_count);
    }
    if (needs_all && packs->events_count > 0) TRY(make_table(merge, &work, &needs, err));
    NewEvents additions;
    TRY(compare(merge, &work, &additions, err));
    TRY(remove_old(merge, &work, err));
    TRY(write_packs(merge, &work, &additions, err));
    if (needs_all) shrink_marks(merge, &work);
    return STATUS_OK;
}

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
