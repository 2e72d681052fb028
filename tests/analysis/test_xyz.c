/* test_xyz.c -- XYZ against the reference vectors of the requirements, its options, its edges. */
#include "analysis/xyz.h"
#include "base/random.h"
#include "harness/harness.h"

#include <math.h>
#include <string.h>

enum { TEN = 10, MONTHS = 6 };

static const int64_t ten_by_month[MONTHS][TEN] = {
    {100, 90, 60, 0, 50, 30, 10, 5, 20, 0},   {100, 110, 80, 0, 40, 0, 12, 0, 25, 0},
    {100, 95, 70, 300, 45, 35, 11, 0, 15, 0}, {100, 105, 75, 0, 55, 0, 9, 0, 20, 0},
    {100, 100, 65, 0, 50, 30, 10, 0, 30, 0},  {100, 100, 70, 0, 60, 25, 8, 0, 10, 45},
};

static XyzSeries ten(NumberColumn columns[MONTHS])
{
    for (size_t i = 0; i < MONTHS; i++)
        columns[i] = (NumberColumn){ten_by_month[i], NULL, TEN};
    return (XyzSeries){.periods = columns, .periods_count = MONTHS, .customers_count = TEN};
}

static void letters_of(const uint8_t *classes, size_t count, char *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = "_XYZ"[classes[i]];
    out[count] = '\0';
}

static void expect_ten(XyzOptions options, const char *letters, const int64_t *hundredths)
{
    NumberColumn columns[MONTHS];
    XyzSeries series = ten(columns);
    uint8_t classes[TEN];
    int64_t values[TEN];
    char actual[TEN + 1];
    Error err;
    EXPECT_OK(xyz_check(&options, &err), &err);
    xyz_classify(&series, &options, classes, values);
    letters_of(classes, TEN, actual);
    EXPECT_TEXT(text_of(actual), letters);
    for (size_t i = 0; hundredths != NULL && i < TEN; i++)
        EXPECT_INT((values[i] + 5000) / 10000, hundredths[i]);
}

static XyzOptions narrow(XyzMethod method)
{
    XyzOptions options = xyz_options(method);
    if (method != XYZ_FIXED) return options;
    options.borders[0] = 10 * XYZ_PERCENT;
    options.borders[1] = 25 * XYZ_PERCENT;
    return options;
}

static XyzOptions whole(XyzMethod method)
{
    XyzOptions options = narrow(method);
    options.zeros = XYZ_WHOLE_WINDOW;
    return options;
}

TEST(variation_over_the_whole_window)
{
    const int64_t cv[TEN] = {0, 645, 922, 22361, 1291, 7217, 1291, 22361, 3227, 22361};
    expect_ten(whole(XYZ_FIXED), "XXXZYZYZZZ", cv);
    XyzOptions wide = xyz_options(XYZ_FIXED);
    wide.zeros = XYZ_WHOLE_WINDOW;
    expect_ten(wide, "XXXZXYXZXZ", cv);
}

TEST(variation_of_a_sample)
{
    const int64_t cv[TEN] = {0, 707, 1010, 24495, 1414, 7906, 1414, 24495, 3536, 24495};
    XyzOptions options = whole(XYZ_FIXED);
    options.is_sample = true;
    expect_ten(options, "XXYZYZYZZZ", cv);
}

TEST(variation_of_purchases_only)
{
    const int64_t cv[TEN] = {0, 645, 922, 0, 1291, 1179, 1291, 0, 3227, 0};
    XyzOptions options = narrow(XYZ_FIXED);
    options.zeros = XYZ_NON_ZERO;
    /* one purchase is not "steady": it is too few to say anything */
    expect_ten(options, "XXX_YYY_Z_", cv);
    options.periods_min = 0;
    expect_ten(options, "XXXXYYYXZX", cv);
}

TEST(variation_from_the_first_purchase)
{
    const int64_t cv[TEN] = {0, 645, 922, 17321, 1291, 7217, 1291, 22361, 3227, 0};
    XyzOptions options = narrow(XYZ_FIXED);
    options.periods_min = 1;
    expect_ten(options, "XXXZYZYZZX", cv);
    options.periods_min = 3;
    expect_ten(options, "XXXZYZYZZ_", NULL);
}

