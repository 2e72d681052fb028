/* customers.c -- rows of customers: writing, finding, listing. */
#include "store/customers.h"

#include "base/buffer.h"
#include "base/fold.h"
#include "base/memory.h"
#include "model/built_in.h"
#include "store/change_log.h"
#include "store/lists.h"
#include "store/merge_parts.h"
#include "store/schema_rows.h"
#include "store/value_days.h"

#include <stdlib.h>
#include <string.h>

static const char select_next_id[] =
    "SELECT max(ifnull((SELECT max(id) FROM main.customer), 0), ifnull((SELECT CAST(value AS "
    "INTEGER) "
    "FROM main.setting WHERE name = '" SETTING_CUSTOMER_ID_TAKEN "'), 0)) + 1";
static const char insert_code[] =
    "INSERT INTO main.customer (id, code, search) VALUES (?1, ?2, ?3)";
static const char select_id[] = "SELECT id FROM main.customer WHERE code = ?1";
static const char select_codes[] = "SELECT code FROM main.customer";
static const char select_page[] =
    "SELECT id, code, name, kind FROM main.customer INDEXED BY customer_by_search "
    "WHERE code > ?1 AND instr(search, ?2) > 0 ORDER BY code LIMIT ?3";

/* Who was merged into another is still told by his code where the past has him. */
static const char select_summary[] =
    "SELECT id, code, name, kind FROM main.customer WHERE id = ?1 "
    "UNION ALL SELECT from_id, from_code, NULL, NULL FROM main.customer_merge WHERE from_id = ?1";

/* Statements for one set of given columns, kept while the caller goes on giving the same. */
struct CustomerStatements {
    Arena *arena;
    size_t *slots; /* what is written besides the code */
    size_t slots_count;
    CellShape *shapes; /* one per slot to write */
    size_t *notes;     /* by slot to write: where the day of its value is noted */
    bool *is_changed;  /* by slot to write, of the customer before */
    size_t code_note;
    bool has_name;
    bool expects_new;     /* the customer before was new: try to insert first */
    sqlite3_stmt *select; /* ?1 code: id, then the slots */
    sqlite3_stmt *insert; /* ?1 id, ?2 code, ?3 search, then the slots; nothing for a known code */
    sqlite3_stmt *update; /* ?1 id, ?2 search, then the slots */
};

/* ---- ids and codes ---- */

static Status read_next_id(Store *store, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_next_id, &statement, err));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    int64_t id = statement_integer(statement, 0);
    if (id < 1 || id > CUSTOMER_ID_MAX)
        return error_set(err, STATUS_LIMIT, "there are too many customers");
    store->next_customer = (uint32_t)id;
    return STATUS_OK;
}

/* Nobody else writes while this store is open for writing, so the number is read but once. */
Status customer_next_id(Store *store, CustomerId *ret_id, Error *err)
{
    if (store->next_customer == 0) TRY(read_next_id(store, err));
    if (store->next_customer > CUSTOMER_ID_MAX)
        return error_set(err, STATUS_LIMIT, "there are too many customers");
    ret_id->value = store->next_customer;
    return STATUS_OK;
}

static void take_id(Store *store, CustomerId id)
{
    if (store->next_customer != 0 && id.value >= store->next_customer)
        store->next_customer = id.value + 1;
}

Status customer_insert_code(Store *store, CustomerId id, Text code, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    change_log_note(store, id);
    TRY(store_statement(store, insert_code, &statement, err));
    arena_reset(store->row_arena);
    statement_bind_integer(statement, 1, id.value);
    statement_bind_text(statement, 2, code);
    statement_bind_text(statement, 3, search_text(code, (Text){0}, store->row_arena));
    TRY(statement_run(statement, err));
    take_id(store, id);
    return STATUS_OK;
}

Status customer_find(Store *store, Text code, CustomerId *ret_id, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_id, &statement, err));
    statement_bind_text(statement, 1, code);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    ret_id->value = has_row ? (uint32_t)statement_integer(statement, 0) : 0;
    return has_row ? STATUS_OK : merge_find_code(store, code, ret_id, err);
}

Status store_find_customer(Store *store, Text code, CustomerId *ret_id, Error *err)
{
    return customer_find(store, code, ret_id, err);
}

Status customer_get(Store *store, Text code, CustomerId *ret_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text own, near;
    TRY(code_of_text("customer", code, arena, &own, err));
    TRY(customer_find(store, own, ret_id, err));
    if (ret_id->value != 0) return STATUS_OK;
    TRY(nearest_code(store, select_codes, own, arena, &near, err));
    if (near.size == 0)
        return error_set(err, STATUS_NOT_FOUND, "there is no customer '%.*s'", TEXT_FORMAT(own));
    return error_set(err, STATUS_NOT_FOUND, "there is no customer '%.*s'; did you mean '%.*s'?",
                     TEXT_FORMAT(own), TEXT_FORMAT(near));
}

