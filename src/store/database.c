/* database.c -- SQLite with our errors: opening with all settings, statements, sentences. */
#include "store/database.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Deleted content is overwritten always, not only by an erasure: what a row held before a change
 * must not survive in free space. A cache of 64 MiB holds the inner pages of every tree. The log is
 * folded back every 32 MiB and cut to that size. */
static const char connection_settings[] = "PRAGMA foreign_keys = ON;"
                                          "PRAGMA synchronous = FULL;"
                                          "PRAGMA secure_delete = ON;"
                                          "PRAGMA trusted_schema = OFF;"
                                          "PRAGMA cell_size_check = ON;"
                                          "PRAGMA cache_size = -65536;"
                                          "PRAGMA wal_autocheckpoint = 4096;"
                                          "PRAGMA journal_size_limit = 33554432;";

static Status status_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CONSTRAINT: return STATUS_CONFLICT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT: return STATUS_CORRUPT;
    case SQLITE_PERM:
    case SQLITE_AUTH: return STATUS_DENIED;
    case SQLITE_TOOBIG: return STATUS_LIMIT;
    case SQLITE_INTERRUPT: return STATUS_CANCELLED;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return STATUS_IO;
    default: return STATUS_CORRUPT;
    }
}

static const char *advice_of(int code, int system_error)
{
    switch (code & 0xff) {
    case SQLITE_FULL: return "the disk is full; free some space and try again";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "the database is in use by another process; try again later";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return "the database file is damaged; restore a backup";
    case SQLITE_READONLY: return "the database file cannot be written; check its permissions";
    case SQLITE_CANTOPEN: return "the database file cannot be opened; check its permissions";
    case SQLITE_IOERR:
        if (system_error == ENOSPC || system_error == EFBIG || system_error == EDQUOT)
            return "the disk is full; free some space and try again";
        return "reading or writing the database file failed";
    default: return "the database refused";
    }
}

Status database_error(sqlite3 *database, int code, Error *err)
{
    ASSERT((code & 0xff) != SQLITE_NOMEM); /* out of memory aborts */
    ASSERT((code & 0xff) != SQLITE_MISUSE);
    int system = database != NULL ? sqlite3_system_errno(database) : 0;
    bool is_file_failure = status_of(code) == STATUS_IO && (code & 0xff) != SQLITE_FULL &&
                           (code & 0xff) != SQLITE_READONLY;
    const char *detail = database != NULL ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    if (is_file_failure && system != 0) detail = strerrordesc_np(system);
    return error_set(err, status_of(code), "%s (%s)", error_phrase(advice_of(code, system)),
                     detail != NULL ? error_phrase(detail) : "-");
}

/* Fails for a file that is damaged or of another program, before anything is written to it. */
static Status check_is_ours(sqlite3 *database, Error *err)
{
    int64_t application_id, version;
    TRY(database_number(database, "PRAGMA application_id", &application_id, err));
    TRY(database_number(database, "PRAGMA schema_version", &version, err));
    if (application_id == DATABASE_APPLICATION_ID || version == 0) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "the database file belongs to another program");
}

static Status configure(sqlite3 *database, DatabaseMode mode, Error *err)
{
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, DATABASE_BUSY_WAIT_MS);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (mode == DATABASE_CREATE) {
        char sql[64];
        snprintf(sql, sizeof sql, "PRAGMA page_size = %d", DATABASE_PAGE_BYTES);
        TRY(database_run(database, sql, err));
    }
    TRY(database_run(database, connection_settings, err));
    TRY(check_is_ours(database, err));
    if (mode != DATABASE_READ) TRY(database_run(database, "PRAGMA journal_mode = WAL", err));
    return STATUS_OK;
}

bool database_make_file(const char *file)
{
    int made = open(file, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE_OWN);
    if (made >= 0) close(made);
    return made >= 0;
}

Status database_open(const char *file, DatabaseMode mode, sqlite3 **ret_database, Error *err)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    flags |= mode == DATABASE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (mode == DATABASE_CREATE && !database_make_file(file))
        return error_set(err, STATUS_IO, "'%s' cannot be made: %s", file, strerrordesc_np(errno));
    AUTO(database_done) sqlite3 *database = NULL;
    int code = sqlite3_open_v2(file, &database, flags, NULL);
    Status status =
        code == SQLITE_OK ? configure(database, mode, err) : database_error(database, code, err);
    if (status != STATUS_OK) {
        status = error_prefix(err, "'%s'", file);
        return status;
    }
    *ret_database = database;
    database = NULL;
    return STATUS_OK;
}

