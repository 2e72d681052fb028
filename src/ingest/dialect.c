/* dialect.c -- telling formats, delimiters and headers from the beginning of a file. */
#include "ingest/dialect.h"

#include <string.h>

enum {
    SAMPLE_ROWS_MAX = 100,
    SAMPLE_BYTES_MAX = 64 << 10,
    NUL_SHARE_MAX = 100 /* one NUL in so many bytes is damage, more is no text */
};

Status dialect_check_is_text(Text bytes, Encoding encoding, Error *err)
{
    static const struct {
        const char *magic, *what;
    } magics[] = {{"PK\x03\x04", "a workbook (.xlsx) or an archive"},
                  {"\xD0\xCF\x11\xE0", "an old workbook (.xls)"},
                  {"%PDF-", "a PDF document"},
                  {"SQLite format 3", "an SQLite database"},
                  {"PAR1", "a Parquet file"},
                  {"7z\xBC\xAF", "a 7z archive"},
                  {"Rar!", "a RAR archive"},
                  {"BZh", "a bzip2 archive"},
                  {"\xFD"
                   "7zXZ",
                   "an xz archive"},
                  {"\x28\xB5\x2F\xFD", "a zstd archive"}};
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (text_starts_with(bytes, text_of(magics[i].magic)))
            return error_set(err, STATUS_INVALID,
                             "the file is %s, not text: open it where it was made and save the "
                             "table as CSV (UTF-8)",
                             magics[i].what);
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
        Text name = text_trim(cell_text(cells[i])), word;
        if (name.size == 0) continue;
        data += looks_like_data(name);
        bool is_known = false;
        for (size_t f = 0; f < target->fields.count && !is_known; f++)
            is_known =
                target_match(&target->fields.items[f], name, voice.arena, &word) != MATCH_NONE;
        known += is_known;
    }
    if (known != 0)
        return (HeaderGuess){true, true, SAY(voice, KNOWN_NAMES, voice_count(voice, known))};
    if (data != 0) return (HeaderGuess){false, true, say(voice, MESSAGE_FIRST_ROW_IS_DATA)};
    return (HeaderGuess){true, false, say(voice, MESSAGE_FIRST_ROW_IS_TEXT)};
}
