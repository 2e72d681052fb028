/* request.c -- what a route learns of a request. */
#include "server/server_internal.h"

#include "base/decimal.h"
#include "base/fold.h"
#include "model/language.h"

#include <stdlib.h>
#include <string.h>

/* ---- texts from outside ---- */

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

static bool has_control(Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool is_space = byte == '\n' || byte == '\r' || byte == '\t';
        if ((byte < ' ' && !is_space) || byte == 0x7f) return true;
    }
    return false;
}

bool request_decode(Text encoded, Arena *arena, Text *ret_text)
{
    char *out = arena_alloc(arena, encoded.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < encoded.size; i++) {
        if (encoded.data[i] != '%') {
            out[size++] = encoded.data[i];
            continue;
        }
        if (i + 2 >= encoded.size) return false;
        int high = hex_digit(encoded.data[i + 1]), low = hex_digit(encoded.data[i + 2]);
        if (high < 0 || low < 0) return false;
        out[size++] = (char)(high * 16 + low);
        i += 2;
    }
    *ret_text = (Text){out, size};
    return utf8_is_valid(*ret_text) && !has_control(*ret_text);
}

NamedText *named_find(const NamedTexts *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal_ascii_case(list->items[i].name, text_of(name))) return &list->items[i];
    return NULL;
}

/* ---- who and with what ---- */

Arena *request_arena(Request *request)
{
    return request->arena;
}

App *request_app(Request *request)
{
    ASSERT(request->app != NULL); /* not in an inline route */
    return request->app;
}

Status request_writer(Request *request, App **ret_app, Error *err)
{
    Server *server = request->server;
    if (request->writer == NULL) {
        /* who waits to write holds a worker: some are left for those who only look */
        bool is_crowded =
            atomic_fetch_add(&server->writers, 1) >= server->options.light_workers / 2;
        Status status = is_crowded ? error_set(err, STATUS_CONFLICT,
                                               "others are writing; try again in a moment")
                                   : app_open_shared(server->dataset, STORE_WRITE,
                                                     server_clock(server), &request->writer, err);
        if (status != STATUS_OK) atomic_fetch_sub(&server->writers, 1);
        if (is_crowded) request->http_code = 503;
        TRY(status);
    }
    *ret_app = request->writer;
    return STATUS_OK;
}

const Progress *request_progress(Request *request)
{
    return &request->progress;
}

int64_t request_utc_second(const Request *request)
{
    return request->server->options.clock.utc_second();
}

Text request_author(const Request *request)
{
    return request->principal.login;
}

Status request_audit(Request *request, AuditKind kind, Text object, Text detail, Error *err)
{
    App *app = request->writer != NULL ? request->writer : request_app(request);
    request->is_audited = true;
    const AuditEntry entry = {.at = app_now(app),
                              .user = request_author(request),
                              .kind = kind,
                              .object = object,
                              .detail = detail};
    if (request->writer != NULL) return audit_add(app_store(app), &entry, err);
    notes_add(request->server->notes, &entry);
    return STATUS_OK;
}

static bool language_of_code(Text code, Language *ret_language)
{
    return language_parse(text_slice(code, 0, code.size < 2 ? code.size : 2), ret_language);
}

Language request_language(Request *request)
{
    Language language;
    if (language_of_code(request_query(request, "language"), &language)) return language;
    Text accepted = request_header(request, "Accept-Language");
    while (accepted.size > 0) {
        Text rest;
        if (language_of_code(text_trim(text_split(accepted, ',', &rest)), &language))
            return language;
        accepted = rest;
    }
    return request->app != NULL ? app_language(request->app) : LANGUAGE_EN;
}

/* ---- what may be seen ---- */

/* A text as the language writes it. */
static Text quoted(Text text, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_char(&out, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') buffer_char(&out, '\\');
        buffer_char(&out, text.data[i]);
    }
    buffer_char(&out, '"');
    return arena_text(arena, buffer_view(&out));
}

Text request_narrow(Request *request, Text source)
{
    Text manager = request->principal.manager;
    if (manager.size == 0) return source;
    Text own = quoted(manager, request->arena);
    if (source.size == 0) return arena_printf(request->arena, "manager = %.*s", TEXT_FORMAT(own));
    return arena_printf(request->arena, "(%.*s) and manager = %.*s", TEXT_FORMAT(source),
                        TEXT_FORMAT(own));
}

/* As the language compares: folded. */
static bool is_value(const Value *value, Text text, Arena *arena)
{
    return value->kind == VALUE_TEXT &&
           text_equal(text_fold(value->as.text, arena), text_fold(text, arena));
}

