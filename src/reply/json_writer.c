/* json_writer.c -- JSON text built piece by piece; commas and escapes are put by the writer. */
#include "reply/json_writer.h"

#include "base/error.h"
#include "base/json_string.h"

#include <math.h>

static void begin_value(JsonWriter *writer)
{
    if (writer->needs_comma) buffer_char(writer->out, ',');
    writer->needs_comma = true;
}

void json_begin(JsonWriter *writer, char bracket)
{
    begin_value(writer);
    buffer_char(writer->out, bracket);
    writer->needs_comma = false;
}

void json_end(JsonWriter *writer, char bracket)
{
    buffer_char(writer->out, bracket);
    writer->needs_comma = true;
}

void json_resume(JsonWriter *writer)
{
    Buffer *out = writer->out;
    ASSERT(out->size > 1 && out->data[out->size - 1] == '}' && out->data[out->size - 2] != '{');
    out->size--;
    writer->needs_comma = true;
}

void json_key_text(JsonWriter *writer, Text key)
{
    begin_value(writer);
    json_string_add(writer->out, key);
    buffer_char(writer->out, ':');
    writer->needs_comma = false;
}

void json_key(JsonWriter *writer, const char *key)
{
    json_key_text(writer, text_of(key));
}

void json_text(JsonWriter *writer, Text text)
{
    begin_value(writer);
    json_string_add(writer->out, text);
}

void json_cstr(JsonWriter *writer, const char *cstr)
{
    json_text(writer, text_of(cstr));
}

void json_count(JsonWriter *writer, uint64_t count)
{
    begin_value(writer);
    buffer_printf(writer->out, "%llu", (unsigned long long)count);
}

void json_raw(JsonWriter *writer, Text json)
{
    begin_value(writer);
    buffer_text(writer->out, json);
}

void json_bool(JsonWriter *writer, bool boolean)
{
    json_raw(writer, boolean ? TEXT("true") : TEXT("false"));
}

void json_nothing(JsonWriter *writer)
{
    json_raw(writer, TEXT("null"));
}

void json_date(JsonWriter *writer, Date date)
{
    char out[DATE_TEXT_MAX];
    json_text(writer, date_print_iso(date, out));
}

void json_moment(JsonWriter *writer, Moment moment)
{
    char out[DATE_TEXT_MAX];
    json_text(writer, moment_print_iso(moment, out));
}

static void json_set(JsonWriter *writer, TextSet set)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < set.count; i++)
        json_text(writer, set.items[i]);
    json_end(writer, ']');
}

void json_value(JsonWriter *writer, Value value, Type type)
{
    char out[DECIMAL_TEXT_MAX];
    switch (value.kind) {
    case VALUE_MISSING: json_nothing(writer); return;
    case VALUE_BOOL: json_bool(writer, value.as.boolean); return;
    case VALUE_DECIMAL: json_raw(writer, decimal_print(value.as.decimal, type.scale, out)); return;
    case VALUE_RATIO:
        if (!isfinite(value.as.ratio)) {
            json_nothing(writer);
        } else {
            json_raw(writer, double_print(value.as.ratio, out));
        }
        return;
    case VALUE_DATE: json_date(writer, value.as.date); return;
    case VALUE_MOMENT: json_moment(writer, value.as.moment); return;
    case VALUE_TEXT: json_text(writer, value.as.text); return;
    case VALUE_SET: json_set(writer, value.as.set); return;
    case VALUE_ITEM: json_text(writer, value.as.item->code); return;
    }
}
