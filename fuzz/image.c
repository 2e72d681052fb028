/* image.c -- any damage to an image is CORRUPT or harmless.
 *
 * The input is a list of changes to a small sound image: records of 6 bytes, place (4), new byte,
 * and what to do after it (0 nothing, 1 make all checksums fit, 2 cut the file there). Without
 * fitting checksums every change must be refused; with them the image may open, and then checking
 * it and reading all of it must do no harm. An input that begins with "kohorta" is an image itself.
 */
#include "columns/attach.h"
#include "columns/build.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHANGE_BYTES = 6, CUSTOMERS = 40, BUYER = 17, BOUGHT = 300, FIELDS = 4 };

/* ---- a small data set: a property of every kind, a stream, two items; a buyer of many orders,
 * some of which fold alike ---- */

static const Item items[] = {{.id = 1, .code = {"a", 1}, .name = {"A", 1}},
                             {.id = 2, .code = {"b", 1}, .group = {"x / y", 5}}};

static const Property properties[] = {
    {.id = 1, .name = {"code", 4}, .type = PROPERTY_TEXT},
    {.id = 2, .name = {"kind", 4}, .type = PROPERTY_ENUM},
    {.id = 3, .name = {"tags", 4}, .type = PROPERTY_SET},
    {.id = 4, .name = {"income", 6}, .type = PROPERTY_MONEY, .scale = MONEY_SCALE},
    {.id = 5, .name = {"birth", 5}, .type = PROPERTY_DATE},
};
static const Field fields[] = {
    {.slot = 0, .name = {"order", 5}, .type = PROPERTY_TEXT, .role = FIELD_IDENTIFIER},
    {.slot = 1, .name = {"item", 4}, .type = PROPERTY_TEXT, .role = FIELD_ITEM},
    {.slot = 2, .name = {"amount", 6}, .type = PROPERTY_MONEY},
    {.slot = 3, .name = {"note", 4}, .type = PROPERTY_TEXT},
};
static const Stream streams[] = {
    {.id = 1, .name = {"purchase", 8}, .fields = fields, .fields_count = FIELDS}};
static const Schema schema = {.properties = properties,
                              .properties_count = 5,
                              .streams = streams,
                              .streams_count = 1,
                              .generation = 1};

typedef struct {
    CustomerSource base;
    uint32_t last;
} Source;

static Status source_rewind(CustomerSource *source, Error *err)
{
    (void)err;
    ((Source *)source)->last = 0;
    return STATUS_OK;
}

static Value text_of_number(Arena *arena, const char *prefix, uint32_t number)
{
    return value_text(arena_printf(arena, "%s%u", prefix, number));
}

static EventList events_of(Arena *arena, uint32_t id)
{
    uint32_t count = id == BUYER ? BOUGHT : id % 5;
    EventRow *events = ARENA_ARRAY(arena, EventRow, count);
    for (uint32_t i = 0; i < count; i++) {
        Value *values = ARENA_ARRAY(arena, Value, FIELDS);
        const char *prefix = id == BUYER && i % 2 == 0 ? "Order " : "order ";
        values[0] = text_of_number(arena, prefix, id * 2 + i / 2);
        values[1] = value_item(&items[i % 2]);
        values[2] = i == 3 ? value_missing() : value_decimal(100 * (int64_t)(id * i));
        /* more digits than a number may have */
        values[3] = text_of_number(arena, "000000000000000000", i);
        events[i] = (EventRow){.at = {86400 * (int64_t)(id + i) + 60 * i}, .values = values};
    }
    return (EventList){events, count};
}

static Status source_next(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    (void)err;
    *ret_row = (CustomerRow){0};
    if (((Source *)source)->last == CUSTOMERS) return STATUS_OK;
    uint32_t id = ++((Source *)source)->last;
    Text tags[] = {TEXT("x"), id % 2 == 0 ? TEXT("Ёж") : TEXT("еж")};
    Value *values = ARENA_ARRAY(arena, Value, 5);
    values[0] = text_of_number(arena, "c", id);
    values[1] = id % 3 == 0 ? value_missing() : text_of_number(arena, "kind ", id % 3);
    values[2] = id % 4 == 0 ? value_missing() : value_set(arena, tags, 2);
    values[3] = value_decimal(id % 7 == 0 ? -DECIMAL_MANTISSA_MAX : (int64_t)id);
    values[4] = id % 5 == 0 ? value_missing() : value_date((Date){(int32_t)id});
    EventList *lists = ARENA_ARRAY(arena, EventList, 1);
    lists[0] = events_of(arena, id);
    *ret_row = (CustomerRow){.id = {id}, .values = values, .events = lists};
    return STATUS_OK;
}

static Image *sound_image(void)
{
    /* so few that codes and orders become unsorted dictionaries */
    static const BuildLimits few_texts = {
        .sorted_texts_always = 8, .sorted_texts_max = 8, .repeats_min = 1};
    Source source = {.base = {source_rewind, source_next, &schema}};
    CustomerSource *sources[] = {&source.base};
    const Item *pointers[] = {&items[0], &items[1]};
    ImageInput input = {.schema = &schema,
                        .sources = sources,
                        .sources_count = 1,
                        .items = pointers,
                        .items_count = 2,
                        .data_version = 1};
    Image *image = NULL;
    Error err;
    if (build_in_memory(&input, few_texts, NULL, &image, &err) != STATUS_OK) abort();
    return image;
}

