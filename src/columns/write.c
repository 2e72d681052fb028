/* write.c -- pass 2: numbers, codes and texts of one source, straight to their places.
 *
 * The second reading of a source must be the first one again. What would overrun a place or is not
 * known from pass 1 ends with CORRUPT. */
#include "columns/build.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

Status write_changed(Error *err)
{
    return error_set(err, STATUS_CORRUPT,
                     "the data changed while the image was built: build it again");
}

void *build_section(const Build *build, size_t column, SectionKind kind)
{
    uint64_t place = build->layout.places[column][kind];
    return place == 0 ? NULL : build->bytes + place;
}

uint64_t *write_numbers_for(Part *part, size_t count)
{
    if (count > part->numbers_capacity) {
        part->numbers_capacity = 2 * count;
        part->numbers = memory_resize(
            part->numbers, memory_product(part->numbers_capacity, sizeof *part->numbers));
    }
    return part->numbers;
}

void write_numbers(void *data, uint8_t width_bytes, uint64_t position, const uint64_t *numbers,
                   size_t count)
{
    uint8_t *bytes = data;
    uint16_t *halves = data;
    uint32_t *words = data;
    uint64_t *doubles = data;
    switch (width_bytes) {
    case 1:
        for (size_t i = 0; i < count; i++)
            bytes[position + i] = (uint8_t)numbers[i];
        break;
    case 2:
        for (size_t i = 0; i < count; i++)
            halves[position + i] = (uint16_t)numbers[i];
        break;
    case 4:
        for (size_t i = 0; i < count; i++)
            words[position + i] = (uint32_t)numbers[i];
        break;
    case 8: memcpy(doubles + position, numbers, count * sizeof *numbers); break;
    default: break; /* width 0: all are the base */
    }
}

void write_bits(uint64_t *words, uint64_t word, uint64_t bits)
{
    if (bits != 0) __atomic_fetch_or(&words[word], bits, __ATOMIC_RELAXED);
}

static void mark_present(uint64_t *words, uint64_t position, const Run *run)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < run->count; i++, position++) {
        bits |= (uint64_t)(run_value(run, i).kind != VALUE_MISSING) << (position % 64);
        if (position % 64 == 63) {
            write_bits(words, position / 64, bits);
            bits = 0;
        }
    }
    if (bits != 0) write_bits(words, position / 64, bits);
}

/* ---- the kinds of columns ---- */

bool write_stored(const ColumnRecord *record, const Divisor *step, int64_t number,
                  uint64_t *ret_stored)
{
    if (number < record->min || number > record->max) return false;
    *ret_stored = divisor_quotient(step, (uint64_t)number - (uint64_t)record->base);
    return *ret_stored <= step->largest_quotient;
}

static Status write_integers(Part *part, size_t column, const Run *run, Error *err)
{
    const ColumnRecord *record = &part->build->layout.columns[column];
    const ColumnSpec *spec = &part->build->specs.items[column];
    uint64_t *numbers = write_numbers_for(part, run->count);
    uint64_t position = part->cursors[column].position;
    const Divisor *step = &part->build->columns[column].step;
    for (size_t i = 0; i < run->count; i++) {
        Value value = run_value(run, i);
        numbers[i] = 0;
        if (value.kind == VALUE_MISSING) continue;
        if (value.kind != spec->value_kind) return write_changed(err);
        int64_t number = value_number(value);
        if (!write_stored(record, step, number, &numbers[i])) return write_changed(err);
    }
    write_numbers(build_section(part->build, column, SECTION_DATA), record->width_bytes, position,
                  numbers, run->count);
    uint64_t *present = build_section(part->build, column, SECTION_PRESENT);
    if (present != NULL) mark_present(present, position, run);
    return STATUS_OK;
}

static Status write_item_rows(Part *part, size_t column, const Run *run, Error *err)
{
    uint64_t *numbers = write_numbers_for(part, run->count);
    for (size_t i = 0; i < run->count; i++) {
        Value value = run_value(run, i);
        numbers[i] = 0;
        if (value.kind == VALUE_MISSING) continue;
        if (value.kind != VALUE_ITEM) return write_changed(err);
        numbers[i] = item_row(part->build, value.as.item);
        if (numbers[i] == 0) return write_changed(err);
    }
    write_numbers(build_section(part->build, column, SECTION_DATA),
                  part->build->layout.columns[column].width_bytes, part->cursors[column].position,
                  numbers, run->count);
    return STATUS_OK;
}

static Status write_run(Part *part, size_t column, const Run *run, Error *err)
{
    Cursor *cursor = &part->cursors[column];
    if ((part->build->layout.columns[column].flags & COLUMN_FLAG_EMPTY) != 0) return STATUS_OK;
    if (run->count > cursor->position_end - cursor->position) return write_changed(err);
    switch (part->build->specs.items[column].kind) {
    case COLUMN_INTEGER: TRY(write_integers(part, column, run, err)); break;
    case COLUMN_CODE: TRY(write_texts(part, column, run, err)); break;
    case COLUMN_ITEM: TRY(write_item_rows(part, column, run, err)); break;
    case COLUMN_CODE_SET:
    case COLUMN_OWN_CODE:
        ASSERT(false); /* write_set; no spec */
        break;
    }
    cursor->position += run->count;
    return STATUS_OK;
}

