/* import_options.c -- how a file is to be imported, as a member of a request. */
#include "server/import_options.h"

#include "server/handlers.h"

static const char *const keys[] = {
    "target",
    "stream",
    "mode",
    "format",
    "encoding",
    "delimiter",
    "header",
    "skip_lines",
    "decimal",
    "dates",
    "create_properties",
    "create_fields",
    "columns",
    "defaults",
    "mapping",
    "save_mapping",
    "create_customers",
    "preview_rows",
    "key_within",
    "move",
    "values_separated_by",
    "levels_separated_by",
};

enum { SKIPPED_LINES_MAX = 10000, PREVIEW_ROWS_MAX = 100 };

/* A text that must be one of the codes that `parse` knows; absent: as it was. */
#define READ_CODE(key, parse, target)                                               \
    do {                                                                            \
        Text code_ = {0};                                                           \
        TRY(json_get_text(object, key, &code_, err));                               \
        if (code_.data != NULL && !parse(code_, target))                            \
            return error_set(err, STATUS_INVALID, "'%s' does not know '%.*s'", key, \
                             TEXT_FORMAT(code_));                                   \
    } while (0)

static Status read_codes(const json_t *object, ImportOptions *options, Error *err)
{
    options->has_mode = json_has(object, "mode");
    READ_CODE("target", import_target_parse, &options->target);
    READ_CODE("mode", import_mode_parse, &options->mode);
    READ_CODE("format", import_format_parse, &options->format);
    READ_CODE("encoding", import_encoding_parse, &options->encoding);
    READ_CODE("delimiter", import_delimiter_parse, &options->delimiter);
    READ_CODE("header", import_header_parse, &options->header);
    READ_CODE("decimal", import_decimal_mark_parse, &options->decimal_mark);
    READ_CODE("dates", import_date_order_parse, &options->date_order);
    READ_CODE("values_separated_by", import_values_sign_parse, &options->values_separated_by);
    READ_CODE("levels_separated_by", import_values_sign_parse, &options->levels_separated_by);
    return STATUS_OK;
}

static Status read_flags(const json_t *object, ImportOptions *options, Error *err)
{
    TRY(json_get_bool(object, "create_properties", &options->create_properties, err));
    TRY(json_get_bool(object, "create_fields", &options->create_fields, err));
    TRY(json_get_bool(object, "move", &options->moves_keys, err));
    return json_get_bool(object, "create_customers", &options->create_customers, err);
}

static Status read_counts(const json_t *object, ImportOptions *options, Error *err)
{
    uint64_t preview_rows = 0;
    options->has_skipped_lines = json_has(object, "skip_lines");
    TRY(json_get_count(object, "skip_lines", SKIPPED_LINES_MAX, &options->skipped_lines, err));
    TRY(json_get_count(object, "preview_rows", PREVIEW_ROWS_MAX, &preview_rows, err));
    options->preview_rows = (size_t)preview_rows;
    return STATUS_OK;
}

typedef struct {
    ImportMapping *items;
    size_t count, capacity;
} Mappings;

/* {"Город": ["city"], "Телефон": ["-"]} */
static Status read_column(const json_t *columns, const char *column, Arena *arena, Mappings *list,
                          Error *err)
{
    Text *fields = NULL;
    size_t count = 0;
    TRY(json_get_texts(columns, column, arena, &fields, &count, err));
    for (size_t i = 0; i < count; i++) {
        ImportMapping mapping = {text_of(column), fields[i]};
        ARENA_PUSH(arena, list, mapping);
    }
    return STATUS_OK;
}

static Status read_columns(const json_t *object, Arena *arena, ImportOptions *options, Error *err)
{
    json_t *columns, *value;
    const char *column;
    Mappings list = {0};
    TRY(json_get_object(object, "columns", &columns, err));
    json_object_foreach(columns, column, value)
        TRY(read_column(columns, column, arena, &list, err));
    options->mappings = list.items;
    options->mappings_count = list.count;
    return STATUS_OK;
}

static Status read_defaults(const json_t *object, Arena *arena, ImportOptions *options, Error *err)
{
    json_t *defaults, *value;
    const char *field;
    TRY(json_get_object(object, "defaults", &defaults, err));
    ImportDefault *list = ARENA_ARRAY(arena, ImportDefault, json_object_size(defaults));
    size_t count = 0;
    json_object_foreach(defaults, field, value)
    {
        ImportDefault *item = &list[count++];
        item->field = text_of(field);
        TRY(json_get_text(defaults, field, &item->value, err));
    }
    options->defaults = list;
    options->defaults_count = count;
    return STATUS_OK;
}

Status import_options_read(const json_t *object, Arena *arena, ImportOptions *ret_options,
                           Error *err)
{
    ImportOptions options = {0};
    Text target = {0};
    TRY(json_only(object, keys, COUNT_OF(keys), err));
    TRY(json_need_text(object, "target", &target, err));
    TRY(read_codes(object, &options, err));
    TRY(json_get_text(object, "stream", &options.stream, err));
    TRY(json_get_text(object, "mapping", &options.use_mapping, err));
    TRY(json_get_text(object, "save_mapping", &options.save_mapping, err));
    TRY(json_get_text(object, "key_within", &options.key_within, err));
    TRY(read_flags(object, &options, err));
    TRY(read_counts(object, &options, err));
    TRY(read_columns(object, arena, &options, err));
    TRY(read_defaults(object, arena, &options, err));
    if (options.target == IMPORT_EVENTS && options.stream.size == 0)
        return error_set(err, STATUS_INVALID, "'stream' is missing: whose events are these?");
    if (options.target != IMPORT_EVENTS) options.stream = TEXT("");
    *ret_options = options;
    return STATUS_OK;
}
