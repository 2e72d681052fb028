/* test_sweep_group.c -- batches of questions whose aggregates are computed together: that they are,
 * and that every answer is the reference evaluator's. */
#include "base/buffer.h"
#include "base/random.h"
#include "engine/sweep_group.h"
#include "engine/world.h"
#include "harness/harness.h"

enum { ITEMS = 40, GROUPS = 6, CUSTOMERS = 150, EVENTS = 1500, DAYS = 400, ROUNDS = 6, CASES = 90 };

static const Date FIRST = {20000};

static void add_day(Buffer *out, int32_t day)
{
    char iso[DATE_TEXT_MAX];
    buffer_text(out, date_print_iso((Date){day}, iso));
}

static uint64_t below(Random *random, uint64_t bound)
{
    return random_below(random, bound);
}

/* Every tenth purchase is of no item, every tenth of no amount. */
static void add_purchase(Random *random, Buffer *out)
{
    buffer_printf(out, "event purchase K%llu ", (unsigned long long)below(random, CUSTOMERS));
    add_day(out, FIRST.day + (int32_t)below(random, DAYS));
    buffer_printf(out, "T%02llu:00", (unsigned long long)below(random, 24));
    double u = random_unit(random);
    if (random_chance(random, 0.9)) buffer_printf(out, " item=i%u", (unsigned)(u * u * ITEMS));
    if (random_chance(random, 0.9))
        buffer_printf(out, " amount=%lld.%llu", (long long)random_between(random, -50, 500),
                      (unsigned long long)below(random, 100));
    buffer_char(out, '\n');
}

static Population *make_population(Random *random, Arena *arena)
{
    Error err;
    Buffer text = {0};
    Population *population = population_new(arena);
    buffer_cstr(&text, "property region text\n");
    for (int i = 0; i < ITEMS; i++)
        buffer_printf(&text, "item i%d name=\"Name %d\" group=\"All / G%d\"\n", i, i, i % GROUPS);
    for (int i = 0; i < CUSTOMERS; i++)
        buffer_printf(&text, "customer K%d region=R%d\n", i, i % 4);
    for (int i = 0; i < EVENTS; i++)
        add_purchase(random, &text);
    EXPECT_OK(population_read(population, buffer_view(&text), &err), &err);
    buffer_done(&text);
    population_finish(population);
    return population;
}

/* ---- questions ---- */

static void add_condition(Random *random, Buffer *out)
{
    unsigned long long item = below(random, ITEMS + 2), group = below(random, GROUPS);
    switch (below(random, 9)) {
    case 0: buffer_printf(out, " where item = 'i%llu'", item); break;
    case 1: buffer_printf(out, " where item != 'Name %llu'", item); break;
    case 2: buffer_printf(out, " where item.group = 'G%llu'", group); break;
    case 3: buffer_printf(out, " where item in ('i%llu', 'i3', 'i4')", item); break;
    case 4:
        buffer_printf(out, " where item.group = 'G%llu' and not item = 'i%llu'", group, item);
        break;
    case 5: buffer_printf(out, " where item is missing or item = 'i%llu'", item); break;
    case 6: buffer_cstr(out, " where item under 'All'"); break;
    default: break; /* all purchases */
    }
}

static void add_window(Random *random, Buffer *out)
{
    static const int days[] = {1, 7, 30, 90, 365};
    int32_t begin = FIRST.day + (int32_t)below(random, DAYS);
    switch (below(random, 4)) {
    case 0: buffer_printf(out, ", last %d days", days[below(random, 5)]); break;
    case 1:
        buffer_cstr(out, ", from ");
        add_day(out, begin);
        buffer_cstr(out, " to ");
        add_day(out, begin + (int32_t)below(random, 100));
        break;
    case 2: buffer_cstr(out, ", previous 2 months"); break;
    default: break; /* all time */
    }
}

static void add_aggregate(Random *random, Buffer *out, const char *word)
{
    buffer_printf(out, "%s", word);
    add_condition(random, out);
    add_window(random, out);
    buffer_char(out, ')');
}

