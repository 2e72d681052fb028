/* vocabulary.h -- different texts numbered as they come, with their folded forms, and which of them
 * the present customer has.
 *
 * A text gets an id, its folded form a class; both count from 0. Marks tell what was met since
 * vocabulary_begin_customer, so that a customer's own texts are counted and listed without clearing
 * anything. */
#pragma once

#include "base/arena.h"

typedef struct {
    const char *data;
    uint32_t size;
    uint32_t hash;
    uint32_t mark; /* number of the customer who had it last */
    uint32_t class;
    uint32_t code; /* as vocabulary_give_code left it */
} TextEntry;

typedef struct {
    uint32_t *slots; /* id + 1, 0 free; a power of two of them */
    size_t slots_count;
    TextEntry *entries; /* by id */
    uint32_t count, capacity;
    Arena *bytes;
    uint32_t last; /* id that was asked for last: texts come in runs */
} TextTable;

typedef struct {
    TextTable texts;
    TextTable folds;   /* their `class` is not used */
    uint32_t customer; /* the present one's number, from 1 */
    uint32_t *own;     /* the ids of his texts, in the order they came */
    uint32_t own_count, own_capacity;
    uint32_t own_classes_count;
    Arena *scratch; /* for folding */
} Vocabulary;

Vocabulary *vocabulary_new(void);
void vocabulary_free(Vocabulary *set); /* accepts NULL */
void vocabulary_clear(Vocabulary *set);
void vocabulary_begin_customer(Vocabulary *set);
/* Id of a text, a new one when it was not met; notes it as the present customer's. */
uint32_t vocabulary_add(Vocabulary *set, Text text);
/* False when the text was never added. */
bool vocabulary_find(Vocabulary *set, Text text, uint32_t *ret_id);
void vocabulary_give_code(Vocabulary *set, uint32_t id, uint32_t code);
uint32_t vocabulary_code(const Vocabulary *set, uint32_t id);
Text vocabulary_text(const Vocabulary *set, uint32_t id);
Text vocabulary_folded(const Vocabulary *set, uint32_t id);
