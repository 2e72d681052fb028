/* classification_runs.c -- dated runs of classifications: adding and reading. */
#include "store/classification_runs.h"

#include "base/bitmap.h"
#include "store/forming_journal.h"
#include "store/number_list.h"

#include <string.h>

static const char insert_run[] =
    "INSERT INTO main.classification_run (classification_id, version, as_of, at, author, "
    "customers_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char insert_class[] =
    "INSERT INTO main.classification_class (run_id, number, name, customers, customers_count, "
    "amount) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char insert_column[] =
    "INSERT INTO main.classification_column (run_id, number, " RUN_COLUMN_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
#define RUN_COLUMNS "id, classification_id, version, as_of, at, author, customers_count"
static const char select_runs[] =
    "SELECT " RUN_COLUMNS " FROM main.classification_run WHERE classification_id = ?1 "
    "ORDER BY as_of DESC, id DESC LIMIT ?2";
static const char select_run_on[] =
    "SELECT " RUN_COLUMNS " FROM main.classification_run WHERE classification_id = ?1 "
    "AND as_of <= ?2 ORDER BY as_of DESC, id DESC LIMIT 1";
static const char select_run_days[] =
    "SELECT " RUN_COLUMNS " FROM main.classification_run r WHERE classification_id = ?1 "
    "AND NOT EXISTS (SELECT 1 FROM main.classification_run s WHERE "
    "s.classification_id = r.classification_id AND s.as_of = r.as_of AND s.id > r.id) "
    "ORDER BY as_of";
static const char select_classes[] =
    "SELECT name, customers_count, amount FROM main.classification_class WHERE run_id = ?1 "
    "ORDER BY number";
static const char select_classes_with_customers[] =
    "SELECT name, customers_count, amount, customers FROM main.classification_class "
    "WHERE run_id = ?1 ORDER BY number";
static const char select_column_names[] =
    "SELECT name, scale, is_money, is_amount FROM main.classification_column WHERE run_id = ?1 "
    "ORDER BY number";
static const char select_columns[] =
    "SELECT " RUN_COLUMN_COLUMNS " FROM main.classification_column WHERE run_id = ?1 "
    "ORDER BY number";

/* ---- adding ---- */

static Status add_row(Store *store, const RunRow *run, int64_t *ret_id, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_run, &statement, err));
    statement_bind_integer(statement, 1, run->classification_id);
    statement_bind_integer(statement, 2, run->version);
    statement_bind_integer(statement, 3, run->as_of.day);
    statement_bind_integer(statement, 4, run->at.second);
    statement_bind_text(statement, 5, run->author);
    statement_bind_integer(statement, 6, (int64_t)run->customers_count);
    TRY(statement_run(statement, err));
    *ret_id = sqlite3_last_insert_rowid(store->database);
    return STATUS_OK;
}

static Status add_class(Store *store, int64_t run_id, size_t number, const RunClassWrite *class,
                        Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    const CustomerSet *set = class->customers;
    TRY(store_statement(store, insert_class, &statement, err));
    statement_bind_integer(statement, 1, run_id);
    statement_bind_integer(statement, 2, (int64_t)number);
    statement_bind_text(statement, 3, class->name);
    statement_bind_blob(statement, 4, bitmap_encode(set->words, set->words_count, arena));
    statement_bind_integer(statement, 5, (int64_t)customer_set_count(set));
    statement_bind_integer_or_null(statement, 6, class->has_amount, class->amount);
    return statement_run(statement, err);
}

static Status add_column(Store *store, int64_t run_id, size_t number, const RunColumnWrite *column,
                         Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    const CustomerSet *set = column->customers;
    TRY(store_statement(store, insert_column, &statement, err));
    statement_bind_integer(statement, 1, run_id);
    statement_bind_integer(statement, 2, (int64_t)number);
    statement_bind_text(statement, 3, column->name);
    statement_bind_integer(statement, 4, column->scale);
    statement_bind_integer(statement, 5, column->is_money);
    statement_bind_integer(statement, 6, column->is_amount);
    statement_bind_blob(statement, 7, bitmap_encode(set->words, set->words_count, arena));
    statement_bind_blob(statement, 8,
                        number_list_encode(column->numbers, customer_set_count(set), arena));
    return statement_run(statement, err);
}

Status store_add_run(Store *store, const RunWrite *run, uint64_t *ret_id, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    int64_t id;
    TRY(change_begin(store, &change, err));
    TRY(add_row(store, &run->row, &id, err));
    for (size_t i = 0; i < run->classes_count; i++)
        TRY(add_class(store, id, i + 1, &run->classes[i], err));
    for (size_t i = 0; i < run->columns_count; i++)
        TRY(add_column(store, id, i + 1, &run->columns[i], err));
    TRY(change_commit(&change, err));
    *ret_id = (uint64_t)id;
    return STATUS_OK;
}

/* ---- runs ---- */

static RunRow run_of(sqlite3_stmt *row, Arena *arena)
{
    return (RunRow){.id = (uint64_t)statement_integer(row, 0),
                    .classification_id = (uint32_t)statement_integer(row, 1),
                    .version = (uint32_t)statement_integer(row, 2),
                    .as_of = {(int32_t)statement_integer(row, 3)},
                    .at = {statement_integer(row, 4)},
                    .author = arena_text(arena, statement_text(row, 5)),
                    .customers_count = (uint64_t)statement_integer(row, 6)};
}

