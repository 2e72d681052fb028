/* schema_change.c -- adding, renaming, relabelling and retiring properties, streams and fields. */
#include "store/schema_rows.h"

#include "base/fold.h"
#include "model/built_in.h"
#include "store/change_log.h"

#include <stdio.h>
#include <string.h>

static const char insert_property[] =
    "INSERT INTO main.property (id, name, name_folded, label_en, label_ru, label_uk, type, scale, "
    "unit, "
    "data_group, is_dynamic, is_built_in, is_retired, is_personal) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
static const char insert_allowed[] =
    "INSERT INTO main.property_allowed (property_id, position, value) VALUES (?1, ?2, ?3)";
static const char insert_stream[] =
    "INSERT INTO main.stream (id, name, name_folded, label_en, label_ru, label_uk, is_built_in) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char insert_field[] =
    "INSERT INTO main.field (stream_id, slot, name, name_folded, label_en, label_ru, label_uk, "
    "type, "
    "scale, role, is_retired) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
static const char update_name[] =
    "UPDATE main.property SET name = ?2, name_folded = ?3 WHERE id = ?1";
static const char update_labels[] =
    "UPDATE main.property SET label_en = ?2, label_ru = ?3, label_uk = ?4 WHERE id = ?1";
static const char update_group[] = "UPDATE main.property SET data_group = ?2 WHERE id = ?1";
static const char update_scale[] = "UPDATE main.property SET scale = ?2 WHERE id = ?1";
static const char delete_allowed[] = "DELETE FROM main.property_allowed WHERE property_id = ?1";
static const char update_retired[] = "UPDATE main.property SET is_retired = ?2 WHERE id = ?1";
static const char select_metric[] = "SELECT name FROM main.metric WHERE name_folded = ?1";

/* Names that the SQL views take for themselves. */
static const char *const view_columns[] = {"id", "customer_id", "seq", "at", "day"};
static const char *const view_names[] = {"customer", "item"};

/* Whether the column is part of table `customer` from the start. */
static bool has_own_column(const Property *property)
{
    return property->is_built_in && property->id <= BUILT_IN_KIND + 1;
}

const char *property_column(const Property *property, char out[COLUMN_NAME_MAX])
{
    static const char *const own_columns[] = {"code", "name", "kind"};
    if (has_own_column(property))
        snprintf(out, COLUMN_NAME_MAX, "%s", own_columns[property->id - 1]);
    else
        snprintf(out, COLUMN_NAME_MAX, "p_%u", property->id);
    return out;
}

static void bind_labels(sqlite3_stmt *statement, int parameter, const Labels *labels)
{
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        statement_bind_text(statement, parameter + i, labels->in[i]);
}

/* ---- names ---- */

static Status check_not_in(Text name, const char *const *taken, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_folded(name, text_of(taken[i])))
            return error_set(err, STATUS_INVALID,
                             "the name '%.*s' is taken by the system; choose another",
                             TEXT_FORMAT(name));
    return STATUS_OK;
}

static Status taken(Text name, const char *by, Error *err)
{
    return error_set(err, STATUS_CONFLICT, "there is a %s '%.*s' already; choose another name", by,
                     TEXT_FORMAT(name));
}

static Status check_no_metric(Store *store, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_metric, &statement, err));
    statement_bind_text(statement, 1, text_fold(name, arena));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    return has_row ? taken(name, "metric", err) : STATUS_OK;
}

Status schema_check_free_name(Store *store, Text name, const Property *own, Error *err)
{
    TRY(schema_check_name(name, err));
    const Property *property = schema_find_property(store->schema, name);
    if (property != NULL && property != own) return taken(name, "property", err);
    if (schema_find_stream(store->schema, name) != NULL) return taken(name, "stream", err);
    return check_no_metric(store, name, err);
}

/* ---- rows ---- */

static Status check_scale(PropertyType type, int scale, Error *err)
{
    if (scale <= DECIMAL_SCALE_MAX && (type == PROPERTY_NUMBER || type == PROPERTY_MONEY))
        return STATUS_OK;
    if (scale == 0) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "a property or field of type '%s' cannot keep %d decimals; numbers keep at "
                     "most %d",
                     property_type_code(type), scale, DECIMAL_SCALE_MAX);
}

