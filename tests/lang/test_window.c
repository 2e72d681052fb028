/* test_window.c -- windows as concrete days: the sentences of §1 and §4 of the language, one by
 * one, and their laws over every day of six years. */
#include "harness/harness.h"
#include "lang/window.h"

#include <stdio.h>

static const Unit units[] = {UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR};

static Date iso(const char *text)
{
    Date date = {0};
    if (!date_parse_iso(text_of(text), &date)) harness_fail(__FILE__, __LINE__, "date %s", text);
    return date;
}

/* "2026-03-01..2026-03-31", "..2026-03-31", or "empty". */
static void expect_days(int line, const Window *window, const char *as_of, const char *expected)
{
    DaySpan span = window_days(window, iso(as_of));
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX], actual[64];
    Text first_text = span.has_begin ? date_print_iso(span.first, first) : TEXT("");
    Text last_text = date_print_iso(span.last, last);
    if (day_span_is_empty(span))
        snprintf(actual, sizeof actual, "empty");
    else
        snprintf(actual, sizeof actual, "%.*s..%.*s", TEXT_FORMAT(first_text),
                 TEXT_FORMAT(last_text));
    harness_expect_text(__FILE__, line, as_of, text_of(actual), text_of(expected));
}

#define EXPECT_DAYS(window, as_of, expected) expect_days(__LINE__, &(window), as_of, expected)

static Window counted(WindowKind kind, int64_t count, Unit unit)
{
    return (Window){.kind = kind, .count = count, .unit = unit};
}

static Window ago(int64_t near, int64_t far, Unit unit)
{
    return (Window){.kind = WINDOW_BETWEEN_AGO, .count = near, .count_far = far, .unit = unit};
}

static Window dated(WindowKind kind, const char *from, const char *to)
{
    return (Window){.kind = kind, .from = iso(from), .to = iso(to)};
}

static Window shifted(Window window, int64_t count, Unit unit)
{
    window.is_shifted = true;
    window.shift_count = count;
    window.shift_unit = unit;
    return window;
}

TEST(last_days_are_the_as_of_day_and_those_before_it)
{
    Window last_30 = counted(WINDOW_LAST, 30, UNIT_DAY), last_1 = counted(WINDOW_LAST, 1, UNIT_DAY);
    EXPECT_DAYS(last_30, "2026-03-31", "2026-03-02..2026-03-31");
    EXPECT_DAYS(last_1, "2026-03-31", "2026-03-31..2026-03-31");
    Window week = counted(WINDOW_LAST, 1, UNIT_WEEK);
    EXPECT_DAYS(week, "2026-03-31", "2026-03-25..2026-03-31");
}

TEST(last_months_start_the_day_after_the_same_day_clipped)
{
    Window month = counted(WINDOW_LAST, 1, UNIT_MONTH), year = counted(WINDOW_LAST, 1, UNIT_YEAR);
    EXPECT_DAYS(month, "2026-03-31", "2026-03-01..2026-03-31");
    EXPECT_DAYS(month, "2026-03-30", "2026-03-01..2026-03-30");
    EXPECT_DAYS(month, "2026-03-28", "2026-03-01..2026-03-28");
    EXPECT_DAYS(month, "2026-03-27", "2026-02-28..2026-03-27");
    EXPECT_DAYS(month, "2024-03-31", "2024-03-01..2024-03-31");
    EXPECT_DAYS(month, "2024-03-29", "2024-03-01..2024-03-29");
    EXPECT_DAYS(month, "2024-03-28", "2024-02-29..2024-03-28");
    EXPECT_DAYS(month, "2026-05-31", "2026-05-01..2026-05-31");
    EXPECT_DAYS(year, "2026-03-31", "2025-04-01..2026-03-31");
    EXPECT_DAYS(year, "2024-02-29", "2023-03-01..2024-02-29");
    EXPECT_DAYS(year, "2025-02-28", "2024-02-29..2025-02-28");
    Window quarters = counted(WINDOW_LAST, 2, UNIT_QUARTER);
    EXPECT_DAYS(quarters, "2026-08-31", "2026-03-01..2026-08-31");
}

