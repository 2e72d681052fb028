/* event_merge.h -- one customer's new events among those stored: compare, then write his packs. */
#pragma once

#include "store/event_batch.h"
#include "store/event_codec.h"
#include "store/event_totals.h"
#include "store/event_writer.h"
#include "store/import_marks.h"

typedef struct EventMerge EventMerge;

/* For one stream; the marks must outlive it. `is_empty` says that the stream has no events at all,
 * then nothing is read for customers without a mark. */
MUST_CHECK Status event_merge_open(Store *store, const Stream *stream, bool is_empty,
                                   ImportMarks *marks, EventMerge **ret_merge, Error *err);
void event_merge_close(EventMerge *merge); /* accepts NULL */

/* Before the first customer of a flush that brings so many events; whether they go into recent
 * packs. */
MUST_CHECK Status event_merge_begin(EventMerge *merge, uint64_t events_count, Error *err);

typedef struct {
    CustomerId customer;
    const EventBatch *batch;
    size_t begin, end;  /* his entries, grouped */
    SecondSpan removed; /* old events in it that were not met are removed; may be empty */
} MergeTask;

/* Write the packs of one customer in the present transaction and add to the counts. */
MUST_CHECK Status event_merge_customer(EventMerge *merge, const MergeTask *task,
                                       EventWriteCounts *counts, Error *err);

/* After the last customer of a flush: when recent packs hold too many events, more of them than the
 * flush brought are moved into the main region. */
MUST_CHECK Status event_merge_make_room(EventMerge *merge, const Progress *progress, Error *err);
/* At last: keep the stream's totals in step. */
MUST_CHECK Status event_merge_save_totals(EventMerge *merge, Error *err);

/* Move the recent packs of one customer into the main region, in the present transaction. */
MUST_CHECK Status event_merge_settle(Store *store, const Stream *stream, CustomerId customer,
                                     Error *err);

typedef struct {
    CustomerId *items;
    size_t count, capacity;
} CustomerIds;

/* Customers, ascending, that have packs reaching into the span. */
MUST_CHECK Status event_merge_find_reaching(EventMerge *merge, SecondSpan span, Arena *arena,
                                            CustomerIds *ret_customers, Error *err);
