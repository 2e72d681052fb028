/* reference_statistics.c -- sums and statistics of a customer's events, by the formulas of exact.h.
 */
#include "eval/exact.h"
#include "eval/reference.h"

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
    double average;
    TRY(exact_average(exact_sum(values), values->count, values->type.scale, &average, err));
    *ret_value = value_ratio(average);
    return STATUS_OK;
}

Status statistics_deviation(const FieldValues *values, Value *ret_value, Error *err)
{
    *ret_value = value_missing();
    if (values->count == 0) return STATUS_OK;
    Int128 squares = 0;
    double deviation;
    for (size_t i = 0; i < values->count; i++)
        TRY(exact_add_square(&squares, values->items[i].as.decimal, err));
    TRY(exact_deviation(exact_sum(values), squares, values->count, values->type.scale, &deviation,
                        err));
    *ret_value = value_ratio(deviation);
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
    int64_t low = sorted[(values->count - 1) / 2], high = sorted[values->count / 2], mantissa;
    if (type.kind == TYPE_RATIO) {
        *ret_value = value_ratio(exact_median_ratio(low, high, values->type.scale));
        return STATUS_OK;
    }
    ASSERT(type.scale == values->type.scale + 1);
    TRY(exact_median(low, high, &mantissa, err));
    *ret_value = value_decimal(mantissa);
    return STATUS_OK;
}

/* Sums per whole period. */
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

Status statistics_of_periods(const FieldValues *values, const Node *aggregate, DaySpan span,
                             Value *ret_value, Error *err)
{
    Series series;
    double result;
    TRY(series_of(values, aggregate, span, &series, err));
    if (aggregate->as.aggregate.kind == AGGREGATE_CV)
        TRY(series_variation(&series, &result, err));
    else
        TRY(series_slope(&series, values->type.scale, &result, err));
    *ret_value = ratio_result(result);
    return STATUS_OK;
}
