/* moves.h -- which customers a rule may answer differently about when its day becomes another one.
 *
 * A rule that sees events through windows moves for customers with an event that enters or leaves
 * one of them. Whatever else reads the day (ages, days since, rankings, stored sets, overdue debts,
 * series of whole periods) may move for everybody. */
#pragma once

#include "base/arena.h"
#include "eval/eval.h"

/* Days of one stream, both ends included; the first day may be DATE_DAY_MIN. */
typedef struct {
    const Stream *stream;
    Date first, last;
} DayRange;

typedef struct {
    bool is_everybody;
    DayRange *items; /* without repeats, in a fixed order; none when is_everybody */
    size_t count, capacity;
} RuleMoves;

/* What moves when the rule is asked as of `after` instead of `before`. */
RuleMoves rule_moves(const Expression *rule, Date before, Date after, Arena *arena);

/* Whether the answer about one customer depends on other customers, or on stored sets: then it may
 * change for everybody when anything does. */
bool rule_depends_on_others(const Expression *rule);
