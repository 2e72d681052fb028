/* test_sql.c -- SQL over the truth: views, virtual tables, functions, and what is refused. */
#include "store/fixture_events.h"

#include "base/buffer.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static Status print_row(void *context, const Value *values, size_t count, Error *err)
{
    Buffer *out = context;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        char number[DECIMAL_TEXT_MAX];
        if (i > 0) buffer_char(out, ' ');
        if (value_is_missing(values[i])) buffer_cstr(out, "-");
        if (values[i].kind == VALUE_TEXT) buffer_text(out, values[i].as.text);
        if (values[i].kind == VALUE_DECIMAL)
            buffer_text(out, decimal_print(values[i].as.decimal, 0, number));
        if (values[i].kind == VALUE_RATIO)
            buffer_text(out, double_print(values[i].as.ratio, number));
    }
    buffer_char(out, '\n');
    return STATUS_OK;
}

/* The rows of a query as lines, or the name of its status. */
static Text run(Fixture *fixture, const char *sql)
{
    AUTO(buffer_done) Buffer out = {0};
    SqlReceiver receiver = {.context = &out, .row = print_row};
    Status status = store_query(fixture->store, text_of(sql), NULL, 0, &receiver, &fixture->err);
    if (status != STATUS_OK) return text_of(status_name(status));
    return arena_text(fixture->arena, buffer_view(&out));
}

#define EXPECT_ROWS(sql, expected) EXPECT_TEXT(run(&fixture, sql), expected)

static void fill(Fixture *fixture)
{
    WriteResult result;
    Error *err = &fixture->err;
    fixture_add_item(fixture, "d", "Дрель", 10000);
    const Purchase purchases[] = {
        PURCHASE(.customer = "b", .at = "2026-03-02T10:00", .order = "o2", .item = "d",
                 .quantity = 20000, .channel = "сайт"),
        PURCHASE(.customer = "a", .at = "2026-03-01", .order = "o1", .amount = 50000),
        PURCHASE(.customer = "b", .at = "2026-03-01", .amount = 10000, .channel = "магазин"),
    };
    fixture_write(fixture, EVENTS_UPSERT, purchases, COUNT(purchases));
    Property own = {.name = TEXT("Площадь \"м²\""), .type = PROPERTY_NUMBER, .scale = 1};
    EXPECT_OK(store_add_property(fixture->store, &own, err), err);
    EXPECT_OK(
        fixture_set(fixture, "b", "Площадь \"м²\"", value_decimal(125), WRITE_UPSERT, &result),
        err);
    EXPECT_OK(fixture_set(fixture, "b", "region", value_text(TEXT("ЦФО / Москва")), WRITE_UPSERT,
                          &result),
              err);
}

TEST(views_and_tables)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    EXPECT_ROWS(
        "SELECT id, code, name, kind, region, \"Площадь \"\"м²\"\"\" FROM customer ORDER BY id",
        "1 b - - ЦФО / Москва 125\n2 a - - - -\n");
    EXPECT_ROWS("SELECT code, name, group_path, brand, price, cost FROM item",
                "d Дрель - - 10000 -\n");
    EXPECT_ROWS("SELECT customer_id, seq, at, day, \"order\", item, quantity, amount, channel FROM "
                "purchase",
                "1 0 1772445600 20514 o2 1 20000 20000 сайт\n"
                "1 1 1772323200 20513 - - - 10000 магазин\n"
                "2 0 1772323200 20513 o1 - - 50000 -\n");
    EXPECT_ROWS("SELECT count(*) FROM interaction", "0\n");
    fixture_reopen(&fixture, STORE_READ);
    EXPECT_ROWS("SELECT count(*), sum(amount) FROM purchase", "3 80000\n");
    fixture_done(&fixture);
}

