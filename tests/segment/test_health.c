/* test_health.c -- each ailment of segments is found, healthy ones are silent, thresholds count. */
#include "base/buffer.h"
#include "segment/company.h"
#include "segment/health.h"
#include "segment/settings.h"
#include "store/agreements.h"

#include <stdio.h>

static HealthReport examine(Company *company)
{
    HealthReport report = {0};
    Fixture *fixture = &company->fixture;
    company_refresh(company);
    EXPECT_OK(segments_health(&company->context, fixture->arena, &report, &fixture->err),
              &fixture->err);
    return report;
}

/* Codes of the findings of one segment, in order. */
static Text ailments(Company *company, const char *name)
{
    AUTO(buffer_done) Buffer out = {0};
    HealthReport report = examine(company);
    for (size_t i = 0; i < report.findings_count; i++) {
        const HealthFinding *finding = &report.findings[i];
        Text whose = finding->segment != NULL ? finding->segment->card.name : TEXT("");
        if (text_equal(whose, text_of(name)))
            buffer_printf(&out, "%s%s", out.size > 0 ? " " : "", health_code(finding->kind));
    }
    return arena_text(company->fixture.arena, buffer_view(&out));
}

static void set(Company *company, const char *name, const char *value)
{
    SegmentSetting setting;
    EXPECT_OK(segment_settings_write(company->fixture.store, text_of(name), text_of(value),
                                     &setting, &company->fixture.err),
              &company->fixture.err);
}

/* Half of the customers are in Moscow, nobody's city is missing. */
static Company *company_of_ten(void)
{
    Company *company = company_open(10);
    for (unsigned i = 1; i <= 10; i++)
        company_set_city(company, i, i <= 5 ? "Москва" : "Киев");
    set(company, "size_min", "3");
    return company;
}

static SegmentCard healthy(const char *name)
{
    return (SegmentCard){.name = text_of(name),
                         .mode = MODE_PERIODIC,
                         .rule = TEXT("city = \"Москва\""),
                         .goal = TEXT("продать больше"),
                         .schedule = TEXT("0 2 * * *")};
}

static void add_agreement(Company *company, uint32_t segment_id)
{
    uint32_t id = 0;
    AgreementRow agreement = {.code = TEXT("A1"),
                              .name = TEXT("опт"),
                              .segment_id = segment_id,
                              .at = company->context.now,
                              .terms = {.status = AGREEMENT_ACTIVE}};
    EXPECT_OK(store_add_agreement(company->fixture.store, &agreement, &id, &company->fixture.err),
              &company->fixture.err);
}

TEST(a_healthy_segment_is_silent)
{
    AUTO(company_done) Company *company = company_of_ten();
    SegmentCard card = healthy("s"), reader = healthy("r");
    reader.rule = TEXT("member(\"s\") and code != \"C1\" and code != \"C2\"");
    uint32_t ids[] = {company_add(company, &card), company_add(company, &reader)};
    (void)company_form(company, ids, 2);
    EXPECT_TEXT(ailments(company, "s"), "");
    EXPECT_TEXT(ailments(company, "r"), "no_use");
    HealthSummary summary = examine(company).summary;
    EXPECT(summary.segments_count == 2 && summary.used_count == 1 && summary.healthy_count == 1);
    EXPECT(summary.in_none == 5 && summary.in_one == 2 && summary.in_several == 3);
    EXPECT(summary.smallest == 3 && summary.largest == 5 && summary.stale_count == 0);
}

TEST(old_and_failing_segments_are_found)
{
    AUTO(company_done) Company *company = company_of_ten();
    SegmentCard card = healthy("s"), never = healthy("n"), off = healthy("o");
    off.is_schedule_off = true;
    uint32_t ids[] = {company_add(company, &card), company_add(company, &off)};
    (void)company_add(company, &never);
    (void)company_form(company, ids, 2);
    company->context.today.day += 7;
    EXPECT_TEXT(ailments(company, "s"), "no_use");
    company->context.today.day += 1;
    EXPECT_TEXT(ailments(company, "s"), "stale no_use");
    EXPECT_TEXT(ailments(company, "o"), "stale no_schedule no_use near_duplicate");
    EXPECT_TEXT(ailments(company, "n"), "never_formed no_use");
    set(company, "stale_days_max", "30");
    card.tests = &(CardTest){TEXT("C9"), true};
    card.tests_count = 1;
    company_change(company, ids[0], &card);
    (void)company_form(company, ids, 1);
    EXPECT_TEXT(ailments(company, "s"), "failing no_use");
    set(company, "segments_max", "2");
    EXPECT_TEXT(ailments(company, ""), "too_many");
}

