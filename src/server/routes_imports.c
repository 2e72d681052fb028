/* routes_imports.c -- files and events brought in: uploads, what was found out about them, trials
 * and imports as jobs; batches of lines; saved mappings. */
#include "app/customers.h"
#include "app/trial.h"
#include "base/memory.h"
#include "reply/customer.h"
#include "reply/data.h"
#include "reply/fields.h"
#include "reply/import.h"
#include "server/handlers.h"
#include "server/import_options.h"
#include "server/jobs.h"
#include "server/routes.h"
#include "server/server_internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- looking at a file ---- */

/* Sentences name the file; that is the one the sender knows. */
static void name_as_sent(const Upload *upload, Error *err)
{
    char *found = strstr(err->message, upload_path(upload));
    if (found == NULL) return;
    size_t own = strlen(upload_path(upload));
    AUTO(buffer_done) Buffer out = {0};
    buffer_add(&out, err->message, (size_t)(found - err->message));
    buffer_text(&out, upload_name(upload));
    buffer_cstr(&out, found + own);
    Error renamed;
    (void)!error_set(&renamed, err->status, "%.*s", TEXT_FORMAT(buffer_view(&out)));
    *err = renamed;
}

static void put_problem(JsonWriter *writer, const Error *err)
{
    json_begin(writer, '{');
    field_code(writer, "code", status_name(err->status));
    field_code(writer, "detail", err->message);
    json_end(writer, '}');
}

typedef struct {
    Upload *upload;
    const json_t *options;
    Language language;
    Date today;
} Look;

static void complete_options(const Look *look, ImportOptions *options)
{
    options->has_language = true;
    options->language = look->language;
    options->has_today = true;
    options->today = look->today;
}

/* The plan, or why there is none: whoever looks at a file is not refused, he may tell more. */
static void write_look(Store *store, const Look *look, const ImportOptions *told, Buffer *plan,
                       Buffer *problem)
{
    AUTO(import_done) Import *import = NULL;
    Error err = {0};
    ImportOptions options = *told;
    complete_options(look, &options);
    options.is_look = true;
    if (import_open(store, upload_path(look->upload), &options, &import, &err) == STATUS_OK) {
        JsonWriter writer = {.out = plan};
        reply_import_plan(&writer, import_plan(import));
        return;
    }
    name_as_sent(look->upload, &err);
    JsonWriter writer = {.out = problem};
    put_problem(&writer, &err);
}

static Status look_at(Request *request, const Look *look, const ImportOptions *options, Error *err)
{
    Text text;
    AUTO(buffer_done) Buffer plan = {0}, problem = {0};
    if (!json_to_text(look->options, request_arena(request), &text))
        return error_set(err, STATUS_INVALID, "'options' goes too deep");
    write_look(app_store(request_app(request)), look, options, &plan, &problem);
    return upload_set_plan(look->upload, text, buffer_view(&plan), buffer_view(&problem), err);
}

static Look look_of(Request *request, Upload *upload, const json_t *options)
{
    return (Look){.upload = upload,
                  .options = options,
                  .language = request_language(request),
                  .today = app_today(request_app(request))};
}

/* ---- uploads ---- */

static void json_free(json_t **json)
{
    json_decref(*json);
}

/* Of the query, in the form that the body has later. */
static json_t *options_of_query(Request *request)
{
    static const char *const names[] = {"target", "stream", "mapping"};
    json_t *options = json_object();
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        Text value = request_query(request, names[i]);
        if (value.size > 0)
            json_object_set_new(options, names[i], json_stringn(value.data, value.size));
    }
    return options;
}

static Status keep_upload(Request *request, Upload **ret_upload, Error *err)
{
    Server *server = request->server;
    const UploadPlan plan = {.path = request_take_body_file(request),
                             .id = text_of(request->id),
                             .name = request_query(request, "name"),
                             .bytes = request->body_bytes,
                             .user_id = request->principal.user_id,
                             .login = request_author(request),
                             .now_utc = server->options.clock.utc_second(),
                             .now = server_now(server)};
    return uploads_add(server->uploads, &plan, ret_upload, err);
}

