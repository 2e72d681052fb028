/* http.c -- the HTTP library behind a wall: connections in, exchanges out.
 *
 * 1. `mutex` guards the list of connections and what the list says of each; `streams_mutex` the
 *    list of streams and whether each is suspended. Neither is held while the library calls us,
 *    and only the second while we call the library.
 * 2. A connection is suspended either because its exchange waits for a worker, or because its
 *    stream has nothing new; it is resumed once for each.
 * 3. `waiting` counts the first kind. It is raised before `is_closing` is looked at, so that who
 *    sets that and then sees no one waiting may end the workers. */
#include "server/http.h"

#include "base/decimal.h"
#include "base/memory.h"
#include "server/exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_MEMORY_BYTES = 64 << 10, /* heads of requests must fit in */
    STREAM_BLOCK_BYTES = 4 << 10,
    BACKLOG = 128,
    ADDRESS_BYTES = 64
};
#define PING_NANOSECONDS (UINT64_C(15) * 1000000000)

typedef enum { WAITS_FOR_HEAD, WAITS_FOR_BODY, WAITS_FOR_FILE, AT_WORK } ConnectionPhase;

struct HttpConnection {
    Http *http;
    struct MHD_Connection *handle;
    int socket;
    HttpConnection *previous, *next; /* of all */
    ConnectionPhase phase;
    uint64_t since_nanoseconds;

    Exchange *exchange;
    bool is_being_let_in; /* the worker only finds out who sends */

    HttpConnection *previous_stream, *next_stream;
    bool is_stream, is_suspended, has_news, wants_ping;
    Buffer pending; /* of a stream: made and not sent yet */
    size_t pending_sent;
};

struct Http {
    Server *server;
    HttpOptions options;
    struct MHD_Daemon *daemon;
    int socket;
    unsigned port;
    atomic_bool is_closing;
    atomic_uint waiting;

    pthread_mutex_t mutex;
    HttpConnection *first;
    unsigned connections_count;
    uint64_t now_nanoseconds; /* as of the last tick */

    pthread_mutex_t streams_mutex;
    HttpConnection *first_stream;
    uint64_t pinged_nanoseconds;
};

/* ---- connections ---- */

static void set_phase(HttpConnection *connection, ConnectionPhase phase)
{
    pthread_mutex_lock(&connection->http->mutex);
    connection->phase = phase;
    connection->since_nanoseconds = connection->http->now_nanoseconds;
    pthread_mutex_unlock(&connection->http->mutex);
}

static void add_connection(Http *http, struct MHD_Connection *handle, void **socket_context)
{
    HttpConnection *connection = MEMORY_NEW(HttpConnection);
    *connection = (HttpConnection){
        .http = http,
        .handle = handle,
        .socket = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd};
    *socket_context = connection;
    pthread_mutex_lock(&http->mutex);
    connection->since_nanoseconds = http->now_nanoseconds;
    connection->next = http->first;
    if (http->first != NULL) http->first->previous = connection;
    http->first = connection;
    http->connections_count++;
    pthread_mutex_unlock(&http->mutex);
}

static void remove_connection(Http *http, HttpConnection *connection)
{
    pthread_mutex_lock(&http->mutex);
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        http->first = connection->next;
    if (connection->next != NULL) connection->next->previous = connection->previous;
    http->connections_count--;
    pthread_mutex_unlock(&http->mutex);
    free(connection);
}

static void notice_connection(void *context, struct MHD_Connection *handle, void **socket_context,
                              enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        add_connection(context, handle, socket_context);
    else
        remove_connection(context, *socket_context);
}