TEST(one_customer_is_found_directly)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    EXPECT_ROWS("SELECT c.code, (SELECT sum(amount) FROM purchase p WHERE p.customer_id = c.id AND "
                "p.day <= 20513) FROM customer c ORDER BY c.code",
                "a 50000\nb 10000\n");
    EXPECT_ROWS("SELECT c.code, i.name FROM customer c JOIN purchase p ON p.customer_id = c.id "
                "JOIN item i ON i.id = p.item",
                "b Дрель\n");
    EXPECT_ROWS("SELECT customer_id, count(*) FROM purchase GROUP BY customer_id ORDER BY "
                "customer_id",
                "1 2\n2 1\n");
    EXPECT_ROWS("SELECT customer_id, seq FROM purchase ORDER BY customer_id DESC, seq DESC",
                "2 0\n1 1\n1 0\n");
    EXPECT_ROWS("SELECT count(*) FROM purchase WHERE customer_id = 99 OR customer_id = -1", "0\n");
    EXPECT_ROWS("SELECT count(*) FROM purchase WHERE customer_id = 'b'", "0\n");
    EXPECT_ROWS("SELECT count(*) FROM purchase WHERE customer_id IN (1, 2)", "3\n");
    EXPECT_ROWS(
        "WITH x AS (SELECT customer_id AS id FROM purchase) SELECT count(DISTINCT id) FROM x",
        "2\n");
    fixture_done(&fixture);
}

TEST(functions_of_the_language)
{
    Fixture fixture = fixture_open();
    static const struct {
        const char *sql, *expected;
    } cases[] = {
        {"fold(' ЁЛКА  x ')", "елка x"},
        {"fold(NULL)", "-"},
        {"own_name('ЦФО / Москва')", "Москва"},
        {"under('ЦФО / Москва', 'цфо')", "1"},
        {"under(NULL, 'цфо')", "0"},
        {"regex_match('^ё.*а$', 'ЕЛКА')", "1"},
        {"regex_match('x', NULL)", "0"},
        {"set_has('Опт|Розница', 'розница')", "1"},
        {"set_has('Опт|Розница', 'роз')", "0"},
        {"set_has_own('A / B|C', 'b')", "1"},
        {"set_under('A / B|C', 'a')", "1"},
        {"day_add(20483, 1, 'month')", "20512"},
        {"day_period(20513, 'month') - day_period(20512, 'month')", "1"},
        {"day_period_begin(20514, 'week')", "20514"},
        {"day_year(20513)", "2026"},
        {"day_month(20513)", "3"},
        {"day_of_month(20513)", "1"},
        {"day_weekday(20513)", "7"},
        {"full_years(20513 - 366, 20513)", "1"},
        {"full_years(20514, 20513)", "-"},
        {"day_add(NULL, 1, 'day')", "-"},
        {"day_add(1, 1, 'eon')", "INVALID"},
        {"regex_match('(', 'x')", "INVALID"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT %s", cases[i].sql);
        Text actual = text_trim(run(&fixture, sql));
        if (!text_equal(actual, text_of(cases[i].expected)))
            harness_fail(__FILE__, __LINE__, "%s is '%.*s'", cases[i].sql, TEXT_FORMAT(actual));
    }
    fixture_done(&fixture);
}

TEST(everything_but_one_select_is_refused)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    static const char *const denied[] = {
        "INSERT INTO customer (code) VALUES ('x')",
        "UPDATE main.customer SET name = 'x'",
        "DROP TABLE main.customer",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "PRAGMA user_version",
        "PRAGMA user_version = 3",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO '/tmp/x.db'",
        "BEGIN",
        "COMMIT",
        "EXPLAIN SELECT 1",
        "EXPLAIN QUERY PLAN SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE customer",
        "SELECT * FROM main.customer",
        "SELECT search FROM main.customer",
        "SELECT * FROM setting",
        "SELECT * FROM erasure",
        "SELECT * FROM main.event_pack_1",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM sqlite_temp_master",
        "SELECT count(*) FROM Erasure",
        "WITH x AS (SELECT 1) INSERT INTO customer (code) SELECT * FROM x",
    };
    for (size_t i = 0; i < COUNT(denied); i++) {
        Text status = run(&fixture, denied[i]);
        if (!text_equal(status, TEXT("DENIED")))
            harness_fail(__FILE__, __LINE__, "%s: %.*s", denied[i], TEXT_FORMAT(status));
    }
    static const char *const invalid[] = {"",
                                          "  -- nothing",
                                          "SELEC 1",
                                          "SELECT * FROM nowhere",
                                          "SELECT nothing FROM customer",
                                          "SELECT ?1",
                                          "SELECT abs(-9223372036854775808)"};
    for (size_t i = 0; i < COUNT(invalid); i++) {
        Text status = run(&fixture, invalid[i]);
        if (!text_equal(status, TEXT("INVALID")))
            harness_fail(__FILE__, __LINE__, "%s: %.*s", invalid[i], TEXT_FORMAT(status));
    }
    EXPECT_ROWS("SELECT 1 ; -- done\n ;", "1\n");
    EXPECT_ROWS("VALUES (1), (2)", "1\n2\n");
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM customer"), 2);
    fixture_done(&fixture);
}