Status store_get_customer(Store *store, Text code, CustomerId *ret_id, Error *err)
{
    return customer_get(store, code, ret_id, err);
}

/* ---- reading ---- */

Text customer_columns(const Schema *schema, Arena *arena)
{
    AUTO(buffer_done) Buffer sql = {0};
    buffer_cstr(&sql, "id");
    for (size_t i = 0; i < schema->properties_count; i++) {
        char column[COLUMN_NAME_MAX];
        buffer_printf(&sql, ", %s", property_column(&schema->properties[i], column));
    }
    return arena_text(arena, buffer_view(&sql));
}

Cell customer_cell(sqlite3_stmt *row, int column)
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
        return (Cell){.kind = CELL_INTEGER, .integer = statement_integer(row, column)};
    case SQLITE_TEXT: return (Cell){.kind = CELL_TEXT, .text = statement_text(row, column)};
    default: return (Cell){.kind = CELL_NULL};
    }
}

const Value *customer_values(const Schema *schema, sqlite3_stmt *row, Arena *arena)
{
    Value *values = ARENA_ARRAY(arena, Value, schema->properties_count);
    for (size_t i = 0; i < schema->properties_count; i++) {
        Cell cell = customer_cell(row, (int)i + 1);
        /* a damaged directory may hold a text where a number belongs; check tells about it */
        if (cell.kind != CELL_NULL &&
            (cell.kind == CELL_TEXT) != cell_type_is_text(schema->properties[i].type))
            continue;
        if (cell.kind == CELL_TEXT) cell.text = arena_text(arena, cell.text);
        values[i] = cell_value(schema->properties[i].type, &cell, arena);
    }
    return values;
}

static CustomerSummary read_summary(sqlite3_stmt *row, Arena *arena)
{
    Text kind = statement_text(row, 3);
    return (CustomerSummary){
        .id = {(uint32_t)statement_integer(row, 0)},
        .code = arena_text(arena, statement_text(row, 1)),
        .name = arena_text(arena, statement_text(row, 2)),
        .has_kind = kind.size > 0,
        .kind = text_equal(kind, TEXT("person")) ? CUSTOMER_PERSON : CUSTOMER_COMPANY,
    };
}

Status store_list_customers(Store *store, const ListQuery *query, Arena *arena,
                            CustomerSummary **ret_list, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_page, &statement, err));
    bind_list_query(statement, query, arena);
    struct {
        CustomerSummary *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        ARENA_PUSH(arena, &list, read_summary(statement, arena));
    }
    *ret_list = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_describe_customers(Store *store, const CustomerId *customers, size_t count,
                                Arena *arena, CustomerSummary *ret_list, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(store, select_summary, &statement, err));
        statement_bind_integer(statement, 1, customers[i].value);
        bool has_row;
        TRY(statement_step(statement, &has_row, err));
        ret_list[i] = has_row ? read_summary(statement, arena)
                              : (CustomerSummary){.id = customers[i], .code = TEXT("")};
    }
    return STATUS_OK;
}

Status store_property_fill(Store *store, const Property *property, PropertyFill *ret_fill,
                           Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    char column[COLUMN_NAME_MAX];
    property_column(property, column);
    const char *distinct = cell_type_is_text(property->type) ? "fold" : "";
    Text sql = arena_printf(arena, "SELECT count(%s), count(DISTINCT %s(%s)) FROM main.customer",
                            column, distinct, column);
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(store->database, sql, &statement, err));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_fill = (PropertyFill){(uint64_t)statement_integer(statement, 0),
                               (uint64_t)statement_integer(statement, 1)};
    return STATUS_OK;
}

/* ---- statements for the columns given ---- */

void customer_statements_free(Store *store)
{
    CustomerStatements *statements = store->customer_statements;
    if (statements == NULL) return;
    statement_done(&statements->select);
    statement_done(&statements->insert);
    statement_done(&statements->update);
    arena_free(statements->arena);
    free(statements);
    store->customer_statements = NULL;
}

/* Slots to write: those given, all with WRITE_REPLACE; never the code. */
static size_t choose_slots(const Schema *schema, const CustomerWrite *write, WriteMode mode,
                           size_t *slots)
{
    size_t count = 0;
    for (size_t i = 0; i < schema->properties_count; i++)
        if (i != BUILT_IN_CODE && (mode == WRITE_REPLACE || write->is_given[i])) slots[count++] = i;
    return count;
}

