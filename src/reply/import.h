/* import.h -- what an import found out and what became of the rows, as JSON. */
#pragma once

#include "ingest/ingest.h"
#include "reply/json_writer.h"
#include "store/import_notes.h"

/* Members of an object: "decisions", "columns", "warnings". */
void reply_import_plan_members(JsonWriter *writer, const ImportPlan *plan);
/* The whole plan of a look: {"target", "stream", "format", ..., "lack", "decisions", "columns",
 * "fields", "preview", "targets", "warnings"}. */
void reply_import_plan(JsonWriter *writer, const ImportPlan *plan);

/* Members of an object: "read", "added", ..., "rejections", "notes". */
void reply_import_report_members(JsonWriter *writer, const ImportReport *report);

/* [{"name", "options"}]: saved mappings. */
void reply_import_mappings(JsonWriter *writer, const StoredMapping *mappings, size_t count);

/* [{"at", "author", "file", "target", "stream", "mode", "read", ..., "is_finished"}]. */
void reply_import_notes(JsonWriter *writer, const ImportNotes *notes);

/* [{"line", "outcome", "reason", "column"}]; the last two only of rejected rows. */
void reply_import_rows(JsonWriter *writer, const ImportRow *rows, size_t count);
