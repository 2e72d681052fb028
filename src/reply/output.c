/* output.c -- rows of typed columns as a table for people, CSV, JSON, NDJSON or a workbook. */
#include "reply/output.h"

#include "base/buffer.h"
#include "reply/human.h"
#include "reply/list.h"
#include "reply/xlsx.h"

#include <errno.h>
#include <string.h>

enum { FLUSH_BYTES = 64 * 1024, COLUMN_GAP = 2 };

typedef struct {
    Text *items;
    size_t count, capacity;
} CellList;

struct Output {
    OutputOptions options;
    const OutputColumn *columns;
    size_t columns_count;
    const bool *is_share; /* NULL: none is */
    uint64_t rows_count;
    Arena *arena;     /* this structure and the cells of a table */
    Arena *row_arena; /* texts of the present row of other formats */
    CellList cells;   /* table: row by row */
    Xlsx *workbook;   /* XLSX */
    Buffer buffer;    /* bytes on their way to the file */
};

static void write_buffer(Output *output)
{
    if (output->buffer.size == 0) return;
    fwrite(output->buffer.data, 1, output->buffer.size, output->options.file);
    buffer_clear(&output->buffer);
}

/* ---- CSV ---- */

/* Where the decimal comma is used spreadsheets want another sign between cells. */
static bool has_decimal_comma(const Output *output)
{
    return output->options.is_for_excel && output->options.language != LANGUAGE_EN;
}

static char csv_delimiter(const Output *output)
{
    return has_decimal_comma(output) ? ';' : ',';
}

/* [+-]digits with at most one point or comma: harmless however a spreadsheet reads it. */
static bool is_number(Text text)
{
    size_t digits_count = 0, signs_count = 0;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (byte >= '0' && byte <= '9') {
            digits_count++;
        } else if (byte == '.' || byte == ',') {
            signs_count++;
        } else if (i != 0 || (byte != '-' && byte != '+')) {
            return false;
        }
    }
    return digits_count > 0 && signs_count <= 1;
}

/* +7 900 555-00-02: no spreadsheet can be made to run it, only to compute it. */
static bool is_telephone(Text text)
{
    if (text.size < 2 || text.data[0] != '+') return false;
    for (size_t i = 1; i < text.size; i++)
        if (memchr("0123456789 ()-", text.data[i], 14) == NULL) return false;
    return true;
}

static bool begins_like_formula(const Output *output, Text text)
{
    if (text.size == 0 || memchr("=+-@\t\r", text.data[0], 6) == NULL) return false;
    return !is_number(text) && (output->options.is_for_excel || !is_telephone(text));
}

static bool needs_quotes(const Output *output, Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (byte == '"' || byte == '\n' || byte == '\r' || byte == csv_delimiter(output))
            return true;
    }
    /* Spaces at the ends would be trimmed by many readers. */
    return text.size > 0 && (text.data[0] == ' ' || text.data[text.size - 1] == ' ');
}

static void add_csv_cell(Output *output, Text text)
{
    bool is_formula = begins_like_formula(output, text);
    bool is_quoted = needs_quotes(output, text);
    if (is_quoted) buffer_char(&output->buffer, '"');
    if (is_formula) buffer_char(&output->buffer, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"') buffer_char(&output->buffer, '"');
        buffer_char(&output->buffer, text.data[i]);
    }
    if (is_quoted) buffer_char(&output->buffer, '"');
}

static bool is_numeric(Value value)
{
    return value.kind == VALUE_DECIMAL || value.kind == VALUE_RATIO;
}

/* Values that people know by words. Several values stay as an import reads them again. */
static bool is_in_words(const Output *output, Value value, Type type)
{
    if (!output->options.is_for_excel) return false;
    if (value.kind == VALUE_BOOL) return true;
    Enumeration enumeration = (Enumeration)type.enumeration;
    return value.kind == VALUE_TEXT &&
           enumeration_words(enumeration, value.as.text, output->options.language).size > 0;
}

static Text csv_text(Output *output, Value value, Type type)
{
    if (value_is_missing(value)) return TEXT("");
    if (is_in_words(output, value, type))
        return human_value(value, type, output->options.language, output->row_arena);
    Text text = value_print_exact(value, type, output->row_arena);
    if (!has_decimal_comma(output) || !is_numeric(value)) return text;
    char *copy = arena_alloc(output->row_arena, text.size + 1);
    memcpy(copy, text.data, text.size);
    char *point = memchr(copy, '.', text.size);
    if (point != NULL) *point = ',';
    return (Text){copy, text.size};
}

static void end_csv_line(Output *output)
{
    buffer_cstr(&output->buffer, output->options.is_for_excel ? "\r\n" : "\n");
}

static Text heading(const OutputColumn *column)
{
    return column->label.size > 0 ? column->label : column->key;
}

static void add_csv_heading(Output *output)
{
    if (output->options.is_for_excel) buffer_cstr(&output->buffer, "\xEF\xBB\xBF");
    for (size_t i = 0; i < output->columns_count; i++) {
        if (i > 0) buffer_char(&output->buffer, csv_delimiter(output));
        const OutputColumn *column = &output->columns[i];
        add_csv_cell(output, output->options.is_for_excel ? heading(column) : column->key);
    }
    end_csv_line(output);
}

static void add_csv_row(Output *output, const Value *values)
{
    for (size_t i = 0; i < output->columns_count; i++) {
        if (i > 0) buffer_char(&output->buffer, csv_delimiter(output));
        add_csv_cell(output, csv_text(output, values[i], output->columns[i].type));
    }
    end_csv_line(output);
}

/* ---- JSON ---- */

