/* overlap.h -- what segments have in common, and how they cover the base. Exact counts. */
#pragma once

#include "segment/segment_sets.h"

typedef struct {
    size_t first, second; /* places among the sets */
    uint64_t first_count, second_count, common_count;
} SegmentOverlap;

/* |A and B| / |A or B|; 0 when both are empty. */
double segment_overlap_jaccard(const SegmentOverlap *overlap);

/* Every two segments with a common customer, those with most in common first; `against` one of
 * them only, SIZE_MAX: all pairs. */
MUST_CHECK Status segment_overlaps(const SegmentSets *sets, size_t against, Arena *arena,
                                   SegmentOverlap **ret_overlaps, size_t *ret_count, Error *err);

enum { SEGMENT_REGIONS_SETS_MAX = 12 };

/* One combination of segments. */
typedef struct {
    uint32_t members;     /* a bit per set */
    uint64_t count;       /* customers in all of these, whatever else they are in */
    uint64_t exact_count; /* in all of these and in none of the other sets */
} SegmentRegion;

/* All combinations that have a customer, of one segment and more; in the order of their bits.
 * errors  LIMIT more than SEGMENT_REGIONS_SETS_MAX sets */
MUST_CHECK Status segment_regions(const SegmentSets *sets, Arena *arena,
                                  SegmentRegion **ret_regions, size_t *ret_count, Error *err);

typedef struct {
    const uint64_t *counts; /* [k]: customers in exactly k segments, k = 0 .. the sets' count */
    size_t most;            /* the largest k that occurs */
    CustomerSet in_none;    /* the caller's to free */
} SegmentCoverage;

MUST_CHECK Status segment_coverage(const SegmentSets *sets, Arena *arena,
                                   SegmentCoverage *ret_coverage, Error *err);
