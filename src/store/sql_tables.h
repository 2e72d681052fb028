/* sql_tables.h -- what SQL sees: views of customers and items, a virtual table per stream.
 *
 *   customer(id, code, name, kind, <one column per property, by its name>)
 *   item(id, code, name, group_path, brand, price, cost)
 *   <stream>(customer_id, seq, at, day, <one column per field, by its name>)
 *
 * Values are as stored: yes/no 0 or 1, numbers and money whole numbers at the scale of the property
 * or field, dates days since 1970-01-01, sets joined by '|', a field of items the item's id; `at`
 * counts local seconds, `day` days, `seq` from 0 within the customer in order of arrival. NULL is
 * missing.
 *
 * Besides these json_each(list) may be read, so that a long list can be one parameter.
 *
 * A stream's rows come by customer and arrival. Asking for one customer (customer_id = ...) reads
 * his packs alone; values are decoded when they are asked for. */
#pragma once

#include "store/store_internal.h"

#define SQL_JSON_TABLE "json_each"

/* Make tables and views for the present schema unless they are there. */
MUST_CHECK Status sql_tables_prepare(Store *store, Error *err);
/* Whether a table named without its schema is one that queries may not read: neither of the above
 * nor something of the query's own. */
bool sql_tables_is_hidden(const Store *store, const char *name);
/* The schema changed, or a transaction was undone that may have made them: they are made again
 * before the next query. */
void sql_tables_forget(Store *store);
