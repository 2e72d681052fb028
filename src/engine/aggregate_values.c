/* aggregate_values.c -- which values there are: distinct, min, max, first, last, most_common.
 *
 * Values that compare equal are one value; where such a value is returned, it is in the spelling of
 * its earliest event. Texts, items and numbers that lie near each other are compared as codes; what
 * was met in a row is marked by code, with a mark per row, so that nothing is sorted or cleared. */
#include "engine/aggregate.h"
#include "engine/groups.h"
#include "engine/numbers.h"

#include <string.h>

/* Numbers within so small a range are compared as codes. */
enum { NEAR_NUMBERS_MAX = 1 << 16 };

/* ---- first, last ---- */

static void first_or_last_run(const Aggregation *aggregation, bool is_first)
{
    const Chosen *chosen = &aggregation->chosen;
    for (size_t row = 0; row < chosen->rows_count; row++) {
        uint32_t begin = chosen_row_begin(chosen, row), end = chosen_row_begin(chosen, row + 1);
        uint32_t found =
            is_first ? chosen_first(chosen, begin, end) : chosen_last(chosen, begin, end);
        if (found != end)
            event_field_store(&aggregation->field, found, &aggregation->lane, chosen->row + row);
    }
}

/* ---- by codes; 0 is missing ---- */

typedef struct {
    uint32_t mark, count;
} Tally;

/* The codes of a run's events, and what was met. */
typedef struct {
    uint32_t *codes;
    uint32_t max;
    uint32_t *seen; /* distinct: the mark of the row that met it */
    Tally *tallies; /* most_common */
    EventMemory *memory;
} Codes;

static int64_t distinct_codes(const Codes *codes, RowEvents events)
{
    uint32_t mark = event_memory_mark(codes->memory);
    int64_t count = 0;
    codes->seen[0] = mark;
    for (size_t i = 0; i < events.count; i++) {
        uint32_t code = codes->codes[row_event(events, i)];
        count += codes->seen[code] != mark;
        codes->seen[code] = mark;
    }
    return count;
}

static uint32_t least_code(const Codes *codes, RowEvents events)
{
    uint32_t found = UINT32_MAX; /* of codes - 1, so that 0 is the greatest */
    for (size_t i = 0; i < events.count; i++) {
        uint32_t code = codes->codes[row_event(events, i)] - 1;
        found = code < found ? code : found;
    }
    return found + 1;
}

static uint32_t greatest_code(const Codes *codes, RowEvents events)
{
    uint32_t found = 0;
    for (size_t i = 0; i < events.count; i++) {
        uint32_t code = codes->codes[row_event(events, i)];
        found = code > found ? code : found;
    }
    return found;
}

static uint32_t most_common_code(const Codes *codes, RowEvents events)
{
    uint32_t mark = event_memory_mark(codes->memory), found = 0, most = 0;
    for (size_t i = 0; i < events.count; i++) {
        uint32_t code = codes->codes[row_event(events, i)];
        if (code == 0) continue;
        Tally *tally = &codes->tallies[code];
        tally->count = tally->mark == mark ? tally->count + 1 : 1;
        tally->mark = mark;
        bool is_better = tally->count > most || (tally->count == most && code < found);
        if (is_better) found = code;
        if (is_better) most = tally->count;
    }
    return found;
}

/* The value of the earliest event with the code of the answer, if there is one. */
static void store_code(const Aggregation *aggregation, const Codes *codes, RowEvents events,
                       uint32_t code, size_t place)
{
    if (code == 0) return;
    size_t i = 0;
    while (codes->codes[row_event(events, i)] != code)
        i++;
    event_field_store(&aggregation->field, row_event(events, i), &aggregation->lane, place);
}

static void row_by_codes(const Aggregation *aggregation, const Codes *codes, size_t row)
{
    RowEvents events = aggregation_row(aggregation, row);
    size_t place = aggregation->chosen.row + row;
    if (events.count == 0) return;
    AggregateKind kind = aggregation->step->node->as.aggregate.kind;
    if (kind == AGGREGATE_DISTINCT) {
        aggregation->lane.as.integers[place] = distinct_codes(codes, events);
        return;
    }
    uint32_t code = kind == AGGREGATE_MIN   ? least_code(codes, events)
                    : kind == AGGREGATE_MAX ? greatest_code(codes, events)
                                            : most_common_code(codes, events);
    store_code(aggregation, codes, events, code, place);
}

/* The distance of each number from the least one, from 1. */
static uint32_t codes_of_numbers(const Aggregation *aggregation, uint32_t *ret_codes)
{
    int64_t min, max;
    const int64_t *numbers = aggregation_numbers(aggregation);
    bool is_known = event_field_bounds(&aggregation->field, &min, &max);
    ASSERT(is_known);
    for (size_t i = 0; i < aggregation->chosen.count; i++)
        ret_codes[i] = (uint32_t)(numbers[i] - min) + 1;
    return (uint32_t)(max - min) + 1;
}