static int kept_scale(PropertyType type, int scale)
{
    return type == PROPERTY_MONEY ? MONEY_SCALE : type == PROPERTY_NUMBER ? scale : 0;
}

static Status write_allowed(Store *store, const Property *property, uint32_t id, Error *err)
{
    for (size_t i = 0; i < property->allowed_count; i++) {
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(store, insert_allowed, &statement, err));
        statement_bind_integer(statement, 1, id);
        statement_bind_integer(statement, 2, (int64_t)i);
        statement_bind_text(statement, 3, text_trim(property->allowed[i]));
        TRY(statement_run(statement, err));
    }
    return STATUS_OK;
}

static Status write_property(Store *store, const Property *property, uint32_t id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_property, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_text(statement, 2, property->name);
    statement_bind_text(statement, 3, text_fold(property->name, arena));
    bind_labels(statement, 4, &property->labels);
    statement_bind_text(statement, 7, text_of(property_type_code(property->type)));
    statement_bind_integer(statement, 8, kept_scale(property->type, property->scale));
    statement_bind_text(statement, 9, property->unit);
    statement_bind_text(statement, 10, text_of(data_group_code(property->group)));
    statement_bind_integer(statement, 11, property->is_dynamic);
    statement_bind_integer(statement, 12, property->is_built_in);
    statement_bind_integer(statement, 13, property->is_retired);
    statement_bind_integer(statement, 14, property->is_personal);
    TRY(statement_run(statement, err));
    return write_allowed(store, property, id, err);
}

static const char *column_type(PropertyType type)
{
    switch (type) {
#define PROPERTY_TYPE(name, code, kind, sql_type, en, ru, uk) \
    case PROPERTY_##name:                                     \
        return sql_type;
#include "model/property_type.def"
#undef PROPERTY_TYPE
    case PROPERTY_TYPE_COUNT: break;
    }
    ASSERT(false);
    return "";
}

/* The row of the property and its column. */
static Status make_property(Store *store, const Property *property, uint32_t id, Error *err)
{
    TRY(write_property(store, property, id, err));
    if (has_own_column(property)) return STATUS_OK;
    char sql[80];
    snprintf(sql, sizeof sql, "ALTER TABLE main.customer ADD COLUMN p_%u %s", id,
             column_type(property->type));
    return database_run(store->database, sql, err);
}

static Status write_field(Store *store, uint32_t stream_id, const Field *field, size_t slot,
                          Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_field, &statement, err));
    statement_bind_integer(statement, 1, stream_id);
    statement_bind_integer(statement, 2, (int64_t)slot);
    statement_bind_text(statement, 3, field->name);
    statement_bind_text(statement, 4, text_fold(field->name, arena));
    bind_labels(statement, 5, &field->labels);
    statement_bind_text(statement, 8, text_of(property_type_code(field->type)));
    statement_bind_integer(statement, 9, kept_scale(field->type, field->scale));
    statement_bind_text(statement, 10, text_of(field_role_code(field->role)));
    statement_bind_integer(statement, 11, field->is_retired);
    return statement_run(statement, err);
}

/* The packed events of one stream (event_pack.h). */
static Status make_pack_table(Store *store, uint32_t stream_id, Error *err)
{
    char sql[512];
    snprintf(sql, sizeof sql,
             "CREATE TABLE main.event_pack_%u (\n"
             "    id INTEGER PRIMARY KEY, -- whose it is, see pack_rows.h\n"
             "    events_count INTEGER NOT NULL, -- in the payload\n"
             "    first_at INTEGER NOT NULL, -- earliest moment, local seconds since 1970-01-01\n"
             "    last_at INTEGER NOT NULL, -- latest moment\n"
             "    payload BLOB NOT NULL -- events in order of arrival, see event_pack.h\n"
             ") STRICT",
             stream_id);
    return database_run(store->database, sql, err);
}