Status request_may_see(Request *request, Text customer_code, Error *err)
{
    Text manager = request->principal.manager;
    if (manager.size == 0) return STATUS_OK;
    Store *store = app_store(request_app(request));
    CustomerRow row;
    TRY(store_read_begin(store, err));
    const Schema *schema = store_schema(store);
    const bool *no_streams = ARENA_ARRAY(request->arena, bool, schema->streams_count);
    Status status =
        store_read_customer_streams(store, customer_code, no_streams, request->arena, &row, err);
    const Property *property = schema_find_property(schema, TEXT("manager"));
    bool is_own =
        status == STATUS_OK && property != NULL &&
        is_value(&row.values[schema_property_slot(schema, property)], manager, request->arena);
    store_read_end(store);
    if (is_own) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "there is no customer '%.*s' among your customers",
                     TEXT_FORMAT(customer_code));
}

/* ---- parts of the request ---- */

Text request_path(const Request *request, const char *name)
{
    for (size_t i = 0; i < request->parameters_count; i++)
        if (text_equal(request->parameters[i].name, text_of(name)))
            return request->parameters[i].value;
    ASSERT(false && "the pattern of the route has this parameter");
    return (Text){0};
}

static bool parse_count(Text text, uint64_t *ret_count)
{
    int64_t number;
    int scale;
    if (!decimal_parse(text, &number, &scale) || scale != 0 || number < 0) return false;
    *ret_count = (uint64_t)number;
    return true;
}

Status request_path_number(const Request *request, const char *name, uint64_t *ret_number,
                           Error *err)
{
    Text text = request_path(request, name);
    if (parse_count(text, ret_number)) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "there is no '%.*s'", TEXT_FORMAT(text));
}

Text request_query(const Request *request, const char *name)
{
    const NamedText *found = named_find(&request->query, name);
    return found != NULL ? found->value : (Text){0};
}

Status request_query_number(const Request *request, const char *name, uint64_t usual, uint64_t max,
                            uint64_t *ret_number, Error *err)
{
    Text text = request_query(request, name);
    *ret_number = usual;
    if (text.data == NULL) return STATUS_OK;
    if (parse_count(text, ret_number) && *ret_number <= max) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'%s' wants a whole number up to %llu, not '%.*s'", name,
                     (unsigned long long)max, TEXT_FORMAT(text));
}

Status request_query_bool(const Request *request, const char *name, bool usual, bool *ret_value,
                          Error *err)
{
    Text text = request_query(request, name);
    *ret_value = text.data == NULL ? usual : text_equal(text, TEXT("true"));
    if (text.data == NULL || *ret_value || text_equal(text, TEXT("false"))) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'%s' wants true or false, not '%.*s'", name,
                     TEXT_FORMAT(text));
}

Status request_query_date(const Request *request, const char *name, Date usual, Date *ret_date,
                          Error *err)
{
    Text text = request_query(request, name);
    *ret_date = usual;
    if (text.data == NULL || date_parse_iso(text, ret_date)) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'%s' wants a date like 2026-03-31, not '%.*s'", name,
                     TEXT_FORMAT(text));
}

Status request_as_of(Request *request, Date *ret_date, Error *err)
{
    return request_query_date(request, "as_of", app_today(request_app(request)), ret_date, err);
}

Text request_header(const Request *request, const char *name)
{
    const NamedText *found = named_find(&request->headers, name);
    return found != NULL ? found->value : (Text){0};
}

/* Whether a list of tags, "a", W/"b" or *, has this one. */
static bool has_tag(Text list, Text etag)
{
    while (list.size > 0) {
        Text rest, tag = text_trim(text_split(list, ',', &rest));
        if (text_equal(tag, TEXT("*"))) return true;
        if (tag.size == etag.size + 2 && text_equal(text_slice(tag, 1, tag.size - 1), etag))
            return true;
        list = rest;
    }
    return false;
}

Status request_match(Request *request, Text etag, Error *err)
{
    Text wanted = request_header(request, "If-Match");
    if (wanted.data == NULL || has_tag(wanted, etag)) return STATUS_OK;
    request->http_code = 412;
    return error_set(err, STATUS_CONFLICT,
                     "somebody else has changed it since; look at it again before changing it");
}

Status request_page(const Request *request, size_t usual, size_t max, Page *ret_page, Error *err)
{
    uint64_t limit;
    TRY(request_query_number(request, "limit", usual, max, &limit, err));
    if (limit == 0) return error_set(err, STATUS_INVALID, "'limit' wants a number from 1");
    *ret_page = (Page){.after = request_query(request, "after"), .limit = (size_t)limit};
    return STATUS_OK;
}

/* ---- the body ---- */

Text request_body(const Request *request)
{
    return buffer_view(&request->body);
}

const char *request_body_file(const Request *request)
{
    return request->body_path;
}

const char *request_take_body_file(Request *request)
{
    const char *path = request->body_path;
    request->body_path = NULL;
    return path;
}

