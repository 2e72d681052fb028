/* saved_sets.c -- results frozen under a name. */
#include "store/saved_sets.h"

#include "base/bitmap.h"
#include "base/fold.h"
#include "store/forming_journal.h"
#include "store/packed_values.h"

static const char insert_set[] =
    "INSERT INTO main.saved_set (name, name_folded, stream, origin, expression, condition, as_of, "
    "at, author, rows_count, customers, until) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
static const char insert_column[] =
    "INSERT INTO main.saved_set_column (set_id, position, name, type, scale) "
    "VALUES (?1, ?2, ?3, ?4, ?5)";
static const char insert_row[] =
    "INSERT INTO main.saved_set_row (set_id, position, customer_id, cells, event_key) "
    "VALUES (?1, ?2, ?3, ?4, ?5)";
static const char select_taken_name[] =
    "SELECT name FROM main.saved_set WHERE name_folded = ?1 AND id <> ?2";
static const char update_name[] =
    "UPDATE main.saved_set SET name = ?2, name_folded = ?3 WHERE id = ?1";
static const char update_until[] = "UPDATE main.saved_set SET until = ?2 WHERE id = ?1";
static const char delete_set[] = "DELETE FROM main.saved_set WHERE id = ?1";
static const char select_sets[] =
    "SELECT id, name, stream, origin, expression, condition, as_of, at, author, rows_count, "
    "customers, until FROM main.saved_set ORDER BY name_folded";
static const char select_names[] = "SELECT id, name FROM main.saved_set ORDER BY name_folded";
static const char select_set_columns[] =
    "SELECT name, type, scale FROM main.saved_set_column WHERE set_id = ?1 ORDER BY position";
static const char select_set_customers[] = "SELECT customers FROM main.saved_set WHERE id = ?1";
static const char select_rows[] =
    "SELECT customer_id, cells, event_key FROM main.saved_set_row WHERE set_id = ?1 "
    "ORDER BY position LIMIT ?2 OFFSET ?3";
static const char select_sets_of[] =
    "SELECT DISTINCT set_id FROM main.saved_set_row WHERE customer_id = ?1 ORDER BY set_id";

/* ---- codes ---- */

static const char *const origin_codes[] = {
#define SAVED_ORIGIN(name, code) [SAVED_##name] = code,
#include "store/saved.def"
#undef SAVED_ORIGIN
};

const char *saved_origin_code(SavedOrigin origin)
{
    ASSERT(origin < SAVED_ORIGIN_COUNT);
    return origin_codes[origin];
}

static bool origin_of_code(Text code, SavedOrigin *ret_origin)
{
    for (size_t i = 0; i < SAVED_ORIGIN_COUNT; i++) {
        *ret_origin = (SavedOrigin)i;
        if (text_equal(code, text_of(origin_codes[i]))) return true;
    }
    return false;
}

static const struct {
    const char *code;
    TypeKind kind;
    bool is_money;
} column_types[] = {
    {"bool", TYPE_BOOL, false},    {"number", TYPE_DECIMAL, false},
    {"money", TYPE_DECIMAL, true}, {"ratio", TYPE_RATIO, false},
    {"date", TYPE_DATE, false},    {"moment", TYPE_MOMENT, false},
    {"text", TYPE_TEXT, false},    {"hierarchy", TYPE_HIERARCHY, false},
    {"set", TYPE_TEXT_SET, false}, {"hierarchy-set", TYPE_HIERARCHY_SET, false},
};
enum { COLUMN_TYPES_COUNT = sizeof column_types / sizeof column_types[0] };

static const char *column_type_code(Type type)
{
    TypeKind kind = type.kind == TYPE_ITEM ? TYPE_TEXT : type.kind;
    for (size_t i = 0; i < COLUMN_TYPES_COUNT; i++)
        if (column_types[i].kind == kind &&
            (kind != TYPE_DECIMAL || column_types[i].is_money == type.is_money))
            return column_types[i].code;
    ASSERT(false);
    return NULL;
}

static bool column_type_parse(Text code, int64_t scale, Type *ret_type)
{
    if (scale < 0 || scale > DECIMAL_SCALE_MAX) return false;
    for (size_t i = 0; i < COLUMN_TYPES_COUNT; i++) {
        if (!text_equal(code, text_of(column_types[i].code))) continue;
        *ret_type = (Type){.kind = column_types[i].kind,
                           .scale = (uint8_t)scale,
                           .is_money = column_types[i].is_money};
        return true;
    }
    return false;
}

/* ---- adding ---- */

static Status check_name(Store *store, Text name, uint32_t own_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    if (text_trim(name).size == 0)
        return error_set(err, STATUS_INVALID, "a saved set needs a name");
    if (text_has_control(text_trim(name)))
        return error_set(err, STATUS_INVALID,
                         "the name of a saved set holds a line break or a control character; leave "
                         "it out");
    if (name.size > SAVED_NAME_BYTES_MAX)
        return error_set(err, STATUS_LIMIT, "the name of a saved set has at most %d bytes",
                         SAVED_NAME_BYTES_MAX);
    if (!utf8_is_valid(name))
        return error_set(err, STATUS_INVALID, "the name of a saved set is not valid UTF-8 text");
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_taken_name, &statement, err));
    statement_bind_text(statement, 1, text_fold(name, arena));
    statement_bind_integer(statement, 2, own_id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return STATUS_OK;
    Text taken = statement_text(statement, 0);
    return error_set(err, STATUS_CONFLICT,
                     "there is a saved set '%.*s' already; choose another name, or drop it first",
                     TEXT_FORMAT(taken));
}

