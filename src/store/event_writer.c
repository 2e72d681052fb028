/* event_writer.c -- adding events by the million: encode at once, write sorted.
 *
 *   event_writer_add ──> batch of encoded records        (memory only; event_encoder.c)
 *   event_writer_flush ─> new customers, items, texts ─> kinds of keyed records (event_keys.c)
 *                         ─> sort ─> fetch in order on another thread (event_gather.c)
 *                         ─> customer by customer: compare, pack (event_merge.c)
 *                         ─> index of keys ─> commit
 */
#include "store/event_writer.h"

#include "base/memory.h"
#include "base/thread.h"
#include "store/event_encoder.h"
#include "store/event_gather.h"
#include "store/event_keys.h"
#include "store/event_lookup.h"
#include "store/event_merge.h"

#include <stdlib.h>
#include <string.h>

enum {
    MEMORY_BYTES_MIN = 1 << 20,
    PROGRESS_EVERY = 1 << 12, /* customers */
    SECONDS_PER_DAY = 86400
};

struct EventWriter {
    Store *store;
    const Stream *stream;
    EventWriteMode mode;
    size_t memory_bytes_max;
    EventEncoder *encoder;
    EventLookup *lookup;
    /* What is looked up: changed by the writer's thread alone, read by those that encode ahead. */
    SharedLock *lock;
    bool is_changing; /* this thread holds the lock */
    size_t aheads_count;
    EventKeys *keys;
    EventBatch *batch;
    ImportMarks *marks;
    EventMerge *merge;
    size_t fields_count;   /* that events have values for */
    uint64_t changes_seen; /* by others, while they were let write */
    bool has_keys;         /* in the present batch */
    bool is_broken;        /* a flush failed: what is in memory may not be what is stored */
    EventWriteCounts total;
    SecondSpan days;  /* EVENTS_REPLACE: whole days written so far */
    bool is_removing; /* what of them was not written */
};

/* ---- life ---- */

void event_writer_close(EventWriter *writer)
{
    if (writer == NULL) return;
    ASSERT(writer->aheads_count == 0 && !writer->is_changing);
    /* items and texts that were not stored must not stay in the mirrors */
    const Store *store = writer->store;
    if ((store->items != NULL && items_has_new(store->items)) ||
        (store->texts != NULL && texts_has_new(store->texts)))
        store_drop_mirrors(writer->store);
    event_merge_close(writer->merge);
    import_marks_free(writer->marks);
    event_batch_free(writer->batch);
    event_keys_free(writer->keys);
    event_lookup_close(writer->lookup);
    event_encoder_free(writer->encoder);
    shared_lock_free(writer->lock);
    free(writer);
}

void event_writer_done(EventWriter **writer)
{
    event_writer_close(*writer);
    *writer = NULL;
}

static Status is_stream_empty(Store *store, const Stream *stream, bool *ret_is_empty, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text sql = arena_printf(arena, "SELECT EXISTS (SELECT 1 FROM main.event_pack_%u)", stream->id);
    int64_t exists;
    TRY(database_number(store->database, sql.data, &exists, err));
    *ret_is_empty = exists == 0;
    return STATUS_OK;
}

static Status open_parts(EventWriter *writer, const Stream *stream, Error *err)
{
    Store *store = writer->store;
    bool is_empty;
    TRY(is_stream_empty(store, stream, &is_empty, err));
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    TRY(event_lookup_open(store, &writer->lookup, err));
    return event_merge_open(store, stream, is_empty, writer->marks, &writer->merge, err);
}

static EventEncoder *new_encoder(const EventWriter *writer, bool can_add)
{
    EventEncoder *encoder = event_encoder_new(writer->store, writer->stream, can_add);
    event_encoder_limit_fields(encoder, writer->fields_count);
    return encoder;
}

Status event_writer_open(Store *store, const Stream *stream, EventWriteMode mode,
                         size_t memory_max_bytes, EventWriter **ret_writer, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(event_writer_done) EventWriter *writer = MEMORY_NEW(EventWriter);
    writer->store = store;
    writer->stream = stream;
    writer->mode = mode;
    writer->memory_bytes_max =
        memory_max_bytes < MEMORY_BYTES_MIN ? MEMORY_BYTES_MIN : memory_max_bytes;
    writer->fields_count = stream->fields_count;
    writer->encoder = new_encoder(writer, true);
    writer->lock = shared_lock_new();
    writer->batch = event_batch_new();
    writer->marks = import_marks_new();
    writer->keys = event_keys_new(store, stream, mode);
    writer->days = span_empty();
    TRY(open_parts(writer, stream, err));
    *ret_writer = writer;
    writer = NULL;
    return STATUS_OK;
}

