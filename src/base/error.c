/* error.c -- statuses and the sentences that go with them. */
#include "base/error.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* error.h wraps these for the static analyzer. */
#undef error_set
#undef error_ask
#undef error_set_system
#undef error_prefix

/* Longer than a message, so that the cut below never meets a code point cut by vsnprintf. */
enum { SENTENCE_MAX = 2048 };

/* Cut at a code point; bytes of foreign input that are not UTF-8 become U+FFFD. */
static void copy_message(Error *err, const char *sentence)
{
    Text text = text_of(sentence);
    size_t size = 0;
    for (size_t position = 0; position < text.size;) {
        char encoded[4];
        size_t encoded_size = utf8_encode(utf8_next(text, &position), encoded);
        if (size + encoded_size >= sizeof err->message) break;
        memcpy(err->message + size, encoded, encoded_size);
        size += encoded_size;
    }
    err->message[size] = '\0';
}

/* ---- words ---- */

static _Thread_local ErrorWords thread_words;

void error_speak(ErrorWords words)
{
    thread_words = words;
}

ErrorWords error_words(void)
{
    return thread_words;
}

const char *error_phrase(const char *english)
{
    const char *other = thread_words == NULL ? NULL : thread_words(english);
    return other == NULL ? english : other;
}

/* That the words fit the arguments is what tools/tidy.py sees to. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void say(char *out, size_t capacity, const char *format, va_list arguments)
{
    vsnprintf(out, capacity, error_phrase(format), arguments);
}
#pragma GCC diagnostic pop

/* ---- errors ---- */

Status error_set(Error *err, Status status, const char *format, ...)
{
    if (err == NULL) return status;
    /* Formatted aside, because the arguments may point into err->message. */
    char sentence[SENTENCE_MAX];
    va_list arguments;
    va_start(arguments, format);
    say(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    copy_message(err, sentence);
    err->status = status;
    err->wants_consent = false;
    return status;
}

Status error_ask(Error *err, const char *format, ...)
{
    if (err == NULL) return STATUS_CONFLICT;
    char sentence[SENTENCE_MAX];
    va_list arguments;
    va_start(arguments, format);
    say(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    copy_message(err, sentence);
    err->status = STATUS_CONFLICT;
    err->wants_consent = true;
    return STATUS_CONFLICT;
}

static Status status_of_system_error(int system_error)
{
    switch (system_error) {
    case ENOENT:
    case ENOTDIR: return STATUS_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS: return STATUS_DENIED;
    default: return STATUS_IO;
    }
}

/* What the system says, beginning in lower case unless it begins with an abbreviation. */
static void describe_system_error(int system_error, char *out, size_t capacity)
{
    const char *known = strerrordesc_np(system_error);
    snprintf(out, capacity, "%s", error_phrase(known != NULL ? known : "unknown error"));
    bool is_word = out[0] >= 'A' && out[0] <= 'Z' && out[1] >= 'a' && out[1] <= 'z';
    if (is_word) out[0] = (char)(out[0] - 'A' + 'a');
}

Status error_set_system(Error *err, int system_error, const char *format, ...)
{
    char sentence[SENTENCE_MAX], reason[128];
    va_list arguments;
    va_start(arguments, format);
    say(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    describe_system_error(system_error, reason, sizeof reason);
    return error_set(err, status_of_system_error(system_error), "%s: %s", sentence, reason);
}

Status error_prefix(Error *err, const char *format, ...)
{
    ASSERT(err != NULL);
    char prefix[SENTENCE_MAX];
    va_list arguments;
    va_start(arguments, format);
    say(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    return error_set(err, err->status, "%s: %s", prefix, err->message);
}

typedef struct {
    const char *name, *text;
    int http_code, exit_code;
} StatusRow;

static const StatusRow status_rows[STATUS_COUNT] = {
#define STATUS(name, http, exit_code, text) [STATUS_##name] = {#name, text, http, exit_code},
#include "base/status.def"
#undef STATUS
};

static const StatusRow *status_row(Status status)
{
    ASSERT((unsigned)status < STATUS_COUNT);
    return &status_rows[status];
}

const char *status_name(Status status)
{
    return status_row(status)->name;
}

const char *status_text(Status status)
{
    return status_row(status)->text;
}

int status_exit_code(Status status)
{
    return status_row(status)->exit_code;
}

int status_http_code(Status status)
{
    return status_row(status)->http_code;
}

void assert_failed(const char *condition, const char *file, int line, const char *function)
{
    fprintf(stderr, "%s:%d: %s: broken promise: %s\n", file, line, function, condition);
    abort();
}
