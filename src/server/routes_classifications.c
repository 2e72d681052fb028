/* routes_classifications.c -- classifications, their runs and classes. */
#include "server/routes.h"

#include "app/classified.h"
#include "app/warnings.h"
#include "reply/class_view.h"
#include "reply/classification.h"
#include "reply/fields.h"
#include "server/class_handlers.h"
#include "server/jobs.h"
#include "server/server_internal.h"

Status read_classification(Request *request, const Classification **ret_classification, Error *err)
{
    return classifications_get(app_classifications(request_app(request)),
                               request_path(request, "name"), ret_classification, err);
}

typedef struct {
    Request *request;
    App *app;
    RunSource source;
} Putting;

static Status put_classification(const Putting *putting, JsonWriter *writer,
                                 const Classification *classification, Error *err)
{
    RunRow run;
    RunSummary last;
    Arena *arena = request_arena(putting->request);
    TRY(app_last_run(putting->app, classification, arena, &run, err));
    if (run.id != 0) TRY(run_summary_read(putting->source, &run, arena, &last, err));
    reply_classification(writer, classification, run.id != 0 ? &last : NULL);
    return STATUS_OK;
}

static Text etag_of(Request *request, const Classification *classification)
{
    return arena_printf(request_arena(request), "%u.%u", classification->id,
                        classification->version);
}

static Status answer_classification(Request *request, Response *response, App *app,
                                    const Classification *classification, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    TRY(read_bounds(request, app, &bounds, err));
    response_etag(response, etag_of(request, classification));
    Putting putting = {request, app, bounds_source(&bounds, app)};
    return put_classification(&putting, response_json(response), classification, err);
}

