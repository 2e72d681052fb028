/* test_refresh.c -- live segments asked again only about whom a change concerns are as if asked
 * anew, whatever happens between. */
#include "segment/company.h"

#include "base/random.h"
#include "segment/due.h"
#include "segment/live.h"
#include "store/fixture_events.h"

#include <stdio.h>

enum { CUSTOMERS = 40, STEPS = 150 };

static const char *const cities[] = {"Москва", "Киев", "Рязань"};

/* What the test itself knows. */
typedef struct {
    Company *company;
    Random random;
    uint32_t by_city, by_metric, by_rank, by_segment, by_days;
    int city[CUSTOMERS + 1]; /* into cities; -1: none */
    int mark[CUSTOMERS + 1]; /* of by_city: 1 pinned, -1 excluded, 0 none */
    Date until[CUSTOMERS + 1];
    int metric_city;
    int32_t bought[CUSTOMERS + 1]; /* the last day */
} World;

static void keep_live(World *world)
{
    DueReport report;
    Company *company = world->company;
    company_refresh(company);
    EXPECT_OK(segments_keep_live(&company->context, company->fixture.arena, &report,
                                 &company->fixture.err),
              &company->fixture.err);
    company_refresh(company);
}

static uint32_t add_live(World *world, const char *name, const char *rule)
{
    SegmentCard card = {.name = text_of(name),
                        .mode = MODE_PERIODIC,
                        .rule = text_of(rule),
                        .is_live = true,
                        .created = world->company->context.today};
    return company_add(world->company, &card);
}

static void define_metric(World *world)
{
    Company *company = world->company;
    Error *err = &company->fixture.err;
    StoredMetric metric = {.name = TEXT("home"),
                           .expression = arena_printf(company->fixture.arena, "city = \"%s\"",
                                                      cities[world->metric_city])};
    Status removed = store_remove_metric(company->fixture.store, metric.name, err);
    EXPECT(removed == STATUS_OK || removed == STATUS_NOT_FOUND);
    EXPECT_OK(store_add_metric(company->fixture.store, &metric, err), err);
    company->home = (MetricDefinition){.name = metric.name, .expression = metric.expression};
    company_refresh(company);
}

static void edit(World *world, HandAct act, uint32_t customer)
{
    Company *company = world->company;
    CustomerId one = {customer};
    FormingOutcome outcome;
    HandEdit hand = {
        .act = act,
        .customers = &one,
        .count = 1,
        .reason = TEXT("test"),
        .has_until = act != HAND_RELEASE,
        .until = {company->context.today.day + (int32_t)random_below(&world->random, 3)}};
    world->mark[customer] = act == HAND_PIN ? 1 : act == HAND_EXCLUDE ? -1 : 0;
    world->until[customer] = hand.until;
    company_refresh(company);
    Status status = segment_edit(&company->context, company_segment(company, world->by_city), &hand,
                                 &outcome, &company->fixture.err);
    bool has_no_mark = act == HAND_RELEASE && status == STATUS_CONFLICT;
    if (!has_no_mark) EXPECT_OK(status, &company->fixture.err);
}

static void set_city(World *world, uint32_t customer)
{
    int city = (int)random_below(&world->random, 3);
    world->city[customer] = city;
    company_set_city(world->company, customer, cities[city]);
}

static void let_buy(World *world, uint32_t customer)
{
    Company *company = world->company;
    Arena *arena = company->fixture.arena;
    Date today = company->context.today;
    char day[DATE_TEXT_MAX];
    Purchase purchase =
        PURCHASE(.customer = arena_printf(arena, "C%u", customer).data,
                 .at = arena_cstr(arena, date_print_iso(today, day)), .amount = 10000);
    (void)fixture_write(&company->fixture, EVENTS_UPSERT, &purchase, 1);
    world->bought[customer] = today.day;
}

static void step(World *world)
{
    uint32_t customer = 1 + (uint32_t)random_below(&world->random, CUSTOMERS);
    static const HandAct acts[] = {HAND_PIN, HAND_EXCLUDE, HAND_RELEASE};
    switch (random_below(&world->random, 9)) {
    case 0: company_pass_days(world->company, 1); break;
    case 1: edit(world, acts[random_below(&world->random, 3)], customer); break;
    case 2:
        world->metric_city = (int)random_below(&world->random, 3);
        define_metric(world);
        break;
    case 3: break; /* nothing happens */
    case 4: let_buy(world, customer); break;
    default:
        for (uint64_t i = random_below(&world->random, 4); i < 4; i++)
            set_city(world, 1 + (uint32_t)random_below(&world->random, CUSTOMERS));
    }
}

static bool is_in_city(const World *world, int customer)
{
    bool is_held = world->mark[customer] != 0 &&
                   world->until[customer].day >= world->company->context.today.day;
    return is_held ? world->mark[customer] > 0 : world->city[customer] == 0;
}

