/* problem.h -- what went wrong, as the server and the command line tell it: one shape (RFC 9457).
 */
#pragma once

#include "base/error.h"
#include "reply/json_writer.h"

typedef struct {
    Status status;
    int http_code;      /* 0: that of the status */
    const char *code;   /* to act on; NULL: the name of the status */
    const char *detail; /* the sentence; empty: what the status is called */
} Problem;

/* Members of an object that the caller has begun: type, title, status, code, detail. */
void reply_problem(JsonWriter *writer, const Problem *problem);
