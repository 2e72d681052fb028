/* sql_call.c -- functions of the language as SQL. */
#include "eval/sql_writer.h"

/* Arguments of COALESCE in one call: SQLite limits them to 127. */
enum { ARGUMENTS_MAX = 100 };

static const Node *argument(const Node *call, size_t index)
{
    ASSERT(index < call->as.call.arguments.count);
    return call->as.call.arguments.items[index];
}

/* The operand's day as text of SQL; it is written several times, so it must be short. */
static const char *day_text(SqlWriter *writer, SqlOperand operand)
{
    size_t before_bytes = writer->text.size;
    sql_as_day(writer, operand);
    return sql_take_out(writer, before_bytes);
}

/* ---- dates ---- */

static void month_and_day(SqlWriter *writer, const char *day)
{
    sql_raw(writer, "strftime('%m-%d', ");
    sql_raw(writer, day);
    sql_raw(writer, " * 86400, 'unixepoch')");
}

/* The as-of day as text that the calendar functions take. */
static const char *as_of_text(SqlWriter *writer)
{
    size_t before_bytes = writer->text.size;
    sql_date(writer, writer->as_of);
    return sql_take_out(writer, before_bytes);
}

/* Years between, less one before this year's birthday; missing for a birth after the day. */
static void age(SqlWriter *writer, const char *birth)
{
    const char *as_of = as_of_text(writer);
    sql_raw(writer, "CASE WHEN ");
    sql_raw(writer, birth);
    sql_raw(writer, " <= ");
    sql_raw(writer, as_of);
    sql_raw(writer, " THEN ");
    sql_year(writer, as_of);
    sql_raw(writer, " - ");
    sql_year(writer, birth);
    sql_raw(writer, " - (");
    month_and_day(writer, as_of);
    sql_raw(writer, " < ");
    month_and_day(writer, birth);
    sql_raw(writer, ") END");
}

/* The day of return in the first year that can hold one within the span, or `later` years after;
 * SQLite reads 29 February of a common year as 1 March. */
static void return_day(SqlWriter *writer, const char *day, DaySpan span, int later)
{
    sql_printf(writer, "CAST(strftime('%%s', printf('%%04d-%%s', MAX(");
    sql_integer(writer, date_year(span.first));
    sql_raw(writer, ", ");
    sql_year(writer, day);
    sql_printf(writer, " + 1) + %d, ", later);
    month_and_day(writer, day);
    sql_raw(writer, ")) AS INTEGER) / 86400");
}

static void return_is_within(SqlWriter *writer, const char *day, DaySpan span, int later)
{
    sql_raw(writer, "(");
    return_day(writer, day, span, later);
    sql_raw(writer, " BETWEEN ");
    sql_date(writer, span.first);
    sql_raw(writer, " AND ");
    sql_date(writer, span.last);
    sql_raw(writer, ") IS TRUE");
}

/* Within the span falls the first return of its first year or, when that lies before the span, the
 * one of the next year. */
static void anniversary(SqlWriter *writer, const Node *node, const char *day)
{
    DaySpan span = window_next_days(&node->as.call.window, writer->as_of);
    return_is_within(writer, day, span, 0);
    sql_raw(writer, " OR ");
    return_is_within(writer, day, span, 1);
}

static void date_function(SqlWriter *writer, const Node *node)
{
    FunctionKind function = node->as.call.function;
    sql_raw(writer, "(");
    SqlOperand operand = sql_bind_begin(writer, argument(node, 0));
    const char *day = day_text(writer, operand);
    if (function == FUNCTION_AGE)
        age(writer, day);
    else if (function == FUNCTION_ANNIVERSARY)
        anniversary(writer, node, day);
    else if (function == FUNCTION_YEAR)
        sql_year(writer, day);
    else if (function == FUNCTION_MONTH)
        sql_month(writer, day);
    else if (function == FUNCTION_DAY)
        sql_day_of_month(writer, day);
    else if (function == FUNCTION_WEEKDAY)
        sql_weekday(writer, day);
    else {
        sql_date(writer, writer->as_of);
        sql_printf(writer, " - ");
        sql_raw(writer, day);
    }
    sql_bind_end(writer, operand);
    sql_raw(writer, ")");
}

static void days_between(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "(");
    sql_as_day(writer, (SqlOperand){.node = argument(node, 1)});
    sql_raw(writer, " - ");
    sql_as_day(writer, (SqlOperand){.node = argument(node, 0)});
    sql_raw(writer, ")");
}

/* ---- choice ---- */

static void if_call(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "CASE WHEN ");
    sql_condition(writer, argument(node, 0));
    sql_raw(writer, " THEN ");
    sql_as_type(writer, argument(node, 1), node->type);
    sql_raw(writer, " ELSE ");
    sql_as_type(writer, argument(node, 2), node->type);
    sql_raw(writer, " END");
}

static void coalesce(SqlWriter *writer, const Node *node)
{
    NodeList list = node->as.call.arguments;
    size_t open = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0) sql_raw(writer, ", ");
        if (i % ARGUMENTS_MAX == 0) {
            sql_raw(writer, "COALESCE(");
            open++;
        }
        sql_as_type(writer, list.items[i], node->type);
    }
    sql_raw(writer, ", NULL"); /* COALESCE takes two at least */
    for (size_t i = 0; i < open; i++)
        sql_raw(writer, ")");
}

