/* crowd.c -- data sets in memory for the tests of images. */
#include "columns/crowd.h"

#include "harness/harness.h"

#include <string.h>

/* ---- schemas ---- */

static Property property_of(uint32_t id, const char *name, PropertyType type)
{
    uint8_t scale = type == PROPERTY_MONEY ? MONEY_SCALE : 2;
    return (Property){.id = id, .name = text_of(name), .type = type, .scale = scale};
}

static Stream stream_of(uint32_t id, const char *name, const Field *fields, size_t count)
{
    return (Stream){.id = id, .name = text_of(name), .fields = fields, .fields_count = count};
}

Schema *crowd_schema(Arena *arena)
{
    static const char *const names[] = {"yes",  "number", "money", "date",         "text",
                                        "enum", "path",   "set",   "hierarchy_set"};
    Property *properties = ARENA_ARRAY(arena, Property, PROPERTY_TYPE_COUNT);
    for (unsigned i = 0; i < PROPERTY_TYPE_COUNT; i++)
        properties[i] = property_of(i + 1, names[i], (PropertyType)i);
    enum { FIELDS_COUNT = PROPERTY_HIERARCHY + 2 };
    Field *fields = ARENA_ARRAY(arena, Field, FIELDS_COUNT);
    for (unsigned i = 0; i < FIELDS_COUNT; i++) {
        bool is_item = i == PROPERTY_HIERARCHY + 1;
        fields[i] = (Field){.slot = i,
                            .name = is_item ? TEXT("item") : text_of(names[i]),
                            .type = is_item ? PROPERTY_TEXT : (PropertyType)i,
                            .scale = i == PROPERTY_NUMBER ? 2 : 0,
                            .role = is_item ? FIELD_ITEM : FIELD_PLAIN};
    }
    Stream *streams = ARENA_ARRAY(arena, Stream, 2);
    streams[0] = stream_of(1, "purchase", fields, FIELDS_COUNT);
    streams[1] = stream_of(2, "visit", fields, 2);
    Schema *schema = ARENA_NEW(arena, Schema);
    *schema = (Schema){.properties = properties,
                       .properties_count = PROPERTY_TYPE_COUNT,
                       .streams = streams,
                       .streams_count = 2,
                       .generation = 7};
    return schema;
}

/* ---- random values ---- */

typedef struct {
    Random *random;
    const CrowdPlan *plan;
    Arena *arena;
    const Crowd *crowd;
} Maker;

/* Texts of which some differ only in ways that folding hides. */
static Text random_text(const Maker *maker)
{
    unsigned number = (unsigned)random_below(maker->random, maker->plan->texts_count);
    if (maker->plan->has_long_numbers && random_chance(maker->random, 0.2))
        return arena_printf(maker->arena, "№ 00000000000000000%u", number);
    switch (random_below(maker->random, 5)) {
    case 0: return arena_printf(maker->arena, "Ёлка %u", number);
    case 1: return arena_printf(maker->arena, "елка %u", number);
    case 2: return arena_printf(maker->arena, "ЕЛКА  %u", number);
    case 3: return arena_printf(maker->arena, "ЦФО / Москва %u", number);
    default: break;
    }
    return arena_printf(maker->arena, "x%u", number);
}

static int64_t random_number(const Maker *maker, PropertyType type)
{
    switch (random_below(maker->random, type == PROPERTY_MONEY ? 2 : 4)) {
    case 0: return random_between(maker->random, 0, 500) * 100;
    case 1: return random_between(maker->random, -70000, 70000) * 100;
    case 2: return random_between(maker->random, -5, 5);
    default: break;
    }
    return random_between(maker->random, -DECIMAL_MANTISSA_MAX, DECIMAL_MANTISSA_MAX);
}

static Value random_set(const Maker *maker)
{
    Text members[6];
    size_t count = 1 + random_below(maker->random, 6);
    for (size_t i = 0; i < count; i++)
        members[i] = random_text(maker);
    return value_set(maker->arena, members, count);
}

static Value random_value(const Maker *maker, PropertyType type)
{
    if (random_chance(maker->random, maker->plan->missing)) return value_missing();
    switch (type) {
    case PROPERTY_BOOL: return value_bool(random_chance(maker->random, 0.5));
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY: return value_decimal(random_number(maker, type));
    case PROPERTY_DATE: return value_date((Date){(int32_t)random_between(maker->random, -9, 999)});
    case PROPERTY_TEXT:
    case PROPERTY_ENUM:
    case PROPERTY_HIERARCHY: return value_text(random_text(maker));
    case PROPERTY_SET:
    case PROPERTY_HIERARCHY_SET: return random_set(maker);
    case PROPERTY_TYPE_COUNT: break;
    }
    ASSERT(false);
    return value_missing();
}

