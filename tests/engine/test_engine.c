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
