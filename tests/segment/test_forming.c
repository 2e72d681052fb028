/* test_forming.c -- forming by rule and by hand, and what its users were bitten by elsewhere. */
#include "base/buffer.h"
#include "segment/company.h"
#include "segment/due.h"

static SegmentCard periodic(const char *name, const char *rule)
{
    return (SegmentCard){.name = text_of(name), .mode = MODE_PERIODIC, .rule = text_of(rule)};
}

/* The segment of those from Moscow, as customer 1 is. */
static uint32_t add_moscow(Company *company)
{
    SegmentCard card = periodic("moscow", "city = \"Москва\"");
    company_set_city(company, 1, "Москва");
    return company_add(company, &card);
}

TEST(joining_and_leaving_have_a_cause)
{
    AUTO(company_done) Company *company = company_open(5);
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Москва");
    SegmentCard card = periodic("moscow", "city = \"Москва\"");
    uint32_t id = company_add(company, &card);
    FormingOutcome outcome = company_form(company, &id, 1);
    EXPECT_INT(outcome.joined_count, 2);
    EXPECT_TEXT(company_members(company, id), "1 2");
    EXPECT_TEXT(company_last_changes(company, id), "rule +1 2");

    company_set_city(company, 2, "Киев");
    company_set_city(company, 3, "Москва");
    EXPECT_TEXT(company_members(company, id), "1 2"); /* stored until it is formed again */
    outcome = company_form(company, &id, 1);
    EXPECT_INT(outcome.before_count + outcome.joined_count - outcome.left_count,
               outcome.after_count);
    EXPECT_TEXT(company_last_changes(company, id), "data +3; data -2");

    card.rule = TEXT("city in (\"Москва\", \"Киев\")");
    company_change(company, id, &card);
    company_set_city(company, 4, "Москва");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_last_changes(company, id), "rule +2; data +4");
    EXPECT_TEXT(company_members(company, id), "1 2 3 4");
}

TEST(time_passes_is_a_cause)
{
    AUTO(company_done) Company *company = company_open(2);
    WriteResult result;
    EXPECT_OK(fixture_set(&company->fixture, "C1", "birth_date", value_date(date_of(2000, 4, 2)),
                          WRITE_UPSERT, &result),
              &company->fixture.err);
    SegmentCard card = periodic("adult", "age(birth_date) >= 26");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "");
    company_pass_days(company, 2);
    EXPECT_OK(fixture_set(&company->fixture, "C2", "birth_date", value_date(date_of(1990, 1, 1)),
                          WRITE_UPSERT, &result),
              &company->fixture.err);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_last_changes(company, id), "data +2; time +1");
}

/* What happens after every change of the data. */
static void keep_live(Company *company)
{
    DueReport report;
    Error *err = &company->fixture.err;
    company_refresh(company);
    EXPECT_OK(segments_keep_live(&company->context, company->fixture.arena, &report, err), err);
    company_refresh(company);
}

/* ---- by hand ---- */

static Status edit(Company *company, uint32_t id, HandAct act, uint32_t customer,
                   FormingOutcome *ret_outcome)
{
    CustomerId one = {customer};
    HandEdit hand = {.act = act, .customers = &one, .count = 1, .reason = TEXT("звонил")};
    return segment_edit(&company->context, company_segment(company, id), &hand, ret_outcome,
                        &company->fixture.err);
}

static Status undo(Company *company, uint32_t id, bool is_confirmed, FormingOutcome *ret_outcome)
{
    return segment_undo(&company->context, company_segment(company, id), is_confirmed, ret_outcome,
                        &company->fixture.err);
}

static Status mark_until(Company *company, uint32_t id, HandAct act, uint32_t customer, Date until)
{
    CustomerId one = {customer};
    FormingOutcome ignored;
    HandEdit hand = {.act = act,
                     .customers = &one,
                     .count = 1,
                     .reason = TEXT("до срока"),
                     .has_until = true,
                     .until = until};
    return segment_edit(&company->context, company_segment(company, id), &hand, &ignored,
                        &company->fixture.err);
}

