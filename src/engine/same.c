/* same.c -- whether two steps are one. Operands are compared as steps, so only what a node says
 * itself is looked at; types count, for equal numbers of other scales have other limits. */
#include "engine/same.h"

#include "base/hash.h"

static bool types_same(Type a, Type b)
{
    return a.kind == b.kind && a.scale == b.scale;
}

static bool spans_same(DaySpan a, DaySpan b)
{
    return a.has_begin == b.has_begin && a.last.day == b.last.day &&
           (!a.has_begin || a.first.day == b.first.day);
}

static bool events_same(const StepEvents *a, const StepEvents *b)
{
    return a->stream_index == b->stream_index && a->condition == b->condition &&
           spans_same(a->span, b->span);
}

static bool literals_same(const Literal *a, const Literal *b)
{
    if (!types_same(a->type, b->type) || a->value.kind != b->value.kind) return false;
    switch (a->value.kind) {
    case VALUE_MISSING: return true;
    case VALUE_BOOL: return a->value.as.boolean == b->value.as.boolean;
    case VALUE_DECIMAL: return a->value.as.decimal == b->value.as.decimal;
    case VALUE_DATE: return a->value.as.date.day == b->value.as.date.day;
    case VALUE_MOMENT: return a->value.as.moment.second == b->value.as.moment.second;
    case VALUE_TEXT: return text_equal(a->value.as.text, b->value.as.text);
    case VALUE_RATIO:
    case VALUE_SET:
    case VALUE_ITEM: break;
    }
    ASSERT(false && "a literal is of one of the kinds above");
    return false;
}

static bool lists_same(const LiteralList *a, const LiteralList *b)
{
    bool is_same = a->count == b->count;
    for (size_t i = 0; is_same && i < a->count; i++)
        is_same = literals_same(&a->items[i], &b->items[i]);
    return is_same;
}

static bool fields_same(const Node *a, const Node *b)
{
    if (a->as.field.is_built_in || b->as.field.is_built_in)
        return a->as.field.is_built_in && b->as.field.is_built_in &&
               a->as.field.built_in == b->as.field.built_in;
    return a->as.field.field->slot == b->as.field.field->slot &&
           a->as.field.is_item_attribute == b->as.field.is_item_attribute &&
           (!a->as.field.is_item_attribute || a->as.field.attribute == b->as.field.attribute);
}

static bool intervals_same(const Node *a, const Node *b)
{
    return (a->as.in_interval.low == NULL) == (b->as.in_interval.low == NULL) &&
           (a->as.in_interval.high == NULL) == (b->as.in_interval.high == NULL) &&
           a->as.in_interval.low_included == b->as.in_interval.low_included &&
           a->as.in_interval.high_included == b->as.in_interval.high_included;
}

static bool aggregates_same(const Step *a, const Step *b)
{
    const Node *left = a->node, *right = b->node;
    return left->as.aggregate.kind == right->as.aggregate.kind && a->field == b->field &&
           events_same(&a->events, &b->events) &&
           left->as.aggregate.has_period == right->as.aggregate.has_period &&
           (!left->as.aggregate.has_period ||
            left->as.aggregate.period == right->as.aggregate.period);
}

static bool sequence_steps_same(const SequenceStep *a, const SequenceStep *b)
{
    return a->has_within == b->has_within && a->has_without == b->has_without &&
           (!a->has_within ||
            (a->within_count == b->within_count && a->within_unit == b->within_unit));
}

static bool sequences_same(const Step *a, const Step *b)
{
    const SequenceStep *left = a->node->as.sequence.steps, *right = b->node->as.sequence.steps;
    size_t count = a->node->as.sequence.steps_count;
    bool is_same = count == b->node->as.sequence.steps_count;
    for (size_t i = 0; is_same && i < count; i++)
        is_same = sequence_steps_same(&left[i], &right[i]) &&
                  events_same(&a->sequence[i], &b->sequence[i]) &&
                  (!left[i].has_without || events_same(&a->without[i], &b->without[i]));
    return is_same;
}

static bool calls_same(const Step *a, const Step *b)
{
    const Node *left = a->node, *right = b->node;
    return left->as.call.function == right->as.call.function &&
           left->as.call.set_id == right->as.call.set_id && events_same(&a->events, &b->events) &&
           (left->as.call.definition == NULL) == (right->as.call.definition == NULL);
}

static bool ranks_same(const Node *a, const Node *b)
{
    return a->as.rank.is_top == b->as.rank.is_top &&
           a->as.rank.is_percent == b->as.rank.is_percent &&
           a->as.rank.amount == b->as.rank.amount &&
           a->as.rank.amount_scale == b->as.rank.amount_scale &&
           (a->as.rank.within == NULL) == (b->as.rank.within == NULL);
}

