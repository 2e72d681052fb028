/* rejects.c -- the file of refused rows and the counts of their reasons.
 *
 * CSV: UTF-8 with a byte order mark, the delimiter of the input, `_line`, `_column`, `_value` and
 * `_reason` before the columns of the input, so that rows with too many or too few cells stay as
 * they were. NDJSON: the same four as keys before those of the object. A row that has no cells
 * because its quotes or its JSON are broken stands there as one text. */
#include "ingest/rejects.h"

#include "base/file.h"
#include "base/json_string.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WRITE_BYTES = 256 << 10, VALUE_BYTES_MAX = 200, RAW_BYTES_MAX = 64 << 10 };

typedef struct {
    Fault fault;
    uint32_t column;
    ImportRejection rejection;
} ReasonCount;

struct Rejects {
    const Import *import;
    bool is_file_wanted;
    const char *temporary_path;
    int file; /* -1 before the first row */
    Buffer buffer;
    uint64_t count;
    size_t last; /* reason of the last row */
    struct {
        ReasonCount *items;
        size_t count, capacity;
    } reasons;
};

Rejects *rejects_new(const Import *import, bool is_file_wanted)
{
    Rejects *rejects = MEMORY_NEW(Rejects);
    rejects->import = import;
    rejects->is_file_wanted = is_file_wanted;
    rejects->file = -1;
    rejects->temporary_path =
        arena_printf(import->arena, "%s.part", import->plan.rejects_path).data;
    return rejects;
}

void rejects_free(Rejects *rejects)
{
    if (rejects == NULL) return;
    if (rejects->file >= 0) {
        close(rejects->file);
        unlink(rejects->temporary_path);
    }
    buffer_done(&rejects->buffer);
    free(rejects);
}

void rejects_done(Rejects **rejects)
{
    rejects_free(*rejects);
    *rejects = NULL;
}

const ImportRejection *rejects_last(const Rejects *rejects)
{
    ASSERT(rejects->count > 0);
    return &rejects->reasons.items[rejects->last].rejection;
}

uint64_t rejects_count(const Rejects *rejects)
{
    return rejects->count;
}

/* ---- writing ---- */

static Status file_failed(const Rejects *rejects, Error *err)
{
    return error_set(err, STATUS_IO, "cannot write rejected rows to '%s': %s",
                     rejects->import->plan.rejects_path, strerror(errno));
}

static Status write_out(Rejects *rejects, Error *err)
{
    for (size_t written = 0; written < rejects->buffer.size;) {
        ssize_t size =
            write(rejects->file, rejects->buffer.data + written, rejects->buffer.size - written);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return file_failed(rejects, err);
        written += (size_t)size;
    }
    buffer_clear(&rejects->buffer);
    return STATUS_OK;
}

/* Text that is not UTF-8 keeps its good parts; the rest becomes U+FFFD. */
static void add_valid(Buffer *out, Text text)
{
    if (utf8_is_valid(text)) {
        buffer_text(out, text);
        return;
    }
    for (size_t position = 0; position < text.size;) {
        char utf8[4];
        buffer_add(out, utf8, utf8_encode(utf8_next(text, &position), utf8));
    }
}

static void add_csv_cell(Buffer *out, Text text, char delimiter)
{
    bool needs_quotes = false;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        needs_quotes |= byte == '"' || byte == delimiter || byte == '\n' || byte == '\r';
    }
    if (!needs_quotes) {
        add_valid(out, text);
        return;
    }
    size_t begin = out->size;
    buffer_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"') buffer_char(out, '"');
        buffer_char(out, text.data[i]);
    }
    buffer_char(out, '"');
    Text quoted = text_slice(buffer_view(out), begin, out->size);
    if (utf8_is_valid(quoted)) return;
    AUTO(buffer_done) Buffer copy = {0};
    buffer_text(&copy, quoted);
    out->size = begin;
    add_valid(out, buffer_view(&copy));
}

static void add_header(Rejects *rejects)
{
    const Import *import = rejects->import;
    Buffer *out = &rejects->buffer;
    char delimiter = import->format.csv.delimiter;
    buffer_printf(out, "\xEF\xBB\xBF%s%c%s%c%s%c%s", REJECT_COLUMN_LINE, delimiter,
                  REJECT_COLUMN_COLUMN, delimiter, REJECT_COLUMN_VALUE, delimiter,
                  REJECT_COLUMN_REASON);
    for (size_t i = 0; i < import->columns.columns.count; i++) {
        Text name = import->columns.columns.items[i].name;
        bool is_own = text_equal(name, text_of(REJECT_COLUMN_LINE)) ||
                      text_equal(name, text_of(REJECT_COLUMN_COLUMN)) ||
                      text_equal(name, text_of(REJECT_COLUMN_VALUE)) ||
                      text_equal(name, text_of(REJECT_COLUMN_REASON));
        if (is_own) continue;
        buffer_char(out, delimiter);
        add_csv_cell(out, name, delimiter);
    }
    buffer_cstr(out, "\r\n");
}

