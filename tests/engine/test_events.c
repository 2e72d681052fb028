/* test_events.c -- events of customers with many and with few, of everybody and of some: the engine
 * against the reference evaluator.
 *
 * The differential test has small customers only; here are those for whom numbers are sorted
 * otherwise, own texts need more than a byte, blocks end, and runs of neighbours are looked at. */
#include "base/random.h"
#include "columns/build.h"
#include "engine/engine.h"
#include "eval/answers.h"
#include "harness/harness.h"
#include "model/built_in.h"

#include <string.h>

enum { PEOPLE = 2300, ITEMS = 40, FIRST_DAY = 20000, DAYS = 700 };

typedef struct {
    Arena *arena;
    Population *population;
    Image *image;
} Crowd;

static void add_items(Population *population)
{
    for (int i = 0; i < ITEMS; i++) {
        Item *item = population_add_item(population, arena_printf(population->arena, "item-%d", i));
        item->name = arena_printf(population->arena, "Товар %d", i);
        item->group = arena_printf(population->arena, "Все / Группа %d", i % 7);
        item->price = value_decimal(10000 * i);
    }
}

/* The order of a purchase. `are_in_row`: the purchases of some days in a row are one order, or of
 * none. */
static Value order_of(Random *random, const Population *population, Moment at, size_t orders,
                      bool are_in_row)
{
    enum { DAYS_OF_ORDER = 40, STRETCHES = 7 };
    int person = (int)population->people.count;
    int stretch = (int)moment_date(at).day / DAYS_OF_ORDER;
    if (are_in_row && stretch % STRETCHES == person % STRETCHES) return value_missing();
    if (are_in_row) return value_text(arena_printf(population->arena, "З %d-%d", person, stretch));
    if (random_chance(random, 0.05)) return value_missing();
    return value_text(arena_printf(population->arena, "%s %d-%llu",
                                   random_chance(random, 0.5) ? "Ёлка" : "ЕЛКА", person,
                                   (unsigned long long)random_below(random, orders)));
}

static void add_purchase(Random *random, Population *population, Person *person, size_t orders,
                         bool are_in_row)
{
    Moment at = {(int64_t)(FIRST_DAY + random_below(random, DAYS)) * 86400 +
                 (int64_t)random_below(random, 3) * 3600};
    Value *values = population_add_event(population, person, STREAM_PURCHASE, at);
    values[PURCHASE_ORDER] = order_of(random, population, at, orders, are_in_row);
    values[PURCHASE_DOCUMENT] =
        value_text(arena_printf(population->arena, "Док. %d/%llu", (int)population->people.count,
                                (unsigned long long)random_below(random, orders)));
    if (random_chance(random, 0.95))
        values[PURCHASE_ITEM] = value_item(
            population->items.items[random_below(random, random_below(random, ITEMS) + 1)]);
    if (random_chance(random, 0.9))
        values[PURCHASE_AMOUNT] = value_decimal(random_between(random, -2000000, 50000000));
    values[PURCHASE_QUANTITY] = value_decimal(10000 * random_between(random, 1, 5));
}

static void add_settlement(Random *random, Population *population, Person *person)
{
    Date day = {FIRST_DAY + (int32_t)random_below(random, DAYS)};
    Value *values =
        population_add_event(population, person, STREAM_SETTLEMENT, moment_of(day, 9, 0, 0));
    values[SETTLEMENT_KIND] =
        value_text(random_chance(random, 0.5) ? TEXT("charge") : TEXT("payment"));
    values[SETTLEMENT_AMOUNT] = value_decimal(random_between(random, -10000, 9000000));
    if (random_chance(random, 0.8))
        values[SETTLEMENT_DUE_DATE] = value_date(date_add(day, 30, UNIT_DAY));
}

/* A few have hundreds, most have a few, some have none. */
static size_t purchases_of(Random *random, size_t person)
{
    if (person % 1000 == 7) return 900;
    if (person % 100 == 3) return 20 + random_below(random, 60);
    return random_below(random, 7);
}

static const BuildLimits OWN_TEXTS = {
    .sorted_texts_always = 100, .sorted_texts_max = 200, .repeats_min = 8};

static Image *image_of(const Population *population, Arena *arena)
{
    CustomerSource *sources[] = {population_source(population, arena)};
    ImageInput input = {.schema = population->schema,
                        .sources = sources,
                        .sources_count = 1,
                        .items = (const Item *const *)population->items.items,
                        .items_count = population->items.count};
    Image *image = NULL;
    Error err;
    EXPECT_OK(build_in_memory(&input, OWN_TEXTS, NULL, &image, &err), &err);
    return image;
}

