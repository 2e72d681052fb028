/* answers.c -- asking several evaluators the same question and comparing what they say. */
#include "eval/answers.h"

#include "base/buffer.h"

Answer answer_of_reference(const Population *population, const Expression *expression, Date as_of,
                           Arena *arena)
{
    Answer answer = {0};
    EvalInput input = {.source = population_source(population, arena),
                       .lookups = population_lookups(population),
                       .as_of = as_of};
    answer.status = reference_eval(&input, &expression, 1, arena, &answer.result, &answer.err);
    return answer;
}

Answer answer_of_sql(const SqlRunner *runner, const Expression *expression, Date as_of,
                     Arena *arena)
{
    Answer answer = {0};
    answer.status = sql_eval(runner, expression, as_of, arena, &answer.result, &answer.err);
    return answer;
}

/* Runs the readable text instead of the first query; the second one is for items. */
typedef struct {
    const SqlRunner *inner;
    Text sql;
    bool was_asked;
} ReadableContext;

static Status query_readable(void *context, Text sql, const Value *parameters,
                             size_t parameters_count, const SqlReceiver *receiver, Error *err)
{
    (void)parameters, (void)parameters_count;
    ReadableContext *readable = context;
    if (readable->was_asked)
        return readable->inner->query(readable->inner->context, sql, NULL, 0, receiver, err);
    readable->was_asked = true;
    return readable->inner->query(readable->inner->context, readable->sql, NULL, 0, receiver, err);
}

Answer answer_of_readable_sql(const SqlRunner *runner, const Expression *expression, Date as_of,
                              Arena *arena)
{
    ReadableContext context = {.inner = runner,
                               .sql = sql_generate(expression, as_of, SQL_FOR_READING, arena).sql};
    SqlRunner readable = {.context = &context, .query = query_readable};
    return answer_of_sql(&readable, expression, as_of, arena);
}

static bool is_same_item(const Item *a, const Item *b)
{
    return text_equal(a->code, b->code) && text_equal(a->name, b->name) &&
           text_equal(a->group, b->group) && text_equal(a->brand, b->brand) &&
           value_equal(a->price, b->price) && value_equal(a->cost, b->cost);
}

static bool is_same(Value a, Value b)
{
    if (a.kind == VALUE_TEXT && b.kind == VALUE_TEXT) return text_equal(a.as.text, b.as.text);
    if (a.kind == VALUE_ITEM && b.kind == VALUE_ITEM && !is_same_item(a.as.item, b.as.item))
        return false;
    return value_equal(a, b);
}

const char *answers_differ(const Answer *a, const Answer *b, Type type, Arena *arena)
{
    if (a->status != b->status)
        return arena_printf(arena, "one is %s %s, the other %s %s", status_name(a->status),
                            a->status == STATUS_OK ? "" : a->err.message, status_name(b->status),
                            b->status == STATUS_OK ? "" : b->err.message)
            .data;
    if (a->status != STATUS_OK) return NULL;
    if (a->result.customers_count != b->result.customers_count)
        return arena_printf(arena, "%zu customers, %zu customers", a->result.customers_count,
                            b->result.customers_count)
            .data;
    for (size_t i = 0; i < a->result.customers_count; i++) {
        Value left = a->result.values[0][i], right = b->result.values[0][i];
        bool is_same_customer = a->result.customers[i].value == b->result.customers[i].value &&
                                text_equal(a->result.codes[i], b->result.codes[i]);
        if (is_same_customer && is_same(left, right)) continue;
        return arena_printf(arena, "customer '%.*s': '%.*s' against '%.*s'",
                            TEXT_FORMAT(a->result.codes[i]),
                            TEXT_FORMAT(value_print(left, type, arena)),
                            TEXT_FORMAT(value_print(right, type, arena)))
            .data;
    }
    return NULL;
}

Text answer_print(const Answer *answer, Type type, Arena *arena)
{
    if (answer->status != STATUS_OK) return text_of(status_name(answer->status));
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < answer->result.customers_count; i++) {
        Value value = answer->result.values[0][i];
        if (type.kind == TYPE_BOOL && !value.as.boolean) continue;
        if (out.size > 0) buffer_char(&out, ' ');
        buffer_text(&out, answer->result.codes[i]);
        if (type.kind == TYPE_BOOL) continue;
        buffer_char(&out, '=');
        buffer_text(&out, value_print(value, type, arena));
    }
    return arena_text(arena, buffer_view(&out));
}

const Expression *population_compile(const Population *population, Text source, Arena *arena,
                                     Text *ret_problem)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression;
    if (expression_compile(source, &population->catalog, EXPECT_ANY_VALUE, arena, &expression,
                           &diagnostics) == STATUS_OK)
        return expression;
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < diagnostics.count; i++) {
        buffer_text(&out, diagnostic_render(&diagnostics.items[i], source, LANGUAGE_EN, arena));
        buffer_char(&out, '\n');
    }
    *ret_problem = arena_text(arena, buffer_view(&out));
    return NULL;
}