static void run_by_codes(Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    Codes codes = {.memory = aggregation->memory};
    codes.codes = event_memory_room(codes.memory, ROOM_CODES, chosen->count * sizeof(uint32_t));
    codes.max = event_field_has_codes(&aggregation->field)
                    ? event_field_codes(&aggregation->field, chosen, codes.codes)
                    : codes_of_numbers(aggregation, codes.codes);
    size_t places = (size_t)codes.max + 1;
    if (aggregation->step->node->as.aggregate.kind == AGGREGATE_DISTINCT)
        codes.seen = event_memory_room(codes.memory, ROOM_SEEN, places * sizeof(uint32_t));
    if (aggregation->step->node->as.aggregate.kind == AGGREGATE_MOST_COMMON)
        codes.tallies = event_memory_room(codes.memory, ROOM_TALLIES, places * sizeof(Tally));
    aggregation_make_room(aggregation);
    FOR_EACH_NEEDED_ROW (row, chosen)
        row_by_codes(aggregation, &codes, row);
}

/* ---- by numbers ---- */

static int64_t least(const int64_t *numbers, size_t count)
{
    int64_t found = numbers[0];
    for (size_t i = 1; i < count; i++)
        found = numbers[i] < found ? numbers[i] : found;
    return found;
}

static int64_t greatest(const int64_t *numbers, size_t count)
{
    int64_t found = numbers[0];
    for (size_t i = 1; i < count; i++)
        found = numbers[i] > found ? numbers[i] : found;
    return found;
}

/* Equal numbers are one value, so it does not matter whose it is. */
static void store_number(const Lane *lane, size_t place, int64_t number)
{
    lane_set_present(lane, place);
    if (lane->lane == LANE_INTEGERS)
        lane->as.integers[place] = number;
    else if (number != 0)
        lane->as.bits[place / 64] |= UINT64_C(1) << (place % 64);
}

static void row_by_numbers(const Aggregation *aggregation, const int64_t *run_numbers, size_t row)
{
    RowEvents events = aggregation_row(aggregation, row);
    size_t place = aggregation->chosen.row + row, count = events.count;
    if (count == 0) return;
    const int64_t *numbers = aggregation_row_numbers(aggregation, run_numbers, events);
    AggregateKind kind = aggregation->step->node->as.aggregate.kind;
    const Lane *lane = &aggregation->lane;
    int64_t *keys = aggregation->keys, *spare = aggregation->spare;
    if (kind == AGGREGATE_MIN || kind == AGGREGATE_MAX) {
        store_number(lane, place,
                     kind == AGGREGATE_MIN ? least(numbers, count) : greatest(numbers, count));
        return;
    }
    if (numbers != keys) memcpy(keys, numbers, count * sizeof *keys);
    if (kind == AGGREGATE_DISTINCT)
        lane->as.integers[place] = (int64_t)numbers_distinct(keys, spare, count);
    else
        store_number(lane, place, numbers_most_common(keys, spare, count));
}

static void run_by_numbers(Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    const int64_t *numbers = aggregation_numbers(aggregation);
    aggregation_make_room(aggregation);
    FOR_EACH_NEEDED_ROW (row, chosen)
        row_by_numbers(aggregation, numbers, row);
}

/* ---- distinct without a look at the events ---- */

/* How many different texts of his own a customer has is known, when they all are chosen. */
static bool is_count_known(const Aggregation *aggregation)
{
    const EventField *field = &aggregation->field;
    return aggregation->step->node->as.aggregate.kind == AGGREGATE_DISTINCT &&
           aggregation->chosen.mask == NULL && field->kind == FIELD_OWN_CODE &&
           field->facts->ranks == NULL && field->column->dictionary->joined == NULL;
}

static void known_counts_run(const Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    uint32_t begin = (uint32_t)(chosen->customers->begin + chosen->row);
    for (uint32_t row = 0; row < chosen->rows_count; row++)
        aggregation->lane.as.integers[chosen->row + row] =
            column_own_count(aggregation->field.column, begin + row);
}

/* ---- distinct own texts: their numbers are small and a byte each ---- */

static bool has_own_bytes(const Aggregation *aggregation)
{
    const EventField *field = &aggregation->field;
    return aggregation->step->node->as.aggregate.kind == AGGREGATE_DISTINCT &&
           aggregation->chosen.mask != NULL && field->kind == FIELD_OWN_CODE &&
           field->facts->ranks == NULL && field->column->dictionary->joined == NULL &&
           field->column->width_bytes == 1;
}

