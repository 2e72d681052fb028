/* migrate.h -- forward-only changes of the database's shape, each with a checksum. */
#pragma once

#include "store/database.h"

typedef struct {
    const char *name; /* "0001_first.sql" */
    const char *sql;
    size_t sql_size;
} Migration;

/* Those of this program; number i + 1 stands at index i. Made from migrations/ by the build. */
extern const Migration migrations[];
extern const size_t migrations_count;

/* CORRUPT when the database is newer than the list, or when an applied migration's checksum is not
 * the list's. */
MUST_CHECK Status migrate_check(sqlite3 *database, const Migration *list, size_t count, Error *err);
/* Whether some of the list are still to be applied. */
MUST_CHECK Status migrate_is_due(sqlite3 *database, size_t count, bool *ret_is_due, Error *err);
/* Apply what is due. The caller holds the transaction. */
MUST_CHECK Status migrate_run(sqlite3 *database, const Migration *list, size_t count, Error *err);