static Crowd crowd_open(bool are_orders_in_row)
{
    Crowd crowd = {.arena = arena_new()};
    Random random = random_seeded(harness_seed());
    Population *population = crowd.population = population_new(crowd.arena);
    add_items(population);
    for (size_t i = 0; i < PEOPLE; i++) {
        Person *person = population_add_person(population, arena_printf(crowd.arena, "C%05zu", i));
        size_t count = purchases_of(&random, i);
        for (size_t j = 0; j < count; j++)
            add_purchase(&random, population, person, count > 500 ? count / 2 : count / 2 + 1,
                         are_orders_in_row);
        for (size_t j = random_below(&random, i % 50 == 0 ? 40 : 3); j > 0; j--)
            add_settlement(&random, population, person);
    }
    population_finish(population);
    crowd.image = image_of(population, crowd.arena);
    return crowd;
}

/* Few with so many events that they are looked at in several pieces. */
static Crowd crowd_of_large_open(void)
{
    enum { LARGE_PEOPLE = 200, EVENTS = 400 };
    Crowd crowd = {.arena = arena_new()};
    Random random = random_seeded(harness_seed());
    Population *population = crowd.population = population_new(crowd.arena);
    add_items(population);
    for (size_t i = 0; i < LARGE_PEOPLE; i++) {
        Person *person = population_add_person(population, arena_printf(crowd.arena, "C%05zu", i));
        for (size_t j = random_below(&random, 5); j < EVENTS; j++)
            add_purchase(&random, population, person, 3, false);
    }
    population_finish(population);
    crowd.image = image_of(population, crowd.arena);
    return crowd;
}

static void crowd_done(Crowd *crowd)
{
    image_close(crowd->image);
    arena_free(crowd->arena);
}

/* Everybody, half of them, a few. */
static CustomerSet random_only(Random *random, size_t people_count, double chance)
{
    CustomerSet only = customer_set_new((CustomerId){(uint32_t)people_count});
    for (uint32_t id = 1; id <= people_count; id++)
        if (random_chance(random, chance)) customer_set_add(&only, (CustomerId){id});
    return only;
}

static bool is_same(Value given, Value expected)
{
    if (expected.kind == VALUE_ITEM) expected = value_text(expected.as.item->code);
    if (given.kind != expected.kind) return false;
    if (given.kind == VALUE_RATIO)
        return memcmp(&given.as.ratio, &expected.as.ratio, sizeof(double)) == 0;
    if (given.kind == VALUE_TEXT) return text_equal(given.as.text, expected.as.text);
    return value_equal(given, expected);
}

static void expect_answer(const Crowd *crowd, const Expression *expression, Date as_of,
                          const CustomerSet *only, const EvalResult *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineData data = {
        .schema = crowd->population->schema, .layers = {{crowd->image, NULL}}, .layers_count = 1};
    EngineQuestion question = {expression, as_of, ANSWER_VALUES};
    EngineOptions options = {.only = only, .threads_count = 2};
    EngineAnswer answer;
    Error err;
    EXPECT_OK(engine_prepare(&data, &question, 1, &options, &program, &err), &err);
    REQUIRE(engine_run(program, arena, &answer, &err) == STATUS_OK);
    EXPECT_INT(answer.values.count,
               only == NULL ? crowd->population->people.count : customer_set_count(only));
    size_t wrong = 0, told_apart = 0;
    for (size_t i = 0; i < answer.values.count; i++) {
        Value value = engine_values_get(&answer.values, i);
        wrong += !is_same(value, expected->values[0][answer.values.customers[i].value - 1]);
        told_apart += !value_equal(value, engine_values_get(&answer.values, 0));
    }
    if (wrong > 0)
        harness_fail(__FILE__, __LINE__, "%zu of %zu differ: %.*s", wrong, answer.values.count,
                     TEXT_FORMAT(expression->source));
    if (only == NULL && told_apart == 0)
        harness_fail(__FILE__, __LINE__, "all are equal: %.*s", TEXT_FORMAT(expression->source));
}

