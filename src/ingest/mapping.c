/* mapping.c -- writing options as JSON, reading them back, and putting told ones over saved ones.
 */
#include "ingest/mapping.h"

#include "base/fold.h"
#include "base/json_string.h"
#include "ingest/ndjson.h"

static const char COLUMNS_PREFIX[] = "columns.", DEFAULTS_PREFIX[] = "defaults.";

/* ---- writing ---- */

static void print_member(Buffer *out, const char *name, Text value)
{
    if (value.size == 0) return;
    if (out->size > 1) buffer_char(out, ',');
    json_string_add(out, text_of(name));
    buffer_char(out, ':');
    json_string_add(out, value);
}

static void print_flag(Buffer *out, const char *name, bool value)
{
    if (!value) return;
    buffer_cstr(out, ",");
    json_string_add(out, text_of(name));
    buffer_cstr(out, ":true");
}

/* Fields of one column stand together: a column may fill several. */
static void print_columns(Buffer *out, const ImportOptions *options)
{
    buffer_cstr(out, ",\"columns\":{");
    bool is_first = true;
    for (size_t i = 0; i < options->mappings_count; i++) {
        const ImportMapping *mapping = &options->mappings[i];
        bool is_seen = false;
        for (size_t before = 0; before < i; before++)
            is_seen |= text_equal(options->mappings[before].column, mapping->column);
        if (is_seen) continue;
        if (!is_first) buffer_char(out, ',');
        is_first = false;
        json_string_add(out, mapping->column);
        buffer_cstr(out, ":[");
        for (size_t same = i; same < options->mappings_count; same++) {
            if (!text_equal(options->mappings[same].column, mapping->column)) continue;
            if (same != i) buffer_char(out, ',');
            json_string_add(out, options->mappings[same].field);
        }
        buffer_char(out, ']');
    }
    buffer_char(out, '}');
}

static void print_defaults(Buffer *out, const ImportOptions *options)
{
    buffer_cstr(out, ",\"defaults\":{");
    for (size_t i = 0; i < options->defaults_count; i++) {
        if (i != 0) buffer_char(out, ',');
        json_string_add(out, options->defaults[i].field);
        buffer_char(out, ':');
        json_string_add(out, options->defaults[i].value);
    }
    buffer_char(out, '}');
}

Text mapping_print(const ImportOptions *options, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_char(&out, '{');
    print_member(&out, "target", text_of(import_target_code(options->target)));
    print_member(&out, "stream", options->stream);
    if (options->has_mode) print_member(&out, "mode", text_of(import_mode_code(options->mode)));
    if (options->format != IMPORT_FORMAT_DETECT)
        print_member(&out, "format", text_of(import_format_code(options->format)));
    if (options->encoding != ENCODING_DETECT)
        print_member(&out, "encoding", text_of(import_encoding_code(options->encoding)));
    if (options->delimiter != '\0')
        print_member(&out, "delimiter", text_of(import_delimiter_code(options->delimiter)));
    if (options->header != HEADER_DETECT)
        print_member(&out, "header", text_of(import_header_code(options->header)));
    if (options->has_skipped_lines)
        print_member(&out, "skip_lines",
                     arena_printf(arena, "%llu", (unsigned long long)options->skipped_lines));
    if (options->decimal_mark != DECIMAL_MARK_DETECT)
        print_member(&out, "decimal", text_of(import_decimal_mark_code(options->decimal_mark)));
    if (options->date_order != DATE_ORDER_DETECT)
        print_member(&out, "dates", text_of(import_date_order_code(options->date_order)));
    print_flag(&out, "create_properties", options->create_properties);
    print_flag(&out, "create_fields", options->create_fields);
    print_flag(&out, "create_customers", options->create_customers);
    print_flag(&out, "move", options->moves_keys);
    print_member(&out, "key_within", options->key_within);
    print_member(&out, "values_separated_by", options->values_separated_by);
    print_member(&out, "levels_separated_by", options->levels_separated_by);
    print_columns(&out, options);
    print_defaults(&out, options);
    buffer_char(&out, '}');
    return arena_text(arena, buffer_view(&out));
}

