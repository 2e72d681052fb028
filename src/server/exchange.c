/* exchange.c -- one request and its answer on their way through the server. */
#include "server/server_internal.h"

#include "base/memory.h"
#include "reply/error_words.h"
#include "server/feature.h"
#include "server/gate.h"
#include "server/page.h"
#include "server/queries.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    REQUEST_MEMORY_BYTES_MAX = 512 << 20,
    TOO_MUCH_BYTES = 1 << 20,
    BRIEF_NANOSECONDS = 20000000 /* what is answered by then is not worth asking who waits for it */
};

/* ---- life ---- */

/* Whether a question under way may go on. */
static bool go_on(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step, (void)done, (void)total;
    Request *request = context;
    const Server *server = request->server;
    if (request->stop != STOP_NONE) return false;
    uint64_t now = server->options.clock.now_nanoseconds();
    if (atomic_load(&server->is_stopping))
        request->stop = STOP_SERVER;
    else if (now > request->deadline_nanoseconds)
        request->stop = STOP_TIME;
    else if (arena_used_bytes(request->arena) > REQUEST_MEMORY_BYTES_MAX)
        request->stop = STOP_MEMORY;
    else if (now - request->begin_nanoseconds > BRIEF_NANOSECONDS &&
             http_is_gone(request->connection))
        request->stop = STOP_GONE;
    return request->stop == STOP_NONE;
}

Exchange *exchange_new(Server *server, const ExchangeHead *head)
{
    Exchange *exchange = MEMORY_NEW(Exchange);
    Request *request = &exchange->request;
    Arena *arena = arena_new();
    *request = (Request){.arena = arena,
                         .server = server,
                         .connection = head->connection,
                         .begin_nanoseconds = server->options.clock.now_nanoseconds(),
                         .method_name = arena_text(arena, head->method),
                         .path = arena_text(arena, head->path),
                         .address = arena_text(arena, head->address),
                         .body_descriptor = -1,
                         .progress = {go_on, request}};
    request->deadline_nanoseconds =
        request->begin_nanoseconds +
        (uint64_t)server->options.request_seconds_max * UINT64_C(1000000000);
    snprintf(request->id, sizeof request->id, "%s-%llu", server->boot,
             (unsigned long long)atomic_fetch_add(&server->requests_count, 1));
    response_init(&exchange->response, arena);
    return exchange;
}

static void drop_body_file(Request *request)
{
    if (request->body_descriptor >= 0) close(request->body_descriptor);
    request->body_descriptor = -1;
    if (request->body_path != NULL) unlink(request->body_path);
}

void exchange_free(Exchange *exchange)
{
    Request *request = &exchange->request;
    drop_body_file(request);
    buffer_done(&request->body);
    json_decref(request->json);
    response_done(&exchange->response);
    arena_free(request->arena);
    free(exchange);
}

/* ---- answers without a handler ---- */

static void fail(Exchange *exchange, int http_code, Status status, const Error *err)
{
    if (http_code != 0) exchange->response.code = http_code;
    response_fail(&exchange->response, &exchange->request, status, err);
    exchange->stage = STAGE_ANSWERED;
}

/* A macro, so that the sentence is a format of error_set like any other. */
#define REFUSE(exchange, http_code, status, sentence)                          \
    do {                                                                       \
        Error refuse_err_;                                                     \
        Status refuse_status_ = error_set(&refuse_err_, (status), (sentence)); \
        fail((exchange), (http_code), refuse_status_, &refuse_err_);           \
    } while (0)

/* Threads serve one request after another: errors speak the language of the present one. */
static void speak_its_language(Exchange *exchange)
{
    error_speak(error_words_of(request_language(&exchange->request)));
}

/* ---- the head ---- */

static void add_decoded(Exchange *exchange, NamedTexts *list, Text name, Text value)
{
    Arena *arena = exchange->request.arena;
    NamedText decoded;
    if (exchange->stage == STAGE_ANSWERED) return;
    if (!request_decode(name, arena, &decoded.name) ||
        !request_decode(value, arena, &decoded.value)) {
        REFUSE(exchange, 0, STATUS_INVALID, "the address is not valid UTF-8 in %%XX form");
        return;
    }
    ARENA_PUSH(arena, list, decoded);
}

void exchange_add_query(Exchange *exchange, Text name, Text value)
{
    add_decoded(exchange, &exchange->request.query, name, value);
}

