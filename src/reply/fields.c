/* fields.c -- a key and its value at once. */
#include "reply/fields.h"

void field_text(JsonWriter *writer, const char *key, Text text)
{
    json_key(writer, key);
    json_text(writer, text);
}

void field_text_or_null(JsonWriter *writer, const char *key, Text text)
{
    if (text.size > 0)
        field_text(writer, key, text);
    else
        field_null(writer, key);
}

void field_texts(JsonWriter *writer, const char *key, const Text *texts, size_t count)
{
    json_key(writer, key);
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++)
        json_text(writer, texts[i]);
    json_end(writer, ']');
}

void field_code(JsonWriter *writer, const char *key, const char *code)
{
    json_key(writer, key);
    json_cstr(writer, code);
}

void field_count(JsonWriter *writer, const char *key, uint64_t count)
{
    json_key(writer, key);
    json_count(writer, count);
}

void field_flag(JsonWriter *writer, const char *key, bool is_set)
{
    json_key(writer, key);
    json_bool(writer, is_set);
}

void field_flag_or_null(JsonWriter *writer, const char *key, bool has_flag, bool is_set)
{
    if (has_flag)
        field_flag(writer, key, is_set);
    else
        field_null(writer, key);
}

void field_number(JsonWriter *writer, const char *key, int64_t number)
{
    field_decimal(writer, key, number, 0);
}

void field_decimal(JsonWriter *writer, const char *key, int64_t mantissa, uint8_t scale)
{
    json_key(writer, key);
    json_value(writer, value_decimal(mantissa), (Type){.kind = TYPE_DECIMAL, .scale = scale});
}

void field_ratio(JsonWriter *writer, const char *key, double ratio)
{
    json_key(writer, key);
    json_value(writer, value_ratio(ratio), (Type){.kind = TYPE_RATIO});
}

void field_share(JsonWriter *writer, const char *key, uint64_t part, uint64_t whole)
{
    field_ratio(writer, key, whole == 0 ? 0 : (double)part / (double)whole);
}

void field_date(JsonWriter *writer, const char *key, bool has_date, Date date)
{
    json_key(writer, key);
    if (has_date)
        json_date(writer, date);
    else
        json_nothing(writer);
}

void field_moment(JsonWriter *writer, const char *key, bool has_moment, Moment moment)
{
    char text[DATE_TEXT_MAX];
    json_key(writer, key);
    if (has_moment)
        json_text(writer, moment_print_iso(moment, text));
    else
        json_nothing(writer);
}

void field_null(JsonWriter *writer, const char *key)
{
    json_key(writer, key);
    json_nothing(writer);
}
