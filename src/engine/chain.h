/* chain.h -- chains of events in time, one event per step of a sequence. Pure functions. */
#pragma once

#include "lang/ast.h"

/* Seconds of events, ascending. */
typedef struct {
    const int64_t *items;
    size_t count;
} Times;

/* The events that end a chain when those of `before` ended the chain of the steps before: strictly
 * later than one of them, within the limit of the step, without a forbidden event strictly between.
 * `ret_ends` has room for all events and is neither of the inputs. Returns how many;
 * `is_one_enough`: the first will do.
 * cost  linear in the three inputs */
size_t chain_advance(Times before, Times events, Times forbidden, const SequenceStep *step,
                     bool is_one_enough, int64_t *ret_ends);
