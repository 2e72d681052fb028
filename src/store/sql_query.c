/* sql_query.c -- running one SELECT of a user, and nothing else.
 *
 * Three guards, each enough by itself against writing: the authorizer refuses everything but
 * reading the tables of sql_tables.h, the statement must say that it reads only, and there must be
 * one statement. */
#include "store/schema_rows.h"
#include "store/sql_tables.h"

#include <string.h>
#include <strings.h>

enum {
    STEPS_PER_QUESTION = 1 << 16 /* of SQLite's machine, between asking whether to go on */
};

/* ---- what a query may touch ---- */

static bool is_view(const char *name)
{
    return name != NULL && (strcasecmp(name, "customer") == 0 || strcasecmp(name, "item") == 0);
}

/* Tables of the database are read only through our views, and by the virtual tables, whose own
 * statements were prepared without this guard. A table whose rows are only counted comes with an
 * empty column, and without a schema unless the query names one. */
static int authorize_reading(const Store *store, const char *table, const char *column,
                             const char *schema, const char *view)
{
    bool is_allowed;
    if (strcmp(table, SQL_JSON_TABLE) == 0)
        is_allowed = true; /* the members of a list that the query itself gives */
    else if (schema == NULL)
        is_allowed = !sql_tables_is_hidden(store, table);
    else if (strcmp(schema, "temp") == 0)
        is_allowed = strncasecmp(table, "sqlite_", 7) != 0;
    else
        is_allowed = is_view(view) || (is_view(table) && column[0] == '\0');
    return is_allowed ? SQLITE_OK : SQLITE_DENY;
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *schema, const char *view)
{
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_READ: return authorize_reading(context, first, second, schema, view);
    case SQLITE_FUNCTION:
        return strcasecmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default: return SQLITE_DENY;
    }
}

/* ---- preparing ---- */

/* The failure of a query as the user's: what he wrote, what he may not, what was too much. */
static Status query_error(sqlite3 *database, int code, Error *err)
{
    const char *message = sqlite3_errmsg(database);
    switch (code & 0xff) {
    case SQLITE_AUTH:
        return error_set(err, STATUS_DENIED,
                         "only reading with one SELECT is allowed, from customer, item and the "
                         "streams (%s)",
                         message);
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE: return error_set(err, STATUS_INVALID, "%s", message);
    case SQLITE_TOOBIG: return error_set(err, STATUS_LIMIT, "%s", message);
    case SQLITE_CORRUPT: return error_set(err, STATUS_CORRUPT, "%s", message);
    case SQLITE_INTERRUPT: return error_set(err, STATUS_CANCELLED, "the query was cancelled");
    default: return database_error(database, code, err);
    }
}

/* Whether nothing but white space, comments and semicolons follows. */
static bool is_rest_empty(sqlite3 *database, const char *rest, const char *end)
{
    while (rest < end) {
        sqlite3_stmt *statement = NULL;
        const char *next = NULL;
        int code = sqlite3_prepare_v2(database, rest, (int)(end - rest), &statement, &next);
        bool is_empty = code == SQLITE_OK && statement == NULL;
        sqlite3_finalize(statement);
        if (!is_empty) return false;
        if (next <= rest) break;
        rest = next;
    }
    return true;
}

static Status check_statement(sqlite3 *database, sqlite3_stmt *statement, Text sql,
                              const char *rest, Error *err)
{
    if (statement == NULL) return error_set(err, STATUS_INVALID, "the query is empty");
    if (!is_rest_empty(database, rest, sql.data + sql.size))
        return error_set(err, STATUS_DENIED, "only one statement is allowed");
    if (!sqlite3_stmt_readonly(statement) || sqlite3_stmt_isexplain(statement) ||
        sqlite3_column_count(statement) == 0)
        return error_set(err, STATUS_DENIED, "only a SELECT is allowed");
    return STATUS_OK;
}