static Status add_upload(Request *request, Response *response, Error *err)
{
    AUTO(json_free) json_t *told = options_of_query(request);
    AUTO(upload_done) Upload *upload = NULL;
    ImportOptions options;
    if (request_body_file(request) == NULL)
        return error_set(err, STATUS_INVALID, "the file is empty; send its content as the body");
    TRY(import_options_read(told, request_arena(request), &options, err));
    TRY(keep_upload(request, &upload, err));
    Look look = look_of(request, upload, told);
    TRY(look_at(request, &look, &options, err));
    response_created(response, arena_printf(request_arena(request), "/api/v1/imports/%.*s",
                                            TEXT_FORMAT(upload_id(upload))));
    upload_write(upload, response_json(response));
    return STATUS_OK;
}

static Status find_upload(Request *request, Upload **ret_upload, Error *err)
{
    Server *server = request->server;
    return uploads_get(server->uploads, request_path(request, "id"), &request->principal,
                       server->options.clock.utc_second(), ret_upload, err);
}

static Status list_uploads(Request *request, Response *response, Error *err)
{
    (void)err;
    uploads_write(request->server->uploads, &request->principal, response_json(response));
    return STATUS_OK;
}

static Status get_upload(Request *request, Response *response, Error *err)
{
    AUTO(upload_done) Upload *upload = NULL;
    TRY(find_upload(request, &upload, err));
    upload_write(upload, response_json(response));
    return STATUS_OK;
}

static Status remove_upload(Request *request, Response *response, Error *err)
{
    AUTO(upload_done) Upload *upload = NULL;
    TRY(find_upload(request, &upload, err));
    TRY(upload_remove(upload, err));
    response_nothing(response);
    return STATUS_OK;
}

static Status plan_upload(Request *request, Response *response, Error *err)
{
    AUTO(upload_done) Upload *upload = NULL;
    const json_t *body;
    ImportOptions options;
    TRY(find_upload(request, &upload, err));
    TRY(request_json(request, &body, err));
    TRY(import_options_read(body, request_arena(request), &options, err));
    Look look = look_of(request, upload, body);
    TRY(look_at(request, &look, &options, err));
    upload_write(upload, response_json(response));
    return STATUS_OK;
}

static Status get_rejects(Request *request, Response *response, Error *err)
{
    enum { COPY_BYTES = 64 << 10 };
    AUTO(upload_done) Upload *upload = NULL;
    Arena *arena = request_arena(request);
    int rejects;
    Text name;
    FILE *file = NULL;
    TRY(find_upload(request, &upload, err));
    TRY(upload_open_rejects(upload, &rejects, &name, arena, err));
    bool is_json = text_ends_with(name, TEXT(".ndjson"));
    Status status = response_file(
        response, is_json ? "application/x-ndjson" : "text/csv; charset=utf-8", name, &file, err);
    char *bytes = arena_alloc(arena, COPY_BYTES);
    for (ssize_t size = 1; status == STATUS_OK && size > 0;) {
        size = read(rejects, bytes, COPY_BYTES);
        if (size > 0) fwrite(bytes, 1, (size_t)size, file);
        if (size < 0) status = error_set(err, STATUS_IO, "the refused rows cannot be read");
    }
    close(rejects);
    return status;
}

/* ---- trials and imports ---- */

typedef struct {
    Upload *upload;
    bool is_trial;
    unsigned run_number;
    Language language;
} ImportJob;

static void end_job(void *context)
{
    ImportJob *job = context;
    upload_end_job(job->upload);
    upload_release(job->upload);
    free(job);
}

typedef struct {
    const JobRun *run;
    const Import *import;
} Watch;

static bool report_rows(void *context, const char *step, uint64_t done, uint64_t total)
{
    const Watch *watch = context;
    job_count_rows(watch->run, import_rows_done(watch->import));
    return watch->run->progress->report(watch->run->progress->context, step, done, total);
}

