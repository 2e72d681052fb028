/* test_schedule.c -- the next run of random schedules against a walk minute by minute. */
#include "base/random.h"
#include "base/schedule.h"
#include "harness/harness.h"

static Schedule parsed(const char *cron)
{
    Error err;
    Schedule schedule = {0};
    EXPECT_OK(schedule_parse(text_of(cron), &schedule, &err), &err);
    return schedule;
}

static void expect_next(const char *cron, const char *after, const char *expected)
{
    Schedule schedule = parsed(cron);
    Moment from, next = {0};
    char text[DATE_TEXT_MAX];
    EXPECT(moment_parse_iso(text_of(after), &from));
    EXPECT(schedule_next(&schedule, from, &next));
    EXPECT_TEXT(moment_print_iso(next, text), expected);
}

TEST(next_runs)
{
    expect_next("0 2 * * *", "2026-03-31T01:59", "2026-03-31T02:00:00");
    expect_next("0 2 * * *", "2026-03-31T02:00", "2026-04-01T02:00:00");
    expect_next("*/15 9-10 * * mon-fri", "2026-11-20T10:45", "2026-11-23T09:00:00");
    expect_next("30 6 1 jan *", "2026-01-01T06:30", "2027-01-01T06:30:00");
    expect_next("0 0 29 2 *", "2026-03-01T00:00", "2028-02-29T00:00:00");
    expect_next("0 0 29 2 *", "2096-03-01T00:00", "2104-02-29T00:00:00");
    expect_next("0 0 13 * 5", "2026-11-01T00:00", "2026-11-06T00:00:00");
    expect_next("  0   12  *  *  7 ", "2026-11-22T12:00", "2026-11-29T12:00:00");
    expect_next("5/20 * * * *", "2026-11-22T12:25", "2026-11-22T12:45:00");
}

