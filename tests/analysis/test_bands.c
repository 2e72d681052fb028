/* test_bands.c -- values between borders. */
#include "analysis/bands.h"
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
