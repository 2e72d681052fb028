/* server.c -- the life of a server: begun, made ready, run, stopped. */
#include "server/server_internal.h"

#include "base/memory.h"
#include "server/notify.h"

#include <stdlib.h>
#include <time.h>

enum {
    LIGHT_WORKERS_USUAL = 4,
    HEAVY_WORKERS_USUAL = 2,
    CONNECTIONS_USUAL = 512,
    HTTP_THREADS = 2,
    IDLE_SECONDS_MAX = 60,
    REQUEST_SECONDS_USUAL = 120,
    HEAD_SECONDS_USUAL = 20,
    TICK_MILLISECONDS = 50,
    STOP_TICKS_MAX = 200 /* of grace for what is under way */
};
#define SECOND_NANOSECONDS  UINT64_C(1000000000)
#define UPLOAD_BYTES_USUAL  (UINT64_C(4) << 30)
#define STANDINGS_BYTES_MIN ((size_t)1 << 30)
#define STANDINGS_SHARE     8 /* of the machine's memory for compositions, when that is more */

AppClock server_clock(const Server *server)
{
    const ServerClock *clock = &server->options.clock;
    return (AppClock){.utc_second = clock->utc_second(),
                      .has_today = clock->has_today,
                      .today = clock->today,
                      .now_nanoseconds = clock->now_nanoseconds};
}

Moment server_now(const Server *server)
{
    return zone_local(atomic_load(&server->zone), server->options.clock.utc_second());
}

Date server_today(const Server *server)
{
    const ServerClock *clock = &server->options.clock;
    return clock->has_today ? clock->today : moment_date(server_now(server));
}

Status server_follow_zone(Server *server, Text name, Error *err)
{
    Zone *zone;
    if (server->zone_name.size > 0 && text_equal(buffer_view(&server->zone_name), name))
        return STATUS_OK;
    TRY(zone_open(name, &zone, err));
    zone_close(server->zone_before); /* nobody looks that long */
    server->zone_before = atomic_exchange(&server->zone, zone);
    buffer_clear(&server->zone_name);
    buffer_text(&server->zone_name, name);
    return STATUS_OK;
}

void server_has_written(Server *server)
{
    Error err;
    Status status = dataset_refresh(server->dataset, NULL, &err);
    watcher_wake(server->watcher);
    if (status == STATUS_OK) return;
    const LogField fields[] = {LOG_TEXT("sentence", text_of(err.message))};
    log_line(&server->log, LOG_ERROR, "refresh failed", fields, 1);
}

static void set_usual(ServerOptions *options)
{
    if (options->light_workers == 0) options->light_workers = LIGHT_WORKERS_USUAL;
    if (options->heavy_workers == 0) options->heavy_workers = HEAVY_WORKERS_USUAL;
    if (options->connections_max == 0) options->connections_max = CONNECTIONS_USUAL;
    if (options->upload_bytes_max == 0) options->upload_bytes_max = UPLOAD_BYTES_USUAL;
    if (options->head_seconds_max == 0) options->head_seconds_max = HEAD_SECONDS_USUAL;
    if (options->request_seconds_max == 0) options->request_seconds_max = REQUEST_SECONDS_USUAL;
}

static Status listen_there(Server *server, Error *err)
{
    const HttpOptions options = {
        .socket = server->options.socket,
        .address = server->options.listen,
        .threads_count = HTTP_THREADS,
        .connections_max = server->options.connections_max,
        .connections_per_address_max = server->options.connections_max,
        .idle_seconds_max = IDLE_SECONDS_MAX,
        .head_nanoseconds_max = server->options.head_seconds_max * SECOND_NANOSECONDS,
        .body_nanoseconds_max = 3 * server->options.head_seconds_max * SECOND_NANOSECONDS,
        .file_nanoseconds_max = 3600 * SECOND_NANOSECONDS,
    };
    return http_start(server, &options, &server->http, err);
}

static uint32_t server_boot(const Server *server)
{
    return (uint32_t)(server->options.clock.utc_second() & UINT32_MAX);
}

/* Bring a directory of an older version up to date, which readers cannot. */
static Status bring_up_to_date(Server *server, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    TRY(store_open(server->options.directory, STORE_WRITE, &store, err));
    TRY(jobs_take_over(server->jobs, store, server_boot(server), err));
    return server_follow_zone(server, store_schema(store)->settings.time_zone, err);
}

static size_t standings_bytes_max(void)
{
    size_t share = memory_of_machine_bytes() / STANDINGS_SHARE;
    return share > STANDINGS_BYTES_MIN ? share : STANDINGS_BYTES_MIN;
}

