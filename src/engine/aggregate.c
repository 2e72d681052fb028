/* aggregate.c -- aggregates over the events of a block's customers: how many, when, and to whom the
 * others are handed. */
#include "engine/aggregate.h"

#include "engine/nodes.h"

#include <string.h>

/* ---- one row's events ---- */

void aggregation_make_room(Aggregation *aggregation)
{
    EventMemory *memory = aggregation->memory;
    size_t count = chosen_row_events_max(&aggregation->chosen);
    aggregation->positions =
        event_memory_room(memory, ROOM_POSITIONS, count * sizeof *aggregation->positions);
    aggregation->keys = event_memory_room(memory, ROOM_KEYS, count * sizeof *aggregation->keys);
    aggregation->spare = event_memory_room(memory, ROOM_SPARE, count * sizeof *aggregation->spare);
}

RowEvents aggregation_row(const Aggregation *aggregation, size_t row)
{
    const Chosen *chosen = &aggregation->chosen;
    if (chosen->mask == NULL) {
        uint32_t begin = chosen_row_begin(chosen, row);
        return (RowEvents){.first = begin, .count = chosen_row_begin(chosen, row + 1) - begin};
    }
    return (RowEvents){.positions = aggregation->positions,
                       .count = chosen_positions(chosen, row, aggregation->positions)};
}

int64_t *aggregation_numbers(const Aggregation *aggregation)
{
    size_t size_bytes = aggregation->chosen.count * sizeof(int64_t);
    int64_t *numbers = event_memory_room(aggregation->memory, ROOM_NUMBERS, size_bytes);
    event_field_numbers(&aggregation->field, &aggregation->chosen, numbers);
    return numbers;
}

KernelColumn aggregation_column(const Aggregation *aggregation)
{
    const EventField *field = &aggregation->field;
    const Column *column = field->column;
    if (field->kind == FIELD_NUMBER) {
        const char *data = column->data;
        if (data != NULL) data += field->begin * column->width_bytes;
        return (KernelColumn){.data = data,
                              .width_bytes = column->width_bytes,
                              .base = column->base,
                              .factor = column->factor};
    }
    const int64_t *numbers = aggregation_numbers(aggregation);
    return (KernelColumn){.data = numbers, .width_bytes = sizeof *numbers, .factor = 1};
}

const int64_t *aggregation_row_numbers(const Aggregation *aggregation, const int64_t *numbers,
                                       RowEvents events)
{
    if (events.positions == NULL) return numbers + events.first;
    for (size_t i = 0; i < events.count; i++)
        aggregation->keys[i] = numbers[events.positions[i]];
    return aggregation->keys;
}

Status aggregation_overflow(const Aggregation *aggregation, size_t row, Error *err)
{
    const Chosen *chosen = &aggregation->chosen;
    return scope_overflow(chosen->customers,
                          (uint32_t)(chosen->customers->begin + chosen->row + row), err);
}

/* ---- how many, whether any ---- */

static void counts_run(const Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    chosen->customers->worker->kernels->count_per_row(chosen->offsets, chosen->rows_count,
                                                      chosen->mask,
                                                      aggregation->lane.as.integers + chosen->row);
}

static void set_bit(uint64_t *bits, size_t position)
{
    bits[position / 64] |= UINT64_C(1) << (position % 64);
}

/* Runs that begin inside of a word go row by row. */
static void any_run(const Chosen *chosen, uint64_t *bits)
{
    if (chosen->is_none) return;
    if (chosen->row == 0 && !scope_are_few(chosen->customers, chosen->need)) {
        const Kernels *kernels = chosen->customers->worker->kernels;
        kernels->any_per_row(chosen->offsets, chosen->rows_count, chosen->mask, bits);
        return;
    }
    FOR_EACH_NEEDED_ROW (row, chosen) {
        uint32_t begin = chosen_row_begin(chosen, row), end = chosen_row_begin(chosen, row + 1);
        if (chosen_first(chosen, begin, end) != end) set_bit(bits, chosen->row + row);
    }
}

