/* sql_tables.c -- what SQL sees: views of customers and items, a virtual table per stream. */
#include "store/sql_tables.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "store/event_codec.h"
#include "store/pack_rows.h"
#include "store/schema_rows.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Columns before the fields. */
enum { COLUMN_CUSTOMER, COLUMN_SEQUENCE, COLUMN_AT, COLUMN_DAY, COLUMN_FIRST_FIELD };

/* What xBestIndex tells xFilter. */
enum { PLAN_ALL, PLAN_ONE_CUSTOMER };

typedef struct {
    sqlite3_vtab base; /* first: SQLite knows only this */
    Store *store;
    const Stream *stream;
} StreamTable;

typedef struct {
    sqlite3_vtab_cursor base; /* first */
    Arena *arena;             /* of the codec */
    EventCodec *codec;
    PackRows packs;
    bool is_open; /* the packs are */
    PackReader reader;
    PackedEvent event;
    CustomerId customer;
    int64_t sequence;
    bool is_at_end;
    bool is_decoded; /* the codec's content is this event's */
} StreamCursor;

/* ---- tables ---- */

static void add_quoted(Buffer *sql, Text name)
{
    buffer_char(sql, '"');
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '"') buffer_char(sql, '"');
        buffer_char(sql, name.data[i]);
    }
    buffer_char(sql, '"');
}

static const Stream *stream_with_id(const Schema *schema, uint32_t id)
{
    for (size_t i = 0; i < schema->streams_count; i++)
        if (schema->streams[i].id == id) return &schema->streams[i];
    return NULL;
}

/* The fourth argument is the stream's id, as make_tables wrote it. */
static const Stream *stream_of_arguments(const Store *store, int count,
                                         const char *const *arguments)
{
    int64_t id;
    int scale;
    if (count < 4 || !decimal_parse(text_of(arguments[3]), &id, &scale)) return NULL;
    return stream_with_id(store->schema, (uint32_t)id);
}

static int connect_table(sqlite3 *database, void *module, int argument_count,
                         const char *const *arguments, sqlite3_vtab **ret_table, char **ret_message)
{
    (void)ret_message;
    Store *store = module;
    const Stream *stream = stream_of_arguments(store, argument_count, arguments);
    if (stream == NULL) return SQLITE_ERROR;
    AUTO(buffer_done) Buffer sql = {0};
    buffer_cstr(&sql, "CREATE TABLE x(customer_id INTEGER, seq INTEGER, at INTEGER, day INTEGER");
    for (size_t i = 0; i < stream->fields_count; i++) {
        buffer_cstr(&sql, ", ");
        add_quoted(&sql, stream->fields[i].name);
    }
    buffer_cstr(&sql, ")");
    int code = sqlite3_declare_vtab(database, sql.data);
    if (code != SQLITE_OK) return code;
    StreamTable *table = MEMORY_NEW(StreamTable);
    table->store = store;
    table->stream = stream;
    *ret_table = &table->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

static bool is_in_order(const sqlite3_index_info *info)
{
    for (int i = 0; i < info->nOrderBy; i++)
        if (info->aOrderBy[i].iColumn != i || info->aOrderBy[i].desc) return false;
    return info->nOrderBy <= COLUMN_SEQUENCE + 1;
}

static int choose_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->idxNum = PLAN_ALL;
    info->estimatedCost = 1e7;
    info->estimatedRows = 1000000;
    info->orderByConsumed = is_in_order(info);
    for (int i = 0; i < info->nConstraint; i++) {
        if (!info->aConstraint[i].usable || info->aConstraint[i].iColumn != COLUMN_CUSTOMER ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        info->idxNum = PLAN_ONE_CUSTOMER;
        info->aConstraintUsage[i].argvIndex = 1;
        info->estimatedCost = 10;
        info->estimatedRows = 10;
        break;
    }
    return SQLITE_OK;
}

/* ---- cursors ---- */

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
    StreamCursor *cursor = MEMORY_NEW(StreamCursor);
    cursor->arena = arena_new();
    cursor->codec = event_codec_new(((StreamTable *)table)->stream, cursor->arena);
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    StreamCursor *cursor = (StreamCursor *)base;
    pack_rows_done(&cursor->packs);
    arena_free(cursor->arena);
    free(cursor);
    return SQLITE_OK;
}

static int tell_damage(const StreamCursor *cursor)
{
    sqlite3_vtab *table = cursor->base.pVtab;
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("the events of customer number %u are damaged; restore a "
                                     "backup",
                                     cursor->customer.value);
    return SQLITE_CORRUPT_VTAB;
}