static void tell_outcome(const JobRun *run, App *app, const Import *import,
                         const CreationCheck *check)
{
    const ImportJob *job = run->context;
    const ImportReport *report = import_report(import);
    AUTO(buffer_done) Buffer out = {0};
    JsonWriter writer = {.out = &out};
    json_begin(&writer, '{');
    reply_import_report_members(&writer, report);
    json_key(&writer, "new_customers");
    if (check != NULL)
        reply_creation_check(&writer, check, app_today(app), job->language);
    else
        json_nothing(&writer);
    json_end(&writer, '}');
    const UploadOutcome outcome = {job->is_trial, buffer_view(&out), report->rejects_path};
    upload_set_outcome(job->upload, &outcome);
    json_raw(run->result, buffer_view(&out));
}

static Status read_kept_options(const JobRun *run, json_t **ret_json, ImportOptions *ret_options,
                                Error *err)
{
    const ImportJob *job = run->context;
    Text text = upload_options(job->upload, run->arena);
    *ret_json = json_loadb(text.data, text.size, 0, NULL);
    ASSERT(*ret_json != NULL); /* it was JSON when it was kept */
    return import_options_read(*ret_json, run->arena, ret_options, err);
}

static Status import_into(const JobRun *run, App *app, Store *store, Error *err)
{
    const ImportJob *job = run->context;
    AUTO(json_free) json_t *told = NULL;
    AUTO(import_done) Import *import = NULL;
    ImportOptions options;
    CreationCheck check;
    TRY(read_kept_options(run, &told, &options, err));
    const Look look = {.language = job->language, .today = app_today(app)};
    complete_options(&look, &options);
    options.is_dry_run = job->is_trial;
    options.name = upload_name(job->upload);
    const char *path = upload_path(job->upload);
    Text stem = arena_printf(run->arena, "%s.%u", path, job->run_number);
    options.rejects_path = import_rejects_path(stem.data, options.format, run->arena).data;
    TRY(import_open(store, path, &options, &import, err));
    Watch watch = {run, import};
    const Progress progress = {report_rows, &watch};
    Status status = job->is_trial
                        ? import_run(import, &progress, err)
                        : customers_import(app, import, &progress, run->arena, &check, err);
    tell_outcome(run, app, import, job->is_trial ? NULL : &check);
    return status;
}

static Status try_on_copy(const JobRun *run, Error *err)
{
    const ImportJob *job = run->context;
    AUTO(app_done) App *app = NULL;
    AUTO(trial_done) Trial *trial = NULL;
    Text path = arena_printf(run->arena, "%s.%u.trial", upload_path(job->upload), job->run_number);
    Server *server = run->server;
    TRY(app_open_shared(server->dataset, STORE_READ, server_clock(server), &app, err));
    TRY(trial_open(app, path.data, run->progress, &trial, err));
    return import_into(run, app, trial_store(trial), err);
}

static Status import_for_good(const JobRun *run, Error *err)
{
    AUTO(app_done) App *app = NULL;
    TRY(job_writer(run, &app, err));
    app_set_author(app, run->author);
    return import_into(run, app, app_store(app), err);
}

static Status run_import(const JobRun *run, Error *err)
{
    const ImportJob *job = run->context;
    Status status = job->is_trial ? try_on_copy(run, err) : import_for_good(run, err);
    if (status != STATUS_OK) name_as_sent(job->upload, err);
    return status;
}

static Status start_import(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"is_trial"};
    AUTO(upload_done) Upload *upload = NULL;
    const json_t *body;
    bool is_trial = false;
    unsigned run_number;
    TRY(find_upload(request, &upload, err));
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_bool(body, "is_trial", &is_trial, err));
    TRY(upload_begin_job(upload, &run_number, err));
    ImportJob *job = MEMORY_NEW(ImportJob);
    *job = (ImportJob){upload, is_trial, run_number, request_language(request)};
    upload_retain(upload);
    const JobPlan plan = {.kind = is_trial ? "import-trial" : IMPORT_JOB,
                          .title = upload_name(upload),
                          .author = request_author(request),
                          .writes = !is_trial,
                          .run = run_import,
                          .done = end_job,
                          .context = job};
    Text id;
    TRY(jobs_answer_named(request->server->jobs, &plan, request, response, &id, err));
    upload_name_job(upload, id);
    return STATUS_OK;
}

