/* write_texts.c -- pass 2: the texts of one source, their codes and numbers to their places. */
#include "columns/build.h"

#include <string.h>

static void put_offset(void *offsets, uint8_t width_bytes, uint64_t index, uint64_t offset)
{
    uint32_t *narrow = offsets;
    uint64_t *wide = offsets;
    if (width_bytes == 4)
        narrow[index] = (uint32_t)offset;
    else
        wide[index] = offset;
}

/* The present customer's texts in order, in the arena of the row; their number is own_count. */
static OrderedText *order_own(const Part *part, const Vocabulary *set, uint32_t *ret_classes_count)
{
    OrderedText *ordered = ARENA_ARRAY(part->rows, OrderedText, set->own_count);
    for (uint32_t i = 0; i < set->own_count; i++) {
        uint32_t id = set->own[i];
        ordered[i] = (OrderedText){vocabulary_folded(set, id), vocabulary_text(set, id), id, 0};
    }
    *ret_classes_count = ordered_texts_sort(ordered, set->own_count);
    return ordered;
}

static bool have_room(const Cursor *cursor, uint64_t texts_count, uint64_t classes_count)
{
    return texts_count <= cursor->texts_end.texts - cursor->texts.texts &&
           classes_count <= cursor->texts_end.classes - cursor->texts.classes;
}

/* A text with this index as it is. */
static void write_text(const Build *build, size_t column, uint64_t index, Text text,
                       const Cursor *cursor)
{
    void *offsets = build_section(build, column, SECTION_DICTIONARY_OFFSETS);
    char *bytes = build_section(build, column, SECTION_DICTIONARY_BYTES);
    memcpy(bytes + cursor->texts.bytes, text.data, text.size);
    put_offset(offsets, build->layout.columns[column].offset_width_bytes, index + 1,
               cursor->texts.bytes + text.size);
}

/* A text with this index as a number. */
static Status write_number(const Build *build, size_t column, uint64_t index, Text text,
                           LearnedShapes *shapes, Error *err)
{
    uint64_t *words = build_section(build, column, SECTION_TEXT_NUMBERS);
    uint32_t bits = build->layout.columns[column].number_bits, shape;
    uint64_t number, bit = index * bits;
    if (!learned_shapes_find(shapes, text, &shape, &number)) return write_changed(err);
    const LearnedShape *at = &shapes->items[shape];
    if (number < at->min || number > at->max) return write_changed(err);
    uint64_t value = at->first + (number - at->min);
    write_bits(words, bit / 64, value << (bit % 64));
    if (bit % 64 + bits > 64) write_bits(words, bit / 64 + 1, value >> (64 - bit % 64));
    return STATUS_OK;
}

/* Put the customer's own texts into an unsorted dictionary and number them from 1. */
static Status write_own_texts(Part *part, size_t column, Error *err)
{
    const Build *build = part->build;
    Learned *learned = &part->columns[column];
    Vocabulary *set = learned->set;
    Cursor *cursor = &part->cursors[column];
    uint32_t classes_count = 0;
    const OrderedText *ordered = order_own(part, set, &classes_count);
    if (!have_room(cursor, set->own_count, classes_count)) return write_changed(err);
    bool has_numbers = build->layout.columns[column].shapes_count > 0;
    uint64_t *joined = build_section(build, column, SECTION_DICTIONARY_JOINED);
    for (uint32_t i = 0; i < set->own_count; i++) {
        Text text = ordered[i].text;
        if (text.size > cursor->texts_end.bytes - cursor->texts.bytes) return write_changed(err);
        uint64_t index = cursor->texts.texts++;
        if (has_numbers)
            TRY(write_number(build, column, index, text, learned->shapes, err));
        else
            write_text(build, column, index, text, cursor);
        cursor->texts.bytes += text.size;
        bool is_joined = i > 0 && ordered[i].class == ordered[i - 1].class;
        if (joined != NULL && is_joined)
            write_bits(joined, index / 64, UINT64_C(1) << (index % 64));
        vocabulary_give_code(set, ordered[i].id, i + 1);
    }
    cursor->texts.classes += classes_count;
    return STATUS_OK;
}

/* Every number of a customer whose numbers need more than a byte, besides. */
static Status write_wide(Part *part, size_t column, uint64_t *numbers, size_t count, Error *err)
{
    Cursor *cursor = &part->cursors[column];
    WideRow *rows = build_section(part->build, column, SECTION_WIDE_ROWS);
    void *wide_numbers = build_section(part->build, column, SECTION_WIDE_NUMBERS);
    TextCounts *at = &cursor->texts;
    if (at->wide_rows == cursor->texts_end.wide_rows ||
        count > cursor->texts_end.wide_positions - at->wide_positions)
        return write_changed(err);
    rows[at->wide_rows++] = (struct WideRow){.row = part->row,
                                             .begin = (uint32_t)cursor->position,
                                             .first = (uint32_t)at->wide_positions};
    write_numbers(wide_numbers, sizeof(uint32_t), at->wide_positions, numbers, count);
    at->wide_positions += count;
    for (size_t i = 0; i < count; i++)
        if (numbers[i] > OWN_TEXTS_NARROW_MAX) numbers[i] = OWN_TEXTS_NARROW_MAX;
    return STATUS_OK;
}

