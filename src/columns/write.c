/* write.c -- pass 2: numbers, codes and texts of one source, straight to their places.
 *
 * The second reading of a source must be the first one again. What would overrun a place or is not
 * known from pass 1 ends with CORRUPT. */
#include "columns/build.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The values of one column that one customer has: of his row, or of his events in order. */
typedef struct {
    const Value *values;    /* NULL for events */
    const EventRow *events; /* NULL for a row */
    size_t slot;
    size_t count;
} Run;

static inline Value run_value(const Run *run, size_t index)
{
    return run->events != NULL ? run->events[index].values[run->slot] : run->values[run->slot];
}

static Status changed(Error *err)
{
    return error_set(err, STATUS_CORRUPT,
                     "the data changed while the image was built: build it again");
}

void *build_section(const Build *build, size_t column, SectionKind kind)
{
    uint64_t place = build->layout.places[column][kind];
    return place == 0 ? NULL : build->bytes + place;
}

static uint64_t *numbers_for(Part *part, size_t count)
{
    if (count > part->numbers_capacity) {
        part->numbers_capacity = 2 * count;
        part->numbers = memory_resize(
            part->numbers, memory_product(part->numbers_capacity, sizeof *part->numbers));
    }
    return part->numbers;
}

static void store_numbers(void *data, uint8_t width_bytes, uint64_t position,
                          const uint64_t *numbers, size_t count)
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

/* The words where two sources meet are written by two threads. */
static void add_bits(uint64_t *words, uint64_t word, uint64_t bits)
{
    if (bits != 0) __atomic_fetch_or(&words[word], bits, __ATOMIC_RELAXED);
}

static void mark_present(uint64_t *words, uint64_t position, const Run *run)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < run->count; i++, position++) {
        bits |= (uint64_t)(run_value(run, i).kind != VALUE_MISSING) << (position % 64);
        if (position % 64 == 63) {
            add_bits(words, position / 64, bits);
            bits = 0;
        }
    }
    if (bits != 0) add_bits(words, position / 64, bits);
}

/* ---- the kinds of columns ---- */

static Status write_integers(Part *part, size_t column, const Run *run, Error *err)
{
    const ColumnRecord *record = &part->build->layout.columns[column];
    const ColumnSpec *spec = &part->build->specs.items[column];
    uint64_t *numbers = numbers_for(part, run->count);
    uint64_t position = part->cursors[column].position;
    uint64_t base = (uint64_t)record->base, factor = (uint64_t)record->factor;
    for (size_t i = 0; i < run->count; i++) {
        Value value = run_value(run, i);
        numbers[i] = 0;
        if (value.kind == VALUE_MISSING) continue;
        if (value.kind != spec->value_kind) return changed(err);
        int64_t number = value_number(value);
        if (number < record->min || number > record->max) return changed(err);
        numbers[i] = (uint64_t)number - base;
        if (factor != 1) numbers[i] /= factor;
    }
    store_numbers(build_section(part->build, column, SECTION_DATA), record->width_bytes, position,
                  numbers, run->count);
    uint64_t *present = build_section(part->build, column, SECTION_PRESENT);
    if (present != NULL) mark_present(present, position, run);
    return STATUS_OK;
}

static Status write_item_rows(Part *part, size_t column, const Run *run, Error *err)
{
    uint64_t *numbers = numbers_for(part, run->count);
    for (size_t i = 0; i < run->count; i++) {
        Value value = run_value(run, i);
        numbers[i] = 0;
        if (value.kind == VALUE_MISSING) continue;
        if (value.kind != VALUE_ITEM) return changed(err);
        numbers[i] = item_row(part->build->input, value.as.item);
    }
    store_numbers(build_section(part->build, column, SECTION_DATA),
                  part->build->layout.columns[column].width_bytes, part->cursors[column].position,
                  numbers, run->count);
    return STATUS_OK;
}

static void put_offset(void *offsets, uint8_t width_bytes, uint64_t index, uint64_t offset)
{
    uint32_t *narrow = offsets;
    uint64_t *wide = offsets;
    if (width_bytes == 4)
        narrow[index] = (uint32_t)offset;
    else
        wide[index] = offset;
}