/* ---- opening and reading whatever came of it ---- */

/* Keeps the compiler from leaving the reading out. */
static volatile uint64_t everything_read;

/* Every number and text once. */
static uint64_t read_column(const Column *column)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint64_t sum = 0;
    if (column->kind == COLUMN_OWN_CODE) return 0; /* read_own */
    for (uint64_t i = 0; !column->is_empty && i < column->count; i++) {
        int64_t number = column_integer(column, i);
        sum += (uint64_t)number;
        if (column->dictionary == NULL || number == 0) continue;
        sum += dictionary_text(column->dictionary, (uint32_t)number, arena).size;
        if (column->dictionary->is_sorted)
            sum += dictionary_class(column->dictionary, (uint32_t)number);
    }
    return sum;
}

/* Numbers of customers' own texts in every way. */
static uint64_t read_own(const Image *image, const Column *column, const uint32_t *offsets)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint32_t rows_count = image_customers_count(image);
    uint64_t sum = 0;
    if (column->kind != COLUMN_OWN_CODE) return read_column(column);
    uint32_t *numbers = ARENA_ARRAY(arena, uint32_t, column->count + 16);
    column_own_classes(column, offsets, 0, rows_count, numbers);
    column_own_codes(column, offsets, 0, rows_count, numbers);
    for (uint32_t row = 0; row < rows_count; row++) {
        uint64_t begin = offsets == NULL ? row : offsets[row];
        uint64_t end = offsets == NULL ? row + 1 : offsets[row + 1];
        for (uint64_t i = begin; i < end; i++) {
            uint32_t code = column_code(column, row, i);
            if (code == 0) continue;
            sum += dictionary_text(column->dictionary, code, arena).size + numbers[i];
            sum += column_own_row(column, rows_count, code);
        }
    }
    return sum + dictionary_next_folded(column->dictionary, TEXT("order 2"), 0);
}

static uint64_t read_summaries(const StreamColumns *stream)
{
    uint64_t sum = 0;
    if (stream->first_day != NULL) sum += read_column(stream->first_day);
    if (stream->last_day != NULL) sum += read_column(stream->last_day);
    for (size_t i = 0; i < stream->fields_count; i++)
        if (stream->totals[i] != NULL) sum += read_column(stream->totals[i]);
    return sum;
}

static void read_image(const Image *image)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint64_t sum = 0;
    Text *problems;
    size_t problems_count;
    Error err;
    for (size_t i = 0; i < image_properties_count(image); i++) {
        const Column *column = image_property(image, i);
        sum += read_own(image, column, NULL);
        if (column->dictionary != NULL && column->dictionary->is_sorted)
            sum += dictionary_find_folded(column->dictionary, TEXT("kind 1")).first;
    }
    for (size_t i = 0; i < image_streams_count(image); i++) {
        sum += read_column(&image_stream(image, i)->day) + read_summaries(image_stream(image, i));
        for (size_t j = 0; j < image_stream(image, i)->fields_count; j++)
            sum += read_own(image, &image_stream(image, i)->fields[j],
                            image_stream(image, i)->offsets);
    }
    everything_read = sum + read_column(&image_items(image)->name);
    if (image_check(image, NULL, arena, &problems, &problems_count, &err) != STATUS_OK) abort();
}

static void open_and_read(const uint8_t *data, size_t size_bytes, bool is_untouched)
{
    unsigned char *bytes = NULL;
    Image *image = NULL;
    Error err;
    if (size_bytes == 0 || image_memory(size_bytes, &bytes, &err) != STATUS_OK) return;
    memcpy(bytes, data, size_bytes);
    Status status = image_attach(bytes, size_bytes, false, &image, &err);
    if (status != STATUS_OK && (status != STATUS_CORRUPT || is_untouched)) abort();
    if (status == STATUS_OK) read_image(image);
    image_close(image);
}

/* ---- the changes ---- */

enum { AFTER_NOTHING, AFTER_SEAL, AFTER_CUT, AFTER_COUNT };

static uint32_t place_of(const uint8_t *change)
{
    uint32_t place;
    memcpy(&place, change, sizeof place);
    return place;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Image *sound;
    if (size >= sizeof(FormatHeader) && memcmp(data, FORMAT_MAGIC, 7) == 0) {
        open_and_read(data, size, false);
        return 0;
    }
    if (sound == NULL) sound = sound_image();
    AUTO(arena_done) Arena *arena = arena_new();
    size_t size_bytes = sound->size_bytes;
    unsigned char *bytes = arena_alloc(arena, size_bytes);
    memcpy(bytes, sound->bytes, size_bytes);
    for (; size >= CHANGE_BYTES && size_bytes == sound->size_bytes; size -= CHANGE_BYTES) {
        bytes[place_of(data) % size_bytes] = data[4];
        if (data[5] % AFTER_COUNT == AFTER_SEAL) seal_checksums(&sound->layout, bytes);
        if (data[5] % AFTER_COUNT == AFTER_CUT) size_bytes = place_of(data) % size_bytes;
        data += CHANGE_BYTES;
    }
    bool is_untouched =
        size_bytes == sound->size_bytes && memcmp(bytes, sound->bytes, size_bytes) == 0;
    open_and_read(bytes, size_bytes, is_untouched);
    return 0;
}
