/* date.c -- the proleptic Gregorian calendar in integers.
 *
 * Years are counted from March, so that the leap day is the last day of a year and the lengths of
 * the months follow one linear formula: the first day of month m (0 = March) is (153 m + 2) / 5. */
#include "base/date.h"

#include "base/error.h"

enum {
    DAYS_PER_400_YEARS = 146097,
    DAYS_FROM_YEAR_0_TO_1970 = 719468, /* from 0000-03-01 */
    SECONDS_PER_DAY = 86400,
    SECONDS_PER_HOUR = 3600,
    MONDAY_BEFORE_1970 = -3, /* 1970-01-01 was a Thursday */
    YEAR_MIN = 1,
    YEAR_MAX = 9999,
};

static int64_t floor_divide(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

static bool is_leap_year(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ASSERT(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && is_leap_year(year));
}

bool date_is_valid(int year, int month, int day)
{
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12) return false;
    return day >= 1 && day <= date_days_in_month(year, month);
}

Date date_of(int year, int month, int day)
{
    ASSERT(date_is_valid(year, month, day));
    int march_year = month <= 2 ? year - 1 : year;
    int march_month = (month + 9) % 12;
    int days = march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 +
               (153 * march_month + 2) / 5 + day - 1;
    return (Date){days - DAYS_FROM_YEAR_0_TO_1970};
}

CivilDate date_civil(Date date)
{
    int64_t days = (int64_t)date.day + DAYS_FROM_YEAR_0_TO_1970;
    int64_t era = floor_divide(days, DAYS_PER_400_YEARS);
    int day_of_era = (int)(days - era * DAYS_PER_400_YEARS);
    /* Take out the leap days before this one, so that every year has 365. */
    int leap_days = day_of_era / 1460 - day_of_era / 36524 + day_of_era / 146096;
    int year_of_era = (day_of_era - leap_days) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    int month = march_month < 10 ? march_month + 3 : march_month - 9;
    int year = (int)(era * 400) + year_of_era + (month <= 2);
    return (CivilDate){year, month, day_of_year - (153 * march_month + 2) / 5 + 1};
}

int date_weekday(Date date)
{
    int64_t monday_based = (int64_t)date.day - MONDAY_BEFORE_1970;
    return (int)(monday_based - floor_divide(monday_based, 7) * 7) + 1;
}

int date_year(Date date)
{
    return date_civil(date).year;
}

static Date clamp_day(int64_t day)
{
    if (day < DATE_DAY_MIN) return (Date){DATE_DAY_MIN};
    if (day > DATE_DAY_MAX) return (Date){DATE_DAY_MAX};
    return (Date){(int32_t)day};
}

/* `month_index` is year * 12 + month - 1. */
static Date date_in_month(int64_t month_index, int day)
{
    if (month_index < YEAR_MIN * 12) return (Date){DATE_DAY_MIN};
    if (month_index >= (YEAR_MAX + 1) * 12) return (Date){DATE_DAY_MAX};
    int year = (int)(month_index / 12);
    int month = (int)(month_index % 12) + 1;
    int length = date_days_in_month(year, month);
    return date_of(year, month, day < length ? day : length);
}

/* Units are so many days, or else so many months. */
static bool is_of_days(Unit unit)
{
    return unit == UNIT_DAY || unit == UNIT_WEEK;
}

static int unit_days(Unit unit)
{
    return unit == UNIT_DAY ? 1 : 7;
}

static int unit_months(Unit unit)
{
    return unit == UNIT_MONTH ? 1 : unit == UNIT_QUARTER ? 3 : 12;
}

Date date_add(Date date, int64_t count, Unit unit)
{
    /* More than the calendar has days, so nothing below overflows and the result is clamped. */
    const int64_t count_max = INT64_C(8) << 30;
    if (count > count_max) count = count_max;
    if (count < -count_max) count = -count_max;
    if (is_of_days(unit)) return clamp_day(date.day + count * unit_days(unit));
    CivilDate civil = date_civil(date);
    int64_t month_index = (int64_t)civil.year * 12 + civil.month - 1;
    return date_in_month(month_index + count * unit_months(unit), civil.day);
}

Date date_period_begin(Date date, Unit unit)
{
    if (unit == UNIT_DAY) return date;
    if (unit == UNIT_WEEK) return (Date){date.day - date_weekday(date) + 1};
    CivilDate civil = date_civil(date);
    int months = unit_months(unit);
    return date_of(civil.year, (civil.month - 1) / months * months + 1, 1);
}

Date date_period_end(Date date, Unit unit)
{
    if (unit == UNIT_DAY) return date;
    if (unit == UNIT_WEEK) return clamp_day((int64_t)date.day - date_weekday(date) + 7);
    CivilDate civil = date_civil(date);
    int months = unit_months(unit);
    int last_month = (civil.month - 1) / months * months + months;
    return date_of(civil.year, last_month, date_days_in_month(civil.year, last_month));
}

