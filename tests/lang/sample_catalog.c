/* sample_catalog.c -- a catalog for tests of meaning. */
#include "sample_catalog.h"

#include "model/built_in.h"

#include <string.h>

enum { OWN_PROPERTIES = 5, DOUBLED = 31, NAMED_METRICS = 7 };

static void add_properties(Schema *schema, Arena *arena)
{
    const Property own[OWN_PROPERTIES] = {
        {.name = TEXT("Площадь магазина"),
         .labels = {.in = {TEXT("Shop area"), TEXT("Площадь магазина"), TEXT("Площа магазину")}},
         .type = PROPERTY_NUMBER,
         .scale = 2,
         .unit = TEXT("м²"),
         .group = DATA_GROUP_GENERAL},
        {.name = TEXT("tags"), .type = PROPERTY_SET},
        {.name = TEXT("regions_served"), .type = PROPERTY_HIERARCHY_SET},
        {.name = TEXT("old_code"), .type = PROPERTY_TEXT, .is_retired = true},
        {.name = TEXT("opt_in"), .type = PROPERTY_BOOL, .group = DATA_GROUP_CONSENT},
    };
    size_t count = schema->properties_count;
    Property *all = ARENA_ARRAY(arena, Property, count + OWN_PROPERTIES);
    memcpy(all, schema->properties, count * sizeof *all);
    memcpy(all + count, own, sizeof own);
    for (size_t i = count; i < count + OWN_PROPERTIES; i++)
        all[i].id = (uint32_t)i + 1;
    schema->properties = all;
    schema->properties_count = count + OWN_PROPERTIES;
}

static void add_visits(Schema *schema, Arena *arena)
{
    static const Field fields[] = {
        {.slot = 0, .name = {"length", 6}, .type = PROPERTY_NUMBER, .scale = 1},
        {.slot = 1, .name = {"note", 4}, .type = PROPERTY_TEXT},
        {.slot = 2, .name = {"old", 3}, .type = PROPERTY_TEXT, .is_retired = true},
    };
    Stream *all = ARENA_ARRAY(arena, Stream, schema->streams_count + 1);
    memcpy(all, schema->streams, schema->streams_count * sizeof *all);
    all[schema->streams_count] = (Stream){
        .id = 100,
        .name = TEXT("visit"),
        .labels = {.in = {TEXT("Visits"), TEXT("Визиты"), TEXT("Візити")}},
        .fields = fields,
        .fields_count = sizeof fields / sizeof fields[0],
    };
    schema->streams = all;
    schema->streams_count++;
}

static void add_metrics(Catalog *catalog, Arena *arena)
{
    const MetricDefinition named[NAMED_METRICS] = {
        {.name = TEXT("revenue_12m"), .expression = TEXT("sum(purchase.amount, last 12 months)")},
        {.name = TEXT("orders"),
         .expression = TEXT("distinct(purchase.order)"),
         .labels = {.in = {TEXT("Number of orders"), TEXT("Число заказов"),
                           TEXT("Кількість замовлень")}}},
        {.name = TEXT("region_name"), .expression = TEXT("coalesce(region, \"нет\")")},
        {.name = TEXT("broken"), .expression = TEXT("sum(purchase.amout) + 1")},
        {.name = TEXT("circle_a"), .expression = TEXT("circle_b + 1")},
        {.name = TEXT("circle_b"), .expression = TEXT("circle_a * 2")},
        {.name = TEXT("diamond"), .expression = TEXT("revenue_12m / (revenue_12m + orders)")},
    };
    MetricDefinition *all = ARENA_ARRAY(arena, MetricDefinition, NAMED_METRICS + DOUBLED);
    memcpy(all, named, sizeof named);
    for (int i = 0; i < DOUBLED; i++)
        all[NAMED_METRICS + i] = (MetricDefinition){
            .name = arena_printf(arena, "doubled_%d", i),
            .expression = i == 0 ? TEXT("count(purchase)")
                                 : arena_printf(arena, "doubled_%d + doubled_%d", i - 1, i - 1)};
    catalog->metrics = all;
    catalog->metrics_count = NAMED_METRICS + DOUBLED;
}

Catalog *sample_catalog(Arena *arena)
{
    static const NamedSet segments[] = {
        {.id = 7, .name = {"Чёрный список", sizeof "Чёрный список" - 1}},
        {.id = 8,
         .name = {"Активные", sizeof "Активные" - 1},
         .is_dynamic = true,
         .rule = {"orders >= 3 and top 10 by revenue_12m", 37}},
        {.id = 9,
         .name = {"Круг", sizeof "Круг" - 1},
         .is_dynamic = true,
         .rule = {"vip or member(\"Круг\")", sizeof "vip or member(\"Круг\")" - 1}},
    };
    static const Text classes[] = {{"A", 1}, {"B", 1}, {"C", 1}};
    static const NamedSet saved_sets[] = {{.id = 3, .name = {"Акция", sizeof "Акция" - 1}}};
    static const NamedClassification classifications[] = {
        {.id = 1, .name = {"ABC revenue", 11}, .classes = classes, .classes_count = 3},
        {.id = 2, .name = {"XYZ revenue", 11}},
    };
    static const NamedScore scores[] = {{.id = 4, .name = {"churn", 5}}};

    Settings settings = {TEXT("Europe/Moscow"), TEXT("RUB"), LANGUAGE_RU};
    Schema *schema = schema_built_in(settings, arena);
    add_properties(schema, arena);
    add_visits(schema, arena);
    Catalog *catalog = ARENA_NEW(arena, Catalog);
    *catalog = (Catalog){
        .schema = schema,
        .segments = segments,
        .segments_count = sizeof segments / sizeof segments[0],
        .saved_sets = saved_sets,
        .saved_sets_count = 1,
        .classifications = classifications,
        .classifications_count = sizeof classifications / sizeof classifications[0],
        .scores = scores,
        .scores_count = 1,
    };
    add_metrics(catalog, arena);
    return catalog;
}
