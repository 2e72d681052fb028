/* sql.h -- an expression as SQL for SQLite: the second evaluator, and what an analyst may read.
 *
 * One SELECT over the customer, item and stream tables that store_query offers. It shares with the
 * reference evaluator the checked tree and the days of windows, nothing else: aggregates, missing
 * values, rankings, sequences, debts are written as SQL. What SQLite lacks are functions: folding
 * and levels of hierarchies (store), 128-bit sums, buckets, stored sets (sql_functions.c).
 *
 * For reading, literals stand in the text, correctly quoted, and nothing guards against more than
 * 18 digits. For running, literals are bound, results are guarded, and each part that can fail is
 * a column of its own after the value, so that no AND, CASE or WHERE hides its failure. */
#pragma once

#include "eval/eval.h"
#include "store/store.h"

typedef enum { SQL_FOR_READING, SQL_FOR_RUNNING } SqlPurpose;

/* Columns: customer id, code, value, then those that only guard. Rows in ascending id order.
 * Missing is NULL; yes/no is 0 or 1, decimals and money are mantissas, dates days, moments seconds,
 * items ids, sets their members joined by '|'. */
typedef struct {
    Text sql;
    const Value *parameters; /* ?1, ?2, ...; none when for reading */
    size_t parameters_count;
} SqlQuery;

/* Cannot fail on a checked tree. Cost: proportional to the tree. The text depends on the as-of day
 * only for reading. */
SqlQuery sql_generate(const Expression *expression, Date as_of, SqlPurpose purpose, Arena *arena);

/* Whatever runs SQL with the tables and functions of store_query. */
typedef struct {
    void *context;
    Status (*query)(void *context, Text sql, const Value *parameters, size_t parameters_count,
                    const SqlReceiver *receiver, Error *err);
} SqlRunner;

/* Same results as reference_eval. LIMIT has no customer's code where SQLite itself found it. */
MUST_CHECK Status sql_eval(const SqlRunner *runner, const Expression *expression, Date as_of,
                           Arena *arena, EvalResult *ret_result, Error *err);

/* Make known to store_query what the SQL of expressions calls (sql_functions.h). Stored sets,
 * classes and scores are those of `lookups` (NULL: there are none), which must outlive the queries.
 */
MUST_CHECK Status sqlite_add_functions(Store *store, const Lookups *lookups, Arena *arena,
                                       Error *err);

/* What sqlite_eval asks: the store in one snapshot, stored sets (NULL: none), the day. */
typedef struct {
    Store *store;
    const Lookups *lookups;
    Date as_of;
} SqliteInput;

/* sql_eval for each expression through store_query, with the store's functions and ours. */
MUST_CHECK Status sqlite_eval(const SqliteInput *input, const Expression *const *expressions,
                              size_t expressions_count, Arena *arena, EvalResult *ret_result,
                              Error *err);
