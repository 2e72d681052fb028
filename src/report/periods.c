/* periods.c -- the calendar periods a report is divided into. */
#include "report/periods.h"

enum { USUAL_PERIODS = 12 };

static const int32_t *days_of(const Period *items, size_t count, Arena *arena)
{
    int64_t first = items[0].from.day;
    size_t days = (size_t)(items[count - 1].to.day - first + 1);
    int32_t *by_day = ARENA_ARRAY(arena, int32_t, days);
    for (size_t i = 0; i < days; i++)
        by_day[i] = -1;
    for (size_t i = 0; i < count; i++)
        for (int64_t day = items[i].from.day; day <= items[i].to.day; day++)
            by_day[day - first] = (int32_t)i;
    return by_day;
}

static Date usual_begin(Date to, Unit step)
{
    return date_add(date_period_begin(to, step), 1 - USUAL_PERIODS, step);
}

Status periods_of_plan(Reporting *reporting, Unit usual_step, Periods *ret_periods, Error *err)
{
    const ReportPlan *plan = reporting->plan;
    Report *report = reporting->report;
    Unit step = plan->has_step ? plan->step : usual_step;
    Date to = plan->has_to && plan->to.day < plan->as_of.day ? plan->to : plan->as_of;
    Date from = plan->has_from ? plan->from : usual_begin(to, step);
    if (to.day < from.day)
        return error_set(err, STATUS_INVALID, "the last day is before the first one");
    struct {
        Period *items;
        size_t count, capacity;
    } list = {0};
    for (Date day = from; day.day <= to.day;) {
        Date end = date_period_end(day, step);
        if (end.day > to.day) end = to;
        if (list.count == REPORT_PERIODS_MAX)
            return error_set(err, STATUS_LIMIT, "there are more than %d periods; take longer ones",
                             REPORT_PERIODS_MAX);
        ARENA_PUSH(reporting->arena, &list, ((Period){day, end}));
        day = (Date){end.day + 1};
    }
    *ret_periods =
        (Periods){list.items, list.count, days_of(list.items, list.count, reporting->arena)};
    report->has_period = true;
    report->from = from;
    report->to = to;
    return STATUS_OK;
}

Periods periods_shifted(const Periods *periods, Unit unit, Arena *arena)
{
    Period *items = ARENA_ARRAY(arena, Period, periods->count);
    for (size_t i = 0; i < periods->count; i++) {
        Date after = {periods->items[i].to.day + 1};
        items[i] = (Period){date_add(periods->items[i].from, -1, unit),
                            {date_add(after, -1, unit).day - 1}};
        /* Cut months of different lengths can meet: a day belongs to the first. */
        if (i > 0 && items[i].from.day <= items[i - 1].to.day)
            items[i].from.day = items[i - 1].to.day + 1;
    }
    return (Periods){items, periods->count, days_of(items, periods->count, arena)};
}
