/* registry.h -- all segments of a data set as they are now: cards by id, name and code, and the
 * names that rules may use.
 *
 * A registry is a snapshot in its arena; after a segment was added, changed or removed, load it
 * again. It belongs to one thread. */
#pragma once

#include "lang/catalog.h"
#include "segment/card.h"
#include "store/segments.h"

typedef struct {
    uint32_t id;
    uint32_t version; /* of the card */
    SegmentCard card;
    Moment scheduled_at; /* when its schedule was set */
    bool was_attempted;  /* forming, last at: */
    Moment attempted_at;
    Text failure; /* why the last attempt failed; empty when it did not */
    bool was_formed;
    SegmentAsked asked;
} Segment;

typedef struct {
    Segment *items; /* by name */
    size_t count;
} Registry;

/* With a memo cards live in it: until the next load with it, or its end. It may be NULL.
 * errors  CORRUPT for a damaged card */
MUST_CHECK Status registry_load(Store *store, CardMemo *memo, Arena *arena, Registry *ret_registry,
                                Error *err);

/* The day that its rule was asked about last; `last` is its last forming. */
Date segment_last_asked(const Segment *segment, const FormingRow *last);

/* Whether an ascending list of segments has one. */
bool segment_ids_have(const uint32_t *ids, size_t count, uint32_t id);

/* NULL when there is none. */
const Segment *registry_find(const Registry *registry, uint32_t id);
/* By name, folded, or by code. NOT_FOUND names a near one. */
MUST_CHECK Status registry_get(const Registry *registry, Text name_or_code,
                               const Segment **ret_segment, Error *err);

/* The names for a Catalog; those marked for deletion are left out. */
NamedSet *registry_names(const Registry *registry, Arena *arena, size_t *ret_count);
