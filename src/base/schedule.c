/* schedule.c -- cron expressions: reading them, finding the next run. */
#include "base/schedule.h"

typedef struct {
    const char *what; /* for messages */
    int low, high;
    const char *const *names; /* of values from `names_from` on; NULL: none */
    int names_from, names_count;
} FieldRule;

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                          "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const weekday_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

enum { DAYS_OF_MONTH_MIN = 28, DAYS_OF_MONTH_MAX = 31 };
enum { FIELDS = 5, MINUTE = 0, HOUR, DAY, MONTH, WEEKDAY };
static const FieldRule rules[FIELDS] = {
    [MINUTE] = {"minute", 0, 59, NULL, 0, 0},
    [HOUR] = {"hour", 0, 23, NULL, 0, 0},
    [DAY] = {"day of the month", 1, 31, NULL, 0, 0},
    [MONTH] = {"month", 1, 12, month_names, 1, 12},
    [WEEKDAY] = {"day of the week", 0, 7, weekday_names, 0, 7},
};

static Status wrong_field(const FieldRule *rule, Text part, Error *err)
{
    return error_set(err, STATUS_INVALID,
                     "'%.*s' is no %s of a schedule: write * or numbers from %d to %d, like 1-5, "
                     "*/2 or 1,3",
                     TEXT_FORMAT(part), rule->what, rule->low, rule->high);
}

/* ---- one field ---- */

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_name(Text text, const char *name)
{
    for (size_t i = 0; i < text.size; i++)
        if (name[i] == '\0' || lower(text.data[i]) != name[i]) return false;
    return name[text.size] == '\0';
}

static bool read_digits(Text text, int *ret_number)
{
    int number = 0;
    if (text.size == 0 || text.size > 4) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        number = number * 10 + (text.data[i] - '0');
    }
    *ret_number = number;
    return true;
}

static bool read_value(const FieldRule *rule, Text text, int *ret_value)
{
    if (read_digits(text, ret_value)) return *ret_value >= rule->low && *ret_value <= rule->high;
    for (int i = 0; i < rule->names_count; i++) {
        if (!is_name(text, rule->names[i])) continue;
        *ret_value = rule->names_from + i;
        return true;
    }
    return false;
}

typedef struct {
    int low, high, step;
    bool is_star;
} FieldRange;

/* star | value | value-value, each with an optional /step; a value with a step runs to the end. */
static bool read_range(const FieldRule *rule, Text part, FieldRange *ret_range)
{
    Text step_text, high_text;
    Text range_text = text_split(part, '/', &step_text);
    FieldRange range = {.low = rule->low, .high = rule->high, .step = 1};
    if (step_text.data != NULL &&
        (!read_digits(step_text, &range.step) || range.step < 1 || range.step > rule->high))
        return false;
    range.is_star = text_equal(range_text, TEXT("*"));
    if (!range.is_star) {
        Text low_text = text_split(range_text, '-', &high_text);
        if (!read_value(rule, low_text, &range.low)) return false;
        if (high_text.data == NULL) range.high = step_text.data == NULL ? range.low : rule->high;
        if (high_text.data != NULL && !read_value(rule, high_text, &range.high)) return false;
    }
    *ret_range = range;
    return range.low <= range.high;
}

static Status read_field(const FieldRule *rule, Text field, uint64_t *ret_bits, bool *ret_is_star,
                         Error *err)
{
    *ret_bits = 0;
    *ret_is_star = false;
    for (Text rest = field; rest.data != NULL;) {
        FieldRange range;
        Text part = text_split(rest, ',', &rest);
        if (!read_range(rule, part, &range)) return wrong_field(rule, part, err);
        for (int value = range.low; value <= range.high; value += range.step)
            *ret_bits |= (uint64_t)1 << value;
        *ret_is_star = *ret_is_star || (range.is_star && range.step == 1);
    }
    return STATUS_OK;
}

/* "31L": the day, or the last one of a shorter month; "L": the last one. */
static bool read_last_day(Text part, int *ret_day)
{
    if (part.size == 0 || lower(part.data[part.size - 1]) != 'l') return false;
    *ret_day = DAYS_OF_MONTH_MAX;
    return part.size == 1 || read_value(&rules[DAY], text_slice(part, 0, part.size - 1), ret_day);
}

/* The field of days: as any other, but for days with an L. */
static Status read_days(Text field, uint64_t *ret_days, uint32_t *ret_last_days, bool *ret_is_star,
                        Error *err)
{
    *ret_days = 0;
    *ret_last_days = 0;
    *ret_is_star = false;
    for (Text rest = field; rest.data != NULL;) {
        uint64_t days = 0;
        bool is_star = false;
        int last_day;
        Text part = text_split(rest, ',', &rest);
        if (read_last_day(part, &last_day))
            *ret_last_days |= (uint32_t)1 << last_day;
        else
            TRY(read_field(&rules[DAY], part, &days, &is_star, err));
        *ret_days |= days;
        *ret_is_star = *ret_is_star || is_star;
    }
    return STATUS_OK;
}

