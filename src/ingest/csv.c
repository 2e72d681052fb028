/* csv.c -- rows and cells of CSV, walking from mark to mark. */
#include "ingest/csv.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    char *text;
    size_t size;
    CsvDialect dialect;
    bool is_end;           /* nothing follows the text */
    const uint32_t *marks; /* positions of quotes, delimiters and line ends */
    size_t marks_count;
    size_t mark;     /* the next one to look at */
    size_t position; /* of the cell to come */
    SplitState *state;
    RecordList *list;
} Splitter;

typedef enum { CELL_ENDS_CELL, CELL_ENDS_RECORD, CELL_IS_CUT, CELL_IS_MALFORMED } CellEnd;

static char mark_sign(const Splitter *splitter, size_t mark)
{
    return splitter->text[splitter->marks[mark]];
}

static size_t next_mark_position(const Splitter *splitter)
{
    return splitter->mark < splitter->marks_count ? splitter->marks[splitter->mark]
                                                  : splitter->size;
}

static void add_cell(Splitter *splitter, size_t begin, size_t end)
{
    record_list_add_cell(splitter->list,
                         (Cell){splitter->text + begin, (uint32_t)(end - begin), false});
}

/* The cell ends at `end`; what stands at `mark` there says how to go on. */
static CellEnd finish_cell(Splitter *splitter, size_t begin, size_t end)
{
    if (splitter->mark == splitter->marks_count) {
        if (!splitter->is_end) return CELL_IS_CUT;
        add_cell(splitter, begin, end);
        splitter->position = splitter->size;
        return CELL_ENDS_RECORD;
    }
    bool is_record_end = mark_sign(splitter, splitter->mark) == splitter->dialect.line_end;
    splitter->position = splitter->marks[splitter->mark++] + 1;
    add_cell(splitter, begin, end);
    splitter->state->line += is_record_end;
    return is_record_end ? CELL_ENDS_RECORD : CELL_ENDS_CELL;
}

static CellEnd plain_cell(Splitter *splitter)
{
    while (splitter->mark < splitter->marks_count && mark_sign(splitter, splitter->mark) == '"')
        splitter->mark++;
    size_t begin = splitter->position, end = next_mark_position(splitter);
    bool is_last = end == splitter->size || splitter->text[end] == splitter->dialect.line_end;
    if (is_last && end > begin && splitter->text[end - 1] == '\r') end--;
    return finish_cell(splitter, begin, end);
}

/* Turn two quotes into one inside [begin, end); returns the new end. What is left behind it becomes
 * quotes, so that no half of a letter stays there. */
static size_t unescape_quotes(char *text, size_t begin, size_t end)
{
    size_t target = begin;
    for (size_t i = begin; i < end; i++) {
        text[target++] = text[i];
        if (text[i] == '"') i++;
    }
    memset(text + target, '"', end - target);
    return target;
}

/* Move `mark` past the closing quote; false when there is none. */
static bool find_closing_quote(Splitter *splitter, size_t *ret_close, bool *ret_has_escapes)
{
    *ret_has_escapes = false;
    for (; splitter->mark < splitter->marks_count; splitter->mark++) {
        size_t at = splitter->marks[splitter->mark];
        if (splitter->text[at] == splitter->dialect.line_end) splitter->state->line++;
        if (splitter->text[at] != '"') continue;
        if (at + 1 < splitter->size && splitter->text[at + 1] == '"') {
            *ret_has_escapes = true;
            splitter->mark++;
            continue;
        }
        splitter->mark++;
        *ret_close = at;
        return true;
    }
    return false;
}

static CellEnd quoted_cell(Splitter *splitter, bool *ret_has_escapes)
{
    size_t begin = splitter->position + 1, close = 0;
    splitter->mark++;
    if (!find_closing_quote(splitter, &close, ret_has_escapes))
        return splitter->is_end ? CELL_IS_MALFORMED : CELL_IS_CUT;
    size_t next = next_mark_position(splitter);
    if (next == splitter->size && !splitter->is_end) return CELL_IS_CUT;
    for (size_t i = close + 1; i < next; i++) {
        char byte = splitter->text[i];
        if (byte != ' ' && byte != '\t' && byte != '\r') return CELL_IS_MALFORMED;
    }
    if (next < splitter->size && splitter->text[next] == '"') return CELL_IS_MALFORMED;
    return finish_cell(splitter, begin, close);
}

