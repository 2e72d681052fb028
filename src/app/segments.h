/* segments.h -- segments as a person looks at them: the list with sizes, one with what it means,
 * its members; and changing definitions where other definitions are concerned. */
#pragma once

#include "app/ask.h"
#include "app/names.h"
#include "app/work.h"
#include "segment/definition.h"
#include "segment/outdated.h"

/* ---- looking ---- */

/* What is known of a segment beside its card. */
typedef struct {
    const Segment *segment; /* of the app's registry */
    bool has_size;          /* not when its rule cannot be evaluated */
    bool is_part;           /* told to who sees some customers only: the size is of them, and how
                             * many joined and left is not told */
    uint64_t size;          /* a dynamic one is evaluated */
    FormingRow last;        /* the last forming, id 0 when there was none */
    Outdated outdated;      /* who is in it was found by an older rule */
    bool has_next;
    Moment next_run;
    bool has_nature; /* it has a rule that fits the data */
    DataNature nature;
    Text trouble; /* why it has no size, or why the last forming failed; empty when all is well */
} SegmentOverview;

/* One for each segment of the registry, in its order. */
MUST_CHECK Status segments_overview(App *app, const Progress *progress, Arena *arena,
                                    SegmentOverview **ret_list, size_t *ret_count, Error *err);

/* The same for who sees some customers only. */
typedef struct {
    const CustomerSet *only;
    const Progress *progress;
} PartOf;
MUST_CHECK Status segments_narrow(App *app, PartOf part, SegmentOverview *list, size_t count,
                                  Arena *arena, Error *err);

enum { NEXT_RUNS_MAX = 20 };

/* One segment, and what its rule means. */
typedef struct {
    SegmentOverview overview;
    Text sentence; /* what its rule means, in the language of the data; empty: it fits no more */
    Moment next_runs[NEXT_RUNS_MAX]; /* of its schedule */
    size_t next_runs_count;
    HandEdits edits; /* by hand, lost by forming it now */
    Date today;      /* for marks that are over */
    const SegmentMark *marks;
    const CustomerSummary *marked; /* whom the marks are on */
    size_t marks_count;
    const uint64_t *sizes; /* of the last formings, the oldest first */
    size_t sizes_count;
    const Use *uses; /* what reads it */
    size_t uses_count;
} SegmentDetails;

MUST_CHECK Status segment_details(App *app, const Segment *segment, const Progress *progress,
                                  Arena *arena, SegmentDetails *ret_details, Error *err);

/* Leave what concerns these customers: size and marks; nothing of past sizes and of what forming
 * would lose. */
MUST_CHECK Status segment_details_narrow(App *app, PartOf part, SegmentDetails *details,
                                         Arena *arena, Error *err);

/* The rule of its card, until the names of the app are read again; NULL when it has none, or none
 * that fits the data. */
const Expression *segment_rule(App *app, const Segment *segment);

/* As segment_forming_loses, without work begun; the app may be open for reading. */
MUST_CHECK Status segment_lost_edits(App *app, const Segment *segment, HandEdits *ret_edits,
                                     Error *err);

/* As of when members are asked for: at the end of a day, after one forming; neither: now. */
typedef struct {
    bool has_day, has_forming;
    Date day;
    uint64_t forming_id;
} MembersMoment;

/* Sets `as_of` and `formed` of the mode; after a forming, columns are those of its day.
 * errors  INVALID a day to come, a day and a forming; CONFLICT a forming of a dynamic segment;
 *         NOT_FOUND a forming of another one */
MUST_CHECK Status segment_members_moment(App *app, const Segment *segment,
                                         const MembersMoment *moment, AskMode *mode, Error *err);

/* The question who is in a segment: to be answered as of any day, as the composition was then. */
typedef struct {
    const Segment *segment;
    Text columns; /* empty: those of the card */
    Text sort;    /* and the order, as in AskOptions */
    bool is_descending;
} MembersOptions;

MUST_CHECK Status segment_members_prepare(App *app, const MembersOptions *options, Arena *arena,
                                          Question *ret_question, Findings ret_findings[2],
                                          Error *err);

/* Note in the answer through what, when and by whom each of its rows came in.
 * errors  CONFLICT a dynamic segment, of which nothing is stored */
typedef struct {
    const Segment *segment;
    const AskMode *mode; /* that was asked in */
    const Question *question;
} MembersShown;
MUST_CHECK Status segment_members_origins(App *app, const MembersShown *shown, Answer *answer,
                                          Arena *arena, Error *err);

/* ---- changing ---- */

/* As definition_change; a new name is written into every rule, column list and metric that uses the
 * old one. The names of the app are read again.
 * errors  CONFLICT also names who would lose what he reads: the past of a segment that becomes
 *         dynamic, a segment that is marked for deletion; a ban that stands is marked only when
 *         that is confirmed */
MUST_CHECK Status segment_change(AppWork *work, const Segment *segment,
                                 const DefinitionChange *change, Error *err);
/* For how many customers nothing but missing data decides the rule of a card: "not bought this" is
 * true of everybody of whom nothing is known. Counted only of a rule that holds of somebody of whom
 * nothing is known; else nobody is.
 * cost: the rule for everybody, once for each of its conditions, when it is such a rule */
typedef struct {
    uint64_t customers_count, undecided_count;
} SegmentAbsence;
MUST_CHECK Status segment_absence(AppWork *work, const SegmentCard *card, Arena *arena,
                                  SegmentAbsence *ret_absence, Error *err);

/* As definition_remove; CONFLICT also names what uses it. */
MUST_CHECK Status segment_remove(AppWork *work, const Segment *segment, bool is_confirmed,
                                 Error *err);

/* Form segments now.
 * errors  CONFLICT when a manual one would lose changes by hand and that is not confirmed: the
 *         sentence has the numbers */
typedef struct {
    const Segment *const *segments;
    size_t count;
    Text note;
    bool is_confirmed;
} FormOrder;
MUST_CHECK Status segments_form_now(AppWork *work, const FormOrder *order, Arena *arena,
                                    FormingOutcome **ret_outcomes, Error *err);

/* Customers by their codes, for a HandEdit. NOT_FOUND names the unknown code. */
MUST_CHECK Status segment_customers(App *app, const Text *codes, size_t count, Arena *arena,
                                    CustomerId **ret_customers, Error *err);

/* ---- tests ---- */

/* Whether a customer of whom somebody said where he belongs would be there, and is there now. */
typedef struct {
    CardTest test;
    bool has_rule;
    bool is_in;           /* by the rule */
    bool has_composition; /* it was formed, or filled by hand */
    bool is_member;       /* of that */
} TestOutcome;

bool test_holds(const TestOutcome *outcome);

/* Try the tests of the card with its rule, or with another one when it is not empty: the rule
 * alone, without pins and exclusions; and look into the composition that stands.
 * errors  INVALID with errors in the diagnostics; CONFLICT when there is neither rule nor
 *         composition; NOT_FOUND when a customer is not there any more */
typedef struct {
    const Segment *segment;
    Text rule; /* empty: that of the card */
} SegmentTrial;
MUST_CHECK Status segment_try_tests(App *app, const SegmentTrial *trial, Arena *arena,
                                    TestOutcome **ret_outcomes, Diagnostics *diagnostics,
                                    Error *err);