/* Of a customer with more of them. */
static int64_t distinct_of_many(const Aggregation *aggregation, size_t row, uint32_t image_row)
{
    const Chosen *chosen = &aggregation->chosen;
    const Column *column = aggregation->field.column;
    uint32_t begin = chosen_row_begin(chosen, row), end = chosen_row_begin(chosen, row + 1);
    size_t places = (size_t)column_own_count(column, image_row) + 1;
    Codes codes = {.memory = aggregation->memory};
    codes.codes = event_memory_room(codes.memory, ROOM_CODES, (end - begin) * sizeof(uint32_t));
    codes.seen = event_memory_room(codes.memory, ROOM_SEEN, places * sizeof(uint32_t));
    column_own_codes(column, chosen->stream->offsets, image_row, image_row + 1, codes.codes);
    RowEvents events = aggregation_row(aggregation, row);
    for (size_t i = 0; i < events.count; i++)
        aggregation->positions[i] = events.positions[i] - begin;
    return distinct_codes(&codes, events);
}

/* The numbers of customers with more texts than a byte counts are elsewhere. */
static bool has_all_in_bytes(const Column *column, uint32_t row_begin, uint32_t row_end)
{
    if (column->wide_rows_count == 0) return true;
    for (uint32_t row = row_begin; row < row_end; row++)
        if (column_own_count(column, row) > UINT8_MAX) return false;
    return true;
}

/* Where the events of each text stand together; false when they do not. */
static bool own_groups_run(const Aggregation *aggregation, const uint8_t *numbers,
                           uint32_t image_row)
{
    const Chosen *chosen = &aggregation->chosen;
    const Column *column = aggregation->field.column;
    const Kernels *kernels = chosen->customers->worker->kernels;
    uint32_t image_end = image_row + (uint32_t)chosen->rows_count;
    if (!has_all_in_bytes(column, image_row, image_end)) return false;
    size_t words_count = bit_words(chosen->count);
    uint64_t *ends = ARENA_ARRAY(chosen->scope->arena, uint64_t, words_count);
    uint64_t *present = ARENA_ARRAY(chosen->scope->arena, uint64_t, words_count);
    RowNumbers rows = {.numbers = numbers,
                       .offsets = chosen->offsets,
                       .rows_count = chosen->rows_count,
                       .different_count = column_own_first(column, image_end) -
                                          column_own_first(column, image_row)};
    if (!groups_find(&rows, kernels, ends, present)) return false;
    groups_keep_chosen(chosen->mask, present, words_count, ends);
    kernels->count_per_row(chosen->offsets, chosen->rows_count, ends,
                           aggregation->lane.as.integers + chosen->row);
    return true;
}

static void own_bytes_run(Aggregation *aggregation)
{
    const Chosen *chosen = &aggregation->chosen;
    const Column *column = aggregation->field.column;
    const uint8_t *numbers = (const uint8_t *)column->data + chosen->begin;
    uint32_t image_row = (uint32_t)(chosen->customers->begin + chosen->row);
    if (own_groups_run(aggregation, numbers, image_row)) return;
    const uint32_t *firsts = column->own_firsts == NULL ? NULL : column->own_firsts + image_row;
    int64_t *counts = aggregation->lane.as.integers + chosen->row;
    chosen->customers->worker->kernels->distinct_per_row(chosen->offsets, chosen->rows_count,
                                                         chosen->mask, numbers, firsts, counts);
    aggregation_make_room(aggregation);
    for (size_t row = 0; row < chosen->rows_count; row++)
        if (counts[row] == KERNEL_MANY)
            counts[row] = distinct_of_many(aggregation, row, image_row + (uint32_t)row);
}

/* ---- which way ---- */

bool values_by_codes(const Aggregation *aggregation)
{
    AggregateKind kind = aggregation->step->node->as.aggregate.kind;
    bool is_compared = kind == AGGREGATE_DISTINCT || kind == AGGREGATE_MOST_COMMON ||
                       kind == AGGREGATE_MIN || kind == AGGREGATE_MAX;
    return is_compared && event_field_has_codes(&aggregation->field);
}

/* Whether the numbers of the field lie so near each other that marks by number are better. */
static bool has_near_numbers(const EventField *field)
{
    int64_t min, max;
    return event_field_bounds(field, &min, &max) && max - min < NEAR_NUMBERS_MAX;
}

void values_run(Aggregation *aggregation)
{
    AggregateKind kind = aggregation->step->node->as.aggregate.kind;
    bool is_counted = kind == AGGREGATE_DISTINCT || kind == AGGREGATE_MOST_COMMON;
    if (aggregation->chosen.is_none) return;
    if (kind == AGGREGATE_FIRST || kind == AGGREGATE_LAST)
        first_or_last_run(aggregation, kind == AGGREGATE_FIRST);
    else if (is_count_known(aggregation))
        known_counts_run(aggregation);
    else if (has_own_bytes(aggregation))
        own_bytes_run(aggregation);
    else if (values_by_codes(aggregation) || (is_counted && has_near_numbers(&aggregation->field)))
        run_by_codes(aggregation);
    else
        run_by_numbers(aggregation);
}
