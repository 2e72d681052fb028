/* report.c -- a report as JSON, and its tables for people and spreadsheets. */
#include "reply/report.h"

#include "reply/fields.h"
#include "reply/xlsx.h"

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

typedef struct {
    const ReportTable *table;
    ReportShown shown;
    OutputColumn *columns;
    size_t columns_count;
    bool *is_share;
    Value *values; /* of a row */
} Shown;

static void put_headings(Shown *shown)
{
    const ReportTable *table = shown->table;
    size_t place = 0;
    if (shown->shown.has_numbers)
        shown->columns[place++] = (OutputColumn){TEXT("row"), TEXT("#"), {.kind = TYPE_DECIMAL}};
    for (size_t i = 0; i < table->columns_count; i++) {
        const ReportColumn *column = &table->columns[i];
        shown->is_share[place] = column->is_share;
        shown->columns[place++] = (OutputColumn){text_of(column->key), column->label, column->type};
    }
    if (shown->shown.has_rules)
        shown->columns[place] = (OutputColumn){TEXT("rule"), TEXT(""), {.kind = TYPE_TEXT}};
}

static Shown shown_table(const ReportTable *table, ReportShown how, Arena *arena)
{
    size_t count = table->columns_count + how.has_numbers + how.has_rules;
    Shown shown = {.table = table,
                   .shown = how,
                   .columns = ARENA_ARRAY(arena, OutputColumn, count),
                   .columns_count = count,
                   .is_share = ARENA_ARRAY(arena, bool, count),
                   .values = ARENA_ARRAY(arena, Value, count)};
    put_headings(&shown);
    return shown;
}

static const Value *shown_row(const Shown *shown, size_t row)
{
    const ReportTable *table = shown->table;
    size_t place = 0;
    if (shown->shown.has_numbers) shown->values[place++] = value_decimal((int64_t)row + 1);
    for (size_t i = 0; i < table->columns_count; i++)
        shown->values[place++] = table->values.items[row * table->columns_count + i];
    if (shown->shown.has_rules) shown->values[place] = value_text(table->rules.items[row]);
    return shown->values;
}

Status reply_report_table(const ReportTable *table, ReportShown how, OutputOptions options,
                          Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Shown shown = shown_table(table, how, arena);
    options.title = table->label;
    AUTO(output_done) Output *output = output_open(options, shown.columns, shown.columns_count);
    output_set_shares(output, shown.is_share);
    for (size_t row = 0; row < report_rows_count(table); row++)
        output_row(output, shown_row(&shown, row));
    return output_close(output, err);
}

/* ---- workbook ---- */

static void add_notes(Xlsx *workbook, const Report *report, Language language, Arena *arena)
{
    static const char *const titles[LANGUAGE_COUNT] = {
        [LANGUAGE_RU] = "Примечания", [LANGUAGE_UK] = "Примітки", [LANGUAGE_EN] = "Notes"};
    OutputColumn *column = ARENA_NEW(arena, OutputColumn);
    *column = (OutputColumn){TEXT("note"), report->label, {.kind = TYPE_TEXT}};
    if (report->notes.count == 0) return;
    xlsx_sheet(workbook, text_of(titles[language]), column, 1, NULL);
    for (size_t i = 0; i < report->notes.count; i++) {
        Value note = value_text(report->notes.items[i].sentence);
        xlsx_row(workbook, &note);
    }
}

Status reply_report_workbook(const Report *report, ReportShown how, OutputOptions options,
                             Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(xlsx_done) Xlsx *workbook = xlsx_open(options.language, options.utc_second);
    for (size_t i = 0; i < report->tables_count; i++) {
        const ReportTable *table = &report->tables[i];
        Shown shown = shown_table(table, how, arena);
        xlsx_sheet(workbook, table->label, shown.columns, shown.columns_count, shown.is_share);
        for (size_t row = 0; row < report_rows_count(table); row++)
            xlsx_row(workbook, shown_row(&shown, row));
    }
    add_notes(workbook, report, options.language, arena);
    return xlsx_close(workbook, options.file, err);
}
