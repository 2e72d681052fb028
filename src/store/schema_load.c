/* schema_load.c -- the schema as the database holds it. */
#include "store/customer_source.h"
#include "store/customers.h"
#include "store/schema_rows.h"
#include "store/sql_tables.h"

#include <string.h>

static const char select_properties[] =
    "SELECT id, name, label_en, label_ru, label_uk, type, scale, unit, data_group, is_dynamic, "
    "is_built_in, is_retired, is_personal FROM main.property ORDER BY id";
static const char select_allowed[] =
    "SELECT value FROM main.property_allowed WHERE property_id = ?1 ORDER BY position";
static const char select_streams[] =
    "SELECT id, name, label_en, label_ru, label_uk, is_built_in FROM main.stream ORDER BY id";
static const char select_fields[] = "SELECT slot, name, label_en, label_ru, label_uk, type, scale, "
                                    "role, is_retired FROM main.field "
                                    "WHERE stream_id = ?1 ORDER BY slot";

static const char *const role_codes[] = {
    [FIELD_PLAIN] = "plain",
    [FIELD_ITEM] = "item",
    [FIELD_IDENTIFIER] = "identifier",
    [FIELD_CONTACT] = "contact",
};

const char *field_role_code(FieldRole role)
{
    return role_codes[role];
}

static bool parse_role(Text code, FieldRole *ret_role)
{
    for (size_t i = 0; i < sizeof role_codes / sizeof role_codes[0]; i++) {
        if (!text_equal(code, text_of(role_codes[i]))) continue;
        *ret_role = (FieldRole)i;
        return true;
    }
    return false;
}

static Labels read_labels(sqlite3_stmt *statement, int column, Arena *arena)
{
    Labels labels;
    labels.in[LANGUAGE_EN] = arena_text(arena, statement_text(statement, column));
    labels.in[LANGUAGE_RU] = arena_text(arena, statement_text(statement, column + 1));
    labels.in[LANGUAGE_UK] = arena_text(arena, statement_text(statement, column + 2));
    return labels;
}

static Status damaged(const char *what, Text name, Error *err)
{
    return error_set(err, STATUS_CORRUPT, "%s '%.*s' is stored with an unknown type", what,
                     TEXT_FORMAT(name));
}

static Status read_scale(sqlite3_stmt *statement, int column, uint8_t *ret_scale, Error *err)
{
    int64_t scale = statement_integer(statement, column);
    if (scale < 0 || scale > DECIMAL_SCALE_MAX)
        return error_set(err, STATUS_CORRUPT, "a property or field is stored with %lld decimals",
                         (long long)scale);
    *ret_scale = (uint8_t)scale;
    return STATUS_OK;
}

static Status load_allowed(Store *store, Property *property, Arena *arena, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_allowed, &statement, err));
    statement_bind_integer(statement, 1, property->id);
    struct {
        Text *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        ARENA_PUSH(arena, &list, arena_text(arena, statement_text(statement, 0)));
    }
    property->allowed = list.items;
    property->allowed_count = list.count;
    return STATUS_OK;
}

static Status read_property(sqlite3_stmt *statement, Arena *arena, Property *ret, Error *err)
{
    *ret = (Property){
        .id = (uint32_t)statement_integer(statement, 0),
        .name = arena_text(arena, statement_text(statement, 1)),
        .labels = read_labels(statement, 2, arena),
        .unit = arena_text(arena, statement_text(statement, 7)),
        .is_dynamic = statement_integer(statement, 9) != 0,
        .is_built_in = statement_integer(statement, 10) != 0,
        .is_retired = statement_integer(statement, 11) != 0,
        .is_personal = statement_integer(statement, 12) != 0,
    };
    if (!property_type_parse(statement_text(statement, 5), &ret->type) ||
        !data_group_parse(statement_text(statement, 8), &ret->group))
        return damaged("property", ret->name, err);
    if (ret->is_built_in) ret->enumeration = enumeration_of(TEXT(""), ret->name);
    return read_scale(statement, 6, &ret->scale, err);
}

static Status load_properties(Store *store, Schema *schema, Arena *arena, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_properties, &statement, err));
    struct {
        Property *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        Property property;
        TRY(read_property(statement, arena, &property, err));
        TRY(load_allowed(store, &property, arena, err));
        ARENA_PUSH(arena, &list, property);
    }
    schema->properties = list.items;
    schema->properties_count = list.count;
    return STATUS_OK;
}

