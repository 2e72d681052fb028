/* why.c -- why a customer is in or out: every node with what it saw and when it will change.
 *
 * When time alone changes a node is found by asking again for each day ahead, with the events that
 * are known on the as-of day; nothing is guessed from the shape of windows. Nodes that cannot
 * change with time are not asked. */
#include "eval/why.h"

#include "eval/reference.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "model/built_in.h"

/* ---- which nodes belong to the customer ---- */

/* Children that are nodes of the customer: not those that speak of one event. */
static const Node *child_of_customer(const Node *node, size_t index)
{
    if (node->kind == NODE_AGGREGATE || node->kind == NODE_SEQUENCE) return NULL;
    return node_child(node, index);
}

static bool asks_stored_sets(const Node *node)
{
    if (node->kind != NODE_CALL || node->as.call.definition != NULL) return false;
    FunctionKind function = node->as.call.function;
    return function >= FUNCTION_MEMBER && function <= FUNCTION_SCORE;
}

/* Whether other customers change it, and with `counts_sets` whoever keeps a set. */
static bool depends_on_others(const Node *node, bool counts_sets)
{
    if (node->kind == NODE_RANK || (counts_sets && asks_stored_sets(node))) return true;
    const Node *child;
    for (size_t i = 0; (child = child_of_customer(node, i)) != NULL; i++)
        if (depends_on_others(child, counts_sets)) return true;
    return false;
}

/* ---- which nodes time can change, when no event is added ---- */

static bool window_moves(const Window *window)
{
    return window->kind == WINDOW_LAST || window->kind == WINDOW_PREVIOUS ||
           window->kind == WINDOW_THIS || window->kind == WINDOW_BETWEEN_AGO;
}

/* The whole periods of a window that stands still grow until its end. */
static bool aggregate_moves(const Node *node)
{
    AggregateKind kind = node->as.aggregate.kind;
    return window_moves(&node->as.aggregate.window) || kind == AGGREGATE_DAYS_SINCE_FIRST ||
           kind == AGGREGATE_DAYS_SINCE_LAST || kind == AGGREGATE_CV || kind == AGGREGATE_SLOPE;
}

static bool speaks_of_today(FunctionKind function)
{
    return function == FUNCTION_TODAY || function == FUNCTION_AGE ||
           function == FUNCTION_ANNIVERSARY || function == FUNCTION_DAYS_SINCE ||
           function == FUNCTION_OVERDUE || function == FUNCTION_OVERDUE_DAYS;
}

/* A dated window that is shifted back is cut at an earlier day, which moves. */
static bool is_shifted(const Node *node)
{
    if (node->kind == NODE_AGGREGATE) return node->as.aggregate.window.is_shifted;
    return node->kind == NODE_SEQUENCE && node->as.sequence.window.is_shifted;
}

static bool moves_with_time(const Node *node)
{
    if (is_shifted(node)) return true;
    if (node->kind == NODE_AGGREGATE && aggregate_moves(node)) return true;
    if (node->kind == NODE_SEQUENCE && window_moves(&node->as.sequence.window)) return true;
    if (node->kind == NODE_CALL && speaks_of_today(node->as.call.function)) return true;
    const Node *child;
    for (size_t i = 0; (child = node_child(node, i)) != NULL; i++)
        if (moves_with_time(child)) return true;
    return false;
}

/* ---- one node ---- */

typedef struct {
    Scope scope;
    Arena *arena;   /* of the answer */
    Arena *scratch; /* of one day's evaluation */
} WhyMaker;

static Status value_of(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    TRY(reference_value(scope, node, ret_value, err));
    if (node->type.kind == TYPE_BOOL && value_is_missing(*ret_value))
        *ret_value = value_bool(false);
    return STATUS_OK;
}

