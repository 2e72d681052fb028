/* doubts.c -- cells that look like something else than what they are read as. */
#include "ingest/doubts.h"

#include "base/fold.h"

static const char SIGNS[] = ",;";
enum { SIGNS_COUNT = sizeof SIGNS - 1 };

/* What the cells of one column hold. */
typedef struct {
    Map *parts; /* folded, with the number of cells that hold them */
    uint64_t cells[SIGNS_COUNT], line[SIGNS_COUNT];
    bool has_repeats; /* some part of a divided cell stands in another cell */
} Seen;

static bool is_several_type(PropertyType type)
{
    return type == PROPERTY_SET || type == PROPERTY_HIERARCHY_SET;
}

/* The sign of the cell: the first one of it that stands there. */
static size_t sign_of(Text text)
{
    for (size_t i = 0; i < text.size; i++)
        for (size_t sign = 0; sign < SIGNS_COUNT; sign++)
            if (text.data[i] == SIGNS[sign]) return sign;
    return SIGNS_COUNT;
}

static void see_part(Seen *seen, Text part, Arena *scratch)
{
    uint64_t count;
    Text folded = text_fold(part, scratch);
    if (folded.size == 0 || map_add(seen->parts, folded, 1, &count)) return;
    map_set(seen->parts, folded, count + 1);
    seen->has_repeats = true;
}

static void see_cell(Seen *seen, Text text, uint64_t line, Arena *scratch)
{
    if (text.size == 0 || text_contains(text, TEXT("|"))) return;
    size_t sign = sign_of(text);
    if (sign < SIGNS_COUNT && seen->cells[sign]++ == 0) seen->line[sign] = line;
    for (Text rest = text; rest.data != NULL;) {
        char mark = sign < SIGNS_COUNT ? SIGNS[sign] : '|';
        see_part(seen, text_split(rest, mark, &rest), scratch);
    }
}

static void warn_of_lists(Import *import, const Binding *binding, const Seen *seen)
{
    size_t sign = seen->cells[1] > seen->cells[0];
    if (seen->cells[sign] == 0 || !seen->has_repeats) return;
    Text name = import->columns.columns.items[binding->column].name;
    Text warning =
        SAY(import->voice, COLUMN_LISTS, name, voice_count(import->voice, seen->cells[sign]),
            (Text){&SIGNS[sign], 1}, voice_count(import->voice, seen->line[sign]));
    ARENA_PUSH(import->arena, &import->warnings, warning);
}

/* The cell of the column in the sample's row; empty when the row has none. */
static Text sample_cell(const RecordList *sample, size_t row, uint32_t column)
{
    const Record *record = &sample->records.items[row];
    if (record->fault != FAULT_NONE || column >= record->cells_count) return TEXT("");
    return row_cell_text(sample->cells.items[record->first_cell + column]);
}

static void look_for_lists(Import *import, const Binding *binding, const RecordList *sample)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *parts = map_new(0);
    Seen seen = {.parts = parts};
    for (size_t i = 0; i < sample->records.count; i++) {
        uint64_t line = sample->records.items[i].line;
        see_cell(&seen, sample_cell(sample, i, binding->column), line, scratch);
        arena_reset(scratch);
    }
    warn_of_lists(import, binding, &seen);
}

static size_t digits_from(Text text, size_t from)
{
    size_t end = from;
    while (end < text.size && text.data[end] >= '0' && text.data[end] <= '9')
        end++;
    return end - from;
}

/* "7,9E+10": a spreadsheet writes long codes and phones like this, and their digits are gone. */
static bool is_cut_number(Text text)
{
    size_t whole = digits_from(text, 0), at = whole;
    if (whole != 1) return false;
    if (at < text.size && (text.data[at] == ',' || text.data[at] == '.'))
        at += 1 + digits_from(text, at + 1);
    if (text.size - at < 3 || (text.data[at] | 0x20) != 'e' || text.data[at + 1] != '+')
        return false;
    return digits_from(text, at + 2) == text.size - at - 2;
}

static void look_for_cut_numbers(Import *import, const Binding *binding, const RecordList *sample)
{
    uint64_t cells = 0, line = 0;
    Text first = TEXT("");
    for (size_t i = 0; i < sample->records.count; i++) {
        Text text = sample_cell(sample, i, binding->column);
        if (!is_cut_number(text) || cells++ > 0) continue;
        first = text;
        line = sample->records.items[i].line;
    }
    if (cells == 0) return;
    Text name = import->columns.columns.items[binding->column].name;
    Text warning = SAY(import->voice, COLUMN_CUT_NUMBERS, name, voice_count(import->voice, cells),
                       arena_text(import->arena, first), voice_count(import->voice, line));
    ARENA_PUSH(import->arena, &import->warnings, warning);
}

void import_warn_of_doubts(Import *import, const RecordList *sample)
{
    bool is_sign_known = import->options.values_separated_by.size > 0;
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        const Binding *binding = &import->shape.bindings[i];
        if (binding->column == NO_COLUMN) continue;
        if (is_several_type(binding->field.type) && !is_sign_known)
            look_for_lists(import, binding, sample);
        if (binding->field.type == PROPERTY_TEXT) look_for_cut_numbers(import, binding, sample);
    }
}