/* ---- batches of lines ---- */

enum { BATCH_LINES_MAX = 5000 };

static Status check_lines(Text body, Error *err)
{
    size_t lines = 0;
    for (size_t i = 0; i < body.size; i++)
        lines += body.data[i] == '\n';
    if (body.size > 0 && body.data[body.size - 1] != '\n') lines++;
    if (lines == 0) return error_set(err, STATUS_INVALID, "send one JSON object a line");
    if (lines <= BATCH_LINES_MAX) return STATUS_OK;
    return error_set(err, STATUS_LIMIT, "a batch has at most %d lines; import a file instead",
                     BATCH_LINES_MAX);
}

static Status read_batch_options(Request *request, ImportOptions *options, Error *err)
{
    Text mode = request_query(request, "mode");
    options->format = IMPORT_NDJSON;
    options->encoding = ENCODING_UTF8;
    options->tells_rows = true;
    options->has_mode = mode.data != NULL;
    if (options->has_mode &&
        (!import_mode_parse(mode, &options->mode) || options->mode == IMPORT_REPLACE))
        return error_set(err, STATUS_INVALID, "'mode' is upsert or insert, not '%.*s'",
                         TEXT_FORMAT(mode));
    Look look = look_of(request, NULL, NULL);
    complete_options(&look, options);
    options->key_within = request_query(request, "key_within");
    TRY(request_query_bool(request, "move", false, &options->moves_keys, err));
    return request_query_bool(request, "create_customers", false, &options->create_customers, err);
}

static void write_batch(JsonWriter *writer, const Import *import)
{
    const ImportReport *report = import_report(import);
    size_t count;
    const ImportRow *rows = import_rows(import, &count);
    json_begin(writer, '{');
    field_count(writer, "read", report->read);
    field_count(writer, "added", report->added);
    field_count(writer, "updated", report->updated);
    field_count(writer, "unchanged", report->unchanged);
    field_count(writer, "rejected", report->rejected);
    json_key(writer, "lines");
    reply_import_rows(writer, rows, count);
    json_end(writer, '}');
}

static Status import_batch(Request *request, Response *response, ImportOptions *options, Error *err)
{
    AUTO(import_done) Import *import = NULL;
    App *app;
    CreationCheck check;
    TRY(check_lines(request_body(request), err));
    TRY(read_batch_options(request, options, err));
    TRY(request_writer(request, &app, err));
    app_set_author(app, request_author(request));
    TRY(import_open_text(app_store(app), request_body(request), options, &import, err));
    TRY(customers_import(app, import, request_progress(request), request_arena(request), &check,
                         err));
    write_batch(response_json(response), import);
    return STATUS_OK;
}

static Status add_events(Request *request, Response *response, Error *err)
{
    ImportOptions options = {.target = IMPORT_EVENTS, .stream = request_path(request, "stream")};
    return import_batch(request, response, &options, err);
}

static Status add_customers(Request *request, Response *response, Error *err)
{
    ImportOptions options = {.target = IMPORT_CUSTOMERS};
    return import_batch(request, response, &options, err);
}

static Status add_items(Request *request, Response *response, Error *err)
{
    ImportOptions options = {.target = IMPORT_ITEMS};
    return import_batch(request, response, &options, err);
}

/* ---- what was imported, and single things taken out again ---- */

enum { HISTORY_MAX = 1000 };

