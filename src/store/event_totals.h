/* event_totals.h -- how many events each stream has and from when to when, kept with every change.
 */
#pragma once

#include "store/store_internal.h"

/* Moments, both ends included; first > last when empty. */
typedef struct {
    int64_t first, last;
} SecondSpan;

static inline SecondSpan span_empty(void)
{
    return (SecondSpan){INT64_MAX, INT64_MIN};
}
static inline bool span_is_empty(SecondSpan span)
{
    return span.first > span.last;
}
static inline void span_include(SecondSpan *span, int64_t first, int64_t last)
{
    if (first < span->first) span->first = first;
    if (last > span->last) span->last = last;
}

typedef struct {
    int64_t events_count;
    int64_t recent_count; /* of them in recent packs (pack_rows.h) */
    SecondSpan span;
} EventTotals;

MUST_CHECK Status event_totals_read(Store *store, uint32_t stream_id, EventTotals *ret_totals,
                                    Error *err);
MUST_CHECK Status event_totals_write(Store *store, uint32_t stream_id, const EventTotals *totals,
                                     Error *err);
/* As the packs say: reads all of them. */
MUST_CHECK Status event_totals_count(Store *store, uint32_t stream_id, EventTotals *ret_totals,
                                     Error *err);
