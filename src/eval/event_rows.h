/* event_rows.h -- events of one stream row by row: those that meet a condition, with values of
 * expressions over each event. Evaluated by the reference evaluator. */
#pragma once

#include "eval/eval.h"

/* What is asked, as text. */
typedef struct {
    Text stream;
    Text condition; /* on one event; empty: every event */
    Text columns; /* "EXPRESSION as name, ..." over one event; empty: its day, then every field that
                   * is not retired */
} EventRowsText;

typedef struct {
    Text name;
    const Node *node;             /* checked; its value is that of one event */
    const Expression *expression; /* that holds it */
} EventRowsColumn;

typedef struct {
    const Stream *stream;
    const Node *condition; /* NULL: every event */
    const Expression *condition_expression;
    const EventRowsColumn *columns;
    size_t columns_count;
} EventRowsQuestion;

/* Parse and check. INVALID with errors in one of the diagnostics: of the condition or the columns;
 * NOT_FOUND no such stream, with a near one. */
MUST_CHECK Status event_rows_prepare(const EventRowsText *text, const Catalog *catalog,
                                     Arena *arena, EventRowsQuestion *ret_question,
                                     Diagnostics ret_diagnostics[2], Error *err);

typedef struct {
    CustomerId customer;
    Text key;            /* given key of the event; empty: none */
    const Value *values; /* one per column; items as their codes */
} EventRowsRow;

typedef struct {
    EventRowsRow *items;
    size_t count, capacity;
} EventRowsList;

/* Events up to the as-of day of all customers of the source, customer after customer, in the order
 * of the events. LIMIT as in reference_eval. */
MUST_CHECK Status event_rows_answer(const EventRowsQuestion *question, const EvalInput *input,
                                    Arena *arena, EventRowsList *ret_rows, Error *err);
