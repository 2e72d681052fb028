/* names.c -- changing names that metrics use, without breaking a metric.
 *
 * A change is first made to a copy of the catalog: metrics that were sound and are not any more, or
 * whose text changes, are the ones that the change concerns. */
#include "app/names.h"

#include "base/fold.h"

#include <string.h>

/* A catalog of one's own: the schema's properties and the metrics may be changed. */
typedef struct {
    Catalog catalog;
    Schema schema;
    Property *properties;
    MetricDefinition *metrics;
} OwnCatalog;

static OwnCatalog *copy_catalog(const App *app, Arena *arena)
{
    const Catalog *catalog = app_catalog(app);
    OwnCatalog *copy = ARENA_NEW(arena, OwnCatalog);
    copy->schema = *catalog->schema;
    copy->properties = ARENA_ARRAY(arena, Property, copy->schema.properties_count);
    memcpy(copy->properties, catalog->schema->properties,
           copy->schema.properties_count * sizeof(Property));
    copy->metrics = ARENA_ARRAY(arena, MetricDefinition, catalog->metrics_count);
    for (size_t i = 0; i < catalog->metrics_count; i++)
        copy->metrics[i] = catalog->metrics[i];
    copy->schema.properties = copy->properties;
    copy->catalog = *catalog;
    copy->catalog.schema = &copy->schema;
    copy->catalog.metrics = copy->metrics;
    return copy;
}

static const Expression *compile_metric(const Catalog *catalog, Text expression, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *compiled = NULL;
    Status status =
        expression_compile(expression, catalog, EXPECT_ANY_VALUE, arena, &compiled, &diagnostics);
    return status == STATUS_OK ? compiled : NULL;
}

/* A metric that is sound now and would not be after the change; NULL when there is none. */
static const MetricDefinition *first_broken(const App *app, const OwnCatalog *changed, Arena *arena)
{
    for (size_t i = 0; i < changed->catalog.metrics_count; i++) {
        const MetricDefinition *metric = &changed->metrics[i];
        if (compile_metric(app_catalog(app), metric->expression, arena) != NULL &&
            compile_metric(&changed->catalog, metric->expression, arena) == NULL)
            return metric;
    }
    return NULL;
}

static Status refuse(Text name, const MetricDefinition *user, const char *instead, Error *err)
{
    return error_set(err, STATUS_CONFLICT, "the metric '%.*s' uses '%.*s'; %s",
                     TEXT_FORMAT(user->name), TEXT_FORMAT(name), instead);
}

/* ---- renaming ---- */

typedef struct {
    StoredMetric *items;
    size_t count, capacity;
} MetricList;

/* The metrics whose text changes with the name, with their new texts: the trees of a copy of the
 * catalog print the name that the copy's property has. */
static Status rewritten_metrics(App *app, size_t slot, Text new_name, Arena *arena,
                                MetricList *ret_metrics, Error *err)
{
    OwnCatalog *copy = copy_catalog(app, arena);
    StoredMetric *metrics = NULL;
    size_t count = 0;
    TRY(store_list_metrics(app_store(app), arena, &metrics, &count, err));
    Text old_name = copy->properties[slot].name;
    for (size_t i = 0; i < count; i++) {
        const Expression *compiled = compile_metric(&copy->catalog, metrics[i].expression, arena);
        if (compiled == NULL) continue;
        Text before = expression_print(compiled->root, arena);
        copy->properties[slot].name = new_name;
        metrics[i].expression = expression_print(compiled->root, arena);
        copy->properties[slot].name = old_name;
        if (!text_equal(metrics[i].expression, before)) ARENA_PUSH(arena, ret_metrics, metrics[i]);
    }
    return STATUS_OK;
}

static Status rename_everywhere(App *app, Text name, Text new_name, Arena *arena, Error *err)
{
    MetricList metrics = {0};
    const Property *property = schema_find_property(app_schema(app), name);
    if (property != NULL)
        TRY(rewritten_metrics(app, schema_property_slot(app_schema(app), property), new_name, arena,
                              &metrics, err));
    TRY(store_rename_property(app_store(app), name, new_name, err));
    for (size_t i = 0; i < metrics.count; i++) {
        TRY(store_remove_metric(app_store(app), metrics.items[i].name, err));
        TRY(store_add_metric(app_store(app), &metrics.items[i], err));
    }
    return STATUS_OK;
}

Status app_rename_property(App *app, Text name, Text new_name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_batch_begin(app_store(app), err));
    Status status = rename_everywhere(app, name, new_name, arena, err);
    if (status == STATUS_OK) status = store_batch_commit(app_store(app), err);
    store_batch_rollback(app_store(app));
    return status == STATUS_OK ? app_refresh(app, err) : status;
}

/* ---- taking away ---- */

Status app_retire_property(App *app, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Property *property = schema_find_property(app_schema(app), name);
    if (property != NULL && !property->is_retired) {
        OwnCatalog *changed = copy_catalog(app, arena);
        changed->properties[schema_property_slot(app_schema(app), property)].is_retired = true;
        const MetricDefinition *user = first_broken(app, changed, arena);
        if (user != NULL) return refuse(name, user, "remove or change it first", err);
    }
    TRY(store_retire_property(app_store(app), name, true, err));
    return app_refresh(app, err);
}

Status app_remove_metric(App *app, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    OwnCatalog *changed = copy_catalog(app, arena);
    size_t kept = 0;
    for (size_t i = 0; i < changed->catalog.metrics_count; i++)
        if (!text_equal_folded(changed->metrics[i].name, name))
            changed->metrics[kept++] = changed->metrics[i];
    changed->catalog.metrics_count = kept;
    const MetricDefinition *user = first_broken(app, changed, arena);
    if (user != NULL) return refuse(name, user, "remove that one first", err);
    TRY(store_remove_metric(app_store(app), name, err));
    return app_refresh(app, err);
}
