/* test_agreements.c -- agreements: which can be, which apply on which day, what erasing takes. */
#include "activation/agreements.h"
#include "activation/terms.h"
#include "base/buffer.h"
#include "segment/company.h"
#include "segment/settings.h"

#include <string.h>

static SegmentCard card_of(const char *name, FormingMode mode)
{
    return (SegmentCard){.name = text_of(name), .mode = mode, .rule = TEXT("city = \"Москва\"")};
}

static AgreementRow typical(const char *name, uint32_t segment_id, int32_t priority)
{
    return (AgreementRow){.name = text_of(name),
                          .segment_id = segment_id,
                          .terms = {.price_type = TEXT("опт"),
                                    .has_discount = true,
                                    .discount = 500,
                                    .priority = priority}};
}

static AgreementRow get(Company *company, const char *name)
{
    AgreementRow row = {0};
    Fixture *fixture = &company->fixture;
    EXPECT_OK(agreement_find(fixture->store, text_of(name), fixture->arena, &row, &fixture->err),
              &fixture->err);
    return row;
}

static uint32_t add_active(Company *company, AgreementRow agreement)
{
    uint32_t id = 0;
    Error *err = &company->fixture.err;
    EXPECT_OK(agreement_add(&company->context, agreement, &id, err), err);
    agreement = get(company, arena_cstr(company->fixture.arena, agreement.name));
    EXPECT_OK(agreement_activate(&company->context, agreement, err), err);
    return id;
}

/* "опт:member спец:individual", in order. */
static Text terms_on(Company *company, uint32_t customer, Date as_of, bool wants_all)
{
    AUTO(buffer_done) Buffer out = {0};
    Fixture *fixture = &company->fixture;
    TermsLine *lines = NULL;
    size_t count = 0;
    TermsQuery query = {.registry = &company->registry,
                        .customer = {customer},
                        .as_of = as_of,
                        .wants_all = wants_all};
    EXPECT_OK(
        terms_of_customer(fixture->store, query, fixture->arena, &lines, &count, &fixture->err),
        &fixture->err);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&out, "%s%.*s:%s", i > 0 ? " " : "", TEXT_FORMAT(lines[i].agreement.name),
                      terms_reason_code(lines[i].reason));
    return arena_text(fixture->arena, buffer_view(&out));
}

TEST(terms_begin_and_end_with_membership)
{
    AUTO(company_done) Company *company = company_open(3);
    SegmentCard card = card_of("Москва", MODE_PERIODIC);
    company_set_city(company, 1, "Москва");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    Date first = company->context.today;
    (void)add_active(company, typical("опт", id, 10));
    EXPECT_TEXT(terms_on(company, 1, first, false), "опт:member");
    EXPECT_TEXT(terms_on(company, 2, first, false), "");
    EXPECT_TEXT(terms_on(company, 2, first, true), "опт:never");

    company_pass_days(company, 3);
    company_set_city(company, 1, "Киев");
    (void)company_form(company, &id, 1);
    Date later = company->context.today;
    EXPECT_TEXT(terms_on(company, 1, later, false), "");
    EXPECT_TEXT(terms_on(company, 1, later, true), "опт:left");
    EXPECT_TEXT(terms_on(company, 1, (Date){later.day - 1}, false), "опт:member");
    EXPECT_TEXT(terms_on(company, 1, (Date){first.day - 1}, true), "");
}

TEST(two_that_fit_are_both_shown_by_priority)
{
    AUTO(company_done) Company *company = company_open(2);
    SegmentCard a = card_of("a", MODE_PERIODIC), b = card_of("b", MODE_MANUAL);
    company_set_city(company, 1, "Москва");
    uint32_t ids[] = {company_add(company, &a), company_add(company, &b)};
    (void)company_form(company, ids, 2);
    (void)add_active(company, typical("вторые", ids[0], 20));
    uint32_t base = add_active(company, typical("первые", ids[1], 10));
    AgreementRow own = {.name = TEXT("свои"),
                        .customer = {1},
                        .based_on = base,
                        .terms = {.payment_terms = TEXT("по факту"), .priority = 20}};
    (void)add_active(company, own);
    Date today = company->context.today;
    EXPECT_TEXT(terms_on(company, 1, today, false), "первые:member свои:individual вторые:member");
    EXPECT_TEXT(terms_on(company, 2, today, true), "первые:never вторые:never");

    TermsLine *lines = NULL;
    size_t count = 0;
    Fixture *fixture = &company->fixture;
    EXPECT_OK(terms_of_customer(fixture->store, (TermsQuery){&company->registry, {1}, today, false},
                                fixture->arena, &lines, &count, &fixture->err),
              &fixture->err);
    REQUIRE(count == 3);
    /* what it does not say comes from its base */
    EXPECT_TEXT(lines[1].terms.price_type, "опт");
    EXPECT_INT(lines[1].terms.discount, 500);
    EXPECT_TEXT(lines[1].terms.payment_terms, "по факту");
    Voice voice = {fixture->arena, LANGUAGE_RU};
    EXPECT_TEXT(terms_why(&lines[0], voice), "в сегменте «b» с 31.03.2026");
    EXPECT_TEXT(terms_why(&lines[1], voice), "согласовано с этим клиентом на основе «первые»");
}