TEST(previous_is_whole_calendar_units_before_the_current_one)
{
    Window month = counted(WINDOW_PREVIOUS, 1, UNIT_MONTH);
    Window months = counted(WINDOW_PREVIOUS, 3, UNIT_MONTH);
    Window week = counted(WINDOW_PREVIOUS, 1, UNIT_WEEK);
    Window quarter = counted(WINDOW_PREVIOUS, 1, UNIT_QUARTER);
    Window year = counted(WINDOW_PREVIOUS, 1, UNIT_YEAR);
    Window day = counted(WINDOW_PREVIOUS, 1, UNIT_DAY);
    EXPECT_DAYS(month, "2026-03-31", "2026-02-01..2026-02-28");
    EXPECT_DAYS(month, "2024-03-01", "2024-02-01..2024-02-29");
    EXPECT_DAYS(months, "2026-01-15", "2025-10-01..2025-12-31");
    EXPECT_DAYS(week, "2026-04-05", "2026-03-23..2026-03-29"); /* a Sunday */
    EXPECT_DAYS(week, "2026-04-06", "2026-03-30..2026-04-05"); /* a Monday */
    EXPECT_DAYS(quarter, "2026-05-15", "2026-01-01..2026-03-31");
    EXPECT_DAYS(year, "2025-01-01", "2024-01-01..2024-12-31");
    EXPECT_DAYS(day, "2026-03-01", "2026-02-28..2026-02-28");
}

TEST(this_goes_from_the_first_day_of_the_unit_to_the_as_of_day)
{
    Window week = counted(WINDOW_THIS, 0, UNIT_WEEK), month = counted(WINDOW_THIS, 0, UNIT_MONTH);
    Window quarter = counted(WINDOW_THIS, 0, UNIT_QUARTER);
    Window year = counted(WINDOW_THIS, 0, UNIT_YEAR), day = counted(WINDOW_THIS, 0, UNIT_DAY);
    EXPECT_DAYS(week, "2026-04-01", "2026-03-30..2026-04-01");
    EXPECT_DAYS(week, "2026-03-30", "2026-03-30..2026-03-30");
    EXPECT_DAYS(month, "2026-03-15", "2026-03-01..2026-03-15");
    EXPECT_DAYS(quarter, "2026-05-15", "2026-04-01..2026-05-15");
    EXPECT_DAYS(year, "2026-05-15", "2026-01-01..2026-05-15");
    EXPECT_DAYS(day, "2026-05-15", "2026-05-15..2026-05-15");
}

TEST(written_dates_include_both_ends_and_are_cut_at_the_as_of_day)
{
    Window march = dated(WINDOW_FROM_TO, "2026-03-01", "2026-03-31");
    EXPECT_DAYS(march, "2026-12-31", "2026-03-01..2026-03-31");
    EXPECT_DAYS(march, "2026-03-10", "2026-03-01..2026-03-10");
    EXPECT_DAYS(march, "2026-02-28", "empty");
    Window since = dated(WINDOW_SINCE, "2026-03-01", "2026-03-01");
    EXPECT_DAYS(since, "2026-03-10", "2026-03-01..2026-03-10");
    EXPECT_DAYS(since, "2026-02-10", "empty");
    Window before = dated(WINDOW_BEFORE, "2026-03-01", "2026-03-01");
    EXPECT_DAYS(before, "2026-03-10", "..2026-02-28");
    EXPECT_DAYS(before, "2026-02-10", "..2026-02-10");
    Window on = dated(WINDOW_ON, "2026-03-01", "2026-03-01");
    EXPECT_DAYS(on, "2026-03-10", "2026-03-01..2026-03-01");
    EXPECT_DAYS(on, "2026-03-01", "2026-03-01..2026-03-01");
    EXPECT_DAYS(on, "2026-02-10", "empty");
    Window all = {.kind = WINDOW_ALL};
    EXPECT_DAYS(all, "2026-02-10", "..2026-02-10");
}

TEST(between_ago_goes_from_the_far_day_to_the_near_one_clipped)
{
    Window days = ago(30, 60, UNIT_DAY), months = ago(1, 2, UNIT_MONTH), none = ago(0, 7, UNIT_DAY);
    EXPECT_DAYS(days, "2026-03-31", "2026-01-30..2026-03-01");
    EXPECT_DAYS(months, "2026-03-31", "2026-01-31..2026-02-28");
    EXPECT_DAYS(months, "2026-04-30", "2026-02-28..2026-03-30");
    EXPECT_DAYS(none, "2026-03-31", "2026-03-24..2026-03-31");
}

