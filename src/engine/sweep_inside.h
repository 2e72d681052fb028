/* sweep_inside.h -- the plan of a sweep as sweep_plan.c makes it and sweep.c follows it. */
#pragma once

#include "engine/sweep.h"

typedef struct {
    uint16_t begin, end; /* buckets; begin == end: no events */
} BucketRange;

/* Whose answer comes out of a number per customer. */
typedef struct {
    uint32_t member;
    bool is_test, is_opposite;
    int64_t low, high;
} SweepUse;

/* One step of the pass through time. */
typedef enum {
    SWEEP_ADD,      /* the events of `buckets` to the totals */
    SWEEP_REMEMBER, /* the totals in `place` */
    SWEEP_ANSWER    /* uses first_use .. first_use + uses_count - 1, from the totals less those
                       remembered in `place` */
} SweepMoveKind;

#define SWEEP_NO_PLACE UINT32_MAX /* nothing to take away */

typedef struct {
    SweepMoveKind kind;
    BucketRange buckets;
    uint32_t place;
    uint32_t first_use, uses_count;
} SweepMove;

/* One that looks at the events of some classes of keys. */
typedef struct {
    SweepUse use;
    BucketRange buckets;
    uint32_t first_class, classes_count; /* in SweepPlan.classes */
} SweepKeyed;

typedef struct {
    SweepMove *items;
    size_t count, capacity;
} SweepMoveList;

typedef struct {
    SweepKeyed *items;
    size_t count, capacity;
} SweepKeyedList;

/* What is counted or summed. */
typedef struct {
    const Column *field; /* NULL: events are counted */
    SweepMoveList moves;
    SweepKeyedList keyed;
} SweepMeasure;

struct SweepPlan {
    const StreamColumns *stream;
    const Column *key; /* NULL: no member has keys */
    /* By stored day; events of bucket `buckets_count` are of no interest. */
    const uint16_t *bucket_of_day;
    size_t buckets_count;
    /* By key; class 0 is of no interest. */
    const uint16_t *class_of_key;
    size_t classes_count; /* classes are 1 .. classes_count */
    const uint16_t *classes;
    const SweepUse *uses;
    SweepMeasure *measures;
    size_t measures_count;
    size_t places_count; /* to remember totals in */
};