/* "1 pinned why; 4 added why" */
static Text marks_of(Company *company, uint32_t id)
{
    AUTO(buffer_done) Buffer out = {0};
    SegmentMark *marks = NULL;
    size_t count = 0;
    Fixture *fixture = &company->fixture;
    EXPECT_OK(store_list_marks(fixture->store, id, fixture->arena, &marks, &count, &fixture->err),
              &fixture->err);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&out, "%s%u %s %.*s", i > 0 ? "; " : "", marks[i].customer.value,
                      segment_mark_code(marks[i].kind), TEXT_FORMAT(marks[i].reason));
    return arena_text(fixture->arena, buffer_view(&out));
}

/* Customers 1 and 2 live in Moscow. */
static uint32_t add_manual(Company *company, const char *rule)
{
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Москва");
    SegmentCard card = periodic("manual", rule);
    card.mode = MODE_MANUAL;
    return company_add(company, &card);
}

TEST(manual_edits_are_lost_by_forming_and_brought_back_by_undo)
{
    AUTO(company_done) Company *company = company_open(4);
    Error *err = &company->fixture.err;
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Москва");
    SegmentCard card = periodic("manual", "city = \"Москва\"");
    card.mode = MODE_MANUAL;
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    FormingOutcome outcome;
    HandEdits edits;
    EXPECT_OK(edit(company, id, HAND_REMOVE, 1, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_ADD, 4, &outcome), err);
    EXPECT_TEXT(company_members(company, id), "2 4");
    EXPECT_TEXT(company_last_changes(company, id), "hand +4");
    EXPECT_OK(segment_forming_loses(&company->context, company_segment(company, id), &edits, err),
              err);
    EXPECT(edits.added == 1 && edits.removed == 1);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 2");
    EXPECT_TEXT(company_last_changes(company, id), "dropped +1; dropped -4");
    EXPECT_OK(segment_forming_loses(&company->context, company_segment(company, id), &edits, err),
              err);
    EXPECT(edits.added == 0 && edits.removed == 0);
    EXPECT_STATUS(undo(company, id, false, &outcome), STATUS_CONFLICT, err);
    EXPECT_OK(undo(company, id, true, &outcome), err);
    EXPECT_TEXT(company_members(company, id), "2 4");
    /* with who did it and why: the next forming asks again */
    EXPECT_TEXT(marks_of(company, id), "1 removed звонил; 4 added звонил");
    EXPECT_OK(segment_forming_loses(&company->context, company_segment(company, id), &edits, err),
              err);
    EXPECT(edits.added == 1 && edits.removed == 1);
    EXPECT_STATUS(undo(company, id, true, &outcome), STATUS_CONFLICT, err);
}

/* Elsewhere undo took back whatever came last: one hand edit, a pin, an erasure. */
TEST(undo_takes_the_last_forming_back_whatever_came_after)
{
    AUTO(company_done) Company *company = company_open(6);
    Error *err = &company->fixture.err;
    uint32_t id = add_manual(company, "city = \"Москва\"");
    FormingOutcome outcome;
    EXPECT_OK(edit(company, id, HAND_ADD, 3, &outcome), err);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 2");
    EXPECT_OK(edit(company, id, HAND_ADD, 4, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_PIN, 5, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_EXCLUDE, 1, &outcome), err);
    EXPECT_TEXT(company_members(company, id), "2 4 5");
    EXPECT_STATUS(undo(company, id, false, &outcome), STATUS_CONFLICT, err);
    EXPECT(text_contains(text_of(err->message), TEXT("1 added, 0 removed, such as 'C4'")));
    EXPECT_TEXT(company_members(company, id), "2 4 5");
    EXPECT_OK(undo(company, id, true, &outcome), err);
    EXPECT_TEXT(company_members(company, id), "3 5"); /* and who came in by the rule is gone */
    EXPECT_TEXT(marks_of(company, id), "1 excluded звонил; 3 added звонил; 5 pinned звонил");
}

TEST(undo_of_a_periodic_one_keeps_pins_new_customers_and_erasures)
{
    AUTO(company_done) Company *company = company_open(5);
    Error *err = &company->fixture.err;
    uint32_t id = add_moscow(company);
    (void)company_form(company, &id, 1);
    company_set_city(company, 1, "Киев");
    company_set_city(company, 2, "Москва");
    company_set_city(company, 3, "Москва");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "2 3");
    FormingOutcome outcome;
    EXPECT_OK(edit(company, id, HAND_PIN, 4, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_PIN, 3, &outcome), err);
    EXPECT_STATUS(undo(company, id, false, &outcome), STATUS_CONFLICT, err);
    EXPECT_OK(undo(company, id, true, &outcome), err);
    EXPECT_TEXT(company_members(company, id), "1 3 4");
    EXPECT_STATUS(undo(company, id, true, &outcome), STATUS_CONFLICT, err);
}