/* The columns of the slots; as assignments their parameters count from 3. */
static void add_columns(Buffer *sql, const Schema *schema, const CustomerStatements *statements,
                        const char *prefix, bool is_assignment)
{
    for (size_t i = 0; i < statements->slots_count; i++) {
        char column[COLUMN_NAME_MAX];
        property_column(&schema->properties[statements->slots[i]], column);
        buffer_printf(sql, "%s%s", prefix, column);
        if (is_assignment) buffer_printf(sql, " = ?%zu", i + 3);
    }
}

static Status prepare_select(Store *store, CustomerStatements *statements, Error *err)
{
    AUTO(buffer_done) Buffer sql = {0};
    buffer_cstr(&sql, "SELECT id");
    add_columns(&sql, store->schema, statements, ", ", false);
    buffer_cstr(&sql, " FROM main.customer WHERE code = ?1");
    return statement_prepare(store->database, buffer_view(&sql), &statements->select, err);
}

static Status prepare_insert(Store *store, CustomerStatements *statements, Error *err)
{
    AUTO(buffer_done) Buffer sql = {0};
    buffer_cstr(&sql, "INSERT INTO main.customer (id, code, search");
    add_columns(&sql, store->schema, statements, ", ", false);
    buffer_cstr(&sql, ") VALUES (?1, ?2, ?3");
    for (size_t i = 0; i < statements->slots_count; i++)
        buffer_printf(&sql, ", ?%zu", i + 4);
    buffer_cstr(&sql, ") ON CONFLICT (code) DO NOTHING");
    return statement_prepare(store->database, buffer_view(&sql), &statements->insert, err);
}

static Status prepare_update(Store *store, CustomerStatements *statements, Error *err)
{
    AUTO(buffer_done) Buffer sql = {0};
    /* without the name the search text stays as it is */
    buffer_cstr(&sql, "UPDATE main.customer SET search = coalesce(?2, search)");
    add_columns(&sql, store->schema, statements, ", ", true);
    buffer_cstr(&sql, " WHERE id = ?1");
    return statement_prepare(store->database, buffer_view(&sql), &statements->update, err);
}

static bool is_for(const CustomerStatements *statements, const size_t *slots, size_t count)
{
    return statements != NULL && statements->slots_count == count &&
           memcmp(statements->slots, slots, count * sizeof *slots) == 0;
}

static Status prepare_statements(Store *store, CustomerStatements *statements, Error *err)
{
    TRY(prepare_select(store, statements, err));
    TRY(prepare_insert(store, statements, err));
    return prepare_update(store, statements, err);
}

static Status prepare_for(Store *store, const CustomerWrite *write, WriteMode mode, Arena *scratch,
                          Error *err)
{
    const Schema *schema = store->schema;
    size_t *slots = ARENA_ARRAY(scratch, size_t, schema->properties_count);
    size_t count = choose_slots(schema, write, mode, slots);
    if (is_for(store->customer_statements, slots, count)) return STATUS_OK;
    customer_statements_free(store);
    CustomerStatements *statements = MEMORY_NEW(CustomerStatements);
    store->customer_statements = statements;
    statements->arena = arena_new();
    statements->slots = ARENA_ARRAY(statements->arena, size_t, count);
    memcpy(statements->slots, slots, count * sizeof *slots);
    statements->slots_count = count;
    statements->shapes = ARENA_ARRAY(statements->arena, CellShape, count);
    statements->notes = ARENA_ARRAY(statements->arena, size_t, count);
    statements->is_changed = ARENA_ARRAY(statements->arena, bool, count);
    statements->code_note = value_days_place(store, &schema->properties[BUILT_IN_CODE]);
    for (size_t i = 0; i < count; i++) {
        statements->notes[i] = value_days_place(store, &schema->properties[slots[i]]);
        statements->shapes[i] = cell_shape_of_property(&schema->properties[slots[i]]);
        statements->has_name |= slots[i] == BUILT_IN_NAME;
    }
    Status status = prepare_statements(store, statements, err);
    if (status != STATUS_OK) customer_statements_free(store);
    return status;
}

/* ---- writing ---- */

typedef struct {
    WriteResult result;
    bool is_former; /* nothing was written: the code leads to another customer by a merge */
} WriteOutcome;