static Status list_history(Request *request, Response *response, Error *err)
{
    ImportNotes notes;
    TRY(store_list_imports(app_store(request_app(request)), request_query(request, "search"),
                           HISTORY_MAX, request_arena(request), &notes, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_import_notes(writer, &notes);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status remove_event(Request *request, Response *response, Error *err)
{
    App *app;
    RemovedEvent removed;
    TRY(request_writer(request, &app, err));
    TRY(store_remove_event(app_store(app), request_path(request, "stream"),
                           request_query(request, "key"), &removed, err));
    response_nothing(response);
    return STATUS_OK;
}

static Status remove_contact(Request *request, Response *response, Error *err)
{
    App *app;
    RemovedContact removed;
    const ContactRemoval removal = {.customer = request_path(request, "code"),
                                    .contact = request_query(request, "contact")};
    TRY(request_writer(request, &app, err));
    TRY(store_remove_contact(app_store(app), &removal, request_arena(request), &removed, err));
    reply_removed_contact(response_json(response), &removed);
    return STATUS_OK;
}

static Status remove_item(Request *request, Response *response, Error *err)
{
    App *app;
    Text code;
    TRY(request_writer(request, &app, err));
    TRY(store_remove_item(app_store(app), request_path(request, "code"), request_arena(request),
                          &code, err));
    response_nothing(response);
    return STATUS_OK;
}

/* ---- saved mappings ---- */

static Status list_mappings(Request *request, Response *response, Error *err)
{
    StoredMapping *mappings = NULL;
    size_t count = 0;
    TRY(store_list_mappings(app_store(request_app(request)), request_arena(request), &mappings,
                            &count, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_import_mappings(writer, mappings, count);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status remove_mapping(Request *request, Response *response, Error *err)
{
    App *app;
    TRY(request_writer(request, &app, err));
    TRY(store_remove_mapping(app_store(app), request_path(request, "name"), err));
    response_nothing(response);
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/imports", RIGHT_IMPORT, RUN_LIGHT, BODY_NONE, list_uploads},
    {METHOD_POST, "/api/v1/imports", RIGHT_IMPORT, RUN_HEAVY, BODY_FILE, add_upload},
    {METHOD_GET, "/api/v1/imports/{id}", RIGHT_IMPORT, RUN_LIGHT, BODY_NONE, get_upload},
    {METHOD_DELETE, "/api/v1/imports/{id}", RIGHT_IMPORT, RUN_LIGHT, BODY_NONE, remove_upload},
    {METHOD_PUT, "/api/v1/imports/{id}/options", RIGHT_IMPORT, RUN_HEAVY, BODY_JSON, plan_upload},
    {METHOD_POST, "/api/v1/imports/{id}/run", RIGHT_IMPORT, RUN_LIGHT, BODY_JSON, start_import},
    {METHOD_GET, "/api/v1/imports/{id}/rejects", RIGHT_IMPORT, RUN_LIGHT, BODY_NONE, get_rejects},
    {METHOD_POST, "/api/v1/events/{stream}", RIGHT_IMPORT, RUN_LIGHT, BODY_TEXT, add_events},
    {METHOD_POST, "/api/v1/customers/batch", RIGHT_IMPORT, RUN_LIGHT, BODY_TEXT, add_customers},
    {METHOD_POST, "/api/v1/items/batch", RIGHT_IMPORT, RUN_LIGHT, BODY_TEXT, add_items},
    {METHOD_GET, "/api/v1/import-history", RIGHT_IMPORT, RUN_LIGHT, BODY_NONE, list_history},
    {METHOD_DELETE, "/api/v1/events/{stream}", RIGHT_WRITE, RUN_LIGHT, BODY_NONE, remove_event},
    {METHOD_DELETE, "/api/v1/customers/{code}/contacts", RIGHT_WRITE, RUN_LIGHT, BODY_NONE,
     remove_contact},
    {METHOD_DELETE, "/api/v1/items/{code}", RIGHT_WRITE, RUN_LIGHT, BODY_NONE, remove_item},
    {METHOD_GET, "/api/v1/import-mappings", RIGHT_IMPORT, RUN_LIGHT, BODY_NONE, list_mappings},
    {METHOD_DELETE, "/api/v1/import-mappings/{name}", RIGHT_IMPORT, RUN_LIGHT, BODY_NONE,
     remove_mapping},
};

const RouteTable routes_imports = {items, COUNT_OF(items)};
