/* refresh.h -- which customers a live segment has to be asked about again. Inside of src/segment.
 *
 * A composition that is known to be what its rule gave, on the same day, for an earlier version of
 * the data, stays true for everybody who did not change since. Rules that rank customers or read
 * stored sets are asked about everybody. */
#pragma once

#include "segment/forming.h"

typedef struct {
    const FormingContext *context;
    CustomerSet asked; /* whom any of them has to be asked about */
    /* The changes that were read last. */
    bool has_changes;
    uint64_t since;
    StoreChanges changes;
} Refresh; /* begins with the context alone */

void refresh_done(Refresh *refresh);

typedef enum {
    REFRESH_EVERYBODY,
    REFRESH_CHANGED,
    REFRESH_NOBODY /* it is true as it is */
} RefreshScope;

/* Adds to `asked` whom the rule of a segment must be asked about. */
MUST_CHECK Status refresh_scope(Refresh *refresh, const Segment *segment, const Expression *rule,
                                RefreshScope *ret_scope, Error *err);

/* From what the rule gives for those asked about to what it gives for everybody. */
MUST_CHECK Status refresh_complete(const Refresh *refresh, const Segment *segment,
                                   CustomerSet *found, Error *err);

/* What is known once the rule was asked. */
SegmentAsked refresh_asked(const FormingContext *context, const Expression *rule);
