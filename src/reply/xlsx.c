/* xlsx.c -- tables as an XLSX workbook, a sheet each, of any number of rows. */
#include "reply/xlsx.h"

#include "base/fold.h"
#include "reply/human.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
    CELL_UNITS_MAX = 32767, /* of UTF-16: what a cell may hold */
    TITLE_SIGNS_MAX = 31,
    TITLE_NUMBER_SIGNS = 5, /* " 1234" */
    WIDTH_MIN = 9,
    WIDTH_MAX = 60,
    WIDTH_OF_FILTER = 3, /* its arrow hides the end of a heading */
    DATE_WIDTH = 11,
    MOMENT_WIDTH = 18,
    NUMBER_WIDTH = 14,
    EPOCH_SERIAL = 25569,    /* of 1970-01-01 */
    SERIAL_DAY_MIN = -25508, /* 1900-03-01: spreadsheets believe in 29 February 1900 */
    SECONDS_OF_DAY = 24 * 3600,
    COPY_BYTES = 64 * 1024
};
#define EXACT_MANTISSA_MAX INT64_C(999999999999999)

struct Xlsx {
    Arena *arena;     /* this structure, titles, widths */
    Arena *row_arena; /* texts of the present row */
    Language language;
    char path[64]; /* of the temporary file; empty: there is none */
    lxw_workbook *book;
    lxw_format *heading, *date, *moment, *share;
    lxw_format *numbers[2][DECIMAL_SCALE_MAX + 1]; /* money or not, by scale; made when needed */
    lxw_format *ratio;

    lxw_worksheet *sheet; /* NULL: none yet, or it could not be made */
    Text title;
    const OutputColumn *columns;
    size_t columns_count;
    const bool *is_share;
    size_t *widths;
    uint32_t row;    /* the next one */
    unsigned number; /* of the sheet among those of its title */
    unsigned sheets_count;
    bool has_failed, has_too_many_columns;
};

static lxw_format *format_of(Xlsx *workbook, const char *picture)
{
    lxw_format *format = workbook_add_format(workbook->book);
    if (format != NULL) format_set_num_format(format, picture);
    return format;
}

static void make_formats(Xlsx *workbook)
{
    workbook->heading = workbook_add_format(workbook->book);
    format_set_bold(workbook->heading);
    format_set_text_wrap(workbook->heading);
    format_set_align(workbook->heading, LXW_ALIGN_VERTICAL_TOP);
    workbook->date = format_of(workbook, "dd.mm.yyyy");
    workbook->moment = format_of(workbook, "dd.mm.yyyy hh:mm:ss");
    workbook->share = format_of(workbook, "0.0%");
    workbook->ratio = format_of(workbook, "#,##0.00##");
}

static void set_properties(Xlsx *workbook, int64_t made_utc_second)
{
    /* A zero would be taken for the clock's time. */
    lxw_doc_properties properties = {.created = made_utc_second != 0 ? made_utc_second : 1};
    workbook_set_properties(workbook->book, &properties);
}

Xlsx *xlsx_open(Language language, int64_t made_utc_second)
{
    Arena *arena = arena_new();
    Xlsx *workbook = ARENA_NEW(arena, Xlsx);
    *workbook = (Xlsx){.arena = arena, .row_arena = arena_new(), .language = language};
    snprintf(workbook->path, sizeof workbook->path, "%s", P_tmpdir "/kohorta-XXXXXX");
    int descriptor = mkstemp(workbook->path);
    if (descriptor < 0) {
        workbook->path[0] = '\0';
        workbook->has_failed = true;
        return workbook;
    }
    close(descriptor);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .use_zip64 = LXW_TRUE};
    workbook->book = workbook_new_opt(workbook->path, &options);
    workbook->has_failed = workbook->book == NULL;
    if (workbook->has_failed) return workbook;
    make_formats(workbook);
    set_properties(workbook, made_utc_second);
    return workbook;
}

/* ---- sheets ---- */

/* A title may have 31 signs and none that means something in a reference to a sheet. */
static Text clean_title(Text title, Arena *arena)
{
    char *out = arena_alloc(arena, title.size + 1);
    size_t size = 0, signs = 0;
    for (size_t position = 0; position < title.size && signs < TITLE_SIGNS_MAX - TITLE_NUMBER_SIGNS;
         signs++) {
        uint32_t code_point = utf8_next(title, &position);
        bool is_taken = code_point < 0x80 && strchr("[]:*?/\\'", (int)code_point) != NULL;
        size += utf8_encode(is_taken || code_point < 0x20 ? ' ' : code_point, out + size);
    }
    return text_trim((Text){out, size});
}

static const char *next_title(Xlsx *workbook)
{
    Text title = clean_title(workbook->title, workbook->arena);
    workbook->number++;
    if (title.size == 0) title = TEXT("Kohorta");
    Text full = workbook->number == 1 ? title
                                      : arena_printf(workbook->arena, "%.*s %u", TEXT_FORMAT(title),
                                                     workbook->number);
    return arena_cstr(workbook->arena, full);
}

