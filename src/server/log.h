/* log.h -- lines of the log, in logfmt or JSON; from any thread, whole lines. */
#pragma once

#include "base/buffer.h"
#include "server/server.h"

#include <pthread.h>

typedef struct {
    pthread_mutex_t mutex; /* guards the writing of a line */
    FILE *file;
    LogFormat format;
    int64_t (*utc_second)(void);
} Log;

typedef enum { LOG_INFO, LOG_WARNING, LOG_ERROR } LogLevel;

typedef struct {
    const char *name;
    Text text; /* unless data is NULL */
    uint64_t number;
} LogField;

#define LOG_TEXT(name, value)   ((LogField){(name), (value), 0})
#define LOG_NUMBER(name, value) ((LogField){(name), {0}, (uint64_t)(value)})

void log_init(Log *log, const ServerOptions *options);
void log_done(Log *log);
/* What happened, in a few words that are always the same, and what belongs to it. Never anything
 * personal: no codes, names, addresses, texts of rules. */
void log_line(Log *log, LogLevel level, const char *event, const LogField *fields, size_t count);
