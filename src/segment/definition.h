/* definition.h -- cards as people give them: understood, completed, kept with their history.
 *
 * After a segment was added, changed or removed its registry is old: read it again. */
#pragma once

#include "lang/diagnostics.h"
#include "segment/forming.h"

/* What was wrong or odd in the expressions of a card. */
typedef struct {
    Diagnostics rule, columns;
    Text rule_source; /* the text that those of the rule are about */
} CardFindings;

/* Make a card out of what a person gave: texts trimmed, the rule, which may be given as JSON, in
 * its canonical form, a code, the author as responsible and today as date of creation where a new
 * one lacks them. `segment` is the one that is changed, NULL for a new one. The findings are filled
 * whatever comes.
 * errors  INVALID with errors in the findings or a sentence; CONFLICT for what the forming mode
 *         does not allow, and for a rule that reads itself by way of other segments: the sentence
 *         names them; NOT_FOUND for a test that names no customer */
MUST_CHECK Status definition_understand(const FormingContext *context, const Segment *segment,
                                        SegmentCard *card, Arena *arena, CardFindings *ret_findings,
                                        Error *err);

/* Keep a new segment. CONFLICT when its code or name is taken. */
MUST_CHECK Status definition_add(const FormingContext *context, const SegmentCard *card, Text note,
                                 uint32_t *ret_id, Error *err);

typedef struct {
    const SegmentCard *card; /* understood */
    Text note;               /* why; may be empty */
    bool is_confirmed;       /* what a new forming mode takes may go */
} DefinitionChange;

/* Keep a new version of the card. Where the forming mode becomes another, what the new one does not
 * allow goes, and so do members and marks.
 * errors  CONFLICT says what would be lost when it is not confirmed, and when a name is taken */
MUST_CHECK Status definition_change(const FormingContext *context, const Segment *segment,
                                    const DefinitionChange *change, Error *err);

/* The two halves of it, for whoever changes more in the same batch: what is to be kept, and keeping
 * it. */
MUST_CHECK Status definition_prepare_change(const FormingContext *context, const Segment *segment,
                                            const DefinitionChange *change, SegmentCard *ret_card,
                                            Error *err);
MUST_CHECK Status definition_write_change(const FormingContext *context, const Segment *segment,
                                          const SegmentCard *card, Text note, Error *err);

/* What forming it with another card would do to who is in it today, pins and exclusions applied;
 * nothing is kept. Not formed with a failure: a test of the card would not hold.
 * errors  CONFLICT a card without rule; as segments_form */
MUST_CHECK Status definition_preview(const FormingContext *context, const Segment *segment,
                                     const SegmentCard *card, Arena *arena,
                                     FormingOutcome *ret_outcome, Error *err);

/* Keep a version in which only a name that the texts use is another one: that is no change of the
 * rule. Inside of a batch or not. */
MUST_CHECK Status definition_rewrite(const FormingContext *context, const Segment *segment,
                                     const SegmentCard *card, Error *err);
/* Whether a version was kept so. */
bool definition_was_rewritten(const SegmentVersion *version);

/* Remove it with its members, journal and history. CONFLICT says what would be lost when it is not
 * confirmed. Whether something uses it is the caller's question. */
MUST_CHECK Status definition_remove(const FormingContext *context, const Segment *segment,
                                    bool is_confirmed, Error *err);

/* The card of a copy: everything but code, creation date, schedule and the marks of a live one. */
SegmentCard definition_copy(const SegmentCard *card, Text name);
/* Where the copy is formed in another way: take from it what that does not allow and was not asked
 * for anew. What went, in words: "the shipment ban"; empty: nothing. */
Text definition_fit_copy(const SegmentCard *original, SegmentCard *copy, Arena *arena);

/* One version of a card and how it differs from the one before; the newest first. */
typedef struct {
    SegmentVersion version;
    SegmentCard card;
    const CardDifference *differences;
    size_t differences_count;
} DefinitionVersion;

MUST_CHECK Status definition_history(Store *store, uint32_t segment_id, Arena *arena,
                                     DefinitionVersion **ret_versions, size_t *ret_count,
                                     Error *err);