static Text heading_of(const OutputColumn *column)
{
    return column->label.size > 0 ? column->label : column->key;
}

static void write_text(Xlsx *workbook, size_t column, Text text, lxw_format *format);

static void add_sheet(Xlsx *workbook)
{
    /* Two tables of one title differ by their number. */
    const char *title = next_title(workbook);
    while (workbook_get_worksheet_by_name(workbook->book, title) != NULL)
        title = next_title(workbook);
    workbook->sheet = workbook_add_worksheet(workbook->book, title);
    workbook->row = 0;
    workbook->has_failed = workbook->has_failed || workbook->sheet == NULL;
    if (workbook->sheet == NULL) return;
    workbook->sheets_count++;
    worksheet_freeze_panes(workbook->sheet, 1, 0);
    for (size_t i = 0; i < workbook->columns_count; i++)
        write_text(workbook, i, heading_of(&workbook->columns[i]), workbook->heading);
    workbook->row = 1;
}

/* What is known only after the last row of a sheet. */
static void end_sheet(Xlsx *workbook)
{
    if (workbook->sheet == NULL || workbook->columns_count == 0) return;
    for (size_t i = 0; i < workbook->columns_count; i++) {
        size_t width = workbook->widths[i];
        if (width > WIDTH_MAX) width = WIDTH_MAX;
        worksheet_set_column(workbook->sheet, (lxw_col_t)i, (lxw_col_t)i,
                             (double)(width < WIDTH_MIN ? WIDTH_MIN : width), NULL);
    }
    worksheet_autofilter(workbook->sheet, 0, 0, workbook->row - 1,
                         (lxw_col_t)(workbook->columns_count - 1));
    FILE *rows = workbook->sheet->optimize_tmpfile;
    workbook->has_failed =
        workbook->has_failed || (rows != NULL && (fflush(rows) != 0 || ferror(rows) != 0));
    workbook->sheet = NULL;
}

static size_t width_of_type(Type type)
{
    bool is_number = type.kind == TYPE_DECIMAL || type.kind == TYPE_RATIO;
    if (type.kind == TYPE_MOMENT) return MOMENT_WIDTH;
    if (type.kind == TYPE_DATE) return DATE_WIDTH;
    return is_number ? NUMBER_WIDTH : WIDTH_MIN;
}

void xlsx_sheet(Xlsx *workbook, Text title, const OutputColumn *columns, size_t columns_count,
                const bool *is_share)
{
    workbook->has_too_many_columns = workbook->has_too_many_columns || columns_count > LXW_COL_MAX;
    workbook->has_failed = workbook->has_failed || workbook->has_too_many_columns;
    if (workbook->has_failed) return;
    end_sheet(workbook);
    workbook->title = arena_text(workbook->arena, title);
    workbook->columns = columns;
    workbook->columns_count = columns_count;
    workbook->is_share = is_share;
    workbook->number = 0;
    workbook->widths = ARENA_ARRAY(workbook->arena, size_t, columns_count);
    for (size_t i = 0; i < columns_count; i++) {
        size_t heading = human_width(heading_of(&columns[i])) + WIDTH_OF_FILTER;
        size_t usual = width_of_type(columns[i].type);
        workbook->widths[i] = heading > usual ? heading : usual;
    }
    add_sheet(workbook);
}

/* ---- cells ---- */

/* What the format can carry: no NUL, none of the two signs that XML forbids, not too long. */
static const char *cell_text(Xlsx *workbook, Text text)
{
    static const char more[] = "…";
    char *out = arena_alloc(workbook->row_arena, text.size * 3 + sizeof more);
    size_t size = 0, units = 0;
    for (size_t position = 0; position < text.size;) {
        uint32_t code_point = utf8_next(text, &position);
        size_t units_of_it = code_point > 0xFFFF ? 2 : 1;
        if (units + units_of_it >= CELL_UNITS_MAX && position < text.size) {
            memcpy(out + size, more, sizeof more - 1);
            size += sizeof more - 1;
            break;
        }
        bool is_forbidden = code_point == 0 || code_point == 0xFFFE || code_point == 0xFFFF;
        size += utf8_encode(is_forbidden ? 0xFFFD : code_point, out + size);
        units += units_of_it;
    }
    out[size] = '\0';
    return out;
}

static void check(Xlsx *workbook, lxw_error error)
{
    workbook->has_failed = workbook->has_failed || error != LXW_NO_ERROR;
}

static void write_text(Xlsx *workbook, size_t column, Text text, lxw_format *format)
{
    check(workbook, worksheet_write_string(workbook->sheet, workbook->row, (lxw_col_t)column,
                                           cell_text(workbook, text), format));
}

static void write_number(Xlsx *workbook, size_t column, double number, lxw_format *format)
{
    check(workbook, worksheet_write_number(workbook->sheet, workbook->row, (lxw_col_t)column,
                                           number, format));
}

