/* test_check.c -- types, resolved names and errors of meaning; the shape of the checked tree. */
#include "harness/harness.h"
#include "lang/lang.h"
#include "lang/words.h"
#include "model/built_in.h"
#include "sample_catalog.h"

#include <string.h>

typedef struct {
    Arena *arena;
    Catalog *catalog;
    Diagnostics diagnostics;
    Expression *expression; /* NULL when it did not compile */
} Compiled;

static Compiled compile(Arena *arena, const char *source, ExpectedResult expected)
{
    Compiled compiled = {arena, sample_catalog(arena), diagnostics_new(arena), NULL};
    Expression *expression = NULL;
    Status status = expression_compile(text_of(source), compiled.catalog, expected, arena,
                                       &expression, &compiled.diagnostics);
    if (status == STATUS_OK) compiled.expression = expression;
    return compiled;
}

/* "number 4", "money 4", "ratio", "money ratio", "date", ... */
static Text shown_type(Type type, Arena *arena)
{
    if (type.kind == TYPE_RATIO) return type.is_money ? TEXT("money ratio") : TEXT("ratio");
    if (type.kind != TYPE_DECIMAL) return text_of(type_name(type));
    return arena_printf(arena, "%s %d", type_name(type), type.scale);
}

static void expect_type(int line, const char *source, const char *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled = compile(arena, source, EXPECT_ANY_VALUE);
    if (compiled.expression == NULL) {
        Text message =
            diagnostic_render(&compiled.diagnostics.items[0], text_of(source), LANGUAGE_EN, arena);
        harness_fail(__FILE__, line, "%s\n%.*s", source, TEXT_FORMAT(message));
        return;
    }
    harness_expect_text(__FILE__, line, source, shown_type(compiled.expression->root->type, arena),
                        text_of(expected));
}

/* "L050 6..12; L051 ..." of all diagnostics, in order. */
static Text shown_errors(const Compiled *compiled)
{
    Text all = TEXT("");
    for (size_t i = 0; i < compiled->diagnostics.count; i++) {
        const Diagnostic *diagnostic = &compiled->diagnostics.items[i];
        all = arena_printf(compiled->arena, "%.*s%s%s %u..%u", TEXT_FORMAT(all), i > 0 ? "; " : "",
                           diagnostic_code(diagnostic->kind), diagnostic->span.begin_byte,
                           diagnostic->span.end_byte);
    }
    return all;
}

static void expect_errors(int line, const char *source, ExpectedResult result, const char *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled = compile(arena, source, result);
    if (compiled.expression != NULL) harness_fail(__FILE__, line, "compiled: %s", source);
    harness_expect_text(__FILE__, line, source, shown_errors(&compiled), text_of(expected));
}

#define EXPECT_TYPE(source, expected)   expect_type(__LINE__, source, expected)
#define EXPECT_ERRORS(source, expected) expect_errors(__LINE__, source, EXPECT_ANY_VALUE, expected)

TEST(names_have_the_types_of_the_schema)
{
    EXPECT_TYPE("vip", "yes/no");
    EXPECT_TYPE("REGION", "hierarchy");
    EXPECT_TYPE("`площадь  МАГАЗИНА`", "number 2");
    EXPECT_TYPE("credit_limit", "money 4");
    EXPECT_TYPE("birth_date", "date");
    EXPECT_TYPE("activity", "set of texts");
    EXPECT_TYPE("regions_served", "set of hierarchies");
    EXPECT_TYPE("kind", "text");
    EXPECT_TYPE("revenue_12m", "money 4");
    EXPECT_TYPE("today", "date");
    EXPECT_TYPE("region_name", "hierarchy");
}

TEST(arithmetic_gives_exact_scales_and_money)
{
    EXPECT_TYPE("1.5 + 0.25", "number 2");
    EXPECT_TYPE("children - 1", "number 0");
    EXPECT_TYPE("credit_limit + 1", "money 4");
    EXPECT_TYPE("1 - credit_limit", "money 4");
    EXPECT_TYPE("0.7 * credit_limit", "money 5");
    EXPECT_TYPE("credit_limit * income", "number 8");
    EXPECT_TYPE("credit_limit * income * 0.1", "number 9");
    EXPECT_TYPE("credit_limit * income * 0.01", "ratio");
    EXPECT_TYPE("income / 3", "money ratio");
    EXPECT_TYPE("income / credit_limit", "ratio");
    EXPECT_TYPE("3 / income", "ratio");
    EXPECT_TYPE("income / 3 + 1", "money ratio");
    EXPECT_TYPE("income / 3 * income", "ratio");
    EXPECT_TYPE("-income", "money 4");
    EXPECT_TYPE("missing + 1.5", "number 1");
    EXPECT_TYPE("today - birth_date", "number 0");
    EXPECT_TYPE("birth_date + 7", "date");
    EXPECT_TYPE("7 + birth_date", "date");
    EXPECT_TYPE("birth_date - income / 7", "date");
    EXPECT_TYPE("max(purchase.time) - birth_date", "number 0");
}

