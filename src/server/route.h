/* route.h -- what a route of the API is: who may call it, what it learns of the request, how it
 * answers. Everything that a routes_*.c file needs stands here, in request.h and in response.h.
 *
 *   static const Route routes[] = {{METHOD_GET, "/api/v1/segments/{name}", RIGHT_READ, RUN_LIGHT,
 *                                   BODY_NONE, get_segment}, ...};
 *
 * A handler runs in a thread that has an App of its own, synchronised with the data right before.
 * It returns OK with an answer in `response`, or a status and a sentence, which become problem+json
 * with the HTTP code of the status. It holds no logic: it reads the request, calls one verb, lets
 * src/reply write what came out. */
#pragma once

#include "access/access.h"
#include "server/request.h"
#include "server/response.h"

typedef enum {
    RUN_INLINE, /* microseconds, without an App: answered in the thread of the connection */
    RUN_QUICK,  /* tens of microseconds, only reads: there as well when a desk is free and in step,
                   else as a light one */
    RUN_LIGHT,  /* milliseconds: something is looked up, a rule is parsed, something is written */
    RUN_HEAVY   /* asks the whole base; such requests wait for each other, never the light ones */
} RouteWeight;

typedef enum {
    BODY_NONE, /* a body is refused */
    BODY_JSON, /* in memory, a JSON object: request_json; at most HTTP_JSON_BYTES_MAX */
    BODY_TEXT, /* in memory, any bytes: request_body; the same limit */
    BODY_FILE  /* spooled to a file: request_body_file; the sender was let in before it came */
} RouteBody;

typedef struct {
    Method method;
    const char *path; /* "/api/v1/segments/{name}/members"; a parameter is one whole part */
    Right right;      /* RIGHT_NONE: anybody, RIGHT_SIGNED_IN: whoever is signed in */
    RouteWeight weight;
    RouteBody body;
    Status (*handle)(Request *request, Response *response, Error *err);
} Route;

typedef struct {
    const Route *items;
    size_t count;
} RouteTable;

/* All tables, one per routes_*.c file (routes.c). */
extern const RouteTable *const route_tables[];
extern const size_t route_tables_count;
