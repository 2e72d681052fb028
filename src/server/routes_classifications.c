/* routes_classifications.c -- classifications, their runs and classes. */
#include "server/routes.h"

#include "app/classified.h"
#include "reply/classification.h"
#include "server/handlers.h"
#include "server/jobs.h"
#include "server/server_internal.h"

static Status read_classification(Request *request, App *app, const Classification **ret,
                                  Error *err)
{
    return classifications_get(app_classifications(app), request_path(request, "name"), ret, err);
}

/* The newest first; `summaries` has one place per run. */
static Status read_runs(Request *request, const Classification *classification, size_t limit,
                        RunSummary **ret_summaries, size_t *ret_count, Error *err)
{
    RunRow *runs;
    Store *store = app_store(request_app(request));
    Arena *arena = request_arena(request);
    TRY(store_list_runs(store, (RunQuery){classification->id, limit}, arena, &runs, ret_count,
                        err));
    *ret_summaries = ARENA_ARRAY(arena, RunSummary, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        TRY(run_summary_read(store, &runs[i], arena, &(*ret_summaries)[i], err));
    return STATUS_OK;
}

static Status put_classification(Request *request, JsonWriter *writer,
                                 const Classification *classification, Error *err)
{
    RunSummary *last;
    size_t count;
    TRY(read_runs(request, classification, 1, &last, &count, err));
    reply_classification(writer, classification, count > 0 ? last : NULL);
    return STATUS_OK;
}

static Status list_classifications(Request *request, Response *response, Error *err)
{
    const Classifications *all = app_classifications(request_app(request));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < all->count; i++)
        TRY(put_classification(request, writer, &all->items[i], err));
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

static Status get_classification(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    TRY(read_classification(request, request_app(request), &classification, err));
    return put_classification(request, response_json(response), classification, err);
}

static Status list_runs(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    RunSummary *summaries;
    size_t count;
    uint64_t limit;
    TRY(request_query_number(request, "limit", LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &limit, err));
    TRY(read_classification(request, request_app(request), &classification, err));
    TRY(read_runs(request, classification, (size_t)limit, &summaries, &count, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_run(writer, &summaries[i]);
    json_end(writer, ']');
    response_next(writer, false, TEXT(""));
    json_end(writer, '}');
    return STATUS_OK;
}

static Status get_class_history(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    ClassHistory history;
    CustomerId customer;
    Text code = request_path(request, "code");
    Store *store = app_store(request_app(request));
    TRY(read_classification(request, request_app(request), &classification, err));
    TRY(request_may_see(request, code, err));
    TRY(store_find_customer(store, code, &customer, err));
    if (customer.value == 0)
        return error_set(err, STATUS_NOT_FOUND, "no customer '%.*s'", TEXT_FORMAT(code));
    TRY(classification_history(store, classification->id, customer, request_arena(request),
                               &history, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_class_history(writer, &history);
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- the classes of one customer ---- */

static Status put_class(Request *request, JsonWriter *writer, const Classification *classification,
                        CustomerId customer, Error *err)
{
    ClassHistory history;
    TRY(classification_history(app_store(request_app(request)), classification->id, customer,
                               request_arena(request), &history, err));
    const HistoryEntry *last = history.count > 0 ? &history.entries[history.count - 1] : NULL;
    json_begin(writer, '{');
    json_key(writer, "classification");
    json_text(writer, classification->name);
    json_key(writer, "class");
    if (last == NULL || last->class_name.size == 0) {
        json_nothing(writer);
    } else {
        json_text(writer, last->class_name);
    }
    json_key(writer, "as_of");
    if (last == NULL) {
        json_nothing(writer);
    } else {
        json_date(writer, last->run.as_of);
    }
    json_end(writer, '}');
    return STATUS_OK;
}

static Status list_classes(Request *request, Response *response, Error *err)
{
    const Classifications *all = app_classifications(request_app(request));
    CustomerId customer;
    Text code = request_path(request, "code");
    TRY(request_may_see(request, code, err));
    TRY(store_find_customer(app_store(request_app(request)), code, &customer, err));
    if (customer.value == 0)
        return error_set(err, STATUS_NOT_FOUND, "no customer '%.*s'", TEXT_FORMAT(code));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < all->count; i++)
        TRY(put_class(request, writer, &all->items[i], customer, err));
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- running ---- */

typedef struct {
    Text name;
    DaySteps steps;
    Arena *arena;
} RunJob;

static void free_run_job(void *context)
{
    RunJob *job = context;
    arena_free(job->arena); /* it lives there itself */
}

static Status run_in(AppWork *work, const RunJob *job, const JobRun *run, Error *err)
{
    const Classification *classification;
    RunSummary *summaries;
    RunDays days;
    TRY(classifications_get(app_classifications(work->app), job->name, &classification, err));
    TRY(app_days_of(&job->steps, run->arena, &days, err));
    TRY(app_run_classification(work, classification, days, run->arena, &summaries, err));
    json_begin(run->result, '[');
    for (size_t i = 0; i < days.count; i++)
        reply_run(run->result, &summaries[i]);
    json_end(run->result, ']');
    return STATUS_OK;
}

static Status work_on_run(const JobRun *run, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    TRY(job_writer(run, &app, err));
    TRY(app_work_begin(app, run->author, run->progress, &work, err));
    return run_in(&work, run->context, run, err);
}

static Status read_steps(Request *request, DaySteps *steps, Error *err)
{
    static const char *const keys[] = {"as_of", "from", "to", "step"};
    const json_t *body;
    Text step = {0};
    bool has_from = false, has_to = false;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_as_of(request, body, &steps->to, err));
    steps->from = steps->to;
    TRY(json_get_date(body, "from", &has_from, &steps->from, err));
    TRY(json_get_date(body, "to", &has_to, &steps->to, err));
    TRY(json_get_text(body, "step", &step, err));
    return read_unit(step, &steps->step, err);
}

static Status run_classification(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    RunDays days;
    DaySteps steps;
    TRY(read_classification(request, request_app(request), &classification, err));
    TRY(read_steps(request, &steps, err));
    TRY(app_days_of(&steps, request_arena(request), &days, err));
    Arena *arena = arena_new();
    RunJob *job = ARENA_NEW(arena, RunJob);
    *job = (RunJob){arena_text(arena, classification->name), steps, arena};
    JobPlan plan = {.kind = "classify",
                    .title = classification->name,
                    .author = request_author(request),
                    .writes = true,
                    .run = work_on_run,
                    .done = free_run_job,
                    .context = job};
    return jobs_answer(request->server->jobs, &plan, request, response, err);
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/customers/{code}/classes", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     list_classes},
    {METHOD_GET, "/api/v1/classifications", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_classifications},
    {METHOD_GET, "/api/v1/classifications/{name}", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     get_classification},
    {METHOD_POST, "/api/v1/classifications/{name}/run", RIGHT_FORM, RUN_LIGHT, BODY_JSON,
     run_classification},
    {METHOD_GET, "/api/v1/classifications/{name}/runs", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     list_runs},
    {METHOD_GET, "/api/v1/classifications/{name}/customers/{code}", RIGHT_READ, RUN_LIGHT,
     BODY_NONE, get_class_history},
};

const RouteTable routes_classifications = {items, COUNT_OF(items)};
