/* bulk_acts.c -- numbered acts that changed properties of many customers. */
#include "store/bulk_acts.h"

#include "base/buffer.h"
#include "model/built_in.h"
#include "store/customers.h"
#include "store/schema_rows.h"

static const char insert_act[] =
    "INSERT INTO main.bulk_act (at, author, source_kind, source, change, undoes, customers_count, "
    "contacts_count, changed_count, skipped_count) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
static const char insert_bulk_change[] =
    "INSERT INTO main.bulk_change (act_id, property_id, customer_id, before, after) "
    "VALUES (?1, ?2, ?3, ?4, ?5)";
static const char insert_skip[] =
    "INSERT INTO main.bulk_skip (act_id, property_id, customer_id, reason) "
    "VALUES (?1, ?2, ?3, ?4)";
static const char insert_contact_change[] =
    "INSERT INTO main.bulk_contact_change (act_id, slot, customer_id, before, after, contact) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char insert_contact_skip[] =
    "INSERT INTO main.bulk_contact_skip (act_id, slot, customer_id, reason, contact) "
    "VALUES (?1, ?2, ?3, ?4, ?5)";
static const char select_acts[] =
    "SELECT a.id, a.at, a.author, a.source_kind, a.source, a.change, a.undoes, "
    "(SELECT max(u.id) FROM main.bulk_act u WHERE u.undoes = a.id), a.customers_count, "
    "a.contacts_count, a.changed_count, a.skipped_count FROM main.bulk_act a WHERE ?1 IS NULL OR "
    "a.id = ?1 "
    "ORDER BY a.id";
/* An act has rows of customers or of contact persons. The first column says which they are. */
static const char select_bulk_changes[] =
    "SELECT '' AS contact, customer_id, property_id AS what, before, after FROM main.bulk_change "
    "WHERE act_id = ?1 UNION ALL SELECT contact, customer_id, slot, before, after "
    "FROM main.bulk_contact_change WHERE act_id = ?1 ORDER BY what, customer_id, contact";
static const char select_skips[] =
    "SELECT '' AS contact, customer_id, property_id AS what, reason FROM main.bulk_skip "
    "WHERE act_id = ?1 UNION ALL SELECT contact, customer_id, slot, reason "
    "FROM main.bulk_contact_skip WHERE act_id = ?1 ORDER BY what, customer_id, contact";
static const char select_customer_code[] =
    "SELECT code FROM main.customer WHERE id = ?1 "
    "UNION ALL SELECT from_code FROM main.customer_merge WHERE from_id = ?1";
static const char select_last[] = "SELECT max(id) FROM main.customer";

/* ---- reasons ---- */