static void none_run(const Chosen *chosen, uint64_t *bits)
{
    uint64_t any[IMAGE_BLOCK_ROWS / 64] = {0};
    any_run(chosen, any);
    FOR_EACH_NEEDED_ROW (row, chosen)
        if (!bit_at(any, chosen->row + row)) set_bit(bits, chosen->row + row);
}

/* ---- when ---- */

/* The days of all customers' first or last events are known. */
static void known_days_run(const Aggregation *aggregation, const Column *day)
{
    const Chosen *chosen = &aggregation->chosen;
    size_t count = chosen->rows_count;
    uint64_t row = chosen->customers->begin + chosen->row;
    const char *data = day->data;
    if (data != NULL) data += row * day->width_bytes;
    chosen->customers->worker->kernels->widen(
        data, day->width_bytes, count, aggregation->step->as_of.day - day->base, -day->factor,
        aggregation->lane.as.integers + chosen->row);
    if (day->present != NULL && chosen->row == 0) { /* later runs add to its last word */
        bits_copy(day->present, row, count, aggregation->lane.present);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (day->present == NULL || bit_at(day->present, row + i))
            lane_set_present(&aggregation->lane, chosen->row + i);
}

static void days_since_run(const Aggregation *aggregation, bool is_first)
{
    const Chosen *chosen = &aggregation->chosen;
    const Lane *lane = &aggregation->lane;
    int64_t as_of = aggregation->step->as_of.day;
    const Column *known = is_first ? chosen->stream->first_day : chosen->stream->last_day;
    if (chosen->is_none) return;
    if (aggregation->is_all && known != NULL) {
        known_days_run(aggregation, known);
        return;
    }
    for (size_t row = 0; row < chosen->rows_count; row++) {
        uint32_t begin = chosen_row_begin(chosen, row), end = chosen_row_begin(chosen, row + 1);
        uint32_t found =
            is_first ? chosen_first(chosen, begin, end) : chosen_last(chosen, begin, end);
        if (found == end) continue;
        int64_t day = column_integer(&chosen->stream->day, chosen->begin + found);
        lane->as.integers[chosen->row + row] = as_of - day;
        lane_set_present(lane, chosen->row + row);
    }
}

/* Events come in the order of time, so a period that comes again comes at once. */
static int64_t periods_of_row(const int64_t *periods, RowEvents events)
{
    int64_t count = events.count > 0;
    for (size_t i = 1; i < events.count; i++)
        count += periods[row_event(events, i)] != periods[row_event(events, i - 1)];
    return count;
}

static void periods_run(Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    if (chosen->is_none) return;
    size_t size_bytes = chosen->count * sizeof(int64_t);
    int64_t *periods = event_memory_room(aggregation->memory, ROOM_PERIODS, size_bytes);
    event_periods(chosen, aggregation->step, periods);
    aggregation_make_room(aggregation);
    FOR_EACH_NEEDED_ROW (row, chosen)
        aggregation->lane.as.integers[chosen->row + row] =
            periods_of_row(periods, aggregation_row(aggregation, row));
}

/* ---- the switch ---- */

/* NOLINT(function-size): dispatch */
static Status aggregate_run(Aggregation *aggregation, Error *err)
{
    switch (aggregation->step->node->as.aggregate.kind) {
    case AGGREGATE_COUNT: counts_run(aggregation); return STATUS_OK;
    case AGGREGATE_ANY: any_run(&aggregation->chosen, aggregation->lane.as.bits); return STATUS_OK;
    case AGGREGATE_NONE:
        none_run(&aggregation->chosen, aggregation->lane.as.bits);
        return STATUS_OK;
    case AGGREGATE_DAYS_SINCE_FIRST: days_since_run(aggregation, true); return STATUS_OK;
    case AGGREGATE_DAYS_SINCE_LAST: days_since_run(aggregation, false); return STATUS_OK;
    case AGGREGATE_PERIODS: periods_run(aggregation); return STATUS_OK;
    case AGGREGATE_DISTINCT:
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST:
    case AGGREGATE_MOST_COMMON: values_run(aggregation); return STATUS_OK;
    case AGGREGATE_SUM:
    case AGGREGATE_AVG:
    case AGGREGATE_MEDIAN:
    case AGGREGATE_STDDEV:
    case AGGREGATE_CV:
    case AGGREGATE_SLOPE: return statistics_run(aggregation, err);
    case AGGREGATE_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return STATUS_OK;
}

static bool is_never_missing(AggregateKind kind)
{
    switch (kind) {
    case AGGREGATE_COUNT:
    case AGGREGATE_SUM:
    case AGGREGATE_DISTINCT:
    case AGGREGATE_PERIODS:
    case AGGREGATE_ANY:
    case AGGREGATE_NONE:
    case AGGREGATE_SLOPE: return true;
    case AGGREGATE_AVG:
    case AGGREGATE_MEDIAN:
    case AGGREGATE_STDDEV:
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST:
    case AGGREGATE_MOST_COMMON:
    case AGGREGATE_DAYS_SINCE_FIRST:
    case AGGREGATE_DAYS_SINCE_LAST:
    case AGGREGATE_CV:
    case AGGREGATE_COUNT_OF_KINDS: break;
    }
    return false;
}

static Status choose(Scope *customers, const Step *step, EventRun run, const uint64_t *need,
                     Aggregation *aggregation, Error *err)
{
    TRY(chosen_open(customers, run, &step->events, need, &aggregation->chosen, err));
    aggregation->is_all = aggregation->chosen.mask == NULL;
    if (step->node->as.aggregate.field == NULL) return STATUS_OK;
    aggregation->field = event_field_of(&aggregation->chosen, step);
    if (!values_by_codes(aggregation))
        event_field_keep_present(&aggregation->field, &aggregation->chosen);
    else if (aggregation->field.column->is_empty)
        aggregation->chosen.is_none = true;
    return STATUS_OK;
}

/* any and none of few customers; false when it is something else. */
static bool any_or_none_of_few(Scope *customers, const Step *step, const uint64_t *need,
                               Vector *ret_vector)
{
    AggregateKind kind = step->node->as.aggregate.kind;
    if (kind != AGGREGATE_ANY && kind != AGGREGATE_NONE) return false;
    uint64_t *bits = scope_bits(customers);
    if (!events_any_of_few(customers, &step->events, need, bits)) return false;
    ret_vector->as.bits = kind == AGGREGATE_ANY ? bits : scope_without(customers, need, bits);
    ret_vector->kind = LANE_BITS;
    ret_vector->present = NULL;
    return true;
}

Status aggregate_value(Scope *customers, const Step *step, const uint64_t *need, Vector *ret_vector,
                       Error *err)
{
    if (any_or_none_of_few(customers, step, need, ret_vector)) return STATUS_OK;
    EventRunList runs = event_runs(customers, step->events.stream_index, need);
    Aggregation aggregation = {
        .step = step,
        .lane = lane_new(step->node->type, customers->count, customers->arena),
        .memory = customers->worker->events,
    };
    for (size_t i = 0; i < runs.count; i++) {
        TRY(choose(customers, step, runs.items[i], need, &aggregation, err));
        Status status = aggregate_run(&aggregation, err);
        chosen_close(&aggregation.chosen);
        if (status != STATUS_OK) return status;
    }
    *ret_vector = lane_vector(&aggregation.lane);
    if (is_never_missing(step->node->as.aggregate.kind)) ret_vector->present = NULL;
    return STATUS_OK;
}

Status events_any(Scope *customers, const StepEvents *events, const uint64_t *need,
                  uint64_t **ret_bits, Error *err)
{
    uint64_t *bits = ARENA_ARRAY(customers->arena, uint64_t, bit_words(customers->count));
    *ret_bits = bits;
    if (events_any_of_few(customers, events, need, bits)) return STATUS_OK;
    EventRunList runs = event_runs(customers, events->stream_index, need);
    for (size_t i = 0; i < runs.count; i++) {
        Chosen chosen;
        TRY(chosen_open(customers, runs.items[i], events, need, &chosen, err));
        any_run(&chosen, bits);
        chosen_close(&chosen);
    }
    return STATUS_OK;
}