static Status open_file(Rejects *rejects, Error *err)
{
    if (!rejects->is_file_wanted || rejects->file >= 0) return STATUS_OK;
    rejects->file =
        open(rejects->temporary_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE_OWN);
    if (rejects->file < 0) return file_failed(rejects, err);
    if (import_is_csv(rejects->import)) add_header(rejects);
    return STATUS_OK;
}

/* The first four columns of a file of rejected rows are replaced by new ones. */
static size_t own_columns_count(const Import *import)
{
    return import->columns.is_rejects_file ? 4 : 0;
}

static void keep_csv(const Import *import, const RecordList *list, const Record *record,
                     Buffer *out)
{
    char delimiter = import->format.csv.delimiter;
    if (record->cells_count == 0) {
        buffer_char(out, delimiter);
        add_csv_cell(
            out,
            text_slice(record->raw, 0,
                       record->raw.size < RAW_BYTES_MAX ? record->raw.size : RAW_BYTES_MAX),
            delimiter);
    }
    for (size_t i = own_columns_count(import); i < record->cells_count; i++) {
        buffer_char(out, delimiter);
        add_csv_cell(out, cell_text(list->cells.items[record->first_cell + i]), delimiter);
    }
    buffer_cstr(out, "\r\n");
}

/* Cells as members of an object; those of a file of rejected rows, whose own keys are replaced. */
static void keep_json_cells(const Import *import, const RecordList *list, const Record *record,
                            Buffer *out)
{
    for (size_t i = 0; i < record->cells_count; i++) {
        Cell cell = list->cells.items[record->first_cell + i];
        const Column *column = &import->columns.columns.items[i];
        if (cell.data == NULL || column->use == COLUMN_IGNORED) continue;
        buffer_char(out, ',');
        json_string_add(out, column->name);
        buffer_char(out, ':');
        if (cell.is_machine)
            buffer_text(out, cell_text(cell));
        else if (cell.size == 0)
            buffer_cstr(out, "null");
        else
            json_string_add(out, cell_text(cell));
    }
    buffer_char(out, '}');
}

/* What stands behind the '{' of an object; a line that is none becomes the value of `_row`. */
static void keep_json(const Import *import, const RecordList *list, const Record *record,
                      Buffer *out)
{
    Text raw = text_trim(record->raw);
    bool is_object = record->cells_count != 0 || record->fault == FAULT_JSON_SET;
    if (import->columns.is_rejects_file && record->cells_count != 0) {
        keep_json_cells(import, list, record, out);
    } else if (is_object) {
        Text inside = text_trim(text_slice(raw, 1, raw.size));
        if (!text_starts_with(inside, TEXT("}"))) buffer_char(out, ',');
        add_valid(out, inside);
    } else {
        buffer_cstr(out, ",\"" REJECT_COLUMN_ROW "\":");
        json_string_add(out,
                        text_slice(raw, 0, raw.size < RAW_BYTES_MAX ? raw.size : RAW_BYTES_MAX));
        buffer_char(out, '}');
    }
    buffer_char(out, '\n');
}

void rejects_keep(const Rejects *rejects, const RecordList *list, const Record *record, Buffer *out)
{
    if (import_is_csv(rejects->import))
        keep_csv(rejects->import, list, record, out);
    else
        keep_json(rejects->import, list, record, out);
}

static void add_front(Rejects *rejects, uint64_t line, Text column, Text value, Text reason)
{
    Buffer *out = &rejects->buffer;
    value = text_slice(value, 0, value.size < VALUE_BYTES_MAX ? value.size : VALUE_BYTES_MAX);
    if (!import_is_csv(rejects->import)) {
        buffer_printf(out, "{\"_line\":%llu,\"_column\":", (unsigned long long)line);
        json_string_add(out, column);
        buffer_cstr(out, ",\"_value\":");
        json_string_add(out, value);
        buffer_cstr(out, ",\"_reason\":");
        json_string_add(out, reason);
        return;
    }
    char delimiter = rejects->import->format.csv.delimiter;
    buffer_printf(out, "%llu%c", (unsigned long long)line, delimiter);
    add_csv_cell(out, column, delimiter);
    buffer_char(out, delimiter);
    add_csv_cell(out, value, delimiter);
    buffer_char(out, delimiter);
    add_csv_cell(out, reason, delimiter);
}

/* ---- counting ---- */

