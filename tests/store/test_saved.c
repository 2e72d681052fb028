/* test_saved.c -- saved sets and acts that changed many customers: kept, read, forgotten, checked.
 */
#include "store/bulk_acts.h"
#include "store/fixture.h"
#include "store/saved_sets.h"

#include <stdio.h>

enum { NAME, AMOUNT, SHARE, DAY, TAGS, IS_VIP, COLUMNS_COUNT };

static const SavedColumn columns[] = {
    [NAME] = {{"name", sizeof "name" - 1}, {.kind = TYPE_TEXT}},
    [AMOUNT] = {{"amount", sizeof "amount" - 1},
                {.kind = TYPE_DECIMAL, .scale = 4, .is_money = true}},
    [SHARE] = {{"share", sizeof "share" - 1}, {.kind = TYPE_RATIO}},
    [DAY] = {{"day", sizeof "day" - 1}, {.kind = TYPE_DATE}},
    [TAGS] = {{"tags", sizeof "tags" - 1}, {.kind = TYPE_TEXT_SET}},
    [IS_VIP] = {{"vip", sizeof "vip" - 1}, {.kind = TYPE_BOOL}},
};

static SavedSet set_named(const char *name)
{
    return (SavedSet){.name = text_of(name),
                      .stream = TEXT(""),
                      .expression = TEXT("vip"),
                      .condition = TEXT(""),
                      .has_as_of = true,
                      .as_of = date_of(2026, 3, 31),
                      .at = {1000},
                      .author = TEXT("anna"),
                      .columns = columns,
                      .columns_count = COLUMNS_COUNT};
}

static uint32_t save(Fixture *fixture, const char *name, const SavedRow *rows, size_t count)
{
    uint32_t id = 0;
    SavedSet set = set_named(name);
    EXPECT_OK(store_add_saved_set(fixture->store, &set, rows, count, &id, &fixture->err),
              &fixture->err);
    return id;
}

static const SavedSet *first_set(Fixture *fixture, size_t *ret_count)
{
    SavedSet *sets = NULL;
    EXPECT_OK(
        store_list_saved_sets(fixture->store, fixture->arena, &sets, ret_count, &fixture->err),
        &fixture->err);
    return sets;
}

static uint64_t problems_count(Fixture *fixture)
{
    Text *problems = NULL;
    size_t count = 0;
    EXPECT_OK(store_check(fixture->store, NULL, fixture->arena, &problems, &count, &fixture->err),
              &fixture->err);
    return count;
}

static void fill(Fixture *fixture, Value *values)
{
    values[NAME] = value_text(TEXT("Ромашка"));
    values[AMOUNT] = value_decimal(-12345678901234);
    values[SHARE] = value_ratio(0.1);
    values[DAY] = value_date(date_of(1969, 12, 31));
    values[TAGS] = set_of(fixture->arena, "a|b");
    values[IS_VIP] = value_bool(true);
}

TEST(a_saved_set_is_read_as_it_was_written)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "a", "A");
    fixture_add_customer(&fixture, "b", "B");
    Value full[COLUMNS_COUNT], empty[COLUMNS_COUNT] = {0};
    fill(&fixture, full);
    const SavedRow rows[] = {
        {{2}, full, TEXT("k-1")}, {{1}, empty, TEXT("")}, {{2}, empty, TEXT("")}};
    save(&fixture, " Победители ", rows, 3);
    size_t count;
    const SavedSet *set = first_set(&fixture, &count);
    REQUIRE(count == 1);
    EXPECT_TEXT(set->name, "Победители");
    EXPECT_INT(set->rows_count, 3);
    EXPECT_INT(set->customers_count, 2);
    EXPECT_INT(set->as_of.day, date_of(2026, 3, 31).day);
    REQUIRE(set->columns_count == COLUMNS_COUNT);
    EXPECT(set->columns[AMOUNT].type.is_money && set->columns[AMOUNT].type.scale == 4);
    SavedRowList read = {0};
    EXPECT_OK(store_read_saved_rows(fixture.store, set, (SavedRowQuery){0, SIZE_MAX}, fixture.arena,
                                    &read, &fixture.err),
              &fixture.err);
    REQUIRE(read.count == 3);
    EXPECT_INT(read.items[0].customer.value, 2);
    EXPECT_TEXT(read.items[0].key, "k-1");
    for (size_t c = 0; c < COLUMNS_COUNT; c++) {
        EXPECT(value_equal(read.items[0].values[c], full[c]));
        EXPECT(value_is_missing(read.items[1].values[c]));
    }
    EXPECT_INT(problems_count(&fixture), 0);
}