/* Elsewhere the warning counted what had been typed, not what would be lost. */
TEST(the_warning_counts_who_goes_and_who_comes_back)
{
    AUTO(company_done) Company *company = company_open(5);
    Error *err = &company->fixture.err;
    uint32_t id = add_manual(company, "city = \"Москва\"");
    FormingOutcome outcome;
    HandEdits edits;
    (void)company_form(company, &id, 1);
    EXPECT_OK(edit(company, id, HAND_ADD, 1, &outcome), err); /* in already */
    EXPECT_STATUS(edit(company, id, HAND_REMOVE, 3, &outcome), STATUS_CONFLICT, err); /* not in */
    EXPECT_OK(edit(company, id, HAND_ADD, 4, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_REMOVE, 4, &outcome), err); /* there and back */
    EXPECT_OK(segment_forming_loses(&company->context, company_segment(company, id), &edits, err),
              err);
    EXPECT(edits.added == 0 && edits.removed == 0);
    company_set_city(company, 1, "Киев"); /* in by hand alone from now on */
    company_refresh(company);
    EXPECT_OK(segment_forming_loses(&company->context, company_segment(company, id), &edits, err),
              err);
    EXPECT(edits.added == 1 && edits.removed == 0);
}

/* ---- marks ---- */

TEST(marks_that_hold_refuse_what_would_undo_them)
{
    AUTO(company_done) Company *company = company_open(5);
    Error *err = &company->fixture.err;
    uint32_t id = add_manual(company, "city = \"Москва\"");
    FormingOutcome outcome;
    EXPECT_OK(edit(company, id, HAND_PIN, 3, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_EXCLUDE, 1, &outcome), err);
    EXPECT_STATUS(edit(company, id, HAND_ADD, 1, &outcome), STATUS_CONFLICT, err);
    EXPECT(text_contains(text_of(err->message), TEXT("'C1' is excluded from 'manual'")));
    EXPECT_STATUS(edit(company, id, HAND_PIN, 1, &outcome), STATUS_CONFLICT, err);
    EXPECT_STATUS(edit(company, id, HAND_REMOVE, 3, &outcome), STATUS_CONFLICT, err);
    EXPECT_STATUS(edit(company, id, HAND_EXCLUDE, 3, &outcome), STATUS_CONFLICT, err);
    EXPECT_OK(edit(company, id, HAND_ADD, 3, &outcome), err); /* is in already, and stays pinned */
    EXPECT_STATUS(edit(company, id, HAND_REMOVE, 1, &outcome), STATUS_CONFLICT, err);
    EXPECT_TEXT(marks_of(company, id), "1 excluded звонил; 3 pinned звонил");
    EXPECT_OK(edit(company, id, HAND_RELEASE, 1, &outcome), err);
    fixture_expect_sound(&company->fixture);
    EXPECT_OK(edit(company, id, HAND_ADD, 1, &outcome), err);
    EXPECT_TEXT(company_members(company, id), "1 3");
}

