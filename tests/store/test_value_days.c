/* test_value_days.c -- the days on which values of properties were set. */
#include "base/random.h"
#include "store/fixture.h"

#include <string.h>

static Date day(int number)
{
    return date_of(2026, 1, number);
}

static void write_city(Fixture *fixture, const char *code, const char *city)
{
    WriteResult result;
    Value value = city == NULL ? value_missing() : value_text(text_of(city));
    EXPECT_OK(fixture_set(fixture, code, "city", value, WRITE_UPSERT, &result), &fixture->err);
}

/* Codes of the customers a .. e who have a day, and of those since a day: "ab|b". */
static Text days_since(Fixture *fixture, const char *name, Date since)
{
    AUTO(value_days_done) ValueDays days = {0};
    const Property *property = schema_find_property(store_schema(fixture->store), text_of(name));
    char dated[8] = "", fresh[8] = "";
    EXPECT_OK(store_value_days(fixture->store, property, since, &days, &fixture->err),
              &fixture->err);
    for (uint32_t id = 1; id <= 5; id++) {
        if (customer_set_has(&days.dated, (CustomerId){id}))
            dated[strlen(dated)] = (char)('`' + id);
        if (customer_set_has(&days.fresh, (CustomerId){id}))
            fresh[strlen(fresh)] = (char)('`' + id);
    }
    return arena_printf(fixture->arena, "%s|%s", dated, fresh);
}

TEST(a_value_is_as_old_as_its_last_change)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    write_city(&fixture, "a", "Киев"); /* no day is told */
    store_set_day(fixture.store, day(5));
    write_city(&fixture, "b", "Киев");
    write_city(&fixture, "c", "Киев");
    EXPECT_TEXT(days_since(&fixture, "city", day(5)), "bc|bc");
    store_set_day(fixture.store, day(9));
    write_city(&fixture, "b", "Киев"); /* the same again */
    write_city(&fixture, "c", "Львов");
    EXPECT_TEXT(days_since(&fixture, "city", day(5)), "bc|bc");
    EXPECT_TEXT(days_since(&fixture, "city", day(6)), "bc|c");
    EXPECT_TEXT(days_since(&fixture, "city", day(10)), "bc|");
    write_city(&fixture, "a", NULL);
    EXPECT_TEXT(days_since(&fixture, "city", day(9)), "abc|ac");
    EXPECT_TEXT(days_since(&fixture, "code", day(5)), "bc|bc");
    EXPECT_TEXT(days_since(&fixture, "region", day(1)), "|");
}

TEST(what_is_taken_back_has_no_day)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    store_set_day(fixture.store, day(5));
    EXPECT_OK(store_batch_begin(fixture.store, &fixture.err), &fixture.err);
    write_city(&fixture, "a", "Киев");
    store_batch_rollback(fixture.store);
    write_city(&fixture, "a", NULL);
    EXPECT_TEXT(days_since(&fixture, "city", day(1)), "|");
    EXPECT_OK(store_batch_begin(fixture.store, &fixture.err), &fixture.err);
    write_city(&fixture, "b", "Киев");
    write_city(&fixture, "c", "Киев");
    EXPECT_TEXT(days_since(&fixture, "city", day(1)), "|");
    EXPECT_OK(store_batch_commit(fixture.store, &fixture.err), &fixture.err);
    EXPECT_TEXT(days_since(&fixture, "city", day(1)), "bc|bc");
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM value_day"), 2);
}

TEST(changes_of_a_day_share_a_row)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    store_set_day(fixture.store, day(5));
    for (const char *code = "abcde"; *code != '\0'; code++)
        write_city(&fixture, (char[]){*code, '\0'}, "Киев");
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM value_day"), 2); /* city and code */
    store_set_day(fixture.store, day(6));
    write_city(&fixture, "d", "Львов");
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM value_day"), 3);
    EXPECT_TEXT(days_since(&fixture, "city", day(6)), "abcde|d");
}

static void expect_problems(Fixture *fixture, size_t expected)
{
    Text *problems;
    size_t count;
    EXPECT_OK(store_check(fixture->store, NULL, fixture->arena, &problems, &count, &fixture->err),
              &fixture->err);
    EXPECT_INT(count, expected);
}

TEST(an_erased_person_has_no_days)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    EraseAct act;
    store_set_day(fixture.store, day(5));
    write_city(&fixture, "a", "Киев");
    write_city(&fixture, "b", "Киев");
    expect_problems(&fixture, 0);
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("b"), erasure_at((Moment){1}), fixture.arena,
                                   &act, &fixture.err),
              &fixture.err);
    EXPECT_TEXT(days_since(&fixture, "city", day(1)), "a|a");
    expect_problems(&fixture, 0);
}

TEST(check_finds_days_of_nobody)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    store_set_day(fixture.store, day(5));
    write_city(&fixture, "a", "Киев");
    store_close(fixture.store);
    fixture.store = NULL;
    fixture_damage(&fixture, "DELETE FROM customer");
    fixture_reopen(&fixture, STORE_WRITE);
    expect_problems(&fixture, 1);
}

/* Random writes on random days against the simplest thing that can know. */
TEST(days_are_those_of_a_plain_table)
{
    enum { CUSTOMERS = 5, ROUNDS = 300 };
    static const char *const cities[] = {"Киев", "Львов", "Одесса"};
    AUTO(fixture_done) Fixture fixture = fixture_open();
    Random random = random_seeded(harness_seed());
    int values[CUSTOMERS], days[CUSTOMERS] = {0};
    memset(values, -1, sizeof values);
    for (const char *code = "abcde"; *code != '\0'; code++)
        fixture_add_customer(&fixture, (char[]){*code, '\0'}, "x");
    for (int round = 0; round < ROUNDS; round++) {
        int now = 1 + round / 12, city = (int)random_below(&random, 3);
        size_t who = random_below(&random, CUSTOMERS);
        store_set_day(fixture.store, day(now));
        write_city(&fixture, (char[]){(char)('a' + who), '\0'}, cities[city]);
        if (values[who] != city) days[who] = now;
        values[who] = city;
        if (round % 10 != 0) continue;
        int since = (int)random_below(&random, 30);
        char dated[8] = "", fresh[8] = "";
        for (size_t i = 0; i < CUSTOMERS; i++) {
            if (days[i] > 0) dated[strlen(dated)] = (char)('a' + i);
            if (days[i] > 0 && days[i] >= since) fresh[strlen(fresh)] = (char)('a' + i);
        }
        EXPECT_TEXT(days_since(&fixture, "city", (Date){day(1).day + since - 1}),
                    arena_cstr(fixture.arena, arena_printf(fixture.arena, "%s|%s", dated, fresh)));
    }
}
