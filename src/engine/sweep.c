/* sweep.c -- many counts and sums at once for a run of customers, by the plan. */
#include "base/memory.h"
#include "engine/kernels_common.h"
#include "engine/sweep_inside.h"

#include <stdlib.h>

/* The events of a run in one order. `values` are of one measure at a time. */
typedef struct {
    uint16_t *rows;    /* of the run */
    uint16_t *buckets; /* of time */
    uint16_t *classes; /* of keys */
    int64_t *values;   /* of the field; 0 where missing */
} Ordered;

struct SweepMemory {
    size_t events_max, starts_max, totals_max; /* what there is room for */
    uint32_t *places;                          /* of events in the order of time */
    uint32_t *keyed_from; /* by place in the order of classes: that in the order of time */
    uint16_t *buckets;    /* of events as they are stored */
    Ordered timed, keyed;
    uint32_t *bucket_starts, *class_starts, *next;
    int64_t *totals, *differences; /* by row */
    int64_t *remembered;           /* IMAGE_BLOCK_ROWS per place */
};

/* One run. */
typedef struct {
    const SweepPlan *plan;
    SweepMemory *memory;
    const Kernels *kernels;
    SweepRows rows;
    const uint32_t *offsets; /* of the first row */
    size_t events_count;
    const SweepAnswer *answers;
} Run;

/* ---- memory ---- */

SweepMemory *sweep_memory_new(void)
{
    SweepMemory *memory = MEMORY_NEW(SweepMemory);
    memory->totals = memory_alloc(IMAGE_BLOCK_ROWS * sizeof(int64_t));
    memory->differences = memory_alloc(IMAGE_BLOCK_ROWS * sizeof(int64_t));
    return memory;
}

static void free_events(SweepMemory *memory)
{
    free(memory->places);
    free(memory->keyed_from);
    free(memory->buckets);
    free(memory->timed.rows);
    free(memory->timed.classes);
    free(memory->timed.values);
    free(memory->keyed.rows);
    free(memory->keyed.buckets);
    free(memory->keyed.values);
}

static void free_starts(SweepMemory *memory)
{
    free(memory->bucket_starts);
    free(memory->class_starts);
    free(memory->next);
}

void sweep_memory_free(SweepMemory *memory)
{
    if (memory == NULL) return;
    free_events(memory);
    free_starts(memory);
    free(memory->totals);
    free(memory->differences);
    free(memory->remembered);
    free(memory);
}

static void *array_of(size_t count, size_t size_bytes)
{
    return memory_alloc(memory_product(count, size_bytes));
}

static void reserve_events(SweepMemory *memory, size_t count)
{
    if (count <= memory->events_max) return;
    free_events(memory);
    memory->events_max = count = count + count / 2;
    memory->places = array_of(count, sizeof(uint32_t));
    memory->keyed_from = array_of(count, sizeof(uint32_t));
    memory->buckets = array_of(count, sizeof(uint16_t));
    memory->timed.rows = array_of(count, sizeof(uint16_t));
    memory->timed.classes = array_of(count, sizeof(uint16_t));
    memory->timed.values = array_of(count, sizeof(int64_t));
    memory->keyed.rows = array_of(count, sizeof(uint16_t));
    memory->keyed.buckets = array_of(count, sizeof(uint16_t));
    memory->keyed.values = array_of(count, sizeof(int64_t));
}

static void reserve_plan(SweepMemory *memory, const SweepPlan *plan)
{
    size_t starts =
        2 + (plan->buckets_count > plan->classes_count ? plan->buckets_count : plan->classes_count);
    if (starts > memory->starts_max) {
        free_starts(memory);
        memory->starts_max = starts;
        memory->bucket_starts = array_of(starts, sizeof(uint32_t));
        memory->class_starts = array_of(starts, sizeof(uint32_t));
        memory->next = array_of(starts, sizeof(uint32_t));
    }
    if (plan->places_count > memory->totals_max) {
        free(memory->remembered);
        memory->totals_max = plan->places_count;
        memory->remembered = array_of(plan->places_count, IMAGE_BLOCK_ROWS * sizeof(int64_t));
    }
}

/* ---- the order of time ---- */

static inline void find_buckets(const Run *run, uint8_t width_bytes)
{
    const void *days = kernel_from(run->plan->stream->day.data, width_bytes, run->offsets[0]);
    const uint16_t *bucket_of_day = run->plan->bucket_of_day;
    uint16_t *buckets = run->memory->buckets;
    uint32_t *counts = run->memory->next;
    for (size_t i = 0; i < run->events_count; i++) {
        uint16_t bucket = bucket_of_day[kernel_stored(days, width_bytes, i)];
        buckets[i] = bucket;
        counts[bucket]++;
    }
}