static HttpConnection *connection_of(struct MHD_Connection *handle)
{
    return MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

unsigned http_connections_count(Http *http)
{
    pthread_mutex_lock(&http->mutex);
    unsigned count = http->connections_count;
    pthread_mutex_unlock(&http->mutex);
    return count;
}

unsigned http_waiting_count(const Http *http)
{
    return atomic_load(&http->waiting);
}

bool http_is_gone(const HttpConnection *connection)
{
    char byte;
    ssize_t size = recv(connection->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR);
}

static uint64_t patience(const HttpOptions *options, ConnectionPhase phase)
{
    switch (phase) {
    case WAITS_FOR_HEAD: return options->head_nanoseconds_max;
    case WAITS_FOR_BODY: return options->body_nanoseconds_max;
    case WAITS_FOR_FILE: return options->file_nanoseconds_max;
    case AT_WORK: break;
    }
    return UINT64_MAX;
}

/* Shut down what is too slow: the library then closes it. The library's own limit is for silence
 * alone, and a byte now and then would outwit it. */
static void close_slow(Http *http)
{
    for (HttpConnection *c = http->first; c != NULL; c = c->next) {
        uint64_t limit = patience(&http->options, c->phase);
        if (http->now_nanoseconds - c->since_nanoseconds > limit) shutdown(c->socket, SHUT_RDWR);
    }
}

/* ---- streams ---- */

static void resume_stream(HttpConnection *connection)
{
    connection->has_news = true;
    if (!connection->is_suspended) return;
    connection->is_suspended = false;
    MHD_resume_connection(connection->handle);
}

void http_wake_streams(Http *http)
{
    pthread_mutex_lock(&http->streams_mutex);
    for (HttpConnection *c = http->first_stream; c != NULL; c = c->next_stream)
        resume_stream(c);
    pthread_mutex_unlock(&http->streams_mutex);
}

/* A stream that sleeps notices neither that its client is gone nor that time passes. */
static void ping_streams(Http *http, uint64_t now_nanoseconds)
{
    if (now_nanoseconds - http->pinged_nanoseconds < PING_NANOSECONDS) return;
    http->pinged_nanoseconds = now_nanoseconds;
    pthread_mutex_lock(&http->streams_mutex);
    for (HttpConnection *c = http->first_stream; c != NULL; c = c->next_stream) {
        c->wants_ping = true;
        resume_stream(c);
    }
    pthread_mutex_unlock(&http->streams_mutex);
}

static void add_stream(HttpConnection *connection)
{
    Http *http = connection->http;
    pthread_mutex_lock(&http->streams_mutex);
    connection->is_stream = true;
    connection->previous_stream = NULL;
    connection->next_stream = http->first_stream;
    if (http->first_stream != NULL) http->first_stream->previous_stream = connection;
    http->first_stream = connection;
    pthread_mutex_unlock(&http->streams_mutex);
}

static void remove_stream(HttpConnection *connection)
{
    Http *http = connection->http;
    if (!connection->is_stream) return;
    pthread_mutex_lock(&http->streams_mutex);
    if (connection->previous_stream != NULL)
        connection->previous_stream->next_stream = connection->next_stream;
    else
        http->first_stream = connection->next_stream;
    if (connection->next_stream != NULL)
        connection->next_stream->previous_stream = connection->previous_stream;
    connection->is_stream = connection->has_news = connection->wants_ping = false;
    pthread_mutex_unlock(&http->streams_mutex);
    buffer_done(&connection->pending);
    connection->pending_sent = 0;
}

/* Sleep unless something came since we looked. */
static void sleep_stream(HttpConnection *connection)
{
    pthread_mutex_lock(&connection->http->streams_mutex);
    if (!connection->has_news) {
        connection->is_suspended = true;
        MHD_suspend_connection(connection->handle);
    }
    pthread_mutex_unlock(&connection->http->streams_mutex);
}

/* More for `pending`; false at the end of the stream. */
static bool fetch(HttpConnection *connection)
{
    pthread_mutex_lock(&connection->http->streams_mutex);
    bool wants_ping = connection->wants_ping;
    connection->has_news = connection->wants_ping = false;
    pthread_mutex_unlock(&connection->http->streams_mutex);
    if (atomic_load(&connection->http->is_closing)) return false;
    EventStream *stream = &connection->exchange->response.stream;
    buffer_clear(&connection->pending);
    connection->pending_sent = 0;
    bool goes_on = stream->next(stream->context, &connection->pending);
    if (goes_on && connection->pending.size == 0 && wants_ping)
        buffer_cstr(&connection->pending, ": ping\n\n");
    return goes_on || connection->pending.size > 0;
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t size_max)
{
    (void)position;
    HttpConnection *connection = context;
    if (connection->pending_sent == connection->pending.size && !fetch(connection))
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t size = connection->pending.size - connection->pending_sent;
    if (size == 0) {
        sleep_stream(connection);
        return 0;
    }
    if (size > size_max) size = size_max;
    memcpy(out, connection->pending.data + connection->pending_sent, size);
    connection->pending_sent += size;
    return (ssize_t)size;
}

/* ---- answers ---- */

static struct MHD_Response *make_response(HttpConnection *connection)
{
    Response *response = &connection->exchange->response;
    if (response->has_stream) {
        add_stream(connection);
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read_stream,
                                                 connection, NULL);
    }
    if (response->file != NULL) {
        int file = dup(fileno(response->file));
        if (file >= 0) return MHD_create_response_from_fd64(response->file_bytes, file);
    }
    Text body = response->constant.data != NULL ? response->constant : buffer_view(&response->body);
    union {
        const char *constant;
        void *bytes; /* that the library only reads */
    } both = {.constant = body.data};
    return MHD_create_response_from_buffer(body.size, both.bytes, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_answer(HttpConnection *connection)
{
    Exchange *exchange = connection->exchange;
    exchange_finish(exchange);
    struct MHD_Response *made = make_response(connection);
    if (made == NULL) return MHD_NO;
    const Response *response = &exchange->response;
    Arena *arena = exchange->request.arena;
    if (response->content_type != NULL)
        MHD_add_response_header(made, MHD_HTTP_HEADER_CONTENT_TYPE, response->content_type);
    for (size_t i = 0; i < response->headers.count; i++)
        MHD_add_response_header(made, arena_cstr(arena, response->headers.items[i].name),
                                arena_cstr(arena, response->headers.items[i].value));
    if (atomic_load(&connection->http->is_closing))
        MHD_add_response_header(made, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result = MHD_queue_response(connection->handle, (unsigned)response->code, made);
    MHD_destroy_response(made);
    return result;
}

/* ---- requests ---- */

static void name_address(struct MHD_Connection *handle, char out[ADDRESS_BYTES])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    out[0] = '\0';
    if (info == NULL || info->client_addr == NULL) return;
    const union {
        const struct sockaddr *any;
        const struct sockaddr_in *four;
        const struct sockaddr_in6 *six;
    } address = {info->client_addr};
    bool is_six = address.any->sa_family == AF_INET6;
    const void *bytes =
        is_six ? (const void *)&address.six->sin6_addr : (const void *)&address.four->sin_addr;
    if (inet_ntop(address.any->sa_family, bytes, out, ADDRESS_BYTES) == NULL) out[0] = '\0';
}

static enum MHD_Result add_query(void *context, enum MHD_ValueKind kind, const char *name,
                                 size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    Text text = value != NULL ? (Text){value, value_size} : TEXT("");
    exchange_add_query(context, (Text){name, name_size}, text);
    return MHD_YES;
}

static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind, const char *name,
                                  size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    Text text = value != NULL ? (Text){value, value_size} : TEXT("");
    exchange_add_header(context, (Text){name, name_size}, text);
    return MHD_YES;
}

static Exchange *begin_exchange(HttpConnection *connection, const char *path, const char *method)
{
    char address[ADDRESS_BYTES];
    name_address(connection->handle, address);
    const ExchangeHead head = {.method = text_of(method),
                               .path = text_of(path),
                               .address = text_of(address),
                               .connection = connection};
    Exchange *exchange = exchange_new(connection->http->server, &head);
    MHD_get_connection_values_n(connection->handle, MHD_GET_ARGUMENT_KIND, add_query, exchange);
    MHD_get_connection_values_n(connection->handle, MHD_HEADER_KIND, add_header, exchange);
    return exchange;
}

static enum MHD_Result wait_for_worker(HttpConnection *connection)
{
    Http *http = connection->http;
    atomic_fetch_add(&http->waiting, 1);
    if (atomic_load(&http->is_closing)) {
        atomic_fetch_sub(&http->waiting, 1);
        return MHD_NO;
    }
    set_phase(connection, AT_WORK);
    connection->is_being_let_in = connection->exchange->stage == STAGE_LET_IN;
    MHD_suspend_connection(connection->handle);
    exchange_submit(connection->exchange);
    return MHD_YES;
}

void http_resume(HttpConnection *connection)
{
    Http *http = connection->http;
    MHD_resume_connection(connection->handle);
    atomic_fetch_sub(&http->waiting, 1);
}

static enum MHD_Result go_on(HttpConnection *connection, ExchangeNext next)
{
    switch (next) {
    case EXCHANGE_RECEIVE:
        set_phase(connection,
                  exchange_is_file(connection->exchange) ? WAITS_FOR_FILE : WAITS_FOR_BODY);
        return MHD_YES;
    case EXCHANGE_WAIT: return wait_for_worker(connection);
    case EXCHANGE_ANSWER: set_phase(connection, AT_WORK); return send_answer(connection);
    }
    return MHD_NO;
}

/* Called at the head of a request, for each piece of its body, at its end, and after resuming.
 * NOLINT(function-size): callback */
static enum MHD_Result handle_access(void *context, struct MHD_Connection *handle, const char *url,
                                     const char *method, const char *version,
                                     const char *upload_data, size_t *upload_data_size,
                                     void **request_context)
{
    (void)context;
    (void)version;
    HttpConnection *connection = connection_of(handle);
    if (*request_context == NULL) {
        connection->exchange = begin_exchange(connection, url, method);
        *request_context = connection->exchange;
        ExchangeNext next = exchange_head(connection->exchange);
        /* an answer at the head means to the library that the body is not wanted, and it closes
         * the connection; there is another call after the body, or right after this one */
        bool comes_again = next == EXCHANGE_ANSWER && exchange_can_drain(connection->exchange);
        return comes_again ? MHD_YES : go_on(connection, next);
    }
    Exchange *exchange = connection->exchange;
    if (connection->is_being_let_in) {
        connection->is_being_let_in = false;
        return go_on(connection,
                     exchange->stage == STAGE_BODY ? EXCHANGE_RECEIVE : EXCHANGE_ANSWER);
    }
    if (*upload_data_size > 0) {
        Text piece = {upload_data, *upload_data_size};
        *upload_data_size = 0;
        return exchange_receive(exchange, piece) ? MHD_YES : MHD_NO;
    }
    return go_on(connection, exchange_complete(exchange));
}

static void end_request(void *context, struct MHD_Connection *handle, void **request_context,
                        enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)code;
    if (*request_context == NULL) return;
    HttpConnection *connection = connection_of(handle);
    remove_stream(connection);
    exchange_free(*request_context);
    *request_context = NULL;
    connection->exchange = NULL;
    set_phase(connection, WAITS_FOR_HEAD);
}

