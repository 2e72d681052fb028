/* marks.h -- what people said of single customers of a segment: when it holds, when it ends, what
 * it refuses. */
#pragma once

#include "segment/forming.h"

/* A pin or an exclusion; what was added or removed by hand the next forming goes over. */
bool mark_outlives_forming(const SegmentMark *mark);
/* It has no last day, or that is not over. */
bool mark_holds(const SegmentMark *mark, Date day);
/* In with those pinned, out with those excluded. True when that changes the composition. */
bool mark_apply(const SegmentMark *mark, CustomerSet *composition);

/* Who came over with a merge is where he is because of the mark that came with him: it says since
 * when, who and why. */
void mark_explain_merge(const SegmentMark *mark, CustomerMove *move);

/* Give each of the customers this mark, which becomes the only one he has. */
MUST_CHECK Status marks_set(const FormingContext *context, uint32_t segment_id,
                            const CustomerSet *customers, SegmentMark mark, Error *err);

/* CONFLICT when a pin or an exclusion that holds forbids the act; it says what to do. */
MUST_CHECK Status marks_allow(const FormingContext *context, const Segment *segment,
                              const HandEdit *edit, Error *err);

/* A segment and a customer on a day. */
typedef struct {
    const Segment *segment;
    CustomerId customer;
    Date as_of;
} MarkEndQuery;

/* The last move of the customer up to that day, put right: whom nothing but a pin, an exclusion or
 * time before the clearing date keeps where he is, moves when that is over, whether or not anybody
 * looked at the segment since. What the rule of a periodic segment would say is not asked. */
MUST_CHECK Status marks_pass_end(Store *store, const MarkEndQuery *query, Arena *arena,
                                 CustomerMove *move, Error *err);

/* Customers whose marks of changes by hand are to come back: whom people had added, whom they had
 * removed. */
typedef struct {
    CustomerSet added, removed;
} HandMarks;
void hand_marks_free(HandMarks *marks);

/* Mark them as the journal has it from before a forming: the newest change by hand of each. Those
 * of whom it knows nothing are marked as of now, or stay unmarked.
 * cost: the formings of the segment, the newest first, until all are found */
typedef struct {
    uint64_t before; /* formings with a smaller id */
    bool marks_all;
} MarksQuery;
MUST_CHECK Status hand_marks_restore(const FormingContext *context, const Segment *segment,
                                     MarksQuery query, HandMarks *marks, Error *err);

/* Pins and exclusions of a manual segment whose last day is over since it was looked at last: who
 * is in through a pin leaves, who is out through an exclusion comes back; others stay where people
 * and the last forming put them. In a batch of the store. The outcome is one that changes nobody
 * when nothing ended. A test that would not hold makes it an outcome that is not formed, unless
 * what follows in the same batch looks at the tests. */
typedef enum { TESTS_GUARD, TESTS_COME_LATER } EndGuard;
MUST_CHECK Status marks_end(const FormingContext *context, const Segment *segment, EndGuard guard,
                            Arena *arena, FormingOutcome *ret_outcome, Error *err);
