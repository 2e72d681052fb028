/* lists.h -- what lists of customers and of items share: search texts, pages, near codes. */
#pragma once

#include "store/store_internal.h"

/* Folded code, a line break, folded name: what a search looks into. */
Text search_text(Text code, Text name, Arena *arena);

/* Parameters 1 to 3 of a page: codes after, folded search, limit. */
void bind_list_query(sqlite3_stmt *statement, const ListQuery *query, Arena *arena);

/* The code nearest to `wanted` among those a statement lists; empty when none is near. Looks at no
 * more than CODES_COMPARED_MAX of them. */
MUST_CHECK Status nearest_code(Store *store, const char *sql, Text wanted, Arena *arena,
                               Text *ret_code, Error *err);
enum { CODES_COMPARED_MAX = 100000 };
