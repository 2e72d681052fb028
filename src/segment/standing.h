/* standing.h -- who is in which stored segment, since when and why, held in memory, so that an
 * order waits for nothing.
 *
 *   one thread:  standings_follow
 *   any thread:  standings_acquire ─> Standing ─ standing_find ─ standings_release
 *
 * A state is named by the newest forming it knows of, so whoever reads the store can tell whether a
 * state is that of his snapshot. What needs too much room is not held: it is unknown here, and the
 * store is asked. */
#pragma once

#include "segment/registry.h"

typedef struct Standings Standings; /* what is held, shared by threads */
typedef struct Standing Standing;   /* one state of it; constant */

Standings *standings_new(size_t bytes_max);
void standings_free(Standings *standings); /* accepts NULL; every state was released */
void standings_done(Standings **standings);

/* As the store has them now; reads only segments formed since. From one thread at a time. The store
 * has no snapshot open.
 * cost: nothing while nobody formed; else the compositions of those formed since the last call */
MUST_CHECK Status standings_follow(Standings *standings, Store *store, const Registry *registry,
                                   Error *err);

/* The state that the open snapshot or batch of a store sees; NULL when it is not held, and when
 * there are no standings. */
MUST_CHECK Status standings_acquire(Standings *standings, Store *store,
                                    const Standing **ret_standing, Error *err);
void standings_release(Standings *standings, const Standing *standing); /* accepts NULL */

typedef enum { STANDING_UNKNOWN, STANDING_OUT, STANDING_IN } StandingKind;

/* Whether a customer is in a segment, and how he came in; texts are in the arena.
 * cost: the formings since he came in, without touching the disk */
typedef struct {
    uint32_t segment_id;
    CustomerId customer;
} StandingQuery;
MUST_CHECK Status standing_find(const Standing *standing, StandingQuery query, Arena *arena,
                                StandingKind *ret_kind, CustomerMove *ret_since, Error *err);
/* The newest forming of a segment, id 0 before the first; false when it is unknown. */
bool standing_last_forming(const Standing *standing, uint32_t segment_id, Arena *arena,
                           FormingRow *ret_forming);
