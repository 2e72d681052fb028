/* test_print.c -- canonical text: what is printed parses to the same tree, for random trees as
 * well. */
#include "harness/harness.h"
#include "lang/lang.h"
#include "random_tree.h"
#include "sample_catalog.h"

static void expect_printed(int line, const char *source, const char *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    if (expression_parse(text_of(source), arena, &root, &diagnostics) != STATUS_OK)
        harness_fail(__FILE__, line, "'%s' does not parse", source);
    else
        harness_expect_text(__FILE__, line, source, expression_print(root, arena),
                            text_of(expected));
}

#define EXPECT_PRINTED(source, expected) expect_printed(__LINE__, source, expected)

TEST(brackets_stand_only_where_they_are_needed)
{
    EXPECT_PRINTED("((a) and ((b or c))) or (d)", "a and (b or c) or d");
    EXPECT_PRINTED("(a * b) + (c)", "a * b + c");
    EXPECT_PRINTED("a - (b - c)", "a - (b - c)");
    EXPECT_PRINTED("(not (a))", "not a");
    EXPECT_PRINTED("top 5 by (a + b)", "top 5 by a + b");
    EXPECT_PRINTED("(top 5 by a) + b", "(top 5 by a) + b");
    EXPECT_PRINTED("any(p where (top 5 by a) by month)", "any(p where top 5 by a by month)");
}

TEST(an_open_interval_of_numbers_is_not_printed_as_a_list)
{
    EXPECT_PRINTED("a in ((200), 500)", "a in ((200), 500)");
    EXPECT_PRINTED("a in [200,500]", "a in [200, 500]");
    EXPECT_PRINTED("a in (,500)", "a in (, 500)");
    EXPECT_PRINTED("a in [200,]", "a in [200, )");
}

TEST(numbers_keep_the_decimals_they_were_written_with)
{
    EXPECT_PRINTED("1_000.50", "1000.50");
    EXPECT_PRINTED("-0.05", "-0.05");
    EXPECT_PRINTED("- 5", "-5");
    EXPECT_PRINTED("999999999999999999", "999999999999999999");
}

TEST(names_are_quoted_exactly_when_they_must_be)
{
    EXPECT_PRINTED("`region` = `Площадь магазина`", "region = `Площадь магазина`");
    EXPECT_PRINTED("`a``b`.`and` = `1a`", "`a``b`.`and` = `1a`");
    EXPECT_PRINTED("`last` > `top`", "last > top");
}

TEST(texts_are_printed_in_double_quotes)
{
    EXPECT_PRINTED("'it\\'s \"x\"\\n\\t\\r\\\\'", "\"it's \\\"x\\\"\\n\\t\\r\\\\\"");
    EXPECT_PRINTED("''", "\"\"");
}

TEST(windows_are_printed_as_they_are_said)
{
    EXPECT_PRINTED("count(p, PREVIOUS month)", "count(p, previous month)");
    EXPECT_PRINTED("count(p, previous 1 months)", "count(p, previous 1 month)");
    EXPECT_PRINTED("count(p, last 1 day shifted back 2 year)",
                   "count(p, last 1 day shifted back 2 years)");
    EXPECT_PRINTED("count(p, between 6 and 3 month ago)", "count(p, between 6 and 3 months ago)");
}

/* A checked tree has resolved names and streams; it is written as the tree it came from. */
static void expect_checked_the_same(int line, const char *source)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    Expression *expression = NULL;
    Status status = expression_parse(text_of(source), arena, &root, &diagnostics);
    if (status == STATUS_OK)
        status = expression_check(root, sample_catalog(arena), EXPECT_ANY_VALUE, arena, &expression,
                                  &diagnostics);
    if (status != STATUS_OK) {
        Text shown = diagnostic_render(&diagnostics.items[0], text_of(source), LANGUAGE_EN, arena);
        harness_fail(__FILE__, line, "%.*s", TEXT_FORMAT(shown));
        return;
    }
    Text json = expression_to_json(root, arena);
    harness_expect_text(__FILE__, line, source, expression_print(expression->root, arena),
                        expression_print(root, arena));
    harness_expect_text(__FILE__, line, source, expression_to_json(expression->root, arena), json);
}

TEST(a_checked_tree_is_written_as_it_was_parsed)
{
    static const char *const SOURCES[] = {
        "region = \"Москва\" and `Площадь магазина` in [200, 500.50) or region is missing",
        "revenue_12m > 1000 and orders = 1",
        "sum(purchase.amount where item = \"Супер дрель\" and item.group under \"Дрели\" and "
        "weekday in (6, 7) and date >= 2026-01-01, previous 3 months) > 40000.50",
        "distinct(purchase.item.brand) > 1 and min(purchase.date) < today",
        "most_common(purchase.item) = \"Супер дрель\"",
        "sequence(purchase where item.group = \"Дрели\", then purchase within 30 days without "
        "visit)",
        "debt(settlement) > 0 and overdue_days(settlement) > 30",
        "member(\"Активные\") and saved(\"Акция\") and class(\"ABC revenue\") = \"A\"",
        "entered(\"Чёрный список\", last 30 days) and score(\"churn\") > 0.5",
        "region = \"\" or tags has none (\"x\", \"y\")",
        "(top 10% by revenue_12m within (region under \"ЦФО\")) and at least 1 of (opt_in, not "
        "opt_in)",
        "anniversary(birth_date, next 7 days) and birth_date between 1990-01-01 and 2000-01-01",
    };
    for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++)
        expect_checked_the_same(__LINE__, SOURCES[i]);
}

/* How `tree` differs after a way through text and JSON; empty when it does not. */
static const char *way_back(const Node *tree, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *parsed = NULL, *read = NULL;
    Text text = expression_print(tree, arena), json = expression_to_json(tree, arena);
    if (expression_parse(text, arena, &parsed, &diagnostics) != STATUS_OK)
        return "the text does not parse";
    if (!expression_equal(tree, parsed)) return "the text is another expression";
    if (!text_equal(expression_print(parsed, arena), text)) return "the text is not canonical";
    if (!text_equal(expression_to_json(parsed, arena), json)) return "text and JSON differ";
    if (expression_from_json(json, arena, &read, &diagnostics) != STATUS_OK)
        return "the JSON cannot be read";
    if (!expression_equal(tree, read)) return "the JSON is another expression";
    if (!text_equal(expression_to_json(read, arena), json)) return "the JSON is not canonical";
    if (!text_equal(expression_print(read, arena), text)) return "JSON and text differ";
    return "";
}

static void expect_way_back(size_t count, size_t depth_max, size_t size)
{
    Random random = random_seeded(harness_seed() + depth_max);
    for (size_t i = 0; i < count; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        const Node *tree = random_tree(&random, arena, depth_max, size);
        const char *difference = way_back(tree, arena);
        if (*difference == '\0') continue;
        Text text = expression_print(tree, arena);
        harness_fail(__FILE__, __LINE__, "%s: %.*s", difference, TEXT_FORMAT(text));
        return;
    }
}

TEST(small_random_trees_come_back_from_text_and_json)
{
    expect_way_back(14000, 4, 6);
}

TEST(large_random_trees_come_back_from_text_and_json)
{
    expect_way_back(5000, 8, 30);
}

TEST(trees_of_all_allowed_levels_come_back_from_text_and_json)
{
    expect_way_back(1000, LANG_DEPTH_MAX, 200);
}
