/* scope.h -- where steps are evaluated: a block of customers, or a run of their events, in one
 * image, by one thread.
 *
 *   worker: thread ── Scope of a block ── Scope of events (scope_open_events) of neighbours in it
 *
 * A scope remembers what was computed in it, so that a shared step costs once. Its memory is the
 * worker's and is taken back when the scope is closed (events) or the next block begins. */
#pragma once

#include "engine/kernels.h"
#include "engine/step.h"

typedef struct Worker Worker;   /* worker.h */
typedef struct Binding Binding; /* bind.h: the program's steps against one image */

typedef struct Scope Scope;
struct Scope {
    Worker *worker;
    const Binding *binding;
    const Image *image;
    int domain;
    uint64_t begin; /* first position: row of the image, or event of the stream */
    size_t count;
    /* Of events: the customers they belong to, as rows of the image; rows row_begin .. row_end-1
     * hold exactly the events begin .. begin+count-1. */
    uint32_t row_begin, row_end;
    Arena *arena; /* of what is computed here */
    struct Memo *memo;
};

/* The values of a step at the positions of `need` (a bit per position; NULL: all of them). */
MUST_CHECK Status scope_value(Scope *scope, const Step *step, const uint64_t *need,
                              Vector *ret_vector, Error *err);
/* A yes/no step as a condition: missing is no. Only bits of `need` are set; the words are the
 * scope's and may be shared. */
MUST_CHECK Status scope_condition(Scope *scope, const Step *step, const uint64_t *need,
                                  const uint64_t **ret_bits, Error *err);

/* Events of consecutive customers of a block, remembered per block and range when they are all of
 * the block. */
MUST_CHECK Status scope_open_events(Scope *customers, size_t stream_index, uint32_t row_begin,
                                    uint32_t row_end, Scope **ret_events, Error *err);
void scope_close_events(Scope *events);

/* ---- steps that look at events, each evaluated for the needed customers of a block ---- */

/* aggregate.c, sequence.c, debt.c */
MUST_CHECK Status aggregate_value(Scope *customers, const Step *step, const uint64_t *need,
                                  Vector *ret_vector, Error *err);
MUST_CHECK Status sequence_value(Scope *customers, const Step *step, const uint64_t *need,
                                 Vector *ret_vector, Error *err);
MUST_CHECK Status debt_value(Scope *customers, const Step *step, const uint64_t *need,
                             Vector *ret_vector, Error *err);

/* LIMIT: the number of the customer at this row leaves 18 digits. */
MUST_CHECK Status scope_overflow(const Scope *scope, uint32_t row, Error *err);
