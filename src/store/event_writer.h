/* event_writer.h -- adding events by the million: one sorted batch at a time, natural keys checked.
 *
 * Events are stored packed: per customer and stream a few blobs of encoded events (event_pack.h).
 * The encoded bytes of an event without its time are also its natural key: the k-th event with the
 * same customer, time and bytes in an import is the k-th such event stored, so importing a file
 * again changes nothing and true duplicates inside a file stay. An event with a given key replaces
 * the one with that key when its content differs. */
#pragma once

#include "base/buffer.h"
#include "store/store.h"

typedef struct EventWriter EventWriter;

typedef enum {
    EVENTS_UPSERT, /* add what is new, change what has a given key; that of another customer is a
                    * conflict for its row, see event_writer_let_keys_move */
    EVENTS_INSERT, /* as upsert, but a given key that exists is a conflict for its row */
    EVENTS_REPLACE /* as upsert; then event_writer_remove_rest */
} EventWriteMode;

typedef struct {
    uint64_t added, updated, unchanged;
    uint64_t removed; /* by EVENTS_REPLACE */
} EventWriteCounts;

/* Look-ups for the importer, cached in memory; safe to use from the one thread that calls add. */
MUST_CHECK Status event_writer_open(Store *store, const Stream *stream, EventWriteMode mode,
                                    size_t memory_max_bytes, EventWriter **ret_writer, Error *err);
/* Events to come have values for the first `count` fields only: EventWrite.values is that long. */
void event_writer_limit_fields(EventWriter *writer, size_t count);
/* Events to come may take their keys over from other customers, stored or in the same batch. */
void event_writer_let_keys_move(EventWriter *writer);
/* About so many events come, with the codes of their customers: what finding them needs is read now
 * where that costs less than while they come. Before anything is looked up. */
MUST_CHECK Status event_writer_expect_events(EventWriter *writer, uint64_t count, Error *err);
void event_writer_close(EventWriter *writer); /* drops what was not flushed; accepts NULL */
void event_writer_done(EventWriter **writer);

/* The customer with this code, or whose contact person has it (is_contact); false when unknown. */
MUST_CHECK Status event_writer_find_customer(EventWriter *writer, Text code, bool is_contact,
                                             CustomerId *ret_id, Error *err);
MUST_CHECK Status event_writer_add_customer(EventWriter *writer, Text code, CustomerId *ret_id,
                                            Error *err);
/* The item with this code, else with this name (folded); added with it as code when unknown. */
MUST_CHECK Status event_writer_find_or_add_item(EventWriter *writer, Text code_or_name,
                                                const Item **ret_item, bool *ret_is_new,
                                                Error *err);

typedef struct {
    CustomerId customer;
    Moment at;
    Text key;            /* given key; empty: the natural one */
    const Value *values; /* one per field, slot order; see event_writer_limit_fields */
    uint64_t line;       /* of the input, for conflicts found when writing */
} EventWrite;

/* Take one event into the batch (encoded at once, nothing is borrowed). */
MUST_CHECK Status event_writer_add(EventWriter *writer, const EventWrite *event, Error *err);
/* Take an event that event_ahead_encode has encoded; the values are not looked at. */
MUST_CHECK Status event_writer_add_encoded(EventWriter *writer, const EventWrite *event,
                                           Text encoded, Error *err);

/* Encoding ahead on other threads, as long as nothing new is met: for each of them an EventAhead,
 * made and freed by the writer's own thread. Events still go into the batch by the writer, in its
 * order; what could not be encoded ahead it looks up and encodes itself. */
typedef struct EventAhead EventAhead;

EventAhead *event_ahead_new(EventWriter *writer);
void event_ahead_free(EventAhead *ahead); /* accepts NULL; before the writer is closed */
/* Looking up and encoding stand between these two, and keep the writer from looking up what is new.
 * False when the writer has failed: then do without. */
MUST_CHECK bool event_ahead_begin(EventAhead *ahead);
void event_ahead_end(EventAhead *ahead);
/* Begin fetching what finding this customer and this item (either may be empty) will need. Called
 * some ten rows ahead it makes look-ups in a large base three times as fast. */
void event_ahead_expect(const EventAhead *ahead, Text customer_code, Text item);
/* False when only the writer can tell. */
bool event_ahead_find_customer(const EventAhead *ahead, Text code, CustomerId *ret_id);
bool event_ahead_find_item(const EventAhead *ahead, Text code_or_name, const Item **ret_item);
/* Append the bytes of the event; false when it must be left to the writer. */
bool event_ahead_encode(EventAhead *ahead, const EventWrite *event, Buffer *out);
/* Once the writer has looked something up itself the others wait; here it lets them go on. Called
 * every few thousand events, and before they are to end. */
void event_writer_rest(EventWriter *writer);

/* Between two batches: store_let_others_write, and look up anew what they have changed. An event
 * that stands twice in the import counts once when another has written to its customer in between.
 * `*ret_has_changed`: what was encoded ahead before is not to be used. */
MUST_CHECK Status event_writer_let_others_write(EventWriter *writer, const Progress *progress,
                                                bool *ret_has_changed, Error *err);
/* Grows with every such change; event_ahead_begin tells which one it begins in. */
uint64_t event_ahead_changes_seen(const EventAhead *ahead);

/* True when the batch is as large as the memory limit wants; then flush. */
bool event_writer_is_full(const EventWriter *writer);
/* Sort, compare with what is stored, write, commit: durable when it returns. */
MUST_CHECK Status event_writer_flush(EventWriter *writer, const Progress *progress,
                                     EventWriteCounts *ret_total, Error *err);
/* EVENTS_REPLACE, after the last event: flush, then remove the stream's events between the first
 * and the last day written that were there before and were not written again. Nobody else may have
 * been let write meanwhile. */
MUST_CHECK Status event_writer_remove_rest(EventWriter *writer, const Progress *progress,
                                           EventWriteCounts *ret_total, Error *err);
/* A row that was refused in the last flush for its key. */
typedef struct {
    uint64_t line;
    Text key; /* valid until the next flush */
    CustomerId
        owner; /* another customer, whose key it is; 0: EVENTS_INSERT, and the key is there */
} KeyConflict;
/* In the order of lines. */
const KeyConflict *event_writer_conflicts(const EventWriter *writer, size_t *ret_count);

/* What is worth telling of the keys of all flushes; of each thing the first few lines. Repeats are
 * seen within a batch. */
enum { KEY_LINES_MAX = 3 };
typedef struct {
    uint64_t repeated; /* keys that more than one row of a customer has; the last of them counts */
    uint64_t repeated_lines[KEY_LINES_MAX][2]; /* the first two rows of such a key */
    uint64_t moved;                            /* keys that were taken over from other customers */
    uint64_t moved_lines[KEY_LINES_MAX][2];    /* the second is 0 */
} KeyNotes;
const KeyNotes *event_writer_key_notes(const EventWriter *writer);
