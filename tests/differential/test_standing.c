/* test_standing.c -- rules kept true over random histories: inserts, late events, corrections,
 * deletions, edited properties, customers who come and go, days that pass or turn back. After every
 * few steps the answers must be those of asking everything anew.
 *
 * History n of a run with seed s has the seed s + n, so a failure is replayed by --seed alone. */
#include "differential/random_rule.h"
#include "engine/standing.h"
#include "engine/world.h"
#include "eval/answers.h"
#include "harness/harness.h"

#include <stdio.h>

enum { RULES = 6, REFRESHES_PER_HISTORY = 50, FAILURES_MAX = 3 };

typedef struct {
    Random random;
    Arena *arena; /* of the history */
    Population *population;
    const Expression *rules[RULES];
    Text sources[RULES];
    size_t rules_count;
    bool is_known;
    CustomerSet sets[RULES]; /* true as of the last refresh */
    Date known_as_of;
    CustomerSet changed; /* since the last refresh that went well */
    Date as_of;
    uint64_t sequence; /* of the last event that was added */
    uint64_t seed;
} History;

/* Of all histories. */
typedef struct {
    uint64_t steps, failing, telling, failures;
    uint64_t turning;
    uint64_t asked; /* by refreshes, and what asking everything would have been */
    uint64_t would_be_asked;
} Totals;

/* ---- steps ---- */

static size_t pick(History *history, size_t count)
{
    return (size_t)random_below(&history->random, count);
}

static void mark(History *history, size_t person)
{
    customer_set_add(&history->changed, (CustomerId){(uint32_t)person + 1});
}

static Person *pick_person(History *history, size_t *ret_index)
{
    *ret_index = pick(history, history->population->people.count);
    return &history->population->people.items[*ret_index];
}

static EventRows *pick_events(History *history, const Person *person)
{
    return &person->events[pick(history, history->population->schema->streams_count)];
}

/* A property takes the value that somebody else has, or none. */
static void edit_property(History *history)
{
    size_t index, other;
    Person *person = pick_person(history, &index);
    const Person *from = pick_person(history, &other);
    size_t slot = 1 + pick(history, history->population->schema->properties_count - 1);
    bool is_cleared = random_chance(&history->random, 0.2);
    person->values[slot] = is_cleared ? value_missing() : from->values[slot];
    mark(history, index);
}

/* Somebody does what somebody did, at some other time: late, of the same day, or in the future. */
static void add_event(History *history)
{
    size_t index, other;
    Person *person = pick_person(history, &index);
    const Person *from = pick_person(history, &other);
    size_t stream = pick(history, history->population->schema->streams_count);
    if (from->events[stream].count == 0) return;
    EventRow event = from->events[stream].items[pick(history, from->events[stream].count)];
    if (random_chance(&history->random, 0.7))
        event.at.second += random_between(&history->random, -400, 400) * 86400;
    event.sequence = ++history->sequence;
    EventRows *rows = &person->events[stream];
    ARENA_PUSH(history->arena, rows, event);
    population_finish(history->population);
    mark(history, index);
}

static void remove_event(History *history)
{
    size_t index;
    Person *person = pick_person(history, &index);
    EventRows *rows = pick_events(history, person);
    if (rows->count == 0) return;
    size_t place = pick(history, rows->count);
    for (size_t i = place; i + 1 < rows->count; i++)
        rows->items[i] = rows->items[i + 1];
    rows->count--;
    mark(history, index);
}

static void move_event(History *history)
{
    size_t index;
    Person *person = pick_person(history, &index);
    EventRows *rows = pick_events(history, person);
    if (rows->count == 0) return;
    rows->items[pick(history, rows->count)].at.second +=
        random_between(&history->random, -40, 40) * 43200;
    population_finish(history->population);
    mark(history, index);
}

/* Customers are known by their place, so only the last one can go. */
static void remove_customer(History *history)
{
    if (history->population->people.count < 2) return;
    mark(history, --history->population->people.count);
}

