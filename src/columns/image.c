/* image.c -- an image in memory: binding columns to bytes, looking things up. */
#include "columns/attach.h"

#include "columns/shapes.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

Status image_memory(size_t size_bytes, unsigned char **ret_bytes, Error *err)
{
    void *bytes =
        mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return error_set(err, STATUS_LIMIT, "no memory for an image of %zu bytes", size_bytes);
    *ret_bytes = bytes;
    return STATUS_OK;
}

void image_memory_release(unsigned char *bytes, size_t size_bytes)
{
    if (bytes != NULL) munmap(bytes, size_bytes);
}

/* What a column without texts has for offsets: one, 0. */
static const uint32_t NO_OFFSETS[1];

static const void *section(const Image *image, size_t column, SectionKind kind)
{
    uint64_t place = image->layout.places[column][kind];
    return place == 0 ? NULL : image->bytes + place;
}

static const TextNumbers *bind_numbers(const Image *image, size_t index)
{
    const ColumnRecord *record = &image->layout.columns[index];
    TextNumbers *numbers = ARENA_NEW(image->arena, TextNumbers);
    *numbers = (TextNumbers){.shapes = section(image, index, SECTION_SHAPES),
                             .shapes_count = record->shapes_count,
                             .bits = record->number_bits,
                             .total = record->numbers_total,
                             .bytes = section(image, index, SECTION_DICTIONARY_BYTES),
                             .packed = section(image, index, SECTION_TEXT_NUMBERS)};
    if (numbers->bytes == NULL) numbers->bytes = "";
    return numbers;
}

static const Dictionary *bind_dictionary(const Image *image, size_t index)
{
    const ColumnRecord *record = &image->layout.columns[index];
    Dictionary *dictionary = ARENA_NEW(image->arena, Dictionary);
    *dictionary = (Dictionary){
        .count = record->dictionary_count,
        .classes_count = record->classes_count,
        .is_sorted = (record->flags & (COLUMN_FLAG_SORTED | COLUMN_FLAG_EMPTY)) != 0,
        .offset_width_bytes = record->offset_width_bytes,
        .offsets = section(image, index, SECTION_DICTIONARY_OFFSETS),
        .bytes = section(image, index, SECTION_DICTIONARY_BYTES),
        .classes = section(image, index, SECTION_DICTIONARY_CLASSES),
        .joined = section(image, index, SECTION_DICTIONARY_JOINED),
    };
    if (dictionary->count == 0) {
        dictionary->offsets = NO_OFFSETS;
        dictionary->offset_width_bytes = sizeof NO_OFFSETS[0];
    }
    if (dictionary->bytes == NULL) dictionary->bytes = "";
    if (record->shapes_count > 0) dictionary->numbers = bind_numbers(image, index);
    return dictionary;
}

static void bind_column(const Image *image, size_t index)
{
    const ColumnRecord *record = &image->layout.columns[index];
    bool is_empty = (record->flags & COLUMN_FLAG_EMPTY) != 0;
    Column *column = &image->columns[index];
    *column = (Column){
        .kind = (ColumnKind)record->kind,
        .width_bytes = record->width_bytes,
        .is_empty = is_empty,
        .base = record->base,
        .factor = is_empty ? 1 : record->factor,
        .data = section(image, index, SECTION_DATA),
        .present = section(image, index, SECTION_PRESENT),
        .count = record->count,
        .set_offsets = section(image, index, SECTION_SET_OFFSETS),
        .has_range = record->kind == COLUMN_INTEGER && !is_empty,
        .min = record->min,
        .max = record->max,
        .zones = section(image, index, SECTION_ZONES),
        .value_bits = section(image, index, SECTION_VALUE_BITS),
        .own_firsts = section(image, index, SECTION_OWN_FIRSTS),
        .wide_rows = section(image, index, SECTION_WIDE_ROWS),
        .wide_rows_count = record->wide_rows_count,
        .wide_count = record->wide_count,
        .wide_numbers = section(image, index, SECTION_WIDE_NUMBERS),
    };
    if (is_code_kind(record->kind)) column->dictionary = bind_dictionary(image, index);
}

static const Column *kept(const Column *column)
{
    return column->is_empty ? NULL : column;
}

static void bind_summaries(const Image *image, size_t stream_index)
{
    StreamColumns *stream = &image->streams[stream_index];
    const Column *first = &image->columns[layout_summaries_first(&image->layout, stream_index)];
    const Column **totals = ARENA_ARRAY(image->arena, const Column *, stream->fields_count);
    for (size_t i = 0; i < stream->fields_count; i++)
        totals[i] = kept(&first[STREAM_SUMMARY_COLUMNS + i]);
    stream->first_day = kept(&first[0]);
    stream->last_day = kept(&first[1]);
    stream->totals = totals;
}

static void bind_streams(Image *image)
{
    size_t count = image->layout.header.streams_count;
    image->streams = ARENA_ARRAY(image->arena, StreamColumns, count);
    for (size_t i = 0; i < count; i++) {
        size_t first = layout_stream_first(&image->layout, i);
        image->streams[i] = (StreamColumns){
            .count = image->layout.streams[i].events_count,
            .offsets = section(image, first, SECTION_STREAM_OFFSETS),
            .day = image->columns[first],
            .second = image->columns[first + 1],
            .fields = &image->columns[first + STREAM_OWN_COLUMNS],
            .fields_count = image->layout.streams[i].fields_count,
        };
        bind_summaries(image, i);
    }
    const Column *item = &image->columns[layout_stream_first(&image->layout, count)];
    image->items = (ItemColumns){.count = image->layout.header.items_count,
                                 .code = item[ITEM_CODE],
                                 .name = item[ITEM_NAME],
                                 .group = item[ITEM_GROUP],
                                 .brand = item[ITEM_BRAND],
                                 .price = item[ITEM_PRICE],
                                 .cost = item[ITEM_COST]};
}

