/* test_may_ship.c -- shipment bans with reasons and facts; ready-made bans. */
#include "activation/ban_templates.h"
#include "activation/may_ship.h"
#include "segment/company.h"
#include "store/event_writer.h"

#include <string.h>

/* A charge or payment of whole units of money; `due` may be NULL. */
static void settle(Company *company, uint32_t customer, const char *kind, int64_t amount, Date at,
                   const Date *due)
{
    Fixture *fixture = &company->fixture;
    const Stream *stream = schema_find_stream(store_schema(fixture->store), TEXT("settlement"));
    EventWriter *writer = NULL;
    Value values[16] = {0};
    values[SETTLEMENT_KIND] = value_text(text_of(kind));
    values[SETTLEMENT_AMOUNT] = value_decimal(amount * 10000);
    if (due != NULL) values[SETTLEMENT_DUE_DATE] = value_date(*due);
    EventWrite event = {.customer = {customer}, .at = moment_of(at, 9, 0, 0), .values = values};
    EventWriteCounts counts;
    EXPECT_OK(event_writer_open(fixture->store, stream, EVENTS_UPSERT, 0, &writer, &fixture->err),
              &fixture->err);
    EXPECT_OK(event_writer_add(writer, &event, &fixture->err), &fixture->err);
    EXPECT_OK(event_writer_flush(writer, NULL, &counts, &fixture->err), &fixture->err);
    event_writer_close(writer);
}

/* 70000 of customer 1, due so many days ago. */
static void charge(Company *company, int32_t days_overdue)
{
    Date today = company->context.today;
    Date charged = {today.day - 60}, due = {today.day - days_overdue};
    settle(company, 1, "charge", 70000, charged, &due);
}

static ShippingAnswer ask(Company *company, const char *code)
{
    ShippingAnswer answer = {0};
    Fixture *fixture = &company->fixture;
    company_refresh(company);
    EXPECT_OK(
        shipping_answer(&company->context, text_of(code), fixture->arena, &answer, &fixture->err),
        &fixture->err);
    return answer;
}

static SegmentCard template_card(Company *company, BanTemplate template, BanParameters parameters)
{
    SegmentCard card = {0};
    Fixture *fixture = &company->fixture;
    Voice voice = {fixture->arena, LANGUAGE_RU};
    EXPECT_OK(ban_template_card(template, &parameters, store_schema(fixture->store), voice, &card,
                                &fixture->err),
              &fixture->err);
    card.created = company->context.today;
    return card;
}

TEST(overdue_bans_paying_and_forming_frees)
{
    AUTO(company_done) Company *company = company_open(2);
    charge(company, 40);
    SegmentCard card =
        template_card(company, BAN_TEMPLATE_OVERDUE_SUM, (BanParameters){.sum = TEXT("50000")});
    EXPECT_TEXT(card.name, "Просрочка больше 50000");
    EXPECT(card.kind == SEGMENT_BAN && card.mode == MODE_PERIODIC && card.is_live);
    card.is_live = false; /* a live one follows the day by itself */
    uint32_t id = company_add(company, &card);

    ShippingAnswer answer = ask(company, "C1");
    EXPECT(answer.may_ship); /* not formed yet, and it says what comes */
    REQUIRE(answer.bans_count == 1);
    EXPECT(answer.bans[0].last.id == 0 && answer.bans[0].has_holds_today);
    EXPECT(answer.bans[0].holds_today);
    (void)company_form(company, &id, 1);
    answer = ask(company, "C1");
    EXPECT(!answer.may_ship && answer.bans[0].is_in && !answer.bans[0].differs);
    EXPECT_INT(answer.bans[0].since.cause, CAUSE_RULE);
    EXPECT_INT(answer.now.debt, 700000000);
    EXPECT_INT(answer.now.overdue, 700000000);
    EXPECT(answer.now.has_overdue_days && answer.now.overdue_days == 40);
    EXPECT(ask(company, "C2").may_ship);

    /* days pass: what he owed then and now differ */
    company_pass_days(company, 3);
    answer = ask(company, "C1");
    EXPECT(answer.bans[0].differs && answer.now.overdue_days == 43);
    EXPECT_INT(answer.bans[0].then.overdue_days, 40);
    settle(company, 1, "payment", 70000, company->context.today, NULL);
    answer = ask(company, "C1");
    EXPECT(!answer.may_ship && answer.bans[0].has_holds_today && !answer.bans[0].holds_today);
    EXPECT_INT(answer.now.debt, 0);
    (void)company_form(company, &id, 1);
    answer = ask(company, "C1");
    EXPECT(answer.may_ship && !answer.bans[0].is_in);
}