int64_t date_period_index(Date date, Unit unit)
{
    if (unit == UNIT_DAY) return date.day;
    if (unit == UNIT_WEEK) return floor_divide((int64_t)date.day - MONDAY_BEFORE_1970, 7);
    CivilDate civil = date_civil(date);
    return ((int64_t)civil.year * 12 + civil.month - 1) / unit_months(unit);
}

int date_full_years(Date birth, Date on)
{
    CivilDate from = date_civil(birth), to = date_civil(on);
    bool is_before_birthday =
        to.month < from.month || (to.month == from.month && to.day < from.day);
    return to.year - from.year - is_before_birthday;
}

Moment moment_of(Date date, int hour, int minute, int second)
{
    return (Moment){(int64_t)date.day * SECONDS_PER_DAY + hour * SECONDS_PER_HOUR + minute * 60 +
                    second};
}

Date moment_date(Moment moment)
{
    return (Date){(int32_t)floor_divide(moment.second, SECONDS_PER_DAY)};
}

int moment_second_of_day(Moment moment)
{
    return (int)(moment.second - floor_divide(moment.second, SECONDS_PER_DAY) * SECONDS_PER_DAY);
}

int moment_hour(Moment moment)
{
    return moment_second_of_day(moment) / SECONDS_PER_HOUR;
}

/* `size` digits at `position`; false when there are not so many. */
static bool read_digits(Text text, size_t position, size_t size, int *ret_value)
{
    if (position + size > text.size) return false;
    int value = 0;
    for (size_t i = position; i < position + size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        value = value * 10 + (text.data[i] - '0');
    }
    *ret_value = value;
    return true;
}

/* `mark` and two digits below `limit` at `position`, such as ":59". */
static bool read_marked_pair(Text text, size_t position, char mark, int limit, int *ret_value)
{
    if (position >= text.size || text.data[position] != mark) return false;
    return read_digits(text, position + 1, 2, ret_value) && *ret_value < limit;
}

static bool read_iso_date(Text text, Date *ret_date)
{
    int year, month, day;
    if (!read_digits(text, 0, 4, &year) || !read_marked_pair(text, 4, '-', 13, &month) ||
        !read_marked_pair(text, 7, '-', 32, &day) || !date_is_valid(year, month, day))
        return false;
    *ret_date = date_of(year, month, day);
    return true;
}

bool date_parse_iso(Text text, Date *ret_date)
{
    return text.size == sizeof "2026-03-31" - 1 && read_iso_date(text, ret_date);
}

bool moment_parse_iso(Text text, Moment *ret_moment)
{
    Date date;
    int hour, minute, second = 0;
    size_t size = sizeof "2026-03-31T14:30" - 1;
    if (!read_iso_date(text, &date) || !read_marked_pair(text, 10, 'T', 24, &hour) ||
        !read_marked_pair(text, 13, ':', 60, &minute))
        return false;
    if (text.size > size) {
        if (!read_marked_pair(text, size, ':', 60, &second)) return false;
        size += 3;
    }
    if (text.size != size) return false;
    *ret_moment = moment_of(date, hour, minute, second);
    return true;
}

static char *put_digits(char *out, int value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + count;
}

static char *put_marked_pair(char *out, char mark, int value)
{
    *out = mark;
    return put_digits(out + 1, value, 2);
}

static char *put_iso_date(char *out, Date date)
{
    CivilDate civil = date_civil(date);
    out = put_digits(out, civil.year, 4);
    out = put_marked_pair(out, '-', civil.month);
    return put_marked_pair(out, '-', civil.day);
}

static Text finish_text(char *begin, char *end)
{
    *end = '\0';
    return (Text){begin, (size_t)(end - begin)};
}

Text date_print_iso(Date date, char out[DATE_TEXT_MAX])
{
    return finish_text(out, put_iso_date(out, date));
}

Text moment_print_iso(Moment moment, char out[DATE_TEXT_MAX])
{
    int second_of_day = moment_second_of_day(moment);
    char *end = put_iso_date(out, moment_date(moment));
    end = put_marked_pair(end, 'T', second_of_day / SECONDS_PER_HOUR);
    end = put_marked_pair(end, ':', second_of_day / 60 % 60);
    end = put_marked_pair(end, ':', second_of_day % 60);
    return finish_text(out, end);
}

Text date_print_dots(Date date, char out[DATE_TEXT_MAX])
{
    CivilDate civil = date_civil(date);
    char *end = put_digits(out, civil.day, 2);
    end = put_marked_pair(end, '.', civil.month);
    *end++ = '.';
    return finish_text(out, put_digits(end, civil.year, 4));
}
