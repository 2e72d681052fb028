/* merge_values.c -- what is known of two customers who were one: the other's where one has none. */
#include "base/buffer.h"
#include "model/built_in.h"
#include "store/customers.h"
#include "store/lists.h"
#include "store/merge_parts.h"
#include "store/schema_rows.h"
#include "store/value_days.h"

static const char select_values[] = "SELECT of_from, before, after, before IS NOT after "
                                    "FROM main.customer_merge_value "
                                    "WHERE merge_id = ?1 AND property_id = ?2";
static const char select_names[] = "SELECT code, name FROM main.customer WHERE id = ?1";
static const char update_search[] = "UPDATE main.customer SET search = ?2 WHERE id = ?1";

/* One property of one merge: the SQL is made of its column. */
typedef struct {
    const Merging *merging;
    const Property *property;
    const char *column;
} MergedColumn;

static Status run_for_column(const MergedColumn *column, Text sql, int64_t choice,
                             uint64_t *ret_changed, Error *err)
{
    const Merging *merging = column->merging;
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(merging->store->database, sql, &statement, err));
    const int64_t values[] = {merging->id, column->property->id, merging->from.value,
                              merging->into.value, choice};
    for (int i = 0; i < sqlite3_bind_parameter_count(statement); i++)
        statement_bind_integer(statement, i + 1, values[i]);
    TRY(statement_run(statement, err));
    *ret_changed = (uint64_t)sqlite3_changes64(merging->store->database);
    return STATUS_OK;
}

static Value stored_value(const Merging *merging, sqlite3_stmt *row, int place,
                          const Property *property)
{
    Cell cell = customer_cell(row, place);
    /* damage: a text where a number belongs; check tells about it */
    if (cell.kind != CELL_NULL && (cell.kind == CELL_TEXT) != cell_type_is_text(property->type))
        return value_missing();
    if (cell.kind == CELL_TEXT) cell.text = arena_text(merging->arena, cell.text);
    return cell_value(property->type, &cell, merging->arena);
}

/* What the record says of a property; false when FROM had no value. */
static Status read_record(const MergedColumn *column, bool *ret_has_record, bool *ret_is_change,
                          MergedValue *ret_value, Error *err)
{
    const Merging *merging = column->merging;
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(merging->store, select_values, &row, err));
    statement_bind_integer(row, 1, merging->id);
    statement_bind_integer(row, 2, column->property->id);
    TRY(statement_step(row, ret_has_record, err));
    if (!*ret_has_record) return STATUS_OK;
    *ret_is_change = statement_integer(row, 3) != 0;
    *ret_value = (MergedValue){.property = column->property,
                               .from = stored_value(merging, row, 0, column->property),
                               .before = stored_value(merging, row, 1, column->property),
                               .after = stored_value(merging, row, 2, column->property)};
    return STATUS_OK;
}

/* The text that searches look into follows the name. */
static Status renew_search(const Merging *merging, CustomerId customer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    AUTO(statement_release) sqlite3_stmt *update = NULL;
    TRY(store_statement(merging->store, select_names, &row, err));
    statement_bind_integer(row, 1, customer.value);
    bool has_row;
    TRY(statement_step(row, &has_row, err));
    Text search = search_text(statement_text(row, 0), statement_text(row, 1), arena);
    TRY(store_statement(merging->store, update_search, &update, err));
    statement_bind_integer(update, 1, customer.value);
    statement_bind_text(update, 2, search);
    return statement_run(update, err);
}

/* ---- merging ---- */

static Status record_value(const MergedColumn *column, bool is_taken, Error *err)
{
    uint64_t ignored;
    const char *name = column->column;
    Text sql = arena_printf(
        column->merging->arena,
        "INSERT INTO main.customer_merge_value (merge_id, property_id, of_from, before, after) "
        "SELECT ?1, ?2, f.%s, i.%s, CASE WHEN ?5 OR i.%s IS NULL THEN f.%s ELSE i.%s END "
        "FROM main.customer f, main.customer i WHERE f.id = ?3 AND i.id = ?4 "
        "AND f.%s IS NOT NULL",
        name, name, name, name, name, name);
    return run_for_column(column, sql, is_taken, &ignored, err);
}

