/* exact.c -- the one formula of each statistic, on exact integers. */
#include "eval/exact.h"

#include <math.h>

Status exact_overflow(Error *err)
{
    return error_set(err, STATUS_LIMIT,
                     "a result has more than 18 digits; narrow the condition or the window, or "
                     "divide first");
}

static bool is_short(Int128 value)
{
    return value >= INT64_MIN && value <= INT64_MAX;
}

/* False when the product leaves 128 bits. What 64 bits hold is multiplied sooner. */
static bool multiply(Int128 a, Int128 b, Int128 *ret_product)
{
    if (!is_short(a) || !is_short(b)) return !__builtin_mul_overflow(a, b, ret_product);
    *ret_product = (Int128)(int64_t)a * (int64_t)b;
    return true;
}

/* The nearest double, sooner for what 64 bits hold. */
static double to_double(Int128 value)
{
    return is_short(value) ? (double)(int64_t)value : (double)value;
}

Status exact_average(Int128 sum, size_t count, uint8_t scale, double *ret_average, Error *err)
{
    if (!decimal_fits(sum)) return exact_overflow(err);
    *ret_average = decimal_to_double((int64_t)sum, scale) / (double)count;
    return STATUS_OK;
}

Status exact_add_square(Int128 *squares, Int128 value, Error *err)
{
    Int128 square;
    if (!multiply(value, value, &square) || __builtin_add_overflow(*squares, square, squares))
        return exact_overflow(err);
    return STATUS_OK;
}

/* count * squares - sum^2, which is never negative; LIMIT when it leaves 128 bits. */
static Status spread(Int128 count, Int128 squares, Int128 sum, Int128 *ret_spread, Error *err)
{
    Int128 left, right;
    if (!multiply(count, squares, &left) || !multiply(sum, sum, &right)) return exact_overflow(err);
    *ret_spread = left - right;
    return STATUS_OK;
}

Status exact_deviation(Int128 sum, Int128 squares, size_t count, uint8_t scale,
                       double *ret_deviation, Error *err)
{
    Int128 spread_of_values = 0;
    TRY(spread((Int128)count, squares, sum, &spread_of_values, err));
    double deviation = sqrt(to_double(spread_of_values)) / (double)count;
    *ret_deviation = deviation / (double)DECIMAL_POW10[scale];
    return STATUS_OK;
}

Status exact_median(int64_t low, int64_t high, int64_t *ret_mantissa, Error *err)
{
    Int128 mantissa = ((Int128)low + high) * 5;
    if (!decimal_fits(mantissa)) return exact_overflow(err);
    *ret_mantissa = (int64_t)mantissa;
    return STATUS_OK;
}

double exact_median_ratio(int64_t low, int64_t high, uint8_t scale)
{
    return decimal_to_double(low + high, scale) / 2;
}

/* ---- series of periods ---- */

Status series_add(Series *series, int64_t number, Int128 sum_of_period, Error *err)
{
    if (!decimal_fits(sum_of_period)) return exact_overflow(err);
    TRY(exact_add_square(&series->squares, sum_of_period, err));
    series->sum += sum_of_period;
    series->weighted += number * sum_of_period;
    return STATUS_OK;
}

Status series_variation(const Series *series, double *ret_variation, Error *err)
{
    *ret_variation = (double)NAN;
    Int128 spread_of_sums = 0;
    TRY(spread(series->count, series->squares, series->sum, &spread_of_sums, err));
    if (series->sum == 0) return STATUS_OK;
    Int128 magnitude = series->sum < 0 ? -series->sum : series->sum;
    *ret_variation = sqrt(to_double(spread_of_sums)) / to_double(magnitude);
    return STATUS_OK;
}

double series_slope_denominator(int64_t count)
{
    Int128 k = count;
    return (double)(k * k * (k * k - 1) / 12);
}

double series_slope_of(Int128 numerator, double denominator, uint8_t scale)
{
    return to_double(numerator) / denominator / (double)DECIMAL_POW10[scale];
}

Status series_slope(const Series *series, uint8_t scale, double *ret_slope, Error *err)
{
    *ret_slope = 0;
    Int128 k = series->count, left, right;
    if (k < 2) return STATUS_OK;
    if (!multiply(k, series->weighted, &left) || !multiply(k * (k - 1) / 2, series->sum, &right) ||
        __builtin_sub_overflow(left, right, &left))
        return exact_overflow(err);
    *ret_slope = series_slope_of(left, series_slope_denominator((int64_t)k), scale);
    return STATUS_OK;
}