/* What SQLite said when reading packs failed. */
static int code_of_failure(const StreamCursor *cursor)
{
    const StreamTable *table = (const StreamTable *)cursor->base.pVtab;
    int code = sqlite3_extended_errcode(table->store->database);
    return code == SQLITE_OK ? SQLITE_ERROR : code;
}

/* Begin the pack on which `packs` stands, if there is one. */
static int begin_pack(StreamCursor *cursor)
{
    cursor->is_at_end = !cursor->packs.has_row;
    if (cursor->is_at_end) return SQLITE_OK;
    CustomerId customer = pack_customer(cursor->packs.row.id);
    if (customer.value != cursor->customer.value) cursor->sequence = -1;
    cursor->customer = customer;
    return pack_open(&cursor->reader, cursor->packs.row.payload) ? SQLITE_OK : tell_damage(cursor);
}

static int next_pack(StreamCursor *cursor)
{
    Error ignored;
    Status status = pack_rows_step(&cursor->packs, &ignored);
    return status == STATUS_OK ? begin_pack(cursor) : code_of_failure(cursor);
}

static int next_event(sqlite3_vtab_cursor *base)
{
    StreamCursor *cursor = (StreamCursor *)base;
    cursor->is_decoded = false;
    while (!cursor->is_at_end) {
        PackStep step = pack_next(&cursor->reader, &cursor->event);
        if (step == PACK_EVENT) {
            cursor->sequence++;
            return SQLITE_OK;
        }
        if (step == PACK_DAMAGED) return tell_damage(cursor);
        int code = next_pack(cursor);
        if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

static Status open_packs(StreamCursor *cursor, const StreamTable *table, Error *err)
{
    if (cursor->is_open) return STATUS_OK;
    TRY(pack_rows_open(table->store, table->stream->id, &cursor->packs, err));
    cursor->is_open = true;
    return STATUS_OK;
}

/* Those of everybody, or of one customer; a value that is no id finds nobody. */
static Status seek(StreamCursor *cursor, const StreamTable *table, sqlite3_value *one, Error *err)
{
    CustomerId first = {0}, last = {UINT32_MAX};
    TRY(open_packs(cursor, table, err));
    if (one != NULL) {
        int64_t id = sqlite3_value_int64(one);
        bool is_id = sqlite3_value_numeric_type(one) == SQLITE_INTEGER && id > 0 && id <= INT32_MAX;
        first.value = is_id ? (uint32_t)id : 1;
        last.value = is_id ? (uint32_t)id : 0;
    }
    return pack_rows_seek(&cursor->packs, first, last, err);
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *text, int count,
                  sqlite3_value **values)
{
    (void)text, (void)count;
    StreamCursor *cursor = (StreamCursor *)base;
    const StreamTable *table = (const StreamTable *)base->pVtab;
    Error ignored;
    cursor->customer.value = 0;
    if (seek(cursor, table, plan == PLAN_ONE_CUSTOMER ? values[0] : NULL, &ignored) != STATUS_OK)
        return code_of_failure(cursor);
    int code = begin_pack(cursor);
    return code == SQLITE_OK ? next_event(base) : code;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    return ((StreamCursor *)base)->is_at_end;
}

static int give_row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_row_id)
{
    const StreamCursor *cursor = (const StreamCursor *)base;
    *ret_row_id = ((int64_t)cursor->customer.value << 32) + cursor->sequence;
    return SQLITE_OK;
}

/* ---- values ---- */

static int give_text(sqlite3_context *context, Text text, sqlite3_destructor_type lifetime)
{
    if (text.data == NULL) return SQLITE_CORRUPT_VTAB;
    sqlite3_result_text64(context, text.data, text.size, lifetime, SQLITE_UTF8);
    return SQLITE_OK;
}

static int give_field(StreamCursor *cursor, sqlite3_context *context, size_t slot)
{
    if (!cursor->is_decoded && !event_codec_decode(cursor->codec, cursor->event.content))
        return tell_damage(cursor);
    cursor->is_decoded = true;
    const PackedValue *value = &cursor->codec->content.values[slot];
    const Store *store = ((const StreamTable *)cursor->base.pVtab)->store;
    if (!value->is_present) return SQLITE_OK;
    int code = SQLITE_OK;
    if (cursor->codec->shape.forms[slot] == FORM_INLINE)
        code = give_text(context, value->text, SQLITE_TRANSIENT);
    else if (field_is_in_dictionary(&cursor->codec->stream->fields[slot]))
        code = give_text(context, texts_get(store->texts, (uint64_t)value->number), SQLITE_STATIC);
    else
        sqlite3_result_int64(context, value->number);
    return code == SQLITE_OK ? code : tell_damage(cursor);
}

static int give_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    StreamCursor *cursor = (StreamCursor *)base;
    switch (column) {
    case COLUMN_CUSTOMER: sqlite3_result_int64(context, cursor->customer.value); return SQLITE_OK;
    case COLUMN_SEQUENCE: sqlite3_result_int64(context, cursor->sequence); return SQLITE_OK;
    case COLUMN_AT: sqlite3_result_int64(context, cursor->event.at.second); return SQLITE_OK;
    case COLUMN_DAY:
        sqlite3_result_int(context, moment_date(cursor->event.at).day);
        return SQLITE_OK;
    default: return give_field(cursor, context, (size_t)(column - COLUMN_FIRST_FIELD));
    }
}

