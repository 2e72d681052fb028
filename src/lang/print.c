/* print.c -- the canonical text of a tree; parsing it gives the same tree.
 *
 * Brackets are put exactly where the grammar needs them, by one rule: a node is bracketed when it
 * binds looser than its place asks for. A ranking takes in everything to its right, so it binds
 * loosest of all. */
#include "lang/print.h"

#include "lang/lang.h"
#include "lang/words.h"

/* How tightly a node binds, from loose to tight. */
typedef enum {
    LEVEL_WHOLE, /* a place between brackets or commas takes anything */
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARISON,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_UNARY,
    LEVEL_PRIMARY
} Level;

static void print_node(Buffer *out, const Node *node, Level place);

/* NOLINTNEXTLINE(function-size): dispatch */
static Level node_level(const Node *node)
{
    switch (node->kind) {
    case NODE_RANK: return LEVEL_WHOLE;
    case NODE_OR: return LEVEL_OR;
    case NODE_AND: return LEVEL_AND;
    case NODE_NOT: return LEVEL_NOT;
    case NODE_COMPARE:
    case NODE_BETWEEN:
    case NODE_IN_LIST:
    case NODE_IN_INTERVAL:
    case NODE_IS_MISSING:
    case NODE_TEXT_MATCH:
    case NODE_HAS:
    case NODE_UNDER: return LEVEL_COMPARISON;
    case NODE_ARITHMETIC:
        return node->as.arithmetic.operator_ == ADD || node->as.arithmetic.operator_ == SUBTRACT
                   ? LEVEL_SUM
                   : LEVEL_PRODUCT;
    case NODE_NEGATE: return LEVEL_UNARY;
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_NAME:
    case NODE_AGGREGATE:
    case NODE_SEQUENCE:
    case NODE_CALL:
    case NODE_AT_LEAST:
    case NODE_KIND_COUNT: break;
    }
    return LEVEL_PRIMARY;
}

void print_text(Buffer *out, Text text)
{
    buffer_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        switch (byte) {
        case '"': buffer_cstr(out, "\\\""); break;
        case '\\': buffer_cstr(out, "\\\\"); break;
        case '\n': buffer_cstr(out, "\\n"); break;
        case '\t': buffer_cstr(out, "\\t"); break;
        case '\r': buffer_cstr(out, "\\r"); break;
        default: buffer_char(out, byte);
        }
    }
    buffer_char(out, '"');
}

void print_name(Buffer *out, Text name)
{
    if (name_is_bare(name)) {
        buffer_text(out, name);
        return;
    }
    buffer_char(out, '`');
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '`') buffer_char(out, '`');
        buffer_char(out, name.data[i]);
    }
    buffer_char(out, '`');
}

void print_decimal(Buffer *out, int64_t mantissa, unsigned scale)
{
    uint64_t digits = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa;
    uint64_t power = (uint64_t)DECIMAL_POW10[scale];
    buffer_printf(out, "%s%llu", mantissa < 0 ? "-" : "", (unsigned long long)(digits / power));
    if (scale > 0) buffer_printf(out, ".%0*llu", (int)scale, (unsigned long long)(digits % power));
}

static void print_date(Buffer *out, Date date)
{
    char digits[DATE_TEXT_MAX];
    buffer_text(out, date_print_iso(date, digits));
}

void print_literal(Buffer *out, const Literal *literal)
{
    char digits[DATE_TEXT_MAX];
    switch (literal->value.kind) {
    case VALUE_BOOL: buffer_cstr(out, literal->value.as.boolean ? "true" : "false"); return;
    case VALUE_DECIMAL: print_decimal(out, literal->value.as.decimal, literal->type.scale); return;
    case VALUE_DATE: print_date(out, literal->value.as.date); return;
    case VALUE_MOMENT: buffer_text(out, moment_print_iso(literal->value.as.moment, digits)); return;
    case VALUE_TEXT: print_text(out, literal->value.as.text); return;
    case VALUE_MISSING:
        /* An empty text counts as missing, but is written as the text it is. */
        buffer_cstr(out, literal->type.kind == TYPE_TEXT ? "\"\"" : "missing");
        return;
    case VALUE_RATIO:
    case VALUE_SET:
    case VALUE_ITEM: break;
    }
    ASSERT(false && "a literal is of one of the kinds above");
}

