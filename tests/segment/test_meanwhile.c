/* test_meanwhile.c -- while members are looked for others write, and what they changed is not
 * published over. */
#include "segment/company.h"
#include "segment/due.h"
#include "segment/sql_rule.h"

/* What somebody else does once, in the middle of looking for members. */
typedef struct Other Other;
struct Other {
    Company *company;
    void (*act)(Other *other);
    uint32_t segment;
    FormingContext context; /* his, over a store of his own */
    Status opened;
    bool is_done;
};

/* Goes on as long as somebody may want to look at how far it is. */
#define LONG_QUERY                                                                     \
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) " \
    "SELECT code FROM customer WHERE city = 'Москва' AND (SELECT count(*) FROM n) = 60000"

static bool act_once(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step, (void)done, (void)total;
    Other *other = context;
    Store *store = NULL;
    Error err;
    if (other->is_done) return true;
    other->is_done = true;
    other->opened = store_open_waiting(other->company->fixture.path, STORE_WRITE, 0, &store, &err);
    if (other->opened != STATUS_OK) return true;
    other->context = other->company->context;
    other->context.store = store;
    other->context.progress = NULL;
    other->act(other);
    store_close(store);
    return true;
}

/* Whoever looks for members tells how far he is when it takes long enough: when he was too fast to
 * tell anything, once more. */
static FormingOutcome form_beside(Other *other, const uint32_t *ids, size_t count)
{
    const Progress progress = {act_once, other};
    Company *company = other->company;
    company->context.progress = &progress;
    FormingOutcome outcome = {0};
    for (int tries = 0; !other->is_done && tries < 1000; tries++)
        outcome = company_form(company, ids, count);
    company->context.progress = NULL;
    EXPECT(other->is_done);
    EXPECT_OK(other->opened, NULL); /* the lock was free */
    return outcome;
}

static Company *open_moscow(void)
{
    Company *company = company_open(4);
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Москва");
    return company;
}

static uint32_t add_slow(Company *company, FormingMode mode)
{
    SegmentCard card = {.name = TEXT("slow"), .mode = mode, .sql = TEXT(LONG_QUERY)};
    return company_add(company, &card);
}

static void expect_refused(Company *company, const FormingOutcome *outcome, const char *members)
{
    EXPECT(!outcome->is_formed);
    EXPECT(text_contains(outcome->failure, TEXT("form it again")));
    EXPECT_TEXT(company_members(company, outcome->segment->id), members);
    EXPECT_INT(company_segment(company, outcome->segment->id)->failure.size, 0);
    fixture_expect_sound(&company->fixture);
}

/* ---- what does not matter ---- */

static void move_third(Other *other)
{
    WriteResult result;
    Fixture fixture = other->company->fixture;
    fixture.store = other->context.store;
    EXPECT_OK(
        fixture_set(&fixture, "C3", "city", value_text(TEXT("Москва")), WRITE_UPSERT, &result),
        &fixture.err);
}

TEST(others_write_while_a_query_runs_and_are_seen_by_the_next_forming)
{
    AUTO(company_done) Company *company = open_moscow();
    uint32_t id = add_slow(company, MODE_PERIODIC);
    Other other = {.company = company, .act = move_third};
    FormingOutcome outcome = form_beside(&other, &id, 1);
    EXPECT(outcome.is_formed);
    EXPECT_TEXT(company_members(company, id), "1 2");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 2 3");
    EXPECT_TEXT(company_last_changes(company, id), "data +3");
    fixture_expect_sound(&company->fixture);
}

TEST(others_write_while_rules_are_asked)
{
    AUTO(company_done) Company *company = open_moscow();
    SegmentCard card = {
        .name = TEXT("moscow"), .mode = MODE_PERIODIC, .rule = TEXT("city = \"Москва\"")};
    uint32_t id = company_add(company, &card);
    Other other = {.company = company, .act = move_third};
    EXPECT(form_beside(&other, &id, 1).is_formed);
    EXPECT_TEXT(company_members(company, id), "1 2");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 2 3");
}

/* ---- what matters ---- */

static void change_card(Other *other)
{
    SegmentCard card = company_segment(other->company, other->segment)->card;
    card.goal = TEXT("another one");
    SegmentWrite write = {.code = card.code,
                          .name = card.name,
                          .card = card_to_json(&card, other->company->fixture.arena),
                          .at = other->context.now};
    EXPECT_OK(store_change_segment(other->context.store, other->segment, &write, NULL), NULL);
}

static void change_by_hand(Other *other)
{
    FormingOutcome outcome;
    CustomerId fourth = {4};
    HandEdit edit = {.act = HAND_ADD, .customers = &fourth, .count = 1};
    EXPECT_OK(segment_edit(&other->context, company_segment(other->company, other->segment), &edit,
                           &outcome, NULL),
              NULL);
}

static Status erase_second_in(Store *store, Company *company)
{
    EraseAct act;
    return store_erase_customer(store, TEXT("C2"), erasure_at(company->context.now),
                                company->fixture.arena, &act, &company->fixture.err);
}

/* He is gone, but while the snapshot of the forming is open his traces cannot leave the file. */
static void erase_second(Other *other)
{
    EXPECT_INT(erase_second_in(other->context.store, other->company), STATUS_CONFLICT);
}

static void remove_segment(Other *other)
{
    SegmentRemoval removal = {other->segment, other->context.now, TEXT("anna")};
    EXPECT_OK(store_remove_segment(other->context.store, &removal, NULL), NULL);
}

