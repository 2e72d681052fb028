/* statistics.c -- numbers of a block's customers by the formulas of eval/exact.h: sum, avg, median,
 * stddev, cv, slope.
 *
 * Sums are taken in 64 bits where the bounds of the column prove that none leaves 18 digits, and in
 * 128 bits elsewhere. */
#include "engine/aggregate.h"
#include "engine/kernels_common.h"
#include "engine/numbers.h"
#include "eval/exact.h"
#include "lang/window.h"

#include <math.h>
#include <string.h>

/* Sums of magnitudes whose squares stay within 62 bits. */
enum { SHORT_SUM_MAX = INT32_MAX };

/* ---- bounds ---- */

/* Whether no sum of the events of one customer leaves 18 digits. */
static bool sums_surely_fit(const Aggregation *aggregation)
{
    Int128 most = event_field_magnitude(&aggregation->field);
    if (most < 0) return false;
    if (decimal_fits(most * (Int128)aggregation->chosen.count)) return true;
    return decimal_fits(most * (Int128)chosen_row_events_max(&aggregation->chosen));
}

/* ---- sums ---- */

/* The sum of one row. */
static int64_t sum_row(const Chosen *chosen, const KernelColumn *numbers, size_t row)
{
    uint32_t begin = chosen_row_begin(chosen, row), end = chosen_row_begin(chosen, row + 1);
    uint64_t sum = 0, count = 0;
    uint8_t width_bytes = numbers->width_bytes;
    if (chosen->mask == NULL) {
        for (uint32_t i = begin; width_bytes != 0 && i < end; i++)
            sum += kernel_stored(numbers->data, width_bytes, i);
        count = end - begin;
    } else {
        ChosenBits at = chosen_bits(chosen, begin, end);
        for (; at.word <= at.last; chosen_next_word(chosen, &at)) {
            count += (uint64_t)__builtin_popcountll(at.bits);
            for (; width_bytes != 0 && at.bits != 0; at.bits &= at.bits - 1)
                sum += kernel_stored(numbers->data, width_bytes, chosen_bit(&at));
        }
    }
    return (int64_t)((uint64_t)numbers->base * count + (uint64_t)numbers->factor * sum);
}

/* Whether looking at the needed rows one by one is less than going through all events. */
static bool are_rows_few(const Chosen *chosen)
{
    enum { ROWS_PER_NEEDED = 12 };
    const Scope *customers = chosen->customers;
    if (chosen->need == NULL) return false;
    uint64_t needed =
        customers->worker->kernels->count_bits(chosen->need, bit_words(customers->count));
    return needed * ROWS_PER_NEEDED <= customers->count;
}

/* Sums of the run's rows, all of which fit; those that are not needed may be left as they are. */
static void sum_rows(const Aggregation *aggregation, int64_t *ret_sums)
{
    const Chosen *chosen = &aggregation->chosen;
    KernelColumn numbers = aggregation_column(aggregation);
    if (are_rows_few(chosen)) {
        FOR_EACH_NEEDED_ROW (row, chosen)
            ret_sums[row] = sum_row(chosen, &numbers, row);
        return;
    }
    chosen->customers->worker->kernels->sum_per_row(chosen->offsets, chosen->rows_count,
                                                    chosen->mask, &numbers, ret_sums);
}

/* The sums of all events of customers are known. */
static const Column *known_totals(const Aggregation *aggregation)
{
    const EventField *field = &aggregation->field;
    bool is_known = aggregation->is_all && field->kind == FIELD_NUMBER &&
                    field->column != &field->stream->day && field->stream->totals != NULL;
    return is_known ? field->stream->totals[field->column - field->stream->fields] : NULL;
}

static void known_totals_run(const Aggregation *aggregation, const Column *totals)
{
    const Chosen *chosen = &aggregation->chosen;
    uint64_t row = chosen->customers->begin + chosen->row;
    const char *data = totals->data;
    if (data != NULL) data += row * totals->width_bytes;
    chosen->customers->worker->kernels->widen(data, totals->width_bytes, chosen->rows_count,
                                              totals->base, totals->factor,
                                              aggregation->lane.as.integers + chosen->row);
}

