/* lists.c -- what lists of customers and of items share: search texts, pages, near codes. */
#include "store/lists.h"

#include "base/fold.h"
#include "base/nearest.h"

#include <string.h>

Text search_text(Text code, Text name, Arena *arena)
{
    Text folded_code = text_fold(code, arena), folded_name = text_fold(name, arena);
    char *joined = arena_alloc(arena, folded_code.size + 1 + folded_name.size);
    memcpy(joined, folded_code.data, folded_code.size);
    joined[folded_code.size] = '\n';
    if (folded_name.size > 0)
        memcpy(joined + folded_code.size + 1, folded_name.data, folded_name.size);
    return (Text){joined, folded_code.size + 1 + folded_name.size};
}

void bind_list_query(sqlite3_stmt *statement, const ListQuery *query, Arena *arena)
{
    statement_bind_text(statement, 1, query->after);
    statement_bind_text(statement, 2, text_fold(query->search, arena));
    statement_bind_integer(statement, 3,
                           query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit);
}

Status nearest_code(Store *store, const char *sql, Text wanted, Arena *arena, Text *ret_code,
                    Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    Nearest nearest = nearest_begin(wanted);
    size_t best_distance = nearest.best_distance;
    for (size_t i = 0; i < CODES_COMPARED_MAX; i++) {
        bool has_row;
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        nearest_offer(&nearest, statement_text(statement, 0));
        /* the offered text is gone with the next row: keep a copy of each new best one */
        if (nearest.best_distance != best_distance) {
            best_distance = nearest.best_distance;
            nearest.best = arena_text(arena, nearest.best);
        }
    }
    *ret_code = (Text){0};
    if (!nearest_found(&nearest, ret_code)) *ret_code = (Text){0};
    return STATUS_OK;
}
