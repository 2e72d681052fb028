/* test_differential.c -- random data, random expressions, several as-of days: the reference
 * evaluator, SQL and the engine must agree bit for bit, in values and in failures. The engine is
 * asked each question alone, and all of a round at once by several threads; its customers are
 * divided between an image of the base and one of those who changed.
 *
 * A round has one population, many expressions and some days for each. Round n of a run with seed s
 * has the seed s + n, so a failure is replayed by --seed alone; it is shrunk and printed as a case
 * for tests/cases/eval.case. KOHORTA_SOAK=1 runs ten times as many questions. */
#include "differential/coverage.h"
#include "differential/random_rule.h"
#include "differential/shrink.h"
#include "engine/world.h"
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>

enum { RULES_PER_ROUND = 250, DAYS_PER_RULE = 4, FAILURES_MAX = 5 };

/* Questions whose answers are asked for again, all at once; their trees live in the round. */
typedef struct {
    EngineCase *items;
    size_t count, capacity;
} Cases;

typedef struct {
    Population *population;
    Tables *tables;
    EngineWorld world;
    Arena *arena; /* of the round */
    Cases cases;
    uint64_t seed;
    uint64_t questions; /* triples of data, expression and day that were compared */
    uint64_t refused;   /* expressions that the checker refused */
    uint64_t failing;   /* questions whose answer is a LIMIT in both */
    uint64_t telling;   /* whose answer is not the same for every customer */
    uint64_t failures;
    Coverage coverage;
} Run;

/* Whether two customers get different answers; a question that tells nobody apart tests little. */
static bool is_telling(const Answer *answer)
{
    for (size_t i = 1; answer->status == STATUS_OK && i < answer->result.customers_count; i++)
        if (!value_equal(answer->result.values[0][0], answer->result.values[0][i])) return true;
    return false;
}

/* ---- a failure: shrunk and printed ---- */

/* How one of the others differs from the reference; NULL when they agree. */
static const char *first_difference(const Answer *reference, const Answer *sql,
                                    const Answer *engine, Type type, Arena *arena)
{
    const char *how = answers_differ(reference, sql, type, arena);
    if (how != NULL) return arena_printf(arena, "SQL differs: %s", how).data;
    how = answers_differ(reference, engine, type, arena);
    return how == NULL ? NULL : arena_printf(arena, "the engine differs: %s", how).data;
}

/* The same for an example that was shrunk, and what the reference says; NULL when they agree or the
 * example is not readable. */
static const char *difference(const Example *example, uint64_t seed, Arena *arena,
                              Text *ret_reference)
{
    Error err;
    Text problem;
    Population *population = population_new(arena);
    if (population_read(population, example->data, &err) != STATUS_OK) return NULL;
    const Expression *expression = population_compile(population, example->source, arena, &problem);
    if (expression == NULL) return NULL;
    AUTO(tables_done) Tables *tables = tables_open(population);
    AUTO(engine_world_done) EngineWorld world = engine_world(population, seed, arena);
    SqlRunner runner = tables_runner(tables);
    Answer reference = answer_of_reference(population, expression, example->as_of, arena);
    Answer sql = answer_of_sql(&runner, expression, example->as_of, arena);
    Answer engine = answer_of_engine(&world, expression, example->as_of, arena);
    *ret_reference = answer_print(&reference, expression->root->type, arena);
    return first_difference(&reference, &sql, &engine, expression->root->type, arena);
}

static bool still_differs(void *context, const Example *example)
{
    const uint64_t *seed = context;
    AUTO(arena_done) Arena *arena = arena_new();
    Text reference;
    return difference(example, *seed, arena, &reference) != NULL;
}

static void report(const Run *run, Text source, Date as_of, const char *how)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Example example = {
        .data = population_print(run->population, arena), .source = source, .as_of = as_of};
    char day[DATE_TEXT_MAX];
    fprintf(stderr, "evaluators differ: %s\n  replay: --seed %llu\n  %.*s\n", how,
            (unsigned long long)run->seed, TEXT_FORMAT(source));
    uint64_t seed = run->seed;
    if (!still_differs(&seed, &example)) {
        fprintf(stderr, "  (not reproduced from its text; the data as text is not the same)\n");
        return;
    }
    example = shrink(example, still_differs, &seed, arena);
    Text reference;
    how = difference(&example, seed, arena, &reference);
    fprintf(stderr, "# %s\n@data\n%.*s\n@case shrunk from seed %llu\nas-of %.*s\n%.*s\n=> %.*s\n",
            how, TEXT_FORMAT(example.data), (unsigned long long)run->seed,
            TEXT_FORMAT(date_print_iso(example.as_of, day)), TEXT_FORMAT(example.source),
            TEXT_FORMAT(reference));
}

