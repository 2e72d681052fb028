/* image_source.c -- customers out of images as the rows the store gives. */
#include "dataset/image_source.h"

#include "model/built_in.h"

enum { SECONDS_PER_DAY = 86400 };

typedef struct {
    CustomerSource source; /* first: a pointer to it is a pointer to this */
    ImageReader reader;
    const CustomerSet *without;
    CustomerSource *other; /* NULL: none */
    const CustomerSet *others;
    CustomerId first, last; /* the range */
    uint32_t next_row;
    CustomerId next_other; /* id 0: none is left */
} ImageSource;

/* ---- values ---- */

/* A place of a column and the customer it belongs to. */
typedef struct {
    const Column *column;
    uint32_t row;
    uint64_t position;
} Place;

static Value set_at(Place place, Arena *arena)
{
    const Column *column = place.column;
    if (column->is_empty) return value_missing();
    uint32_t begin = column->set_offsets[place.row], end = column->set_offsets[place.row + 1];
    if (begin == end) return value_missing();
    Text *texts = ARENA_ARRAY(arena, Text, end - begin);
    for (uint32_t i = begin; i < end; i++)
        texts[i - begin] =
            dictionary_text(column->dictionary, (uint32_t)column_integer(column, i), arena);
    return (Value){.kind = VALUE_SET, .as.set = {texts, end - begin}};
}

static Value text_at(Place place, Arena *arena)
{
    uint32_t code = column_code(place.column, place.row, place.position);
    if (code == 0) return value_missing();
    return (Value){.kind = VALUE_TEXT,
                   .as.text = dictionary_text(place.column->dictionary, code, arena)};
}

static Value integer_at(Place place, TypeKind kind)
{
    if (!column_is_present(place.column, place.position)) return value_missing();
    int64_t number = column_integer(place.column, place.position);
    switch (kind) {
    case TYPE_BOOL: return value_bool(number != 0);
    case TYPE_DATE: return value_date((Date){(int32_t)number});
    case TYPE_DECIMAL: return value_decimal(number);
    case TYPE_NONE:
    case TYPE_RATIO:
    case TYPE_MOMENT:
    case TYPE_TEXT:
    case TYPE_HIERARCHY:
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET:
    case TYPE_ITEM:
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false);
    return value_missing();
}

