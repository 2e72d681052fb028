/* output.h -- rows of typed columns as a table for people, CSV, JSON, NDJSON or a workbook.
 *
 * The one place where results become text. Machine formats are plain: a point, ISO dates, true and
 * false, texts as they are: their line breaks stand inside the quotes. CSV is safe to open in a
 * spreadsheet: a text that begins like a formula gets an apostrophe in front unless it is a number.
 * The table is for reading, there a text is one line. */
#pragma once

#include "base/error.h"
#include "model/language.h"
#include "model/value.h"

#include <stdio.h>

typedef enum {
    FORMAT_TABLE,
    FORMAT_CSV,
    FORMAT_JSON,
    FORMAT_NDJSON,
    FORMAT_XLSX /* reply/xlsx.h */
} OutputFormat;

typedef struct {
    OutputFormat format;
    /* CSV as a spreadsheet of that language opens it: BOM, CRLF, headings for people, values in
     * words; semicolons and a decimal comma, in English commas and a point. */
    bool is_for_excel;
    bool has_colour;    /* table: the heading stands out */
    Language language;  /* of the table, and of words for Excel */
    FILE *file;         /* borrowed */
    Text title;         /* XLSX: of the sheet; may be empty */
    int64_t utc_second; /* XLSX: the moment it says it was made */
} OutputOptions;

typedef struct {
    Text key;   /* name in CSV and JSON */
    Text label; /* heading for people; empty: the key */
    Type type;
} OutputColumn;

typedef struct Output Output;

/* The columns are borrowed until the end. A table is held in memory until then, because its
 * widths follow from all rows; the other formats are written as they come. */
Output *output_open(OutputOptions options, const OutputColumn *columns, size_t columns_count);
/* Ratios that a table and a workbook show as percentages, by column, before the first row; borrowed
 * until the end. */
void output_set_shares(Output *output, const bool *is_share);
void output_row(Output *output, const Value *values); /* one per column */
/* Write what is left, once. IO when the file did not take everything. */
MUST_CHECK Status output_close(Output *output, Error *err);
/* Free; without a close before, a table is not written. For AUTO(output_done). */
void output_done(Output **output);

/* Flush `file` and say so in a sentence when it did not take everything. */
MUST_CHECK Status output_flush(FILE *file, Error *err);