static lxw_format *number_format(Xlsx *workbook, Type type)
{
    static const char digits[] = "000000000000000000";
    lxw_format **place = &workbook->numbers[type.is_money][type.scale];
    int scale = type.is_money && type.scale < 2 ? 2 : type.scale;
    char picture[40];
    if (*place != NULL) return *place;
    snprintf(picture, sizeof picture, "#,##0%s%.*s", scale > 0 ? "." : "", scale, digits);
    *place = format_of(workbook, picture);
    return *place;
}

static bool has_serial(Date date)
{
    return date.day >= SERIAL_DAY_MIN;
}

static bool is_written_as_number(Value value)
{
    if (value.kind == VALUE_DECIMAL)
        return value.as.decimal <= EXACT_MANTISSA_MAX && value.as.decimal >= -EXACT_MANTISSA_MAX;
    if (value.kind == VALUE_RATIO) return isfinite(value.as.ratio) != 0;
    if (value.kind == VALUE_DATE) return has_serial(value.as.date);
    return value.kind == VALUE_MOMENT && has_serial(moment_date(value.as.moment));
}

static void write_as_number(Xlsx *workbook, size_t column, Value value)
{
    Type type = workbook->columns[column].type;
    bool is_share = workbook->is_share != NULL && workbook->is_share[column];
    if (value.kind == VALUE_DECIMAL) {
        write_number(workbook, column, decimal_to_double(value.as.decimal, type.scale),
                     number_format(workbook, type));
    } else if (value.kind == VALUE_RATIO) {
        write_number(workbook, column, value.as.ratio,
                     is_share ? workbook->share : workbook->ratio);
    } else if (value.kind == VALUE_DATE) {
        write_number(workbook, column, (double)(value.as.date.day + EPOCH_SERIAL), workbook->date);
    } else {
        write_number(workbook, column,
                     (double)value.as.moment.second / SECONDS_OF_DAY + EPOCH_SERIAL,
                     workbook->moment);
    }
}

static void write_cell(Xlsx *workbook, size_t column, Value value)
{
    Type type = workbook->columns[column].type;
    if (value_is_missing(value)) return;
    if (is_written_as_number(value)) {
        write_as_number(workbook, column, value);
        return;
    }
    Text text = value.kind == VALUE_BOOL
                    ? human_value(value, type, workbook->language, workbook->row_arena)
                    : value_print_exact(value, type, workbook->row_arena);
    size_t width = human_width(text) + 1;
    if (width > workbook->widths[column]) workbook->widths[column] = width;
    write_text(workbook, column, text, NULL);
}

void xlsx_row(Xlsx *workbook, const Value *values)
{
    if (workbook->has_failed) return;
    if (workbook->row == LXW_ROW_MAX) {
        end_sheet(workbook);
        add_sheet(workbook);
        if (workbook->has_failed) return;
    }
    for (size_t i = 0; i < workbook->columns_count; i++)
        write_cell(workbook, i, values[i]);
    workbook->row++;
    arena_reset(workbook->row_arena);
}

/* ---- the end ---- */

static Status copy_file(const char *path, FILE *target, Error *err)
{
    char *bytes = NULL;
    AUTO(arena_done) Arena *arena = arena_new();
    FILE *source = fopen(path, "rb");
    if (source == NULL) return error_set_system(err, errno, "cannot read the workbook again");
    bytes = arena_alloc(arena, COPY_BYTES);
    for (size_t size = COPY_BYTES; size == COPY_BYTES;) {
        size = fread(bytes, 1, COPY_BYTES, source);
        fwrite(bytes, 1, size, target);
    }
    bool is_whole = ferror(source) == 0;
    fclose(source);
    if (!is_whole) return error_set(err, STATUS_IO, "cannot read the workbook again");
    return output_flush(target, err);
}

Status xlsx_close(Xlsx *workbook, FILE *file, Error *err)
{
    if (workbook->book != NULL) end_sheet(workbook);
    if (workbook->has_too_many_columns)
        return error_set(err, STATUS_LIMIT, "a workbook has at most %d columns", LXW_COL_MAX);
    if (workbook->has_failed)
        return error_set(err, STATUS_IO,
                         "there is no room in '%s' for the temporary files of a workbook",
                         P_tmpdir);
    lxw_error error = workbook_close(workbook->book);
    workbook->book = NULL; /* closing frees it, also when it fails */
    if (error != LXW_NO_ERROR)
        return error_set(err, STATUS_IO, "cannot write the workbook: %s", lxw_strerror(error));
    return copy_file(workbook->path, file, err);
}

void xlsx_done(Xlsx **workbook)
{
    if (*workbook == NULL) return;
    lxw_workbook_free((*workbook)->book);
    if ((*workbook)->path[0] != '\0') unlink((*workbook)->path);
    arena_free((*workbook)->row_arena);
    arena_free((*workbook)->arena);
    *workbook = NULL;
}
