/* equal.c -- whether two trees are the same expression, wherever and however they were written. */
#include "base/fold.h"
#include "lang/lang.h"
#include "lang/print.h"

/* Either may be absent. */
static bool equal_or_absent(const Node *a, const Node *b)
{
    if (a == NULL || b == NULL) return a == b;
    return expression_equal(a, b);
}

static bool names_equal(const Node *a, const Node *b)
{
    WrittenName x = node_written_name(a), y = node_written_name(b);
    return text_equal_folded(x.name, y.name) && text_equal_folded(x.member, y.member);
}

static bool literals_equal(const Literal *a, const Literal *b)
{
    if (a->type.kind != b->type.kind || a->value.kind != b->value.kind) return false;
    switch (a->value.kind) {
    case VALUE_MISSING: return true;
    case VALUE_BOOL: return a->value.as.boolean == b->value.as.boolean;
    case VALUE_DECIMAL:
        return decimal_compare(a->value.as.decimal, a->type.scale, b->value.as.decimal,
                               b->type.scale) == 0;
    case VALUE_DATE: return a->value.as.date.day == b->value.as.date.day;
    case VALUE_MOMENT: return a->value.as.moment.second == b->value.as.moment.second;
    case VALUE_TEXT: return text_equal(a->value.as.text, b->value.as.text);
    case VALUE_RATIO:
    case VALUE_SET:
    case VALUE_ITEM: break;
    }
    ASSERT(false && "a literal is of one of the kinds above");
}

static bool literal_lists_equal(const LiteralList *a, const LiteralList *b)
{
    bool is_equal = a->count == b->count;
    for (size_t i = 0; is_equal && i < a->count; i++)
        is_equal = literals_equal(&a->items[i], &b->items[i]);
    return is_equal;
}

static bool lists_equal(const NodeList *a, const NodeList *b)
{
    bool is_equal = a->count == b->count;
    for (size_t i = 0; is_equal && i < a->count; i++)
        is_equal = expression_equal(a->items[i], b->items[i]);
    return is_equal;
}

static bool counts_equal(const Window *a, const Window *b)
{
    return a->count == b->count && a->unit == b->unit;
}

static bool windows_equal(const Window *a, const Window *b)
{
    if (a->kind != b->kind || a->is_shifted != b->is_shifted) return false;
    if (a->is_shifted && (a->shift_count != b->shift_count || a->shift_unit != b->shift_unit))
        return false;
    switch (a->kind) {
    case WINDOW_ALL: return true;
    case WINDOW_LAST:
    case WINDOW_NEXT:
    case WINDOW_PREVIOUS: return counts_equal(a, b);
    case WINDOW_THIS: return a->unit == b->unit;
    case WINDOW_FROM_TO: return a->from.day == b->from.day && a->to.day == b->to.day;
    case WINDOW_SINCE:
    case WINDOW_BEFORE:
    case WINDOW_ON: return a->from.day == b->from.day;
    case WINDOW_BETWEEN_AGO: return counts_equal(a, b) && a->count_far == b->count_far;
    }
    ASSERT(false && "a window is of one of the kinds above");
}

static bool aggregates_equal(const Node *a, const Node *b)
{
    return a->as.aggregate.kind == b->as.aggregate.kind &&
           text_equal_folded(a->as.aggregate.stream_name, b->as.aggregate.stream_name) &&
           equal_or_absent(a->as.aggregate.field, b->as.aggregate.field) &&
           equal_or_absent(a->as.aggregate.condition, b->as.aggregate.condition) &&
           a->as.aggregate.has_period == b->as.aggregate.has_period &&
           (!a->as.aggregate.has_period || a->as.aggregate.period == b->as.aggregate.period) &&
           windows_equal(&a->as.aggregate.window, &b->as.aggregate.window);
}

static bool events_equal(const EventPattern *a, const EventPattern *b)
{
    return text_equal_folded(a->stream_name, b->stream_name) &&
           equal_or_absent(a->condition, b->condition);
}

static bool steps_equal(const SequenceStep *a, const SequenceStep *b)
{
    if (a->has_within != b->has_within || a->has_without != b->has_without) return false;
    if (a->has_within && (a->within_count != b->within_count || a->within_unit != b->within_unit))
        return false;
    return events_equal(&a->event, &b->event) &&
           (!a->has_without || events_equal(&a->without, &b->without));
}

static bool sequences_equal(const Node *a, const Node *b)
{
    bool is_equal = a->as.sequence.steps_count == b->as.sequence.steps_count &&
                    windows_equal(&a->as.sequence.window, &b->as.sequence.window);
    for (size_t i = 0; is_equal && i < a->as.sequence.steps_count; i++)
        is_equal = steps_equal(&a->as.sequence.steps[i], &b->as.sequence.steps[i]);
    return is_equal;
}