/* ---- numbers ---- */

static void number_function(SqlWriter *writer, const Node *node)
{
    const Node *operand = argument(node, 0);
    bool is_round = node->as.call.function == FUNCTION_ROUND;
    if (node->as.call.function == FUNCTION_ABS) {
        sql_raw(writer, "abs(");
    } else if (operand->type.kind == TYPE_RATIO) {
        sql_raw(writer, is_round ? "round_ratio(" : "floor(");
    } else {
        sql_raw(writer, is_round ? "round_decimal(" : "floor_decimal(");
    }
    sql_value(writer, operand);
    bool has_scale = node->as.call.function != FUNCTION_ABS && operand->type.kind == TYPE_DECIMAL;
    if (has_scale) sql_printf(writer, ", %d", (int)operand->type.scale);
    sql_raw(writer, ")");
}

static Text literal_text(const Node *call, size_t index)
{
    return argument(call, index)->as.literal.value.as.text;
}

static void bucket(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "bucket(");
    sql_text(writer, literal_text(node, 0));
    sql_raw(writer, ", c.code)");
}

/* ---- stored sets, classes and scores ---- */

static void look_up(SqlWriter *writer, const char *function, const Node *node)
{
    sql_printf(writer, "%s(", function);
    sql_integer(writer, node->as.call.set_id);
    sql_raw(writer, ", c.id");
}

static void look_up_on(SqlWriter *writer, const char *function, const Node *node, Date day)
{
    look_up(writer, function, node);
    sql_raw(writer, ", ");
    sql_date(writer, day);
    sql_raw(writer, ")");
}

static void look_up_within(SqlWriter *writer, const char *function, const Node *node)
{
    DaySpan span = window_days(&node->as.call.window, writer->as_of);
    look_up(writer, function, node);
    sql_raw(writer, ", ");
    if (span.has_begin)
        sql_date(writer, span.first);
    else
        sql_raw(writer, "NULL");
    sql_raw(writer, ", ");
    sql_date(writer, span.last);
    sql_raw(writer, ")");
}

static void class_changed(SqlWriter *writer, const Node *node)
{
    DaySpan span = window_days(&node->as.call.window, writer->as_of);
    if (!span.has_begin || day_span_is_empty(span)) {
        sql_raw(writer, "0");
        return;
    }
    sql_raw(writer, "((fold(");
    look_up_on(writer, "class_on", node, date_add(span.first, -1, UNIT_DAY));
    sql_raw(writer, ") = fold(");
    sql_text(writer, literal_text(node, 1));
    sql_raw(writer, ") AND fold(");
    look_up_on(writer, "class_on", node, span.last);
    sql_raw(writer, ") = fold(");
    sql_text(writer, literal_text(node, 2));
    sql_raw(writer, ")) IS TRUE)");
}

static void member(SqlWriter *writer, const Node *node)
{
    if (node->as.call.definition == NULL) {
        look_up_on(writer, "was_member", node, writer->as_of);
        return;
    }
    sql_raw(writer, "(");
    sql_condition(writer, node->as.call.definition);
    sql_raw(writer, ")");
}

static Date date_argument(const Node *call, size_t index)
{
    return argument(call, index)->as.literal.value.as.date;
}

/* NOLINT(function-size): dispatch */
void sql_call(SqlWriter *writer, const Node *node)
{
    switch (node->as.call.function) {
    case FUNCTION_TODAY: sql_date(writer, writer->as_of); return;
    case FUNCTION_AGE:
    case FUNCTION_ANNIVERSARY:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_YEAR:
    case FUNCTION_MONTH:
    case FUNCTION_DAY:
    case FUNCTION_WEEKDAY: date_function(writer, node); return;
    case FUNCTION_DAYS_BETWEEN: days_between(writer, node); return;
    case FUNCTION_IF: if_call(writer, node); return;
    case FUNCTION_COALESCE: coalesce(writer, node); return;
    case FUNCTION_ABS:
    case FUNCTION_ROUND:
    case FUNCTION_FLOOR: number_function(writer, node); return;
    case FUNCTION_BUCKET: bucket(writer, node); return;
    case FUNCTION_MEMBER: member(writer, node); return;
    case FUNCTION_SAVED:
        look_up(writer, "in_saved_set", node);
        sql_raw(writer, ")");
        return;
    case FUNCTION_WAS_MEMBER:
        look_up_on(writer, "was_member", node, date_argument(node, 1));
        return;
    case FUNCTION_ENTERED: look_up_within(writer, "entered", node); return;
    case FUNCTION_LEFT: look_up_within(writer, "left_segment", node); return;
    case FUNCTION_CLASS: look_up_on(writer, "class_on", node, writer->as_of); return;
    case FUNCTION_CLASS_ON: look_up_on(writer, "class_on", node, date_argument(node, 1)); return;
    case FUNCTION_CLASS_CHANGED: class_changed(writer, node); return;
    case FUNCTION_SCORE: look_up_on(writer, "score", node, writer->as_of); return;
    case FUNCTION_DEBT:
    case FUNCTION_OVERDUE:
    case FUNCTION_OVERDUE_DAYS: sql_debt(writer, node); return;
    case FUNCTION_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
}