void exchange_add_header(Exchange *exchange, Text name, Text value)
{
    Request *request = &exchange->request;
    if (exchange->stage == STAGE_ANSWERED) return;
    NamedText header = {arena_text(request->arena, name), arena_text(request->arena, value)};
    if (!utf8_is_valid(value)) {
        REFUSE(exchange, 0, STATUS_INVALID, "a header is not valid UTF-8");
        return;
    }
    ARENA_PUSH(request->arena, &request->headers, header);
}

static uint64_t body_limit(const Exchange *exchange)
{
    const Server *server = exchange->request.server;
    switch (exchange->request.route->body) {
    case BODY_NONE: return 0;
    case BODY_JSON:
    case BODY_TEXT: return HTTP_JSON_BYTES_MAX;
    case BODY_FILE: return server->options.upload_bytes_max;
    }
    return 0;
}

/* What Content-Length announces; 0 without one. A body in chunks is counted as it comes. */
static uint64_t announced_bytes(const Request *request)
{
    Text text = request_header(request, "Content-Length");
    uint64_t bytes = 0;
    for (size_t i = 0; i < text.size && bytes < UINT64_MAX / 16; i++)
        bytes = bytes * 10 + (uint64_t)(text.data[i] - '0');
    return bytes;
}

static bool has_body(const Request *request)
{
    return announced_bytes(request) > 0 ||
           request_header(request, "Transfer-Encoding").data != NULL;
}

bool exchange_can_drain(const Exchange *exchange)
{
    return announced_bytes(&exchange->request) <= exchange->request.body_max + TOO_MUCH_BYTES;
}

bool exchange_is_file(const Exchange *exchange)
{
    const Route *route = exchange->request.route;
    return route != NULL && route->body == BODY_FILE;
}

static void refuse_size(Exchange *exchange)
{
    Error err;
    Status status = error_set(&err, STATUS_LIMIT, "the body is over %llu bytes",
                              (unsigned long long)exchange->request.body_max);
    fail(exchange, 413, status, &err);
}

/* A page of another site can send a form to us, but not JSON: so what changes something is sound
 * only as JSON or with a type that no form has. */
static bool is_wrong_type(const Request *request)
{
    Text type = request_header(request, "Content-Type");
    Text rest, essence = text_trim(text_split(type, ';', &rest));
    if (request->route->body == BODY_JSON)
        return !text_equal_ascii_case(essence, TEXT("application/json"));
    return text_equal_ascii_case(essence, TEXT("application/x-www-form-urlencoded")) ||
           text_equal_ascii_case(essence, TEXT("multipart/form-data"));
}

/* Whoever looks whether the server lives may add what he likes. */
static void check_query(Exchange *exchange)
{
    Error err;
    bool is_free =
        exchange->request.route->weight == RUN_INLINE || exchange->request.query.count == 0;
    Status status = is_free ? STATUS_OK : queries_check(&exchange->request, &err);
    if (status != STATUS_OK) fail(exchange, 0, status, &err);
}

static void check_body(Exchange *exchange)
{
    Request *request = &exchange->request;
    request->body_max = body_limit(exchange);
    if (!has_body(request)) return;
    if (request->route->body == BODY_NONE) {
        REFUSE(exchange, 0, STATUS_INVALID, "this address takes no body");
    } else if (announced_bytes(request) > request->body_max) {
        refuse_size(exchange);
    } else if (is_wrong_type(request)) {
        REFUSE(exchange, 415, STATUS_INVALID,
               request->route->body == BODY_JSON ? "the body wants to be application/json"
                                                 : "a form cannot be sent here; send the file "
                                                   "itself");
    }
}

static void find_route(Exchange *exchange)
{
    Request *request = &exchange->request;
    Error err;
    Text allowed = {0};
    Status status = router_find(request, &request->route, &allowed, &err);
    if (status == STATUS_OK) return;
    if (status == STATUS_NOT_FOUND && allowed.size == 0 &&
        page_answer(request, &exchange->response)) {
        exchange->stage = STAGE_ANSWERED;
        return;
    }
    if (allowed.size > 0)
        status = error_set(&err, STATUS_INVALID, "this address takes %.*s", TEXT_FORMAT(allowed));
    fail(exchange, allowed.size > 0 ? 405 : 0, status, &err);
    if (allowed.size > 0) response_header(&exchange->response, "Allow", allowed);
}

/* Behind a proxy the connection is always the proxy's; it adds whom it got the request from. */
static void find_address(Request *request)
{
    Text list = request_header(request, "X-Forwarded-For");
    if (!request->server->options.is_behind_proxy || list.size == 0) return;
    while (list.size > 0)
        request->address = text_trim(text_split(list, ',', &list));
}

