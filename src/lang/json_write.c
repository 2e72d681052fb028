/* json_write.c -- the canonical JSON of a tree: compact, keys in one fixed order, so that equal
 * trees give equal bytes. docs/language-json.md describes the form. */
#include "base/json_string.h"
#include "lang/json_words.h"
#include "lang/lang.h"
#include "lang/print.h"

static void write_node(Buffer *out, const Node *node);

/* A comma, unless this is the first thing between the brackets or follows its key. */
static void separate(Buffer *out)
{
    char last = out->size == 0 ? '{' : out->data[out->size - 1];
    if (last != '{' && last != '[' && last != ':') buffer_char(out, ',');
}

static void write_text(Buffer *out, Text text)
{
    separate(out);
    json_string_add(out, text);
}

static void write_key(Buffer *out, const char *key)
{
    separate(out);
    buffer_printf(out, "\"%s\":", key);
}

static void write_key_text(Buffer *out, const char *key, Text text)
{
    write_key(out, key);
    write_text(out, text);
}

static void write_key_word(Buffer *out, const char *key, const char *word)
{
    write_key_text(out, key, text_of(word));
}

static void write_key_count(Buffer *out, const char *key, int64_t count)
{
    write_key(out, key);
    buffer_printf(out, "%lld", (long long)count);
}

static void write_key_bool(Buffer *out, const char *key, bool is_true)
{
    write_key(out, key);
    buffer_cstr(out, is_true ? "true" : "false");
}

static void write_key_node(Buffer *out, const char *key, const Node *node)
{
    if (node == NULL) return;
    write_key(out, key);
    write_node(out, node);
}

static void write_key_nodes(Buffer *out, const char *key, const NodeList *list)
{
    write_key(out, key);
    buffer_char(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        separate(out);
        write_node(out, list->items[i]);
    }
    buffer_char(out, ']');
}

static void write_key_date(Buffer *out, const char *key, Date date)
{
    char digits[DATE_TEXT_MAX];
    write_key_text(out, key, date_print_iso(date, digits));
}

static void write_key_decimal(Buffer *out, const char *key, int64_t mantissa, unsigned scale)
{
    write_key(out, key);
    buffer_char(out, '"');
    print_decimal(out, mantissa, scale);
    buffer_char(out, '"');
}

/* "type":…,"value":… of a literal; the braces are the caller's. */
static void write_literal(Buffer *out, const Literal *literal)
{
    char digits[DATE_TEXT_MAX];
    bool is_empty_text = literal->value.kind == VALUE_MISSING && literal->type.kind == TYPE_TEXT;
    ValueKind kind = is_empty_text ? VALUE_TEXT : literal->value.kind;
    write_key_word(out, "type", word_list_get(&JSON_LITERAL_TYPES, kind));
    switch (kind) {
    case VALUE_MISSING: return;
    case VALUE_BOOL: write_key_bool(out, "value", literal->value.as.boolean); return;
    case VALUE_DECIMAL:
        write_key_decimal(out, "value", literal->value.as.decimal, literal->type.scale);
        return;
    case VALUE_DATE: write_key_date(out, "value", literal->value.as.date); return;
    case VALUE_MOMENT:
        write_key_text(out, "value", moment_print_iso(literal->value.as.moment, digits));
        return;
    case VALUE_TEXT:
        write_key_text(out, "value", is_empty_text ? (Text){0} : literal->value.as.text);
        return;
    case VALUE_RATIO:
    case VALUE_SET:
    case VALUE_ITEM: break;
    }
    ASSERT(false && "a literal is of one of the kinds above");
}