static void fail(Run *run, Text source, Date as_of, const char *how)
{
    if (run->failures++ < FAILURES_MAX) report(run, source, as_of, how);
    harness_fail(__FILE__, __LINE__, "%s (--seed %llu): %.*s", how, (unsigned long long)run->seed,
                 TEXT_FORMAT(source));
}

/* ---- other things that must hold ---- */

/* What the printer writes means the same. */
static void check_printed(Run *run, const Expression *expression, Date as_of,
                          const Answer *reference, Arena *arena)
{
    Text problem;
    Text printed = expression_print(expression->root, arena);
    const Expression *again = population_compile(run->population, printed, arena, &problem);
    if (again == NULL) {
        harness_fail(__FILE__, __LINE__, "printed form is refused (--seed %llu): %.*s\n%.*s",
                     (unsigned long long)run->seed, TEXT_FORMAT(printed), TEXT_FORMAT(problem));
        return;
    }
    Answer answer = answer_of_reference(run->population, again, as_of, arena);
    if (answers_differ(reference, &answer, expression->root->type, arena) != NULL)
        harness_fail(__FILE__, __LINE__, "printed form means another thing (--seed %llu): %.*s",
                     (unsigned long long)run->seed, TEXT_FORMAT(printed));
}

/* A rule and its negation split the base in two. */
static void check_negation(Run *run, Text source, Date as_of, const Answer *reference, Arena *arena)
{
    Text problem, negated = arena_printf(arena, "not (%.*s)", TEXT_FORMAT(source));
    const Expression *expression = population_compile(run->population, negated, arena, &problem);
    if (expression == NULL) {
        harness_fail(__FILE__, __LINE__, "negation is refused: %.*s\n%.*s", TEXT_FORMAT(negated),
                     TEXT_FORMAT(problem));
        return;
    }
    Answer answer = answer_of_reference(run->population, expression, as_of, arena);
    EXPECT(answer.status == reference->status);
    if (answer.status != STATUS_OK) return;
    for (size_t i = 0; i < answer.result.customers_count; i++)
        if (answer.result.values[0][i].as.boolean == reference->result.values[0][i].as.boolean)
            fail(run, source, as_of, "a customer is in the rule and in its negation, or in none");
}

/* Customers that arrive in another order are the same customers. Stored sets know them by id. */
static void check_shuffled(Run *run, const Expression *expression, Text source, Date as_of,
                           const Answer *reference, Arena *arena)
{
    if (expression->uses_sets) return;
    Population shuffled = *run->population;
    size_t count = shuffled.people.count;
    shuffled.people.items = ARENA_ARRAY(arena, Person, count);
    for (size_t i = 0; i < count; i++)
        shuffled.people.items[i] = run->population->people.items[count - 1 - i];
    Answer answer = answer_of_reference(&shuffled, expression, as_of, arena);
    EXPECT(answer.status == reference->status);
    for (size_t i = 0; answer.status == STATUS_OK && i < count; i++)
        if (!value_equal(answer.result.values[0][i], reference->result.values[0][count - 1 - i]))
            fail(run, source, as_of, "the order of customers matters");
}

/* SQL for reading has no guards and so is asked what does not fail. */
static void check_readable(Run *run, const Expression *expression, Text source, Date as_of,
                           const Answer *reference, Arena *arena)
{
    if (reference->status != STATUS_OK) return;
    SqlRunner runner = tables_runner(run->tables);
    Answer answer = answer_of_readable_sql(&runner, expression, as_of, arena);
    const char *how = answers_differ(reference, &answer, expression->root->type, arena);
    if (how != NULL)
        harness_fail(__FILE__, __LINE__, "SQL for reading differs (--seed %llu): %s\n%.*s",
                     (unsigned long long)run->seed, how, TEXT_FORMAT(source));
}

/* ---- rounds ---- */

/* Keep a question for asking it again among others. */
static void keep_case(Run *run, const Expression *expression, Date as_of)
{
    EngineCase again = {.expression = expression, .as_of = as_of};
    again.expected = answer_of_reference(run->population, expression, as_of, run->arena);
    ARENA_PUSH(run->arena, &run->cases, again);
}

/* All questions of the round that do not fail, at once: what they share is computed once, and
 * nothing of one may get into another. */
static void ask_all_again(Run *run)
{
    const char *how = NULL;
    unsigned threads_count = run->seed % 2 == 0 ? 3 : 1;
    size_t wrong = engine_wrong_case(&run->world, run->cases.items, run->cases.count, threads_count,
                                     &how, run->arena);
    if (how == NULL) return;
    Text source = expression_print(run->cases.items[wrong].expression->root, run->arena);
    run->failures++;
    harness_fail(__FILE__, __LINE__, "asked among others: %s (--seed %llu): %.*s", how,
                 (unsigned long long)run->seed, TEXT_FORMAT(source));
}