static Value random_field(const Maker *maker, const Field *field)
{
    if (field->role != FIELD_ITEM) return random_value(maker, field->type);
    if (maker->crowd->items_count == 0 || random_chance(maker->random, maker->plan->missing))
        return value_missing();
    return value_item(&maker->crowd->items[random_below(maker->random, maker->crowd->items_count)]);
}

static EventList random_events(const Maker *maker, const Stream *stream)
{
    size_t count = random_below(maker->random, maker->plan->events_max + 1);
    EventRow *events = ARENA_ARRAY(maker->arena, EventRow, count);
    int64_t second = random_between(maker->random, -1000000, 1000000);
    for (size_t i = 0; i < count; i++) {
        Value *values = ARENA_ARRAY(maker->arena, Value, stream->fields_count);
        for (size_t j = 0; j < stream->fields_count; j++)
            values[j] = random_field(maker, &stream->fields[j]);
        second += random_between(maker->random, 0, 200000);
        events[i] = (EventRow){.at = {second}, .sequence = i, .values = values};
    }
    return (EventList){events, count};
}

static void random_items(Crowd *crowd, const Maker *maker)
{
    crowd->items = ARENA_ARRAY(maker->arena, Item, crowd->items_count);
    crowd->item_pointers = ARENA_ARRAY(maker->arena, const Item *, crowd->items_count);
    uint32_t id = 0;
    for (size_t i = 0; i < crowd->items_count; i++) {
        id += random_chance(maker->random, 0.1) ? 2u : 1u;
        crowd->items[i] = (Item){.id = id,
                                 .code = arena_printf(maker->arena, "item %zu", i),
                                 .group = random_text(maker),
                                 .brand = i % 3 == 0 ? TEXT("") : TEXT("Brand"),
                                 .price = random_value(maker, PROPERTY_MONEY),
                                 .cost = random_value(maker, PROPERTY_NUMBER)};
        crowd->item_pointers[i] = &crowd->items[i];
    }
}

Crowd crowd_random(Random *random, const CrowdPlan *plan, Arena *arena)
{
    Schema *schema = crowd_schema(arena);
    Crowd crowd = crowd_blank(schema, plan->customers_count, arena);
    Maker maker = {random, plan, arena, &crowd};
    crowd.items_count = plan->items_count;
    random_items(&crowd, &maker);
    uint32_t id = 0;
    for (size_t i = 0; i < crowd.rows_count; i++) {
        Value *values = ARENA_ARRAY(arena, Value, schema->properties_count);
        EventList *events = ARENA_ARRAY(arena, EventList, schema->streams_count);
        for (size_t j = 0; j < schema->properties_count; j++)
            values[j] = random_value(&maker, schema->properties[j].type);
        for (size_t j = 0; j < schema->streams_count; j++)
            events[j] = random_events(&maker, &schema->streams[j]);
        id += 1 + (uint32_t)random_below(random, 3);
        crowd.rows[i] = (CustomerRow){.id = {id}, .values = values, .events = events};
    }
    return crowd;
}

Crowd crowd_blank(Schema *schema, size_t customers_count, Arena *arena)
{
    Crowd crowd = {.arena = arena, .schema = schema, .rows_count = customers_count};
    crowd.rows = ARENA_ARRAY(arena, CustomerRow, customers_count);
    for (size_t i = 0; i < customers_count; i++)
        crowd.rows[i] =
            (CustomerRow){.id = {(uint32_t)i + 1},
                          .values = ARENA_ARRAY(arena, Value, schema->properties_count),
                          .events = ARENA_ARRAY(arena, EventList, schema->streams_count)};
    return crowd;
}

/* The rows of a crowd are its own, however a row names them. */
static Value *writable(const Value *values)
{
    return (Value *)(uintptr_t)values;
}

Value *crowd_value(Crowd *crowd, size_t row, const char *property)
{
    const Property *found = schema_find_property(crowd->schema, text_of(property));
    ASSERT(found != NULL);
    return writable(&crowd->rows[row].values[schema_property_slot(crowd->schema, found)]);
}

EventRow *crowd_events(Crowd *crowd, size_t row, size_t stream, size_t count)
{
    EventRow *events = ARENA_ARRAY(crowd->arena, EventRow, count);
    size_t fields_count = crowd->schema->streams[stream].fields_count;
    for (size_t i = 0; i < count; i++) {
        events[i].at.second = (int64_t)i * 86400;
        events[i].values = ARENA_ARRAY(crowd->arena, Value, fields_count);
    }
    EventList *lists = (EventList *)(uintptr_t)crowd->rows[row].events;
    lists[stream] = (EventList){events, count};
    return events;
}

