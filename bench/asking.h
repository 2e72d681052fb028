/* asking.h -- the questions of the bench, compiled, and what they are asked of. */
#pragma once

#include "bench/segments.h"
#include "engine/engine.h"

typedef struct {
    Text name, rule;
} BenchRule;

/* The rules of rules.txt in their order. */
MUST_CHECK Status bench_rules_read(const char *path, Arena *arena, BenchRule **ret_rules,
                                   size_t *ret_count, Error *err);

/* Parse and check; INVALID with the first error found. */
MUST_CHECK Status bench_compile(const Schema *schema, Text rule, Arena *arena,
                                const Expression **ret_expression, Error *err);
MUST_CHECK Status bench_compile_all(const Schema *schema, const Text *rules, size_t count,
                                    Arena *arena, const Expression ***ret_expressions, Error *err);

/* What every engine must agree on. */
typedef struct {
    uint64_t count, codes_sum;
} BenchAnswer;

BenchAnswer bench_answer_of(const CustomerSet *set);

/* By the reference evaluator, in one pass over the source. */
MUST_CHECK Status bench_ask_reference(CustomerSource *source, const Expression *const *expressions,
                                      size_t count, Date as_of, BenchAnswer *answers, Error *err);

/* Seconds of a clock that only goes on. */
double bench_seconds(void);
/* One line of the results; the columns are those of measure.py. `answer` may be NULL. */
void bench_line(const char *workload, const char *name, double seconds, int repetitions,
                const BenchAnswer *answer, const char *note);
