/* ask.h -- a question to the data: expressions checked together, evaluated, put in order.
 *
 *   ask_prepare ─> Question ─ ask_answer ─> Answer: how many, which values, who in which order
 *
 * A question is one expression and a list of columns. When it is a rule, the customers for whom it
 * is true are in; when it is any other expression, those for whom it has a value. */
#pragma once

#include "app/lookups.h"
#include "eval/composition.h"
#include "segment/origins.h"

typedef enum { ENGINE_NATIVE, ENGINE_REFERENCE, ENGINE_SQLITE } Engine;

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

/* Checked expressions: [0] the question, [1] and [2] the customer's code and name, then the
 * columns; behind them what ask_answer needs for itself. */
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

enum { QUESTION_RULE, QUESTION_CODE, QUESTION_NAME, QUESTION_COLUMNS };

/* What was wrong, with the text it was found in: the question or the columns. */
typedef struct {
    Text source;
    Diagnostics diagnostics;
} Findings;

/* Parse and check. INVALID with errors in one of the findings, or with a sentence in err when the
 * sort names no column. Warnings stand in the findings of a good question too. */
MUST_CHECK Status ask_prepare(App *app, const AskOptions *options, Arena *arena,
                              Question *ret_question, Findings ret_findings[2], Error *err);

typedef enum {
    WANT_COUNT,   /* how many are in */
    WANT_SUMMARY, /* what the values of the question come to */
    WANT_LIST     /* who is in, with the values of all expressions */
} Want;

/* How to evaluate it. */
typedef struct {
    Date as_of;
    Engine engine;
    Want want;
    size_t rows_max;             /* of a list; SIZE_MAX: all */
    const SelectionEntry *after; /* of a list: only rows behind it; NULL: from the beginning */
    /* A rule: nobody else is there. NULL: everybody is. Of the native engine only. */
    const Expression *only;
    FormedComposition formed; /* of a segment; none: compositions are those of the day */
    /* A steady clock: the native engine tells its steps. NULL: it does not. */
    uint64_t (*now_nanoseconds)(void);
    const Progress *progress; /* may be NULL */
} AskMode;

/* What was wanted, and the count always. */
typedef struct {
    uint64_t base_count; /* customers there are */
    uint64_t count;      /* who are in */
    ValueSummary summary;
    bool has_more;      /* there are rows behind those of the list */
    size_t rows_count;  /* of the list: the first of those who are in */
    Value *values;      /* row after row, the expressions in their order */
    Text image_trouble; /* what was wrong with the image; empty: nothing to tell */
    const EngineStep *steps;
    size_t steps_count;
    const Origin
        *origins; /* of the rows, where somebody asked (segment_members_origins); else NULL */
} Answer;

MUST_CHECK Status ask_answer(App *app, const Question *question, const AskMode *mode, Arena *arena,
                             Answer *ret_answer, Error *err);

/* "last row shown" as a text to go on after, and back. INVALID for what no such text is, or one of
 * another order. */
Text ask_cursor(const Question *question, const Answer *answer, Arena *arena);
MUST_CHECK Status ask_cursor_read(const Question *question, Text cursor, Arena *arena,
                                  SelectionEntry *ret_after, Error *err);

/* A rule for those with a text in code or name; empty for an empty text. */
Text ask_search_rule(Text search, Arena *arena);

static inline Value answer_value(const Answer *answer, const Question *question, size_t row,
                                 size_t expression)
{
    return answer->values[row * question->expressions_count + expression];
}
