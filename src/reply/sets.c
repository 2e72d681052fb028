/* sets.c -- saved sets written down. */
#include "reply/sets.h"

#include "base/buffer.h"
#include "reply/fields.h"
#include "reply/list.h"

/* As one could write them again. */
static void put_columns(JsonWriter *writer, const SavedSet *set)
{
    AUTO(buffer_done) Buffer names = {0};
    for (size_t i = 0; i < set->columns_count; i++) {
        if (i > 0) buffer_cstr(&names, ", ");
        buffer_text(&names, set->columns[i].name);
    }
    field_text_or_null(writer, "columns", buffer_view(&names));
    json_key(writer, "column_types");
    json_begin(writer, '[');
    for (size_t i = 0; i < set->columns_count; i++)
        json_cstr(writer, type_name(set->columns[i].type));
    json_end(writer, ']');
}

void reply_saved_set(JsonWriter *writer, const SavedSet *set)
{
    json_begin(writer, '{');
    field_text(writer, "name", set->name);
    field_text_or_null(writer, "stream", set->stream);
    field_code(writer, "origin", saved_origin_code(set->origin));
    field_text_or_null(writer, "rule", set->expression);
    field_text_or_null(writer, "where", set->condition);
    put_columns(writer, set);
    field_date(writer, "as_of", set->has_as_of, set->as_of);
    field_count(writer, "rows", set->rows_count);
    field_count(writer, "customers", set->customers_count);
    field_moment(writer, "at", true, set->at);
    field_text(writer, "author", set->author);
    field_date(writer, "until", set->has_until, set->until);
    json_end(writer, '}');
}

void reply_code_list(JsonWriter *writer, const CodeList *list)
{
    json_begin(writer, '{');
    field_count(writer, "lines", list->lines_count);
    field_count(writer, "customers", customer_set_count(&list->customers));
    field_count(writer, "repeated", list->repeated_count);
    field_count(writer, "unknown_count", list->unknown_count);
    field_texts(writer, "unknown", list->unknown, list->unknown_kept);
    json_end(writer, '}');
}

/* For people columns that are named like properties go by their labels. */
static Text column_label(const SetView *view, Text name, Text usual, OutputOptions options)
{
    const Property *property =
        options.is_for_excel ? schema_find_property(view->schema, name) : NULL;
    return property == NULL ? usual : labels_get(&property->labels, options.language);
}

static const OutputColumn *columns_of(const SetView *view, Text code_label, OutputOptions options,
                                      Arena *arena)
{
    const SavedSet *set = view->set;
    OutputColumn *columns = ARENA_ARRAY(arena, OutputColumn, set->columns_count + 1);
    columns[0] = (OutputColumn){
        TEXT("code"), column_label(view, TEXT("code"), code_label, options), {.kind = TYPE_TEXT}};
    for (size_t i = 0; i < set->columns_count; i++)
        columns[i + 1] = (OutputColumn){set->columns[i].name,
                                        column_label(view, set->columns[i].name, TEXT(""), options),
                                        set->columns[i].type};
    return columns;
}

static void take_row(const SetView *view, size_t row, Value *values)
{
    values[0] = value_text(view->codes[row]);
    for (size_t c = 0; c < view->set->columns_count; c++)
        values[c + 1] = view->rows.items[row].values[c];
}

void reply_set_page(JsonWriter *writer, const SetView *view, Language language, Arena *arena)
{
    size_t count = view->set->columns_count + 1;
    OutputOptions for_people = {.is_for_excel = true, .language = language};
    const OutputColumn *columns = columns_of(view, TEXT("code"), for_people, arena);
    Value *values = ARENA_ARRAY(arena, Value, count);
    field_count(writer, "count", view->set->rows_count);
    json_key(writer, "columns");
    reply_columns(writer, columns, count);
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t row = 0; row < view->rows.count; row++) {
        take_row(view, row, values);
        reply_row(writer, columns, count, values);
    }
    json_end(writer, ']');
}

Status reply_set_rows(const SetView *view, Text code_label, OutputOptions options, Arena *arena,
                      Error *err)
{
    size_t count = view->set->columns_count + 1;
    AUTO(output_done)
    Output *output = output_open(options, columns_of(view, code_label, options, arena), count);
    Value *values = ARENA_ARRAY(arena, Value, count);
    for (size_t row = 0; row < view->rows.count; row++) {
        take_row(view, row, values);
        output_row(output, values);
    }
    return output_close(output, err);
}
