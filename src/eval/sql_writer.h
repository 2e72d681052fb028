/* sql_writer.h -- inside of the SQL generator: the text under construction and its parts.
 *
 *   1. sql_value writes something that stands anywhere an operand may: a name, a literal, a call,
 * or text in brackets. NULL is missing.
 *   2. sql_condition writes what may stand beside AND and OR, and is 0 or 1, never NULL.
 *   3. Metrics, and what would nest too deep, become tables of their own before the statement:
 *      part_1 (id, value); SQLite's parser takes a hundred open brackets.
 *   4. The customer is `c`, the event of the nearest query over a stream is `e` (e1, e2, .. in
 *      sequences), an item is `i`, a value named once and used often is `v.x`. */
#pragma once

#include "base/buffer.h"
#include "eval/sql.h"

typedef struct {
    Value *items;
    size_t count, capacity;
} ParameterList;

/* Nodes of the customer that are tables of their own. */
typedef struct {
    const Node **items;
    size_t count, capacity;
} PartList;

typedef struct {
    Arena *arena;
    Buffer text;
    PartList *parts; /* grows while the statement and the parts themselves are written */
    int nesting;     /* nodes of the customer that are open */
    int depth;       /* of indentation */
    SqlPurpose purpose;
    const Expression *expression;
    Date as_of;
    ParameterList parameters;
    const char *event; /* alias of the event that fields belong to; NULL: about the customer */
} SqlWriter;

/* ---- sql_writer.c: text, literals, names ---- */

void sql_raw(SqlWriter *writer, const char *text);
void sql_printf(SqlWriter *writer, const char *format, ...) PRINTF_LIKE(2, 3);
void sql_line(SqlWriter *writer);  /* a new line at the present depth */
void sql_open(SqlWriter *writer);  /* "(", one deeper, a new line */
void sql_close(SqlWriter *writer); /* a new line one less deep, ")" */
bool sql_is_guarded(const SqlWriter *writer);
/* What was written since the text had `before_bytes` (writer->text.size), taken out of it again: a
 * piece to be used more than once. */
const char *sql_take_out(SqlWriter *writer, size_t before_bytes);

void sql_integer(SqlWriter *writer, int64_t integer);
void sql_decimal(SqlWriter *writer, int64_t mantissa, uint8_t scale); /* with what it means */
void sql_real(SqlWriter *writer, double real);
void sql_text(SqlWriter *writer, Text text);
void sql_date(SqlWriter *writer, Date date);
void sql_moment(SqlWriter *writer, Moment moment);
void sql_name(SqlWriter *writer, Text name); /* quoted */
void sql_comment(SqlWriter *writer, Text text);

/* ---- sql_value.c, sql_condition.c ---- */

/* The value of a literal: a text that is empty after folding is missing. */
Value sql_literal_value(const Literal *literal);

void sql_value(SqlWriter *writer, const Node *node);
void sql_condition(SqlWriter *writer, const Node *node);
/* The same without making a table of the node: what each is written by. */
void sql_value_in_place(SqlWriter *writer, const Node *node);
void sql_condition_in_place(SqlWriter *writer, const Node *node);
/* The node as a table of its own, and here its value; false when it is better written in place. */
bool sql_as_part(SqlWriter *writer, const Node *node);
/* Whether a node's value is never missing, so that its comparisons need no IS TRUE. */
bool sql_is_never_missing(const Node *node);

/* What is compared or computed: a node, or a name for its value that was introduced before. */
typedef struct {
    const Node *node;
    const char *name; /* NULL: write the node */
} SqlOperand;

/* Introduce a short name for a value that is used more than once:
 *   (SELECT <body> FROM (SELECT <node> AS x) AS v)
 * A node that is short anyway is repeated. Between begin and end the body is written. */
SqlOperand sql_bind_begin(SqlWriter *writer, const Node *node);
void sql_bind_end(SqlWriter *writer, SqlOperand operand);

void sql_operand(SqlWriter *writer, SqlOperand operand);
void sql_as_real(SqlWriter *writer, SqlOperand operand);
void sql_as_day(SqlWriter *writer, SqlOperand operand);
void sql_as_second(SqlWriter *writer, SqlOperand operand);
void sql_as_folded(SqlWriter *writer, SqlOperand operand);
void sql_as_scaled(SqlWriter *writer, SqlOperand operand, uint8_t scale);
/* Converted to another type of its family, guarded. */
void sql_as_type(SqlWriter *writer, const Node *node, Type type);
/* Operands one per line, joined by a word, in brackets; deep lists are grouped, for SQLite limits
 * the depth of a tree. */
void sql_conditions(SqlWriter *writer, NodeList list, const char *word);

/* `name(` or nothing, when guards are not wanted; the matching end writes `)`. */
void sql_guard_begin(SqlWriter *writer, const char *function);
void sql_guard_end(SqlWriter *writer);

/* ---- sql_calendar.c: days as numbers, by SQLite's own calendar ---- */

/* Number of the calendar unit that holds a day, given as SQL text. */
void sql_period_number(SqlWriter *writer, Unit unit, const char *day);
void sql_year(SqlWriter *writer, const char *day);
void sql_month(SqlWriter *writer, const char *day);
void sql_day_of_month(SqlWriter *writer, const char *day);
void sql_weekday(SqlWriter *writer, const char *day);
/* The day `count` units after a day, clipped to the length of the month. */
void sql_day_after(SqlWriter *writer, const char *day, int64_t count, Unit unit);

/* ---- sql_aggregate.c, sql_sequence.c, sql_call.c, sql_debt.c ---- */

void sql_aggregate(SqlWriter *writer, const Node *node);
/* FROM and WHERE of the customer's events of a stream; alias as in writer->event. */
void sql_from_events(SqlWriter *writer, const Stream *stream, DaySpan span);
void sql_and_condition(SqlWriter *writer, const Node *condition); /* NULL: nothing */
void sql_sequence(SqlWriter *writer, const Node *node);
void sql_call(SqlWriter *writer, const Node *node);
void sql_debt(SqlWriter *writer, const Node *node);
void sql_debt_check(SqlWriter *writer, const Node *node); /* fails when a total does */

/* ---- sql_check.c: the columns that only guard ---- */

void sql_checks(SqlWriter *writer, const Node *root);
