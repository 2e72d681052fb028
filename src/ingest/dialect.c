/* dialect.c -- telling formats, delimiters and headers from the beginning of a file. */
#include "ingest/dialect.h"

#include "ingest/charset.h"

#include <string.h>

enum {
    SAMPLE_ROWS_MAX = 100,
    SAMPLE_BYTES_MAX = 64 << 10,
    NUL_SHARE_MAX = 100 /* one NUL in so many bytes is damage, more is no text */
};

/* A workbook is a zip archive with a folder of its own; the names of files stand in it as text. */
static const char *kind_of_zip(Text bytes)
{
    Text begin = text_slice(bytes, 0, bytes.size < 64 << 10 ? bytes.size : 64 << 10);
    if (text_contains(begin, TEXT("xl/"))) return "a workbook (.xlsx)";
    if (text_contains(begin, TEXT("word/"))) return "a document (.docx)";
    if (text_contains(begin, TEXT("opendocument.spreadsheet"))) return "a workbook (.ods)";
    return "a zip archive";
}

/* What a file is that is no table in text, by how it begins; NULL: it may be one. */
static const char *kind_of_file(Text bytes)
{
    static const struct {
        Text magic;
        const char *what;
    } magics[] = {{{"\xD0\xCF\x11\xE0", 4}, "an old workbook (.xls) or document"},
                  {{"%PDF-", 5}, "a PDF document"},
                  {{"SQLite format 3", 15}, "an SQLite database"},
                  {{"PAR1", 4}, "a Parquet file"},
                  {{"7z\xBC\xAF", 4}, "a 7z archive"},
                  {{"Rar!", 4}, "a RAR archive"},
                  {{"BZh", 3}, "a bzip2 archive"},
                  {{"\xFD"
                    "7zXZ",
                    5},
                   "an xz archive"},
                  {{"\x28\xB5\x2F\xFD", 4}, "a zstd archive"},
                  {{"\x89PNG", 4}, "a picture (PNG)"},
                  {{"\xFF\xD8\xFF", 3}, "a picture (JPEG)"},
                  {{"GIF8", 4}, "a picture (GIF)"},
                  {{"RIFF", 4}, "a picture, a sound or a film (RIFF)"},
                  {{"II*\0", 4}, "a picture (TIFF)"},
                  {{"MM\0*", 4}, "a picture (TIFF)"},
                  {{"{\\rtf", 5}, "a document (RTF)"},
                  {{"\x7F"
                    "ELF",
                    4},
                   "a program"}};
    static const struct {
        const char *begin, *what;
    } pages[] = {{"<!doctype", "an HTML page"},
                 {"<html", "an HTML page"},
                 {"<table", "an HTML page"},
                 {"<?xml", "an XML document"}};
    if (text_starts_with(bytes, TEXT("PK\x03\x04"))) return kind_of_zip(bytes);
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (text_starts_with(bytes, magics[i].magic)) return magics[i].what;
    Encoding marked;
    Text text = text_trim(text_slice(bytes, charset_bom(bytes, &marked), bytes.size));
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        size_t size = text_of(pages[i].begin).size;
        Text begin = text_slice(text, 0, size < text.size ? size : text.size);
        if (text_equal_ascii_case(begin, text_of(pages[i].begin))) return pages[i].what;
    }
    return NULL;
}

Status dialect_check_is_text(Text bytes, Encoding encoding, Error *err)
{
    const char *what = kind_of_file(bytes);
    if (what != NULL)
        return error_set(err, STATUS_INVALID,
                         "the file is %s, not text: open it where it was made and save the table "
                         "as CSV (UTF-8)",
                         error_phrase(what));
    if (encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE) return STATUS_OK;
    size_t nuls = 0;
    for (size_t i = 0; i < bytes.size; i++)
        nuls += bytes.data[i] == '\0';
    if (nuls * NUL_SHARE_MAX > bytes.size)
        return error_set(err, STATUS_INVALID,
                         "the file is not text: %zu of its first %zu bytes are NUL; save the table "
                         "as CSV (UTF-8)",
                         nuls, bytes.size);
    return STATUS_OK;
}