/* NOLINT(function-size): dispatch */
static bool contents_same(const Step *left, const Step *right)
{
    const Node *a = left->node, *b = right->node;
    switch (a->kind) {
    case NODE_LITERAL: return literals_same(&a->as.literal, &b->as.literal);
    case NODE_PROPERTY: return a->as.property.slot == b->as.property.slot;
    case NODE_FIELD: return fields_same(a, b);
    case NODE_COMPARE: return a->as.compare.operator_ == b->as.compare.operator_;
    case NODE_IN_LIST: return lists_same(&a->as.in_list.list, &b->as.in_list.list);
    case NODE_IN_INTERVAL: return intervals_same(a, b);
    case NODE_TEXT_MATCH:
        return a->as.text_match.match == b->as.text_match.match &&
               text_equal(a->as.text_match.pattern, b->as.text_match.pattern);
    case NODE_HAS:
        return a->as.has.quantifier == b->as.has.quantifier &&
               lists_same(&a->as.has.list, &b->as.has.list);
    case NODE_UNDER: return text_equal(a->as.under.target, b->as.under.target);
    case NODE_ARITHMETIC: return a->as.arithmetic.operator_ == b->as.arithmetic.operator_;
    case NODE_AGGREGATE: return aggregates_same(left, right);
    case NODE_SEQUENCE: return sequences_same(left, right);
    case NODE_CALL: return calls_same(left, right);
    case NODE_AT_LEAST: return a->as.at_least.needed == b->as.at_least.needed;
    case NODE_RANK: return ranks_same(a, b);
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_BETWEEN:
    case NODE_IS_MISSING:
    case NODE_NEGATE: return true; /* they say nothing but their operands */
    case NODE_METRIC:
    case NODE_NAME:
    case NODE_KIND_COUNT: break; /* no step is one */
    }
    ASSERT(false && "a step is of one of the kinds above");
    return false;
}

bool step_same(const Step *a, const Step *b)
{
    if (a->node->kind != b->node->kind || a->node->negated != b->node->negated ||
        a->domain != b->domain || a->as_of.day != b->as_of.day ||
        a->inputs_count != b->inputs_count || !types_same(a->node->type, b->node->type))
        return false;
    for (size_t i = 0; i < a->inputs_count; i++)
        if (a->inputs[i] != b->inputs[i]) return false;
    return contents_same(a, b);
}

/* ---- hashing: a few words that tell most steps apart ---- */

static uint64_t literal_word(const Literal *literal)
{
    switch (literal->value.kind) {
    case VALUE_BOOL: return literal->value.as.boolean;
    case VALUE_DECIMAL: return (uint64_t)literal->value.as.decimal;
    case VALUE_DATE: return (uint64_t)literal->value.as.date.day;
    case VALUE_MOMENT: return (uint64_t)literal->value.as.moment.second;
    case VALUE_TEXT: return hash_fast(literal->value.as.text.data, literal->value.as.text.size);
    case VALUE_MISSING:
    case VALUE_RATIO:
    case VALUE_SET:
    case VALUE_ITEM: break;
    }
    return 0;
}

static uint64_t list_word(const LiteralList *list)
{
    uint64_t words[] = {list->count, list->count == 0 ? 0 : literal_word(&list->items[0])};
    return hash_fast(words, sizeof words);
}

static uint64_t events_word(const StepEvents *events)
{
    uint64_t words[] = {events->stream_index, (uint64_t)events->span.last.day,
                        events->span.has_begin ? (uint64_t)events->span.first.day : UINT64_MAX,
                        events->condition == NULL ? UINT64_MAX : events->condition->index};
    return hash_fast(words, sizeof words);
}

static uint64_t field_word(const Node *node)
{
    if (node->as.field.is_built_in) return (uint64_t)node->as.field.built_in << 32;
    uint64_t attribute = node->as.field.is_item_attribute ? node->as.field.attribute + 1u : 0;
    return node->as.field.field->slot | attribute << 48;
}

static uint64_t contents_word(const Step *step)
{
    const Node *node = step->node;
    if (node->kind == NODE_LITERAL) return literal_word(&node->as.literal);
    if (node->kind == NODE_PROPERTY) return node->as.property.slot;
    if (node->kind == NODE_FIELD) return field_word(node);
    if (node->kind == NODE_IN_LIST) return list_word(&node->as.in_list.list);
    if (node->kind == NODE_HAS) return list_word(&node->as.has.list);
    if (node->kind == NODE_TEXT_MATCH)
        return hash_fast(node->as.text_match.pattern.data, node->as.text_match.pattern.size);
    if (node->kind == NODE_UNDER)
        return hash_fast(node->as.under.target.data, node->as.under.target.size);
    if (node->kind == NODE_AGGREGATE)
        return events_word(&step->events) + (uint64_t)node->as.aggregate.kind * 31 +
               (step->field == NULL ? 0 : step->field->index * UINT64_C(1000003));
    if (node->kind == NODE_SEQUENCE) return events_word(&step->sequence[1]);
    if (node->kind == NODE_CALL)
        return (uint64_t)node->as.call.function + node->as.call.set_id * UINT64_C(31);
    return 0;
}

uint64_t step_hash(const Step *step)
{
    uint64_t words[] = {(uint64_t)step->node->kind,
                        (uint64_t)step->domain,
                        (uint64_t)step->as_of.day,
                        step->inputs_count,
                        step->inputs_count > 0 ? step->inputs[0]->index : UINT64_MAX,
                        step->inputs_count > 1 ? step->inputs[1]->index : UINT64_MAX,
                        contents_word(step)};
    return hash_fast(words, sizeof words);
}