static Status prepare_query(Store *store, Text sql, sqlite3_stmt **ret_statement, Error *err)
{
    sqlite3 *database = store->database;
    const char *rest = NULL;
    if (sql.size > (size_t)sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, -1))
        return error_set(err, STATUS_LIMIT, "the query is too long");
    sqlite3_set_authorizer(database, authorize, store);
    int code = sqlite3_prepare_v2(database, sql.data != NULL ? sql.data : "", (int)sql.size,
                                  ret_statement, &rest);
    Status status = code == SQLITE_OK ? check_statement(database, *ret_statement, sql, rest, err)
                                      : query_error(database, code, err);
    sqlite3_set_authorizer(database, NULL, NULL);
    return status;
}

static void bind_value(sqlite3_stmt *statement, int parameter, Value value)
{
    switch (value.kind) {
    case VALUE_MISSING: statement_bind_null(statement, parameter); return;
    case VALUE_BOOL: statement_bind_integer(statement, parameter, value.as.boolean); return;
    case VALUE_DECIMAL: statement_bind_integer(statement, parameter, value.as.decimal); return;
    case VALUE_RATIO: sqlite3_bind_double(statement, parameter, value.as.ratio); return;
    case VALUE_DATE: statement_bind_integer(statement, parameter, value.as.date.day); return;
    case VALUE_MOMENT: statement_bind_integer(statement, parameter, value.as.moment.second); return;
    case VALUE_TEXT: statement_bind_text(statement, parameter, value.as.text); return;
    case VALUE_ITEM: statement_bind_integer(statement, parameter, value.as.item->id); return;
    case VALUE_SET: break; /* no parameter holds several values */
    }
    ASSERT(false);
}

static Status bind_parameters(sqlite3_stmt *statement, const Value *parameters, size_t count,
                              Error *err)
{
    int wanted = sqlite3_bind_parameter_count(statement);
    if ((size_t)wanted != count)
        return error_set(err, STATUS_INVALID, "the query has %d parameters, %zu were given", wanted,
                         count);
    for (size_t i = 0; i < count; i++)
        bind_value(statement, (int)i + 1, parameters[i]);
    return STATUS_OK;
}

/* ---- running ---- */

static Value column_value(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return value_decimal(statement_integer(statement, column));
    case SQLITE_FLOAT: return value_ratio(sqlite3_column_double(statement, column));
    case SQLITE_NULL: return value_missing();
    default: /* an empty text is a text here */
        return (Value){.kind = VALUE_TEXT, .as.text = statement_text(statement, column)};
    }
}

/* ---- types of columns ---- */

/* SQLite tells of a column of a UNION where it comes from in the first SELECT only. */
static bool has_word(Text sql, Text word)
{
    for (size_t i = 0; i + word.size <= sql.size; i++)
        if (text_equal_ascii_case(text_slice(sql, i, i + word.size), word)) return true;
    return false;
}

static bool is_compound(Text sql)
{
    return has_word(sql, TEXT("union")) || has_word(sql, TEXT("except")) ||
           has_word(sql, TEXT("intersect"));
}

/* What our view makes of a property, back to the property. */
static Type customer_column_type(const Schema *schema, Text name)
{
    char column[COLUMN_NAME_MAX];
    for (size_t i = 0; i < schema->properties_count; i++)
        if (text_equal(name, text_of(property_column(&schema->properties[i], column))))
            return property_value_type(&schema->properties[i]);
    return (Type){0};
}

static Type stream_column_type(const Stream *stream, Text name)
{
    if (text_equal(name, TEXT("at"))) return (Type){.kind = TYPE_MOMENT};
    if (text_equal(name, TEXT("day"))) return (Type){.kind = TYPE_DATE};
    for (size_t i = 0; i < stream->fields_count; i++)
        if (text_equal(name, stream->fields[i].name)) return field_value_type(&stream->fields[i]);
    return (Type){0};
}

