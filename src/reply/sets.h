/* sets.h -- saved sets written down. */
#pragma once

#include "app/sets.h"
#include "reply/json_writer.h"
#include "reply/output.h"

/* {"name", "stream" (null: customers), "origin", "rule", "where", "columns", "column_types",
 * "as_of", "rows", "customers", "at", "author"} */
void reply_saved_set(JsonWriter *writer, const SavedSet *set);
/* {"lines", "customers", "repeated", "unknown_count", "unknown": [the first ones]} */
void reply_code_list(JsonWriter *writer, const CodeList *list);

/* "count", "columns" and "items": members of an object that the caller has begun. Columns that are
 * named like properties have their labels. */
void reply_set_page(JsonWriter *writer, const SetView *view, Language language, Arena *arena);
/* The rows: the customer's code, under this heading in a table, then the columns of the set. */
MUST_CHECK Status reply_set_rows(const SetView *view, Text code_label, OutputOptions options,
                                 Arena *arena, Error *err);
