/* population.c -- small data sets for tests: building them and walking over them. */
#include "eval/population.h"

#include "base/hash.h"
#include "model/built_in.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 64 }; /* properties, streams and named things that a test may add */

Population *population_new(Arena *arena)
{
    Settings settings = {.time_zone = TEXT("Europe/Moscow"), .currency = TEXT("RUB")};
    Schema *schema = schema_built_in(settings, arena);
    Property *properties = ARENA_ARRAY(arena, Property, schema->properties_count + ROOM);
    Stream *streams = ARENA_ARRAY(arena, Stream, schema->streams_count + ROOM);
    memcpy(properties, schema->properties, schema->properties_count * sizeof *properties);
    memcpy(streams, schema->streams, schema->streams_count * sizeof *streams);
    schema->properties = properties;
    schema->streams = streams;
    Population *population = ARENA_NEW(arena, Population);
    *population = (Population){.arena = arena, .schema = schema};
    population->catalog = (Catalog){
        .schema = schema,
        .metrics = ARENA_ARRAY(arena, MetricDefinition, ROOM),
        .segments = ARENA_ARRAY(arena, NamedSet, ROOM),
        .saved_sets = ARENA_ARRAY(arena, NamedSet, ROOM),
        .classifications = ARENA_ARRAY(arena, NamedClassification, ROOM),
        .scores = ARENA_ARRAY(arena, NamedScore, ROOM),
    };
    return population;
}

/* ---- schema and names ---- */

/* The last element of an array that the catalog or the schema holds as constant. */
#define LAST_OF(Type, array, count) ((Type *)(uintptr_t) & (array)[(count)])

Property *population_add_property(Population *population, Text name, PropertyType type,
                                  uint8_t scale)
{
    Schema *schema = population->schema;
    ASSERT(population->people.count == 0); /* customers have one value per property */
    ASSERT(schema->properties_count < BUILT_IN_PROPERTIES_COUNT + ROOM);
    Property *property = LAST_OF(Property, schema->properties, schema->properties_count);
    *property = (Property){.id = (uint32_t)(1000 + schema->properties_count),
                           .name = arena_text(population->arena, name),
                           .type = type,
                           .scale = type == PROPERTY_MONEY ? MONEY_SCALE : scale};
    schema->properties_count++;
    return property;
}

Stream *population_add_stream(Population *population, Text name, const Field *fields,
                              size_t fields_count)
{
    Schema *schema = population->schema;
    ASSERT(population->people.count == 0);
    ASSERT(schema->streams_count < BUILT_IN_STREAMS_COUNT + ROOM);
    Field *copies = ARENA_ARRAY(population->arena, Field, fields_count);
    for (size_t i = 0; i < fields_count; i++) {
        copies[i] = fields[i];
        copies[i].slot = (uint32_t)i;
        copies[i].name = arena_text(population->arena, fields[i].name);
        if (fields[i].type == PROPERTY_MONEY) copies[i].scale = MONEY_SCALE;
    }
    Stream *stream = LAST_OF(Stream, schema->streams, schema->streams_count);
    *stream = (Stream){.id = (uint32_t)(1000 + schema->streams_count),
                       .name = arena_text(population->arena, name),
                       .fields = copies,
                       .fields_count = fields_count};
    schema->streams_count++;
    return stream;
}

void population_add_metric(Population *population, Text name, Text expression)
{
    Catalog *catalog = &population->catalog;
    ASSERT(catalog->metrics_count < ROOM);
    *LAST_OF(MetricDefinition, catalog->metrics, catalog->metrics_count++) =
        (MetricDefinition){.name = arena_text(population->arena, name),
                           .expression = arena_text(population->arena, expression)};
}

void population_add_segment(Population *population, Text name, bool is_dynamic, Text rule)
{
    Catalog *catalog = &population->catalog;
    ASSERT(catalog->segments_count < ROOM);
    NamedSet *segment = LAST_OF(NamedSet, catalog->segments, catalog->segments_count++);
    *segment = (NamedSet){.id = (uint32_t)catalog->segments_count,
                          .name = arena_text(population->arena, name),
                          .is_dynamic = is_dynamic,
                          .rule = arena_text(population->arena, rule)};
}