static void averages_run(const Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    Arena *arena = chosen->scope->arena;
    int64_t *sums = ARENA_ARRAY(arena, int64_t, chosen->rows_count);
    int64_t *counts = ARENA_ARRAY(arena, int64_t, chosen->rows_count);
    sum_rows(aggregation, sums);
    chosen->customers->worker->kernels->count_per_row(chosen->offsets, chosen->rows_count,
                                                      chosen->mask, counts);
    for (size_t row = 0; row < chosen->rows_count; row++) {
        if (counts[row] == 0) continue;
        size_t place = chosen->row + row;
        Status status = exact_average(sums[row], (size_t)counts[row], aggregation->field.type.scale,
                                      &aggregation->lane.as.ratios[place], NULL);
        ASSERT(status == STATUS_OK);
        lane_set_present(&aggregation->lane, place);
    }
}

/* ---- one row ---- */

/* A row's numbers and what is computed of them; positions are those of the events. */
typedef struct {
    const Aggregation *aggregation;
    const int64_t *numbers; /* one after another */
    RowEvents events;
    size_t place; /* in the lane */
    /* Of all rows. */
    size_t short_count;     /* squares of so many numbers stay within 63 bits */
    const int64_t *periods; /* of the run's events: cv, slope */
    int64_t first_period, last_period;
} Row;

typedef Status RowStatistic(const Row *row);

static Int128 exact_sum(const Row *row)
{
    Int128 sum = 0;
    for (size_t i = 0; i < row->events.count; i++)
        sum += row->numbers[i];
    return sum;
}

static Status row_sum(const Row *row)
{
    Int128 sum = exact_sum(row);
    if (!decimal_fits(sum)) return STATUS_LIMIT;
    row->aggregation->lane.as.integers[row->place] = (int64_t)sum;
    return STATUS_OK;
}

/* Where a ratio of the row goes, which is then there. */
static double *ratio_place(const Row *row)
{
    const Lane *lane = &row->aggregation->lane;
    lane_set_present(lane, row->place);
    return &lane->as.ratios[row->place];
}

static Status row_average(const Row *row)
{
    return exact_average(exact_sum(row), row->events.count, row->aggregation->field.type.scale,
                         ratio_place(row), NULL);
}

static Status row_deviation(const Row *row)
{
    size_t count = row->events.count;
    uint8_t scale = row->aggregation->field.type.scale;
    if (count <= row->short_count) {
        int64_t sum = 0, squares = 0;
        for (size_t i = 0; i < count; i++) {
            sum += row->numbers[i];
            squares += row->numbers[i] * row->numbers[i];
        }
        return exact_deviation(sum, squares, count, scale, ratio_place(row), NULL);
    }
    Int128 squares = 0;
    for (size_t i = 0; i < count; i++)
        TRY(exact_add_square(&squares, row->numbers[i], NULL));
    return exact_deviation(exact_sum(row), squares, count, scale, ratio_place(row), NULL);
}

static Status store_median(const Aggregation *aggregation, int64_t low, int64_t high, size_t place)
{
    const Lane *lane = &aggregation->lane;
    lane_set_present(lane, place);
    if (lane->lane == LANE_INTEGERS)
        return exact_median(low, high, &lane->as.integers[place], NULL);
    lane->as.ratios[place] = exact_median_ratio(low, high, aggregation->field.type.scale);
    return STATUS_OK;
}

static Status row_median(const Row *row)
{
    int64_t low, high, *keys = row->aggregation->keys;
    if (row->numbers != keys) memcpy(keys, row->numbers, row->events.count * sizeof *keys);
    numbers_middle(keys, row->aggregation->spare, row->events.count, &low, &high);
    return store_median(row->aggregation, low, high, row->place);
}

/* ---- medians of narrow numbers ---- */

static bool has_narrow_numbers(const EventField *field)
{
    return field->kind == FIELD_NUMBER && field->column->width_bytes <= sizeof(uint32_t) &&
           field->column->factor > 0;
}

