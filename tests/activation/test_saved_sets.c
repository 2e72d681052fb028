/* test_saved_sets.c -- saved sets put together, asked by rules, taken from lists of codes. */
#include "activation/saved_sets.h"

#include "activation/saved_lookups.h"
#include "base/random.h"
#include "lang/lang.h"
#include "store/fixture.h"

#include <stdio.h>
#include <string.h>

enum { CUSTOMERS = 40 };

static Fixture open_crowd(void)
{
    Fixture fixture = fixture_open();
    for (unsigned i = 1; i <= CUSTOMERS; i++) {
        char code[16];
        snprintf(code, sizeof code, "C%u", i);
        fixture_add_customer(&fixture, code, "name");
    }
    return fixture;
}

/* Each customer with the given chance; as events some come several times. */
static uint32_t save_some(Fixture *fixture, Random *random, const char *name, const char *stream)
{
    static const SavedColumn column = {{"n", 1}, {.kind = TYPE_DECIMAL}};
    SavedRow rows[CUSTOMERS * 3];
    size_t count = 0;
    for (uint32_t id = 1; id <= CUSTOMERS; id++) {
        uint64_t times = random_chance(random, 0.4) ? 1 + random_below(random, 3) : 0;
        if (stream[0] == '\0' && times > 1) times = 1;
        for (uint64_t i = 0; i < times; i++) {
            Value *value = ARENA_NEW(fixture->arena, Value);
            *value = value_decimal((int64_t)random_below(random, 3));
            rows[count++] = (SavedRow){.customer = {id}, .values = value};
        }
    }
    SavedSet set = {.name = text_of(name),
                    .stream = text_of(stream),
                    .expression = TEXT(""),
                    .condition = TEXT(""),
                    .author = TEXT(""),
                    .columns = &column,
                    .columns_count = 1};
    uint32_t id = 0;
    EXPECT_OK(store_add_saved_set(fixture->store, &set, rows, count, &id, &fixture->err),
              &fixture->err);
    return id;
}

static CustomerSet customers_of(Fixture *fixture, uint32_t id)
{
    CustomerSet set = {0};
    EXPECT_OK(store_read_saved_customers(fixture->store, id, &set, &fixture->err), &fixture->err);
    return set;
}

static uint32_t combine(Fixture *fixture, SavedOrigin operation, const char *a, const char *b,
                        const char *name)
{
    SavedSets sets;
    SavedCombination combination = {.operation = operation, .name = text_of(name)};
    uint32_t id = 0;
    EXPECT_OK(saved_sets_load(fixture->store, fixture->arena, &sets, &fixture->err), &fixture->err);
    EXPECT_OK(saved_sets_get(&sets, text_of(a), &combination.a, &fixture->err), &fixture->err);
    EXPECT_OK(saved_sets_get(&sets, text_of(b), &combination.b, &fixture->err), &fixture->err);
    EXPECT_OK(saved_sets_combine(fixture->store, &combination, &id, &fixture->err), &fixture->err);
    return id;
}

static void expect_operation(Fixture *fixture, SavedOrigin operation, const CustomerSet *a,
                             const CustomerSet *b, unsigned round)
{
    char name[40];
    snprintf(name, sizeof name, "result %d %u", (int)operation, round);
    char first[20], second[20];
    snprintf(first, sizeof first, "a%u", round);
    snprintf(second, sizeof second, "b%u", round);
    CustomerSet expected = customer_set_copy(a);
    if (operation == SAVED_UNION) customer_set_unite(&expected, b);
    if (operation == SAVED_INTERSECT) customer_set_intersect(&expected, b);
    if (operation == SAVED_MINUS) customer_set_subtract(&expected, b);
    CustomerSet actual = customers_of(fixture, combine(fixture, operation, first, second, name));
    EXPECT(customer_set_equal(&actual, &expected));
    customer_set_free(&expected);
    customer_set_free(&actual);
}

TEST(operations_on_sets_are_those_on_bits)
{
    /* goal: whatever kinds the rows are of, customers come out as bits do. method: random sets */
    AUTO(fixture_done) Fixture fixture = open_crowd();
    static const char *const streams[] = {"", "purchase", "contact"};
    Random random = random_seeded(harness_seed());
    for (unsigned round = 0; round < 12; round++) {
        char first[20], second[20];
        snprintf(first, sizeof first, "a%u", round);
        snprintf(second, sizeof second, "b%u", round);
        CustomerSet a = customers_of(
            &fixture, save_some(&fixture, &random, first, streams[random_below(&random, 3)]));
        CustomerSet b = customers_of(
            &fixture, save_some(&fixture, &random, second, streams[random_below(&random, 3)]));
        expect_operation(&fixture, SAVED_UNION, &a, &b, round);
        expect_operation(&fixture, SAVED_INTERSECT, &a, &b, round);
        expect_operation(&fixture, SAVED_MINUS, &a, &b, round);
        customer_set_free(&a);
        customer_set_free(&b);
    }
    Text *problems = NULL;
    size_t count = 0;
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, &fixture.err),
              &fixture.err);
    EXPECT_INT(count, 0);
}

static uint64_t rows_of(Fixture *fixture, const char *name)
{
    SavedSets sets;
    const SavedSet *set = NULL;
    EXPECT_OK(saved_sets_load(fixture->store, fixture->arena, &sets, &fixture->err), &fixture->err);
    EXPECT_OK(saved_sets_get(&sets, text_of(name), &set, &fixture->err), &fixture->err);
    return set->rows_count;
}

