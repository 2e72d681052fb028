/* migrate.c -- forward-only changes of the database's shape, each with a checksum. */
#include "store/migrate.h"

#include "base/hash.h"

#include <stdio.h>

static const char insert_migration[] =
    "INSERT INTO main.migration (number, name, checksum) VALUES (?1, ?2, ?3)";
static const char select_migrations[] =
    "SELECT number, checksum FROM main.migration ORDER BY number";

static Status read_version(sqlite3 *database, int64_t *ret_version, Error *err)
{
    return database_number(database, "PRAGMA user_version", ret_version, err);
}

static void checksum_of(const Migration *migration, char out[65])
{
    hash_hex(hash_blake2b(migration->sql, migration->sql_size), out);
}

static Status check_checksums(sqlite3 *database, const Migration *list, int64_t version, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(database, text_of(select_migrations), &statement, err));
    int64_t expected = 1;
    for (bool has_row;; expected++) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        if (statement_integer(statement, 0) != expected || expected > version)
            return error_set(err, STATUS_CORRUPT,
                             "the log of migrations is damaged at number %lld; restore a backup",
                             (long long)expected);
        char checksum[65];
        checksum_of(&list[expected - 1], checksum);
        if (!text_equal(statement_text(statement, 1), text_of(checksum)))
            return error_set(err, STATUS_CORRUPT,
                             "migration '%s' was applied with another content than this program "
                             "has; use the program that made the directory",
                             list[expected - 1].name);
    }
    if (expected - 1 == version) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT,
                     "the log of migrations ends at number %lld instead of %lld; restore a backup",
                     (long long)(expected - 1), (long long)version);
}

Status migrate_check(sqlite3 *database, const Migration *list, size_t count, Error *err)
{
    int64_t version;
    TRY(read_version(database, &version, err));
    if (version > (int64_t)count)
        return error_set(err, STATUS_CORRUPT,
                         "the data directory is of a newer version (%lld, this program knows %zu); "
                         "use a newer program",
                         (long long)version, count);
    if (version < 0) return error_set(err, STATUS_CORRUPT, "the database has no valid version");
    return version == 0 ? STATUS_OK : check_checksums(database, list, version, err);
}

Status migrate_is_due(sqlite3 *database, size_t count, bool *ret_is_due, Error *err)
{
    int64_t version;
    TRY(read_version(database, &version, err));
    *ret_is_due = version < (int64_t)count;
    return STATUS_OK;
}

static Status apply(sqlite3 *database, const Migration *migration, int64_t number, Error *err)
{
    TRY(database_run(database, migration->sql, err));
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(database, text_of(insert_migration), &statement, err));
    char checksum[65];
    checksum_of(migration, checksum);
    statement_bind_integer(statement, 1, number);
    statement_bind_text(statement, 2, text_of(migration->name));
    statement_bind_text(statement, 3, text_of(checksum));
    TRY(statement_run(statement, err));
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA user_version = %lld", (long long)number);
    return database_run(database, sql, err);
}

Status migrate_run(sqlite3 *database, const Migration *list, size_t count, Error *err)
{
    int64_t version;
    TRY(read_version(database, &version, err));
    for (size_t i = (size_t)version; i < count; i++)
        TRY(apply(database, &list[i], (int64_t)i + 1, err));
    return STATUS_OK;
}
