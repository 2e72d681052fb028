/* segments.h -- segments in the truth: cards with their versions, compositions with their journal,
 * marks on single customers. What a card says and what may be done is src/segment's business.
 *
 * A composition is the sum of its formings: each tells who joined and who left. Some hold the whole
 * composition as well, so that any moment is found by going on from the nearest one before. All
 * who joined or left, over all segments, are numbered in the order in which it was acknowledged:
 * that is the feed of changes. Erasing a person takes him out of the past as well: counts stay what
 * they were, his numbers in the feed stay empty. */
#pragma once

#include "model/customer_set.h"
#include "store/store.h"

/* ---- cards ---- */

/* Up to what a composition is known to be what the rule gives. */
typedef struct {
    bool is_known;
    int64_t rule_digest; /* of the rule with all it stands for */
    Date as_of;
    uint64_t data_version;
} SegmentAsked;

typedef struct {
    uint32_t id;
    Text code; /* unique */
    Text name; /* unique without case */
    uint32_t version;
    Text card;           /* JSON of that version */
    Moment scheduled_at; /* when its schedule was set */
    bool was_attempted;
    Moment attempted_at; /* last time that forming was tried */
    Text failure;        /* why it failed then; empty when it did not */
    bool was_formed;     /* its composition was ever written */
    SegmentAsked asked;
} SegmentRow;

typedef struct {
    Text code, name, card;
    Moment at;
    Text author, note;
} SegmentWrite;

/* CONFLICT when the code or the name is taken. */
MUST_CHECK Status store_add_segment(Store *store, const SegmentWrite *segment, uint32_t *ret_id,
                                    Error *err);
/* A new version of the card. */
MUST_CHECK Status store_change_segment(Store *store, uint32_t id, const SegmentWrite *segment,
                                       Error *err);
/* With its versions, marks and closed agreements. All of its members leave; who joined and left
 * stays in the feed, under its last code and name. A batch of its own. CONFLICT names an agreement
 * for its members that is not closed. */
typedef struct {
    uint32_t id;
    Moment at;
    Text author;
} SegmentRemoval;
MUST_CHECK Status store_remove_segment(Store *store, const SegmentRemoval *removal, Error *err);
/* All segments by name. */
MUST_CHECK Status store_list_segments(Store *store, Arena *arena, SegmentRow **ret_segments,
                                      size_t *ret_count, Error *err);
/* Remember that forming was tried; `failure` is empty when it went well. */
MUST_CHECK Status store_note_attempt(Store *store, uint32_t id, Moment at, Text failure,
                                     Error *err);

/* Remember up to what the composition is true; not known: ask everybody the next time. */
MUST_CHECK Status store_note_asked(Store *store, uint32_t id, const SegmentAsked *asked,
                                   Error *err);

typedef struct {
    uint32_t number;
    Moment at;
    Text author, note, card;
} SegmentVersion;

MUST_CHECK Status store_list_segment_versions(Store *store, uint32_t id, Arena *arena,
                                              SegmentVersion **ret_versions, size_t *ret_count,
                                              Error *err);

/* ---- compositions and their journal ---- */

typedef enum {
#define FORMING_REASON(name, code) FORMING_##name,
#include "store/forming.def"
#undef FORMING_REASON
    FORMING_REASON_COUNT
} FormingReason;

typedef enum {
#define CHANGE_CAUSE(name, code) CAUSE_##name,
#include "store/forming.def"
#undef CHANGE_CAUSE
    CHANGE_CAUSE_COUNT
} ChangeCause;

const char *forming_reason_code(FormingReason reason);
const char *change_cause_code(ChangeCause cause);

typedef struct {
    uint64_t id; /* ascending; 0 when it is to be added */
    uint32_t segment_id;
    Moment at;
    Date as_of;
    FormingReason reason;
    Text author, note;
    uint32_t version; /* of the card */
    uint64_t members_count, joined_count, left_count;
} FormingRow;

/* Those who joined, or left, through one cause. */
typedef struct {
    bool is_joining;
    ChangeCause cause;
    const CustomerSet *customers;
} FormingChange;

/* Add to the journal: `composition` is what comes out, `changes` are what leads there from the one
 * before, disjoint. The row's id and counts are computed here. A forming that changes nobody is
 * kept too. CONFLICT when another forming came between reading the composition and this. */
typedef struct {
    FormingRow row;
    const FormingChange *changes;
    size_t changes_count;
    const CustomerSet *composition;
} FormingWrite;

MUST_CHECK Status store_add_forming(Store *store, const FormingWrite *forming, uint64_t *ret_id,
                                    Error *err);

/* The same where a few customers move through one cause, inside of the caller's batch. `joined` are
 * no members now and `left` are; `before` is the last forming. The row's id and counts are computed
 * here.
 * cost: follows those who move, but for the rare time that the whole composition is kept anew */
typedef struct {
    FormingRow row;
    ChangeCause cause;
    const uint32_t *joined, *left; /* ids, ascending */
    size_t joined_count, left_count;
} FormingMove;

MUST_CHECK Status store_add_forming_move(Store *store, const FormingMove *move,
                                         const FormingRow *before, Error *err);

/* The composition after a forming, or after the last one with a smaller id; empty before the first.
 * UINT64_MAX: now. The set is the caller's to free. */
MUST_CHECK Status store_read_composition(Store *store, uint32_t segment_id, uint64_t forming_id,
                                         CustomerSet *ret_composition, Error *err);

