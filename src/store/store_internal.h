/* store_internal.h -- the inside of a Store, shared by the files of src/store.
 *
 * 1. `database` has one open transaction at most; a Change nests in a batch as a savepoint.
 * 2. `schema`, `items` and `texts` mirror what the database holds in the present transaction. They
 *    are dropped when a change is undone, and at the beginning of a read snapshot when another
 *    process has written since.
 * 3. Statements of `statements` are borrowed with store_statement and given back by
 *    statement_release; none stays in the middle of its rows between calls, but those of the
 *    customer source within a snapshot. */
#pragma once

#include "model/customer_parts.h"
#include "store/database.h"
#include "store/items.h"
#include "store/query_function.h"
#include "store/store.h"
#include "store/texts.h"

enum { STATEMENTS_MAX = 320 };

typedef struct {
    const char *sql; /* the constant it was made from: its address is the key */
    sqlite3_stmt *statement;
} CachedStatement;

typedef struct CustomerStatements CustomerStatements;
typedef struct PackedSource PackedSource;
typedef struct {
    QueryFunction **items;
    size_t count, capacity;
} QueryFunctionList;

typedef struct SqlTables SqlTables;

/* What the present transaction changed, or a little more (change_log.h). */
typedef struct {
    CustomerParts changed;
    bool has_any, is_everything;
} PendingChanges;

/* Whose values the present transaction set (value_days.h). */
typedef struct {
    uint32_t property_id;
    bool is_used;
    CustomerSet customers;
} ValueNote;

typedef struct {
    ValueNote *items;
    size_t count;
    bool is_used, is_doubtful;
} ValueNotes;

struct Store {
    Arena *arena;     /* of the path */
    Arena *row_arena; /* of one row of a catalogue while it is written */
    const char *path;
    StoreMode mode;
    sqlite3 *database;
    int lock; /* file descriptor that holds the writer's lock, else -1 */

    CachedStatement statements[STATEMENTS_MAX];
    size_t statements_count;

    bool is_in_batch;
    bool is_reading;
    unsigned inner_readings; /* snapshots begun within the one that is open */
    PendingChanges pending;
    Date day; /* 0: days of values are not noted */
    ValueNotes value_notes;

    Schema *schema;
    Arena *schema_arena;     /* owns the schema */
    int64_t data_version;    /* of the database when the mirrors were loaded, as SQLite counts */
    int64_t mirrors_version; /* the same, as the log of changes counts */

    Items *items; /* NULL until needed */
    Texts *texts; /* NULL until needed */

    uint32_t next_customer; /* id of the next new one; 0: not known */
    /* In the present batch, during which nobody else writes. */
    enum { MERGES_NOT_KNOWN, NO_MERGES, SOME_MERGES } merges_known;

    /* Prepared for the present schema; NULL until needed. */
    CustomerStatements *customer_statements;
    PackedSource *source;
    SqlTables *sql_tables;             /* NULL also when the tables for SQL are not there */
    QueryFunctionList query_functions; /* what callers added; in `arena` */
};

/* A cached statement made from a constant; release it before borrowing it again. */
MUST_CHECK Status store_statement(Store *store, const char *sql, sqlite3_stmt **ret_statement,
                                  Error *err);

/* Take a customer out of every row of a query; `forget` may write the row it is given. */
typedef Status ForgetInRow(Store *store, sqlite3_stmt *row, CustomerId customer, Error *err);
MUST_CHECK Status store_for_each_row(Store *store, const char *sql, CustomerId customer,
                                     ForgetInRow *forget, Error *err);
/* Run a statement whose one parameter is an id. */
MUST_CHECK Status store_run_with_id(Store *store, const char *sql, int64_t id, Error *err);
static inline MUST_CHECK Status store_run_for_customer(Store *store, const char *sql,
                                                       CustomerId customer, Error *err)
{
    return store_run_with_id(store, sql, customer.value, err);
}
/* Run a statement whose parameters are ?1 an id, ?2 customers as a Roaring bitmap. */
MUST_CHECK Status store_run_with_set(Store *store, const char *sql, int64_t id,
                                     const CustomerSet *customers, Error *err);

/* ---- changes: all or nothing ---- */

/* A transaction, or a savepoint inside a batch. Declared with AUTO(change_abandon), so that every
 * return before change_commit takes everything back. */
typedef struct {
    Store *store; /* NULL when there is nothing to take back */
} Change;

MUST_CHECK Status change_begin(Store *store, Change *change, Error *err);
/* For a change of one statement: inside a batch it needs no savepoint. */
MUST_CHECK Status change_begin_single(Store *store, Change *change, Error *err);
MUST_CHECK Status change_commit(Change *change, Error *err);
void change_abandon(Change *change);

/* Forget the mirrors of the database's content. */
void store_drop_mirrors(Store *store);
/* DENIED for a store that is open for reading. */
MUST_CHECK Status store_check_writable(const Store *store, Error *err);

/* ---- parts of opening ---- */

MUST_CHECK Status schema_load(Store *store, Error *err);
/* Add the built-in properties, streams and fields that the database does not have. */
MUST_CHECK Status schema_add_built_in(Store *store, Settings settings, Error *err);
MUST_CHECK Status settings_write(Store *store, Settings settings, Error *err);

/* Whether a property, metric or stream may have this name; `own` may keep its own. */
MUST_CHECK Status schema_check_free_name(Store *store, Text name, const Property *own, Error *err);

/* ---- settings by name ---- */

MUST_CHECK Status setting_read(Store *store, const char *name, Arena *arena, Text *ret_value,
                               Error *err); /* empty when not set */
MUST_CHECK Status setting_write(Store *store, const char *name, Text value, Error *err);
MUST_CHECK Status setting_read_number(Store *store, const char *name, int64_t *ret_number,
                                      Error *err); /* 0 when not set */
MUST_CHECK Status setting_write_number(Store *store, const char *name, int64_t number, Error *err);
/* Unless it is as high already. */
MUST_CHECK Status setting_raise_number(Store *store, const char *name, int64_t number, Error *err);

#define SETTING_TIME_ZONE         "time_zone"
#define SETTING_CURRENCY          "currency"
#define SETTING_LANGUAGE          "language"
#define SETTING_GENERATION        "generation"
#define SETTING_DATA_VERSION      "data_version"
#define SETTING_CHANGES_SINCE     "changes_since"
#define SETTING_ERASURE_SALT      "erasure_salt"
#define SETTING_CUSTOMER_ID_TAKEN "customer_id_taken" /* highest id ever given to an erased one */
#define SETTING_TEXT_ID_TAKEN     "text_id_taken"
#define SETTING_FEED_NUMBER_TAKEN "feed_number_taken" /* of the feed of segments' changes */
#define SETTING_SPELLINGS_DUE     "spellings_due"     /* words are still stored as spelt */
