/* live.h -- what is remembered of live segments from one change to the next, so that a purchase
 * does not ask a thousand rules anew: compiled rules, members, up to what each is true.
 *
 *   live_memory_new ─> LiveMemory ─ a FormingContext borrows it ─ live_memory_free
 *
 * All of it is checked against the store before it is believed, so it may be kept as long as one
 * likes, over many stores of one directory, and forgotten at any time. One thread at a time. */
#pragma once

#include "segment/forming.h"

LiveMemory *live_memory_new(void);
void live_memory_free(LiveMemory *memory); /* accepts NULL */

/* Takes those segments out of `ids`, which are in the order of the registry, that are known to be
 * true as they are: a few customers changed, and all of them are where the rule wants them. Rules
 * that ask more than a customer and his events, segments with tests, customers with marks are left
 * to segments_form.
 * cost: a look at each segment and each of those customers; nothing is written */
MUST_CHECK Status live_leave_out(const FormingContext *context, uint32_t *ids, size_t *count,
                                 Error *err);
/* Once a run of segments_form with the reason LIVE was kept: a segment is true now; `members` are
 * whom it has since that run, NULL when they stayed. */
void live_learn(const FormingContext *context, uint32_t segment_id, const CustomerSet *members);
/* The members of all segments of that run were told. */
MUST_CHECK Status live_catch_up(const FormingContext *context, Error *err);