/* Who bought first before the window has all of it; who is known to have begun later, less. */
TEST(the_first_purchase_may_be_told)
{
    NumberColumn columns[MONTHS];
    XyzSeries series = ten(columns);
    const int64_t firsts[TEN] = {0, 0, 0, -3, 0, 0, 0, 0, 0, 4};
    const NumberColumn first = {firsts, NULL, TEN};
    series.first = &first;
    XyzOptions options = narrow(XYZ_FIXED);
    options.periods_min = 1;
    uint8_t classes[TEN];
    int64_t values[TEN];
    xyz_classify(&series, &options, classes, values);
    EXPECT_INT(values[3], 223606798);
    EXPECT_INT(values[9], 100000000); /* 0 and 45 */
}

TEST(rule_of_1c)
{
    expect_ten(whole(XYZ_SELF_ADJUSTING), "XXXZXYXZYY", NULL);
}

/* C05 and C07 have the same variation in different amounts. */
TEST(equal_series_have_equal_variation)
{
    NumberColumn columns[MONTHS];
    XyzSeries series = ten(columns);
    XyzOptions options = whole(XYZ_FIXED);
    uint8_t classes[TEN];
    int64_t values[TEN];
    xyz_classify(&series, &options, classes, values);
    EXPECT_INT(values[4], values[6]);
    EXPECT_INT(values[4], 12909944);
}

TEST(frequency)
{
    expect_ten(whole(XYZ_FREQUENCY), "XXXZXYXZXZ", NULL); /* 4 of 6 is 66.7 %, 1 of 6 is 16.7 % */
}

TEST(a_season_that_repeats_has_no_variation)
{
    const int64_t now[MONTHS][2] = {{10, 10}, {50, 50}, {10, 10}, {50, 50}, {10, 10}, {50, 50}};
    const int64_t before[MONTHS][2] = {{10, 12}, {50, 48}, {10, 12}, {50, 48}, {10, 8}, {50, 52}};
    NumberColumn periods[MONTHS], season[MONTHS];
    for (size_t i = 0; i < MONTHS; i++) {
        periods[i] = (NumberColumn){now[i], NULL, 2};
        season[i] = (NumberColumn){before[i], NULL, 2};
    }
    XyzSeries series = {periods, MONTHS, season, NULL, 2};
    XyzOptions options = narrow(XYZ_FIXED);
    options.is_seasonal = true;
    uint8_t classes[2];
    int64_t values[2];
    xyz_classify(&series, &options, classes, values);
    EXPECT_INT(values[0], 0);
    EXPECT_INT(values[1], 4714045); /* changes -2 2 -2 2 2 -2: sigma 2, mean 30: 2 / 30 / sqrt 2 */
    options.is_seasonal = false;
    xyz_classify(&series, &options, classes, values);
    EXPECT_INT(values[0], 66666667);
}

TEST(a_mean_of_nothing_is_not_classified)
{
    const int64_t sums[3][3] = {{5, 0, -9}, {-5, 0, -9}, {0, 0, -9}};
    NumberColumn periods[3];
    for (size_t i = 0; i < 3; i++)
        periods[i] = (NumberColumn){sums[i], NULL, 3};
    XyzSeries series = {periods, 3, NULL, NULL, 3};
    XyzOptions options = whole(XYZ_FIXED);
    uint8_t classes[3];
    int64_t values[3];
    xyz_classify(&series, &options, classes, values);
    EXPECT(memcmp(classes, "\0\0\1", 3) == 0); /* the mean's sign does not matter */
    series.customers_count = 0;
    xyz_classify(&series, &options, classes, values);
}

