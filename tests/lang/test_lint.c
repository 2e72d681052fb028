/* test_lint.c -- sets of possible values, reasoning about conditions, bands of a property. The
 * warnings of whole expressions are in lint.case. */
#include "base/random.h"
#include "harness/harness.h"
#include "lang/bands.h"
#include "lang/formula.h"
#include "lang/lang.h"
#include "sample_catalog.h"

enum { STEPS_TRIED = 20, TEXTS_TRIED = 6, ROUNDS = 2000 };

static Expression *compile(const Catalog *catalog, Text source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = NULL;
    if (expression_compile(source, catalog, EXPECT_RULE, arena, &expression, &diagnostics) ==
        STATUS_OK)
        return expression;
    Text message = diagnostic_render(&diagnostics.items[0], source, LANGUAGE_EN, arena);
    harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(message));
    return NULL;
}

/* ---- sets against lists of their members ---- */

/* Members of a set among the steps 0.. (bit 0 is `missing`). */
static uint32_t members_of_steps(const Possible *set)
{
    uint32_t members = set->has_missing;
    for (int step = 0; step < STEPS_TRIED; step++)
        for (size_t i = 0; i < set->steps_count; i++)
            if (set->steps[i].low <= step && step <= set->steps[i].high)
                members |= UINT32_C(2) << step;
    return members;
}

static Possible random_steps(Random *random, Arena *arena)
{
    Possible parts[3];
    size_t count = (size_t)random_below(random, 4);
    for (size_t i = 0; i < count; i++) {
        Int128 low = random_between(random, 0, STEPS_TRIED - 1);
        Int128 high = random_between(random, 0, STEPS_TRIED - 1);
        if (random_chance(random, 0.1)) low = STEP_MIN;
        if (random_chance(random, 0.1)) high = STEP_MAX;
        parts[i] = possible_steps(low, high, arena);
        parts[i].has_missing = random_chance(random, 0.2);
    }
    return possible_union((Grid){GRID_NUMBER, 0}, parts, count, arena);
}

static Text letter(int index)
{
    static const char letters[] = "abcdef";
    return (Text){letters + index, 1};
}

static uint32_t members_of_texts(const Possible *set)
{
    uint32_t members = set->has_missing;
    for (int text = 0; text < TEXTS_TRIED; text++) {
        bool is_listed = false;
        for (size_t i = 0; i < set->texts_count; i++)
            is_listed |= text_equal(set->texts[i], letter(text));
        if (is_listed != set->is_all_but) members |= UINT32_C(2) << text;
    }
    return members;
}

static Possible random_texts(Random *random, Arena *arena)
{
    Possible parts[4];
    size_t count = (size_t)random_below(random, 5);
    for (size_t i = 0; i < count; i++) {
        parts[i] = possible_text(letter((int)random_below(random, TEXTS_TRIED)), arena);
        if (random_chance(random, 0.3)) parts[i] = possible_complement(&parts[i], arena);
        parts[i].has_missing = random_chance(random, 0.2);
    }
    return possible_union((Grid){GRID_TEXT, 0}, parts, count, arena);
}

static void expect_set_laws(Grid grid, Possible (*draw)(Random *, Arena *),
                            uint32_t (*members_of)(const Possible *), uint32_t everything)
{
    Random random = random_seeded(harness_seed());
    AUTO(arena_done) Arena *arena = arena_new();
    for (int round = 0; round < ROUNDS; round++) {
        arena_reset(arena);
        Possible pair[2] = {draw(&random, arena), draw(&random, arena)};
        uint32_t a = members_of(&pair[0]), b = members_of(&pair[1]);
        Possible both = possible_intersection(grid, pair, 2, arena);
        Possible either = possible_union(grid, pair, 2, arena);
        Possible other = possible_complement(&pair[0], arena);
        EXPECT_INT(members_of(&both), a & b);
        EXPECT_INT(members_of(&either), a | b);
        EXPECT_INT(members_of(&other), everything & ~a);
        if (possible_is_empty(&both)) EXPECT_INT(a & b, 0);
        if (possible_is_within(&pair[0], &pair[1], arena)) EXPECT_INT(a & ~b, 0);
        EXPECT(possible_is_within(&both, &pair[0], arena));
        EXPECT(possible_is_within(&pair[0], &either, arena));
    }
}

TEST(sets_of_steps_behave_as_lists_of_members)
{
    expect_set_laws((Grid){GRID_NUMBER, 0}, random_steps, members_of_steps,
                    (UINT32_C(2) << STEPS_TRIED) - 1);
}

