/* reference_node.c -- the value of one node for one customer: a switch over the kinds of nodes. */
#include "base/fold.h"
#include "eval/reference.h"

Status reference_typed(const Scope *scope, const Node *node, TypedValue *ret_typed, Error *err)
{
    ret_typed->type = node->type;
    return reference_value(scope, node, &ret_typed->value, err);
}

Status reference_condition(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    Value value;
    TRY(reference_value(scope, node, &value, err));
    *ret_holds = value.kind == VALUE_BOOL && value.as.boolean;
    return STATUS_OK;
}

/* ---- logic ---- */

/* How many of the list hold; each is evaluated, whatever the ones before it gave. */
static Status count_holding(const Scope *scope, NodeList list, size_t *ret_count, Error *err)
{
    *ret_count = 0;
    for (size_t i = 0; i < list.count; i++) {
        bool holds;
        TRY(reference_condition(scope, list.items[i], &holds, err));
        *ret_count += holds;
    }
    return STATUS_OK;
}

static Status and_or(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    size_t holding;
    TRY(count_holding(scope, node->as.list, &holding, err));
    *ret_holds = node->kind == NODE_AND ? holding == node->as.list.count : holding > 0;
    return STATUS_OK;
}

static Status at_least(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    size_t holding;
    TRY(count_holding(scope, node->as.at_least.list, &holding, err));
    *ret_holds = (int64_t)holding >= node->as.at_least.needed;
    return STATUS_OK;
}

static Status negation(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    TRY(reference_condition(scope, node->as.unary.operand, ret_holds, err));
    *ret_holds = !*ret_holds;
    return STATUS_OK;
}

/* ---- comparisons: false when anything compared is missing ---- */

static bool order_meets(CompareOperator operator_, int order)
{
    switch (operator_) {
    case COMPARE_EQ: return order == 0;
    case COMPARE_LT: return order < 0;
    case COMPARE_LE: return order <= 0;
    case COMPARE_GT: return order > 0;
    case COMPARE_GE: return order >= 0;
    }
    ASSERT(false);
    return false;
}

static bool values_meet(CompareOperator operator_, TypedValue left, TypedValue right, Arena *arena)
{
    if (value_is_missing(left.value) || value_is_missing(right.value)) return false;
    if (operator_ == COMPARE_EQ) return typed_equal(left, right, arena);
    return order_meets(operator_, typed_compare(left, right, arena));
}

static Status compare(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    TypedValue left, right;
    TRY(reference_typed(scope, node->as.compare.left, &left, err));
    TRY(reference_typed(scope, node->as.compare.right, &right, err));
    *ret_holds = values_meet(node->as.compare.operator_, left, right, scope->arena);
    return STATUS_OK;
}

static Status between(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    TypedValue operand, low, high;
    TRY(reference_typed(scope, node->as.between.operand, &operand, err));
    TRY(reference_typed(scope, node->as.between.low, &low, err));
    TRY(reference_typed(scope, node->as.between.high, &high, err));
    *ret_holds = values_meet(COMPARE_GE, operand, low, scope->arena) &&
                 values_meet(COMPARE_LE, operand, high, scope->arena);
    return STATUS_OK;
}

/* One side of an interval; an unbounded side (NULL) asks nothing, for the other one is bounded. */
static Status bound_meets(const Scope *scope, TypedValue operand, const Node *bound,
                          CompareOperator operator_, bool *ret_holds, Error *err)
{
    *ret_holds = true;
    if (bound == NULL) return STATUS_OK;
    TypedValue limit;
    TRY(reference_typed(scope, bound, &limit, err));
    *ret_holds = values_meet(operator_, operand, limit, scope->arena);
    return STATUS_OK;
}

static Status in_interval(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    TypedValue operand;
    bool is_above, is_below;
    TRY(reference_typed(scope, node->as.in_interval.operand, &operand, err));
    CompareOperator above = node->as.in_interval.low_included ? COMPARE_GE : COMPARE_GT;
    CompareOperator below = node->as.in_interval.high_included ? COMPARE_LE : COMPARE_LT;
    TRY(bound_meets(scope, operand, node->as.in_interval.low, above, &is_above, err));
    TRY(bound_meets(scope, operand, node->as.in_interval.high, below, &is_below, err));
    *ret_holds = is_above && is_below;
    return STATUS_OK;
}

/* A text that is empty after folding is missing, a written one too. */
static Value literal_value(const Literal *literal)
{
    if (literal->value.kind == VALUE_TEXT) return value_text(literal->value.as.text);
    return literal->value;
}

static TypedValue literal_typed(const Literal *literal)
{
    return (TypedValue){.value = literal_value(literal), .type = literal->type};
}

