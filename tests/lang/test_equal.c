/* test_equal.c -- what counts as the same expression and what does not. */
#include "harness/harness.h"
#include "lang/lang.h"

static const Node *parse(const char *source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    if (expression_parse(text_of(source), arena, &root, &diagnostics) == STATUS_OK) return root;
    harness_fail(__FILE__, __LINE__, "'%s' does not parse", source);
    static const Node nothing = {.kind = NODE_KIND_COUNT};
    return &nothing;
}

/* Every one says something else than every other. */
static const char *const DIFFERENT[] = {
    "a",
    "b",
    "a.b",
    "b.a",
    "1",
    "-1",
    "-(1)",
    "1.5",
    "\"1\"",
    "\"x\"",
    "\"X\"",
    "\"\"",
    "true",
    "false",
    "missing",
    "2026-03-31",
    "2026-03-30",
    "2026-03-31T00:00",
    "2026-03-31T00:01",
    "not a",
    "not not a",
    "-a",
    "a = b",
    "b = a",
    "a != b",
    "not a = b",
    "a < b",
    "a <= b",
    "a + b",
    "a - b",
    "a * b",
    "a and b",
    "b and a",
    "a or b",
    "a and b and c",
    "(a and b) and c",
    "a and (b and c)",
    "a between 1 and 2",
    "a between 1 and 3",
    "a not between 1 and 2",
    "a in [1, 2]",
    "a in [1, 2)",
    "a in (1, 2]",
    "a in ((1), 2)",
    "a in (1, 2)",
    "a in (2, 1)",
    "a in (1, 2, 2)",
    "a in (1, )",
    "a in [1, )",
    "a in (, 1)",
    "a not in (1, 2)",
    "a is missing",
    "a is not missing",
    "a contains \"x\"",
    "a not contains \"x\"",
    "a contains \"X\"",
    "a starts with \"x\"",
    "a ends with \"x\"",
    "a matches \"x\"",
    "a under \"x\"",
    "a under \"y\"",
    "a has any (\"x\")",
    "a has all (\"x\")",
    "a has none (\"x\")",
    "a has any (\"x\", \"y\")",
    "count(p)",
    "count(q)",
    "any(p)",
    "sum(p.x)",
    "sum(p.y)",
    "sum(p.x.y)",
    "count(p where a)",
    "count(p where b)",
    "count(p by day)",
    "count(p by week)",
    "count(p, last 1 day)",
    "count(p, last 2 days)",
    "count(p, last 1 week)",
    "count(p, last 1 day shifted back 1 day)",
    "count(p, last 1 day shifted back 2 days)",
    "count(p, last 1 day shifted back 1 week)",
    "count(p, previous day)",
    "count(p, previous 2 days)",
    "count(p, this day)",
    "count(p, this year)",
    "count(p, from 2026-01-01 to 2026-01-02)",
    "count(p, from 2026-01-01 to 2026-01-03)",
    "count(p, since 2026-01-01)",
    "count(p, before 2026-01-01)",
    "count(p, on 2026-01-01)",
    "count(p, on 2026-01-02)",
    "count(p, between 1 and 2 days ago)",
    "count(p, between 1 and 3 days ago)",
    "sequence(p, then q)",
    "sequence(q, then p)",
    "sequence(p, then q, then q)",
    "sequence(p where a, then q)",
    "sequence(p, then q within 1 day)",
    "sequence(p, then q within 2 days)",
    "sequence(p, then q within 1 week)",
    "sequence(p, then q without r)",
    "sequence(p, then q without s)",
    "sequence(p, then q, last 1 day)",
    "abs(a)",
    "floor(a)",
    "abs(b)",
    "abs(a, b)",
    "anniversary(a, next 7 days)",
    "anniversary(a, last 7 days)",
    "anniversary(a)",
    "at least 1 of (a, b)",
    "at least 2 of (a, b)",
    "at least 1 of (a)",
    "top 5 by a",
    "bottom 5 by a",
    "top 6 by a",
    "top 5% by a",
    "top 5 by b",
    "top 5 by a within (b)",
    "top 5 by a within (c)",
};

TEST(expressions_that_say_something_else_differ)
{
    AUTO(arena_done) Arena *arena = arena_new();
    enum { COUNT = sizeof DIFFERENT / sizeof *DIFFERENT };
    const Node *trees[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        trees[i] = parse(DIFFERENT[i], arena);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < COUNT; j++)
            if (expression_equal(trees[i], trees[j]) != (i == j))
                harness_fail(__FILE__, __LINE__, "'%s' and '%s'", DIFFERENT[i], DIFFERENT[j]);
}

TEST(spelling_does_not_make_another_expression)
{
    static const char *const PAIRS[][2] = {
        {"Region = 1", "region = 1"},
        {"`ёлка` = 1", "Елка = 1"},
        {"1.50", "1.5"},
        {"1_000", "1000"},
        {"(a)", "a"},
        {"COUNT(Purchase, previous 1 month)", "count(purchase, previous month)"},
        {"top 5.0 by a", "top 5 by a"},
        {"'x'", "\"x\""},
    };
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++)
        if (!expression_equal(parse(PAIRS[i][0], arena), parse(PAIRS[i][1], arena)))
            harness_fail(__FILE__, __LINE__, "'%s' and '%s'", PAIRS[i][0], PAIRS[i][1]);
}
