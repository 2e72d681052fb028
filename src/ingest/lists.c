/* lists.c -- cells that look like several values divided by another sign than the one that is read.
 */
#include "ingest/lists.h"

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

static void warn_of(Import *import, const Binding *binding, const Seen *seen)
{
    size_t sign = seen->cells[1] > seen->cells[0];
    if (seen->cells[sign] == 0 || !seen->has_repeats) return;
    Text name = import->columns.columns.items[binding->column].name;
    Text warning =
        SAY(import->voice, COLUMN_LISTS, name, voice_count(import->voice, seen->cells[sign]),
            (Text){&SIGNS[sign], 1}, voice_count(import->voice, seen->line[sign]));
    ARENA_PUSH(import->arena, &import->warnings, warning);
}

static void look_at(Import *import, const Binding *binding, const RecordList *sample)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *parts = map_new(0);
    Seen seen = {.parts = parts};
    for (size_t i = 0; i < sample->records.count; i++) {
        const Record *record = &sample->records.items[i];
        if (record->fault != FAULT_NONE || binding->column >= record->cells_count) continue;
        Cell cell = sample->cells.items[record->first_cell + binding->column];
        see_cell(&seen, row_cell_text(cell), record->line, scratch);
        arena_reset(scratch);
    }
    warn_of(import, binding, &seen);
}

void import_warn_of_lists(Import *import, const RecordList *sample)
{
    if (import->options.values_separated_by.size > 0) return;
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        const Binding *binding = &import->shape.bindings[i];
        if (is_several_type(binding->field.type) && binding->column != NO_COLUMN)
            look_at(import, binding, sample);
    }
}
