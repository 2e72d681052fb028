/* query_function.h -- functions that a caller adds to the SQL of store_query. */
#pragma once

#include "store/store.h"

/* A function of one row (`call`) or over rows (`step` and `end`). Values are those of SqlReceiver;
 * texts of a result live in the arena given. The same arguments must give the same result. */
typedef struct {
    const char *name;    /* a constant */
    int arguments_count; /* -1: any number */
    const void *context; /* outlives the store's handle, or the functions that replace these */
    Status (*call)(const void *context, const Value *arguments, size_t count, Arena *arena,
                   Value *ret_value, Error *err);
    size_t state_bytes; /* zeroed for each group of rows; aligned to 8 bytes */
    Status (*step)(const void *context, void *state, const Value *arguments, size_t count,
                   Error *err);
    /* `state` is NULL when there was no row. */
    Status (*end)(const void *context, const void *state, Arena *arena, Value *ret_value,
                  Error *err);
} QueryFunction;

/* Make functions known to the queries of this handle; one of the same name and number of arguments
 * is replaced. A failing function ends its query with its own status and sentence. */
MUST_CHECK Status store_add_functions(Store *store, const QueryFunction *functions, size_t count,
                                      Error *err);

/* The same for any connection, for tests that keep tables of their own. */
struct sqlite3;
MUST_CHECK Status query_functions_register(struct sqlite3 *database, const QueryFunction *functions,
                                           size_t count, Arena *arena, Error *err);
