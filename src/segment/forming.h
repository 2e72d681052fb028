/* forming.h -- making stored compositions true: any number of segments in one run.
 *
 * Segments that read others are formed after them and see what the run made of them. A segment
 * whose rule fails, or whose tests do not hold, keeps its last good composition and remembers why;
 * the others go on. Everything that succeeds is published at once, in one transaction: there is
 * never half a generation. What is formed does not depend on who asks. */
#pragma once

#include "dataset/dataset.h"
#include "eval/lookups.h"
#include "lang/kept.h"
#include "segment/standing.h"

typedef struct {
    Store *store; /* open for writing */
    /* What is asked; as new as what `store` holds. */
    const EngineData *data;
    uint64_t data_version;
    const Catalog *catalog;
    const Registry *registry;
    /* Whom rules may ask besides compositions: saved sets, classes. */
    LookupProviders lookup_providers;
    Date today;
    Moment now;
    Text author;
    const Progress *progress; /* may be NULL */
    /* A steady clock: SQL is bounded by the time of the settings. NULL: it is not. */
    uint64_t (*now_nanoseconds)(void);
    /* What questions about single customers may be answered from; NULL: they ask the store, and
     * compile each time. */
    Standings *standings;
    KeptExpressions *kept;
} FormingContext;

/* Whom rules may ask, compositions as they are stored included; the caller's to free. */
JoinedLookups *forming_lookups(const FormingContext *context);

/* What came of one segment. */
typedef struct {
    const Segment *segment;
    bool is_formed;
    Text failure; /* why not; empty when formed */
    uint64_t before_count, after_count, joined_count, left_count;
    uint64_t unknown_count; /* of one made by SQL: codes that nobody has */
    Text unknown_example;   /* one of them */
} FormingOutcome;

typedef struct {
    const uint32_t *segment_ids;
    size_t count;
    FormingReason reason;
    Text note;
} FormingRequest;

/* errors  CONFLICT a dynamic segment, one marked for deletion, one without rule; CANCELLED, IO:
 *         nothing is published. Failures of single segments are outcomes, not errors. */
MUST_CHECK Status segments_form(const FormingContext *context, const FormingRequest *request,
                                Arena *arena, FormingOutcome **ret_outcomes, Error *err);

/* How many customers added and removed by hand would be lost by forming a manual segment. */
typedef struct {
    uint64_t added, removed;
} HandEdits;
MUST_CHECK Status segment_hand_edits(Store *store, uint32_t segment_id, HandEdits *ret_edits,
                                     Error *err);

/* Bring back the composition before the last forming. CONFLICT when there is nothing to undo. */
MUST_CHECK Status segment_undo(const FormingContext *context, const Segment *segment,
                               FormingOutcome *ret_outcome, Error *err);

/* Everybody leaves: the clearing date came, the forming mode became another. Segments that are
 * empty stay as they are. */
MUST_CHECK Status segment_clear(const FormingContext *context, const Segment *segment, Text note,
                                Error *err);

/* Add or remove customers by hand, pin or exclude them, or take such a mark back. */
typedef enum { HAND_ADD, HAND_REMOVE, HAND_PIN, HAND_EXCLUDE, HAND_RELEASE } HandAct;

typedef struct {
    HandAct act;
    const CustomerId *customers;
    size_t count;
    Text reason;
    bool has_until; /* of a pin or exclusion */
    Date until;
} HandEdit;

/* errors  CONFLICT when the forming mode does not allow it */
MUST_CHECK Status segment_edit(const FormingContext *context, const Segment *segment,
                               const HandEdit *edit, FormingOutcome *ret_outcome, Error *err);