/* Put the customer's own texts into an unsorted dictionary and give them their codes. */
static Status write_own_texts(Part *part, size_t column, Error *err)
{
    const Build *build = part->build;
    Vocabulary *set = part->columns[column].set;
    Cursor *cursor = &part->cursors[column];
    OrderedText *ordered = ARENA_ARRAY(part->rows, OrderedText, set->own_count);
    for (uint32_t i = 0; i < set->own_count; i++) {
        uint32_t id = set->own[i];
        ordered[i] = (OrderedText){vocabulary_folded(set, id), vocabulary_text(set, id), id, 0};
    }
    uint32_t classes_count = ordered_texts_sort(ordered, set->own_count);
    if (set->own_count > cursor->texts_end.texts_count - cursor->texts.texts_count ||
        classes_count > cursor->texts_end.classes_count - cursor->texts.classes_count)
        return changed(err);
    uint8_t offset_width = build->layout.columns[column].offset_width_bytes;
    void *offsets = build_section(build, column, SECTION_DICTIONARY_OFFSETS);
    char *bytes = build_section(build, column, SECTION_DICTIONARY_BYTES);
    uint32_t *classes = build_section(build, column, SECTION_DICTIONARY_CLASSES);
    for (uint32_t i = 0; i < set->own_count; i++) {
        Text text = ordered[i].text;
        if (text.size > cursor->texts_end.bytes - cursor->texts.bytes) return changed(err);
        uint64_t index = cursor->texts.texts_count++;
        memcpy(bytes + cursor->texts.bytes, text.data, text.size);
        cursor->texts.bytes += text.size;
        put_offset(offsets, offset_width, index + 1, cursor->texts.bytes);
        if (classes != NULL)
            classes[index] = (uint32_t)cursor->texts.classes_count + ordered[i].class;
        vocabulary_give_code(set, ordered[i].id, (uint32_t)index + 1);
    }
    cursor->texts.classes_count += classes_count;
    return STATUS_OK;
}

/* Codes of a customer's texts; missing ones have data NULL. */
static Status write_codes(Part *part, size_t column, const Text *texts, size_t count, Error *err)
{
    const ColumnRecord *record = &part->build->layout.columns[column];
    Vocabulary *set = part->columns[column].set;
    uint64_t *numbers = numbers_for(part, count);
    bool is_sorted = (record->flags & COLUMN_FLAG_SORTED) != 0;
    if (!is_sorted && set->texts.count > LATE_TEXTS_MAX) vocabulary_clear(set);
    vocabulary_begin_customer(set);
    for (size_t i = 0; i < count; i++) {
        uint32_t id = 0;
        if (texts[i].data == NULL) continue;
        if (!is_sorted)
            id = vocabulary_add(set, texts[i]);
        else if (!vocabulary_find(set, texts[i], &id))
            return changed(err);
        numbers[i] = id;
    }
    if (!is_sorted) TRY(write_own_texts(part, column, err));
    for (size_t i = 0; i < count; i++)
        numbers[i] = texts[i].data == NULL ? 0 : vocabulary_code(set, (uint32_t)numbers[i]);
    store_numbers(build_section(part->build, column, SECTION_DATA), record->width_bytes,
                  part->cursors[column].position, numbers, count);
    return STATUS_OK;
}

static Status write_texts(Part *part, size_t column, const Run *run, Error *err)
{
    Text *texts = ARENA_ARRAY(part->rows, Text, run->count);
    for (size_t i = 0; i < run->count; i++) {
        Value value = run_value(run, i);
        if (value.kind == VALUE_MISSING) continue;
        if (value.kind != VALUE_TEXT) return changed(err);
        texts[i] = value.as.text;
    }
    return write_codes(part, column, texts, run->count, err);
}

static Status write_run(Part *part, size_t column, const Run *run, Error *err)
{
    Cursor *cursor = &part->cursors[column];
    if ((part->build->layout.columns[column].flags & COLUMN_FLAG_EMPTY) != 0) return STATUS_OK;
    if (run->count > cursor->position_end - cursor->position) return changed(err);
    switch (part->build->specs.items[column].kind) {
    case COLUMN_INTEGER: TRY(write_integers(part, column, run, err)); break;
    case COLUMN_CODE: TRY(write_texts(part, column, run, err)); break;
    case COLUMN_ITEM: TRY(write_item_rows(part, column, run, err)); break;
    case COLUMN_CODE_SET:
        ASSERT(false); /* write_set */
        break;
    }
    cursor->position += run->count;
    return STATUS_OK;
}

