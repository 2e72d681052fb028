/* history.h -- the journal of a segment as a person reads it: each forming with who joined and left
 * through what, single customers, two days side by side.
 *
 * Nothing is computed anew: this is what was kept when it happened. */
#pragma once

#include "segment/registry.h"

/* How many joined and left through each cause; erased persons are counted still. */
typedef struct {
    FormingRow forming;
    uint64_t joined[CHANGE_CAUSE_COUNT], left[CHANGE_CAUSE_COUNT];
} JournalEntry;

/* The `newest` last formings, the newest first. */
MUST_CHECK Status history_journal(Store *store, FormingQuery query, Arena *arena,
                                  JournalEntry **ret_entries, size_t *ret_count, Error *err);

/* One customer who joined or left. */
typedef struct {
    uint64_t forming_id;
    Moment at;
    FormingReason reason;
    Text author, note;
    bool is_joining;
    ChangeCause cause;
    CustomerId customer;
    Text code, name; /* of the customer */
} Movement;

/* Of one forming, by code, those who joined first. NOT_FOUND for a forming of another segment. */
typedef struct {
    uint32_t segment_id;
    uint64_t forming_id; /* 0: the newest that changed somebody */
} MovementQuery;

MUST_CHECK Status history_movements(Store *store, MovementQuery query, Arena *arena,
                                    Movement **ret_movements, size_t *ret_count, Error *err);

/* One forming of the segment, by its number. NOT_FOUND as above. */
MUST_CHECK Status history_forming(Store *store, MovementQuery query, Arena *arena,
                                  FormingRow *ret_forming, Error *err);

/* All movements of one customer, the oldest first, and what was said of him. */
typedef struct {
    CustomerSummary customer;
    bool is_member;
    const Movement *movements;
    size_t movements_count;
    bool has_mark;
    SegmentMark mark;
} CustomerHistory;

/* NOT_FOUND names a near code. */
MUST_CHECK Status history_of_customer(Store *store, uint32_t segment_id, Text code, Arena *arena,
                                      CustomerHistory *ret_history, Error *err);

/* Two days side by side: the compositions at their ends, of the customers there are today. */
typedef struct {
    Date from, to;
    uint64_t stayed, left, joined, outside; /* in on both, the first, the second, none of them */
    bool has_jaccard;                       /* somebody was in on one of the days */
    double jaccard;                         /* stayed / all who were in on one of the days */
    double stability_index; /* population stability index of the shares in and out; a share of zero
                             * counts as 0.0001. Below 0.1 small, above 0.25 major */
} Comparison;

typedef struct {
    Date from, to;
} TwoDays;

MUST_CHECK Status history_compare(Store *store, uint32_t segment_id, TwoDays days,
                                  Comparison *ret_comparison, Error *err);

/* Size, joined and left of periods. */
typedef struct {
    uint32_t segment_id;
    TwoDays days;
    Unit step;
} SeriesQuery;

typedef struct {
    Date date; /* the last day of the period, the last day asked about at most */
    uint64_t size, joined, left;
} SeriesPoint;

enum { SERIES_POINTS_MAX = 10000 };

/* The periods that hold the days of a span, in order.
 * errors  INVALID when the last day is before the first one, or there are too many periods */
MUST_CHECK Status history_series(Store *store, SeriesQuery query, Arena *arena,
                                 SeriesPoint **ret_points, size_t *ret_count, Error *err);

/* Who joined and left, over all segments, in the order in which it was acknowledged. */
typedef struct {
    FeedEntry entry;
    Text code; /* of the customer */
} FeedLine;

typedef struct {
    const FeedLine *lines;
    size_t count;
} FeedPage;

MUST_CHECK Status history_feed(Store *store, FeedQuery query, Arena *arena, FeedPage *ret_page,
                               Error *err);