/* A greater unit changes nothing, also where sums of squares would leave 128 bits. */
TEST(scaling_changes_nothing)
{
    Random random = random_seeded(harness_seed());
    enum { MANY = 200, PERIODS = 24 };
    static int64_t sums[PERIODS][MANY], scaled[PERIODS][MANY];
    NumberColumn columns[PERIODS], scaled_columns[PERIODS];
    for (size_t p = 0; p < PERIODS; p++) {
        for (size_t i = 0; i < MANY; i++) {
            sums[p][i] = (int64_t)random_below(&random, 1000000) - 1000;
            scaled[p][i] = sums[p][i] * 1000000000000;
        }
        columns[p] = (NumberColumn){sums[p], NULL, MANY};
        scaled_columns[p] = (NumberColumn){scaled[p], NULL, MANY};
    }
    XyzOptions options = whole(XYZ_FIXED);
    uint8_t classes[MANY], classes_scaled[MANY];
    int64_t values[MANY], values_scaled[MANY];
    XyzSeries series = {columns, PERIODS, NULL, NULL, MANY};
    xyz_classify(&series, &options, classes, values);
    series.periods = scaled_columns;
    xyz_classify(&series, &options, classes_scaled, values_scaled);
    EXPECT(memcmp(values, values_scaled, sizeof values) == 0);
    EXPECT(memcmp(classes, classes_scaled, sizeof classes) == 0);
}

/* The order of customers and of their twins changes nobody's variation; each method that looks at
 * one customer alone. */
TEST(permutation_and_duplication_change_nothing)
{
    Random random = random_seeded(harness_seed());
    enum { MANY = 100, PERIODS = 12 };
    static int64_t sums[PERIODS][MANY], twice[PERIODS][2 * MANY];
    NumberColumn columns[PERIODS], twice_columns[PERIODS];
    for (size_t p = 0; p < PERIODS; p++) {
        for (size_t i = 0; i < MANY; i++) {
            sums[p][i] = random_below(&random, 3) == 0 ? 0 : (int64_t)random_below(&random, 1000);
            /* backwards, and once more */
            twice[p][MANY - 1 - i] = twice[p][MANY + i] = sums[p][i];
        }
        columns[p] = (NumberColumn){sums[p], NULL, MANY};
        twice_columns[p] = (NumberColumn){twice[p], NULL, 2 * MANY};
    }
    for (size_t method = 0; method < XYZ_METHOD_COUNT; method++) {
        if (method == XYZ_SELF_ADJUSTING) continue; /* equal values may be split by it */
        XyzOptions options = xyz_options((XyzMethod)method);
        uint8_t classes[MANY], twice_classes[2 * MANY];
        int64_t values[MANY], twice_values[2 * MANY];
        XyzSeries series = {columns, PERIODS, NULL, NULL, MANY};
        XyzSeries twice_series = {twice_columns, PERIODS, NULL, NULL, 2 * MANY};
        xyz_classify(&series, &options, classes, values);
        xyz_classify(&twice_series, &options, twice_classes, twice_values);
        EXPECT(memcmp(values, twice_values + MANY, sizeof values) == 0);
        EXPECT(memcmp(classes, twice_classes + MANY, sizeof classes) == 0);
        for (size_t i = 0; i < MANY; i++)
            EXPECT(values[i] == twice_values[MANY - 1 - i] &&
                   classes[i] == twice_classes[MANY - 1 - i]);
    }
}

TEST(great_amounts_do_not_overflow)
{
    const int64_t sums[4] = {999999999999999999, 1, -999999999999999998, 7};
    NumberColumn periods[4];
    for (size_t i = 0; i < 4; i++)
        periods[i] = (NumberColumn){&sums[i], NULL, 1};
    XyzSeries series = {periods, 2, NULL, NULL, 1};
    XyzOptions options = whole(XYZ_FIXED);
    options.periods_min = 2;
    uint8_t class_number;
    int64_t value;
    xyz_classify(&series, &options, &class_number, &value);
    EXPECT_INT(value, 100000000); /* all in one of two periods */
    EXPECT_INT(class_number, 3);
}