/* Addresses stay as they were sent: what is decoded too early cannot be told apart any more. */
static size_t leave_escaped(void *context, struct MHD_Connection *handle, char *text)
{
    (void)context;
    (void)handle;
    return strlen(text);
}

/* ---- listening ---- */

static bool is_port(Text text)
{
    int64_t number;
    int scale;
    return decimal_parse(text, &number, &scale) && scale == 0 && number >= 0 &&
           number <= UINT16_MAX;
}

static Status split_address(Text address, char host[256], char port[8], Error *err)
{
    size_t colon = address.size;
    while (colon > 0 && address.data[colon - 1] != ':')
        colon--;
    Text host_text = text_slice(address, 0, colon > 0 ? colon - 1 : 0);
    Text port_text = text_slice(address, colon, address.size);
    bool has_brackets =
        text_starts_with(host_text, TEXT("[")) && text_ends_with(host_text, TEXT("]"));
    if (has_brackets) host_text = text_slice(host_text, 1, host_text.size - 1);
    if (colon == 0 || host_text.size == 0 || host_text.size > 255 || !is_port(port_text))
        return error_set(err, STATUS_INVALID,
                         "'%.*s' is no address to listen on; write it like 127.0.0.1:8080",
                         TEXT_FORMAT(address));
    snprintf(host, 256, "%.*s", TEXT_FORMAT(host_text));
    snprintf(port, 8, "%.*s", TEXT_FORMAT(port_text));
    return STATUS_OK;
}

