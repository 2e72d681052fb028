/* test_random.c -- the generator: known numbers, bounds, distributions. */
#include "base/random.h"
#include "harness/harness.h"

#include <math.h>
#include <stdlib.h>

TEST(random_known_numbers)
{
    /* The published reference code from state 1, 2, 3, 4. */
    Random random = {{1, 2, 3, 4}};
    EXPECT(random_next(&random) == 11520);
    EXPECT(random_next(&random) == 0);
    EXPECT(random_next(&random) == 1509978240);
    EXPECT(random_next(&random) == UINT64_C(1215971899390074240));
    /* Seeding, computed independently. */
    random = random_seeded(0);
    EXPECT(random.state[0] == UINT64_C(0xe220a8397b1dcdaf));
    random = random_seeded(42);
    EXPECT(random_next(&random) == UINT64_C(0x15780b2e0c2ec716));
    EXPECT(random_next(&random) == UINT64_C(0x6104d9866d113a7e));
}

TEST(random_below_is_even)
{
    enum { BOUND = 7, DRAWS = 70000 };
    Random random = random_seeded(harness_seed());
    int counts[BOUND] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint64_t value = random_below(&random, BOUND);
        REQUIRE(value < BOUND);
        counts[value]++;
    }
    for (int i = 0; i < BOUND; i++)
        EXPECT(abs(counts[i] - DRAWS / BOUND) < 600); /* over six deviations */
    EXPECT_INT(random_below(&random, 1), 0);
}

TEST(random_between_includes_both_ends)
{
    Random random = random_seeded(harness_seed());
    bool has_low = false, has_high = false;
    for (int i = 0; i < 1000; i++) {
        int64_t value = random_between(&random, -2, 2);
        REQUIRE(value >= -2 && value <= 2);
        has_low = has_low || value == -2;
        has_high = has_high || value == 2;
    }
    EXPECT(has_low && has_high);
    EXPECT_INT(random_between(&random, 5, 5), 5);
    EXPECT_INT(random_between(&random, INT64_MIN, INT64_MIN), INT64_MIN);
    bool has_negative = false, has_positive = false;
    for (int i = 0; i < 100; i++) {
        int64_t value = random_between(&random, INT64_MIN, INT64_MAX);
        has_negative = has_negative || value < 0;
        has_positive = has_positive || value > 0;
    }
    EXPECT(has_negative && has_positive);
}

TEST(random_unit_and_chance)
{
    enum { DRAWS = 100000 };
    Random random = random_seeded(harness_seed());
    double sum = 0;
    int hits = 0;
    for (int i = 0; i < DRAWS; i++) {
        double value = random_unit(&random);
        REQUIRE(value >= 0 && value < 1);
        sum += value;
        hits += random_chance(&random, 0.25);
        EXPECT(!random_chance(&random, 0) && random_chance(&random, 1));
    }
    EXPECT(fabs(sum / DRAWS - 0.5) < 0.006);
    EXPECT(fabs((double)hits / DRAWS - 0.25) < 0.009);
}

TEST(random_normal_has_mean_0_and_deviation_1)
{
    enum { DRAWS = 100000 };
    Random random = random_seeded(harness_seed());
    double sum = 0, squares = 0;
    int within_one = 0;
    for (int i = 0; i < DRAWS; i++) {
        double value = random_normal(&random);
        sum += value;
        squares += value * value;
        within_one += fabs(value) < 1;
    }
    EXPECT(fabs(sum / DRAWS) < 0.02);
    EXPECT(fabs(squares / DRAWS - 1) < 0.03);
    EXPECT(fabs((double)within_one / DRAWS - 0.683) < 0.015); /* 0.679 by this sum of twelve */
}
