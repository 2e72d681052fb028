/* trend.h -- one expression over past days: the same question as of each of them. */
#pragma once

#include "app/ask.h"

enum { TREND_DAYS_MAX = 10000 };

typedef struct {
    Date from, to; /* both included */
    Unit step;
    Engine engine;
    const Expression *only; /* as of AskMode */
    const Progress *progress;
} TrendPlan;

typedef struct {
    Date as_of;
    uint64_t base_count;  /* of the customers known today: the base itself has no history */
    uint64_t count;       /* for whom a rule holds, who have a value */
    ValueSummary summary; /* of any other expression */
} TrendPoint;

typedef struct {
    const TrendPoint *points;
    size_t points_count;
} TrendAnswer;

/* The points at from, from + step, from + 2 steps ... up to `to`; a month that is too short is cut
 * at its end. The native engine evaluates as many days as fit into memory in one scan.
 * errors  INVALID when `to` is before `from` or there are more than TREND_DAYS_MAX points; as
 *         ask_answer */
MUST_CHECK Status app_trend(App *app, const Expression *expression, const TrendPlan *plan,
                            Arena *arena, TrendAnswer *ret_answer, Error *err);