static void add_customer(History *history)
{
    size_t other;
    Text code = arena_printf(history->arena, "N%llu", (unsigned long long)++history->sequence);
    Person *person = population_add_person(history->population, code);
    const Person *from = pick_person(history, &other);
    for (size_t slot = 1; slot < history->population->schema->properties_count; slot++)
        person->values[slot] = from->values[slot];
    mark(history, history->population->people.count - 1);
}

static void pass_days(History *history)
{
    int64_t days = random_chance(&history->random, 0.7) ? random_between(&history->random, 1, 3)
                                                        : random_between(&history->random, -60, 90);
    history->as_of = date_add(history->as_of, days, UNIT_DAY);
}

/* A few changes between two refreshes, as in life; how many. */
static uint64_t change(History *history)
{
    static void (*const steps[])(History *) = {edit_property, add_event,       remove_event,
                                               move_event,    remove_customer, add_customer,
                                               pass_days,     pass_days,       add_event};
    uint64_t count = 0;
    do {
        steps[pick(history, sizeof steps / sizeof steps[0])](history);
        count++;
    } while (random_chance(&history->random, 0.7));
    return count;
}

/* ---- checking ---- */

static const char *first_difference(const History *history, const CustomerSet *anew)
{
    for (size_t i = 0; i < history->rules_count; i++)
        if (!customer_set_equal(&history->sets[i], &anew[i]))
            return arena_printf(history->arena, "%.*s", TEXT_FORMAT(history->sources[i])).data;
    return NULL;
}

static void count_work(const History *history, StandingWork work, Totals *totals)
{
    size_t people = history->population->people.count;
    totals->turning += work.turning_rules;
    totals->asked += work.asked_customers + work.full_rules * people;
    totals->would_be_asked += history->rules_count * people;
    for (size_t i = 0; i < history->rules_count; i++) {
        uint64_t count = customer_set_count(&history->sets[i]);
        totals->telling += count > 0 && count < people;
    }
}

/* Make sets true that were known, or not. */
static Status make_true(const History *history, const StandingState *state, CustomerSet *sets,
                        StandingWork *ret_work, Error *err)
{
    AUTO(standing_answers_done) StandingAnswers *answers = NULL;
    StandingRule rules[RULES];
    EngineOptions options = {.lookups = population_lookups(history->population),
                             .threads_count = 1};
    for (size_t i = 0; i < history->rules_count; i++)
        rules[i] = (StandingRule){history->rules[i], history->is_known && sets == history->sets,
                                  history->known_as_of};
    TRY(standing_ask(state, rules, history->rules_count, &options, &answers, err));
    for (size_t i = 0; i < history->rules_count; i++)
        standing_take(answers, i, &sets[i]);
    *ret_work = standing_work(answers);
    return STATUS_OK;
}

static void free_sets(CustomerSet *sets)
{
    for (size_t i = 0; i < RULES; i++)
        customer_set_free(&sets[i]);
}

/* False when the history ends: a failure, or a rule beyond a limit (then in both ways). */
static bool refresh_and_check(History *history, Totals *totals)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EngineWorld world = engine_world(history->population, random_next(&history->random) | 1, arena);
    CustomerSet anew[RULES] = {0};
    StandingState state = {&world.data, &history->changed, history->as_of};
    StandingWork work = {0}, work_anew;
    Error err;
    Status kept = make_true(history, &state, history->sets, &work, &err);
    Status full = make_true(history, &state, anew, &work_anew, &err);
    const char *wrong = kept == STATUS_OK && full == STATUS_OK ? first_difference(history, anew)
                        : kept != full                         ? "one fails"
                                                               : NULL;
    if (wrong != NULL) {
        harness_fail(__FILE__, __LINE__, "not as anew (--seed %llu): %s",
                     (unsigned long long)history->seed, wrong);
        totals->failures++;
    }
    totals->failing += kept != STATUS_OK;
    if (kept == STATUS_OK) count_work(history, work, totals);
    history->is_known = true;
    history->known_as_of = history->as_of;
    customer_set_free(&history->changed);
    free_sets(anew);
    engine_world_done(&world);
    return kept == STATUS_OK && wrong == NULL;
}

