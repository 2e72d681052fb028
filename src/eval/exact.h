/* exact.h -- the one formula of each statistic, on exact integers.
 *
 * Every engine computes these very expressions, so that results agree in the last bit: integers are
 * exact in 128 bits, they become doubles once, at the end, and are then divided as written. With m
 * the mantissas at scale s, n their number, y the sums of k whole periods at numbers i = 0 .. k-1:
 *
 *   avg     (double)(sum m) / 10^s / (double)n
 *   stddev  sqrt((double)(n * sum m^2 - (sum m)^2)) / (double)n / 10^s
 *   cv      sqrt((double)(k * sum y^2 - (sum y)^2)) / (double)|sum y|
 *   slope   (double)(k * sum i*y - sum i * sum y) / (double)(k^2 * (k^2 - 1) / 12) / 10^s
 *   median  exact at scale s+1 (as a ratio when that is over the largest scale)
 *
 * What leaves 128 bits is the same LIMIT as what leaves 18 digits. */
#pragma once

#include "base/decimal.h"
#include "base/error.h"

/* LIMIT: a result has more than 18 digits. */
MUST_CHECK Status exact_overflow(Error *err);

/* Of `count` > 0 numbers. */
MUST_CHECK Status exact_average(Int128 sum, size_t count, uint8_t scale, double *ret_average,
                                Error *err);
MUST_CHECK Status exact_add_square(Int128 *squares, Int128 value, Error *err);
MUST_CHECK Status exact_deviation(Int128 sum, Int128 squares, size_t count, uint8_t scale,
                                  double *ret_deviation, Error *err);
/* Of the two middle numbers, which are the same one when their number is odd. */
MUST_CHECK Status exact_median(int64_t low, int64_t high, int64_t *ret_mantissa, Error *err);
double exact_median_ratio(int64_t low, int64_t high, uint8_t scale);

/* ---- series of periods ---- */

typedef struct {
    Int128 count;    /* k: whole periods of the window, empty ones included */
    Int128 sum;      /* sum y */
    Int128 squares;  /* sum y^2 */
    Int128 weighted; /* sum i*y */
} Series;

/* A period's sum; empty periods add nothing. */
MUST_CHECK Status series_add(Series *series, int64_t number, Int128 sum_of_period, Error *err);
/* Not finite when the mean is 0 or there is no period: then it is missing. */
MUST_CHECK Status series_variation(const Series *series, double *ret_variation, Error *err);
MUST_CHECK Status series_slope(const Series *series, uint8_t scale, double *ret_slope, Error *err);

/* The slope's parts: with k the number of periods, k * sum i*y - sum i * sum y is the sum of
 * y * (k * i - k * (k - 1) / 2), which may be taken over the events. */
double series_slope_denominator(int64_t count);
double series_slope_of(Int128 numerator, double denominator, uint8_t scale);
