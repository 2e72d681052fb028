/* sweep.h -- many counts and sums over the events of one stream at once, for a run of customers.
 *
 * The events of a run are put in order once, whatever is asked: by time, cut into buckets at the
 * ends of all windows, and by class of their key (an item, a code), keys of one class being in
 * exactly the same conditions. Then
 *   - counts and sums of all events come from one pass through time for each field: totals per
 *     customer grow, are remembered where a window begins, and what was remembered is taken away
 *     where it ends;
 *   - those of some keys touch the events of their classes within the window and no others; a
 *     customer without such an event gets the answer for 0.
 *
 * Sums are exact as long as the answers themselves fit in 64 bits. */
#pragma once

#include "engine/kernels.h"
#include "lang/window.h"

enum {
    SWEEP_MEMBERS_MAX = 4096,
    SWEEP_EVENTS_MAX = 1 << 22 /* of a run; more are better looked at one question at a time */
};

/* What is asked of every customer. */
typedef struct {
    DaySpan span;
    const Column *field;  /* COLUMN_INTEGER of the stream: summed where present; NULL: counted */
    const uint64_t *keys; /* events whose key has its bit here; NULL: all events */
    /* A bit per customer: low <= the number <= high, or the opposite; else the number itself. */
    bool is_test, is_opposite;
    int64_t low, high;
} SweepMember;

typedef struct {
    const StreamColumns *stream;
    const Column *key;   /* COLUMN_ITEM or COLUMN_CODE of the stream; NULL: no member has keys */
    uint32_t keys_count; /* keys are 0 (missing) .. keys_count */
    const SweepMember *members;
    size_t members_count; /* SWEEP_MEMBERS_MAX at most */
} SweepTask;

/* How a task is done; constant, shared by threads. The columns, not the members, must outlive it.
 */
typedef struct SweepPlan SweepPlan;
/* NULL when there are too many members or classes of keys for a plan. */
const SweepPlan *sweep_plan(const SweepTask *task, Arena *arena);

/* The memory of one thread, used again for every run of any plan. */
typedef struct SweepMemory SweepMemory;
SweepMemory *sweep_memory_new(void);
void sweep_memory_free(SweepMemory *memory); /* accepts NULL */

typedef struct {
    uint32_t row_begin;
    size_t count; /* IMAGE_BLOCK_ROWS at most */
} SweepRows;

/* One answer per member: bit_words(rows.count) words for a test, else a number per row. */
typedef union {
    uint64_t *bits;
    int64_t *numbers;
} SweepAnswer;

/* Answer for all customers of a run; false, and nothing is answered, when they have more than
 * SWEEP_EVENTS_MAX events. */
bool sweep_run(const SweepPlan *plan, SweepMemory *memory, const Kernels *kernels, SweepRows rows,
               const SweepAnswer *answers);