void database_close(sqlite3 *database)
{
    if (database == NULL) return;
    int code = sqlite3_close(database);
    ASSERT(code == SQLITE_OK);
}

void database_done(sqlite3 **database)
{
    database_close(*database);
    *database = NULL;
}

Status database_run(sqlite3 *database, const char *sql, Error *err)
{
    int code = sqlite3_exec(database, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : database_error(database, code, err);
}

Status database_number(sqlite3 *database, const char *sql, int64_t *ret_number, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(database, text_of(sql), &statement, err));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_number = has_row ? statement_integer(statement, 0) : 0;
    return STATUS_OK;
}

Status statement_prepare(sqlite3 *database, Text sql, sqlite3_stmt **ret_statement, Error *err)
{
    ASSERT(sql.size <= INT_MAX);
    int code = sqlite3_prepare_v3(database, sql.data, (int)sql.size, SQLITE_PREPARE_PERSISTENT,
                                  ret_statement, NULL);
    return code == SQLITE_OK ? STATUS_OK : database_error(database, code, err);
}

void statement_done(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
    *statement = NULL;
}

void statement_release(sqlite3_stmt **statement)
{
    if (*statement == NULL) return;
    sqlite3_reset(*statement);
    sqlite3_clear_bindings(*statement);
    *statement = NULL;
}

void statement_bind_integer(sqlite3_stmt *statement, int parameter, int64_t value)
{
    int code = sqlite3_bind_int64(statement, parameter, value);
    ASSERT(code == SQLITE_OK);
}

void statement_bind_text(sqlite3_stmt *statement, int parameter, Text text)
{
    const char *data = text.data != NULL ? text.data : "";
    int code =
        sqlite3_bind_text64(statement, parameter, data, text.size, SQLITE_STATIC, SQLITE_UTF8);
    ASSERT(code == SQLITE_OK);
}

void statement_bind_text_or_null(sqlite3_stmt *statement, int parameter, Text text)
{
    if (text.size == 0)
        statement_bind_null(statement, parameter);
    else
        statement_bind_text(statement, parameter, text);
}

void statement_bind_blob(sqlite3_stmt *statement, int parameter, Text bytes)
{
    int code = sqlite3_bind_blob64(statement, parameter, bytes.data, bytes.size, SQLITE_STATIC);
    ASSERT(code == SQLITE_OK);
}

void statement_bind_null(sqlite3_stmt *statement, int parameter)
{
    int code = sqlite3_bind_null(statement, parameter);
    ASSERT(code == SQLITE_OK);
}

void statement_bind_integer_or_null(sqlite3_stmt *statement, int parameter, bool has_value,
                                    int64_t value)
{
    if (has_value)
        statement_bind_integer(statement, parameter, value);
    else
        statement_bind_null(statement, parameter);
}

Status statement_step(sqlite3_stmt *statement, bool *ret_has_row, Error *err)
{
    int code = sqlite3_step(statement);
    *ret_has_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE) return STATUS_OK;
    return database_error(sqlite3_db_handle(statement), code, err);
}

Status statement_run(sqlite3_stmt *statement, Error *err)
{
    int code;
    do {
        code = sqlite3_step(statement);
    } while (code == SQLITE_ROW);
    Status status =
        code == SQLITE_DONE ? STATUS_OK : database_error(sqlite3_db_handle(statement), code, err);
    sqlite3_reset(statement);
    return status;
}

int64_t statement_integer(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_int64(statement, column);
}

Text statement_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *data = sqlite3_column_text(statement, column);
    return (Text){(const char *)data, (size_t)sqlite3_column_bytes(statement, column)};
}

Text statement_blob(sqlite3_stmt *statement, int column)
{
    const void *data = sqlite3_column_blob(statement, column);
    return (Text){data, (size_t)sqlite3_column_bytes(statement, column)};
}

bool database_has_changed(sqlite3 *database)
{
    return sqlite3_changes(database) > 0;
}

bool statement_is_null(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL;
}
