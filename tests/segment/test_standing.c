/* test_standing.c -- compositions in memory say what the journal says, after every change. */
#include "segment/company.h"
#include "segment/standing.h"

#include "base/random.h"

enum { CUSTOMERS = 12, ROOM_BYTES = 1 << 20 };

static SegmentCard of_city(const char *name, const char *rule)
{
    return (SegmentCard){.name = text_of(name), .mode = MODE_PERIODIC, .rule = text_of(rule)};
}

static void follow(Company *company, Standings *standings)
{
    EXPECT_OK(standings_follow(standings, company->fixture.store, &company->registry,
                               &company->fixture.err),
              &company->fixture.err);
}

/* NULL when it is not that of the store. */
static const Standing *acquire(Company *company, Standings *standings)
{
    const Standing *standing = NULL;
    Error *err = &company->fixture.err;
    EXPECT_OK(standings_acquire(standings, company->fixture.store, &standing, err), err);
    return standing;
}

static StandingKind look(Company *company, const Standing *standing, StandingQuery query,
                         CustomerMove *ret_since)
{
    StandingKind kind = STANDING_UNKNOWN;
    Error *err = &company->fixture.err;
    EXPECT_OK(standing_find(standing, query, company->fixture.arena, &kind, ret_since, err), err);
    return kind;
}

static void expect_as_journal(Company *company, const Standing *standing, StandingQuery query)
{
    Fixture *fixture = &company->fixture;
    CustomerMove since = {0}, journal;
    CustomerMoveQuery asked = {query.segment_id, query.customer, {DATE_DAY_MAX}};
    EXPECT_OK(store_find_last_move(fixture->store, asked, fixture->arena, &journal, &fixture->err),
              &fixture->err);
    StandingKind kind = look(company, standing, query, &since);
    EXPECT_INT(kind, journal.is_joining ? STANDING_IN : STANDING_OUT);
    if (!journal.is_joining) return;
    EXPECT(since.is_joining && since.cause == journal.cause);
    EXPECT(since.forming.id == journal.forming.id);
    EXPECT(since.forming.at.second == journal.forming.at.second);
    EXPECT(text_equal(since.forming.note, journal.forming.note));
    EXPECT(text_equal(since.forming.author, journal.forming.author));
}

static void compare_all(Company *company, Standings *standings)
{
    Fixture *fixture = &company->fixture;
    const Standing *standing = acquire(company, standings);
    REQUIRE(standing != NULL);
    for (size_t i = 0; i < company->registry.count; i++) {
        uint32_t id = company->registry.items[i].id;
        FormingRow last, stored;
        EXPECT(standing_last_forming(standing, id, fixture->arena, &last));
        EXPECT_OK(store_last_forming(fixture->store, id, fixture->arena, &stored, &fixture->err),
                  &fixture->err);
        EXPECT(last.id == stored.id && last.members_count == stored.members_count);
        for (uint32_t customer = 1; customer <= CUSTOMERS + 1; customer++)
            expect_as_journal(company, standing, (StandingQuery){id, {customer}});
    }
    standings_release(standings, standing);
}

/* Longer than the chain of readings, so that it is read anew on the way. */
TEST(memory_says_what_the_journal_says)
{
    enum { STEPS = 90 };
    static const char *const cities[] = {"Москва", "Киев", "Львов"};
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    AUTO(standings_done) Standings *standings = standings_new(ROOM_BYTES);
    Random random = random_seeded(17);
    SegmentCard first = of_city("first", "city = \"Москва\"");
    SegmentCard second = of_city("second", "city in (\"Киев\", \"Москва\")");
    uint32_t ids[] = {company_add(company, &first), company_add(company, &second)};
    company_refresh(company);
    follow(company, standings);
    compare_all(company, standings); /* nothing is formed yet */
    for (unsigned step = 0; step < STEPS; step++) {
        company_set_city(company, 1 + (unsigned)random_below(&random, CUSTOMERS),
                         cities[random_below(&random, 3)]);
        company->context.now.second += 60;
        (void)company_form(company, &ids[step % 2], 1);
        const Standing *behind = acquire(company, standings);
        EXPECT(behind == NULL); /* it is told that somebody formed since */
        standings_release(standings, behind);
        if (step % 3 == 0) continue; /* several formings at once, too */
        follow(company, standings);
        compare_all(company, standings);
    }
}