TEST(sets_of_texts_behave_as_lists_of_members)
{
    expect_set_laws((Grid){GRID_TEXT, 0}, random_texts, members_of_texts,
                    (UINT32_C(2) << TEXTS_TRIED) - 1);
}

TEST(literals_lie_on_the_grid_of_their_subject)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Grid whole = {GRID_NUMBER, 0}, cents = {GRID_NUMBER, 2};
    Literal half = {value_decimal(5), {.kind = TYPE_DECIMAL, .scale = 1}};
    Literal minus_half = {value_decimal(-5), {.kind = TYPE_DECIMAL, .scale = 1}};
    Possible set = possible_compared(whole, COMPARE_EQ, &half, arena);
    EXPECT(possible_is_empty(&set));
    EXPECT(possible_compared(whole, COMPARE_LT, &half, arena).steps[0].high == 0);
    EXPECT(possible_compared(whole, COMPARE_LE, &half, arena).steps[0].high == 0);
    EXPECT(possible_compared(whole, COMPARE_GT, &half, arena).steps[0].low == 1);
    EXPECT(possible_compared(whole, COMPARE_GE, &half, arena).steps[0].low == 1);
    EXPECT(possible_compared(whole, COMPARE_LT, &minus_half, arena).steps[0].high == -1);
    EXPECT(possible_compared(whole, COMPARE_GE, &minus_half, arena).steps[0].low == 0);
    EXPECT(possible_compared(cents, COMPARE_EQ, &half, arena).steps[0].low == 50);
    EXPECT(possible_compared(cents, COMPARE_GT, &half, arena).steps[0].low == 51);
    Literal day = {value_date(date_of(1970, 1, 2)), {.kind = TYPE_DATE}};
    const Grid seconds = {GRID_SECOND, 0};
    EXPECT(possible_compared(seconds, COMPARE_EQ, &day, arena).steps[0].low == 86400);
    EXPECT(possible_compared(seconds, COMPARE_EQ, &day, arena).steps[0].high == 2 * 86400 - 1);
    EXPECT(possible_compared(seconds, COMPARE_GT, &day, arena).steps[0].low == 2 * 86400);
}

/* ---- conditions on one number, judged by trying every value ---- */

static Text random_condition(Random *random, Arena *arena, int depth)
{
    static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">="};
    int low = (int)random_between(random, -1, 5), high = (int)random_between(random, low, 6);
    if (depth == 0 || random_chance(random, 0.3)) {
        switch (random_below(random, 4)) {
        case 0: return arena_printf(arena, "children between %d and %d", low, high);
        case 1: return arena_printf(arena, "children not in (%d, %d)", low, high);
        case 2: return TEXT("children is missing");
        default:
            return arena_printf(arena, "children %s %d", operators[random_below(random, 6)], low);
        }
    }
    Text left = random_condition(random, arena, depth - 1);
    Text right = random_condition(random, arena, depth - 1);
    switch (random_below(random, 3)) {
    case 0: return arena_printf(arena, "(%.*s and %.*s)", TEXT_FORMAT(left), TEXT_FORMAT(right));
    case 1: return arena_printf(arena, "(%.*s or %.*s)", TEXT_FORMAT(left), TEXT_FORMAT(right));
    default: return arena_printf(arena, "not (%.*s)", TEXT_FORMAT(left));
    }
}

static bool meets(CompareOperator operator_, int64_t value, int64_t limit)
{
    switch (operator_) {
    case COMPARE_EQ: return value == limit;
    case COMPARE_LT: return value < limit;
    case COMPARE_LE: return value <= limit;
    case COMPARE_GT: return value > limit;
    case COMPARE_GE: return value >= limit;
    }
    return false;
}

static int64_t number(const Node *node)
{
    return node->as.literal.value.as.decimal;
}

static bool test_holds(const Node *node, int64_t value)
{
    if (node->kind == NODE_COMPARE)
        return meets(node->as.compare.operator_, value, number(node->as.compare.right));
    if (node->kind == NODE_BETWEEN)
        return value >= number(node->as.between.low) && value <= number(node->as.between.high);
    if (node->kind != NODE_IN_LIST) return false;
    for (size_t i = 0; i < node->as.in_list.list.count; i++)
        if (value == node->as.in_list.list.items[i].value.as.decimal) return true;
    return false;
}

