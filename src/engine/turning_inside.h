/* turning_inside.h -- inside of turning: rules as conditions that stay and conditions that turn,
 * and how the events of one image are gone through for them. */
#pragma once

#include "engine/program.h"
#include "engine/sweep_group.h"
#include "engine/turning.h"

typedef enum { TURN_BEFORE, TURN_AFTER, TURN_SIDES } TurnSide;
enum { TURN_ENDS = 2 }; /* of a window: where it begins, and ends */

typedef struct {
    uint32_t *items;
    size_t count, capacity;
} IndexList;

/* A condition that reads the day: a step for each of the two days. */
typedef struct {
    const Step *steps[TURN_SIDES];
    bool is_of_events; /* the comparison of a count or a sum; else of the customer alone */
    IndexList rules;   /* that have it */
} TurnLeaf;

/* All of these hold. */
typedef struct {
    bool is_known;
    const Step **still; /* the same on both days */
    size_t still_count;
    uint32_t *leaves;
    size_t leaves_count;
} TurnRule;

/* ---- of one image ---- */

/* The events of a stream are known by their bucket of days, which are counted from the bounds of
 * all windows: those of a window are begin .. end - 1. */
typedef struct {
    uint16_t begin, end;
} TurnBuckets;

typedef struct {
    uint16_t *items;
    size_t count, capacity;
} BucketList;

static inline bool turn_buckets_hold(TurnBuckets buckets, uint16_t bucket)
{
    return bucket >= buckets.begin && bucket < buckets.end;
}

/* Windows that are the same ones on both days. */
typedef struct {
    TurnBuckets sides[TURN_SIDES];
    size_t first_test, tests_count; /* of all events, in TurnStream.tests */
    bool is_keyed;                  /* it has tests of events with keys */
    BucketList own;                 /* where it moves and some other does not */
} TurnKind;

static inline bool turn_sides_move(const TurnBuckets sides[TURN_SIDES], uint16_t bucket)
{
    return turn_buckets_hold(sides[TURN_BEFORE], bucket) !=
           turn_buckets_hold(sides[TURN_AFTER], bucket);
}
static inline bool turn_kind_moves(const TurnKind *kind, uint16_t bucket)
{
    return turn_sides_move(kind->sides, bucket);
}

enum { TURN_COUNTED = UINT16_MAX }; /* measure of a count */

/* A leaf as it is tested. */
typedef struct {
    uint32_t leaf, stream, kind;
    uint16_t measure;     /* whose field is summed, or TURN_COUNTED */
    const Column *key;    /* NULL: all events count */
    const uint64_t *keys; /* events whose key has its bit here */
    bool is_opposite;
    int64_t low, high;
} TurnTest;

static inline bool turn_test_meets(const TurnTest *test, int64_t number)
{
    uint64_t above = (uint64_t)number - (uint64_t)test->low;
    return (above <= (uint64_t)test->high - (uint64_t)test->low) != test->is_opposite;
}

/* A test of events with some keys. */
typedef struct {
    TurnBuckets sides[TURN_SIDES]; /* of its kind */
    const TurnTest *test;
} TurnEntry;

/* Those of key k are entries[firsts[k]] .. */
typedef struct {
    const Column *column;
    size_t size; /* keys are 0 .. size - 1 */
    uint32_t *firsts;
    TurnEntry *entries;
} TurnKeyed;

/* Leaves that compare one property with ranges of written numbers, which differ between the days:
 * those that turn for the stored number n are leaves[firsts[n]] .. */
typedef struct {
    const Column *column;
    size_t size;
    uint64_t *is_turning; /* a bit per stored number */
    uint32_t *firsts, *leaves;
} TurnDated;

/* Whether some kind moves in a bucket: with tests of all events, of those with keys. */
typedef struct {
    bool is_of_all, is_keyed;
} TurnMoves;

typedef struct {
    const StreamColumns *stream;
    /* By stored day: the bucket, and TURN_MOVES when some kind moves there. */
    const uint16_t *bucket_of_day;
    size_t days_count, buckets_count;
    uint64_t moves_count; /* sum over the days of the kinds that move there */
    TurnKind *kinds;      /* the later their windows begin, the earlier */
    size_t kinds_count;
    const TurnTest **tests; /* of all events: those of a kind together, in it those of a measure */
    TurnMoves *moves;       /* by bucket */
    BucketList common;      /* where all kinds with tests of all events move */
    const Column **measures;
    size_t measures_count;
    TurnKeyed *keyed;
    size_t keyed_count;
} TurnStream;

enum { TURN_MOVES = 0x8000, TURN_BUCKET_MASK = 0x7fff };

typedef struct {
    TurnStream *streams; /* of the schema; no days: nothing turns there */
    size_t streams_count;
    const TurnTest *of_leaf; /* by leaf; of those of events */
    TurnDated *dated;
    size_t dated_count;
    IndexList others; /* leaves of the customer alone that are in no `dated` */
} TurnPlan;

/* ---- of one thread ---- */

typedef struct {
    CustomerId *items;
    size_t count, capacity;
} TurnedList;

typedef struct {
    TurnedList joined, left;
} TurnedLists;

/* The first event of a customer in a bucket, or any. */
typedef struct {
    uint32_t event; /* from the first of the chunk */
    uint16_t row, bucket;
} TurnHit;

/* By customer of a group: his first event that is not before a bucket. */
typedef struct {
    uint32_t *at;
    bool is_known; /* for those who stay in the group */
    uint16_t bucket;
} TurnBounds;

/* The events of some customers, one after another, and numbers of a window of each. */
typedef struct {
    uint32_t *begins, *ends;                  /* of all events of the customer */
    uint16_t *rows;                           /* of the chunk */
    TurnBounds bounds[TURN_SIDES][TURN_ENDS]; /* of the window */
    int64_t *numbers[TURN_SIDES];
    MarkedPlace *turned;         /* those for whom a test turns */
    size_t count, staying_count; /* the first ones stay from one kind to the next */
} TurnGroup;

/* Memory that only grows, and what was found. */
typedef struct {
    size_t events_max, sums_max, buckets_max;
    uint16_t *buckets; /* by event of the chunk */
    TurnHit *hits, *ordered;
    MarkedPlace *left; /* of those who turn a leaf, whom a rule was not done with */
    uint64_t
        *sums; /* by measure, then by event + row: what the customer's events before add up to */
    uint32_t *starts; /* by bucket, in `ordered` */
    TurnGroup group;
    uint64_t *last_customers; /* by leaf: the last one whose events with a key were looked at */
    TurnedLists *of_rules;
} TurnHand;

struct Turning {
    EngineProgram *program;
    TurnRule *rules;
    size_t rules_count;
    TurnLeaf *leaves;
    size_t leaves_count;
    TurnPlan plans[BINDINGS_MAX]; /* by binding */
    TurnHand *hands;              /* by worker */
};

/* Make the plan of a binding, given what its leaves ask of the events; turning_plan.c. */
TurnPlan turn_plan(const Turning *turning, size_t binding, const SweepAsked *asked);

/* Memory but for the lists; turning_run.c. */
void turn_hand_free(TurnHand *hand);
/* Go through a chunk; turning_run.c. */
MUST_CHECK Status turn_chunk(void *context, Worker *worker, const Chunk *chunk,
                             const uint64_t *need, Error *err);