const uint32_t *image_column_offsets(const Image *image, size_t index)
{
    for (size_t i = 0; i < image_streams_count(image); i++) {
        size_t first = layout_stream_first(&image->layout, i);
        size_t end = first + STREAM_OWN_COLUMNS + image->streams[i].fields_count;
        if (index >= first && index < end) return image->streams[i].offsets;
    }
    return NULL;
}

static Layout copy_layout(const Layout *layout, Arena *arena)
{
    Layout copy = {.header = layout->header};
    StreamRecord *streams = ARENA_ARRAY(arena, StreamRecord, copy.header.streams_count);
    ColumnRecord *columns = ARENA_ARRAY(arena, ColumnRecord, copy.header.columns_count);
    for (size_t i = 0; i < copy.header.streams_count; i++)
        streams[i] = layout->streams[i];
    for (size_t i = 0; i < copy.header.columns_count; i++)
        columns[i] = layout->columns[i];
    copy.streams = streams;
    copy.columns = columns;
    layout_place(&copy, arena);
    return copy;
}

Image *image_bind(const Layout *layout, unsigned char *bytes, size_t size_bytes)
{
    Image *image = MEMORY_NEW(Image);
    image->arena = arena_new();
    image->bytes = bytes;
    image->size_bytes = size_bytes;
    image->layout = copy_layout(layout, image->arena);
    size_t count = image->layout.header.columns_count;
    image->columns = ARENA_ARRAY(image->arena, Column, count);
    for (size_t i = 0; i < count; i++)
        bind_column(image, i);
    bind_streams(image);
    image->ids = section(image, 0, SECTION_CUSTOMER_IDS);
    return image;
}

void image_close(Image *image)
{
    if (image == NULL) return;
    image_memory_release(image->bytes, image->size_bytes);
    arena_free(image->arena);
    free(image);
}

void image_done(Image **image)
{
    image_close(*image);
    *image = NULL;
}

uint64_t image_data_version(const Image *image)
{
    return image->layout.header.data_version;
}

uint64_t image_schema_generation(const Image *image)
{
    return image->layout.header.schema_generation;
}

uint64_t image_size_bytes(const Image *image)
{
    return image->layout.header.file_size;
}

uint32_t image_customers_count(const Image *image)
{
    return image->layout.header.customers_count;
}

size_t image_blocks_count(const Image *image)
{
    return blocks_count_of(image_customers_count(image));
}

size_t image_row_words(const Image *image)
{
    return image_blocks_count(image) * BLOCK_WORDS;
}

const CustomerId *image_customer_ids(const Image *image)
{
    return image->ids;
}

uint32_t image_first_row(const Image *image, CustomerId id)
{
    uint32_t low = 0, high = image_customers_count(image);
    if (high == 0 || id.value < image->ids[0].value) return 0;
    uint32_t likely = id.value - image->ids[0].value; /* ids are dense but for erased ones */
    if (likely < high && image->ids[likely].value == id.value) return likely;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (image->ids[middle].value < id.value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool image_find_row(const Image *image, CustomerId id, uint32_t *ret_row)
{
    uint32_t row = image_first_row(image, id);
    if (row == image_customers_count(image) || image->ids[row].value != id.value) return false;
    *ret_row = row;
    return true;
}

size_t image_properties_count(const Image *image)
{
    return image->layout.header.properties_count;
}

size_t image_streams_count(const Image *image)
{
    return image->layout.header.streams_count;
}

const Column *image_property(const Image *image, size_t slot)
{
    ASSERT(slot < image_properties_count(image));
    return &image->columns[slot];
}

const StreamColumns *image_stream(const Image *image, size_t stream_index)
{
    ASSERT(stream_index < image_streams_count(image));
    return &image->streams[stream_index];
}

const ItemColumns *image_items(const Image *image)
{
    return &image->items;
}

const Column *item_column(const ItemColumns *items, ItemAttribute attribute)
{
    switch (attribute) {
    case ITEM_CODE: return &items->code;
    case ITEM_NAME: return &items->name;
    case ITEM_GROUP: return &items->group;
    case ITEM_BRAND: return &items->brand;
    case ITEM_PRICE: return &items->price;
    case ITEM_COST: return &items->cost;
    case ITEM_ATTRIBUTE_COUNT: break;
    }
    ASSERT(false);
    return NULL;
}

static uint64_t stored_number(const Column *column, uint64_t position)
{
    const uint8_t *bytes = column->data;
    const uint16_t *halves = column->data;
    const uint32_t *words = column->data;
    const uint64_t *doubles = column->data;
    switch (column->width_bytes) {
    case 1: return bytes[position];
    case 2: return halves[position];
    case 4: return words[position];
    case 8: return doubles[position];
    default: return 0;
    }
}

int64_t column_integer(const Column *column, uint64_t position)
{
    /* Unsigned, so that damaged numbers wrap around instead of overflowing. */
    uint64_t scaled = (uint64_t)column->factor * stored_number(column, position);
    return (int64_t)((uint64_t)column->base + scaled);
}

bool column_is_present(const Column *column, uint64_t position)
{
    if (column->is_empty) return false;
    if (column->kind == COLUMN_OWN_CODE) {
        const uint8_t *bytes = column->data;
        return bytes == NULL || bytes[position] != 0;
    }
    if (column->kind != COLUMN_INTEGER) return column_integer(column, position) != 0;
    if (column->present == NULL) return true;
    return (column->present[position / 64] >> (position % 64) & 1) != 0;
}
