/* schedule.h -- when something that is periodic is done by itself: five fields of cron in the
 * business time zone, as local wall time.
 *
 *   minute hour day-of-month month day-of-week      star, 5, 1-5, star/15, 1-10/3, lists by commas
 *
 * A day of the month with an L after it (31L) is the last day in shorter months; L alone is the
 * last day of every month.
 *
 * After them may stand the first and the last day on which it is done:
 *
 *   0 2 * * * from 2026-12-01 until 2026-12-31
 *
 * Months and days of the week may be English names of three letters (jan, mon); day of week 0 and 7
 * are Sunday. When both days are restricted, a day that meets either is meant, as cron has it. A
 * time that the clock skips in spring runs at the next minute that exists, because local wall time
 * is only compared, never converted. */
#pragma once

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"

typedef struct {
    uint64_t minutes;             /* bit per minute */
    uint32_t hours, days, months; /* bit per hour, day from 1, month from 1 */
    uint32_t last_days;           /* bit per day that is the last one in shorter months */
    uint8_t weekdays;             /* bit 0 Sunday .. 6 Saturday */
    bool has_days, has_weekdays;  /* written, and not as a star */
    bool has_first, has_last;     /* days before and after which it does not run */
    Date first, last;
} Schedule;

/* INVALID says which field is wrong and what it may be. */
MUST_CHECK Status schedule_parse(Text cron, Schedule *ret_schedule, Error *err);

/* As schedule_parse, and INVALID when no day that is meant ever comes, such as 31 April. */
MUST_CHECK Status schedule_check(Text cron, Error *err);

/* The first time strictly after a moment, at most four years on (29 February); false when there is
 * none, such as on 31 April or after the last day. */
bool schedule_next(const Schedule *schedule, Moment after, Moment *ret_next);

/* The least number of seconds between two runs in the week after a moment; 0 when fewer than two
 * runs are near. For the least interval that the settings allow. */
int64_t schedule_least_interval(const Schedule *schedule, Moment after);

/* Cron text of "HH:MM" every day, on a day of the week (1 Monday .. 7), on a day of the month: the
 * last one where a month is shorter. */
MUST_CHECK Status schedule_daily(Text time, Arena *arena, Text *ret_cron, Error *err);
MUST_CHECK Status schedule_weekly(int weekday, Text time, Arena *arena, Text *ret_cron, Error *err);
MUST_CHECK Status schedule_monthly(int day, Text time, Arena *arena, Text *ret_cron, Error *err);

/* The same times between two days. A day that is not given (data NULL) stays as it was, an empty
 * one is taken away. */
typedef struct {
    Text first, last; /* 2026-12-01 */
} ScheduleDays;
MUST_CHECK Status schedule_between(Text cron, const ScheduleDays *days, Arena *arena,
                                   Text *ret_cron, Error *err);