ExchangeNext exchange_head(Exchange *exchange)
{
    Request *request = &exchange->request;
    speak_its_language(exchange);
    if (exchange->stage == STAGE_ANSWERED) return EXCHANGE_ANSWER;
    find_address(request);
    find_route(exchange);
    if (exchange->stage == STAGE_ANSWERED) return EXCHANGE_ANSWER;
    bool needs_data = request->route->weight != RUN_INLINE;
    if (needs_data && !atomic_load(&request->server->is_ready)) {
        exchange->response.retry_seconds = 2;
        REFUSE(exchange, 503, STATUS_CONFLICT, "the data is being made ready; come again soon");
        return EXCHANGE_ANSWER;
    }
    check_query(exchange);
    if (exchange->stage == STAGE_ANSWERED) return EXCHANGE_ANSWER;
    check_body(exchange);
    if (exchange->stage == STAGE_ANSWERED) return EXCHANGE_ANSWER;
    bool lets_in_first = request->route->body == BODY_FILE;
    exchange->stage = lets_in_first ? STAGE_LET_IN : STAGE_BODY;
    return lets_in_first ? EXCHANGE_WAIT : EXCHANGE_RECEIVE;
}

/* ---- the body ---- */

static Status open_body_file(Request *request, Error *err)
{
    char *path = arena_alloc(request->arena, strlen(request->server->options.directory) + 32);
    snprintf(path, strlen(request->server->options.directory) + 32,
             "%s/" UPLOAD_FILE_PREFIX "XXXXXX", request->server->options.directory);
    request->body_descriptor = mkostemp(path, O_CLOEXEC);
    if (request->body_descriptor < 0)
        return error_set_system(err, errno, "there is no room for the file that is sent");
    request->body_path = path;
    return STATUS_OK;
}

static Status spool(Request *request, Text piece, Error *err)
{
    if (request->body_descriptor < 0) TRY(open_body_file(request, err));
    while (piece.size > 0) {
        ssize_t written = write(request->body_descriptor, piece.data, piece.size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0)
            return error_set_system(err, errno, "the file that is sent cannot be kept");
        piece = text_slice(piece, (size_t)written, piece.size);
    }
    return STATUS_OK;
}

bool exchange_receive(Exchange *exchange, Text piece)
{
    Request *request = &exchange->request;
    speak_its_language(exchange);
    request->body_bytes += piece.size;
    if (exchange->stage == STAGE_ANSWERED)
        return request->body_bytes <= request->body_max + TOO_MUCH_BYTES;
    if (request->body_bytes > request->body_max) {
        refuse_size(exchange);
        return true;
    }
    Error err;
    if (request->route->body != BODY_FILE) {
        buffer_text(&request->body, piece);
        return true;
    }
    Status status = spool(request, piece, &err);
    if (status != STATUS_OK) fail(exchange, 0, status, &err);
    return true;
}

/* ---- the work ---- */

/* What a request has done, told by its route. */
static AuditKind audit_kind(const Exchange *exchange)
{
    const Route *route = exchange->request.route;
    if (exchange->response.file != NULL) return AUDIT_EXPORT;
    switch (route->right) {
    case RIGHT_FORM: return AUDIT_FORM;
    case RIGHT_IMPORT: return AUDIT_IMPORT;
    case RIGHT_ERASE: return AUDIT_ERASE;
    case RIGHT_SHIP_OVERRIDE: return AUDIT_OVERRIDE;
    case RIGHT_ADMIN: return AUDIT_SETTINGS;
    case RIGHT_WRITE:
    case RIGHT_NONE:
    case RIGHT_SIGNED_IN:
    case RIGHT_READ:
    case RIGHT_READ_ALL:
    case RIGHT_WRITE_ALL:
    case RIGHT_COUNT: break;
    }
    Text path = text_of(route->path);
    if (text_contains(path, TEXT("/members"))) return AUDIT_MEMBERS;
    bool is_data = text_starts_with(path, TEXT("/api/v1/customers")) ||
                   text_contains(path, TEXT("/bulk-changes")) ||
                   text_contains(path, TEXT("/sets")) ||
                   text_starts_with(path, TEXT("/api/v1/events")) ||
                   text_starts_with(path, TEXT("/api/v1/items")) ||
                   text_starts_with(path, TEXT("/api/v1/duplicates"));
    return is_data ? AUDIT_DATA : AUDIT_DEFINITION;
}