static bool is_personal(const Import *import, uint32_t column)
{
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        const Binding *binding = &import->shape.bindings[i];
        if (binding->column == column && binding->field.is_personal) return true;
    }
    return false;
}

static Text column_name(const Import *import, uint32_t column)
{
    bool is_known = column < import->columns.columns.count;
    return is_known ? import->columns.columns.items[column].name : TEXT("");
}

/* The count of this reason in this column, begun with the row when it is the first. */
static const ReasonCount *count_reason(Rejects *rejects, const Row *row)
{
    rejects->count++;
    for (size_t i = 0; i < rejects->reasons.count; i++) {
        ReasonCount *reason = &rejects->reasons.items[i];
        if (reason->fault != row->fault || reason->column != row->fault_column) continue;
        reason->rejection.count++;
        rejects->last = i;
        return reason;
    }
    const Import *import = rejects->import;
    Text example = row->fault == FAULT_STORE ? TEXT("") : row->fault_value;
    if (example.size > VALUE_BYTES_MAX) example = text_slice(example, 0, VALUE_BYTES_MAX);
    if (is_personal(import, row->fault_column) || !utf8_is_valid(example)) example = TEXT("");
    ReasonCount reason = {.fault = row->fault, .column = row->fault_column};
    reason.rejection = (ImportRejection){.reason = import_reason(import, row, import->voice),
                                         .column = column_name(import, row->fault_column),
                                         .example = arena_text(import->arena, example),
                                         .count = 1,
                                         .line = row->record->line};
    rejects->last = rejects->reasons.count;
    ARENA_PUSH(import->arena, &rejects->reasons, reason);
    return &rejects->reasons.items[rejects->reasons.count - 1];
}

static Status flush_when_full(Rejects *rejects, Error *err)
{
    return rejects->buffer.size >= WRITE_BYTES ? write_out(rejects, err) : STATUS_OK;
}

Status rejects_add(Rejects *rejects, const RecordList *list, const Row *row, Error *err)
{
    const ImportRejection *rejection = &count_reason(rejects, row)->rejection;
    if (!rejects->is_file_wanted) return STATUS_OK;
    TRY(open_file(rejects, err));
    /* What the store says is about this row alone. */
    bool is_own = row->fault == FAULT_STORE;
    Language language = rejects->import->voice.language;
    AUTO(arena_done) Arena *arena = is_own ? arena_new() : NULL;
    Text reason =
        is_own ? import_reason(rejects->import, row, (Voice){arena, language}) : rejection->reason;
    Text value = is_own ? TEXT("") : row->fault_value;
    add_front(rejects, row->record->line, rejection->column, value, reason);
    rejects_keep(rejects, list, row->record, &rejects->buffer);
    return flush_when_full(rejects, err);
}

Status rejects_add_kept(Rejects *rejects, const KeptRejection *rejection, Error *err)
{
    Record record = {.line = rejection->row.line};
    Row row = rejection->row;
    row.record = &record;
    const ImportRejection *counted = &count_reason(rejects, &row)->rejection;
    if (!rejects->is_file_wanted) return STATUS_OK;
    TRY(open_file(rejects, err));
    AUTO(arena_done) Arena *arena = arena_new();
    Voice voice = {arena, rejects->import->voice.language};
    Text reason = counted->reason;
    if (rejection->detail.size > 0) reason = SAY(voice, REASON_WITH, reason, rejection->detail);
    add_front(rejects, row.line, counted->column, row.fault_value, reason);
    buffer_text(&rejects->buffer, rejection->kept);
    return flush_when_full(rejects, err);
}

Status rejects_finish(Rejects *rejects, const char **ret_path, Error *err)
{
    *ret_path = NULL;
    if (rejects->file < 0) return STATUS_OK;
    TRY(write_out(rejects, err));
    const char *path = rejects->import->plan.rejects_path;
    if (fsync(rejects->file) != 0 || rename(rejects->temporary_path, path) != 0)
        return file_failed(rejects, err);
    close(rejects->file);
    rejects->file = -1;
    *ret_path = path;
    return STATUS_OK;
}

static int compare_rejections(const void *a, const void *b)
{
    const ImportRejection *left = a, *right = b;
    if (left->count != right->count) return left->count > right->count ? -1 : 1;
    return left->line < right->line ? -1 : left->line > right->line;
}

void rejects_report(const Rejects *rejects, ImportReport *report)
{
    size_t count = rejects->reasons.count;
    ImportRejection *list = ARENA_ARRAY(rejects->import->arena, ImportRejection, count);
    for (size_t i = 0; i < count; i++)
        list[i] = rejects->reasons.items[i].rejection;
    if (count != 0) qsort(list, count, sizeof *list, compare_rejections);
    report->rejected = rejects->count;
    report->rejections = list;
    report->rejections_count = count;
}
