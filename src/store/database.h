/* database.h -- SQLite with our errors: statements that clean up after themselves, sentences for
 * failures. Only for src/store and its tests. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <sqlite3.h>

enum {
    DATABASE_APPLICATION_ID = 0x4b4f484f, /* "KOHO" in the file's header */
    DATABASE_PAGE_BYTES = 8192,
    DATABASE_BUSY_WAIT_MS = 5000
};

typedef enum { DATABASE_READ, DATABASE_WRITE, DATABASE_CREATE } DatabaseMode;

/* Open a file with all settings of ours: write-ahead log, full synchronisation, foreign keys,
 * overwriting of deleted content. */
MUST_CHECK Status database_open(const char *file, DatabaseMode mode, sqlite3 **ret_database,
                                Error *err);
/* An empty file that only its owner reads, for SQLite to fill; what SQLite lays beside it later
 * has the same permissions. False when it cannot be made: see errno. */
bool database_make_file(const char *file);
void database_close(sqlite3 *database); /* accepts NULL; all statements must be finalized */
void database_done(sqlite3 **database);

/* The failure of the last call as a status and a sentence. */
MUST_CHECK Status database_error(sqlite3 *database, int code, Error *err);

/* Run statements that give no rows. */
MUST_CHECK Status database_run(sqlite3 *database, const char *sql, Error *err);
/* The first column of the first row as a whole number; 0 without a row. */
MUST_CHECK Status database_number(sqlite3 *database, const char *sql, int64_t *ret_number,
                                  Error *err);

MUST_CHECK Status statement_prepare(sqlite3 *database, Text sql, sqlite3_stmt **ret_statement,
                                    Error *err);
void statement_done(sqlite3_stmt **statement); /* for AUTO: finalizes */
/* For AUTO on a borrowed statement: ends its reading and forgets its parameters. */
void statement_release(sqlite3_stmt **statement);

/* Parameters count from 1. Texts and blobs are borrowed until the statement is released. */
void statement_bind_integer(sqlite3_stmt *statement, int parameter, int64_t value);
void statement_bind_text(sqlite3_stmt *statement, int parameter, Text text);
void statement_bind_text_or_null(sqlite3_stmt *statement, int parameter, Text text);
void statement_bind_blob(sqlite3_stmt *statement, int parameter, Text bytes);
void statement_bind_null(sqlite3_stmt *statement, int parameter);
void statement_bind_integer_or_null(sqlite3_stmt *statement, int parameter, bool has_value,
                                    int64_t value);

MUST_CHECK Status statement_step(sqlite3_stmt *statement, bool *ret_has_row, Error *err);
/* Run to the end and make ready for the next run. */
MUST_CHECK Status statement_run(sqlite3_stmt *statement, Error *err);

/* Columns count from 0. Texts are borrowed until the next step; NULL gives an empty text. */
int64_t statement_integer(sqlite3_stmt *statement, int column);
Text statement_text(sqlite3_stmt *statement, int column);
Text statement_blob(sqlite3_stmt *statement, int column);
/* Whether the last statement that was run has changed a row. */
bool database_has_changed(sqlite3 *database);
bool statement_is_null(sqlite3_stmt *statement, int column);