/* The `newest` last formings of a segment, in ascending order. */
typedef struct {
    uint32_t segment_id;
    size_t newest;
} FormingQuery;

MUST_CHECK Status store_list_formings(Store *store, FormingQuery query, Arena *arena,
                                      FormingRow **ret_formings, size_t *ret_count, Error *err);
/* The newest one, id 0 when there is none. */
MUST_CHECK Status store_last_forming(Store *store, uint32_t segment_id, Arena *arena,
                                     FormingRow *ret_forming, Error *err);

/* The newest forming with a smaller id than `before` that asked the rule, emptied the segment, or
 * took a forming back; id 0 when there is none. */
MUST_CHECK Status store_last_rule_forming(Store *store, uint32_t segment_id, uint64_t before,
                                          Arena *arena, FormingRow *ret_forming, Error *err);

/* One forming's changes; the sets are the caller's to free. */
typedef struct {
    bool is_joining;
    ChangeCause cause;
    uint64_t customers_count; /* when it happened, with those erased since */
    CustomerSet customers;
} StoredChange;

MUST_CHECK Status store_read_changes(Store *store, uint64_t forming_id, Arena *arena,
                                     StoredChange **ret_changes, size_t *ret_count, Error *err);

/* The last time, up to the end of a day, that a customer joined or left a segment. He is a member
 * when he joined; id 0: he never was one.
 * cost: the changes of the segment since, the newest first */
typedef struct {
    FormingRow forming;
    bool is_joining;
    ChangeCause cause;
} CustomerMove;

typedef struct {
    uint32_t segment_id;
    CustomerId customer;
    Date as_of;
} CustomerMoveQuery;

MUST_CHECK Status store_find_last_move(Store *store, CustomerMoveQuery query, Arena *arena,
                                       CustomerMove *ret_move, Error *err);

/* Those who joined a segment by a forming through one cause. */
typedef struct {
    FormingRow forming;
    ChangeCause cause;
    Text customers; /* bitmap.h */
} StoredJoining;

typedef struct {
    uint32_t segment_id;
    uint64_t after;   /* formings with a larger id */
    size_t bytes_max; /* what goes beyond it is left out, the older ones first */
} JoiningsQuery;

/* The newest first. */
MUST_CHECK Status store_list_joinings(Store *store, JoiningsQuery query, Arena *arena,
                                      StoredJoining **ret_joinings, size_t *ret_count, Error *err);
/* Segments with a forming of a larger id than `after`, ascending. */
MUST_CHECK Status store_segments_formed_since(Store *store, uint64_t after, Arena *arena,
                                              uint32_t **ret_ids, size_t *ret_count, Error *err);
/* The id of the newest forming of all segments; 0 when there is none. */
MUST_CHECK Status store_newest_forming(Store *store, uint64_t *ret_id, Error *err);

/* One customer who joined or left, in the order of the feed. */
typedef struct {
    uint64_t sequence; /* from 1; those of erased persons are left out */
    uint32_t segment_id;
    Text segment_code, segment; /* its code and name: the present ones, of a removed one the last */
    uint64_t forming_id;
    Moment at;
    bool is_joining;
    ChangeCause cause;
    CustomerId customer;
} FeedEntry;

typedef struct {
    uint64_t after; /* entries with a larger number */
    size_t limit;
} FeedQuery;

MUST_CHECK Status store_read_feed(Store *store, FeedQuery query, Arena *arena,
                                  FeedEntry **ret_entries, size_t *ret_count, Error *err);

/* ---- marks ---- */

typedef enum {
#define SEGMENT_MARK(name, code) MARK_##name,
#include "store/forming.def"
#undef SEGMENT_MARK
    SEGMENT_MARK_COUNT
} SegmentMarkKind;

const char *segment_mark_code(SegmentMarkKind kind);

typedef struct {
    CustomerId customer;
    SegmentMarkKind kind;
    Moment at;
    Text author, reason;
    bool has_until;
    Date until; /* the last day on which a pin or exclusion holds */
} SegmentMark;

/* One mark per customer and segment: a new one takes the place of the old. */
MUST_CHECK Status store_set_mark(Store *store, uint32_t segment_id, const SegmentMark *mark,
                                 Error *err);
MUST_CHECK Status store_remove_mark(Store *store, uint32_t segment_id, CustomerId customer,
                                    Error *err);
/* False when he has none. */
typedef struct {
    uint32_t segment_id;
    CustomerId customer;
} MarkQuery;
MUST_CHECK Status store_find_mark(Store *store, MarkQuery query, Arena *arena, bool *ret_has_mark,
                                  SegmentMark *ret_mark, Error *err);
/* Segments with any mark, ascending. */
MUST_CHECK Status store_segments_with_marks(Store *store, Arena *arena, uint32_t **ret_ids,
                                            size_t *ret_count, Error *err);
/* Segments with pins or exclusions whose last day is before `today`. */
MUST_CHECK Status store_segments_with_past_marks(Store *store, Date today, Arena *arena,
                                                 uint32_t **ret_ids, size_t *ret_count, Error *err);
/* Segments that have a mark on a customer. */
MUST_CHECK Status store_segments_marking(Store *store, CustomerId customer, Arena *arena,
                                         uint32_t **ret_ids, size_t *ret_count, Error *err);
MUST_CHECK Status store_list_marks(Store *store, uint32_t segment_id, Arena *arena,
                                   SegmentMark **ret_marks, size_t *ret_count, Error *err);
