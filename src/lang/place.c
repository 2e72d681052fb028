/* place.c -- where the parts of an expression stand in its JSON form. */
#include "lang/place.h"

/* The `index`-th of those keys whose node exists. */
static Text present_key(const Node *const nodes[3], const char *const keys[3], size_t index,
                        Arena *arena)
{
    for (size_t i = 0; i < 3; i++) {
        if (nodes[i] == NULL) continue;
        if (index-- == 0) return arena_printf(arena, "/%s", keys[i]);
    }
    return TEXT("");
}

static Text sequence_place(const Node *node, size_t index, Arena *arena)
{
    for (size_t i = 0; i < node->as.sequence.steps_count; i++) {
        const SequenceStep *step = &node->as.sequence.steps[i];
        if (step->event.condition != NULL && index-- == 0)
            return arena_printf(arena, "/steps/%zu/condition", i);
        if (step->has_without && step->without.condition != NULL && index-- == 0)
            return arena_printf(arena, "/steps/%zu/without/condition", i);
    }
    return TEXT("");
}

static Text three_keys(const Node *node, size_t index, Arena *arena)
{
    const Node *interval[3] = {node->as.in_interval.operand, node->as.in_interval.low,
                               node->as.in_interval.high};
    const Node *between[3] = {node->as.between.operand, node->as.between.low,
                              node->as.between.high};
    static const char *const keys[3] = {"operand", "low", "high"};
    return present_key(node->kind == NODE_BETWEEN ? between : interval, keys, index, arena);
}

/* NOLINT(function-size): dispatch */
Text node_child_place(const Node *node, size_t index, Arena *arena)
{
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR:
    case NODE_AT_LEAST: return arena_printf(arena, "/operands/%zu", index);
    case NODE_NOT:
    case NODE_NEGATE:
    case NODE_IS_MISSING:
    case NODE_IN_LIST:
    case NODE_TEXT_MATCH:
    case NODE_HAS:
    case NODE_UNDER: return TEXT("/operand");
    case NODE_BETWEEN:
    case NODE_IN_INTERVAL: return three_keys(node, index, arena);
    case NODE_COMPARE:
    case NODE_ARITHMETIC: return index == 0 ? TEXT("/left") : TEXT("/right");
    case NODE_AGGREGATE:
        return present_key(
            (const Node *const[3]){node->as.aggregate.field, node->as.aggregate.condition},
            (const char *const[3]){"field", "condition"}, index, arena);
    case NODE_SEQUENCE: return sequence_place(node, index, arena);
    case NODE_CALL:
        return index < node->as.call.arguments.count ? arena_printf(arena, "/arguments/%zu", index)
                                                     : TEXT("");
    case NODE_RANK: return index == 0 ? TEXT("/by") : TEXT("/within");
    case NODE_METRIC:
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_FIELD:
    case NODE_NAME:
    case NODE_KIND_COUNT: return TEXT("");
    }
    return TEXT("");
}

const Window *node_window(const Node *node)
{
    const Window *window = NULL;
    if (node->kind == NODE_AGGREGATE) window = &node->as.aggregate.window;
    if (node->kind == NODE_SEQUENCE) window = &node->as.sequence.window;
    if (node->kind == NODE_CALL && node->as.call.has_window) window = &node->as.call.window;
    return window != NULL && window->kind != WINDOW_ALL ? window : NULL;
}