static Status take_value(const MergedColumn *column, Error *err)
{
    uint64_t ignored;
    Text sql = arena_printf(column->merging->arena,
                            "UPDATE main.customer SET %s = (SELECT after FROM "
                            "main.customer_merge_value WHERE merge_id = ?1 AND property_id = ?2) "
                            "WHERE id = ?4",
                            column->column);
    return run_for_column(column, sql, 0, &ignored, err);
}

/* For him it is a new value. */
static void note_day(const MergedColumn *column)
{
    Store *store = column->merging->store;
    value_days_note(store, value_days_place(store, column->property), column->merging->into);
}

static Status merge_value(Merging *merging, const MergedColumn *column, bool is_taken, Error *err)
{
    MergedValue value;
    bool has_record, is_change;
    TRY(record_value(column, is_taken, err));
    TRY(read_record(column, &has_record, &is_change, &value, err));
    if (!has_record) return STATUS_OK;
    if (is_change) TRY(take_value(column, err));
    if (is_change) note_day(column);
    value.fate = is_change ? MERGE_MOVED : MERGE_OWN;
    if (is_change || !value_equal(value.from, value.before))
        ARENA_PUSH(merging->arena, &merging->values, value);
    return STATUS_OK;
}

static bool is_taken(const MergeOrder *order, const Property *property)
{
    for (size_t i = 0; i < order->taken_count; i++)
        if (order->taken[i] == property) return true;
    return false;
}

Status merge_values(Merging *merging, const MergeOrder *order, Error *err)
{
    const Schema *schema = merging->store->schema;
    for (size_t i = 0; i < schema->properties_count; i++) {
        char name[COLUMN_NAME_MAX];
        const Property *property = &schema->properties[i];
        MergedColumn column = {merging, property, property_column(property, name)};
        if (i != BUILT_IN_CODE) TRY(merge_value(merging, &column, is_taken(order, property), err));
    }
    return renew_search(merging, merging->into, err);
}

/* ---- taking it back ---- */

static Status give_value(const MergedColumn *column, Error *err)
{
    uint64_t ignored;
    Text sql = arena_printf(column->merging->arena,
                            "UPDATE main.customer SET %s = (SELECT of_from FROM "
                            "main.customer_merge_value WHERE merge_id = ?1 AND property_id = ?2) "
                            "WHERE id = ?3",
                            column->column);
    return run_for_column(column, sql, 0, &ignored, err);
}

/* INTO's own value again, unless somebody changed it since. */
static Status put_back(const MergedColumn *column, bool *ret_is_put, Error *err)
{
    uint64_t changed;
    Text sql = arena_printf(
        column->merging->arena,
        "UPDATE main.customer SET %s = (SELECT before FROM main.customer_merge_value "
        "WHERE merge_id = ?1 AND property_id = ?2) WHERE id = ?4 AND %s IS (SELECT after FROM "
        "main.customer_merge_value WHERE merge_id = ?1 AND property_id = ?2)",
        column->column, column->column);
    TRY(run_for_column(column, sql, 0, &changed, err));
    *ret_is_put = changed > 0;
    if (*ret_is_put) note_day(column);
    return STATUS_OK;
}

static Status unmerge_value(Merging *merging, const MergedColumn *column, Error *err)
{
    MergedValue value;
    bool has_record, is_change, is_put;
    TRY(read_record(column, &has_record, &is_change, &value, err));
    if (!has_record) return STATUS_OK;
    TRY(give_value(column, err));
    if (!is_change) return STATUS_OK;
    TRY(put_back(column, &is_put, err));
    Value own = value.before;
    value.before = value.after;
    value.after = own;
    value.fate = is_put ? MERGE_MOVED : MERGE_LEFT;
    ARENA_PUSH(merging->arena, &merging->values, value);
    return STATUS_OK;
}

Status unmerge_values(Merging *merging, Error *err)
{
    const Schema *schema = merging->store->schema;
    for (size_t i = 0; i < schema->properties_count; i++) {
        char name[COLUMN_NAME_MAX];
        const Property *property = &schema->properties[i];
        MergedColumn column = {merging, property, property_column(property, name)};
        if (i != BUILT_IN_CODE) TRY(unmerge_value(merging, &column, err));
    }
    TRY(renew_search(merging, merging->from, err));
    return renew_search(merging, merging->into, err);
}