static void print_list(Buffer *out, const LiteralList *list)
{
    buffer_char(out, '(');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0) buffer_cstr(out, ", ");
        print_literal(out, &list->items[i]);
    }
    buffer_char(out, ')');
}

static void print_count(Buffer *out, int64_t count, Unit unit)
{
    buffer_printf(out, "%lld %s%s", (long long)count, unit_word(unit), count == 1 ? "" : "s");
}

void print_window(Buffer *out, const Window *window)
{
    switch (window->kind) {
    case WINDOW_ALL: return;
    case WINDOW_LAST:
    case WINDOW_NEXT:
        buffer_cstr(out, window->kind == WINDOW_LAST ? "last " : "next ");
        print_count(out, window->count, window->unit);
        break;
    case WINDOW_PREVIOUS:
        buffer_cstr(out, "previous ");
        if (window->count_written)
            print_count(out, window->count, window->unit);
        else
            buffer_cstr(out, unit_word(window->unit));
        break;
    case WINDOW_THIS: buffer_printf(out, "this %s", unit_word(window->unit)); break;
    case WINDOW_FROM_TO:
        buffer_cstr(out, "from ");
        print_date(out, window->from);
        buffer_cstr(out, " to ");
        print_date(out, window->to);
        break;
    case WINDOW_SINCE:
    case WINDOW_BEFORE:
    case WINDOW_ON:
        buffer_cstr(out, window->kind == WINDOW_SINCE    ? "since "
                         : window->kind == WINDOW_BEFORE ? "before "
                                                         : "on ");
        print_date(out, window->from);
        break;
    case WINDOW_BETWEEN_AGO:
        buffer_printf(out, "between %lld and ", (long long)window->count);
        print_count(out, window->count_far, window->unit);
        buffer_cstr(out, " ago");
        break;
    }
    if (!window->is_shifted) return;
    buffer_cstr(out, " shifted back ");
    print_count(out, window->shift_count, window->shift_unit);
}

/* The window of an aggregate, with the comma before it. */
static void print_last_window(Buffer *out, const Window *window)
{
    if (window->kind == WINDOW_ALL) return;
    buffer_cstr(out, ", ");
    print_window(out, window);
}

static void print_joined(Buffer *out, const NodeList *list, const char *joiner, Level place)
{
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0) buffer_cstr(out, joiner);
        print_node(out, list->items[i], place);
    }
}

WrittenName node_written_name(const Node *node)
{
    switch (node->kind) {
    case NODE_NAME: return (WrittenName){node->as.name.name, node->as.name.member};
    case NODE_PROPERTY: return (WrittenName){.name = node->as.property.property->name};
    case NODE_METRIC: return (WrittenName){.name = node->as.metric.name};
    case NODE_FIELD:
        if (node->as.field.is_built_in)
            return (WrittenName){.name = text_of(event_built_in_name(node->as.field.built_in))};
        if (!node->as.field.is_item_attribute)
            return (WrittenName){.name = node->as.field.field->name};
        return (WrittenName){node->as.field.field->name,
                             text_of(item_attribute_name(node->as.field.attribute))};
    case NODE_LITERAL:
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
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_AGGREGATE:
    case NODE_SEQUENCE:
    case NODE_CALL:
    case NODE_AT_LEAST:
    case NODE_RANK:
    case NODE_KIND_COUNT: break;
    }
    return (WrittenName){0};
}

static void print_named(Buffer *out, const Node *node)
{
    WrittenName written = node_written_name(node);
    print_name(out, written.name);
    if (written.member.size == 0) return;
    buffer_char(out, '.');
    print_name(out, written.member);
}

static void print_compare(Buffer *out, const Node *node)
{
    print_node(out, node->as.compare.left, LEVEL_SUM);
    buffer_printf(out, " %s ",
                  node->negated ? "!=" : compare_operator_word(node->as.compare.operator_));
    print_node(out, node->as.compare.right, LEVEL_SUM);
}

static void print_between(Buffer *out, const Node *node)
{
    print_node(out, node->as.between.operand, LEVEL_SUM);
    buffer_cstr(out, node->negated ? " not between " : " between ");
    print_node(out, node->as.between.low, LEVEL_SUM);
    buffer_cstr(out, " and ");
    print_node(out, node->as.between.high, LEVEL_SUM);
}

static void print_in_list(Buffer *out, const Node *node)
{
    print_node(out, node->as.in_list.operand, LEVEL_SUM);
    buffer_cstr(out, node->negated ? " not in " : " in ");
    print_list(out, &node->as.in_list.list);
}

