/* import_internal.h -- the inside of an Import, shared by opening, planning and running it. */
#pragma once

#include "ingest/columns.h"
#include "ingest/reader.h"

struct Import {
    Arena *arena; /* owns all that is planned and reported */
    Store *store;
    const char *path;
    ImportOptions options;  /* told ones over those of the saved mapping */
    bool is_encoding_saved; /* told by the saved mapping, not by the caller */
    bool is_ascii_only;     /* nothing seen tells the encoding */
    Voice voice;            /* sentences of the plan and the report */

    bool has_content; /* the input is no file */
    Text content;
    Input *input;
    Zone *zone;
    ReaderFormat format;
    JsonColumns json;  /* keys of NDJSON; index NULL for CSV */
    Arena *json_arena; /* theirs alone: new keys are noted by other threads */
    Columns columns;
    size_t json_columns_seen; /* the others are fields that may still come */
    ColumnVerdict *verdicts;
    RowShape shape;
    bool has_run;
    uint64_t rows_done; /* taken or refused, stored or not yet */

    struct {
        ImportDecision *items;
        size_t count, capacity;
    } decisions;
    struct {
        Text *items;
        size_t count, capacity;
    } warnings;
    struct {
        Text *items;
        size_t count, capacity;
    } notes;
    struct {
        ImportRow *items;
        size_t count, capacity;
    } rows;
    ImportPlan plan;
    ImportColumn *look_columns; /* those of the plan */
    ImportReport report;
};

/* Nothing is kept before everything is. */
static inline bool import_is_one_batch(const Import *import)
{
    return import->options.is_dry_run || import->options.tells_rows;
}

static inline bool import_is_csv(const Import *import)
{
    return import->format.format == IMPORT_CSV;
}

/* The type by which values of a field are printed. */
Type import_field_type(const TargetField *field);

/* Whether rows without an amount get one from quantity and price; the event writer does it. */
bool import_derives_amount(const Import *import);

/* What every row needs besides fitting values: FAULT_NO_CODE, FAULT_NO_DATE, ... or FAULT_NONE. */
Fault import_missing_part(const Import *import, const Row *row);

/* Whether a field is worth a column of the preview: not one that only may come later. */
bool import_is_shown(const Import *import, const Binding *binding);

/* Fill plan.preview from the first rows of the sample. */
void import_preview(Import *import, const RecordList *sample);

/* The sentence of a refused row: what is wrong and what was expected, without the value. */
Text import_reason(const Import *import, const Row *row, Voice voice);
