/* reference.h -- inside of the reference evaluator: one node, one customer, as of one day.
 *
 * What language.md leaves open is decided in these files and stated where it is computed:
 *   1. Logic is two-valued; every operand is evaluated, so that an error is never hidden by the
 *      order of the operands. `and`, `or`, `if` and `coalesce` included.
 *   2. A condition of an event is evaluated for the events of the window only.
 *   3. Exact numbers are computed in 128 bits; what does not fit 18 digits at the type's scale is a
 *      LIMIT. A ratio that is not finite is missing, like a division by zero.
 *   4. "Earlier" and "later" of a sequence mean the second; events of one second are not ordered.
 */
#pragma once

#include "base/regex.h"
#include "eval/eval.h"
#include "eval/why.h"

typedef struct {
    Value value;
    Type type;
} TypedValue;

/* The result of one ranking. The places from 1 to chosen_count are chosen. */
typedef struct {
    const uint32_t *places; /* by customer id; 0: not ranked */
    size_t size;
    size_t chosen_count, ranked_count;
    Value border; /* of the last who is chosen; missing when nobody is */
} RankChoice;

static inline uint32_t rank_place(const RankChoice *choice, CustomerId customer)
{
    return customer.value < choice->size ? choice->places[customer.value] : 0;
}

typedef struct {
    const Node *node; /* NODE_TEXT_MATCH with TEXT_MATCHES */
    Regex *regex;     /* owned */
} CompiledPattern;

/* All that is the same for every customer. */
struct Reference {
    Arena *arena; /* owned; lives as long as this */
    const Expression *expression;
    const Schema *schema;
    const Lookups *lookups;
    Date as_of;
    const RankChoice *ranks; /* by Node.as.rank.index; those after ranks_ready are unknown yet */
    size_t ranks_ready;
    CompiledPattern *patterns;
    size_t patterns_count;
};

/* Where a node is evaluated: for a customer, and inside an event condition for one of his events.
 */
typedef struct {
    const Reference *reference;
    const CustomerRow *customer;
    const EventRow *event; /* NULL outside of event conditions */
    Arena *arena;
    const Node *assumed; /* an aggregate whose value is taken as given: what if; usually NULL */
    Value assumed_value;
} Scope;

/* The value of a node at its own type; a bare missing yes/no stays missing. */
MUST_CHECK Status reference_value(const Scope *scope, const Node *node, Value *ret_value,
                                  Error *err);
/* A yes/no node as a condition: missing is no. */
MUST_CHECK Status reference_condition(const Scope *scope, const Node *node, bool *ret_holds,
                                      Error *err);
MUST_CHECK Status reference_typed(const Scope *scope, const Node *node, TypedValue *ret_typed,
                                  Error *err);

/* A copy of a value that outlives the customer's row; items belong to the data set. */
Value reference_kept_value(Value value, Arena *arena);
/* Tell the progress now and then how many customers are done. */
MUST_CHECK Status reference_report(const EvalInput *input, uint64_t customers_done, Error *err);

/* ---- parts, one file each ---- */

/* reference_compare.c: both sides present, of types that the checker lets meet. */
bool typed_equal(TypedValue a, TypedValue b, Arena *arena);
int typed_compare(TypedValue a, TypedValue b, Arena *arena); /* <0, 0, >0 */
/* The folded text by which a text or a hierarchical value compares. */
Text comparable_text(TypedValue typed, Arena *arena);
double typed_to_double(TypedValue typed);
Date typed_to_date(TypedValue typed);
/* The value at another type of the same family: a larger scale, a ratio, a day. */
MUST_CHECK Status typed_convert(TypedValue typed, Type type, Value *ret_value, Error *err);
/* An exact result; LIMIT when it has more than 18 digits. */
MUST_CHECK Status exact_result(Int128 mantissa, Value *ret_value, Error *err);
/* A ratio, missing when it is not finite. */
Value ratio_result(double ratio);

/* reference_arithmetic.c */
MUST_CHECK Status reference_arithmetic(const Scope *scope, const Node *node, Value *ret_value,
                                       Error *err);

/* reference_events.c */
typedef struct {
    const EventRow *const *items; /* ordered by time, then arrival */
    size_t count;
} EventSelection;

/* The customer's events of a stream, up to the as-of day, that lie in the span and meet the
 * condition (NULL: all). */
MUST_CHECK Status select_events(const Scope *scope, const EventPattern *pattern, DaySpan span,
                                EventSelection *ret_selection, Error *err);

/* reference_aggregate.c and reference_statistics.c */
MUST_CHECK Status reference_aggregate(const Scope *scope, const Node *node, Value *ret_value,
                                      Error *err);

/* The events that an aggregate takes in: selected, and with its field. */
MUST_CHECK Status reference_aggregate_events(const Scope *scope, const Node *node,
                                             EventSelection *ret_selection, Error *err);

/* The values of the aggregated field, of those selected events that have it, in their order. */
typedef struct {
    const Value *items;
    const EventRow *const *events; /* the event of each */
    size_t count;
    Type type;
} FieldValues;

MUST_CHECK Status statistics_sum(const FieldValues *values, Value *ret_value, Error *err);
MUST_CHECK Status statistics_average(const FieldValues *values, Value *ret_value, Error *err);
MUST_CHECK Status statistics_deviation(const FieldValues *values, Value *ret_value, Error *err);
MUST_CHECK Status statistics_median(const FieldValues *values, Type type, Arena *arena,
                                    Value *ret_value, Error *err);
/* cv and slope over the whole periods of the span. */
MUST_CHECK Status statistics_of_periods(const FieldValues *values, const Node *aggregate,
                                        DaySpan span, Value *ret_value, Error *err);

/* reference_sequence.c */
MUST_CHECK Status reference_sequence(const Scope *scope, const Node *node, bool *ret_exists,
                                     Error *err);
/* What was found for one step: events that are such, and the last of them that ends a chain of the
 * steps so far, or simply the last when none does; NULL without events. */
typedef struct {
    uint64_t events_count;
    bool is_reached;
    const EventRow *last;
} StepFacts;

/* The first and the last event of the chain that ends last; NULL both when there is none. `steps`
 * has a place per step, or is NULL. */
MUST_CHECK Status reference_sequence_chain(const Scope *scope, const Node *node,
                                           StepFacts *ret_steps, const EventRow **ret_first,
                                           const EventRow **ret_last, Error *err);

/* verdict.c */
MUST_CHECK Status reference_verdict(const Scope *scope, const Node *node, Verdict *ret_verdict,
                                    Error *err);

/* why_event.c: fills `further` and what belongs to it. */
MUST_CHECK Status why_look_for_event(const Scope *scope, Arena *scratch, WhyNode *why, Error *err);

/* reference_call.c and reference_debt.c */
MUST_CHECK Status reference_call(const Scope *scope, const Node *node, Value *ret_value,
                                 Error *err);
MUST_CHECK Status reference_debt(const Scope *scope, const Node *node, Value *ret_value,
                                 Error *err);

/* A charge that is not paid in full, and what of it is open. */
typedef struct {
    const EventRow *event;
    int64_t rest; /* of the amount; more than 0 */
} OpenCharge;

/* The oldest first. */
MUST_CHECK Status reference_open_charges(const Scope *scope, const Node *node,
                                         const OpenCharge **ret_charges, size_t *ret_count,
                                         Error *err);
bool open_charge_is_overdue(const OpenCharge *charge, Date as_of);

/* reference_rank.c: fills reference->ranks, inner rankings before outer ones, a pass over the base
 * for each. */
MUST_CHECK Status reference_rank_all(Reference *reference, const EvalInput *input, Error *err);