TEST(names_of_saved_sets_are_unique_without_case)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    uint32_t first = save(&fixture, "Ёлка", NULL, 0), id;
    save(&fixture, "other", NULL, 0);
    SavedSet same = set_named("ЕЛКА"), none = set_named("  ");
    EXPECT_STATUS(store_add_saved_set(fixture.store, &same, NULL, 0, &id, &fixture.err),
                  STATUS_CONFLICT, &fixture.err);
    EXPECT_STATUS(store_add_saved_set(fixture.store, &none, NULL, 0, &id, &fixture.err),
                  STATUS_INVALID, &fixture.err);
    EXPECT_STATUS(store_rename_saved_set(fixture.store, first, TEXT("OTHER"), &fixture.err),
                  STATUS_CONFLICT, &fixture.err);
    EXPECT_OK(store_rename_saved_set(fixture.store, first, TEXT("елка"), &fixture.err),
              &fixture.err);
    EXPECT_OK(store_remove_saved_set(fixture.store, first, &fixture.err), &fixture.err);
    EXPECT_STATUS(store_remove_saved_set(fixture.store, first, &fixture.err), STATUS_NOT_FOUND,
                  &fixture.err);
}

static const Property *city(Fixture *fixture)
{
    return schema_find_property(store_schema(fixture->store), TEXT("city"));
}

static uint64_t add_act(Fixture *fixture)
{
    const BulkChange changes[] = {
        {{1}, city(fixture), value_missing(), value_text(TEXT("Тула")), TEXT("")},
        {{2}, city(fixture), value_text(TEXT("Орёл")), value_missing(), TEXT("")},
    };
    const BulkSkip skips[] = {{{3}, city(fixture), SKIP_SAME, TEXT("")}};
    BulkContent content = {changes, 2, skips, 1};
    BulkAct act = {.at = {5},
                   .author = TEXT("anna"),
                   .source = BULK_OF_SET,
                   .source_name = TEXT("x"),
                   .change = TEXT("city=Тула"),
                   .customers_count = 3};
    uint64_t id = 0;
    EXPECT_OK(store_add_bulk_act(fixture->store, &act, &content, &id, &fixture->err),
              &fixture->err);
    return id;
}

TEST(an_act_is_read_as_it_was_written)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "a", "A");
    fixture_add_customer(&fixture, "b", "B");
    fixture_add_customer(&fixture, "c", "C");
    uint64_t id = add_act(&fixture);
    EXPECT_INT(id, 1);
    BulkAct act;
    BulkContent content;
    EXPECT_OK(store_read_bulk_act(fixture.store, id, fixture.arena, &act, &fixture.err),
              &fixture.err);
    EXPECT_INT(act.changed_count, 2);
    EXPECT_INT(act.skipped_count, 1);
    EXPECT_INT(act.undone_by, 0);
    EXPECT_OK(store_read_bulk_content(fixture.store, id, fixture.arena, &content, &fixture.err),
              &fixture.err);
    REQUIRE(content.changes_count == 2 && content.skips_count == 1);
    EXPECT(value_is_missing(content.changes[0].before));
    EXPECT_TEXT(content.changes[0].after.as.text, "Тула");
    EXPECT_TEXT(content.changes[1].before.as.text, "Орёл");
    EXPECT(content.skips[0].reason == SKIP_SAME);
    EXPECT_STATUS(store_read_bulk_act(fixture.store, 2, fixture.arena, &act, &fixture.err),
                  STATUS_NOT_FOUND, &fixture.err);
    EXPECT_STATUS(store_read_bulk_act(fixture.store, UINT64_MAX, fixture.arena, &act, &fixture.err),
                  STATUS_NOT_FOUND, &fixture.err);
    EXPECT_INT(problems_count(&fixture), 0);
}

