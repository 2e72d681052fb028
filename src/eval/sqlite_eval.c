/* sqlite_eval.c -- the second evaluator over a store: its tables, its functions and ours. */
#include "eval/sql.h"
#include "eval/sql_functions.h"

static Status query_store(void *context, Text sql, const Value *parameters, size_t parameters_count,
                          const SqlReceiver *receiver, Error *err)
{
    return store_query(context, sql, parameters, parameters_count, receiver, err);
}

Status sqlite_eval(Store *store, const EvalInput *input, const Expression *expression, Arena *arena,
                   EvalResult *ret_result, Error *err)
{
    size_t functions_count;
    const QueryFunction *functions = sql_functions_of(input->lookups, arena, &functions_count);
    TRY(store_add_functions(store, functions, functions_count, err));
    SqlRunner runner = {.context = store, .query = query_store};
    return sql_eval(&runner, expression, input->as_of, arena, ret_result, err);
}