static void bind_cell(sqlite3_stmt *statement, int parameter, const Cell *cell)
{
    switch (cell->kind) {
    case CELL_NULL: statement_bind_null(statement, parameter); return;
    case CELL_INTEGER: statement_bind_integer(statement, parameter, cell->integer); return;
    case CELL_TEXT: statement_bind_text(statement, parameter, cell->text); return;
    }
    ASSERT(false);
}

static Status cells_to_write(Store *store, const CustomerWrite *write, Arena *arena,
                             Cell **ret_cells, Error *err)
{
    const CustomerStatements *statements = store->customer_statements;
    Cell *cells = ARENA_ARRAY(arena, Cell, statements->slots_count);
    for (size_t i = 0; i < statements->slots_count; i++) {
        size_t slot = statements->slots[i];
        Value value = write->is_given[slot] ? write->values[slot] : value_missing();
        TRY(cell_of_value(&statements->shapes[i], value, arena, &cells[i], err));
    }
    *ret_cells = cells;
    return STATUS_OK;
}

/* The id of the customer, 0 when he is new, and whether the row holds these cells already. */
static Status compare(Store *store, Text code, const Cell *cells, uint32_t *ret_id,
                      bool *ret_is_same, Error *err)
{
    const CustomerStatements *statements = store->customer_statements;
    AUTO(statement_release) sqlite3_stmt *select = statements->select;
    statement_bind_text(select, 1, code);
    bool has_row;
    TRY(statement_step(select, &has_row, err));
    *ret_id = has_row ? (uint32_t)statement_integer(select, 0) : 0;
    *ret_is_same = has_row;
    for (size_t i = 0; has_row && i < statements->slots_count; i++) {
        Cell stored = customer_cell(select, (int)i + 1);
        statements->is_changed[i] = !cell_equal(&stored, &cells[i]);
        if (statements->is_changed[i]) *ret_is_same = false;
    }
    return STATUS_OK;
}

/* The text that searches look into; empty when the name is not being written. */
static Text new_search(const CustomerStatements *statements, Text code, const Cell *cells,
                       bool is_new, Arena *arena)
{
    if (!statements->has_name) return is_new ? search_text(code, (Text){0}, arena) : (Text){0};
    for (size_t i = 0; i < statements->slots_count; i++)
        if (statements->slots[i] == BUILT_IN_NAME) return search_text(code, cells[i].text, arena);
    ASSERT(false);
    return (Text){0};
}

/* Run the insertion or the change of a row. */
static Status write_row(Store *store, Text code, const Cell *cells, CustomerId id, bool is_new,
                        Error *err)
{
    const CustomerStatements *statements = store->customer_statements;
    AUTO(statement_release)
    sqlite3_stmt *statement = is_new ? statements->insert : statements->update;
    int parameter = 1;
    statement_bind_integer(statement, parameter++, id.value);
    if (is_new) statement_bind_text(statement, parameter++, code);
    statement_bind_text_or_null(statement, parameter++,
                                new_search(statements, code, cells, is_new, store->row_arena));
    for (size_t i = 0; i < statements->slots_count; i++)
        bind_cell(statement, parameter++, &cells[i]);
    return statement_run(statement, err);
}

static void note_days(Store *store, const Cell *cells, CustomerId id, bool is_new)
{
    const CustomerStatements *statements = store->customer_statements;
    if (is_new) value_days_note(store, statements->code_note, id);
    for (size_t i = 0; i < statements->slots_count; i++)
        if (is_new ? cells[i].kind != CELL_NULL : statements->is_changed[i])
            value_days_note(store, statements->notes[i], id);
}

/* Insert him unless his code is known. */
static Status insert_unknown(Store *store, Text code, const Cell *cells, bool *ret_is_new,
                             Error *err)
{
    CustomerId id;
    TRY(customer_next_id(store, &id, err));
    TRY(write_row(store, code, cells, id, true, err));
    *ret_is_new = database_has_changed(store->database);
    if (!*ret_is_new) return STATUS_OK;
    take_id(store, id);
    change_log_note(store, id);
    note_days(store, cells, id, true);
    return STATUS_OK;
}

/* The same unless his code was that of one who was merged into another. That is asked beforehand:
 * an insertion that looks it up by itself may add several rows for all that SQLite knows, so it
 * keeps copies of the pages it changes, which takes longer than all the rest. */
static Status insert_row(Store *store, Text code, const Cell *cells, bool *ret_is_new, Error *err)
{
    bool is_former;
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin_single(store, &change, err));
    TRY(merge_has_code(store, code, &is_former, err));
    *ret_is_new = false;
    if (!is_former) TRY(insert_unknown(store, code, cells, ret_is_new, err));
    return change_commit(&change, err);
}