static void add_rule(Random *random, Buffer *out)
{
    static const char *const compared[] = {">", ">=", "<", "<=", "=", "!="};
    const char *operator_ = compared[below(random, 6)];
    unsigned long long few = below(random, 4);
    if (random_chance(random, 0.3)) buffer_cstr(out, "region = 'R1' and ");
    switch (below(random, 8)) {
    case 0: add_aggregate(random, out, "any(purchase"); break;
    case 1: add_aggregate(random, out, "none(purchase"); break;
    case 2:
    case 3:
        add_aggregate(random, out, "count(purchase");
        buffer_printf(out, " %s %llu", operator_, few);
        break;
    case 4:
        add_aggregate(random, out, "count(purchase");
        buffer_printf(out, " in (0, 2, %llu)", few);
        break;
    case 5:
        add_aggregate(random, out, "sum(purchase.amount");
        buffer_printf(out, " between %llu and 100.005", few);
        break;
    default:
        add_aggregate(random, out, "sum(purchase.amount");
        buffer_printf(out, " %s %llu.5", operator_, 40 * few);
    }
}

static void add_question(Random *random, Buffer *out)
{
    if (random_chance(random, 0.75)) {
        add_rule(random, out);
    } else if (random_chance(random, 0.5)) {
        add_aggregate(random, out, "sum(purchase.amount");
    } else {
        add_aggregate(random, out, "sum(purchase.amount");
        buffer_cstr(out, " - 2 * ");
        add_aggregate(random, out, "count(purchase");
    }
}

static EngineCase make_case(Random *random, const Population *population, Arena *arena)
{
    Buffer source = {0};
    add_question(random, &source);
    Text problem = {0}, kept = arena_text(arena, buffer_view(&source));
    buffer_done(&source);
    int32_t days_back = random_chance(random, 0.7) ? 0 : (int32_t)below(random, 100);
    EngineCase made = {.as_of = {FIRST.day + DAYS - 1 - days_back}};
    made.expression = population_compile(population, kept, arena, &problem);
    if (made.expression == NULL) {
        harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problem));
        return made;
    }
    made.expected = answer_of_reference(population, made.expression, made.as_of, arena);
    return made;
}

/* ---- batches ---- */

/* How many steps of the program are answered by a sweep over the base. */
static size_t grouped_steps(const EngineWorld *world, const EngineCase *cases)
{
    Error err;
    EngineQuestion questions[CASES];
    for (size_t i = 0; i < CASES; i++)
        questions[i] = (EngineQuestion){cases[i].expression, cases[i].as_of, ANSWER_COUNT};
    AUTO(engine_done) EngineProgram *program = NULL;
    EXPECT_OK(engine_prepare(&world->data, questions, CASES, NULL, &program, &err), &err);
    size_t count = 0;
    for (size_t i = 0; program != NULL && i < program->steps.count; i++)
        count += program->bindings[0].sweeps->of_step[i] != NULL;
    return count;
}

static void check_batch(uint64_t seed)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(seed);
    Population *population = make_population(&random, arena);
    AUTO(engine_world_done) EngineWorld world = engine_world(population, seed, arena);
    static EngineCase cases[CASES];
    const char *how = NULL;
    for (size_t i = 0; i < CASES; i++) {
        cases[i] = make_case(&random, population, arena);
        REQUIRE(cases[i].expression != NULL);
    }
    EXPECT(grouped_steps(&world, cases) > CASES / 2);
    size_t wrong = engine_wrong_case(&world, cases, CASES, 1 + seed % 2, &how, arena);
    if (how == NULL) return;
    Text source = expression_print(cases[wrong].expression->root, arena);
    harness_fail(__FILE__, __LINE__, "seed %llu: %s: %.*s", (unsigned long long)seed, how,
                 TEXT_FORMAT(source));
}

TEST(batches_of_aggregates_answer_as_the_reference_does)
{
    for (uint64_t round = 0; round < ROUNDS; round++)
        check_batch(harness_seed() + round);
}