static Status read_field(sqlite3_stmt *statement, Arena *arena, Field *ret, Error *err)
{
    *ret = (Field){
        .slot = (uint32_t)statement_integer(statement, 0),
        .name = arena_text(arena, statement_text(statement, 1)),
        .labels = read_labels(statement, 2, arena),
        .is_retired = statement_integer(statement, 8) != 0,
    };
    if (!property_type_parse(statement_text(statement, 5), &ret->type) ||
        ret->type == PROPERTY_SET || ret->type == PROPERTY_HIERARCHY_SET ||
        !parse_role(statement_text(statement, 7), &ret->role))
        return damaged("field", ret->name, err);
    return read_scale(statement, 6, &ret->scale, err);
}

static Status load_fields(Store *store, Stream *stream, Arena *arena, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_fields, &statement, err));
    statement_bind_integer(statement, 1, stream->id);
    struct {
        Field *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        Field field;
        TRY(read_field(statement, arena, &field, err));
        if (field.slot != list.count || list.count >= FIELDS_MAX)
            return error_set(err, STATUS_CORRUPT, "the fields of stream '%.*s' are out of order",
                             TEXT_FORMAT(stream->name));
        if (stream->is_built_in) field.enumeration = enumeration_of(stream->name, field.name);
        ARENA_PUSH(arena, &list, field);
    }
    stream->fields = list.items;
    stream->fields_count = list.count;
    return STATUS_OK;
}

static Status load_streams(Store *store, Schema *schema, Arena *arena, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_streams, &statement, err));
    struct {
        Stream *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        Stream stream = {
            .id = (uint32_t)statement_integer(statement, 0),
            .name = arena_text(arena, statement_text(statement, 1)),
            .labels = read_labels(statement, 2, arena),
            .is_built_in = statement_integer(statement, 5) != 0,
        };
        TRY(load_fields(store, &stream, arena, err));
        ARENA_PUSH(arena, &list, stream);
    }
    schema->streams = list.items;
    schema->streams_count = list.count;
    return STATUS_OK;
}

static Status load_settings(Store *store, Schema *schema, Arena *arena, Error *err)
{
    Text language;
    TRY(setting_read(store, SETTING_TIME_ZONE, arena, &schema->settings.time_zone, err));
    TRY(setting_read(store, SETTING_CURRENCY, arena, &schema->settings.currency, err));
    TRY(setting_read(store, SETTING_LANGUAGE, arena, &language, err));
    if (!language_parse(language, &schema->settings.language))
        return error_set(err, STATUS_CORRUPT, "the stored language '%.*s' is unknown",
                         TEXT_FORMAT(language));
    int64_t generation;
    TRY(setting_read_number(store, SETTING_GENERATION, &generation, err));
    schema->generation = (uint64_t)generation;
    return STATUS_OK;
}

static Status misplaced(const char *what, Text name, Error *err)
{
    return error_set(err, STATUS_CORRUPT, "the built-in %s '%.*s' is not stored in its place", what,
                     TEXT_FORMAT(name));
}

/* Code relies on the built-in ones standing first, in their order. */
static Status check_built_in(const Schema *schema, Arena *arena, Error *err)
{
    const Schema *built_in = schema_built_in(schema->settings, arena);
    for (size_t i = 0; i < built_in->properties_count && i < schema->properties_count; i++)
        if (schema->properties[i].is_built_in &&
            !text_equal(schema->properties[i].name, built_in->properties[i].name))
            return misplaced("property", schema->properties[i].name, err);
    for (size_t i = 0; i < built_in->streams_count && i < schema->streams_count; i++)
        if (schema->streams[i].is_built_in &&
            !text_equal(schema->streams[i].name, built_in->streams[i].name))
            return misplaced("stream", schema->streams[i].name, err);
    return STATUS_OK;
}

Status schema_load(Store *store, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Schema *schema = ARENA_NEW(arena, Schema);
    TRY(load_settings(store, schema, arena, err));
    TRY(load_properties(store, schema, arena, err));
    TRY(load_streams(store, schema, arena, err));
    TRY(check_built_in(schema, arena, err));
    /* statements are made for the columns and streams of one schema */
    customer_source_free(store);
    customer_statements_free(store);
    sql_tables_forget(store);
    arena_free(store->schema_arena);
    store->schema = schema;
    store->schema_arena = arena;
    arena = NULL;
    return STATUS_OK;
}
