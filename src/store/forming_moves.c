/* forming_moves.c -- one customer's way through a segment: when he joined or left last, and why. */
#include "store/forming_journal.h"

#include "base/bitmap.h"

enum { JOINING = JOURNAL_COLUMNS_COUNT, CAUSE, CUSTOMERS }; /* columns after those of the forming */

static const char select_moves[] =
    "SELECT " FORMING_COLUMNS ", c.is_joining, c.cause, c.customers FROM main.forming f "
    "JOIN main.forming_change c ON c.forming_id = f.id WHERE f.segment_id = ?1 AND f.at < ?2 "
    "ORDER BY f.id DESC";

Status store_find_last_move(Store *store, CustomerMoveQuery query, Arena *arena,
                            CustomerMove *ret_move, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    Date next = {query.as_of.day + 1};
    TRY(store_statement(store, select_moves, &row, err));
    statement_bind_integer(row, 1, query.segment_id);
    statement_bind_integer(row, 2, moment_of(next, 0, 0, 0).second);
    CustomerMove move = {0};
    for (bool has_row, is_found = false; !is_found;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        TRY(bitmap_has(statement_blob(row, CUSTOMERS), query.customer.value, &is_found, err));
        if (!is_found) continue;
        move.is_joining = statement_integer(row, JOINING) != 0;
        TRY(journal_read_cause(row, CAUSE, &move.cause, err));
        TRY(journal_read_forming(row, arena, &move.forming, err));
    }
    *ret_move = move;
    return STATUS_OK;
}
