/* check_merges.c -- verifying the records of merged customers.
 *
 * 1. Who is gone is no customer, and nobody has his code.
 * 2. From each who is gone the merges lead to a customer, without going round. */
#include "store/check_parts.h"

static const char select_returned[] =
    "SELECT m.id, m.from_code FROM main.customer_merge m WHERE EXISTS (SELECT 1 FROM "
    "main.customer c WHERE c.id = m.from_id OR c.code = m.from_code)";
static const char select_lost[] =
    "WITH RECURSIVE way (id, merge_id) AS (SELECT into_id, id FROM main.customer_merge UNION "
    "SELECT m.into_id, way.merge_id FROM way JOIN main.customer_merge m ON m.from_id = way.id) "
    "SELECT m.id, m.from_code FROM main.customer_merge m WHERE NOT EXISTS (SELECT 1 FROM way "
    "JOIN main.customer c ON c.id = way.id WHERE way.merge_id = m.id)";

static Status list(Problems *problems, const char *sql, const char *what, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, text_of(sql), &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        problem_add(problems, "merge number %lld, of '%.*s': %s",
                    (long long)statement_integer(row, 0), TEXT_FORMAT(statement_text(row, 1)),
                    what);
    }
}

Status check_merges(Problems *problems, Error *err)
{
    TRY(list(problems, select_returned, "who is gone is there all the same", err));
    return list(problems, select_lost, "it leads to nobody", err);
}
