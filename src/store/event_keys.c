/* event_keys.c -- what becomes of events with given keys: added, in place of a stored one, moved,
 * refused.
 */
#include "store/event_keys.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/store_internal.h"

#include <stdlib.h>
#include <string.h>

static const char select_owner[] =
    "SELECT customer_id FROM main.event_key WHERE stream_id = ?1 AND key = ?2";
static const char upsert_key[] =
    "INSERT INTO main.event_key (stream_id, key, customer_id) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (stream_id, key) DO UPDATE SET customer_id = excluded.customer_id";

/* A record of the batch that has a key. */
typedef struct {
    Text key; /* a view of the record */
    size_t index;
    uint64_t line; /* of the input */
} KeyedRecord;

typedef struct {
    Text key; /* in the arena */
    CustomerId customer;
} IndexChange;

struct EventKeys {
    Store *store;
    uint32_t stream_id;
    EventWriteMode mode;
    bool is_moving; /* keys may go to other customers */
    KeyNotes notes; /* of all flushes */
    Arena *arena;   /* of one flush */
    struct {
        IndexChange *items;
        size_t count, capacity;
    } changes;
    struct {
        KeyConflict *items;
        size_t count, capacity;
    } conflicts;
};

EventKeys *event_keys_new(Store *store, const Stream *stream, EventWriteMode mode)
{
    EventKeys *keys = MEMORY_NEW(EventKeys);
    keys->store = store;
    keys->stream_id = stream->id;
    keys->mode = mode;
    keys->arena = arena_new();
    return keys;
}

void event_keys_let_move(EventKeys *keys)
{
    keys->is_moving = true;
}

void event_keys_free(EventKeys *keys)
{
    if (keys == NULL) return;
    arena_free(keys->arena);
    free(keys);
}

const KeyConflict *event_keys_conflicts(const EventKeys *keys, size_t *ret_count)
{
    *ret_count = keys->conflicts.count;
    return keys->conflicts.items;
}

const KeyNotes *event_keys_notes(const EventKeys *keys)
{
    return &keys->notes;
}

static int compare_records(const void *a, const void *b)
{
    const KeyedRecord *left = a, *right = b;
    int order = text_compare(left->key, right->key);
    if (order != 0) return order;
    return left->index < right->index ? -1 : left->index > right->index;
}

/* All records with keys, by key and arrival. */
static KeyedRecord *collect(const EventBatch *batch, Arena *arena, size_t *ret_count)
{
    size_t count = 0;
    for (size_t i = 0; i < event_batch_count(batch); i++)
        count += event_batch_header(batch, i)->has_key;
    KeyedRecord *records = ARENA_ARRAY(arena, KeyedRecord, count);
    size_t next = 0;
    for (size_t i = 0; next < count; i++) {
        if (!event_batch_header(batch, i)->has_key) continue;
        records[next].index = i;
        records[next].line = event_batch_line(batch, next);
        bool has_key = content_key(event_batch_event(batch, i).content, &records[next++].key);
        ASSERT(has_key);
    }
    qsort(records, count, sizeof *records, compare_records);
    *ret_count = count;
    return records;
}

static Status find_owner(const EventKeys *keys, Text key, CustomerId *ret_owner, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(keys->store, select_owner, &statement, err));
    statement_bind_integer(statement, 1, keys->stream_id);
    statement_bind_text(statement, 2, key);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    ret_owner->value = has_row ? (uint32_t)statement_integer(statement, 0) : 0;
    return STATUS_OK;
}

static void refuse(EventKeys *keys, EventBatch *batch, const KeyedRecord *record, CustomerId owner)
{
    KeyConflict conflict = {record->line, arena_text(keys->arena, record->key), owner};
    event_batch_header(batch, record->index)->kind = RECORD_SKIP;
    ARENA_PUSH(keys->arena, &keys->conflicts, conflict);
}

/* The key stays with the customer it is stored for, or else with the first of the batch: records of
 * others are refused. Returns how many are left, in front. */
static size_t refuse_others(EventKeys *keys, EventBatch *batch, KeyedRecord *records, size_t count,
                            CustomerId owner)
{
    if (keys->is_moving) return count;
    if (owner.value == 0) owner = event_batch_customer(batch, records[0].index);
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (event_batch_customer(batch, records[i].index).value == owner.value)
            records[left++] = records[i];
        else
            refuse(keys, batch, &records[i], owner);
    }
    return left;
}

static void refuse_known(EventKeys *keys, EventBatch *batch, const KeyedRecord *records,
                         size_t count, CustomerId owner)
{
    for (size_t i = owner.value == 0 ? 1 : 0; i < count; i++)
        refuse(keys, batch, &records[i], (CustomerId){0});
}

