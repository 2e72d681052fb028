/* sqlite_eval.c -- the second evaluator over a store: its tables, its functions and ours. */
#include "eval/sql.h"
#include "eval/sql_functions.h"

static Status query_store(void *context, Text sql, const Value *parameters, size_t parameters_count,
                          const SqlReceiver *receiver, Error *err)
{
    return store_query(context, sql, parameters, parameters_count, receiver, err);
}

Status sqlite_add_functions(Store *store, const Lookups *lookups, Arena *arena, Error *err)
{
    size_t count;
    const QueryFunction *functions = sql_functions_of(lookups, arena, &count);
    return store_add_functions(store, functions, count, err);
}

Status sqlite_eval(const SqliteInput *input, const Expression *const *expressions,
                   size_t expressions_count, Arena *arena, EvalResult *ret_result, Error *err)
{
    TRY(sqlite_add_functions(input->store, input->lookups, arena, err));
    SqlRunner runner = {.context = input->store, .query = query_store};
    const Value **values = ARENA_ARRAY(arena, const Value *, expressions_count);
    EvalResult result = {0};
    for (size_t i = 0; i < expressions_count; i++) {
        TRY(sql_eval(&runner, expressions[i], input->as_of, arena, &result, err));
        values[i] = result.values[0];
    }
    result.values = values;
    *ret_result = result;
    return STATUS_OK;
}
