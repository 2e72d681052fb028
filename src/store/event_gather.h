/* event_gather.h -- a sorted batch of events as pieces that lie in memory in its order.
 *
 * Sorted records lie scattered over the memory of the batch. Another thread fetches them while the
 * caller's merges and writes what was fetched before. */
#pragma once

#include "base/error.h"
#include "store/event_batch.h"

typedef struct EventGather EventGather;

/* The batch is borrowed, and does not change until the gather is closed. */
MUST_CHECK Status event_gather_open(const EventBatch *batch, EventGather **ret_gather, Error *err);
void event_gather_close(EventGather *gather); /* accepts NULL */
void event_gather_done(EventGather **gather);
/* The next piece, with all events of its customers; NULL at the end. Valid until the next call. */
const EventBatch *event_gather_next(EventGather *gather);