static Status in_list(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    TypedValue operand;
    TRY(reference_typed(scope, node->as.in_list.operand, &operand, err));
    const LiteralList *list = &node->as.in_list.list;
    *ret_holds = false;
    for (size_t i = 0; i < list->count; i++)
        if (values_meet(COMPARE_EQ, operand, literal_typed(&list->items[i]), scope->arena))
            *ret_holds = true;
    return STATUS_OK;
}

static Status is_missing(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    Value value;
    TRY(reference_value(scope, node->as.unary.operand, &value, err));
    *ret_holds = value_is_missing(value);
    return STATUS_OK;
}

/* ---- texts, sets, hierarchies ---- */

static const Regex *compiled_pattern(const Reference *reference, const Node *node)
{
    for (size_t i = 0; i < reference->patterns_count; i++)
        if (reference->patterns[i].node == node) return reference->patterns[i].regex;
    ASSERT(false);
    return NULL;
}

static Status text_meets(const Scope *scope, const Node *node, Text folded, bool *ret_holds,
                         Error *err)
{
    Text pattern = text_fold(node->as.text_match.pattern, scope->arena);
    switch (node->as.text_match.match) {
    case TEXT_CONTAINS: *ret_holds = text_contains(folded, pattern); return STATUS_OK;
    case TEXT_STARTS_WITH: *ret_holds = text_starts_with(folded, pattern); return STATUS_OK;
    case TEXT_ENDS_WITH: *ret_holds = text_ends_with(folded, pattern); return STATUS_OK;
    case TEXT_MATCHES:
        return regex_search(compiled_pattern(scope->reference, node), folded, ret_holds, err);
    }
    ASSERT(false);
    return STATUS_OK;
}

/* An item meets it when its code or its name does. */
static Status item_meets(const Scope *scope, const Node *node, const Item *item, bool *ret_holds,
                         Error *err)
{
    bool by_code, by_name;
    TRY(text_meets(scope, node, text_fold(item->code, scope->arena), &by_code, err));
    TRY(text_meets(scope, node, text_fold(item->name, scope->arena), &by_name, err));
    *ret_holds = by_code || (item->name.size > 0 && by_name);
    return STATUS_OK;
}

static Status text_match(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    TypedValue operand;
    TRY(reference_typed(scope, node->as.text_match.operand, &operand, err));
    *ret_holds = false;
    if (value_is_missing(operand.value)) return STATUS_OK;
    if (operand.value.kind == VALUE_ITEM)
        return item_meets(scope, node, operand.value.as.item, ret_holds, err);
    return text_meets(scope, node, comparable_text(operand, scope->arena), ret_holds, err);
}

/* A member of a set of hierarchical values compares by the name of its own level. */
static bool set_holds(TypedValue set, Text folded, Arena *arena)
{
    Type member_type = {.kind = set.type.kind == TYPE_HIERARCHY_SET ? TYPE_HIERARCHY : TYPE_TEXT};
    for (size_t i = 0; i < set.value.as.set.count; i++) {
        TypedValue member = {.value = value_text(set.value.as.set.items[i]), .type = member_type};
        if (!value_is_missing(member.value) && text_equal(comparable_text(member, arena), folded))
            return true;
    }
    return false;
}

static Status has(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    TypedValue operand;
    TRY(reference_typed(scope, node->as.has.operand, &operand, err));
    *ret_holds = false;
    if (value_is_missing(operand.value)) return STATUS_OK;
    const LiteralList *list = &node->as.has.list;
    size_t found = 0;
    for (size_t i = 0; i < list->count; i++) {
        Value member = literal_value(&list->items[i]);
        if (value_is_missing(member)) continue;
        Text folded = text_fold(member.as.text, scope->arena);
        found += set_holds(operand, folded, scope->arena);
    }
    bool is_any = node->as.has.quantifier == HAS_ANY;
    *ret_holds = is_any ? found > 0 : found == list->count;
    return STATUS_OK;
}

static bool set_is_under(TextSet set, Text target)
{
    for (size_t i = 0; i < set.count; i++)
        if (hierarchy_is_under(set.items[i], target)) return true;
    return false;
}

static Status under(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    Value operand;
    TRY(reference_value(scope, node->as.under.operand, &operand, err));
    Text target = node->as.under.target;
    *ret_holds = false;
    if (operand.kind == VALUE_TEXT) *ret_holds = hierarchy_is_under(operand.as.text, target);
    if (operand.kind == VALUE_SET) *ret_holds = set_is_under(operand.as.set, target);
    if (operand.kind == VALUE_ITEM) *ret_holds = hierarchy_is_under(operand.as.item->group, target);
    return STATUS_OK;
}

/* ---- leaves ---- */

