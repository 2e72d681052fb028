/* step.h -- what a program is made of: each distinct sub-expression of all questions, once.
 *
 * A step belongs to a domain: it has a value per customer, or per event of one stream (conditions
 * and fields inside aggregates). Two nodes are one step when they are equal trees, of one domain
 * and as of one day. Steps are constant after engine_prepare; what depends on an image (codes of
 * texts) is bound to it in a Binding. */
#pragma once

#include "engine/engine.h"
#include "engine/vector.h"

enum { DOMAIN_CUSTOMERS = -1 }; /* otherwise the index of a stream */

typedef struct Step Step;

/* Events an aggregate or a step of a sequence sees. */
typedef struct {
    size_t stream_index;
    DaySpan span;          /* cut at the as-of day; may be empty */
    const Step *condition; /* a yes/no step of the stream's domain; NULL: every event */
} StepEvents;

struct Step {
    const Node *node; /* one of those that the step stands for */
    Date as_of;
    int domain;
    uint32_t index; /* place in the program: inputs come before those who use them */
    /* Operands in the order of node_child, of the same domain; of a dynamic segment the definition
     * comes last. Those of `and` and `or` have the cheapest first. A metric is its definition's
     * step. */
    const Step *const *inputs;
    size_t inputs_count;
    /* Whether some customer's number may leave 18 digits. Such a step is evaluated for everybody
     * whom its root is asked about, so that no condition hides the error; all others only where
     * their answer still matters. */
    bool can_fail;
    double cost;  /* estimated nanoseconds per customer: cheap conditions first */
    double share; /* guessed: of those asked about, for whom the condition holds */

    StepEvents events;          /* NODE_AGGREGATE; debt functions: stream and span only */
    const Step *field;          /* NODE_AGGREGATE of a field: a step of the stream's domain */
    const StepEvents *sequence; /* NODE_SEQUENCE: per step its events, */
    const StepEvents *without;  /* and what must not happen before it (condition may be NULL;
                                   meaningful where node->as.sequence.steps[i].has_without) */
};
