/* test_definition.c -- cards as people give them; the journal as they read it. */
#include "segment/company.h"

#include "segment/definition.h"
#include "segment/history.h"

static SegmentCard dynamic(const char *name, const char *rule)
{
    return (SegmentCard){.name = text_of(name), .mode = MODE_DYNAMIC, .rule = text_of(rule)};
}

static Status understand(Company *company, const Segment *segment, SegmentCard *card)
{
    CardFindings findings;
    return definition_understand(&company->context, segment, card, company->fixture.arena,
                                 &findings, &company->fixture.err);
}

TEST(a_new_card_is_completed)
{
    AUTO(company_done) Company *company = company_open(1);
    SegmentCard card = dynamic("  Москва ", " city=\"Москва\" ");
    card.folder = TEXT(" A/ B //C ");
    EXPECT_OK(understand(company, NULL, &card), &company->fixture.err);
    EXPECT_TEXT(card.name, "Москва");
    EXPECT_TEXT(card.rule, "city = \"Москва\"");
    EXPECT_TEXT(card.folder, "A / B / C");
    EXPECT_TEXT(card.code, "S1");
    EXPECT_TEXT(card.responsible, "anna");
    EXPECT_INT(card.created.day, company->context.today.day);
    uint32_t id;
    EXPECT_OK(definition_add(&company->context, &card, TEXT(""), &id, &company->fixture.err),
              &company->fixture.err);
    company_refresh(company);
    SegmentCard second = dynamic("S", "vip");
    EXPECT_OK(understand(company, NULL, &second), &company->fixture.err);
    EXPECT_TEXT(second.code, "S2");
    SegmentCard wrong = dynamic("W", "nothing = 1");
    EXPECT_STATUS(understand(company, NULL, &wrong), STATUS_INVALID, &company->fixture.err);
    wrong = dynamic("W", "income + 1");
    EXPECT_STATUS(understand(company, NULL, &wrong), STATUS_INVALID, &company->fixture.err);
    wrong = dynamic("W", "vip");
    wrong.columns = TEXT("city, oops as x");
    EXPECT_STATUS(understand(company, NULL, &wrong), STATUS_INVALID, &company->fixture.err);
}

/* A diamond is no circle; a circle is told with the way that leads round. */
TEST(circles_are_refused_with_the_way)
{
    AUTO(company_done) Company *company = company_open(1);
    SegmentCard base = dynamic("base", "vip");
    SegmentCard left = dynamic("left", "member(\"base\")");
    left.mode = MODE_PERIODIC;
    SegmentCard right = dynamic("right", "member(\"base\")");
    SegmentCard top = dynamic("top", "member(\"left\") and not member(\"right\")");
    uint32_t id = company_add(company, &base);
    (void)company_add(company, &left);
    (void)company_add(company, &right);
    EXPECT_OK(understand(company, NULL, &top), &company->fixture.err);
    (void)company_add(company, &top);
    SegmentCard changed = company_segment(company, id)->card;
    changed.rule = TEXT("city is missing or member(\"top\")");
    EXPECT_STATUS(understand(company, company_segment(company, id), &changed), STATUS_CONFLICT,
                  &company->fixture.err);
    EXPECT(text_contains(text_of(company->fixture.err.message),
                         TEXT("'base' -> 'top' -> 'left' -> 'base'")));
    changed.rule = TEXT("not member(\"base\")");
    EXPECT_STATUS(understand(company, company_segment(company, id), &changed), STATUS_CONFLICT,
                  &company->fixture.err);
    changed.rule = TEXT("not vip");
    EXPECT_OK(understand(company, company_segment(company, id), &changed), &company->fixture.err);
}

static Status understand_rule(Company *company, uint32_t id, const char *rule)
{
    SegmentCard card = company_segment(company, id)->card;
    card.rule = text_of(rule);
    return understand(company, company_segment(company, id), &card);
}

/* "Not in this segment today" would throw all out at one forming, and take all in at the next. */
TEST(own_history_of_this_day_is_a_circle)
{
    AUTO(company_done) Company *company = company_open(1);
    Error *err = &company->fixture.err;
    SegmentCard own = dynamic("own", "vip");
    own.mode = MODE_PERIODIC;
    uint32_t id = company_add(company, &own);
    SegmentCard other = dynamic("other", "not member(\"own\")");
    other.mode = MODE_PERIODIC;
    (void)company_add(company, &other);
    const char *circles[] = {
        "not was_member(\"own\", 2026-03-31)", "not was_member(\"own\", 2026-04-01)",
        "not entered(\"own\", last 30 days)",  "not left(\"own\", from 2026-01-01 to 2026-12-31)",
        "not left(\"own\", since 2026-01-01)", "not was_member(\"other\", 2026-03-31)"};
    for (size_t i = 0; i < sizeof(circles) / sizeof(circles[0]); i++)
        EXPECT_STATUS(understand_rule(company, id, circles[i]), STATUS_CONFLICT, err);
    EXPECT(text_contains(text_of(err->message), TEXT("'own' -> 'other' -> 'own'")));
    const char *stable[] = {
        "not was_member(\"own\", 2026-03-30)", "not left(\"own\", previous month)",
        "not left(\"own\", last 1 year shifted back 1 day)",
        "not entered(\"own\", before 2026-03-31)", "not was_member(\"other\", 2026-03-30)"};
    for (size_t i = 0; i < sizeof(stable) / sizeof(stable[0]); i++)
        EXPECT_OK(understand_rule(company, id, stable[i]), err);
}