/* A live ban that nobody asked about the new day answers as it would after being asked. */
TEST(a_live_ban_is_true_on_a_new_day)
{
    AUTO(company_done) Company *company = company_open(2);
    charge(company, 10);
    SegmentCard card =
        template_card(company, BAN_TEMPLATE_OVERDUE_DAYS, (BanParameters){.days = TEXT("30")});
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    EXPECT(ask(company, "C1").may_ship);
    company_pass_days(company, 25);
    ShippingAnswer answer = ask(company, "C1");
    REQUIRE(answer.bans_count == 1);
    EXPECT(!answer.may_ship && answer.bans[0].is_in && answer.bans[0].is_by_today);
    EXPECT_INT(answer.bans[0].since.forming.id, 0);
    EXPECT(ask(company, "C2").may_ship && !ask(company, "C2").bans[0].is_by_today);
    (void)company_form(company, &id, 1);
    answer = ask(company, "C1");
    EXPECT(!answer.may_ship && !answer.bans[0].is_by_today);
}

/* The next forming goes by pins and exclusions, and so does what is foretold of it. */
TEST(marks_decide_what_the_next_forming_gives)
{
    AUTO(company_done) Company *company = company_open(3);
    Fixture *fixture = &company->fixture;
    Date today = company->context.today;
    charge(company, 40);
    SegmentCard card =
        template_card(company, BAN_TEMPLATE_OVERDUE_DAYS, (BanParameters){.days = TEXT("30")});
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    CustomerId first = {1}, second = {2};
    HandEdit edits[] = {{.act = HAND_EXCLUDE,
                         .customers = &first,
                         .count = 1,
                         .reason = TEXT("договорились"),
                         .has_until = true,
                         .until = {today.day + 5}},
                        {.act = HAND_PIN, .customers = &second, .count = 1, .reason = TEXT("суд")}};
    FormingOutcome outcome;
    for (size_t i = 0; i < 2; i++)
        EXPECT_OK(segment_edit(&company->context, company_segment(company, id), &edits[i], &outcome,
                               &fixture->err),
                  &fixture->err);
    ShippingAnswer free = ask(company, "C1"), pinned = ask(company, "C2");
    REQUIRE(free.bans_count == 1 && pinned.bans_count == 1);
    EXPECT(free.may_ship && free.bans[0].holds_today);
    EXPECT(free.bans[0].has_forecast && !free.bans[0].will_be_in);
    EXPECT(free.bans[0].has_mark && free.bans[0].mark.kind == MARK_EXCLUDED);
    EXPECT_TEXT(free.bans[0].mark.reason, "договорились");
    EXPECT_INT(free.bans[0].mark.until.day, today.day + 5);
    EXPECT(!pinned.may_ship && pinned.bans[0].has_forecast && pinned.bans[0].will_be_in);
    EXPECT(!pinned.bans[0].holds_today && pinned.bans[0].has_mark);
    EXPECT(!ask(company, "C3").bans[0].has_mark);

    company_pass_days(company, 6); /* the exclusion is over */
    free = ask(company, "C1");
    EXPECT(!free.may_ship && free.bans[0].is_mark_over && free.bans[0].will_be_in);
}