TEST(aggregates_have_the_types_of_section_4)
{
    EXPECT_TYPE("count(purchase)", "number 0");
    EXPECT_TYPE("sum(purchase.amount)", "money 4");
    EXPECT_TYPE("sum(visit.length)", "number 1");
    EXPECT_TYPE("distinct(purchase.item)", "number 0");
    EXPECT_TYPE("avg(purchase.amount)", "money ratio");
    EXPECT_TYPE("stddev(visit.length)", "ratio");
    EXPECT_TYPE("median(visit.length)", "number 2");
    EXPECT_TYPE("median(purchase.amount)", "money 5");
    EXPECT_TYPE("min(purchase.date)", "date");
    EXPECT_TYPE("max(purchase.time)", "moment");
    EXPECT_TYPE("max(purchase.channel)", "text");
    EXPECT_TYPE("first(purchase.item)", "item");
    EXPECT_TYPE("last(purchase.item.group)", "hierarchy");
    EXPECT_TYPE("most_common(purchase.hour)", "number 0");
    EXPECT_TYPE("last(contact.is_main)", "yes/no");
    EXPECT_TYPE("days_since_last(purchase)", "number 0");
    EXPECT_TYPE("periods(purchase by month)", "number 0");
    EXPECT_TYPE("cv(purchase.amount by month, previous 12 months)", "ratio");
    EXPECT_TYPE("slope(purchase.amount by month, previous 12 months)", "money ratio");
    EXPECT_TYPE("any(purchase)", "yes/no");
    EXPECT_TYPE("none(purchase)", "yes/no");
    EXPECT_TYPE("sequence(purchase, then visit)", "yes/no");
}

TEST(functions_have_the_types_of_section_5)
{
    EXPECT_TYPE("age(birth_date)", "number 0");
    EXPECT_TYPE("days_since(max(purchase.time))", "number 0");
    EXPECT_TYPE("days_between(birth_date, today)", "number 0");
    EXPECT_TYPE("weekday(birth_date)", "number 0");
    EXPECT_TYPE("anniversary(birth_date, next 7 days)", "yes/no");
    EXPECT_TYPE("if(vip, 1, 2.50)", "number 2");
    EXPECT_TYPE("if(vip, income, 0)", "money 4");
    EXPECT_TYPE("if(vip, income / 2, children)", "money ratio");
    EXPECT_TYPE("if(vip, missing, city)", "text");
    EXPECT_TYPE("if(vip, region, \"нет\")", "hierarchy");
    EXPECT_TYPE("if(vip, birth_date, max(purchase.time))", "date");
    EXPECT_TYPE("if(vip, vip, true)", "yes/no");
    EXPECT_TYPE("coalesce(tags, activity)", "set of texts");
    EXPECT_TYPE("coalesce(missing, children, 1.5)", "number 1");
    EXPECT_TYPE("abs(income)", "money 4");
    EXPECT_TYPE("round(income)", "money 0");
    EXPECT_TYPE("floor(income / 3)", "money ratio");
    EXPECT_TYPE("bucket(\"a\")", "number 0");
    EXPECT_TYPE("member(\"чёрный  СПИСОК\")", "yes/no");
    EXPECT_TYPE("class(\"ABC revenue\")", "text");
    EXPECT_TYPE("class_on(\"ABC revenue\", 2026-01-31)", "text");
    EXPECT_TYPE("class_changed(\"ABC revenue\", \"A\", \"B\", last 3 months)", "yes/no");
    EXPECT_TYPE("was_member(\"Чёрный список\", 2026-01-31)", "yes/no");
    EXPECT_TYPE("entered(\"Чёрный список\", last 30 days)", "yes/no");
    EXPECT_TYPE("saved(\"Акция\")", "yes/no");
    EXPECT_TYPE("score(\"churn\")", "ratio");
    EXPECT_TYPE("debt(settlement)", "money 4");
    EXPECT_TYPE("overdue_days(settlement)", "number 0");
}