TEST(own_history_of_days_that_are_over_forms_the_same_twice)
{
    AUTO(company_done) Company *company = company_open(2);
    SegmentCard own = dynamic("own", "city is missing");
    own.mode = MODE_PERIODIC;
    uint32_t id = company_add(company, &own);
    company_set_city(company, 2, "Тула");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1");
    company_pass_days(company, 1);
    SegmentCard changed = company_segment(company, id)->card;
    changed.rule = TEXT("not was_member(\"own\", 2026-03-31)");
    EXPECT_OK(understand(company, company_segment(company, id), &changed), &company->fixture.err);
    company_change(company, id, &changed);
    for (int times = 0; times < 2; times++) {
        (void)company_form(company, &id, 1);
        EXPECT_TEXT(company_members(company, id), "2");
    }
}

TEST(another_mode_asks_before_it_takes)
{
    AUTO(company_done) Company *company = company_open(3);
    Error *err = &company->fixture.err;
    SegmentCard card = dynamic("kept", "city is missing");
    card.mode = MODE_PERIODIC;
    card.schedule = TEXT("0 2 * * *");
    card.created = company->context.today;
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    SegmentCard changed = company_segment(company, id)->card;
    changed.mode = MODE_MANUAL;
    DefinitionChange change = {.card = &changed, .note = TEXT("why")};
    EXPECT_STATUS(definition_change(&company->context, company_segment(company, id), &change, err),
                  STATUS_CONFLICT, err);
    EXPECT(text_contains(text_of(err->message), TEXT("members: 3, the schedule")));
    EXPECT_TEXT(company_members(company, id), "1 2 3");
    change.is_confirmed = true;
    EXPECT_OK(definition_change(&company->context, company_segment(company, id), &change, err),
              err);
    company_refresh(company);
    EXPECT_TEXT(company_members(company, id), "");
    EXPECT_TEXT(company_last_changes(company, id), "clear -1 2 3");
    EXPECT(company_segment(company, id)->card.schedule.size == 0);
    DefinitionVersion *versions = NULL;
    size_t count = 0;
    EXPECT_OK(definition_history(company->fixture.store, id, company->fixture.arena, &versions,
                                 &count, err),
              err);
    EXPECT(count == 2 && versions[0].differences_count == 2 && versions[1].differences_count == 0);
    EXPECT_TEXT(versions[0].version.note, "why");
}

/* A rule in which only a name changed is the same rule: what the data did is not laid on it. */
TEST(another_name_is_no_other_rule)
{
    AUTO(company_done) Company *company = company_open(2);
    Error *err = &company->fixture.err;
    SegmentCard base = dynamic("base", "city = \"Москва\"");
    uint32_t ids[2] = {company_add(company, &base)};
    SegmentCard card = dynamic("kept", "member(\"base\")");
    card.mode = MODE_PERIODIC;
    card.created = company->context.today;
    ids[1] = company_add(company, &card);
    (void)company_form(company, &ids[1], 1);
    base = company_segment(company, ids[0])->card;
    base.name = TEXT("other");
    company_change(company, ids[0], &base);
    card = company_segment(company, ids[1])->card;
    card.rule = TEXT("member(\"other\")");
    EXPECT_OK(definition_rewrite(&company->context, company_segment(company, ids[1]), &card, err),
              err);
    company_set_city(company, 2, "Москва");
    (void)company_form(company, &ids[1], 1);
    EXPECT_TEXT(company_last_changes(company, ids[1]), "data +2");
}

/* ---- the journal ---- */

TEST(two_days_side_by_side)
{
    AUTO(company_done) Company *company = company_open(4);
    Error *err = &company->fixture.err;
    Date first = company->context.today;
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Москва");
    SegmentCard card = dynamic("moscow", "city = \"Москва\"");
    card.mode = MODE_PERIODIC;
    card.created = first;
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    company_pass_days(company, 10);
    company_set_city(company, 1, "Киев");
    company_set_city(company, 3, "Москва");
    (void)company_form(company, &id, 1);
    Comparison found;
    TwoDays days = {first, company->context.today};
    EXPECT_OK(history_compare(company->fixture.store, id, days, &found, err), err);
    EXPECT(found.stayed == 1 && found.left == 1 && found.joined == 1 && found.outside == 1);
    EXPECT(found.has_jaccard && found.jaccard > 0.333 && found.jaccard < 0.334);
    EXPECT(found.stability_index == 0); /* the shares are the same */
    days.from.day--;                    /* before the first forming: nobody */
    EXPECT_OK(history_compare(company->fixture.store, id, days, &found, err), err);
    EXPECT(found.stayed == 0 && found.joined == 2 && found.jaccard == 0);
    EXPECT(found.stability_index > 0.25);
    SeriesQuery query = {id, {first, company->context.today}, UNIT_MONTH};
    SeriesPoint *points = NULL;
    size_t count = 0;
    EXPECT_OK(
        history_series(company->fixture.store, query, company->fixture.arena, &points, &count, err),
        err);
    EXPECT(count == 2 && points[0].size == 2 && points[0].joined == 2);
    EXPECT(points[1].size == 2 && points[1].joined == 1 && points[1].left == 1);
}