static void unescape_cells(Splitter *splitter, size_t first_cell)
{
    for (size_t i = first_cell; i < splitter->list->cells.count; i++) {
        Cell *cell = &splitter->list->cells.items[i];
        size_t begin = (size_t)(cell->data - splitter->text);
        bool is_quoted = begin > 0 && splitter->text[begin - 1] == '"';
        if (!is_quoted || memchr(cell->data, '"', cell->size) == NULL) continue;
        cell->size = (uint32_t)(unescape_quotes(splitter->text, begin, begin + cell->size) - begin);
    }
}

static void skip_marks(Splitter *splitter)
{
    while (splitter->mark < splitter->marks_count &&
           splitter->marks[splitter->mark] < splitter->position)
        splitter->mark++;
}

/* Move to the beginning of the next line; when it is not in the text yet, remember that. */
static void skip_line(Splitter *splitter, size_t begin)
{
    const char *found =
        memchr(splitter->text + begin, splitter->dialect.line_end, splitter->size - begin);
    splitter->state->is_in_refused_line = found == NULL;
    splitter->position = found == NULL ? splitter->size : (size_t)(found - splitter->text) + 1;
    splitter->state->line += found != NULL;
    skip_marks(splitter);
}

/* The first line of the record becomes a row of its own with a fault; go on with the next line. */
static void give_up_line(Splitter *splitter, Record *record, size_t begin, size_t first_mark,
                         Fault fault)
{
    splitter->list->cells.count = record->first_cell;
    splitter->state->line = record->line;
    splitter->mark = first_mark;
    skip_line(splitter, begin);
    size_t end = splitter->position - !splitter->state->is_in_refused_line;
    record->raw = (Text){splitter->text + begin, end - begin};
    record->fault = record->raw.size > RECORD_BYTES_MAX ? FAULT_RECORD_TOO_LONG : fault;
}

static bool is_blank(const Splitter *splitter, const Record *record)
{
    for (size_t i = record->first_cell; i < splitter->list->cells.count; i++)
        if (text_trim(cell_text(splitter->list->cells.items[i])).size != 0) return false;
    return true;
}

/* Cells up to the end of the row; *ret_has_escapes when one of them holds a doubled quote. */
static CellEnd split_cells(Splitter *splitter, size_t first_cell, bool *ret_has_escapes)
{
    CellEnd end = CELL_ENDS_CELL;
    while (end == CELL_ENDS_CELL && splitter->list->cells.count - first_cell <= CELLS_MAX) {
        bool is_quoted =
            splitter->position < splitter->size && splitter->text[splitter->position] == '"';
        bool has_escapes = false;
        end = is_quoted ? quoted_cell(splitter, &has_escapes) : plain_cell(splitter);
        *ret_has_escapes |= has_escapes;
    }
    return end;
}

static bool is_line_whole(const Splitter *splitter, size_t begin)
{
    return splitter->is_end || splitter->size - begin > RECORD_BYTES_MAX ||
           memchr(splitter->text + begin, splitter->dialect.line_end, splitter->size - begin) !=
               NULL;
}

/* What is wrong with the row as it stands, FAULT_NONE when nothing is. */
static Fault record_fault(const Splitter *splitter, const Record *record, CellEnd end, size_t begin)
{
    if (splitter->list->cells.count - record->first_cell > CELLS_MAX) return FAULT_TOO_MANY_CELLS;
    size_t record_end = end == CELL_IS_CUT ? splitter->size : splitter->position;
    bool is_too_long = record_end - begin > RECORD_BYTES_MAX;
    return end == CELL_IS_MALFORMED || is_too_long ? FAULT_QUOTES : FAULT_NONE;
}

static void drop_record(Splitter *splitter, const Record *record)
{
    splitter->list->cells.count = record->first_cell;
    splitter->list->records.count--;
}

/* A row begins with a letter or sign, so it is not blank; false when that is not to be seen. */
static bool begins_with_sign(Text cell)
{
    return cell.size != 0 && (unsigned char)cell.data[0] > ' ' && cell.data[0] != '\xC2';
}