TEST(sizes_likeness_and_goals_are_judged)
{
    AUTO(company_done) Company *company = company_of_ten();
    SegmentCard big = healthy("big"), twin = healthy("twin"), small = healthy("small");
    SegmentCard none = healthy("none");
    big.rule = TEXT("city in (\"Москва\", \"Киев\")");
    big.goal = TEXT(" ");
    twin.rule = TEXT("code != \"C1\"");
    small.rule = TEXT("code = \"C1\"");
    none.rule = TEXT("code = \"ZZ\"");
    uint32_t ids[] = {company_add(company, &big), company_add(company, &twin),
                      company_add(company, &small), company_add(company, &none)};
    (void)company_form(company, ids, 4);
    EXPECT_TEXT(ailments(company, "big"), "too_general no_goal no_use near_duplicate");
    EXPECT_TEXT(ailments(company, "twin"), "too_general no_use");
    EXPECT_TEXT(ailments(company, "small"), "too_small no_use");
    EXPECT_TEXT(ailments(company, "none"), "empty no_use");
    HealthReport report = examine(company);
    Voice voice = {company->fixture.arena, LANGUAGE_EN};
    for (size_t i = 0; i < report.findings_count; i++)
        if (report.findings[i].kind == HEALTH_NEAR_DUPLICATE)
            EXPECT_TEXT(health_sentence(&report.findings[i], voice),
                        "nearly the same as «twin»: 9 customers in common, 90 %");
    set(company, "general_percent_max", "100");
    set(company, "duplicate_percent_min", "91");
    EXPECT_TEXT(ailments(company, "big"), "no_goal no_use");
}

TEST(of_many_copies_a_few_are_told_of_each_and_each_at_least_once)
{
    enum { COPIES = 12 };
    AUTO(company_done) Company *company = company_of_ten();
    char names[COPIES][8];
    bool is_told[COPIES] = {0};
    uint32_t ids[COPIES];
    size_t told = 0;
    for (int i = 0; i < COPIES; i++) {
        snprintf(names[i], sizeof names[i], "copy%d", i);
        SegmentCard card = healthy(names[i]);
        ids[i] = company_add(company, &card);
    }
    (void)company_form(company, ids, COPIES);
    HealthReport report = examine(company);
    for (size_t i = 0; i < report.findings_count; i++) {
        const HealthFinding *finding = &report.findings[i];
        if (finding->kind != HEALTH_NEAR_DUPLICATE) continue;
        told++;
        for (int k = 0; k < COPIES; k++) {
            Text name = text_of(names[k]);
            if (text_equal(finding->segment->card.name, name) ||
                text_equal(finding->other->card.name, name))
                is_told[k] = true;
        }
    }
    EXPECT(told >= COPIES - 1 && told <= 4 * COPIES);
    for (int k = 0; k < COPIES; k++)
        EXPECT(is_told[k]);
}

TEST(data_and_results_are_judged)
{
    AUTO(company_done) Company *company = company_of_ten();
    SegmentCard card = healthy("s");
    card.rule = TEXT("city = \"Москва\" and (region != \"Юг\" or manager is missing)");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    /* the region is nowhere filled; the manager is asked whether he is missing */
    EXPECT_TEXT(ailments(company, "s"), "incomplete_data no_use");
    set(company, "missing_percent_max", "100");
    add_agreement(company, id);
    EXPECT_TEXT(ailments(company, "s"), "no_results");
    card.rule = TEXT("no_such_property = 1");
    company_change(company, id, &card);
    EXPECT_TEXT(ailments(company, "s"), "broken_rule no_results");
}

TEST(bans_are_not_measured_by_size_and_goal)
{
    AUTO(company_done) Company *company = company_of_ten();
    SegmentCard card = healthy("ban");
    card.kind = SEGMENT_BAN;
    card.rule = TEXT("code = \"ZZ\"");
    card.goal = TEXT("");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(ailments(company, "ban"), "");
}
