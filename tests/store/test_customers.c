/* test_customers.c -- rows of customers and items: modes of writing, canonical values, lists. */
#include "store/fixture.h"

#include <stdio.h>
#include <string.h>

static Status set(Fixture *fixture, const char *code, const char *property, Value value)
{
    WriteResult result;
    return fixture_set(fixture, code, property, value, WRITE_UPSERT, &result);
}

static void expect_stored(const Fixture *fixture, const char *column, const char *expected)
{
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT %s = '%s' FROM customer WHERE code = '1'", column, expected);
    if (fixture_number(fixture, sql) != 1)
        harness_fail(__FILE__, __LINE__, "%s is not '%s'", column, expected);
}

static const char *column_of(const Fixture *fixture, const char *name)
{
    const Property *property = schema_find_property(store_schema(fixture->store), text_of(name));
    return arena_printf(fixture->arena, "p_%u", property->id).data;
}

TEST(modes_of_writing)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    WriteResult result;
    Value name = value_text(TEXT("ООО Ромашка")), city = value_text(TEXT("Москва"));
    EXPECT_OK(fixture_set(&fixture, "1", "name", name, WRITE_INSERT, &result), err);
    EXPECT_INT(result, WRITE_ADDED);
    EXPECT_STATUS(fixture_set(&fixture, "1", "name", name, WRITE_INSERT, &result), STATUS_CONFLICT,
                  err);
    EXPECT_OK(fixture_set(&fixture, "1", "city", city, WRITE_UPSERT, &result), err);
    EXPECT_INT(result, WRITE_UPDATED);
    EXPECT_OK(fixture_set(&fixture, "1", "city", city, WRITE_UPSERT, &result), err);
    EXPECT_INT(result, WRITE_UNCHANGED);
    expect_stored(&fixture, "name", "ООО Ромашка");
    /* replacing empties what is not given: the name goes, the city stays */
    EXPECT_OK(fixture_set(&fixture, "1", "city", city, WRITE_REPLACE, &result), err);
    EXPECT_INT(result, WRITE_UPDATED);
    EXPECT_INT(fixture_number(&fixture, "SELECT name IS NULL FROM customer"), 1);
    EXPECT_OK(fixture_set(&fixture, "1", "city", city, WRITE_REPLACE, &result), err);
    EXPECT_INT(result, WRITE_UNCHANGED);
    EXPECT_OK(fixture_set(&fixture, "1", "city", value_missing(), WRITE_UPSERT, &result), err);
    EXPECT_INT(result, WRITE_UPDATED);
    fixture_done(&fixture);
}

TEST(codes_are_trimmed_and_composed)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    WriteResult result;
    /* и + breve is the same code as й; case and inner spaces are kept apart */
    EXPECT_OK(set(&fixture, " \xd0\xb8\xcc\x86 ", "name", value_text(TEXT("a"))), err);
    EXPECT_OK(fixture_set(&fixture, "й", "name", value_text(TEXT("a")), WRITE_UPSERT, &result),
              err);
    EXPECT_INT(result, WRITE_UNCHANGED);
    EXPECT_OK(fixture_set(&fixture, "Й", "name", value_text(TEXT("a")), WRITE_UPSERT, &result),
              err);
    EXPECT_INT(result, WRITE_ADDED);
    EXPECT_STATUS(set(&fixture, "  ", "name", value_text(TEXT("a"))), STATUS_INVALID, err);
    EXPECT_STATUS(set(&fixture, "\xff", "name", value_text(TEXT("a"))), STATUS_INVALID, err);
    char long_code[600];
    memset(long_code, 'x', sizeof long_code);
    long_code[513] = '\0';
    EXPECT_STATUS(set(&fixture, long_code, "name", value_text(TEXT("a"))), STATUS_LIMIT, err);
    long_code[512] = '\0';
    EXPECT_OK(set(&fixture, long_code, "name", value_text(TEXT("a"))), err);
    fixture_done(&fixture);
}

