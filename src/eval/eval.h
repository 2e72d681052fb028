/* eval.h -- expressions over all customers: the reference evaluator, SQL, and why.
 *
 * The reference evaluator is the definition: row at a time, no cleverness, kept for ever. Every
 * other engine must give its results, bit for bit. */
#pragma once

#include "base/progress.h"
#include "lang/lang.h"
#include "lang/window.h"
#include "model/customer.h"

/* Stored sets, classes and scores, which other floors keep. Any function may be NULL when the
 * expression uses none of its kind. Days: -1 in `day` never occurs; customers are known by id. */
typedef struct Lookups Lookups;
struct Lookups {
    void *context;
    /* In the composition of a stored segment at the end of `day`. */
    bool (*was_member)(void *context, uint32_t segment_id, CustomerId customer, Date day);
    bool (*in_saved_set)(void *context, uint32_t saved_set_id, CustomerId customer);
    /* Entered (or left) it on a day of the span. */
    bool (*entered)(void *context, uint32_t segment_id, CustomerId customer, DaySpan span);
    bool (*left)(void *context, uint32_t segment_id, CustomerId customer, DaySpan span);
    /* Class in the newest run not after `day`; false when there is none. */
    bool (*class_on)(void *context, uint32_t classification_id, CustomerId customer, Date day,
                     Text *ret_class);
    bool (*score)(void *context, uint32_t score_id, CustomerId customer, Date day, double *ret);
};

typedef struct {
    CustomerSource *source;
    const Lookups *lookups; /* NULL: no stored sets exist */
    Date as_of;
    const Progress *progress; /* may be NULL */
} EvalInput;

/* Results of several expressions over the whole base, in ascending customer id order. */
typedef struct {
    size_t customers_count;
    const CustomerId *customers;
    const Text *codes;
    const Value **values; /* values[e][c]: expression e, customer c */
} EvalResult;

/* An expression made ready for one as-of day: patterns compiled, rankings computed over the base
 * (a pass over the source for each). For questions about single customers and single nodes. */
typedef struct Reference Reference;

MUST_CHECK Status reference_open(const EvalInput *input, const Expression *expression,
                                 Reference **ret_reference, Error *err);
void reference_close(Reference *reference); /* accepts NULL */
void reference_done(Reference **reference);
/* The value of one node of the expression (outside of event conditions) for one customer. A bare
 * yes/no property stays missing here. LIMIT as below. */
MUST_CHECK Status reference_eval_customer(const Reference *reference, const CustomerRow *customer,
                                          const Node *node, Arena *arena, Value *ret_value,
                                          Error *err);

/* Evaluate with the reference evaluator. A yes/no expression never gives missing as a rule: a bare
 * missing yes/no is no. LIMIT when an aggregate or arithmetic goes beyond 18 digits: the message
 * names the customer's code. */
MUST_CHECK Status reference_eval(const EvalInput *input, const Expression *const *expressions,
                                 size_t expressions_count, Arena *arena, EvalResult *ret_result,
                                 Error *err);
