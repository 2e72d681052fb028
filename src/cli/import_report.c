/* import_report.c -- what an import found out and what became of the rows. */
#include "cli/import_report.h"

#include "cli/import_again.h"
#include "cli/labels.h"
#include "reply/customer.h"
#include "reply/fields.h"
#include "reply/human.h"
#include "reply/import.h"

/* ---- for people ---- */

static void tell_note(Invocation *invocation, Text note, Voice voice)
{
    invocation_note(invocation, "%.*s", TEXT_FORMAT(LABEL_SAY(voice, NOTE, note)));
}

static void tell_decisions(Invocation *invocation, const ImportPlan *plan)
{
    for (size_t i = 0; i < plan->decisions_count; i++) {
        const ImportDecision *decision = &plan->decisions[i];
        invocation_say(invocation, "%.*s: %.*s (%.*s)%s", TEXT_FORMAT(decision->label),
                       TEXT_FORMAT(decision->value), TEXT_FORMAT(decision->why),
                       decision->is_certain ? "" : " ?");
    }
}

static Text use_word(ColumnUse use, Language language)
{
    switch (use) {
    case COLUMN_MAPPED: return TEXT("->");
    case COLUMN_CREATED: return label_get(LABEL_COLUMN_NEW, language);
    case COLUMN_IGNORED: return label_get(LABEL_COLUMN_LEFT_OUT, language);
    case COLUMN_UNKNOWN: return label_get(LABEL_COLUMN_UNKNOWN, language);
    }
    return TEXT("");
}

static void tell_columns(Invocation *invocation, const ImportPlan *plan, Language language)
{
    size_t width = 0;
    for (size_t i = 0; i < plan->columns_count; i++) {
        size_t own = human_width(plan->columns[i].name);
        if (own > width) width = own;
    }
    for (size_t i = 0; i < plan->columns_count; i++) {
        const ImportColumn *column = &plan->columns[i];
        bool has_field = column->use == COLUMN_MAPPED || column->use == COLUMN_CREATED;
        Text name = human_line(column->name, invocation->arena);
        invocation_say(
            invocation, "  %.*s%*s  %.*s %.*s%s%.*s%s", TEXT_FORMAT(name),
            (int)(width - human_width(name)), "", TEXT_FORMAT(use_word(column->use, language)),
            TEXT_FORMAT(has_field ? column->field : TEXT("")), column->why.size > 0 ? " (" : "",
            TEXT_FORMAT(column->why), column->why.size > 0 ? ")" : "");
        if (column->evidence.size == 0) continue;
        bool is_date = column->date_order != DATE_ORDER_DETECT;
        invocation_say(invocation, "  %*s  %s%s%s%.*s", (int)width, "",
                       column->is_certain ? "" : "? ",
                       is_date ? import_date_order_code(column->date_order) : "",
                       is_date ? ": " : "", TEXT_FORMAT(column->evidence));
    }
}

static void tell_preview(Invocation *invocation, const ImportPlan *plan, Voice voice)
{
    for (size_t i = 0; i < plan->preview_count; i++) {
        const ImportPreviewRow *row = &plan->preview[i];
        Text line = LABEL_SAY(voice, ROW_LINE, voice_count(voice, row->line));
        invocation_say(invocation, "%.*s", TEXT_FORMAT(line));
        if (row->cells == NULL)
            invocation_say(invocation, "  %.*s",
                           TEXT_FORMAT(LABEL_SAY(voice, ROW_REJECTED, row->reason)));
        for (size_t f = 0; row->cells != NULL && f < plan->fields_count; f++) {
            Text cell = human_line(row->cells[f], invocation->arena);
            if (cell.size > 0)
                invocation_say(invocation, "  %.*s = %.*s", TEXT_FORMAT(plan->fields[f]),
                               TEXT_FORMAT(cell));
        }
    }
}

