/* exchange.h -- one request and its answer on their way through the server; inside of src/server.
 *
 *   http.c: head arrives ─ exchange_new ─ exchange_head ─┬─ answer at once (a problem, inline)
 *                                                        ├─ let the sender in first ─ worker ─┐
 *           body arrives ─ exchange_receive <────────────┴────────────────────────────────────┘
 *           body complete ─ exchange_complete ─┬─ answer at once
 *                                              └─ wait ─ worker: exchange_work ─ http_resume
 *           answer sent ─ exchange_free
 *
 * An exchange belongs to the thread of its connection, and while it waits to the worker. */
#pragma once

#include "server/desk.h"
#include "server/response.h"
#include "server/route.h"

enum { PATH_PARAMETERS_MAX = 8, HTTP_JSON_BYTES_MAX = 1 << 20, REQUEST_ID_BYTES = 24 };

typedef struct Server Server;
typedef struct HttpConnection HttpConnection;

typedef struct {
    Text name, value;
} NamedText;

typedef struct {
    NamedText *items;
    size_t count, capacity;
} NamedTexts;

/* Why a question was told to stop. */
typedef enum { STOP_NONE, STOP_GONE, STOP_TIME, STOP_MEMORY, STOP_SERVER } StopReason;

struct Request {
    Arena *arena;
    Server *server;
    HttpConnection *connection;
    char id[REQUEST_ID_BYTES];
    uint64_t begin_nanoseconds;

    Method method;
    Text method_name; /* as sent; another than those of Method has no route */
    Text path;        /* as sent */
    Text address;     /* of the client */
    const Route *route;
    NamedText parameters[PATH_PARAMETERS_MAX];
    size_t parameters_count;
    NamedTexts query, headers;

    Buffer body;
    uint64_t body_bytes;   /* received */
    uint64_t body_max;     /* bytes */
    const char *body_path; /* BODY_FILE; NULL: none, or taken */
    int body_descriptor;
    json_t *json; /* parsed on demand */

    Principal principal;
    Text session; /* its secret; empty: none, or a token */
    Desk *desk;   /* where it is answered */
    App *app;     /* of the desk, between app_sync and app_rest */
    App *writer;
    Progress progress;
    uint64_t deadline_nanoseconds;
    bool is_audited; /* the handler has told what was done */
    StopReason stop;
    int http_code; /* of a failure, when it says more than the status; else 0 */
};

struct Response {
    Arena *arena; /* of the request */
    int code;     /* 0: not told */
    const char *content_type;
    NamedTexts headers;
    Buffer body;
    JsonWriter json;
    Text constant; /* instead of the body */
    FILE *file;    /* instead of the body */
    uint64_t file_bytes;
    bool has_stream;
    EventStream stream;
    Buffer problem; /* members to add */
    JsonWriter problem_json;
    const char *problem_code;
    uint64_t retry_seconds; /* Retry-After of a problem; 0: not told */
};

typedef enum {
    EXCHANGE_RECEIVE, /* the body may come */
    EXCHANGE_ANSWER,  /* the response is ready */
    EXCHANGE_WAIT     /* a worker has it: suspend the connection before exchange_submit */
} ExchangeNext;

typedef enum {
    STAGE_HEAD,   /* nothing decided yet */
    STAGE_LET_IN, /* a worker finds out who sends */
    STAGE_BODY,
    STAGE_WORK,
    STAGE_ANSWERED
} ExchangeStage;

typedef struct {
    Request request;
    Response response;
    ExchangeStage stage;
} Exchange;

/* What the connection tells about a request. The texts are copied. */
typedef struct {
    Text method, path;
    Text address;
    HttpConnection *connection;
} ExchangeHead;

Exchange *exchange_new(Server *server, const ExchangeHead *head);
void exchange_free(Exchange *exchange);
/* Query parameters and headers as they were sent; a problem is noted and told by exchange_head. */
void exchange_add_query(Exchange *exchange, Text name, Text value);
void exchange_add_header(Exchange *exchange, Text name, Text value);

ExchangeNext exchange_head(Exchange *exchange);
/* Whether the body of a request that is answered already may come all the same, to be thrown away:
 * who is cut off while he sends may never see the answer. */
bool exchange_can_drain(const Exchange *exchange);
/* Whether the body is a file, for which there is more time. */
bool exchange_is_file(const Exchange *exchange);
/* False: so much too much that the connection is to be closed. */
bool exchange_receive(Exchange *exchange, Text piece);
ExchangeNext exchange_complete(Exchange *exchange);
/* Hand it to the workers; the connection is suspended already. */
void exchange_submit(Exchange *exchange);
/* In a worker: let the sender in, or do the work. The desk is the worker's. */
void exchange_work(Exchange *exchange, Desk *desk);
/* After the answer is complete, before it is sent: headers that all answers have; a line in the
 * log; numbers of the metrics. */
void exchange_finish(Exchange *exchange);

/* ---- request.c ---- */

/* %XX decoded; false when it is malformed, no UTF-8 or has control characters. */
bool request_decode(Text encoded, Arena *arena, Text *ret_text);
NamedText *named_find(const NamedTexts *list, const char *name);

/* ---- router.c ---- */

/* The route of a method and a path. NOT_FOUND without one; *ret_allowed gets the methods of the
 * path, "GET, POST", when it has others, and is empty when the path has none. */
MUST_CHECK Status router_find(Request *request, const Route **ret_route, Text *ret_allowed,
                              Error *err);

/* ---- response.c ---- */

void response_init(Response *response, Arena *arena);
void response_done(Response *response);
/* The answer becomes a problem: what was written so far is forgotten. */
void response_fail(Response *response, const Request *request, Status status, const Error *err);
/* Flush the file of the answer and learn its size. */
MUST_CHECK Status response_seal(Response *response, Error *err);
