/* customer.c -- views of one customer's events. */
#include "model/customer.h"

EventList events_until(EventList events, Date as_of)
{
    /* first event after the day, by halving: events are ordered by time */
    size_t low = 0, high = events.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (moment_date(events.items[middle].at).day <= as_of.day)
            low = middle + 1;
        else
            high = middle;
    }
    return (EventList){.items = events.items, .count = low};
}

static Status rewind_nobody(CustomerSource *source, Error *err)
{
    (void)source;
    (void)err;
    return STATUS_OK;
}

static Status next_nobody(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    (void)source;
    (void)arena;
    (void)err;
    *ret_row = (CustomerRow){0};
    return STATUS_OK;
}

CustomerSource customer_source_of_nobody(const Schema *schema)
{
    return (CustomerSource){rewind_nobody, next_nobody, schema};
}
