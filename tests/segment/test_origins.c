/* test_origins.c -- how members came in: by the rule, by hand, by a pin, by undoing; on past days.
 */
#include "base/buffer.h"
#include "segment/company.h"
#include "segment/origins.h"

/* "1 data; 3 hand anna звонил": customers 1 to 5 that the journal names. */
static Text origins(Company *company, const OriginsQuery *wanted)
{
    AUTO(buffer_done) Buffer out = {0};
    Fixture *fixture = &company->fixture;
    const CustomerId customers[] = {{5}, {4}, {3}, {2}, {1}, {0}};
    OriginsQuery query = *wanted;
    Origin *found = NULL;
    query.customers = customers;
    query.count = 6;
    EXPECT_OK(origins_read(fixture->store, &query, fixture->arena, &found, &fixture->err),
              &fixture->err);
    EXPECT(!found[5].is_known);
    for (size_t i = 5; i-- > 0;) {
        if (!found[i].is_known) continue;
        buffer_printf(&out, "%s%u %s", out.size > 0 ? "; " : "", customers[i].value,
                      change_cause_code(found[i].cause));
        if (found[i].reason.size > 0)
            buffer_printf(&out, " %.*s %.*s", TEXT_FORMAT(found[i].author),
                          TEXT_FORMAT(found[i].reason));
    }
    return arena_text(fixture->arena, buffer_view(&out));
}

static Text present(Company *company, uint32_t id)
{
    const OriginsQuery now = {
        .segment_id = id, .is_present = true, .as_of = company->context.today};
    return origins(company, &now);
}

static void edit(Company *company, uint32_t id, HandAct act, uint32_t customer, const char *reason)
{
    CustomerId one = {customer};
    FormingOutcome outcome;
    const HandEdit hand = {.act = act, .customers = &one, .count = 1, .reason = text_of(reason)};
    EXPECT_OK(segment_edit(&company->context, company_segment(company, id), &hand, &outcome,
                           &company->fixture.err),
              &company->fixture.err);
    company_refresh(company);
}

static uint32_t add_moscow(Company *company, FormingMode mode)
{
    SegmentCard card = {.name = TEXT("moscow"), .mode = mode, .rule = TEXT("city = \"Москва\"")};
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Москва");
    return company_add(company, &card);
}

TEST(each_member_has_the_source_through_which_he_came_in_last)
{
    AUTO(company_done) Company *company = company_open(5);
    uint32_t id = add_moscow(company, MODE_MANUAL);
    (void)company_form(company, &id, 1);
    edit(company, id, HAND_ADD, 3, "звонил");
    EXPECT_TEXT(present(company, id), "1 rule; 2 rule; 3 hand anna звонил");
    edit(company, id, HAND_REMOVE, 1, "отказался");
    edit(company, id, HAND_ADD, 1, "передумал");
    EXPECT_TEXT(present(company, id), "1 hand anna передумал; 2 rule; 3 hand anna звонил");
}

TEST(undoing_gives_back_who_had_added_him)
{
    AUTO(company_done) Company *company = company_open(5);
    FormingOutcome outcome;
    uint32_t id = add_moscow(company, MODE_MANUAL);
    (void)company_form(company, &id, 1);
    edit(company, id, HAND_ADD, 3, "звонил");
    (void)company_form(company, &id, 1);
    EXPECT_OK(segment_undo(&company->context, company_segment(company, id), true, &outcome,
                           &company->fixture.err),
              &company->fixture.err);
    EXPECT_TEXT(company_members(company, id), "1 2 3");
    EXPECT_TEXT(present(company, id), "1 rule; 2 rule; 3 hand anna звонил");
}

TEST(whom_a_pin_keeps_is_there_by_hand_while_it_holds)
{
    AUTO(company_done) Company *company = company_open(5);
    uint32_t id = add_moscow(company, MODE_PERIODIC);
    (void)company_form(company, &id, 1);
    edit(company, id, HAND_PIN, 2, "договор");
    EXPECT_TEXT(present(company, id), "1 rule; 2 hand anna договор");
    edit(company, id, HAND_RELEASE, 2, "договор закрыт");
    EXPECT_TEXT(present(company, id), "1 rule; 2 rule");
}

TEST(a_past_day_and_a_forming_know_nothing_of_later_ones)
{
    AUTO(company_done) Company *company = company_open(5);
    uint32_t id = add_moscow(company, MODE_PERIODIC);
    (void)company_form(company, &id, 1);
    OriginsQuery then = {.segment_id = id, .as_of = company->context.today};
    company_pass_days(company, 2);
    company_set_city(company, 1, "Киев");
    (void)company_form(company, &id, 1);
    company_pass_days(company, 1);
    company_set_city(company, 1, "Москва");
    company_set_city(company, 4, "Москва");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(present(company, id), "1 data; 2 rule; 4 data");
    EXPECT_TEXT(origins(company, &then), "1 rule; 2 rule");
    then.as_of = company->context.today;
    then.forming_id = 1;
    EXPECT_TEXT(origins(company, &then), "1 rule; 2 rule");
}