/* ---- reading ---- */

typedef struct {
    struct {
        ImportMapping *items;
        size_t count, capacity;
    } mappings;
    struct {
        ImportDefault *items;
        size_t count, capacity;
    } defaults;
} Lists;

static void read_column(Lists *lists, Text column, Text fields, Arena *arena)
{
    for (Text rest = fields; rest.data != NULL && rest.size != 0;) {
        ImportMapping mapping = {arena_text(arena, column),
                                 arena_text(arena, text_split(rest, '|', &rest))};
        ARENA_PUSH(arena, &lists->mappings, mapping);
    }
}

static bool read_skipped_lines(Text value, ImportOptions *options)
{
    int64_t lines;
    int scale;
    bool is_count = decimal_parse(value, &lines, &scale) && scale == 0 && lines >= 0;
    options->has_skipped_lines = is_count;
    options->skipped_lines = is_count ? (uint64_t)lines : 0;
    return is_count;
}

/* Options with a code; true when `name` is one of them and `value` is among its codes. */
static bool read_code(Text name, Text value, ImportOptions *options)
{
    if (text_equal(name, TEXT("target"))) return import_target_parse(value, &options->target);
    if (text_equal(name, TEXT("format"))) return import_format_parse(value, &options->format);
    if (text_equal(name, TEXT("encoding"))) return import_encoding_parse(value, &options->encoding);
    if (text_equal(name, TEXT("header"))) return import_header_parse(value, &options->header);
    if (text_equal(name, TEXT("delimiter")))
        return import_delimiter_parse(value, &options->delimiter);
    if (text_equal(name, TEXT("decimal")))
        return import_decimal_mark_parse(value, &options->decimal_mark);
    if (text_equal(name, TEXT("dates")))
        return import_date_order_parse(value, &options->date_order);
    if (text_equal(name, TEXT("skip_lines"))) return read_skipped_lines(value, options);
    if (!text_equal(name, TEXT("mode"))) return false;
    options->has_mode = true;
    return import_mode_parse(value, &options->mode);
}

static bool read_member(Text name, Text value, Arena *arena, ImportOptions *options, Lists *lists)
{
    Text columns = text_of(COLUMNS_PREFIX), defaults = text_of(DEFAULTS_PREFIX);
    bool yes = text_equal(value, TEXT("true"));
    if (text_starts_with(name, columns)) {
        read_column(lists, text_slice(name, columns.size, name.size), value, arena);
    } else if (text_starts_with(name, defaults)) {
        ImportDefault set = {arena_text(arena, text_slice(name, defaults.size, name.size)),
                             arena_text(arena, value)};
        ARENA_PUSH(arena, &lists->defaults, set);
    } else if (text_equal(name, TEXT("stream"))) {
        options->stream = arena_text(arena, value);
    } else if (text_equal(name, TEXT("create_properties"))) {
        options->create_properties = yes;
    } else if (text_equal(name, TEXT("create_fields"))) {
        options->create_fields = yes;
    } else if (text_equal(name, TEXT("create_customers"))) {
        options->create_customers = yes;
    } else if (text_equal(name, TEXT("move"))) {
        options->moves_keys = yes;
    } else if (text_equal(name, TEXT("key_within"))) {
        options->key_within = arena_text(arena, value);
    } else if (text_equal(name, TEXT("values_separated_by"))) {
        options->values_separated_by = arena_text(arena, value);
    } else if (text_equal(name, TEXT("levels_separated_by"))) {
        options->levels_separated_by = arena_text(arena, value);
    } else {
        return read_code(name, value, options);
    }
    return true;
}

