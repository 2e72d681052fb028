/* forming.h -- making stored compositions true: any number of segments in one run.
 *
 * Segments that read others are formed after them and see what the run made of them. A segment
 * whose rule fails, or whose tests do not hold, keeps its last good composition and remembers why;
 * the others go on. Everything that succeeds is published at once, in one transaction: there is
 * never half a generation. What is formed does not depend on who asks.
 *
 * Looking for members may take long. The lock of the data directory is lent meanwhile: others
 * write, and what is found is that of the snapshot before. A segment that they changed, or whose
 * members they removed, is not published: its outcome says so, and it is due again. */
#pragma once

#include "dataset/dataset.h"
#include "eval/lookups.h"
#include "lang/kept.h"
#include "segment/standing.h"

typedef struct LiveMemory LiveMemory; /* live.h */

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
    LiveMemory *live; /* NULL: every live segment is asked at every change */
} FormingContext;

/* Whom rules may ask, compositions as they are stored included; the caller's to free. */
JoinedLookups *forming_lookups(const FormingContext *context);

/* What came of one segment. */
typedef struct {
    const Segment *segment;
    bool is_formed;
    bool is_waiting; /* pinned or excluded before the first forming: it counts from there on */
    Text failure;    /* why it is not formed; empty when it is, or waits */
    uint64_t before_count, after_count, joined_count, left_count;
    uint64_t unknown_count; /* by SQL or by hand: codes that nobody has */
    Text unknown_example;   /* one of them */
} FormingOutcome;

typedef struct {
    const uint32_t *segment_ids;
    size_t count;
    FormingReason reason;
    Text note;
    bool is_in_batch; /* of the caller, who keeps it, or takes it back when this fails */
} FormingRequest;

/* errors  CONFLICT a dynamic segment, one marked for deletion, one without rule; CANCELLED, IO:
 *         nothing is published. Failures of single segments are outcomes, not errors. */
MUST_CHECK Status segments_form(const FormingContext *context, const FormingRequest *request,
                                Arena *arena, FormingOutcome **ret_outcomes, Error *err);

/* How many customers whom people added would go, and of those they removed come back. */
typedef struct {
    uint64_t added, removed;
} HandEdits;

/* By forming a manual segment now. None when its rule cannot be asked: then forming fails, too. The
 * data are asked only when there are changes by hand.
 * cost: the rule for those whom people added and removed; an SQL rule is run as a whole */
MUST_CHECK Status segment_forming_loses(const FormingContext *context, const Segment *segment,
                                        HandEdits *ret_edits, Error *err);

/* Bring back the composition before the last forming, with the changes by hand it went over; what
 * was changed by hand since goes. Pins, exclusions and new customers are no formings: they stay.
 * errors  CONFLICT when there is nothing to undo, when it is not confirmed (tells what would become
 *         of the composition, or how many changes by hand would be lost), when a test would not
 *         hold */
MUST_CHECK Status segment_undo(const FormingContext *context, const Segment *segment,
                               bool is_confirmed, FormingOutcome *ret_outcome, Error *err);
/* What undoing would do. */
typedef struct {
    uint64_t before, after; /* members now, and then */
    HandEdits lost;
} UndoLook;
MUST_CHECK Status segment_undo_look(const FormingContext *context, const Segment *segment,
                                    UndoLook *ret_look, Error *err);

/* Everybody leaves: the clearing date came, the forming mode became another. Segments that are
 * empty stay as they are. */
MUST_CHECK Status segment_clear(const FormingContext *context, const Segment *segment, Text note,
                                Error *err);

/* Add or remove customers by hand, pin or exclude them, or take such a mark back. */
typedef enum { HAND_ADD, HAND_REMOVE, HAND_PIN, HAND_EXCLUDE, HAND_RELEASE } HandAct;

/* Where the customers of a change by hand are from. */
typedef enum { HAND_TYPED, HAND_FROM_LIST, HAND_FROM_SET } HandSource;

typedef struct {
    HandAct act;
    const CustomerId *customers;
    size_t count;
    HandSource source;
    Text source_name; /* of the file or the set; the journal tells it behind the reason */
    Text reason;
    bool has_until; /* of a pin or exclusion */
    Date until;
} HandEdit;

/* One change for all, or none. Of a periodic segment that was never formed only the marks are kept.
 * errors  CONFLICT when the forming mode, a mark that holds or a test of the card forbids it;
 *         INVALID when the last day of a mark is over */
MUST_CHECK Status segment_edit(const FormingContext *context, const Segment *segment,
                               const HandEdit *edit, FormingOutcome *ret_outcome, Error *err);