TEST(one_customer_in_the_journal)
{
    AUTO(company_done) Company *company = company_open(2);
    Error *err = &company->fixture.err;
    Arena *arena = company->fixture.arena;
    SegmentCard card = dynamic("kept", "city is missing");
    card.mode = MODE_PERIODIC;
    card.created = company->context.today;
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    company_set_city(company, 2, "Киев");
    (void)company_form(company, &id, 1);
    CustomerHistory history;
    EXPECT_OK(history_of_customer(company->fixture.store, id, TEXT("C2"), arena, &history, err),
              err);
    EXPECT(!history.is_member && history.movements_count == 2);
    EXPECT(history.movements[0].is_joining && !history.movements[1].is_joining);
    EXPECT(history.movements[1].cause == CAUSE_DATA);
    EXPECT_STATUS(history_of_customer(company->fixture.store, id, TEXT("C9"), arena, &history, err),
                  STATUS_NOT_FOUND, err);
    Movement *movements = NULL;
    size_t count = 0;
    EXPECT_OK(history_movements(company->fixture.store, (MovementQuery){id, 0}, arena, &movements,
                                &count, err),
              err);
    EXPECT(count == 1 && text_equal(movements[0].code, TEXT("C2")));
    EXPECT_STATUS(history_movements(company->fixture.store, (MovementQuery){id, 99}, arena,
                                    &movements, &count, err),
                  STATUS_NOT_FOUND, err);
    FeedPage page;
    EXPECT_OK(history_feed(company->fixture.store, (FeedQuery){2, 10}, arena, &page, err), err);
    EXPECT(page.count == 1 && page.lines[0].entry.sequence == 3);
    EXPECT_TEXT(page.lines[0].entry.segment, "kept");
}

static void expect_leaving(Company *company, const FeedEntry *entry, uint32_t customer)
{
    EXPECT(!entry->is_joining && entry->cause == CAUSE_REMOVED);
    EXPECT_INT(entry->customer.value, customer);
    EXPECT_INT(entry->at.second, company->context.now.second);
    EXPECT_TEXT(entry->segment, "gone");
    EXPECT_TEXT(entry->segment_code, "G1");
}

TEST(a_removed_segment_stays_in_the_feed)
{
    AUTO(company_done) Company *company = company_open(2);
    Arena *arena = company->fixture.arena;
    Error *err = &company->fixture.err;
    Store *store = company->fixture.store;
    SegmentCard card = dynamic("gone", "city = \"Киев\"");
    company_set_city(company, 1, "Киев");
    company_set_city(company, 2, "Киев");
    card.mode = MODE_PERIODIC;
    card.code = TEXT("G1");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    EXPECT_OK(definition_remove(&company->context, company_segment(company, id), true, err), err);
    company_refresh(company);
    EXPECT(registry_find(&company->registry, id) == NULL);
    FeedPage page;
    EXPECT_OK(history_feed(store, (FeedQuery){0, 10}, arena, &page, err), err);
    REQUIRE(page.count == 4);
    EXPECT(page.lines[0].entry.is_joining && page.lines[1].entry.is_joining);
    EXPECT_TEXT(page.lines[0].entry.segment, "gone");
    expect_leaving(company, &page.lines[2].entry, 1);
    expect_leaving(company, &page.lines[3].entry, 2);
    Text *problems = NULL;
    size_t count;
    EXPECT_OK(store_check(store, NULL, arena, &problems, &count, err), err);
    EXPECT_INT(count, 0);
    /* code and name are free again, and it cannot be removed twice */
    EXPECT(company_add(company, &card) != id);
    EXPECT_STATUS(store_remove_segment(store, &(SegmentRemoval){.id = id}, err), STATUS_NOT_FOUND,
                  err);
    /* whoever is erased goes out of it as well */
    EraseAct erased;
    EXPECT_OK(store_erase_customer(store, TEXT("C1"), erasure_at(company->context.now), arena,
                                   &erased, err),
              err);
    EXPECT_OK(history_feed(store, (FeedQuery){0, 10}, arena, &page, err), err);
    REQUIRE(page.count == 2);
    EXPECT_INT(page.lines[0].entry.sequence, 2);
    expect_leaving(company, &page.lines[1].entry, 2);
    EXPECT_OK(store_check(store, NULL, arena, &problems, &count, err), err);
    EXPECT_INT(count, 0);
}
