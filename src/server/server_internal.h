/* server_internal.h -- the inside of a Server, shared by the files of src/server.
 *
 * 1. What is not atomic and not behind a mutex is constant between server_start and server_close.
 * 2. An exchange is in one queue at most, so the queues never fill up: their room is that for all
 *    connections. */
#pragma once

#include "base/thread.h"
#include "base/zone.h"
#include "server/desk.h"
#include "server/exchange.h"
#include "server/http.h"
#include "server/jobs.h"
#include "server/keys.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/notes.h"
#include "server/server.h"
#include "server/sessions.h"
#include "server/throttle.h"
#include "server/uploads.h"
#include "server/watcher.h"

#include <stdatomic.h>

typedef struct {
    Server *server;
    Queue *queue;
    Desk desk;
    Thread thread;
    bool is_started;
} Worker;

struct Server {
    Arena *arena;
    ServerOptions options;
    Dataset *dataset;
    _Atomic(Zone *) zone; /* of the business */
    Buffer zone_name;     /* as the settings call it */
    Zone *zone_before;    /* somebody may still look at it */
    Http *http;
    Log log;
    Metrics metrics;
    Sessions *sessions;
    Throttle throttle;
    Notes *notes;
    Jobs *jobs;
    Keys *keys;
    Uploads *uploads;
    Watcher *watcher;

    Standings *standings;
    QuickDesks *quick_desks;
    Queue *light, *heavy;
    Worker *workers;
    size_t workers_count;
    atomic_uint heavy_waiting;
    atomic_uint writers; /* requests that write, or wait to */

    atomic_bool is_ready;    /* the data can be asked */
    atomic_bool is_stopping; /* questions are to end */
    atomic_uint_fast64_t requests_count;
    char boot[9]; /* tells requests of this start from those of others */
};

AppClock server_clock(const Server *server);
Moment server_now(const Server *server); /* on the wall of the business */
Date server_today(const Server *server);
/* The time zone of the settings, from now on; by one thread at a time. */
MUST_CHECK Status server_follow_zone(Server *server, Text name, Error *err);
/* Something was committed by this process: let questions see it. */
void server_has_written(Server *server);

/* ---- workers.c ---- */

MUST_CHECK Status workers_start(Server *server, Error *err);
/* Let them end what waits; every exchange is answered after it. */
void workers_stop(Server *server);
