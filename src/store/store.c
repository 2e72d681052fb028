/* store.c -- a data directory's life: made, opened, closed. */
#include "store/change_log.h"
#include "store/customer_source.h"
#include "store/customers.h"
#include "store/directory.h"
#include "store/migrate.h"
#include "store/spellings.h"
#include "store/sql_functions.h"
#include "store/sql_tables.h"
#include "store/store_internal.h"
#include "store/unfinished.h"
#include "store/value_days.h"

#include "base/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char select_setting[] = "SELECT value FROM main.setting WHERE name = ?1";
static const char upsert_setting[] = "INSERT INTO main.setting (name, value) VALUES (?1, ?2) "
                                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value";

Status setting_read(Store *store, const char *name, Arena *arena, Text *ret_value, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_setting, &statement, err));
    statement_bind_text(statement, 1, text_of(name));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_value = has_row ? arena_text(arena, statement_text(statement, 0)) : (Text){0};
    return STATUS_OK;
}

Status setting_write(Store *store, const char *name, Text value, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, upsert_setting, &statement, err));
    statement_bind_text(statement, 1, text_of(name));
    statement_bind_text(statement, 2, value);
    return statement_run(statement, err);
}

Status setting_read_number(Store *store, const char *name, int64_t *ret_number, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text value;
    TRY(setting_read(store, name, arena, &value, err));
    int64_t number = 0;
    int scale;
    if (value.size != 0 && (!decimal_parse(value, &number, &scale) || scale != 0))
        return error_set(err, STATUS_CORRUPT, "setting '%s' holds '%.*s' instead of a number", name,
                         TEXT_FORMAT(value));
    *ret_number = number;
    return STATUS_OK;
}

Status setting_write_number(Store *store, const char *name, int64_t number, Error *err)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    return setting_write(store, name, text_of(text), err);
}

Status setting_raise_number(Store *store, const char *name, int64_t number, Error *err)
{
    int64_t before;
    TRY(setting_read_number(store, name, &before, err));
    return number > before ? setting_write_number(store, name, number, err) : STATUS_OK;
}

static Store *store_new(const char *path, StoreMode mode)
{
    Store *store = MEMORY_NEW(Store);
    store->arena = arena_new();
    store->row_arena = arena_new();
    store->path = arena_cstr(store->arena, text_of(path));
    store->mode = mode;
    store->lock = -1;
    return store;
}

void store_close(Store *store)
{
    if (store == NULL) return;
    store_batch_rollback(store);
    store_read_end(store);
    sql_tables_forget(store);
    customer_source_free(store);
    customer_statements_free(store);
    store_drop_mirrors(store);
    customer_parts_free(&store->pending.changed);
    value_days_free(store);
    for (size_t i = 0; i < store->statements_count; i++)
        sqlite3_finalize(store->statements[i].statement);
    database_close(store->database);
    directory_unlock(store->lock);
    arena_free(store->schema_arena);
    arena_free(store->row_arena);
    arena_free(store->arena);
    free(store);
}

void store_done(Store **store)
{
    store_close(*store);
    *store = NULL;
}

const char *store_path(const Store *store)
{
    return store->path;
}

const Schema *store_schema(const Store *store)
{
    return store->schema;
}

/* ---- making ---- */

/* Hash of a code in the log of erasures must not be guessable from a list of codes. */
static Status write_salt(Store *store, Error *err)
{
    uint8_t bytes[32];
    TRY(random_bytes(bytes, sizeof bytes, err));
    char text[65];
    hash_hex(hash_blake2b(bytes, sizeof bytes), text);
    return setting_write(store, SETTING_ERASURE_SALT, text_of(text), err);
}

static Status fill(Store *store, Settings settings, Error *err)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d", DATABASE_APPLICATION_ID);
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(database_run(store->database, sql, err));
    TRY(migrate_run(store->database, migrations, migrations_count, err));
    TRY(settings_write(store, settings, err));
    TRY(write_salt(store, err));
    TRY(setting_write_number(store, SETTING_GENERATION, 1, err));
    TRY(change_log_begin(store, err));
    TRY(schema_add_built_in(store, settings, err));
    TRY(spellings_mend(store, err));
    return change_commit(&change, err);
}