/* Whatever changed something, or went out as a file, is in the audit log. */
static Status audit(Exchange *exchange, Error *err)
{
    Request *request = &exchange->request;
    const Route *route = request->route;
    bool has_changed = request->method != METHOD_GET && route->right > RIGHT_READ &&
                       route->right != RIGHT_READ_ALL;
    if (request->is_audited || (!has_changed && exchange->response.file == NULL)) return STATUS_OK;
    /* the first parameter is the name of a thing, unless it is the code of a customer */
    bool has_name = request->parameters_count > 0 &&
                    !text_starts_with(text_of(route->path), TEXT("/api/v1/customers"));
    Text object = has_name ? request->parameters[0].value : TEXT("");
    Text detail =
        arena_printf(request->arena, "%.*s %s", TEXT_FORMAT(request->method_name), route->path);
    return request_audit(request, audit_kind(exchange), object, detail, err);
}

static void run_handler(Exchange *exchange)
{
    Request *request = &exchange->request;
    Error err = {0};
    Status status = feature_admit(request, &err);
    /* who types has sent the next one and left */
    if (status == STATUS_OK && request->route->weight == RUN_HEAVY)
        status = progress_report(&request->progress, "evaluating", 0, 0, &err);
    if (status == STATUS_OK) status = request->route->handle(request, &exchange->response, &err);
    if (status == STATUS_OK) status = response_seal(&exchange->response, &err);
    if (status == STATUS_OK) status = audit(exchange, &err);
    int http_code = request->http_code;
    if (status == STATUS_CANCELLED) {
        switch (request->stop) {
        case STOP_TIME:
            http_code = 504;
            status = error_set(&err, STATUS_LIMIT, "it took longer than %u seconds",
                               request->server->options.request_seconds_max);
            break;
        case STOP_MEMORY:
            http_code = 413;
            status = error_set(&err, STATUS_LIMIT, "it needs too much memory; ask for less");
            break;
        case STOP_SERVER:
            http_code = 503;
            status = error_set(&err, STATUS_CANCELLED, "the server is being stopped");
            break;
        case STOP_NONE:
        case STOP_GONE: break;
        }
    }
    if (status != STATUS_OK) fail(exchange, http_code, status, &err);
}

/* A request with a key is done once, however often it is sent. */
static void run_once(Exchange *exchange)
{
    Request *request = &exchange->request;
    Server *server = request->server;
    const KeyedRequest keyed = {.user_id = request->principal.user_id,
                                .key = request_header(request, "Idempotency-Key"),
                                .method = request->method_name,
                                .path = request->path,
                                .body = request_body(request)};
    bool has_key = keyed.key.size > 0 && request->method == METHOD_POST && keyed.user_id != 0 &&
                   request->route->body != BODY_FILE;
    KeyState state = has_key ? keys_begin(server->keys, &keyed, server->options.clock.utc_second(),
                                          &exchange->response)
                             : KEY_NEW;
    switch (state) {
    case KEY_NEW: run_handler(exchange); break;
    case KEY_WORKING:
        REFUSE(exchange, 0, STATUS_CONFLICT, "the same request is at work; wait for its answer");
        break;
    case KEY_REUSED:
        REFUSE(exchange, 422, STATUS_INVALID, "this Idempotency-Key was used for another request");
        break;
    case KEY_REPEATED: break;
    }
    if (has_key && state == KEY_NEW) keys_end(server->keys, &keyed, &exchange->response);
}

void exchange_submit(Exchange *exchange)
{
    Server *server = exchange->request.server;
    bool is_heavy = exchange->stage == STAGE_WORK && exchange->request.route->weight == RUN_HEAVY;
    if (is_heavy) atomic_fetch_add(&server->heavy_waiting, 1);
    bool is_added = queue_push(is_heavy ? server->heavy : server->light, exchange);
    ASSERT(is_added); /* the queues are closed after the last connection */
}

/* The number of the generation that was asked. Whoever writes is told none: what he wrote comes
 * with a later one, which is not there yet. */
static void name_generation(Exchange *exchange, const DatasetView *view)
{
    Arena *arena = exchange->request.arena;
    unsigned long long generation = dataset_view_generation(view);
    response_header(&exchange->response, "Kohorta-Generation",
                    arena_printf(arena, "%llu", generation));
}

static void close_writer(Request *request)
{
    if (request->writer == NULL) return;
    app_done(&request->writer);
    atomic_fetch_sub(&request->server->writers, 1);
    server_has_written(request->server);
}

static Status prepare(Exchange *exchange, App *app, Error *err)
{
    Request *request = &exchange->request;
    speak_its_language(exchange);
    TRY(app_sync(app, server_clock(request->server), err));
    request->app = app;
    speak_its_language(exchange); /* which may be that of the data */
    return gate_admit(request, err);
}