static Status take_heading(void *context, const SqlColumn *columns, size_t count, Error *err)
{
    (void)err;
    for (size_t i = 0; i < count; i++) {
        buffer_text(context, columns[i].name);
        buffer_char(context, ',');
    }
    return STATUS_OK;
}

TEST(parameters_and_heading)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    Error *err = &fixture.err;
    AUTO(buffer_done) Buffer out = {0};
    SqlReceiver receiver = {.context = &out, .row = print_row, .heading = take_heading};
    const Value parameters[] = {value_text(TEXT("a' OR 1=1 --")), value_decimal(INT64_MAX),
                                value_ratio(0.5), value_missing(), value_date((Date){5})};
    EXPECT_OK(store_query(fixture.store, TEXT("SELECT ?1 AS a, ?2 AS \"b c\", ?3, ?4, ?5"),
                          parameters, 5, &receiver, err),
              err);
    EXPECT_TEXT(buffer_view(&out), "a,b c,?3,?4,?5,a' OR 1=1 -- 9223372036854775807 0.5 - 5\n");
    EXPECT_STATUS(store_query(fixture.store, TEXT("SELECT ?1"), parameters, 2, &receiver, err),
                  STATUS_INVALID, err);
    fixture_done(&fixture);
}

static Status take_types(void *context, const SqlColumn *columns, size_t count, Error *err)
{
    (void)err;
    for (size_t i = 0; i < count; i++) {
        buffer_cstr(context, type_name(columns[i].type));
        buffer_printf(context, "/%d ", columns[i].type.scale);
    }
    return STATUS_OK;
}

/* What is computed has no type of its own; behind a UNION nobody can tell. */
TEST(columns_of_tables_have_types)
{
    static const struct {
        const char *sql, *types;
    } cases[] = {
        {"SELECT code, birth_date, credit_limit FROM customer", "text/0 date/0 money/4 "},
        {"SELECT c.credit_limit AS x FROM (SELECT * FROM customer) c", "money/4 "},
        {"SELECT credit_limit + 0, sum(credit_limit), id FROM customer",
         "unknown/0 unknown/0 unknown/0 "},
        {"SELECT price, cost, id FROM item", "money/4 money/4 unknown/0 "},
        {"SELECT p.at, p.day, p.quantity, p.amount FROM purchase p",
         "moment/0 date/0 number/4 money/4 "},
        {"SELECT max(amount) FROM purchase", "unknown/0 "},
        {"SELECT price FROM item UNION ALL SELECT 3", "unknown/0 "},
    };
    Fixture fixture = fixture_open();
    fill(&fixture);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(buffer_done) Buffer out = {0};
        SqlReceiver receiver = {.context = &out, .row = print_row, .heading = take_types};
        Text sql = text_of(cases[i].sql);
        AUTO(buffer_done) Buffer query = {0};
        buffer_printf(&query, "SELECT * FROM (%.*s) WHERE 0", TEXT_FORMAT(sql));
        EXPECT_OK(store_query(fixture.store, buffer_view(&query), NULL, 0, &receiver, &fixture.err),
                  &fixture.err);
        EXPECT_TEXT(buffer_view(&out), cases[i].types);
    }
    EXPECT_INT(sql_column_value(value_decimal(1), (Type){.kind = TYPE_BOOL}).kind, VALUE_BOOL);
    EXPECT_INT(sql_column_value(value_decimal(5), (Type){.kind = TYPE_DATE}).as.date.day, 5);
    EXPECT_INT(sql_column_value(value_decimal(5), (Type){0}).as.decimal, 5);
    fixture_done(&fixture);
}

