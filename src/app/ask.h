/* ask.h -- a question to the data: expressions checked together, evaluated in one pass.
 *
 *   ask_prepare ─> Question ─ ask_answer ─> Answer: values, who is in, in which order
 *
 * A question is one expression and a list of columns. When it is a rule, the customers for whom it
 * is true are in; when it is any other expression, those for whom it has a value. */
#pragma once

#include "app/app.h"
#include "eval/composition.h"

typedef enum { ENGINE_REFERENCE, ENGINE_SQLITE } Engine;

typedef struct {
    Text source;  /* the expression */
    Text columns; /* "EXPRESSION as name, ..."; empty: none */
    Text sort;    /* name of a column, "code" or "name"; empty: by code */
    bool is_descending;
} AskOptions;

typedef struct {
    Text name;
    const Expression *expression;
} QuestionColumn;

/* Checked expressions: [0] the question, [1] the customer's name, then the columns. */
typedef struct {
    const Expression *const *expressions;
    const Type *types;
    size_t expressions_count;
    const QuestionColumn *columns; /* the written ones */
    size_t columns_count;
    bool is_rule;
    bool has_sort;
    size_t sort; /* index into expressions */
    bool is_descending;
} Question;

enum { QUESTION_RULE, QUESTION_NAME, QUESTION_COLUMNS };

/* What was wrong, with the text it was found in: the question or the columns. */
typedef struct {
    Text source;
    Diagnostics diagnostics;
} Findings;

/* Parse and check. INVALID with errors in one of the findings, or with a sentence in err when the
 * sort names no column. Warnings stand in the findings of a good question too. */
MUST_CHECK Status ask_prepare(App *app, const AskOptions *options, Arena *arena,
                              Question *ret_question, Findings ret_findings[2], Error *err);

typedef struct {
    EvalResult result;
    Composition composition; /* all who are in, in order: its count is the count */
} Answer;

/* How to evaluate it. */
typedef struct {
    Date as_of;
    Engine engine;
    const Progress *progress; /* may be NULL */
} AskMode;

MUST_CHECK Status ask_answer(App *app, const Question *question, const AskMode *mode, Arena *arena,
                             Answer *ret_answer, Error *err);