/* Whether a condition on `children` holds for a value; NULL is missing. */
static bool holds(const Node *node, const int64_t *value)
{
    if (node->kind == NODE_NOT) return !holds(node->as.unary.operand, value);
    if (node->kind == NODE_AND || node->kind == NODE_OR) {
        bool left = holds(node->as.list.items[0], value);
        bool right = holds(node->as.list.items[1], value);
        return node->kind == NODE_AND ? left && right : left || right;
    }
    bool is_missing = value == NULL;
    bool result = is_missing ? node->kind == NODE_IS_MISSING : test_holds(node, *value);
    return result != node->negated;
}

/* Literals lie in -1 .. 6, so values from -2 to 7 stand for all others. */
static bool holds_for_some(const Node *node, bool wanted)
{
    if (holds(node, NULL) == wanted) return true;
    for (int64_t value = -2; value <= 7; value++)
        if (holds(node, &value) == wanted) return true;
    return false;
}

TEST(conditions_on_one_number_are_judged_exactly)
{
    Random random = random_seeded(harness_seed());
    AUTO(arena_done) Arena *catalog_arena = arena_new();
    const Catalog *catalog = sample_catalog(catalog_arena);
    size_t never_count = 0, always_count = 0;
    for (int round = 0; round < ROUNDS; round++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Text source = random_condition(&random, arena, 3);
        const Expression *expression = compile(catalog, source, arena);
        REQUIRE(expression != NULL);
        AUTO(subjects_done) Subjects subjects = subjects_new(catalog, arena);
        const Formula *formula = formula_of(&subjects, expression->root);
        size_t subject;
        bool is_never = formula_is_never(&subjects, formula, false, &subject);
        bool is_always = formula_is_never(&subjects, formula, true, &subject);
        if (is_never != !holds_for_some(expression->root, true) ||
            is_always != !holds_for_some(expression->root, false))
            harness_fail(__FILE__, __LINE__, "judged wrongly: %.*s", TEXT_FORMAT(source));
        never_count += is_never;
        always_count += is_always;
    }
    EXPECT(never_count > 20 && always_count > 20); /* both occur, so both are tested */
}

/* ---- what is not looked at ---- */

static size_t warnings_count(const char *source, const LintFacts *facts)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Catalog *catalog = sample_catalog(arena);
    Diagnostics diagnostics = diagnostics_new(arena);
    const Expression *expression = compile(catalog, text_of(source), arena);
    if (expression != NULL)
        expression_lint(expression, catalog, facts, date_of(2026, 3, 31), &diagnostics);
    EXPECT_INT(diagnostics.errors_count, 0);
    return diagnostics.count;
}

TEST(without_facts_nothing_is_said_about_data)
{
    LintFacts none = {0}, some = {.has_event_dates = true,
                                  .first_event = date_of(2026, 1, 1),
                                  .last_event = date_of(2026, 3, 31)};
    EXPECT_INT(warnings_count("count(purchase, last 10 years) > 1", NULL), 0);
    EXPECT_INT(warnings_count("count(purchase, last 10 years) > 1", &none), 0);
    EXPECT_INT(warnings_count("count(purchase, last 10 years) > 1", &some), 1);
    EXPECT_INT(warnings_count("count(contact, last 10 years) > 1", &some), 0);
}

TEST(metrics_are_not_looked_into)
{
    LintFacts facts = {.has_event_dates = true,
                       .first_event = date_of(2026, 1, 1),
                       .last_event = date_of(2026, 3, 31)};
    EXPECT_INT(warnings_count("revenue_12m > 1", &facts), 0);
    EXPECT_INT(warnings_count("sum(purchase.amount, last 12 months) > 1", &facts), 1);
}

/* A condition on an event and one on the customer may use the same name for different things. */
TEST(fields_and_properties_of_one_name_are_apart)
{
    EXPECT_INT(
        warnings_count("kind = \"person\" and any(interaction where kind = \"claim\")", NULL), 0);
    EXPECT_INT(warnings_count("kind = \"claim\"", NULL), 1);
}

TEST(wide_groups_are_judged_in_time)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Catalog *catalog = sample_catalog(arena);
    Text source = TEXT("children = 0");
    for (int i = 1; i < 3000; i++)
        source = arena_printf(arena, "%.*s or %s = %d", TEXT_FORMAT(source),
                              i % 2 == 0 ? "children" : "employees", i);
    const Expression *expression = compile(catalog, source, arena);
    REQUIRE(expression != NULL);
    Diagnostics diagnostics = diagnostics_new(arena);
    expression_lint(expression, catalog, NULL, date_of(2026, 3, 31), &diagnostics);
    EXPECT_INT(diagnostics.count, 0);
}

