/* window.h -- a window of the language as concrete days, as of a date. */
#pragma once

#include "lang/ast.h"

typedef struct {
    bool has_begin; /* false: no beginning (everything up to `last`) */
    Date first;     /* first day included; meaningful when has_begin */
    Date last;      /* last day included; before `first` when the window is empty */
} DaySpan;

/* The days of `window` as of a day, cut there: both ends included, never past `as_of`. `shifted
 * back` computes it as of the earlier date; written dates move back, clipped. */
DaySpan window_days(const Window *window, Date as_of);

/* Whether the window begins on some day whatever the as-of date: `cv` and `slope` need that. */
bool window_has_begin(const Window *window);

bool day_span_holds(DaySpan span, Date date);
bool day_span_is_empty(DaySpan span);

/* The days that `next N unit` of anniversary() covers: the as-of day and those after it. */
DaySpan window_next_days(const Window *window, Date as_of);

/* The whole calendar periods inside a span that has a beginning: indexes (date_period_index) of the
 * first and last; *ret_first > *ret_last when there is none. */
void day_span_whole_periods(DaySpan span, Unit unit, int64_t *ret_first, int64_t *ret_last);
