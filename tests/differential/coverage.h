/* coverage.h -- what the random expressions were made of, so that a test can tell when something of
 * the language is never drawn. */
#pragma once

#include "lang/ast.h"

typedef struct {
    uint64_t nodes[NODE_KIND_COUNT];
    uint64_t aggregates[AGGREGATE_COUNT_OF_KINDS];
    uint64_t functions[FUNCTION_COUNT_OF_KINDS];
    uint64_t windows[WINDOW_NEXT + 1];
    uint64_t shifted, negated, percents, withins, withouts, step_limits;
    uint64_t roots[TYPE_KIND_COUNT];
} Coverage;

void coverage_add(Coverage *coverage, const Node *root);
/* The name of something that was never drawn; NULL when there is none. */
const char *coverage_gap(const Coverage *coverage);
