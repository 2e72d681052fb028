/* report.c -- a report as JSON, and its tables for people and spreadsheets. */
#include "reply/report.h"

#include "reply/fields.h"

static void put_columns(JsonWriter *writer, const ReportTable *table)
{
    json_key(writer, "columns");
    json_begin(writer, '[');
    for (size_t i = 0; i < table->columns_count; i++) {
        const ReportColumn *column = &table->columns[i];
        json_begin(writer, '{');
        field_code(writer, "key", column->key);
        field_text(writer, "label", column->label);
        field_code(writer, "type", type_name(column->type));
        field_flag(writer, "is_share", column->is_share);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_rows(JsonWriter *writer, const ReportTable *table)
{
    json_key(writer, "rows");
    json_begin(writer, '[');
    for (size_t row = 0; row < report_rows_count(table); row++) {
        json_begin(writer, '{');
        for (size_t i = 0; i < table->columns_count; i++) {
            json_key(writer, table->columns[i].key);
            json_value(writer, table->values.items[row * table->columns_count + i],
                       table->columns[i].type);
        }
        json_key(writer, "rule");
        if (table->rules.items[row].size > 0)
            json_text(writer, table->rules.items[row]);
        else
            json_nothing(writer);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_tables(JsonWriter *writer, const Report *report)
{
    json_key(writer, "tables");
    json_begin(writer, '[');
    for (size_t i = 0; i < report->tables_count; i++) {
        json_begin(writer, '{');
        field_code(writer, "name", report->tables[i].key);
        field_text(writer, "title", report->tables[i].label);
        put_columns(writer, &report->tables[i]);
        put_rows(writer, &report->tables[i]);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_groups(JsonWriter *writer, const Report *report)
{
    json_key(writer, "groups");
    json_begin(writer, '[');
    for (size_t i = 0; i < report->groups_count; i++) {
        json_begin(writer, '{');
        field_text(writer, "name", report->groups[i].label);
        field_text(writer, "rule", report->groups[i].rule);
        field_count(writer, "customers", report->groups[i].customers_count);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_report(JsonWriter *writer, const Report *report)
{
    json_begin(writer, '{');
    field_code(writer, "report", report_kind_code(report->kind));
    field_text(writer, "title", report->label);
    field_date(writer, "as_of", true, report->as_of);
    if (report->has_period) {
        field_date(writer, "from", true, report->from);
        field_date(writer, "to", true, report->to);
    }
    field_count(writer, "base", report->base_count);
    put_groups(writer, report);
    put_tables(writer, report);
    json_key(writer, "notes");
    json_begin(writer, '[');
    for (size_t i = 0; i < report->notes.count; i++)
        json_text(writer, report->notes.items[i].sentence);
    json_end(writer, ']');
    json_end(writer, '}');
}

/* ---- tables ---- */

static void put_headings(const ReportTable *table, ReportShown shown, OutputColumn *columns,
                         bool *is_share)
{
    size_t place = 0;
    if (shown.has_numbers)
        columns[place++] = (OutputColumn){TEXT("row"), TEXT("#"), {.kind = TYPE_DECIMAL}};
    for (size_t i = 0; i < table->columns_count; i++) {
        const ReportColumn *column = &table->columns[i];
        is_share[place] = column->is_share;
        columns[place++] = (OutputColumn){text_of(column->key), column->label, column->type};
    }
    if (shown.has_rules)
        columns[place] = (OutputColumn){TEXT("rule"), TEXT(""), {.kind = TYPE_TEXT}};
}

Status reply_report_table(const ReportTable *table, ReportShown shown, OutputOptions options,
                          Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    size_t count = table->columns_count + shown.has_numbers + shown.has_rules;
    OutputColumn *columns = ARENA_ARRAY(arena, OutputColumn, count);
    Value *values = ARENA_ARRAY(arena, Value, count);
    bool *is_share = ARENA_ARRAY(arena, bool, count);
    put_headings(table, shown, columns, is_share);
    AUTO(output_done) Output *output = output_open(options, columns, count);
    output_set_shares(output, is_share);
    for (size_t row = 0; row < report_rows_count(table); row++) {
        size_t place = 0;
        if (shown.has_numbers) values[place++] = value_decimal((int64_t)row + 1);
        for (size_t i = 0; i < table->columns_count; i++)
            values[place++] = table->values.items[row * table->columns_count + i];
        if (shown.has_rules) values[place] = value_text(table->rules.items[row]);
        output_row(output, values);
    }
    return output_close(output, err);
}
