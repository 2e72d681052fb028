/* bench_sweep.c -- how fast a thousand different counts and sums are by the sweep, on made-up
 * purchases, blocks of customers in memory.
 *
 * usage: bench_sweep [CUSTOMERS [MEMBERS [shared]]]
 *
 * Ten purchases per customer, item ~ u^3 of 20 000 in 200 groups, 1095 days. 40 % sums, 20 %
 * counts, 20 % about an item, 20 % about a group; windows of 7 to 365 days or all time, and unless
 * `shared`, 30 % arbitrary ones. Prints the time of one thread. */
#include "base/memory.h"
#include "base/random.h"
#include "engine/sweep.h"
#include "engine/vector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ITEMS = 20000, GROUPS = 200, DAYS = 1095, REPEATS = 3 };

typedef struct {
    Arena *arena;
    Random random;
    StreamColumns stream;
    Column amount, item;
    size_t customers_count;
    bool has_shared_only;
} World;

static double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void make_events(World *world)
{
    Random *random = &world->random;
    uint32_t *offsets = memory_alloc((world->customers_count + 1) * sizeof *offsets);
    for (size_t i = 0; i < world->customers_count; i++)
        offsets[i + 1] = offsets[i] + (uint32_t)random_below(random, 21);
    size_t count = offsets[world->customers_count];
    uint16_t *days = memory_alloc(count * 2 + IMAGE_SLACK_BYTES);
    uint16_t *items = memory_alloc(count * 2 + IMAGE_SLACK_BYTES);
    uint32_t *amounts = memory_alloc(count * 4 + IMAGE_SLACK_BYTES);
    for (size_t i = 0; i < count; i++) {
        double u = random_unit(random);
        days[i] = (uint16_t)random_below(random, DAYS);
        items[i] = (uint16_t)(1 + u * u * u * ITEMS);
        amounts[i] = (uint32_t)random_below(random, 500001);
    }
    world->stream = (StreamColumns){.count = count, .offsets = offsets};
    world->stream.day =
        (Column){.width_bytes = 2, .factor = 1, .data = days, .has_range = true, .max = DAYS - 1};
    world->amount = (Column){.width_bytes = 4, .factor = 100, .data = amounts};
    world->item = (Column){.kind = COLUMN_ITEM, .width_bytes = 2, .factor = 1, .data = items};
}

static DaySpan random_span(World *world)
{
    static const int32_t shared[] = {7, 14, 30, 60, 90, 180, 365, DAYS};
    DaySpan span = {.has_begin = true, .last = {DAYS - 1}};
    span.first.day = DAYS - shared[random_below(&world->random, 8)];
    if (world->has_shared_only || !random_chance(&world->random, 0.3)) return span;
    span.first.day = (int32_t)random_below(&world->random, DAYS - 30);
    if (random_chance(&world->random, 0.5)) return span;
    span.last.day = span.first.day + 7 + (int32_t)random_below(&world->random, 200);
    return span;
}

static uint64_t *random_keys(World *world, bool is_group)
{
    uint64_t *keys = ARENA_ARRAY(world->arena, uint64_t, bit_words(ITEMS + 1));
    double u = random_unit(&world->random);
    size_t item = (size_t)(u * u * u * ITEMS);
    size_t step = is_group ? GROUPS : ITEMS;
    for (size_t i = item % step; i < ITEMS; i += step)
        keys[(i + 1) / 64] |= UINT64_C(1) << (i + 1) % 64;
    return keys;
}

static SweepMember random_member(World *world)
{
    uint64_t percent = random_below(&world->random, 100);
    bool is_sum = percent < 40 || (percent >= 60 && random_chance(&world->random, 0.5));
    SweepMember member = {.span = random_span(world), .is_test = true, .high = INT64_MAX};
    if (is_sum) member.field = &world->amount;
    if (percent >= 60) member.keys = random_keys(world, percent >= 80);
    member.low = is_sum ? random_between(&world->random, 1, 50000000)
                        : random_between(&world->random, 1, 10);
    return member;
}

static size_t run_all(const World *world, const SweepPlan *plan, SweepMemory *memory,
                      const SweepAnswer *answers, size_t members_count)
{
    const Kernels *kernels = kernels_of(engine_level());
    size_t total = 0;
    for (size_t begin = 0; begin < world->customers_count; begin += IMAGE_BLOCK_ROWS) {
        SweepRows rows = {(uint32_t)begin, world->customers_count - begin};
        if (rows.count > IMAGE_BLOCK_ROWS) rows.count = IMAGE_BLOCK_ROWS;
        if (!sweep_run(plan, memory, kernels, rows, answers)) return 0;
        for (size_t i = 0; i < members_count; i++)
            total += kernels->count_bits(answers[i].bits, bit_words(rows.count));
    }
    return total;
}

int main(int argc, char **argv)
{
    AUTO(arena_done) Arena *arena = arena_new();
    World world = {.arena = arena, .random = random_seeded(1)};
    world.customers_count = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    size_t members_count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
    world.has_shared_only = argc > 3 && strcmp(argv[3], "shared") == 0;
    make_events(&world);
    SweepMember *members = ARENA_ARRAY(arena, SweepMember, members_count);
    SweepAnswer *answers = ARENA_ARRAY(arena, SweepAnswer, members_count);
    for (size_t i = 0; i < members_count; i++) {
        members[i] = random_member(&world);
        answers[i].bits = ARENA_ARRAY(arena, uint64_t, BLOCK_WORDS_COUNT);
    }
    SweepTask task = {&world.stream, &world.item, ITEMS, members, members_count};
    double begin = seconds_now();
    const SweepPlan *plan = sweep_plan(&task, arena);
    printf("plan %.1f ms\n", (seconds_now() - begin) * 1e3);
    SweepMemory *memory = sweep_memory_new();
    for (int i = 0; plan != NULL && i < REPEATS; i++) {
        begin = seconds_now();
        size_t total = run_all(&world, plan, memory, answers, members_count);
        double seconds = seconds_now() - begin;
        double blocks = (double)bit_words(world.customers_count) / BLOCK_WORDS_COUNT;
        printf(
            "%zu members, %zu customers, %zu events: %.3f s, %.0f us per block, %zu memberships\n",
            members_count, world.customers_count, (size_t)world.stream.count, seconds,
            seconds * 1e6 / blocks, total);
    }
    sweep_memory_free(memory);
    return 0;
}