static const struct {
    const char *code;
    const char *labels[LANGUAGE_COUNT];
} reasons[] = {
#define SKIP_REASON(name, code, en, ru, uk) \
    [SKIP_##name] = {code, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "store/saved.def"
#undef SKIP_REASON
};

const char *skip_reason_code(SkipReason reason)
{
    ASSERT(reason < SKIP_REASON_COUNT);
    return reasons[reason].code;
}

Text skip_reason_label(SkipReason reason, Language language)
{
    ASSERT(reason < SKIP_REASON_COUNT && language < LANGUAGE_COUNT);
    return text_of(reasons[reason].labels[language]);
}

static Status reason_of_code(Text code, SkipReason *ret_reason, Error *err)
{
    for (size_t i = 0; i < SKIP_REASON_COUNT; i++) {
        *ret_reason = (SkipReason)i;
        if (text_equal(code, text_of(reasons[i].code))) return STATUS_OK;
    }
    return error_set(err, STATUS_CORRUPT, "an act has the unknown reason '%.*s'",
                     TEXT_FORMAT(code));
}

/* ---- sources ---- */

static const struct {
    const char *code;
    const char *labels[LANGUAGE_COUNT];
} bulk_sources[] = {
#define BULK_SOURCE(name, code, en, ru, uk) \
    [BULK_OF_##name] = {code, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "store/saved.def"
#undef BULK_SOURCE
};

const char *bulk_source_code(BulkSource source)
{
    ASSERT(source < BULK_SOURCE_COUNT);
    return bulk_sources[source].code;
}

Text bulk_source_words(const BulkAct *act, Language language, Arena *arena)
{
    ASSERT(act->source < BULK_SOURCE_COUNT && language < LANGUAGE_COUNT);
    const char *label = bulk_sources[act->source].labels[language];
    if (act->source == BULK_OF_CUSTOMER) return text_of(label);
    if (act->source == BULK_OF_ACT)
        return arena_printf(arena, "%s %.*s", label, TEXT_FORMAT(act->source_name));
    return arena_printf(arena, "%s '%.*s'", label, TEXT_FORMAT(act->source_name));
}

static Status source_of_code(Text code, BulkSource *ret_source, Error *err)
{
    for (size_t i = 0; i < BULK_SOURCE_COUNT; i++) {
        *ret_source = (BulkSource)i;
        if (text_equal(code, text_of(bulk_sources[i].code))) return STATUS_OK;
    }
    return error_set(err, STATUS_CORRUPT, "an act meant the unknown '%.*s'", TEXT_FORMAT(code));
}

/* ---- writing ---- */

static Status write_act(Store *store, const BulkAct *act, const BulkContent *content, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_act, &statement, err));
    statement_bind_integer(statement, 1, act->at.second);
    statement_bind_text(statement, 2, act->author);
    statement_bind_text(statement, 3, text_of(bulk_source_code(act->source)));
    statement_bind_text(statement, 4, act->source_name);
    statement_bind_text(statement, 5, act->change);
    statement_bind_integer_or_null(statement, 6, act->undoes != 0, (int64_t)act->undoes);
    statement_bind_integer(statement, 7, (int64_t)act->customers_count);
    statement_bind_integer(statement, 8, (int64_t)act->contacts_count);
    statement_bind_integer(statement, 9, (int64_t)content->changes_count);
    statement_bind_integer(statement, 10, (int64_t)content->skips_count);
    return statement_run(statement, err);
}

static Status bind_value(sqlite3_stmt *statement, int parameter, const Property *property,
                         Value value, Arena *arena, Error *err)
{
    Cell cell;
    CellShape shape = cell_shape_of_property(property);
    TRY(cell_of_value(&shape, value, arena, &cell, err));
    switch (cell.kind) {
    case CELL_NULL: statement_bind_null(statement, parameter); break;
    case CELL_INTEGER: statement_bind_integer(statement, parameter, cell.integer); break;
    case CELL_TEXT: statement_bind_text(statement, parameter, cell.text); break;
    }
    return STATUS_OK;
}

/* What was changed: a property of the customer, or a field of his contact person. */
static int64_t number_of(const Property *property, bool is_of_contact)
{
    return is_of_contact ? (int64_t)property->id - 1 : property->id;
}

static Status write_changes(Store *store, uint64_t id, const BulkContent *content, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < content->changes_count; i++) {
        const BulkChange *change = &content->changes[i];
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        arena_reset(arena);
        bool is_of_contact = change->contact.size > 0;
        const char *sql = is_of_contact ? insert_contact_change : insert_bulk_change;
        TRY(store_statement(store, sql, &statement, err));
        statement_bind_integer(statement, 1, (int64_t)id);
        statement_bind_integer(statement, 2, number_of(change->property, is_of_contact));
        statement_bind_integer(statement, 3, change->customer.value);
        TRY(bind_value(statement, 4, change->property, change->before, arena, err));
        TRY(bind_value(statement, 5, change->property, change->after, arena, err));
        if (is_of_contact) statement_bind_text(statement, 6, change->contact);
        TRY(statement_run(statement, err));
    }
    return STATUS_OK;
}

static Status write_skips(Store *store, uint64_t id, const BulkContent *content, Error *err)
{
    for (size_t i = 0; i < content->skips_count; i++) {
        const BulkSkip *skip = &content->skips[i];
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        bool is_of_contact = skip->contact.size > 0;
        const char *sql = is_of_contact ? insert_contact_skip : insert_skip;
        TRY(store_statement(store, sql, &statement, err));
        statement_bind_integer(statement, 1, (int64_t)id);
        statement_bind_integer(statement, 2, number_of(skip->property, is_of_contact));
        statement_bind_integer(statement, 3, skip->customer.value);
        statement_bind_text(statement, 4, text_of(skip_reason_code(skip->reason)));
        if (is_of_contact) statement_bind_text(statement, 5, skip->contact);
        TRY(statement_run(statement, err));
    }
    return STATUS_OK;
}

