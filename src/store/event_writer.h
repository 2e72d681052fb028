/* event_writer.h -- adding events by the million: one sorted batch at a time, natural keys checked.
 *
 * Events are stored packed: per customer and stream a few blobs of encoded events (event_pack.h).
 * The encoded bytes of an event without its time are also its natural key: the k-th event with the
 * same customer, time and bytes in an import is the k-th such event stored, so importing a file
 * again changes nothing and true duplicates inside a file stay. An event with a given key replaces
 * the one with that key when its content differs. */
#pragma once

#include "store/store.h"

typedef struct EventWriter EventWriter;

typedef enum {
    EVENTS_UPSERT, /* add what is new, change what has a given key */
    EVENTS_INSERT, /* as upsert, but a given key that exists is a conflict for its row */
    EVENTS_REPLACE /* first remove the stream's events between the first and last day written */
} EventWriteMode;

typedef struct {
    uint64_t added, updated, unchanged;
    uint64_t removed; /* by EVENTS_REPLACE */
} EventWriteCounts;

/* Look-ups for the importer, cached in memory; safe to use from the one thread that calls add. */
MUST_CHECK Status event_writer_open(Store *store, const Stream *stream, EventWriteMode mode,
                                    size_t memory_max_bytes, EventWriter **ret_writer, Error *err);
void event_writer_close(EventWriter *writer); /* drops what was not flushed; accepts NULL */
void event_writer_done(EventWriter **writer);

/* The customer with this code, or whose contact person has it (is_contact); false when unknown. */
MUST_CHECK Status event_writer_find_customer(EventWriter *writer, Text code, bool is_contact,
                                             CustomerId *ret_id, Error *err);
/* Optional: begin fetching what finding this customer and this item (either may be empty) will
 * need. Called some ten rows ahead it makes look-ups in a large base three times as fast. */
void event_writer_expect(const EventWriter *writer, Text customer_code, Text item);
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
    const Value *values; /* one per field of the stream, slot order */
    uint64_t line;       /* of the input, for conflicts found when writing */
} EventWrite;

/* Take one event into the batch (encoded at once, nothing is borrowed). */
MUST_CHECK Status event_writer_add(EventWriter *writer, const EventWrite *event, Error *err);
/* True when the batch is as large as the memory limit wants; then flush. */
bool event_writer_is_full(const EventWriter *writer);
/* Sort, compare with what is stored, write, commit: durable when it returns. */
MUST_CHECK Status event_writer_flush(EventWriter *writer, const Progress *progress,
                                     EventWriteCounts *ret_total, Error *err);
/* Rows that EVENTS_INSERT refused in the last flush: their lines. */
const uint64_t *event_writer_conflicts(const EventWriter *writer, size_t *ret_count);