/* ---- all of it ---- */

static Text next_word(Text *rest)
{
    Text word = text_split(*rest, ' ', rest);
    *rest = text_trim(*rest);
    return word;
}

/* What stands before the days between which it runs; they are what is left. */
static Text times_of(Text cron, Text *ret_days)
{
    cron = text_trim(cron);
    Text rest = cron;
    while (rest.size > 0) {
        Text here = rest, word = next_word(&rest);
        if (!text_equal_ascii_case(word, TEXT("from")) &&
            !text_equal_ascii_case(word, TEXT("until")))
            continue;
        *ret_days = here;
        return text_trim(text_slice(cron, 0, (size_t)(here.data - cron.data)));
    }
    *ret_days = (Text){0};
    return cron;
}

static Status read_bound(Text word, Text *rest, bool *has_day, Date *day, Error *err)
{
    Text text = next_word(rest);
    if (*has_day || !date_parse_iso(text, day))
        return error_set(err, STATUS_INVALID,
                         "after '%.*s' a schedule wants one day like 2026-12-31, not '%.*s'",
                         TEXT_FORMAT(word), TEXT_FORMAT(text));
    *has_day = true;
    return STATUS_OK;
}

/* "from 2026-12-01 until 2026-12-31", either of them or none. */
static Status read_bounds(Text days, Schedule *schedule, Error *err)
{
    while (days.size > 0) {
        Text word = next_word(&days);
        if (text_equal_ascii_case(word, TEXT("from")))
            TRY(read_bound(word, &days, &schedule->has_first, &schedule->first, err));
        else if (text_equal_ascii_case(word, TEXT("until")))
            TRY(read_bound(word, &days, &schedule->has_last, &schedule->last, err));
        else
            return error_set(err, STATUS_INVALID,
                             "after its five fields a schedule may have only 'from' and 'until' "
                             "with a day each, not '%.*s'",
                             TEXT_FORMAT(word));
    }
    return STATUS_OK;
}

Status schedule_parse(Text cron, Schedule *ret_schedule, Error *err)
{
    Text fields[FIELDS], days;
    size_t count = 0;
    for (Text rest = times_of(cron, &days); rest.size > 0; count++) {
        Text field = next_word(&rest);
        if (count < FIELDS) fields[count] = field;
    }
    if (count != FIELDS)
        return error_set(err, STATUS_INVALID,
                         "a schedule has five fields (minute, hour, day, month, day of the week), "
                         "like '0 2 * * *' for every day at 02:00; '%.*s' has %zu",
                         TEXT_FORMAT(cron), count);
    uint64_t bits[FIELDS];
    uint32_t last_days;
    bool is_star[FIELDS];
    for (size_t i = 0; i < FIELDS; i++)
        if (i != DAY) TRY(read_field(&rules[i], fields[i], &bits[i], &is_star[i], err));
    TRY(read_days(fields[DAY], &bits[DAY], &last_days, &is_star[DAY], err));
    *ret_schedule = (Schedule){.minutes = bits[MINUTE],
                               .hours = (uint32_t)bits[HOUR],
                               .days = (uint32_t)bits[DAY],
                               .last_days = last_days,
                               .months = (uint32_t)bits[MONTH],
                               .weekdays = (uint8_t)((bits[WEEKDAY] | bits[WEEKDAY] >> 7) & 0x7f),
                               .has_days = !is_star[DAY],
                               .has_weekdays = !is_star[WEEKDAY]};
    return read_bounds(days, ret_schedule, err);
}

/* ---- the next run ---- */

/* One of the days that give way to the last one of a shorter month. */
static bool is_last_meant(const Schedule *schedule, Date date)
{
    int day = date_civil(date).day;
    if ((schedule->last_days >> day & 1) != 0) return true;
    bool is_last = date_civil((Date){date.day + 1}).day == 1;
    return is_last && schedule->last_days >> day != 0;
}

static bool day_is_meant(const Schedule *schedule, Date date)
{
    CivilDate civil = date_civil(date);
    if ((schedule->months >> civil.month & 1) == 0) return false;
    bool is_day = (schedule->days >> civil.day & 1) != 0 || is_last_meant(schedule, date);
    bool is_weekday = (schedule->weekdays >> (date_weekday(date) % 7) & 1) != 0;
    if (schedule->has_days && schedule->has_weekdays) return is_day || is_weekday;
    return is_day && is_weekday;
}