static Status write_properties(Part *part, const CustomerRow *row, Error *err)
{
    const Build *build = part->build;
    for (size_t i = 0; i < build->input->schema->properties_count; i++) {
        if (build->specs.items[i].kind == COLUMN_CODE_SET) {
            TRY(write_set(part, i, row->values[i], err));
        } else {
            Run run = {.values = row->values, .slot = i, .count = 1};
            TRY(write_run(part, i, &run, err));
            write_own_firsts(part, i);
        }
    }
    return STATUS_OK;
}

static Status write_moments(Part *part, size_t first, EventList events, Error *err)
{
    uint64_t *numbers = write_numbers_for(part, events.count);
    for (size_t own = 0; own < STREAM_OWN_COLUMNS; own++) {
        const ColumnRecord *record = &part->build->layout.columns[first + own];
        const Divisor *step = &part->build->columns[first + own].step;
        Cursor *cursor = &part->cursors[first + own];
        if (events.count > cursor->position_end - cursor->position) return write_changed(err);
        for (size_t i = 0; i < events.count; i++) {
            Moment at = events.items[i].at;
            int64_t number = own == 0 ? moment_date(at).day : moment_second_of_day(at);
            if (!write_stored(record, step, number, &numbers[i])) return write_changed(err);
        }
        write_numbers(build_section(part->build, first + own, SECTION_DATA), record->width_bytes,
                      cursor->position, numbers, events.count);
        cursor->position += events.count;
    }
    return STATUS_OK;
}

static Status write_events(Part *part, const CustomerRow *row, Error *err)
{
    const Build *build = part->build;
    const Schema *schema = build->input->schema;
    for (size_t i = 0; i < schema->streams_count; i++) {
        EventList events = row->events[i];
        size_t first = build->specs.stream_firsts[i];
        uint32_t *offsets = build_section(build, first, SECTION_STREAM_OFFSETS);
        if (events.count > 0) TRY(write_moments(part, first, events, err));
        for (size_t slot = 0; events.count > 0 && slot < schema->streams[i].fields_count; slot++) {
            Run run = {.events = events.items, .slot = slot, .count = events.count};
            TRY(write_run(part, first + STREAM_OWN_COLUMNS + slot, &run, err));
        }
        for (size_t slot = 0; slot < schema->streams[i].fields_count; slot++)
            write_own_firsts(part, first + STREAM_OWN_COLUMNS + slot);
        offsets[part->row + 1] = (uint32_t)part->cursors[first].position;
        TRY(write_summaries(part, i, events, err));
    }
    return STATUS_OK;
}

static Status write_customer(Part *part, const CustomerRow *row, Error *err)
{
    CustomerId *ids = build_section(part->build, 0, SECTION_CUSTOMER_IDS);
    if (part->row == part->row_end) return write_changed(err);
    ids[part->row] = row->id;
    TRY(write_properties(part, row, err));
    TRY(write_events(part, row, err));
    part->row++;
    return STATUS_OK;
}

/* Every place that pass 1 counted must be filled. */
static Status check_complete(const Part *part, Error *err)
{
    const Build *build = part->build;
    size_t count = build->specs.stream_firsts[build->input->schema->streams_count];
    if (part->row != part->row_end) return write_changed(err);
    for (size_t i = 0; i < count; i++) {
        const ColumnRecord *record = &build->layout.columns[i];
        const Cursor *cursor = &part->cursors[i];
        if ((record->flags & COLUMN_FLAG_EMPTY) != 0) continue;
        if (cursor->position != cursor->position_end) return write_changed(err);
        bool has_own_texts =
            record->dictionary_count > 0 && (record->flags & COLUMN_FLAG_SORTED) == 0;
        if (has_own_texts && !write_texts_complete(cursor)) return write_changed(err);
    }
    return STATUS_OK;
}

Status write_part(Part *part, Error *err)
{
    CustomerRow row;
    CustomerId before = {0};
    TRY(part->source->rewind(part->source, err));
    for (;;) {
        arena_reset(part->rows);
        TRY(part->source->next(part->source, part->rows, &row, err));
        if (row.id.value == 0) return check_complete(part, err);
        if (row.id.value <= before.value) return write_changed(err);
        before = row.id;
        TRY(write_customer(part, &row, err));
        TRY(part_tick(part, err));
    }
}

Status write_items(Build *build, Error *err)
{
    const ImageInput *input = build->input;
    size_t first = build->specs.stream_firsts[input->schema->streams_count];
    AUTO(arena_done) Arena *rows = arena_new();
    Part part = {.build = build, .columns = build->columns, .rows = rows};
    part.cursors = ARENA_ARRAY(build->arena, Cursor, build->specs.count);
    for (size_t i = 0; i < ITEM_COLUMNS_COUNT; i++)
        part.cursors[first + i].position_end = build->items_count;
    Status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < build->items_count; i++) {
        arena_reset(rows);
        for (unsigned a = 0; status == STATUS_OK && a < ITEM_COLUMNS_COUNT; a++) {
            Value value = item_attribute_value(build->items[i], (ItemAttribute)a);
            Run run = {.values = &value, .count = 1};
            status = write_run(&part, first + a, &run, err);
        }
    }
    free(part.numbers);
    return status;
}
