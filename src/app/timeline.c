/* timeline.c -- what a customer did, in all streams together, the newest first. */
#include "app/timeline.h"

#include <stdlib.h>
#include <string.h>

/* Newest first; streams of one moment in their order, what arrived later before. */
static int compare_events(const void *left, const void *right)
{
    const TimelineEvent *a = left, *b = right;
    if (a->event.at.second != b->event.at.second)
        return a->event.at.second > b->event.at.second ? -1 : 1;
    if (a->stream->id != b->stream->id) return a->stream->id < b->stream->id ? -1 : 1;
    if (a->event.sequence != b->event.sequence)
        return a->event.sequence > b->event.sequence ? -1 : 1;
    return 0;
}

Text timeline_cursor(const TimelineEvent *event, Arena *arena)
{
    return arena_printf(arena, "%lld.%u.%llu", (long long)event->event.at.second, event->stream->id,
                        (unsigned long long)event->event.sequence);
}

static bool read_part(Text *rest, long long *ret_number)
{
    char copy[24];
    char *end;
    Text part = text_split(*rest, '.', rest);
    if (part.size == 0 || part.size >= sizeof copy) return false;
    memcpy(copy, part.data, part.size);
    copy[part.size] = '\0';
    *ret_number = strtoll(copy, &end, 10);
    return *end == '\0';
}

static Status read_after(Text cursor, Stream *stream, TimelineEvent *ret_after, Error *err)
{
    long long at, id, sequence;
    Text rest = cursor;
    if (!read_part(&rest, &at) || !read_part(&rest, &id) || !read_part(&rest, &sequence) || id < 0)
        return error_set(err, STATUS_INVALID,
                         "'after' is not of a page of this list; begin with the first page");
    stream->id = (uint32_t)id;
    *ret_after = (TimelineEvent){
        .stream = stream,
        .event = {.at = {at}, .sequence = (uint64_t)sequence},
    };
    return STATUS_OK;
}

typedef struct {
    TimelineEvent *items;
    size_t count, capacity;
} EventsFound;

static void add_stream(const CustomerRow *row, const Stream *stream, size_t index, Date as_of,
                       EventsFound *found, Arena *arena)
{
    EventList events = row->events[index];
    for (size_t i = 0; i < events.count; i++) {
        if (moment_date(events.items[i].at).day > as_of.day) continue;
        TimelineEvent event = {stream, events.items[i]};
        ARENA_PUSH(arena, found, event);
    }
}

static Status find_events(App *app, const TimelineQuery *query, Arena *arena, EventsFound *found,
                          Error *err)
{
    CustomerRow row;
    const Schema *schema = app_schema(app);
    bool is_of_all = query->stream.size == 0;
    const Stream *only = is_of_all ? NULL : schema_find_stream(schema, query->stream);
    if (!is_of_all && only == NULL)
        return error_set(err, STATUS_NOT_FOUND, "no stream '%.*s'", TEXT_FORMAT(query->stream));
    bool *streams = ARENA_ARRAY(arena, bool, schema->streams_count);
    for (size_t i = 0; i < schema->streams_count; i++)
        streams[i] = is_of_all || only == &schema->streams[i];
    TRY(store_read_customer_streams(app_store(app), query->customer, streams, arena, &row, err));
    for (size_t i = 0; i < schema->streams_count; i++)
        if (streams[i]) add_stream(&row, &schema->streams[i], i, query->as_of, found, arena);
    return STATUS_OK;
}

Status customer_timeline(App *app, const TimelineQuery *query, Arena *arena, Timeline *ret_timeline,
                         Error *err)
{
    EventsFound found = {0};
    TimelineEvent after;
    Stream stream = {0};
    size_t begin = 0;
    if (query->after.size > 0) TRY(read_after(query->after, &stream, &after, err));
    TRY(store_read_begin(app_store(app), err));
    Status status = find_events(app, query, arena, &found, err);
    store_read_end(app_store(app));
    if (status != STATUS_OK) return status;
    if (found.count > 0) qsort(found.items, found.count, sizeof found.items[0], compare_events);
    while (query->after.size > 0 && begin < found.count &&
           compare_events(&found.items[begin], &after) <= 0)
        begin++;
    size_t rest = found.count - begin;
    *ret_timeline = (Timeline){.items = found.items + begin,
                               .count = rest < query->limit ? rest : query->limit,
                               .has_more = rest > query->limit};
    return STATUS_OK;
}