static void add_json_row(Output *output, const Value *values)
{
    JsonWriter writer = {.out = &output->buffer};
    reply_row(&writer, output->columns, output->columns_count, values);
}

/* ---- table ---- */

static void add_table_row(Output *output, const Value *values)
{
    Language language = output->options.language;
    for (size_t i = 0; i < output->columns_count; i++) {
        const OutputColumn *column = &output->columns[i];
        bool is_share = output->is_share != NULL && output->is_share[i];
        Text cell = is_share ? human_percentage(values[i], language, output->arena)
                             : human_value(values[i], column->type, language, output->arena);
        ARENA_PUSH(output->arena, &output->cells, cell);
    }
}

static bool is_right_aligned(Type type)
{
    return type.kind == TYPE_DECIMAL || type.kind == TYPE_RATIO;
}

static size_t *column_widths(Output *output)
{
    size_t *widths = ARENA_ARRAY(output->arena, size_t, output->columns_count);
    for (size_t i = 0; i < output->columns_count; i++)
        widths[i] = human_width(heading(&output->columns[i]));
    for (size_t i = 0; i < output->cells.count; i++) {
        size_t width = human_width(output->cells.items[i]);
        size_t column = i % output->columns_count;
        if (width > widths[column]) widths[column] = width;
    }
    return widths;
}

static void add_spaces(Buffer *buffer, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_char(buffer, ' ');
}

static void add_table_line(Output *output, const Text *cells, const size_t *widths)
{
    Buffer *buffer = &output->buffer;
    for (size_t i = 0; i < output->columns_count; i++) {
        size_t padding = widths[i] - human_width(cells[i]);
        bool is_last = i + 1 == output->columns_count;
        bool is_right = is_right_aligned(output->columns[i].type);
        if (is_right) add_spaces(buffer, padding);
        buffer_text(buffer, cells[i]);
        if (!is_right && !is_last) add_spaces(buffer, padding);
        if (!is_last) add_spaces(buffer, COLUMN_GAP);
    }
    while (buffer->size > 0 && buffer->data[buffer->size - 1] == ' ')
        buffer->size--;
}

static void write_table(Output *output)
{
    size_t *widths = column_widths(output);
    Text *headings = ARENA_ARRAY(output->arena, Text, output->columns_count);
    for (size_t i = 0; i < output->columns_count; i++)
        headings[i] = human_line(heading(&output->columns[i]), output->arena);
    if (output->options.has_colour) buffer_cstr(&output->buffer, "\033[1m");
    add_table_line(output, headings, widths);
    buffer_cstr(&output->buffer, output->options.has_colour ? "\033[0m\n" : "\n");
    for (size_t i = 0; i < output->cells.count; i += output->columns_count) {
        add_table_line(output, output->cells.items + i, widths);
        buffer_char(&output->buffer, '\n');
        if (output->buffer.size > FLUSH_BYTES) write_buffer(output);
    }
}

/* ---- workbook ---- */

/* The shares come after opening, so the sheet begins with its first row. */
static void begin_sheet(Output *output)
{
    if (output->rows_count == 0)
        xlsx_sheet(output->workbook, output->options.title, output->columns, output->columns_count,
                   output->is_share);
}

/* ---- all formats ---- */

Output *output_open(OutputOptions options, const OutputColumn *columns, size_t columns_count)
{
    ASSERT(columns_count > 0);
    Arena *arena = arena_new();
    Output *output = ARENA_NEW(arena, Output);
    *output = (Output){.options = options,
                       .columns = columns,
                       .columns_count = columns_count,
                       .arena = arena,
                       .row_arena = arena_new()};
    if (options.format == FORMAT_CSV) add_csv_heading(output);
    if (options.format == FORMAT_JSON) buffer_char(&output->buffer, '[');
    if (options.format == FORMAT_XLSX)
        output->workbook = xlsx_open(options.language, options.utc_second);
    return output;
}

void output_set_shares(Output *output, const bool *is_share)
{
    output->is_share = is_share;
}

void output_row(Output *output, const Value *values)
{
    switch (output->options.format) {
    case FORMAT_TABLE: add_table_row(output, values); break;
    case FORMAT_CSV: add_csv_row(output, values); break;
    case FORMAT_JSON:
        buffer_cstr(&output->buffer, output->rows_count > 0 ? ",\n " : "\n ");
        add_json_row(output, values);
        break;
    case FORMAT_NDJSON:
        add_json_row(output, values);
        buffer_char(&output->buffer, '\n');
        break;
    case FORMAT_XLSX:
        begin_sheet(output);
        xlsx_row(output->workbook, values);
        break;
    }
    output->rows_count++;
    arena_reset(output->row_arena);
    if (output->buffer.size > FLUSH_BYTES) write_buffer(output);
}

Status output_close(Output *output, Error *err)
{
    if (output->options.format == FORMAT_XLSX) {
        begin_sheet(output);
        return xlsx_close(output->workbook, output->options.file, err);
    }
    if (output->options.format == FORMAT_TABLE) write_table(output);
    if (output->options.format == FORMAT_JSON)
        buffer_cstr(&output->buffer, output->rows_count > 0 ? "\n]\n" : "]\n");
    write_buffer(output);
    return output_flush(output->options.file, err);
}

void output_done(Output **output)
{
    if (*output == NULL) return;
    buffer_done(&(*output)->buffer);
    xlsx_done(&(*output)->workbook);
    arena_free((*output)->row_arena);
    arena_free((*output)->arena);
    *output = NULL;
}

Status output_flush(FILE *file, Error *err)
{
    if (fflush(file) == 0 && !ferror(file)) return STATUS_OK;
    return error_set_system(err, errno, "cannot write the result");
}