Value *crowd_field(Crowd *crowd, EventRow *event, size_t stream, size_t slot)
{
    ASSERT(slot < crowd->schema->streams[stream].fields_count);
    return writable(&event->values[slot]);
}

/* ---- sources ---- */

typedef struct {
    CustomerSource base;
    const Crowd *crowd;
    size_t begin, end, at;
} CrowdSource;

static Status source_rewind(CustomerSource *source, Error *err)
{
    CrowdSource *own = (CrowdSource *)source;
    (void)err;
    own->at = own->begin;
    return STATUS_OK;
}

static Value copy_value(Value value, Arena *arena)
{
    if (value.kind == VALUE_TEXT) value.as.text = arena_text(arena, value.as.text);
    if (value.kind == VALUE_SET) {
        Text *members = ARENA_ARRAY(arena, Text, value.as.set.count);
        for (size_t i = 0; i < value.as.set.count; i++)
            members[i] = arena_text(arena, value.as.set.items[i]);
        value.as.set.items = members;
    }
    return value;
}

static const Value *copy_values(const Value *values, size_t count, Arena *arena)
{
    Value *copy = ARENA_ARRAY(arena, Value, count);
    for (size_t i = 0; i < count; i++)
        copy[i] = copy_value(values[i], arena);
    return copy;
}

static EventList copy_events(EventList events, size_t fields_count, Arena *arena)
{
    EventRow *copy = ARENA_ARRAY(arena, EventRow, events.count);
    for (size_t i = 0; i < events.count; i++) {
        copy[i] = events.items[i];
        copy[i].values = copy_values(events.items[i].values, fields_count, arena);
    }
    return (EventList){copy, events.count};
}

static Status source_next(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    CrowdSource *own = (CrowdSource *)source;
    (void)err;
    *ret_row = (CustomerRow){0};
    if (own->at == own->end) return STATUS_OK;
    const Schema *schema = source->schema;
    *ret_row = own->crowd->rows[own->at++];
    ret_row->values = copy_values(ret_row->values, schema->properties_count, arena);
    EventList *events = ARENA_ARRAY(arena, EventList, schema->streams_count);
    for (size_t i = 0; i < schema->streams_count; i++)
        events[i] = copy_events(ret_row->events[i], schema->streams[i].fields_count, arena);
    ret_row->events = events;
    return STATUS_OK;
}

CustomerSource *crowd_source(const Crowd *crowd, size_t begin, size_t end, Arena *arena)
{
    CrowdSource *source = ARENA_NEW(arena, CrowdSource);
    *source = (CrowdSource){.base = {source_rewind, source_next, crowd->schema},
                            .crowd = crowd,
                            .begin = begin,
                            .end = end,
                            .at = begin};
    return &source->base;
}

ImageInput crowd_input(const Crowd *crowd, size_t sources_count, Arena *arena)
{
    ImageInput input = {.schema = crowd->schema,
                        .sources = ARENA_ARRAY(arena, CustomerSource *, sources_count),
                        .sources_count = sources_count,
                        .items = crowd->item_pointers,
                        .items_count = crowd->items_count,
                        .data_version = 42};
    for (size_t i = 0; i < sources_count; i++) {
        size_t begin = crowd->rows_count * i / sources_count;
        size_t end = crowd->rows_count * (i + 1) / sources_count;
        input.sources[i] = crowd_source(crowd, begin, end, arena);
    }
    return input;
}

/* ---- comparing ---- */

static bool same_text(const Dictionary *dictionary, int64_t code, Text text)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    if (code < 1 || code > dictionary->count) return false;
    return text_equal(dictionary_text(dictionary, (uint32_t)code, scratch), text);
}

static bool same_set(const Column *column, size_t row, TextSet set)
{
    if (column->is_empty) return set.count == 0;
    uint32_t begin = column->set_offsets[row];
    if (column->set_offsets[row + 1] - begin != set.count) return false;
    for (size_t i = 0; i < set.count; i++)
        if (!same_text(column->dictionary, column_integer(column, begin + i), set.items[i]))
            return false;
    return true;
}

/* A position of a column and the row it belongs to; of sets the row itself. */
typedef struct {
    const Column *column;
    uint32_t row;
    uint64_t position;
} Spot;

