/* test_date.c -- calendar arithmetic, ISO forms, moments. */
#include "base/date.h"
#include "base/random.h"
#include "harness/harness.h"

#include <string.h>

static Date parsed(const char *iso)
{
    Date date = {0};
    if (!date_parse_iso(text_of(iso), &date))
        harness_fail(__FILE__, __LINE__, "cannot parse %s", iso);
    return date;
}

#define EXPECT_DATE(actual, expected)                                        \
    do {                                                                     \
        char expect_date_out_[DATE_TEXT_MAX];                                \
        EXPECT_TEXT(date_print_iso((actual), expect_date_out_), (expected)); \
    } while (0)

/* Goal: every day of the calendar; method: a clock that only knows the lengths of the months. */
TEST(date_walks_the_whole_calendar)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 1, month = 1, day = 1, weekday = 1; /* 0001-01-01 was a Monday */
    int wrong_count = 0;
    for (int32_t number = DATE_DAY_MIN; number <= DATE_DAY_MAX; number++) {
        Date date = {number};
        CivilDate civil = date_civil(date);
        bool is_right = civil.year == year && civil.month == month && civil.day == day &&
                        date_of(year, month, day).day == number && date_weekday(date) == weekday;
        if (!is_right) wrong_count++;
        bool is_leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        weekday = weekday % 7 + 1;
        if (day < lengths[month - 1] + (month == 2 && is_leap)) {
            day++;
        } else {
            day = 1;
            year += month == 12;
            month = month % 12 + 1;
        }
    }
    EXPECT_INT(wrong_count, 0);
    EXPECT_INT(year, 10000);
}

TEST(date_known_days)
{
    EXPECT_INT(date_of(1970, 1, 1).day, 0);
    EXPECT_INT(date_of(1969, 12, 31).day, -1);
    EXPECT_INT(date_of(2000, 2, 29).day, 11016);
    EXPECT_INT(date_weekday(date_of(2026, 11, 22)), 7);
    EXPECT_INT(date_year(date_of(1999, 12, 31)), 1999);
    EXPECT_INT(date_days_in_month(2024, 2), 29);
    EXPECT_INT(date_days_in_month(1900, 2), 28);
    EXPECT_INT(date_days_in_month(2000, 2), 29);
}

TEST(date_validity)
{
    EXPECT(date_is_valid(2024, 2, 29));
    EXPECT(!date_is_valid(2023, 2, 29));
    EXPECT(!date_is_valid(1900, 2, 29));
    EXPECT(!date_is_valid(2026, 4, 31));
    EXPECT(!date_is_valid(2026, 0, 1) && !date_is_valid(2026, 13, 1));
    EXPECT(!date_is_valid(2026, 1, 0) && !date_is_valid(2026, 1, 32));
    EXPECT(date_is_valid(1, 1, 1) && date_is_valid(9999, 12, 31));
    EXPECT(!date_is_valid(0, 1, 1) && !date_is_valid(10000, 1, 1) && !date_is_valid(-5, 1, 1));
}

TEST(date_add_clips_to_the_month)
{
    EXPECT_DATE(date_add(parsed("2026-01-31"), 1, UNIT_MONTH), "2026-02-28");
    EXPECT_DATE(date_add(parsed("2024-01-31"), 1, UNIT_MONTH), "2024-02-29");
    EXPECT_DATE(date_add(parsed("2026-03-31"), -1, UNIT_MONTH), "2026-02-28");
    EXPECT_DATE(date_add(parsed("2026-05-31"), -6, UNIT_MONTH), "2025-11-30");
    EXPECT_DATE(date_add(parsed("2026-01-15"), -1, UNIT_MONTH), "2025-12-15");
    EXPECT_DATE(date_add(parsed("2026-11-30"), 1, UNIT_QUARTER), "2027-02-28");
    EXPECT_DATE(date_add(parsed("2024-02-29"), 1, UNIT_YEAR), "2025-02-28");
    EXPECT_DATE(date_add(parsed("2024-02-29"), 4, UNIT_YEAR), "2028-02-29");
    EXPECT_DATE(date_add(parsed("2024-02-29"), -1, UNIT_YEAR), "2023-02-28");
    EXPECT_DATE(date_add(parsed("2025-12-31"), 1, UNIT_DAY), "2026-01-01");
    EXPECT_DATE(date_add(parsed("2026-01-01"), -2, UNIT_WEEK), "2025-12-18");
    EXPECT_DATE(date_add(parsed("2026-01-01"), 0, UNIT_MONTH), "2026-01-01");
}

