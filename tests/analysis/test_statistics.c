/* test_statistics.c -- statistics against numbers from tables and by hand, and what must not change
 * them. */
#include "analysis/statistics.h"
#include "base/random.h"
#include "harness/harness.h"

#include <math.h>

static void expect_near(const char *file, int line, double actual, double expected, double within)
{
    if (!(fabs(actual - expected) <= within))
        harness_fail(file, line, "%.12g instead of %.12g", actual, expected);
}
#define EXPECT_NEAR(actual, expected, within) \
    expect_near(__FILE__, __LINE__, (actual), (expected), (within))

static Moments moments_of(const double *values, size_t count)
{
    Moments moments = {0};
    for (size_t i = 0; i < count; i++)
        moments_add(&moments, values[i]);
    return moments;
}

TEST(standardised_difference_divides_by_the_pooled_deviation)
{
    const double a[] = {2, 4, 6}, b[] = {1, 2, 3, 4};
    Moments first = moments_of(a, 3), second = moments_of(b, 4);
    EXPECT_NEAR(moments_deviation(&first), 2.0, 1e-15);
    /* squares 8 and 5, five degrees of freedom */
    EXPECT_NEAR(standardised_difference(&first, &second), 1.5 / sqrt(13.0 / 5.0), 1e-15);
    EXPECT(isnan(standardised_difference(&first, &(Moments){0})));
    const double same[] = {7, 7};
    Moments flat = moments_of(same, 2);
    EXPECT(isnan(standardised_difference(&flat, &flat)));
}

/* Borders of printed chi-squared tables. */
TEST(chi_squared_is_that_of_the_tables)
{
    EXPECT_NEAR(chi_squared_beyond(3.841458820694124, 1), 0.05, 1e-12);
    EXPECT_NEAR(chi_squared_beyond(6.634896601021213, 1), 0.01, 1e-12);
    EXPECT_NEAR(chi_squared_beyond(18.307038053275146, 10), 0.05, 1e-12);
    EXPECT_NEAR(chi_squared_beyond(124.3421134, 100), 0.05, 1e-9);
    EXPECT_NEAR(chi_squared_beyond(0.0, 3), 1.0, 0.0);
    EXPECT(chi_squared_beyond(1e6, 2) == 0.0);
}

/* Printed tables of F and of Student's t, whose square is an F. */
TEST(f_is_that_of_the_tables)
{
    EXPECT_NEAR(f_beyond(11.7, 1, 5), 0.0188, 5e-5);
    EXPECT_NEAR(f_beyond(2.570581835636314 * 2.570581835636314, 1, 5), 0.05, 1e-12);
    EXPECT_NEAR(f_beyond(12.706204736174707 * 12.706204736174707, 1, 1), 0.05, 1e-12);
    EXPECT_NEAR(f_beyond(3.32583453041301, 5, 10), 0.05, 1e-12);
    /* of 1 and 1 and of 2 and n degrees there are formulas */
    EXPECT_NEAR(f_beyond(1.0, 1, 1), 0.5, 1e-14);
    EXPECT_NEAR(f_beyond(3.0, 2, 8), pow(1.0 + 2.0 * 3.0 / 8.0, -4.0), 1e-14);
    EXPECT_NEAR(f_beyond(0.5, 2, 8), pow(1.0 + 2.0 * 0.5 / 8.0, -4.0), 1e-14);
    /* many degrees within: chi squared, and with 1 between a normal variable */
    EXPECT_NEAR(f_beyond(1.8307038053275146, 10, 1e9), 0.05, 1e-7);
    EXPECT_NEAR(f_beyond(3.841458820694124, 1, 1e9), 0.05, 1e-7);
    EXPECT_NEAR(f_beyond(0.0, 3, 4), 1.0, 0.0);
    EXPECT(f_beyond((double)INFINITY, 3, 4) == 0.0);
}

/* Seven customers in two groups are few: chance alone makes much. */
TEST(few_values_prove_little)
{
    const double a[] = {1, 2, 3}, b[] = {9, 10, 11, 4};
    const Moments groups[2] = {moments_of(a, 3), moments_of(b, 4)};
    Effect effect = effect_of_groups(groups, 2);
    EXPECT_NEAR(effect.raw, 0.7003, 5e-5);
    EXPECT_NEAR(effect.probability, 0.0189, 2e-4);
}