/* Round brackets around two plain values would read as a list; brackets around the first of them
 * make it an expression. */
static bool reads_as_list(const Node *node)
{
    const Node *low = node->as.in_interval.low, *high = node->as.in_interval.high;
    return low != NULL && high != NULL && !node->as.in_interval.low_included &&
           !node->as.in_interval.high_included && low->kind == NODE_LITERAL &&
           high->kind == NODE_LITERAL;
}

static void print_in_interval(Buffer *out, const Node *node)
{
    const Node *low = node->as.in_interval.low, *high = node->as.in_interval.high;
    bool is_bracketed = reads_as_list(node);
    print_node(out, node->as.in_interval.operand, LEVEL_SUM);
    buffer_cstr(out, node->negated ? " not in " : " in ");
    buffer_char(out, node->as.in_interval.low_included ? '[' : '(');
    if (is_bracketed) buffer_char(out, '(');
    if (low != NULL) print_node(out, low, LEVEL_SUM);
    if (is_bracketed) buffer_char(out, ')');
    buffer_cstr(out, ", ");
    if (high != NULL) print_node(out, high, LEVEL_SUM);
    buffer_char(out, node->as.in_interval.high_included ? ']' : ')');
}

static void print_is_missing(Buffer *out, const Node *node)
{
    print_node(out, node->as.unary.operand, LEVEL_SUM);
    buffer_cstr(out, node->negated ? " is not missing" : " is missing");
}

static void print_text_match(Buffer *out, const Node *node)
{
    print_node(out, node->as.text_match.operand, LEVEL_SUM);
    buffer_printf(out, " %s%s ", node->negated ? "not " : "",
                  text_match_words(node->as.text_match.match));
    print_text(out, node->as.text_match.pattern);
}

static void print_has(Buffer *out, const Node *node)
{
    print_node(out, node->as.has.operand, LEVEL_SUM);
    buffer_printf(out, " has %s ",
                  node->negated                        ? "none"
                  : node->as.has.quantifier == HAS_ALL ? "all"
                                                       : "any");
    print_list(out, &node->as.has.list);
}

static void print_under(Buffer *out, const Node *node)
{
    print_node(out, node->as.under.operand, LEVEL_SUM);
    buffer_cstr(out, node->negated ? " not under " : " under ");
    print_text(out, node->as.under.target);
}

static void print_not(Buffer *out, const Node *node)
{
    buffer_cstr(out, "not ");
    print_node(out, node->as.unary.operand, LEVEL_NOT);
}

/* Operators of one level group to the left, so the right side asks for the next level. */
static void print_arithmetic(Buffer *out, const Node *node)
{
    Level level = node_level(node);
    print_node(out, node->as.arithmetic.left, level);
    buffer_printf(out, " %s ", arithmetic_operator_word(node->as.arithmetic.operator_));
    print_node(out, node->as.arithmetic.right, level == LEVEL_SUM ? LEVEL_PRODUCT : LEVEL_UNARY);
}

/* A minus right before a number would become part of it. */
static void print_negate(Buffer *out, const Node *node)
{
    const Node *operand = node->as.unary.operand;
    bool is_number =
        operand->kind == NODE_LITERAL && operand->as.literal.value.kind == VALUE_DECIMAL;
    buffer_cstr(out, is_number ? "-(" : "-");
    print_node(out, operand, LEVEL_PRIMARY);
    if (is_number) buffer_char(out, ')');
}

static void print_condition(Buffer *out, const Node *condition)
{
    if (condition == NULL) return;
    buffer_cstr(out, " where ");
    print_node(out, condition, LEVEL_WHOLE);
}

static void print_aggregate(Buffer *out, const Node *node)
{
    buffer_printf(out, "%s(", aggregate_word(node->as.aggregate.kind));
    print_name(out, node->as.aggregate.stream_name);
    if (node->as.aggregate.field != NULL) {
        buffer_char(out, '.');
        print_node(out, node->as.aggregate.field, LEVEL_PRIMARY);
    }
    print_condition(out, node->as.aggregate.condition);
    if (node->as.aggregate.has_period)
        buffer_printf(out, " by %s", unit_word(node->as.aggregate.period));
    print_last_window(out, &node->as.aggregate.window);
    buffer_char(out, ')');
}

static void print_event(Buffer *out, const EventPattern *event)
{
    print_name(out, event->stream_name);
    print_condition(out, event->condition);
}