TEST(a_card_that_was_changed_meanwhile_is_not_formed_by_the_old_one)
{
    AUTO(company_done) Company *company = open_moscow();
    uint32_t id = add_slow(company, MODE_PERIODIC);
    Other other = {.company = company, .act = change_card, .segment = id};
    FormingOutcome outcome = form_beside(&other, &id, 1);
    expect_refused(company, &outcome, "");
    EXPECT(company_form(company, &id, 1).is_formed);
    EXPECT_TEXT(company_members(company, id), "1 2");
}

TEST(what_was_done_by_hand_meanwhile_is_kept)
{
    AUTO(company_done) Company *company = open_moscow();
    uint32_t id = add_slow(company, MODE_MANUAL);
    Other other = {.company = company, .act = change_by_hand, .segment = id};
    FormingOutcome outcome = form_beside(&other, &id, 1);
    expect_refused(company, &outcome, "4");
}

TEST(nobody_who_was_erased_meanwhile_becomes_a_member)
{
    AUTO(company_done) Company *company = open_moscow();
    uint32_t id = add_slow(company, MODE_PERIODIC);
    Other other = {.company = company, .act = erase_second, .segment = id};
    FormingOutcome outcome = form_beside(&other, &id, 1);
    fixture_reopen(&company->fixture, STORE_WRITE);
    EXPECT_OK(erase_second_in(company->fixture.store, company), &company->fixture.err);
    company_refresh(company);
    expect_refused(company, &outcome, "");
    EXPECT(company_form(company, &id, 1).is_formed);
    EXPECT_TEXT(company_members(company, id), "1");
}

TEST(a_segment_that_was_removed_meanwhile_stays_removed)
{
    AUTO(company_done) Company *company = open_moscow();
    uint32_t id = add_slow(company, MODE_PERIODIC);
    Other other = {.company = company, .act = remove_segment, .segment = id};
    EXPECT(!form_beside(&other, &id, 1).is_formed);
    EXPECT_INT(company->registry.count, 0);
    fixture_expect_sound(&company->fixture);
}

TEST(who_reads_a_refused_segment_is_refused_and_others_are_published)
{
    AUTO(company_done) Company *company = open_moscow();
    SegmentCard reads = {
        .name = TEXT("reads"), .mode = MODE_PERIODIC, .rule = TEXT("not member(\"slow\")")};
    SegmentCard stands = {
        .name = TEXT("stands"), .mode = MODE_PERIODIC, .rule = TEXT("city is missing")};
    uint32_t ids[3] = {add_slow(company, MODE_PERIODIC)};
    ids[1] = company_add(company, &reads);
    ids[2] = company_add(company, &stands);
    Other other = {.company = company, .act = change_card, .segment = ids[0]};
    FormingOutcome outcome = form_beside(&other, ids, 3);
    expect_refused(company, &outcome, "");
    EXPECT_TEXT(company_members(company, ids[1]), "");
    EXPECT(!company_segment(company, ids[1])->was_attempted);
    EXPECT_TEXT(company_members(company, ids[2]), "3 4");
}

/* ---- asking before ---- */

TEST(hand_edits_made_while_a_query_counts_those_it_would_lose_are_not_lost)
{
    AUTO(company_done) Company *company = open_moscow();
    uint32_t id = add_slow(company, MODE_MANUAL);
    Error *err = &company->fixture.err;
    Other first = {.company = company, .act = change_by_hand, .segment = id};
    HandEdits edits;
    CustomerId third = {3};
    FormingOutcome outcome;
    HandEdit edit = {.act = HAND_ADD, .customers = &third, .count = 1};
    EXPECT_OK(segment_edit(&company->context, company_segment(company, id), &edit, &outcome, err),
              err);
    const Progress progress = {act_once, &first};
    company->context.progress = &progress;
    EXPECT_INT(segment_forming_loses(&company->context, company_segment(company, id), &edits, err),
               STATUS_CONFLICT);
    EXPECT(first.is_done && first.opened == STATUS_OK);
    EXPECT_OK(segment_forming_loses(&company->context, company_segment(company, id), &edits, err),
              err);
    EXPECT_INT(edits.added, 2);
}

TEST(a_schedule_whose_segment_was_changed_meanwhile_is_due_again)
{
    AUTO(company_done) Company *company = open_moscow();
    SegmentCard card = {.name = TEXT("slow"),
                        .mode = MODE_PERIODIC,
                        .sql = TEXT(LONG_QUERY),
                        .schedule = TEXT("0 3 * * *")};
    uint32_t id = company_add(company, &card);
    company_pass_days(company, 1);
    company_refresh(company);
    Other other = {.company = company, .act = change_card, .segment = id};
    const Progress progress = {act_once, &other};
    company->context.progress = &progress;
    DueReport report;
    Error *err = &company->fixture.err;
    EXPECT_OK(segments_run_due(&company->context, company->fixture.arena, &report, err), err);
    EXPECT_INT(report.formed_count, 1);
    EXPECT(!report.formed[0].is_formed);
    EXPECT(report.is_behind);
    company_refresh(company);
    EXPECT_OK(segments_run_due(&company->context, company->fixture.arena, &report, err), err);
    EXPECT_INT(report.formed_count, 1);
    EXPECT(report.formed[0].is_formed);
    EXPECT(!report.is_behind);
    EXPECT_TEXT(company_members(company, id), "1 2");
}
