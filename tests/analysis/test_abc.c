/* test_abc.c -- ABC against the reference vectors of the requirements, its invariances, its edges.
 */
#include "analysis/abc.h"
#include "base/random.h"
#include "harness/harness.h"

#include <string.h>

enum { TEN = 10 };

/* Totals of C01 .. C10. */
static const int64_t ten_totals[TEN] = {600, 600, 420, 300, 300, 120, 60, 5, 120, 45};

/* Classes as letters, "-" for not classified. */
static void letters_of(const int64_t *values, size_t count, const AbcOptions *options, char *out)
{
    uint8_t classes[1000];
    Error err;
    NumberColumn column = {values, NULL, count};
    ASSERT(count < sizeof classes);
    EXPECT_OK(abc_check(options, &err), &err);
    EXPECT_OK(abc_classify(&column, options, classes, &err), &err);
    for (size_t i = 0; i < count; i++)
        out[i] = classes[i] == 0 ? '-' : (char)('A' + classes[i] - 1);
    out[count] = '\0';
}

static void expect_classes(const int64_t *values, size_t count, AbcOptions options,
                           const char *expected)
{
    char letters[1001];
    letters_of(values, count, &options, letters);
    EXPECT_TEXT(text_of(letters), expected);
}

static void expect_ten(AbcOptions options, const char *expected)
{
    expect_classes(ten_totals, TEN, options, expected);
}

TEST(pareto_puts_the_crossing_row_into_the_better_class)
{
    expect_ten(abc_options(ABC_PARETO), "AAAAABCCBC");
}

TEST(strict_pareto)
{
    AbcOptions options = abc_options(ABC_PARETO);
    options.is_strict = options.splits_ties = true;
    expect_ten(options, "AAAABBCCCC"); /* C06 and C09 are equal and differ, as the vector says */
    options.splits_ties = false;
    expect_ten(options, "AAABBCCCCC");
}

TEST(sum_method)
{
    expect_ten(abc_options(ABC_SUM), "AAABBCCCCC");
}

TEST(tangents)
{
    expect_ten(abc_options(ABC_TANGENTS), "AAAAABCCBC");
}

TEST(self_adjusting_rule_of_1c)
{
    expect_ten(abc_options(ABC_SELF_ADJUSTING), "AAABBBCCCC");
    AbcOptions options = abc_options(ABC_SELF_ADJUSTING);
    options.rest = ABC_REST_RANKED;
    const int64_t zeros[3] = {0}, equal[10] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    expect_classes(equal, 1, options, "C");
    expect_classes(zeros, 3, options, "AAC");
    expect_classes(equal, 5, options, "AABBC");
    expect_classes(equal, 10, options, "AAAAABBBCC");
}

TEST(other_methods)
{
    AbcOptions thresholds = abc_options(ABC_THRESHOLDS);
    thresholds.borders[0] = 300;
    thresholds.borders[1] = 100;
    thresholds.borders_count = 2;
    expect_ten(thresholds, "AAAAABCCBC");
    expect_ten(abc_options(ABC_CUSTOMERS), "AABBBCCCCC");
    /* the mean is 257: nobody reaches 6 means, at most half of it are 120, 60, 5, 120, 45 */
    expect_ten(abc_options(ABC_DIFFERENTIAL), "BBBBBCCCCC");
    /* nearest to (0, 1) is the point after C05 (0.5, 0.864): 0.2686; after C04 (0.4, 0.747) 0.2240,
     * after C03 (0.3, 0.630) 0.2266. The slope is 1 after C05. C04 and C05 are equal. Nearest to
     * (0.4, 1) is the point after C06 (0.6, 0.911) with 0.0480, after C05 0.0286, after C04 0.0639.
     */
    expect_ten(abc_options(ABC_COMPUTED), "AAAAACCCCC");
}

