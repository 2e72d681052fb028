/* worker.h -- what one thread needs to evaluate blocks: memory that is used again for every block,
 * the scopes it has open, where the time went. */
#pragma once

#include "engine/event_memory.h"
#include "engine/patience.h"
#include "engine/scope.h"

/* What a scope has computed, per step of the program. An entry counts when it has the memo's epoch,
 * so that nothing is cleared between blocks. */
typedef struct {
    uint32_t epoch;
    const uint64_t *known; /* positions the vector was computed for; NULL: all */
    Vector vector;
} MemoEntry;

typedef struct Memo {
    MemoEntry *entries;
    uint32_t epoch;
} Memo;

/* A scope of events, kept for the next ones when it is closed. */
typedef struct EventsScope EventsScope;
struct EventsScope {
    Scope scope; /* first, so that it is found from its scope */
    Memo memo;
    Arena *arena;
    bool is_whole_block; /* lives as long as the block */
    EventsScope *next;
};

/* What a step cost in this thread. */
typedef struct {
    uint64_t rows;
    uint64_t nanoseconds; /* without the steps that it asked for */
} StepMeasure;

struct Worker {
    const EngineProgram *program;
    size_t number; /* among the workers of the program */
    const Kernels *kernels;
    Patience patience; /* of the run */
    Arena *arena;      /* of the block */
    /* For a moment: whoever uses it resets it first, and evaluates no step meanwhile. */
    Arena *scratch;
    Scope customers; /* the block */
    Memo memo;
    EventsScope **whole_block; /* by stream; NULL: not opened in this block */
    EventsScope *closed;
    struct SweepMemory *sweep_memory;
    EventMemory *events;        /* of steps that look at events */
    StepMeasure *measures;      /* by step; NULL: nobody asks */
    uint64_t inner_nanoseconds; /* of the steps asked for by the one being measured */
};

Worker *worker_new(const EngineProgram *program, size_t number);
void worker_free(Worker *worker); /* accepts NULL */

/* Begin with customers row_begin .. row_begin+count-1 of an image; forgets the block before.
 * row_begin is a multiple of 64, and the rows are of one block of the image. */
Scope *worker_begin_block(Worker *worker, const Binding *binding, uint32_t row_begin, size_t count);