static Text numbers(World *world, bool (*is_in)(const World *world, int customer))
{
    Arena *arena = world->company->fixture.arena;
    Text text = TEXT("");
    for (int i = 1; i <= CUSTOMERS; i++)
        if (is_in(world, i))
            text = arena_printf(arena, "%.*s%s%d", TEXT_FORMAT(text), text.size > 0 ? " " : "", i);
    return text;
}

static bool is_at_home(const World *world, int customer)
{
    return world->city[customer] == world->metric_city;
}

static bool is_outside(const World *world, int customer)
{
    return world->city[customer] >= 0 && !is_in_city(world, customer);
}

static bool has_bought(const World *world, int customer)
{
    return world->bought[customer] > world->company->context.today.day - 3;
}

/* The 3 with the smallest codes of those who have a city: equal values are cut by code. */
static bool is_first(const World *world, int customer)
{
    char own[16], other[16];
    int before = 0;
    snprintf(own, sizeof own, "C%d", customer);
    for (int i = 1; i <= CUSTOMERS; i++) {
        snprintf(other, sizeof other, "C%d", i);
        before += world->city[i] == 0 && text_compare(text_of(other), text_of(own)) < 0;
    }
    return world->city[customer] == 0 && before < 3;
}

static void compare(World *world)
{
    Company *company = world->company;
    EXPECT_TEXT(company_members(company, world->by_city), numbers(world, is_in_city).data);
    EXPECT_TEXT(company_members(company, world->by_metric), numbers(world, is_at_home).data);
    EXPECT_TEXT(company_members(company, world->by_segment), numbers(world, is_outside).data);
    EXPECT_TEXT(company_members(company, world->by_rank), numbers(world, is_first).data);
    EXPECT_TEXT(company_members(company, world->by_days), numbers(world, has_bought).data);
}

static void live_through(Company *company, uint64_t seed,
                         void (*before_step)(Company *company, int))
{
    World world = {.company = company, .random = random_seeded(seed)};
    for (int i = 1; i <= CUSTOMERS; i++)
        world.city[i] = -1;
    define_metric(&world);
    world.by_city = add_live(&world, "city", "city = \"Москва\"");
    world.by_metric = add_live(&world, "metric", "home");
    world.by_segment = add_live(&world, "outside", "city is not missing and not member(\"city\")");
    world.by_rank = add_live(&world, "rank", "top 3 by (if(city = \"Москва\", 1, missing))");
    world.by_days = add_live(&world, "days", "any(purchase, last 3 days)");
    keep_live(&world);
    for (int i = 0; i < STEPS; i++) {
        if (before_step != NULL) before_step(company, i);
        step(&world);
        keep_live(&world);
        compare(&world);
    }
}

TEST(live_segments_are_as_if_asked_anew)
{
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    live_through(company, 41, NULL);
}

/* As when a server ends, and another one begins without knowing anything. */
static void forget_at_times(Company *company, int i)
{
    enum { REMEMBERED_STEPS = 50 };
    if (i % REMEMBERED_STEPS != 0) return;
    live_memory_free(company->context.live);
    company->context.live = live_memory_new();
}

TEST(what_is_remembered_of_live_segments_changes_nothing)
{
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    live_through(company, 42, forget_at_times);
    live_memory_free(company->context.live);
}

static void expect_same_changes(Company *a, uint64_t forming_a, Company *b, uint64_t forming_b)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoredChange *changes_a = NULL, *changes_b = NULL;
    size_t count_a, count_b;
    EXPECT_OK(store_read_changes(a->fixture.store, forming_a, arena, &changes_a, &count_a,
                                 &a->fixture.err),
              &a->fixture.err);
    EXPECT_OK(store_read_changes(b->fixture.store, forming_b, arena, &changes_b, &count_b,
                                 &b->fixture.err),
              &b->fixture.err);
    EXPECT_INT(count_a, count_b);
    for (size_t i = 0; i < count_a; i++) {
        EXPECT_INT(changes_a[i].is_joining, changes_b[i].is_joining);
        EXPECT_INT(changes_a[i].cause, changes_b[i].cause);
        EXPECT(customer_set_equal(&changes_a[i].customers, &changes_b[i].customers));
        customer_set_free(&changes_a[i].customers);
        customer_set_free(&changes_b[i].customers);
    }
}

static void expect_same_journal(Company *a, Company *b, uint32_t segment_id)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow *formings_a = NULL, *formings_b = NULL;
    size_t count_a, count_b;
    FormingQuery query = {segment_id, SIZE_MAX};
    EXPECT_OK(
        store_list_formings(a->fixture.store, query, arena, &formings_a, &count_a, &a->fixture.err),
        &a->fixture.err);
    EXPECT_OK(
        store_list_formings(b->fixture.store, query, arena, &formings_b, &count_b, &b->fixture.err),
        &b->fixture.err);
    EXPECT_INT(count_a, count_b);
    for (size_t i = 0; i < count_a; i++) {
        EXPECT_INT(formings_a[i].reason, formings_b[i].reason);
        EXPECT_INT(formings_a[i].as_of.day, formings_b[i].as_of.day);
        EXPECT_INT(formings_a[i].version, formings_b[i].version);
        EXPECT_INT(formings_a[i].members_count, formings_b[i].members_count);
        expect_same_changes(a, formings_a[i].id, b, formings_b[i].id);
    }
}