void population_add_saved(Population *population, Text name)
{
    Catalog *catalog = &population->catalog;
    ASSERT(catalog->saved_sets_count < ROOM);
    NamedSet *set = LAST_OF(NamedSet, catalog->saved_sets, catalog->saved_sets_count++);
    *set = (NamedSet){.id = (uint32_t)catalog->saved_sets_count,
                      .name = arena_text(population->arena, name)};
}

void population_add_classification(Population *population, Text name)
{
    Catalog *catalog = &population->catalog;
    ASSERT(catalog->classifications_count < ROOM);
    NamedClassification *added =
        LAST_OF(NamedClassification, catalog->classifications, catalog->classifications_count++);
    *added = (NamedClassification){.id = (uint32_t)catalog->classifications_count,
                                   .name = arena_text(population->arena, name)};
}

void population_add_score(Population *population, Text name)
{
    Catalog *catalog = &population->catalog;
    ASSERT(catalog->scores_count < ROOM);
    NamedScore *score = LAST_OF(NamedScore, catalog->scores, catalog->scores_count++);
    *score = (NamedScore){.id = (uint32_t)catalog->scores_count,
                          .name = arena_text(population->arena, name)};
}

/* ---- customers, items, events ---- */

Item *population_add_item(Population *population, Text code)
{
    Item *item = ARENA_NEW(population->arena, Item);
    *item = (Item){.id = (uint32_t)population->items.count + 1,
                   .code = arena_text(population->arena, code)};
    ARENA_PUSH(population->arena, &population->items, item);
    return item;
}

Person *population_add_person(Population *population, Text code)
{
    const Schema *schema = population->schema;
    Person person = {
        .code = arena_text(population->arena, code),
        .values = ARENA_ARRAY(population->arena, Value, schema->properties_count),
        .events = ARENA_ARRAY(population->arena, EventRows, schema->streams_count),
    };
    person.values[BUILT_IN_CODE] = value_text(person.code);
    ARENA_PUSH(population->arena, &population->people, person);
    return &population->people.items[population->people.count - 1];
}

Value *population_add_event(Population *population, Person *person, size_t stream_index, Moment at)
{
    const Stream *stream = &population->schema->streams[stream_index];
    Value *values = ARENA_ARRAY(population->arena, Value, stream->fields_count);
    EventRow event = {.at = at, .sequence = ++person->arrivals, .values = values};
    ARENA_PUSH(population->arena, &person->events[stream_index], event);
    return values;
}

static int compare_events(const void *a, const void *b)
{
    const EventRow *left = a, *right = b;
    int order = (left->at.second > right->at.second) - (left->at.second < right->at.second);
    if (order != 0) return order;
    return (left->sequence > right->sequence) - (left->sequence < right->sequence);
}

void population_finish(Population *population)
{
    for (size_t i = 0; i < population->people.count; i++) {
        for (size_t s = 0; s < population->schema->streams_count; s++) {
            EventRows *rows = &population->people.items[i].events[s];
            if (rows->count > 0)
                qsort(rows->items, rows->count, sizeof *rows->items, compare_events);
        }
    }
}

/* ---- walking ---- */

static Value copy_value(Value value, Arena *arena)
{
    if (value.kind == VALUE_TEXT) value.as.text = arena_text(arena, value.as.text);
    if (value.kind != VALUE_SET) return value;
    Text *items = ARENA_ARRAY(arena, Text, value.as.set.count);
    for (size_t i = 0; i < value.as.set.count; i++)
        items[i] = arena_text(arena, value.as.set.items[i]);
    value.as.set.items = items;
    return value;
}

static Value *copy_values(const Value *values, size_t count, Arena *arena)
{
    Value *copies = ARENA_ARRAY(arena, Value, count);
    for (size_t i = 0; i < count; i++)
        copies[i] = copy_value(values[i], arena);
    return copies;
}