/* ---- bands ---- */

/* Warnings about rules given as name, rule, name, rule, ..., one per line. */
static Text band_warnings(const char *const *names_and_rules, size_t rules_count, Arena *arena)
{
    Catalog *catalog = sample_catalog(arena);
    BandedRule rules[8];
    for (size_t i = 0; i < rules_count; i++)
        rules[i] = (BandedRule){text_of(names_and_rules[2 * i]),
                                compile(catalog, text_of(names_and_rules[2 * i + 1]), arena)};
    Diagnostics diagnostics = diagnostics_new(arena);
    expression_lint_bands(rules, rules_count, &diagnostics);
    Text all = TEXT("");
    for (size_t i = 0; i < diagnostics.count; i++) {
        Text one = diagnostic_sentence(&diagnostics.items[i], LANGUAGE_EN, arena);
        all = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(all), i > 0 ? "\n" : "",
                           TEXT_FORMAT(one));
    }
    return all;
}

#define EXPECT_BANDS(rules, expected) \
    EXPECT_TEXT(band_warnings(rules, sizeof(rules) / sizeof *(rules) / 2, arena), expected)

TEST(bands_of_table_1_overlap_at_500_and_leave_a_gap)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *const rules[] = {"Магазин у дома",
                                 "`Площадь магазина` in [200, 500] and sum(purchase.amount, "
                                 "previous 3 months) / 3 >= 500000",
                                 "Супермаркет",
                                 "`Площадь магазина` in [500, 1500] and sum(purchase.amount, "
                                 "previous 3 months) / 3 >= 800000",
                                 "Торговые сети",
                                 "`Площадь магазина` in [2000, 100000] and "
                                 "sum(purchase.amount, previous 3 months) / 3 >= 3000000"};
    EXPECT_BANDS(rules, "`Площадь магазина`: 500 belongs to «Магазин у дома», «Супермаркет»\n"
                        "`Площадь магазина`: nothing covers what lies between 1500 and 2000");
}

/* Rules without the expression are no band of it; ends outside of all are told. */
TEST(bands_are_found_among_other_rules)
{
    AUTO(arena_done) Arena *arena = arena_new();
    static const char *const texts[] = {
        "`Площадь магазина` between 200 and 500 and vip",
        "city = \"Москва\"",
        "`Площадь магазина` between 500 and 1500 and vip",
        "`Площадь магазина` between 2000 and 100000",
    };
    Catalog *catalog = sample_catalog(arena);
    BandedRule rules[4];
    BandedSubject *subjects = NULL;
    size_t count = 0;
    for (size_t i = 0; i < 4; i++)
        rules[i] = (BandedRule){text_of("x"), compile(catalog, text_of(texts[i]), arena)};
    expression_bands(rules, 4, arena, &subjects, &count);
    REQUIRE(count == 1);
    EXPECT_TEXT(subjects[0].expression, "`Площадь магазина`");
    REQUIRE(subjects[0].bands_count == 3 && subjects[0].overlaps_count == 1);
    EXPECT_TEXT(ranges_print(subjects[0].bands[1].values, arena), "[500, 1500]");
    EXPECT_INT(subjects[0].bands[2].rule, 3);
    EXPECT_TEXT(ranges_print(subjects[0].overlaps[0].values, arena), "500");
    REQUIRE(subjects[0].gaps_count == 1);
    EXPECT_TEXT(subjects[0].gaps[0].low, "1500");
    EXPECT_TEXT(subjects[0].gaps[0].high, "2000");
    EXPECT_TEXT(subjects[0].lowest, "200");
    EXPECT_TEXT(subjects[0].highest, "100000");
}

TEST(bands_that_fit_are_silent)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *const half_open[] = {"a", "income < 100", "b", "income in [100, 500)",
                                     "c", "income >= 500"};
    EXPECT_BANDS(half_open, "");
    const char *const whole[] = {"a", "age(birth_date) in [0, 17]",
                                 "b", "age(birth_date) between 18 and 64",
                                 "c", "age(birth_date) > 64"};
    EXPECT_BANDS(whole, "");
    const char *const ladder[] = {"a", "income >= 100", "b", "income >= 500"};
    EXPECT_BANDS(ladder, "");
    const char *const apart[] = {"a", "income in [0, 500] and gender = \"male\"", "b",
                                 "income in [0, 500] and gender = \"female\""};
    EXPECT_BANDS(apart, "");
    const char *const unlike[] = {"a", "income in [0, 500]", "b", "children in [1, 2]"};
    EXPECT_BANDS(unlike, "");
    const char *const alone[] = {"a", "income in [0, 500]"};
    EXPECT_BANDS(alone, "");
}