/* The first meant minute of a day from `begin` on; false when there is none. */
static bool minute_of_day(const Schedule *schedule, int begin, int *ret_minute)
{
    for (int minute = begin; minute < 24 * 60; minute++) {
        if ((schedule->hours >> (minute / 60) & 1) == 0) continue;
        if ((schedule->minutes >> (minute % 60) & 1) == 0) continue;
        *ret_minute = minute;
        return true;
    }
    return false;
}

bool schedule_next(const Schedule *schedule, Moment after, Moment *ret_next)
{
    enum { DAYS_MAX = 9 * 366 }; /* 29 February may be missing for eight years (1896, 2096) */
    Date date = moment_date(after);
    int begin = moment_second_of_day(after) / 60 + 1, minute;
    if (schedule->has_first && date.day < schedule->first.day) {
        date = schedule->first;
        begin = 0;
    }
    for (int day = 0; day < DAYS_MAX && date.day < DATE_DAY_MAX; day++, date.day++, begin = 0) {
        if (schedule->has_last && date.day > schedule->last.day) return false;
        if (!day_is_meant(schedule, date) || !minute_of_day(schedule, begin, &minute)) continue;
        *ret_next = moment_of(date, minute / 60, minute % 60, 0);
        return true;
    }
    return false;
}

Status schedule_check(Text cron, Error *err)
{
    Schedule schedule;
    Moment next;
    TRY(schedule_parse(cron, &schedule, err));
    if (schedule_next(&schedule, (Moment){0}, &next)) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "the schedule '%.*s' means no day that ever comes",
                     TEXT_FORMAT(cron));
}

int64_t schedule_least_interval(const Schedule *schedule, Moment after)
{
    const int64_t week_end = after.second + 7 * 86400;
    int64_t least = 0;
    Moment before, next;
    Schedule always = *schedule; /* it may begin later than in a week */
    always.has_first = always.has_last = false;
    if (!schedule_next(&always, after, &before)) return 0;
    while (schedule_next(&always, before, &next) && next.second <= week_end) {
        int64_t interval = next.second - before.second;
        if (least == 0 || interval < least) least = interval;
        before = next;
    }
    return least;
}

/* ---- everyday forms ---- */

static Status read_time(Text time, int *ret_hour, int *ret_minute, Error *err)
{
    Text minute;
    Text hour = text_split(time, ':', &minute);
    if (minute.data != NULL && hour.size <= 2 && minute.size == 2 && read_digits(hour, ret_hour) &&
        read_digits(minute, ret_minute) && *ret_hour <= 23 && *ret_minute <= 59)
        return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'%.*s' is no time of day; write it like 02:00",
                     TEXT_FORMAT(time));
}

Status schedule_daily(Text time, Arena *arena, Text *ret_cron, Error *err)
{
    int hour, minute;
    TRY(read_time(time, &hour, &minute, err));
    *ret_cron = arena_printf(arena, "%d %d * * *", minute, hour);
    return STATUS_OK;
}

Status schedule_weekly(int weekday, Text time, Arena *arena, Text *ret_cron, Error *err)
{
    int hour, minute;
    if (weekday < 1 || weekday > 7)
        return error_set(err, STATUS_INVALID,
                         "a day of the week is a number from 1 (Monday) to 7, not %d", weekday);
    TRY(read_time(time, &hour, &minute, err));
    *ret_cron = arena_printf(arena, "%d %d * * %d", minute, hour, weekday % 7);
    return STATUS_OK;
}

Status schedule_monthly(int day, Text time, Arena *arena, Text *ret_cron, Error *err)
{
    int hour, minute;
    if (day < 1 || day > 31)
        return error_set(err, STATUS_INVALID, "a day of the month is a number from 1 to 31, not %d",
                         day);
    TRY(read_time(time, &hour, &minute, err));
    const char *or_last = day > DAYS_OF_MONTH_MIN ? "L" : "";
    *ret_cron = arena_printf(arena, "%d %d %d%s * *", minute, hour, day, or_last);
    return STATUS_OK;
}

Status schedule_between(Text cron, const ScheduleDays *days, Arena *arena, Text *ret_cron,
                        Error *err)
{
    Schedule schedule;
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
    Text ignored;
    TRY(schedule_parse(cron, &schedule, err));
    Text from = schedule.has_first ? date_print_iso(schedule.first, first) : TEXT("");
    Text until = schedule.has_last ? date_print_iso(schedule.last, last) : TEXT("");
    if (days->first.data != NULL) from = days->first;
    if (days->last.data != NULL) until = days->last;
    *ret_cron = arena_printf(arena, "%.*s%s%.*s%s%.*s", TEXT_FORMAT(times_of(cron, &ignored)),
                             from.size > 0 ? " from " : "", TEXT_FORMAT(from),
                             until.size > 0 ? " until " : "", TEXT_FORMAT(until));
    return schedule_check(*ret_cron, err);
}
