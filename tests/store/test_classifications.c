/* test_classifications.c -- definitions in versions, runs that are only added, erasing, damage. */
#include "base/random.h"
#include "store/classifications.h"
#include "store/fixture.h"
#include "store/number_list.h"

#include <string.h>

enum { CUSTOMERS = 6 };

static uint32_t add(Fixture *fixture, const char *name)
{
    uint32_t id = 0;
    ClassificationWrite write = {.name = text_of(name),
                                 .definition = TEXT("{\"kind\":\"abc\"}"),
                                 .at = {1000},
                                 .author = TEXT("anna")};
    EXPECT_OK(store_add_classification(fixture->store, &write, &id, &fixture->err), &fixture->err);
    return id;
}

static Fixture with_customers(void)
{
    Fixture fixture = fixture_open();
    for (unsigned i = 1; i <= CUSTOMERS; i++)
        fixture_add_customer(&fixture, arena_printf(fixture.arena, "C%u", i).data, "name");
    return fixture;
}

static CustomerSet set_of_ids(const char *ids)
{
    CustomerSet set = {0};
    for (; *ids != '\0'; ids++)
        customer_set_add(&set, (CustomerId){(uint32_t)(*ids - '0')});
    return set;
}

/* Class A: 1 2, class B: 4; numbers of 1 2 4 5 are 700 500 -3 0. */
static uint64_t add_run(Fixture *fixture, uint32_t id, int32_t day, const char *first_class)
{
    static const int64_t numbers[] = {700, 500, -3, 0};
    CustomerSet a = set_of_ids("12"), b = set_of_ids("4"), all = set_of_ids("1245");
    const RunClassWrite classes[] = {
        {.name = text_of(first_class), .customers = &a, .has_amount = true, .amount = 1200},
        {.name = TEXT("B"), .customers = &b, .has_amount = true, .amount = -3}};
    const RunColumnWrite column = {.name = TEXT("value"),
                                   .scale = 4,
                                   .is_money = true,
                                   .is_amount = true,
                                   .customers = &all,
                                   .numbers = numbers};
    RunWrite run = {.row = {.classification_id = id,
                            .version = 1,
                            .as_of = {day},
                            .at = {2000},
                            .author = TEXT("anna"),
                            .customers_count = CUSTOMERS},
                    .classes = classes,
                    .classes_count = 2,
                    .columns = &column,
                    .columns_count = 1};
    uint64_t run_id = 0;
    EXPECT_OK(store_add_run(fixture->store, &run, &run_id, &fixture->err), &fixture->err);
    customer_set_free(&a);
    customer_set_free(&b);
    customer_set_free(&all);
    return run_id;
}

TEST(definitions_keep_their_versions)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    uint32_t id = add(&fixture, "ABC выручка");
    ClassificationWrite write = {.name = TEXT("Abc"), .definition = TEXT("{}"), .at = {2000}};
    EXPECT_OK(store_change_classification(fixture.store, id, &write, err), err);
    write.name = TEXT("ABC");
    EXPECT_STATUS(store_add_classification(fixture.store, &write, &id, err), STATUS_CONFLICT, err);
    ClassificationRow *rows = NULL;
    size_t count = 0;
    EXPECT_OK(store_list_classifications(fixture.store, fixture.arena, &rows, &count, err), err);
    REQUIRE(count == 1);
    EXPECT_TEXT(rows[0].name, "Abc");
    EXPECT_INT(rows[0].version, 2);
    EXPECT_TEXT(rows[0].definition, "{}");
    Text first;
    EXPECT_OK(store_read_definition(fixture.store, id, 1, fixture.arena, &first, err), err);
    EXPECT_TEXT(first, "{\"kind\":\"abc\"}");
    EXPECT_STATUS(store_remove_classification(fixture.store, 77, err), STATUS_NOT_FOUND, err);
    EXPECT_OK(store_remove_classification(fixture.store, id, err), err);
    fixture_done(&fixture);
}

TEST(the_last_run_of_the_latest_day_counts)
{
    Fixture fixture = with_customers();
    Error *err = &fixture.err;
    uint32_t id = add(&fixture, "ABC");
    uint64_t first = add_run(&fixture, id, 100, "A"), later = add_run(&fixture, id, 200, "A");
    uint64_t again = add_run(&fixture, id, 100, "A");
    RunRow run;
    EXPECT_OK(store_find_run(fixture.store, id, (Date){99}, fixture.arena, &run, err), err);
    EXPECT_INT(run.id, 0);
    EXPECT_OK(store_find_run(fixture.store, id, (Date){199}, fixture.arena, &run, err), err);
    EXPECT_INT(run.id, again);
    EXPECT_OK(store_find_run(fixture.store, id, (Date){200}, fixture.arena, &run, err), err);
    EXPECT_INT(run.id, later);
    RunRow *runs = NULL;
    size_t count = 0;
    EXPECT_OK(store_list_runs(fixture.store, (RunQuery){id, 2}, fixture.arena, &runs, &count, err),
              err);
    EXPECT(count == 2 && runs[0].id == later && runs[1].id == again); /* by day, then as added */
    EXPECT_OK(store_list_run_days(fixture.store, id, fixture.arena, &runs, &count, err), err);
    EXPECT(count == 2 && runs[0].id == again && runs[1].id == later && first != again);
    fixture_done(&fixture);
}