static Type column_type(const Schema *schema, sqlite3_stmt *statement, int column)
{
    const char *database = sqlite3_column_database_name(statement, column);
    if (database == NULL) return (Type){0};
    Text table = text_of(sqlite3_column_table_name(statement, column));
    Text name = text_of(sqlite3_column_origin_name(statement, column));
    if (strcmp(database, "temp") == 0) {
        const Stream *stream = schema_find_stream(schema, table);
        return stream == NULL ? (Type){0} : stream_column_type(stream, name);
    }
    if (text_equal(table, TEXT("customer"))) return customer_column_type(schema, name);
    bool is_money = text_equal(table, TEXT("item")) &&
                    (text_equal(name, TEXT("price")) || text_equal(name, TEXT("cost")));
    return is_money ? (Type){.kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true}
                    : (Type){0};
}

Value sql_column_value(Value stored, Type type)
{
    if (stored.kind != VALUE_DECIMAL) return stored;
    int64_t number = stored.as.decimal;
    switch (type.kind) {
    case TYPE_BOOL: return value_bool(number != 0);
    case TYPE_DATE: return value_date((Date){(int32_t)number});
    case TYPE_MOMENT: return value_moment((Moment){number});
    case TYPE_NONE:
    case TYPE_DECIMAL:
    case TYPE_RATIO:
    case TYPE_TEXT:
    case TYPE_HIERARCHY:
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET:
    case TYPE_ITEM:
    case TYPE_KIND_COUNT: break;
    }
    return stored;
}

static Status tell_heading(const Store *store, sqlite3_stmt *statement, const SqlReceiver *receiver,
                           Arena *arena, Error *err)
{
    if (receiver->heading == NULL) return STATUS_OK;
    int count = sqlite3_column_count(statement);
    bool is_typed = !is_compound(text_of(sqlite3_sql(statement)));
    SqlColumn *columns = ARENA_ARRAY(arena, SqlColumn, (size_t)count);
    for (int i = 0; i < count; i++) {
        columns[i].name = text_of(sqlite3_column_name(statement, i));
        if (is_typed) columns[i].type = column_type(store->schema, statement, i);
    }
    return receiver->heading(receiver->context, columns, (size_t)count, err);
}

static int ask_whether_to_go_on(void *progress)
{
    Error ignored;
    return progress_report(progress, "running the query", 0, 0, &ignored) != STATUS_OK;
}

static Status run_query(Store *store, sqlite3_stmt *statement, const SqlReceiver *receiver,
                        Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(tell_heading(store, statement, receiver, arena, err));
    int count = sqlite3_column_count(statement);
    Value *values = ARENA_ARRAY(arena, Value, (size_t)count);
    for (int code; (code = sqlite3_step(statement)) != SQLITE_DONE;) {
        if (code != SQLITE_ROW) return query_error(store->database, code, err);
        for (int i = 0; i < count; i++)
            values[i] = column_value(statement, i);
        TRY(receiver->row(receiver->context, values, (size_t)count, err));
    }
    return STATUS_OK;
}

static Status query(Store *store, Text sql, const Value *parameters, size_t parameters_count,
                    const SqlReceiver *receiver, Error *err)
{
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    TRY(sql_tables_prepare(store, err));
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(prepare_query(store, sql, &statement, err));
    TRY(bind_parameters(statement, parameters, parameters_count, err));
    if (receiver->progress != NULL)
        sqlite3_progress_handler(store->database, STEPS_PER_QUESTION, ask_whether_to_go_on,
                                 (void *)(uintptr_t)receiver->progress);
    Status status = run_query(store, statement, receiver, err);
    sqlite3_progress_handler(store->database, 0, NULL, NULL);
    return status;
}

Status store_query(Store *store, Text sql, const Value *parameters, size_t parameters_count,
                   const SqlReceiver *receiver, Error *err)
{
    bool is_own_snapshot = !store->is_reading;
    if (is_own_snapshot) TRY(store_read_begin(store, err));
    Status status = query(store, sql, parameters, parameters_count, receiver, err);
    if (is_own_snapshot) store_read_end(store);
    return status;
}
