/* tree.c -- walking a checked tree, whatever the kinds of its nodes. */
#include "lang/tree.h"

#include "base/error.h"

static const Node *list_item(NodeList list, size_t index)
{
    return index < list.count ? list.items[index] : NULL;
}

/* The one of three possible children that is `index`-th of those that exist. */
static const Node *present(const Node *first, const Node *second, const Node *third, size_t index)
{
    const Node *all[] = {first, second, third};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i] == NULL) continue;
        if (index == 0) return all[i];
        index--;
    }
    return NULL;
}

static const Node *sequence_child(const Node *node, size_t index)
{
    for (size_t i = 0; i < node->as.sequence.steps_count; i++) {
        const SequenceStep *step = &node->as.sequence.steps[i];
        const Node *without = step->has_without ? step->without.condition : NULL;
        const Node *child = present(step->event.condition, without, NULL, index);
        if (child != NULL) return child;
        index -= (size_t)((step->event.condition != NULL) + (without != NULL));
    }
    return NULL;
}

static const Node *call_child(const Node *node, size_t index)
{
    size_t arguments_count = node->as.call.arguments.count;
    if (index < arguments_count) return node->as.call.arguments.items[index];
    return index == arguments_count ? node->as.call.definition : NULL;
}

/* NOLINT(function-size): dispatch */
const Node *node_child(const Node *node, size_t index)
{
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR: return list_item(node->as.list, index);
    case NODE_AT_LEAST: return list_item(node->as.at_least.list, index);
    case NODE_NOT:
    case NODE_NEGATE:
    case NODE_IS_MISSING: return present(node->as.unary.operand, NULL, NULL, index);
    case NODE_METRIC: return present(node->as.metric.definition, NULL, NULL, index);
    case NODE_COMPARE: return present(node->as.compare.left, node->as.compare.right, NULL, index);
    case NODE_BETWEEN:
        return present(node->as.between.operand, node->as.between.low, node->as.between.high,
                       index);
    case NODE_IN_LIST: return present(node->as.in_list.operand, NULL, NULL, index);
    case NODE_IN_INTERVAL:
        return present(node->as.in_interval.operand, node->as.in_interval.low,
                       node->as.in_interval.high, index);
    case NODE_TEXT_MATCH: return present(node->as.text_match.operand, NULL, NULL, index);
    case NODE_HAS: return present(node->as.has.operand, NULL, NULL, index);
    case NODE_UNDER: return present(node->as.under.operand, NULL, NULL, index);
    case NODE_ARITHMETIC:
        return present(node->as.arithmetic.left, node->as.arithmetic.right, NULL, index);
    case NODE_AGGREGATE:
        return present(node->as.aggregate.field, node->as.aggregate.condition, NULL, index);
    case NODE_SEQUENCE: return sequence_child(node, index);
    case NODE_CALL: return call_child(node, index);
    case NODE_RANK: return present(node->as.rank.by, node->as.rank.within, NULL, index);
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_FIELD:
    case NODE_NAME: return NULL;
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false);
    return NULL;
}

void node_walk(const Node *node, void (*visit)(void *context, const Node *node), void *context)
{
    visit(context, node);
    const Node *child;
    for (size_t i = 0; (child = node_child(node, i)) != NULL; i++)
        node_walk(child, visit, context);
}

/* ---- streams ---- */

typedef struct {
    const Schema *schema;
    bool *streams;
} StreamsSeen;

static void see(const StreamsSeen *seen, const Stream *stream)
{
    for (size_t i = 0; stream != NULL && i < seen->schema->streams_count; i++)
        if (seen->schema->streams[i].id == stream->id) seen->streams[i] = true;
}

static void see_sequence(const StreamsSeen *seen, const Node *node)
{
    for (size_t i = 0; i < node->as.sequence.steps_count; i++) {
        const SequenceStep *step = &node->as.sequence.steps[i];
        see(seen, step->event.stream);
        if (step->has_without) see(seen, step->without.stream);
    }
}

static void see_node(void *context, const Node *node)
{
    const StreamsSeen *seen = context;
    if (node->kind == NODE_AGGREGATE) see(seen, node->as.aggregate.stream);
    if (node->kind == NODE_CALL) see(seen, node->as.call.stream);
    if (node->kind == NODE_SEQUENCE) see_sequence(seen, node);
}

void node_streams(const Node *root, const Schema *schema, bool *streams)
{
    StreamsSeen seen = {schema, streams};
    node_walk(root, see_node, &seen);
}