TEST(values_are_stored_in_one_form)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    EXPECT_OK(set(&fixture, "1", "name", value_text(TEXT("  Ромашка  "))), err);
    expect_stored(&fixture, "name", "Ромашка");
    EXPECT_OK(set(&fixture, "1", "kind", value_text(TEXT("PERSON"))), err);
    expect_stored(&fixture, "kind", "person");
    EXPECT_STATUS(set(&fixture, "1", "kind", value_text(TEXT("robot"))), STATUS_INVALID, err);
    EXPECT(strstr(err->message, "'robot'") != NULL);
    EXPECT_OK(set(&fixture, "1", "region", value_text(TEXT(" ЦФО /  / Москва /"))), err);
    expect_stored(&fixture, column_of(&fixture, "region"), "ЦФО / Москва /");
    EXPECT_OK(set(&fixture, "1", "region", value_text(TEXT("ЦФО  /\tМосква / "))), err);
    expect_stored(&fixture, column_of(&fixture, "region"), "ЦФО / Москва");
    EXPECT_OK(set(&fixture, "1", "activity", set_of(fixture.arena, " Опт |опт||Розница ")), err);
    expect_stored(&fixture, column_of(&fixture, "activity"), "Опт|Розница");
    EXPECT_OK(set(&fixture, "1", "vip", value_bool(true)), err);
    EXPECT_OK(set(&fixture, "1", "birth_date", value_date(date_of(1990, 2, 28))), err);
    EXPECT_OK(set(&fixture, "1", "income", value_decimal(-DECIMAL_MANTISSA_MAX)), err);
    char sql[160];
    snprintf(sql, sizeof sql,
             "SELECT %s = 1 AND %s = 7363 AND %s = -999999999999999999 FROM customer",
             column_of(&fixture, "vip"), column_of(&fixture, "birth_date"),
             column_of(&fixture, "income"));
    EXPECT_INT(fixture_number(&fixture, sql), 1);
    fixture_done(&fixture);
}

TEST(unfit_values_are_refused)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    EXPECT_STATUS(set(&fixture, "1", "vip", value_decimal(1)), STATUS_INVALID, err);
    EXPECT_STATUS(set(&fixture, "1", "income", value_text(TEXT("1"))), STATUS_INVALID, err);
    EXPECT_STATUS(set(&fixture, "1", "income", value_decimal(DECIMAL_MANTISSA_MAX + 1)),
                  STATUS_INVALID, err);
    EXPECT_STATUS(set(&fixture, "1", "birth_date", value_date((Date){DATE_DAY_MAX + 1})),
                  STATUS_INVALID, err);
    EXPECT_STATUS(set(&fixture, "1", "name", value_text(TEXT("a\xff"))), STATUS_INVALID, err);
    EXPECT_STATUS(set(&fixture, "1", "name", value_text(TEXT("a\0b"))), STATUS_INVALID, err);
    EXPECT_STATUS(set(&fixture, "1", "activity", value_text(TEXT("a"))), STATUS_INVALID, err);
    Text bar = TEXT("a|b");
    EXPECT_STATUS(set(&fixture, "1", "activity", value_set(fixture.arena, &bar, 1)), STATUS_INVALID,
                  err);
    char *large = arena_alloc(fixture.arena, 64 * 1024 + 1);
    memset(large, 'x', 64 * 1024 + 1);
    EXPECT_STATUS(set(&fixture, "1", "name", value_text((Text){large, 64 * 1024 + 1})),
                  STATUS_LIMIT, err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM customer"), 0);
    EXPECT_OK(set(&fixture, "1", "name", value_text((Text){large, 64 * 1024})), err);
    fixture_done(&fixture);
}

TEST(ids_are_dense)
{
    Fixture fixture = fixture_open();
    for (int i = 0; i < 5; i++) {
        char code[8];
        snprintf(code, sizeof code, "c%d", 9 - i);
        fixture_add_customer(&fixture, code, "x");
    }
    EXPECT_INT(fixture_number(&fixture, "SELECT min(id) * 100 + max(id) FROM customer"), 105);
    fixture_done(&fixture);
}

static size_t list(Fixture *fixture, const char *search, const char *after, size_t limit,
                   CustomerSummary **ret_list)
{
    size_t count = 0;
    ListQuery query = {.search = text_of(search), .after = text_of(after), .limit = limit};
    EXPECT_OK(store_list_customers(fixture->store, &query, fixture->arena, ret_list, &count,
                                   &fixture->err),
              &fixture->err);
    return count;
}

TEST(lists_search_folded_and_page)
{
    Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "B-2", "Берёза");
    fixture_add_customer(&fixture, "A-1", "Ромашка");
    fixture_add_customer(&fixture, "C-3", "ЁЛКА");
    EXPECT_OK(set(&fixture, "C-3", "kind", value_text(TEXT("person"))), &fixture.err);
    CustomerSummary *found;
    EXPECT_INT(list(&fixture, "", "", 10, &found), 3);
    EXPECT_TEXT(found[0].code, "A-1");
    EXPECT(found[0].id.value == 2 && !found[0].has_kind);
    EXPECT(found[2].has_kind && found[2].kind == CUSTOMER_PERSON);
    EXPECT_INT(list(&fixture, "", "A-1", 1, &found), 1);
    EXPECT_TEXT(found[0].name, "Берёза");
    EXPECT_INT(list(&fixture, "бере", "", 10, &found), 1);
    EXPECT_INT(list(&fixture, "елка", "", 10, &found), 1);
    EXPECT_INT(list(&fixture, "b-", "", 10, &found), 1);
    EXPECT_INT(list(&fixture, "%", "", 10, &found), 0);
    /* the search follows the name */
    fixture_add_customer(&fixture, "B-2", "Осина");
    EXPECT_INT(list(&fixture, "берез", "", 10, &found), 0);
    EXPECT_INT(list(&fixture, "осин", "", 10, &found), 1);
    fixture_done(&fixture);
}

