/* tables.c -- a population as plain tables of an SQLite database in memory. */
#include "eval/tables.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "eval/sql_functions.h"
#include "store/sql_functions.h"

#include <stdlib.h>
#include <string.h>

enum { STATEMENTS_KEPT = 8 };

typedef struct {
    Text sql; /* owned by the heap */
    sqlite3_stmt *statement;
    uint64_t last_use;
} Prepared;

struct Tables {
    Arena *arena; /* of its functions */
    sqlite3 *database;
    Prepared kept[STATEMENTS_KEPT];
    uint64_t uses;
};

/* ---- making them ---- */

static void run(Tables *tables, const Buffer *sql)
{
    Error err;
    if (database_run(tables->database, sql->data, &err) != STATUS_OK)
        assert_failed(err.message, __FILE__, __LINE__, sql->data);
}

static void add_name(Buffer *sql, Text name)
{
    buffer_char(sql, '"');
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '"') buffer_char(sql, '"');
        buffer_char(sql, name.data[i]);
    }
    buffer_char(sql, '"');
}

static void create_tables(Tables *tables, const Schema *schema)
{
    AUTO(buffer_done) Buffer sql = {0};
    buffer_cstr(&sql, "CREATE TABLE customer (id INTEGER PRIMARY KEY");
    for (size_t i = 0; i < schema->properties_count; i++) {
        buffer_cstr(&sql, ", ");
        add_name(&sql, schema->properties[i].name);
    }
    buffer_cstr(&sql, "); CREATE TABLE item (id INTEGER PRIMARY KEY, code, name, group_path,"
                      " brand, price, cost);");
    for (size_t s = 0; s < schema->streams_count; s++) {
        const Stream *stream = &schema->streams[s];
        buffer_cstr(&sql, "CREATE TABLE ");
        add_name(&sql, stream->name);
        buffer_cstr(&sql, " (customer_id, seq, at, day");
        for (size_t f = 0; f < stream->fields_count; f++) {
            buffer_cstr(&sql, ", ");
            add_name(&sql, stream->fields[f].name);
        }
        buffer_printf(&sql, "); CREATE INDEX events_%zu ON ", s);
        add_name(&sql, stream->name);
        buffer_cstr(&sql, " (customer_id, at, seq);");
    }
    run(tables, &sql);
}

static void bind(sqlite3_stmt *statement, int parameter, Value value, Arena *arena)
{
    switch (value.kind) {
    case VALUE_MISSING: statement_bind_null(statement, parameter); return;
    case VALUE_BOOL: statement_bind_integer(statement, parameter, value.as.boolean); return;
    case VALUE_DECIMAL: statement_bind_integer(statement, parameter, value.as.decimal); return;
    case VALUE_RATIO: sqlite3_bind_double(statement, parameter, value.as.ratio); return;
    case VALUE_DATE: statement_bind_integer(statement, parameter, value.as.date.day); return;
    case VALUE_MOMENT: statement_bind_integer(statement, parameter, value.as.moment.second); return;
    case VALUE_TEXT: statement_bind_text(statement, parameter, value.as.text); return;
    case VALUE_SET:
        statement_bind_text(statement, parameter,
                            value_print(value, (Type){.kind = TYPE_TEXT_SET}, arena));
        return;
    case VALUE_ITEM: statement_bind_integer(statement, parameter, value.as.item->id); return;
    }
    ASSERT(false);
}

static sqlite3_stmt *insert_into(Tables *tables, Text table, size_t columns_count)
{
    AUTO(buffer_done) Buffer sql = {0};
    buffer_cstr(&sql, "INSERT INTO ");
    add_name(&sql, table);
    buffer_cstr(&sql, " VALUES (?");
    for (size_t i = 1; i < columns_count; i++)
        buffer_cstr(&sql, ", ?");
    buffer_cstr(&sql, ")");
    Error err;
    sqlite3_stmt *statement;
    if (statement_prepare(tables->database, buffer_view(&sql), &statement, &err) != STATUS_OK)
        assert_failed(err.message, __FILE__, __LINE__, sql.data);
    return statement;
}

static void insert(sqlite3_stmt *statement, const Value *values, size_t count, Arena *arena)
{
    Error err;
    for (size_t i = 0; i < count; i++)
        bind(statement, (int)i + 1, values[i], arena);
    if (statement_run(statement, &err) != STATUS_OK)
        assert_failed(err.message, __FILE__, __LINE__, __func__);
}

static void fill_items(Tables *tables, const Population *population, Arena *arena)
{
    enum { COLUMNS = 7 };
    AUTO(statement_done) sqlite3_stmt *statement = insert_into(tables, TEXT("item"), COLUMNS);
    for (size_t i = 0; i < population->items.count; i++) {
        const Item *item = population->items.items[i];
        Value values[COLUMNS] = {value_decimal(item->id),
                                 value_text(item->code),
                                 value_text(item->name),
                                 value_text(item->group),
                                 value_text(item->brand),
                                 item->price,
                                 item->cost};
        insert(statement, values, COLUMNS, arena);
    }
}

