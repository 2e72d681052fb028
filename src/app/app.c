/* app.c -- an open data directory: the store, the names in it, and what day is today. */
#include "app/app.h"

#include "activation/saved_sets.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/zone.h"
#include "segment/settings.h"

#include <stdlib.h>

struct App {
    Store *store;
    Dataset *dataset; /* NULL until needed */
    bool is_shared;   /* the dataset is of somebody else */
    bool is_reader;
    const DatasetView *held; /* by a reader that shares; NULL between its pieces of work */
    uint64_t commits_seen;
    Zone *zone;
    Buffer zone_name;
    AppClock clock;
    Text author;
    Arena *catalog_arena;
    Catalog catalog;
    Registry registry;
    CardMemo *cards; /* of the registry */
    Classifications classifications;
    KeptExpressions *kept; /* for this catalog */
    bool has_segments;     /* segmentation is known to be switched on */
    Standings *standings;  /* borrowed; NULL: there are none */
    LiveMemory *live;      /* borrowed, or its own */
    LiveMemory *own_live;  /* NULL of one that shares or reads */
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
        definitions[i] = (MetricDefinition){.name = metrics[i].name,
                                            .expression = metrics[i].expression,
                                            .labels = metrics[i].descriptions};
    app->catalog.metrics = definitions;
    app->catalog.metrics_count = metrics_count;
    return STATUS_OK;
}

static Status read_segments(App *app, Error *err)
{
    TRY(registry_load(app->store, app->cards, app->catalog_arena, &app->registry, err));
    app->catalog.segments =
        registry_names(&app->registry, app->catalog_arena, &app->catalog.segments_count);
    return STATUS_OK;
}

static Status read_saved_sets(App *app, Error *err)
{
    NamedSet *names = NULL;
    TRY(saved_sets_names(app->store, app->catalog_arena, &names, &app->catalog.saved_sets_count,
                         err));
    app->catalog.saved_sets = names;
    return STATUS_OK;
}

static Status read_classifications(App *app, Error *err)
{
    NamedClassification *names = NULL;
    TRY(classifications_load(app->store, app->catalog_arena, &app->classifications, err));
    TRY(classifications_names(&app->classifications, app->store, app->catalog_arena, &names,
                              &app->catalog.classifications_count, err));
    app->catalog.classifications = names;
    return STATUS_OK;
}

/* Whatever has a name that expressions may use. */
static Status (*const name_readers[])(App *app, Error *err) = {
    read_metrics,
    read_segments,
    read_classifications,
    read_saved_sets,
};

static Status read_catalog(App *app, Error *err)
{
    kept_expressions_forget(app->kept);
    arena_reset(app->catalog_arena);
    app->has_segments = false;
    app->registry = (Registry){0};
    app->classifications = (Classifications){0};
    app->catalog = (Catalog){.schema = store_schema(app->store)};
    for (size_t i = 0; i < sizeof name_readers / sizeof name_readers[0]; i++)
        TRY(name_readers[i](app, err));
    return STATUS_OK;
}

/* ---- opening and closing ---- */

/* The time zone of the settings, which others may have changed. */
static Status follow_zone(App *app, Error *err)
{
    Text name = store_schema(app->store)->settings.time_zone;
    Zone *zone;
    if (app->zone != NULL && text_equal(name, buffer_view(&app->zone_name))) return STATUS_OK;
    if (zone_open(name, &zone, err) != STATUS_OK) {
        Error cause = *err;
        return error_set(err, STATUS_CORRUPT, "the time zone of '%s' cannot be used: %s",
                         store_path(app->store), cause.message);
    }
    zone_close(app->zone);
    app->zone = zone;
    buffer_clear(&app->zone_name);
    buffer_text(&app->zone_name, name);
    return STATUS_OK;
}

static Status open_parts(App *app, const char *directory, StoreMode mode, Error *err)
{
    TRY(store_open(directory, mode, &app->store, err));
    TRY(store_commits_seen(app->store, &app->commits_seen, err));
    TRY(follow_zone(app, err));
    if (mode == STORE_WRITE) store_set_day(app->store, app_today(app));
    return read_catalog(app, err);
}

static Status open_any(const char *directory, StoreMode mode, Dataset *shared, AppClock clock,
                       App **ret_app, Error *err)
{
    App *app = MEMORY_NEW(App);
    *app = (App){.clock = clock,
                 .dataset = shared,
                 .is_shared = shared != NULL,
                 .is_reader = mode == STORE_READ,
                 .catalog_arena = arena_new(),
                 .cards = card_memo_new(),
                 .kept = kept_expressions_new()};
    if (mode == STORE_WRITE && shared == NULL) app->live = app->own_live = live_memory_new();
    Status status = open_parts(app, directory, mode, err);
    if (status != STATUS_OK) {
        app_close(app);
        return status;
    }
    *ret_app = app;
    return STATUS_OK;
}

Status app_open(const char *directory, StoreMode mode, AppClock clock, App **ret_app, Error *err)
{
    return open_any(directory, mode, NULL, clock, ret_app, err);
}

