/* routes_jobs.c -- work that takes long: how it goes, as it happens, cancelling. */
#include "base/decimal.h"
#include "server/jobs.h"
#include "server/routes.h"
#include "server/server_internal.h"

static Status list_jobs(Request *request, Response *response, Error *err)
{
    enum { LIMIT_USUAL = 100, LIMIT_MAX = 1000 };
    Page page;
    TRY(request_page(request, LIMIT_USUAL, LIMIT_MAX, &page, err));
    return jobs_write_page(request->server->jobs, app_store(request_app(request)), &page,
                           response_json(response), err);
}

static Status answer_job(Request *request, Response *response, Error *err)
{
    Jobs *jobs = request->server->jobs;
    Store *store = app_store(request_app(request));
    Text id = request_path(request, "id");
    TRY(jobs_require(jobs, store, id, &request->principal, err));
    return jobs_write(jobs, store, id, response_json(response), err);
}

static Status get_job(Request *request, Response *response, Error *err)
{
    return answer_job(request, response, err);
}

static Status watch_job(Request *request, Response *response, Error *err)
{
    Text last = request_header(request, "Last-Event-ID");
    int64_t after = 0;
    int scale;
    if (last.data != NULL && (!decimal_parse(last, &after, &scale) || scale != 0 || after < 0))
        return error_set(err, STATUS_INVALID, "'%.*s' is no number of an event", TEXT_FORMAT(last));
    EventStream stream = {0};
    bool is_over;
    Text id = request_path(request, "id");
    TRY(jobs_require(request->server->jobs, app_store(request_app(request)), id,
                     &request->principal, err));
    jobs_stream(request->server->jobs, id, (uint64_t)after, &stream, &is_over);
    if (is_over)
        response_nothing(response); /* a browser does not come again after this */
    else
        response_stream(response, stream);
    return STATUS_OK;
}

static Status cancel_job(Request *request, Response *response, Error *err)
{
    TRY(jobs_cancel(request->server->jobs, request_path(request, "id"), &request->principal, err));
    response_code(response, 202);
    return answer_job(request, response, err);
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/jobs", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE, list_jobs},
    {METHOD_GET, "/api/v1/jobs/{id}", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_job},
    {METHOD_GET, "/api/v1/jobs/{id}/events", RIGHT_READ, RUN_LIGHT, BODY_NONE, watch_job},
    {METHOD_POST, "/api/v1/jobs/{id}/cancel", RIGHT_READ, RUN_LIGHT, BODY_JSON, cancel_job},
};

const RouteTable routes_jobs = {items, sizeof items / sizeof items[0]};