TEST(own_borders_give_as_many_classes)
{
    AbcOptions options = abc_options(ABC_PARETO);
    options.borders[0] = 45 * ABC_PERCENT;
    options.borders[1] = 60 * ABC_PERCENT;
    options.borders[2] = 90 * ABC_PERCENT;
    options.borders_count = 3;
    EXPECT_INT(abc_classes_count(&options), 4);
    expect_ten(options, "AABCCCDDCD");
}

TEST(who_has_nothing_is_not_classified)
{
    const int64_t values[6] = {100, 0, -50, 10, 5, 7};
    const uint64_t present = 0x1f; /* the last one has no value at all */
    NumberColumn column = {values, &present, 6};
    AbcOptions options = abc_options(ABC_PARETO);
    uint8_t classes[6];
    Error err;
    EXPECT_OK(abc_classify(&column, &options, classes, &err), &err);
    EXPECT(memcmp(classes, "\1\0\0\2\3\0", 6) == 0);
    options.rest = ABC_REST_LAST_CLASS;
    EXPECT_OK(abc_classify(&column, &options, classes, &err), &err);
    EXPECT(memcmp(classes, "\1\3\3\2\3\0", 6) == 0);
}

TEST(hostile_sizes)
{
    const int64_t one[1] = {5}, bad[3] = {-1, 0, -7}, equal[4] = {9, 9, 9, 9};
    for (size_t m = 0; m < ABC_METHOD_COUNT; m++) {
        AbcOptions options = abc_options((AbcMethod)m);
        if (m == ABC_THRESHOLDS) {
            options.borders[0] = 3;
            options.borders_count = 1;
        }
        expect_classes(one, 0, options, "");
        expect_classes(bad, 3, options, "---");
        if (m == ABC_SELF_ADJUSTING) continue;
        /* the sum method counts the only customer as 100 % of the customers as well */
        expect_classes(one, 1, options, m == ABC_DIFFERENTIAL ? "B" : m == ABC_SUM ? "C" : "A");
        expect_classes(equal, 4, options, m == ABC_DIFFERENTIAL ? "BBBB" : "AAAA");
    }
}

TEST(borders_are_checked)
{
    Error err;
    AbcOptions options = abc_options(ABC_PARETO);
    options.borders[1] = options.borders[0];
    EXPECT_STATUS(abc_check(&options, &err), STATUS_INVALID, &err);
    options.borders[1] = 100 * ABC_PERCENT;
    EXPECT_STATUS(abc_check(&options, &err), STATUS_INVALID, &err);
    options.borders_count = 0;
    EXPECT_STATUS(abc_check(&options, &err), STATUS_INVALID, &err);
    options = abc_options(ABC_TANGENTS);
    options.borders_count = 1;
    EXPECT_STATUS(abc_check(&options, &err), STATUS_INVALID, &err);
    options = abc_options(ABC_THRESHOLDS);
    EXPECT_STATUS(abc_check(&options, &err), STATUS_INVALID, &err);
}

/* ---- invariances ---- */

enum { MANY = 400 };

static void random_values(Random *random, int64_t *values)
{
    for (size_t i = 0; i < MANY; i++)
        values[i] = (int64_t)(random_below(random, 100) * random_below(random, 100)) - 200;
}

static AbcOptions random_options(Random *random)
{
    AbcOptions options = abc_options((AbcMethod)random_below(random, ABC_METHOD_COUNT));
    options.is_strict = random_below(random, 2) == 0;
    if (options.method == ABC_THRESHOLDS) options = abc_options(ABC_PARETO);
    return options;
}

/* In another unit and in another order everybody has the class that he had; with SELF_ADJUSTING,
 * which splits equals, each class keeps its values. */
