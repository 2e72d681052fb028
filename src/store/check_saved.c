/* check_saved.c -- verifying saved sets, and acts that changed many customers. */
#include "store/bulk_acts.h"
#include "store/check_parts.h"
#include "store/saved_sets.h"

/* What an act did stays with who was merged into another since. */
#define STRAYS(table)                                                              \
    "SELECT '" table "', count(*) FROM main." table " x "                          \
    "WHERE NOT EXISTS (SELECT 1 FROM main.customer c WHERE c.id = x.customer_id) " \
    "AND NOT EXISTS (SELECT 1 FROM main.customer_merge m WHERE m.from_id = x.customer_id) "
static const char select_strays[] =
    STRAYS("bulk_change") "UNION ALL " STRAYS("bulk_skip") "UNION ALL " STRAYS(
        "bulk_contact_change") "UNION ALL " STRAYS("bulk_contact_skip");

static Status find_strangers(Store *store, const CustomerSet *customers, bool *ret_has_strangers,
                             Error *err)
{
    AUTO(customer_set_free) CustomerSet known = customer_set_copy(customers);
    TRY(store_keep_existing(store, &known, err));
    *ret_has_strangers = !customer_set_equal(&known, customers);
    return STATUS_OK;
}

/* All rows of a set in parts of bounded memory: who they are of, how many there are. */
static Status read_rows(Store *store, const SavedSet *set, CustomerSet *customers,
                        uint64_t *ret_rows, Error *err)
{
    enum { ROWS_AT_ONCE = 10000 };
    AUTO(arena_done) Arena *arena = arena_new();
    *ret_rows = 0;
    for (size_t count = ROWS_AT_ONCE; count == ROWS_AT_ONCE;) {
        SavedRowList rows;
        arena_reset(arena);
        SavedRowQuery query = {.skip = (size_t)*ret_rows, .limit = ROWS_AT_ONCE};
        TRY(store_read_saved_rows(store, set, query, arena, &rows, err));
        count = rows.count;
        for (size_t i = 0; i < count; i++)
            customer_set_add(customers, rows.items[i].customer);
        *ret_rows += count;
    }
    return STATUS_OK;
}

static Status check_set(Problems *problems, const SavedSet *set, CustomerSet *kept,
                        CustomerSet *found, Error *err)
{
    uint64_t rows;
    bool has_strangers;
    TRY(store_read_saved_customers(problems->store, set->id, kept, err));
    TRY(read_rows(problems->store, set, found, &rows, err));
    if (rows != set->rows_count)
        problem_add(problems, "the saved set '%.*s' has %llu rows and says %llu",
                    TEXT_FORMAT(set->name), (unsigned long long)rows,
                    (unsigned long long)set->rows_count);
    if (!customer_set_equal(kept, found))
        problem_add(problems, "the customers of the saved set '%.*s' are not those of its rows",
                    TEXT_FORMAT(set->name));
    TRY(find_strangers(problems->store, found, &has_strangers, err));
    if (has_strangers)
        problem_add(problems, "the saved set '%.*s' has a customer who is not there",
                    TEXT_FORMAT(set->name));
    return STATUS_OK;
}

static Status check_sets(Problems *problems, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SavedSet *sets = NULL;
    size_t count = 0;
    TRY(store_list_saved_sets(problems->store, arena, &sets, &count, err));
    for (size_t i = 0; i < count; i++) {
        AUTO(customer_set_free) CustomerSet kept = {0};
        AUTO(customer_set_free) CustomerSet found = {0};
        TRY(check_set(problems, &sets[i], &kept, &found, err));
    }
    return STATUS_OK;
}

static Status check_act(Problems *problems, const BulkAct *act, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    BulkContent content;
    TRY(store_read_bulk_content(problems->store, act->id, arena, &content, err));
    /* fewer when a customer was erased since */
    if (content.changes_count > act->changed_count || content.skips_count > act->skipped_count)
        problem_add(problems, "the act number %llu holds more than it says",
                    (unsigned long long)act->id);
    return STATUS_OK;
}

static Status check_acts(Problems *problems, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    BulkAct *acts = NULL;
    size_t count = 0;
    TRY(store_list_bulk_acts(problems->store, arena, &acts, &count, err));
    for (size_t i = 0; i < count; i++)
        TRY(check_act(problems, &acts[i], err));
    return STATUS_OK;
}

static Status check_strays(Problems *problems, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(problems->store, select_strays, &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        int64_t strays = statement_integer(statement, 1);
        if (strays > 0)
            problem_add(problems, "%lld rows of %.*s are of customers who are not there",
                        (long long)strays, TEXT_FORMAT(statement_text(statement, 0)));
    }
}

Status check_saved(Problems *problems, Error *err)
{
    TRY(progress_report(problems->progress, "checking saved sets and acts", 0, 0, err));
    TRY(check_sets(problems, err));
    TRY(check_acts(problems, err));
    return check_strays(problems, err);
}