/* The stored numbers of a row one after another. */
static size_t collect_stored(const Chosen *chosen, size_t row, const uint32_t *stored,
                             uint32_t *ret_row)
{
    uint32_t begin = chosen_row_begin(chosen, row), end = chosen_row_begin(chosen, row + 1);
    size_t count = 0;
    if (chosen->mask == NULL) {
        memcpy(ret_row, stored + begin, (end - begin) * sizeof *ret_row);
        return end - begin;
    }
    ChosenBits at = chosen_bits(chosen, begin, end);
    for (; at.word <= at.last; chosen_next_word(chosen, &at))
        for (; at.bits != 0; at.bits &= at.bits - 1)
            ret_row[count++] = stored[chosen_bit(&at)];
    return count;
}

/* Of rows with more than KERNEL_FEW numbers. */
static void find_middles_of_many(const Aggregation *aggregation, const uint32_t *stored,
                                 KernelMiddles *middles)
{
    const Chosen *chosen = &aggregation->chosen;
    for (size_t row = 0; row < chosen->rows_count; row++) {
        if (middles->counts[row] <= KERNEL_FEW) continue;
        uint32_t *row_stored = aggregation->positions;
        size_t count = collect_stored(chosen, row, stored, row_stored);
        int64_t low, high;
        for (size_t i = 0; i < count; i++)
            aggregation->keys[i] = row_stored[i];
        numbers_middle(aggregation->keys, aggregation->spare, count, &low, &high);
        middles->lows[row] = (uint32_t)low;
        middles->highs[row] = (uint32_t)high;
    }
}

/* Whether every median has at most 18 digits and is kept as an integer. */
static bool are_simple_medians(const Aggregation *aggregation)
{
    Int128 most = event_field_magnitude(&aggregation->field);
    return aggregation->lane.lane == LANE_INTEGERS && most >= 0 && decimal_fits(most * 10);
}

/* By the formula of exact_median; where nothing is chosen it is anything. */
static void store_simple_medians(const Aggregation *aggregation, const KernelMiddles *middles)
{
    const Chosen *chosen = &aggregation->chosen;
    const Column *column = aggregation->field.column;
    uint64_t base = 10 * (uint64_t)column->base, factor = 5 * (uint64_t)column->factor;
    int64_t *medians = aggregation->lane.as.integers + chosen->row;
    for (size_t row = 0; row < chosen->rows_count; row++)
        medians[row] =
            (int64_t)(base + factor * ((uint64_t)middles->lows[row] + middles->highs[row]));
}

static Status store_medians(const Aggregation *aggregation, const KernelMiddles *middles,
                            Error *err)
{
    const Chosen *chosen = &aggregation->chosen;
    const Column *column = aggregation->field.column;
    FOR_EACH_NEEDED_ROW (row, chosen) {
        if (middles->counts[row] == 0) continue;
        if (store_median(aggregation, column->base + column->factor * middles->lows[row],
                         column->base + column->factor * middles->highs[row],
                         chosen->row + row) != STATUS_OK)
            return aggregation_overflow(aggregation, row, err);
    }
    return STATUS_OK;
}

/* Runs come in the order of their rows: the first one may write whole words. */
static void mark_present(const Aggregation *aggregation, const uint32_t *counts)
{
    const Chosen *chosen = &aggregation->chosen;
    const Lane *lane = &aggregation->lane;
    if (chosen->row == 0) {
        chosen->customers->worker->kernels->test_range(counts, sizeof *counts, chosen->rows_count,
                                                       1, UINT32_MAX, lane->present);
        return;
    }
    for (size_t row = 0; row < chosen->rows_count; row++)
        if (counts[row] != 0) lane_set_present(lane, chosen->row + row);
}

