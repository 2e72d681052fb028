/* server.h -- kohorta serve: one process that answers over HTTP while others may work beside it.
 *
 *   server_start ─> Server ─ server_run (until told to stop) ─ server_close
 *
 * Threads: those of the HTTP library answer what costs nothing; light and heavy workers have an App
 * each over one shared data set; the watcher notices what others commit and keeps live segments
 * true; jobs run beside. */
#pragma once

#include "base/date.h"
#include "base/error.h"
#include "base/text.h"

#include <signal.h>
#include <stdio.h>

typedef struct Server Server;

typedef struct {
    int64_t (*utc_second)(void);
    uint64_t (*now_nanoseconds)(void); /* steady */
    bool has_today;                    /* a day to be taken for today instead of the clock's */
    Date today;
} ServerClock;

typedef enum { LOG_LOGFMT, LOG_JSON, LOG_NONE } LogFormat;

typedef struct {
    const char *directory;
    Text listen;                   /* "127.0.0.1:8080" */
    int socket;                    /* listening already (socket activation); -1: none */
    const char *notify_socket;     /* of systemd; NULL: none */
    uint64_t watchdog_nanoseconds; /* systemd wants a sign of life as often; 0: it does not */
    bool is_behind_proxy;          /* the last of X-Forwarded-For is the client */
    Text version;
    ServerClock clock;
    FILE *log; /* borrowed; lines without personal data */
    LogFormat log_format;
    unsigned light_workers, heavy_workers; /* 0: usual */
    unsigned connections_max;              /* 0: usual */
    uint64_t upload_bytes_max;             /* 0: usual */
    unsigned request_seconds_max;          /* of one question; 0: usual */
    unsigned head_seconds_max; /* to send a head; three times that for a body; 0: usual */
} ServerOptions;

/* Listen and begin to make the data ready; requests are told to come again until it is.
 * errors  as store_open and dataset_open; IO when the address cannot be listened on */
MUST_CHECK Status server_start(const ServerOptions *options, Server **ret_server, Error *err);
unsigned server_port(const Server *server);
/* Serve until *is_interrupted; then let what is under way end, cancel what takes too long. */
void server_run(Server *server, const volatile sig_atomic_t *is_interrupted);
void server_close(Server *server); /* accepts NULL */
void server_done(Server **server);