static void edit(Company *company, uint32_t id, HandEdit act)
{
    FormingOutcome outcome;
    Fixture *fixture = &company->fixture;
    company_refresh(company);
    EXPECT_OK(segment_edit(&company->context, company_segment(company, id), &act, &outcome,
                           &fixture->err),
              &fixture->err);
}

/* A periodic ban is not formed anew by the end of a pin: its rule decides until then. */
TEST(a_pin_that_is_over_forbids_nothing)
{
    AUTO(company_done) Company *company = company_open(3);
    SegmentCard card = {.code = TEXT("B"),
                        .name = TEXT("B"),
                        .mode = MODE_PERIODIC,
                        .kind = SEGMENT_BAN,
                        .rule = TEXT("code = \"C2\"")};
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    Date until = {company->context.today.day + 1};
    const CustomerId first = {1}, second = {2};
    HandEdit mark = {.count = 1, .reason = TEXT("r"), .has_until = true, .until = until};
    mark.act = HAND_PIN;
    mark.customers = &first;
    edit(company, id, mark);
    mark.act = HAND_EXCLUDE;
    mark.customers = &second;
    edit(company, id, mark);
    EXPECT(!ask(company, "C1").may_ship && ask(company, "C2").may_ship);
    company->context.today.day += 2;
    company->context.now.second += 2 * 86400;
    ShippingAnswer freed = ask(company, "C1"), caught = ask(company, "C2");
    EXPECT(freed.may_ship && freed.bans[0].is_by_today && freed.bans[0].is_mark_over);
    EXPECT(!caught.may_ship && caught.bans[0].is_by_today);
    EXPECT_TEXT(company_members(company, id), "1"); /* what is stored stays */
    (void)company_form(company, &id, 1);
    freed = ask(company, "C1");
    EXPECT(freed.may_ship && !freed.bans[0].is_by_today);
    EXPECT(!ask(company, "C2").may_ship && ask(company, "C3").may_ship);
}

TEST(shipping_all_the_same_is_kept_with_its_reason)
{
    AUTO(company_done) Company *company = company_open(2);
    Fixture *fixture = &company->fixture;
    Error *err = &fixture->err;
    SegmentCard list =
        template_card(company, BAN_TEMPLATE_STOP_LIST, (BanParameters){.sum = TEXT("")});
    SegmentCard other = list;
    other.name = TEXT("Второй список");
    EXPECT(list.mode == MODE_MANUAL && list.rule.size == 0 && !list.is_live);
    uint32_t ids[] = {company_add(company, &list), company_add(company, &other)};
    CustomerId first = {1};
    HandEdit edit = {.act = HAND_ADD, .customers = &first, .count = 1, .reason = TEXT("не платит")};
    FormingOutcome outcome;
    for (size_t i = 0; i < 2; i++)
        EXPECT_OK(
            segment_edit(&company->context, company_segment(company, ids[i]), &edit, &outcome, err),
            err);
    ShippingAnswer answer = ask(company, "C1");
    REQUIRE(answer.bans_count == 2);
    EXPECT_TEXT(answer.bans[0].since.forming.note, "не платит");
    ShippingException exception = {.order = TEXT("З-17"), .reason = TEXT(" ")};
    uint64_t id = 0;
    EXPECT_STATUS(shipping_allow(&company->context, &answer, &exception, &id, err), STATUS_INVALID,
                  err);
    exception.reason = TEXT("слово директора");
    EXPECT_OK(shipping_allow(&company->context, &answer, &exception, &id, err), err);
    ShippingAnswer free = ask(company, "C2");
    EXPECT_STATUS(shipping_allow(&company->context, &free, &exception, &id, err), STATUS_CONFLICT,
                  err);
    ShippingOverride *overrides = NULL;
    size_t count = 0;
    EXPECT_OK(store_list_shipping_overrides(fixture->store, (ShippingOverrideQuery){{0}, 10},
                                            fixture->arena, &overrides, &count, err),
              err);
    REQUIRE(count == 1);
    EXPECT_TEXT(overrides[0].author, "anna");
    EXPECT_TEXT(overrides[0].order, "З-17");
    EXPECT_TEXT(overrides[0].bans, "Второй список\nСтоп-лист");
}

