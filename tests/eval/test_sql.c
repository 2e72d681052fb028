/* test_sql.c -- what the SQL looks like: readable for an analyst, nothing pasted when it runs. */
#include "base/buffer.h"
#include "eval/answers.h"
#include "harness/harness.h"

static Population *shop(Arena *arena)
{
    Error err;
    Population *population = population_new(arena);
    EXPECT_OK(population_read(population,
                              TEXT("property \"Площадь \\\" x\" number 2\n"
                                   "item I1 name=\"Супер дрель\"\n"
                                   "customer C1 region=Москва city=\"O'Neil; --\"\n"
                                   "event purchase C1 2026-01-10 item=I1 amount=5\n"),
                              &err),
              &err);
    return population;
}

static SqlQuery query(Arena *arena, const char *source, SqlPurpose purpose)
{
    Text problem;
    Population *population = shop(arena);
    const Expression *expression = population_compile(population, text_of(source), arena, &problem);
    if (expression == NULL) harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problem));
    ASSERT(expression != NULL);
    return sql_generate(expression, date_of(2026, 3, 31), purpose, arena);
}

TEST(sql_for_reading_is_one_clause_per_line_with_literals)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SqlQuery read = query(arena,
                          "region = \"Москва\" and sum(purchase.amount where item = \"Супер "
                          "дрель\", last 30 days) > 40000",
                          SQL_FOR_READING);
    EXPECT_INT(read.parameters_count, 0);
    EXPECT_TEXT(read.sql, "SELECT c.id, c.code,\n"
                          "  (\n"
                          "    (fold(own_name(c.\"region\")) = 'москва') IS TRUE\n"
                          "    AND (COALESCE(\n"
                          "      (\n"
                          "        SELECT SUM(e.\"amount\")\n"
                          "        FROM \"purchase\" AS e\n"
                          "        WHERE e.customer_id = c.id\n"
                          "        AND e.day BETWEEN 20514 /* 2026-03-02 */ AND 20543 "
                          "/* 2026-03-31 */\n"
                          "        AND EXISTS (SELECT 1 FROM item AS i WHERE i.id = e.\"item\" AND "
                          "(fold(i.code) = 'супер дрель' OR fold(i.name) = 'супер дрель'))\n"
                          "        AND e.\"amount\" IS NOT NULL\n"
                          "      ),\n"
                          "      0\n"
                          "    ) > 400000000 /* 40000 */)\n"
                          "  ) AS value\n"
                          "FROM customer AS c\n"
                          "ORDER BY c.id");
}

TEST(literals_are_quoted_for_reading)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SqlQuery read = query(arena, "city = \"O'Neil; --\" and `Площадь \" x` > 1.5", SQL_FOR_READING);
    EXPECT(text_contains(read.sql, TEXT("= 'o''neil; --'")));
    EXPECT(text_contains(read.sql, TEXT("c.\"Площадь \"\" x\" > 150 /* 1.5 */")));
}

TEST(literals_are_bound_for_running)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SqlQuery run =
        query(arena, "city = \"O'Neil; --\" and any(purchase, last 30 days)", SQL_FOR_RUNNING);
    EXPECT(!text_contains(run.sql, TEXT("neil")));
    EXPECT_INT(run.parameters_count, 3);
    EXPECT_TEXT(run.parameters[0].as.text, "o'neil; --");
    EXPECT_INT(run.parameters[2].as.decimal, 20543);
}

TEST(the_text_for_running_does_not_depend_on_the_day)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text problem;
    Population *population = shop(arena);
    const Expression *expression = population_compile(
        population, TEXT("age(birth_date) + cv(purchase.amount by month, last 1 year) > 3"), arena,
        &problem);
    ASSERT(expression != NULL);
    SqlQuery one = sql_generate(expression, date_of(2026, 3, 31), SQL_FOR_RUNNING, arena);
    SqlQuery two = sql_generate(expression, date_of(2024, 2, 29), SQL_FOR_RUNNING, arena);
    EXPECT(text_equal(one.sql, two.sql));
}