/* A forming by hand, as the store is given it. */
static void write_forming(Company *company, uint32_t segment_id, const CustomerSet *composition,
                          const CustomerSet *changed, bool is_joining)
{
    Fixture *fixture = &company->fixture;
    const FormingChange change = {is_joining, CAUSE_HAND, changed};
    const FormingWrite forming = {.row = {.segment_id = segment_id, .reason = FORMING_HAND},
                                  .composition = composition,
                                  .changes = &change,
                                  .changes_count = 1};
    uint64_t id;
    company->context.now.second += 60;
    EXPECT_OK(store_add_forming(fixture->store, &forming, &id, &fixture->err), &fixture->err);
}

/* More joins at once than is held of a segment that is read anew: what lies between must not be
 * lost, or he would be told to be in since he came for the first time. */
TEST(a_great_joining_does_not_hide_one_before_it)
{
    enum { GREAT_WORDS = 1300000, GREAT_ROOM_BYTES = 64 << 20 };
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    AUTO(standings_done) Standings *standings = standings_new(GREAT_ROOM_BYTES);
    AUTO(customer_set_free) CustomerSet nobody = {0}, one = {0}, great = {0}, all = {0};
    SegmentCard card = {.name = TEXT("first"), .mode = MODE_MANUAL};
    uint32_t id = company_add(company, &card);
    Random random = random_seeded(5);
    customer_set_add(&one, (CustomerId){5});
    great = customer_set_new((CustomerId){64 * GREAT_WORDS});
    for (size_t i = 1; i < GREAT_WORDS; i++)
        great.words[i] = random_next(&random); /* nothing that could be packed */
    customer_set_unite(&all, &great);
    customer_set_unite(&all, &one);
    write_forming(company, id, &one, &one, true);
    follow(company, standings);
    write_forming(company, id, &nobody, &one, false);
    write_forming(company, id, &one, &one, true);
    write_forming(company, id, &all, &great, true);
    follow(company, standings);
    const Standing *standing = acquire(company, standings);
    REQUIRE(standing != NULL);
    expect_as_journal(company, standing, (StandingQuery){id, {5}});
    expect_as_journal(company, standing, (StandingQuery){id, {6}});
    standings_release(standings, standing);
}

TEST(nothing_is_read_while_nobody_forms)
{
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    AUTO(standings_done) Standings *standings = standings_new(ROOM_BYTES);
    SegmentCard card = of_city("first", "city = \"Москва\"");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    follow(company, standings);
    const Standing *held = acquire(company, standings);
    company_set_city(company, 1, "Москва");
    follow(company, standings);
    const Standing *still = acquire(company, standings);
    EXPECT(held != NULL && held == still);
    standings_release(standings, held);
    standings_release(standings, still);
}

TEST(what_is_held_outlives_what_comes_after_it)
{
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    AUTO(standings_done) Standings *standings = standings_new(ROOM_BYTES);
    SegmentCard card = of_city("first", "city = \"Москва\"");
    company_set_city(company, 1, "Москва");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    follow(company, standings);
    const Standing *held = acquire(company, standings);
    REQUIRE(held != NULL);
    company_set_city(company, 1, "Киев");
    (void)company_form(company, &id, 1);
    follow(company, standings);
    CustomerMove since = {0};
    EXPECT_INT(look(company, held, (StandingQuery){id, {1}}, &since), STANDING_IN);
    standings_release(standings, held);
    const Standing *newer = acquire(company, standings);
    EXPECT_INT(look(company, newer, (StandingQuery){id, {1}}, &since), STANDING_OUT);
    standings_release(standings, newer);
}

TEST(what_has_no_room_and_what_is_gone_is_unknown)
{
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    AUTO(standings_done) Standings *none = standings_new(0);
    AUTO(standings_done) Standings *standings = standings_new(ROOM_BYTES);
    SegmentCard card = of_city("first", "city = \"Москва\"");
    company_set_city(company, 1, "Москва");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    follow(company, none);
    follow(company, standings);
    CustomerMove since = {0};
    const Standing *standing = acquire(company, none);
    EXPECT_INT(look(company, standing, (StandingQuery){id, {1}}, &since), STANDING_UNKNOWN);
    standings_release(none, standing);
    EXPECT_OK(store_remove_segment(company->fixture.store, &(SegmentRemoval){.id = id},
                                   &company->fixture.err),
              &company->fixture.err);
    company_refresh(company);
    follow(company, standings);
    standing = acquire(company, standings);
    EXPECT_INT(look(company, standing, (StandingQuery){id, {1}}, &since), STANDING_UNKNOWN);
    standings_release(standings, standing);
    EXPECT(acquire(company, NULL) == NULL);
}
