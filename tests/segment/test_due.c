/* test_due.c -- schedules, clearing dates, live segments: what forms itself. */
#include "segment/company.h"

#include "segment/due.h"

static void set_clock(Company *company, Date today, int hour, int minute)
{
    company->context.today = today;
    company->context.now = moment_of(today, hour, minute, 0);
}

static DueReport run(Company *company)
{
    DueReport report = {0};
    company_refresh(company);
    EXPECT_OK(
        segments_run_due(&company->context, company->fixture.arena, &report, &company->fixture.err),
        &company->fixture.err);
    company_refresh(company);
    return report;
}

static uint32_t add(Company *company, const char *name, const char *rule, const char *schedule)
{
    SegmentCard card = {.name = text_of(name),
                        .mode = MODE_PERIODIC,
                        .rule = text_of(rule),
                        .schedule = text_of(schedule),
                        .created = company->context.today};
    return company_add(company, &card);
}

TEST(a_missed_run_is_run_once)
{
    AUTO(company_done) Company *company = company_open(1);
    set_clock(company, date_of(2026, 3, 1), 12, 0);
    uint32_t id = add(company, "daily", "city is missing", "0 2 * * *");
    EXPECT_INT(run(company).formed_count, 0); /* made after today's time */
    set_clock(company, date_of(2026, 3, 2), 1, 59);
    EXPECT_INT(run(company).formed_count, 0);
    set_clock(company, date_of(2026, 3, 2), 2, 0);
    EXPECT_INT(run(company).formed_count, 1);
    EXPECT_INT(run(company).formed_count, 0);
    EXPECT_TEXT(company_members(company, id), "1");
    set_clock(company, date_of(2026, 3, 9), 10, 0); /* the computer was off for a week */
    EXPECT_INT(run(company).formed_count, 1);
    EXPECT_INT(run(company).formed_count, 0);
    Moment next;
    EXPECT(due_next_run(company_segment(company, id), company->context.now, &next));
    EXPECT_INT(next.second, moment_of(date_of(2026, 3, 10), 2, 0, 0).second);
}

static void set_schedule(Company *company, uint32_t id, const char *schedule, const char *name)
{
    const Segment *segment = company_segment(company, id);
    SegmentCard card = segment->card;
    card.schedule = text_of(schedule);
    card.name = text_of(name);
    company_change(company, id, &card);
    company_refresh(company);
}

TEST(a_schedule_means_nothing_before_it_was_set)
{
    AUTO(company_done) Company *company = company_open(1);
    set_clock(company, date_of(2026, 3, 1), 12, 0);
    uint32_t id = add(company, "daily", "city is missing", "0 2 * * *");
    set_clock(company, date_of(2026, 3, 2), 2, 0);
    EXPECT_INT(run(company).formed_count, 1);
    set_clock(company, date_of(2026, 3, 2), 12, 0);
    set_schedule(company, id, "0 11 * * *", "daily");
    EXPECT_INT(run(company).formed_count, 0);
    /* another name is no other schedule: what was missed meanwhile is made up for */
    set_clock(company, date_of(2026, 3, 3), 12, 0);
    set_schedule(company, id, "0 11 * * *", "each day");
    EXPECT_INT(run(company).formed_count, 1);
    EXPECT_INT(run(company).formed_count, 0);
}

TEST(a_clock_set_back_does_not_stop_a_schedule)
{
    AUTO(company_done) Company *company = company_open(1);
    set_clock(company, date_of(2026, 3, 31), 12, 0);
    uint32_t id = add(company, "daily", "city is missing", "0 2 * * *");
    (void)company_form(company, &id, 1);
    set_clock(company, date_of(2026, 3, 1), 12, 0);
    Moment next;
    EXPECT(due_next_run(company_segment(company, id), company->context.now, &next));
    EXPECT_INT(next.second, moment_of(date_of(2026, 3, 2), 2, 0, 0).second);
    /* it runs once for what was meant within a day, then by its schedule */
    EXPECT_INT(run(company).formed_count, 1);
    EXPECT_INT(run(company).formed_count, 0);
    set_clock(company, date_of(2026, 3, 2), 2, 0);
    EXPECT_INT(run(company).formed_count, 1);
}

