/* segment_sets.h -- who is in each of several segments, all at one moment: stored compositions as
 * they are, or were at the end of a day, dynamic segments evaluated as of that day. */
#pragma once

#include "segment/forming.h"

typedef struct {
    const Segment *const *segments; /* borrowed */
    CustomerSet *sets;              /* one per segment */
    uint64_t *counts;
    const Text *failures; /* why a dynamic one could not be evaluated, its set is empty then */
    size_t count;
    CustomerSet base; /* everybody there is */
    uint64_t base_count;
} SegmentSets;

typedef struct {
    const Segment *const *segments; /* borrowed by the result */
    size_t count;
    bool has_day; /* else: right now */
    Date day;
} SegmentSetsQuery;
/* errors  as engine_run; a rule that does not fit the data any more is a failure, not an error */
MUST_CHECK Status segment_sets_read(const FormingContext *context, const SegmentSetsQuery *query,
                                    Arena *arena, SegmentSets *ret_sets, Error *err);
/* Leave only these: sets, counts and the base are of them. */
void segment_sets_narrow(SegmentSets *sets, const CustomerSet *only);
void segment_sets_done(SegmentSets *sets); /* for AUTO */

/* Segments of a registry that are not marked for deletion. */
size_t segments_in_use(const Registry *registry, Arena *arena, const Segment ***ret_segments);