static const sqlite3_module stream_module = {
    .iVersion = 1,
    .xCreate = connect_table,
    .xConnect = connect_table,
    .xBestIndex = choose_plan,
    .xDisconnect = disconnect_table,
    .xDestroy = disconnect_table,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next_event,
    .xEof = is_at_end,
    .xColumn = give_column,
    .xRowid = give_row_id,
};

/* ---- making ----
 *
 * Everything is temporary, that is, of this connection alone. Names of temporary tables go before
 * those of the database, so neither hides from the other: a stream may be called what a table of
 * ours is called. */

static const char module_name[] = "stream_of_events";

static void add_stream(Buffer *sql, const Stream *stream)
{
    buffer_cstr(sql, "DROP TABLE IF EXISTS temp.");
    add_quoted(sql, stream->name);
    buffer_cstr(sql, ";\nCREATE VIRTUAL TABLE temp.");
    add_quoted(sql, stream->name);
    buffer_printf(sql, " USING %s(%u);\n", module_name, stream->id);
}

static void add_views(Buffer *sql, const Schema *schema)
{
    buffer_cstr(sql, "DROP VIEW IF EXISTS temp.item;\n"
                     "CREATE TEMP VIEW item AS SELECT id, code, name, group_path, brand, price, "
                     "cost FROM main.item;\n"
                     "DROP VIEW IF EXISTS temp.customer;\n"
                     "CREATE TEMP VIEW customer AS SELECT id");
    for (size_t i = 0; i < schema->properties_count; i++) {
        char column[COLUMN_NAME_MAX];
        buffer_printf(sql, ", %s AS ", property_column(&schema->properties[i], column));
        add_quoted(sql, schema->properties[i].name);
    }
    buffer_cstr(sql, " FROM main.customer;\n");
}

/* Names of the tables of the database. */
struct SqlTables {
    Arena *arena;
    Text *items;
    size_t count, capacity;
};

static const char select_tables[] = "SELECT name FROM main.sqlite_schema WHERE type = 'table'";

static Status list_tables(Store *store, SqlTables *tables, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_tables, &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        ARENA_PUSH(tables->arena, tables, arena_text(tables->arena, statement_text(statement, 0)));
    }
}

static Status make_tables(Store *store, Error *err)
{
    int code = sqlite3_create_module_v2(store->database, module_name, &stream_module, store, NULL);
    if (code != SQLITE_OK) return database_error(store->database, code, err);
    AUTO(buffer_done) Buffer sql = {0};
    add_views(&sql, store->schema);
    for (size_t i = 0; i < store->schema->streams_count; i++)
        add_stream(&sql, &store->schema->streams[i]);
    /* SQLite makes it at its first use, which the guard of queries would not let happen */
    buffer_cstr(&sql, "SELECT value FROM " SQL_JSON_TABLE "('[]');");
    TRY(database_run(store->database, sql.data, err));
    return list_tables(store, store->sql_tables, err);
}

Status sql_tables_prepare(Store *store, Error *err)
{
    if (store->sql_tables != NULL) return STATUS_OK;
    store->sql_tables = MEMORY_NEW(SqlTables);
    store->sql_tables->arena = arena_new();
    Status status = make_tables(store, err);
    if (status != STATUS_OK) sql_tables_forget(store);
    return status;
}

void sql_tables_forget(Store *store)
{
    if (store->sql_tables == NULL) return;
    arena_free(store->sql_tables->arena);
    free(store->sql_tables);
    store->sql_tables = NULL;
}

bool sql_tables_is_hidden(const Store *store, const char *name)
{
    if (strcmp(name, "customer") == 0 || strcmp(name, "item") == 0) return false;
    if (schema_find_stream(store->schema, text_of(name)) != NULL) return false;
    if (strncasecmp(name, "sqlite_", 7) == 0) return true;
    for (size_t i = 0; i < store->sql_tables->count; i++)
        if (text_equal_ascii_case(store->sql_tables->items[i], text_of(name))) return true;
    return false;
}
