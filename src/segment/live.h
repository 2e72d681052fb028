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

/* A segment that a few customers who changed join and leave, through the data, or that anybody does
 * because the day passes; perhaps nobody. Ids ascending. */
typedef struct {
    const Segment *segment;
    ChangeCause cause;
    uint32_t *joined, *left;
    size_t joined_count, left_count;
    FormingRow before; /* the last forming */
    bool is_plain;     /* forming it would do nothing else */
} LiveMove;

typedef struct {
    LiveMove *items;
    size_t count, capacity;
} LiveMoves;

typedef struct {
    uint32_t *items;
    size_t count, capacity;
} SegmentIds;

/* Takes those segments out of `ids`, which are in the order of the registry, that need no forming:
 * a few customers changed, and all of them are where the rule wants them, or moving them is all
 * that is to do: these are `ret_moves`. So are those whose day became another one while nobody
 * changed, when it can be told whom that turns (engine/turning.h). Rules that ask more than a
 * customer and his events, segments with tests, customers with marks are left to segments_form.
 * cost: a look at each segment and each of those customers; nothing is written */
MUST_CHECK Status live_leave_out(const FormingContext *context, SegmentIds *ids, Arena *arena,
                                 LiveMoves *ret_moves, Error *err);
/* Into the journal, as segments_form would; in a batch of the caller, before other segments are
 * formed, which may read these. */
MUST_CHECK Status live_publish(const FormingContext *context, const LiveMoves *moves, Error *err);
FormingOutcome live_outcome(const LiveMove *move);
/* After the batch was kept; when it was not, everything is forgotten. */
MUST_CHECK Status live_settle(const FormingContext *context, const LiveMoves *moves, Error *err);
void live_forget(const FormingContext *context);

/* Once a run of segments_form with the reason LIVE was kept: a segment is true now and has these
 * members, by a move of that run or as before. */
void live_learn(const FormingContext *context, uint32_t segment_id, const CustomerSet *members,
                bool has_moved);
/* The members of all segments of that run were told. */
MUST_CHECK Status live_catch_up(const FormingContext *context, Error *err);