TEST(fill_of_a_property)
{
    Fixture fixture = fixture_open();
    static const char *const cities[] = {"Москва", "МОСКВА ", "Тверь"};
    for (int i = 0; i < 3; i++) {
        char code[8];
        snprintf(code, sizeof code, "%d", i);
        EXPECT_OK(set(&fixture, code, "city", value_text(text_of(cities[i]))), &fixture.err);
    }
    fixture_add_customer(&fixture, "9", "nowhere");
    const Schema *schema = store_schema(fixture.store);
    PropertyFill fill;
    EXPECT_OK(store_property_fill(fixture.store, schema_find_property(schema, TEXT("city")), &fill,
                                  &fixture.err),
              &fixture.err);
    EXPECT(fill.filled == 3 && fill.distinct == 2);
    EXPECT_OK(store_property_fill(fixture.store, schema_find_property(schema, TEXT("vip")), &fill,
                                  &fixture.err),
              &fixture.err);
    EXPECT(fill.filled == 0 && fill.distinct == 0);
    fixture_done(&fixture);
}

/* ---- items ---- */

TEST(items_are_written_and_found)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    WriteResult result;
    ItemWrite write = {.item = {.code = TEXT(" D1 "),
                                .name = TEXT("Супер дрель"),
                                .group = TEXT("Инструмент/ручной / Дрели"),
                                .brand = TEXT("Makita"),
                                .price = value_decimal(199990000)},
                       .is_given = {true, true, true, true, true, true}};
    EXPECT_OK(store_write_item(fixture.store, &write, WRITE_INSERT, &result, err), err);
    EXPECT_INT(result, WRITE_ADDED);
    EXPECT_STATUS(store_write_item(fixture.store, &write, WRITE_INSERT, &result, err),
                  STATUS_CONFLICT, err);
    EXPECT_OK(store_write_item(fixture.store, &write, WRITE_UPSERT, &result, err), err);
    EXPECT_INT(result, WRITE_UNCHANGED);
    const Item *item;
    EXPECT_OK(store_find_item(fixture.store, TEXT("супер  ДРЕЛЬ"), fixture.arena, &item, err), err);
    EXPECT_TEXT(item->code, "D1");
    EXPECT_TEXT(item->group, "Инструмент/ручной / Дрели");
    EXPECT(item->price.as.decimal == 199990000 && value_is_missing(item->cost));
    ItemWrite cost = {.item = {.code = TEXT("D1"), .cost = value_decimal(5)},
                      .is_given = {[ITEM_COST] = true}};
    EXPECT_OK(store_write_item(fixture.store, &cost, WRITE_UPSERT, &result, err), err);
    EXPECT_INT(result, WRITE_UPDATED);
    EXPECT_OK(store_find_item(fixture.store, TEXT("D1"), fixture.arena, &item, err), err);
    EXPECT(item->cost.as.decimal == 5 && item->brand.size == 6);
    EXPECT_OK(store_write_item(fixture.store, &cost, WRITE_REPLACE, &result, err), err);
    EXPECT_OK(store_find_item(fixture.store, TEXT("D1"), fixture.arena, &item, err), err);
    EXPECT(item->name.size == 0 && item->cost.as.decimal == 5);
    EXPECT_STATUS(store_find_item(fixture.store, TEXT("D2"), fixture.arena, &item, err),
                  STATUS_NOT_FOUND, err);
    EXPECT(strstr(err->message, "did you mean 'D1'?") != NULL);
    cost.item.cost = value_decimal(DECIMAL_MANTISSA_MAX + 1);
    EXPECT_STATUS(store_write_item(fixture.store, &cost, WRITE_UPSERT, &result, err),
                  STATUS_INVALID, err);
    fixture_done(&fixture);
}

TEST(items_are_listed)
{
    Fixture fixture = fixture_open();
    fixture_add_item(&fixture, "2", "Свёрла", 0);
    fixture_add_item(&fixture, "1", "Дрель", 10000);
    const Item **found;
    size_t count;
    ListQuery query = {.search = TEXT("сверл"), .limit = 5};
    EXPECT_OK(store_list_items(fixture.store, &query, fixture.arena, &found, &count, &fixture.err),
              &fixture.err);
    REQUIRE(count == 1);
    EXPECT_TEXT(found[0]->code, "2");
    query = (ListQuery){.limit = 5};
    EXPECT_OK(store_list_items(fixture.store, &query, fixture.arena, &found, &count, &fixture.err),
              &fixture.err);
    REQUIRE(count == 2);
    EXPECT_TEXT(found[0]->code, "1");
    fixture_done(&fixture);
}