/* Of several records of a key the last one counts; the others leave nothing behind, and the same
 * rows once more are then told as they are: without a change. */
static void supersede(EventKeys *keys, EventBatch *batch, const KeyedRecord *records, size_t count,
                      EventWriteCounts *counts)
{
    if (count < 2) return;
    KeyNotes *notes = &keys->notes;
    if (notes->repeated < KEY_LINES_MAX)
        for (size_t i = 0; i < 2; i++)
            notes->repeated_lines[notes->repeated][i] = records[i].line;
    notes->repeated++;
    counts->unchanged += count - 1;
    for (size_t i = 0; i + 1 < count; i++)
        event_batch_header(batch, records[i].index)->kind = RECORD_SKIP;
}

static void note_move(EventKeys *keys, const KeyedRecord *record)
{
    KeyNotes *notes = &keys->notes;
    if (notes->moved < KEY_LINES_MAX) notes->moved_lines[notes->moved][0] = record->line;
    notes->moved++;
}

/* A copy of the record that takes the stored event away from its former customer. */
static void remove_from(EventBatch *batch, size_t index, CustomerId owner)
{
    PackedEvent event = event_batch_event(batch, index);
    uint8_t *content = event_batch_reserve(batch, event.content.size);
    memcpy(content, event.content.data, event.content.size);
    RecordHeader header = *event_batch_header(batch, index);
    header.kind = RECORD_REMOVE;
    event_batch_push(batch, owner, &header);
}

static void change_index(EventKeys *keys, Text key, CustomerId customer)
{
    IndexChange change = {arena_text(keys->arena, key), customer};
    ARENA_PUSH(keys->arena, &keys->changes, change);
}

/* The records have the same key. */
static Status resolve_group(EventKeys *keys, EventBatch *batch, KeyedRecord *records, size_t count,
                            EventWriteCounts *counts, Error *err)
{
    CustomerId owner;
    TRY(find_owner(keys, records[0].key, &owner, err));
    if (keys->mode == EVENTS_INSERT) {
        refuse_known(keys, batch, records, count, owner);
        if (owner.value == 0)
            change_index(keys, records[0].key, event_batch_customer(batch, records[0].index));
        return STATUS_OK;
    }
    count = refuse_others(keys, batch, records, count, owner);
    if (count == 0) return STATUS_OK;
    supersede(keys, batch, records, count, counts);
    const KeyedRecord *last = &records[count - 1];
    CustomerId customer = event_batch_customer(batch, last->index);
    if (owner.value == customer.value) {
        event_batch_header(batch, last->index)->kind = RECORD_UPDATE;
        return STATUS_OK;
    }
    change_index(keys, last->key, customer);
    if (owner.value == 0) return STATUS_OK;
    note_move(keys, last);
    event_batch_header(batch, last->index)->kind = RECORD_ENTER;
    remove_from(batch, last->index, owner);
    return STATUS_OK;
}

static int compare_conflicts(const void *a, const void *b)
{
    const KeyConflict *left = a, *right = b;
    return (left->line > right->line) - (left->line < right->line);
}

void event_keys_clear(EventKeys *keys)
{
    arena_reset(keys->arena);
    memset(&keys->changes, 0, sizeof keys->changes);
    memset(&keys->conflicts, 0, sizeof keys->conflicts);
}

Status event_keys_resolve(EventKeys *keys, EventBatch *batch, EventWriteCounts *counts, Error *err)
{
    size_t count;
    KeyedRecord *records = collect(batch, keys->arena, &count);
    for (size_t begin = 0; begin < count;) {
        size_t end = begin + 1;
        while (end < count && text_equal(records[end].key, records[begin].key))
            end++;
        TRY(resolve_group(keys, batch, records + begin, end - begin, counts, err));
        begin = end;
    }
    if (keys->conflicts.count > 0)
        qsort(keys->conflicts.items, keys->conflicts.count, sizeof *keys->conflicts.items,
              compare_conflicts);
    return STATUS_OK;
}

Status event_keys_save(EventKeys *keys, Error *err)
{
    for (size_t i = 0; i < keys->changes.count; i++) {
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(keys->store, upsert_key, &statement, err));
        statement_bind_integer(statement, 1, keys->stream_id);
        statement_bind_text(statement, 2, keys->changes.items[i].key);
        statement_bind_integer(statement, 3, keys->changes.items[i].customer.value);
        TRY(statement_run(statement, err));
    }
    return STATUS_OK;
}
