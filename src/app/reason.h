/* reason.h -- why a customer is in or out, and which conditions of a rule decide. */
#pragma once

#include "app/app.h"
#include "engine/breakdown.h"

/* Every node of the expression for the customer with this code.
 * errors  NOT_FOUND names near codes; as why_customer */
typedef struct {
    const Node *node;  /* member("...") of a stored segment */
    Text segment;      /* its name */
    CustomerMove move; /* his last one up to the day; forming.id 0: he never was in it */
} WhyMembership;

typedef struct {
    Text code, name; /* of the customer */
    WhyNode root;
    const WhyMembership *memberships; /* of the nodes that ask for one */
    size_t memberships_count;
} Why;

/* What is known of a node; NULL when it asks for no stored composition. */
const WhyMembership *why_membership(const Why *why, const Node *node);

typedef struct {
    const Expression *expression;
    Text code;
    Date as_of;
} WhyQuestion;

MUST_CHECK Status app_why(App *app, const WhyQuestion *question, Arena *arena, Why *ret_why,
                          Error *err);

/* How the conditions of an expression divide the base. */
typedef struct {
    Date as_of;
    const Expression *only; /* as of AskMode */
    const Progress *progress;
} BreakdownMode;

MUST_CHECK Status app_breakdown(App *app, const Expression *expression, const BreakdownMode *mode,
                                Arena *arena, Breakdown *ret_breakdown, Error *err);