/* The row of the stream, those of its fields, and its table of packs. */
static Status make_stream(Store *store, const Stream *stream, uint32_t id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_stream, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_text(statement, 2, stream->name);
    statement_bind_text(statement, 3, text_fold(stream->name, arena));
    bind_labels(statement, 4, &stream->labels);
    statement_bind_integer(statement, 7, stream->is_built_in);
    TRY(statement_run(statement, err));
    for (size_t i = 0; i < stream->fields_count; i++)
        TRY(write_field(store, id, &stream->fields[i], i, err));
    return make_pack_table(store, id, err);
}

/* ---- built-in ones ---- */

static Status add_built_in_fields(Store *store, const Stream *there, const Stream *wanted,
                                  Error *err)
{
    size_t slot = there->fields_count;
    for (size_t i = 0; i < wanted->fields_count; i++)
        if (stream_find_field(there, wanted->fields[i].name) == NULL)
            TRY(write_field(store, there->id, &wanted->fields[i], slot++, err));
    return STATUS_OK;
}

static Status add_built_in_streams(Store *store, const Schema *wanted, bool *ret_is_changed,
                                   Error *err)
{
    for (size_t i = 0; i < wanted->streams_count; i++) {
        const Stream *stream = &wanted->streams[i];
        const Stream *there =
            store->schema != NULL ? schema_find_stream(store->schema, stream->name) : NULL;
        if (there == NULL) {
            TRY(make_stream(store, stream, stream->id, err));
            *ret_is_changed = true;
        } else {
            TRY(add_built_in_fields(store, there, stream, err));
            *ret_is_changed |= there->fields_count < stream->fields_count;
        }
    }
    return STATUS_OK;
}

static Status next_generation(Store *store, Error *err)
{
    int64_t generation;
    change_log_note_everything(store);
    TRY(setting_read_number(store, SETTING_GENERATION, &generation, err));
    TRY(setting_write_number(store, SETTING_GENERATION, generation + 1, err));
    return schema_load(store, err);
}

Status schema_add_built_in(Store *store, Settings settings, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *wanted = schema_built_in(settings, arena);
    bool is_changed = false;
    for (size_t i = 0; i < wanted->properties_count; i++) {
        const Property *property = &wanted->properties[i];
        if (store->schema != NULL && schema_find_property(store->schema, property->name) != NULL)
            continue;
        TRY(make_property(store, property, property->id, err));
        is_changed = true;
    }
    TRY(add_built_in_streams(store, wanted, &is_changed, err));
    return is_changed ? next_generation(store, err) : STATUS_OK;
}

Status settings_write(Store *store, Settings settings, Error *err)
{
    TRY(setting_write(store, SETTING_TIME_ZONE, settings.time_zone, err));
    TRY(setting_write(store, SETTING_CURRENCY, settings.currency, err));
    return setting_write(store, SETTING_LANGUAGE, text_of(language_code(settings.language)), err);
}

