/* verify.c -- a stranger's bytes: nothing in them is used before it was found to be within bounds.
 *
 * 1. verify_tables reads only what lies within the file, and computes places and sizes of all
 *    sections anew from the column table; after it every array lies within the file.
 * 2. verify_contents looks at every number that is used as an index, so that reading after it stays
 *    within the arrays whatever the contents mean. */
#include "columns/attach.h"
#include "columns/shapes.h"
#include "columns/tasks.h"

#include <string.h>

static Status damaged(const char *what, Error *err)
{
    return error_set(err, STATUS_CORRUPT, "the image is damaged: %s", what);
}

/* ---- header and tables ---- */

static Status verify_header(const FormatHeader *header, size_t size_bytes, Error *err)
{
    if (memcmp(header->magic, FORMAT_MAGIC, sizeof header->magic) != 0)
        return error_set(err, STATUS_CORRUPT, "this is no image");
    if (header->version != FORMAT_VERSION)
        return error_set(err, STATUS_CORRUPT, "the image has version %u, this program reads %d",
                         header->version, FORMAT_VERSION);
    if (header->byte_order != FORMAT_BYTE_ORDER ||
        header->header_checksum != header_checksum(header))
        return damaged("the checksum of its header differs", err);
    if (header->file_size != size_bytes) return damaged("its file has another size", err);
    for (size_t i = 0; i < sizeof header->reserved / sizeof header->reserved[0]; i++)
        if (header->reserved[i] != 0) return damaged("its header makes no sense", err);
    return STATUS_OK;
}

static Status verify_counts(const FormatHeader *header, Error *err)
{
    bool fits = header->properties_count <= FORMAT_PROPERTIES_MAX &&
                header->streams_count <= FORMAT_STREAMS_MAX &&
                header->sections_offset >= sizeof *header &&
                header->sections_offset <= header->file_size;
    uint64_t tables_bytes = header->streams_count * (uint64_t)sizeof(StreamRecord) +
                            header->columns_count * (uint64_t)sizeof(ColumnRecord) +
                            header->sections_count * (uint64_t)sizeof(SectionRecord);
    if (!fits || tables_bytes > header->sections_offset - sizeof *header)
        return damaged("its tables have no room", err);
    return STATUS_OK;
}

static Status verify_streams(const Layout *layout, Error *err)
{
    const FormatHeader *header = &layout->header;
    uint64_t columns_count = (uint64_t)header->properties_count + ITEM_COLUMNS_COUNT;
    for (size_t i = 0; i < header->streams_count; i++) {
        const StreamRecord *stream = &layout->streams[i];
        if (stream->fields_count > FORMAT_FIELDS_MAX || stream->events_count > UINT32_MAX ||
            stream->reserved != 0)
            return damaged("its stream table makes no sense", err);
        columns_count += stream_columns_count(stream->fields_count);
    }
    if (columns_count != header->columns_count)
        return damaged("its column table has another length", err);
    return STATUS_OK;
}

static bool same_place(const SectionRecord *a, const SectionRecord *b)
{
    return a->kind == b->kind && a->owner == b->owner && a->offset == b->offset &&
           a->size == b->size;
}

/* The computed sections against those of the file, and all of them against its size. */
static Status verify_sections(const Layout *layout, const FormatHeader *stored,
                              const SectionRecord *table, Error *err)
{
    const FormatHeader *computed = &layout->header;
    if (computed->sections_count != stored->sections_count ||
        computed->sections_offset != stored->sections_offset ||
        computed->file_size != stored->file_size)
        return damaged("its sections have other sizes", err);
    uint64_t end = stored->sections_offset;
    for (size_t i = 0; i < computed->sections_count; i++) {
        const SectionRecord *section = &layout->sections[i];
        if (section->offset < end || section->size > stored->file_size ||
            section->offset > stored->file_size - section->size || !same_place(section, &table[i]))
            return damaged("its section table makes no sense", err);
        end = section->offset + section->size;
    }
    return STATUS_OK;
}

Status verify_tables(const unsigned char *bytes, size_t size_bytes, Arena *arena,
                     Layout *ret_layout, Error *err)
{
    FormatHeader header;
    if (size_bytes < sizeof header) return damaged("its file is too short", err);
    memcpy(&header, bytes, sizeof header);
    TRY(verify_header(&header, size_bytes, err));
    TRY(verify_counts(&header, err));
    if (header.tables_checksum != tables_checksum(&header, bytes))
        return damaged("the checksum of its tables differs", err);
    const void *streams = bytes + sizeof header;
    const void *columns = bytes + sizeof header + header.streams_count * sizeof(StreamRecord);
    Layout layout = {.header = header, .streams = streams, .columns = columns};
    TRY(verify_streams(&layout, err));
    TRY(layout_check_columns(&layout, err));
    const SectionRecord *table = section_table(&layout, bytes);
    layout_place(&layout, arena);
    TRY(verify_sections(&layout, &header, table, err));
    for (size_t i = 0; i < header.sections_count; i++)
        layout.sections[i].checksum = table[i].checksum;
    *ret_layout = layout;
    return STATUS_OK;
}

