/* json_writer.h -- JSON text built piece by piece; commas and escapes are put by the writer.
 *
 * Exact decimals stay exact: they are written with their own digits, never through a double. */
#pragma once

#include "base/buffer.h"
#include "model/value.h"

typedef struct {
    Buffer *out; /* borrowed */
    bool needs_comma;
} JsonWriter;

void json_begin(JsonWriter *writer, char bracket); /* '{' or '[' */
void json_end(JsonWriter *writer, char bracket);   /* '}' or ']' */
/* Go on with the object that was ended last, and has members: what comes is to be ended again. */
void json_resume(JsonWriter *writer);
void json_key(JsonWriter *writer, const char *key);
void json_key_text(JsonWriter *writer, Text key);
void json_text(JsonWriter *writer, Text text);
void json_cstr(JsonWriter *writer, const char *cstr);
void json_count(JsonWriter *writer, uint64_t count);
void json_bool(JsonWriter *writer, bool boolean);
void json_nothing(JsonWriter *writer); /* not json_null: that name is of jansson */
void json_date(JsonWriter *writer, Date date);
void json_moment(JsonWriter *writer, Moment moment);
/* Text that is JSON already. */
void json_raw(JsonWriter *writer, Text json);
/* Numbers as numbers, dates as ISO texts, sets as arrays, missing as null. */
void json_value(JsonWriter *writer, Value value, Type type);
