/* query_function.c -- a caller's functions as functions of SQLite.
 *
 * SQLite carries a code and a sentence out of a failing function. The sentence goes through as it
 * is; the statuses that a function may end with are told apart by the code. */
#include "store/query_function.h"

#include "base/memory.h"
#include "store/store_internal.h"

enum { ARGUMENTS_MAX = 127 }; /* SQLITE_MAX_FUNCTION_ARG */

static Value value_of(sqlite3_value *argument)
{
    switch (sqlite3_value_type(argument)) {
    case SQLITE_INTEGER: return value_decimal(sqlite3_value_int64(argument));
    case SQLITE_FLOAT: return value_ratio(sqlite3_value_double(argument));
    case SQLITE_NULL: return value_missing();
    default: break;
    }
    const char *data = (const char *)sqlite3_value_text(argument);
    Text text = {data, (size_t)sqlite3_value_bytes(argument)};
    return (Value){.kind = VALUE_TEXT, .as.text = text};
}

static void give(sqlite3_context *context, Value value)
{
    switch (value.kind) {
    case VALUE_MISSING: sqlite3_result_null(context); return;
    case VALUE_DECIMAL: sqlite3_result_int64(context, value.as.decimal); return;
    case VALUE_RATIO: sqlite3_result_double(context, value.as.ratio); return;
    case VALUE_TEXT:
        sqlite3_result_text64(context, value.as.text.size > 0 ? value.as.text.data : "",
                              value.as.text.size, SQLITE_TRANSIENT, SQLITE_UTF8);
        return;
    case VALUE_BOOL:
    case VALUE_DATE:
    case VALUE_MOMENT:
    case VALUE_SET:
    case VALUE_ITEM: break; /* not of SQL */
    }
    ASSERT(false);
}

static void fail(sqlite3_context *context, Status status, const Error *err)
{
    sqlite3_result_error(context, err->message, -1);
    sqlite3_result_error_code(context, status == STATUS_LIMIT ? SQLITE_TOOBIG : SQLITE_ERROR);
}

static void read_arguments(int count, sqlite3_value **arguments, Value *values)
{
    ASSERT(count >= 0 && count <= ARGUMENTS_MAX);
    for (int i = 0; i < count; i++)
        values[i] = value_of(arguments[i]);
}

static void run_call(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const QueryFunction *function = sqlite3_user_data(context);
    AUTO(arena_done) Arena *arena = arena_new();
    Value values[ARGUMENTS_MAX], value;
    Error err;
    read_arguments(count, arguments, values);
    Status status = function->call(function->context, values, (size_t)count, arena, &value, &err);
    if (status == STATUS_OK)
        give(context, value);
    else
        fail(context, status, &err);
}

static void run_step(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const QueryFunction *function = sqlite3_user_data(context);
    Value values[ARGUMENTS_MAX];
    Error err;
    read_arguments(count, arguments, values);
    void *state = sqlite3_aggregate_context(context, (int)function->state_bytes);
    if (state == NULL) memory_product((size_t)-1, 2); /* out of memory aborts */
    Status status = function->step(function->context, state, values, (size_t)count, &err);
    if (status != STATUS_OK) fail(context, status, &err);
}

static void run_end(sqlite3_context *context)
{
    const QueryFunction *function = sqlite3_user_data(context);
    AUTO(arena_done) Arena *arena = arena_new();
    Value value;
    Error err;
    void *state = sqlite3_aggregate_context(context, 0);
    Status status = function->end(function->context, state, arena, &value, &err);
    if (status == STATUS_OK)
        give(context, value);
    else
        fail(context, status, &err);
}

/* `function` lives as long as the connection. It is not told to SQLite as deterministic, though it
 * is: calls on constants would be made ahead, and fail a query that has no row to make them for. */
static Status register_one(sqlite3 *database, QueryFunction *function, Error *err)
{
    bool is_of_rows = function->call == NULL;
    int code = sqlite3_create_function_v2(
        database, function->name, function->arguments_count, SQLITE_UTF8 | SQLITE_DIRECTONLY,
        function, is_of_rows ? NULL : run_call, is_of_rows ? run_step : NULL,
        is_of_rows ? run_end : NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : database_error(database, code, err);
}

Status query_functions_register(sqlite3 *database, const QueryFunction *functions, size_t count,
                                Arena *arena, Error *err)
{
    QueryFunction *copies = ARENA_ARRAY(arena, QueryFunction, count);
    for (size_t i = 0; i < count; i++) {
        copies[i] = functions[i];
        TRY(register_one(database, &copies[i], err));
    }
    return STATUS_OK;
}

static bool is_same_function(const QueryFunction *a, const QueryFunction *b)
{
    return a->arguments_count == b->arguments_count &&
           text_equal(text_of(a->name), text_of(b->name));
}

/* A function that SQLite knows is changed in place: SQLite refuses to replace one while any
 * statement, such as that of the customers' source, is in the middle of its rows. */
static Status add_function(Store *store, const QueryFunction *function, Error *err)
{
    for (size_t i = 0; i < store->query_functions.count; i++) {
        QueryFunction *known = store->query_functions.items[i];
        if (!is_same_function(known, function)) continue;
        ASSERT((known->call == NULL) == (function->call == NULL));
        *known = *function;
        return STATUS_OK;
    }
    QueryFunction *copy = ARENA_NEW(store->arena, QueryFunction);
    *copy = *function;
    TRY(register_one(store->database, copy, err));
    ARENA_PUSH(store->arena, &store->query_functions, copy);
    return STATUS_OK;
}

Status store_add_functions(Store *store, const QueryFunction *functions, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++)
        TRY(add_function(store, &functions[i], err));
    return STATUS_OK;
}
