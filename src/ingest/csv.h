/* csv.h -- splitting text into rows and cells; nothing is known of columns or values here. */
#pragma once

#include "ingest/record.h"

typedef struct {
    char delimiter; /* , ; | or tab */
    char line_end;  /* '\n' (a '\r' before it is dropped), or '\r' where there is no other */
} CsvDialect;

/* Where quotes, delimiters and line ends stand, in order; `out` has room for one position per byte.
 * The two forms give the same positions; csv_find_marks takes the faster one. */
size_t csv_find_marks(Text text, CsvDialect dialect, uint32_t *out);
size_t csv_find_marks_plain(Text text, CsvDialect dialect, uint32_t *out);

/* Split the whole rows at the beginning of `text`; returns the bytes they take. The rest waits for
 * more text, unless `is_end`.
 *
 * A cell that begins with a quote goes on to the next single quote; two quotes inside are one,
 * which is unescaped in place. A quote anywhere else is a plain sign. A row whose quotes do not
 * fit, or that is longer than RECORD_BYTES_MAX, costs its first line: that line becomes a row with
 * a fault and splitting goes on with the next line. Rows without any content are left out. */
size_t csv_split(char *text, size_t size, CsvDialect dialect, bool is_end, SplitState *state,
                 RecordList *list);
