/* publishing.h -- from what a rule found to a forming in the journal: pins and exclusions, tests,
 * who joined and left and through what. Inside of src/segment. */
#pragma once

#include "segment/compositions.h"
#include "segment/forming.h"

typedef struct {
    const Segment *segment;
    CustomerSet before, after;
    /* Who joined and left, by cause; the sets are disjoint. */
    CustomerSet joined[CHANGE_CAUSE_COUNT], left[CHANGE_CAUSE_COUNT];
    uint64_t before_count, joined_count, left_count;
    bool has_passing_marks; /* those that hold until the next forming only */
} Publication;

/* Whether nobody joins or leaves. */
static inline bool publication_is_quiet(const Publication *publication)
{
    return publication->joined_count == 0 && publication->left_count == 0;
}

void publication_free(Publication *publication);

/* What is told of one that is published. */
FormingOutcome publication_outcome(const Publication *publication);

/* What becomes of a segment when its rule holds for `found`: pins and exclusions applied, changes
 * not yet divided by cause (those of marks are). Reads, writes nothing. */
typedef struct {
    const Segment *segment;
    CustomerSet *found;  /* taken: empty after it */
    CustomerSet *before; /* what is stored, likewise; NULL: it is read */
} PublicationInput;
MUST_CHECK Status publication_prepare(const FormingContext *context, const PublicationInput *input,
                                      Publication *ret_publication, Error *err);
/* The tests of the card that would not hold, as a sentence in the arena; empty when all do. Of a
 * change by hand only tests of those it moves are looked at: what failed before is not its fault.
 */
typedef enum { TESTS_OF_ALL, TESTS_OF_MOVED } TestScope;
MUST_CHECK Status publication_test(const FormingContext *context, const Publication *publication,
                                   TestScope scope, Arena *arena, Text *ret_complaint, Error *err);
/* CONFLICT with that sentence when a test of somebody who is moved would not hold. */
MUST_CHECK Status publication_guard(const FormingContext *context, const Publication *publication,
                                    Error *err);

/* Divide what changed since the last forming: by the rule, by the data, by time. All publications
 * in one evaluation of those customers who changed. */
typedef struct {
    Publication *publication;
    const Expression *rule; /* the present one */
    /* Who alone may have changed since the last forming, of a rule that asks nothing but the
     * customer; NULL: anybody. */
    const CustomerSet *changed;
} RulePublication;
MUST_CHECK Status publications_divide(const FormingContext *context, JoinedLookups *lookups,
                                      const RulePublication *items, size_t count, Error *err);

/* The same for one whose members SQL names: what time did cannot be told from what the data did. */
MUST_CHECK Status publication_divide_sql(const FormingContext *context, Publication *publication,
                                         Error *err);

/* What becomes of it when its composition is to be `after`, all changes of one cause. */
MUST_CHECK Status publication_replace(const FormingContext *context, const Segment *segment,
                                      const CustomerSet *after, ChangeCause cause,
                                      Publication *ret_publication, Error *err);

/* Into the journal; forming by rule also forgets what was added, removed and taken back by hand. Of
 * a live segment only what changes somebody. */
MUST_CHECK Status publication_write(const FormingContext *context, const Publication *publication,
                                    FormingReason reason, Text note, Error *err);
