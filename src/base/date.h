/* date.h -- calendar days and local moments; proleptic Gregorian calendar, no time zones here.
 *
 * A Date counts days from 1970-01-01. A Moment counts seconds of local wall time from
 * 1970-01-01T00:00:00, so its day is a floor division. */
#pragma once

#include "base/text.h"

typedef struct {
    int32_t day;
} Date; /* days since 1970-01-01 */
typedef struct {
    int64_t second;
} Moment; /* local seconds since 1970-01-01T00:00:00 */

typedef enum { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR, UNIT_COUNT } Unit;

#define DATE_DAY_MIN (-719162) /* 0001-01-01 */
#define DATE_DAY_MAX 2932896   /* 9999-12-31 */

typedef struct {
    int year, month, day;
} CivilDate; /* month and day from 1 */

bool date_is_valid(int year, int month, int day);
Date date_of(int year, int month, int day); /* must be valid */
CivilDate date_civil(Date date);
int date_weekday(Date date); /* 1 Monday .. 7 Sunday */
int date_year(Date date);
int date_days_in_month(int year, int month);

/* Move by `count` units (negative goes back); the day is clipped to the length of the month. The
 * result is clamped to DATE_DAY_MIN .. DATE_DAY_MAX. */
Date date_add(Date date, int64_t count, Unit unit);
Date date_period_begin(Date date, Unit unit);    /* first day of the calendar unit holding date */
Date date_period_end(Date date, Unit unit);      /* its last day, DATE_DAY_MAX at most */
int64_t date_period_index(Date date, Unit unit); /* number of the calendar unit, counting on */
int date_full_years(Date birth, Date on);        /* 29 February: a year older on 1 March */

Moment moment_of(Date date, int hour, int minute, int second);
Date moment_date(Moment moment);
int moment_hour(Moment moment); /* 0..23 */
int moment_second_of_day(Moment moment);

/* Strict forms only: 2026-03-31 and 2026-03-31T14:30[:05]. False when the text is anything else. */
bool date_parse_iso(Text text, Date *ret_date);
bool moment_parse_iso(Text text, Moment *ret_moment);
/* 2026-03-31; 2026-03-31T14:30:05. `out` must hold DATE_TEXT_MAX bytes; returns a view of it. */
#define DATE_TEXT_MAX 24
Text date_print_iso(Date date, char out[DATE_TEXT_MAX]);
Text moment_print_iso(Moment moment, char out[DATE_TEXT_MAX]);
Text date_print_dots(Date date, char out[DATE_TEXT_MAX]); /* 31.03.2026 */
