/* compositions.h -- stored compositions as the language asks for them: member, was_member, entered,
 * left of segments that are not dynamic.
 *
 * Everything that some expressions need is read before they are evaluated, so that the lookups only
 * test bits and may be called from any number of threads. A set given by compositions_override
 * stands for the present composition: within one run of forming a segment sees the others as that
 * run forms them. */
#pragma once

#include "eval/lookups.h"
#include "store/segments.h"

typedef struct Compositions Compositions;

/* Reads through `store`, in its snapshot or batch if one is open. */
Compositions *compositions_new(Store *store);

/* From a day on the segment is composed so; the set is copied. */
void compositions_override(Compositions *compositions, uint32_t segment_id, Date from,
                           const CustomerSet *set);

/* Who was in at the end of a day; the set is the caller's to free. */
MUST_CHECK Status composition_on(Store *store, uint32_t segment_id, Date day,
                                 CustomerSet *ret_composition, Error *err);

/* The compositions as a source; closing it frees them. */
LookupSource compositions_source(Compositions *compositions);
/* The same of its own: a LookupProvider. */
LookupSource compositions_provide(Store *store);
