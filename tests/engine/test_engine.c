/* test_engine.c -- what the engine promises beyond its answers, which the differential test
 * compares with those of the other evaluators. */
#include "base/buffer.h"
#include "engine/world.h"
#include "harness/harness.h"

static const char SHOP[] = "property region text\n"
                           "property area number 1\n"
                           "item D-1 name=Дрель group=Инструмент\n"
                           "item S-1 name=Сверло group=Расходники\n"
                           "customer A region=Москва area=10\n"
                           "customer B region=Тверь area=20.5\n"
                           "customer C region=МОСКВА\n"
                           "customer D area=20.5\n"
                           "event purchase A 2026-01-10T10:00 item=D-1 amount=100\n"
                           "event purchase A 2026-02-10T10:00 item=S-1 amount=50\n"
                           "event purchase B 2026-01-11T10:00 item=S-1 amount=70\n"
                           "event purchase D 2026-03-01T10:00 item=D-1 amount=900\n";

typedef struct {
    Arena *arena;
    Population *population;
    EngineWorld world;
} Shop;

static Shop shop_open(uint64_t seed)
{
    Error err;
    Shop shop = {.arena = arena_new()};
    shop.population = population_new(shop.arena);
    EXPECT_OK(population_read(shop.population, text_of(SHOP), &err), &err);
    population_finish(shop.population);
    shop.world = engine_world(shop.population, seed, shop.arena);
    return shop;
}

static void shop_done(Shop *shop)
{
    engine_world_done(&shop->world);
    arena_free(shop->arena);
}

static EngineQuestion question(Shop *shop, const char *source, AnswerKind kind)
{
    Text problem = {0};
    const Expression *expression =
        population_compile(shop->population, text_of(source), shop->arena, &problem);
    if (expression == NULL) harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problem));
    return (EngineQuestion){expression, date_of(2026, 3, 31), kind};
}

TEST(customers_outside_of_only_are_not_counted_but_ranked)
{
    AUTO(shop_done) Shop shop = shop_open(0);
    AUTO(customer_set_free) CustomerSet only = customer_set_new((CustomerId){4});
    customer_set_add(&only, (CustomerId){1});
    customer_set_add(&only, (CustomerId){3});
    EngineQuestion questions[] = {question(&shop, "region = 'москва'", ANSWER_SET),
                                  question(&shop, "top 1 by sum(purchase.amount)", ANSWER_COUNT),
                                  question(&shop, "top 2 by sum(purchase.amount)", ANSWER_COUNT),
                                  question(&shop, "area", ANSWER_VALUES)};
    EngineOptions options = {.only = &only, .threads_count = 2};
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineAnswer answers[4];
    Error err;
    REQUIRE(engine_prepare(&shop.world.data, questions, 4, &options, &program, &err) == STATUS_OK);
    for (int i = 0; i < 3; i++) { /* a program is asked any number of times */
        EXPECT_OK(engine_run(program, shop.arena, answers, &err), &err);
        EXPECT_INT(answers[0].count, 2);
        EXPECT(customer_set_equal(&answers[0].set, &only));
        EXPECT_INT(answers[1].count, 0);
        EXPECT_INT(answers[2].count, 1);
        EXPECT_INT(answers[3].values.count, 2);
        EXPECT_INT(answers[3].count, 1);
        EXPECT_INT(answers[3].values.customers[1].value, 3);
        customer_set_free(&answers[0].set);
    }
}

TEST(rankings_of_many_days_are_those_of_each_day)
{
    enum { DAYS = 200 };
    AUTO(shop_done) Shop shop = shop_open(0);
    EngineQuestion questions[DAYS];
    EngineOptions options = {.threads_count = 2};
    AUTO(engine_done) EngineProgram *together = NULL;
    EngineAnswer answers[DAYS], alone[1];
    Error err;
    for (int i = 0; i < DAYS; i++) {
        questions[i] = question(&shop, "top 50% by sum(purchase.amount, last 30 days)", ANSWER_SET);
        questions[i].as_of.day -= i;
    }
    EXPECT_OK(engine_prepare(&shop.world.data, questions, DAYS, &options, &together, &err), &err);
    EXPECT_OK(engine_run(together, shop.arena, answers, &err), &err);
    for (int i = 0; i < DAYS; i++) {
        AUTO(engine_done) EngineProgram *program = NULL;
        EXPECT_OK(engine_prepare(&shop.world.data, &questions[i], 1, &options, &program, &err),
                  &err);
        EXPECT_OK(engine_run(program, shop.arena, alone, &err), &err);
        EXPECT(customer_set_equal(&answers[i].set, &alone[0].set));
        customer_set_free(&alone[0].set);
        customer_set_free(&answers[i].set);
    }
}

