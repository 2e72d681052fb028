/* enumeration.h -- values of built-in properties and fields that have words in three languages.
 *
 * What is stored, written by rules and given to programs is the value ("claim"); people read and
 * may write its words («претензия»). */
#pragma once

#include "base/arena.h"
#include "model/language.h"

typedef enum {
    ENUMERATION_NONE, /* values are only themselves */
#define ENUMERATION(constant) ENUMERATION_##constant,
#include "model/enumeration.def"
    ENUMERATION_COUNT
} Enumeration;

/* Of a property (`stream` empty) or of a field, both built in. */
Enumeration enumeration_of(Text stream, Text name);
/* The value that `text` stands for: itself, its words in any language or something else that people
 * write for it, folded, without regard to spaces and punctuation; false, and nothing written, when
 * it is none of them. */
bool enumeration_find(Enumeration enumeration, Text text, Arena *scratch, Text *ret_value);
/* Its values, from index 0 on; data NULL behind the last one. */
Text enumeration_value(Enumeration enumeration, size_t index);
/* How people write the value at an index: its words, then what else stands for it; data NULL behind
 * the last one. */
Text enumeration_spelling(Enumeration enumeration, size_t value_index, size_t index);
/* The words of a value; data NULL when it has none. */
Text enumeration_words(Enumeration enumeration, Text value, Language language);