Status request_json(Request *request, const json_t **ret_object, Error *err)
{
    if (request->json == NULL && request->body.size == 0) request->json = json_object();
    if (request->json == NULL) {
        json_error_t problem;
        request->json =
            json_loadb(request->body.data, request->body.size, JSON_REJECT_DUPLICATES, &problem);
        if (request->json == NULL)
            return error_set(err, STATUS_INVALID, "the body is not JSON: %s (line %d, column %d)",
                             problem.text, problem.line, problem.column);
    }
    if (!json_is_object(request->json))
        return error_set(err, STATUS_INVALID, "the body wants to be a JSON object");
    *ret_object = request->json;
    return STATUS_OK;
}

/* The member, NULL when absent or null. */
static const json_t *member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return value == NULL || json_is_null(value) ? NULL : value;
}

bool json_has(const json_t *object, const char *key)
{
    return member(object, key) != NULL;
}

Status json_get_text(const json_t *object, const char *key, Text *ret_text, Error *err)
{
    const json_t *value = member(object, key);
    if (value == NULL) return STATUS_OK;
    if (!json_is_string(value)) return error_set(err, STATUS_INVALID, "'%s' wants a text", key);
    *ret_text = (Text){json_string_value(value), json_string_length(value)};
    return STATUS_OK;
}

Status json_need_text(const json_t *object, const char *key, Text *ret_text, Error *err)
{
    Text text = {0};
    TRY(json_get_text(object, key, &text, err));
    if (text.size == 0) return error_set(err, STATUS_INVALID, "'%s' is missing", key);
    *ret_text = text;
    return STATUS_OK;
}

Status json_get_bool(const json_t *object, const char *key, bool *ret_bool, Error *err)
{
    const json_t *value = member(object, key);
    if (value == NULL) return STATUS_OK;
    if (!json_is_boolean(value))
        return error_set(err, STATUS_INVALID, "'%s' wants true or false", key);
    *ret_bool = json_is_true(value);
    return STATUS_OK;
}

Status json_get_count(const json_t *object, const char *key, uint64_t max, uint64_t *ret_count,
                      Error *err)
{
    const json_t *value = member(object, key);
    if (value == NULL) return STATUS_OK;
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || (uint64_t)number > max)
        return error_set(err, STATUS_INVALID, "'%s' wants a whole number up to %llu", key,
                         (unsigned long long)max);
    *ret_count = (uint64_t)number;
    return STATUS_OK;
}

Status json_get_date(const json_t *object, const char *key, bool *ret_has_date, Date *ret_date,
                     Error *err)
{
    Text text = {0};
    TRY(json_get_text(object, key, &text, err));
    if (text.data == NULL) return STATUS_OK;
    if (!date_parse_iso(text, ret_date))
        return error_set(err, STATUS_INVALID, "'%s' wants a date like 2026-03-31, not '%.*s'", key,
                         TEXT_FORMAT(text));
    *ret_has_date = true;
    return STATUS_OK;
}

Status json_get_texts(const json_t *object, const char *key, Arena *arena, Text **ret_texts,
                      size_t *ret_count, Error *err)
{
    const json_t *value = member(object, key);
    if (value == NULL) return STATUS_OK;
    if (!json_is_array(value))
        return error_set(err, STATUS_INVALID, "'%s' wants an array of texts", key);
    size_t count = json_array_size(value);
    Text *texts = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_string(item))
            return error_set(err, STATUS_INVALID, "'%s' wants an array of texts", key);
        texts[i] = (Text){json_string_value(item), json_string_length(item)};
    }
    *ret_texts = texts;
    *ret_count = count;
    return STATUS_OK;
}

Status json_get_object(const json_t *object, const char *key, json_t **ret_object, Error *err)
{
    json_t *member = json_object_get(object, key);
    if (member != NULL && !json_is_null(member) && !json_is_object(member))
        return error_set(err, STATUS_INVALID, "'%s' wants an object", key);
    *ret_object = json_is_object(member) ? member : NULL;
    return STATUS_OK;
}

Status json_only(const json_t *object, const char *const *keys, size_t keys_count, Error *err)
{
    /* jansson iterates over constant objects only by a cast that the warnings forbid */
    json_t *copy = json_copy((json_t *)(uintptr_t)object);
    const char *unknown = NULL;
    const char *key;
    json_t *value;
    json_object_foreach(copy, key, value)
    {
        bool is_known = false;
        for (size_t i = 0; i < keys_count && !is_known; i++)
            is_known = strcmp(keys[i], key) == 0;
        if (!is_known) unknown = key;
    }
    Status status = unknown == NULL
                        ? STATUS_OK
                        : error_set(err, STATUS_INVALID, "there is no member '%s' here", unknown);
    json_decref(copy);
    return status;
}
