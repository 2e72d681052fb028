/* reference_statistics.c -- sums and statistics of a customer's events, each by one formula.
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
#include "eval/reference.h"

#include <math.h>
#include <stdlib.h>

static Int128 exact_sum(const FieldValues *values)
{
    Int128 sum = 0; /* 18 digits times as many events as memory holds stay within 128 bits */
    for (size_t i = 0; i < values->count; i++)
        sum += values->items[i].as.decimal;
    return sum;
}

Status statistics_sum(const FieldValues *values, Value *ret_value, Error *err)
{
    return exact_result(exact_sum(values), ret_value, err);
}

Status statistics_average(const FieldValues *values, Value *ret_value, Error *err)
{
    *ret_value = value_missing();
    if (values->count == 0) return STATUS_OK;
    Value sum;
    TRY(exact_result(exact_sum(values), &sum, err));
    double total = decimal_to_double(sum.as.decimal, values->type.scale);
    *ret_value = value_ratio(total / (double)values->count);
    return STATUS_OK;
}

/* count * squares - sum^2, which is never negative; LIMIT when it leaves 128 bits. */
static Status spread(Int128 count, Int128 squares, Int128 sum, Int128 *ret_spread, Error *err)
{
    Int128 left, right;
    if (__builtin_mul_overflow(count, squares, &left) || __builtin_mul_overflow(sum, sum, &right))
        return exact_overflow(err);
    *ret_spread = left - right;
    return STATUS_OK;
}

static Status add_square(Int128 *squares, Int128 value, Error *err)
{
    Int128 square;
    if (__builtin_mul_overflow(value, value, &square) ||
        __builtin_add_overflow(*squares, square, squares))
        return exact_overflow(err);
    return STATUS_OK;
}

Status statistics_deviation(const FieldValues *values, Value *ret_value, Error *err)
{
    *ret_value = value_missing();
    if (values->count == 0) return STATUS_OK;
    Int128 squares = 0, spread_of_values = 0;
    for (size_t i = 0; i < values->count; i++)
        TRY(add_square(&squares, values->items[i].as.decimal, err));
    TRY(spread((Int128)values->count, squares, exact_sum(values), &spread_of_values, err));
    double deviation = sqrt((double)spread_of_values) / (double)values->count;
    *ret_value = value_ratio(deviation / (double)DECIMAL_POW10[values->type.scale]);
    return STATUS_OK;
}

static int compare_mantissas(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

Status statistics_median(const FieldValues *values, Type type, Arena *arena, Value *ret_value,
                         Error *err)
{
    *ret_value = value_missing();
    if (values->count == 0) return STATUS_OK;
    int64_t *sorted = ARENA_ARRAY(arena, int64_t, values->count);
    for (size_t i = 0; i < values->count; i++)
        sorted[i] = values->items[i].as.decimal;
    qsort(sorted, values->count, sizeof *sorted, compare_mantissas);
    int64_t twice = sorted[(values->count - 1) / 2] + sorted[values->count / 2];
    if (type.kind == TYPE_DECIMAL) {
        ASSERT(type.scale == values->type.scale + 1);
        return exact_result((Int128)twice * 5, ret_value, err);
    }
    *ret_value = value_ratio(decimal_to_double(twice, values->type.scale) / 2);
    return STATUS_OK;
}

/* ---- series of periods ---- */

typedef struct {
    Int128 count;    /* k: whole periods of the window, empty ones included */
    Int128 sum;      /* sum y */
    Int128 squares;  /* sum y^2 */
    Int128 weighted; /* sum i*y */
} Series;

static Status series_add(Series *series, int64_t number, Int128 sum_of_period, Error *err)
{
    if (!decimal_fits(sum_of_period)) return exact_overflow(err);
    TRY(add_square(&series->squares, sum_of_period, err));
    series->sum += sum_of_period;
    series->weighted += number * sum_of_period;
    return STATUS_OK;
}

/* Sums per whole period; empty periods add nothing. */
static Status series_of(const FieldValues *values, const Node *aggregate, DaySpan span,
                        Series *ret_series, Error *err)
{
    Unit unit = aggregate->as.aggregate.period;
    int64_t first, last, open = 0;
    Int128 sum = 0;
    day_span_whole_periods(span, unit, &first, &last);
    Series series = {.count = last >= first ? last - first + 1 : 0};
    for (size_t i = 0; i < values->count; i++) {
        int64_t period = date_period_index(moment_date(values->events[i]->at), unit);
        if (period < first || period > last) continue;
        if (period - first != open) {
            TRY(series_add(&series, open, sum, err));
            sum = 0;
            open = period - first;
        }
        sum += values->items[i].as.decimal;
    }
    TRY(series_add(&series, open, sum, err));
    *ret_series = series;
    return STATUS_OK;
}

static Status variation(const Series *series, Value *ret_value, Error *err)
{
    *ret_value = value_missing();
    Int128 spread_of_sums = 0;
    TRY(spread(series->count, series->squares, series->sum, &spread_of_sums, err));
    if (series->sum == 0) return STATUS_OK;
    Int128 magnitude = series->sum < 0 ? -series->sum : series->sum;
    *ret_value = ratio_result(sqrt((double)spread_of_sums) / (double)magnitude);
    return STATUS_OK;
}

static Status slope(const Series *series, uint8_t scale, Value *ret_value, Error *err)
{
    *ret_value = value_ratio(0);
    Int128 k = series->count;
    if (k < 2) return STATUS_OK;
    Int128 left, right;
    if (__builtin_mul_overflow(k, series->weighted, &left) ||
        __builtin_mul_overflow(k * (k - 1) / 2, series->sum, &right) ||
        __builtin_sub_overflow(left, right, &left))
        return exact_overflow(err);
    Int128 denominator = k * k * (k * k - 1) / 12;
    double per_period = (double)left / (double)denominator;
    *ret_value = value_ratio(per_period / (double)DECIMAL_POW10[scale]);
    return STATUS_OK;
}

Status statistics_of_periods(const FieldValues *values, const Node *aggregate, DaySpan span,
                             Value *ret_value, Error *err)
{
    Series series;
    TRY(series_of(values, aggregate, span, &series, err));
    if (aggregate->as.aggregate.kind == AGGREGATE_CV) return variation(&series, ret_value, err);
    return slope(&series, values->type.scale, ret_value, err);
}
