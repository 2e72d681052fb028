/* scan.h -- inside of the reports: one pass over the customers of a generation, by several threads.
 *
 * Every thread adds up in a state of its own; sums are exact integers, so it does not matter which
 * thread saw whom. */
#pragma once

#include "report/subjects.h"

/* Customers of one image, row_begin .. row_end-1. */
typedef struct {
    const Image *image;
    uint32_t row_begin, row_end;
    const uint64_t *masks; /* by row from row_begin on: groups; 0: not to be looked at */
    Arena *scratch;        /* empty at the begin of each call */
} ScanRows;

typedef struct {
    void (*work)(void *state, const ScanRows *rows);
    void **states; /* one per thread */
    size_t states_count;
    uint64_t groups;  /* only customers of these */
    const char *what; /* for the progress */
} ScanJob;

/* How many states a scan needs. */
size_t scan_threads(const ReportContext *context);
/* errors  CANCELLED */
MUST_CHECK Status scan_run(const Reporting *reporting, const ScanJob *job, Error *err);

/* ---- columns of events ---- */

/* Numbers of the positions of some events. */
typedef struct {
    const int64_t *values;
    const uint64_t *present; /* NULL: nothing is missing */
    uint64_t begin;
    bool is_empty;
} ScanNumbers;

/* The events of the rows: positions begin .. end-1 of the stream. */
typedef struct {
    const StreamColumns *stream;
    uint64_t begin, end;
} ScanEvents;

ScanEvents scan_events(const ScanRows *rows, size_t stream_index);
/* Numbers, codes or item rows as they are stored; not for COLUMN_OWN_CODE. */
ScanNumbers scan_numbers(const ScanEvents *events, const Column *column, Arena *scratch);

static inline bool scan_has(const ScanNumbers *numbers, uint64_t index)
{
    uint64_t position = numbers->begin + index;
    if (numbers->is_empty) return false;
    return numbers->present == NULL || ((numbers->present[position / 64] >> (position % 64)) & 1);
}

/* Classes of equal texts: within a customer two events have the same number exactly when their
 * folded texts are equal; 0 is missing. */
typedef struct {
    const uint32_t *numbers;
    size_t numbers_max; /* none is greater */
} ScanClasses;

ScanClasses scan_classes(const ScanRows *rows, const ScanEvents *events, const Column *column);

/* A text property of a row, copied; empty when it is missing. */
Text scan_property(const Image *image, uint32_t row, size_t slot, Arena *arena);