/* A set takes as many positions as it has members. */
static Status write_set(Part *part, size_t column, Value value, Error *err)
{
    uint32_t *offsets = build_section(part->build, column, SECTION_SET_OFFSETS);
    Cursor *cursor = &part->cursors[column];
    if (offsets == NULL) return STATUS_OK;
    if (value.kind != VALUE_MISSING && value.kind != VALUE_SET) return changed(err);
    if (value.kind == VALUE_SET) {
        size_t count = value.as.set.count;
        if (count > cursor->position_end - cursor->position) return changed(err);
        TRY(write_codes(part, column, value.as.set.items, count, err));
        cursor->position += count;
    }
    offsets[part->row + 1] = (uint32_t)cursor->position;
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
        }
    }
    return STATUS_OK;
}

static Status write_moments(Part *part, size_t first, EventList events, Error *err)
{
    uint64_t *numbers = numbers_for(part, events.count);
    for (size_t own = 0; own < STREAM_OWN_COLUMNS; own++) {
        const ColumnRecord *record = &part->build->layout.columns[first + own];
        Cursor *cursor = &part->cursors[first + own];
        if (events.count > cursor->position_end - cursor->position) return changed(err);
        for (size_t i = 0; i < events.count; i++) {
            Moment at = events.items[i].at;
            int64_t number = own == 0 ? moment_date(at).day : moment_second_of_day(at);
            if (number < record->min || number > record->max) return changed(err);
            numbers[i] = (uint64_t)(number - record->base) / (uint64_t)record->factor;
        }
        store_numbers(build_section(part->build, first + own, SECTION_DATA), record->width_bytes,
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
        offsets[part->row + 1] = (uint32_t)part->cursors[first].position;
    }
    return STATUS_OK;
}

static Status write_customer(Part *part, const CustomerRow *row, Error *err)
{
    CustomerId *ids = build_section(part->build, 0, SECTION_CUSTOMER_IDS);
    if (part->row == part->row_end) return changed(err);
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
    if (part->row != part->row_end) return changed(err);
    for (size_t i = 0; i < count; i++) {
        const ColumnRecord *record = &build->layout.columns[i];
        const Cursor *cursor = &part->cursors[i];
        if ((record->flags & COLUMN_FLAG_EMPTY) != 0) continue;
        if (cursor->position != cursor->position_end) return changed(err);
        bool has_own_texts =
            record->dictionary_count > 0 && (record->flags & COLUMN_FLAG_SORTED) == 0;
        if (has_own_texts && (cursor->texts.texts_count != cursor->texts_end.texts_count ||
                              cursor->texts.classes_count != cursor->texts_end.classes_count ||
                              cursor->texts.bytes != cursor->texts_end.bytes))
            return changed(err);
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
        if (row.id.value <= before.value) return changed(err);
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
        part.cursors[first + i].position_end = input->items_count;
    Status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < input->items_count; i++) {
        arena_reset(rows);
        for (unsigned a = 0; status == STATUS_OK && a < ITEM_COLUMNS_COUNT; a++) {
            Value value = item_attribute_value(input->items[i], (ItemAttribute)a);
            Run run = {.values = &value, .count = 1};
            status = write_run(&part, first + a, &run, err);
        }
    }
    free(part.numbers);
    return status;
}

void write_dictionaries(const Build *build, const SortedTexts *dictionaries)
{
    for (size_t column = 0; column < build->specs.count; column++) {
        const SortedTexts *dictionary = &dictionaries[column];
        uint8_t offset_width = build->layout.columns[column].offset_width_bytes;
        void *offsets = build_section(build, column, SECTION_DICTIONARY_OFFSETS);
        char *bytes = build_section(build, column, SECTION_DICTIONARY_BYTES);
        uint32_t *classes = build_section(build, column, SECTION_DICTIONARY_CLASSES);
        uint64_t end = 0;
        for (uint32_t i = 0; offsets != NULL && i < dictionary->count; i++) {
            Text text = dictionary->texts[i];
            if (text.size > 0) memcpy(bytes + end, text.data, text.size);
            end += text.size;
            put_offset(offsets, offset_width, (uint64_t)i + 1, end);
            if (classes != NULL) classes[i] = dictionary->classes[i];
        }
    }
}
