/* coverage.c -- counting what random expressions are made of. */
#include "differential/coverage.h"

#include "lang/tree.h"

static void add_window(Coverage *coverage, const Window *window)
{
    coverage->windows[window->kind]++;
    coverage->shifted += window->is_shifted;
}

static void add_steps(Coverage *coverage, const Node *node)
{
    for (size_t i = 0; i < node->as.sequence.steps_count; i++) {
        coverage->step_limits += node->as.sequence.steps[i].has_within;
        coverage->withouts += node->as.sequence.steps[i].has_without;
    }
    add_window(coverage, &node->as.sequence.window);
}

static void add_node(void *context, const Node *node)
{
    Coverage *coverage = context;
    coverage->nodes[node->kind]++;
    coverage->negated += node->negated;
    if (node->kind == NODE_AGGREGATE) {
        coverage->aggregates[node->as.aggregate.kind]++;
        add_window(coverage, &node->as.aggregate.window);
    }
    if (node->kind == NODE_SEQUENCE) add_steps(coverage, node);
    if (node->kind == NODE_CALL) {
        coverage->functions[node->as.call.function]++;
        if (node->as.call.has_window) add_window(coverage, &node->as.call.window);
    }
    if (node->kind == NODE_RANK) {
        coverage->percents += node->as.rank.is_percent;
        coverage->withins += node->as.rank.within != NULL;
    }
}

void coverage_add(Coverage *coverage, const Node *root)
{
    coverage->roots[root->type.kind]++;
    node_walk(root, add_node, coverage);
}

static const char *gap_in(const uint64_t *counts, size_t count, const char *const *names)
{
    for (size_t i = 0; i < count; i++)
        if (counts[i] == 0 && names[i] != NULL) return names[i];
    return NULL;
}

static const char *const node_names[NODE_KIND_COUNT] = {
    [NODE_LITERAL] = "literal",
    [NODE_PROPERTY] = "property",
    [NODE_METRIC] = "metric",
    [NODE_FIELD] = "field",
    [NODE_AND] = "and",
    [NODE_OR] = "or",
    [NODE_NOT] = "not",
    [NODE_COMPARE] = "compare",
    [NODE_BETWEEN] = "between",
    [NODE_IN_LIST] = "in list",
    [NODE_IN_INTERVAL] = "in interval",
    [NODE_IS_MISSING] = "is missing",
    [NODE_TEXT_MATCH] = "text match",
    [NODE_HAS] = "has",
    [NODE_UNDER] = "under",
    [NODE_ARITHMETIC] = "arithmetic",
    [NODE_NEGATE] = "negate",
    [NODE_AGGREGATE] = "aggregate",
    [NODE_SEQUENCE] = "sequence",
    [NODE_CALL] = "call",
    [NODE_AT_LEAST] = "at least",
    [NODE_RANK] = "rank",
};

static const char *const aggregate_names[] = {
#define AGGREGATE(name, word, ...) word,
#include "lang/aggregates.def"
#undef AGGREGATE
};

static const char *const function_names[] = {
#define FUNCTION(name, word, ...) word,
#include "lang/functions.def"
#undef FUNCTION
};

static const char *const window_names[] = {
    [WINDOW_ALL] = "no window", [WINDOW_LAST] = "last",       [WINDOW_PREVIOUS] = "previous",
    [WINDOW_THIS] = "this",     [WINDOW_FROM_TO] = "from to", [WINDOW_SINCE] = "since",
    [WINDOW_BEFORE] = "before", [WINDOW_ON] = "on",           [WINDOW_BETWEEN_AGO] = "between ago",
    [WINDOW_NEXT] = "next",
};

static const char *const root_names[TYPE_KIND_COUNT] = {
    [TYPE_BOOL] = "yes/no root",   [TYPE_DECIMAL] = "exact root",
    [TYPE_RATIO] = "ratio root",   [TYPE_DATE] = "date root",
    [TYPE_MOMENT] = "moment root", [TYPE_TEXT] = "text root",
    [TYPE_TEXT_SET] = "set root",  [TYPE_HIERARCHY] = "hierarchy root",
    [TYPE_ITEM] = "item root",     [TYPE_HIERARCHY_SET] = "hierarchy set root",
};

const char *coverage_gap(const Coverage *coverage)
{
    const uint64_t marks[] = {coverage->shifted, coverage->negated,  coverage->percents,
                              coverage->withins, coverage->withouts, coverage->step_limits};
    static const char *const mark_names[] = {"shifted back", "negated form", "percent",
                                             "within (R)",   "without",      "within N unit"};
    const char *gap = gap_in(coverage->nodes, NODE_KIND_COUNT, node_names);
    if (gap == NULL) gap = gap_in(coverage->aggregates, AGGREGATE_COUNT_OF_KINDS, aggregate_names);
    if (gap == NULL) gap = gap_in(coverage->functions, FUNCTION_COUNT_OF_KINDS, function_names);
    if (gap == NULL) gap = gap_in(coverage->windows, WINDOW_NEXT + 1, window_names);
    if (gap == NULL) gap = gap_in(marks, sizeof marks / sizeof marks[0], mark_names);
    if (gap == NULL) gap = gap_in(coverage->roots, TYPE_KIND_COUNT, root_names);
    return gap;
}