static Status look_at_steps(const WhyMaker *maker, WhyNode *why, const EventRow **ret_first,
                            const EventRow **ret_last, Error *err)
{
    const Node *node = why->node;
    size_t count = node->as.sequence.steps_count;
    StepFacts *facts = ARENA_ARRAY(maker->arena, StepFacts, count);
    WhyStep *steps = ARENA_ARRAY(maker->arena, WhyStep, count);
    TRY(reference_sequence_chain(&maker->scope, node, facts, ret_first, ret_last, err));
    for (size_t i = 0; i < count; i++) {
        AUTO(buffer_done) Buffer text = {0};
        print_step(&text, &node->as.sequence.steps[i]);
        steps[i] = (WhyStep){.text = arena_text(maker->arena, buffer_view(&text)),
                             .events_count = facts[i].events_count,
                             .is_reached = facts[i].is_reached};
        if (facts[i].last != NULL) steps[i].last_event = facts[i].last->at;
    }
    why->steps = steps;
    why->steps_count = count;
    return STATUS_OK;
}

static WhyCharge charge_of(const OpenCharge *open)
{
    const Value *values = open->event->values;
    Value document = values[SETTLEMENT_DOCUMENT], due = values[SETTLEMENT_DUE_DATE];
    WhyCharge charge = {.date = moment_date(open->event->at), .rest = value_decimal(open->rest)};
    if (document.kind == VALUE_TEXT) charge.document = document.as.text;
    charge.has_due = !value_is_missing(due);
    if (charge.has_due) charge.due = due.as.date;
    return charge;
}

static Status look_at_charges(const WhyMaker *maker, WhyNode *why, Error *err)
{
    const OpenCharge *open;
    size_t count;
    if (why->node->kind != NODE_CALL || why->node->as.call.stream == NULL) return STATUS_OK;
    bool is_debt = why->node->as.call.function == FUNCTION_DEBT;
    TRY(reference_open_charges(&maker->scope, why->node, &open, &count, err));
    WhyCharge *charges = ARENA_ARRAY(maker->arena, WhyCharge, WHY_CHARGES_MAX);
    why->charges = charges;
    for (size_t i = 0; i < count; i++) {
        if (!is_debt && !open_charge_is_overdue(&open[i], maker->scope.reference->as_of)) continue;
        if (why->charges_count++ < WHY_CHARGES_MAX)
            charges[why->charges_shown++] = charge_of(&open[i]);
    }
    return STATUS_OK;
}

static void look_at_rank(const WhyMaker *maker, WhyNode *why)
{
    if (why->node->kind != NODE_RANK) return;
    const Scope *scope = &maker->scope;
    const RankChoice *choice = &scope->reference->ranks[why->node->as.rank.index];
    why->has_rank = true;
    why->rank = (WhyRank){.place = rank_place(choice, scope->customer->id),
                          .chosen = choice->chosen_count,
                          .ranked = choice->ranked_count,
                          .border = choice->border};
}

static Status look_at_events(const WhyMaker *maker, WhyNode *why, Error *err)
{
    const Node *node = why->node;
    const EventRow *first = NULL, *last = NULL;
    if (node->kind == NODE_AGGREGATE) {
        EventSelection selection;
        TRY(reference_aggregate_events(&maker->scope, node, &selection, err));
        why->events_count = selection.count;
        if (selection.count > 0) first = selection.items[0];
        if (selection.count > 0) last = selection.items[selection.count - 1];
    } else if (node->kind == NODE_SEQUENCE) {
        TRY(look_at_steps(maker, why, &first, &last, err));
        why->events_count = last != NULL ? node->as.sequence.steps_count : 0;
    } else {
        return STATUS_OK;
    }
    why->has_events = true;
    if (first != NULL) why->first_event = first->at;
    if (last != NULL) why->last_event = last->at;
    return STATUS_OK;
}

static void look_at_window(const WhyMaker *maker, WhyNode *why)
{
    const Node *node = why->node;
    const Window *window = NULL;
    if (node->kind == NODE_AGGREGATE) window = &node->as.aggregate.window;
    if (node->kind == NODE_SEQUENCE) window = &node->as.sequence.window;
    if (node->kind == NODE_CALL && node->as.call.has_window) window = &node->as.call.window;
    if (window == NULL) return;
    Date as_of = maker->scope.reference->as_of;
    why->has_window = true;
    why->window =
        window->kind == WINDOW_NEXT ? window_next_days(window, as_of) : window_days(window, as_of);
}