Status app_open_shared(Dataset *dataset, StoreMode mode, AppClock clock, App **ret_app, Error *err)
{
    return open_any(dataset_path(dataset), mode, dataset, clock, ret_app, err);
}

void app_rest(App *app)
{
    if (app->held != NULL) dataset_release(app->dataset, app->held);
    app->held = NULL;
}

uint64_t app_commits_seen(const App *app)
{
    return app->commits_seen;
}

Status app_is_current(App *app, bool *ret_is_current, Error *err)
{
    uint64_t commits;
    TRY(store_commits_seen(app->store, &commits, err));
    *ret_is_current = commits == app->commits_seen;
    return STATUS_OK;
}

/* What others have committed: schema, names. */
static Status follow_commits(App *app, Error *err)
{
    uint64_t commits;
    TRY(store_commits_seen(app->store, &commits, err));
    if (commits == app->commits_seen) return STATUS_OK;
    TRY(store_read_begin(app->store, err)); /* loads the schema again when it is another one */
    store_read_end(app->store);
    TRY(follow_zone(app, err));
    TRY(app_refresh(app, err));
    app->commits_seen = commits;
    return STATUS_OK;
}

Status app_sync(App *app, AppClock clock, Error *err)
{
    ASSERT(app->is_shared && app->is_reader);
    app_rest(app);
    app->clock = clock;
    TRY(follow_commits(app, err));
    app->held = dataset_acquire(app->dataset);
    if (dataset_view_data(app->held)->schema->generation == app_schema(app)->generation)
        return STATUS_OK;
    /* expressions are checked against the schema, so the data must be of the same one */
    app_rest(app);
    TRY(dataset_refresh(app->dataset, NULL, err));
    app->held = dataset_acquire(app->dataset);
    return STATUS_OK;
}

void app_close(App *app)
{
    if (app == NULL) return;
    app_rest(app);
    if (!app->is_shared) dataset_close(app->dataset);
    live_memory_free(app->own_live);
    zone_close(app->zone);
    buffer_done(&app->zone_name);
    store_close(app->store);
    kept_expressions_free(app->kept);
    arena_free(app->catalog_arena);
    card_memo_free(app->cards);
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
    else if (!app->is_shared || !app->is_reader)
        TRY(dataset_refresh(app->dataset, progress, err));
    *ret_dataset = app->dataset;
    return STATUS_OK;
}

Status app_view(App *app, const Progress *progress, Dataset **ret_dataset,
                const DatasetView **ret_view, Error *err)
{
    Dataset *dataset;
    TRY(app_dataset(app, progress, &dataset, err));
    const DatasetView *view =
        app->held != NULL ? dataset_retain(dataset, app->held) : dataset_acquire(dataset);
    if (dataset_view_data(view)->schema->generation == app_schema(app)->generation) {
        *ret_dataset = dataset;
        *ret_view = view;
        return STATUS_OK;
    }
    dataset_release(dataset, view);
    return error_set(err, STATUS_CONFLICT,
                     "the properties or streams were changed meanwhile; ask again");
}

const Schema *app_schema(const App *app)
{
    return store_schema(app->store);
}

Language app_language(const App *app)
{
    return app_schema(app)->settings.language;
}

Moment app_wall_now(const App *app)
{
    return zone_local(app->zone, app->clock.utc_second);
}

Moment app_shown_time(const App *app, Moment time)
{
    return zone_local(app->zone, zone_utc(app->zone, time));
}

Moment app_now(const App *app)
{
    const AppClock *clock = &app->clock;
    Moment now = app_wall_now(app);
    if (!clock->has_today) return now;
    int second = clock->has_time ? clock->second_of_day : moment_second_of_day(now);
    return (Moment){moment_of(clock->today, 0, 0, 0).second + second};
}

Date app_today(const App *app)
{
    return moment_date(app_now(app));
}

uint64_t (*app_steady_clock(const App *app))(void)
{
    return app->clock.now_nanoseconds;
}

const Catalog *app_catalog(const App *app)
{
    return &app->catalog;
}

const Registry *app_registry(const App *app)
{
    return &app->registry;
}

const Classifications *app_classifications(const App *app)
{
    return &app->classifications;
}

KeptExpressions *app_kept_expressions(App *app)
{
    return app->kept;
}

void app_set_standings(App *app, Standings *standings)
{
    app->standings = standings;
}

void app_set_live_memory(App *app, LiveMemory *live)
{
    app->live = live;
}

LiveMemory *app_live_memory(App *app)
{
    return app->live;
}

Standings *app_standings(App *app)
{
    return app->standings;
}

Status app_require_segments(App *app, Error *err)
{
    if (!app->has_segments) TRY(segment_settings_require(app->store, err));
    app->has_segments = true;
    return STATUS_OK;
}

Status app_refresh(App *app, Error *err)
{
    return read_catalog(app, err);
}

void app_set_author(App *app, Text author)
{
    app->author = author;
}

Text app_author(const App *app)
{
    return app->author;
}

Status app_compile(App *app, Text source, ExpectedResult expected, Arena *arena,
                   Expression **ret_expression, Diagnostics *diagnostics)
{
    return expression_compile(source, &app->catalog, expected, arena, ret_expression, diagnostics);
}
