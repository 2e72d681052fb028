/* work.c -- acting on segments: the data as they are now, who acts, and when. */
#include "app/work.h"

#include "app/lookups.h"

FormingContext app_context(App *app, Text author, const Progress *progress)
{
    return (FormingContext){.store = app_store(app),
                            .catalog = app_catalog(app),
                            .registry = app_registry(app),
                            .lookup_providers = app_lookup_providers(),
                            .today = app_today(app),
                            .now = app_now(app),
                            .author = author,
                            .progress = progress,
                            .now_nanoseconds = app_steady_clock(app),
                            .standings = app_standings(app),
                            .kept = app_kept_expressions(app),
                            .live = app_live_memory(app)};
}

void app_work_done(AppWork *work)
{
    if (work->view != NULL) dataset_release(work->dataset, work->view);
    work->view = NULL;
}

/* The newest generation of the data; the names are those of the app. */
static Status acquire(AppWork *work, Error *err)
{
    App *app = work->app;
    app_work_done(work);
    TRY(app_dataset(app, work->forming.progress, &work->dataset, err));
    work->view = dataset_acquire(work->dataset);
    work->forming.data = dataset_view_data(work->view);
    work->forming.data_version = dataset_view_data_version(work->view);
    if (work->forming.data->schema->generation == app_schema(app)->generation) return STATUS_OK;
    app_work_done(work);
    return error_set(err, STATUS_CONFLICT,
                     "the properties or streams were changed meanwhile; try again");
}

Status app_work_renew(AppWork *work, Error *err)
{
    TRY(app_refresh(work->app, err));
    return acquire(work, err);
}

void app_work_define(App *app, Text author, const Progress *progress, AppWork *ret_work)
{
    app_set_author(app, author);
    *ret_work = (AppWork){.app = app, .forming = app_context(app, author, progress)};
}

Status app_work_begin(App *app, Text author, const Progress *progress, AppWork *ret_work,
                      Error *err)
{
    app_work_define(app, author, progress, ret_work);
    return acquire(ret_work, err);
}
