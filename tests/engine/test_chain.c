/* test_chain.c -- chains of events against the definition, which looks at every pair. */
#include "base/random.h"
#include "engine/chain.h"
#include "harness/harness.h"

#include <stdlib.h>

enum { EVENTS_MAX = 12, ROUNDS = 20000, DAY = 86400 };

typedef struct {
    int64_t items[EVENTS_MAX];
    size_t count;
} Seconds;

static int compare(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static Seconds random_seconds(Random *random)
{
    Seconds seconds = {.count = random_below(random, EVENTS_MAX)};
    for (size_t i = 0; i < seconds.count; i++)
        seconds.items[i] = random_between(random, -3, 40) * DAY / 2;
    qsort(seconds.items, seconds.count, sizeof seconds.items[0], compare);
    return seconds;
}

static bool lies_between(const Seconds *forbidden, int64_t after, int64_t before)
{
    for (size_t i = 0; i < forbidden->count; i++)
        if (forbidden->items[i] > after && forbidden->items[i] < before) return true;
    return false;
}

static bool follows_any(const Seconds *before, int64_t at, const Seconds *forbidden,
                        const SequenceStep *step)
{
    for (size_t i = 0; i < before->count; i++) {
        int64_t earlier = before->items[i];
        Date latest =
            date_add(moment_date((Moment){earlier}), step->within_count, step->within_unit);
        bool is_in_time = !step->has_within || moment_date((Moment){at}).day <= latest.day;
        if (at > earlier && is_in_time && !lies_between(forbidden, earlier, at)) return true;
    }
    return false;
}

TEST(events_continue_chains_as_the_definition_says)
{
    Random random = random_seeded(harness_seed());
    size_t continued = 0;
    for (int round = 0; round < ROUNDS; round++) {
        Seconds before = random_seconds(&random), events = random_seconds(&random);
        Seconds forbidden = random_chance(&random, 0.5) ? random_seconds(&random) : (Seconds){0};
        SequenceStep step = {.has_within = random_chance(&random, 0.5),
                             .within_count = random_between(&random, 0, 9),
                             .within_unit = (Unit)random_below(&random, UNIT_COUNT)};
        int64_t ends[EVENTS_MAX];
        size_t count =
            chain_advance((Times){before.items, before.count}, (Times){events.items, events.count},
                          (Times){forbidden.items, forbidden.count}, &step, false, ends);
        size_t expected = 0;
        for (size_t i = 0; i < events.count; i++) {
            if (!follows_any(&before, events.items[i], &forbidden, &step)) continue;
            REQUIRE(expected < count && ends[expected] == events.items[i]);
            expected++;
        }
        REQUIRE(expected == count);
        continued += count;
    }
    EXPECT(continued > ROUNDS);
}

TEST(lines_of_one_receipt_do_not_follow_each_other)
{
    const int64_t same[] = {1000, 1000};
    int64_t ends[2];
    SequenceStep step = {0};
    EXPECT_INT(chain_advance((Times){same, 2}, (Times){same, 2}, (Times){0}, &step, true, ends), 0);
}

TEST(within_a_month_is_clipped_to_its_length)
{
    SequenceStep step = {.has_within = true, .within_count = 1, .within_unit = UNIT_MONTH};
    int64_t january = moment_of(date_of(2025, 1, 31), 10, 0, 0).second, ends[1];
    int64_t last = moment_of(date_of(2025, 2, 28), 23, 59, 59).second, late = last + 1;
    Times before = {&january, 1};
    EXPECT_INT(chain_advance(before, (Times){&last, 1}, (Times){0}, &step, true, ends), 1);
    EXPECT_INT(chain_advance(before, (Times){&late, 1}, (Times){0}, &step, true, ends), 0);
}
