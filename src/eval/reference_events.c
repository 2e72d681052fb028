/* reference_events.c -- which events of a customer an aggregate or a step of a sequence sees. */
#include "eval/reference.h"

/* The stream's place in the customer's lists; the checked tree may come from another reading of the
 * same schema. */
static EventList events_of_stream(const Scope *scope, const Stream *stream)
{
    const Schema *schema = scope->reference->schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        if (schema->streams[i].id == stream->id) return scope->customer->events[i];
    ASSERT(false);
    return (EventList){0};
}

static Status event_meets(const Scope *scope, const Node *condition, const EventRow *event,
                          bool *ret_meets, Error *err)
{
    *ret_meets = true;
    if (condition == NULL) return STATUS_OK;
    Scope inside = *scope;
    inside.event = event;
    return reference_condition(&inside, condition, ret_meets, err);
}

Status select_events(const Scope *scope, const EventPattern *pattern, DaySpan span,
                     EventSelection *ret_selection, Error *err)
{
    EventList list =
        events_until(events_of_stream(scope, pattern->stream), scope->reference->as_of);
    const EventRow **selected = ARENA_ARRAY(scope->arena, const EventRow *, list.count);
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++) {
        const EventRow *event = &list.items[i];
        if (!day_span_holds(span, moment_date(event->at))) continue;
        bool meets;
        TRY(event_meets(scope, pattern->condition, event, &meets, err));
        if (meets) selected[count++] = event;
    }
    *ret_selection = (EventSelection){.items = selected, .count = count};
    return STATUS_OK;
}
