/* test_sweep.c -- many aggregates at once give what looking at every event for each of them gives.
 */
#include "base/random.h"
#include "engine/sweep.h"
#include "engine/vector.h"
#include "harness/harness.h"

#include <string.h>

enum { FIRST_DAY = 19000, FIELDS = 3, ROUNDS = 60, KEYS_MAX = 300, SETS = 12, MEMBERS_MAX = 120 };

/* A stream made up for a round. */
typedef struct {
    Random random;
    Arena *arena;
    StreamColumns stream;
    Column fields[FIELDS], key;
    uint32_t rows_count, keys_count;
    int64_t days_count;
    uint64_t *sets[SETS];
} World;

static void *make_stored(World *world, uint8_t width_bytes, size_t count, uint64_t below)
{
    unsigned char *stored =
        ARENA_ARRAY(world->arena, unsigned char, count *width_bytes + IMAGE_SLACK_BYTES);
    for (size_t i = 0; i < count; i++) {
        uint64_t number = random_below(&world->random, below);
        memcpy(stored + i * width_bytes, &number, width_bytes);
    }
    return stored;
}

static uint64_t *make_bits(World *world, size_t count, double chance)
{
    uint64_t *bits = ARENA_ARRAY(world->arena, uint64_t, bit_words(count));
    for (size_t i = 0; i < count; i++)
        bits[i / 64] |= (uint64_t)random_chance(&world->random, chance) << i % 64;
    return bits;
}

static Column make_field(World *world, size_t events_count)
{
    static const uint8_t widths[] = {0, 1, 2, 4, 8};
    uint8_t width_bytes = widths[random_below(&world->random, 5)];
    Column field = {.kind = COLUMN_INTEGER,
                    .width_bytes = width_bytes,
                    .base = random_between(&world->random, -500, 500),
                    .factor = width_bytes == 0 ? 1 : random_between(&world->random, 1, 100),
                    .count = events_count};
    if (width_bytes > 0) field.data = make_stored(world, width_bytes, events_count, 256);
    if (random_chance(&world->random, 0.4)) field.present = make_bits(world, events_count, 0.7);
    if (random_chance(&world->random, 0.1))
        field = (Column){.kind = COLUMN_INTEGER, .is_empty = true, .factor = 1};
    return field;
}

static void make_events(World *world)
{
    uint32_t *offsets = ARENA_ARRAY(world->arena, uint32_t, world->rows_count + 1);
    uint64_t most = random_chance(&world->random, 0.2) ? 100 : 12;
    for (uint32_t row = 0; row < world->rows_count; row++) {
        bool has_none = random_chance(&world->random, 0.2);
        uint64_t events = has_none ? 0 : random_below(&world->random, most);
        offsets[row + 1] = offsets[row] + (uint32_t)events;
    }
    world->stream.offsets = offsets;
    world->stream.count = offsets[world->rows_count];
}

static void make_days(World *world)
{
    uint8_t width_bytes = world->days_count == 1 ? 0 : world->days_count <= 256 ? 1 : 2;
    Column *day = &world->stream.day;
    *day = (Column){.kind = COLUMN_INTEGER,
                    .width_bytes = width_bytes,
                    .base = FIRST_DAY,
                    .factor = 1,
                    .count = world->stream.count,
                    .has_range = world->stream.count > 0,
                    .min = FIRST_DAY,
                    .max = FIRST_DAY + world->days_count - 1};
    if (width_bytes > 0)
        day->data =
            make_stored(world, width_bytes, world->stream.count, (uint64_t)world->days_count);
}

