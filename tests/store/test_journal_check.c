/* test_journal_check.c -- a check finds every kind of damage planted into what is stored of
 * segments and agreements. */
#include "store/agreements.h"
#include "store/fixture.h"
#include "store/segments.h"

static CustomerSet set_of_ids(uint32_t first, uint32_t last)
{
    CustomerSet set = {0};
    for (uint32_t id = first; id <= last; id++)
        customer_set_add(&set, (CustomerId){id});
    return set;
}

/* One joins at a time, so that wholes are kept now and then. */
static void form(Fixture *fixture, uint32_t segment_id, uint32_t members_count)
{
    CustomerSet joined = set_of_ids(members_count, members_count);
    CustomerSet after = set_of_ids(1, members_count);
    FormingChange change = {true, CAUSE_DATA, &joined};
    FormingWrite write = {.row = {.segment_id = segment_id,
                                  .at = {members_count},
                                  .author = TEXT("anna"),
                                  .version = 1},
                          .changes = &change,
                          .changes_count = 1,
                          .composition = &after};
    uint64_t forming_id;
    EXPECT_OK(store_add_forming(fixture->store, &write, &forming_id, &fixture->err), &fixture->err);
    customer_set_free(&joined);
    customer_set_free(&after);
}

static void fill(Fixture *fixture)
{
    uint32_t id = 0, agreement_id = 0;
    for (unsigned i = 1; i <= 6; i++)
        fixture_add_customer(fixture, arena_printf(fixture->arena, "C%u", i).data, "name");
    SegmentWrite card = {
        .code = TEXT("S1"), .name = TEXT("s"), .card = TEXT("{}"), .author = TEXT("anna")};
    EXPECT_OK(store_add_segment(fixture->store, &card, &id, &fixture->err), &fixture->err);
    for (uint32_t count = 1; count <= 5; count++)
        form(fixture, id, count);
    SegmentMark mark = {.customer = {6}, .kind = MARK_PINNED, .author = TEXT("anna")};
    EXPECT_OK(store_set_mark(fixture->store, id, &mark, &fixture->err), &fixture->err);
    AgreementRow agreement = {
        .code = TEXT("A1"), .name = TEXT("a"), .segment_id = id, .author = TEXT("anna")};
    EXPECT_OK(store_add_agreement(fixture->store, &agreement, &agreement_id, &fixture->err),
              &fixture->err);
}

static Text problems_of(Fixture *fixture)
{
    Text *problems = NULL;
    size_t count = 0;
    EXPECT_OK(store_check(fixture->store, NULL, fixture->arena, &problems, &count, &fixture->err),
              &fixture->err);
    return count > 0 ? problems[0] : TEXT("");
}

static void expect_found(const char *damage, const char *sentence)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    EXPECT_TEXT(problems_of(&fixture), "");
    store_done(&fixture.store);
    fixture_damage(&fixture, damage);
    fixture_reopen(&fixture, STORE_READ);
    Text found = problems_of(&fixture);
    bool is_found = text_contains(found, text_of(sentence));
    EXPECT(is_found);
    if (!is_found) EXPECT_TEXT(found, sentence);
}

TEST(planted_damage_of_the_journal_is_found)
{
    static const char *const damages[][2] = {
        {"UPDATE forming SET members_count = members_count + 1 WHERE id = 3", "does not follow"},
        {"UPDATE forming SET joined_count = 2 WHERE id = 2", "not as many as it says"},
        {"UPDATE forming SET reason = 'whim' WHERE id = 2", "unknown word 'whim'"},
        {"UPDATE forming_change SET cause = 'whim' WHERE forming_id = 2", "unknown cause"},
        {"UPDATE forming_change SET customers_count = 2 WHERE forming_id = 2", "another count"},
        {"UPDATE forming_change SET customers = x'00' WHERE forming_id = 2",
         "stored set of customers is damaged"},
        {"UPDATE forming_change SET customers = (SELECT customers FROM forming_change WHERE "
         "forming_id = 1) WHERE forming_id = 2",
         "a member joined"},
        {"UPDATE forming_change SET is_joining = 0 WHERE forming_id = 4", "left who was out"},
        {"DELETE FROM forming_change WHERE forming_id = 5", "not as many as it says"},
        {"DELETE FROM forming WHERE id = 2; DELETE FROM forming_change WHERE forming_id = 2",
         "does not follow"},
        {"UPDATE forming SET composition = (SELECT customers FROM forming_change WHERE "
         "forming_id = 2) WHERE id = 1",
         "is not the sum of the changes"},
        {"UPDATE forming_change SET sequence = 1000 WHERE forming_id = 5", "beyond its last"},
        {"UPDATE forming_change SET customers_count = 3 WHERE forming_id = 1", "another count"},
        {"DELETE FROM customer WHERE id = 3", "1 members of the segment 's' do not exist"},
    };
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++)
        expect_found(damages[i][0], damages[i][1]);
}

TEST(planted_damage_of_cards_marks_and_agreements_is_found)
{
    static const char *const damages[][2] = {
        {"UPDATE segment SET version = 2", "versions of a segment are not complete"},
        {"DELETE FROM segment_version", "versions of a segment are not complete"},
        {"UPDATE segment_version SET card = 'x'", "versions of a segment are not complete"},
        {"UPDATE segment_mark SET kind = 'loved'", "a mark is of nobody"},
        {"UPDATE segment_mark SET customer_id = 77", "a mark is of nobody"},
        {"UPDATE agreement SET version = 2", "lacks a version"},
        {"UPDATE agreement_version SET status = 'maybe'", "impossible version"},
        {"UPDATE agreement_version SET discount = 10001", "impossible version"},
        {"UPDATE agreement SET segment_id = 55", "refers to nothing"},
    };
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++)
        expect_found(damages[i][0], damages[i][1]);
}
