/* saved_erase.c -- taking an erased person out of saved sets and of acts that changed many. */
#include "store/saved_erase.h"

#include "store/saved_sets.h"

static const char update_set[] =
    "UPDATE main.saved_set SET customers = ?2, rows_count = "
    "(SELECT count(*) FROM main.saved_set_row WHERE set_id = ?1) WHERE id = ?1";

static const char select_set_customers[] =
    "SELECT DISTINCT customer_id FROM main.saved_set_row WHERE set_id = ?1";

/* What holds him by his id alone. */
static const char *const deletions[] = {
    "DELETE FROM main.saved_set_row WHERE customer_id = ?1",
    "DELETE FROM main.bulk_change WHERE customer_id = ?1",
    "DELETE FROM main.bulk_skip WHERE customer_id = ?1",
};

Status saved_set_recount(Store *store, uint32_t set_id, Error *err)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_set_customers, &row, err));
    statement_bind_integer(row, 1, set_id);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return store_run_with_set(store, update_set, set_id, &customers, err);
        customer_set_add(&customers, (CustomerId){(uint32_t)statement_integer(row, 0)});
    }
}

static Status leave_set(Store *store, uint32_t set_id, CustomerId customer, Error *err)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    TRY(store_read_saved_customers(store, set_id, &customers, err));
    customer_set_remove(&customers, customer);
    return store_run_with_set(store, update_set, set_id, &customers, err);
}

Status saved_forget_customer(Store *store, CustomerId customer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint32_t *ids = NULL;
    size_t count = 0;
    TRY(store_saved_sets_of(store, customer, arena, &ids, &count, err));
    for (size_t i = 0; i < sizeof deletions / sizeof deletions[0]; i++)
        TRY(store_run_for_customer(store, deletions[i], customer, err));
    for (size_t i = 0; i < count; i++)
        TRY(leave_set(store, ids[i], customer, err));
    return STATUS_OK;
}