TEST(marks_of_manual_segments_end_with_their_last_day)
{
    AUTO(company_done) Company *company = company_open(8);
    Error *err = &company->fixture.err;
    uint32_t id = add_manual(company, "");
    FormingOutcome outcome;
    Date last = company->context.today;
    EXPECT_OK(edit(company, id, HAND_ADD, 1, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_ADD, 2, &outcome), err);
    EXPECT_OK(mark_until(company, id, HAND_PIN, 2, last), err);     /* was in before */
    EXPECT_OK(mark_until(company, id, HAND_PIN, 3, last), err);     /* comes in through it */
    EXPECT_OK(mark_until(company, id, HAND_EXCLUDE, 1, last), err); /* goes out through it */
    EXPECT_OK(mark_until(company, id, HAND_EXCLUDE, 4, last), err); /* never was in */
    EXPECT_TEXT(company_members(company, id), "2 3");
    DueReport report;
    EXPECT_OK(segments_keep_live(&company->context, company->fixture.arena, &report, err), err);
    EXPECT_INT(report.live_count, 0);
    company_pass_days(company, 1);
    company_refresh(company);
    EXPECT_OK(segments_keep_live(&company->context, company->fixture.arena, &report, err), err);
    EXPECT_INT(report.live_count, 1);
    EXPECT_TEXT(company_members(company, id), "1 2");
    EXPECT_TEXT(company_last_changes(company, id), "expired +1; expired -3");
    EXPECT_TEXT(marks_of(company, id),
                "1 added звонил; 2 added звонил; 3 pinned до срока; 4 excluded до срока");
    EXPECT_OK(segments_run_due(&company->context, company->fixture.arena, &report, err), err);
    EXPECT_INT(report.live_count, 0);
    EXPECT_OK(edit(company, id, HAND_ADD, 4, &outcome), err); /* is over: forbids nothing */
    EXPECT_TEXT(company_members(company, id), "1 2 4");
}

/* A change by hand on the new day comes before anybody looked at what ended. */
TEST(a_mark_that_is_over_ends_with_the_next_change_by_hand)
{
    AUTO(company_done) Company *company = company_open(4);
    Error *err = &company->fixture.err;
    uint32_t id = add_manual(company, "");
    FormingOutcome outcome;
    EXPECT_OK(mark_until(company, id, HAND_PIN, 3, company->context.today), err);
    company_pass_days(company, 3);
    EXPECT_OK(edit(company, id, HAND_ADD, 4, &outcome), err);
    EXPECT_TEXT(company_members(company, id), "4");
    EXPECT_STATUS(mark_until(company, id, HAND_PIN, 2, (Date){company->context.today.day - 1}),
                  STATUS_INVALID, err);
}

TEST(a_pin_waits_for_the_first_forming)
{
    AUTO(company_done) Company *company = company_open(3);
    Error *err = &company->fixture.err;
    uint32_t id = add_moscow(company);
    FormingOutcome outcome;
    EXPECT_OK(edit(company, id, HAND_PIN, 3, &outcome), err);
    EXPECT(outcome.is_waiting && !outcome.is_formed && outcome.after_count == 0);
    EXPECT_INT(fixture_number(&company->fixture, "SELECT count(*) FROM forming"), 0);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 3");
}

TEST(pins_and_exclusions_outlive_forming_until_they_end)
{
    AUTO(company_done) Company *company = company_open(3);
    Error *err = &company->fixture.err;
    uint32_t id = add_moscow(company);
    (void)company_form(company, &id, 1);
    FormingOutcome outcome;
    CustomerId third = {3};
    HandEdit pin = {.act = HAND_PIN,
                    .customers = &third,
                    .count = 1,
                    .reason = TEXT("важный"),
                    .has_until = true,
                    .until = company->context.today};
    EXPECT_OK(segment_edit(&company->context, company_segment(company, id), &pin, &outcome, err),
              err);
    EXPECT_OK(edit(company, id, HAND_EXCLUDE, 1, &outcome), err);
    EXPECT_TEXT(company_members(company, id), "3");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "3");
    company_pass_days(company, 1);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "");
    EXPECT_TEXT(company_last_changes(company, id), "expired -3");
    EXPECT_OK(edit(company, id, HAND_RELEASE, 1, &outcome), err);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1");
    EXPECT_TEXT(company_last_changes(company, id), "released +1");
}

/* What somebody took back is told once, and only where it had decided. */
TEST(a_mark_taken_back_is_why_he_left)
{
    AUTO(company_done) Company *company = company_open(3);
    Error *err = &company->fixture.err;
    uint32_t id = add_moscow(company);
    FormingOutcome outcome;
    EXPECT_OK(edit(company, id, HAND_PIN, 3, &outcome), err);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 3");
    EXPECT_OK(edit(company, id, HAND_RELEASE, 3, &outcome), err);
    EXPECT_STATUS(edit(company, id, HAND_RELEASE, 3, &outcome), STATUS_CONFLICT, err);
    EXPECT_STATUS(edit(company, id, HAND_RELEASE, 2, &outcome), STATUS_CONFLICT, err);
    EXPECT_TEXT(company_members(company, id), "1 3");
    company_set_city(company, 2, "Москва");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 2");
    EXPECT_TEXT(company_last_changes(company, id), "data +2; released -3");
    company_set_city(company, 3, "Москва");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_last_changes(company, id), "data +3");
}