static void expect_rule(Company *company, BanTemplate template, BanParameters parameters,
                        const char *rule)
{
    EXPECT_TEXT(template_card(company, template, parameters).rule, rule);
}

TEST(ready_made_bans_become_rules)
{
    AUTO(company_done) Company *company = company_open(1);
    Fixture *fixture = &company->fixture;
    const Property properties[] = {
        {.name = TEXT("Есть договор"), .type = PROPERTY_BOOL},
        {.name = TEXT("Договор до"), .type = PROPERTY_DATE},
        {.name = TEXT("Лимит"), .type = PROPERTY_MONEY, .scale = MONEY_SCALE}};
    for (size_t i = 0; i < 3; i++)
        EXPECT_OK(store_add_property(fixture->store, &properties[i], &fixture->err), &fixture->err);
    expect_rule(company, BAN_TEMPLATE_OVERDUE_DAYS, (BanParameters){.days = TEXT("30")},
                "overdue_days(settlement) > 30");
    expect_rule(company, BAN_TEMPLATE_CREDIT_LIMIT, (BanParameters){.property = TEXT("лимит")},
                "debt(settlement) > Лимит");
    expect_rule(company, BAN_TEMPLATE_NO_CONTRACT,
                (BanParameters){.property = TEXT("есть договор")}, "not `Есть договор`");
    expect_rule(company, BAN_TEMPLATE_NO_CONTRACT, (BanParameters){.property = TEXT("Договор до")},
                "`Договор до` is missing or `Договор до` < today");
    expect_rule(company, BAN_TEMPLATE_NO_CONTRACT, (BanParameters){.property = TEXT("city")},
                "city is missing");
}

TEST(what_a_ready_made_ban_lacks_is_told)
{
    AUTO(company_done) Company *company = company_open(1);
    Error *err = &company->fixture.err;
    const Schema *schema = store_schema(company->fixture.store);
    Voice voice = {company->fixture.arena, LANGUAGE_EN};
    const struct {
        BanTemplate template;
        BanParameters parameters;
        Status status;
    } wrong[] = {
        {BAN_TEMPLATE_OVERDUE_SUM, {.sum = TEXT("")}, STATUS_INVALID},
        {BAN_TEMPLATE_OVERDUE_SUM, {.sum = TEXT("1) or (true")}, STATUS_INVALID},
        {BAN_TEMPLATE_OVERDUE_SUM, {.sum = TEXT("-5")}, STATUS_INVALID},
        {BAN_TEMPLATE_OVERDUE_DAYS, {.days = TEXT("2.5")}, STATUS_INVALID},
        {BAN_TEMPLATE_NO_CONTRACT, {.property = TEXT("no such")}, STATUS_NOT_FOUND},
        {BAN_TEMPLATE_CREDIT_LIMIT, {.sum = TEXT("")}, STATUS_INVALID},
        {BAN_TEMPLATE_CREDIT_LIMIT, {.property = TEXT("city")}, STATUS_INVALID},
        {BAN_TEMPLATE_CREDIT_LIMIT, {.sum = TEXT("1"), .property = TEXT("city")}, STATUS_INVALID},
    };
    SegmentCard card;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT_STATUS(
            ban_template_card(wrong[i].template, &wrong[i].parameters, schema, voice, &card, err),
            wrong[i].status, err);
    BanTemplate template;
    EXPECT_STATUS(ban_template_parse(TEXT("overdue"), &template, err), STATUS_NOT_FOUND, err);
    EXPECT(strstr(err->message, "overdue-sum, overdue-days") != NULL);
}