void event_writer_let_keys_move(EventWriter *writer)
{
    event_keys_let_move(writer->keys);
}

Status event_writer_expect_events(EventWriter *writer, uint64_t count, Error *err)
{
    ASSERT(writer->aheads_count == 0);
    return event_lookup_expect_many(writer->lookup, count, err);
}

void event_writer_limit_fields(EventWriter *writer, size_t count)
{
    ASSERT(writer->aheads_count == 0);
    writer->fields_count = count;
    event_encoder_limit_fields(writer->encoder, count);
}

static Status check_usable(const EventWriter *writer, Error *err)
{
    if (writer->is_broken)
        return error_set(err, STATUS_CONFLICT, "an earlier batch failed; begin the import again");
    return event_lookup_check(writer->lookup, err);
}

/* ---- looking up ---- */

/* Before anything that changes what is looked up. The lock is kept until event_writer_rest: taking
 * it for each event would wait for the other threads' events each time. */
static void begin_change(EventWriter *writer)
{
    if (writer->aheads_count > 0 && !writer->is_changing) {
        shared_lock_write(writer->lock);
        writer->is_changing = true;
    }
}

void event_writer_rest(EventWriter *writer)
{
    if (writer->is_changing) shared_lock_release(writer->lock);
    writer->is_changing = false;
}

Status event_writer_find_customer(EventWriter *writer, Text code, bool is_contact,
                                  CustomerId *ret_id, Error *err)
{
    TRY(check_usable(writer, err));
    begin_change(writer);
    return is_contact ? event_lookup_contact(writer->lookup, code, ret_id, err)
                      : event_lookup_customer(writer->lookup, code, ret_id, err);
}

Status event_writer_add_customer(EventWriter *writer, Text code, CustomerId *ret_id, Error *err)
{
    TRY(check_usable(writer, err));
    begin_change(writer);
    return event_lookup_add_customer(writer->lookup, code, ret_id, err);
}

Status event_writer_find_or_add_item(EventWriter *writer, Text code_or_name, const Item **ret_item,
                                     bool *ret_is_new, Error *err)
{
    TRY(check_usable(writer, err));
    begin_change(writer);
    return event_lookup_item(writer->lookup, code_or_name, ret_item, ret_is_new, err);
}

/* ---- adding ---- */

static int64_t floor_to_day(int64_t second)
{
    return (int64_t)moment_date((Moment){second}).day * SECONDS_PER_DAY;
}

static void note_day(EventWriter *writer, Moment at)
{
    int64_t first = floor_to_day(at.second);
    span_include(&writer->days, first, first + SECONDS_PER_DAY - 1);
}

static Status check_room(const EventWriter *writer, Error *err)
{
    if (!event_batch_is_full(writer->batch)) return STATUS_OK;
    return error_set(err, STATUS_LIMIT, "the batch is full; write it first");
}

static Status check_moment(Moment at, Error *err)
{
    if (moment_is_storable(at)) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "the date is not between the years 1 and 9999");
}

/* Take the record that was reserved and filled. */
static void push(EventWriter *writer, const EventWrite *event, size_t content_size)
{
    bool has_key = event->key.size > 0;
    uint64_t second_raised = (uint64_t)(event->at.second + RECORD_SECOND_RAISE);
    RecordHeader header = {.second_raised = second_raised & ((UINT64_C(1) << 40) - 1),
                           .content_size = content_size & UINT16_MAX,
                           .kind = RECORD_ADD,
                           .has_key = has_key};
    event_batch_push(writer->batch, event->customer, &header);
    if (has_key) event_batch_note_line(writer->batch, event->line);
    writer->has_keys |= has_key;
    if (writer->mode == EVENTS_REPLACE) note_day(writer, event->at);
}

Status event_writer_add(EventWriter *writer, const EventWrite *event, Error *err)
{
    size_t size_max = 0;
    TRY(check_usable(writer, err));
    ASSERT(event->customer.value != 0);
    TRY(check_moment(event->at, err));
    TRY(check_room(writer, err));
    begin_change(writer);
    TRY(event_encoder_pack(writer->encoder, event, &size_max, err));
    uint8_t *out = event_batch_reserve(writer->batch, size_max);
    push(writer, event, event_encoder_write(writer->encoder, out));
    return STATUS_OK;
}

Status event_writer_add_encoded(EventWriter *writer, const EventWrite *event, Text encoded,
                                Error *err)
{
    TRY(check_usable(writer, err));
    ASSERT(event->customer.value != 0 && encoded.size <= CONTENT_BYTES_MAX);
    TRY(check_room(writer, err));
    memcpy(event_batch_reserve(writer->batch, encoded.size), encoded.data, encoded.size);
    push(writer, event, encoded.size);
    return STATUS_OK;
}