/* Groups 1 2 3 and 4 5 6: between 13.5, within 4. */
TEST(eta_squared_is_the_part_between)
{
    const double a[] = {1, 2, 3}, b[] = {4, 5, 6};
    const Moments groups[3] = {moments_of(a, 3), moments_of(b, 3)};
    Effect effect = effect_of_groups(groups, 3);
    EXPECT_NEAR(effect.raw, 13.5 / 17.5, 1e-15);
    EXPECT_NEAR(effect.strength, sqrt(1.0 - 4.0 / 17.5 * 5.0 / 4.0), 1e-15);
    EXPECT_NEAR(effect.probability, f_beyond(13.5, 1, 4), 1e-15);
    EXPECT_NEAR(effect.probability, 0.0213, 5e-5);
    EXPECT(isnan(effect_of_groups(groups, 1).raw));
}

/* 2 x 2 with phi = 0.6; a table of nothing but proportion has no effect. */
TEST(cramers_v_is_that_of_the_table)
{
    const double counts[] = {40, 10, 10, 40};
    Effect effect = effect_of_counts(counts, 2, 2);
    EXPECT_NEAR(effect.raw, 0.6, 1e-12);
    EXPECT_NEAR(effect.strength, sqrt((0.36 - 1.0 / 99.0) / (2.0 - 1.0 / 99.0 - 1.0)), 1e-12);
    EXPECT_NEAR(effect.probability, chi_squared_beyond(36.0, 1), 1e-15);
    const double even[] = {10, 20, 30, 60, 5, 10};
    effect = effect_of_counts(even, 3, 2);
    EXPECT_NEAR(effect.raw, 0.0, 1e-12);
    EXPECT(effect.strength == 0.0);
    const double whole[] = {9, 0, 0, 0, 4, 0, 0, 0, 2};
    EXPECT_NEAR(effect_of_counts(whole, 3, 3).raw, 1.0, 1e-12);
    EXPECT(isnan(effect_of_counts(counts, 1, 2).raw));
}

/* Part 4 of the requirements. */
TEST(stability_index_is_that_of_the_vectors)
{
    const double before[] = {0.2, 0.3, 0.5}, near[] = {0.25, 0.25, 0.5}, far[] = {0.1, 0.2, 0.7};
    EXPECT_NEAR(stability_index(before, near, 3), 0.0203, 0.00005);
    EXPECT_NEAR(stability_index(before, far, 3), 0.1772, 0.00005);
    EXPECT_NEAR(stability_index(before, before, 3), 0.0, 0.0);
    const double none[] = {0.0, 0.5, 0.5};
    EXPECT_NEAR(stability_index(none, none, 3), 0.0, 0.0);
    EXPECT(isfinite(stability_index(none, before, 3)));
}

TEST(shares_are_compared)
{
    EXPECT_NEAR(share_index(30, 100, 200, 1000), 150.0, 1e-12);
    EXPECT(isnan(share_index(1, 0, 1, 1)) && isnan(share_index(1, 1, 0, 9)));
    EXPECT_NEAR(jaccard(2, 4, 6), 0.25, 1e-15);
    EXPECT(isnan(jaccard(0, 0, 0)));
}

/* Points 0, 1 | 5, 7: by hand (a, b) are (1, 6) (1, 5) (2, 4.5) (2, 6.5). */
TEST(silhouette_is_nearness_to_ones_own)
{
    const double points[] = {0, 1, 5, 7};
    const uint32_t groups[] = {0, 0, 1, 1};
    double result[4];
    silhouettes(&(Clusters){points, groups, 4, 1, 2}, result);
    EXPECT_NEAR(result[0], 5.0 / 6.0, 1e-15);
    EXPECT_NEAR(result[1], 4.0 / 5.0, 1e-15);
    EXPECT_NEAR(result[2], 2.5 / 4.5, 1e-15);
    EXPECT_NEAR(result[3], 4.5 / 6.5, 1e-15);
    const uint32_t lonely[] = {0, 1, 1, 1};
    silhouettes(&(Clusters){points, lonely, 4, 1, 2}, result);
    EXPECT(result[0] == 0.0);
    const uint32_t one[] = {0, 0, 0, 0};
    silhouettes(&(Clusters){points, one, 4, 1, 1}, result);
    EXPECT(isnan(result[0]));
}

