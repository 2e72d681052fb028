/* breakdown.c -- how many customers each condition of a rule lets through. */
#include "eval/reference.h"
#include "lang/place.h"
#include "lang/tree.h"

static const Node *condition_child(const Node *node, size_t index)
{
    if (node->kind == NODE_AGGREGATE || node->kind == NODE_SEQUENCE) return NULL;
    return node_child(node, index);
}

static void count_conditions(const Node *node, size_t *count)
{
    const Node *child;
    for (size_t i = 0; (child = condition_child(node, i)) != NULL; i++) {
        if (child->type.kind == TYPE_BOOL && child->kind != NODE_LITERAL)
            ++*count;
        else
            count_conditions(child, count);
    }
}

/* Where a node stands in the document; data is NULL for what stands in none. */
static Text place_of_child(const Node *node, Text place, size_t index, Arena *arena)
{
    Text step = node_child_place(node, index, arena);
    if (place.data == NULL || step.size == 0) return (Text){0};
    return arena_printf(arena, "%.*s%.*s", TEXT_FORMAT(place), TEXT_FORMAT(step));
}

static BreakdownNode node_of(const Node *node, Text place, Arena *arena);

/* Conditions below a node; those below an operand that is none count as its own. */
static void add_conditions(const Node *node, Text place, BreakdownNode *parent, Arena *arena)
{
    const Node *child;
    for (size_t i = 0; (child = condition_child(node, i)) != NULL; i++) {
        Text child_place = place_of_child(node, place, i, arena);
        if (child->type.kind == TYPE_BOOL && child->kind != NODE_LITERAL)
            parent->children[parent->children_count++] = node_of(child, child_place, arena);
        else
            add_conditions(child, child_place, parent, arena);
    }
}

static BreakdownNode node_of(const Node *node, Text place, Arena *arena)
{
    size_t count = 0;
    count_conditions(node, &count);
    BreakdownNode made = {.node = node,
                          .text = expression_print(node, arena),
                          .place = place,
                          .children = ARENA_ARRAY(arena, BreakdownNode, count)};
    add_conditions(node, place, &made, arena);
    return made;
}

BreakdownNode breakdown_conditions(const Expression *expression, Arena *arena)
{
    return node_of(expression->root, TEXT(""), arena);
}

static Status count_customer(const Scope *scope, BreakdownNode *counted, Error *err)
{
    if (counted->node->type.kind == TYPE_BOOL) {
        Verdict verdict;
        bool holds;
        TRY(reference_condition(scope, counted->node, &holds, err));
        TRY(reference_verdict(scope, counted->node, &verdict, err));
        counted->holds += holds;
        counted->only_missing += verdict == VERDICT_OPEN;
    } else {
        Value value;
        TRY(reference_value(scope, counted->node, &value, err));
        counted->holds += !value_is_missing(value);
        counted->only_missing += value_is_missing(value);
    }
    for (size_t i = 0; i < counted->children_count; i++)
        TRY(count_customer(scope, &counted->children[i], err));
    return STATUS_OK;
}

static Status count_all(const Reference *reference, const EvalInput *input, BreakdownNode *root,
                        uint64_t *ret_count, Error *err)
{
    AUTO(arena_done) Arena *row_arena = arena_new();
    *ret_count = 0;
    TRY(input->source->rewind(input->source, err));
    for (;;) {
        CustomerRow row;
        arena_reset(row_arena);
        TRY(input->source->next(input->source, row_arena, &row, err));
        if (row.id.value == 0) return STATUS_OK;
        Scope scope = {.reference = reference, .customer = &row, .arena = row_arena};
        if (count_customer(&scope, root, err) != STATUS_OK)
            return error_prefix(err, "customer '%.*s'", TEXT_FORMAT(row.code));
        ++*ret_count;
        TRY(reference_report(input, *ret_count, err));
    }
}

Status reference_breakdown(const EvalInput *input, const Expression *expression, Arena *arena,
                           BreakdownNode *ret_root, uint64_t *ret_customers_count, Error *err)
{
    AUTO(reference_done) Reference *reference = NULL;
    TRY(reference_open(input, expression, &reference, err));
    *ret_root = breakdown_conditions(expression, arena);
    return count_all(reference, input, ret_root, ret_customers_count, err);
}
