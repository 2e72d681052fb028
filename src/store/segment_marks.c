/* segment_marks.c -- what people said of single customers of a segment. */
#include "store/forming_journal.h"

static const char upsert_mark[] = "INSERT OR REPLACE INTO main.segment_mark "
                                  "(segment_id, customer_id, kind, at, author, reason, until) "
                                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char delete_mark[] =
    "DELETE FROM main.segment_mark WHERE segment_id = ?1 AND customer_id = ?2";
static const char select_marks[] =
    "SELECT customer_id, kind, at, author, reason, until FROM main.segment_mark "
    "WHERE segment_id = ?1 ORDER BY customer_id";
static const char select_mark[] =
    "SELECT customer_id, kind, at, author, reason, until FROM main.segment_mark "
    "WHERE segment_id = ?1 AND customer_id = ?2";

static const char select_marking[] =
    "SELECT segment_id FROM main.segment_mark WHERE customer_id = ?1";
static const char select_marked[] =
    "SELECT DISTINCT segment_id FROM main.segment_mark ORDER BY segment_id";
static const char select_past[] =
    "SELECT DISTINCT segment_id FROM main.segment_mark "
    "WHERE until < ?1 AND kind IN ('pinned', 'excluded') ORDER BY segment_id";

static const char *const mark_codes[] = {
#define SEGMENT_MARK(name, code) [MARK_##name] = code,
#include "store/forming.def"
#undef SEGMENT_MARK
};

const char *segment_mark_code(SegmentMarkKind kind)
{
    ASSERT(kind < SEGMENT_MARK_COUNT);
    return mark_codes[kind];
}

static Status mark_of_code(Text code, SegmentMarkKind *ret_kind, Error *err)
{
    for (size_t i = 0; i < SEGMENT_MARK_COUNT; i++) {
        if (!text_equal(code, text_of(mark_codes[i]))) continue;
        *ret_kind = (SegmentMarkKind)i;
        return STATUS_OK;
    }
    return error_set(err, STATUS_CORRUPT, "a mark of a segment is of the unknown kind '%.*s'",
                     TEXT_FORMAT(code));
}

Status store_set_mark(Store *store, uint32_t segment_id, const SegmentMark *mark, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, upsert_mark, &statement, err));
    statement_bind_integer(statement, 1, segment_id);
    statement_bind_integer(statement, 2, mark->customer.value);
    statement_bind_text(statement, 3, text_of(segment_mark_code(mark->kind)));
    statement_bind_integer(statement, 4, mark->at.second);
    statement_bind_text(statement, 5, mark->author);
    statement_bind_text(statement, 6, mark->reason);
    statement_bind_integer_or_null(statement, 7, mark->has_until, mark->until.day);
    return statement_run(statement, err);
}

Status store_remove_mark(Store *store, uint32_t segment_id, CustomerId customer, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_mark, &statement, err));
    statement_bind_integer(statement, 1, segment_id);
    statement_bind_integer(statement, 2, customer.value);
    return statement_run(statement, err);
}

static Status read_mark(sqlite3_stmt *row, Arena *arena, SegmentMark *ret_mark, Error *err)
{
    *ret_mark = (SegmentMark){.customer = {(uint32_t)statement_integer(row, 0)},
                              .at = {statement_integer(row, 2)},
                              .author = arena_text(arena, statement_text(row, 3)),
                              .reason = arena_text(arena, statement_text(row, 4)),
                              .has_until = !statement_is_null(row, 5),
                              .until = {(int32_t)statement_integer(row, 5)}};
    return mark_of_code(statement_text(row, 1), &ret_mark->kind, err);
}

Status store_find_mark(Store *store, MarkQuery query, Arena *arena, bool *ret_has_mark,
                       SegmentMark *ret_mark, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_mark, &row, err));
    statement_bind_integer(row, 1, query.segment_id);
    statement_bind_integer(row, 2, query.customer.value);
    TRY(statement_step(row, ret_has_mark, err));
    return *ret_has_mark ? read_mark(row, arena, ret_mark, err) : STATUS_OK;
}

Status store_list_marks(Store *store, uint32_t segment_id, Arena *arena, SegmentMark **ret_marks,
                        size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_marks, &statement, err));
    statement_bind_integer(statement, 1, segment_id);
    struct {
        SegmentMark *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        SegmentMark mark;
        TRY(read_mark(statement, arena, &mark, err));
        ARENA_PUSH(arena, &list, mark);
    }
    *ret_marks = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_segments_with_marks(Store *store, Arena *arena, uint32_t **ret_ids, size_t *ret_count,
                                 Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_marked, &row, err));
    return journal_read_ids(row, arena, ret_ids, ret_count, err);
}

Status store_segments_with_past_marks(Store *store, Date today, Arena *arena, uint32_t **ret_ids,
                                      size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_past, &row, err));
    statement_bind_integer(row, 1, today.day);
    return journal_read_ids(row, arena, ret_ids, ret_count, err);
}

Status store_segments_marking(Store *store, CustomerId customer, Arena *arena, uint32_t **ret_ids,
                              size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_marking, &row, err));
    statement_bind_integer(row, 1, customer.value);
    return journal_read_ids(row, arena, ret_ids, ret_count, err);
}