static void fill_customers(Tables *tables, const Population *population, Arena *arena)
{
    size_t count = population->schema->properties_count;
    AUTO(statement_done)
    sqlite3_stmt *statement = insert_into(tables, TEXT("customer"), count + 1);
    Value *values = ARENA_ARRAY(arena, Value, count + 1);
    for (size_t i = 0; i < population->people.count; i++) {
        values[0] = value_decimal((int64_t)i + 1);
        memcpy(values + 1, population->people.items[i].values, count * sizeof *values);
        insert(statement, values, count + 1, arena);
    }
}

static void fill_stream(Tables *tables, const Population *population, size_t s, Arena *arena)
{
    enum { OWN = 4 };
    const Stream *stream = &population->schema->streams[s];
    size_t count = OWN + stream->fields_count;
    AUTO(statement_done) sqlite3_stmt *statement = insert_into(tables, stream->name, count);
    Value *values = ARENA_ARRAY(arena, Value, count);
    for (size_t i = 0; i < population->people.count; i++) {
        const EventRows *rows = &population->people.items[i].events[s];
        for (size_t e = 0; e < rows->count; e++) {
            const EventRow *event = &rows->items[e];
            values[0] = value_decimal((int64_t)i + 1);
            values[1] = value_decimal((int64_t)event->sequence);
            values[2] = value_moment(event->at);
            values[3] = value_date(moment_date(event->at));
            memcpy(values + OWN, event->values, stream->fields_count * sizeof *values);
            insert(statement, values, count, arena);
        }
    }
}

static void add_functions(Tables *tables, const Population *population, Arena *arena)
{
    Error err;
    size_t count;
    const QueryFunction *functions =
        sql_functions_of(population_lookups(population), arena, &count);
    if (sql_functions_register(tables->database, &err) != STATUS_OK ||
        query_functions_register(tables->database, functions, count, tables->arena, &err) !=
            STATUS_OK)
        assert_failed(err.message, __FILE__, __LINE__, __func__);
}

Tables *tables_open(const Population *population)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Tables *tables = MEMORY_NEW(Tables);
    tables->arena = arena_new();
    int code = sqlite3_open(":memory:", &tables->database);
    ASSERT(code == SQLITE_OK);
    add_functions(tables, population, arena);
    create_tables(tables, population->schema);
    fill_items(tables, population, arena);
    fill_customers(tables, population, arena);
    for (size_t s = 0; s < population->schema->streams_count; s++)
        fill_stream(tables, population, s, arena);
    return tables;
}

static void forget(Prepared *prepared)
{
    statement_done(&prepared->statement);
    free((void *)(uintptr_t)prepared->sql.data);
    *prepared = (Prepared){0};
}

void tables_close(Tables *tables)
{
    if (tables == NULL) return;
    for (size_t i = 0; i < STATEMENTS_KEPT; i++)
        if (tables->kept[i].statement != NULL) forget(&tables->kept[i]);
    database_close(tables->database);
    arena_free(tables->arena);
    free(tables);
}

void tables_done(Tables **tables)
{
    tables_close(*tables);
    *tables = NULL;
}

/* ---- running ---- */

static Status prepare(Tables *tables, Text sql, sqlite3_stmt **ret_statement, Error *err)
{
    Prepared *oldest = &tables->kept[0];
    for (size_t i = 0; i < STATEMENTS_KEPT; i++) {
        Prepared *prepared = &tables->kept[i];
        if (prepared->statement != NULL && text_equal(prepared->sql, sql)) {
            prepared->last_use = ++tables->uses;
            *ret_statement = prepared->statement;
            return STATUS_OK;
        }
        if (prepared->last_use < oldest->last_use) oldest = prepared;
    }
    if (oldest->statement != NULL) forget(oldest);
    TRY(statement_prepare(tables->database, sql, &oldest->statement, err));
    char *copy = memory_alloc(sql.size + 1);
    memcpy(copy, sql.data, sql.size);
    oldest->sql = (Text){copy, sql.size};
    oldest->last_use = ++tables->uses;
    *ret_statement = oldest->statement;
    return STATUS_OK;
}

static Value column_value(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return value_decimal(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: return value_ratio(sqlite3_column_double(statement, column));
    case SQLITE_NULL: return value_missing();
    default: break;
    }
    return (Value){.kind = VALUE_TEXT, .as.text = statement_text(statement, column)};
}

static Status step_through(sqlite3_stmt *statement, const SqlReceiver *receiver, Error *err)
{
    enum { COLUMNS_MAX = 256 };
    Value values[COLUMNS_MAX];
    int count = sqlite3_column_count(statement);
    ASSERT(count <= COLUMNS_MAX);
    for (;;) {
        bool has_row;
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        for (int i = 0; i < count; i++)
            values[i] = column_value(statement, i);
        TRY(receiver->row(receiver->context, values, (size_t)count, err));
    }
}

static Status query(void *context, Text sql, const Value *parameters, size_t parameters_count,
                    const SqlReceiver *receiver, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(prepare(context, sql, &statement, err));
    for (size_t i = 0; i < parameters_count; i++)
        bind(statement, (int)i + 1, parameters[i], arena);
    return step_through(statement, receiver, err);
}

SqlRunner tables_runner(Tables *tables)
{
    return (SqlRunner){.context = tables, .query = query};
}
