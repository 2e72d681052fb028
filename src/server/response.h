/* response.h -- how a route answers: JSON, a file, bytes, a stream of events, or a problem. */
#pragma once

#include "reply/json_writer.h"
#include "server/request.h"

#include <stdio.h>

typedef struct Response Response;

/* 200 unless told otherwise. For a problem: the HTTP code instead of that of the status. */
void response_code(Response *response, int http_code);
/* 201 with Location. */
void response_created(Response *response, Text location);
/* The value is copied; control characters are left out. */
void response_header(Response *response, const char *name, Text value);
/* ETag: `etag` in quotes, as If-Match has it. */
void response_etag(Response *response, Text etag);
/* An answer of nothing: 204. */
void response_nothing(Response *response);

/* The JSON of the answer: one value is to be written. */
JsonWriter *response_json(Response *response);
/* "next": the cursor of the next page, or null when there is none; within the answer's object. */
void response_next(JsonWriter *writer, bool has_more, Text after);

/* A few bytes, copied. */
void response_text(Response *response, const char *content_type, Text text);
/* Bytes that live as long as the program. */
void response_constant(Response *response, const char *content_type, Text bytes);
/* A file to write the answer to, of any size; what is written is sent after the handler has
 * returned OK, so an error is a whole problem and never half a file. With a name the browser saves
 * it under that name. */
MUST_CHECK Status response_file(Response *response, const char *content_type, Text name,
                                FILE **ret_file, Error *err);

/* A file that is there already, saved by the browser under this name. */
MUST_CHECK Status response_stored_file(Response *response, const char *content_type, Text name,
                                       const char *path, Error *err);

/* Server-sent events. `next` appends whole events to `out`, or nothing when there is nothing new
 * (it is asked again after response_streams_wake and every 15 seconds); false ends the stream after
 * `out`. It is called from a thread of the connection and must not wait; `done` is called once. */
typedef struct {
    bool (*next)(void *context, Buffer *out);
    void (*done)(void *context);
    void *context;
} EventStream;
void response_stream(Response *response, EventStream stream);

/* Members to add to the problem when the handler returns an error, for instance diagnostics. */
JsonWriter *response_problem(Response *response);
/* The code of the problem instead of that of the status: "CONFIRM". A constant. */
void response_problem_code(Response *response, const char *code);
