/* error.h -- how operations report failure: a Status to act on, an Error to read.
 *
 * Fallible functions return Status and write their results only on STATUS_OK. The sentence for a
 * person is in Error.message: lower case, no full stop, the offending value in single quotes, what
 * to do if known. Nothing below cli/ and server/ prints or exits. Out of memory aborts, because
 * every size a user can drive has a checked limit. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define MUST_CHECK                       __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first) __attribute__((format(printf, format_index, first)))
#define NORETURN                         __attribute__((noreturn))

typedef enum {
#define STATUS(name, http, exit_code, text) STATUS_##name,
#include "base/status.def"
#undef STATUS
    STATUS_COUNT
} Status;

typedef struct {
    Status status;
    bool wants_consent; /* nothing was done because nobody confirmed it: error_ask */
    char message[1024]; /* NUL-terminated UTF-8, cut at a code point when longer */
} Error;

/* Fill `err` (which may be NULL) and return `status`, so that a failure is one statement:
 * return error_set(err, STATUS_NOT_FOUND, "no stream '%s'", name); */
MUST_CHECK Status error_set(Error *err, Status status, const char *format, ...) PRINTF_LIKE(3, 4);

/* An act that is only done when somebody confirms it, which he did not: the sentence ends with
 * "; confirm it", and who asks him says how. Returns CONFLICT. */
MUST_CHECK Status error_ask(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* As error_set for a failed system call: appends ": what the system says" of `system_error` (errno)
 * and chooses NOT_FOUND, DENIED or IO by it. */
MUST_CHECK Status error_set_system(Error *err, int system_error, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Put "prefix: " before the message already in `err` (not NULL); returns the status it holds. */
MUST_CHECK Status error_prefix(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* In which words the errors of this thread speak: the format in another language, with the same
 * conversions in the same order (or all of them numbered, as %2$s), or NULL to keep it. NULL
 * instead of a function: as written, in English. A thread begins with the words of the one that
 * started it. */
typedef const char *(*ErrorWords)(const char *format);
void error_speak(ErrorWords words);
ErrorWords error_words(void);
/* A constant phrase that goes into a sentence, in the same words. */
const char *error_phrase(const char *english);

/* The static analyzer does not see into error.c: tell it that these never return STATUS_OK. */
#ifdef __clang_analyzer__
#define error_set(err, status, ...) ((void)error_set((err), (status), __VA_ARGS__), (status))
#define error_ask(err, ...)         ((void)error_ask((err), __VA_ARGS__), STATUS_CONFLICT)
#define error_set_system(err, ...)  ((void)error_set_system((err), __VA_ARGS__), STATUS_IO)
#define error_prefix(err, ...)      ((void)error_prefix((err), __VA_ARGS__), STATUS_IO)
#endif

const char *status_name(Status status); /* "NOT_FOUND" */
const char *status_text(Status status); /* "not found" */
int status_exit_code(Status status);    /* exit code of the command line */
int status_http_code(Status status);

/* Return early with the status of a failed call. Legal because arenas leave nothing to free; a
 * function that holds a resource declares it with AUTO(closer). */
#define TRY(call)                                         \
    do {                                                  \
        Status try_status_ = (call);                      \
        if (try_status_ != STATUS_OK) return try_status_; \
    } while (0)

/* AUTO(database_close) Database *database = NULL; -- the closer gets a pointer to the variable. */
#define AUTO(closer) __attribute__((cleanup(closer)))

/* A broken promise of our own code; never reachable from user input. Stays on in release. */
#define ASSERT(condition) \
    ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__, __func__))

NORETURN void assert_failed(const char *condition, const char *file, int line,
                            const char *function);