TEST(conditions_are_yes_no_and_missing_takes_the_type_beside_it)
{
    EXPECT_TYPE("region = missing", "yes/no");
    EXPECT_TYPE("missing < income", "yes/no");
    EXPECT_TYPE("vip = true and not opt_in", "yes/no");
    EXPECT_TYPE("first(purchase.item) = last(purchase.item)", "yes/no");
    EXPECT_TYPE("most_common(purchase.item) in (\"A\", \"B\")", "yes/no");
    EXPECT_TYPE("region = city", "yes/no");
    EXPECT_TYPE("birth_date < max(purchase.time)", "yes/no");
    EXPECT_TYPE("any(purchase where time >= 2026-01-01 and date = 2026-01-02T10:00)", "yes/no");
    EXPECT_TYPE("regions_served under \"Центральный ФО\"", "yes/no");
    EXPECT_TYPE("any(purchase where item under \"Инструмент\" and item contains \"дрель\")",
                "yes/no");
    EXPECT_TYPE("name between \"А\" and \"К\"", "yes/no");
    EXPECT_TYPE("top 10 by birth_date", "yes/no");
    EXPECT_TYPE("bottom 2.5% by income / 3 within (vip)", "yes/no");
}

TEST(rules_must_be_yes_or_no)
{
    expect_errors(__LINE__, "income", EXPECT_RULE, "L066 0..6");
    expect_errors(__LINE__, "missing", EXPECT_RULE, "L081 0..7");
    expect_errors(__LINE__, "missing", EXPECT_ANY_VALUE, "L081 0..7");
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT(compile(arena, "vip", EXPECT_RULE).expression != NULL);
}

static const Node *child(const Node *list, size_t index)
{
    return list->as.list.items[index];
}

TEST(a_metric_is_compiled_once_and_shared_by_all_its_uses)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled =
        compile(arena, "revenue_12m > 5 and Revenue_12M < 9 and diamond > 0", EXPECT_RULE);
    REQUIRE(compiled.expression != NULL);
    const Node *root = compiled.expression->root;
    const Node *first = child(root, 0)->as.compare.left, *second = child(root, 1)->as.compare.left;
    EXPECT_INT(first->kind, NODE_METRIC);
    EXPECT(first->as.metric.definition == second->as.metric.definition);
    EXPECT_TEXT(second->as.metric.name, "revenue_12m");
    EXPECT(compiled.expression->uses_events);
    EXPECT(!compiled.expression->uses_ranks && !compiled.expression->uses_sets);
}

TEST(rankings_are_numbered_inner_before_outer_and_once_each)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled = compile(arena,
                                "top 5 by income within (bottom 3 by children) and "
                                "member(\"Активные\") and not member(\"Активные\")",
                                EXPECT_RULE);
    REQUIRE(compiled.expression != NULL);
    const Expression *expression = compiled.expression;
    const Node *outer = child(expression->root, 0);
    REQUIRE(expression->ranks_count == 3);
    EXPECT(expression->ranks[0] == outer->as.rank.within);
    EXPECT(expression->ranks[1] == outer);
    for (uint32_t i = 0; i < 3; i++)
        EXPECT_INT(expression->ranks[i]->as.rank.index, i);
    const Node *member = child(expression->root, 1);
    EXPECT(member->as.call.definition ==
           child(expression->root, 2)->as.unary.operand->as.call.definition);
    EXPECT_INT(member->as.call.set_id, 8);
    EXPECT(expression->uses_ranks && expression->uses_events && !expression->uses_sets);
}

TEST(stored_sets_are_known_by_id)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled = compile(arena,
                                "member(\"Чёрный список\") and saved(\"акция\") and "
                                "class(\"xyz revenue\") = \"X\" and score(\"churn\") > 0.5",
                                EXPECT_RULE);
    REQUIRE(compiled.expression != NULL);
    const Node *root = compiled.expression->root;
    EXPECT_INT(child(root, 0)->as.call.set_id, 7);
    EXPECT(child(root, 0)->as.call.definition == NULL);
    EXPECT_INT(child(root, 1)->as.call.set_id, 3);
    EXPECT_INT(child(root, 2)->as.compare.left->as.call.set_id, 2);
    EXPECT_INT(child(root, 3)->as.compare.left->as.call.set_id, 4);
    EXPECT(compiled.expression->uses_sets && !compiled.expression->uses_events);
}