/* Whether a position holds exactly this value. */
static bool same_value(const Crowd *crowd, Spot spot, Value value)
{
    const Column *column = spot.column;
    if (column->kind == COLUMN_CODE_SET) {
        TextSet none = {0};
        return same_set(column, spot.row, value.kind == VALUE_SET ? value.as.set : none);
    }
    if (column_is_present(column, spot.position) != (value.kind != VALUE_MISSING)) return false;
    if (value.kind == VALUE_MISSING) return true;
    bool is_text = value.kind == VALUE_TEXT;
    int64_t number = is_text ? column_code(column, spot.row, spot.position)
                             : column_integer(column, spot.position);
    switch (value.kind) {
    case VALUE_BOOL: return number == value.as.boolean;
    case VALUE_DECIMAL: return number == value.as.decimal;
    case VALUE_DATE: return number == value.as.date.day;
    case VALUE_TEXT: return same_text(column->dictionary, number, value.as.text);
    case VALUE_ITEM:
        return number >= 1 && (uint64_t)number <= crowd->items_count &&
               crowd->item_pointers[number - 1] == value.as.item;
    case VALUE_MISSING:
    case VALUE_RATIO:
    case VALUE_MOMENT:
    case VALUE_SET: break;
    }
    return false;
}

static void expect_events(const Crowd *crowd, const Image *image, size_t row, size_t stream)
{
    const StreamColumns *columns = image_stream(image, stream);
    EventList events = crowd->rows[row].events[stream];
    uint32_t begin = columns->offsets[row];
    EXPECT_INT(columns->offsets[row + 1] - begin, events.count);
    for (size_t i = 0; i < events.count; i++) {
        const EventRow *event = &events.items[i];
        EXPECT_INT(column_integer(&columns->day, begin + i), moment_date(event->at).day);
        EXPECT_INT(column_integer(&columns->second, begin + i), moment_second_of_day(event->at));
        for (size_t slot = 0; slot < columns->fields_count; slot++)
            if (!same_value(crowd, (Spot){&columns->fields[slot], (uint32_t)row, begin + i},
                            event->values[slot]))
                harness_fail(__FILE__, __LINE__, "row %zu stream %zu event %zu field %zu differs",
                             row, stream, i, slot);
    }
}

static void expect_day(const Column *summary, size_t row, const EventList *events, size_t index)
{
    if (summary == NULL) return;
    EXPECT(column_is_present(summary, row) == (events->count > 0));
    if (events->count > 0)
        EXPECT_INT(column_integer(summary, row), moment_date(events->items[index].at).day);
}

static void expect_summaries(const Crowd *crowd, const Image *image, size_t row, size_t stream)
{
    const StreamColumns *columns = image_stream(image, stream);
    EventList events = crowd->rows[row].events[stream];
    expect_day(columns->first_day, row, &events, 0);
    expect_day(columns->last_day, row, &events, events.count - 1);
    for (size_t slot = 0; slot < columns->fields_count; slot++) {
        int64_t total = 0;
        if (columns->totals[slot] == NULL) continue;
        for (size_t i = 0; i < events.count; i++)
            if (events.items[i].values[slot].kind == VALUE_DECIMAL)
                total += events.items[i].values[slot].as.decimal;
        EXPECT(column_is_present(columns->totals[slot], row));
        EXPECT_INT(column_integer(columns->totals[slot], row), total);
    }
}

static void expect_items(const Crowd *crowd, const ItemColumns *items)
{
    const Column *columns[] = {&items->code,  &items->name,  &items->group,
                               &items->brand, &items->price, &items->cost};
    EXPECT_INT(items->count, crowd->items_count);
    for (size_t i = 0; i < crowd->items_count; i++)
        for (unsigned a = 0; a < ITEM_ATTRIBUTE_COUNT; a++)
            if (!same_value(crowd, (Spot){columns[a], (uint32_t)i, i},
                            item_attribute_value(crowd->item_pointers[i], (ItemAttribute)a)))
                harness_fail(__FILE__, __LINE__, "item %zu attribute %u differs", i, a);
}

void crowd_expect_image(const Crowd *crowd, const Image *image)
{
    REQUIRE(image_customers_count(image) == crowd->rows_count);
    REQUIRE(image_properties_count(image) == crowd->schema->properties_count);
    REQUIRE(image_streams_count(image) == crowd->schema->streams_count);
    EXPECT_INT(image_data_version(image), 42);
    EXPECT_INT(image_schema_generation(image), crowd->schema->generation);
    for (size_t row = 0; row < crowd->rows_count; row++) {
        EXPECT_INT(image_customer_ids(image)[row].value, crowd->rows[row].id.value);
        for (size_t slot = 0; slot < crowd->schema->properties_count; slot++)
            if (!same_value(crowd, (Spot){image_property(image, slot), (uint32_t)row, row},
                            crowd->rows[row].values[slot]))
                harness_fail(__FILE__, __LINE__, "row %zu property %zu differs", row, slot);
        for (size_t stream = 0; stream < crowd->schema->streams_count; stream++) {
            expect_events(crowd, image, row, stream);
            expect_summaries(crowd, image, row, stream);
        }
    }
    for (size_t stream = 0; stream < crowd->schema->streams_count; stream++)
        EXPECT_INT(image_stream(image, stream)->offsets[0], 0);
    expect_items(crowd, image_items(image));
}
