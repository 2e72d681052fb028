/* segments.h -- a thousand segments as a company might have them, each as an expression of the
 * language and as the parts of a query in SQL.
 *
 * 40 % sums of a window, 20 % numbers of events, 20 % about an item, 20 % about a group of items;
 * 70 % with conditions on attributes. Windows are the last 7, 14, 30, 60, 90, 180, 365 days or all
 * time, and unless only those shared ones are wanted, 30 % are arbitrary. The same seed gives the
 * same segments. */
#pragma once

#include "bench/data.h"

typedef struct {
    Text rule; /* in the language */
    /* In SQL: conditions on the customer ("1=1" when there are none), what is aggregated ("sum" of
     * amounts in cents or "count"), over which purchases, and how it is compared.
     * {d:2025-12-30} stands for that day and {has:X} for "has the interest X". */
    Text attributes, aggregate, filter, comparison;
} BenchSegment;

typedef struct {
    uint64_t seed;
    bool has_shared_windows_only;
    bool has_relative_windows_only; /* no written dates: what changes when the day turns */
    Date as_of;                     /* for the dates in the SQL */
} SegmentsWish;

BenchSegment *bench_segments(const SegmentsWish *wish, size_t count, Arena *arena);