TEST(fields_of_events_are_resolved)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled =
        compile(arena, "any(purchase where item.group = \"Дрели\" and hour > 18 and amount > 5)",
                EXPECT_RULE);
    REQUIRE(compiled.expression != NULL);
    const Node *aggregate = compiled.expression->root;
    EXPECT(stream_is(aggregate->as.aggregate.stream, STREAM_PURCHASE));
    const Node *condition = aggregate->as.aggregate.condition;
    const Node *group = child(condition, 0)->as.compare.left;
    EXPECT(group->kind == NODE_FIELD && group->as.field.is_item_attribute);
    EXPECT_INT(group->as.field.field->slot, PURCHASE_ITEM);
    EXPECT_INT(group->as.field.attribute, ITEM_GROUP);
    const Node *hour = child(condition, 1)->as.compare.left;
    EXPECT(hour->as.field.is_built_in && hour->as.field.field == NULL);
    EXPECT_INT(hour->as.field.built_in, EVENT_HOUR);
    EXPECT_INT(child(condition, 2)->as.compare.left->as.field.field->slot, PURCHASE_AMOUNT);
}

TEST(debt_takes_its_stream_from_the_argument)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled = compile(arena, "overdue(settlement) > 50000", EXPECT_RULE);
    REQUIRE(compiled.expression != NULL);
    const Node *call = compiled.expression->root->as.compare.left;
    EXPECT(stream_is(call->as.call.stream, STREAM_SETTLEMENT));
    EXPECT_INT(call->as.call.arguments.count, 0);
    EXPECT(compiled.expression->uses_events);
}

TEST(the_given_tree_is_not_changed)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Catalog *catalog = sample_catalog(arena);
    Diagnostics diagnostics = diagnostics_new(arena);
    Text source = TEXT("region = \"Москва\" and revenue_12m > 5");
    const Node *root = NULL;
    REQUIRE(expression_parse(source, arena, &root, &diagnostics) == STATUS_OK);
    Text before = expression_print(root, arena);
    Expression *expression = NULL;
    REQUIRE(expression_check(root, catalog, EXPECT_RULE, arena, &expression, &diagnostics) ==
            STATUS_OK);
    EXPECT_INT(root->type.kind, TYPE_NONE);
    EXPECT_INT(child(root, 0)->as.compare.left->kind, NODE_NAME);
    EXPECT(text_equal(expression_print(root, arena), before));
    EXPECT(text_equal(expression_print(expression->root, arena), before));
}

/* Every mistake of a source is told once, in one go, where it stands. */
TEST(all_errors_are_collected_without_echo)
{
    EXPECT_ERRORS("regoin = \"М\" and incme > 5 and vip = \"да\"", "L050 0..6; L050 18..23; "
                                                                   "L074 38..44");
    EXPECT_ERRORS("sum(purchase.amont where kid = 1, last 0 days) > \"5\"",
                  "L052 13..18; L052 25..28; L085 34..45");
    EXPECT_ERRORS("(regoin + 1) * 2 between 5 and 1", "L050 1..7; L082 25..32");
    EXPECT_ERRORS("broken + broken + 1 and vip", "L064 0..6");
}

static void expect_refused(const Node *root, DiagnosticKind expected, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = NULL;
    EXPECT_INT(expression_check(root, sample_catalog(arena), EXPECT_ANY_VALUE, arena, &expression,
                                &diagnostics),
               STATUS_INVALID);
    REQUIRE(diagnostics.count == 1);
    EXPECT_INT(diagnostics.items[0].kind, expected);
}

/* Text and JSON cannot write negative counts; a tree made otherwise can hold them. */
TEST(negative_counts_are_refused)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *parsed = NULL;
    REQUIRE(expression_parse(TEXT("count(visit, last 5 days)"), arena, &parsed, &diagnostics) ==
            STATUS_OK);
    Node node = *parsed;
    node.as.aggregate.window.count = -5;
    expect_refused(&node, DIAGNOSTIC_COUNT_NEGATIVE, arena);
    node.as.aggregate.window = (Window){
        .kind = WINDOW_THIS, .unit = UNIT_DAY, .is_shifted = true, .shift_count = INT64_MIN};
    expect_refused(&node, DIAGNOSTIC_COUNT_NEGATIVE, arena);
    node.as.aggregate.window =
        (Window){.kind = WINDOW_BETWEEN_AGO, .count = -1, .count_far = 3, .unit = UNIT_DAY};
    expect_refused(&node, DIAGNOSTIC_COUNT_NEGATIVE, arena);
}

TEST(circles_are_refused_with_their_path)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled = compile(arena, "circle_a > 1", EXPECT_RULE);
    REQUIRE(compiled.diagnostics.count == 1);
    const Diagnostic *circle = &compiled.diagnostics.items[0];
    EXPECT_INT(circle->kind, DIAGNOSTIC_CIRCLE);
    EXPECT_TEXT(circle->parameters[1], "circle_a → circle_b → circle_a");
    compiled = compile(arena, "member(\"Круг\")", EXPECT_RULE);
    REQUIRE(compiled.diagnostics.count == 1);
    EXPECT_TEXT(compiled.diagnostics.items[0].parameters[1], "member(\"Круг\") → member(\"Круг\")");
}

