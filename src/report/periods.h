/* periods.h -- inside of the reports: the calendar periods a report is divided into. */
#pragma once

#include "report/subjects.h"

typedef struct {
    Date from, to;
} Period;

typedef struct {
    const Period *items; /* ascending, none overlaps another */
    size_t count;
    const int32_t *by_day; /* by day from items[0].from on: the period, -1 between two */
} Periods;

enum { REPORT_PERIODS_MAX = 4000 };

/* Those of the plan: calendar periods of its step, cut at its ends and at the as-of day; without a
 * beginning the last twelve. Tells the report from when to when.
 * errors  INVALID when the end is before the beginning, LIMIT when they are too many */
MUST_CHECK Status periods_of_plan(Reporting *reporting, Unit usual_step, Periods *ret_periods,
                                  Error *err);
/* Each period moved back by a unit, whole ones to whole ones. */
Periods periods_shifted(const Periods *periods, Unit unit, Arena *arena);

/* The period of a day; -1: none. */
static inline int32_t periods_find(const Periods *periods, int64_t day)
{
    int64_t first = periods->items[0].from.day;
    if (day < first || day > periods->items[periods->count - 1].to.day) return -1;
    return periods->by_day[day - first];
}