TEST(shifted_back_is_the_window_as_of_the_earlier_day)
{
    Window last = counted(WINDOW_LAST, 3, UNIT_MONTH);
    Window earlier = shifted(last, 3, UNIT_MONTH);
    EXPECT_DAYS(last, "2026-03-31", "2026-01-01..2026-03-31");
    EXPECT_DAYS(earlier, "2026-03-31", "2025-10-01..2025-12-31");
    EXPECT_DAYS(last, "2026-05-30", "2026-03-01..2026-05-30");
    EXPECT_DAYS(earlier, "2026-05-30", "2025-11-29..2026-02-28");
    Window month = shifted(counted(WINDOW_PREVIOUS, 1, UNIT_MONTH), 1, UNIT_MONTH);
    EXPECT_DAYS(month, "2026-03-31", "2026-01-01..2026-01-31");
    Window year_ago = shifted(counted(WINDOW_PREVIOUS, 1, UNIT_MONTH), 1, UNIT_YEAR);
    EXPECT_DAYS(year_ago, "2025-03-31", "2024-02-01..2024-02-29");
    /* the current month so far is compared with as many days of the month before */
    Window so_far = shifted(counted(WINDOW_THIS, 0, UNIT_MONTH), 1, UNIT_MONTH);
    EXPECT_DAYS(so_far, "2026-03-15", "2026-02-01..2026-02-15");
    Window all = shifted((Window){.kind = WINDOW_ALL}, 1, UNIT_YEAR);
    EXPECT_DAYS(all, "2024-02-29", "..2023-02-28");
}

TEST(written_dates_move_back_each_clipped)
{
    Window march = shifted(dated(WINDOW_FROM_TO, "2026-03-29", "2026-03-31"), 1, UNIT_MONTH);
    EXPECT_DAYS(march, "2026-12-31", "2026-02-28..2026-02-28");
    Window year = shifted(dated(WINDOW_FROM_TO, "2024-02-29", "2024-12-31"), 1, UNIT_YEAR);
    EXPECT_DAYS(year, "2026-12-31", "2023-02-28..2023-12-31");
    Window on = shifted(dated(WINDOW_ON, "2026-03-31", "2026-03-31"), 1, UNIT_MONTH);
    EXPECT_DAYS(on, "2026-12-31", "2026-02-28..2026-02-28");
    Window since = shifted(dated(WINDOW_SINCE, "2026-03-31", "2026-03-31"), 1, UNIT_MONTH);
    EXPECT_DAYS(since, "2026-12-31", "2026-02-28..2026-11-30");
    Window before = shifted(dated(WINDOW_BEFORE, "2026-03-31", "2026-03-31"), 1, UNIT_MONTH);
    EXPECT_DAYS(before, "2026-12-31", "..2026-02-27");
    /* cut at the as-of day before it moves */
    Window april = shifted(dated(WINDOW_FROM_TO, "2026-04-01", "2026-04-30"), 1, UNIT_MONTH);
    EXPECT_DAYS(april, "2026-04-15", "2026-03-01..2026-03-15");
}

TEST(next_days_are_the_as_of_day_and_those_after_it)
{
    Window week = counted(WINDOW_NEXT, 7, UNIT_DAY);
    DaySpan days = window_next_days(&week, iso("2026-12-28"));
    EXPECT_INT(days.first.day, iso("2026-12-28").day);
    EXPECT_INT(days.last.day, iso("2027-01-03").day);
    Window month = counted(WINDOW_NEXT, 1, UNIT_MONTH);
    days = window_next_days(&month, iso("2026-01-31"));
    EXPECT_INT(days.last.day, iso("2026-02-27").day);
}

TEST(windows_at_the_ends_of_the_calendar_stay_in_it)
{
    Window far = counted(WINDOW_LAST, INT64_MAX, UNIT_YEAR);
    DaySpan span = window_days(&far, iso("2026-03-31"));
    EXPECT(span.first.day >= DATE_DAY_MIN && !day_span_is_empty(span));
    Window back = shifted(counted(WINDOW_THIS, 0, UNIT_YEAR), INT64_MAX, UNIT_YEAR);
    EXPECT_DAYS(back, "2026-03-31", "0001-01-01..0001-01-01");
    Window ahead = counted(WINDOW_NEXT, INT64_MAX, UNIT_YEAR);
    EXPECT(window_next_days(&ahead, iso("2026-03-31")).last.day <= DATE_DAY_MAX);
}

