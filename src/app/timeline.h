/* timeline.h -- what a customer did, in all streams together, the newest first. */
#pragma once

#include "app/app.h"

typedef struct {
    Text customer; /* code */
    Text stream;   /* only this one; empty: all */
    Date as_of;    /* later events are invisible */
    Text after;    /* behind this one, see timeline_cursor; empty: from the newest */
    size_t limit;
} TimelineQuery;

typedef struct {
    const Stream *stream;
    EventRow event;
} TimelineEvent;

typedef struct {
    const TimelineEvent *items;
    size_t count;
    bool has_more;
} Timeline;

/* errors  NOT_FOUND for the customer or the stream, INVALID for `after` */
MUST_CHECK Status customer_timeline(App *app, const TimelineQuery *query, Arena *arena,
                                    Timeline *ret_timeline, Error *err);

/* An event as a text to go on behind. */
Text timeline_cursor(const TimelineEvent *event, Arena *arena);
