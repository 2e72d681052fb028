/* test_creation.c -- new customers: put into manual segments, looked at by periodic ones. */
#include "segment/creation.h"

#include "lang/lang.h"
#include "segment/company.h"
#include "segment/settings.h"

#include <stdio.h>

static SegmentCard periodic(const char *name, const char *rule)
{
    return (SegmentCard){.name = text_of(name),
                         .mode = MODE_PERIODIC,
                         .rule = text_of(rule),
                         .checks_on_creation = true};
}

static CreationOutcome *check_new(Company *company, unsigned customer, size_t *ret_count)
{
    CustomerSet created = {0};
    CreationOutcome *outcomes = NULL;
    customer_set_add(&created, (CustomerId){customer});
    company_refresh(company);
    EXPECT_OK(segments_check_new_customers(&company->context, &created, company->fixture.arena,
                                           &outcomes, ret_count, &company->fixture.err),
              &company->fixture.err);
    customer_set_free(&created);
    company_refresh(company);
    return outcomes;
}

TEST(a_check_only_adds_and_only_new_ones)
{
    AUTO(company_done) Company *company = company_open(3);
    company_set_city(company, 1, "Тула");
    SegmentCard card = periodic("T", "city = \"Тула\"");
    uint32_t id = company_add(company, &card);
    company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1");
    company_set_city(company, 1, "Омск"); /* does not fit any more, and stays */
    company_set_city(company, 2, "Тула"); /* fits, but is not new */
    company_set_city(company, 3, "Тула");
    size_t count;
    CreationOutcome *outcomes = check_new(company, 3, &count);
    REQUIRE(count == 1);
    EXPECT_INT(outcomes[0].joined_count, 1);
    EXPECT_TEXT(company_members(company, id), "1 3");
    EXPECT_TEXT(company_last_changes(company, id), "creation +3");
    outcomes = check_new(company, 3, &count);
    EXPECT_INT(outcomes[0].joined_count, 0);
}

TEST(switched_off_nobody_is_taken_in)
{
    AUTO(company_done) Company *company = company_open(2);
    SegmentCard card = periodic("S", "code = \"C2\"");
    uint32_t id = company_add(company, &card);
    SegmentSetting setting;
    CustomerId through;
    size_t count;
    Error *err = &company->fixture.err;
    Store *store = company->fixture.store;
    EXPECT_OK(segment_settings_write(store, TEXT("segmentation"), TEXT("off"), &setting, err), err);
    check_new(company, 2, &count);
    EXPECT_INT(count, 0);
    EXPECT_TEXT(company_members(company, id), "");
    /* switched on again, he is no new one any more */
    EXPECT_OK(creation_checked_through(store, (CustomerId){0}, &through, err), err);
    EXPECT_INT(through.value, 2);
    EXPECT_OK(segment_settings_write(store, TEXT("segmentation"), TEXT("on"), &setting, err), err);
    check_new(company, 2, &count);
    EXPECT_INT(count, 1);
    EXPECT_TEXT(company_members(company, id), "2");
}

TEST(a_segment_that_reads_another_is_asked_after_it)
{
    AUTO(company_done) Company *company = company_open(2);
    SegmentCard first = periodic("Z", "code = \"C2\"");
    uint32_t z = company_add(company, &first);
    SegmentCard second = periodic("A", "member(\"Z\")");
    uint32_t a = company_add(company, &second);
    size_t count;
    check_new(company, 2, &count);
    EXPECT_INT(count, 2);
    EXPECT_TEXT(company_members(company, z), "2");
    EXPECT_TEXT(company_members(company, a), "2");
}

TEST(segments_without_the_flag_or_marked_for_deletion_do_not_look)
{
    AUTO(company_done) Company *company = company_open(1);
    SegmentCard quiet = periodic("quiet", "true");
    quiet.checks_on_creation = false;
    SegmentCard marked = periodic("marked", "true");
    marked.is_marked_for_deletion = true;
    company_add(company, &quiet);
    company_add(company, &marked);
    EXPECT(!creation_is_checked(&company->registry));
    size_t count;
    check_new(company, 1, &count);
    EXPECT_INT(count, 0);
}

TEST(a_rule_that_fails_leaves_the_others)
{
    AUTO(company_done) Company *company = company_open(1);
    SegmentCard broken = periodic("broken", "nobody_knows = 1");
    SegmentCard sound = periodic("sound", "true");
    company_add(company, &broken);
    uint32_t id = company_add(company, &sound);
    size_t count;
    CreationOutcome *outcomes = check_new(company, 1, &count);
    REQUIRE(count == 2);
    EXPECT(outcomes[0].failure.size > 0);
    EXPECT_TEXT(company_members(company, id), "1");
}

TEST(only_manual_segments_are_chosen_for_a_new_customer)
{
    AUTO(company_done) Company *company = company_open(1);
    SegmentCard manual = {.name = TEXT("M"), .mode = MODE_MANUAL};
    SegmentCard other = periodic("P", "true");
    uint32_t id = company_add(company, &manual);
    uint32_t periodic_id = company_add(company, &other);
    CustomerSet created = {0};
    customer_set_add(&created, (CustomerId){1});
    EXPECT_OK(creation_choose(&company->context, company_segment(company, id), &created,
                              &company->fixture.err),
              &company->fixture.err);
    EXPECT_TEXT(company_members(company, id), "1");
    EXPECT_STATUS(creation_choose(&company->context, company_segment(company, periodic_id),
                                  &created, &company->fixture.err),
                  STATUS_CONFLICT, &company->fixture.err);
    customer_set_free(&created);
}

static bool meets_everybody(Company *company, const char *rule)
{
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(company->fixture.arena);
    bool meets = false;
    EXPECT_OK(expression_compile(text_of(rule), &company->catalog, EXPECT_RULE,
                                 company->fixture.arena, &expression, &diagnostics),
              &company->fixture.err);
    EXPECT_OK(
        creation_meets_everybody(&company->context, expression, &meets, &company->fixture.err),
        &company->fixture.err);
    return meets;
}

TEST(rules_that_every_new_customer_meets_are_known)
{
    AUTO(company_done) Company *company = company_open(1);
    EXPECT(meets_everybody(company, "sum(purchase.amount) < 100"));
    EXPECT(meets_everybody(company, "none(purchase, last 30 days)"));
    EXPECT(meets_everybody(company, "city != \"Тула\""));
    EXPECT(!meets_everybody(company, "city = \"Тула\""));
    EXPECT(!meets_everybody(company, "city = \"Тула\" and sum(purchase.amount) < 100"));
    EXPECT(!meets_everybody(company, "top 10 by sum(purchase.amount)"));
}
