/* test_explained.c -- what `why` and the breakdown say of random rules, checked by plain
 * evaluation: the announced change comes on its day and not before, what has none keeps its value,
 * verdicts of a rule and of its negation agree, counts are those of the answer, and the engine
 * counts the same. */
#include "differential/random_rule.h"
#include "engine/breakdown.h"
#include "engine/world.h"
#include "eval/answers.h"
#include "eval/why.h"
#include "harness/harness.h"

enum { ROUNDS = QUESTIONS / 1000, RULES = 25 };

typedef struct {
    const Population *population;
    EngineWorld world;
    const Expression *expression;
    CustomerRow row; /* as known on the as-of day */
    Date as_of;
    uint64_t seed;
    Text source;
} Asked;

static EvalInput input_on(const Asked *asked, Date day, Arena *arena)
{
    return (EvalInput){.source = population_source(asked->population, arena),
                       .lookups = population_lookups(asked->population),
                       .as_of = day};
}

/* The node's value on a later day, with nothing more known. */
static Value value_on(const Asked *asked, const Node *node, Date day, Arena *arena)
{
    Error err;
    Value value = {0};
    EvalInput input = input_on(asked, day, arena);
    AUTO(reference_done) Reference *reference = NULL;
    EXPECT_OK(reference_open(&input, asked->expression, &reference, &err), &err);
    EXPECT_OK(reference_eval_customer(reference, &asked->row, node, arena, &value, &err), &err);
    if (node->type.kind == TYPE_BOOL && value_is_missing(value)) return value_bool(false);
    return value;
}

static void expect_same(const Asked *asked, const WhyNode *why, Date day, Value expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    char out[DATE_TEXT_MAX];
    Value actual = value_on(asked, why->node, day, arena);
    if (value_equal(actual, expected)) return;
    harness_fail(__FILE__, __LINE__,
                 "on %.*s the value of %.*s is '%.*s', not '%.*s' (--seed %llu)\n%.*s",
                 TEXT_FORMAT(date_print_iso(day, out)), TEXT_FORMAT(why->text),
                 TEXT_FORMAT(value_print(actual, why->node->type, arena)),
                 TEXT_FORMAT(value_print(expected, why->node->type, arena)),
                 (unsigned long long)asked->seed, TEXT_FORMAT(asked->source));
}

static void check_change(const Asked *asked, const WhyNode *why)
{
    static const int32_t days_ahead[] = {1, 8, 31, 92, WHY_DAYS_AHEAD};
    if (why->is_change_unknown) return;
    if (why->has_change) {
        EXPECT(!value_equal(why->value, why->changed_value));
        expect_same(asked, why, why->change_day, why->changed_value);
        expect_same(asked, why, date_add(why->change_day, -1, UNIT_DAY), why->value);
        return;
    }
    for (size_t i = 0; i < sizeof days_ahead / sizeof days_ahead[0]; i++)
        expect_same(asked, why, date_add(asked->as_of, days_ahead[i], UNIT_DAY), why->value);
}

static void check_node(const Asked *asked, const WhyNode *why)
{
    expect_same(asked, why, asked->as_of, why->value);
    check_change(asked, why);
    for (size_t i = 0; i < why->children_count; i++)
        check_node(asked, &why->children[i]);
}

/* Open is open also under `not`. */
static void check_negation(const Asked *asked, const WhyNode *why, Arena *arena)
{
    Text problem, negated = arena_printf(arena, "not (%.*s)", TEXT_FORMAT(asked->source));
    const Expression *expression = population_compile(asked->population, negated, arena, &problem);
    REQUIRE(expression != NULL);
    Error err;
    WhyNode other = {0};
    EvalInput input = input_on(asked, asked->as_of, arena);
    EXPECT_OK(why_customer(&input, expression, &asked->row, arena, &other, &err), &err);
    EXPECT(other.is_only_missing == why->is_only_missing);
    EXPECT(other.value.as.boolean != why->value.as.boolean);
}

