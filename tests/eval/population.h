/* population.h -- a small data set for tests, written as text: schema, items, customers, events.
 *
 * One thing per line; words are separated by spaces, a word with spaces is quoted ("a \"b\""), `#`
 * begins a comment line. The schema starts as the built-in one.
 *
 *   property NAME TYPE [SCALE]             a property of the user's own
 *   stream NAME FIELD:TYPE[:SCALE] ..      a stream; the type `item` refers to items
 *   item CODE [ATTRIBUTE=VALUE ..]         name, group, brand, price, cost
 *   customer CODE [PROPERTY=VALUE ..]      sets joined by '|', levels by ' / '
 *   event STREAM CUSTOMER TIME [FIELD=VALUE ..]
 *   metric NAME EXPRESSION
 *   segment NAME stored|dynamic [RULE]
 *   saved NAME | classification NAME | score NAME
 *   lookups SEED                           stored sets drawn from a seed; none without it
 *
 * Lines come in any order; events arrive in theirs. */
#pragma once

#include "eval/eval.h"

typedef struct {
    EventRow *items;
    size_t count, capacity;
} EventRows;

typedef struct {
    Text code;
    Value *values;     /* one per property */
    EventRows *events; /* one per stream */
    uint64_t arrivals; /* events of all streams so far */
} Person;

typedef struct {
    Person *items;
    size_t count, capacity;
} People;

typedef struct {
    Item **items;
    size_t count, capacity;
} ItemRows;

typedef struct {
    Arena *arena;
    Schema *schema; /* its arrays have room for what is added */
    ItemRows items;
    People people;
    Catalog catalog;
    Lookups lookups;
    bool has_lookups;
    uint64_t lookups_seed;
} Population;

Population *population_new(Arena *arena);
/* Add what a text says; INVALID names the line. */
MUST_CHECK Status population_read(Population *population, Text text, Error *err);
/* The same as text that population_read reads. */
Text population_print(const Population *population, Arena *arena);

Property *population_add_property(Population *population, Text name, PropertyType type,
                                  uint8_t scale);
/* `fields` are copied; slots are numbered. */
Stream *population_add_stream(Population *population, Text name, const Field *fields,
                              size_t fields_count);
Item *population_add_item(Population *population, Text code);
Person *population_add_person(Population *population, Text code);
/* An event with all fields missing; its values may be filled until population_finish. */
Value *population_add_event(Population *population, Person *person, size_t stream_index, Moment at);
void population_add_metric(Population *population, Text name, Text expression);
void population_add_segment(Population *population, Text name, bool is_dynamic, Text rule);
void population_add_saved(Population *population, Text name);
void population_add_classification(Population *population, Text name);
void population_add_score(Population *population, Text name);
void population_use_lookups(Population *population, uint64_t seed);

/* Order the events; after all was added. */
void population_finish(Population *population);

/* The customers in turn, each copied into the row's arena and so gone with it. */
CustomerSource *population_source(const Population *population, Arena *arena);
CustomerRow population_row(const Population *population, size_t index, Arena *arena);
const Lookups *population_lookups(const Population *population); /* NULL without */

/* Printing of the words of a line. */
Text population_quote(Text word, Arena *arena);