/* ---- contents ---- */

#define LARGEST(Type)                                                \
    static uint64_t largest_##Type(const Type *data, uint64_t count) \
    {                                                                \
        Type largest = 0;                                            \
        for (uint64_t i = 0; i < count; i++)                         \
            largest = data[i] > largest ? data[i] : largest;         \
        return largest;                                              \
    }
LARGEST(uint8_t)
LARGEST(uint16_t)
LARGEST(uint32_t)
LARGEST(uint64_t)

uint64_t column_largest_stored(const Column *column)
{
    switch (column->width_bytes) {
    case 1: return largest_uint8_t(column->data, column->count);
    case 2: return largest_uint16_t(column->data, column->count);
    case 4: return largest_uint32_t(column->data, column->count);
    case 8: return largest_uint64_t(column->data, column->count);
    default: return 0;
    }
}

static bool is_ascending(const uint32_t *offsets, uint64_t count, uint64_t end)
{
    bool is_ordered = true;
    for (uint64_t i = 0; i < count; i++)
        is_ordered = is_ordered & (offsets[i] <= offsets[i + 1]);
    return is_ordered && offsets[0] == 0 && offsets[count] == end;
}

static bool is_ascending_wide(const uint64_t *offsets, uint64_t count, uint64_t end)
{
    bool is_ordered = true;
    for (uint64_t i = 0; i < count; i++)
        is_ordered = is_ordered & (offsets[i] <= offsets[i + 1]);
    return is_ordered && offsets[0] == 0 && offsets[count] == end;
}

/* Shapes have room for the digits of their texts, and every number is one of a text. */
static bool are_numbers_safe(const Dictionary *dictionary, uint64_t size_bytes)
{
    const TextNumbers *numbers = dictionary->numbers;
    uint64_t end = 0, largest = 0;
    for (uint32_t i = 0; i < numbers->shapes_count; i++) {
        const TextShape *shape = &numbers->shapes[i];
        if (shape->first != end || shape->begin > size_bytes ||
            shape->size > size_bytes - shape->begin)
            return false;
        end = numbers_shape_end(numbers, i);
        size_t digits_count = shape_digits(numbers_shape_text(numbers, i));
        if (end <= shape->first || digits_count > SHAPE_DIGITS_MAX) return false;
        uint64_t allowed = shape_numbers_count(digits_count);
        if (shape->min >= allowed || end - shape->first > allowed - shape->min) return false;
    }
    for (uint64_t i = 0; i < dictionary->count; i++) {
        uint64_t value = numbers_value(numbers, i);
        largest = value > largest ? value : largest;
    }
    return largest < numbers->total;
}

static bool is_safe_dictionary(const Dictionary *dictionary, uint64_t size_bytes)
{
    if (dictionary->count == 0) return true;
    if (dictionary->numbers != NULL) return are_numbers_safe(dictionary, size_bytes);
    bool is_narrow = dictionary->offset_width_bytes == sizeof(uint32_t);
    if (is_narrow ? !is_ascending(dictionary->offsets, dictionary->count, size_bytes)
                  : !is_ascending_wide(dictionary->offsets, dictionary->count, size_bytes))
        return false;
    for (uint32_t i = 0; dictionary->classes != NULL && i < dictionary->count; i++)
        if (dictionary->classes[i] < 1 || dictionary->classes[i] > dictionary->classes_count)
            return false;
    return true;
}

/* Members of sets are codes; nothing is missing among them. */
static bool has_no_zero(const Column *column)
{
    for (uint64_t i = 0; i < column->count; i++)
        if (column_integer(column, i) == 0) return false;
    return true;
}

/* The numbers of a customer are those of his texts. */
static bool is_within(const uint32_t *numbers, size_t count, uint32_t largest)
{
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++)
        found = numbers[i] > found ? numbers[i] : found;
    return found <= largest;
}

static bool is_byte_within(const uint8_t *numbers, size_t count, uint32_t largest)
{
    uint8_t found = 0;
    for (size_t i = 0; i < count; i++)
        found = numbers[i] > found ? numbers[i] : found;
    return found <= largest;
}