static Status update_row(Store *store, Text code, const Cell *cells, CustomerId id, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin_single(store, &change, err));
    change_log_note_row(store, id);
    TRY(write_row(store, code, cells, id, false, err));
    note_days(store, cells, id, false);
    return change_commit(&change, err);
}

/* Write the cells of a customer who is likely, or sure, to be known. */
static Status write_known(Store *store, Text code, const Cell *cells, WriteMode mode,
                          WriteOutcome *outcome, Error *err)
{
    CustomerId id;
    bool is_same, is_new;
    TRY(compare(store, code, cells, &id.value, &is_same, err));
    if (id.value == 0) {
        TRY(insert_row(store, code, cells, &is_new, err));
        outcome->is_former = !is_new;
        outcome->result = WRITE_ADDED;
        return STATUS_OK;
    }
    if (mode == WRITE_INSERT)
        return error_set(err, STATUS_CONFLICT, "there is a customer '%.*s' already",
                         TEXT_FORMAT(code));
    outcome->result = is_same ? WRITE_UNCHANGED : WRITE_UPDATED;
    return is_same ? STATUS_OK : update_row(store, code, cells, id, err);
}

static Status write_customer(Store *store, const CustomerWrite *customer, WriteMode mode,
                             WriteOutcome *ret_outcome, Error *err)
{
    Arena *arena = store->row_arena;
    arena_reset(arena);
    Text code;
    Cell *cells;
    bool is_new = false;
    TRY(code_of_text("customer", customer->code, arena, &code, err));
    TRY(prepare_for(store, customer, mode, arena, err));
    TRY(cells_to_write(store, customer, arena, &cells, err));
    CustomerStatements *statements = store->customer_statements;
    if (statements->expects_new) TRY(insert_row(store, code, cells, &is_new, err));
    WriteOutcome outcome = {.result = WRITE_ADDED};
    if (!is_new) TRY(write_known(store, code, cells, mode, &outcome, err));
    statements->expects_new = outcome.result == WRITE_ADDED;
    *ret_outcome = outcome;
    return STATUS_OK;
}

/* ---- the code of one who was merged into another ---- */

/* What the other customer lacks of what was given: a list that names both goes on to do so, and
 * what stands in the row of the one who is gone is the older knowledge. */
static Status fill_in(Store *store, const CustomerWrite *customer, CustomerId owner, Arena *arena,
                      CustomerWrite *ret_filling, Error *err)
{
    const Schema *schema = store->schema;
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    bool has_row, *is_given = ARENA_ARRAY(arena, bool, schema->properties_count);
    Text columns = customer_columns(schema, arena);
    Text sql =
        arena_printf(arena, "SELECT %.*s FROM main.customer WHERE id = ?1", TEXT_FORMAT(columns));
    TRY(statement_prepare(store->database, sql, &row, err));
    statement_bind_integer(row, 1, owner.value);
    TRY(statement_step(row, &has_row, err));
    for (size_t i = 0; i < schema->properties_count; i++)
        is_given[i] = customer->is_given[i] && !value_is_missing(customer->values[i]) &&
                      statement_is_null(row, (int)i + 1);
    *ret_filling =
        (CustomerWrite){.code = arena_text(arena, statement_text(row, 1 + BUILT_IN_CODE)),
                        .values = customer->values,
                        .is_given = is_given};
    return STATUS_OK;
}

static Status write_former(Store *store, const CustomerWrite *customer, WriteMode mode,
                           WriteResult *ret_result, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    CustomerId owner;
    CustomerWrite filling;
    WriteOutcome outcome;
    Text code;
    TRY(code_of_text("customer", customer->code, arena, &code, err));
    TRY(merge_find_code(store, code, &owner, err));
    TRY(fill_in(store, customer, owner, arena, &filling, err));
    if (mode == WRITE_INSERT)
        return error_set(err, STATUS_CONFLICT, "the customer '%.*s' was merged into '%.*s'",
                         TEXT_FORMAT(code), TEXT_FORMAT(filling.code));
    TRY(write_customer(store, &filling, WRITE_UPSERT, &outcome, err));
    *ret_result = outcome.result;
    return STATUS_OK;
}

Status store_write_customer(Store *store, const CustomerWrite *customer, WriteMode mode,
                            WriteResult *ret_result, Error *err)
{
    WriteOutcome outcome;
    TRY(store_check_writable(store, err));
    TRY(write_customer(store, customer, mode, &outcome, err));
    if (outcome.is_former) return write_former(store, customer, mode, ret_result, err);
    *ret_result = outcome.result;
    return STATUS_OK;
}