TEST(periods_and_versions_are_kept)
{
    AUTO(company_done) Company *company = company_open(1);
    Error *err = &company->fixture.err;
    SegmentCard card = card_of("m", MODE_PERIODIC);
    company_set_city(company, 1, "Москва");
    uint32_t id = company_add(company, &card), agreement_id = 0;
    (void)company_form(company, &id, 1);
    AgreementRow row = typical("весна", id, 1);
    Date today = company->context.today;
    row.terms.has_first_day = row.terms.has_last_day = true;
    row.terms.first_day = (Date){today.day + 1};
    row.terms.last_day = (Date){today.day + 2};
    EXPECT_OK(agreement_add(&company->context, row, &agreement_id, err), err);
    EXPECT_TEXT(terms_on(company, 1, (Date){today.day + 1}, true), "весна:draft");
    EXPECT_OK(agreement_activate(&company->context, get(company, "ВЕСНА"), err), err);
    EXPECT_TEXT(terms_on(company, 1, today, true), "весна:not_yet");
    EXPECT_TEXT(terms_on(company, 1, (Date){today.day + 1}, false), "весна:member");
    EXPECT_TEXT(terms_on(company, 1, (Date){today.day + 2}, false), "весна:member");
    EXPECT_TEXT(terms_on(company, 1, (Date){today.day + 3}, true), "весна:over");
    company_pass_days(company, 1);
    row = get(company, "весна");
    row.terms.discount = 700;
    EXPECT_OK(agreement_change(&company->context, row, err), err);
    company_pass_days(company, 1);
    EXPECT_OK(agreement_close(&company->context, get(company, "весна"), err), err);
    EXPECT_TEXT(terms_on(company, 1, (Date){today.day + 1}, false), "весна:member");
    EXPECT_TEXT(terms_on(company, 1, (Date){today.day + 2}, true), "весна:closed");
    AgreementRow *versions = NULL;
    size_t count = 0;
    EXPECT_OK(store_list_agreement_versions(company->fixture.store, agreement_id,
                                            company->fixture.arena, &versions, &count, err),
              err);
    REQUIRE(count == 4);
    EXPECT(versions[0].terms.discount == 500 && versions[2].terms.discount == 700);
    /* closed is for good */
    EXPECT_STATUS(agreement_change(&company->context, get(company, "весна"), err), STATUS_CONFLICT,
                  err);
    EXPECT_STATUS(agreement_activate(&company->context, get(company, "весна"), err),
                  STATUS_CONFLICT, err);
    row = get(company, "весна");
    EXPECT_STATUS(agreement_remove(&company->context, &row, err), STATUS_CONFLICT, err);
}