/* Scaling, moving, permuting and doubling the data. */
TEST(effects_do_not_depend_on_units_or_order)
{
    Random random = random_seeded(harness_seed());
    double counts[12], swapped[12];
    Moments groups[3] = {0}, other[3] = {0};
    for (int i = 0; i < 300; i++) {
        double value = random_normal(&random) + i % 3;
        moments_add(&groups[i % 3], value);
        moments_add(&other[(i + 1) % 3], -1000.0 * value + 5.0);
    }
    EXPECT_NEAR(effect_of_groups(groups, 3).raw, effect_of_groups(other, 3).raw, 1e-9);
    EXPECT_NEAR(standardised_difference(&groups[0], &groups[2]),
                -standardised_difference(&other[1], &other[0]), 1e-9);
    for (size_t i = 0; i < 12; i++)
        counts[i] = (double)random_below(&random, 40);
    for (size_t i = 0; i < 12; i++)
        swapped[i] = 2.0 * counts[(3 - i / 3) * 3 + (i + 1) % 3];
    EXPECT_NEAR(effect_of_counts(counts, 4, 3).raw, effect_of_counts(swapped, 4, 3).raw, 1e-12);
}

/* Groups by chance: what is left after the correction is near nothing. */
TEST(chance_alone_has_no_strength)
{
    Random random = random_seeded(harness_seed() + 1);
    double strength = 0.0;
    int found = 0;
    for (int trial = 0; trial < 200; trial++) {
        double counts[20] = {0};
        for (int i = 0; i < 100; i++)
            counts[random_below(&random, 20)] += 1.0;
        Effect effect = effect_of_counts(counts, 10, 2);
        strength += effect.strength / 200.0;
        found += effect.probability < 0.05;
        EXPECT(effect.raw > effect.strength);
    }
    EXPECT(strength < 0.12);
    EXPECT(found < 25);
}

TEST(samples_are_those_of_the_reference)
{
    EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
    EXPECT_NEAR(normal_quantile(0.8), 0.8416212335729143, 1e-14);
    EXPECT_NEAR(normal_quantile(0.5), 0.0, 1e-15);
    EXPECT(sample_for_share(&(ShareSample){2000, 0.5, 0.05, 0.95}) == 323);
    EXPECT(sample_for_share(&(ShareSample){(double)INFINITY, 0.5, 0.05, 0.95}) == 385);
    EXPECT(sample_for_share(&(ShareSample){1, 0.5, 0.05, 0.95}) == 1);
    EXPECT(sample_for_difference(&(DifferenceSample){0.03, 0.033, 0.95, 0.8}) == 53208);
    EXPECT(sample_for_difference(&(DifferenceSample){0.02, 0.03, 0.95, 0.8}) == 3823);
    EXPECT(sample_for_difference(&(DifferenceSample){0.05, 0.07, 0.95, 0.8}) == 2210);
    EXPECT(isinf(sample_for_difference(&(DifferenceSample){0.05, 0.05, 0.95, 0.8})));
}

TEST(a_larger_sample_is_needed_for_less)
{
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 200; round++) {
        double share = 0.01 + 0.98 * random_unit(&random),
               error = 0.01 + 0.2 * random_unit(&random);
        double population = 1 + (double)random_below(&random, 100000);
        ShareSample sample = {population, share, error, 0.95};
        double count = sample_for_share(&sample);
        EXPECT(count >= 1 && count <= population);
        sample.error = error / 2;
        EXPECT(sample_for_share(&sample) >= count);
        sample.population *= 2;
        EXPECT(sample_for_share(&sample) >= count);
        DifferenceSample difference = {share, 1.0 - share, 0.95, 0.8};
        DifferenceSample turned = {1.0 - share, share, 0.95, 0.8};
        EXPECT(sample_for_difference(&difference) == sample_for_difference(&turned));
    }
}