static int open_socket(const struct addrinfo *info)
{
    int listener = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int yes = 1;
    if (listener < 0) return -1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, info->ai_addr, info->ai_addrlen) == 0 && listen(listener, BACKLOG) == 0)
        return listener;
    int system_error = errno;
    close(listener);
    errno = system_error;
    return -1;
}

static Status listen_on(Text address, int *ret_socket, Error *err)
{
    char host[256], port[8];
    TRY(split_address(address, host, port, err));
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, port, &hints, &found) != 0)
        return error_set(err, STATUS_INVALID, "'%.*s' is no address of this machine",
                         TEXT_FORMAT(address));
    *ret_socket = open_socket(found);
    int system_error = errno;
    freeaddrinfo(found);
    if (*ret_socket >= 0) return STATUS_OK;
    return error_set_system(err, system_error, "cannot listen on '%.*s'", TEXT_FORMAT(address));
}

static unsigned port_of(int listener)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    char port[8] = "";
    if (getsockname(listener, (struct sockaddr *)&address, &size) != 0) return 0;
    if (getnameinfo((struct sockaddr *)&address, size, NULL, 0, port, sizeof port,
                    NI_NUMERICSERV) != 0)
        return 0;
    return (unsigned)strtoul(port, NULL, 10);
}

static struct MHD_Daemon *start_daemon(Http *http)
{
    const HttpOptions *options = &http->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    return MHD_start_daemon(flags, 0, NULL, NULL, handle_access, http,             //
                            MHD_OPTION_LISTEN_SOCKET, http->socket,                //
                            MHD_OPTION_THREAD_POOL_SIZE, options->threads_count,   //
                            MHD_OPTION_CONNECTION_LIMIT, options->connections_max, //
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                            options->connections_per_address_max,                                //
                            MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds_max,            //
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY_BYTES, //
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,                                     //
                            MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,                   //
                            MHD_OPTION_NOTIFY_COMPLETED, end_request, http,                      //
                            MHD_OPTION_NOTIFY_CONNECTION, notice_connection, http,               //
                            MHD_OPTION_END);
}

