/* customers.h -- rows of customers for the other files of the store. */
#pragma once

#include "store/cell.h"
#include "store/store_internal.h"

/* The id the next new customer gets: above every one ever given. LIMIT when there are no more. */
MUST_CHECK Status customer_next_id(Store *store, CustomerId *ret_id, Error *err);
/* A customer of whom only the code is known, which must be in its stored form. */
MUST_CHECK Status customer_insert_code(Store *store, CustomerId id, Text code, Error *err);
/* Id 0 when there is none with this (stored form of a) code. */
MUST_CHECK Status customer_find(Store *store, Text code, CustomerId *ret_id, Error *err);
/* NOT_FOUND names a near code. */
MUST_CHECK Status customer_get(Store *store, Text code, CustomerId *ret_id, Error *err);

/* "id, code, name, kind, p_4, ...": the columns in slot order after the id. */
Text customer_columns(const Schema *schema, Arena *arena);
/* Values of all slots from a row of customer_columns, copied into the arena. */
const Value *customer_values(const Schema *schema, sqlite3_stmt *row, Arena *arena);
/* One column as a cell; its text is borrowed from the row. */
Cell customer_cell(sqlite3_stmt *row, int column);

void customer_statements_free(Store *store);