static bool are_wide_rows_safe(const Image *image, const Column *column, const uint32_t *offsets)
{
    uint64_t first = 0, row_min = 0;
    for (uint32_t i = 0; i < column->wide_rows_count; i++) {
        const WideRow *wide = &column->wide_rows[i];
        if (wide->row < row_min || wide->row >= image->layout.header.customers_count) return false;
        uint64_t count = offsets[wide->row + 1] - offsets[wide->row];
        if (wide->begin != offsets[wide->row] || wide->first != first) return false;
        if (count > column->wide_count - first) return false;
        if (!is_within(column->wide_numbers + first, count, column_own_count(column, wide->row)))
            return false;
        first += count;
        row_min = (uint64_t)wide->row + 1;
    }
    return first == column->wide_count;
}

static bool is_safe_own(const Image *image, size_t index)
{
    const Column *column = &image->columns[index];
    const uint32_t *offsets = image_column_offsets(image, index);
    uint32_t rows_count = image->layout.header.customers_count;
    if (column->own_firsts == NULL) return true; /* layout_check_columns says all */
    if (!is_ascending(column->own_firsts, rows_count, column->dictionary->count)) return false;
    if (!are_wide_rows_safe(image, column, offsets)) return false;
    const uint8_t *bytes = column->data;
    for (uint32_t row = 0; row < rows_count; row++) {
        uint32_t begin = offsets == NULL ? row : offsets[row];
        uint32_t end = offsets == NULL ? row + 1 : offsets[row + 1];
        uint32_t largest = column_own_count(column, row);
        bool is_safe = bytes == NULL ? begin == end || largest > 0
                                     : is_byte_within(bytes + begin, end - begin, largest);
        if (!is_safe) return false;
    }
    return true;
}

static bool is_safe_column(const Image *image, size_t index)
{
    const Column *column = &image->columns[index];
    const ColumnRecord *record = &image->layout.columns[index];
    if (column->is_empty) return true;
    uint64_t largest = column_largest_stored(column);
    switch (column->kind) {
    case COLUMN_INTEGER:
        return largest <=
               ((uint64_t)column->max - (uint64_t)column->min) / (uint64_t)column->factor;
    case COLUMN_ITEM: return largest <= image->items.count;
    case COLUMN_CODE:
    case COLUMN_CODE_SET:
    case COLUMN_OWN_CODE: break;
    }
    if (!is_safe_dictionary(column->dictionary, record->dictionary_bytes)) return false;
    if (column->kind == COLUMN_OWN_CODE) return is_safe_own(image, index);
    if (largest > column->dictionary->count) return false;
    if (column->kind == COLUMN_CODE) return true;
    return is_ascending(column->set_offsets, image->layout.header.customers_count, column->count) &&
           has_no_zero(column);
}

/* Pieces of the work; a place of `is_damaged` each. */
typedef struct {
    const Image *image;
    bool *is_damaged;
} Contents;

static void verify_checksum(void *context, size_t section)
{
    const Contents *contents = context;
    const Image *image = contents->image;
    const SectionRecord *table = section_table(&image->layout, image->bytes);
    contents->is_damaged[section] =
        section_checksum(&image->layout, image->bytes, section) != table[section].checksum;
}

static void verify_column(void *context, size_t column)
{
    const Contents *contents = context;
    contents->is_damaged[column] = !is_safe_column(contents->image, column);
}

static Status verify_checksums(const Image *image, Arena *arena, Error *err)
{
    const Layout *layout = &image->layout;
    size_t count = layout->header.sections_count;
    Contents contents = {image, ARENA_ARRAY(arena, bool, count)};
    uint64_t *weights = ARENA_ARRAY(arena, uint64_t, count);
    for (size_t i = 0; i < count; i++)
        weights[i] = layout->sections[i].size;
    tasks_run(verify_checksum, &contents, weights, count);
    for (size_t i = 0; i < count; i++)
        if (contents.is_damaged[i])
            return error_set(err, STATUS_CORRUPT,
                             "the image is damaged: a checksum of column %u differs",
                             layout->sections[i].owner);
    return STATUS_OK;
}

Status verify_contents(const Image *image, Error *err)
{
    const Layout *layout = &image->layout;
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(verify_checksums(image, arena, err));
    /* Columns of events are looked at by customers, so these come first. */
    for (size_t i = 0; i < layout->header.streams_count; i++) {
        const StreamColumns *stream = &image->streams[i];
        if (!is_ascending(stream->offsets, layout->header.customers_count, stream->count))
            return damaged("events do not belong to customers", err);
    }
    size_t count = layout->header.columns_count;
    Contents contents = {image, ARENA_ARRAY(arena, bool, count)};
    tasks_run(verify_column, &contents, column_weights(layout, arena), count);
    for (size_t i = 0; i < count; i++)
        if (contents.is_damaged[i])
            return error_set(err, STATUS_CORRUPT,
                             "the image is damaged: column %zu holds numbers out of its range", i);
    return STATUS_OK;
}