static void make_keys(World *world)
{
    static const uint8_t widths[] = {1, 2, 4};
    world->keys_count = 1 + (uint32_t)random_below(&world->random, KEYS_MAX);
    uint8_t width_bytes = world->keys_count > 255 ? 2 : widths[random_below(&world->random, 3)];
    world->key = (Column){.kind = COLUMN_ITEM, .width_bytes = width_bytes, .factor = 1};
    world->key.data =
        make_stored(world, width_bytes, world->stream.count, (uint64_t)world->keys_count + 1);
    if (random_chance(&world->random, 0.05))
        world->key = (Column){.kind = COLUMN_ITEM, .base = world->keys_count};
    for (size_t i = 0; i < SETS; i++) {
        double chance = i < 4 ? 1.0 / world->keys_count : random_unit(&world->random);
        world->sets[i] = make_bits(world, (size_t)world->keys_count + 1, chance);
    }
}

static World make_world(Arena *arena, uint64_t seed)
{
    World world = {.random = random_seeded(seed), .arena = arena};
    world.rows_count = 1 + (uint32_t)random_below(&world.random, 5000);
    world.days_count =
        random_chance(&world.random, 0.1) ? 1 : random_between(&world.random, 2, 1100);
    make_events(&world);
    make_days(&world);
    make_keys(&world);
    for (size_t i = 0; i < FIELDS; i++)
        world.fields[i] = make_field(&world, world.stream.count);
    return world;
}

/* ---- members ---- */

static DaySpan random_span(World *world)
{
    int64_t as_of = FIRST_DAY + world->days_count - 1;
    int32_t days = (int32_t)world->days_count;
    DaySpan span = {.last = {(int32_t)as_of + (int32_t)random_below(&world->random, 3)}};
    if (random_chance(&world->random, 0.2)) return span;
    span.has_begin = true;
    span.first.day = (int32_t)as_of + 1 - (int32_t)random_below(&world->random, 30);
    if (random_chance(&world->random, 0.5)) return span;
    span.first.day = FIRST_DAY + (int32_t)random_between(&world->random, -20, days + 20);
    span.last.day = span.first.day + (int32_t)random_between(&world->random, -1, days / 2);
    return span;
}

static SweepMember random_member(World *world)
{
    Random *random = &world->random;
    SweepMember member = {.span = random_span(world)};
    if (random_chance(random, 0.5)) member.field = &world->fields[random_below(random, FIELDS)];
    if (random_chance(random, 0.5)) member.keys = world->sets[random_below(random, SETS)];
    member.is_test = random_chance(random, 0.8);
    member.is_opposite = member.is_test && random_chance(random, 0.3);
    member.low = random_between(random, -20, 60);
    member.high = member.low + random_between(random, 0, 3000);
    if (member.field == NULL) member.low = random_between(random, 0, 4);
    if (random_chance(random, 0.5)) member.high = INT64_MAX;
    return member;
}

static int64_t number_of(const World *world, const SweepMember *member, uint32_t row)
{
    int64_t number = 0;
    for (uint64_t i = world->stream.offsets[row]; i < world->stream.offsets[row + 1]; i++) {
        int64_t day = column_integer(&world->stream.day, i);
        if (!day_span_holds(member->span, (Date){(int32_t)day})) continue;
        if (member->keys != NULL && !bit_at(member->keys, (size_t)column_integer(&world->key, i)))
            continue;
        if (member->field == NULL)
            number++;
        else if (column_is_present(member->field, i))
            number += column_integer(member->field, i);
    }
    return number;
}

static bool is_right(const World *world, const SweepMember *member, SweepRows rows,
                     SweepAnswer answer)
{
    for (size_t i = 0; i < rows.count; i++) {
        int64_t number = number_of(world, member, rows.row_begin + (uint32_t)i);
        bool is_met = (number >= member->low && number <= member->high) != member->is_opposite;
        if (member->is_test ? bit_at(answer.bits, i) != is_met : answer.numbers[i] != number)
            return false;
    }
    uint64_t beyond = rows.count % 64 == 0 || !member->is_test
                          ? 0
                          : answer.bits[rows.count / 64] >> rows.count % 64;
    return beyond == 0;
}

