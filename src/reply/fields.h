/* fields.h -- a key and its value at once; what is empty or not given is null where it says so. */
#pragma once

#include "reply/json_writer.h"

void field_text(JsonWriter *writer, const char *key, Text text);
void field_text_or_null(JsonWriter *writer, const char *key, Text text); /* empty: null */
void field_texts(JsonWriter *writer, const char *key, const Text *texts, size_t count);
void field_code(JsonWriter *writer, const char *key, const char *code);
void field_count(JsonWriter *writer, const char *key, uint64_t count);
void field_flag(JsonWriter *writer, const char *key, bool is_set);
void field_flag_or_null(JsonWriter *writer, const char *key, bool has_flag, bool is_set);
/* A whole number that may be below zero. */
void field_number(JsonWriter *writer, const char *key, int64_t number);
void field_decimal(JsonWriter *writer, const char *key, int64_t mantissa, uint8_t scale);
void field_ratio(JsonWriter *writer, const char *key, double ratio);
/* part / whole, 0 when the whole is 0. */
void field_share(JsonWriter *writer, const char *key, uint64_t part, uint64_t whole);
void field_date(JsonWriter *writer, const char *key, bool has_date, Date date);
void field_moment(JsonWriter *writer, const char *key, bool has_moment, Moment moment);
void field_null(JsonWriter *writer, const char *key);
