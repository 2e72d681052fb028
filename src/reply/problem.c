/* problem.c -- what went wrong, as JSON. */
#include "reply/problem.h"

#include "reply/fields.h"

#include <stdio.h>

enum { TYPE_BYTES = 80 };

void reply_problem(JsonWriter *writer, const Problem *problem)
{
    const char *code = problem->code != NULL ? problem->code : status_name(problem->status);
    int http_code =
        problem->http_code != 0 ? problem->http_code : status_http_code(problem->status);
    bool is_told = problem->detail != NULL && problem->detail[0] != '\0';
    char type[TYPE_BYTES];
    snprintf(type, sizeof type, "urn:kohorta:problem:%s", code);
    field_code(writer, "type", type);
    field_code(writer, "title", status_text(problem->status));
    field_count(writer, "status", (uint64_t)http_code);
    field_code(writer, "code", code);
    field_code(writer, "detail", is_told ? problem->detail : status_text(problem->status));
}
