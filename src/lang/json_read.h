/* json_read.h -- reading the JSON form strictly: objects with known keys, each value of its type.
 *
 * A getter that finds something wrong reports it with its JSON pointer and returns a harmless
 * value; the tree of a document with errors is never handed out. */
#pragma once

#include "lang/diagnostics.h"
#include "lang/json_words.h"

#include <jansson.h>

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    size_t nodes_count;
    size_t depth;
    size_t errors_count;
    bool is_stopped; /* over a limit, or too many errors: nothing more is read */
} JsonReader;

/* Where a value stands: the way from the root, for its JSON pointer. */
typedef struct JsonPlace {
    const struct JsonPlace *parent; /* NULL at the root */
    const char *key;                /* NULL: an element of an array */
    size_t index;
} JsonPlace;

enum { OBJECT_KEYS_MAX = 10 };

/* An object whose keys are asked for one by one; those never asked for are unknown ones. */
typedef struct {
    JsonReader *reader;
    json_t *json;
    const JsonPlace *place;
    const char *asked[OBJECT_KEYS_MAX];
    size_t asked_count;
    bool is_lost; /* its kind was wrong, so no key can be called unknown */
} ObjectReader;

void reader_error(JsonReader *reader, const JsonPlace *place, DiagnosticKind kind, Text b, Text c);

/* False, reported, when it is no object. */
bool object_open(JsonReader *reader, json_t *json, const JsonPlace *place,
                 ObjectReader *ret_object);
void object_close(ObjectReader *object); /* reports the keys nobody asked for */

json_t *object_find(ObjectReader *object, const char *key); /* NULL when absent */
bool object_has(ObjectReader *object, const char *key);
JsonPlace object_place(const ObjectReader *object, const char *key);
/* These report an absent key, a wrong type and a wrong value. */
json_t *object_array(ObjectReader *object, const char *key, size_t count_min);
Text object_text(ObjectReader *object, const char *key);
Text object_name(ObjectReader *object, const char *key);
size_t object_word(ObjectReader *object, const char *key, const WordList *words);
/* A word that decides which other keys there are. */
size_t object_kind(ObjectReader *object, const char *key, const WordList *words);
Unit object_unit(ObjectReader *object, const char *key);
int64_t object_count(ObjectReader *object, const char *key);
bool object_bool(ObjectReader *object, const char *key);
bool object_flag(ObjectReader *object, const char *key); /* absent is false */
Date object_date(ObjectReader *object, const char *key);
void object_literal(ObjectReader *object, Literal *ret_literal); /* its keys type and value */
void object_decimal(ObjectReader *object, const char *key, int64_t *ret_mantissa,
                    uint8_t *ret_scale);

const Node *json_read_node(JsonReader *reader, json_t *json, const JsonPlace *place);
