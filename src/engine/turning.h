/* turning.h -- who joins and who leaves rules because their day becomes another one.
 *
 * A rule that is a condition, or several joined by `and`, some of which compare a count or a sum of
 * the events in a window, others a property with the day, changes its answer only about customers
 * with an event that enters or leaves a window, or with a birthday. One pass over the days of all
 * events finds them for all rules at once; a count or a sum of the window before and of the window
 * after is taken from one running total, and only about those for whom the comparison turns is
 * anything else asked. Nothing is kept from one day to the next: both sides are counted anew.
 *
 *   turning_ask ─> Turning ─ turning_knows, turning_of */
#pragma once

#include "engine/engine.h"

typedef struct {
    const Expression *rule;
    Date before, after;
} TurningRule;

typedef struct Turning Turning;

/* Rules that do not fit, or that can fail, are left out; they are the caller's to ask otherwise.
 * Whoever's data changed meanwhile is compared as he is now. `options` without `only`.
 * errors  as engine_run */
MUST_CHECK Status turning_ask(const EngineData *data, const TurningRule *rules, size_t rules_count,
                              const EngineOptions *options, Turning **ret_turning, Error *err);
void turning_free(Turning *turning); /* accepts NULL */
void turning_done(Turning **turning);

bool turning_knows(const Turning *turning, size_t rule);

/* The customers a thread found: of one rule, in no order, perhaps repeated, never in both lists. */
typedef struct {
    const CustomerId *joined, *left;
    size_t joined_count, left_count;
} Turned;

/* What each thread found of a rule that is known; their lists do not share a customer. */
size_t turning_parts(const Turning *turning);
Turned turning_of(const Turning *turning, size_t rule, size_t part);