static void find_buckets_of_width(const Run *run)
{
    switch (run->plan->stream->day.width_bytes) {
    case 1: find_buckets(run, 1); break;
    case 2: find_buckets(run, 2); break;
    case 4: find_buckets(run, 4); break;
    case 8: find_buckets(run, 8); break;
    default: /* all of one day */
        for (size_t i = 0; i < run->events_count; i++)
            run->memory->buckets[i] = run->plan->bucket_of_day[0];
        run->memory->next[run->plan->bucket_of_day[0]] += (uint32_t)run->events_count;
    }
}

/* `next` from counts to starts, which are kept in ret_starts. */
static void starts_of_counts(uint32_t *next, size_t count, uint32_t *ret_starts)
{
    uint32_t start = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t events = next[i];
        ret_starts[i] = next[i] = start;
        start += events;
    }
    ret_starts[count] = start;
}

static void order_by_time(const Run *run)
{
    SweepMemory *memory = run->memory;
    size_t buckets_count = run->plan->buckets_count + 1; /* and those of no interest */
    memset(memory->next, 0, buckets_count * sizeof *memory->next);
    find_buckets_of_width(run);
    starts_of_counts(memory->next, buckets_count, memory->bucket_starts);
    const uint32_t *offsets = run->offsets;
    for (size_t row = 0; row < run->rows.count; row++)
        for (uint32_t i = offsets[row] - offsets[0]; i < offsets[row + 1] - offsets[0]; i++) {
            uint32_t place = memory->next[memory->buckets[i]]++;
            memory->places[i] = place;
            memory->timed.rows[place] = (uint16_t)row;
        }
}

/* ---- the order of classes: within one, that of time ---- */

static inline void find_classes(const Run *run, uint8_t width_bytes)
{
    const void *keys = kernel_from(run->plan->key->data, width_bytes, run->offsets[0]);
    const uint16_t *class_of_key = run->plan->class_of_key;
    const uint32_t *places = run->memory->places;
    uint16_t *classes = run->memory->timed.classes;
    for (size_t i = 0; i < run->events_count; i++)
        classes[places[i]] = class_of_key[kernel_stored(keys, width_bytes, i)];
}

static void find_classes_of_width(const Run *run)
{
    const Column *key = run->plan->key;
    switch (key->width_bytes) {
    case 1: find_classes(run, 1); break;
    case 2: find_classes(run, 2); break;
    case 4: find_classes(run, 4); break;
    case 8: find_classes(run, 8); break;
    default: /* all of one key */
        for (size_t i = 0; i < run->events_count; i++)
            run->memory->timed.classes[i] = run->plan->class_of_key[key->base];
    }
}

static void order_by_class(const Run *run)
{
    SweepMemory *memory = run->memory;
    const uint16_t *classes = memory->timed.classes;
    size_t classes_count = run->plan->classes_count + 1;
    uint32_t events_count = memory->bucket_starts[run->plan->buckets_count];
    find_classes_of_width(run);
    memset(memory->next, 0, classes_count * sizeof *memory->next);
    for (uint32_t i = 0; i < events_count; i++)
        memory->next[classes[i]]++;
    starts_of_counts(memory->next, classes_count, memory->class_starts);
    for (uint16_t bucket = 0; bucket < run->plan->buckets_count; bucket++)
        for (uint32_t i = memory->bucket_starts[bucket]; i < memory->bucket_starts[bucket + 1];
             i++) {
            uint32_t place = memory->next[classes[i]]++;
            memory->keyed_from[place] = i;
            memory->keyed.rows[place] = memory->timed.rows[i];
            memory->keyed.buckets[place] = bucket;
        }
}

/* ---- the values of a field ---- */

static inline void place_values(const Run *run, const Column *field, uint8_t width_bytes)
{
    const void *stored = kernel_from(field->data, width_bytes, run->offsets[0]);
    const uint32_t *places = run->memory->places;
    int64_t *values = run->memory->timed.values;
    uint64_t base = (uint64_t)field->base, factor = (uint64_t)field->factor;
    for (size_t i = 0; i < run->events_count; i++)
        values[places[i]] = (int64_t)(base + factor * kernel_stored(stored, width_bytes, i));
}

static void clear_missing(const Run *run, const Column *field)
{
    for (size_t i = 0; i < run->events_count; i++)
        if (!bit_at(field->present, run->offsets[0] + i))
            run->memory->timed.values[run->memory->places[i]] = 0;
}

