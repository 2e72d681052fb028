/* buffer.h -- a growing run of bytes, for building texts and files. */
#pragma once

#include "base/text.h"

typedef struct {
    char *data; /* owned; NUL-terminated once anything was added */
    size_t size;
    size_t capacity;
} Buffer;

void buffer_done(Buffer *buffer); /* frees; a zeroed Buffer is a valid empty one */
void buffer_clear(Buffer *buffer);
void buffer_reserve(Buffer *buffer, size_t extra_bytes);
void buffer_add(Buffer *buffer, const void *data, size_t size_bytes);
void buffer_text(Buffer *buffer, Text text);
void buffer_cstr(Buffer *buffer, const char *cstr);
void buffer_char(Buffer *buffer, char byte);
void buffer_printf(Buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
Text buffer_view(const Buffer *buffer); /* valid until the next change */
