/* refresh.h -- which customers a live segment has to be asked about again. Inside of src/segment.
 *
 * A composition that is known to be what its rule gave, on some day and for an earlier version of
 * the data, stays true for everybody who did not change since and whom the new day does not move
 * (engine/standing.h). Rules that rank customers or read stored sets are asked about everybody. */
#pragma once

#include "segment/forming.h"

typedef struct {
    const FormingContext *context;
    const uint32_t *marked; /* segments with marks on customers, ascending */
    size_t marked_count;
    CustomerSet asked; /* who changed, for any of them */
    /* The changes that were read last: since the earliest version that was needed so far. */
    bool has_changes;
    uint64_t since;
    StoreChanges changes;
    uint64_t changes_count;
} Refresh;

/* In the snapshot of the run; lists are in the arena. To be ended also when it failed. */
MUST_CHECK Status refresh_begin(const FormingContext *context, Arena *arena, Refresh *ret_refresh,
                                Error *err);
void refresh_done(Refresh *refresh); /* accepts one that is zero */

typedef enum {
    REFRESH_EVERYBODY,
    REFRESH_CHANGED, /* who changed, and whom a new day moves */
    REFRESH_NOBODY   /* it is true as it is */
} RefreshScope;

/* `asked` holds whoever changed for it, and is marked in it. */
MUST_CHECK Status refresh_scope(Refresh *refresh, const Segment *segment, const Expression *rule,
                                RefreshScope *ret_scope, Error *err);

/* What is known once the rule was asked. */
SegmentAsked refresh_asked(const FormingContext *context, const Expression *rule);