Status store_add_bulk_act(Store *store, const BulkAct *act, const BulkContent *content,
                          uint64_t *ret_id, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(write_act(store, act, content, err));
    uint64_t id = (uint64_t)sqlite3_last_insert_rowid(store->database);
    TRY(write_changes(store, id, content, err));
    TRY(write_skips(store, id, content, err));
    TRY(change_commit(&change, err));
    *ret_id = id;
    return STATUS_OK;
}

/* ---- reading acts ---- */

static Status act_of_row(sqlite3_stmt *row, Arena *arena, BulkAct *ret_act, Error *err)
{
    *ret_act = (BulkAct){.id = (uint64_t)statement_integer(row, 0),
                         .at = {statement_integer(row, 1)},
                         .author = arena_text(arena, statement_text(row, 2)),
                         .source_name = arena_text(arena, statement_text(row, 4)),
                         .change = arena_text(arena, statement_text(row, 5)),
                         .undoes = (uint64_t)statement_integer(row, 6),
                         .undone_by = (uint64_t)statement_integer(row, 7),
                         .customers_count = (uint64_t)statement_integer(row, 8),
                         .contacts_count = (uint64_t)statement_integer(row, 9),
                         .changed_count = (uint64_t)statement_integer(row, 10),
                         .skipped_count = (uint64_t)statement_integer(row, 11)};
    return source_of_code(statement_text(row, 3), &ret_act->source, err);
}

/* One act, or with id 0 all of them. */
static Status read_acts(Store *store, uint64_t id, Arena *arena, BulkAct **ret_acts,
                        size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_acts, &statement, err));
    statement_bind_integer_or_null(statement, 1, id != 0, (int64_t)id);
    struct {
        BulkAct *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        BulkAct act;
        TRY(act_of_row(statement, arena, &act, err));
        ARENA_PUSH(arena, &list, act);
    }
    *ret_acts = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_list_bulk_acts(Store *store, Arena *arena, BulkAct **ret_acts, size_t *ret_count,
                            Error *err)
{
    return read_acts(store, 0, arena, ret_acts, ret_count, err);
}

Status store_read_bulk_act(Store *store, uint64_t id, Arena *arena, BulkAct *ret_act, Error *err)
{
    BulkAct *acts = NULL;
    size_t count = 0;
    if (id > 0 && id <= INT64_MAX) TRY(read_acts(store, id, arena, &acts, &count, err));
    if (count == 0)
        return error_set(err, STATUS_NOT_FOUND,
                         "there is no act number %llu; kohorta bulk list shows them",
                         (unsigned long long)id);
    *ret_act = acts[0];
    return STATUS_OK;
}

static Status property_of_id(Store *store, int64_t id, const Property **ret_property, Error *err)
{
    for (size_t i = 0; i < store->schema->properties_count; i++) {
        *ret_property = &store->schema->properties[i];
        if ((*ret_property)->id == id) return STATUS_OK;
    }
    return error_set(err, STATUS_CORRUPT, "an act changed the unknown property number %lld",
                     (long long)id);
}

/* Fields of contact persons as properties, one for each, so that equal ones are the same. */
static const Property *contact_properties(const Store *store, Arena *arena)
{
    const Stream *contacts = &store->schema->streams[STREAM_CONTACT];
    Property *properties = ARENA_ARRAY(arena, Property, contacts->fields_count);
    for (size_t i = 0; i < contacts->fields_count; i++)
        properties[i] = field_as_property(&contacts->fields[i]);
    return properties;
}

/* The property of a row that begins with the contact person, the customer and the number. */
static Status property_of_row(Store *store, sqlite3_stmt *row, const Property *of_contacts,
                              const Property **ret_property, Error *err)
{
    int64_t number = statement_integer(row, 2);
    size_t fields_count = store->schema->streams[STREAM_CONTACT].fields_count;
    if (statement_text(row, 0).size == 0) return property_of_id(store, number, ret_property, err);
    if (number < 0 || (uint64_t)number >= fields_count)
        return error_set(err, STATUS_CORRUPT, "an act changed the unknown property number %lld",
                         (long long)number);
    *ret_property = &of_contacts[number];
    return STATUS_OK;
}

