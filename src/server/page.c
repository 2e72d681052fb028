/* page.c -- the page of the browser, from the files inside the program.
 *
 * A name is looked up as it was sent, so there is no way out of the table. Addresses of the page's
 * own, which no file has, get the page itself: it shows them. */
#include "server/page.h"

#include "server/web_files.h"

static const char no_page[] =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Kohorta</title>\n"
    "<h1>Kohorta is running, without its page</h1>\n"
    "<p>The program was built where Node.js or npm was missing. Install them with "
    "<code>tools/install_dependencies.sh build</code> and build again with "
    "<code>make build</code>.\n"
    "<p>The API answers at <code>/api/v1</code>.\n";

static const WebFile *find_file(Text name)
{
    for (size_t i = 0; i < web_files_count; i++)
        if (text_equal(text_of(web_files[i].name), name)) return &web_files[i];
    return NULL;
}

static bool takes(const Request *request, const char *header, Text word)
{
    Text value = request_header(request, header);
    return value.data != NULL && text_contains(value, word);
}

static void send_file(const Request *request, Response *response, const WebFile *file)
{
    response_header(response, "ETag", text_of(file->etag));
    response_header(response, "Vary", TEXT("Accept-Encoding"));
    response_header(response, "Cache-Control",
                    file->is_immutable ? TEXT("public, max-age=31536000, immutable")
                                       : TEXT("no-cache"));
    if (takes(request, "If-None-Match", text_of(file->etag))) {
        response_code(response, 304);
        return;
    }
    bool is_packed = file->gzip != NULL && takes(request, "Accept-Encoding", TEXT("gzip"));
    if (is_packed) response_header(response, "Content-Encoding", TEXT("gzip"));
    const unsigned char *bytes = is_packed ? file->gzip : file->bytes;
    response_constant(response, file->content_type,
                      (Text){(const char *)bytes, is_packed ? file->gzip_size : file->size});
}

bool page_answer(const Request *request, Response *response)
{
    bool is_get = text_equal(request->method_name, TEXT("GET")) ||
                  text_equal(request->method_name, TEXT("HEAD"));
    if (!is_get || text_starts_with(request->path, TEXT("/api/"))) return false;
    const WebFile *file = find_file(request->path);
    bool wants_page =
        text_equal(request->path, TEXT("/")) || takes(request, "Accept", TEXT("text/html"));
    if (file == NULL && wants_page) file = find_file(TEXT("/index.html"));
    if (file != NULL) {
        send_file(request, response, file);
        return true;
    }
    if (!wants_page) return false;
    response_constant(response, "text/html; charset=utf-8", text_of(no_page));
    return true;
}