/* ---- encoding ahead ---- */

struct EventAhead {
    EventWriter *writer;
    EventEncoder *encoder;
    uint64_t changes_seen;
};

EventAhead *event_ahead_new(EventWriter *writer)
{
    EventAhead *ahead = MEMORY_NEW(EventAhead);
    ahead->writer = writer;
    ahead->encoder = new_encoder(writer, false);
    ahead->changes_seen = writer->changes_seen;
    writer->aheads_count++;
    return ahead;
}

void event_ahead_free(EventAhead *ahead)
{
    if (ahead == NULL) return;
    ahead->writer->aheads_count--;
    event_encoder_free(ahead->encoder);
    free(ahead);
}

/* An encoder remembers the numbers of texts, which others may have erased. */
static void follow_changes(EventAhead *ahead)
{
    if (ahead->changes_seen == ahead->writer->changes_seen) return;
    event_encoder_free(ahead->encoder);
    ahead->encoder = new_encoder(ahead->writer, false);
    ahead->changes_seen = ahead->writer->changes_seen;
}

bool event_ahead_begin(EventAhead *ahead)
{
    shared_lock_read(ahead->writer->lock);
    if (check_usable(ahead->writer, NULL) == STATUS_OK) {
        follow_changes(ahead);
        return true;
    }
    shared_lock_release(ahead->writer->lock);
    return false;
}

uint64_t event_ahead_changes_seen(const EventAhead *ahead)
{
    return ahead->changes_seen;
}

void event_ahead_end(EventAhead *ahead)
{
    shared_lock_release(ahead->writer->lock);
}

void event_ahead_expect(const EventAhead *ahead, Text customer_code, Text item)
{
    event_lookup_expect(ahead->writer->lookup, customer_code, item);
}

bool event_ahead_find_customer(const EventAhead *ahead, Text code, CustomerId *ret_id)
{
    return event_lookup_known_customer(ahead->writer->lookup, code, ret_id);
}

bool event_ahead_find_item(const EventAhead *ahead, Text code_or_name, const Item **ret_item)
{
    return event_lookup_known_item(ahead->writer->lookup, code_or_name, ret_item);
}

bool event_ahead_encode(EventAhead *ahead, const EventWrite *event, Buffer *out)
{
    size_t size_max;
    if (!moment_is_storable(event->at)) return false;
    if (event_encoder_pack(ahead->encoder, event, &size_max, NULL) != STATUS_OK) return false;
    buffer_reserve(out, size_max);
    out->size += event_encoder_write(ahead->encoder, (uint8_t *)out->data + out->size);
    return true;
}

bool event_writer_is_full(const EventWriter *writer)
{
    return event_batch_used_bytes(writer->batch) >= writer->memory_bytes_max ||
           event_batch_is_full(writer->batch);
}

/* ---- flushing ---- */

typedef struct {
    SecondSpan span;      /* may be empty */
    CustomerIds reaching; /* customers with stored events near it, ascending */
} Removal;

/* The customers of the batch, one after the other. */
typedef struct {
    EventGather *gather;
    const EventBatch *piece; /* NULL: there are no more */
    size_t begin, end;       /* of the present customer in the piece */
} Groups;

static void find_group_end(Groups *groups)
{
    if (groups->piece == NULL) return;
    size_t count = event_batch_count(groups->piece);
    uint32_t customer = event_batch_customer(groups->piece, groups->begin).value;
    for (groups->end = groups->begin + 1; groups->end < count; groups->end++)
        if (event_batch_customer(groups->piece, groups->end).value != customer) return;
}

static void groups_next(Groups *groups)
{
    groups->begin = groups->end;
    if (groups->piece == NULL || groups->begin == event_batch_count(groups->piece)) {
        groups->piece = event_gather_next(groups->gather);
        groups->begin = 0;
    }
    find_group_end(groups);
}

static uint32_t group_customer(const Groups *groups)
{
    return groups->piece == NULL ? UINT32_MAX
                                 : event_batch_customer(groups->piece, groups->begin).value;
}