static Status medians_run(Aggregation *aggregation, Error *err)
{
    const Chosen *chosen = &aggregation->chosen;
    uint32_t counts[IMAGE_BLOCK_ROWS + KERNEL_FEW], lows[IMAGE_BLOCK_ROWS + KERNEL_FEW],
        highs[IMAGE_BLOCK_ROWS + KERNEL_FEW];
    KernelMiddles middles = {counts, lows, highs};
    aggregation_make_room(aggregation);
    uint32_t *room =
        event_memory_room(aggregation->memory, ROOM_CODES, chosen->count * sizeof *room);
    const uint32_t *stored = event_field_stored(&aggregation->field, chosen, room);
    chosen->customers->worker->kernels->middles_per_row(chosen->offsets, chosen->rows_count,
                                                        chosen->mask, stored, &middles);
    find_middles_of_many(aggregation, stored, &middles);
    if (!are_simple_medians(aggregation)) return store_medians(aggregation, &middles, err);
    store_simple_medians(aggregation, &middles);
    mark_present(aggregation, counts);
    return STATUS_OK;
}

/* ---- series ---- */

/* Sums per whole period, of events in the order of time. */
static Status series_of(const Row *row, Series *ret_series)
{
    int64_t first = row->first_period, last = row->last_period, open = first;
    Series series = {.count = last >= first ? last - first + 1 : 0};
    Int128 sum = 0;
    for (size_t i = 0; i < row->events.count; i++) {
        int64_t period = row->periods[row_event(row->events, i)];
        if (period < first || period > last) continue;
        if (period != open) {
            TRY(series_add(&series, open - first, sum, NULL));
            sum = 0;
            open = period;
        }
        sum += row->numbers[i];
    }
    TRY(series_add(&series, open - first, sum, NULL));
    *ret_series = series;
    return STATUS_OK;
}

/* The same when nothing leaves 63 bits. */
static void short_series_of(const Row *row, Series *ret_series)
{
    int64_t first = row->first_period, last = row->last_period, open = first;
    int64_t sum = 0, all = 0, squares = 0, weighted = 0;
    for (size_t i = 0; i < row->events.count; i++) {
        int64_t period = row->periods[row_event(row->events, i)];
        if (period < first || period > last) continue;
        if (period != open) {
            squares += sum * sum;
            sum = 0;
            open = period;
        }
        sum += row->numbers[i];
        all += row->numbers[i];
        weighted += (period - first) * row->numbers[i];
    }
    *ret_series = (Series){.count = last >= first ? last - first + 1 : 0,
                           .sum = all,
                           .squares = squares + sum * sum,
                           .weighted = weighted};
}

static Status row_series(const Row *row)
{
    Series series;
    double result;
    if (row->events.count <= row->short_count)
        short_series_of(row, &series);
    else
        TRY(series_of(row, &series));
    if (row->aggregation->step->node->as.aggregate.kind == AGGREGATE_CV)
        TRY(series_variation(&series, &result, NULL));
    else
        TRY(series_slope(&series, row->aggregation->field.type.scale, &result, NULL));
    if (isfinite(result)) *ratio_place(row) = result;
    return STATUS_OK;
}

/* Whether the slopes can be computed so: no sum of a period leaves 18 digits, no numerator 63 bits.
 */
static bool slopes_surely_fit(const Aggregation *aggregation)
{
    int64_t first, last;
    const Step *step = aggregation->step;
    if (aggregation->field.facts->weights == NULL || !sums_surely_fit(aggregation)) return false;
    day_span_whole_periods(step->events.span, step->node->as.aggregate.period, &first, &last);
    Int128 k = last - first + 1, most = event_field_magnitude(&aggregation->field);
    return k >= 2 &&
           decimal_fits(most * (Int128)chosen_row_events_max(&aggregation->chosen) * k * k);
}

/* Each number of the run times the weight of its day. */
static void weigh(const Chosen *chosen, const EventFacts *facts, int64_t *numbers)
{
    size_t size_bytes = chosen->count * sizeof(int64_t);
    int64_t *days = event_memory_room(chosen->customers->worker->events, ROOM_PERIODS, size_bytes);
    event_days(chosen, days);
    for (size_t i = 0; i < chosen->count; i++)
        numbers[i] =
            (int64_t)((uint64_t)numbers[i] * (uint64_t)facts->weights[days[i] - facts->first_day]);
}

