/* nature.c -- whether a rule reads conditionally constant data of customers, data that changes
 * considerably in time, or both. */
#include "lang/lang.h"
#include "lang/tree.h"

typedef struct {
    bool has_static, has_dynamic;
} NatureSeen;

/* Stored compositions, classes and scores change with every forming; a saved set is frozen. */
static bool is_dynamic_call(const Node *node)
{
    switch (node->as.call.function) {
    case FUNCTION_MEMBER: return node->as.call.definition == NULL; /* else its rule is walked */
    case FUNCTION_WAS_MEMBER:
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT:
    case FUNCTION_CLASS:
    case FUNCTION_CLASS_ON:
    case FUNCTION_CLASS_CHANGED:
    case FUNCTION_SCORE:
    case FUNCTION_DEBT:
    case FUNCTION_OVERDUE:
    case FUNCTION_OVERDUE_DAYS: return true;
    case FUNCTION_TODAY:
    case FUNCTION_AGE:
    case FUNCTION_ANNIVERSARY:
    case FUNCTION_DAYS_BETWEEN:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_YEAR:
    case FUNCTION_MONTH:
    case FUNCTION_DAY:
    case FUNCTION_WEEKDAY:
    case FUNCTION_IF:
    case FUNCTION_COALESCE:
    case FUNCTION_ABS:
    case FUNCTION_ROUND:
    case FUNCTION_FLOOR:
    case FUNCTION_BUCKET:
    case FUNCTION_SAVED:
    case FUNCTION_COUNT_OF_KINDS: break;
    }
    return false;
}

static void see(void *context, const Node *node)
{
    NatureSeen *seen = context;
    if (node->kind == NODE_PROPERTY) {
        if (node->as.property.property->is_dynamic)
            seen->has_dynamic = true;
        else
            seen->has_static = true;
    }
    bool is_of_events = node->kind == NODE_AGGREGATE || node->kind == NODE_SEQUENCE;
    if (is_of_events || (node->kind == NODE_CALL && is_dynamic_call(node)))
        seen->has_dynamic = true;
}

DataNature expression_data_nature(const Expression *expression)
{
    NatureSeen seen = {0};
    node_walk(expression->root, see, &seen);
    if (seen.has_static && seen.has_dynamic) return NATURE_MIXED;
    return seen.has_dynamic ? NATURE_DYNAMIC : NATURE_STATIC;
}