static SweepAnswer *make_answers(const World *world, const SweepTask *task, size_t rows_count)
{
    SweepAnswer *answers = ARENA_ARRAY(world->arena, SweepAnswer, task->members_count);
    for (size_t i = 0; i < task->members_count; i++) {
        size_t count = task->members[i].is_test ? bit_words(rows_count) : rows_count;
        answers[i].numbers = ARENA_ARRAY(world->arena, int64_t, count);
        memset(answers[i].numbers, 0x5a, count * sizeof(int64_t));
    }
    return answers;
}

static void check_runs(const World *world, const SweepTask *task, SweepMemory *memory)
{
    const SweepPlan *plan = sweep_plan(task, world->arena);
    REQUIRE(plan != NULL);
    for (uint32_t begin = 0; begin < world->rows_count; begin += IMAGE_BLOCK_ROWS) {
        SweepRows rows = {begin, world->rows_count - begin};
        if (rows.count > IMAGE_BLOCK_ROWS) rows.count = IMAGE_BLOCK_ROWS;
        SweepAnswer *answers = make_answers(world, task, rows.count);
        REQUIRE(sweep_run(plan, memory, kernels_of(engine_level()), rows, answers));
        for (size_t i = 0; i < task->members_count; i++)
            if (!is_right(world, &task->members[i], rows, answers[i]))
                harness_fail(__FILE__, __LINE__, "member %zu of rows from %u is wrong", i, begin);
    }
}

TEST(sweeps_of_random_members)
{
    SweepMemory *memory = sweep_memory_new();
    for (uint64_t round = 0; round < ROUNDS; round++) {
        AUTO(arena_done) Arena *arena = arena_new();
        World world = make_world(arena, harness_seed() + round);
        size_t count = 1 + (size_t)random_below(&world.random, MEMBERS_MAX);
        SweepMember *members = ARENA_ARRAY(arena, SweepMember, count);
        for (size_t i = 0; i < count; i++)
            members[i] = random_member(&world);
        SweepTask task = {.stream = &world.stream,
                          .key = &world.key,
                          .keys_count = world.keys_count,
                          .members = members,
                          .members_count = count};
        check_runs(&world, &task, memory);
    }
    sweep_memory_free(memory);
}

/* Every set of two keys, so that classes are split over and over. */
TEST(classes_of_many_overlapping_sets)
{
    AUTO(arena_done) Arena *arena = arena_new();
    World world = make_world(arena, harness_seed() + 1000);
    enum { OF = 30, PAIRS = OF * (OF - 1) / 2 };
    SweepMember *members = ARENA_ARRAY(arena, SweepMember, PAIRS);
    size_t count = 0;
    world.keys_count = KEYS_MAX;
    for (size_t a = 0; a < OF; a++)
        for (size_t b = 0; b < a; b++) {
            uint64_t *keys = ARENA_ARRAY(arena, uint64_t, bit_words(KEYS_MAX + 1));
            keys[a / 64] |= UINT64_C(1) << a % 64;
            keys[b / 64] |= UINT64_C(1) << b % 64;
            members[count++] = (SweepMember){.span = {.last = {FIRST_DAY + 2000}},
                                             .keys = keys,
                                             .is_test = true,
                                             .low = 1,
                                             .high = INT64_MAX};
        }
    SweepTask task = {.stream = &world.stream,
                      .key = &world.key,
                      .keys_count = KEYS_MAX,
                      .members = members,
                      .members_count = count};
    SweepMemory *memory = sweep_memory_new();
    check_runs(&world, &task, memory);
    sweep_memory_free(memory);
}

TEST(too_many_members_are_refused)
{
    AUTO(arena_done) Arena *arena = arena_new();
    World world = make_world(arena, 1);
    SweepTask task = {.stream = &world.stream,
                      .members = ARENA_ARRAY(arena, SweepMember, SWEEP_MEMBERS_MAX + 1),
                      .members_count = SWEEP_MEMBERS_MAX + 1};
    EXPECT(sweep_plan(&task, arena) == NULL);
}
