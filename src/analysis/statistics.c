/* statistics.c -- how groups differ: effect sizes, indexes, quality of a division. */
#include "analysis/statistics.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static const double nothing = (double)NAN;

/* ---- moments ---- */

void moments_add(Moments *moments, double value)
{
    double before = value - moments->mean;
    moments->count += 1.0;
    moments->mean += before / moments->count;
    moments->squares += before * (value - moments->mean);
}

double moments_deviation(const Moments *moments)
{
    return moments->count < 2.0 ? nothing : sqrt(moments->squares / (moments->count - 1.0));
}

double standardised_difference(const Moments *a, const Moments *b)
{
    double freedom = a->count + b->count - 2.0;
    double pooled = freedom > 0.0 ? sqrt((a->squares + b->squares) / freedom) : 0.0;
    if (a->count == 0.0 || b->count == 0.0 || pooled <= 0.0) return nothing;
    return (a->mean - b->mean) / pooled;
}

/* ---- chi squared ---- */

/* The regularised lower incomplete gamma function, by its series. */
static double gamma_below(double shape, double x)
{
    double term = 1.0 / shape, sum = term;
    for (int i = 1; i < 10000 && term > sum * 1e-16; i++) {
        term *= x / (shape + i);
        sum += term;
    }
    return sum * exp(shape * log(x) - x - lgamma(shape));
}

/* The upper one, by its continued fraction (Lentz). */
static double gamma_beyond(double shape, double x)
{
    double tiny = 1e-300, b = x + 1.0 - shape, c = 1.0 / tiny, d = 1.0 / b, fraction = d;
    for (int i = 1; i < 10000; i++) {
        double a = -(double)i * ((double)i - shape);
        b += 2.0;
        d = a * d + b;
        if (fabs(d) < tiny) d = tiny;
        c = b + a / c;
        if (fabs(c) < tiny) c = tiny;
        d = 1.0 / d;
        fraction *= d * c;
        if (fabs(d * c - 1.0) < 1e-15) break;
    }
    return fraction * exp(shape * log(x) - x - lgamma(shape));
}

double chi_squared_beyond(double x, double degrees)
{
    double shape = degrees / 2.0, half = x / 2.0;
    if (!(x > 0.0) || !(degrees > 0.0)) return 1.0;
    if (!isfinite(x)) return 0.0;
    return half < shape + 1.0 ? 1.0 - gamma_below(shape, half) : gamma_beyond(shape, half);
}

/* ---- Fisher's F ---- */

/* The continued fraction of the incomplete beta function (Lentz), two steps a turn; it converges
 * fast below (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
    const double tiny = 1e-300;
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double fraction = d;
    for (int i = 1; i < 10000; i++) {
        double m = (double)i, before = fraction;
        const double steps[] = {m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
                                -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))};
        for (int step = 0; step < 2; step++) {
            d = 1.0 + steps[step] * d;
            d = 1.0 / (fabs(d) < tiny ? tiny : d);
            c = 1.0 + steps[step] / c;
            if (fabs(c) < tiny) c = tiny;
            fraction *= c * d;
        }
        if (fabs(fraction - before) < 1e-15 * fabs(fraction)) break;
    }
    return fraction;
}

/* The regularised one: how much of a beta variable lies below x; `above` is 1 - x, which a small x
 * would lose. */
static double beta_below(double x, double above, double a, double b)
{
    if (!(x > 0.0)) return 0.0;
    if (!(above > 0.0)) return 1.0;
    double front = exp(a * log(x) + b * log(above) + lgamma(a + b) - lgamma(a) - lgamma(b));
    if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(x, a, b) / a;
    return 1.0 - front * beta_fraction(above, b, a) / b;
}

double f_beyond(double ratio, double between, double within)
{
    if (!(ratio > 0.0) || !(between > 0.0) || !(within > 0.0)) return 1.0;
    if (!isfinite(ratio)) return 0.0;
    double whole = within + between * ratio;
    return beta_below(within / whole, between * ratio / whole, within / 2.0, between / 2.0);
}

/* ---- effects ---- */

Effect effect_of_groups(const Moments *groups, size_t groups_count)
{
    double count = 0.0, sum = 0.0, within = 0.0, between = 0.0, used = 0.0;
    for (size_t i = 0; i < groups_count; i++) {
        count += groups[i].count;
        sum += groups[i].count * groups[i].mean;
        within += groups[i].squares;
        used += groups[i].count > 0.0;
    }
    Effect effect = {nothing, nothing, 1.0};
    if (used < 2.0 || count <= used) return effect;
    for (size_t i = 0; i < groups_count; i++) {
        double distance = groups[i].mean - sum / count;
        between += groups[i].count * distance * distance;
    }
    if (!(within + between > 0.0)) return effect;
    effect.raw = between / (within + between);
    double corrected = 1.0 - (1.0 - effect.raw) * (count - 1.0) / (count - used);
    effect.strength = corrected > 0.0 ? sqrt(corrected) : 0.0;
    double between_freedom = used - 1.0, within_freedom = count - used;
    double ratio = (between / between_freedom) / (within / within_freedom);
    effect.probability = within > 0.0 ? f_beyond(ratio, between_freedom, within_freedom) : 0.0;
    return effect;
}

typedef struct {
    double count, squared; /* chi squared */
    double rows, columns;  /* that hold anything */
} Contingency;