/* ---- histories ---- */

/* Counts, sums, ages and other conditions, joined by `and`: rules of which a day tells at once
 * about whom it turns them. */
static void draw_condition(RuleMaker *maker)
{
    static const char *const signs[] = {" < ", " >= ", " = ", " != "};
    static const char *const ages[] = {"age(", "days_since("};
    switch (rule_below(maker, 6)) {
    case 0:
    case 1: rule_aggregate_of(maker, "sum", TYPE_DECIMAL, 1); break;
    case 2:
        rule_write(maker, ages[rule_below(maker, 2)]);
        if (!rule_property(maker, TYPE_DATE)) rule_write(maker, "2001-02-03");
        rule_write(maker, ") between 18 and 45");
        return;
    case 3: rule_condition(maker, 1); return;
    default: {
        static const char *const kinds[] = {"any(", "none(", "count(", "count(", "count("};
        const Stream *stream = rule_stream(maker);
        size_t kind = rule_below(maker, 5);
        rule_write(maker, kinds[kind]);
        rule_name(maker, stream->name);
        rule_events(maker, stream, 1);
        if (kind > 1) break;
        rule_window(maker, false);
        rule_write(maker, ")");
        return;
    }
    }
    rule_window(maker, false);
    rule_write(maker, ")");
    rule_write(maker, signs[rule_below(maker, 4)]);
    rule_number_literal(maker);
}

static Text draw_turning_rule(History *history)
{
    RuleMaker maker = {
        .random = &history->random, .population = history->population, .arena = history->arena};
    for (size_t i = 1 + pick(history, 3); i > 0; i--) {
        draw_condition(&maker);
        if (i > 1) rule_write(&maker, " and ");
    }
    Text text = arena_text(history->arena, buffer_view(&maker.out));
    buffer_done(&maker.out);
    return text;
}

static void draw_rules(History *history)
{
    for (int tries = 0; tries < 20 * RULES && history->rules_count < RULES; tries++) {
        Text problem;
        Text source =
            random_chance(&history->random, 0.5)
                ? draw_turning_rule(history)
                : random_expression(&history->random, history->population, history->arena);
        const Expression *rule =
            population_compile(history->population, source, history->arena, &problem);
        if (rule == NULL || rule->root->type.kind != TYPE_BOOL) continue;
        history->sources[history->rules_count] = source;
        history->rules[history->rules_count++] = rule;
    }
}

static void run_history(uint64_t seed, Totals *totals)
{
    AUTO(arena_done) Arena *arena = arena_new();
    History history = {.random = random_seeded(seed), .arena = arena, .seed = seed};
    history.population = random_population(&history.random, arena);
    history.as_of = random_as_of(&history.random);
    history.sequence = UINT64_C(1) << 32;
    draw_rules(&history);
    if (history.population->people.count == 0 || history.rules_count == 0) return;
    bool goes_on = refresh_and_check(&history, totals);
    for (int i = 0; i < REFRESHES_PER_HISTORY && goes_on; i++) {
        totals->steps += change(&history);
        goes_on = refresh_and_check(&history, totals);
    }
    free_sets(history.sets);
}

TEST(kept_answers_are_those_of_asking_anew)
{
    Totals totals = {0};
    for (uint64_t n = 0; totals.steps < STEPS && totals.failures < FAILURES_MAX; n++)
        run_history(harness_seed() + n, &totals);
    printf(
        "%llu steps, %llu beyond a limit; asked about %llu customers instead of %llu; %llu rules "
        "turned\n",
        (unsigned long long)totals.steps, (unsigned long long)totals.failing,
        (unsigned long long)totals.asked, (unsigned long long)totals.would_be_asked,
        (unsigned long long)totals.turning);
    EXPECT(totals.telling * 3 > totals.steps);
    EXPECT(totals.turning > totals.steps / 8);
    EXPECT(totals.asked * 4 < totals.would_be_asked * 3);
}
