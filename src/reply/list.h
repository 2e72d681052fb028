/* list.h -- the rows of an answer: which columns they have, as JSON, as CSV, as a table. */
#pragma once

#include "app/ask.h"
#include "reply/json_writer.h"
#include "reply/output.h"

/* How the columns that nobody wrote are called, and whether those that are properties go by their
 * labels. */
typedef struct {
    Text code, name, value;
    bool has_properties;
    Language language; /* of the labels of properties */
} AnswerLabels;

typedef struct {
    OutputColumn *columns;
    size_t *expressions; /* of the question: that of each column */
    size_t count;        /* with those that are no expressions */
    const Value *more;   /* of those, which come last: row after row */
    size_t more_count;
} AnswerColumns;

/* Columns that no expression gives, with the values of all rows, row after row. */
typedef struct {
    const OutputColumn *columns;
    size_t count;
    const Value *values;
} MoreColumns;
/* Once, behind all others. */
void answer_columns_add(AnswerColumns *list, MoreColumns more, Arena *arena);

/* Code, name and value come first, each unless a written column has taken its name. */
AnswerColumns answer_columns(const Question *question, AnswerLabels labels, Arena *arena);
/* All rows of the answer. */
void answer_output(const AnswerColumns *columns, const Question *question, const Answer *answer,
                   Output *output, Arena *arena);

/* {"key":value, ...} */
void reply_row(JsonWriter *writer, const OutputColumn *columns, size_t count, const Value *values);
/* [{"key":..,"label":..,"type":..}, ...] */
void reply_columns(JsonWriter *writer, const OutputColumn *columns, size_t count);
/* [{..}, ..] */
void reply_answer_rows(JsonWriter *writer, const AnswerColumns *columns, const Question *question,
                       const Answer *answer, Arena *arena);
/* "columns", "items" and "next": members of an object that the caller has begun. */
void reply_answer_page(JsonWriter *writer, const AnswerColumns *columns, const Question *question,
                       const Answer *answer, Arena *arena);
