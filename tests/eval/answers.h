/* answers.h -- asking several evaluators the same question and comparing what they say. */
#pragma once

#include "eval/tables.h"

/* One evaluator's answer: a result, or how it failed. */
typedef struct {
    Status status;
    Error err;
    EvalResult result;
} Answer;

Answer answer_of_reference(const Population *population, const Expression *expression, Date as_of,
                           Arena *arena);
Answer answer_of_sql(const SqlRunner *runner, const Expression *expression, Date as_of,
                     Arena *arena);
/* The SQL for reading, which has no guards: only for questions that do not fail. */
Answer answer_of_readable_sql(const SqlRunner *runner, const Expression *expression, Date as_of,
                              Arena *arena);

/* NULL when equal bit for bit, texts in spelling, else how they differ. */
const char *answers_differ(const Answer *a, const Answer *b, Type type, Arena *arena);

/* "C1 C3" for a rule, "C1=40000.01 C2=" for a metric, "LIMIT" for a failure. */
Text answer_print(const Answer *answer, Type type, Arena *arena);

/* Parse and check against the population's names; NULL with the sentences in *ret_problem. */
const Expression *population_compile(const Population *population, Text source, Arena *arena,
                                     Text *ret_problem);
