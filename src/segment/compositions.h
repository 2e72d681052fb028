/* compositions.h -- stored compositions as the language asks for them: member, was_member, entered,
 * left of segments that are not dynamic.
 *
 * Everything that some expressions need is read before they are evaluated, so that the lookups only
 * test bits and may be called from any number of threads. A set given by compositions_override
 * stands for the present composition: within one run of forming a segment sees the others as that
 * run forms them. */
#pragma once

#include "eval/eval.h"
#include "store/segments.h"

typedef struct Compositions Compositions;

/* Reads through `store`, in its snapshot or batch if one is open. */
Compositions *compositions_new(Store *store);
void compositions_free(Compositions *compositions); /* accepts NULL */
void compositions_done(Compositions **compositions);

/* Read what an expression will ask as of a day. Not while lookups are in use. */
MUST_CHECK Status compositions_prepare(Compositions *compositions, const Expression *expression,
                                       Date as_of, Error *err);
/* From a day on the segment is composed so; the set is copied. */
void compositions_override(Compositions *compositions, uint32_t segment_id, Date from,
                           const CustomerSet *set);

/* Valid as long as the compositions. */
const Lookups *compositions_lookups(Compositions *compositions);
