/* change.c -- transactions: batches, changes that are all or nothing, snapshots for reading. */
#include "store/change_log.h"
#include "store/customer_source.h"
#include "store/directory.h"
#include "store/sql_tables.h"
#include "store/store_internal.h"
#include "store/value_days.h"

#include "base/bitmap.h"

Status store_statement(Store *store, const char *sql, sqlite3_stmt **ret_statement, Error *err)
{
    for (size_t i = 0; i < store->statements_count; i++) {
        if (store->statements[i].sql != sql) continue;
        ASSERT(!sqlite3_stmt_busy(store->statements[i].statement));
        *ret_statement = store->statements[i].statement;
        return STATUS_OK;
    }
    ASSERT(store->statements_count < STATEMENTS_MAX);
    sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(store->database, text_of(sql), &statement, err));
    store->statements[store->statements_count++] = (CachedStatement){sql, statement};
    *ret_statement = statement;
    return STATUS_OK;
}

Status store_for_each_row(Store *store, const char *sql, CustomerId customer, ForgetInRow *forget,
                          Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        TRY(forget(store, statement, customer, err));
    }
}

Status store_run_with_id(Store *store, const char *sql, int64_t id, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    statement_bind_integer(statement, 1, id);
    return statement_run(statement, err);
}

Status store_run_with_set(Store *store, const char *sql, int64_t id, const CustomerSet *customers,
                          Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_blob(statement, 2,
                        bitmap_encode(customers->words, customers->words_count, arena));
    return statement_run(statement, err);
}

void store_drop_mirrors(Store *store)
{
    items_free(store->items);
    store->items = NULL;
    texts_free(store->texts);
    store->texts = NULL;
}

Status store_check_writable(const Store *store, Error *err)
{
    if (store->mode != STORE_WRITE)
        return error_set(err, STATUS_DENIED, "the data directory was opened for reading only");
    if (store->lock >= 0) return STATUS_OK;
    return error_set(err, STATUS_IO, "the lock of the data directory was lost; begin again");
}

/* Some failures (a full disk) end the transaction by themselves. */
static bool is_in_transaction(const Store *store)
{
    return sqlite3_get_autocommit(store->database) == 0;
}

/* The schema, when it is not the one of the present transaction. */
static Status refresh_schema(Store *store, Error *err)
{
    int64_t generation;
    TRY(setting_read_number(store, SETTING_GENERATION, &generation, err));
    if ((uint64_t)generation == store->schema->generation) return STATUS_OK;
    return schema_load(store, err);
}

/* After content was taken back the mirrors are of a state that never was. */
static void reload_after_undo(Store *store)
{
    store_drop_mirrors(store);
    store->next_customer = 0;
    sql_tables_forget(store);
    Error ignored;
    /* when even reading fails the old schema stays, and the next call tells about the failure */
    if (store->schema != NULL && refresh_schema(store, &ignored) != STATUS_OK) return;
}

/* What was changed goes with the transaction that changes it. */
static Status save_notes(Store *store, Error *err)
{
    TRY(value_days_save(store, err));
    return change_log_save(store, err);
}

static void forget_notes(Store *store)
{
    value_days_forget(store);
    change_log_forget(store);
}

Status change_begin(Store *store, Change *change, Error *err)
{
    TRY(store_check_writable(store, err));
    if (store->is_reading && !store->is_in_batch)
        return error_set(err, STATUS_CONFLICT, "a snapshot is open; end it before writing");
    TRY(database_run(store->database, store->is_in_batch ? "SAVEPOINT change" : "BEGIN IMMEDIATE",
                     err));
    change->store = store;
    return STATUS_OK;
}

Status change_begin_single(Store *store, Change *change, Error *err)
{
    return store->is_in_batch ? STATUS_OK : change_begin(store, change, err);
}

Status change_commit(Change *change, Error *err)
{
    Store *store = change->store;
    if (store == NULL) return STATUS_OK;
    if (!store->is_in_batch) TRY(save_notes(store, err));
    const char *sql = store->is_in_batch ? "RELEASE change" : "COMMIT";
    TRY(database_run(store->database, sql, err));
    change->store = NULL;
    return STATUS_OK;
}

void change_abandon(Change *change)
{
    Store *store = change->store;
    if (store == NULL) return;
    change->store = NULL;
    const char *sql = store->is_in_batch ? "ROLLBACK TO change; RELEASE change" : "ROLLBACK";
    /* within a batch too many customers stay noted, which does no harm */
    if (store->is_in_batch)
        value_days_doubt(store);
    else
        forget_notes(store);
    if (is_in_transaction(store)) sqlite3_exec(store->database, sql, NULL, NULL, NULL);
    reload_after_undo(store);
}

Status store_batch_begin(Store *store, Error *err)
{
    TRY(store_check_writable(store, err));
    if (store->is_in_batch) return error_set(err, STATUS_CONFLICT, "a batch is open already");
    if (store->is_reading)
        return error_set(err, STATUS_CONFLICT, "a snapshot is open; end it before writing");
    TRY(database_run(store->database, "BEGIN IMMEDIATE", err));
    store->is_in_batch = true;
    store->merges_known = MERGES_NOT_KNOWN;
    return STATUS_OK;
}