TEST(a_time_that_the_clock_skips_or_repeats_runs_once)
{
    AUTO(company_done) Company *company = company_open(1);
    set_clock(company, date_of(2026, 3, 28), 12, 0);
    (void)add(company, "daily", "city is missing", "30 3 * * *");
    /* Kyiv: after 02:59 comes 04:00 */
    set_clock(company, date_of(2026, 3, 29), 2, 59);
    EXPECT_INT(run(company).formed_count, 0);
    set_clock(company, date_of(2026, 3, 29), 4, 0);
    EXPECT_INT(run(company).formed_count, 1);
    EXPECT_INT(run(company).formed_count, 0);
    /* in autumn after 03:59 comes 03:00 */
    set_clock(company, date_of(2026, 10, 25), 3, 30);
    EXPECT_INT(run(company).formed_count, 1);
    set_clock(company, date_of(2026, 10, 25), 3, 0);
    EXPECT_INT(run(company).formed_count, 0);
    set_clock(company, date_of(2026, 10, 25), 3, 30);
    EXPECT_INT(run(company).formed_count, 0);
    set_clock(company, date_of(2026, 10, 26), 3, 30);
    EXPECT_INT(run(company).formed_count, 1);
}

TEST(a_failing_segment_is_tried_again_at_its_next_time)
{
    AUTO(company_done) Company *company = company_open(1);
    static const CardTest never = {{"C1", 2}, false};
    set_clock(company, date_of(2026, 3, 1), 12, 0);
    SegmentCard card = {.name = TEXT("guarded"),
                        .mode = MODE_PERIODIC,
                        .rule = TEXT("city is missing"),
                        .schedule = TEXT("0 2 * * *"),
                        .created = company->context.today,
                        .tests = &never,
                        .tests_count = 1};
    uint32_t id = company_add(company, &card);
    set_clock(company, date_of(2026, 3, 2), 3, 0);
    DueReport report = run(company);
    EXPECT(report.formed_count == 1 && !report.formed[0].is_formed);
    EXPECT(company_segment(company, id)->failure.size > 0);
    EXPECT_INT(run(company).formed_count, 0);
    set_clock(company, date_of(2026, 3, 3), 3, 0);
    EXPECT_INT(run(company).formed_count, 1);
}

TEST(a_clearing_date_empties_once)
{
    AUTO(company_done) Company *company = company_open(2);
    set_clock(company, date_of(2026, 3, 1), 12, 0);
    SegmentCard card = {.name = TEXT("action"),
                        .mode = MODE_MANUAL,
                        .rule = TEXT("city is missing"),
                        .created = company->context.today,
                        .has_clearing = true,
                        .clearing = date_of(2026, 3, 5)};
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    set_clock(company, date_of(2026, 3, 4), 12, 0);
    EXPECT_INT(run(company).cleared_count, 0);
    EXPECT_TEXT(company_members(company, id), "1 2");
    set_clock(company, date_of(2026, 3, 6), 12, 0);
    EXPECT_INT(run(company).cleared_count, 1);
    EXPECT_TEXT(company_members(company, id), "");
    EXPECT_TEXT(company_last_changes(company, id), "clear -1 2");
    EXPECT(!company_segment(company, id)->card.has_clearing);
    (void)company_form(company, &id, 1); /* may be used again */
    EXPECT_INT(run(company).cleared_count, 0);
    EXPECT_TEXT(company_members(company, id), "1 2");
}

/* A live segment reads a scheduled one: both are true after one run. */
TEST(live_segments_follow_what_they_read)
{
    AUTO(company_done) Company *company = company_open(2);
    set_clock(company, date_of(2026, 3, 1), 12, 0);
    (void)add(company, "nightly", "city = \"Москва\"", "0 2 * * *");
    SegmentCard card = {.name = TEXT("live"),
                        .mode = MODE_PERIODIC,
                        .rule = TEXT("not member(\"nightly\")"),
                        .is_live = true,
                        .created = company->context.today};
    uint32_t live = company_add(company, &card);
    (void)run(company);
    EXPECT_TEXT(company_members(company, live), "1 2");
    company_set_city(company, 2, "Москва");
    (void)run(company);
    EXPECT_TEXT(company_members(company, live), "1 2"); /* the nightly one was not formed yet */
    set_clock(company, date_of(2026, 3, 2), 2, 0);
    (void)run(company);
    EXPECT_TEXT(company_members(company, live), "1");
}
