/* xlsx.h -- tables as an XLSX workbook, a sheet each, of any number of rows.
 *
 * Cells have types: numbers, money, percentages and dates are counted and sorted by a spreadsheet.
 * A text is a text whatever it begins with, so nothing runs as a formula. What a spreadsheet cannot
 * hold exactly is written as text too: numbers of more than 15 digits, days before 1 March 1900.
 * The heading is bold and stays in sight; rows beyond those of a sheet go on in another one. Memory
 * does not grow with the rows: they wait in a temporary file. */
#pragma once

#include "reply/output.h"

typedef struct Xlsx Xlsx;

/* The moment goes into the properties of the file. What fails is told by xlsx_close. */
Xlsx *xlsx_open(Language language, int64_t made_utc_second);
/* The rows that follow are those of a new sheet. `is_share` may be NULL; both are borrowed until
 * the next sheet or the end. */
void xlsx_sheet(Xlsx *workbook, Text title, const OutputColumn *columns, size_t columns_count,
                const bool *is_share);
void xlsx_row(Xlsx *workbook, const Value *values); /* one per column */
/* Write the file, once. errors  IO no room for the file or the temporary ones,
 *         LIMIT too many columns */
MUST_CHECK Status xlsx_close(Xlsx *workbook, FILE *file, Error *err);
void xlsx_done(Xlsx **workbook); /* for AUTO; also without a close before */