Status store_batch_commit(Store *store, Error *err)
{
    if (!store->is_in_batch) return error_set(err, STATUS_CONFLICT, "no batch is open");
    Status status = is_in_transaction(store)
                        ? save_notes(store, err)
                        : error_set(err, STATUS_IO, "the batch was lost by an earlier failure");
    if (status == STATUS_OK) status = database_run(store->database, "COMMIT", err);
    if (status != STATUS_OK) store_batch_rollback(store);
    store->is_in_batch = false;
    return status;
}

void store_batch_rollback(Store *store)
{
    if (store == NULL || !store->is_in_batch) return;
    if (is_in_transaction(store)) sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    store->is_in_batch = false;
    forget_notes(store);
    reload_after_undo(store);
}

/* Asked at every request: the statement is kept. */
static Status read_data_version(Store *store, int64_t *ret_number, Error *err)
{
    static const char pragma[] = "PRAGMA data_version";
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, pragma, &statement, err));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_number = has_row ? statement_integer(statement, 0) : 0;
    return STATUS_OK;
}

Status store_commits_seen(Store *store, uint64_t *ret_number, Error *err)
{
    int64_t number = store->data_version; /* of an open snapshot */
    if (!store->is_reading || store->is_in_batch) TRY(read_data_version(store, &number, err));
    *ret_number = (uint64_t)number;
    return STATUS_OK;
}

/* Load again what another process has changed. */
static Status refresh_mirrors(Store *store, Error *err)
{
    int64_t data_version;
    TRY(read_data_version(store, &data_version, err));
    if (data_version == store->data_version) return STATUS_OK;
    int64_t since, version;
    TRY(setting_read_number(store, SETTING_CHANGES_SINCE, &since, err));
    TRY(setting_read_number(store, SETTING_DATA_VERSION, &version, err));
    /* items stay as they are while nothing concerns everybody; new ones may have come */
    bool keeps_items = store->items != NULL && since <= store->mirrors_version;
    Items *items = store->items;
    if (keeps_items) store->items = NULL;
    store_drop_mirrors(store);
    if (keeps_items) store->items = items;
    if (keeps_items) TRY(items_follow(store, items, err));
    TRY(refresh_schema(store, err));
    store->data_version = data_version;
    store->mirrors_version = version;
    return STATUS_OK;
}

/* Each question of one customer begins and ends so: the statements are kept. */
static const char begin_reading[] = "BEGIN";
static const char end_reading[] = "COMMIT";

static Status run_kept(Store *store, const char *sql, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    return statement_run(statement, err);
}

Status store_read_begin(Store *store, Error *err)
{
    if (store->is_reading) {
        store->inner_readings++;
        return STATUS_OK;
    }
    bool is_own = !store->is_in_batch;
    if (is_own) TRY(run_kept(store, begin_reading, err));
    /* a deferred transaction takes its snapshot with the first read, which is here */
    Status status = refresh_mirrors(store, err);
    if (status != STATUS_OK) {
        if (is_own) sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
        return status;
    }
    store->is_reading = true;
    return STATUS_OK;
}

void store_read_end(Store *store)
{
    if (!store->is_reading) return;
    if (store->inner_readings > 0) {
        store->inner_readings--;
        return;
    }
    customer_source_close(store);
    store->is_reading = false;
    if (store->is_in_batch) return;
    /* nothing was written but the temporary tables for SQL, which may stay */
    Error ignored;
    if (run_kept(store, end_reading, &ignored) == STATUS_OK) return;
    sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    sql_tables_forget(store);
}

/* ---- letting others write ---- */

bool store_is_wanted(const Store *store)
{
    return store->lock >= 0 && directory_is_wanted(store->lock);
}

bool store_can_lend(const Store *store)
{
    return store->lock >= 0 && !store->is_in_batch && !store->is_reading;
}

/* Nothing may be written before it is got, so nobody can stop the waiting. */
static Status take_lock_again(Store *store, const Progress *progress, Error *err)
{
    for (;;) {
        Status status =
            directory_lock(store->path, STORE_LOCK_WAIT_MILLISECONDS, &store->lock, err);
        if (status != STATUS_CONFLICT) return status;
        Error ignored;
        (void)!progress_report(progress, "waiting for who writes", 0, 0, &ignored);
    }
}

Status store_lend_lock(Store *store, Error *err)
{
    ASSERT(!store->is_in_batch);
    TRY(store_check_writable(store, err));
    directory_unlock_for_others(store->lock);
    store->lock = -1;
    return STATUS_OK;
}

Status store_take_lock_back(Store *store, const Progress *progress, bool *ret_has_changed,
                            Error *err)
{
    ASSERT(store->lock < 0 && !store->is_reading);
    TRY(take_lock_again(store, progress, err));
    int64_t data_version, generation;
    TRY(read_data_version(store, &data_version, err));
    *ret_has_changed = data_version != store->data_version;
    if (!*ret_has_changed) return STATUS_OK;
    TRY(setting_read_number(store, SETTING_GENERATION, &generation, err));
    /* the old schema stays until the next snapshot: who does the work may still look into it */
    if ((uint64_t)generation != store->schema->generation)
        return error_set(err, STATUS_CONFLICT,
                         "the properties or streams were changed meanwhile; begin again");
    store->next_customer = 0;
    return refresh_mirrors(store, err);
}

Status store_let_others_write(Store *store, const Progress *progress, bool *ret_has_changed,
                              Error *err)
{
    ASSERT(!store->is_reading);
    TRY(store_lend_lock(store, err));
    return store_take_lock_back(store, progress, ret_has_changed, err);
}