/* Makes the names of new files durable. */
static Status sync_directory(const char *path, Error *err)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_synced = directory >= 0 && fsync(directory) == 0;
    if (directory >= 0) close(directory);
    if (is_synced) return STATUS_OK;
    return error_set(err, STATUS_IO, "directory '%s' cannot be written to disk", path);
}

static Status init_inside(const char *path, Settings settings, bool *ret_is_locked, Error *err)
{
    AUTO(store_done) Store *store = store_new(path, STORE_WRITE);
    TRY(directory_lock(path, 0, &store->lock, err));
    *ret_is_locked = true;
    const char *file = directory_file(path, DIRECTORY_DATABASE_FILE, store->arena);
    TRY(database_open(file, DATABASE_CREATE, &store->database, err));
    TRY(fill(store, settings, err));
    return sync_directory(path, err);
}

Status store_init(const char *path, Settings settings, Error *err)
{
    bool is_new, is_locked = false;
    TRY(directory_make(path, &is_new, err));
    Status status = init_inside(path, settings, &is_locked, err);
    /* without the lock the files may be another process's */
    if (status != STATUS_OK && is_locked) (void)!directory_remove_files(path, NULL);
    if (status != STATUS_OK && is_new) rmdir(path);
    return status;
}

/* ---- opening ---- */

static Status check_version(Store *store, Error *err)
{
    TRY(migrate_check(store->database, migrations, migrations_count, err));
    int64_t version;
    TRY(database_number(store->database, "PRAGMA user_version", &version, err));
    if (version == 0)
        return error_set(err, STATUS_NOT_FOUND,
                         "making the data directory '%s' was interrupted; remove it and make it "
                         "again with 'kohorta init'",
                         store->path);
    bool is_due;
    TRY(migrate_is_due(store->database, migrations_count, &is_due, err));
    if (is_due && store->mode == STORE_READ)
        return error_set(err, STATUS_CONFLICT,
                         "the data directory '%s' is of an older version; 'kohorta check' brings "
                         "it up to date",
                         store->path);
    return STATUS_OK;
}

static Status bring_up_to_date(Store *store, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(migrate_run(store->database, migrations, migrations_count, err));
    TRY(change_log_begin(store, err));
    TRY(schema_load(store, err));
    TRY(schema_add_built_in(store, store->schema->settings, err));
    TRY(spellings_mend(store, err));
    return change_commit(&change, err);
}

static Status open_inside(Store *store, unsigned wait_milliseconds, Error *err)
{
    if (store->mode == STORE_WRITE)
        TRY(directory_lock(store->path, wait_milliseconds, &store->lock, err));
    const char *file = directory_file(store->path, DIRECTORY_DATABASE_FILE, store->arena);
    DatabaseMode mode = store->mode == STORE_WRITE ? DATABASE_WRITE : DATABASE_READ;
    TRY(database_open(file, mode, &store->database, err));
    TRY(sql_functions_register(store->database, err));
    TRY(check_version(store, err));
    TRY(store_check_finished(store, err));
    TRY(database_number(store->database, "PRAGMA data_version", &store->data_version, err));
    if (store->mode == STORE_WRITE) TRY(bring_up_to_date(store, err));
    TRY(setting_read_number(store, SETTING_DATA_VERSION, &store->mirrors_version, err));
    return schema_load(store, err);
}

Status store_open_waiting(const char *path, StoreMode mode, unsigned wait_milliseconds,
                          Store **ret_store, Error *err)
{
    TRY(directory_check(path, err));
    AUTO(store_done) Store *store = store_new(path, mode);
    TRY(open_inside(store, wait_milliseconds, err));
    *ret_store = store;
    store = NULL;
    return STATUS_OK;
}

Status store_open(const char *path, StoreMode mode, Store **ret_store, Error *err)
{
    return store_open_waiting(path, mode, STORE_LOCK_WAIT_MILLISECONDS, ret_store, err);
}