TEST(what_leaves_18_digits_names_the_first_customer_whatever_the_threads)
{
    AUTO(shop_done) Shop shop = shop_open(0);
    for (unsigned threads = 1; threads <= 3; threads++) {
        EngineQuestion questions[] = {
            question(&shop, "region = 'нет' and area * 99999999999999999 > 1", ANSWER_COUNT)};
        EngineOptions options = {.threads_count = threads};
        AUTO(engine_done) EngineProgram *program = NULL;
        EngineAnswer answers[1];
        Error err;
        EXPECT_OK(engine_prepare(&shop.world.data, questions, 1, &options, &program, &err), &err);
        EXPECT(engine_run(program, shop.arena, answers, &err) == STATUS_LIMIT);
        EXPECT(text_starts_with(text_of(err.message), TEXT("customer 'A': a result has more")));
    }
}

static bool refuse(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step;
    uint64_t *calls = context;
    ++*calls;
    EXPECT(done <= total);
    return false;
}

TEST(a_cancelled_run_answers_nothing)
{
    AUTO(shop_done) Shop shop = shop_open(0);
    EngineQuestion questions[] = {question(&shop, "area > 10", ANSWER_COUNT)};
    uint64_t calls = 0;
    Progress progress = {.report = refuse, .context = &calls};
    EngineOptions options = {.progress = &progress};
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineAnswer answers[1];
    Error err;
    EXPECT_OK(engine_prepare(&shop.world.data, questions, 1, &options, &program, &err), &err);
    EXPECT_STATUS(engine_run(program, shop.arena, answers, &err), STATUS_CANCELLED, &err);
    EXPECT_INT(calls, 1);
}

static bool refuse_third(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step;
    uint64_t *calls = context;
    EXPECT(done <= total);
    return ++*calls < 3;
}

/* All customers are in one block, which alone tells once. */
TEST(a_run_is_cancelled_in_the_midst_of_a_block)
{
    static const char *const operands[] = {"region", "code"};
    AUTO(shop_done) Shop shop = shop_open(0);
    for (size_t k = 0; k < sizeof operands / sizeof operands[0]; k++) {
        AUTO(buffer_done) Buffer source = {0};
        for (int i = 0; i < 300; i++)
            buffer_printf(&source, "%s%s matches \"x%d$\"", i > 0 ? " or " : "", operands[k], i);
        EngineQuestion questions[] = {
            question(&shop, arena_cstr(shop.arena, buffer_view(&source)), ANSWER_COUNT)};
        uint64_t calls = 0;
        Progress progress = {.report = refuse_third, .context = &calls};
        EngineOptions options = {.progress = &progress, .threads_count = 1};
        AUTO(engine_done) EngineProgram *program = NULL;
        EngineAnswer answers[1];
        Error err;
        Status status = engine_prepare(&shop.world.data, questions, 1, &options, &program, &err);
        if (status == STATUS_OK) status = engine_run(program, shop.arena, answers, &err);
        EXPECT_STATUS(status, STATUS_CANCELLED, &err);
        EXPECT_INT(calls, 3);
    }
}

static uint64_t ticks;

static uint64_t tick(void)
{
    return ++ticks;
}

TEST(steps_are_explained_with_what_they_looked_at)
{
    AUTO(shop_done) Shop shop = shop_open(0);
    EngineQuestion questions[] = {
        question(&shop, "region = 'Москва' and sum(purchase.amount) > 10", ANSWER_COUNT),
        question(&shop, "sum(purchase.amount) > 10", ANSWER_COUNT)};
    EngineOptions options = {.now_nanoseconds = tick, .threads_count = 1};
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineAnswer answers[2];
    EngineStep *steps;
    size_t steps_count;
    Error err;
    EXPECT_OK(engine_prepare(&shop.world.data, questions, 2, &options, &program, &err), &err);
    EXPECT_OK(engine_run(program, shop.arena, answers, &err), &err);
    engine_explain(program, shop.arena, &steps, &steps_count);
    REQUIRE(steps_count == 5);
    EXPECT_TEXT(steps[0].what, "region = \"Москва\" and sum(purchase.amount) > 10");
    EXPECT_INT(steps[0].depth, 0);
    EXPECT_INT(steps[0].actual_rows, 4);
    EXPECT_TEXT(steps[1].what, "region = \"Москва\" (on its column)");
    EXPECT_INT(steps[1].depth, 1);
    EXPECT_INT(steps[1].estimated_rows, 4);
    EXPECT_TEXT(steps[2].what, "sum(purchase.amount) > 10");
    EXPECT_INT(steps[2].estimated_rows, 0);  /* a tenth of four */
    EXPECT_INT(steps[2].actual_rows, 2 + 4); /* for two Muscovites, then for all */
    for (size_t i = 0; i < 3; i++)
        EXPECT(steps[i].nanoseconds > 0);
}

