/* table.h -- inside of the reports: tables built row by row, notes, words. */
#pragma once

#include "base/decimal.h"
#include "model/voice.h"
#include "report/report.h"

typedef enum {
#define REPORT_COLUMN(name, ...) COLUMN_OF_##name,
#include "report/report_column.def"
#undef REPORT_COLUMN
    REPORT_COLUMN_COUNT
} ReportColumnKind;

typedef enum {
#define REPORT_TABLE(name, ...) TABLE_OF_##name,
#include "report/report_table.def"
#undef REPORT_TABLE
    REPORT_TABLE_COUNT
} ReportTableKind;

typedef enum {
#define REPORT_NOTE(name, ...) NOTE_##name,
#include "report/report_note.def"
#undef REPORT_NOTE
    REPORT_NOTE_COUNT
} ReportNoteKind;

typedef enum {
#define REPORT_WORD(name, ...) WORD_##name,
#include "report/report_word.def"
#undef REPORT_WORD
    REPORT_WORD_COUNT
} ReportWord;

Text report_word(ReportWord word, Language language);
Text report_say_word(ReportWord word, Voice voice, const Text *parts, size_t parts_count);

/* The table stays where it is as long as the report does. */
ReportTable *report_add_table(Report *report, ReportTableKind kind, Voice voice,
                              const ReportColumnKind *columns, size_t columns_count);
void report_add_note(Report *report, ReportNoteKind kind, Voice voice, const Text *parts,
                     size_t parts_count);
/* Says so when not all rows are shown. */
void report_note_rows(Report *report, Voice voice, uint64_t shown, uint64_t all);

/* A row: its values are put one after another, in the order of the columns. */
typedef struct {
    ReportTable *table;
    Arena *arena;
    bool has_overflow;
} ReportRow;

static inline ReportRow row_begin(ReportTable *table, Arena *arena)
{
    return (ReportRow){.table = table, .arena = arena};
}
void row_value(ReportRow *row, Value value);
void row_text(ReportRow *row, Text text); /* an empty one is missing */
void row_count(ReportRow *row, uint64_t count);
void row_money(ReportRow *row, Int128 mantissa);
void row_money_known(ReportRow *row, bool is_known, Int128 mantissa); /* missing when it is not */
void row_date(ReportRow *row, Date date);
void row_ratio(ReportRow *row, double ratio); /* not finite: missing */
/* Exact integers become doubles once; missing when the whole is 0. */
void row_share(ReportRow *row, Int128 part, Int128 whole);
void row_missing(ReportRow *row);
/* errors  LIMIT when a sum of the row has more than 18 digits */
MUST_CHECK Status row_end(ReportRow *row, Text rule, Error *err);

/* A name as the language writes it, in backticks where it must be. */
Text report_name(Text name, Arena *arena);
/* `(rule) and condition`; the condition alone when the rule means everybody. */
Text rule_and(Text rule, Text condition, Arena *arena);
/* "any(purchase, from 2026-01-01 to 2026-01-31)" */
Text rule_bought(Date from, Date to, Arena *arena);