static Status read_runs(sqlite3_stmt *statement, Arena *arena, RunRow **ret_runs, size_t *ret_count,
                        Error *err)
{
    struct {
        RunRow *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        ARENA_PUSH(arena, &list, run_of(statement, arena));
    }
    *ret_runs = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_list_runs(Store *store, RunQuery query, Arena *arena, RunRow **ret_runs,
                       size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_runs, &statement, err));
    statement_bind_integer(statement, 1, query.classification_id);
    statement_bind_integer(statement, 2, query.newest > INT64_MAX ? -1 : (int64_t)query.newest);
    return read_runs(statement, arena, ret_runs, ret_count, err);
}

Status store_list_run_days(Store *store, uint32_t classification_id, Arena *arena,
                           RunRow **ret_runs, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_run_days, &statement, err));
    statement_bind_integer(statement, 1, classification_id);
    return read_runs(statement, arena, ret_runs, ret_count, err);
}

Status store_find_run(Store *store, uint32_t classification_id, Date day, Arena *arena,
                      RunRow *ret_run, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_run_on, &statement, err));
    statement_bind_integer(statement, 1, classification_id);
    statement_bind_integer(statement, 2, day.day);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_run = has_row ? run_of(statement, arena) : (RunRow){0};
    return STATUS_OK;
}

/* ---- classes and numbers ---- */

void run_classes_free(RunClassList *classes)
{
    for (size_t i = 0; i < classes->count; i++)
        customer_set_free(&classes->items[i].customers);
}

void run_columns_free(RunColumnList *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        customer_set_free(&columns->items[i].customers);
}

typedef struct {
    RunClass *items;
    size_t count, capacity;
} GrowingClasses;

static Status read_classes(sqlite3_stmt *statement, bool with_customers, Arena *arena,
                           GrowingClasses *list, Error *err)
{
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        RunClass class = {.name = arena_text(arena, statement_text(statement, 0)),
                          .customers_count = (uint64_t)statement_integer(statement, 1),
                          .has_amount = !statement_is_null(statement, 2),
                          .amount = statement_integer(statement, 2)};
        if (with_customers)
            TRY(journal_read_set(statement_blob(statement, 3), &class.customers, err));
        ARENA_PUSH(arena, list, class);
    }
}

Status store_read_run_classes(Store *store, uint64_t run_id, bool with_customers, Arena *arena,
                              RunClassList *ret_classes, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    GrowingClasses list = {0};
    TRY(store_statement(store, with_customers ? select_classes_with_customers : select_classes,
                        &statement, err));
    statement_bind_integer(statement, 1, (int64_t)run_id);
    Status status = read_classes(statement, with_customers, arena, &list, err);
    RunClassList result = {list.items, list.count};
    if (status != STATUS_OK)
        run_classes_free(&result);
    else
        *ret_classes = result;
    return status;
}

static RunColumn column_of(sqlite3_stmt *row, int first_column, Arena *arena)
{
    return (RunColumn){.name = arena_text(arena, statement_text(row, first_column)),
                       .scale = (uint8_t)statement_integer(row, first_column + 1),
                       .is_money = statement_integer(row, first_column + 2) != 0,
                       .is_amount = statement_integer(row, first_column + 3) != 0};
}

Status runs_read_column(sqlite3_stmt *row, int first_column, Arena *arena, RunColumn *ret_column,
                        Error *err)
{
    RunColumn column = column_of(row, first_column, arena);
    TRY(journal_read_set(statement_blob(row, first_column + 4), &column.customers, err));
    size_t count = customer_set_count(&column.customers);
    int64_t *numbers = ARENA_ARRAY(arena, int64_t, count);
    Status status = number_list_decode(statement_blob(row, first_column + 5), count, numbers, err);
    if (status != STATUS_OK) {
        customer_set_free(&column.customers);
        return status;
    }
    column.numbers = numbers;
    *ret_column = column;
    return STATUS_OK;
}

typedef struct {
    RunColumn *items;
    size_t count, capacity;
} GrowingColumns;

static Status read_columns(sqlite3_stmt *statement, bool with_numbers, Arena *arena,
                           GrowingColumns *list, Error *err)
{
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        RunColumn column = column_of(statement, 0, arena);
        if (with_numbers) TRY(runs_read_column(statement, 0, arena, &column, err));
        ARENA_PUSH(arena, list, column);
    }
}

Status store_read_run_columns(Store *store, uint64_t run_id, bool with_numbers, Arena *arena,
                              RunColumnList *ret_columns, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    GrowingColumns list = {0};
    TRY(store_statement(store, with_numbers ? select_columns : select_column_names, &statement,
                        err));
    statement_bind_integer(statement, 1, (int64_t)run_id);
    Status status = read_columns(statement, with_numbers, arena, &list, err);
    RunColumnList result = {list.items, list.count};
    if (status != STATUS_OK)
        run_columns_free(&result);
    else
        *ret_columns = result;
    return status;
}