static CustomerSet customers_of(const SavedRow *rows, size_t count)
{
    CustomerSet customers = {0};
    for (size_t i = 0; i < count; i++)
        customer_set_add(&customers, rows[i].customer);
    return customers;
}

static Status write_set(Store *store, const SavedSet *set, const SavedRow *rows, size_t rows_count,
                        Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet customers = customers_of(rows, rows_count);
    Text name = text_trim(set->name);
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_set, &statement, err));
    statement_bind_text(statement, 1, name);
    statement_bind_text(statement, 2, text_fold(name, arena));
    statement_bind_text(statement, 3, set->stream);
    statement_bind_text(statement, 4, text_of(saved_origin_code(set->origin)));
    statement_bind_text(statement, 5, set->expression);
    statement_bind_text(statement, 6, set->condition);
    statement_bind_integer_or_null(statement, 7, set->has_as_of, set->as_of.day);
    statement_bind_integer(statement, 8, set->at.second);
    statement_bind_text(statement, 9, set->author);
    statement_bind_integer(statement, 10, (int64_t)rows_count);
    statement_bind_blob(statement, 11,
                        bitmap_encode(customers.words, customers.words_count, arena));
    statement_bind_integer_or_null(statement, 12, set->has_until, set->until.day);
    return statement_run(statement, err);
}

static Status write_columns(Store *store, uint32_t id, const SavedSet *set, Error *err)
{
    for (size_t i = 0; i < set->columns_count; i++) {
        const SavedColumn *column = &set->columns[i];
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(store, insert_column, &statement, err));
        statement_bind_integer(statement, 1, id);
        statement_bind_integer(statement, 2, (int64_t)i);
        statement_bind_text(statement, 3, column->name);
        statement_bind_text(statement, 4, text_of(column_type_code(column->type)));
        statement_bind_integer(statement, 5, column->type.scale);
        TRY(statement_run(statement, err));
    }
    return STATUS_OK;
}

static Status write_rows(Store *store, uint32_t id, const SavedSet *set, const SavedRow *rows,
                         size_t rows_count, Error *err)
{
    AUTO(buffer_done) Buffer cells = {0};
    for (size_t i = 0; i < rows_count; i++) {
        buffer_clear(&cells);
        for (size_t c = 0; c < set->columns_count; c++)
            packed_values_add(&cells, rows[i].values[c]);
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(store, insert_row, &statement, err));
        statement_bind_integer(statement, 1, id);
        statement_bind_integer(statement, 2, (int64_t)i);
        statement_bind_integer(statement, 3, rows[i].customer.value);
        statement_bind_blob(statement, 4, cells.size == 0 ? TEXT("") : buffer_view(&cells));
        statement_bind_text(statement, 5, rows[i].key.size == 0 ? TEXT("") : rows[i].key);
        TRY(statement_run(statement, err));
    }
    return STATUS_OK;
}

Status store_add_saved_set(Store *store, const SavedSet *set, const SavedRow *rows,
                           size_t rows_count, uint32_t *ret_id, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    if (set->columns_count > SAVED_COLUMNS_MAX)
        return error_set(err, STATUS_LIMIT, "a saved set has at most %d columns",
                         SAVED_COLUMNS_MAX);
    TRY(change_begin(store, &change, err));
    TRY(check_name(store, set->name, 0, err));
    TRY(write_set(store, set, rows, rows_count, err));
    uint32_t id = (uint32_t)sqlite3_last_insert_rowid(store->database);
    TRY(write_columns(store, id, set, err));
    TRY(write_rows(store, id, set, rows, rows_count, err));
    TRY(change_commit(&change, err));
    *ret_id = id;
    return STATUS_OK;
}

/* ---- changing ---- */

static Status no_saved_set(uint32_t id, Error *err)
{
    return error_set(err, STATUS_NOT_FOUND, "there is no saved set number %u", id);
}

Status store_rename_saved_set(Store *store, uint32_t id, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_check_writable(store, err));
    TRY(check_name(store, name, id, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_name, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_text(statement, 2, text_trim(name));
    statement_bind_text(statement, 3, text_fold(text_trim(name), arena));
    TRY(statement_run(statement, err));
    return sqlite3_changes(store->database) > 0 ? STATUS_OK : no_saved_set(id, err);
}

Status store_keep_saved_set(Store *store, uint32_t id, const Date *until, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_until, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_integer_or_null(statement, 2, until != NULL, until != NULL ? until->day : 0);
    TRY(statement_run(statement, err));
    return sqlite3_changes(store->database) > 0 ? STATUS_OK : no_saved_set(id, err);
}

Status store_remove_saved_set(Store *store, uint32_t id, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_set, &statement, err));
    statement_bind_integer(statement, 1, id);
    TRY(statement_run(statement, err));
    return sqlite3_changes(store->database) > 0 ? STATUS_OK : no_saved_set(id, err);
}