static Status make_ready(Server *server, Error *err)
{
    TRY(bring_up_to_date(server, err));
    TRY(listen_there(server, err));
    DatasetOptions options = {0};
    TRY(dataset_open(server->options.directory, &options, &server->dataset, err));
    server->standings = standings_new(standings_bytes_max());
    TRY(quick_desks_open(server, HTTP_THREADS, &server->quick_desks, err));
    TRY(workers_start(server, err));
    TRY(jobs_start(server->jobs, server, err));
    TRY(watcher_start(server, &server->watcher, err));
    atomic_store(&server->is_ready, true);
    return STATUS_OK;
}

Status server_start(const ServerOptions *options, Server **ret_server, Error *err)
{
    Server *server = MEMORY_NEW(Server);
    server->arena = arena_new();
    server->options = *options;
    server->options.directory = arena_cstr(server->arena, text_of(options->directory));
    server->options.listen = arena_text(server->arena, options->listen);
    server->options.version = arena_text(server->arena, options->version);
    set_usual(&server->options);
    snprintf(server->boot, sizeof server->boot, "%08x", server_boot(server));
    log_init(&server->log, &server->options);
    throttle_init(&server->throttle);
    server->notes = notes_new();
    server->jobs = jobs_new();
    server->keys = keys_new();
    server->uploads = uploads_new(server->options.directory);
    uploads_expire(server->uploads, options->clock.utc_second());
    server->sessions = sessions_open(server->options.directory);
    server->light = queue_new(server->options.connections_max);
    server->heavy = queue_new(server->options.connections_max);
    Status status = make_ready(server, err);
    if (status != STATUS_OK)
        server_close(server);
    else
        *ret_server = server;
    return status;
}

unsigned server_port(const Server *server)
{
    return http_port(server->http);
}

static void sleep_a_tick(void)
{
    const struct timespec tick = {.tv_nsec = TICK_MILLISECONDS * 1000000L};
    nanosleep(&tick, NULL);
}

static void drain(Server *server)
{
    http_quiesce(server->http);
    for (int tick = 0; tick < STOP_TICKS_MAX && http_waiting_count(server->http) > 0; tick++)
        sleep_a_tick();
}

/* Twice as often as systemd wants it, as long as the watcher looks around. */
static void give_sign_of_life(Server *server, uint64_t now, uint64_t *told_nanoseconds)
{
    uint64_t interval = server->options.watchdog_nanoseconds;
    if (interval == 0 || now - *told_nanoseconds < interval / 2) return;
    if (!watcher_is_alive(server->watcher)) return;
    notify_service(server->options.notify_socket, "WATCHDOG=1");
    *told_nanoseconds = now;
}

void server_run(Server *server, const volatile sig_atomic_t *is_interrupted)
{
    const LogField fields[] = {LOG_NUMBER("port", server_port(server)),
                               LOG_TEXT("version", server->options.version)};
    log_line(&server->log, LOG_INFO, "serving", fields, 2);
    notify_service(server->options.notify_socket, "READY=1");
    uint64_t told_nanoseconds = 0;
    while (!*is_interrupted) {
        sleep_a_tick();
        uint64_t now = server->options.clock.now_nanoseconds();
        http_tick(server->http, now);
        give_sign_of_life(server, now, &told_nanoseconds);
        if (jobs_have_news(server->jobs)) http_wake_streams(server->http);
    }
    log_line(&server->log, LOG_INFO, "stopping", NULL, 0);
    notify_service(server->options.notify_socket, "STOPPING=1");
    drain(server);
}

void server_close(Server *server)
{
    if (server == NULL) return;
    atomic_store(&server->is_stopping, true);
    if (server->http != NULL) http_quiesce(server->http);
    jobs_stop(server->jobs);
    while (server->http != NULL && http_waiting_count(server->http) > 0)
        sleep_a_tick();
    workers_stop(server);
    watcher_stop(server->watcher);
    if (server->http != NULL) http_stop(server->http);
    quick_desks_close(server->quick_desks);
    standings_free(server->standings);
    jobs_free(server->jobs); /* jobs hold uploads */
    uploads_free(server->uploads);
    dataset_close(server->dataset);
    zone_close(server->zone_before);
    zone_close(atomic_load(&server->zone));
    buffer_done(&server->zone_name);
    queue_free(server->light);
    queue_free(server->heavy);
    sessions_close(server->sessions);
    notes_free(server->notes);
    keys_free(server->keys);
    throttle_done(&server->throttle);
    log_done(&server->log);
    arena_free(server->arena);
    free(server);
}

void server_done(Server **server)
{
    server_close(*server);
    *server = NULL;
}