/* Every customer of the batch or of the removal, in ascending order. */
static Status merge_all(EventWriter *writer, const Removal *removal, const Progress *progress,
                        Error *err)
{
    AUTO(event_gather_done) EventGather *gather = NULL;
    TRY(event_gather_open(writer->batch, &gather, err));
    Groups groups = {.gather = gather};
    size_t next_removal = 0, tasks_count = 0, done = 0;
    groups_next(&groups);
    while (groups.piece != NULL || next_removal < removal->reaching.count) {
        uint32_t in_batch = group_customer(&groups);
        uint32_t in_removal = next_removal < removal->reaching.count
                                  ? removal->reaching.items[next_removal].value
                                  : UINT32_MAX;
        bool is_in_batch = in_batch <= in_removal && groups.piece != NULL;
        MergeTask task = {.customer = {is_in_batch ? in_batch : in_removal},
                          .batch = groups.piece,
                          .begin = groups.begin,
                          .end = is_in_batch ? groups.end : groups.begin,
                          .removed = removal->span};
        TRY(event_merge_customer(writer->merge, &task, &writer->total, err));
        done += task.end - task.begin;
        if (is_in_batch) groups_next(&groups);
        next_removal += in_removal == task.customer.value;
        if (tasks_count++ % PROGRESS_EVERY == 0)
            TRY(progress_report(progress, "writing events", done, event_batch_count(writer->batch),
                                err));
    }
    return STATUS_OK;
}

static Status write_batch(EventWriter *writer, const Progress *progress, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Removal removal = {.span = writer->is_removing ? writer->days : span_empty()};
    TRY(event_lookup_save(writer->lookup, err));
    TRY(texts_save(writer->store, writer->store->texts, err));
    event_keys_clear(writer->keys);
    if (writer->has_keys) TRY(event_keys_resolve(writer->keys, writer->batch, &writer->total, err));
    event_batch_sort(writer->batch);
    if (!span_is_empty(removal.span))
        TRY(event_merge_find_reaching(writer->merge, removal.span, arena, &removal.reaching, err));
    TRY(event_merge_begin(writer->merge, event_batch_count(writer->batch), err));
    TRY(merge_all(writer, &removal, progress, err));
    TRY(event_merge_make_room(writer->merge, progress, err));
    TRY(event_merge_save_totals(writer->merge, err));
    return writer->has_keys ? event_keys_save(writer->keys, err) : STATUS_OK;
}

static Status flush(EventWriter *writer, const Progress *progress, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(writer->store, &change, err));
    TRY(write_batch(writer, progress, err));
    return change_commit(&change, err);
}

Status event_writer_flush(EventWriter *writer, const Progress *progress,
                          EventWriteCounts *ret_total, Error *err)
{
    TRY(check_usable(writer, err));
    begin_change(writer);
    Status status = flush(writer, progress, err);
    writer->is_broken = status != STATUS_OK;
    event_writer_rest(writer);
    if (writer->is_broken) return status;
    event_batch_clear(writer->batch);
    writer->has_keys = false;
    *ret_total = writer->total;
    return STATUS_OK;
}

Status event_writer_remove_rest(EventWriter *writer, const Progress *progress,
                                EventWriteCounts *ret_total, Error *err)
{
    ASSERT(writer->mode == EVENTS_REPLACE);
    TRY(event_writer_flush(writer, progress, ret_total, err));
    writer->is_removing = true;
    Status status = event_writer_flush(writer, progress, ret_total, err);
    writer->is_removing = false;
    return status;
}

const KeyNotes *event_writer_key_notes(const EventWriter *writer)
{
    return event_keys_notes(writer->keys);
}

const KeyConflict *event_writer_conflicts(const EventWriter *writer, size_t *ret_count)
{
    return event_keys_conflicts(writer->keys, ret_count);
}

/* ---- letting others write ---- */

static Status forget_marks(EventWriter *writer, uint64_t version, Error *err)
{
    StoreChanges changes = {0};
    TRY(store_changes_since(writer->store, version, &changes, err));
    if (changes.is_everything) import_marks_forget_all(writer->marks);
    FOR_EACH_CUSTOMER (customer, &changes.customers)
        import_marks_forget(writer->marks, customer);
    customer_set_free(&changes.customers);
    return STATUS_OK;
}

static Status look_up_anew(EventWriter *writer, uint64_t version, Error *err)
{
    event_merge_close(writer->merge);
    event_lookup_close(writer->lookup);
    event_encoder_free(writer->encoder);
    writer->merge = NULL;
    writer->lookup = NULL;
    writer->encoder = new_encoder(writer, true);
    writer->changes_seen++;
    TRY(forget_marks(writer, version, err));
    return open_parts(writer, writer->stream, err);
}

Status event_writer_let_others_write(EventWriter *writer, const Progress *progress,
                                     bool *ret_has_changed, Error *err)
{
    uint64_t version;
    TRY(check_usable(writer, err));
    ASSERT(event_batch_count(writer->batch) == 0);
    TRY(store_data_version(writer->store, &version, err));
    begin_change(writer);
    Status status = store_let_others_write(writer->store, progress, ret_has_changed, err);
    if (status == STATUS_OK && *ret_has_changed) status = look_up_anew(writer, version, err);
    writer->is_broken = status != STATUS_OK;
    event_writer_rest(writer);
    return status;
}
