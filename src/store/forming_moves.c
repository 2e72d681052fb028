/* forming_moves.c -- one customer's way through a segment: when he joined or left last, and why;
 * the same of everybody, as bytes. */
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

/* ---- everybody ---- */

static const char select_joinings[] =
    "SELECT " FORMING_COLUMNS ", c.is_joining, c.cause, c.customers FROM main.forming f "
    "JOIN main.forming_change c ON c.forming_id = f.id WHERE f.segment_id = ?1 AND f.id > ?2 "
    "AND c.is_joining = 1 ORDER BY f.id DESC";
static const char select_formed_since[] =
    "SELECT DISTINCT segment_id FROM main.forming WHERE id > ?1 ORDER BY segment_id";
static const char select_newest[] = "SELECT MAX(id) FROM main.forming";

Status store_list_joinings(Store *store, JoiningsQuery query, Arena *arena,
                           StoredJoining **ret_joinings, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_joinings, &row, err));
    statement_bind_integer(row, 1, query.segment_id);
    statement_bind_integer(row, 2, (int64_t)query.after);
    struct {
        StoredJoining *items;
        size_t count, capacity;
    } list = {0};
    for (size_t bytes = 0;;) {
        bool has_row;
        StoredJoining joining;
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        Text customers = statement_blob(row, CUSTOMERS);
        bytes += sizeof joining + customers.size;
        if (bytes > query.bytes_max) break;
        TRY(journal_read_cause(row, CAUSE, &joining.cause, err));
        TRY(journal_read_forming(row, arena, &joining.forming, err));
        joining.customers = arena_text(arena, customers);
        ARENA_PUSH(arena, &list, joining);
    }
    *ret_joinings = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_segments_formed_since(Store *store, uint64_t after, Arena *arena, uint32_t **ret_ids,
                                   size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_formed_since, &row, err));
    statement_bind_integer(row, 1, after > INT64_MAX ? INT64_MAX : (int64_t)after);
    return journal_read_ids(row, arena, ret_ids, ret_count, err);
}

Status store_newest_forming(Store *store, uint64_t *ret_id, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    bool has_row;
    TRY(store_statement(store, select_newest, &row, err));
    TRY(statement_step(row, &has_row, err));
    *ret_id = has_row ? (uint64_t)statement_integer(row, 0) : 0;
    return STATUS_OK;
}