static void find_values(const Run *run, const Column *field)
{
    int64_t *values = run->memory->timed.values;
    int64_t everywhere = field->is_empty ? 0 : field->base;
    switch (field->width_bytes) {
    case 1: place_values(run, field, 1); break;
    case 2: place_values(run, field, 2); break;
    case 4: place_values(run, field, 4); break;
    case 8: place_values(run, field, 8); break;
    default:
        for (size_t i = 0; i < run->events_count; i++)
            values[i] = everywhere;
    }
    if (field->present != NULL) clear_missing(run, field);
}

static void find_values_by_class(const Run *run)
{
    SweepMemory *memory = run->memory;
    uint32_t events_count = memory->class_starts[run->plan->classes_count + 1];
    for (uint32_t i = memory->class_starts[1]; i < events_count; i++)
        memory->keyed.values[i] = memory->timed.values[memory->keyed_from[i]];
}

/* ---- answers ---- */

static void answer_use(const Run *run, const SweepUse *use, const int64_t *numbers)
{
    SweepAnswer answer = run->answers[use->member];
    size_t count = run->rows.count, words = bit_words(count);
    if (!use->is_test) {
        memcpy(answer.numbers, numbers, count * sizeof *numbers);
        return;
    }
    run->kernels->test_numbers(numbers, count, use->low, use->high, answer.bits);
    if (!use->is_opposite) return;
    for (size_t i = 0; i < words; i++)
        answer.bits[i] = ~answer.bits[i];
    if (count % 64 != 0) answer.bits[words - 1] &= (UINT64_C(1) << count % 64) - 1;
}

/* ---- totals through time ---- */

static void add_events(const Run *run, const SweepMeasure *measure, BucketRange buckets)
{
    const SweepMemory *memory = run->memory;
    uint32_t begin = memory->bucket_starts[buckets.begin], end = memory->bucket_starts[buckets.end];
    const uint16_t *rows = memory->timed.rows;
    const int64_t *values = memory->timed.values;
    uint64_t *totals = (uint64_t *)memory->totals; /* may wrap, differences do not */
    if (measure->field == NULL) {
        for (uint32_t i = begin; i < end; i++)
            totals[rows[i]]++;
    } else {
        for (uint32_t i = begin; i < end; i++)
            totals[rows[i]] += (uint64_t)values[i];
    }
}

static void answer_window(const Run *run, const SweepMove *move)
{
    SweepMemory *memory = run->memory;
    const int64_t *numbers = memory->totals;
    if (move->place != SWEEP_NO_PLACE) {
        const int64_t *before = memory->remembered + (size_t)move->place * IMAGE_BLOCK_ROWS;
        run->kernels->subtract(memory->totals, before, run->rows.count, memory->differences);
        numbers = memory->differences;
    }
    for (uint32_t i = 0; i < move->uses_count; i++)
        answer_use(run, &run->plan->uses[move->first_use + i], numbers);
}

static void run_moves(const Run *run, const SweepMeasure *measure)
{
    SweepMemory *memory = run->memory;
    size_t size_bytes = run->rows.count * sizeof *memory->totals;
    memset(memory->totals, 0, size_bytes);
    for (size_t i = 0; i < measure->moves.count; i++) {
        const SweepMove *move = &measure->moves.items[i];
        switch (move->kind) {
        case SWEEP_ADD: add_events(run, measure, move->buckets); break;
        case SWEEP_REMEMBER:
            memcpy(memory->remembered + (size_t)move->place * IMAGE_BLOCK_ROWS, memory->totals,
                   size_bytes);
            break;
        case SWEEP_ANSWER: answer_window(run, move); break;
        }
    }
    memset(memory->totals, 0, size_bytes);
}

/* ---- events of some keys; totals are 0 before and after ---- */

typedef struct {
    uint32_t begin, end; /* in the order of classes */
} EventRange;

/* The first event of a class, begin .. end - 1, of a bucket not before `bucket`. */
static uint32_t first_of_bucket(const uint16_t *buckets, EventRange range, uint16_t bucket)
{
    uint32_t begin = range.begin;
    for (uint32_t count = range.end - range.begin; count > 0;) {
        uint32_t half = count / 2;
        bool is_before = buckets[begin + half] < bucket;
        begin = is_before ? begin + half + 1 : begin;
        count = is_before ? count - half - 1 : half;
    }
    return begin;
}

static EventRange events_of(const Run *run, const SweepKeyed *keyed, uint32_t index)
{
    const SweepMemory *memory = run->memory;
    uint16_t class_ = run->plan->classes[keyed->first_class + index];
    EventRange range = {memory->class_starts[class_], memory->class_starts[class_ + 1]};
    if (keyed->buckets.begin > 0)
        range.begin = first_of_bucket(memory->keyed.buckets, range, keyed->buckets.begin);
    if (keyed->buckets.end < run->plan->buckets_count)
        range.end = first_of_bucket(memory->keyed.buckets, range, keyed->buckets.end);
    return range;
}

