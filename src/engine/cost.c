/* cost.c -- what steps cost and how many customers conditions let through, both guessed: enough to
 * ask cheap and selective conditions first. */
#include "engine/program.h"

#include <stdlib.h>

/* Nanoseconds per customer or event. */
static const double COST_OF_TEST = 0.2, COST_OF_VALUE = 1, COST_OF_TEXT = 50, COST_OF_LOOKUP = 30,
                    COST_OF_EVENT = 0.5, COST_OF_GROUPED_EVENT = 0.4, COST_OF_SORTED_EVENT = 10;

static double events_per_customer(const EngineProgram *program, size_t stream_index)
{
    const Image *image = program->bindings[0].image;
    double customers = (double)image_customers_count(image) + 1;
    return (double)image_stream(image, stream_index)->count / customers;
}

/* Texts of which each customer has his own mostly stand together. */
static bool is_of_groups(const EngineProgram *program, const Step *step)
{
    if (step->node->as.aggregate.kind != AGGREGATE_DISTINCT) return false;
    const Column *column = binding_column(&program->bindings[0], step->field);
    return column != NULL && column->kind == COLUMN_OWN_CODE;
}

static double cost_of_aggregated(const EngineProgram *program, const Step *step)
{
    AggregateKind kind = step->node->as.aggregate.kind;
    bool is_sorting =
        kind == AGGREGATE_DISTINCT || kind == AGGREGATE_MEDIAN || kind == AGGREGATE_MOST_COMMON;
    if (is_of_groups(program, step)) return COST_OF_GROUPED_EVENT;
    return is_sorting ? COST_OF_SORTED_EVENT : COST_OF_EVENT;
}

static double cost_of_events(const EngineProgram *program, const StepEvents *events,
                             double cost_of_event)
{
    double condition = events->condition == NULL ? 0 : events->condition->cost;
    return events_per_customer(program, events->stream_index) * (cost_of_event + condition);
}

static double cost_of_sequence(const EngineProgram *program, const Step *step)
{
    double cost = 0;
    for (size_t i = 0; i < step->node->as.sequence.steps_count; i++) {
        cost += cost_of_events(program, &step->sequence[i], COST_OF_SORTED_EVENT);
        if (step->node->as.sequence.steps[i].has_without)
            cost += cost_of_events(program, &step->without[i], COST_OF_SORTED_EVENT);
    }
    return cost;
}

static double cost_of_call(const EngineProgram *program, const Step *step)
{
    FunctionKind function = step->node->as.call.function;
    if (function == FUNCTION_DEBT || function == FUNCTION_OVERDUE ||
        function == FUNCTION_OVERDUE_DAYS)
        return cost_of_events(program, &step->events, COST_OF_SORTED_EVENT);
    if (function == FUNCTION_BUCKET || function > FUNCTION_MEMBER) return COST_OF_LOOKUP;
    return function == FUNCTION_MEMBER && step->node->as.call.definition == NULL ? COST_OF_LOOKUP
                                                                                 : COST_OF_VALUE;
}

/* Without that of its operands. */
static double own_cost(const EngineProgram *program, const Step *step)
{
    const Node *node = step->node;
    TypeKind type = node->type.kind;
    bool is_text = type == TYPE_TEXT || type == TYPE_HIERARCHY || type == TYPE_TEXT_SET ||
                   type == TYPE_HIERARCHY_SET;
    if (node->kind == NODE_AGGREGATE)
        return cost_of_events(program, &step->events, cost_of_aggregated(program, step));
    if (node->kind == NODE_SEQUENCE) return cost_of_sequence(program, step);
    if (node->kind == NODE_CALL) return cost_of_call(program, step);
    if (node->kind == NODE_TEXT_MATCH) return COST_OF_TEXT;
    return is_text ? COST_OF_TEXT : COST_OF_VALUE;
}

static bool is_tested_on_column(const EngineProgram *program, const Step *step)
{
    const ColumnTest *test = program->bindings[0].steps[step->index].test;
    return test != NULL && test->column != NULL;
}

static double cost_of(const EngineProgram *program, const Step *step)
{
    if (step->node->kind == NODE_RANK) return COST_OF_TEST; /* the ranking was made before */
    if (is_tested_on_column(program, step)) return COST_OF_TEST;
    double cost = own_cost(program, step);
    for (size_t i = 0; i < step->inputs_count; i++)
        cost += step->inputs[i]->cost;
    return cost;
}

static double share_of(const Step *step)
{
    const double share_of_equality = 0.1, share_of_range = 0.3, share_unknown = 0.5;
    const Node *node = step->node;
    double share = share_unknown;
    if (node->kind == NODE_COMPARE)
        share = node->as.compare.operator_ == COMPARE_EQ ? share_of_equality : share_of_range;
    if (node->kind == NODE_UNDER || node->kind == NODE_TEXT_MATCH || node->kind == NODE_IN_LIST ||
        node->kind == NODE_RANK)
        share = share_of_equality;
    if (node->kind == NODE_BETWEEN || node->kind == NODE_IN_INTERVAL || node->kind == NODE_HAS)
        share = share_of_range;
    if (node->kind == NODE_AND || node->kind == NODE_OR) {
        double kept = 1;
        for (size_t i = 0; i < step->inputs_count; i++) {
            double of_input = step->inputs[i]->share;
            kept *= node->kind == NODE_AND ? of_input : 1 - of_input;
        }
        share = node->kind == NODE_AND ? kept : 1 - kept;
    }
    if (node->kind == NODE_NOT) share = 1 - step->inputs[0]->share;
    return node->negated ? 1 - share : share;
}

/* ---- the order of operands ---- */

typedef struct {
    const Step *step;
    double price; /* of deciding one customer: cost by the share that is decided */
    size_t place; /* as written, so that the order is always the same */
} PricedOperand;

static int compare_operands(const void *a, const void *b)
{
    const PricedOperand *left = a, *right = b;
    int order = (left->price > right->price) - (left->price < right->price);
    return order != 0 ? order : (left->place > right->place) - (left->place < right->place);
}

static void order_operands(Step *step, Arena *arena)
{
    const double share_min = 0.01;
    PricedOperand *operands = ARENA_ARRAY(arena, PricedOperand, step->inputs_count);
    const Step **inputs = ARENA_ARRAY(arena, const Step *, step->inputs_count);
    for (size_t i = 0; i < step->inputs_count; i++) {
        const Step *operand = step->inputs[i];
        double decided = step->node->kind == NODE_AND ? 1 - operand->share : operand->share;
        operands[i] = (PricedOperand){
            .step = operand,
            .price = operand->cost / (decided < share_min ? share_min : decided),
            .place = i,
        };
    }
    qsort(operands, step->inputs_count, sizeof *operands, compare_operands);
    for (size_t i = 0; i < step->inputs_count; i++)
        inputs[i] = operands[i].step;
    step->inputs = inputs;
}

void program_order(EngineProgram *program)
{
    for (size_t i = 0; i < program->steps.count; i++) {
        Step *step = program->steps.items[i];
        step->cost = cost_of(program, step);
        step->share = share_of(step);
        if (step->node->kind == NODE_AND || step->node->kind == NODE_OR)
            order_operands(step, program->arena);
    }
}