Status dialect_format(Text text, ImportFormat *ret_format, Message *ret_why, Error *err)
{
    Text begin = text_trim(text_slice(text, 0, text.size < 4096 ? text.size : 4096));
    *ret_format = IMPORT_CSV;
    *ret_why = MESSAGE_NO_BRACE;
    if (text_starts_with(begin, TEXT("["))) {
        Text inside = text_trim(text_slice(begin, 1, begin.size));
        if (text_starts_with(inside, TEXT("{")))
            return error_set(err, STATUS_INVALID,
                             "the file is one JSON list: write one object per line, without "
                             "brackets and commas around them (NDJSON)");
    }
    if (!text_starts_with(begin, TEXT("{"))) return STATUS_OK;
    Text rest;
    Text first_line = text_trim(text_split(begin, '\n', &rest));
    if (first_line.size == 1)
        return error_set(err, STATUS_INVALID,
                         "the file is JSON spread over several lines: write one object per line "
                         "(NDJSON)");
    *ret_format = IMPORT_NDJSON;
    *ret_why = MESSAGE_BRACE;
    return STATUS_OK;
}

char dialect_line_end(Text text)
{
    if (text.size == 0 || memchr(text.data, '\n', text.size) != NULL) return '\n';
    return memchr(text.data, '\r', text.size) != NULL ? '\r' : '\n';
}

size_t dialect_sep_line(Text text, char line_end, char *ret_delimiter)
{
    Text rest, line = text_trim(text_split(text, line_end, &rest));
    if (line.size == 4 && text.size >= 5) line = text_slice(text, 0, 5); /* a tab was trimmed off */
    if (line.size != 5 || !text_starts_with(line, TEXT("sep="))) return 0;
    return import_delimiter_parse(text_slice(line, 4, 5), ret_delimiter)
               ? (size_t)(rest.data == NULL ? text.size : text.size - rest.size)
               : 0;
}

/* How evenly one sign divides the rows. */
typedef struct {
    char delimiter;
    size_t columns; /* of the first row */
    size_t even;    /* rows with as many */
    size_t rows;
} Division;

static Division divide(Text text, CsvDialect dialect, bool is_end)
{
    Division division = {.delimiter = dialect.delimiter};
    Buffer copy = {0};
    RecordList list = {0};
    SplitState state = {1, false};
    buffer_text(&copy, text);
    if (text.size != 0) csv_split(copy.data, copy.size, dialect, is_end, &state, &list);
    for (size_t i = 0; i < list.records.count && i < SAMPLE_ROWS_MAX; i++) {
        size_t cells = list.records.items[i].cells_count;
        if (division.rows == 0) division.columns = cells;
        division.even += cells == division.columns;
        division.rows++;
    }
    record_list_done(&list);
    buffer_done(&copy);
    return division;
}

/* One column is no division at all; then the share of even rows counts, then the columns. */
static bool is_better(const Division *a, const Division *b)
{
    if ((a->columns > 1) != (b->columns > 1)) return a->columns > 1;
    size_t a_share = a->even * b->rows, b_share = b->even * a->rows;
    if (a_share != b_share) return a_share > b_share;
    return a->columns > b->columns;
}

DelimiterGuess dialect_delimiter(Text text, char line_end, Voice voice)
{
    static const char delimiters[] = ";,\t|";
    bool is_end = text.size <= SAMPLE_BYTES_MAX;
    text = text_slice(text, 0, is_end ? text.size : SAMPLE_BYTES_MAX);
    Division best = {0};
    for (size_t i = 0; delimiters[i] != '\0'; i++) {
        Division division = divide(text, (CsvDialect){delimiters[i], line_end}, is_end);
        if (i == 0 || is_better(&division, &best)) best = division;
    }
    if (best.columns <= 1) return (DelimiterGuess){',', true, say(voice, MESSAGE_ONE_COLUMN)};
    Text why = SAY(voice, EVEN_ROWS, voice_count(voice, best.even), voice_count(voice, best.rows),
                   voice_count(voice, best.columns));
    return (DelimiterGuess){best.delimiter, best.even * 10 >= best.rows * 9, why};
}

/* ---- lines above the header ---- */

enum { TITLE_ROWS_MAX = 20, TITLE_BYTES_MAX = 16 << 10 };

