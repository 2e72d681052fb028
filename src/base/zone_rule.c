/* zone_rule.c -- parse and apply the yearly rule of a time zone. */
#include "base/zone_rule.h"

#include "base/date.h"

enum {
    SECONDS_PER_DAY = 86400,
    SECONDS_PER_HOUR = 3600,
    DEFAULT_CHANGE_SECOND = 2 * SECONDS_PER_HOUR,
    HOURS_MAX = 167, /* RFC 8536: a week, for rules such as "Saturday 50:00" */
    OFFSET_HOURS_MAX = 25,
    SUNDAY = 7,
};

static bool take_byte(Text *rest, char byte)
{
    if (rest->size == 0 || rest->data[0] != byte) return false;
    *rest = text_slice(*rest, 1, rest->size);
    return true;
}

static bool take_number(Text *rest, int min, int max, int *ret_value)
{
    int value = 0;
    size_t size = 0;
    while (size < rest->size && size < 3 && rest->data[size] >= '0' && rest->data[size] <= '9')
        value = value * 10 + (rest->data[size++] - '0');
    if (size == 0 || value < min || value > max) return false;
    *rest = text_slice(*rest, size, rest->size);
    *ret_value = value;
    return true;
}

/* "<+03>" or letters, three at least. */
static bool skip_name(Text *rest)
{
    bool is_quoted = take_byte(rest, '<');
    size_t size = 0;
    for (; size < rest->size; size++) {
        char byte = rest->data[size];
        bool is_letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        bool is_sign_or_digit = (byte >= '0' && byte <= '9') || byte == '+' || byte == '-';
        if (!is_letter && !(is_quoted && is_sign_or_digit)) break;
    }
    *rest = text_slice(*rest, size, rest->size);
    return size >= 3 && (!is_quoted || take_byte(rest, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(Text *rest, int hours_max, int32_t *ret_seconds)
{
    bool is_negative = take_byte(rest, '-');
    if (!is_negative) take_byte(rest, '+');
    int hours, minutes = 0, seconds = 0;
    if (!take_number(rest, 0, hours_max, &hours)) return false;
    if (take_byte(rest, ':') && !take_number(rest, 0, 59, &minutes)) return false;
    if (take_byte(rest, ':') && !take_number(rest, 0, 59, &seconds)) return false;
    int32_t total = hours * SECONDS_PER_HOUR + minutes * 60 + seconds;
    *ret_seconds = is_negative ? -total : total;
    return true;
}

static bool take_day(Text *rest, ZoneRuleDay *ret_day)
{
    ZoneRuleDay day = {.second = DEFAULT_CHANGE_SECOND};
    bool is_read;
    if (take_byte(rest, 'M')) {
        day.kind = RULE_MONTH_WEEK;
        is_read = take_number(rest, 1, 12, &day.month) && take_byte(rest, '.') &&
                  take_number(rest, 1, 5, &day.week) && take_byte(rest, '.') &&
                  take_number(rest, 0, 6, &day.day);
    } else if (take_byte(rest, 'J')) {
        day.kind = RULE_JULIAN_NO_LEAP;
        is_read = take_number(rest, 1, 365, &day.day);
    } else {
        day.kind = RULE_DAY_OF_YEAR;
        is_read = take_number(rest, 0, 365, &day.day);
    }
    if (!is_read || (take_byte(rest, '/') && !take_time(rest, HOURS_MAX, &day.second)))
        return false;
    *ret_day = day;
    return true;
}

/* In these texts hours west of UTC are positive. */
static bool take_offset(Text *rest, int32_t *ret_offset_seconds)
{
    int32_t west_seconds;
    if (!take_time(rest, OFFSET_HOURS_MAX, &west_seconds)) return false;
    *ret_offset_seconds = -west_seconds;
    return true;
}

bool zone_rule_parse(Text text, ZoneRule *ret_rule)
{
    ZoneRule rule = {0};
    if (!skip_name(&text) || !take_offset(&text, &rule.standard_offset_seconds)) return false;
    if (text.size > 0) {
        rule.has_summer = true;
        if (!skip_name(&text)) return false;
        rule.summer_offset_seconds = rule.standard_offset_seconds + SECONDS_PER_HOUR;
        bool has_offset = text.size > 0 && text.data[0] != ',';
        if (has_offset && !take_offset(&text, &rule.summer_offset_seconds)) return false;
        if (!take_byte(&text, ',') || !take_day(&text, &rule.summer_begin)) return false;
        if (!take_byte(&text, ',') || !take_day(&text, &rule.summer_end)) return false;
    }
    if (text.size > 0) return false;
    *ret_rule = rule;
    return true;
}

/* Day number of a rule day in a year. */
static int64_t rule_day_number(const ZoneRuleDay *day, int year)
{
    int64_t new_year = date_of(year, 1, 1).day;
    if (day->kind == RULE_DAY_OF_YEAR) return new_year + day->day;
    if (day->kind == RULE_JULIAN_NO_LEAP) {
        bool is_after_leap_day = day->day > 59 && date_days_in_month(year, 2) == 29;
        return new_year + day->day - 1 + is_after_leap_day;
    }
    Date first = date_of(year, day->month, 1);
    int weekday = day->day == 0 ? SUNDAY : day->day;
    int day_of_month = 1 + (weekday - date_weekday(first) + 7) % 7 + (day->week - 1) * 7;
    while (day_of_month > date_days_in_month(year, day->month))
        day_of_month -= 7;
    return first.day + day_of_month - 1;
}

/* UTC second of a change; the time of day of a rule is that of the offset before the change. */
static int64_t change_second(const ZoneRuleDay *day, int year, int32_t offset_before_seconds)
{
    return rule_day_number(day, year) * SECONDS_PER_DAY + day->second - offset_before_seconds;
}

/* The year whose changes surround a second, kept where its neighbours are valid too: the rule of
 * the far past and future is that of the first and last years of the calendar. */
static int year_near(int64_t utc_second)
{
    int64_t day = utc_second / SECONDS_PER_DAY;
    if (day < DATE_DAY_MIN) day = DATE_DAY_MIN;
    if (day > DATE_DAY_MAX) day = DATE_DAY_MAX;
    int year = date_year((Date){(int32_t)day});
    return year < 2 ? 2 : year > 9998 ? 9998 : year;
}

ZoneSegment zone_rule_segment(const ZoneRule *rule, int64_t utc_second)
{
    ZoneSegment segment = {rule->standard_offset_seconds, INT64_MAX};
    if (!rule->has_summer) return segment;
    int64_t latest = INT64_MIN;
    int year = year_near(utc_second);
    for (int i = year - 1; i <= year + 1; i++) {
        int64_t begin = change_second(&rule->summer_begin, i, rule->standard_offset_seconds);
        int64_t end = change_second(&rule->summer_end, i, rule->summer_offset_seconds);
        if (end <= utc_second && end > latest) {
            latest = end;
            segment.offset_seconds = rule->standard_offset_seconds;
        }
        /* Summer wins when both fall together: so is summer time all the year round written. */
        if (begin <= utc_second && begin >= latest) {
            latest = begin;
            segment.offset_seconds = rule->summer_offset_seconds;
        }
        if (begin > utc_second && begin < segment.end_second) segment.end_second = begin;
        if (end > utc_second && end < segment.end_second) segment.end_second = end;
    }
    return segment;
}