/* The same of several blocks of customers, who are those of the population again and again. */
static void ask_crowd(Run *run)
{
    enum { CROWD_ROUNDS = 8, CROWD_CASES = 100, BLOCKS = 2, LEFT_OVER = 700 };
    if (run->seed % CROWD_ROUNDS != 0 || run->population->people.count == 0) return;
    size_t customers_count = BLOCKS * IMAGE_BLOCK_ROWS + run->seed % LEFT_OVER, count = 0;
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(engine_world_done)
    EngineWorld world = engine_crowd(run->population, customers_count, arena);
    EngineCase *cases = ARENA_ARRAY(arena, EngineCase, CROWD_CASES);
    for (size_t i = 0; i < run->cases.count && count < CROWD_CASES; i += DAYS_PER_RULE + 1) {
        const EngineCase *known = &run->cases.items[i];
        if (known->expression->uses_ranks || known->expression->uses_sets) continue;
        cases[count] = *known;
        cases[count++].expected = engine_crowd_answer(&known->expected, customers_count, arena);
    }
    const char *how = NULL;
    size_t wrong = engine_wrong_case(&world, cases, count, 3, &how, arena);
    if (how == NULL) return;
    Text source = expression_print(cases[wrong].expression->root, arena);
    run->failures++;
    harness_fail(__FILE__, __LINE__, "asked of a crowd: %s (--seed %llu): %.*s", how,
                 (unsigned long long)run->seed, TEXT_FORMAT(source));
}

static void ask(Run *run, const Expression *expression, Text source, Date as_of, size_t number)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SqlRunner runner = tables_runner(run->tables);
    Answer reference = answer_of_reference(run->population, expression, as_of, arena);
    Answer sql = answer_of_sql(&runner, expression, as_of, arena);
    Answer engine = answer_of_engine(&run->world, expression, as_of, arena);
    const char *how = first_difference(&reference, &sql, &engine, expression->root->type, arena);
    run->questions++;
    run->failing += reference.status != STATUS_OK;
    run->telling += is_telling(&reference);
    if (how == NULL && reference.status == STATUS_OK) keep_case(run, expression, as_of);
    if (how != NULL)
        fail(run, source, as_of, how);
    else if (number % 16 == 0)
        check_readable(run, expression, source, as_of, &reference, arena);
    if (number % 8 == 1) check_printed(run, expression, as_of, &reference, arena);
    if (number % 8 == 3) check_shuffled(run, expression, source, as_of, &reference, arena);
    if (number % 8 == 2 && expression->root->type.kind == TYPE_BOOL)
        check_negation(run, source, as_of, &reference, arena);
}

static void ask_one_rule(Run *run, Random *random, size_t number)
{
    Arena *arena = run->arena;
    Text problem, source = random_expression(random, run->population, arena);
    const Expression *expression = population_compile(run->population, source, arena, &problem);
    if (expression == NULL) {
        run->refused++;
        if (getenv("KOHORTA_SHOW_REFUSED") != NULL) fprintf(stderr, "%.*s\n", TEXT_FORMAT(problem));
        return;
    }
    coverage_add(&run->coverage, expression->root);
    uint64_t failures_before = run->failures;
    for (size_t i = 0; i < DAYS_PER_RULE && run->failures == failures_before; i++)
        ask(run, expression, source, random_as_of(random), number * DAYS_PER_RULE + i);
}

static void run_round(Run *run, uint64_t seed)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(seed);
    static const char *const levels[] = {"scalar", "avx2", "avx512"};
    setenv("KOHORTA_ENGINE_LEVEL", levels[seed % 3], true);
    run->seed = seed;
    run->arena = arena;
    run->cases = (Cases){0};
    run->population = random_population(&random, arena);
    run->tables = tables_open(run->population);
    run->world = engine_world(run->population, seed, arena);
    for (size_t i = 0; i < RULES_PER_ROUND && run->failures < FAILURES_MAX; i++)
        ask_one_rule(run, &random, i);
    ask_all_again(run);
    ask_crowd(run);
    engine_world_done(&run->world);
    tables_close(run->tables);
}

TEST(all_evaluators_agree_on_random_data_rules_and_days)
{
    static Run run; /* too large for the stack */
    uint64_t wanted = QUESTIONS;
    if (getenv("KOHORTA_SOAK") != NULL) wanted = UINT64_C(10) * QUESTIONS;
    for (uint64_t round = 0; run.questions < wanted && run.failures < FAILURES_MAX; round++)
        run_round(&run, harness_seed() + round);
    printf("%llu questions, %llu tell customers apart, %llu are beyond a limit; %llu expressions "
           "refused\n",
           (unsigned long long)run.questions, (unsigned long long)run.telling,
           (unsigned long long)run.failing, (unsigned long long)run.refused);
    const char *gap = coverage_gap(&run.coverage);
    if (gap != NULL) harness_fail(__FILE__, __LINE__, "never drawn: %s", gap);
    EXPECT(run.refused * DAYS_PER_RULE < run.questions / 2);
    EXPECT(run.failing > 0);
    EXPECT(run.telling * 3 > run.questions);
}
