/* sql_check.c -- columns that compute whatever can fail, so that no AND, CASE, COALESCE or WHERE
 * hides it: the language has no short circuit. Their values mean nothing. */
#include "eval/sql_writer.h"
#include "lang/tree.h"

/* Arguments of one checked(): SQLite limits them to 127, and columns to 2000. */
enum { CHECKS_PER_COLUMN = 100 };

/* Where the node is evaluated: for a customer, or for his events in a span. */
typedef struct {
    SqlWriter *writer;
    size_t *count;
    const Stream *stream; /* NULL: for a customer */
    DaySpan span;
} CheckPlace;

static void column_begin(const CheckPlace *place)
{
    SqlWriter *writer = place->writer;
    bool is_first_of_column = *place->count % CHECKS_PER_COLUMN == 0;
    if (is_first_of_column && *place->count > 0) sql_raw(writer, ")");
    sql_raw(writer, ",");
    sql_line(writer);
    if (is_first_of_column) sql_raw(writer, "checked(");
    ++*place->count;
    if (place->stream != NULL) {
        sql_open(writer);
        sql_raw(writer, "SELECT MAX(");
    }
}

static void column_end(const CheckPlace *place)
{
    if (place->stream == NULL) return;
    sql_raw(place->writer, ")");
    sql_from_events(place->writer, place->stream, place->span);
    sql_close(place->writer);
}

static bool aggregate_can_fail(AggregateKind kind)
{
    return kind == AGGREGATE_SUM || kind == AGGREGATE_AVG || kind == AGGREGATE_MEDIAN ||
           kind == AGGREGATE_STDDEV || kind == AGGREGATE_CV || kind == AGGREGATE_SLOPE;
}

static bool can_fail(const Node *node)
{
    if (node->kind == NODE_ARITHMETIC) return node->type.kind == TYPE_DECIMAL;
    if (node->kind == NODE_AGGREGATE) return aggregate_can_fail(node->as.aggregate.kind);
    return node->kind == NODE_TEXT_MATCH && node->as.text_match.match == TEXT_MATCHES;
}

/* Branches that are brought to a larger scale may leave 18 digits, each for itself. */
static void check_branches(const CheckPlace *place, const Node *node)
{
    NodeList list = node->as.call.arguments;
    for (size_t i = 0; i < list.count; i++) {
        const Node *branch = list.items[i];
        if (node->type.kind != TYPE_DECIMAL || branch->type.kind != TYPE_DECIMAL) continue;
        if (branch->type.scale >= node->type.scale) continue;
        column_begin(place);
        sql_as_type(place->writer, branch, node->type);
        column_end(place);
    }
}

static void check_call(const CheckPlace *place, const Node *node)
{
    FunctionKind function = node->as.call.function;
    if (function == FUNCTION_IF || function == FUNCTION_COALESCE) check_branches(place, node);
    bool is_debt = function == FUNCTION_DEBT || function == FUNCTION_OVERDUE ||
                   function == FUNCTION_OVERDUE_DAYS;
    if (!is_debt) return;
    column_begin(place);
    sql_debt_check(place->writer, node);
    column_end(place);
}

static void check_node(const CheckPlace *place, const Node *node, bool is_covered);

static void check_children(const CheckPlace *place, const Node *node, bool are_covered)
{
    const Node *child;
    for (size_t i = 0; (child = node_child(node, i)) != NULL; i++)
        check_node(place, child, are_covered);
}

static void check_condition(const CheckPlace *place, const EventPattern *pattern, DaySpan span)
{
    if (pattern->condition == NULL) return;
    CheckPlace inside = *place;
    const char *outer = place->writer->event;
    inside.stream = pattern->stream;
    inside.span = span;
    place->writer->event = "e";
    check_node(&inside, pattern->condition, false);
    place->writer->event = outer;
}

static void check_sequence(const CheckPlace *place, const Node *node)
{
    DaySpan span = window_days(&node->as.sequence.window, place->writer->as_of);
    for (size_t i = 0; i < node->as.sequence.steps_count; i++) {
        const SequenceStep *step = &node->as.sequence.steps[i];
        check_condition(place, &step->event, span);
        if (step->has_without) check_condition(place, &step->without, span);
    }
}

/* A covered node is computed by a column already, unconditionally. */
static void check_node(const CheckPlace *place, const Node *node, bool is_covered)
{
    bool is_column = can_fail(node) && !is_covered;
    if (is_column) {
        column_begin(place);
        sql_value(place->writer, node);
        column_end(place);
    }
    if (node->kind == NODE_CALL) check_call(place, node);
    if (node->kind == NODE_AGGREGATE) {
        EventPattern pattern = {.stream = node->as.aggregate.stream,
                                .condition = node->as.aggregate.condition};
        check_condition(place, &pattern,
                        window_days(&node->as.aggregate.window, place->writer->as_of));
    } else if (node->kind == NODE_SEQUENCE) {
        check_sequence(place, node);
    } else {
        check_children(place, node, node->kind == NODE_ARITHMETIC && (is_column || is_covered));
    }
}

void sql_checks(SqlWriter *writer, const Node *root)
{
    size_t count = 0;
    CheckPlace place = {.writer = writer, .count = &count};
    check_node(&place, root, false);
    if (count > 0) sql_raw(writer, ")");
}