TEST(date_add_stays_within_the_calendar)
{
    for (int i = 0; i < UNIT_COUNT; i++) {
        Unit unit = (Unit)i;
        EXPECT_DATE(date_add(parsed("2026-06-15"), INT64_MAX, unit), "9999-12-31");
        EXPECT_DATE(date_add(parsed("2026-06-15"), INT64_MIN, unit), "0001-01-01");
        EXPECT_DATE(date_add(parsed("9999-12-31"), 1, unit), "9999-12-31");
        EXPECT_DATE(date_add(parsed("0001-01-01"), -1, unit), "0001-01-01");
    }
}

TEST(date_periods)
{
    Date date = parsed("2026-11-22"); /* a Sunday */
    EXPECT_DATE(date_period_begin(date, UNIT_DAY), "2026-11-22");
    EXPECT_DATE(date_period_begin(date, UNIT_WEEK), "2026-11-16");
    EXPECT_DATE(date_period_begin(date, UNIT_MONTH), "2026-11-01");
    EXPECT_DATE(date_period_begin(date, UNIT_QUARTER), "2026-10-01");
    EXPECT_DATE(date_period_begin(date, UNIT_YEAR), "2026-01-01");
    EXPECT_DATE(date_period_end(date, UNIT_DAY), "2026-11-22");
    EXPECT_DATE(date_period_end(date, UNIT_WEEK), "2026-11-22");
    EXPECT_DATE(date_period_end(date, UNIT_MONTH), "2026-11-30");
    EXPECT_DATE(date_period_end(date, UNIT_QUARTER), "2026-12-31");
    EXPECT_DATE(date_period_end(date, UNIT_YEAR), "2026-12-31");
    EXPECT_DATE(date_period_end(parsed("2024-02-01"), UNIT_MONTH), "2024-02-29");
    EXPECT_DATE(date_period_begin(parsed("2026-11-23"), UNIT_WEEK), "2026-11-23");
    EXPECT_DATE(date_period_begin(parsed("0001-01-03"), UNIT_WEEK), "0001-01-01");
    EXPECT_DATE(date_period_end(parsed("9999-12-30"), UNIT_WEEK), "9999-12-31");
}

/* Goal: begin, end and index agree: an index changes exactly where a period begins. */
TEST(date_period_index_counts_on)
{
    for (int i = 0; i < UNIT_COUNT; i++) {
        Unit unit = (Unit)i;
        int32_t first = date_of(1967, 11, 1).day, last = date_of(1973, 2, 1).day;
        for (int32_t day = first; day < last; day++) {
            Date date = {day}, before = {day - 1};
            bool is_begin = date_period_begin(date, unit).day == day;
            EXPECT_INT(date_period_index(date, unit) - date_period_index(before, unit), is_begin);
            EXPECT_INT(date_period_end(before, unit).day == day - 1, is_begin);
        }
    }
    EXPECT_INT(date_period_index(date_of(1970, 1, 1), UNIT_DAY), 0);
    EXPECT_INT(date_period_index(date_of(2026, 3, 1), UNIT_MONTH), 2026 * 12 + 2);
}

TEST(date_full_years_and_the_leap_day)
{
    EXPECT_INT(date_full_years(parsed("2000-02-29"), parsed("2001-02-28")), 0);
    EXPECT_INT(date_full_years(parsed("2000-02-29"), parsed("2001-03-01")), 1);
    EXPECT_INT(date_full_years(parsed("2000-02-29"), parsed("2004-02-29")), 4);
    EXPECT_INT(date_full_years(parsed("1980-11-22"), parsed("2026-11-21")), 45);
    EXPECT_INT(date_full_years(parsed("1980-11-22"), parsed("2026-11-22")), 46);
    EXPECT_INT(date_full_years(parsed("2026-11-22"), parsed("2026-11-22")), 0);
    EXPECT_INT(date_full_years(parsed("2026-11-22"), parsed("2026-11-21")), -1);
}