TEST(holds_looks_at_both_ends)
{
    DaySpan march = {true, iso("2026-03-01"), iso("2026-03-31")};
    EXPECT(day_span_holds(march, iso("2026-03-01")) && day_span_holds(march, iso("2026-03-31")));
    EXPECT(!day_span_holds(march, iso("2026-02-28")) && !day_span_holds(march, iso("2026-04-01")));
    DaySpan until = {false, {0}, iso("2026-03-31")};
    EXPECT(day_span_holds(until, iso("0001-01-01")) && !day_span_holds(until, iso("2026-04-01")));
    EXPECT(!day_span_is_empty(until));
    EXPECT(day_span_is_empty((DaySpan){true, iso("2026-03-02"), iso("2026-03-01")}));
}

TEST(only_windows_with_a_first_day_have_a_begin)
{
    for (WindowKind kind = WINDOW_ALL; kind <= WINDOW_BETWEEN_AGO; kind++) {
        Window window = {.kind = kind, .count = 1, .count_far = 1, .unit = UNIT_MONTH};
        EXPECT_INT(window_has_begin(&window), window_days(&window, iso("2026-03-31")).has_begin);
    }
}

TEST(whole_periods_leave_out_those_cut_by_the_ends)
{
    int64_t first, last;
    DaySpan span = {true, iso("2026-01-15"), iso("2026-04-30")};
    day_span_whole_periods(span, UNIT_MONTH, &first, &last);
    EXPECT_INT(first, date_period_index(iso("2026-02-01"), UNIT_MONTH));
    EXPECT_INT(last, date_period_index(iso("2026-04-01"), UNIT_MONTH));
    day_span_whole_periods(span, UNIT_QUARTER, &first, &last);
    EXPECT(first > last);
    day_span_whole_periods(span, UNIT_WEEK, &first, &last);
    EXPECT_INT(first, date_period_index(iso("2026-01-19"), UNIT_WEEK));
    EXPECT_INT(last, date_period_index(iso("2026-04-26"), UNIT_WEEK));
    DaySpan empty = {true, iso("2026-04-01"), iso("2026-03-31")};
    day_span_whole_periods(empty, UNIT_MONTH, &first, &last);
    EXPECT(first > last);
}

/* Whole periods counted day by day: a period is whole when both its ends are inside. */
static int64_t whole_periods_slowly(DaySpan span, Unit unit)
{
    int64_t count = 0;
    for (Date day = span.first; day.day <= span.last.day; day.day++)
        if (date_period_begin(day, unit).day == day.day)
            count += date_period_end(day, unit).day <= span.last.day;
    return count;
}

TEST(laws_hold_on_every_day_of_six_years)
{
    for (Date as_of = iso("2023-01-01"); as_of.day <= iso("2028-12-31").day; as_of.day++) {
        for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
            int64_t count = 1 + as_of.day % 5;
            Window last = counted(WINDOW_LAST, count, units[u]);
            DaySpan now = window_days(&last, as_of);
            Window earlier = shifted(last, count, units[u]);
            DaySpan then = window_days(&earlier, as_of);
            EXPECT_INT(then.last.day, now.first.day - 1);
            EXPECT_INT(now.last.day, as_of.day);

            Window previous = counted(WINDOW_PREVIOUS, count, units[u]);
            DaySpan whole = window_days(&previous, as_of);
            EXPECT_INT(whole.last.day + 1, date_period_begin(as_of, units[u]).day);
            int64_t from, to;
            day_span_whole_periods(whole, units[u], &from, &to);
            EXPECT_INT(to - from + 1, count);
            EXPECT_INT(date_period_begin(whole.first, units[u]).day, whole.first.day);

            DaySpan some = {true, {as_of.day - (int)(count * 29)}, as_of};
            day_span_whole_periods(some, units[u], &from, &to);
            int64_t whole_count = to >= from ? to - from + 1 : 0;
            EXPECT_INT(whole_count, whole_periods_slowly(some, units[u]));
        }
    }
}

/* Cutting at the as-of day and then moving gives the same days as moving and then cutting. */
TEST(cutting_first_and_moving_first_agree)
{
    for (int offset = -40; offset <= 40; offset++) {
        Date as_of = {iso("2024-03-31").day + offset};
        Window march = dated(WINDOW_FROM_TO, "2024-02-27", "2024-03-31");
        DaySpan cut = window_days(&march, as_of);
        Window moved = shifted(march, 1, UNIT_MONTH);
        DaySpan span = window_days(&moved, as_of);
        EXPECT_INT(span.first.day, date_add(cut.first, -1, UNIT_MONTH).day);
        EXPECT_INT(span.last.day, date_add(cut.last, -1, UNIT_MONTH).day);
    }
}