void import_tell_plan(Invocation *invocation, const ImportPlan *plan, bool is_dry_run,
                      Language language)
{
    Voice voice = {invocation->arena, language};
    if (!invocation->common.is_quiet) {
        tell_decisions(invocation, plan);
        tell_columns(invocation, plan, language);
        if (is_dry_run) tell_preview(invocation, plan, voice);
    }
    for (size_t i = 0; i < plan->warnings_count; i++)
        tell_note(invocation, plan->warnings[i], voice);
}

static void tell_rejection(Invocation *invocation, const ImportRejection *rejection, Voice voice)
{
    Text count = human_count(rejection->count, voice.language, voice.arena);
    Text example = human_line(rejection->example, voice.arena);
    Text in = TEXT(""), like = TEXT("");
    if (rejection->column.size > 0) in = LABEL_SAY(voice, REJECTED_IN, rejection->column);
    if (example.size > 0) like = LABEL_SAY(voice, REJECTED_LIKE, example);
    Text first = LABEL_SAY(voice, REJECTED_FIRST, voice_count(voice, rejection->line));
    invocation_say(invocation, "  %.*s × %.*s%.*s%.*s%.*s", TEXT_FORMAT(count),
                   TEXT_FORMAT(rejection->reason), TEXT_FORMAT(in), TEXT_FORMAT(like),
                   TEXT_FORMAT(first));
}

static void tell_count(Invocation *invocation, Label label, uint64_t count, Voice voice)
{
    if (count == 0) return;
    Text number = human_count(count, voice.language, voice.arena);
    invocation_say(invocation, "  %.*s", TEXT_FORMAT(label_say(label, voice, &number, 1)));
}

void import_tell_report(Invocation *invocation, const ImportReport *report, const char *file,
                        Language language)
{
    Arena *arena = invocation->arena;
    Voice voice = {arena, language};
    Text sum = LABEL_SAY(voice, ROWS_SUM, human_count(report->read, language, arena),
                         human_count(report->added, language, arena),
                         human_count(report->updated, language, arena),
                         human_count(report->unchanged, language, arena),
                         human_count(report->rejected, language, arena));
    if (report->is_dry_run) sum = LABEL_SAY(voice, WOULD_BE, sum);
    invocation_say(invocation, "%.*s", TEXT_FORMAT(sum));
    tell_count(invocation, LABEL_EVENTS_REMOVED, report->removed, voice);
    tell_count(invocation, LABEL_CUSTOMERS_ADDED, report->customers_added, voice);
    tell_count(invocation, LABEL_ITEMS_ADDED, report->items_added, voice);
    for (size_t i = 0; i < report->rejections_count; i++)
        tell_rejection(invocation, &report->rejections[i], voice);
    if (report->rejects_path != NULL) {
        Text where = LABEL_SAY(voice, REJECTED_ROWS, text_of(report->rejects_path));
        Text again = import_again(invocation, file, report);
        invocation_say(invocation, "%.*s", TEXT_FORMAT(where));
        invocation_say(invocation, "  %.*s", TEXT_FORMAT(again));
    }
    for (size_t i = 0; i < report->notes_count; i++)
        tell_note(invocation, report->notes[i], voice);
    if (!report->is_finished) {
        Text stopped = LABEL_SAY(voice, IMPORT_STOPPED, voice_count(voice, report->line_done));
        invocation_note(invocation, "%.*s", TEXT_FORMAT(stopped));
    }
}

/* ---- JSON ---- */

void import_tell_as_json(Invocation *invocation, const ImportOutcome *outcome, const char *file)
{
    const ImportPlan *plan = outcome->plan;
    const ImportReport *report = outcome->report;
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    reply_import_plan_members(&writer, plan);
    reply_import_report_members(&writer, report);
    field_text_or_null(&writer, "rejects_path",
                       report->rejects_path == NULL ? TEXT("") : text_of(report->rejects_path));
    if (report->rejects_path != NULL)
        field_text(&writer, "rejects_command", import_again(invocation, file, report));
    json_key(&writer, "new_customers");
    reply_creation_check(&writer, outcome->check, app_today(outcome->app),
                         app_language(outcome->app));
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}