static Status list_classifications(Request *request, Response *response, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    App *app = request_app(request);
    const Classifications *all = app_classifications(app);
    JsonWriter *writer = response_json(response);
    TRY(read_bounds(request, app, &bounds, err));
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    Putting putting = {request, app, bounds_source(&bounds, app)};
    for (size_t i = 0; i < all->count; i++)
        TRY(put_classification(&putting, writer, &all->items[i], err));
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

static Status get_classification(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    TRY(read_classification(request, &classification, err));
    return answer_classification(request, response, request_app(request), classification, err);
}

/* Pages go back in time: each begins behind the run that the one before ended with. */
static Status list_runs(Request *request, Response *response, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    const Classification *classification;
    RunSummary summary;
    RunRow *runs;
    size_t count, shown = 0, i = 0;
    uint64_t limit, after;
    Arena *arena = request_arena(request);
    App *app = request_app(request);
    TRY(read_bounds(request, app, &bounds, err));
    RunSource source = bounds_source(&bounds, app);
    TRY(request_query_number(request, "limit", LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &limit, err));
    TRY(request_query_number(request, "after", 0, UINT64_MAX, &after, err));
    TRY(read_classification(request, &classification, err));
    TRY(store_list_runs(source.store, (RunQuery){classification->id, SIZE_MAX}, arena, &runs,
                        &count, err));
    while (after != 0 && i < count && runs[i].id != after)
        i++;
    i += after != 0 && i < count;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (; i < count && shown < limit; i++, shown++) {
        TRY(run_summary_read(source, &runs[i], arena, &summary, err));
        reply_run(writer, &summary);
    }
    json_end(writer, ']');
    Text last =
        shown > 0 ? arena_printf(arena, "%llu", (unsigned long long)runs[i - 1].id) : TEXT("");
    response_next(writer, i < count, last);
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- a run to be looked at ---- */

/* "after" is the run and the place in it as one number. */
enum { PLACE_BITS = 32 };

Status read_place(Request *request, PageOfRun *ret_page, Error *err)
{
    Page page;
    ListForm form;
    uint64_t after;
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    TRY(read_list_form(request_query(request, "format"), &form, err));
    TRY(request_query_number(request, "after", 0, UINT64_MAX, &after, err));
    *ret_page = (PageOfRun){.form = form,
                            .run_id = after >> PLACE_BITS,
                            .skipped = (size_t)(after & UINT32_MAX),
                            .limit = form == LIST_PAGE ? page.limit : SIZE_MAX};
    return STATUS_OK;
}

void put_next(Request *request, JsonWriter *writer, const PageOfRun *page, uint64_t run_id,
              PageEnd end)
{
    uint64_t place = page->skipped + end.shown;
    unsigned long long after = run_id << PLACE_BITS | place;
    response_next(writer, place < end.found, arena_printf(request_arena(request), "%llu", after));
}

static Status read_at(Request *request, ClassifiedQuery *query, Error *err)
{
    query->has_at = request_query(request, "at").size > 0;
    return request_query_date(request, "at", app_today(request_app(request)), &query->at, err);
}

static Status list_classified(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    ClassifiedRows rows;
    PageOfRun page;
    OutputOptions options;
    AskOptions order = {0};
    Arena *arena = request_arena(request);
    TRY(read_classification(request, &classification, err));
    TRY(read_place(request, &page, err));
    read_sort(request_query(request, "sort"), &order);
    ClassifiedQuery query = {.run_id = page.run_id,
                             .class_name = request_query(request, "class"),
                             .sort = {order.sort, order.is_descending},
                             .skipped = page.skipped,
                             .rows_max = page.limit};
    TRY(read_at(request, &query, err));
    TRY(read_visible(request, &query.visible, err));
    TRY(read_only(request, request_query(request, "search"), &query.only, err));
    TRY(app_classified(request_app(request), classification, &query, arena, &rows, err));
    if (page.form != LIST_PAGE) {
        TRY(begin_list_file(request, response, page.form, classification->name, &options, err));
        return reply_classified_table(&rows, arena, options, err);
    }
    JsonWriter *writer = response_json(response);
    reply_classified_page(writer, &rows, arena, request_language(request));
    put_next(request, writer, &page, rows.table.run.id,
             (PageEnd){rows.rows_count, rows.found_count});
    json_end(writer, '}');
    return STATUS_OK;
}

static Status read_table(Request *request, const Classification **ret_classification,
                         RunTable *ret_table, Error *err)
{
    ClassifiedQuery query = {0};
    TRY(read_classification(request, ret_classification, err));
    TRY(read_at(request, &query, err));
    TRY(read_visible(request, &query.visible, err));
    return app_run_table(request_app(request), *ret_classification, &query, request_arena(request),
                         ret_table, err);
}

static Status get_curve(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    RunTable table;
    RunCurve curve;
    TRY(read_table(request, &classification, &table, err));
    TRY(run_curve(&table, request_arena(request), &curve, err));
    reply_curve(response_json(response), &table, &curve);
    return STATUS_OK;
}

static Status get_grid(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    RunTable table;
    RunGrid grid;
    uint8_t scores[RFM_METRICS] = {0};
    TRY(read_table(request, &classification, &table, err));
    const Definition *definition = &classification->definition;
    for (size_t i = 0; i < RFM_METRICS && definition->kind == KIND_RFM; i++)
        scores[i] = definition_rfm_scale(definition, i, 0).grid;
    TRY(run_grid(&table, scores, request_arena(request), &grid, err));
    reply_grid(response_json(response), &table, &grid);
    return STATUS_OK;
}

static Status get_spread(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    RunTable table;
    RunSpread spread;
    TRY(read_table(request, &classification, &table, err));
    TRY(run_spread(&table, request_arena(request), &spread, err));
    reply_spread(response_json(response), &table, &spread);
    return STATUS_OK;
}

static Status get_class_history(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    ClassHistory history;
    CustomerId customer;
    Text code = request_path(request, "code");
    Store *store = app_store(request_app(request));
    TRY(read_classification(request, &classification, err));
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

typedef struct {
    CustomerId customer;
    Date as_of; /* runs of later days are not seen */
} ClassesQuery;

static Status put_class(Request *request, JsonWriter *writer, const Classification *classification,
                        const ClassesQuery *query, Error *err)
{
    ClassHistory history;
    const HistoryEntry *last = NULL;
    TRY(classification_history(app_store(request_app(request)), classification->id, query->customer,
                               request_arena(request), &history, err));
    for (size_t i = 0; i < history.count; i++)
        if (history.entries[i].run.as_of.day <= query->as_of.day) last = &history.entries[i];
    json_begin(writer, '{');
    field_text(writer, "classification", classification->name);
    field_text_or_null(writer, "class", last != NULL ? last->class_name : TEXT(""));
    field_date(writer, "as_of", last != NULL, last != NULL ? last->run.as_of : (Date){0});
    json_end(writer, '}');
    return STATUS_OK;
}

static Status list_classes(Request *request, Response *response, Error *err)
{
    const Classifications *all = app_classifications(request_app(request));
    ClassesQuery query;
    Text code = request_path(request, "code");
    TRY(request_query_date(request, "as_of", (Date){DATE_DAY_MAX}, &query.as_of, err));
    TRY(request_may_see(request, code, err));
    TRY(store_find_customer(app_store(request_app(request)), code, &query.customer, err));
    if (query.customer.value == 0)
        return error_set(err, STATUS_NOT_FOUND, "no customer '%.*s'", TEXT_FORMAT(code));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < all->count; i++)
        TRY(put_class(request, writer, &all->items[i], &query, err));
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- definitions ---- */

static Status list_kinds(Request *request, Response *response, Error *err)
{
    (void)err;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_classification_kinds(writer, request_language(request));
    json_end(writer, '}');
    return STATUS_OK;
}

static Status read_kind(const json_t *body, ClassificationKind *ret_kind, Error *err)
{
    Text code = {0};
    TRY(json_need_text(body, "kind", &code, err));
    if (classification_kind_parse(code, ret_kind)) return STATUS_OK;
    return error_set(
        err, STATUS_INVALID,
        "there is no kind '%.*s'; kinds are abc, xyz, rfm, bands, cross, rules, stage, "
        "ladder, roles",
        TEXT_FORMAT(code));
}

/* The body is a definition with a name besides: its reader knows the form. */
static Status read_definition(Request *request, const json_t *body, const Definition *base,
                              Definition *ret_definition, Error *err)
{
    Text json;
    if (!json_to_text(body, request_arena(request), &json))
        return error_set(err, STATUS_INVALID, "'parameters' goes too deep");
    return definition_from_json(json, base, request_arena(request), ret_definition, err);
}

static const char *const definition_keys[] = {"name",       "kind",     "description",
                                              "parameters", "schedule", "schedule_off"};

static Status answer_kept(Request *request, Response *response, App *app,
                          const Classification *classification, Error *err)
{
    BreakdownMode mode;
    FindingsList found;
    TRY(answer_classification(request, response, app, classification, err));
    TRY(read_warning_mode(request, &mode, err));
    warn_of_classification(app, &classification->definition, &mode, request_arena(request), &found);
    answer_warnings(request, response, "warnings", found.items, found.count);
    return STATUS_OK;
}

static Status add_classification(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    const Classification *added;
    ClassificationKind kind;
    Definition definition;
    Text name;
    TRY(read_body(request, definition_keys, COUNT_OF(definition_keys), &body, err));
    TRY(json_need_text(body, "name", &name, err));
    TRY(read_kind(body, &kind, err));
    const Definition base =
        definition_customary(kind, request_language(request), request_arena(request));
    TRY(read_definition(request, body, &base, &definition, err));
    TRY(begin_work(request, &work, err));
    TRY(app_add_classification(&work, name, &definition, err));
    TRY(classifications_get(app_classifications(work.app), text_trim(name), &added, err));
    response_code(response, 201);
    return answer_kept(request, response, work.app, added, err);
}

static Status begin_on_classification(Request *request, AppWork *ret_work,
                                      const Classification **ret_classification, Error *err)
{
    TRY(begin_work(request, ret_work, err));
    TRY(classifications_get(app_classifications(ret_work->app), request_path(request, "name"),
                            ret_classification, err));
    return request_match(request, etag_of(request, *ret_classification), err);
}

static Status change_classification(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    const Classification *classification;
    Definition definition;
    Text name = {0};
    TRY(read_body(request, definition_keys, COUNT_OF(definition_keys), &body, err));
    TRY(json_get_text(body, "name", &name, err));
    TRY(begin_on_classification(request, &work, &classification, err));
    TRY(read_definition(request, body, &classification->definition, &definition, err));
    if (name.size == 0) name = arena_text(request_arena(request), classification->name);
    TRY(app_change_classification(&work, classification, name, &definition, err));
    TRY(classifications_get(app_classifications(work.app), text_trim(name), &classification, err));
    return answer_kept(request, response, work.app, classification, err);
}

static Status delete_classification(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    const Classification *classification;
    RemovalConsent consent = {0};
    TRY(request_query_bool(request, "confirm", false, &consent.is_confirmed, err));
    TRY(begin_on_classification(request, &work, &classification, err));
    Status status = app_remove_classification(work.app, classification, &consent, err);
    if (consent.is_unconfirmed) response_problem_code(response, "CONFIRM");
    TRY(status);
    response_nothing(response);
    return STATUS_OK;
}

static Status preview_classification(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name", "kind", "parameters", "as_of"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    ClassificationTrial trial = {0};
    ClassificationKind kind;
    Definition definition;
    RunSummary summary;
    Text name = {0};
    Arena *arena = request_arena(request);
    App *app = request_app(request);
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_kind(body, &kind, err));
    TRY(json_get_text(body, "name", &name, err));
    TRY(read_as_of(request, body, &trial.day, err));
    if (name.size > 0) TRY(classifications_get(app_classifications(app), name, &trial.own, err));
    const Definition base = definition_customary(kind, request_language(request), arena);
    TRY(read_definition(request, body, &base, &definition, err));
    TRY(read_visible(request, &trial.visible, err));
    trial.definition = &definition;
    TRY(app_work_begin(app, request_author(request), request_progress(request), &work, err));
    TRY(app_preview_classification(&work, &trial, arena, &summary, err));
    reply_run(response_json(response), &summary);
    return STATUS_OK;
}

/* ---- running ---- */

typedef struct {
    Text name;
    Text visible; /* a rule: what the job tells is of them; empty: of all */
    DaySteps steps;
    Arena *arena;
} RunJob;

static void free_run_job(void *context)
{
    RunJob *job = context;
    arena_free(job->arena); /* it lives there itself */
}

typedef struct {
    RunSummary *items;
    size_t count;
} RunsTold;

static Status tell_runs(App *app, const RunJob *job, const JobRun *run, RunsTold runs, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    Expression *visible = NULL;
    Diagnostics diagnostics = diagnostics_new(run->arena);
    if (job->visible.size > 0 && app_compile(app, job->visible, EXPECT_RULE, run->arena, &visible,
                                             &diagnostics) != STATUS_OK)
        return error_set(err, STATUS_INVALID, "your own customers cannot be found any more");
    TRY(app_bounds(app, visible, &bounds, err));
    json_begin(run->result, '[');
    for (size_t i = 0; i < runs.count; i++) {
        if (bounds.is_bounded)
            TRY(run_summary_read(bounds_source(&bounds, app), &runs.items[i].run, run->arena,
                                 &runs.items[i], err));
        reply_run(run->result, &runs.items[i]);
    }
    json_end(run->result, ']');
    return STATUS_OK;
}

static Status run_in(AppWork *work, const RunJob *job, const JobRun *run, Error *err)
{
    const Classification *classification;
    RunSummary *summaries;
    RunDays days;
    TRY(classifications_get(app_classifications(work->app), job->name, &classification, err));
    TRY(app_days_of(&job->steps, run->arena, &days, err));
    TRY(app_run_classification(work, classification, days, run->arena, &summaries, err));
    return tell_runs(work->app, job, run, (RunsTold){summaries, days.count}, err);
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
    TRY(read_classification(request, &classification, err));
    TRY(read_steps(request, &steps, err));
    TRY(app_days_of(&steps, request_arena(request), &days, err));
    Arena *arena = arena_new();
    RunJob *job = ARENA_NEW(arena, RunJob);
    *job = (RunJob){arena_text(arena, classification->name),
                    arena_text(arena, request_narrow(request, TEXT(""))), steps, arena};
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
    {METHOD_GET, "/api/v1/classification-kinds", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_kinds},
    {METHOD_GET, "/api/v1/classifications", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_classifications},
    {METHOD_POST, "/api/v1/classifications", RIGHT_WRITE, RUN_LIGHT, BODY_JSON, add_classification},
    {METHOD_POST, "/api/v1/classifications/preview", RIGHT_READ, RUN_HEAVY, BODY_JSON,
     preview_classification},
    {METHOD_GET, "/api/v1/classifications/{name}", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     get_classification},
    {METHOD_PATCH, "/api/v1/classifications/{name}", RIGHT_WRITE, RUN_LIGHT, BODY_JSON,
     change_classification},
    {METHOD_DELETE, "/api/v1/classifications/{name}", RIGHT_WRITE, RUN_LIGHT, BODY_NONE,
     delete_classification},
    {METHOD_POST, "/api/v1/classifications/{name}/run", RIGHT_FORM, RUN_LIGHT, BODY_JSON,
     run_classification},
    {METHOD_GET, "/api/v1/classifications/{name}/runs", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     list_runs},
    {METHOD_GET, "/api/v1/classifications/{name}/members", RIGHT_READ, RUN_HEAVY, BODY_NONE,
     list_classified},
    {METHOD_GET, "/api/v1/classifications/{name}/curve", RIGHT_READ, RUN_HEAVY, BODY_NONE,
     get_curve},
    {METHOD_GET, "/api/v1/classifications/{name}/grid", RIGHT_READ, RUN_HEAVY, BODY_NONE, get_grid},
    {METHOD_GET, "/api/v1/classifications/{name}/spread", RIGHT_READ, RUN_HEAVY, BODY_NONE,
     get_spread},
    {METHOD_GET, "/api/v1/classifications/{name}/customers/{code}", RIGHT_READ, RUN_LIGHT,
     BODY_NONE, get_class_history},
};

const RouteTable routes_classifications = {items, COUNT_OF(items)};