static Text stream_name(const Stream *stream)
{
    return stream == NULL ? (Text){0} : stream->name;
}

static bool calls_equal(const Node *a, const Node *b)
{
    return a->as.call.function == b->as.call.function &&
           lists_equal(&a->as.call.arguments, &b->as.call.arguments) &&
           text_equal_folded(stream_name(a->as.call.stream), stream_name(b->as.call.stream)) &&
           a->as.call.has_window == b->as.call.has_window &&
           (!a->as.call.has_window || windows_equal(&a->as.call.window, &b->as.call.window));
}

static bool intervals_equal(const Node *a, const Node *b)
{
    return expression_equal(a->as.in_interval.operand, b->as.in_interval.operand) &&
           equal_or_absent(a->as.in_interval.low, b->as.in_interval.low) &&
           equal_or_absent(a->as.in_interval.high, b->as.in_interval.high) &&
           a->as.in_interval.low_included == b->as.in_interval.low_included &&
           a->as.in_interval.high_included == b->as.in_interval.high_included;
}

static bool ranks_equal(const Node *a, const Node *b)
{
    return a->as.rank.is_top == b->as.rank.is_top &&
           a->as.rank.is_percent == b->as.rank.is_percent &&
           decimal_compare(a->as.rank.amount, a->as.rank.amount_scale, b->as.rank.amount,
                           b->as.rank.amount_scale) == 0 &&
           expression_equal(a->as.rank.by, b->as.rank.by) &&
           equal_or_absent(a->as.rank.within, b->as.rank.within);
}

static bool is_name(const Node *node)
{
    return node->kind == NODE_NAME || node->kind == NODE_PROPERTY || node->kind == NODE_METRIC ||
           node->kind == NODE_FIELD;
}

/* NOLINTNEXTLINE(function-size): dispatch */
static bool contents_equal(const Node *a, const Node *b)
{
    switch (a->kind) {
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_NAME: return names_equal(a, b);
    case NODE_LITERAL: return literals_equal(&a->as.literal, &b->as.literal);
    case NODE_AND:
    case NODE_OR: return lists_equal(&a->as.list, &b->as.list);
    case NODE_NOT:
    case NODE_NEGATE:
    case NODE_IS_MISSING: return expression_equal(a->as.unary.operand, b->as.unary.operand);
    case NODE_COMPARE:
        return a->as.compare.operator_ == b->as.compare.operator_ &&
               expression_equal(a->as.compare.left, b->as.compare.left) &&
               expression_equal(a->as.compare.right, b->as.compare.right);
    case NODE_BETWEEN:
        return expression_equal(a->as.between.operand, b->as.between.operand) &&
               expression_equal(a->as.between.low, b->as.between.low) &&
               expression_equal(a->as.between.high, b->as.between.high);
    case NODE_IN_LIST:
        return expression_equal(a->as.in_list.operand, b->as.in_list.operand) &&
               literal_lists_equal(&a->as.in_list.list, &b->as.in_list.list);
    case NODE_IN_INTERVAL: return intervals_equal(a, b);
    case NODE_TEXT_MATCH:
        return a->as.text_match.match == b->as.text_match.match &&
               expression_equal(a->as.text_match.operand, b->as.text_match.operand) &&
               text_equal(a->as.text_match.pattern, b->as.text_match.pattern);
    case NODE_HAS:
        return a->as.has.quantifier == b->as.has.quantifier &&
               expression_equal(a->as.has.operand, b->as.has.operand) &&
               literal_lists_equal(&a->as.has.list, &b->as.has.list);
    case NODE_UNDER:
        return expression_equal(a->as.under.operand, b->as.under.operand) &&
               text_equal(a->as.under.target, b->as.under.target);
    case NODE_ARITHMETIC:
        return a->as.arithmetic.operator_ == b->as.arithmetic.operator_ &&
               expression_equal(a->as.arithmetic.left, b->as.arithmetic.left) &&
               expression_equal(a->as.arithmetic.right, b->as.arithmetic.right);
    case NODE_AGGREGATE: return aggregates_equal(a, b);
    case NODE_SEQUENCE: return sequences_equal(a, b);
    case NODE_CALL: return calls_equal(a, b);
    case NODE_AT_LEAST:
        return a->as.at_least.needed == b->as.at_least.needed &&
               lists_equal(&a->as.at_least.list, &b->as.at_least.list);
    case NODE_RANK: return ranks_equal(a, b);
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false && "every kind of node is compared");
}

bool expression_equal(const Node *a, const Node *b)
{
    if (is_name(a) && is_name(b)) return names_equal(a, b);
    return a->kind == b->kind && a->negated == b->negated && contents_equal(a, b);
}