CustomerRow population_row(const Population *population, size_t index, Arena *arena)
{
    const Person *person = &population->people.items[index];
    const Schema *schema = population->schema;
    EventList *lists = ARENA_ARRAY(arena, EventList, schema->streams_count);
    for (size_t s = 0; s < schema->streams_count; s++) {
        const EventRows *rows = &person->events[s];
        EventRow *events = ARENA_ARRAY(arena, EventRow, rows->count);
        for (size_t i = 0; i < rows->count; i++) {
            events[i] = rows->items[i];
            events[i].values =
                copy_values(rows->items[i].values, schema->streams[s].fields_count, arena);
        }
        lists[s] = (EventList){.items = events, .count = rows->count};
    }
    return (CustomerRow){.id = {(uint32_t)index + 1},
                         .code = arena_text(arena, person->code),
                         .values = copy_values(person->values, schema->properties_count, arena),
                         .events = lists};
}

typedef struct {
    CustomerSource source; /* first, so that a pointer to it is a pointer to this */
    const Population *population;
    size_t next_index;
} PopulationSource;

static Status rewind_source(CustomerSource *source, Error *err)
{
    (void)err;
    ((PopulationSource *)(void *)source)->next_index = 0;
    return STATUS_OK;
}

static Status next_row(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    (void)err;
    PopulationSource *own = (PopulationSource *)(void *)source;
    *ret_row = (CustomerRow){0};
    if (own->next_index < own->population->people.count)
        *ret_row = population_row(own->population, own->next_index++, arena);
    return STATUS_OK;
}

CustomerSource *population_source(const Population *population, Arena *arena)
{
    PopulationSource *own = ARENA_NEW(arena, PopulationSource);
    *own = (PopulationSource){
        .source = {.rewind = rewind_source, .next = next_row, .schema = population->schema},
        .population = population};
    return &own->source;
}

/* ---- stored sets, drawn from a seed ---- */

static uint64_t draw(const void *context, uint32_t set, CustomerId customer, int64_t day)
{
    const Population *population = context;
    uint64_t key[4] = {population->lookups_seed, set, customer.value, (uint64_t)day};
    return hash_siphash_salted(TEXT("lookups"), (Text){(const char *)key, sizeof key});
}

static bool was_member(void *context, uint32_t segment, CustomerId customer, Date day)
{
    return draw(context, segment, customer, day.day / 45) % 3 == 0;
}

static bool in_saved_set(void *context, uint32_t set, CustomerId customer)
{
    return draw(context, 1000 + set, customer, 0) % 2 == 0;
}

/* On one day that the seed draws. */
static bool happened(void *context, uint32_t set, CustomerId customer, DaySpan span)
{
    int32_t day = 20000 + (int32_t)(draw(context, set, customer, 0) % 800);
    return day_span_holds(span, (Date){day});
}

static bool entered(void *context, uint32_t segment, CustomerId customer, DaySpan span)
{
    return happened(context, 2000 + segment, customer, span);
}

static bool left(void *context, uint32_t segment, CustomerId customer, DaySpan span)
{
    return happened(context, 3000 + segment, customer, span);
}

static bool class_on(void *context, uint32_t classification, CustomerId customer, Date day,
                     Text *ret_class)
{
    static const Text classes[] = {{"A", 1}, {"B", 1}, {"C", 1}, {"Ё", 2}};
    uint64_t drawn = draw(context, 4000 + classification, customer, day.day / 30);
    *ret_class = classes[drawn % 4];
    return drawn % 5 != 0;
}

static bool score(void *context, uint32_t score_id, CustomerId customer, Date day, double *ret)
{
    uint64_t drawn = draw(context, 5000 + score_id, customer, day.day / 30);
    *ret = (double)(drawn % 1000) / 999.0;
    return drawn % 4 != 0;
}

void population_use_lookups(Population *population, uint64_t seed)
{
    population->has_lookups = true;
    population->lookups_seed = seed;
    population->lookups = (Lookups){.context = population,
                                    .was_member = was_member,
                                    .in_saved_set = in_saved_set,
                                    .entered = entered,
                                    .left = left,
                                    .class_on = class_on,
                                    .score = score};
}

const Lookups *population_lookups(const Population *population)
{
    return population->has_lookups ? &population->lookups : NULL;
}
