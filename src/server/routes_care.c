/* routes_care.c -- where the data lie, and a backup that can be fetched. */
#include "reply/fields.h"
#include "reply/storage.h"
#include "server/handlers.h"
#include "server/routes.h"
#include "server/server_internal.h"

/* The name under which a backup of this moment is saved. */
static Text backup_name(Moment at, Arena *arena)
{
    char day[DATE_TEXT_MAX];
    return arena_printf(arena, "kohorta-%.*s.db",
                        TEXT_FORMAT(date_print_iso(moment_date(at), day)));
}

static Status get_storage(Request *request, Response *response, Error *err)
{
    App *app = request_app(request);
    Dataset *dataset;
    const DatasetView *view;
    StoreSizes sizes = store_sizes(app_store(app));
    Moment made_at = zone_local(atomic_load(&request->server->zone), sizes.backup_utc_second);
    TRY(app_view(app, NULL, &dataset, &view, err));
    StorageReply reply = {.database_bytes = sizes.database_bytes,
                          .log_bytes = sizes.log_bytes,
                          .free_bytes = sizes.free_bytes,
                          .image = dataset_view_facts(view),
                          .has_backup = sizes.has_backup,
                          .backup_name = backup_name(made_at, request->arena),
                          .backup_bytes = sizes.backup_bytes,
                          .backup_at = made_at};
    reply_storage(response_json(response), &reply);
    dataset_release(dataset, view);
    return STATUS_OK;
}

static Status run_backup(const JobRun *run, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    TRY(store_open(run->server->options.directory, STORE_READ, &store, err));
    TRY(store_make_own_backup(store, run->progress, err));
    json_begin(run->result, '{');
    field_count(run->result, "bytes", store_sizes(store).backup_bytes);
    json_end(run->result, '}');
    return STATUS_OK;
}

static Status make_backup(Request *request, Response *response, Error *err)
{
    const json_t *body;
    TRY(read_body(request, NULL, 0, &body, err));
    const JobPlan plan = {.kind = "backup",
                          .title = backup_name(app_now(request_app(request)), request->arena),
                          .author = request_author(request),
                          .run = run_backup};
    return jobs_answer(request->server->jobs, &plan, request, response, err);
}

static Status fetch_backup(Request *request, Response *response, Error *err)
{
    const Store *store = app_store(request_app(request));
    StoreSizes sizes = store_sizes(store);
    Moment made_at = zone_local(atomic_load(&request->server->zone), sizes.backup_utc_second);
    if (!sizes.has_backup)
        return error_set(err, STATUS_NOT_FOUND, "there is no backup to fetch; make one first");
    return response_stored_file(response, "application/vnd.sqlite3",
                                backup_name(made_at, request->arena),
                                store_own_backup(store, request->arena), err);
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/storage", RIGHT_ADMIN, RUN_LIGHT, BODY_NONE, get_storage},
    {METHOD_POST, "/api/v1/backup", RIGHT_ADMIN, RUN_LIGHT, BODY_JSON, make_backup},
    {METHOD_GET, "/api/v1/backup", RIGHT_ADMIN, RUN_LIGHT, BODY_NONE, fetch_backup},
};

const RouteTable routes_care = {items, COUNT_OF(items)};