TEST(a_long_list_is_one_parameter)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer source = {0};
    buffer_cstr(&source, "city in (\"O'Neil; --\"");
    for (int i = 0; i < 10000; i++)
        buffer_printf(&source, ", \"x%d \\\\ \\\" \"", i);
    buffer_cstr(&source, ")");
    Text problem;
    Population *population = shop(arena);
    const Expression *expression =
        population_compile(population, buffer_view(&source), arena, &problem);
    REQUIRE(expression != NULL);
    Date as_of = date_of(2026, 3, 31);
    EXPECT_INT(sql_generate(expression, as_of, SQL_FOR_RUNNING, arena).parameters_count, 1);
    AUTO(tables_done) Tables *tables = tables_open(population);
    SqlRunner runner = tables_runner(tables);
    Answer answer = answer_of_sql(&runner, expression, as_of, arena);
    EXPECT_TEXT(answer_print(&answer, expression->root->type, arena), "C1");
}

/* SQLite limits the depth of a tree to 1000, and parameters, and columns. */
TEST(ten_thousand_nodes_run)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer source = {0};
    buffer_cstr(&source, "count(purchase) = 1");
    for (int i = 0; i < 1400; i++)
        buffer_printf(&source, "%s income + %d > 5", i % 2 == 0 ? " and not" : " or", i);
    Text problem;
    Population *population = shop(arena);
    const Expression *expression =
        population_compile(population, buffer_view(&source), arena, &problem);
    if (expression == NULL)
        harness_fail(__FILE__, __LINE__, "%.*s", (int)(problem.size < 500 ? problem.size : 500),
                     problem.data);
    REQUIRE(expression != NULL);
    Date as_of = date_of(2026, 3, 31);
    AUTO(tables_done) Tables *tables = tables_open(population);
    SqlRunner runner = tables_runner(tables);
    Answer reference = answer_of_reference(population, expression, as_of, arena);
    Answer sql = answer_of_sql(&runner, expression, as_of, arena);
    const char *how = answers_differ(&reference, &sql, expression->root->type, arena);
    if (how != NULL) harness_fail(__FILE__, __LINE__, "%s", how);
}

/* As deep as the language allows. */
TEST(the_deepest_expression_runs)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer source = {0};
    enum { LEVELS = 28 };
    for (int i = 0; i < LEVELS; i++)
        buffer_cstr(&source, "if(not (");
    buffer_cstr(&source, "vip");
    for (int i = 0; i < LEVELS; i++)
        buffer_cstr(&source, "), vip, income > 1)");
    Text problem;
    Population *population = shop(arena);
    const Expression *expression =
        population_compile(population, buffer_view(&source), arena, &problem);
    if (expression == NULL) harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problem));
    REQUIRE(expression != NULL);
    AUTO(tables_done) Tables *tables = tables_open(population);
    SqlRunner runner = tables_runner(tables);
    Answer sql = answer_of_sql(&runner, expression, date_of(2026, 3, 31), arena);
    EXPECT_OK(sql.status, &sql.err);
}

/* Of an event no part can be a table of its own. */
TEST(a_condition_on_events_that_is_too_deep_is_a_limit)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer source = {0};
    enum { LEVELS = 56 };
    buffer_cstr(&source, "any(purchase where ");
    for (int i = 0; i < LEVELS; i++)
        buffer_cstr(&source, "not (");
    buffer_cstr(&source, "amount > 1");
    for (int i = 0; i < LEVELS; i++)
        buffer_cstr(&source, ")");
    buffer_cstr(&source, ")");
    Text problem;
    Population *population = shop(arena);
    const Expression *expression =
        population_compile(population, buffer_view(&source), arena, &problem);
    REQUIRE(expression != NULL);
    AUTO(tables_done) Tables *tables = tables_open(population);
    SqlRunner runner = tables_runner(tables);
    Answer sql = answer_of_sql(&runner, expression, date_of(2026, 3, 31), arena);
    EXPECT_STATUS(sql.status, STATUS_LIMIT, &sql.err);
}