Status store_change_settings(Store *store, Settings settings, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(settings_write(store, settings, err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

/* ---- changes by users ---- */

static uint32_t next_property_id(const Schema *schema)
{
    uint32_t last = schema->properties[schema->properties_count - 1].id;
    return last < BUILT_IN_ID_MAX ? BUILT_IN_ID_MAX + 1 : last + 1;
}

static uint32_t next_stream_id(const Schema *schema)
{
    uint32_t last = schema->streams[schema->streams_count - 1].id;
    return last < BUILT_IN_ID_MAX ? BUILT_IN_ID_MAX + 1 : last + 1;
}

static Status check_allowed(const Property *property, Error *err)
{
    if (property->allowed_count > 0 && property->type != PROPERTY_ENUM)
        return error_set(err, STATUS_INVALID, "only a property of type 'enum' lists its values");
    if (property->allowed_count > ALLOWED_MAX)
        return error_set(err, STATUS_LIMIT, "a property lists at most %d values", ALLOWED_MAX);
    for (size_t i = 0; i < property->allowed_count; i++) {
        Text value = property->allowed[i];
        if (!utf8_is_valid(value) || value_is_missing(value_text(value)))
            return error_set(err, STATUS_INVALID, "an allowed value is empty or not valid UTF-8");
        for (size_t j = 0; j < i; j++)
            if (text_equal_folded(value, property->allowed[j]))
                return error_set(err, STATUS_INVALID, "the allowed value '%.*s' is listed twice",
                                 TEXT_FORMAT(value));
    }
    return STATUS_OK;
}

static Status check_property(Store *store, const Property *property, Error *err)
{
    TRY(schema_check_free_name(store, property->name, NULL, err));
    TRY(check_not_in(property->name, view_columns, 1, err));
    TRY(check_scale(property->type, property->scale, err));
    TRY(check_allowed(property, err));
    if (store->schema->properties_count < PROPERTIES_MAX) return STATUS_OK;
    return error_set(err, STATUS_LIMIT, "there are %d properties already, no more are possible",
                     PROPERTIES_MAX);
}

Status store_add_property(Store *store, const Property *property, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(check_property(store, property, err));
    Property own = *property;
    own.is_built_in = false;
    TRY(make_property(store, &own, next_property_id(store->schema), err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

static Status find_property(Store *store, Text name, const Property **ret_property, Error *err)
{
    *ret_property = schema_find_property(store->schema, name);
    if (*ret_property != NULL) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "there is no property '%.*s'", TEXT_FORMAT(name));
}

/* `instead` tells what can be done with a built-in one. */
static Status find_own_property(Store *store, Text name, const char *instead,
                                const Property **ret_property, Error *err)
{
    TRY(find_property(store, name, ret_property, err));
    if (!(*ret_property)->is_built_in) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "property '%.*s' is built in and %s", TEXT_FORMAT(name),
                     error_phrase(instead));
}

Status store_rename_property(Store *store, Text name, Text new_name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    const Property *property;
    TRY(find_own_property(store, name,
                          "keeps its name; 'kohorta property relabel' changes what people read",
                          &property, err));
    TRY(schema_check_free_name(store, new_name, property, err));
    TRY(check_not_in(new_name, view_columns, 1, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_name, &statement, err));
    statement_bind_integer(statement, 1, property->id);
    statement_bind_text(statement, 2, new_name);
    statement_bind_text(statement, 3, text_fold(new_name, arena));
    TRY(statement_run(statement, err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

Status store_relabel_property(Store *store, Text name, const Labels *labels, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    const Property *property;
    TRY(find_property(store, name, &property, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_labels, &statement, err));
    statement_bind_integer(statement, 1, property->id);
    bind_labels(statement, 2, labels);
    TRY(statement_run(statement, err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

Status store_regroup_property(Store *store, Text name, DataGroup group, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    const Property *property;
    TRY(find_property(store, name, &property, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_group, &statement, err));
    statement_bind_integer(statement, 1, property->id);
    statement_bind_text(statement, 2, text_of(data_group_code(group)));
    TRY(statement_run(statement, err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

/* What customers have must stay allowed, and where any value will do some may have any. */
static Status check_longer(const Property *before, const Property *after, Error *err)
{
    if (before->allowed_count == 0)
        return error_set(err, STATUS_INVALID, "property '%.*s' takes any value already",
                         TEXT_FORMAT(before->name));
    for (size_t i = 0; i < before->allowed_count; i++)
        if (i >= after->allowed_count ||
            !text_equal(text_trim(after->allowed[i]), before->allowed[i]))
            return error_set(err, STATUS_INVALID,
                             "values can be added at the end, none taken away: '%.*s' is missing "
                             "in its place",
                             TEXT_FORMAT(before->allowed[i]));
    return check_allowed(after, err);
}

Status store_allow_values(Store *store, Text name, const Text *values, size_t count, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    const Property *property;
    TRY(find_own_property(store, name, "keeps its values", &property, err));
    Property longer = *property;
    longer.allowed = values;
    longer.allowed_count = count;
    TRY(check_longer(property, &longer, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_allowed, &statement, err));
    statement_bind_integer(statement, 1, property->id);
    TRY(statement_run(statement, err));
    TRY(write_allowed(store, &longer, property->id, err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

/* ---- how many decimals a number keeps ---- */

/* Values are multiplied by a power of ten, or divided by it. */
typedef struct {
    Store *store;
    const Property *property;
    int64_t factor;
    bool is_longer;
} Rescaling;

/* Where values of a property lie; `condition` tells those of the property ?3. */
typedef struct {
    const char *table, *column, *condition;
} ValuePlace;

enum { VALUE_PLACES_COUNT = 6 };

static void value_places(const char *column, ValuePlace places[VALUE_PLACES_COUNT])
{
    static const char of_property[] = " AND property_id = ?3";
    const ValuePlace all[VALUE_PLACES_COUNT] = {
        {"customer", column, ""},
        {"bulk_change", "before", of_property},
        {"bulk_change", "after", of_property},
        {"customer_merge_value", "of_from", of_property},
        {"customer_merge_value", "before", of_property},
        {"customer_merge_value", "after", of_property},
    };
    memcpy(places, all, sizeof all);
}

/* ?1 is the factor, ?2 the largest value that may be multiplied, ?3 the property. */
static Status prepare_for_place(const Rescaling *rescaling, Text sql, sqlite3_stmt **ret_statement,
                                Error *err)
{
    const int64_t values[] = {rescaling->factor, DECIMAL_MANTISSA_MAX / rescaling->factor,
                              rescaling->property->id};
    TRY(statement_prepare(rescaling->store->database, sql, ret_statement, err));
    for (int i = 0; i < sqlite3_bind_parameter_count(*ret_statement); i++)
        statement_bind_integer(*ret_statement, i + 1, values[i]);
    return STATUS_OK;
}

static Status count_unfit(const Rescaling *rescaling, const ValuePlace *place, int64_t *ret_count,
                          Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    const char *unfit = rescaling->is_longer ? "NOT BETWEEN -?2 AND ?2" : "% ?1 <> 0";
    Text sql = arena_printf(arena, "SELECT count(*) FROM main.%s WHERE %s %s%s", place->table,
                            place->column, unfit, place->condition);
    bool has_row;
    TRY(prepare_for_place(rescaling, sql, &statement, err));
    TRY(statement_step(statement, &has_row, err));
    *ret_count = statement_integer(statement, 0);
    return STATUS_OK;
}

static Status check_fit(const Rescaling *rescaling, const ValuePlace *place, int scale, Error *err)
{
    int64_t count;
    Text name = rescaling->property->name;
    TRY(count_unfit(rescaling, place, &count, err));
    if (count == 0) return STATUS_OK;
    if (rescaling->is_longer)
        return error_set(err, STATUS_LIMIT,
                         "values of '%.*s' with too many digits to keep %d decimals beside them: "
                         "%lld",
                         TEXT_FORMAT(name), scale, (long long)count);
    return error_set(err, STATUS_CONFLICT,
                     "values of '%.*s' that would lose decimals if only %d were kept: %lld",
                     TEXT_FORMAT(name), scale, (long long)count);
}

static Status rescale_place(const Rescaling *rescaling, const ValuePlace *place, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    Text sql = arena_printf(arena, "UPDATE main.%s SET %s = %s %c ?1 WHERE %s IS NOT NULL%s",
                            place->table, place->column, place->column,
                            rescaling->is_longer ? '*' : '/', place->column, place->condition);
    TRY(prepare_for_place(rescaling, sql, &statement, err));
    return statement_run(statement, err);
}

static Status rescale_values(const Rescaling *rescaling, int scale, Error *err)
{
    char column[COLUMN_NAME_MAX];
    ValuePlace places[VALUE_PLACES_COUNT];
    value_places(property_column(rescaling->property, column), places);
    for (size_t i = 0; i < VALUE_PLACES_COUNT; i++)
        TRY(check_fit(rescaling, &places[i], scale, err));
    for (size_t i = 0; i < VALUE_PLACES_COUNT; i++)
        TRY(rescale_place(rescaling, &places[i], err));
    return STATUS_OK;
}

static Status write_scale(Store *store, const Property *property, int scale, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_scale, &statement, err));
    statement_bind_integer(statement, 1, property->id);
    statement_bind_integer(statement, 2, scale);
    return statement_run(statement, err);
}

Status store_set_decimals(Store *store, Text name, int scale, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    const Property *property;
    TRY(change_begin(store, &change, err));
    TRY(find_own_property(store, name, "keeps its decimals", &property, err));
    if (property->type != PROPERTY_NUMBER)
        return error_set(err, STATUS_INVALID, "'%.*s' is no number: only a number keeps decimals",
                         TEXT_FORMAT(property->name));
    if (scale < 0 || scale > DECIMAL_SCALE_MAX)
        return error_set(err, STATUS_INVALID, "a number keeps at most %d decimals",
                         DECIMAL_SCALE_MAX);
    int difference = scale - property->scale;
    if (difference == 0) return STATUS_OK;
    const Rescaling rescaling = {.store = store,
                                 .property = property,
                                 .factor = DECIMAL_POW10[difference > 0 ? difference : -difference],
                                 .is_longer = difference > 0};
    TRY(rescale_values(&rescaling, scale, err));
    TRY(write_scale(store, property, scale, err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

Status store_retire_property(Store *store, Text name, bool is_retired, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    const Property *property;
    TRY(find_own_property(store, name, "cannot be retired; what is not filled is never in the way",
                          &property, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_retired, &statement, err));
    statement_bind_integer(statement, 1, property->id);
    statement_bind_integer(statement, 2, is_retired);
    TRY(statement_run(statement, err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

static Status check_field(const Stream *stream, const Field *field, Error *err)
{
    EventBuiltIn built_in;
    TRY(schema_check_name(field->name, err));
    TRY(check_not_in(field->name, view_columns, sizeof view_columns / sizeof view_columns[0], err));
    if (event_built_in_find(field->name, &built_in))
        return error_set(err, STATUS_INVALID, "every event has '%.*s' already; choose another name",
                         TEXT_FORMAT(field->name));
    if (stream_find_field(stream, field->name) != NULL) return taken(field->name, "field", err);
    if (field->type == PROPERTY_SET || field->type == PROPERTY_HIERARCHY_SET)
        return error_set(err, STATUS_INVALID, "field '%.*s' cannot hold several values",
                         TEXT_FORMAT(field->name));
    if (field->role != FIELD_PLAIN && field->type != PROPERTY_TEXT)
        return error_set(err, STATUS_INVALID, "field '%.*s' must be of type 'text' for its role",
                         TEXT_FORMAT(field->name));
    return check_scale(field->type, field->scale, err);
}

static Status check_stream(Store *store, const Stream *stream, Error *err)
{
    TRY(schema_check_free_name(store, stream->name, NULL, err));
    TRY(check_not_in(stream->name, view_names, sizeof view_names / sizeof view_names[0], err));
    Stream so_far = *stream;
    for (so_far.fields_count = 0; so_far.fields_count < stream->fields_count; so_far.fields_count++)
        TRY(check_field(&so_far, &stream->fields[so_far.fields_count], err));
    if (stream->fields_count > FIELDS_MAX)
        return error_set(err, STATUS_LIMIT, "a stream has at most %d fields", FIELDS_MAX);
    if (store->schema->streams_count < STREAMS_MAX) return STATUS_OK;
    return error_set(err, STATUS_LIMIT, "there are %d streams already, no more are possible",
                     STREAMS_MAX);
}

Status store_add_stream(Store *store, const Stream *stream, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(check_stream(store, stream, err));
    Stream own = *stream;
    own.is_built_in = false;
    TRY(make_stream(store, &own, next_stream_id(store->schema), err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}

Status store_add_field(Store *store, Text stream_name, const Field *field, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    const Stream *stream = schema_find_stream(store->schema, stream_name);
    if (stream == NULL)
        return error_set(err, STATUS_NOT_FOUND, "there is no stream '%.*s'",
                         TEXT_FORMAT(stream_name));
    TRY(check_field(stream, field, err));
    if (stream->fields_count >= FIELDS_MAX)
        return error_set(err, STATUS_LIMIT, "a stream has at most %d fields", FIELDS_MAX);
    TRY(write_field(store, stream->id, field, stream->fields_count, err));
    TRY(next_generation(store, err));
    return change_commit(&change, err);
}