static void expect_sound(Fixture *fixture, size_t problems_expected)
{
    Text *problems = NULL;
    size_t count = 0;
    EXPECT_OK(store_check(fixture->store, NULL, fixture->arena, &problems, &count, &fixture->err),
              &fixture->err);
    EXPECT_INT(count, problems_expected);
}

TEST(an_erased_person_is_in_no_run)
{
    Fixture fixture = with_customers();
    Error *err = &fixture.err;
    uint32_t id = add(&fixture, "ABC");
    uint64_t run_id = add_run(&fixture, id, 100, "A");
    expect_sound(&fixture, 0);
    EraseAct act;
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("C2"), erasure_at((Moment){0}),
                                   fixture.arena, &act, err),
              err);
    RunClassList classes = {0};
    RunColumnList columns = {0};
    RunRow run;
    EXPECT_OK(store_read_run_classes(fixture.store, run_id, true, fixture.arena, &classes, err),
              err);
    REQUIRE(classes.count == 2);
    EXPECT_INT(classes.items[0].customers_count, 1);
    EXPECT_INT(classes.items[0].amount, 700);
    EXPECT_INT(customer_set_count(&classes.items[0].customers), 1);
    EXPECT_INT(classes.items[1].amount, -3);
    run_classes_free(&classes);
    EXPECT_OK(store_read_run_columns(fixture.store, run_id, true, fixture.arena, &columns, err),
              err);
    REQUIRE(columns.count == 1);
    EXPECT_INT(customer_set_count(&columns.items[0].customers), 3);
    EXPECT(columns.items[0].numbers[0] == 700 && columns.items[0].numbers[1] == -3);
    run_columns_free(&columns);
    EXPECT_OK(store_find_run(fixture.store, id, (Date){100}, fixture.arena, &run, err), err);
    EXPECT_INT(run.customers_count, CUSTOMERS - 1);
    expect_sound(&fixture, 0);
    fixture_done(&fixture);
}

TEST(a_check_finds_wrong_counts_and_sums)
{
    Fixture fixture = with_customers();
    (void)add_run(&fixture, add(&fixture, "ABC"), 100, "A");
    store_done(&fixture.store);
    fixture_damage(&fixture, "UPDATE classification_class SET customers_count = 3, amount = 1 "
                             "WHERE number = 1");
    fixture_reopen(&fixture, STORE_READ);
    expect_sound(&fixture, 2);
    fixture_done(&fixture);
}

TEST(actions_are_kept_by_set_cell_and_language)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    ActionText action = {TEXT("Опт"), TEXT("AX"), LANGUAGE_RU, TEXT("звонить")};
    EXPECT_OK(store_set_action(fixture.store, &action, err), err);
    action.set = TEXT("ОПТ");
    action.text = TEXT("ездить");
    EXPECT_OK(store_set_action(fixture.store, &action, err), err);
    ActionText *actions = NULL;
    size_t count = 0;
    EXPECT_OK(store_list_actions(fixture.store, fixture.arena, &actions, &count, err), err);
    REQUIRE(count == 1);
    EXPECT_TEXT(actions[0].text, "ездить");
    action.text = TEXT("");
    EXPECT_OK(store_set_action(fixture.store, &action, err), err);
    EXPECT_OK(store_list_actions(fixture.store, fixture.arena, &actions, &count, err), err);
    EXPECT_INT(count, 0);
    fixture_done(&fixture);
}

TEST(numbers_come_back)
{
    enum { MANY = 500 };
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(harness_seed());
    Error err;
    for (int round = 0; round < 30; round++) {
        int64_t numbers[MANY], back[MANY];
        int64_t unit = DECIMAL_POW10[random_below(&random, 10)];
        for (size_t i = 0; i < MANY; i++)
            numbers[i] = ((int64_t)random_below(&random, 2000000000) - 1000000000) / 2 * unit;
        Text bytes = number_list_encode(numbers, MANY, arena);
        EXPECT_OK(number_list_decode(bytes, MANY, back, &err), &err);
        EXPECT(memcmp(numbers, back, sizeof numbers) == 0);
        EXPECT_STATUS(number_list_decode(bytes, MANY - 1, back, &err), STATUS_CORRUPT, &err);
        bytes.size--;
        EXPECT_STATUS(number_list_decode(bytes, MANY, back, &err), STATUS_CORRUPT, &err);
    }
    const int64_t ends[] = {INT64_MAX, -INT64_MAX, 0};
    int64_t back[3];
    EXPECT_OK(number_list_decode(number_list_encode(ends, 3, arena), 3, back, &err), &err);
    EXPECT(memcmp(ends, back, sizeof ends) == 0);
    EXPECT_OK(number_list_decode(number_list_encode(ends, 0, arena), 0, back, &err), &err);
}