/* The numerator of the slope is a sum over the events, each weighed by its day. */
static void slopes_run(const Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    const EventFacts *facts = aggregation->field.facts;
    int64_t *numbers = aggregation_numbers(aggregation);
    int64_t *sums = ARENA_ARRAY(chosen->scope->arena, int64_t, chosen->rows_count);
    weigh(chosen, facts, numbers);
    KernelColumn weighted = {.data = numbers, .width_bytes = sizeof *numbers, .factor = 1};
    chosen->customers->worker->kernels->sum_per_row(chosen->offsets, chosen->rows_count,
                                                    chosen->mask, &weighted, sums);
    for (size_t row = 0; row < chosen->rows_count; row++)
        aggregation->lane.as.ratios[chosen->row + row] =
            series_slope_of(sums[row], facts->slope_denominator, aggregation->field.type.scale);
}

/* ---- the switch ---- */

static RowStatistic *row_statistic(AggregateKind kind)
{
    if (kind == AGGREGATE_SUM) return row_sum;
    if (kind == AGGREGATE_AVG) return row_average;
    if (kind == AGGREGATE_STDDEV) return row_deviation;
    if (kind == AGGREGATE_MEDIAN) return row_median;
    ASSERT(kind == AGGREGATE_CV || kind == AGGREGATE_SLOPE);
    return row_series;
}

/* The square of the sum of so many numbers of the field, and the sum of their squares, stay within
 * 62 bits, and their sum times the number of any day within 63. */
static size_t short_count_of(const EventField *field)
{
    Int128 most = event_field_magnitude(field);
    if (most < 0 || most > INT32_MAX) return 0;
    return SHORT_SUM_MAX / ((size_t)most + 1);
}

static Row rows_of_run(const Aggregation *aggregation)
{
    const Step *step = aggregation->step;
    Row row = {.aggregation = aggregation, .short_count = short_count_of(&aggregation->field)};
    if (!step->node->as.aggregate.has_period) return row;
    size_t size_bytes = aggregation->chosen.count * sizeof(int64_t);
    int64_t *periods = event_memory_room(aggregation->memory, ROOM_PERIODS, size_bytes);
    event_periods(&aggregation->chosen, step, periods);
    row.periods = periods;
    day_span_whole_periods(step->events.span, step->node->as.aggregate.period, &row.first_period,
                           &row.last_period);
    return row;
}

/* A row without events keeps what its place holds: 0, or missing. */
static Status each_row(Aggregation *aggregation, RowStatistic *statistic, Error *err)
{
    const Chosen *chosen = &aggregation->chosen;
    aggregation_make_room(aggregation);
    Row row = rows_of_run(aggregation);
    const int64_t *numbers = aggregation_numbers(aggregation);
    FOR_EACH_NEEDED_ROW (i, chosen) {
        row.events = aggregation_row(aggregation, i);
        if (row.events.count == 0) continue;
        row.numbers = aggregation_row_numbers(aggregation, numbers, row.events);
        row.place = chosen->row + i;
        if (statistic(&row) != STATUS_OK) return aggregation_overflow(aggregation, i, err);
    }
    return STATUS_OK;
}

Status statistics_run(Aggregation *aggregation, Error *err)
{
    AggregateKind kind = aggregation->step->node->as.aggregate.kind;
    const Column *totals = known_totals(aggregation);
    if (aggregation->chosen.is_none) return STATUS_OK;
    if (kind == AGGREGATE_SUM && totals != NULL)
        known_totals_run(aggregation, totals);
    else if (kind == AGGREGATE_SUM && sums_surely_fit(aggregation))
        sum_rows(aggregation, aggregation->lane.as.integers + aggregation->chosen.row);
    else if (kind == AGGREGATE_AVG && sums_surely_fit(aggregation))
        averages_run(aggregation);
    else if (kind == AGGREGATE_SLOPE && slopes_surely_fit(aggregation))
        slopes_run(aggregation);
    else if (kind == AGGREGATE_CV && variations_fit(aggregation))
        return variations_run(aggregation, err);
    else if (kind == AGGREGATE_MEDIAN && has_narrow_numbers(&aggregation->field))
        return medians_run(aggregation, err);
    else
        return each_row(aggregation, row_statistic(kind), err);
    return STATUS_OK;
}