static void write_literals(Buffer *out, const LiteralList *list)
{
    write_key(out, "values");
    buffer_char(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        separate(out);
        buffer_char(out, '{');
        write_literal(out, &list->items[i]);
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void write_key_period(Buffer *out, const char *key, int64_t count, Unit unit)
{
    write_key(out, key);
    buffer_char(out, '{');
    write_key_count(out, "count", count);
    write_key_word(out, "unit", unit_word(unit));
    buffer_char(out, '}');
}

static void write_window_parts(Buffer *out, const Window *window)
{
    switch (window->kind) {
    case WINDOW_ALL: return;
    case WINDOW_PREVIOUS:
        if (window->count_written) write_key_count(out, "count", window->count);
        write_key_word(out, "unit", unit_word(window->unit));
        return;
    case WINDOW_LAST:
    case WINDOW_NEXT:
        write_key_count(out, "count", window->count);
        write_key_word(out, "unit", unit_word(window->unit));
        return;
    case WINDOW_THIS: write_key_word(out, "unit", unit_word(window->unit)); return;
    case WINDOW_FROM_TO:
        write_key_date(out, "from", window->from);
        write_key_date(out, "to", window->to);
        return;
    case WINDOW_SINCE:
    case WINDOW_BEFORE:
    case WINDOW_ON: write_key_date(out, "date", window->from); return;
    case WINDOW_BETWEEN_AGO:
        write_key_count(out, "near", window->count);
        write_key_count(out, "far", window->count_far);
        write_key_word(out, "unit", unit_word(window->unit));
        return;
    }
}

static void write_window(Buffer *out, const Window *window)
{
    if (window->kind == WINDOW_ALL) return;
    write_key(out, "window");
    buffer_char(out, '{');
    write_key_word(out, "kind", word_list_get(&JSON_WINDOW_KINDS, window->kind));
    write_window_parts(out, window);
    if (window->is_shifted)
        write_key_period(out, "shifted_back", window->shift_count, window->shift_unit);
    buffer_char(out, '}');
}

static void write_name(Buffer *out, const Node *node)
{
    WrittenName written = node_written_name(node);
    write_key_text(out, "name", written.name);
    if (written.member.size > 0) write_key_text(out, "member", written.member);
}

static void write_interval(Buffer *out, const Node *node)
{
    write_key_node(out, "operand", node->as.in_interval.operand);
    write_key_node(out, "low", node->as.in_interval.low);
    if (node->as.in_interval.low != NULL)
        write_key_bool(out, "low_included", node->as.in_interval.low_included);
    write_key_node(out, "high", node->as.in_interval.high);
    if (node->as.in_interval.high != NULL)
        write_key_bool(out, "high_included", node->as.in_interval.high_included);
}

static void write_aggregate(Buffer *out, const Node *node)
{
    write_key_word(out, "function", aggregate_word(node->as.aggregate.kind));
    write_key_text(out, "stream", node->as.aggregate.stream_name);
    write_key_node(out, "field", node->as.aggregate.field);
    write_key_node(out, "condition", node->as.aggregate.condition);
    if (node->as.aggregate.has_period)
        write_key_word(out, "by", unit_word(node->as.aggregate.period));
    write_window(out, &node->as.aggregate.window);
}

static void write_event(Buffer *out, const EventPattern *event)
{
    write_key_text(out, "stream", event->stream_name);
    write_key_node(out, "condition", event->condition);
}

static void write_step(Buffer *out, const SequenceStep *step)
{
    separate(out);
    buffer_char(out, '{');
    write_event(out, &step->event);
    if (step->has_within) write_key_period(out, "within", step->within_count, step->within_unit);
    if (step->has_without) {
        write_key(out, "without");
        buffer_char(out, '{');
        write_event(out, &step->without);
        buffer_char(out, '}');
    }
    buffer_char(out, '}');
}

static void write_sequence(Buffer *out, const Node *node)
{
    write_key(out, "steps");
    buffer_char(out, '[');
    for (size_t i = 0; i < node->as.sequence.steps_count; i++)
        write_step(out, &node->as.sequence.steps[i]);
    buffer_char(out, ']');
    write_window(out, &node->as.sequence.window);
}

/* The stream of a checked debt() and its like is the argument it was written as. */
static void write_arguments(Buffer *out, const Node *node)
{
    const Stream *stream = node->as.call.stream;
    Node name = {.kind = NODE_NAME};
    const Node *items[] = {&name};
    if (node->as.call.arguments.count > 0 || stream == NULL) {
        write_key_nodes(out, "arguments", &node->as.call.arguments);
        return;
    }
    name.as.name.name = stream->name;
    write_key_nodes(out, "arguments", &(NodeList){items, 1});
}

static void write_call(Buffer *out, const Node *node)
{
    write_key_word(out, "function", function_word(node->as.call.function));
    write_arguments(out, node);
    if (node->as.call.has_window) write_window(out, &node->as.call.window);
}

static void write_rank(Buffer *out, const Node *node)
{
    write_key_word(out, "direction", word_list_get(&JSON_DIRECTIONS, node->as.rank.is_top));
    write_key_decimal(out, "amount", node->as.rank.amount, node->as.rank.amount_scale);
    if (node->as.rank.is_percent) write_key_bool(out, "percent", true);
    write_key_node(out, "by", node->as.rank.by);
    write_key_node(out, "within", node->as.rank.within);
}

/* NOLINTNEXTLINE(function-size): dispatch */
static void write_parts(Buffer *out, const Node *node)
{
    switch (node->kind) {
    case NODE_LITERAL: write_literal(out, &node->as.literal); return;
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_NAME: write_name(out, node); return;
    case NODE_AND:
    case NODE_OR: write_key_nodes(out, "operands", &node->as.list); return;
    case NODE_NOT:
    case NODE_NEGATE:
    case NODE_IS_MISSING: write_key_node(out, "operand", node->as.unary.operand); return;
    case NODE_COMPARE:
        write_key_word(out, "operator", compare_operator_word(node->as.compare.operator_));
        write_key_node(out, "left", node->as.compare.left);
        write_key_node(out, "right", node->as.compare.right);
        return;
    case NODE_BETWEEN:
        write_key_node(out, "operand", node->as.between.operand);
        write_key_node(out, "low", node->as.between.low);
        write_key_node(out, "high", node->as.between.high);
        return;
    case NODE_IN_LIST:
        write_key_node(out, "operand", node->as.in_list.operand);
        write_literals(out, &node->as.in_list.list);
        return;
    case NODE_IN_INTERVAL: write_interval(out, node); return;
    case NODE_TEXT_MATCH:
        write_key_word(out, "match", word_list_get(&JSON_TEXT_MATCHES, node->as.text_match.match));
        write_key_node(out, "operand", node->as.text_match.operand);
        write_key_text(out, "pattern", node->as.text_match.pattern);
        return;
    case NODE_HAS:
        write_key_word(out, "quantifier",
                       word_list_get(&JSON_QUANTIFIERS, node->as.has.quantifier));
        write_key_node(out, "operand", node->as.has.operand);
        write_literals(out, &node->as.has.list);
        return;
    case NODE_UNDER:
        write_key_node(out, "operand", node->as.under.operand);
        write_key_text(out, "target", node->as.under.target);
        return;
    case NODE_ARITHMETIC:
        write_key_word(out, "operator", arithmetic_operator_word(node->as.arithmetic.operator_));
        write_key_node(out, "left", node->as.arithmetic.left);
        write_key_node(out, "right", node->as.arithmetic.right);
        return;
    case NODE_AGGREGATE: write_aggregate(out, node); return;
    case NODE_SEQUENCE: write_sequence(out, node); return;
    case NODE_CALL: write_call(out, node); return;
    case NODE_AT_LEAST:
        write_key_count(out, "needed", node->as.at_least.needed);
        write_key_nodes(out, "operands", &node->as.at_least.list);
        return;
    case NODE_RANK: write_rank(out, node); return;
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false && "every kind of node is written");
}

static void write_node(Buffer *out, const Node *node)
{
    buffer_char(out, '{');
    write_key_word(out, "kind", word_list_get(&JSON_NODE_KINDS, node->kind));
    if (node->negated) write_key_bool(out, "negated", true);
    write_parts(out, node);
    buffer_char(out, '}');
}

Text expression_to_json(const Node *root, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    write_node(&out, root);
    return arena_text(arena, buffer_view(&out));
}
