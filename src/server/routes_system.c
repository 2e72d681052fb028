/* routes_system.c -- how the server is: alive, ready, counted, of which version. */
#include "server/routes.h"
#include "server/server_internal.h"

static Status get_health(Request *request, Response *response, Error *err)
{
    (void)request, (void)err;
    response_text(response, "text/plain; charset=utf-8", TEXT("alive\n"));
    return STATUS_OK;
}

static Status get_readiness(Request *request, Response *response, Error *err)
{
    (void)err;
    bool is_ready = atomic_load(&request->server->is_ready);
    if (!is_ready) response_code(response, 503);
    response_text(response, "text/plain; charset=utf-8",
                  is_ready ? TEXT("ready\n") : TEXT("not ready\n"));
    return STATUS_OK;
}

static Status get_version(Request *request, Response *response, Error *err)
{
    (void)err;
    JsonWriter *json = response_json(response);
    json_begin(json, '{');
    json_key(json, "name");
    json_cstr(json, "kohorta");
    json_key(json, "version");
    json_text(json, request->server->options.version);
    json_end(json, '}');
    return STATUS_OK;
}

static Status get_metrics(Request *request, Response *response, Error *err)
{
    (void)err;
    Server *server = request->server;
    MetricsState state = {.connections = http_connections_count(server->http),
                          .heavy_waiting = atomic_load(&server->heavy_waiting),
                          .is_ready = atomic_load(&server->is_ready)};
    jobs_count(server->jobs, &state.jobs_queued, &state.jobs_running);
    if (state.is_ready) {
        const DatasetView *view = dataset_acquire(server->dataset);
        state.generation = dataset_view_generation(view);
        state.customers = dataset_view_customers_count(view);
        dataset_release(server->dataset, view);
    }
    AUTO(buffer_done) Buffer out = {0};
    metrics_print(&server->metrics, &state, &out);
    response_text(response, "text/plain; version=0.0.4; charset=utf-8", buffer_view(&out));
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/healthz", RIGHT_NONE, RUN_INLINE, BODY_NONE, get_health},
    {METHOD_GET, "/readyz", RIGHT_NONE, RUN_INLINE, BODY_NONE, get_readiness},
    {METHOD_GET, "/version", RIGHT_NONE, RUN_INLINE, BODY_NONE, get_version},
    {METHOD_GET, "/metrics", RIGHT_NONE, RUN_INLINE, BODY_NONE, get_metrics},
};

const RouteTable routes_system = {items, sizeof items / sizeof items[0]};
