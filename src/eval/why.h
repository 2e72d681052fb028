/* why.h -- why a customer is in or out of a rule, and how many each condition lets through. */
#pragma once

#include "eval/eval.h"

/* How sure a condition is: missing values are neither yes nor no (Kleene's three values). A rule
 * that gives no verdict of its own is decided only because a value is missing. */
typedef enum { VERDICT_NO, VERDICT_YES, VERDICT_OPEN } Verdict;

/* What was found for one step of a sequence. */
typedef struct {
    Text text;             /* the step as the language writes it */
    uint64_t events_count; /* in the window, whatever came before them */
    bool is_reached;       /* one of them goes on where the steps before end */
    Moment last_event;     /* the last of those that do, else of all; when there are any */
} WhyStep;

/* A charge that is not paid in full. */
typedef struct {
    Text document; /* empty when none is noted */
    Date date;
    bool has_due;
    Date due;
    Value rest; /* money */
} WhyCharge;

/* Where the customer stands in a ranking. */
typedef struct {
    uint64_t place;  /* from 1; 0: he is not ranked */
    uint64_t chosen; /* the places up to this one are taken */
    uint64_t ranked; /* customers */
    Value border;    /* of the last one taken, of the type of what is ranked by; may be missing */
} WhyRank;

/* One node of the expression, for one customer. Nodes below an event condition are no nodes of the
 * customer and are left out, and so are literals. */
typedef struct WhyNode WhyNode;
struct WhyNode {
    const Node *node;
    Text text;            /* the node as the language writes it */
    Value value;          /* of node->type; yes/no is never missing for a condition */
    bool is_condition;    /* yes/no: `value` says whether it holds */
    bool is_only_missing; /* a condition decided only because a value is missing */
    bool has_window;      /* an aggregate, a sequence, a question to a stored set */
    DaySpan window;       /* as days, cut at the as-of day */
    bool has_events;      /* an aggregate or a sequence: what it saw */
    uint64_t
        events_count; /* of an aggregate: those it took in; of a sequence: steps of its chain */
    Moment first_event, last_event; /* of those, when there are any */
    const WhyStep *steps;           /* of a sequence */
    size_t steps_count;
    /* Of debt() those open, of overdue() and overdue_days() those overdue: the oldest first, at
     * most WHY_CHARGES_MAX of charges_count. */
    const WhyCharge *charges;
    size_t charges_shown, charges_count;
    bool has_rank;
    WhyRank rank;
    /* The first later day on which the value is another one though nothing is added or edited:
     * windows move on, people grow older, debts fall due. Searched up to WHY_DAYS_AHEAD days. */
    bool has_change;
    Date change_day;
    Value changed_value;
    /* Further events, on any one day from the as-of day to `events_until`, would turn the condition
     * as of that day: so many of the stream and kind that `further` counts, each with a value of
     * its own that is new where it counts different ones, or one whose field has at least this
     * amount. Only where one aggregate over plain events decides. */
    const Node *further; /* the aggregate; NULL: nothing is known */
    uint64_t further_count;
    Text new_values_of; /* the field in which each has to be new; empty: nothing has to */
    bool has_further_amount;
    Value further_amount;   /* of further->type */
    bool has_further_until; /* false: as far as was looked, WHY_DAYS_AHEAD days */
    Date further_until;
    bool is_change_unknown; /* rankings change with other customers, stored sets when written */
    bool depends_on_others; /* a ranking takes part */
    const WhyNode *children;
    size_t children_count;
};

enum { WHY_DAYS_AHEAD = 400, WHY_CHARGES_MAX = 10 };

/* Everything about one customer, who need not be in the source; rankings are computed over it.
 * Events of his after the as-of day are not seen.
 * errors  LIMIT as in reference_eval      cost  WHY_DAYS_AHEAD evaluations of the customer */
MUST_CHECK Status why_customer(const EvalInput *input, const Expression *expression,
                               const CustomerRow *customer, Arena *arena, WhyNode *ret_root,
                               Error *err);

/* One condition over the whole base. Not a condition itself: an operand is left out. */
typedef struct BreakdownNode BreakdownNode;
struct BreakdownNode {
    const Node *node;
    Text text;
    Text place;            /* JSON pointer in the document; data is NULL inside of a metric */
    uint64_t holds;        /* customers for whom it holds */
    uint64_t only_missing; /* for whom it is decided only because a value is missing */
    BreakdownNode *children;
    size_t children_count;
};

/* The conditions of an expression, nothing counted yet. */
BreakdownNode breakdown_conditions(const Expression *expression, Arena *arena);

/* A pass over the base (and one for each ranking). The root stands also for an expression that is
 * no condition; its counts are then of customers with and without a value.
 * errors  LIMIT as in reference_eval */
MUST_CHECK Status reference_breakdown(const EvalInput *input, const Expression *expression,
                                      Arena *arena, BreakdownNode *ret_root,
                                      uint64_t *ret_customers_count, Error *err);
