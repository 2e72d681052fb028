/* meanwhile.h -- what others may do to a segment while its members are looked for without the lock,
 * and whether they did. Inside of src/segment. */
#pragma once

#include "base/hash.h"
#include "segment/publishing.h"

/* What a publication stands on beside its rule: the composition before it, who is marked. */
typedef struct {
    uint64_t last_forming;
    Digest marks;
} Footing;

MUST_CHECK Status footing_read(Store *store, uint32_t segment_id, Footing *ret_footing, Error *err);

/* What has become of everything since a context was made; in an arena, but for the changes. */
typedef struct {
    const FormingContext *context;
    const SegmentRow *rows;
    size_t rows_count;
    StoreChanges changes;
} Meanwhile;

/* The lock is held again, so nothing becomes of it any more. */
MUST_CHECK Status meanwhile_read(const FormingContext *context, Arena *arena,
                                 Meanwhile *ret_meanwhile, Error *err);
void meanwhile_done(Meanwhile *meanwhile); /* for AUTO */

/* Whether a segment is there with the card that the context knows. */
bool meanwhile_has_card(const Meanwhile *meanwhile, const Segment *segment);
/* Whether the segment is as its publication found it: its card, the composition before, its marks,
 * and nobody who was or is to be a member was erased or merged. New data do not matter: they are
 * younger than what is published. */
MUST_CHECK Status meanwhile_stands(const Meanwhile *meanwhile, const Publication *publication,
                                   const Footing *footing, bool *ret_stands, Error *err);
