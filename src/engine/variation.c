/* variation.c -- cv of a block's customers, by groups: the events of one row and one period are a
 * group, for they stand together.
 *
 * The kernel that sums rows sums groups as well. Running totals of the sums and of their squares
 * give those of each row as a difference, so that nothing depends on how many groups it has. */
#include "engine/aggregate.h"
#include "engine/groups.h"
#include "engine/kernels_common.h"
#include "engine/nodes.h"
#include "eval/exact.h"
#include "lang/window.h"

#include <math.h>

/* The groups of a run; arrays with a place per event and one more. */
typedef struct {
    const uint8_t *periods; /* by event: number of the whole period from 1; 0: of none */
    uint64_t *end_bits;     /* by event: whether a group ends there */
    uint32_t *ends;         /* of group i at i + 1, 0 at 0 */
    size_t count;
    int64_t *sums, *squares; /* running totals: of group i and all before at i + 1 */
} PeriodGroups;

/* ---- whether it can be done so ---- */

/* Sums are taken in units: what all numbers of the field are multiples of. */
static int64_t unit_of(const EventField *field)
{
    const Column *column = field->column;
    bool is_scaled = field->kind == FIELD_NUMBER && column->factor > 1;
    return is_scaled && column->base % column->factor == 0 ? column->factor : 1;
}

bool variations_fit(const Aggregation *aggregation)
{
    const EventField *field = &aggregation->field;
    if (field->facts->period_bytes == NULL) return false;
    Int128 most = event_field_magnitude(field), unit = unit_of(field);
    size_t events_max = chosen_row_events_max(&aggregation->chosen);
    if (most < 0 || unit > INT32_MAX || !decimal_fits(most * (Int128)events_max)) return false;
    return most / unit * (Int128)events_max <= INT32_MAX;
}

/* ---- groups ---- */

static const uint8_t *find_periods(const Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    const Column *day = &chosen->stream->day;
    const uint8_t *bytes = aggregation->field.facts->period_bytes;
    uint8_t *periods = event_memory_room(aggregation->memory, ROOM_PERIODS, chosen->count);
    const void *days = kernel_from(day->data, day->width_bytes, chosen->begin);
    if (day->width_bytes == sizeof(uint16_t))
        for (size_t i = 0; i < chosen->count; i++)
            periods[i] = bytes[((const uint16_t *)days)[i]];
    else
        for (size_t i = 0; i < chosen->count; i++)
            periods[i] = bytes[kernel_stored(days, day->width_bytes, i)];
    return periods;
}

/* Four at a time, some too many, for a steady pace. */
static size_t list_ends(const uint64_t *bits, size_t words_count, uint32_t *ret_ends)
{
    uint32_t *end = ret_ends + 1;
    ret_ends[0] = 0;
    for (size_t word = 0; word < words_count; word++) {
        uint64_t rest = bits[word];
        uint32_t *at = end;
        end += __builtin_popcountll(rest);
        for (; at < end; at += 4)
            for (size_t i = 0; i < 4; i++, rest &= rest - 1)
                at[i] =
                    (uint32_t)(word * 64) + 1 + (uint32_t)__builtin_ctzll(rest | UINT64_C(1) << 63);
    }
    return (size_t)(end - ret_ends) - 1;
}

static PeriodGroups find_groups(const Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    EventMemory *memory = aggregation->memory;
    size_t places = chosen->count + 1;
    PeriodGroups groups = {.periods = find_periods(aggregation)};
    groups.end_bits = ARENA_ARRAY(chosen->scope->arena, uint64_t, bit_words(chosen->count));
    chosen->customers->worker->kernels->test_changes(groups.periods, chosen->count,
                                                     groups.end_bits);
    groups_mark_rows(chosen->offsets, chosen->rows_count, groups.end_bits);
    groups.ends = event_memory_room(memory, ROOM_CODES, places * sizeof *groups.ends);
    groups.count = list_ends(groups.end_bits, bit_words(chosen->count), groups.ends);
    groups.sums = event_memory_room(memory, ROOM_KEYS, places * sizeof *groups.sums);
    groups.squares = event_memory_room(memory, ROOM_SPARE, places * sizeof *groups.squares);
    return groups;
}