/* What is published from memory is what a forming would have written, causes included. */
TEST(the_journal_is_the_same_with_and_without_memory)
{
    AUTO(company_done) Company *with = company_open(CUSTOMERS);
    AUTO(company_done) Company *without = company_open(CUSTOMERS);
    with->context.live = live_memory_new();
    live_through(with, 43, NULL);
    live_through(without, 43, NULL);
    for (size_t i = 0; i < with->registry.count; i++)
        expect_same_journal(with, without, with->registry.items[i].id);
    live_memory_free(with->context.live);
}

static uint32_t add_relative(Company *company)
{
    World world = {.company = company};
    uint32_t id = add_live(&world, "weeks", "count(purchase, last 7 days) >= 1");
    keep_live(&world);
    return id;
}

/* Whether the segment needs no forming. */
static bool is_left_out(Company *company, uint32_t segment_id)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentIds ids = {.items = &segment_id, .count = 1};
    LiveMoves moves;
    EXPECT_OK(live_leave_out(&company->context, &ids, arena, &moves, &company->fixture.err),
              &company->fixture.err);
    return ids.count == 0 && moves.count == 1;
}

/* Returns how many of the days were turned without a forming. */
static int buy_and_wait(Company *company, uint32_t segment_id)
{
    int turned = 0;
    World world = {.company = company, .random = random_seeded(5)};
    for (int i = 0; i < 40; i++) {
        if (random_below(&world.random, 3) == 0)
            let_buy(&world, 1 + (uint32_t)random_below(&world.random, CUSTOMERS));
        keep_live(&world); /* so that the day passes alone */
        company_pass_days(company, 1 + (int)random_below(&world.random, 3));
        turned += is_left_out(company, segment_id);
        keep_live(&world);
    }
    return turned;
}

/* Also what days alone do, without a forming. */
TEST(the_journal_of_days_that_pass_is_the_same_with_and_without_memory)
{
    AUTO(company_done) Company *with = company_open(CUSTOMERS);
    AUTO(company_done) Company *without = company_open(CUSTOMERS);
    with->context.live = live_memory_new();
    uint32_t id = add_relative(with);
    EXPECT_INT(add_relative(without), id);
    EXPECT(buy_and_wait(with, id) > 5);
    EXPECT_INT(buy_and_wait(without, id), 0);
    expect_same_journal(with, without, id);
    live_memory_free(with->context.live);
}

/* Those who are where the rule wants them are left out, others and what is not simple are not. */
TEST(a_change_is_asked_only_of_segments_that_it_moves)
{
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    World world = {.company = company};
    define_metric(&world);
    world.by_city = add_live(&world, "city", "city = \"Москва\"");
    (void)add_live(&world, "age", "age(birth_date) > 30");
    uint32_t by_metric = world.by_metric = add_live(&world, "metric", "home");
    company->context.live = live_memory_new();
    keep_live(&world);
    company_set_city(company, 1, "Москва");
    company_refresh(company);
    uint32_t all[3];
    for (size_t i = 0; i < 3; i++)
        all[i] = company->registry.items[i].id;
    SegmentIds ids = {.items = all, .count = 3};
    LiveMoves moves;
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_OK(live_leave_out(&company->context, &ids, arena, &moves, &company->fixture.err),
              &company->fixture.err);
    EXPECT_INT(ids.count, 1); /* of a metric nothing is known here */
    EXPECT_INT(ids.items[0], by_metric);
    EXPECT_INT(moves.count, 1);
    EXPECT_INT(moves.items[0].segment->id, world.by_city);
    EXPECT_INT(moves.items[0].joined_count, 1);
    EXPECT_INT(moves.items[0].joined[0], 1);
    EXPECT_INT(moves.items[0].left_count, 0);
    live_memory_free(company->context.live);
}

/* A thousand live segments must not be written for a purchase that concerns none of them. */
TEST(what_moves_nobody_is_not_written)
{
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    World world = {.company = company};
    world.by_city = add_live(&world, "city", "city = \"Москва\"");
    company_set_city(company, 1, "Москва");
    keep_live(&world);
    uint64_t known = company_segment(company, world.by_city)->asked.data_version;
    company_set_city(company, 2, "Киев");
    keep_live(&world);
    EXPECT_INT(company_segment(company, world.by_city)->asked.data_version, known);
    company_set_city(company, 3, "Москва");
    keep_live(&world);
    EXPECT(company_segment(company, world.by_city)->asked.data_version > known);
    EXPECT_TEXT(company_members(company, world.by_city), "1 3");
    known = company_segment(company, world.by_city)->asked.data_version;
    company_set_city(company, 2, "Львов");
    company_pass_days(company, 1);
    keep_live(&world);
    EXPECT(company_segment(company, world.by_city)->asked.data_version > known);
}
