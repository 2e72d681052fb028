/* import.c -- what an import found out and what became of the rows, as JSON. */
#include "reply/import.h"

#include "reply/fields.h"

/* ---- the plan ---- */

static void put_decisions(JsonWriter *writer, const ImportPlan *plan)
{
    json_key(writer, "decisions");
    json_begin(writer, '[');
    for (size_t i = 0; i < plan->decisions_count; i++) {
        const ImportDecision *decision = &plan->decisions[i];
        json_begin(writer, '{');
        field_text(writer, "what", decision->what);
        field_text(writer, "label", decision->label);
        field_text(writer, "value", decision->value);
        field_text(writer, "why", decision->why);
        field_text(writer, "option", decision->option);
        field_flag(writer, "is_certain", decision->is_certain);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static const char *use_code(ColumnUse use)
{
    switch (use) {
    case COLUMN_MAPPED: return "mapped";
    case COLUMN_CREATED: return "created";
    case COLUMN_IGNORED: return "ignored";
    case COLUMN_UNKNOWN: return "unknown";
    }
    return "";
}

static void put_column(JsonWriter *writer, const ImportColumn *column)
{
    bool is_number = column->decimal_mark != DECIMAL_MARK_DETECT;
    bool is_date = column->date_order != DATE_ORDER_DETECT;
    json_begin(writer, '{');
    field_text(writer, "name", column->name);
    field_code(writer, "use", use_code(column->use));
    if (column->field.size > 0) field_text(writer, "field", column->field);
    field_code(writer, "type", property_type_code(column->type));
    field_text(writer, "why", column->why);
    if (is_number) field_code(writer, "decimal", import_decimal_mark_code(column->decimal_mark));
    if (is_date) field_code(writer, "dates", import_date_order_code(column->date_order));
    if (column->evidence.size > 0) field_text(writer, "evidence", column->evidence);
    field_flag(writer, "is_certain", column->is_certain);
    if (column->samples != NULL)
        field_texts(writer, "samples", column->samples, column->samples_count);
    json_end(writer, '}');
}

static void put_columns(JsonWriter *writer, const ImportPlan *plan)
{
    json_key(writer, "columns");
    json_begin(writer, '[');
    for (size_t i = 0; i < plan->columns_count; i++)
        put_column(writer, &plan->columns[i]);
    json_end(writer, ']');
}

void reply_import_plan_members(JsonWriter *writer, const ImportPlan *plan)
{
    put_decisions(writer, plan);
    put_columns(writer, plan);
    field_texts(writer, "warnings", plan->warnings, plan->warnings_count);
}

/* A rejected row has a reason and no cells. */
static void put_preview(JsonWriter *writer, const ImportPlan *plan)
{
    json_key(writer, "preview");
    json_begin(writer, '[');
    for (size_t i = 0; i < plan->preview_count; i++) {
        const ImportPreviewRow *row = &plan->preview[i];
        json_begin(writer, '{');
        field_count(writer, "line", row->line);
        field_text_or_null(writer, "reason", row->cells == NULL ? row->reason : TEXT(""));
        field_texts(writer, "cells", row->cells, row->cells == NULL ? 0 : plan->fields_count);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_targets(JsonWriter *writer, const ImportPlan *plan)
{
    json_key(writer, "targets");
    json_begin(writer, '[');
    for (size_t i = 0; i < plan->targets_count; i++) {
        const ImportField *field = &plan->targets[i];
        json_begin(writer, '{');
        field_text(writer, "name", field->name);
        field_text(writer, "label", field->label.size > 0 ? field->label : field->name);
        field_code(writer, "type", property_type_code(field->type));
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_import_plan(JsonWriter *writer, const ImportPlan *plan)
{
    bool is_csv = plan->format == IMPORT_CSV;
    json_begin(writer, '{');
    field_code(writer, "target", import_target_code(plan->target));
    field_text_or_null(writer, "stream", plan->stream);
    field_code(writer, "mode", import_mode_code(plan->mode));
    field_code(writer, "format", import_format_code(plan->format));
    field_code(writer, "encoding", import_encoding_code(plan->encoding));
    field_text_or_null(writer, "delimiter",
                       is_csv ? text_of(import_delimiter_code(plan->delimiter)) : TEXT(""));
    field_flag(writer, "has_header", plan->has_header);
    field_text_or_null(writer, "lack", plan->lack);
    reply_import_plan_members(writer, plan);
    field_texts(writer, "fields", plan->fields, plan->fields_count);
    put_preview(writer, plan);
    put_targets(writer, plan);
    json_end(writer, '}');
}

/* ---- the report ---- */

static void put_rejections(JsonWriter *writer, const ImportReport *report)
{
    json_key(writer, "rejections");
    json_begin(writer, '[');
    for (size_t i = 0; i < report->rejections_count; i++) {
        const ImportRejection *rejection = &report->rejections[i];
        json_begin(writer, '{');
        field_text(writer, "reason", rejection->reason);
        field_text(writer, "column", rejection->column);
        field_text(writer, "example", rejection->example);
        field_count(writer, "count", rejection->count);
        field_count(writer, "line", rejection->line);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_import_report_members(JsonWriter *writer, const ImportReport *report)
{
    field_count(writer, "read", report->read);
    field_count(writer, "added", report->added);
    field_count(writer, "updated", report->updated);
    field_count(writer, "unchanged", report->unchanged);
    field_count(writer, "rejected", report->rejected);
    field_count(writer, "removed", report->removed);
    field_count(writer, "rounded", report->rounded);
    field_count(writer, "customers_added", report->customers_added);
    field_count(writer, "items_added", report->items_added);
    field_flag(writer, "is_finished", report->is_finished);
    field_flag(writer, "is_dry_run", report->is_dry_run);
    field_text_or_null(writer, "dates",
                       report->date_order == DATE_ORDER_DETECT
                           ? TEXT("")
                           : text_of(import_date_order_code(report->date_order)));
    field_text_or_null(writer, "decimal",
                       report->decimal_mark == DECIMAL_MARK_DETECT
                           ? TEXT("")
                           : text_of(import_decimal_mark_code(report->decimal_mark)));
    put_rejections(writer, report);
    field_texts(writer, "notes", report->notes, report->notes_count);
}

/* ---- single rows ---- */

static const char *outcome_code(RowOutcome outcome)
{
    switch (outcome) {
    case ROW_ADDED: return "added";
    case ROW_UPDATED: return "updated";
    case ROW_UNCHANGED: return "unchanged";
    case ROW_REJECTED: return "rejected";
    }
    return "";
}

void reply_import_rows(JsonWriter *writer, const ImportRow *rows, size_t count)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(writer, '{');
        field_count(writer, "line", rows[i].line);
        field_code(writer, "outcome", outcome_code(rows[i].outcome));
        if (rows[i].outcome == ROW_REJECTED) {
            field_text(writer, "reason", rows[i].reason);
            field_text_or_null(writer, "column", rows[i].column);
        }
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_import_mappings(JsonWriter *writer, const StoredMapping *mappings, size_t count)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(writer, '{');
        field_text(writer, "name", mappings[i].name);
        json_key(writer, "options");
        json_raw(writer, mappings[i].json);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_import_notes(JsonWriter *writer, const ImportNotes *notes)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < notes->count; i++) {
        const ImportNote *note = &notes->items[i];
        json_begin(writer, '{');
        field_moment(writer, "at", true, note->at);
        field_text(writer, "author", note->author);
        field_text(writer, "file", note->file);
        field_text(writer, "target", note->target);
        field_text_or_null(writer, "stream", note->stream);
        field_text(writer, "mode", note->mode);
        field_count(writer, "read", note->added + note->updated + note->unchanged + note->rejected);
        field_count(writer, "added", note->added);
        field_count(writer, "updated", note->updated);
        field_count(writer, "unchanged", note->unchanged);
        field_count(writer, "rejected", note->rejected);
        field_count(writer, "removed", note->removed);
        field_flag(writer, "is_finished", note->is_finished);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}