void print_step(Buffer *out, const SequenceStep *step)
{
    print_event(out, &step->event);
    if (step->has_within) {
        buffer_cstr(out, " within ");
        print_count(out, step->within_count, step->within_unit);
    }
    if (!step->has_without) return;
    buffer_cstr(out, " without ");
    print_event(out, &step->without);
}

static void print_sequence(Buffer *out, const Node *node)
{
    buffer_cstr(out, "sequence(");
    for (size_t i = 0; i < node->as.sequence.steps_count; i++) {
        if (i > 0) buffer_cstr(out, ", then ");
        print_step(out, &node->as.sequence.steps[i]);
    }
    print_last_window(out, &node->as.sequence.window);
    buffer_char(out, ')');
}

/* A checked call of debt() and its like keeps the stream that was its argument. */
static void print_call(Buffer *out, const Node *node)
{
    bool is_bare = node->as.call.function == FUNCTION_TODAY && node->as.call.arguments.count == 0 &&
                   !node->as.call.has_window;
    if (is_bare) {
        buffer_cstr(out, function_word(FUNCTION_TODAY));
        return;
    }
    buffer_printf(out, "%s(", function_word(node->as.call.function));
    print_joined(out, &node->as.call.arguments, ", ", LEVEL_WHOLE);
    if (node->as.call.arguments.count == 0 && node->as.call.stream != NULL)
        print_name(out, node->as.call.stream->name);
    if (node->as.call.has_window) {
        if (node->as.call.arguments.count > 0) buffer_cstr(out, ", ");
        print_window(out, &node->as.call.window);
    }
    buffer_char(out, ')');
}

static void print_at_least(Buffer *out, const Node *node)
{
    buffer_printf(out, "at least %lld of (", (long long)node->as.at_least.needed);
    print_joined(out, &node->as.at_least.list, ", ", LEVEL_WHOLE);
    buffer_char(out, ')');
}

static void print_rank(Buffer *out, const Node *node)
{
    buffer_cstr(out, node->as.rank.is_top ? "top " : "bottom ");
    print_decimal(out, node->as.rank.amount, node->as.rank.amount_scale);
    buffer_cstr(out, node->as.rank.is_percent ? "% by " : " by ");
    print_node(out, node->as.rank.by, LEVEL_SUM);
    if (node->as.rank.within == NULL) return;
    buffer_cstr(out, " within (");
    print_node(out, node->as.rank.within, LEVEL_WHOLE);
    buffer_char(out, ')');
}

/* NOLINTNEXTLINE(function-size): dispatch */
static void print_inside(Buffer *out, const Node *node)
{
    switch (node->kind) {
    case NODE_LITERAL: print_literal(out, &node->as.literal); return;
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_NAME: print_named(out, node); return;
    case NODE_AND: print_joined(out, &node->as.list, " and ", LEVEL_NOT); return;
    case NODE_OR: print_joined(out, &node->as.list, " or ", LEVEL_AND); return;
    case NODE_NOT: print_not(out, node); return;
    case NODE_COMPARE: print_compare(out, node); return;
    case NODE_BETWEEN: print_between(out, node); return;
    case NODE_IN_LIST: print_in_list(out, node); return;
    case NODE_IN_INTERVAL: print_in_interval(out, node); return;
    case NODE_IS_MISSING: print_is_missing(out, node); return;
    case NODE_TEXT_MATCH: print_text_match(out, node); return;
    case NODE_HAS: print_has(out, node); return;
    case NODE_UNDER: print_under(out, node); return;
    case NODE_ARITHMETIC: print_arithmetic(out, node); return;
    case NODE_NEGATE: print_negate(out, node); return;
    case NODE_AGGREGATE: print_aggregate(out, node); return;
    case NODE_SEQUENCE: print_sequence(out, node); return;
    case NODE_CALL: print_call(out, node); return;
    case NODE_AT_LEAST: print_at_least(out, node); return;
    case NODE_RANK: print_rank(out, node); return;
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false && "every kind of node is printed");
}

static void print_node(Buffer *out, const Node *node, Level place)
{
    bool is_bracketed = node_level(node) < place;
    if (is_bracketed) buffer_char(out, '(');
    print_inside(out, node);
    if (is_bracketed) buffer_char(out, ')');
}

Text expression_print(const Node *root, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    print_node(&out, root, LEVEL_WHOLE);
    return arena_text(arena, buffer_view(&out));
}