TEST(the_last_day_stands_for_days_that_a_month_does_not_have)
{
    expect_next("0 3 31L * *", "2026-01-31T03:00", "2026-02-28T03:00:00");
    expect_next("0 3 31L * *", "2026-02-28T03:00", "2026-03-31T03:00:00");
    expect_next("0 3 31L * *", "2026-03-31T03:00", "2026-04-30T03:00:00");
    expect_next("0 3 30l 2 *", "2026-03-01T00:00", "2027-02-28T03:00:00");
    expect_next("0 3 30L 2 *", "2027-03-01T00:00", "2028-02-29T03:00:00");
    expect_next("0 3 L * *", "2026-04-01T00:00", "2026-04-30T03:00:00");
    expect_next("0 3 1,30L * *", "2026-02-01T03:00", "2026-02-28T03:00:00");
    expect_next("0 3 30L * *", "2026-03-01T00:00", "2026-03-30T03:00:00");
    expect_next("0 3 30L * *", "2026-03-30T03:00", "2026-04-30T03:00:00");
    Error err;
    Schedule schedule;
    static const char *const wrong[] = {"0 3 32L * *", "0 3 0L * *", "0 3 1-5L * *", "0 3 * L *",
                                        "0 3 *L * *",  "0 3 xL * *", "0 3 L5 * *",   "L 3 1 * *"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT_STATUS(schedule_parse(text_of(wrong[i]), &schedule, &err), STATUS_INVALID, &err);
}

static void expect_none(const char *cron, const char *after)
{
    Schedule schedule = parsed(cron);
    Moment from, next;
    EXPECT(moment_parse_iso(text_of(after), &from));
    EXPECT(!schedule_next(&schedule, from, &next));
}

TEST(a_schedule_runs_between_its_days)
{
    expect_next("0 2 * * * from 2026-12-01", "2026-11-23T10:00", "2026-12-01T02:00:00");
    expect_next("0 0 * * * from 2026-12-01", "2026-11-23T10:00", "2026-12-01T00:00:00");
    expect_next("0 2 * * * from 2026-12-01 until 2026-12-02", "2026-12-01T02:00",
                "2026-12-02T02:00:00");
    expect_next("0 2 * * *  UNTIL 2026-12-02  FROM 2026-12-01", "2026-12-01T01:59",
                "2026-12-01T02:00:00");
    expect_none("0 2 * * * from 2026-12-01 until 2026-12-02", "2026-12-02T02:00");
    expect_none("0 2 * * 1 until 2026-11-22", "2026-11-17T00:00");
    Schedule often = parsed("*/5 * * * * from 2030-01-01");
    EXPECT_INT(schedule_least_interval(&often, (Moment){0}), 300);
    Error err;
    EXPECT_STATUS(schedule_check(TEXT("0 2 * * * from 2026-12-02 until 2026-12-01"), &err),
                  STATUS_INVALID, &err);
    static const char *const wrong[] = {"0 2 * * * from", "0 2 * * * from 2026-02-30",
                                        "0 2 * * * until 2026-12-01 until 2026-12-02",
                                        "0 2 * * * from 2026-12-01 on", "from 2026-12-01"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT_STATUS(schedule_check(text_of(wrong[i]), &err), STATUS_INVALID, &err);
}

static Text between(const char *cron, Text first, Text last, Arena *arena)
{
    Text made = {0};
    Error err;
    EXPECT_OK(schedule_between(text_of(cron), &(ScheduleDays){first, last}, arena, &made, &err),
              &err);
    return made;
}

TEST(days_are_given_kept_and_taken_away)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text none = {0}, december = TEXT("2026-12-01"), january = TEXT("2027-01-31");
    EXPECT_TEXT(between("0 2 * * *", december, none, arena), "0 2 * * * from 2026-12-01");
    EXPECT_TEXT(between("0 2 * * * from 2026-12-01", none, january, arena),
                "0 2 * * * from 2026-12-01 until 2027-01-31");
    EXPECT_TEXT(between("0 2 * * * from 2026-12-01 until 2027-01-31", TEXT(""), none, arena),
                "0 2 * * * until 2027-01-31");
}

TEST(days_that_never_come)
{
    Schedule schedule = parsed("0 0 31 4 *");
    Moment next;
    EXPECT(!schedule_next(&schedule, (Moment){0}, &next));
    Error err;
    EXPECT_STATUS(schedule_check(TEXT("0 3 31 2 *"), &err), STATUS_INVALID, &err);
    EXPECT_OK(schedule_check(TEXT("0 0 29 2 *"), &err), &err);
}

TEST(wrong_schedules_are_told)
{
    static const char *const wrong[] = {
        "",           "0 2 * *",     "0 2 * * * *",  "60 * * * *",   "* 24 * * *",  "* * 0 * *",
        "* * * 13 *", "* * * * 8",   "a * * * *",    "1-0 * * * *",  "*/0 * * * *", "1, * * * *",
        "-1 * * * *", "* * * foo *", "1--2 * * * *", "99999 * * * *"};
    Error err;
    Schedule schedule;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT_STATUS(schedule_parse(text_of(wrong[i]), &schedule, &err), STATUS_INVALID, &err);
    EXPECT_STATUS(schedule_parse(TEXT("0 25 * * *"), &schedule, &err), STATUS_INVALID, &err);
    EXPECT_TEXT(text_of(err.message), "'25' is no hour of a schedule: write * or numbers from 0 to "
                                      "23, like 1-5, */2 or 1,3");
}

/* ---- against a walk ---- */

static Text random_field(Random *random, int low, int high, Arena *arena)
{
    int a = (int)random_between(random, low, high), b = (int)random_between(random, low, high);
    switch (random_below(random, 5)) {
    case 0: return arena_printf(arena, "%d", a);
    case 1: return arena_printf(arena, "%d-%d", a < b ? a : b, a < b ? b : a);
    case 2: return arena_printf(arena, "*/%d", a > 0 ? a : 1);
    case 3: return arena_printf(arena, "%d,%d", a, b);
    default: return TEXT("*");
    }
}

static bool is_meant(const Schedule *schedule, Moment at)
{
    Date date = moment_date(at);
    CivilDate civil = date_civil(date);
    int minute = moment_second_of_day(at) / 60;
    bool is_day = (schedule->days >> civil.day & 1) != 0;
    bool is_weekday = (schedule->weekdays >> (date_weekday(date) % 7) & 1) != 0;
    bool fits =
        schedule->has_days && schedule->has_weekdays ? is_day || is_weekday : is_day && is_weekday;
    return fits && (schedule->months >> civil.month & 1) != 0 &&
           (schedule->hours >> (minute / 60) & 1) != 0 &&
           (schedule->minutes >> (minute % 60) & 1) != 0;
}

TEST(random_schedules_are_walked)
{
    enum { WALK_MINUTES = 60 * 24 * 40 };
    Error err;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Random random = random_seeded(seed);
        Text minute = random_field(&random, 0, 59, arena),
             hour = random_field(&random, 0, 23, arena);
        Text day = random_field(&random, 1, 31, arena),
             weekday = random_field(&random, 0, 7, arena);
        Text cron = arena_printf(arena, "%.*s %.*s %.*s * %.*s", TEXT_FORMAT(minute),
                                 TEXT_FORMAT(hour), TEXT_FORMAT(day), TEXT_FORMAT(weekday));
        Schedule schedule;
        EXPECT_OK(schedule_parse(cron, &schedule, &err), &err);
        Moment after = {random_between(&random, 0, 2000000000)}, next;
        Moment walk = {(after.second / 60 + 1) * 60};
        int minutes = 0;
        while (!is_meant(&schedule, walk) && minutes++ < WALK_MINUTES)
            walk.second += 60;
        if (minutes > WALK_MINUTES) continue;
        EXPECT(schedule_next(&schedule, after, &next));
        EXPECT_INT(next.second, walk.second);
    }
}

TEST(least_interval)
{
    Moment monday = moment_of(date_of(2026, 11, 23), 0, 0, 0);
    Schedule often = parsed("0,10 3 * * *"), daily = parsed("0 2 * * *");
    Schedule yearly = parsed("0 2 1 1 *");
    EXPECT_INT(schedule_least_interval(&often, monday), 600);
    EXPECT_INT(schedule_least_interval(&daily, monday), 86400);
    EXPECT_INT(schedule_least_interval(&yearly, monday), 0);
}

TEST(everyday_forms)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    Text cron;
    EXPECT_OK(schedule_daily(TEXT("02:05"), arena, &cron, &err), &err);
    EXPECT_TEXT(cron, "5 2 * * *");
    EXPECT_OK(schedule_weekly(7, TEXT("9:30"), arena, &cron, &err), &err);
    EXPECT_TEXT(cron, "30 9 * * 0");
    EXPECT_OK(schedule_monthly(31, TEXT("00:00"), arena, &cron, &err), &err);
    EXPECT_TEXT(cron, "0 0 31L * *");
    EXPECT_STATUS(schedule_daily(TEXT("24:00"), arena, &cron, &err), STATUS_INVALID, &err);
    EXPECT_STATUS(schedule_daily(TEXT("0200"), arena, &cron, &err), STATUS_INVALID, &err);
    EXPECT_STATUS(schedule_weekly(8, TEXT("9:30"), arena, &cron, &err), STATUS_INVALID, &err);
    EXPECT_STATUS(schedule_monthly(0, TEXT("9:30"), arena, &cron, &err), STATUS_INVALID, &err);
}