TEST(ends_of_bands_are_shown_as_they_were_written)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *const open[] = {"a", "income in [0, 500)", "b", "income in (600, 900]"};
    EXPECT_BANDS(open, "income: nothing covers what lies between 500 and 600");
    const char *const inside[] = {"a", "income in [0, 900]", "b", "income in [300, 400)"};
    EXPECT_BANDS(inside, "income: [300, 400) belongs to «a», «b»");
    const char *const ratio[] = {"a", "income / 2 < 0.5", "b", "income / 2 > 0.75"};
    EXPECT_BANDS(ratio, "income / 2: nothing covers what lies between 0.5 and 0.75");
    const char *const days[] = {"a", "birth_date < 1990-01-01", "b", "birth_date >= 2000-01-01"};
    EXPECT_BANDS(days, "birth_date: nothing covers what lies between 1989-12-31 and 2000-01-01");
    const char *const ages[] = {"a", "age(birth_date) <= 20", "b",
                                "age(birth_date) in [25, 30] or age(birth_date) = 20"};
    EXPECT_BANDS(ages, "age(birth_date): 20 belongs to «a», «b»\n"
                       "age(birth_date): nothing covers what lies between 20 and 25");
}

/* Москва is the only text that occurs, in Центральный ФО. */
static TextOccurrence only_moscow(void *context, const TextSought *sought, Text *ret_near)
{
    (void)context;
    *ret_near = text_equal(sought->text, TEXT("Масква")) ? TEXT("Москва") : TEXT("");
    bool is_above = text_equal(sought->text, TEXT("Центральный ФО"));
    if (is_above) return sought->is_under ? TEXT_OCCURS : TEXT_HAS_BRANCHES;
    return text_equal(sought->text, TEXT("Москва")) ? TEXT_OCCURS : TEXT_OCCURS_NOT;
}

TEST(values_that_nobody_has_are_told)
{
    LintFacts facts = {.occurs = only_moscow};
    EXPECT_INT(warnings_count("city = \"Москва\"", &facts), 0);
    EXPECT_INT(warnings_count("city = \"Масква\"", &facts), 1);
    EXPECT_INT(warnings_count("city in (\"Москва\", \"Тула\")", &facts), 1);
    EXPECT_INT(warnings_count("city != \"Масква\"", &facts), 1);
    EXPECT_INT(warnings_count("city < \"Масква\"", &facts), 0);
    EXPECT_INT(warnings_count("city contains \"Масква\"", &facts), 0);
    EXPECT_INT(warnings_count("kind = \"company\"", &facts), 0);
    EXPECT_INT(warnings_count("activity has any (\"Масква\")", &facts), 1);
    EXPECT_INT(warnings_count("region under \"Масква\"", &facts), 1);
    EXPECT_INT(warnings_count("region under \"Центральный ФО\"", &facts), 0);
    EXPECT_INT(warnings_count("region = \"Центральный ФО\"", &facts), 1);
}

/* Fields of events, attributes of items, and items by code or name. */
TEST(texts_that_no_event_has_are_told)
{
    LintFacts facts = {.occurs = only_moscow};
    EXPECT_INT(warnings_count("any(purchase where item = \"Москва\")", &facts), 0);
    EXPECT_INT(warnings_count("any(purchase where item = \"Масква\")", &facts), 1);
    EXPECT_INT(warnings_count("any(purchase where item.group = \"Масква\")", &facts), 1);
    EXPECT_INT(warnings_count("any(purchase where item under \"Масква\")", &facts), 1);
    EXPECT_INT(warnings_count("any(purchase where item.brand in (\"Масква\"))", &facts), 1);
    EXPECT_INT(warnings_count("count(interaction where subject = \"Масква\") > 1", &facts), 1);
    /* what is foreseen for a field is no slip, in whatever words it is written */
    EXPECT_INT(warnings_count("any(interaction where kind = \"claim\")", &facts), 0);
    EXPECT_INT(warnings_count("any(interaction where kind = \"претензия\")", &facts), 0);
    EXPECT_INT(warnings_count("any(interaction where kind = \"Масква\")", &facts), 1);
    EXPECT_INT(warnings_count("sequence(purchase where item = \"Масква\", then purchase)", &facts),
               1);
}