/* Running totals may wrap, what rows differ in does not. */
static void sum_groups(const Aggregation *aggregation, int64_t unit, const PeriodGroups *groups)
{
    const Chosen *chosen = &aggregation->chosen;
    KernelColumn numbers = aggregation_column(aggregation);
    numbers.base /= unit;
    numbers.factor /= unit;
    chosen->customers->worker->kernels->sum_per_row(groups->ends, groups->count, chosen->mask,
                                                    &numbers, groups->sums + 1);
    uint64_t sum = 0, squares = 0;
    groups->sums[0] = groups->squares[0] = 0;
    for (size_t i = 1; i <= groups->count; i++) {
        bool is_whole = groups->periods[groups->ends[i] - 1] != 0;
        uint64_t number = is_whole ? (uint64_t)groups->sums[i] : 0;
        groups->sums[i] = (int64_t)(sum += number);
        groups->squares[i] = (int64_t)(squares += number * number);
    }
}

/* ---- rows ---- */

static int64_t difference(const int64_t *totals, size_t first, size_t end)
{
    return (int64_t)((uint64_t)totals[end] - (uint64_t)totals[first]);
}

/* As series_variation, sooner: false, and nothing is computed, when something leaves 64 bits. */
static inline bool short_variation(int64_t count, int64_t sum, int64_t squares,
                                   double *ret_variation)
{
    int64_t left, right;
    if (__builtin_mul_overflow(count, squares, &left)) return false;
    if (__builtin_mul_overflow(sum, sum, &right)) return false;
    *ret_variation = sqrt((double)(left - right)) / (double)(sum < 0 ? -sum : sum);
    return true;
}

/* What is asked of every row: numbers are in units. */
typedef struct {
    int64_t unit, periods_count;
} Variation;

static Status row_variation(const Variation *of, int64_t sum, int64_t squares,
                            double *ret_variation)
{
    int64_t unit_sum, unit_squares;
    bool is_short = !__builtin_mul_overflow(of->unit, sum, &unit_sum) &&
                    !__builtin_mul_overflow(of->unit * of->unit, squares, &unit_squares) &&
                    short_variation(of->periods_count, unit_sum, unit_squares, ret_variation);
    if (is_short) return STATUS_OK;
    Int128 unit = of->unit;
    Series series = {
        .count = of->periods_count, .sum = unit * sum, .squares = unit * (unit * squares)};
    return series_variation(&series, ret_variation, NULL);
}

Status variations_run(Aggregation *aggregation, Error *err)
{
    const Chosen *chosen = &aggregation->chosen;
    const Step *step = aggregation->step;
    int64_t counts[IMAGE_BLOCK_ROWS], first, last;
    PeriodGroups groups = find_groups(aggregation);
    day_span_whole_periods(step->events.span, step->node->as.aggregate.period, &first, &last);
    Variation of = {.unit = unit_of(&aggregation->field), .periods_count = last - first + 1};
    sum_groups(aggregation, of.unit, &groups);
    chosen->customers->worker->kernels->count_per_row(chosen->offsets, chosen->rows_count,
                                                      groups.end_bits, counts);
    for (size_t row = 0, begin = 0, end; row < chosen->rows_count; row++, begin = end) {
        end = begin + (size_t)counts[row];
        int64_t squares = difference(groups.squares, begin, end);
        double variation;
        if (squares == 0 || !bit_needed(chosen->need, chosen->row + row)) continue;
        if (row_variation(&of, difference(groups.sums, begin, end), squares, &variation) !=
            STATUS_OK)
            return aggregation_overflow(aggregation, row, err);
        if (!isfinite(variation)) continue;
        lane_set_present(&aggregation->lane, chosen->row + row);
        aggregation->lane.as.ratios[chosen->row + row] = variation;
    }
    return STATUS_OK;
}