static Value built_in_value(const EventRow *event, EventBuiltIn built_in)
{
    switch (built_in) {
    case EVENT_DATE: return value_date(moment_date(event->at));
    case EVENT_TIME: return value_moment(event->at);
    case EVENT_WEEKDAY: return value_decimal(date_weekday(moment_date(event->at)));
    case EVENT_HOUR: return value_decimal(moment_hour(event->at));
    case EVENT_BUILT_IN_COUNT: break;
    }
    ASSERT(false);
    return value_missing();
}

static Value field_value(const Scope *scope, const Node *node)
{
    ASSERT(scope->event != NULL);
    if (node->as.field.is_built_in) return built_in_value(scope->event, node->as.field.built_in);
    Value value = scope->event->values[node->as.field.field->slot];
    if (!node->as.field.is_item_attribute || value_is_missing(value)) return value;
    return item_attribute_value(value.as.item, node->as.field.attribute);
}

static Status negate(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    TypedValue operand;
    TRY(reference_typed(scope, node->as.unary.operand, &operand, err));
    *ret_value = operand.value;
    if (operand.value.kind == VALUE_DECIMAL) *ret_value = value_decimal(-operand.value.as.decimal);
    if (operand.value.kind == VALUE_RATIO) *ret_value = value_ratio(-operand.value.as.ratio);
    return STATUS_OK;
}

static Status rank_choice(const Scope *scope, const Node *node, bool *ret_holds)
{
    uint32_t index = node->as.rank.index;
    ASSERT(index < scope->reference->ranks_ready);
    const RankChoice *choice = &scope->reference->ranks[index];
    uint32_t place = rank_place(choice, scope->customer->id);
    *ret_holds = place > 0 && place <= choice->chosen_count;
    return STATUS_OK;
}

/* The metric's tree is shared by its uses, whose node may stand at another scale never: the checker
 * gives both one type. */
static Status metric_value(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    return reference_value(scope, node->as.metric.definition, ret_value, err);
}

/* ---- the switch ---- */

/* Yes/no nodes that are never missing. */
/* NOLINT(function-size): dispatch */
static Status holds(const Scope *scope, const Node *node, bool *ret_holds, Error *err)
{
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR: return and_or(scope, node, ret_holds, err);
    case NODE_NOT: return negation(scope, node, ret_holds, err);
    case NODE_COMPARE: return compare(scope, node, ret_holds, err);
    case NODE_BETWEEN: return between(scope, node, ret_holds, err);
    case NODE_IN_LIST: return in_list(scope, node, ret_holds, err);
    case NODE_IN_INTERVAL: return in_interval(scope, node, ret_holds, err);
    case NODE_IS_MISSING: return is_missing(scope, node, ret_holds, err);
    case NODE_TEXT_MATCH: return text_match(scope, node, ret_holds, err);
    case NODE_HAS: return has(scope, node, ret_holds, err);
    case NODE_UNDER: return under(scope, node, ret_holds, err);
    case NODE_SEQUENCE: return reference_sequence(scope, node, ret_holds, err);
    case NODE_AT_LEAST: return at_least(scope, node, ret_holds, err);
    case NODE_RANK: return rank_choice(scope, node, ret_holds);
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_AGGREGATE:
    case NODE_CALL:
    case NODE_NAME:
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false);
    return STATUS_OK;
}

static Status condition_value(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    bool positive;
    TRY(holds(scope, node, &positive, err));
    *ret_value = value_bool(positive != node->negated);
    return STATUS_OK;
}

/* NOLINT(function-size): dispatch */
Status reference_value(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    switch (node->kind) {
    case NODE_LITERAL: *ret_value = literal_value(&node->as.literal); return STATUS_OK;
    case NODE_PROPERTY:
        *ret_value = scope->customer->values[node->as.property.slot];
        return STATUS_OK;
    case NODE_METRIC: return metric_value(scope, node, ret_value, err);
    case NODE_FIELD: *ret_value = field_value(scope, node); return STATUS_OK;
    case NODE_ARITHMETIC: return reference_arithmetic(scope, node, ret_value, err);
    case NODE_NEGATE: return negate(scope, node, ret_value, err);
    case NODE_AGGREGATE:
        if (node != scope->assumed) return reference_aggregate(scope, node, ret_value, err);
        *ret_value = scope->assumed_value;
        return STATUS_OK;
    case NODE_CALL: return reference_call(scope, node, ret_value, err);
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_COMPARE:
    case NODE_BETWEEN:
    case NODE_IN_LIST:
    case NODE_IN_INTERVAL:
    case NODE_IS_MISSING:
    case NODE_TEXT_MATCH:
    case NODE_HAS:
    case NODE_UNDER:
    case NODE_SEQUENCE:
    case NODE_AT_LEAST:
    case NODE_RANK: return condition_value(scope, node, ret_value, err);
    case NODE_NAME:
    case NODE_KIND_COUNT: break; /* no checked tree holds one */
    }
    ASSERT(false);
    return STATUS_OK;
}
