/* outdated.h -- whether a stored composition stands for an older rule than that of the card. */
#pragma once

#include "segment/registry.h"

typedef struct {
    bool is_outdated;
    Moment changed_at; /* when the present rule was given */
} Outdated;

/* A live segment is formed by a new rule at once: it never is. Neither is one that was never formed
 * by its rule, or emptied since; other words of the card, and names that the rule uses, do not
 * count.
 * cost: nothing for a card of one version; else one row of the journal, and the versions when it is
 * of an older one */
MUST_CHECK Status segment_is_outdated(Store *store, const Segment *segment, Outdated *ret_outdated,
                                      Error *err);
