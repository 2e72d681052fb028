/* run_source.h -- where runs are read from, and of whom: everybody, or only those whom somebody may
 * see. Counts, sums, shares and ranks of what is read through it are of those customers alone. */
#pragma once

#include "store/classifications.h"

typedef struct {
    Store *store;
    const CustomerSet *only; /* NULL: everybody */
} RunSource;

/* Freed at the end. */
typedef struct {
    RunClassList classes;
    RunColumnList columns;
} RunReading;

/* Classes with their customers, columns with their numbers.
 * errors  LIMIT when a class adds up to more than 18 digits */
MUST_CHECK Status run_source_read(RunSource source, uint64_t run_id, Arena *arena,
                                  RunReading *ret_reading, Error *err);
void run_reading_done(RunReading *reading); /* for AUTO */

/* The run with the base as the source sees it. */
RunRow run_source_row(RunSource source, const RunRow *run);