static Contingency count_table(const double *counts, size_t rows, size_t columns)
{
    Contingency result = {0};
    double *by_row = memory_alloc(memory_product(rows, sizeof *by_row));
    double *by_column = memory_alloc(memory_product(columns, sizeof *by_column));
    for (size_t i = 0; i < rows * columns; i++) {
        by_row[i / columns] += counts[i];
        by_column[i % columns] += counts[i];
        result.count += counts[i];
    }
    for (size_t i = 0; i < rows; i++)
        result.rows += by_row[i] > 0.0;
    for (size_t i = 0; i < columns; i++)
        result.columns += by_column[i] > 0.0;
    for (size_t i = 0; i < rows * columns; i++) {
        double expected = by_row[i / columns] * by_column[i % columns] / result.count;
        if (expected > 0.0)
            result.squared += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    free(by_row);
    free(by_column);
    return result;
}

Effect effect_of_counts(const double *counts, size_t rows, size_t columns)
{
    Effect effect = {nothing, nothing, 1.0};
    Contingency table = count_table(counts, rows, columns);
    if (table.rows < 2.0 || table.columns < 2.0) return effect;
    double freedom = (table.rows - 1.0) * (table.columns - 1.0), left = table.count - 1.0;
    double phi = table.squared / table.count;
    effect.raw = sqrt(phi / (fmin(table.rows, table.columns) - 1.0));
    effect.probability = chi_squared_beyond(table.squared, freedom);
    double corrected = left > 0.0 ? phi - freedom / left : 0.0;
    double rows_left = table.rows - (table.rows - 1.0) * (table.rows - 1.0) / left;
    double columns_left = table.columns - (table.columns - 1.0) * (table.columns - 1.0) / left;
    double least = fmin(rows_left, columns_left) - 1.0;
    effect.strength = corrected > 0.0 && least > 0.0 ? fmin(1.0, sqrt(corrected / least)) : 0.0;
    return effect;
}

/* ---- shares ---- */

double share_index(uint64_t part, uint64_t whole, uint64_t base_part, uint64_t base_whole)
{
    if (whole == 0 || base_part == 0) return nothing;
    return 100.0 * ((double)part / (double)whole) / ((double)base_part / (double)base_whole);
}

double jaccard(uint64_t common, uint64_t a, uint64_t b)
{
    uint64_t either = a + b - common;
    return either == 0 ? nothing : (double)common / (double)either;
}

double stability_index(const double *expected, const double *actual, size_t count)
{
    double index = 0.0;
    for (size_t i = 0; i < count; i++) {
        double from = expected[i] > 0.0 ? expected[i] : 0.0001;
        double to = actual[i] > 0.0 ? actual[i] : 0.0001;
        index += (to - from) * log(to / from);
    }
    return index;
}

/* ---- silhouette ---- */

static double distance_between(const Clusters *clusters, size_t a, size_t b)
{
    const double *left = clusters->points + a * clusters->dimensions;
    const double *right = clusters->points + b * clusters->dimensions;
    double sum = 0.0;
    for (size_t i = 0; i < clusters->dimensions; i++)
        sum += (left[i] - right[i]) * (left[i] - right[i]);
    return sqrt(sum);
}

/* Sums of the distances of a point to each group, and how many others each has. */
static void measure(const Clusters *clusters, size_t point, double *sums, double *counts)
{
    for (size_t i = 0; i < clusters->groups_count; i++)
        sums[i] = counts[i] = 0.0;
    for (size_t i = 0; i < clusters->count; i++) {
        if (i == point) continue;
        sums[clusters->groups[i]] += distance_between(clusters, point, i);
        counts[clusters->groups[i]] += 1.0;
    }
}

static double silhouette_of(const Clusters *clusters, size_t point, const double *sums,
                            const double *counts)
{
    uint32_t own = clusters->groups[point];
    double nearest = (double)INFINITY;
    for (size_t i = 0; i < clusters->groups_count; i++)
        if (i != own && counts[i] > 0.0) nearest = fmin(nearest, sums[i] / counts[i]);
    if (!isfinite(nearest)) return nothing;
    if (counts[own] == 0.0) return 0.0;
    double inside = sums[own] / counts[own], most = fmax(inside, nearest);
    return most > 0.0 ? (nearest - inside) / most : 0.0;
}

void silhouettes(const Clusters *clusters, double *ret_silhouettes)
{
    double *sums = memory_alloc(memory_product(2 * clusters->groups_count, sizeof *sums));
    double *counts = sums + clusters->groups_count;
    for (size_t i = 0; i < clusters->count; i++) {
        measure(clusters, i, sums, counts);
        ret_silhouettes[i] = silhouette_of(clusters, i, sums, counts);
    }
    free(sums);
}

/* ---- how many are enough ---- */

static double normal_below(double z)
{
    const double root_of_two = 1.4142135623730951;
    return 0.5 * erfc(-z / root_of_two);
}

/* Halving until nothing is between: the sum of the bell is exact to the last digits. */
double normal_quantile(double probability)
{
    double low = -40.0, high = 40.0;
    for (;;) {
        double middle = (low + high) / 2.0;
        if (middle <= low || middle >= high) return middle;
        if (normal_below(middle) < probability)
            low = middle;
        else
            high = middle;
    }
}

/* A hair below a whole number is that number. */
static double round_up(double count)
{
    const double hair = 1e-9;
    return ceil(count * (1.0 - hair));
}

double sample_for_share(const ShareSample *sample)
{
    double z = normal_quantile(0.5 + sample->confidence / 2.0);
    double endless =
        z * z * sample->share * (1.0 - sample->share) / (sample->error * sample->error);
    if (isinf(sample->population)) return round_up(endless);
    return round_up(endless / (1.0 + (endless - 1.0) / sample->population));
}

double sample_for_difference(const DifferenceSample *sample)
{
    double first = sample->first_share, second = sample->second_share;
    double z = normal_quantile(0.5 + sample->confidence / 2.0) + normal_quantile(sample->power);
    double spread = first * (1.0 - first) + second * (1.0 - second);
    return round_up(z * z * spread / ((first - second) * (first - second)));
}
