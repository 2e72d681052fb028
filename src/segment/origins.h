/* origins.h -- through what, when and by whom members of a stored composition came in. */
#pragma once

#include "segment/registry.h"

typedef struct {
    bool is_known; /* the journal names him; else nothing below */
    ChangeCause cause;
    Moment since;
    Text author, reason; /* of whoever put or keeps him there by hand, else of the forming */
} Origin;

/* Some members of a composition: the present one, that at the end of a day, or after a forming. */
typedef struct {
    uint32_t segment_id;
    bool is_present;     /* pins and marks of changes by hand count, too */
    Date as_of;          /* else */
    uint64_t forming_id; /* 0: of the day */
    const CustomerId *customers;
    size_t count;
} OriginsQuery;

/* One for each customer, in their order; texts are in the arena.
 * cost: the formings of the segment, the newest first, until all are found */
MUST_CHECK Status origins_read(Store *store, const OriginsQuery *query, Arena *arena,
                               Origin **ret_origins, Error *err);
