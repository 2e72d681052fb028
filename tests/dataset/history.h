/* history.h -- a company to which random things happen: customers, events of all streams,
 * corrections, removals, merges, erasures, items, properties, streams. For tests that follow a data
 * directory. */
#pragma once

#include "base/random.h"
#include "store/fixture_events.h"

typedef struct {
    Fixture fixture;
    Random random;
    unsigned customers_count; /* codes C0 .. were used, some erased since */
    unsigned events_count;    /* keys K0 .. were used */
    unsigned properties_count;
} History;

History history_open(uint64_t seed);
void history_done(History *history);

/* One committed change of any kind. */
void history_step(History *history);
/* Only changes of single customers: what costs as much as it changes. */
void history_small_step(History *history);