Status http_start(Server *server, const HttpOptions *options, Http **ret_http, Error *err)
{
    int listener = options->socket;
    if (listener < 0) TRY(listen_on(options->address, &listener, err));
    Http *http = MEMORY_NEW(Http);
    http->server = server;
    http->options = *options;
    http->socket = listener;
    http->port = port_of(listener);
    pthread_mutex_init(&http->mutex, NULL);
    pthread_mutex_init(&http->streams_mutex, NULL);
    http->daemon = start_daemon(http);
    *ret_http = http;
    if (http->daemon != NULL) return STATUS_OK;
    http_stop(http);
    *ret_http = NULL;
    close(listener);
    return error_set(err, STATUS_IO, "the HTTP library cannot start");
}

unsigned http_port(const Http *http)
{
    return http->port;
}

void http_tick(Http *http, uint64_t now_nanoseconds)
{
    pthread_mutex_lock(&http->mutex);
    /* the first tick begins the clock for those who came before it */
    bool is_first = http->now_nanoseconds == 0;
    http->now_nanoseconds = now_nanoseconds;
    for (HttpConnection *c = is_first ? http->first : NULL; c != NULL; c = c->next)
        c->since_nanoseconds = now_nanoseconds;
    close_slow(http);
    pthread_mutex_unlock(&http->mutex);
    ping_streams(http, now_nanoseconds);
}

void http_quiesce(Http *http)
{
    if (atomic_exchange(&http->is_closing, true)) return;
    MHD_quiesce_daemon(http->daemon); /* the socket is ours, http_stop closes it */
    http_wake_streams(http);
}

void http_stop(Http *http)
{
    ASSERT(http->daemon == NULL || http_waiting_count(http) == 0);
    if (http->daemon != NULL) {
        http_wake_streams(http);
        MHD_stop_daemon(http->daemon);
        close(http->socket);
    }
    pthread_mutex_destroy(&http->mutex);
    pthread_mutex_destroy(&http->streams_mutex);
    free(http);
}
