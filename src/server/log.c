/* log.c -- lines of the log, in logfmt or JSON. */
#include "server/log.h"

#include "reply/json_writer.h"

#include <string.h>

static const char *const level_names[] = {"info", "warning", "error"};
/* Priorities as the journal of systemd reads them at the begin of a line. */
static const char *const level_priorities[] = {"<6>", "<4>", "<3>"};

void log_init(Log *log, const ServerOptions *options)
{
    *log = (Log){.file = options->log,
                 .format = options->log_format,
                 .utc_second = options->clock.utc_second};
    ASSERT(pthread_mutex_init(&log->mutex, NULL) == 0);
}

void log_done(Log *log)
{
    pthread_mutex_destroy(&log->mutex);
}

/* UTC as ISO, with the Z that says so. */
static void print_time(const Log *log, char out[DATE_TEXT_MAX + 1])
{
    Text text = moment_print_iso((Moment){log->utc_second()}, out);
    memcpy(out + text.size, "Z", 2);
}

static bool needs_quotes(Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte <= ' ' || byte == '"' || byte == '=' || byte == '\\' || byte >= 0x7f) return true;
    }
    return text.size == 0;
}

static void add_logfmt(Buffer *line, const LogField *field)
{
    buffer_printf(line, " %s=", field->name);
    if (field->text.data == NULL) {
        buffer_printf(line, "%llu", (unsigned long long)field->number);
    } else if (needs_quotes(field->text)) {
        AUTO(buffer_done) Buffer quoted = {0};
        JsonWriter writer = {.out = &quoted};
        json_text(&writer, field->text);
        buffer_text(line, buffer_view(&quoted));
    } else {
        buffer_text(line, field->text);
    }
}

static void add_json(JsonWriter *writer, const LogField *field)
{
    json_key(writer, field->name);
    if (field->text.data == NULL)
        json_count(writer, field->number);
    else
        json_text(writer, field->text);
}

static void print_line(const Log *log, Buffer *line, LogLevel level, const char *event)
{
    char now[DATE_TEXT_MAX + 1];
    print_time(log, now);
    buffer_printf(line, "%stime=%s level=%s event=%s", level_priorities[level], now,
                  level_names[level], event);
}

static void begin_json(const Log *log, JsonWriter *writer, LogLevel level, const char *event)
{
    char now[DATE_TEXT_MAX + 1];
    print_time(log, now);
    json_begin(writer, '{');
    json_key(writer, "time");
    json_cstr(writer, now);
    json_key(writer, "level");
    json_cstr(writer, level_names[level]);
    json_key(writer, "event");
    json_cstr(writer, event);
}

void log_line(Log *log, LogLevel level, const char *event, const LogField *fields, size_t count)
{
    if (log->file == NULL || log->format == LOG_NONE) return;
    AUTO(buffer_done) Buffer line = {0};
    JsonWriter writer = {.out = &line};
    bool is_json = log->format == LOG_JSON;
    if (is_json)
        begin_json(log, &writer, level, event);
    else
        print_line(log, &line, level, event);
    for (size_t i = 0; i < count; i++) {
        if (is_json)
            add_json(&writer, &fields[i]);
        else
            add_logfmt(&line, &fields[i]);
    }
    if (is_json) json_end(&writer, '}');
    buffer_char(&line, '\n');
    pthread_mutex_lock(&log->mutex);
    fwrite(line.data, 1, line.size, log->file);
    fflush(log->file);
    pthread_mutex_unlock(&log->mutex);
}