/* The first day ahead on which the value is another one. */
static Status look_ahead(const WhyMaker *maker, WhyNode *why, Error *err)
{
    why->is_change_unknown = depends_on_others(why->node, true);
    why->depends_on_others = depends_on_others(why->node, false);
    if (why->is_change_unknown || !moves_with_time(why->node)) return STATUS_OK;
    Reference later = *maker->scope.reference;
    Scope scope = maker->scope;
    scope.reference = &later;
    scope.arena = maker->scratch;
    Date as_of = maker->scope.reference->as_of;
    for (int32_t days = 1; days <= WHY_DAYS_AHEAD && !why->has_change; days++) {
        Value value;
        arena_reset(maker->scratch);
        later.as_of = date_add(as_of, days, UNIT_DAY);
        TRY(value_of(&scope, why->node, &value, err));
        if (value_equal(value, why->value)) continue;
        why->has_change = true;
        why->change_day = later.as_of;
        why->changed_value = reference_kept_value(value, maker->arena);
    }
    return STATUS_OK;
}

static Status look_at_node(const WhyMaker *maker, const Node *node, WhyNode *why, Error *err);

static Status look_at_children(const WhyMaker *maker, WhyNode *why, Error *err)
{
    size_t count = 0;
    const Node *child;
    while (child_of_customer(why->node, count) != NULL)
        count++;
    WhyNode *children = ARENA_ARRAY(maker->arena, WhyNode, count);
    why->children = children;
    for (size_t i = 0; (child = child_of_customer(why->node, i)) != NULL; i++)
        if (child->kind != NODE_LITERAL)
            TRY(look_at_node(maker, child, &children[why->children_count++], err));
    return STATUS_OK;
}

static Status look_at_node(const WhyMaker *maker, const Node *node, WhyNode *why, Error *err)
{
    *why = (WhyNode){.node = node,
                     .text = expression_print(node, maker->arena),
                     .is_condition = node->type.kind == TYPE_BOOL};
    TRY(value_of(&maker->scope, node, &why->value, err));
    if (why->is_condition) {
        Verdict verdict;
        TRY(reference_verdict(&maker->scope, node, &verdict, err));
        why->is_only_missing = verdict == VERDICT_OPEN;
    }
    look_at_window(maker, why);
    TRY(look_at_events(maker, why, err));
    TRY(look_at_charges(maker, why, err));
    look_at_rank(maker, why);
    TRY(look_ahead(maker, why, err));
    TRY(why_look_for_event(&maker->scope, maker->scratch, why, err));
    if (why->further != NULL && why->further->as.aggregate.kind == AGGREGATE_DISTINCT)
        why->new_values_of = expression_print(why->further->as.aggregate.field, maker->arena);
    return look_at_children(maker, why, err);
}

/* What is known of the customer on the as-of day. */
static CustomerRow row_until(const CustomerRow *customer, const Schema *schema, Date as_of,
                             Arena *arena)
{
    CustomerRow row = *customer;
    EventList *events = ARENA_ARRAY(arena, EventList, schema->streams_count);
    for (size_t i = 0; i < schema->streams_count; i++)
        events[i] = events_until(customer->events[i], as_of);
    row.events = events;
    return row;
}

Status why_customer(const EvalInput *input, const Expression *expression,
                    const CustomerRow *customer, Arena *arena, WhyNode *ret_root, Error *err)
{
    AUTO(reference_done) Reference *reference = NULL;
    AUTO(arena_done) Arena *scratch = arena_new();
    TRY(reference_open(input, expression, &reference, err));
    CustomerRow row = row_until(customer, reference->schema, input->as_of, arena);
    WhyMaker maker = {.scope = {.reference = reference, .customer = &row, .arena = arena},
                      .arena = arena,
                      .scratch = scratch};
    if (look_at_node(&maker, expression->root, ret_root, err) != STATUS_OK)
        return error_prefix(err, "customer '%.*s'", TEXT_FORMAT(customer->code));
    return STATUS_OK;
}