TEST(date_parse_iso_is_strict)
{
    static const char *const wrong[] = {
        "",           "2026-3-31",  "2026-03-31 ", " 2026-03-31", "2026/03/31", "31.03.2026",
        "2026-02-29", "2026-13-01", "2026-00-10",  "2026-01-00",  "0000-01-01", "20260331",
        "2026-03-3x", "+026-03-31", "2026-03-31T", "2026-03",     "２026-03-3", "-001-01-01",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Date date = {42};
        if (date_parse_iso(text_of(wrong[i]), &date))
            harness_fail(__FILE__, __LINE__, "took '%s' for a date", wrong[i]);
        EXPECT_INT(date.day, 42);
    }
    EXPECT_INT(parsed("2026-03-31").day, date_of(2026, 3, 31).day);
    EXPECT_INT(parsed("0001-01-01").day, DATE_DAY_MIN);
    EXPECT_INT(parsed("9999-12-31").day, DATE_DAY_MAX);
}

TEST(moment_parse_iso_is_strict)
{
    static const char *const wrong[] = {
        "2026-03-31",           "2026-03-31T",       "2026-03-31T14",    "2026-03-31T14:3",
        "2026-03-31 14:30",     "2026-03-31T24:00",  "2026-03-31T14:60", "2026-03-31T14:30:60",
        "2026-03-31T14:30:5",   "2026-03-31T14:30Z", "2026-03-31t14:30", "2026-02-30T14:30",
        "2026-03-31T14:30:05.", "2026-03-31T14:30:", "2026-03-31T-1:30",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Moment moment = {42};
        if (moment_parse_iso(text_of(wrong[i]), &moment))
            harness_fail(__FILE__, __LINE__, "took '%s' for a moment", wrong[i]);
        EXPECT_INT(moment.second, 42);
    }
    Moment moment;
    REQUIRE(moment_parse_iso(TEXT("1970-01-02T00:01"), &moment));
    EXPECT_INT(moment.second, 86460);
    REQUIRE(moment_parse_iso(TEXT("2026-03-31T14:30:05"), &moment));
    EXPECT_INT(moment_hour(moment), 14);
    EXPECT_INT(moment_second_of_day(moment), 14 * 3600 + 30 * 60 + 5);
}

TEST(moment_before_1970_floors_to_its_day)
{
    Moment moment = {-1};
    EXPECT_DATE(moment_date(moment), "1969-12-31");
    EXPECT_INT(moment_hour(moment), 23);
    EXPECT_INT(moment_second_of_day(moment), 86399);
    EXPECT_DATE(moment_date((Moment){-86400}), "1969-12-31");
    EXPECT_DATE(moment_date((Moment){-86401}), "1969-12-30");
    EXPECT_INT(moment_of(date_of(1969, 12, 31), 23, 59, 59).second, -1);
}

TEST(dates_and_moments_print_and_parse_alike)
{
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 20000; i++) {
        Date date = {(int32_t)random_between(&random, DATE_DAY_MIN, DATE_DAY_MAX)}, date_back;
        Moment moment = {date.day * INT64_C(86400) + random_between(&random, 0, 86399)};
        Moment moment_back;
        char out[DATE_TEXT_MAX];
        EXPECT(date_parse_iso(date_print_iso(date, out), &date_back) && date_back.day == date.day);
        EXPECT(moment_parse_iso(moment_print_iso(moment, out), &moment_back) &&
               moment_back.second == moment.second);
    }
    char out[DATE_TEXT_MAX];
    EXPECT_TEXT(date_print_dots(parsed("0987-03-01"), out), "01.03.0987");
    EXPECT_TEXT(moment_print_iso(moment_of(parsed("2026-03-31"), 4, 3, 2), out),
                "2026-03-31T04:03:02");
    EXPECT_INT(strlen(out), 19);
}
