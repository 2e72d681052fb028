/* test_dismissals.c -- customers who look like one and are not: said, taken back, erased. */
#include "store/dismissals.h"
#include "store/fixture.h"

#include "base/random.h"

enum { CUSTOMERS = 7 };

/* Customers "1", "2", ... of one name; their ids are the same numbers. */
static void fill(Fixture *fixture)
{
    for (int i = 1; i <= CUSTOMERS; i++)
        fixture_add_customer(fixture, arena_printf(fixture->arena, "%d", i).data, "Ромашка");
}

/* The customers whose bits are set, the first of them bit 0. */
static size_t members_of(unsigned bits, CustomerId out[CUSTOMERS])
{
    size_t count = 0;
    for (uint32_t i = 0; i < CUSTOMERS; i++)
        if ((bits >> i & 1) != 0) out[count++].value = i + 1;
    return count;
}

static Status dismiss(Fixture *fixture, unsigned bits)
{
    CustomerId customers[CUSTOMERS];
    Dismissal dismissal = {customers, members_of(bits, customers), {1000}, TEXT("anna")};
    return store_dismiss(fixture->store, &dismissal, &fixture->err);
}

static Status undismiss(Fixture *fixture, unsigned bits)
{
    CustomerId customers[CUSTOMERS];
    size_t count = members_of(bits, customers);
    return store_undismiss(fixture->store, customers, count, &fixture->err);
}

static bool is_dismissed(Fixture *fixture, unsigned bits)
{
    CustomerId customers[CUSTOMERS];
    DuplicateGroup group = {.customers = customers, .customers_count = members_of(bits, customers)};
    EXPECT_OK(dismissals_mark(fixture->store, fixture->arena, &group, 1, &fixture->err),
              &fixture->err);
    if (group.is_dismissed) EXPECT_TEXT(group.dismissed_by, "anna");
    return group.is_dismissed;
}

TEST(somebody_new_brings_a_group_back)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    DuplicateGroup *groups;
    size_t count;
    fill(&fixture);
    EXPECT_OK(dismiss(&fixture, 0x3f), &fixture.err);
    EXPECT_OK(store_find_duplicates(fixture.store, (CustomerId){0}, fixture.arena, &groups, &count,
                                    &fixture.err),
              &fixture.err);
    EXPECT(count == 1 && !groups[0].is_dismissed);
    EXPECT_OK(dismiss(&fixture, 0x7f), &fixture.err);
    EXPECT_OK(store_find_duplicates(fixture.store, (CustomerId){0}, fixture.arena, &groups, &count,
                                    &fixture.err),
              &fixture.err);
    EXPECT(count == 1 && groups[0].is_dismissed && groups[0].dismissed_at.second == 1000);
    fixture_expect_sound(&fixture);
}

TEST(two_different_ones_are_needed)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    const CustomerId twice[] = {{1}, {1}};
    const Dismissal same = {twice, 2, {1000}, TEXT("anna")};
    EXPECT(store_dismiss(fixture.store, &same, &fixture.err) == STATUS_INVALID);
    EXPECT(dismiss(&fixture, 0) == STATUS_INVALID && undismiss(&fixture, 1) == STATUS_INVALID);
    EXPECT(undismiss(&fixture, 3) == STATUS_NOT_FOUND);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM dismissal"), 0);
}

TEST(an_erased_person_is_in_no_dismissal)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    EraseAct act;
    fill(&fixture);
    EXPECT_OK(dismiss(&fixture, 0x3), &fixture.err);
    EXPECT_OK(dismiss(&fixture, 0x1c), &fixture.err);
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("1"), erasure_at((Moment){0}), fixture.arena,
                                   &act, &fixture.err),
              &fixture.err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM dismissal"), 1);
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("3"), erasure_at((Moment){0}), fixture.arena,
                                   &act, &fixture.err),
              &fixture.err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM dismissal_customer"), 2);
    EXPECT(is_dismissed(&fixture, 0x18));
    fixture_expect_sound(&fixture);
}

/* A dismissal holds for a group when it names all of the group: held against plain sets of bits. */
TEST(random_dismissals_are_as_sets_say)
{
    enum { ROUNDS = 60, SAID_MAX = 12 };
    Random random = random_seeded(15);
    AUTO(fixture_done) Fixture fixture = fixture_open();
    unsigned said[ROUNDS];
    size_t count = 0;
    fill(&fixture);
    for (int round = 0; round < ROUNDS; round++) {
        unsigned bits = (unsigned)random_below(&random, 1 << CUSTOMERS);
        bool is_many = (bits & (bits - 1)) != 0, was_said = false;
        for (size_t i = 0; i < count; i++)
            was_said = was_said || (bits & ~said[i]) == 0;
        if (!is_many) continue;
        EXPECT(is_dismissed(&fixture, bits) == was_said);
        if (count < SAID_MAX && random_below(&random, 3) > 0) {
            EXPECT_OK(dismiss(&fixture, bits), &fixture.err);
            if (!was_said) said[count++] = bits;
            continue;
        }
        EXPECT(undismiss(&fixture, bits) == (was_said ? STATUS_OK : STATUS_NOT_FOUND));
        size_t kept = 0;
        for (size_t i = 0; i < count; i++)
            if ((bits & ~said[i]) != 0) said[kept++] = said[i];
        count = kept;
    }
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM dismissal"), (int64_t)count);
    fixture_expect_sound(&fixture);
}

static void damage(Fixture *fixture, const char *sql)
{
    store_close(fixture->store);
    fixture->store = NULL;
    fixture_damage(fixture, sql);
    EXPECT_OK(store_open(fixture->path, STORE_WRITE, &fixture->store, &fixture->err),
              &fixture->err);
}

TEST(a_check_finds_damaged_dismissals)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    Text *problems;
    size_t count = 0;
    fill(&fixture);
    EXPECT_OK(dismiss(&fixture, 0x3), &fixture.err);
    damage(&fixture, "UPDATE dismissal_customer SET customer_id = 99 WHERE customer_id = 2");
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, &fixture.err),
              &fixture.err);
    EXPECT_INT((int64_t)count, 1);
    damage(&fixture, "DELETE FROM dismissal_customer WHERE customer_id = 99");
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, &fixture.err),
              &fixture.err);
    EXPECT_INT((int64_t)count, 1);
}