TEST(a_question_without_customers_has_an_answer)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = population_new(arena);
    population_finish(population);
    AUTO(engine_world_done) EngineWorld world = engine_world(population, 0, arena);
    Text problem;
    const Expression *expression =
        population_compile(population, TEXT("name is missing"), arena, &problem);
    Answer answer = answer_of_engine(&world, expression, date_of(2026, 1, 1), arena);
    EXPECT_INT(answer.status, STATUS_OK);
    EXPECT_INT(answer.result.customers_count, 0);
}

/* Births around the ends of February and of years, before and after the days that are asked for. */
static Population *newborns(Arena *arena)
{
    static const char *const days[] = {"01-01", "02-28", "02-29", "03-01", "12-31"};
    Population *population = population_new(arena);
    Error err;
    Text rows = TEXT("customer nobody\n");
    for (int year = 1990; year < 2030; year++)
        for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
            if (i == 2 && !date_is_valid(year, 2, 29)) continue;
            rows = arena_printf(arena, "%.*scustomer C%d-%zu birth_date=%d-%s\n", TEXT_FORMAT(rows),
                                year, i, year, days[i]);
        }
    EXPECT_OK(population_read(population, rows, &err), &err);
    population_finish(population);
    return population;
}

/* Their tests are made on the column of the date. */
TEST(ages_and_days_since_are_those_of_the_reference)
{
    static const char *const rules[] = {"age(birth_date) = 7",
                                        "age(birth_date) != 7",
                                        "age(birth_date) < 1",
                                        "age(birth_date) > 20",
                                        "age(birth_date) between 3 and 5",
                                        "not age(birth_date) between 3 and 5",
                                        "age(birth_date) in (0, 2, 3, 30)",
                                        "age(birth_date) >= -5",
                                        "age(birth_date) <= 900",
                                        "age(birth_date) is missing",
                                        "days_since(birth_date) = 0",
                                        "days_since(birth_date) between -400 and 800",
                                        "days_since(birth_date) < 0",
                                        "days_since(birth_date) not in (0, 1, 365, 366)",
                                        "days_since(birth_date) <= 999999999999",
                                        "age(birth_date) > 5 and age(birth_date) < 3"};
    const Date days[] = {date_of(2026, 2, 28), date_of(2024, 2, 29), date_of(2027, 3, 1),
                         date_of(1989, 1, 1)};
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = newborns(arena);
    EngineWorld world = engine_world(population, 0, arena);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        for (size_t day = 0; day < sizeof days / sizeof days[0]; day++) {
            Text problem = {0};
            const Expression *rule =
                population_compile(population, text_of(rules[i]), arena, &problem);
            REQUIRE(rule != NULL);
            Answer expected = answer_of_reference(population, rule, days[day], arena);
            Answer answer = answer_of_engine(&world, rule, days[day], arena);
            const char *how = answers_differ(&answer, &expected, rule->root->type, arena);
            if (how != NULL) harness_fail(__FILE__, __LINE__, "%s: %s", rules[i], how);
        }
    engine_world_done(&world);
}

/* Days that are stored ten apart: between two of them nobody has bought, also of the one who bought
 * what nobody else did, whose event is looked at by itself. */
TEST(a_window_between_the_stored_days_is_empty)
{
    enum { OTHERS = 200 };
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = population_new(arena);
    Error err;
    Text rows = TEXT("item D-1 name=Drill\nitem S-1 name=Saw\ncustomer C0\n"
                     "event purchase C0 2026-01-11T10:00 item=D-1 amount=1\n");
    for (int i = 1; i <= OTHERS; i++)
        rows = arena_printf(arena,
                            "%.*scustomer C%d\nevent purchase C%d 2026-01-%02dT10:00 item=S-1 "
                            "amount=1\n",
                            TEXT_FORMAT(rows), i, i, i % 3 * 10 + 1);
    EXPECT_OK(population_read(population, rows, &err), &err);
    population_finish(population);
    EngineWorld world = engine_world(population, 0, arena);
    const char *const rules[] = {"any(purchase where item = 'D-1', from 2026-01-03 to 2026-01-08)",
                                 "any(purchase where item = 'D-1', from 2026-01-03 to 2026-01-11)",
                                 "any(purchase where item = 'S-1', from 2026-01-13 to 2026-01-15)"};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        Text problem = {0};
        const Expression *rule = population_compile(population, text_of(rules[i]), arena, &problem);
        REQUIRE(rule != NULL);
        Date as_of = date_of(2026, 2, 1);
        Answer expected = answer_of_reference(population, rule, as_of, arena);
        Answer answer = answer_of_engine(&world, rule, as_of, arena);
        const char *how = answers_differ(&answer, &expected, rule->root->type, arena);
        if (how != NULL) harness_fail(__FILE__, __LINE__, "%s: %s", rules[i], how);
    }
    engine_world_done(&world);
}