TEST(an_erased_person_leaves_sets_and_acts)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "a", "A");
    fixture_add_customer(&fixture, "b", "B");
    fixture_add_customer(&fixture, "c", "C");
    Value values[COLUMNS_COUNT] = {0};
    const SavedRow rows[] = {
        {{1}, values, TEXT("")}, {{2}, values, TEXT("")}, {{1}, values, TEXT("")}};
    uint32_t set_id = save(&fixture, "x", rows, 3);
    uint64_t act_id = add_act(&fixture);
    EraseAct erased;
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("a"), erasure_at((Moment){9}), fixture.arena,
                                   &erased, &fixture.err),
              &fixture.err);
    CustomerSet customers = {0};
    EXPECT_OK(store_read_saved_customers(fixture.store, set_id, &customers, &fixture.err),
              &fixture.err);
    EXPECT_INT(customer_set_count(&customers), 1);
    customer_set_free(&customers);
    size_t count;
    EXPECT_INT(first_set(&fixture, &count)->rows_count, 1);
    BulkContent content;
    EXPECT_OK(store_read_bulk_content(fixture.store, act_id, fixture.arena, &content, &fixture.err),
              &fixture.err);
    EXPECT_INT(content.changes_count, 1);
    EXPECT_INT(problems_count(&fixture), 0);
}

static void expect_problem(const char *damage, const char *sentence)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "a", "A");
    fixture_add_customer(&fixture, "b", "B");
    fixture_add_customer(&fixture, "c", "C");
    Value values[COLUMNS_COUNT] = {0};
    const SavedRow rows[] = {{{1}, values, TEXT("")}, {{2}, values, TEXT("")}};
    save(&fixture, "x", rows, 2);
    add_act(&fixture);
    store_done(&fixture.store);
    fixture_damage(&fixture, damage);
    fixture_reopen(&fixture, STORE_READ);
    Text *problems = NULL;
    size_t count = 0;
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, &fixture.err),
              &fixture.err);
    REQUIRE(count == 1);
    if (!text_contains(problems[0], text_of(sentence))) EXPECT_TEXT(problems[0], sentence);
}

TEST(damage_of_saved_sets_and_acts_is_found)
{
    expect_problem("DELETE FROM saved_set_row WHERE position = 1; "
                   "UPDATE saved_set SET rows_count = 1",
                   "are not those of its rows");
    expect_problem("UPDATE saved_set SET rows_count = 7", "has 2 rows and says 7");
    expect_problem("UPDATE saved_set_row SET cells = x'00' WHERE position = 0", "is damaged");
    expect_problem("UPDATE saved_set_column SET type = 'x' WHERE position = 0", "unknown type");
    expect_problem("UPDATE saved_set SET origin = 'x'", "unknown origin");
    expect_problem("UPDATE bulk_skip SET reason = 'x'", "unknown reason");
    expect_problem("UPDATE bulk_act SET changed_count = 1", "holds more than it says");
    expect_problem("UPDATE bulk_change SET customer_id = 77 WHERE customer_id = 1",
                   "1 rows of bulk_change are of customers who are not there");
}

TEST(any_bytes_of_a_row_are_read_or_refused)
{
    /* goal: no bytes crash the reader. method: cut and change the bytes of a sound row */
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "a", "A");
    Value values[COLUMNS_COUNT];
    fill(&fixture, values);
    const SavedRow rows[] = {{{1}, values, TEXT("")}};
    save(&fixture, "x", rows, 1);
    size_t count;
    const SavedSet *set = first_set(&fixture, &count);
    for (unsigned byte = 0; byte < 60; byte++) {
        char sql[200];
        snprintf(sql, sizeof sql,
                 "UPDATE saved_set_row SET cells = CAST(substr(cells, 1, %u) || x'ff' || "
                 "substr(cells, %u) AS BLOB)",
                 byte, byte + 2);
        store_done(&fixture.store);
        fixture_damage(&fixture, sql);
        fixture_reopen(&fixture, STORE_READ);
        SavedRowList read = {0};
        Status status = store_read_saved_rows(fixture.store, set, (SavedRowQuery){0, SIZE_MAX},
                                              fixture.arena, &read, &fixture.err);
        EXPECT(status == STATUS_OK || status == STATUS_CORRUPT);
    }
}
