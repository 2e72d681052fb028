/* saved_erase.c -- taking an erased person out of saved sets and of acts that changed many. */
#include "store/saved_erase.h"

#include "store/saved_sets.h"

static const char update_set[] =
    "UPDATE main.saved_set SET customers = ?2, rows_count = "
    "(SELECT count(*) FROM main.saved_set_row WHERE set_id = ?1) WHERE id = ?1";

static const char select_set_customers[] =
    "SELECT DISTINCT customer_id FROM main.saved_set_row WHERE set_id = ?1";

static const char select_sets_of_contact[] =
    "SELECT DISTINCT r.set_id FROM main.saved_set_row r JOIN main.saved_set s ON s.id = r.set_id "
    "WHERE r.customer_id = ?1 AND r.event_key = ?2 AND s.stream = 'contact'";

/* What holds a contact person by customer and code. */
static const char *const contact_deletions[] = {
    ("DELETE FROM main.saved_set_row WHERE customer_id = ?1 AND event_key = ?2 AND set_id IN "
     "(SELECT id FROM main.saved_set WHERE stream = 'contact')"),
    /* whoever's the person was then */
    "DELETE FROM main.bulk_contact_change WHERE ?1 > 0 AND contact = ?2",
    "DELETE FROM main.bulk_contact_skip WHERE ?1 > 0 AND contact = ?2",
};

/* What holds him by his id alone. */
static const char *const deletions[] = {
    "DELETE FROM main.saved_set_row WHERE customer_id = ?1",
    "DELETE FROM main.bulk_change WHERE customer_id = ?1",
    "DELETE FROM main.bulk_skip WHERE customer_id = ?1",
    "DELETE FROM main.bulk_contact_change WHERE customer_id = ?1",
    "DELETE FROM main.bulk_contact_skip WHERE customer_id = ?1",
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

static Status prepare_for_contact(Store *store, const char *sql, CustomerId customer, Text contact,
                                  sqlite3_stmt **ret_statement, Error *err)
{
    TRY(store_statement(store, sql, ret_statement, err));
    statement_bind_integer(*ret_statement, 1, customer.value);
    statement_bind_text(*ret_statement, 2, contact);
    return STATUS_OK;
}

typedef struct {
    uint32_t *items;
    size_t count, capacity;
} SetIds;

static Status list_sets_of_contact(Store *store, CustomerId customer, Text contact, Arena *arena,
                                   SetIds *ids, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(prepare_for_contact(store, select_sets_of_contact, customer, contact, &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        uint32_t id = (uint32_t)statement_integer(row, 0);
        ARENA_PUSH(arena, ids, id);
    }
}

Status saved_forget_contact(Store *store, CustomerId customer, Text contact, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SetIds ids = {0};
    TRY(list_sets_of_contact(store, customer, contact, arena, &ids, err));
    for (size_t i = 0; i < sizeof contact_deletions / sizeof contact_deletions[0]; i++) {
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(prepare_for_contact(store, contact_deletions[i], customer, contact, &statement, err));
        TRY(statement_run(statement, err));
    }
    for (size_t i = 0; i < ids.count; i++)
        TRY(saved_set_recount(store, ids.items[i], err));
    return STATUS_OK;
}