Status mapping_parse(Text json, Arena *arena, ImportOptions *ret_options, Error *err)
{
    AUTO(json_columns_done) JsonColumns columns = json_columns_new(arena);
    AUTO(record_list_done) RecordList list = {0};
    SplitState state = {1, false};
    ImportOptions options = {0};
    Lists lists = {0};
    ndjson_split(json, true, &columns, &state, &list);
    const Record *record = list.records.count == 1 ? &list.records.items[0] : NULL;
    if (record == NULL || record->fault != FAULT_NONE)
        return error_set(err, STATUS_CORRUPT, "the saved mapping is no JSON object");
    for (size_t i = 0; i < record->cells_count; i++) {
        Text name = columns.names.items[i];
        Text value = cell_text(list.cells.items[record->first_cell + i]);
        if (!read_member(name, value, arena, &options, &lists))
            return error_set(err, STATUS_CORRUPT, "the saved mapping has an unknown '%.*s'",
                             TEXT_FORMAT(name));
    }
    options.mappings = lists.mappings.items;
    options.mappings_count = lists.mappings.count;
    options.defaults = lists.defaults.items;
    options.defaults_count = lists.defaults.count;
    *ret_options = options;
    return STATUS_OK;
}

/* ---- merging ---- */

static void merge_mappings(const ImportOptions *saved, const ImportOptions *told, Arena *arena,
                           ImportOptions *merged)
{
    size_t count = 0;
    ImportMapping *all =
        ARENA_ARRAY(arena, ImportMapping, saved->mappings_count + told->mappings_count);
    for (size_t i = 0; i < saved->mappings_count; i++) {
        bool is_overruled = false;
        for (size_t t = 0; t < told->mappings_count; t++)
            is_overruled |=
                text_equal_folded(told->mappings[t].column, saved->mappings[i].column) ||
                text_equal_folded(told->mappings[t].field, saved->mappings[i].field);
        if (!is_overruled) all[count++] = saved->mappings[i];
    }
    for (size_t i = 0; i < told->mappings_count; i++)
        all[count++] = told->mappings[i];
    merged->mappings = all;
    merged->mappings_count = count;
}

static void merge_defaults(const ImportOptions *saved, const ImportOptions *told, Arena *arena,
                           ImportOptions *merged)
{
    size_t count = 0;
    ImportDefault *all =
        ARENA_ARRAY(arena, ImportDefault, saved->defaults_count + told->defaults_count);
    for (size_t i = 0; i < saved->defaults_count; i++) {
        bool is_overruled = false;
        for (size_t t = 0; t < told->defaults_count; t++)
            is_overruled |= text_equal_folded(told->defaults[t].field, saved->defaults[i].field);
        if (!is_overruled) all[count++] = saved->defaults[i];
    }
    for (size_t i = 0; i < told->defaults_count; i++)
        all[count++] = told->defaults[i];
    merged->defaults = all;
    merged->defaults_count = count;
}

ImportOptions mapping_merge(const ImportOptions *saved, const ImportOptions *told, Arena *arena)
{
    ImportOptions merged = *told;
    if (!told->has_mode) merged.mode = saved->mode;
    merged.has_mode = told->has_mode || saved->has_mode;
    if (told->format == IMPORT_FORMAT_DETECT) merged.format = saved->format;
    if (told->encoding == ENCODING_DETECT) merged.encoding = saved->encoding;
    if (told->delimiter == '\0') merged.delimiter = saved->delimiter;
    if (told->header == HEADER_DETECT) merged.header = saved->header;
    if (!told->has_skipped_lines) {
        merged.has_skipped_lines = saved->has_skipped_lines;
        merged.skipped_lines = saved->skipped_lines;
    }
    if (told->decimal_mark == DECIMAL_MARK_DETECT) merged.decimal_mark = saved->decimal_mark;
    if (told->date_order == DATE_ORDER_DETECT) merged.date_order = saved->date_order;
    merged.create_properties |= saved->create_properties;
    merged.create_fields |= saved->create_fields;
    merged.create_customers |= saved->create_customers;
    merged.moves_keys |= saved->moves_keys;
    if (told->key_within.size == 0) merged.key_within = saved->key_within;
    if (told->values_separated_by.size == 0)
        merged.values_separated_by = saved->values_separated_by;
    if (told->levels_separated_by.size == 0)
        merged.levels_separated_by = saved->levels_separated_by;
    merge_mappings(saved, told, arena, &merged);
    merge_defaults(saved, told, arena, &merged);
    return merged;
}