/* A live segment that nobody joined or left has been asked all the same: what was taken back before
 * is not why he leaves later. */
TEST(a_quiet_refresh_forgets_marks_taken_back)
{
    AUTO(company_done) Company *company = company_open(3);
    Error *err = &company->fixture.err;
    company_set_city(company, 1, "Москва");
    SegmentCard card = periodic("moscow", "city = \"Москва\"");
    card.is_live = true;
    uint32_t id = company_add(company, &card);
    FormingOutcome outcome;
    (void)company_form(company, &id, 1);
    EXPECT_OK(edit(company, id, HAND_PIN, 1, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_RELEASE, 1, &outcome), err);
    keep_live(company);
    EXPECT_TEXT(company_members(company, id), "1");
    company_set_city(company, 1, "Киев");
    keep_live(company);
    EXPECT_TEXT(company_members(company, id), "");
    EXPECT_TEXT(company_last_changes(company, id), "data -1");
}

TEST(a_mode_refuses_what_it_does_not_allow)
{
    AUTO(company_done) Company *company = company_open(1);
    Error *err = &company->fixture.err;
    SegmentCard slice = periodic("slice", "vip");
    slice.mode = MODE_DYNAMIC;
    SegmentCard kept = periodic("kept", "vip");
    uint32_t ids[] = {company_add(company, &slice), company_add(company, &kept)};
    FormingOutcome outcome, *outcomes = NULL;
    FormingRequest request = {.segment_ids = ids, .count = 2, .reason = FORMING_FORM};
    EXPECT_STATUS(
        segments_form(&company->context, &request, company->fixture.arena, &outcomes, err),
        STATUS_CONFLICT, err);
    EXPECT_STATUS(edit(company, ids[0], HAND_ADD, 1, &outcome), STATUS_CONFLICT, err);
    EXPECT_STATUS(edit(company, ids[0], HAND_PIN, 1, &outcome), STATUS_CONFLICT, err);
    EXPECT_STATUS(edit(company, ids[1], HAND_ADD, 1, &outcome), STATUS_CONFLICT, err);
    EXPECT_TEXT(company_members(company, ids[1]), "");
}

/* ---- several in one run ---- */

/* Elsewhere the order of the alphabet decided, and the second run gave another answer. */
TEST(a_segment_of_segments_is_right_at_the_first_run)
{
    AUTO(company_done) Company *company = company_open(4);
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Киев");
    SegmentCard base = periodic("z base", "city = \"Москва\"");
    uint32_t ids[3];
    ids[2] = company_add(company, &base);
    SegmentCard rest = periodic("a rest", "not member(\"z base\") and city is not missing");
    ids[0] = company_add(company, &rest);
    SegmentCard both = periodic("m both", "member(\"z base\") or member(\"a rest\")");
    ids[1] = company_add(company, &both);
    (void)company_form(company, ids, 3);
    EXPECT_TEXT(company_members(company, ids[2]), "1");
    EXPECT_TEXT(company_members(company, ids[0]), "2");
    EXPECT_TEXT(company_members(company, ids[1]), "1 2");
    company_set_city(company, 1, "Киев");
    (void)company_form(company, ids, 3);
    EXPECT_TEXT(company_members(company, ids[0]), "1 2");
    EXPECT_TEXT(company_members(company, ids[1]), "1 2");
}

/* Elsewhere a circle ended the whole run, and all segments after it were not updated. */
TEST(a_circle_fails_alone)
{
    AUTO(company_done) Company *company = company_open(2);
    company_set_city(company, 1, "Москва");
    SegmentCard first = periodic("first", "vip");
    SegmentCard second = periodic("second", "not member(\"first\")");
    SegmentCard other = periodic("other", "city = \"Москва\"");
    uint32_t ids[] = {company_add(company, &first), company_add(company, &second),
                      company_add(company, &other)};
    first.rule = TEXT("not member(\"second\")");
    company_change(company, ids[0], &first);
    FormingOutcome outcome = company_form(company, ids, 3);
    EXPECT(!outcome.is_formed && outcome.failure.size > 0);
    EXPECT_TEXT(company_members(company, ids[2]), "1");
    EXPECT(company_segment(company, ids[1])->failure.size > 0);
    EXPECT(company_segment(company, ids[2])->failure.size == 0);
}