TEST(options_are_checked)
{
    Error err;
    XyzOptions options = narrow(XYZ_FIXED);
    options.borders[0] = options.borders[1];
    EXPECT_STATUS(xyz_check(&options, &err), STATUS_INVALID, &err);
    options = xyz_options(XYZ_FREQUENCY);
    options.is_seasonal = true;
    EXPECT_STATUS(xyz_check(&options, &err), STATUS_INVALID, &err);
}

/* ---- many customers at once ---- */

enum { CROWD = 1500, CROWD_PERIODS = 36 };

/* The variation by its definition, with more digits than the method has; below 0: none. */
static int64_t plain_variation(const int64_t *sums, size_t from, const XyzOptions *options)
{
    long double sum = 0, squares = 0, count = 0;
    for (size_t p = from; p < CROWD_PERIODS; p++) {
        if (options->zeros == XYZ_NON_ZERO && sums[p] == 0) continue;
        sum += (long double)sums[p];
        count++;
    }
    for (size_t p = from; p < CROWD_PERIODS; p++) {
        if (options->zeros == XYZ_NON_ZERO && sums[p] == 0) continue;
        long double apart = (long double)sums[p] - sum / count;
        squares += apart * apart;
    }
    bool is_counted = count >= options->periods_min && count >= (options->is_sample ? 2 : 1);
    if (!is_counted || sum == 0) return -1;
    long double below = options->is_sample ? count - 1 : count;
    return llroundl(1e8L * sqrtl(squares / below) / fabsl(sum / count));
}

/* Steady ones, rare buyers, returns, small and great amounts. */
static int64_t crowd_sum(Random *random, size_t customer)
{
    static const int64_t sizes[] = {7, 1000, 10000000, INT64_C(900000000000)};
    int64_t size = sizes[customer % 4];
    switch (customer / 4 % 5) {
    case 0: return size + (int64_t)random_below(random, (uint64_t)size / 20 + 1);
    case 1: return random_below(random, 12) == 0 ? size : 0;
    case 2: return (int64_t)random_below(random, (uint64_t)size) - size / 3;
    case 3: return 0;
    default: return (int64_t)random_below(random, (uint64_t)size);
    }
}

TEST(a_crowd_varies_as_each_of_it)
{
    static int64_t sums[CROWD_PERIODS][CROWD], first[CROWD], values[CROWD];
    static uint8_t classes[CROWD];
    Random random = random_seeded(harness_seed());
    NumberColumn columns[CROWD_PERIODS], told = {first, NULL, CROWD};
    for (size_t p = 0; p < CROWD_PERIODS; p++) {
        columns[p] = (NumberColumn){sums[p], NULL, CROWD};
        for (size_t i = 0; i < CROWD; i++)
            sums[p][i] = crowd_sum(&random, i);
    }
    for (size_t i = 0; i < CROWD; i++)
        first[i] = (int64_t)random_below(&random, CROWD_PERIODS + 6) - 3;
    for (int way = 0; way < XYZ_ZEROS_COUNT * 4; way++) {
        XyzOptions options = xyz_options(XYZ_FIXED);
        options.zeros = (XyzZeros)(way / 4);
        options.is_sample = way % 2 == 1;
        XyzSeries series = {.periods = columns,
                            .periods_count = CROWD_PERIODS,
                            .first = way % 4 < 2 ? NULL : &told,
                            .customers_count = CROWD};
        xyz_classify(&series, &options, classes, values);
        for (size_t i = 0; i < CROWD; i++) {
            int64_t own[CROWD_PERIODS];
            size_t from = 0;
            for (size_t p = 0; p < CROWD_PERIODS; p++)
                own[p] = sums[p][i];
            if (options.zeros != XYZ_WHOLE_WINDOW && series.first != NULL)
                from = first[i] < 0 ? 0 : (size_t)first[i];
            while (options.zeros == XYZ_FROM_FIRST && series.first == NULL &&
                   from < CROWD_PERIODS && own[from] == 0)
                from++;
            int64_t expected = plain_variation(own, from, &options);
            EXPECT_INT(classes[i] == 0 ? -1 : values[i], expected);
        }
    }
}
