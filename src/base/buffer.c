/* buffer.c -- a growing run of bytes. */
#include "base/buffer.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void buffer_done(Buffer *buffer)
{
    free(buffer->data);
    *buffer = (Buffer){0};
}

void buffer_clear(Buffer *buffer)
{
    buffer->size = 0;
    if (buffer->data != NULL) buffer->data[0] = '\0';
}

void buffer_reserve(Buffer *buffer, size_t extra_bytes)
{
    /* One byte more, for the NUL. */
    if (extra_bytes < buffer->capacity - buffer->size) return;
    size_t needed = extra_bytes + buffer->size + 1;
    ASSERT(needed > extra_bytes);
    size_t capacity = buffer->capacity == 0 ? FIRST_CAPACITY : memory_product(buffer->capacity, 2);
    buffer->capacity = capacity < needed ? needed : capacity;
    buffer->data = memory_resize(buffer->data, buffer->capacity);
}

void buffer_add(Buffer *buffer, const void *data, size_t size_bytes)
{
    buffer_reserve(buffer, size_bytes);
    if (size_bytes != 0) memcpy(buffer->data + buffer->size, data, size_bytes);
    buffer->size += size_bytes;
    buffer->data[buffer->size] = '\0';
}

void buffer_text(Buffer *buffer, Text text)
{
    buffer_add(buffer, text.data, text.size);
}

void buffer_cstr(Buffer *buffer, const char *cstr)
{
    buffer_add(buffer, cstr, strlen(cstr));
}

void buffer_char(Buffer *buffer, char byte)
{
    buffer_add(buffer, &byte, 1);
}

void buffer_printf(Buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    ASSERT(size >= 0);
    buffer_reserve(buffer, (size_t)size);
    vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, again);
    va_end(again);
    buffer->size += (size_t)size;
}

Text buffer_view(const Buffer *buffer)
{
    return (Text){buffer->data, buffer->size};
}
