/* test_turning.c -- who joins and leaves rules as days pass, over several blocks, threads and
 * layers, against asking everybody on both days. */
#include "base/buffer.h"
#include "base/random.h"
#include "engine/standing.h"
#include "engine/world.h"
#include "harness/harness.h"

enum { CROWD = 5000, FIRST_DAY = 19500, DAYS = 1100 }; /* 2023-05-23 and on */

static const char *const sources[] = {
    "count(buying, last 7 days) >= 1",
    "count(buying, last 30 days) < 3",
    "sum(buying.amount, last 14 days) > 100",
    "sum(buying.amount, last 14 days) between 50 and 200",
    "sum(buying.amount, last 45 days) >= 300 and town = \"Київ\"",
    "count(buying where item = \"A1\", last 20 days) >= 1",
    ("sum(buying.amount where item in (\"A1\", \"A2\"), last 20 days) > 50 and kinds has any "
     "(\"x\")"),
    "count(buying where item != \"A1\", last 10 days) = 2 and not town = \"Lviv\"",
    "none(buying, last 21 days)",
    "any(buying where item.group = \"G\", last 9 days) and town in (\"Київ\", \"Lviv\")",
    "count(buying, this month) >= 2",
    "sum(buying.amount, previous month) > 80 and count(buying, last 5 days) = 0",
    "count(buying) >= 10",
    "count(calls, last 12 days) >= 1 and count(buying, last 12 days) >= 1",
    "age(birth) between 20 and 40",
    "age(birth) >= 30 and sum(buying.amount, last 30 days) > 20",
    "days_since(birth) in (10000, 10001, 10003)",
    "count(buying, last 30 days) >= 1 and kinds has any (\"x\", \"y\") and score > 3",
    "count(buying, from 2026-01-05 to 2026-01-20) >= 1 and count(buying, last 3 days) >= 1",
};
enum { NEW_YEAR = 20454 }; /* 2026-01-01 */
enum { RULES = sizeof sources / sizeof sources[0] };

static void add_events(Buffer *out, Random *random, unsigned customer)
{
    for (uint64_t i = random_below(random, 20); i > 0; i--) {
        char iso[DATE_TEXT_MAX];
        Date day = {FIRST_DAY + (int32_t)random_below(random, DAYS)};
        Text text = date_print_iso(day, iso);
        if (random_chance(random, 0.2)) {
            buffer_printf(out, "event calls C%u %.*sT10:00\n", customer, TEXT_FORMAT(text));
            continue;
        }
        buffer_printf(out, "event buying C%u %.*sT10:00 item=A%u", customer, TEXT_FORMAT(text),
                      1 + (unsigned)random_below(random, 4));
        if (random_chance(random, 0.9))
            buffer_printf(out, " amount=%u", (unsigned)random_below(random, 90));
        buffer_cstr(out, "\n");
    }
}

static Population *make_population(uint64_t seed, Arena *arena)
{
    static const char *const towns[] = {"Київ", "Lviv", "Одеса"};
    Random random = random_seeded(seed);
    Population *population = population_new(arena);
    Buffer out = {0};
    buffer_cstr(&out, "property town text\nproperty birth date\nproperty kinds set\n"
                      "property score number 1\n"
                      "stream buying item:item amount:number:2\nstream calls about:text\n"
                      "item A1 group=G\nitem A2 group=G\nitem A3\nitem A4 group=H\n");
    for (unsigned i = 0; i < 40; i++) {
        buffer_printf(&out, "customer C%u town=%s kinds=%s", i, towns[random_below(&random, 3)],
                      random_chance(&random, 0.5) ? "x" : "y|z");
        if (random_chance(&random, 0.8))
            buffer_printf(&out, " birth=%u-%02u-%02u", 1970 + (unsigned)random_below(&random, 40),
                          1 + (unsigned)random_below(&random, 3),
                          1 + (unsigned)random_below(&random, 28));
        if (random_chance(&random, 0.8))
            buffer_printf(&out, " score=%u.5", (unsigned)random_below(&random, 6));
        buffer_cstr(&out, "\n");
        add_events(&out, &random, i);
    }
    Error err = {0};
    EXPECT_OK(population_read(population, buffer_view(&out), &err), &err);
    buffer_done(&out);
    population_finish(population);
    return population;
}

typedef struct {
    const EngineWorld *world;
    const Expression *rules[RULES];
    CustomerSet sets[RULES];
} Kept;

static StandingWork ask(Kept *kept, bool is_known, Date before, Date as_of, CustomerSet *sets)
{
    AUTO(standing_answers_done) StandingAnswers *answers = NULL;
    CustomerSet nobody = {0};
    StandingState state = {&kept->world->data, &nobody, as_of};
    StandingRule rules[RULES];
    EngineOptions options = {.threads_count = 3};
    Error err = {0};
    for (size_t i = 0; i < RULES; i++)
        rules[i] = (StandingRule){kept->rules[i], is_known, before};
    EXPECT_OK(standing_ask(&state, rules, RULES, &options, &answers, &err), &err);
    for (size_t i = 0; i < RULES; i++)
        standing_take(answers, i, &sets[i]);
    return standing_work(answers);
}

/* The days from one to another, forwards or back; all rules turn unless they move over too much. */
static void turn(Kept *kept, Date before, Date after, bool must_turn)
{
    CustomerSet anew[RULES] = {0};
    (void)ask(kept, false, before, before, kept->sets);
    StandingWork work = ask(kept, true, before, after, kept->sets);
    (void)ask(kept, false, after, after, anew);
    if (must_turn) EXPECT_INT(work.turning_rules, RULES);
    for (size_t i = 0; i < RULES; i++) {
        if (!customer_set_equal(&kept->sets[i], &anew[i]))
            harness_fail(__FILE__, __LINE__, "from day %d to %d: %s", before.day, after.day,
                         sources[i]);
        customer_set_free(&kept->sets[i]);
        customer_set_free(&anew[i]);
    }
}

static void turn_days(const EngineWorld *world, Arena *arena)
{
    Kept kept = {.world = world};
    for (size_t i = 0; i < RULES; i++) {
        Text problem = {0};
        kept.rules[i] = population_compile(world->population, text_of(sources[i]), arena, &problem);
        if (kept.rules[i] == NULL)
            harness_fail(__FILE__, __LINE__, "%s: %.*s", sources[i], TEXT_FORMAT(problem));
    }
    for (int32_t day = FIRST_DAY - 2; day < FIRST_DAY + DAYS + 90; day += 97)
        turn(&kept, (Date){day}, (Date){day + 1}, true);
    turn(&kept, (Date){NEW_YEAR - 1}, (Date){NEW_YEAR}, false);
    turn(&kept, (Date){NEW_YEAR + 14}, (Date){NEW_YEAR + 13}, true);
    turn(&kept, (Date){NEW_YEAR + 20}, (Date){NEW_YEAR + 23}, false);
    turn(&kept, (Date){NEW_YEAR + 50}, (Date){NEW_YEAR + 10}, false);
}

TEST(days_turn_rules_of_a_crowd)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = make_population(harness_seed(), arena);
    EngineWorld world = engine_crowd(population, CROWD, arena);
    turn_days(&world, arena);
    engine_world_done(&world);
}

TEST(days_turn_rules_of_customers_in_layers)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Population *population = make_population(harness_seed() + seed, arena);
        EngineWorld world = engine_world(population, seed, arena);
        turn_days(&world, arena);
        engine_world_done(&world);
    }
}
