/* app.c -- an open data directory: the store, the names in it, and what day is today. */
#include "app/app.h"

#include "base/memory.h"
#include "base/zone.h"

#include <stdlib.h>

struct App {
    Store *store;
    Dataset *dataset; /* NULL until needed */
    Zone *zone;
    AppClock clock;
    Arena *catalog_arena;
    Catalog catalog;
    Registry registry;
};

/* ---- the names ---- */

static Status read_metrics(App *app, Error *err)
{
    StoredMetric *metrics = NULL;
    size_t metrics_count = 0;
    TRY(store_list_metrics(app->store, app->catalog_arena, &metrics, &metrics_count, err));
    MetricDefinition *definitions =
        ARENA_ARRAY(app->catalog_arena, MetricDefinition, metrics_count);
    for (size_t i = 0; i < metrics_count; i++)
        definitions[i] =
            (MetricDefinition){.name = metrics[i].name, .expression = metrics[i].expression};
    app->catalog.metrics = definitions;
    app->catalog.metrics_count = metrics_count;
    return STATUS_OK;
}

static Status read_segments(App *app, Error *err)
{
    TRY(registry_load(app->store, app->catalog_arena, &app->registry, err));
    app->catalog.segments =
        registry_names(&app->registry, app->catalog_arena, &app->catalog.segments_count);
    return STATUS_OK;
}

/* Whatever has a name that expressions may use. */
static Status (*const name_readers[])(App *app, Error *err) = {
    read_metrics,
    read_segments,
};

static Status read_catalog(App *app, Error *err)
{
    arena_reset(app->catalog_arena);
    app->registry = (Registry){0};
    app->catalog = (Catalog){.schema = store_schema(app->store)};
    for (size_t i = 0; i < sizeof name_readers / sizeof name_readers[0]; i++)
        TRY(name_readers[i](app, err));
    return STATUS_OK;
}

/* ---- opening and closing ---- */

static Status open_parts(App *app, const char *directory, StoreMode mode, Error *err)
{
    TRY(store_open(directory, mode, &app->store, err));
    Text zone_name = store_schema(app->store)->settings.time_zone;
    if (zone_open(zone_name, &app->zone, err) != STATUS_OK) {
        Error cause = *err;
        return error_set(err, STATUS_CORRUPT, "the time zone of '%s' cannot be used: %s", directory,
                         cause.message);
    }
    return read_catalog(app, err);
}

Status app_open(const char *directory, StoreMode mode, AppClock clock, App **ret_app, Error *err)
{
    App *app = MEMORY_NEW(App);
    *app = (App){.clock = clock, .catalog_arena = arena_new()};
    Status status = open_parts(app, directory, mode, err);
    if (status != STATUS_OK) {
        app_close(app);
        return status;
    }
    *ret_app = app;
    return STATUS_OK;
}

void app_close(App *app)
{
    if (app == NULL) return;
    dataset_close(app->dataset);
    zone_close(app->zone);
    store_close(app->store);
    arena_free(app->catalog_arena);
    free(app);
}

void app_done(App **app)
{
    app_close(*app);
    *app = NULL;
}

Store *app_store(App *app)
{
    return app->store;
}

Status app_dataset(App *app, const Progress *progress, Dataset **ret_dataset, Error *err)
{
    DatasetOptions options = {.progress = progress};
    if (app->dataset == NULL)
        TRY(dataset_open(store_path(app->store), &options, &app->dataset, err));
    else
        TRY(dataset_refresh(app->dataset, progress, err));
    *ret_dataset = app->dataset;
    return STATUS_OK;
}

const Schema *app_schema(const App *app)
{
    return store_schema(app->store);
}

Language app_language(const App *app)
{
    return app_schema(app)->settings.language;
}

Moment app_now(const App *app)
{
    const AppClock *clock = &app->clock;
    Moment now = zone_local(app->zone, clock->utc_second);
    if (!clock->has_today) return now;
    int second = clock->has_time ? clock->second_of_day : moment_second_of_day(now);
    return (Moment){moment_of(clock->today, 0, 0, 0).second + second};
}

Date app_today(const App *app)
{
    return moment_date(app_now(app));
}

const Catalog *app_catalog(const App *app)
{
    return &app->catalog;
}

const Registry *app_registry(const App *app)
{
    return &app->registry;
}

Status app_refresh(App *app, Error *err)
{
    return read_catalog(app, err);
}

Status app_compile(App *app, Text source, ExpectedResult expected, Arena *arena,
                   Expression **ret_expression, Diagnostics *diagnostics)
{
    return expression_compile(source, &app->catalog, expected, arena, ret_expression, diagnostics);
}
