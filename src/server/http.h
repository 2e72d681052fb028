/* http.h -- the HTTP library behind a wall: connections in, exchanges out. Only http.c includes
 * microhttpd.h. */
#pragma once

#include "base/error.h"
#include "base/text.h"

#include <stdint.h>

typedef struct Server Server;
typedef struct Http Http;
typedef struct HttpConnection HttpConnection;

typedef struct {
    int socket;             /* listening already, or -1: listen on `address` */
    Text address;           /* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one */
    unsigned threads_count; /* at least 2 */
    unsigned connections_max, connections_per_address_max;
    unsigned idle_seconds_max;     /* of a connection in which nothing moves */
    uint64_t head_nanoseconds_max; /* from its begin, or the last answer, to a complete head */
    uint64_t body_nanoseconds_max; /* from the head to the end of a body that is kept in memory */
    uint64_t file_nanoseconds_max; /* of one that is a file */
} HttpOptions;

/* IO when the address cannot be listened on, INVALID when it is none. */
MUST_CHECK Status http_start(Server *server, const HttpOptions *options, Http **ret_http,
                             Error *err);
/* Take no new connections. */
void http_quiesce(Http *http);
/* Close everything; no exchange is with a worker any more. */
void http_stop(Http *http);

unsigned http_port(const Http *http);
/* From a worker: the exchange of this connection has its answer. */
void http_resume(HttpConnection *connection);
/* From a worker whose exchange waits: whether the client has closed the connection. */
bool http_is_gone(const HttpConnection *connection);
/* From any thread: streams have something new. */
void http_wake_streams(Http *http);
/* Now and then: close connections that are too slow. */
void http_tick(Http *http, uint64_t now_nanoseconds);
unsigned http_connections_count(Http *http);
/* Exchanges that are with a worker now. */
unsigned http_waiting_count(const Http *http);