/* Ids of a customer's texts in the vocabulary, 0 for missing ones, whose data is NULL. */
static Status look_up(Vocabulary *set, bool is_sorted, const Text *texts, size_t count,
                      uint64_t *ret_ids, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t id = 0;
        if (texts[i].data == NULL) continue;
        if (!is_sorted)
            id = vocabulary_add(set, texts[i]);
        else if (!vocabulary_find(set, texts[i], &id))
            return write_changed(err);
        ret_ids[i] = id;
    }
    return STATUS_OK;
}

/* What a column stores for a customer's texts; missing ones have data NULL. */
static Status write_codes(Part *part, size_t column, const Text *texts, size_t count, Error *err)
{
    const ColumnRecord *record = &part->build->layout.columns[column];
    Vocabulary *set = part->columns[column].set;
    Cursor *cursor = &part->cursors[column];
    uint64_t *numbers = write_numbers_for(part, count);
    bool is_sorted = (record->flags & COLUMN_FLAG_SORTED) != 0;
    bool is_own = record->kind == COLUMN_OWN_CODE;
    if (!is_sorted && set->texts.count > LATE_TEXTS_MAX) vocabulary_clear(set);
    vocabulary_begin_customer(set);
    TRY(look_up(set, is_sorted, texts, count, numbers, err));
    uint64_t codes_before = is_sorted || is_own ? 0 : cursor->texts.texts;
    if (!is_sorted) TRY(write_own_texts(part, column, err));
    for (size_t i = 0; i < count; i++)
        numbers[i] =
            texts[i].data == NULL ? 0 : codes_before + vocabulary_code(set, (uint32_t)numbers[i]);
    if (is_own && set->own_count > OWN_TEXTS_NARROW_MAX)
        TRY(write_wide(part, column, numbers, count, err));
    write_numbers(build_section(part->build, column, SECTION_DATA), record->width_bytes,
                  cursor->position, numbers, count);
    return STATUS_OK;
}

Status write_texts(Part *part, size_t column, const Run *run, Error *err)
{
    Text *texts = ARENA_ARRAY(part->rows, Text, run->count);
    for (size_t i = 0; i < run->count; i++) {
        Value value = run_value(run, i);
        if (value.kind == VALUE_MISSING) continue;
        if (value.kind != VALUE_TEXT) return write_changed(err);
        texts[i] = value.as.text;
    }
    return write_codes(part, column, texts, run->count, err);
}

void write_own_firsts(const Part *part, size_t column)
{
    uint32_t *firsts = build_section(part->build, column, SECTION_OWN_FIRSTS);
    if (firsts != NULL) firsts[part->row + 1] = (uint32_t)part->cursors[column].texts.texts;
}

/* A set takes as many positions as it has members. */
Status write_set(Part *part, size_t column, Value value, Error *err)
{
    uint32_t *offsets = build_section(part->build, column, SECTION_SET_OFFSETS);
    Cursor *cursor = &part->cursors[column];
    if (offsets == NULL) return STATUS_OK;
    if (value.kind != VALUE_MISSING && value.kind != VALUE_SET) return write_changed(err);
    if (value.kind == VALUE_SET) {
        size_t count = value.as.set.count;
        if (count > cursor->position_end - cursor->position) return write_changed(err);
        TRY(write_codes(part, column, value.as.set.items, count, err));
        cursor->position += count;
    }
    offsets[part->row + 1] = (uint32_t)cursor->position;
    return STATUS_OK;
}

bool write_texts_complete(const Cursor *cursor)
{
    const TextCounts *at = &cursor->texts, *end = &cursor->texts_end;
    return at->texts == end->texts && at->classes == end->classes && at->bytes == end->bytes &&
           at->wide_rows == end->wide_rows && at->wide_positions == end->wide_positions;
}

static void write_shapes(const Build *build, size_t column)
{
    const LearnedShapes *shapes = build->columns[column].shapes;
    TextShape *records = build_section(build, column, SECTION_SHAPES);
    char *bytes = build_section(build, column, SECTION_DICTIONARY_BYTES);
    uint32_t begin = 0;
    for (uint32_t i = 0; i < shapes->count; i++) {
        const LearnedShape *shape = &shapes->items[i];
        records[i] = (TextShape){shape->first, shape->min, begin, (uint32_t)shape->text.size};
        memcpy(bytes + begin, shape->text.data, shape->text.size);
        begin += records[i].size;
    }
}

void write_dictionaries(const Build *build, const SortedTexts *dictionaries)
{
    for (size_t column = 0; column < build->specs.count; column++) {
        if (build->layout.columns[column].shapes_count > 0) write_shapes(build, column);
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