static Status stop_at_once(void *context, const Value *values, size_t count, Error *err)
{
    (void)values, (void)count;
    ++*(int *)context;
    return error_set(err, STATUS_LIMIT, "enough");
}

static bool say_stop(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step, (void)done, (void)total;
    return ++*(int *)context < 3;
}

TEST(queries_can_be_stopped)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    int rows = 0, questions = 0;
    SqlReceiver receiver = {.context = &rows, .row = stop_at_once};
    EXPECT_STATUS(store_query(fixture.store, TEXT("VALUES (1), (2)"), NULL, 0, &receiver, err),
                  STATUS_LIMIT, err);
    EXPECT_INT(rows, 1);
    Progress progress = {say_stop, &questions};
    receiver.progress = &progress;
    EXPECT_STATUS(
        store_query(fixture.store,
                    TEXT("WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) "
                         "SELECT max(n) FROM x"),
                    NULL, 0, &receiver, err),
        STATUS_CANCELLED, err);
    EXPECT_INT(questions, 3);
    fixture_done(&fixture);
}

/* New properties, fields and streams are seen; taken back ones are gone. */
TEST(tables_follow_the_schema)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    EXPECT_ROWS("SELECT count(*) FROM setting", "DENIED");
    /* a stream may have the name of a table of ours, and quotes */
    Stream setting = {.name = TEXT("setting")}, quoted = {.name = TEXT("my \"own\"; stream")};
    EXPECT_OK(store_add_stream(fixture.store, &setting, err), err);
    EXPECT_OK(store_add_stream(fixture.store, &quoted, err), err);
    EXPECT_ROWS("SELECT count(*) FROM setting", "0\n");
    EXPECT_ROWS("SELECT count(*) FROM \"my \"\"own\"\"; stream\"", "0\n");
    EXPECT_OK(store_batch_begin(fixture.store, err), err);
    Field field = {.name = TEXT("extra"), .type = PROPERTY_NUMBER};
    EXPECT_OK(store_add_field(fixture.store, TEXT("purchase"), &field, err), err);
    fixture_add_customer(&fixture, "new", "new");
    EXPECT_ROWS("SELECT count(extra) FROM purchase", "0\n");
    EXPECT_ROWS("SELECT count(*) FROM customer", "3\n");
    store_batch_rollback(fixture.store);
    EXPECT_ROWS("SELECT count(extra) FROM purchase", "INVALID");
    EXPECT_ROWS("SELECT count(*) FROM customer", "2\n");
    /* in the middle of a snapshot */
    CustomerSource *source;
    CustomerRow row;
    EXPECT_OK(store_read_begin(fixture.store, err), err);
    EXPECT_OK(store_customer_source(fixture.store, &source, err), err);
    EXPECT_OK(source->next(source, fixture.arena, &row, err), err);
    EXPECT_ROWS("SELECT count(*) FROM purchase", "3\n");
    EXPECT_OK(source->next(source, fixture.arena, &row, err), err);
    EXPECT_TEXT(row.code, "a");
    store_read_end(fixture.store);
    EXPECT_ROWS("SELECT count(*) FROM purchase", "3\n");
    /* writing goes on as before */
    fixture_add_customer(&fixture, "later", "later");
    EXPECT_ROWS("SELECT count(*) FROM customer", "3\n");
    fixture_done(&fixture);
}

TEST(damaged_packs_end_a_query)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    store_done(&fixture.store);
    fixture_damage(&fixture, "UPDATE event_pack_1 SET payload = substr(payload, 1, 5)");
    Error err;
    EXPECT_OK(store_open(fixture.path, STORE_READ, &fixture.store, &err), &err);
    EXPECT_ROWS("SELECT count(*) FROM purchase", "CORRUPT");
    EXPECT(strstr(fixture.err.message, "damaged") != NULL);
    fixture_done(&fixture);
}