static void add_range(const Run *run, const SweepMeasure *measure, EventRange range)
{
    const uint16_t *rows = run->memory->keyed.rows;
    const int64_t *values = run->memory->keyed.values;
    uint64_t *totals = (uint64_t *)run->memory->totals;
    if (measure->field == NULL) {
        for (uint32_t i = range.begin; i < range.end; i++)
            totals[rows[i]]++;
    } else {
        for (uint32_t i = range.begin; i < range.end; i++)
            totals[rows[i]] += (uint64_t)values[i];
    }
}

static bool meets(const SweepUse *use, int64_t number)
{
    return (number >= use->low && number <= use->high) != use->is_opposite;
}

static void answer_nobody(const Run *run, const SweepUse *use)
{
    SweepAnswer answer = run->answers[use->member];
    size_t count = run->rows.count, words = bit_words(count);
    if (!use->is_test) {
        memset(answer.numbers, 0, count * sizeof *answer.numbers);
        return;
    }
    bool is_met = meets(use, 0);
    memset(answer.bits, is_met ? 0xff : 0, words * sizeof *answer.bits);
    if (is_met && count % 64 != 0) answer.bits[words - 1] = (UINT64_C(1) << count % 64) - 1;
}

/* Put in the rows of some events; a row of several is put in several times. */
static void answer_range(const Run *run, const SweepUse *use, EventRange range)
{
    SweepAnswer answer = run->answers[use->member];
    const uint16_t *rows = run->memory->keyed.rows;
    const int64_t *totals = run->memory->totals;
    for (uint32_t i = range.begin; i < range.end; i++) {
        uint16_t row = rows[i];
        if (!use->is_test) {
            answer.numbers[row] = totals[row];
            continue;
        }
        uint64_t bit = UINT64_C(1) << row % 64;
        uint64_t others = answer.bits[row / 64] & ~bit;
        answer.bits[row / 64] = others | (meets(use, totals[row]) ? bit : 0);
    }
}

static void run_keyed(const Run *run, const SweepMeasure *measure, const SweepKeyed *keyed)
{
    int64_t *totals = run->memory->totals;
    size_t events_count = 0;
    for (uint32_t i = 0; i < keyed->classes_count; i++) {
        EventRange range = events_of(run, keyed, i);
        events_count += range.end - range.begin;
        add_range(run, measure, range);
    }
    if (events_count > run->rows.count / 2) {
        answer_use(run, &keyed->use, totals);
        memset(totals, 0, run->rows.count * sizeof *totals);
        return;
    }
    answer_nobody(run, &keyed->use);
    for (uint32_t i = 0; i < keyed->classes_count && events_count > 0; i++)
        answer_range(run, &keyed->use, events_of(run, keyed, i));
    for (uint32_t i = 0; i < keyed->classes_count && events_count > 0; i++) {
        EventRange range = events_of(run, keyed, i);
        for (uint32_t k = range.begin; k < range.end; k++)
            totals[run->memory->keyed.rows[k]] = 0;
    }
}

/* ---- a run ---- */

static void run_measure(const Run *run, const SweepMeasure *measure, bool has_classes)
{
    if (measure->field != NULL) find_values(run, measure->field);
    if (measure->field != NULL && has_classes && measure->keyed.count > 0)
        find_values_by_class(run);
    run_moves(run, measure);
    for (size_t i = 0; i < measure->keyed.count; i++)
        run_keyed(run, measure, &measure->keyed.items[i]);
}

bool sweep_run(const SweepPlan *plan, SweepMemory *memory, const Kernels *kernels, SweepRows rows,
               const SweepAnswer *answers)
{
    const uint32_t *offsets = plan->stream->offsets + rows.row_begin;
    Run run = {.plan = plan,
               .memory = memory,
               .kernels = kernels,
               .rows = rows,
               .offsets = offsets,
               .events_count = offsets[rows.count] - offsets[0],
               .answers = answers};
    if (run.events_count > SWEEP_EVENTS_MAX) return false;
    ASSERT(rows.count <= IMAGE_BLOCK_ROWS);
    reserve_events(memory, run.events_count);
    reserve_plan(memory, plan);
    bool has_events = plan->buckets_count > 0;
    if (has_events) order_by_time(&run);
    bool has_classes = has_events && plan->classes_count > 0;
    if (has_classes) order_by_class(&run);
    for (size_t i = 0; i < plan->measures_count; i++)
        run_measure(&run, &plan->measures[i], has_classes);
    return true;
}