static bool is_known_name(Text name, const Target *target, Arena *arena)
{
    Text word;
    for (size_t f = 0; f < target->fields.count; f++)
        if (target_match(&target->fields.items[f], name, arena, &word) != MATCH_NONE) return true;
    return false;
}

/* What a row shows of being a header. */
typedef struct {
    size_t filled, known;
} HeaderSigns;

static HeaderSigns signs_of(const RecordList *list, size_t row, const Target *target, Arena *arena)
{
    const Record *record = &list->records.items[row];
    HeaderSigns signs = {0};
    for (size_t i = 0; i < record->cells_count; i++) {
        Text name = text_trim(cell_text(list->cells.items[record->first_cell + i]));
        signs.filled += name.size != 0;
        signs.known += name.size != 0 && is_known_name(name, target, arena);
    }
    return signs;
}

/* The first row with two known names and more cells than all before it. */
static size_t find_header(const RecordList *list, const Target *target, Arena *arena,
                          HeaderSigns *ret_signs)
{
    size_t filled_before = 0;
    for (size_t i = 0; i < list->records.count && i < TITLE_ROWS_MAX; i++) {
        HeaderSigns signs = signs_of(list, i, target, arena);
        *ret_signs = signs;
        if (signs.known >= 2 && signs.filled > filled_before) return i;
        if (i == 0 && signs.known >= 1 && signs.filled > 1) return 0;
        if (signs.filled > filled_before) filled_before = signs.filled;
    }
    *ret_signs = (HeaderSigns){0};
    return 0;
}

TitleLines dialect_lines(Text text, char line_end, uint64_t lines_count)
{
    TitleLines found = {.lines = lines_count};
    Text rest = text;
    for (uint64_t i = 0; i < lines_count && rest.size != 0; i++)
        text_split(rest, line_end, &rest);
    found.bytes = text.size - rest.size;
    return found;
}

TitleLines dialect_titles(Text text, CsvDialect told, const Target *target, Arena *arena)
{
    static const char delimiters[] = ";,\t|";
    bool is_end = text.size <= TITLE_BYTES_MAX;
    HeaderSigns best = {0};
    uint64_t lines = 0;
    for (size_t i = 0; delimiters[i] != '\0'; i++) {
        if (told.delimiter != '\0' && told.delimiter != delimiters[i]) continue;
        AUTO(buffer_done) Buffer copy = {0};
        AUTO(record_list_done) RecordList list = {0};
        SplitState state = {1, false};
        HeaderSigns signs;
        buffer_text(&copy, text_slice(text, 0, is_end ? text.size : TITLE_BYTES_MAX));
        if (copy.size == 0) break;
        csv_split(copy.data, copy.size, (CsvDialect){delimiters[i], told.line_end}, is_end, &state,
                  &list);
        size_t row = find_header(&list, target, arena, &signs);
        if (signs.known <= best.known) continue;
        best = signs;
        lines = row == 0 ? 0 : list.records.items[row].line - 1;
    }
    return dialect_lines(text, told.line_end, lines);
}

static bool looks_like_data(Text text)
{
    int64_t mantissa;
    bool is_rounded;
    DateParts parts;
    Text rest;
    if (convert_decimal(text, (NumberStyle){'.', ','}, DECIMAL_SCALE_MAX, &mantissa, &is_rounded) ==
        FAULT_NONE)
        return true;
    if (convert_decimal(text, (NumberStyle){',', '.'}, DECIMAL_SCALE_MAX, &mantissa, &is_rounded) ==
        FAULT_NONE)
        return true;
    return convert_date_parts(text, &parts, &rest);
}

HeaderGuess dialect_header(const Cell *cells, size_t count, const Target *target, Voice voice)
{
    size_t known = 0, data = 0;
    for (size_t i = 0; i < count; i++) {
        Text name = text_trim(cell_text(cells[i]));
        if (name.size == 0) continue;
        data += looks_like_data(name);
        known += is_known_name(name, target, voice.arena);
    }
    if (known != 0)
        return (HeaderGuess){true, true, SAY(voice, KNOWN_NAMES, voice_count(voice, known))};
    if (data != 0) return (HeaderGuess){false, true, say(voice, MESSAGE_FIRST_ROW_IS_DATA)};
    return (HeaderGuess){true, false, say(voice, MESSAGE_FIRST_ROW_IS_TEXT)};
}
