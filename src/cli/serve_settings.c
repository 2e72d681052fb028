/* serve_settings.c -- settings of kohorta serve: an option wins over a variable of the environment,
 * that over a line of the file, that over the usual. */
#include "cli/serve_settings.h"

#include "base/decimal.h"
#include "base/file.h"

#include <ctype.h>
#include <string.h>

enum { FILE_BYTES_MAX = 64 << 10, VARIABLE_BYTES = 64 };

typedef enum {
    SET_LISTEN,
    SET_LOG,
    SET_LIGHT_WORKERS,
    SET_HEAVY_WORKERS,
    SET_CONNECTIONS,
    SET_UPLOAD_MEGABYTES,
    SET_REQUEST_SECONDS,
    SET_HEAD_SECONDS,
    SET_BEHIND_PROXY,
    SET_COUNT
} Setting;

static const char *const names[SET_COUNT] = {
    [SET_LISTEN] = "listen",
    [SET_LOG] = "log",
    [SET_LIGHT_WORKERS] = "light_workers",
    [SET_HEAVY_WORKERS] = "heavy_workers",
    [SET_CONNECTIONS] = "connections",
    [SET_UPLOAD_MEGABYTES] = "upload_megabytes",
    [SET_REQUEST_SECONDS] = "request_seconds",
    [SET_HEAD_SECONDS] = "head_seconds",
    [SET_BEHIND_PROXY] = "behind_proxy",
};

/* ---- the file ---- */

static Status read_line(Text line, const char *path, Text *values, Error *err)
{
    Text comment, value;
    line = text_trim(text_split(line, '#', &comment));
    if (line.size == 0) return STATUS_OK;
    Text name = text_trim(text_split(line, '=', &value));
    for (Setting setting = 0; setting < SET_COUNT; setting++) {
        if (!text_equal(name, text_of(names[setting]))) continue;
        values[setting] = text_trim(value);
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID, "'%s' sets '%.*s', which is no setting", path,
                     TEXT_FORMAT(name));
}

static Status read_file(const char *path, Arena *arena, Text *values, Error *err)
{
    Text rest;
    TRY(file_read(path, FILE_BYTES_MAX, arena, &rest, err));
    while (rest.size > 0)
        TRY(read_line(text_split(rest, '\n', &rest), path, values, err));
    return STATUS_OK;
}

/* ---- the environment ---- */

static void read_variables(const Invocation *invocation, Text *values)
{
    const Environment *environment = invocation->environment;
    for (Setting setting = 0; setting < SET_COUNT; setting++) {
        char name[VARIABLE_BYTES];
        snprintf(name, sizeof name, "KOHORTA_%s", names[setting]);
        for (char *letter = name; *letter != '\0'; letter++)
            *letter = (char)toupper((unsigned char)*letter);
        const char *value = environment->variable(name);
        if (value != NULL && value[0] != '\0') values[setting] = text_of(value);
    }
}

/* ---- meaning ---- */

static Status number_of(const Text *values, Setting setting, uint64_t max, uint64_t *ret_number,
                        Error *err)
{
    Text text = values[setting];
    int64_t number;
    int scale;
    *ret_number = 0;
    if (text.data == NULL) return STATUS_OK;
    bool is_sound = decimal_parse(text, &number, &scale) && scale == 0 && number >= 1 &&
                    (uint64_t)number <= max;
    if (!is_sound)
        return error_set(err, STATUS_INVALID,
                         "'%s' wants a whole number from 1 to %llu, not '%.*s'", names[setting],
                         (unsigned long long)max, TEXT_FORMAT(text));
    *ret_number = (uint64_t)number;
    return STATUS_OK;
}

static Status read_numbers(const Text *values, ServerOptions *serving, Error *err)
{
    uint64_t light, heavy, connections, megabytes, seconds, head;
    TRY(number_of(values, SET_LIGHT_WORKERS, 64, &light, err));
    TRY(number_of(values, SET_HEAVY_WORKERS, 64, &heavy, err));
    TRY(number_of(values, SET_CONNECTIONS, 20000, &connections, err));
    TRY(number_of(values, SET_UPLOAD_MEGABYTES, 1 << 20, &megabytes, err));
    TRY(number_of(values, SET_REQUEST_SECONDS, 86400, &seconds, err));
    TRY(number_of(values, SET_HEAD_SECONDS, 3600, &head, err));
    serving->light_workers = (unsigned)light;
    serving->heavy_workers = (unsigned)heavy;
    serving->connections_max = (unsigned)connections;
    serving->upload_bytes_max = megabytes << 20;
    serving->request_seconds_max = (unsigned)seconds;
    serving->head_seconds_max = (unsigned)head;
    return STATUS_OK;
}

static Status read_words(const Text *values, ServerOptions *serving, Error *err)
{
    Text log = values[SET_LOG], proxy = values[SET_BEHIND_PROXY];
    bool is_json = text_equal(log, TEXT("json")), is_behind = text_equal(proxy, TEXT("yes"));
    bool is_none = text_equal(log, TEXT("none"));
    if (log.data != NULL && !is_json && !is_none && !text_equal(log, TEXT("logfmt")))
        return error_set(err, STATUS_INVALID, "'log' wants logfmt, json or none, not '%.*s'",
                         TEXT_FORMAT(log));
    if (proxy.data != NULL && !is_behind && !text_equal(proxy, TEXT("no")))
        return error_set(err, STATUS_INVALID, "'behind_proxy' wants yes or no, not '%.*s'",
                         TEXT_FORMAT(proxy));
    serving->log_format = is_json ? LOG_JSON : is_none ? LOG_NONE : LOG_LOGFMT;
    serving->is_behind_proxy = is_behind;
    serving->listen = values[SET_LISTEN].data != NULL ? values[SET_LISTEN] : TEXT("127.0.0.1:8080");
    return STATUS_OK;
}

Status serve_settings_read(Invocation *invocation, const ServeOptions *typed,
                           ServerOptions *serving, Error *err)
{
    Text values[SET_COUNT] = {0};
    Arena *arena = invocation->arena;
    if (typed->config.data != NULL)
        TRY(read_file(arena_cstr(arena, typed->config), arena, values, err));
    read_variables(invocation, values);
    if (typed->listen.data != NULL) values[SET_LISTEN] = typed->listen;
    if (typed->log.data != NULL) values[SET_LOG] = typed->log;
    TRY(read_numbers(values, serving, err));
    return read_words(values, serving, err);
}
