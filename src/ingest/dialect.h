/* dialect.h -- what kind of text a file is: JSON lines or CSV, and how its rows are divided. */
#pragma once

#include "ingest/convert.h"
#include "ingest/csv.h"
#include "ingest/say.h"
#include "ingest/target.h"

/* INVALID with what to do when the bytes are those of a workbook, an archive, or no text at all. */
MUST_CHECK Status dialect_check_is_text(Text bytes, Encoding encoding, Error *err);

/* CSV unless the first sign that is no space is '{'; INVALID for other forms of JSON. */
MUST_CHECK Status dialect_format(Text text, ImportFormat *ret_format, Message *ret_why, Error *err);

/* Line feeds where there is one, else carriage returns. */
char dialect_line_end(Text text);
/* The line "sep=;" that spreadsheets understand: its bytes with the line end, 0 when absent. */
size_t dialect_sep_line(Text text, char line_end, char *ret_delimiter);

typedef struct {
    char delimiter;
    bool is_certain;
    Text why;
} DelimiterGuess;
/* The sign that divides the first rows most evenly. */
DelimiterGuess dialect_delimiter(Text text, char line_end, Voice voice);

/* Lines above the header that only say what the table is: "Sales report", "Period: ...". Found by
 * the row further down that has more known names and more cells than all before it. `told` is the
 * delimiter, 0: any. */
typedef struct {
    uint64_t lines;
    size_t bytes;
} TitleLines;
TitleLines dialect_titles(Text text, CsvDialect told, const Target *target, Arena *arena);
/* The bytes of the first lines. */
TitleLines dialect_lines(Text text, char line_end, uint64_t lines_count);

typedef struct {
    bool is_present;
    bool is_certain;
    Text why;
} HeaderGuess;
/* Whether the first row holds names of columns. */
HeaderGuess dialect_header(const Cell *cells, size_t count, const Target *target, Voice voice);
