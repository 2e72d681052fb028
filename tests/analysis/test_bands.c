/* test_bands.c -- values between borders. */
#include "analysis/bands.h"
#include "base/random.h"
#include "harness/harness.h"

TEST(a_border_belongs_to_the_band_above)
{
    const int64_t borders[] = {200, 500, 1500};
    const int64_t values[] = {199, 200, 499, 500, 1500, INT64_MAX, INT64_MIN};
    const uint16_t expected[] = {1, 2, 2, 3, 4, 4, 1};
    uint16_t classes[7];
    bands_classify(&(NumberColumn){values, NULL, 7}, borders, 3, classes);
    for (size_t i = 0; i < 7; i++)
        EXPECT_INT(classes[i], expected[i]);
    const uint64_t present = 0x7e;
    bands_classify(&(NumberColumn){values, &present, 7}, borders, 3, classes);
    EXPECT_INT(classes[0], 0);
}

TEST(borders_of_bands_ascend)
{
    Error err;
    const int64_t borders[] = {1, 2, 2};
    EXPECT_OK(bands_check(borders, 2, &err), &err);
    EXPECT_STATUS(bands_check(borders, 3, &err), STATUS_INVALID, &err);
    EXPECT_STATUS(bands_check(borders, 0, &err), STATUS_INVALID, &err);
}

/* In another unit, in another order, everybody twice: each stays in his band. */
TEST(invariances_of_bands)
{
    enum { MANY = 200, BORDERS = 5 };
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 50; round++) {
        int64_t values[MANY], other[2 * MANY], borders[BORDERS], scaled[BORDERS];
        uint16_t classes[MANY], others[2 * MANY];
        int64_t unit = 1 + (int64_t)random_below(&random, 1000), border = -50;
        for (size_t i = 0; i < BORDERS; i++) {
            border += 1 + (int64_t)random_below(&random, 40);
            borders[i] = border;
            scaled[i] = border * unit;
        }
        for (size_t i = 0; i < MANY; i++) {
            values[i] = (int64_t)random_below(&random, 200) - 80;
            other[2 * MANY - 1 - i] = other[MANY - 1 - i] = values[i] * unit;
        }
        bands_classify(&(NumberColumn){values, NULL, MANY}, borders, BORDERS, classes);
        bands_classify(&(NumberColumn){other, NULL, 2 * MANY}, scaled, BORDERS, others);
        for (size_t i = 0; i < MANY; i++) {
            EXPECT_INT(others[MANY - 1 - i], classes[i]);
            EXPECT_INT(others[2 * MANY - 1 - i], classes[i]);
        }
    }
}