TEST(a_failing_rule_keeps_the_last_good_composition)
{
    AUTO(company_done) Company *company = company_open(2);
    company_set_city(company, 1, "Москва");
    SegmentCard big = periodic("big", "income * income > 0 or city = \"Москва\"");
    SegmentCard other = periodic("other", "city = \"Москва\"");
    uint32_t ids[] = {company_add(company, &big), company_add(company, &other)};
    (void)company_form(company, ids, 2);
    EXPECT_TEXT(company_members(company, ids[0]), "1");
    WriteResult result;
    EXPECT_OK(fixture_set(&company->fixture, "C2", "income",
                          value_decimal(INT64_C(999999999999999999)), WRITE_UPSERT, &result),
              &company->fixture.err);
    company_set_city(company, 1, "Киев");
    company_set_city(company, 2, "Москва");
    FormingOutcome outcome = company_form(company, ids, 2);
    EXPECT(!outcome.is_formed);
    EXPECT(text_contains(outcome.failure, TEXT("C2")));
    EXPECT_TEXT(company_members(company, ids[0]), "1");
    EXPECT_TEXT(company_members(company, ids[1]), "2");
}

TEST(tests_of_a_card_guard_publishing)
{
    static const CardTest tests[] = {{{"C1", 2}, true}, {{"C2", 2}, false}};
    AUTO(company_done) Company *company = company_open(2);
    company_set_city(company, 1, "Москва");
    SegmentCard card = periodic("moscow", "city = \"Москва\"");
    card.tests = tests;
    card.tests_count = 2;
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1");
    company_set_city(company, 2, "Москва");
    FormingOutcome outcome = company_form(company, &id, 1);
    EXPECT(!outcome.is_formed);
    EXPECT_TEXT(outcome.failure, "a test does not hold: 'C2' must not be in and is");
    EXPECT_TEXT(company_members(company, id), "1");
}

TEST(tests_of_a_card_guard_changes_by_hand_too)
{
    static const CardTest tests[] = {{{"C1", 2}, true}, {{"C2", 2}, false}, {{"C3", 2}, true}};
    AUTO(company_done) Company *company = company_open(4);
    Error *err = &company->fixture.err;
    SegmentCard card = periodic("kept", "");
    card.mode = MODE_MANUAL;
    card.tests = tests;
    card.tests_count = 3;
    uint32_t id = company_add(company, &card);
    FormingOutcome outcome;
    /* one after the other they come to be where they belong */
    EXPECT_OK(edit(company, id, HAND_ADD, 1, &outcome), err);
    EXPECT_OK(edit(company, id, HAND_ADD, 3, &outcome), err);
    EXPECT_STATUS(edit(company, id, HAND_ADD, 2, &outcome), STATUS_CONFLICT, err);
    EXPECT(text_contains(text_of(err->message), TEXT("'C2' must not be in and is")));
    EXPECT_STATUS(edit(company, id, HAND_PIN, 2, &outcome), STATUS_CONFLICT, err);
    EXPECT_STATUS(edit(company, id, HAND_REMOVE, 3, &outcome), STATUS_CONFLICT, err);
    EXPECT_STATUS(edit(company, id, HAND_EXCLUDE, 1, &outcome), STATUS_CONFLICT, err);
    EXPECT_TEXT(company_members(company, id), "1 3");
    EXPECT_INT(fixture_number(&company->fixture, "SELECT count(*) FROM segment_mark"), 2);
}

TEST(tests_of_a_card_guard_pins_before_the_first_forming)
{
    static const CardTest tests[] = {{{"C2", 2}, false}};
    AUTO(company_done) Company *company = company_open(2);
    SegmentCard card = periodic("moscow", "city = \"Москва\"");
    card.tests = tests;
    card.tests_count = 1;
    uint32_t id = company_add(company, &card);
    FormingOutcome outcome;
    EXPECT_STATUS(edit(company, id, HAND_PIN, 2, &outcome), STATUS_CONFLICT, &company->fixture.err);
    EXPECT_INT(fixture_number(&company->fixture, "SELECT count(*) FROM segment_mark"), 0);
}