/* Each metric doubles the one before: 2^17 nodes are over the limit, 2^10 are not. */
TEST(expanding_metrics_has_a_limit)
{
    EXPECT_TYPE("doubled_10", "number 0");
    EXPECT_ERRORS("doubled_30 > 5", "L065 0..10");
    AUTO(arena_done) Arena *arena = arena_new();
    Catalog *catalog = sample_catalog(arena);
    enum { CHAIN = 2000 };
    MetricDefinition *chain = ARENA_ARRAY(arena, MetricDefinition, CHAIN);
    for (int i = 0; i < CHAIN; i++)
        chain[i] = (MetricDefinition){.name = arena_printf(arena, "m%d", i),
                                      .expression = arena_printf(arena, "m%d + 1", i + 1)};
    catalog->metrics = chain;
    catalog->metrics_count = CHAIN;
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = NULL;
    EXPECT_INT(
        expression_compile(TEXT("m0"), catalog, EXPECT_ANY_VALUE, arena, &expression, &diagnostics),
        STATUS_INVALID);
    EXPECT_INT(diagnostics.items[0].kind, DIAGNOSTIC_EXPANDED_TOO_LARGE);
}

TEST(near_names_are_suggested)
{
    AUTO(arena_done) Arena *arena = arena_new();
    struct {
        const char *source, *suggestion;
    } cases[] = {
        {"manger = \"Иванов\"", "manager"},
        {"revenu_12m > 5", "revenue_12m"},
        {"`Площадь магазна` > 5", "Площадь магазина"},
        {"count(purchse) > 1", "purchase"},
        {"sum(purchase.amuont) > 1", "amount"},
        {"member(\"Черный спиок\")", "Чёрный список"},
        {"class(\"ABC revenu\") = \"A\"", "ABC revenue"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Compiled compiled = compile(arena, cases[i].source, EXPECT_RULE);
        REQUIRE(compiled.diagnostics.count == 1);
        harness_expect_text(__FILE__, __LINE__, cases[i].source,
                            compiled.diagnostics.items[0].suggestion, text_of(cases[i].suggestion));
    }
}

/* The sentence of an error names types in the reader's language. */
TEST(types_are_named_in_three_languages)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Compiled compiled = compile(arena, "income", EXPECT_RULE);
    REQUIRE(compiled.diagnostics.count == 1);
    const Diagnostic *diagnostic = &compiled.diagnostics.items[0];
    EXPECT_TEXT(diagnostic_sentence(diagnostic, LANGUAGE_EN, arena),
                "a rule is yes or no, and this is money; compare it with something");
    EXPECT_TEXT(diagnostic_sentence(diagnostic, LANGUAGE_RU, arena),
                "правило — это да или нет, а здесь деньги; сравните с чем-нибудь");
    EXPECT_TEXT(diagnostic_sentence(diagnostic, LANGUAGE_UK, arena),
                "правило — це так або ні, а тут гроші; порівняйте з чимось");
}

TEST(texts_of_the_catalog_are_not_borrowed_by_the_result)
{
    AUTO(arena_done) Arena *arena = arena_new(), *other = arena_new();
    Catalog *catalog = sample_catalog(arena);
    char name[] = "temporary", text[] = "income + 1", source[] = "temporary > 5";
    MetricDefinition metric = {.name = text_of(name), .expression = text_of(text)};
    catalog->metrics = &metric;
    catalog->metrics_count = 1;
    Diagnostics diagnostics = diagnostics_new(other);
    Expression *expression = NULL;
    REQUIRE(expression_compile(text_of(source), catalog, EXPECT_RULE, other, &expression,
                               &diagnostics) == STATUS_OK);
    memset(name, 'x', sizeof name - 1);
    memset(text, 'x', sizeof text - 1);
    memset(source, 'x', sizeof source - 1);
    EXPECT_TEXT(expression_print(expression->root, arena), "temporary > 5");
    EXPECT_TEXT(expression->source, "temporary > 5");
}

/* What cannot be written bare and unquoted must not become a name, and nothing else is refused. */
TEST(names_refused_by_the_schema_are_the_reserved_words)
{
    for (Word word = WORD_OTHER + 1; word < WORD_COUNT; word++) {
        Status status = schema_check_name(text_of(word_text(word)), NULL);
        EXPECT_INT(status == STATUS_INVALID, word_is_reserved(word));
    }
}
