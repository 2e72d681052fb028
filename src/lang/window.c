/* window.c -- a window of the language as concrete days, as of a date.
 *
 * `shifted back` moves the as-of day, and the dates written in the window, to the earlier day;
 * everything else follows from there. Moving a date back keeps the order of dates, so cutting at
 * the as-of day first and moving then gives the same days. */
#include "lang/window.h"

#include "base/error.h"

static Date next_day(Date date)
{
    return date_add(date, 1, UNIT_DAY);
}

static Date day_before(Date date)
{
    return date_add(date, -1, UNIT_DAY);
}

static Date moved_back(const Window *window, Date date)
{
    return window->is_shifted ? date_add(date, -window->shift_count, window->shift_unit) : date;
}

static DaySpan days_from(Date first, Date last)
{
    return (DaySpan){.has_begin = true, .first = first, .last = last};
}

static DaySpan days_until(Date last)
{
    return (DaySpan){.has_begin = false, .last = last};
}

/* The window before it is cut; `as_of` is the moved one. */
static DaySpan uncut_days(const Window *window, Date as_of)
{
    Date unit_begin = date_period_begin(as_of, window->unit);
    switch (window->kind) {
    case WINDOW_ALL: return days_until(as_of);
    case WINDOW_LAST:
        return days_from(next_day(date_add(as_of, -window->count, window->unit)), as_of);
    case WINDOW_PREVIOUS:
        return days_from(date_add(unit_begin, -window->count, window->unit),
                         day_before(unit_begin));
    case WINDOW_THIS: return days_from(unit_begin, as_of);
    case WINDOW_FROM_TO:
        return days_from(moved_back(window, window->from), moved_back(window, window->to));
    case WINDOW_SINCE: return days_from(moved_back(window, window->from), as_of);
    case WINDOW_BEFORE: return days_until(day_before(moved_back(window, window->from)));
    case WINDOW_ON:
        return days_from(moved_back(window, window->from), moved_back(window, window->from));
    case WINDOW_BETWEEN_AGO:
        return days_from(date_add(as_of, -window->count_far, window->unit),
                         date_add(as_of, -window->count, window->unit));
    case WINDOW_NEXT: break; /* looks forward: only window_next_days reads it */
    }
    ASSERT(false);
    return (DaySpan){0};
}

DaySpan window_days(const Window *window, Date as_of)
{
    Date moved_as_of = moved_back(window, as_of);
    DaySpan span = uncut_days(window, moved_as_of);
    if (span.last.day > moved_as_of.day) span.last = moved_as_of;
    return span;
}

bool window_has_begin(const Window *window)
{
    return window->kind != WINDOW_ALL && window->kind != WINDOW_BEFORE;
}

bool day_span_holds(DaySpan span, Date date)
{
    return (!span.has_begin || date.day >= span.first.day) && date.day <= span.last.day;
}

bool day_span_is_empty(DaySpan span)
{
    return span.has_begin && span.last.day < span.first.day;
}

DaySpan window_next_days(const Window *window, Date as_of)
{
    ASSERT(window->kind == WINDOW_NEXT);
    return days_from(as_of, day_before(date_add(as_of, window->count, window->unit)));
}

void day_span_whole_periods(DaySpan span, Unit unit, int64_t *ret_first, int64_t *ret_last)
{
    ASSERT(span.has_begin);
    bool is_first_whole = date_period_begin(span.first, unit).day == span.first.day;
    bool is_last_whole = date_period_end(span.last, unit).day == span.last.day;
    *ret_first = date_period_index(span.first, unit) + (is_first_whole ? 0 : 1);
    *ret_last = date_period_index(span.last, unit) - (is_last_whole ? 0 : 1);
}