static const char *const QUESTIONS[] = {
    "count(purchase)",
    "count(purchase where item.group = 'Группа 3', last 6 months)",
    "any(purchase where item = 'item-30', last 9 months)",
    "none(purchase where quantity = 5)",
    "none(purchase where item.group = 'Группа 3', last 9 months)",
    "any(purchase where item.group in ('Группа 1', 'Группа 5'), last 200 days shifted back 1 "
    "month)",
    "none(purchase where not item.group = 'Группа 3')",
    "any(purchase where item.group = 'Группа 6')",
    "sum(purchase.amount)",
    "sum(purchase.amount, last 12 months)",
    "sum(purchase.item.price where quantity > 2)",
    "sum(purchase.hour, last 300 days)",
    "avg(purchase.amount, last 12 months)",
    "median(purchase.amount)",
    "median(purchase.amount, last 12 months)",
    "median(purchase.item.price)",
    "stddev(purchase.amount)",
    "stddev(purchase.quantity, last 6 months)",
    "slope(purchase.amount by month, previous 12 months)",
    "slope(purchase.amount by week, last 200 days)",
    "cv(purchase.amount by month, previous 12 months)",
    "cv(purchase.quantity by quarter, previous 4 quarters)",
    "cv(purchase.quantity where quantity > 1 by week, last 200 days)",
    "cv(purchase.quantity by day, last 300 days)",
    "sum(purchase.quantity, last 6 months) < 0.7 * sum(purchase.amount, last 12 months)",
    "periods(purchase by month, last 12 months)",
    "periods(purchase by day)",
    "distinct(purchase.order)",
    "distinct(purchase.order, last 12 months)",
    "distinct(purchase.order where quantity > 3)",
    "distinct(purchase.document)",
    "distinct(purchase.document, last 12 months)",
    "distinct(purchase.document where quantity < 5)",
    "last(purchase.document, last 12 months)",
    "distinct(purchase.item, last 12 months)",
    "distinct(purchase.item.group)",
    "distinct(purchase.date)",
    "distinct(purchase.amount)",
    "distinct(purchase.time)",
    "min(purchase.order, last 12 months)",
    "max(purchase.order)",
    "min(purchase.amount where quantity = 1)",
    "max(purchase.time)",
    "max(purchase.item.name)",
    "most_common(purchase.order, last 12 months)",
    "most_common(purchase.item)",
    "most_common(purchase.item.group, last 12 months)",
    "most_common(purchase.amount)",
    "most_common(purchase.weekday)",
    "first(purchase.order)",
    "last(purchase.item, last 12 months)",
    "days_since_first(purchase)",
    "days_since_last(purchase)",
    "days_since_last(purchase, before 2026-01-01)",
    "days_since_first(purchase where item.group = 'Группа 2')",
    "sequence(purchase, then purchase within 2 days)",
    ("sequence(purchase where item.group = 'Группа 5', then purchase where item.group = 'Группа 6' "
     "within 1 month without purchase where quantity = 5, then purchase within 3 weeks)"),
    "sequence(purchase where quantity = 1, then settlement within 3 days, last 12 months)",
    ("sequence(purchase where item.group = 'Группа 3', then purchase where item.group = 'Группа 4' "
     "within 30 days)"),
    "debt(settlement)",
    "overdue(settlement)",
    "overdue_days(settlement)",
    "top 10% by sum(purchase.amount)",
    "bottom 12.5% by sum(purchase.amount, last 12 months)",
    "top 100 by count(purchase)",
    "bottom 30 by avg(purchase.amount)",
    "top 20% by median(purchase.amount, last 12 months)",
    "bottom 40% by cv(purchase.amount by month, previous 12 months)",
};

/* Of everybody, of half of them and of few: the index varies the day. */
static void expect_question(const Crowd *crowd, Random *random, size_t index)
{
    size_t people_count = crowd->population->people.count;
    AUTO(arena_done) Arena *arena = arena_new();
    const double chances[] = {0.5, 0.02, 0.003};
    Text problem = {0};
    const Expression *expression =
        population_compile(crowd->population, text_of(QUESTIONS[index]), arena, &problem);
    if (expression == NULL) harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problem));
    if (expression == NULL) return;
    Date as_of = {FIRST_DAY + DAYS - (index % 3 == 0 ? 20 : 1)};
    Answer expected = answer_of_reference(crowd->population, expression, as_of, arena);
    REQUIRE(expected.status == STATUS_OK);
    expect_answer(crowd, expression, as_of, NULL, &expected.result);
    for (size_t j = 0; j < sizeof chances / sizeof chances[0]; j++) {
        AUTO(customer_set_free) CustomerSet only = random_only(random, people_count, chances[j]);
        expect_answer(crowd, expression, as_of, &only, &expected.result);
    }
}

TEST(events_of_the_large_and_of_the_few_are_those_of_the_reference)
{
    AUTO(crowd_done) Crowd crowd = crowd_open(false);
    Random random = random_seeded(harness_seed() + 1);
    for (size_t i = 0; i < sizeof QUESTIONS / sizeof QUESTIONS[0]; i++)
        expect_question(&crowd, &random, i);
}

/* Their different ones are counted by groups. */
TEST(orders_whose_lines_stand_together_are_those_of_the_reference)
{
    AUTO(crowd_done) Crowd crowd = crowd_open(true);
    Random random = random_seeded(harness_seed() + 2);
    for (size_t i = 0; i < sizeof QUESTIONS / sizeof QUESTIONS[0]; i++)
        if (strstr(QUESTIONS[i], "purchase.order") != NULL) expect_question(&crowd, &random, i);
}

TEST(rankings_over_several_pieces_are_those_of_the_reference)
{
    AUTO(crowd_done) Crowd crowd = crowd_of_large_open();
    Random random = random_seeded(harness_seed() + 3);
    for (size_t i = 0; i < sizeof QUESTIONS / sizeof QUESTIONS[0]; i++)
        if (strncmp(QUESTIONS[i], "top", 3) == 0 || strncmp(QUESTIONS[i], "bottom", 6) == 0)
            expect_question(&crowd, &random, i);
}