TEST(what_no_agreement_can_be)
{
    AUTO(company_done) Company *company = company_open(1);
    Error *err = &company->fixture.err;
    SegmentCard slice = card_of("slice", MODE_DYNAMIC), kept = card_of("kept", MODE_PERIODIC);
    uint32_t dynamic = company_add(company, &slice), periodic = company_add(company, &kept), id = 0;
    EXPECT_STATUS(agreement_add(&company->context, typical("x", dynamic, 1), &id, err),
                  STATUS_CONFLICT, err);
    EXPECT(strstr(err->message, "an agreement needs a stored composition") != NULL);
    EXPECT_STATUS(agreement_add(&company->context, typical("x", 99, 1), &id, err), STATUS_NOT_FOUND,
                  err);
    EXPECT_STATUS(agreement_add(&company->context, typical(" ", periodic, 1), &id, err),
                  STATUS_INVALID, err);
    AgreementRow row = typical("x", periodic, 1);
    row.terms.discount = 10001;
    EXPECT_STATUS(agreement_add(&company->context, row, &id, err), STATUS_INVALID, err);
    row = typical("x", periodic, -1);
    EXPECT_STATUS(agreement_add(&company->context, row, &id, err), STATUS_INVALID, err);
    row = typical("x", periodic, 1);
    row.customer = (CustomerId){1};
    EXPECT_STATUS(agreement_add(&company->context, row, &id, err), STATUS_INVALID, err);
    row.segment_id = 0;
    EXPECT_STATUS(agreement_add(&company->context, row, &id, err), STATUS_INVALID, err);
    row.based_on = 7;
    EXPECT_STATUS(agreement_add(&company->context, row, &id, err), STATUS_NOT_FOUND, err);
    row = (AgreementRow){.name = TEXT("silent"), .segment_id = periodic};
    EXPECT_OK(agreement_add(&company->context, row, &id, err), err);
    EXPECT_STATUS(agreement_activate(&company->context, get(company, "silent"), err),
                  STATUS_INVALID, err);
    EXPECT_STATUS(agreement_add(&company->context, row, &id, err), STATUS_CONFLICT, err);
    const SegmentRemoval removal = {.id = periodic};
    /* the segment stays while there are agreements */
    EXPECT_STATUS(store_remove_segment(company->fixture.store, &removal, err), STATUS_CONFLICT,
                  err);
    row = get(company, "silent");
    EXPECT_OK(agreement_remove(&company->context, &row, err), err);
    /* one that is closed goes with it */
    EXPECT_OK(agreement_add(&company->context, typical("old", periodic, 1), &id, err), err);
    EXPECT_OK(agreement_activate(&company->context, get(company, "old"), err), err);
    EXPECT_OK(agreement_close(&company->context, get(company, "old"), err), err);
    EXPECT_OK(store_remove_segment(company->fixture.store, &removal, err), err);
}

TEST(settings_say_which_agreements_are_used)
{
    AUTO(company_done) Company *company = company_open(1);
    Error *err = &company->fixture.err;
    SegmentCard card = card_of("m", MODE_PERIODIC);
    company_set_city(company, 1, "Москва");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    (void)add_active(company, typical("опт", id, 1));
    SegmentSetting setting;
    Store *store = company->fixture.store;
    EXPECT_OK(segment_settings_write(store, TEXT("agreements"), TEXT("individual"), &setting, err),
              err);
    EXPECT_TEXT(terms_on(company, 1, company->context.today, true), "опт:off");
    EXPECT_STATUS(agreement_add(&company->context, typical("x", id, 1), &id, err), STATUS_CONFLICT,
                  err);
    EXPECT_OK(segment_settings_write(store, TEXT("agreements"), TEXT("both"), &setting, err), err);
    EXPECT_TEXT(terms_on(company, 1, company->context.today, false), "опт:member");
    EXPECT_STATUS(segment_settings_write(store, TEXT("agrement"), TEXT("both"), &setting, err),
                  STATUS_NOT_FOUND, err);
    EXPECT_STATUS(segment_settings_write(store, TEXT("size_min"), TEXT("0"), &setting, err),
                  STATUS_INVALID, err);
    EXPECT_STATUS(segment_settings_write(store, TEXT("size_min"), TEXT("3.5"), &setting, err),
                  STATUS_INVALID, err);
    EXPECT_OK(segment_settings_require(store, err), err);
    EXPECT_OK(segment_settings_write(store, TEXT("segmentation"), TEXT("off"), &setting, err), err);
    EXPECT_STATUS(segment_settings_require(store, err), STATUS_CONFLICT, err);
}

TEST(erasing_takes_what_was_agreed_with_him)
{
    AUTO(company_done) Company *company = company_open(2);
    Fixture *fixture = &company->fixture;
    Error *err = &fixture->err;
    SegmentCard card = card_of("m", MODE_PERIODIC);
    uint32_t id = company_add(company, &card);
    uint32_t base = add_active(company, typical("опт", id, 1));
    AgreementRow own = {.name = TEXT("Иванов лично"), .customer = {1}, .based_on = base};
    (void)add_active(company, own);
    ShippingOverride override = {.at = company->context.now,
                                 .author = TEXT("anna"),
                                 .customer = {1},
                                 .reason = TEXT("Иванов обещал"),
                                 .bans = TEXT("долг")};
    uint64_t override_id = 0;
    EXPECT_OK(store_add_shipping_override(fixture->store, &override, &override_id, err), err);
    EraseAct act;
    EXPECT_OK(store_erase_customer(fixture->store, TEXT("C1"), erasure_at(company->context.now),
                                   fixture->arena, &act, err),
              err);
    EXPECT_INT(fixture_number(fixture, "SELECT count(*) FROM agreement"), 1);
    EXPECT_INT(fixture_number(fixture, "SELECT count(*) FROM shipping_override"), 0);
    EXPECT_INT(fixture_number(fixture, "SELECT count(*) FROM agreement_version v LEFT JOIN "
                                       "agreement a ON a.id = v.agreement_id WHERE a.id IS NULL"),
               0);
}
