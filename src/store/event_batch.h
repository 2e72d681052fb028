/* event_batch.h -- encoded events waiting to be written, to be walked customer by customer.
 *
 * Records lie one behind the other in large pieces of memory and never move; an entry of eight
 * bytes stands for each, the customer above the place of the record. Sorting the entries therefore
 * groups by customer and keeps the order of arrival. */
#pragma once

#include "model/customer.h"
#include "store/event_pack.h"

typedef enum {
    RECORD_ADD,    /* store it, unless the natural key says that it is there */
    RECORD_UPDATE, /* an event with its given key is stored for this customer: put it in its place
                    */
    RECORD_ENTER,  /* its given key moves here from another customer: store it */
    RECORD_REMOVE, /* its given key moves to another customer: take the stored event away */
    RECORD_SKIP    /* superseded, or refused */
} RecordKind;

typedef struct {
    uint64_t second_raised : 40; /* by RECORD_SECOND_RAISE, so that it is never below zero */
    uint64_t content_size : 16;
    uint64_t kind : 7; /* RecordKind */
    uint64_t has_key : 1;
} RecordHeader;

#define RECORD_SECOND_RAISE (INT64_C(1) << 39) /* the years 1 to 9999 fit many times */

static inline int64_t record_second(const RecordHeader *header)
{
    return (int64_t)header->second_raised - RECORD_SECOND_RAISE;
}

typedef struct EventBatch EventBatch;

EventBatch *event_batch_new(void);
void event_batch_free(EventBatch *batch); /* accepts NULL */
void event_batch_clear(EventBatch *batch);

size_t event_batch_count(const EventBatch *batch);
size_t event_batch_used_bytes(const EventBatch *batch); /* with what sorting will take */
bool event_batch_is_full(const EventBatch *batch);      /* its places have no more numbers */

/* Room for a record with a content of at most `content_size_max` bytes, which is written there. */
uint8_t *event_batch_reserve(EventBatch *batch, size_t content_size_max);
/* Take the reserved record into the batch. */
void event_batch_push(EventBatch *batch, CustomerId customer, const RecordHeader *header);
/* The line of the input that the record with a given key pushed last came from. */
void event_batch_note_line(EventBatch *batch, uint64_t line);
/* The line of the k-th record with a given key, in arrival order. */
uint64_t event_batch_line(const EventBatch *batch, size_t k);

/* Group by customer, in the order of arrival within each. */
void event_batch_sort(EventBatch *batch);

/* Entries by number, in arrival order before sorting and in grouped order after. */
CustomerId event_batch_customer(const EventBatch *batch, size_t index);
RecordHeader *event_batch_header(const EventBatch *batch, size_t index);
PackedEvent event_batch_event(const EventBatch *batch, size_t index);
/* Begin fetching the record into the processor's cache. */
void event_batch_prefetch(const EventBatch *batch, size_t index);