/* ---- history in rules ---- */

TEST(rules_read_the_history)
{
    AUTO(company_done) Company *company = company_open(3);
    uint32_t moscow = add_moscow(company);
    (void)company_form(company, &moscow, 1);
    company_pass_days(company, 10);
    company_set_city(company, 1, "Киев");
    company_set_city(company, 2, "Москва");
    (void)company_form(company, &moscow, 1);
    SegmentCard before = periodic("before", "was_member(\"moscow\", 2026-04-01)");
    SegmentCard gone = periodic("gone", "left(\"moscow\", last 1 day)");
    SegmentCard fresh = periodic("fresh", "entered(\"moscow\", last 5 days)");
    SegmentCard ever = periodic("ever", "entered(\"moscow\", last 1 year)");
    uint32_t ids[] = {company_add(company, &before), company_add(company, &gone),
                      company_add(company, &fresh), company_add(company, &ever)};
    (void)company_form(company, ids, 4);
    EXPECT_TEXT(company_members(company, ids[0]), "1");
    EXPECT_TEXT(company_members(company, ids[1]), "1");
    EXPECT_TEXT(company_members(company, ids[2]), "2");
    EXPECT_TEXT(company_members(company, ids[3]), "1 2");
}

/* ---- what users of others were bitten by ---- */

TEST(old_members_leave_when_the_rule_is_another_and_pinned_ones_stay)
{
    AUTO(company_done) Company *company = company_open(4);
    FormingOutcome outcome;
    for (unsigned i = 1; i <= 4; i++)
        company_set_city(company, i, i < 4 ? "Москва" : "Киев");
    SegmentCard card = periodic("S", "city = \"Москва\"");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 2 3");
    EXPECT_OK(edit(company, id, HAND_PIN, 3, &outcome), &company->fixture.err);
    card.rule = TEXT("city = \"Киев\"");
    company_change(company, id, &card);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "3 4");
    EXPECT_TEXT(company_last_changes(company, id), "rule +4; rule -1 2");
}

TEST(a_diamond_is_no_circle)
{
    AUTO(company_done) Company *company = company_open(3);
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Киев");
    SegmentCard bottom = periodic("bottom", "city is not missing");
    SegmentCard left = periodic("left", "member(\"bottom\") and city = \"Москва\"");
    SegmentCard right = periodic("right", "member(\"bottom\") and city = \"Киев\"");
    SegmentCard top = periodic("top", "member(\"left\") or member(\"right\")");
    uint32_t ids[4];
    ids[3] = company_add(company, &bottom);
    ids[2] = company_add(company, &left);
    ids[1] = company_add(company, &right);
    ids[0] = company_add(company, &top);
    (void)company_form(company, ids, 4);
    EXPECT_TEXT(company_members(company, ids[0]), "1 2");
}

static bool stop_at_once(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)context, (void)step, (void)done, (void)total;
    return false;
}

TEST(a_cancelled_forming_leaves_the_last_generation)
{
    AUTO(company_done) Company *company = company_open(3);
    Error *err = &company->fixture.err;
    company_set_city(company, 1, "Москва");
    SegmentCard a = periodic("a", "city = \"Москва\"");
    SegmentCard b = periodic("b", "not member(\"a\")");
    uint32_t ids[2] = {company_add(company, &a), company_add(company, &b)};
    (void)company_form(company, ids, 2);
    company_set_city(company, 2, "Москва");
    Progress progress = {stop_at_once, NULL};
    company->context.progress = &progress;
    FormingOutcome *outcomes = NULL;
    FormingRequest request = {.segment_ids = ids, .count = 2, .reason = FORMING_FORM};
    EXPECT_STATUS(
        segments_form(&company->context, &request, company->fixture.arena, &outcomes, err),
        STATUS_CANCELLED, err);
    company->context.progress = NULL;
    EXPECT_TEXT(company_members(company, ids[0]), "1");
    EXPECT_TEXT(company_members(company, ids[1]), "2 3");
    EXPECT_INT(fixture_number(&company->fixture, "SELECT count(*) FROM forming"), 2);
}