TEST(a_union_of_events_keeps_equal_lines_of_one_set)
{
    AUTO(fixture_done) Fixture fixture = open_crowd();
    static const SavedColumn column = {{"n", 1}, {.kind = TYPE_DECIMAL}};
    Value one = value_decimal(1), two = value_decimal(2);
    const SavedRow a[] = {{{1}, &one, TEXT("")}, {{1}, &one, TEXT("")}};
    const SavedRow b[] = {{{1}, &one, TEXT("")}, {{1}, &two, TEXT("")}, {{2}, &one, TEXT("")}};
    SavedSet set = {.name = TEXT("a"),
                    .stream = TEXT("purchase"),
                    .expression = TEXT(""),
                    .condition = TEXT(""),
                    .columns = &column,
                    .columns_count = 1};
    uint32_t id;
    EXPECT_OK(store_add_saved_set(fixture.store, &set, a, 2, &id, &fixture.err), &fixture.err);
    set.name = TEXT("b");
    EXPECT_OK(store_add_saved_set(fixture.store, &set, b, 3, &id, &fixture.err), &fixture.err);
    combine(&fixture, SAVED_UNION, "a", "b", "c");
    EXPECT_INT(rows_of(&fixture, "c"), 4);
    combine(&fixture, SAVED_UNION, "a", "a", "d");
    EXPECT_INT(rows_of(&fixture, "d"), 2);
}

TEST(rules_ask_saved_sets_that_were_read_ahead)
{
    AUTO(fixture_done) Fixture fixture = open_crowd();
    Value none = value_missing();
    const SavedRow rows[] = {{{2}, &none, TEXT("")}, {{5}, &none, TEXT("")}};
    SavedSet set = {.name = TEXT("Ёлка"), .expression = TEXT(""), .condition = TEXT("")};
    uint32_t id;
    EXPECT_OK(store_add_saved_set(fixture.store, &set, rows, 2, &id, &fixture.err), &fixture.err);
    Catalog catalog = {.schema = store_schema(fixture.store)};
    NamedSet *names = NULL;
    EXPECT_OK(saved_sets_names(fixture.store, fixture.arena, &names, &catalog.saved_sets_count,
                               &fixture.err),
              &fixture.err);
    catalog.saved_sets = names;
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(fixture.arena);
    EXPECT_OK(expression_compile(TEXT("not saved(\"ЕЛКА\")"), &catalog, EXPECT_RULE, fixture.arena,
                                 &expression, &diagnostics),
              &fixture.err);
    LookupSource source = saved_sets_provide(fixture.store);
    void *context = source.lookups.context;
    EXPECT_OK(source.prepare(context, expression, (Date){0}, &fixture.err), &fixture.err);
    EXPECT(source.lookups.in_saved_set(context, id, (CustomerId){5}));
    EXPECT(!source.lookups.in_saved_set(context, id, (CustomerId){4}));
    EXPECT(!source.lookups.in_saved_set(context, id, (CustomerId){UINT32_MAX}));
    source.close(context);
}

static void expect_list(Fixture *fixture, Text bytes, uint64_t lines, uint64_t customers)
{
    CodeList list = {0};
    EXPECT_OK(code_list_read(fixture->store, bytes, fixture->arena, &list, &fixture->err),
              &fixture->err);
    EXPECT_INT(list.lines_count, lines);
    EXPECT_INT(customer_set_count(&list.customers), customers);
    customer_set_free(&list.customers);
}

TEST(lists_of_codes_come_in_any_encoding_with_and_without_heading)
{
    AUTO(fixture_done) Fixture fixture = open_crowd();
    static const char utf16[] = "\xFF\xFE"
                                "C\0o\0d\0e\0\r\0\n\0C\0001\0\r\0\n\0C\0002\0";
    expect_list(&fixture, TEXT("C1\nC2\n"), 2, 2);
    expect_list(&fixture, TEXT("code;name\nC1;x\nC2;y\n"), 2, 2);
    expect_list(&fixture, TEXT("\xEF\xBB\xBFКод клиента\r\n\"C1\"\r\n"), 1, 1);
    expect_list(&fixture, TEXT("\xCA\xEE\xE4 \xEA\xEB\xE8\xE5\xED\xF2\xE0\nC1\n"), 1, 1);
    expect_list(&fixture, (Text){utf16, sizeof utf16 - 1}, 2, 2);
    /* a heading is one over the codes, and no word that customers are not called by */
    expect_list(&fixture, TEXT("C1\ncode\n"), 2, 1);
    expect_list(&fixture, TEXT("nobody\nC1\n"), 2, 1);
}

TEST(any_bytes_are_a_list_of_codes_or_refused)
{
    /* goal: no list crashes the reader. method: random bytes, rich in separators */
    AUTO(fixture_done) Fixture fixture = open_crowd();
    static const char bytes[] = "C1C2\n\n\r\t,; \xEF\xBB\xBF\xFF\x00";
    Random random = random_seeded(harness_seed());
    for (unsigned round = 0; round < 2000; round++) {
        char text[40];
        size_t size = (size_t)random_below(&random, sizeof text);
        for (size_t i = 0; i < size; i++)
            text[i] = bytes[random_below(&random, sizeof bytes)];
        CodeList list = {0};
        Status status =
            code_list_read(fixture.store, (Text){text, size}, fixture.arena, &list, &fixture.err);
        EXPECT(status == STATUS_OK || status == STATUS_INVALID);
        EXPECT_INT(list.lines_count,
                   customer_set_count(&list.customers) + list.repeated_count + list.unknown_count);
        customer_set_free(&list.customers);
    }
}
