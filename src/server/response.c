/* response.c -- how a route answers. */
#include "reply/problem.h"
#include "server/exchange.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void response_init(Response *response, Arena *arena)
{
    *response = (Response){.arena = arena};
    response->json.out = &response->body;
    response->problem_json.out = &response->problem;
}

/* Forget the answer, but not the members of a problem. */
static void forget_answer(Response *response)
{
    buffer_clear(&response->body);
    response->json = (JsonWriter){.out = &response->body};
    response->constant = (Text){0};
    if (response->file != NULL) fclose(response->file);
    response->file = NULL;
    if (response->has_stream) response->stream.done(response->stream.context);
    response->has_stream = false;
    response->headers.count = 0;
}

void response_done(Response *response)
{
    forget_answer(response);
    buffer_done(&response->body);
    buffer_done(&response->problem);
}

void response_code(Response *response, int http_code)
{
    response->code = http_code;
}

void response_header(Response *response, const char *name, Text value)
{
    Text copy = arena_text(response->arena, value);
    char *bytes = arena_alloc(response->arena, value.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < copy.size; i++)
        if ((unsigned char)copy.data[i] >= ' ' && copy.data[i] != 0x7f)
            bytes[size++] = copy.data[i];
    NamedText header = {text_of(name), {bytes, size}};
    ARENA_PUSH(response->arena, &response->headers, header);
}

void response_created(Response *response, Text location)
{
    response->code = 201;
    response_header(response, "Location", location);
}

void response_etag(Response *response, Text etag)
{
    response_header(response, "ETag", arena_printf(response->arena, "\"%.*s\"", TEXT_FORMAT(etag)));
}

void response_nothing(Response *response)
{
    response->code = 204;
}

JsonWriter *response_json(Response *response)
{
    response->content_type = "application/json";
    return &response->json;
}

void response_next(JsonWriter *writer, bool has_more, Text after)
{
    json_key(writer, "next");
    if (has_more)
        json_text(writer, after);
    else
        json_nothing(writer);
}

void response_text(Response *response, const char *content_type, Text text)
{
    response->content_type = content_type;
    buffer_clear(&response->body);
    buffer_text(&response->body, text);
}

void response_constant(Response *response, const char *content_type, Text bytes)
{
    response->content_type = content_type;
    response->constant = bytes;
}

/* The name for the browser: in %XX form, since it may hold any letters. */
static void name_file(Response *response, Text name)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_cstr(&out, "attachment; filename*=UTF-8''");
    for (size_t i = 0; i < name.size; i++) {
        unsigned char byte = (unsigned char)name.data[i];
        bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                        (byte >= 'A' && byte <= 'Z') || byte == '.' || byte == '-' || byte == '_';
        if (is_plain)
            buffer_char(&out, (char)byte);
        else
            buffer_printf(&out, "%%%02X", byte);
    }
    response_header(response, "Content-Disposition", buffer_view(&out));
}

Status response_file(Response *response, const char *content_type, Text name, FILE **ret_file,
                     Error *err)
{
    ASSERT(response->file == NULL);
    response->file = tmpfile();
    if (response->file == NULL)
        return error_set(err, STATUS_IO, "there is no room for the file of the answer");
    response->content_type = content_type;
    if (name.size > 0) name_file(response, name);
    *ret_file = response->file;
    return STATUS_OK;
}

Status response_stored_file(Response *response, const char *content_type, Text name,
                            const char *path, Error *err)
{
    ASSERT(response->file == NULL);
    response->file = fopen(path, "rbe");
    if (response->file == NULL) return error_set_system(err, errno, "'%.*s'", TEXT_FORMAT(name));
    response->content_type = content_type;
    name_file(response, name);
    return STATUS_OK;
}

Status response_seal(Response *response, Error *err)
{
    if (response->file == NULL) return STATUS_OK;
    off_t size = fflush(response->file) == 0 && ferror(response->file) == 0
                     ? lseek(fileno(response->file), 0, SEEK_END)
                     : -1;
    if (size < 0) return error_set(err, STATUS_IO, "the file of the answer was not written whole");
    response->file_bytes = (uint64_t)size;
    return STATUS_OK;
}

void response_stream(Response *response, EventStream stream)
{
    ASSERT(!response->has_stream);
    response->content_type = "text/event-stream";
    response->has_stream = true;
    response->stream = stream;
    response_header(response, "X-Accel-Buffering", TEXT("no"));
}

JsonWriter *response_problem(Response *response)
{
    return &response->problem_json;
}

void response_problem_code(Response *response, const char *code)
{
    response->problem_code = code;
}

/* ---- problems ---- */

/* Codes where the HTTP code says more than the status. */
static const struct {
    int http_code;
    const char *code;
} http_problems[] = {
    {401, "UNAUTHENTICATED"},   {405, "METHOD_NOT_ALLOWED"},
    {412, "CHANGED_MEANWHILE"}, {413, "TOO_LARGE"},
    {415, "UNSUPPORTED"},       {422, "KEY_REUSED"},
    {429, "TOO_MANY"},          {503, "BUSY"},
    {504, "TIMEOUT"},
};

static const char *problem_code(const Response *response, Status status)
{
    if (response->problem_code != NULL) return response->problem_code;
    for (size_t i = 0; i < sizeof http_problems / sizeof http_problems[0]; i++)
        if (http_problems[i].http_code == response->code) return http_problems[i].code;
    return status_name(status);
}

void response_fail(Response *response, const Request *request, Status status, const Error *err)
{
    ASSERT(status != STATUS_OK);
    forget_answer(response);
    if (response->code < 400) response->code = status_http_code(status);
    response->content_type = "application/problem+json";
    if (response->retry_seconds > 0)
        response_header(
            response, "Retry-After",
            arena_printf(response->arena, "%llu", (unsigned long long)response->retry_seconds));
    JsonWriter *writer = &response->json;
    json_begin(writer, '{');
    reply_problem(writer, &(Problem){.status = status,
                                     .http_code = response->code,
                                     .code = problem_code(response, status),
                                     .detail = err->message});
    json_key(writer, "request_id");
    json_cstr(writer, request->id);
    if (response->problem.size > 0) {
        buffer_char(writer->out, ',');
        buffer_text(writer->out, buffer_view(&response->problem));
    }
    json_end(writer, '}');
}