static void check_counts(const Asked *asked, Arena *arena)
{
    Error err;
    BreakdownNode root;
    uint64_t customers, expected = 0;
    EvalInput input = input_on(asked, asked->as_of, arena);
    EXPECT_OK(reference_breakdown(&input, asked->expression, arena, &root, &customers, &err), &err);
    Answer answer = answer_of_reference(asked->population, asked->expression, asked->as_of, arena);
    bool is_rule = asked->expression->root->type.kind == TYPE_BOOL;
    for (size_t i = 0; i < answer.result.customers_count; i++) {
        Value value = answer.result.values[0][i];
        expected += is_rule ? value.as.boolean : !value_is_missing(value);
    }
    EXPECT_INT(customers, answer.result.customers_count);
    EXPECT_INT(root.holds, expected);
    EXPECT(root.only_missing <= customers);
}

static void expect_same_counts(const Asked *asked, const BreakdownNode *expected,
                               const BreakdownNode *actual)
{
    EXPECT_INT(actual->children_count, expected->children_count);
    if (actual->holds != expected->holds || actual->only_missing != expected->only_missing)
        harness_fail(__FILE__, __LINE__,
                     "%.*s: the engine counts %llu and %llu open, not %llu and %llu (--seed "
                     "%llu)\n%.*s",
                     TEXT_FORMAT(expected->text), (unsigned long long)actual->holds,
                     (unsigned long long)actual->only_missing, (unsigned long long)expected->holds,
                     (unsigned long long)expected->only_missing, (unsigned long long)asked->seed,
                     TEXT_FORMAT(asked->source));
    for (size_t i = 0; i < expected->children_count; i++)
        expect_same_counts(asked, &expected->children[i], &actual->children[i]);
}

/* The engine counts what the reference evaluator counts, condition by condition. */
static void check_engine_counts(const Asked *asked, Arena *arena)
{
    Error err;
    BreakdownNode expected;
    Breakdown actual;
    uint64_t expected_count;
    EvalInput input = input_on(asked, asked->as_of, arena);
    EngineOptions options = {.lookups = population_lookups(asked->population)};
    EngineQuestion question = {.expression = asked->expression, .as_of = asked->as_of};
    Status status =
        reference_breakdown(&input, asked->expression, arena, &expected, &expected_count, &err);
    if (status == STATUS_LIMIT) return;
    EXPECT_OK(status, &err);
    EXPECT_OK(engine_breakdown(&asked->world.data, &question, &options, arena, &actual, &err),
              &err);
    EXPECT_INT(actual.customers_count, expected_count);
    expect_same_counts(asked, &expected, &actual.root);
}

static void explain(Asked *asked, Arena *arena)
{
    Error err;
    WhyNode root = {0};
    EvalInput input = input_on(asked, asked->as_of, arena);
    Status status = why_customer(&input, asked->expression, &asked->row, arena, &root, &err);
    if (status == STATUS_LIMIT) return;
    EXPECT_OK(status, &err);
    check_node(asked, &root);
    if (root.is_condition) check_negation(asked, &root, arena);
    check_counts(asked, arena);
    check_engine_counts(asked, arena);
}

static CustomerRow row_until(const Population *population, size_t index, Date as_of, Arena *arena)
{
    CustomerRow row = population_row(population, index, arena);
    EventList *events = ARENA_ARRAY(arena, EventList, population->schema->streams_count);
    for (size_t s = 0; s < population->schema->streams_count; s++)
        events[s] = events_until(row.events[s], as_of);
    row.events = events;
    return row;
}

TEST(what_is_explained_is_true)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Asked asked = {.seed = harness_seed() + round};
        Random random = random_seeded(asked.seed);
        Population *population = random_population(&random, arena);
        asked.population = population;
        asked.world = engine_world(population, asked.seed, arena);
        for (size_t i = 0; i < RULES; i++) {
            Text problem;
            asked.source = random_expression(&random, population, arena);
            asked.as_of = random_as_of(&random);
            asked.expression = population_compile(population, asked.source, arena, &problem);
            if (asked.expression == NULL) continue;
            size_t person = random_below(&random, population->people.count);
            asked.row = row_until(population, person, asked.as_of, arena);
            Answer answer = answer_of_reference(population, asked.expression, asked.as_of, arena);
            if (answer.status == STATUS_OK) explain(&asked, arena);
        }
        engine_world_done(&asked.world);
    }
}
