/* aggregate.h -- inside of aggregates: one run of customers, their chosen events, where the results
 * go. */
#pragma once

#include "engine/events.h"

typedef struct {
    const Step *step;
    Chosen chosen;
    EventField field; /* of an aggregate of a field; then only events that have it are chosen */
    Lane lane;        /* of the block's rows */
    EventMemory *memory;
    bool is_all; /* every event was chosen, before the field was asked for */
    /* Room for one row's events. */
    uint32_t *positions;
    int64_t *keys, *spare;
} Aggregation;

/* A row's chosen events. */
typedef struct {
    const uint32_t *positions; /* NULL: one after another */
    uint32_t first;
    size_t count;
} RowEvents;

/* Room for one row's events; once per run. */
void aggregation_make_room(Aggregation *aggregation);
RowEvents aggregation_row(const Aggregation *aggregation, size_t row);
static inline uint32_t row_event(RowEvents events, size_t index)
{
    return events.positions == NULL ? events.first + (uint32_t)index : events.positions[index];
}

/* Numbers of all events of the run, of the field. */
int64_t *aggregation_numbers(const Aggregation *aggregation);
/* The same as they lie in the column, of narrow ones without widening them. */
KernelColumn aggregation_column(const Aggregation *aggregation);
/* Those of a row's events, one after another: in place, or collected in aggregation->keys. */
const int64_t *aggregation_row_numbers(const Aggregation *aggregation, const int64_t *numbers,
                                       RowEvents events);

/* LIMIT in the name of a row's customer. */
MUST_CHECK Status aggregation_overflow(const Aggregation *aggregation, size_t row, Error *err);

/* statistics.c: sum, avg, median, stddev, cv, slope */
MUST_CHECK Status statistics_run(Aggregation *aggregation, Error *err);
/* variation.c: cv, when neither sums nor squares of one customer leave 63 bits */
bool variations_fit(const Aggregation *aggregation);
MUST_CHECK Status variations_run(Aggregation *aggregation, Error *err);
/* aggregate_values.c: distinct, min, max, first, last, most_common */
void values_run(Aggregation *aggregation);
/* Whether those are found by codes, of which 0 is missing. */
bool values_by_codes(const Aggregation *aggregation);