static const Item *item_of(const ImageReader *reader, uint32_t id)
{
    /* ids are dense but for removed ones */
    if (id <= reader->items_count && reader->items[id - 1]->id == id) return reader->items[id - 1];
    size_t low = 0, high = reader->items_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reader->items[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    ASSERT(low < reader->items_count && reader->items[low]->id == id);
    return reader->items[low];
}

static Value item_at(const ImageReader *reader, Place place)
{
    if (!column_is_present(place.column, place.position)) return value_missing();
    int64_t row = column_integer(place.column, place.position);
    const uint32_t *ids = image_items(reader->image)->ids;
    if (row == 0) return value_missing();
    return value_item(item_of(reader, ids != NULL ? ids[row - 1] : (uint32_t)row));
}

static Value value_at(const ImageReader *reader, Place place, TypeKind kind, Arena *arena)
{
    switch (place.column->kind) {
    case COLUMN_INTEGER: return integer_at(place, kind);
    case COLUMN_CODE:
    case COLUMN_OWN_CODE: return text_at(place, arena);
    case COLUMN_ITEM: return item_at(reader, place);
    case COLUMN_CODE_SET: return set_at(place, arena);
    }
    ASSERT(false);
    return value_missing();
}

/* ---- parts of a customer ---- */

EventList image_read_events(const ImageReader *reader, uint32_t row, size_t stream_index,
                            Arena *arena)
{
    const Stream *stream = &reader->schema->streams[stream_index];
    const StreamColumns *columns = image_stream(reader->image, stream_index);
    uint32_t begin = columns->offsets[row], count = columns->offsets[row + 1] - begin;
    EventRow *events = ARENA_ARRAY(arena, EventRow, count);
    for (uint32_t i = 0; i < count; i++) {
        Value *values = ARENA_ARRAY(arena, Value, stream->fields_count);
        for (size_t slot = 0; slot < stream->fields_count; slot++)
            values[slot] = value_at(reader, (Place){&columns->fields[slot], row, begin + i},
                                    field_value_type(&stream->fields[slot]).kind, arena);
        int64_t second = column_integer(&columns->day, begin + i) * SECONDS_PER_DAY +
                         column_integer(&columns->second, begin + i);
        events[i] = (EventRow){.at = {second}, .sequence = i, .values = values};
    }
    return (EventList){events, count};
}

const Value *image_read_values(const ImageReader *reader, uint32_t row, Arena *arena)
{
    const Schema *schema = reader->schema;
    Value *values = ARENA_ARRAY(arena, Value, schema->properties_count);
    for (size_t slot = 0; slot < schema->properties_count; slot++)
        values[slot] = value_at(reader, (Place){image_property(reader->image, slot), row, row},
                                property_value_type(&schema->properties[slot]).kind, arena);
    return values;
}

Text image_read_code(const Value *values)
{
    Value code = values[BUILT_IN_CODE];
    return code.kind == VALUE_TEXT ? code.as.text : TEXT("");
}

/* ---- rows ---- */

static CustomerRow read_row(const ImageReader *reader, uint32_t row, Arena *arena)
{
    size_t streams_count = reader->schema->streams_count;
    EventList *events = ARENA_ARRAY(arena, EventList, streams_count);
    for (size_t i = 0; i < streams_count; i++)
        events[i] = image_read_events(reader, row, i, arena);
    const Value *values = image_read_values(reader, row, arena);
    return (CustomerRow){.id = image_customer_ids(reader->image)[row],
                         .code = image_read_code(values),
                         .values = values,
                         .events = events};
}

/* Id 0 beyond the range. */
static CustomerId find_other(const ImageSource *source, CustomerId from)
{
    CustomerId next = customer_set_next(source->others, from);
    return next.value <= source->last.value ? next : (CustomerId){0};
}

static void to_begin(ImageSource *source)
{
    source->next_row = image_first_row(source->reader.image, source->first);
    source->next_other = find_other(source, source->first);
}

static Status rewind_image(CustomerSource *source, Error *err)
{
    ImageSource *own = (ImageSource *)source;
    to_begin(own);
    return own->other == NULL ? STATUS_OK : own->other->rewind(own->other, err);
}

static Status next_of_other(ImageSource *own, Arena *arena, CustomerRow *ret_row, Error *err)
{
    TRY(own->other->next(own->other, arena, ret_row, err));
    if (ret_row->id.value != own->next_other.value)
        return error_set(err, STATUS_CORRUPT, "customer number %u was not given",
                         own->next_other.value);
    own->next_other = find_other(own, (CustomerId){own->next_other.value + 1});
    return STATUS_OK;
}

static Status next_of_image(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    ImageSource *own = (ImageSource *)source;
    const CustomerId *ids = image_customer_ids(own->reader.image);
    uint32_t count = image_customers_count(own->reader.image);
    while (own->next_row < count && customer_set_has(own->without, ids[own->next_row]))
        own->next_row++;
    bool is_at_end = own->next_row == count || ids[own->next_row].value > own->last.value;
    bool is_other = own->next_other.value != 0 &&
                    (is_at_end || own->next_other.value < ids[own->next_row].value);
    if (is_other) return next_of_other(own, arena, ret_row, err);
    *ret_row = is_at_end ? (CustomerRow){0} : read_row(&own->reader, own->next_row++, arena);
    return STATUS_OK;
}

static const Item *const *read_items(const Image *image, Arena *arena)
{
    const ItemColumns *columns = image_items(image);
    Item *items = ARENA_ARRAY(arena, Item, columns->count);
    const Item **list = ARENA_ARRAY(arena, const Item *, columns->count);
    for (uint32_t i = 0; i < columns->count; i++) {
        const Column *texts[] = {&columns->code, &columns->name, &columns->group, &columns->brand};
        Text values[sizeof texts / sizeof texts[0]];
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
            Value value = text_at((Place){texts[t], i, i}, arena);
            values[t] = value.kind == VALUE_TEXT ? value.as.text : TEXT("");
        }
        /* the list of all items has a place for every id */
        items[i] = (Item){.id = columns->ids != NULL ? columns->ids[i] : i + 1,
                          .code = values[0],
                          .name = values[1],
                          .group = values[2],
                          .brand = values[3],
                          .price = integer_at((Place){&columns->price, i, i}, TYPE_DECIMAL),
                          .cost = integer_at((Place){&columns->cost, i, i}, TYPE_DECIMAL)};
        list[i] = &items[i];
    }
    return list;
}

CustomerSource *image_source_new(const ImageSourceInput *input, Arena *arena)
{
    ImageSource *source = ARENA_NEW(arena, ImageSource);
    static const CustomerSet nobody;
    *source =
        (ImageSource){.source = {rewind_image, next_of_image, input->schema},
                      .reader = {.image = input->image,
                                 .schema = input->schema,
                                 .items = read_items(input->image, arena),
                                 .items_count = image_items(input->image)->count},
                      .without = input->without != NULL ? input->without : &nobody,
                      .other = input->other,
                      .others = input->other != NULL ? input->others : &nobody,
                      .first = input->first.value > 0 ? input->first : (CustomerId){1},
                      .last = input->last.value > 0 ? input->last : (CustomerId){CUSTOMER_ID_MAX}};
    to_begin(source);
    return &source->source;
}