static Text told_with_answer(const char *source, const LintFacts *facts, Date as_of, Arena *arena)
{
    Catalog *catalog = sample_catalog(arena);
    Diagnostics diagnostics = diagnostics_new(arena);
    const Expression *expression = compile(catalog, text_of(source), arena);
    if (expression == NULL) return TEXT("");
    expression_lint_answer((const Expression *const[]){expression}, 1, catalog, facts, as_of,
                           &diagnostics);
    Text all = TEXT("");
    for (size_t i = 0; i < diagnostics.count; i++) {
        Text one = diagnostic_sentence(&diagnostics.items[i], LANGUAGE_EN, arena);
        all = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(all), i > 0 ? "\n" : "",
                           TEXT_FORMAT(one));
    }
    return all;
}

TEST(every_answer_tells_what_changes_its_meaning)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Date today = date_of(2026, 3, 31), past = date_of(2025, 12, 31);
    LintFacts facts = {.has_today = true, .today = today, .occurs = only_moscow};
    EXPECT_TEXT(told_with_answer("city = \"Масква\" or children > 5 and children < 3", &facts,
                                 today, arena),
                "no customer has city 'Масква'; did you mean 'Москва'?");
    EXPECT_TEXT(told_with_answer("gender = \"mael\"", &facts, today, arena),
                "no customer has gender 'mael'; did you mean 'male'?");
    EXPECT_TEXT(told_with_answer("any(purchase where item = \"Масква\")", &facts, today, arena),
                "no event has item 'Масква'; did you mean 'Москва'?");
    EXPECT_TEXT(told_with_answer("region = \"Центральный ФО\"", &facts, today, arena),
                "'Центральный ФО' has levels below it, and a comparison of region leaves them out; "
                "use 'under'");
    EXPECT_TEXT(told_with_answer("vip and age(birth_date) > 5 and vip", &facts, past, arena),
                "properties keep no history, so the answer as of 2025-12-31 rests on today's "
                "values of vip, birth_date");
    EXPECT_TEXT(told_with_answer("vip", &facts, today, arena), "");
    EXPECT_TEXT(told_with_answer("any(purchase, last 1 year)", &facts, past, arena), "");
}

TEST(ends_of_bands_are_said_in_words)
{
    AUTO(arena_done) Arena *arena = arena_new();
    static const char *const texts[] = {"income < 100", "income in [100, 500) or income > 900",
                                        "income in (500, 600]", "income >= 700.5"};
    Catalog *catalog = sample_catalog(arena);
    BandedRule rules[4];
    BandedSubject *subjects = NULL;
    size_t count = 0;
    for (size_t i = 0; i < 4; i++)
        rules[i] = (BandedRule){text_of("x"), compile(catalog, text_of(texts[i]), arena)};
    expression_bands(rules, 4, arena, &subjects, &count);
    REQUIRE(count == 1 && subjects[0].bands_count == 4);
    const Band *bands = subjects[0].bands;
    EXPECT_TEXT(ranges_say(bands[0].values, LANGUAGE_RU, arena), "до 100");
    EXPECT_TEXT(ranges_print(bands[0].values, arena), "< 100");
    EXPECT_TEXT(ranges_say(bands[1].values, LANGUAGE_UK, arena), "[100, 500), понад 900");
    EXPECT_TEXT(ranges_print(bands[1].values, arena), "[100, 500), > 900");
    EXPECT_TEXT(ranges_say(bands[2].values, LANGUAGE_EN, arena), "(500, 600]");
    EXPECT_TEXT(ranges_say(bands[3].values, LANGUAGE_RU, arena), "700.5 и больше");
}

TEST(bands_of_days_are_earlier_and_later)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Catalog *catalog = sample_catalog(arena);
    BandedRule rules[] = {{TEXT("a"), compile(catalog, TEXT("birth_date < 1990-01-01"), arena)},
                          {TEXT("b"), compile(catalog, TEXT("birth_date >= 2000-01-01"), arena)}};
    BandedSubject *subjects = NULL;
    size_t count = 0;
    expression_bands(rules, 2, arena, &subjects, &count);
    REQUIRE(count == 1 && subjects[0].bands_count == 2);
    EXPECT_TEXT(ranges_say(subjects[0].bands[0].values, LANGUAGE_RU, arena),
                "до 1989-12-31 включительно");
    EXPECT_TEXT(ranges_say(subjects[0].bands[1].values, LANGUAGE_EN, arena),
                "2000-01-01 and later");
}