static Value value_of_column(sqlite3_stmt *row, int column, const Property *property, Arena *arena)
{
    Cell cell = customer_cell(row, column);
    /* damage: a text where a number belongs; check tells about it */
    if (cell.kind != CELL_NULL && (cell.kind == CELL_TEXT) != cell_type_is_text(property->type))
        return value_missing();
    if (cell.kind == CELL_TEXT) cell.text = arena_text(arena, cell.text);
    return cell_value(property->type, &cell, arena);
}

static Status read_changes(Store *store, uint64_t id, const Property *of_contacts, Arena *arena,
                           BulkContent *content, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_bulk_changes, &statement, err));
    statement_bind_integer(statement, 1, (int64_t)id);
    struct {
        BulkChange *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        BulkChange change = {.contact = arena_text(arena, statement_text(statement, 0)),
                             .customer = {(uint32_t)statement_integer(statement, 1)}};
        TRY(property_of_row(store, statement, of_contacts, &change.property, err));
        change.before = value_of_column(statement, 3, change.property, arena);
        change.after = value_of_column(statement, 4, change.property, arena);
        ARENA_PUSH(arena, &list, change);
    }
    content->changes = list.items;
    content->changes_count = list.count;
    return STATUS_OK;
}

static Status read_skips(Store *store, uint64_t id, const Property *of_contacts, Arena *arena,
                         BulkContent *content, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_skips, &statement, err));
    statement_bind_integer(statement, 1, (int64_t)id);
    struct {
        BulkSkip *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        BulkSkip skip = {.contact = arena_text(arena, statement_text(statement, 0)),
                         .customer = {(uint32_t)statement_integer(statement, 1)}};
        TRY(property_of_row(store, statement, of_contacts, &skip.property, err));
        TRY(reason_of_code(statement_text(statement, 3), &skip.reason, err));
        ARENA_PUSH(arena, &list, skip);
    }
    content->skips = list.items;
    content->skips_count = list.count;
    return STATUS_OK;
}

Status store_read_bulk_content(Store *store, uint64_t id, Arena *arena, BulkContent *ret_content,
                               Error *err)
{
    const Property *of_contacts = contact_properties(store, arena);
    TRY(read_changes(store, id, of_contacts, arena, ret_content, err));
    return read_skips(store, id, of_contacts, arena, ret_content, err);
}

/* ---- values of customers ---- */

/* One row for each customer: ?1 id; the code, then the value when there is a property. */
static Status read_values(sqlite3_stmt *statement, const CustomerSet *customers,
                          const Property *property, Arena *arena, CustomerValueList *list,
                          Error *err)
{
    FOR_EACH_CUSTOMER (id, customers) {
        AUTO(statement_release) sqlite3_stmt *row = statement;
        statement_bind_integer(row, 1, id.value);
        bool has_row;
        TRY(statement_step(row, &has_row, err));
        if (!has_row) continue;
        CustomerValue value = {.id = id, .code = arena_text(arena, statement_text(row, 0))};
        if (property != NULL) value.value = value_of_column(row, 1, property, arena);
        list->items[list->count++] = value;
    }
    return STATUS_OK;
}

Status store_read_customer_values(Store *store, const CustomerSet *customers,
                                  const Property *property, Arena *arena,
                                  CustomerValueList *ret_values, Error *err)
{
    char column[COLUMN_NAME_MAX];
    /* without a property: who he is, or was before he was merged into another */
    Text sql = property == NULL
                   ? text_of(select_customer_code)
                   : arena_printf(arena, "SELECT code, %s FROM main.customer WHERE id = ?1",
                                  property_column(property, column));
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(store->database, sql, &statement, err));
    CustomerValueList list = {ARENA_ARRAY(arena, CustomerValue, customer_set_count(customers)), 0};
    TRY(read_values(statement, customers, property, arena, &list, err));
    *ret_values = list;
    return STATUS_OK;
}

Status store_check_value(const Property *property, Value value, Arena *arena, Value *ret_value,
                         Error *err)
{
    Cell cell;
    CellShape shape = cell_shape_of_property(property);
    TRY(cell_of_value(&shape, value, arena, &cell, err));
    if (cell.kind == CELL_TEXT) cell.text = arena_text(arena, cell.text);
    *ret_value = cell_value(property->type, &cell, arena);
    return STATUS_OK;
}

Status store_last_customer(Store *store, CustomerId *ret_last, Error *err)
{
    int64_t last;
    TRY(database_number(store->database, select_last, &last, err));
    ret_last->value = (uint32_t)last;
    return STATUS_OK;
}