/* ---- reading ---- */

static Status read_columns(Store *store, SavedSet *set, Arena *arena, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_set_columns, &statement, err));
    statement_bind_integer(statement, 1, set->id);
    struct {
        SavedColumn *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        SavedColumn column = {.name = arena_text(arena, statement_text(statement, 0))};
        if (!column_type_parse(statement_text(statement, 1), statement_integer(statement, 2),
                               &column.type))
            return error_set(err, STATUS_CORRUPT,
                             "a column of the saved set '%.*s' is of an unknown type",
                             TEXT_FORMAT(set->name));
        ARENA_PUSH(arena, &list, column);
    }
    set->columns = list.items;
    set->columns_count = list.count;
    return STATUS_OK;
}

static Status count_customers(Text bytes, uint64_t *ret_count, Error *err)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    TRY(journal_read_set(bytes, &customers, err));
    *ret_count = customer_set_count(&customers);
    return STATUS_OK;
}

static Status read_set(sqlite3_stmt *row, Arena *arena, SavedSet *ret_set, Error *err)
{
    *ret_set = (SavedSet){.id = (uint32_t)statement_integer(row, 0),
                          .name = arena_text(arena, statement_text(row, 1)),
                          .stream = arena_text(arena, statement_text(row, 2)),
                          .expression = arena_text(arena, statement_text(row, 4)),
                          .condition = arena_text(arena, statement_text(row, 5)),
                          .has_as_of = !statement_is_null(row, 6),
                          .as_of = {(int32_t)statement_integer(row, 6)},
                          .at = {statement_integer(row, 7)},
                          .author = arena_text(arena, statement_text(row, 8)),
                          .rows_count = (uint64_t)statement_integer(row, 9),
                          .has_until = !statement_is_null(row, 11),
                          .until = {(int32_t)statement_integer(row, 11)}};
    if (!origin_of_code(statement_text(row, 3), &ret_set->origin))
        return error_set(err, STATUS_CORRUPT, "the saved set '%.*s' is of an unknown origin",
                         TEXT_FORMAT(ret_set->name));
    return count_customers(statement_blob(row, 10), &ret_set->customers_count, err);
}

Status store_list_saved_sets(Store *store, Arena *arena, SavedSet **ret_sets, size_t *ret_count,
                             Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_sets, &statement, err));
    struct {
        SavedSet *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        SavedSet set;
        TRY(read_set(statement, arena, &set, err));
        TRY(read_columns(store, &set, arena, err));
        ARENA_PUSH(arena, &list, set);
    }
    *ret_sets = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_list_saved_names(Store *store, Arena *arena, SavedName **ret_names, size_t *ret_count,
                              Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_names, &statement, err));
    struct {
        SavedName *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        SavedName name = {(uint32_t)statement_integer(statement, 0),
                          arena_text(arena, statement_text(statement, 1))};
        ARENA_PUSH(arena, &list, name);
    }
    *ret_names = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_read_saved_customers(Store *store, uint32_t id, CustomerSet *ret_customers, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_set_customers, &statement, err));
    statement_bind_integer(statement, 1, id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return no_saved_set(id, err);
    return journal_read_set(statement_blob(statement, 0), ret_customers, err);
}

Status store_read_saved_rows(Store *store, const SavedSet *set, SavedRowQuery query, Arena *arena,
                             SavedRowList *ret_rows, Error *err)
{
    Type *types = ARENA_ARRAY(arena, Type, set->columns_count);
    for (size_t i = 0; i < set->columns_count; i++)
        types[i] = set->columns[i].type;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_rows, &statement, err));
    statement_bind_integer(statement, 1, set->id);
    statement_bind_integer(statement, 2,
                           query.limit > INT64_MAX ? INT64_MAX : (int64_t)query.limit);
    statement_bind_integer(statement, 3, query.skip > INT64_MAX ? INT64_MAX : (int64_t)query.skip);
    struct {
        SavedRow *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        Value *values = ARENA_ARRAY(arena, Value, set->columns_count);
        Text cells = arena_text(arena, statement_blob(statement, 1));
        TRY(packed_values_read(cells, types, set->columns_count, arena, values, err));
        SavedRow row = {{(uint32_t)statement_integer(statement, 0)},
                        values,
                        arena_text(arena, statement_text(statement, 2))};
        ARENA_PUSH(arena, &list, row);
    }
    *ret_rows = (SavedRowList){list.items, list.count};
    return STATUS_OK;
}

Status store_saved_sets_of(Store *store, CustomerId customer, Arena *arena, uint32_t **ret_ids,
                           size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_sets_of, &statement, err));
    statement_bind_integer(statement, 1, customer.value);
    struct {
        uint32_t *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        uint32_t id = (uint32_t)statement_integer(statement, 0);
        ARENA_PUSH(arena, &list, id);
    }
    *ret_ids = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
