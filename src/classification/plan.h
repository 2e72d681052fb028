/* plan.h -- a definition whose expressions are compiled against the data set: ready to be run. */
#pragma once

#include "classification/definition.h"
#include "lang/lang.h"

typedef struct {
    const Definition *definition;
    const Expression *const *metrics; /* metrics_count */
    const Expression *const *rules;   /* classes_count of RULES, STAGE, LADDER; else NULL */
    const Expression *amount, *first; /* NULL: none */
} Plan;

/* `own_id` is the classification's; 0 for one that is not kept yet.
 * errors  INVALID tells which expression does not fit and why; as definition_check. CONFLICT when
 * it reads its own classes */
typedef struct {
    const Catalog *catalog;
    uint32_t own_id;
    Language language; /* of the sentences */
} PlanNames;
MUST_CHECK Status plan_compile(const Definition *definition, const PlanNames *names, Arena *arena,
                               Plan *ret_plan, Error *err);
