/* asking.c -- the questions of the bench, compiled, and what they are asked of. */
#include "bench/asking.h"

#include "base/buffer.h"
#include "base/file.h"

#include <stdio.h>
#include <time.h>

enum { RULES_FILE_BYTES_MAX = 1 << 20 };

typedef struct {
    BenchRule *items;
    size_t count, capacity;
} RuleList;

static bool is_continued(Text line)
{
    return line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
}

Status bench_rules_read(const char *path, Arena *arena, BenchRule **ret_rules, size_t *ret_count,
                        Error *err)
{
    Text rest, name = {0};
    TRY(file_read(path, RULES_FILE_BYTES_MAX, arena, &rest, err));
    RuleList rules = {0};
    bool is_in_rule = false;
    while (rest.data != NULL) {
        Text line = text_split(rest, '\n', &rest);
        if (text_starts_with(line, TEXT("== "))) name = text_slice(line, 3, line.size);
        if (is_in_rule && is_continued(line)) {
            Text *rule = &rules.items[rules.count - 1].rule;
            *rule =
                arena_printf(arena, "%.*s %.*s", TEXT_FORMAT(*rule), TEXT_FORMAT(text_trim(line)));
            continue;
        }
        is_in_rule = text_starts_with(line, TEXT("kohorta:"));
        if (!is_in_rule) continue;
        BenchRule rule = {name, text_trim(text_slice(line, 8, line.size))};
        ARENA_PUSH(arena, &rules, rule);
    }
    *ret_rules = rules.items;
    *ret_count = rules.count;
    return STATUS_OK;
}

Status bench_compile(const Schema *schema, Text rule, Arena *arena,
                     const Expression **ret_expression, Error *err)
{
    Catalog catalog = {.schema = schema};
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression;
    Status status =
        expression_compile(rule, &catalog, EXPECT_ANY_VALUE, arena, &expression, &diagnostics);
    if (status == STATUS_OK) {
        *ret_expression = expression;
        return STATUS_OK;
    }
    Text reason = diagnostics.count == 0
                      ? TEXT("it cannot be compiled")
                      : diagnostic_render(&diagnostics.items[0], rule, LANGUAGE_EN, arena);
    return error_set(err, STATUS_INVALID, "%.*s", TEXT_FORMAT(reason));
}

Status bench_compile_all(const Schema *schema, const Text *rules, size_t count, Arena *arena,
                         const Expression ***ret_expressions, Error *err)
{
    const Expression **expressions = ARENA_ARRAY(arena, const Expression *, count);
    for (size_t i = 0; i < count; i++)
        TRY(bench_compile(schema, rules[i], arena, &expressions[i], err));
    *ret_expressions = expressions;
    return STATUS_OK;
}

static void answer_add(BenchAnswer *answer, CustomerId id)
{
    answer->count++;
    answer->codes_sum += DATA_CUSTOMER_CODE_BASE + (uint64_t)id.value;
}

BenchAnswer bench_answer_of(const CustomerSet *set)
{
    BenchAnswer answer = {0};
    FOR_EACH_CUSTOMER (id, set)
        answer_add(&answer, id);
    return answer;
}

Status bench_ask_reference(CustomerSource *source, const Expression *const *expressions,
                           size_t count, Date as_of, BenchAnswer *answers, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EvalInput input = {.source = source, .as_of = as_of};
    EvalResult result;
    TRY(reference_eval(&input, expressions, count, arena, &result, err));
    for (size_t e = 0; e < count; e++) {
        answers[e] = (BenchAnswer){0};
        for (size_t c = 0; c < result.customers_count; c++) {
            if (result.values[e][c].as.boolean) answer_add(&answers[e], result.customers[c]);
        }
    }
    return STATUS_OK;
}

double bench_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void bench_line(const char *workload, const char *name, double seconds, int repetitions,
                const BenchAnswer *answer, const char *note)
{
    printf("%s\t%s\t", workload, name);
    if (repetitions > 0) printf("%.6f", seconds);
    printf("\t%d\t", repetitions);
    if (answer != NULL) {
        printf("%llu\t%llu", (unsigned long long)answer->count,
               (unsigned long long)answer->codes_sum);
    } else {
        printf("\t");
    }
    printf("\t%s\n", note);
    fflush(stdout);
}
