/* event_edit.h -- single stored events changed or taken away where they lie. */
#pragma once

#include "store/event_codec.h"

/* Whose event has this given key; id 0: nobody's. */
MUST_CHECK Status event_find_owner(Store *store, const Stream *stream, Text key,
                                   CustomerId *ret_owner, Error *err);

typedef enum { EVENT_STAYS, EVENT_CHANGES, EVENT_GOES } EventFate;

/* Asked about each event; what it changes in `content` is stored when the answer is EVENT_CHANGES.
 * Texts of the content live as long as the edit. A derived amount stands apart. */
typedef EventFate EventJudge(void *context, Moment at, EventContent *content);

typedef struct {
    const Stream *stream;
    CustomerId customer;
    EventJudge *judge;
    void *context;
} EventEdit;

typedef struct {
    uint64_t changed, gone;
} EventEditCounts;

/* Ask about every event of a customer in a stream, in the order of arrival, and write his packs
 * anew unless all stay: keys, totals and the log of changes go along. Within the caller's change,
 * or, for a judge who only looks, without one. Holds his events of the stream in memory. */
MUST_CHECK Status events_edit(Store *store, const EventEdit *edit, EventEditCounts *ret_counts,
                              Error *err);
