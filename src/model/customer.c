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