static void work_at(Exchange *exchange, Desk *desk)
{
    Request *request = &exchange->request;
    Error err = {0};
    request->desk = desk;
    Status status = prepare(exchange, desk->app, &err);
    if (status != STATUS_OK) {
        fail(exchange, request->http_code, status, &err);
    } else if (exchange->stage == STAGE_LET_IN) {
        exchange->stage = STAGE_BODY;
    } else {
        run_once(exchange);
        exchange->stage = STAGE_ANSWERED;
    }
    if (request->app != NULL && request->writer == NULL && exchange->stage == STAGE_ANSWERED) {
        Dataset *dataset;
        const DatasetView *view;
        if (app_view(desk->app, NULL, &dataset, &view, &err) == STATUS_OK) {
            name_generation(exchange, view);
            dataset_release(dataset, view);
        }
    }
    request->app = NULL;
    request->desk = NULL;
    app_rest(desk->app);
    close_writer(request);
}

void exchange_work(Exchange *exchange, Desk *desk)
{
    Request *request = &exchange->request;
    bool is_heavy = exchange->stage == STAGE_WORK && request->route->weight == RUN_HEAVY;
    if (is_heavy) atomic_fetch_sub(&request->server->heavy_waiting, 1);
    work_at(exchange, desk);
    http_resume(request->connection);
}

/* In the thread of the connection; false when no desk is free and in step. */
static bool work_here(Exchange *exchange)
{
    QuickDesks *desks = exchange->request.server->quick_desks;
    Desk *desk = quick_desk_take(desks);
    if (desk == NULL) return false;
    exchange->stage = STAGE_WORK;
    work_at(exchange, desk);
    quick_desk_give(desks, desk);
    return true;
}

ExchangeNext exchange_complete(Exchange *exchange)
{
    speak_its_language(exchange);
    if (exchange->stage == STAGE_ANSWERED) return EXCHANGE_ANSWER;
    if (exchange->request.route->weight == RUN_INLINE) {
        run_handler(exchange);
        exchange->stage = STAGE_ANSWERED;
        return EXCHANGE_ANSWER;
    }
    if (exchange->request.route->weight == RUN_QUICK && work_here(exchange)) return EXCHANGE_ANSWER;
    if (exchange->request.body_descriptor >= 0) {
        close(exchange->request.body_descriptor);
        exchange->request.body_descriptor = -1;
    }
    exchange->stage = STAGE_WORK;
    return EXCHANGE_WAIT;
}

/* ---- the end ---- */

/* Nothing from elsewhere, nothing inside of other pages; styles may be set by scripts of ours. */
#define CONTENT_SECURITY_POLICY                                                               \
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src " \
    "'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

static void add_common_headers(Exchange *exchange)
{
    Response *response = &exchange->response;
    response_header(response, "Request-Id", text_of(exchange->request.id));
    response_header(response, "Content-Security-Policy", TEXT(CONTENT_SECURITY_POLICY));
    response_header(response, "X-Content-Type-Options", TEXT("nosniff"));
    response_header(response, "Referrer-Policy", TEXT("same-origin"));
    response_header(response, "Cross-Origin-Opener-Policy", TEXT("same-origin"));
    response_header(response, "Cross-Origin-Resource-Policy", TEXT("same-origin"));
    if (named_find(&response->headers, "Cache-Control") == NULL)
        response_header(response, "Cache-Control", TEXT("no-store"));
}

void exchange_finish(Exchange *exchange)
{
    Request *request = &exchange->request;
    Response *response = &exchange->response;
    Server *server = request->server;
    if (response->code == 0) response->code = 200;
    add_common_headers(exchange);
    uint64_t nanoseconds = server->options.clock.now_nanoseconds() - request->begin_nanoseconds;
    metrics_count_answer(&server->metrics, response->code, nanoseconds);
    bool is_known = request->route != NULL;
    const LogField fields[] = {
        LOG_TEXT("id", text_of(request->id)),
        LOG_TEXT("method", is_known ? request->method_name : TEXT("-")),
        /* the pattern, not the path: that may hold codes of customers */
        LOG_TEXT("route", is_known ? text_of(request->route->path) : TEXT("-")),
        LOG_NUMBER("code", response->code),
        LOG_NUMBER("microseconds", nanoseconds / 1000),
        LOG_NUMBER("received_bytes", request->body_bytes),
        LOG_NUMBER("user", request->principal.user_id),
    };
    LogLevel level = response->code >= 500 ? LOG_ERROR : LOG_INFO;
    log_line(&server->log, level, "request", fields, sizeof fields / sizeof fields[0]);
}