TEST(scaling_and_permutation_change_nothing)
{
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 50; round++) {
        int64_t values[MANY], other[MANY];
        size_t places[MANY];
        AbcOptions options = random_options(&random);
        random_values(&random, values);
        for (size_t i = 0; i < MANY; i++)
            places[i] = i;
        for (size_t i = MANY - 1; i > 0; i--) {
            size_t with = random_below(&random, i + 1), place = places[i];
            places[i] = places[with];
            places[with] = place;
        }
        for (size_t i = 0; i < MANY; i++)
            other[places[i]] = values[i] * 1000;
        char letters[MANY + 1], letters_of_other[MANY + 1];
        letters_of(values, MANY, &options, letters);
        letters_of(other, MANY, &options, letters_of_other);
        int64_t sums[2][4] = {{0}};
        for (size_t i = 0; i < MANY; i++) {
            if (options.method != ABC_SELF_ADJUSTING)
                EXPECT_INT(letters_of_other[places[i]], letters[i]);
            if (letters[i] != '-') sums[0][letters[i] - 'A'] += values[i];
            if (letters_of_other[places[i]] != '-')
                sums[1][letters_of_other[places[i]] - 'A'] += values[i];
        }
        EXPECT(memcmp(sums[0], sums[1], sizeof sums[0]) == 0);
    }
}

/* Everybody twice: each stays in his class (but by a share of customers and the rule of 1C, whose
 * borders fall between rows). */
TEST(duplication_changes_nothing)
{
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 50; round++) {
        int64_t values[MANY], twice[2 * MANY];
        char letters[MANY + 1], letters_twice[2 * MANY + 1];
        AbcOptions options = random_options(&random);
        if (options.method == ABC_SELF_ADJUSTING || options.method == ABC_COMPUTED ||
            options.method == ABC_SUM)
            continue;
        options.is_strict = false;
        random_values(&random, values);
        for (size_t i = 0; i < MANY; i++)
            twice[i] = twice[MANY + i] = values[i];
        letters_of(values, MANY, &options, letters);
        letters_of(twice, 2 * MANY, &options, letters_twice);
        for (size_t i = 0; i < 2 * MANY; i++)
            EXPECT_INT(letters_twice[i], letters[i % MANY]);
    }
}

/* Equal values share a class, and a greater value never has a worse one. */
TEST(classes_follow_values)
{
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 50; round++) {
        int64_t values[MANY];
        char letters[MANY + 1];
        AbcOptions options = random_options(&random);
        random_values(&random, values);
        letters_of(values, MANY, &options, letters);
        for (size_t i = 0; i < MANY; i++)
            for (size_t k = 0; k < MANY; k++) {
                if (letters[i] == '-' || letters[k] == '-') continue;
                if (values[i] > values[k]) EXPECT(letters[i] <= letters[k]);
                if (values[i] == values[k] && options.method != ABC_SELF_ADJUSTING)
                    EXPECT_INT(letters[i], letters[k]);
            }
    }
}

TEST(money_of_18_digits_is_exact)
{
    /* 80 % of the total to the last digit */
    const int64_t values[3] = {800000000000000000, 199999999999999999, 1};
    AbcOptions options = abc_options(ABC_PARETO);
    expect_classes(values, 3, options, "ABC");
    const int64_t less[3] = {799999999999999999, 200000000000000000, 1};
    expect_classes(less, 3, options, "AAC");
}

TEST(index_of_several_metrics)
{
    const int64_t revenue[3] = {60, 30, 10}, orders[3] = {1, 1, 2};
    const uint64_t no_first = 6;
    const NumberColumn columns[] = {{revenue, NULL, 3}, {orders, &no_first, 3}};
    const int64_t weights[] = {3, 1};
    int64_t values[3];
    uint64_t present = 0;
    abc_index(&(AbcMetrics){columns, weights, 2}, values, &present);
    /* 0.75 · 60 %; 0.75 · 30 % + 0.25 · 33.333333333 %; 0.75 · 10 % + 0.25 · 66.666666666 % */
    EXPECT_INT(present, 7);
    EXPECT_INT(values[0], 45000000000);
    EXPECT_INT(values[1], 30833333333);
    EXPECT_INT(values[2], 24166666666);
}
