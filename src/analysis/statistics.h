/* statistics.h -- how groups differ: effect sizes, indexes, quality of a division. Pure functions
 * on doubles; results that have no meaning (nobody, no spread) are not a number.
 *
 * source  standardised difference: Cohen 1988; Cramér's V with the bias correction of Bergsma 2013;
 *         eta squared with the correction of epsilon squared (Kelley 1935); silhouette: Rousseeuw
 *         1987; PSI as in credit scoring, empty shares taken for 0.0001 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Number, mean, and sum of squared distances from the mean of some values. */
typedef struct {
    double count, mean, squares;
} Moments;

void moments_add(Moments *moments, double value); /* Welford */
double moments_deviation(const Moments *moments); /* of a sample: divides by count - 1 */
/* (mean a - mean b) / pooled deviation. */
double standardised_difference(const Moments *a, const Moments *b);

/* An effect between 0 and 1, corrected for what chance alone makes of it, and how probable at least
 * so large an effect is by chance. */
typedef struct {
    double raw, strength, probability;
} Effect;

/* The part of the spread that lies between groups: raw is eta squared, strength the root of its
 * corrected value, probability that of the F test; of two groups it is Student's t test. */
Effect effect_of_groups(const Moments *groups, size_t groups_count);
/* Of a table with a row per value and a column per group: raw is Cramér's V. */
Effect effect_of_counts(const double *counts, size_t rows, size_t columns);

/* 100 * part / whole : base part / base whole. */
double share_index(uint64_t part, uint64_t whole, uint64_t base_part, uint64_t base_whole);
double jaccard(uint64_t common, uint64_t a, uint64_t b);
/* Population stability index of two divisions by the same classes. */
double stability_index(const double *expected, const double *actual, size_t count);

/* Points of some groups, `points` row after row. Writes the silhouette of every point: -1 .. 1, 0
 * for one who is alone in his group, not a number when all are in one group.
 * cost  the square of the number of points */
typedef struct {
    const double *points;
    const uint32_t *groups; /* by point, below groups_count */
    size_t count, dimensions, groups_count;
} Clusters;
void silhouettes(const Clusters *clusters, double *ret_silhouettes);

/* ---- how many are enough ---- */

/* z so that a standard normal variable is below it with the probability; 0 < probability < 1. */
double normal_quantile(double probability);
/* So many of a population, drawn by chance, show a share of about `share` to within `error`, with
 * the confidence; rounded up. An infinite population is INFINITY. Cochran 1977. */
typedef struct {
    double population, share, error, confidence;
} ShareSample;
double sample_for_share(const ShareSample *sample);
/* So many in each of two groups let a difference of shares be seen with the power, where chance
 * alone would be taken for one with 1 - confidence; rounded up. INFINITY when the shares are equal.
 * Fleiss 1981, without the correction for continuity. */
typedef struct {
    double first_share, second_share, confidence, power;
} DifferenceSample;
double sample_for_difference(const DifferenceSample *sample);

/* The probability that a chi-squared variable of so many degrees of freedom is at least x. */
double chi_squared_beyond(double x, double degrees);
/* The probability that the ratio of two spreads of so many degrees of freedom, Fisher's F, is at
 * least so large. The square of Student's t is an F with 1 between. */
double f_beyond(double ratio, double between, double within);
