/* sql_calendar.c -- calendar arithmetic in SQL, on SQLite's own date functions, so that it does not
 * share a mistake with base/date.c. Days are numbers from 1970-01-01. */
#include "eval/sql_writer.h"

/* 0001-01-01 is a Monday: counted from there, days divide and never go below zero. */
#define DAYS_SINCE_YEAR_1 "719162"

static void date_part(SqlWriter *writer, const char *part, const char *day)
{
    sql_printf(writer, "CAST(strftime('%s', ", part);
    sql_raw(writer, day);
    sql_raw(writer, " * 86400, 'unixepoch') AS INTEGER)");
}

void sql_year(SqlWriter *writer, const char *day)
{
    date_part(writer, "%Y", day);
}

void sql_month(SqlWriter *writer, const char *day)
{
    date_part(writer, "%m", day);
}

void sql_day_of_month(SqlWriter *writer, const char *day)
{
    date_part(writer, "%d", day);
}

void sql_weekday(SqlWriter *writer, const char *day)
{
    sql_raw(writer, "((");
    sql_raw(writer, day);
    sql_raw(writer, " + " DAYS_SINCE_YEAR_1 ") % 7 + 1)");
}

void sql_period_number(SqlWriter *writer, Unit unit, const char *day)
{
    switch (unit) {
    case UNIT_DAY: sql_raw(writer, day); return;
    case UNIT_WEEK:
        sql_raw(writer, "((");
        sql_raw(writer, day);
        sql_raw(writer, " + " DAYS_SINCE_YEAR_1 ") / 7)");
        return;
    case UNIT_MONTH:
    case UNIT_QUARTER:
        sql_raw(writer, "((");
        sql_year(writer, day);
        sql_raw(writer, " * 12 + ");
        sql_month(writer, day);
        sql_raw(writer, unit == UNIT_QUARTER ? " - 1) / 3)" : " - 1))");
        return;
    case UNIT_YEAR: sql_year(writer, day); return;
    case UNIT_COUNT: break;
    }
    ASSERT(false);
}

static int months_of(Unit unit)
{
    return unit == UNIT_MONTH ? 1 : unit == UNIT_QUARTER ? 3 : 12;
}

/* SQLite lets 31 January plus one month run over into March; the end of the right month is the
 * earlier of the two days then. */
static void day_after_months(SqlWriter *writer, const char *day, int64_t months)
{
    sql_raw(writer, "COALESCE(CAST(strftime('%s', MIN(date(");
    sql_raw(writer, day);
    sql_printf(writer, " * 86400, 'unixepoch', '+%lld months'), date(", (long long)months);
    sql_raw(writer, day);
    sql_printf(writer, " * 86400, 'unixepoch', 'start of month', '+%lld months', '-1 day')",
               (long long)months + 1);
    sql_raw(writer, ")) AS INTEGER) / 86400, ");
    sql_date(writer, (Date){DATE_DAY_MAX});
    sql_raw(writer, ")");
}

void sql_day_after(SqlWriter *writer, const char *day, int64_t count, Unit unit)
{
    if (unit != UNIT_DAY && unit != UNIT_WEEK) {
        const int64_t months_max = INT64_C(12) * 9999; /* more leads out of the calendar anyway */
        int64_t months = count < months_max ? count * months_of(unit) : months_max;
        day_after_months(writer, day, months);
        return;
    }
    const int64_t days_max = DATE_DAY_MAX - (int64_t)DATE_DAY_MIN;
    int64_t days = count < days_max ? count * (unit == UNIT_WEEK ? 7 : 1) : days_max;
    sql_raw(writer, "(");
    sql_raw(writer, day);
    sql_raw(writer, " + ");
    sql_integer(writer, days);
    sql_raw(writer, ")");
}
