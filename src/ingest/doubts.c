/* doubts.c -- cells that look like something else than what they are read as. */
#include "ingest/doubts.h"

#include "base/fold.h"

enum { SIGNS_MAX = 3 };
static const char VALUE_SIGNS[] = ",;", LEVEL_SIGNS[] = "/\\>";

/* What the cells of one column hold. */
typedef struct {
    Map *parts;        /* folded, with the number of cells that hold them */
    const char *signs; /* at most SIGNS_MAX, that may divide cells */
    Text usual;        /* the sign that does: cells with it are as they should be */
    uint64_t cells[SIGNS_MAX], line[SIGNS_MAX];
    bool has_repeats; /* some part of a divided cell stands in another cell */
} Seen;

static bool is_several_type(PropertyType type)
{
    return type == PROPERTY_SET || type == PROPERTY_HIERARCHY_SET;
}

/* The sign of the cell: the first one of it that stands there; SIGNS_MAX: none. */
static size_t sign_of(const char *signs, Text text)
{
    for (size_t i = 0; i < text.size; i++)
        for (size_t sign = 0; signs[sign] != '\0'; sign++)
            if (text.data[i] == signs[sign]) return sign;
    return SIGNS_MAX;
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
    if (text.size == 0) return;
    bool is_usual = text_contains(text, seen->usual);
    size_t sign = is_usual ? SIGNS_MAX : sign_of(seen->signs, text);
    if (sign < SIGNS_MAX && seen->cells[sign]++ == 0) seen->line[sign] = line;
    for (Text rest = text; rest.data != NULL;) {
        char mark = sign < SIGNS_MAX ? seen->signs[sign] : text_trim(seen->usual).data[0];
        see_part(seen, text_split(rest, mark, &rest), scratch);
    }
}

static size_t commonest_sign(const Seen *seen)
{
    size_t best = 0;
    for (size_t sign = 1; sign < SIGNS_MAX; sign++)
        if (seen->cells[sign] > seen->cells[best]) best = sign;
    return best;
}

static void warn_of_parts(Import *import, const Binding *binding, const Seen *seen)
{
    size_t sign = commonest_sign(seen);
    if (seen->cells[sign] == 0 || !seen->has_repeats) return;
    Text name = import->columns.columns.items[binding->column].name;
    Text count = voice_count(import->voice, seen->cells[sign]);
    Text line = voice_count(import->voice, seen->line[sign]);
    Text mark = {&seen->signs[sign], 1};
    Text warning = seen->signs == LEVEL_SIGNS
                       ? SAY(import->voice, COLUMN_LEVELS, name, count, mark, line)
                       : SAY(import->voice, COLUMN_LISTS, name, count, mark, line);
    ARENA_PUSH(import->arena, &import->warnings, warning);
}

/* The cell of the column in the sample's row; empty when the row has none. */
static Text sample_cell(const RecordList *sample, size_t row, uint32_t column)
{
    const Record *record = &sample->records.items[row];
    if (record->fault != FAULT_NONE || column >= record->cells_count) return TEXT("");
    return row_cell_text(sample->cells.items[record->first_cell + column]);
}

static void look_for_parts(Import *import, const Binding *binding, const RecordList *sample)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *parts = map_new(0);
    bool is_path = binding->field.type == PROPERTY_HIERARCHY;
    Seen seen = {.parts = parts,
                 .signs = is_path ? LEVEL_SIGNS : VALUE_SIGNS,
                 .usual = is_path ? TEXT(" / ") : TEXT("|")};
    for (size_t i = 0; i < sample->records.count; i++) {
        uint64_t line = sample->records.items[i].line;
        see_cell(&seen, sample_cell(sample, i, binding->column), line, scratch);
        arena_reset(scratch);
    }
    warn_of_parts(import, binding, &seen);
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
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        const Binding *binding = &import->shape.bindings[i];
        if (binding->column == NO_COLUMN) continue;
        bool is_divided =
            is_several_type(binding->field.type) || binding->field.type == PROPERTY_HIERARCHY;
        if (is_divided && binding->parts_sign.size == 0) look_for_parts(import, binding, sample);
        if (binding->field.type == PROPERTY_TEXT) look_for_cut_numbers(import, binding, sample);
    }
}