/* Write the cells of a row without quotes behind the last ones; their number. 0 when the row is
 * anything else: with quotes, cut, too long or too wide. */
static size_t write_plain_cells(const Splitter *splitter)
{
    const char *text = splitter->text;
    const uint32_t *marks = splitter->marks + splitter->mark;
    const uint32_t *marks_end = splitter->marks + splitter->marks_count;
    if (marks_end - marks > CELLS_MAX) marks_end = marks + CELLS_MAX;
    Cell *cell = splitter->list->cells.items + splitter->list->cells.count;
    size_t begin = splitter->position;
    for (const uint32_t *mark = marks; mark < marks_end; begin = *mark++ + 1) {
        if (text[*mark] == '"') return 0;
        *cell++ = (Cell){text + begin, (uint32_t)(*mark - begin), false};
        if (text[*mark] != splitter->dialect.line_end) continue;
        bool has_return = *mark > begin && text[*mark - 1] == '\r';
        cell[-1].size -= has_return;
        bool is_too_long = *mark - splitter->position > RECORD_BYTES_MAX;
        return is_too_long ? 0 : (size_t)(mark - marks) + 1;
    }
    return 0;
}

/* Nearly all rows: no quotes, whole, not blank. False when it is another one; nothing is done then.
 */
static bool split_plain_record(Splitter *splitter)
{
    size_t count = write_plain_cells(splitter), begin = splitter->position;
    RecordList *list = splitter->list;
    if (count == 0 || !begins_with_sign(cell_text(list->cells.items[list->cells.count])))
        return false;
    splitter->mark += count;
    splitter->position = splitter->marks[splitter->mark - 1] + 1;
    Record *record = record_list_add(list);
    record->line = splitter->state->line++;
    record->cells_count = (uint32_t)count;
    record->raw = (Text){splitter->text + begin, splitter->position - begin};
    list->cells.count += count;
    return true;
}

/* One row; false when it is cut by the end of the text, with everything as before. */
static bool split_record(Splitter *splitter)
{
    size_t begin = splitter->position, first_mark = splitter->mark;
    Record *record = record_list_add(splitter->list);
    record->line = splitter->state->line;
    bool has_escapes = false;
    CellEnd end = split_cells(splitter, record->first_cell, &has_escapes);
    Fault fault = record_fault(splitter, record, end, begin);
    if (fault != FAULT_NONE && is_line_whole(splitter, begin)) {
        give_up_line(splitter, record, begin, first_mark, fault);
        return true;
    }
    if (fault != FAULT_NONE || end == CELL_IS_CUT) {
        drop_record(splitter, record);
        splitter->state->line = record->line;
        splitter->position = begin;
        return false;
    }
    if (is_blank(splitter, record)) {
        drop_record(splitter, record);
        return true;
    }
    if (has_escapes) unescape_cells(splitter, record->first_cell);
    record->cells_count = (uint32_t)(splitter->list->cells.count - record->first_cell);
    record->raw = (Text){splitter->text + begin, splitter->position - begin};
    return true;
}

static void reserve_positions(RecordList *list, size_t count)
{
    if (list->positions_capacity >= count) return;
    free(list->positions);
    list->positions = memory_alloc(memory_product(count, sizeof *list->positions));
    list->positions_capacity = count;
}

size_t csv_split(char *text, size_t size, CsvDialect dialect, bool is_end, SplitState *state,
                 RecordList *list)
{
    ASSERT(size < UINT32_MAX);
    reserve_positions(list, size + 64);
    Splitter splitter = {.text = text,
                         .size = size,
                         .dialect = dialect,
                         .is_end = is_end,
                         .marks = list->positions,
                         .marks_count =
                             csv_find_marks((Text){text, size}, dialect, list->positions),
                         .state = state,
                         .list = list};
    if (state->is_in_refused_line) skip_line(&splitter, 0);
    record_list_reserve_cells(list, splitter.marks_count + 1);
    while (splitter.position < size && (split_plain_record(&splitter) || split_record(&splitter))) {
    }
    return splitter.position;
}
