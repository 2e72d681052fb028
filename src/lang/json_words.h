/* json_words.h -- the words of the JSON form (docs/language-json.md) that the text does not have.
 * Operators, units and functions are spelt as in the text (words.h). */
#pragma once

#include "lang/words.h"

extern const WordList JSON_NODE_KINDS;    /* NodeKind; the four kinds of names are all "name" */
extern const WordList JSON_WINDOW_KINDS;  /* WindowKind; nothing for WINDOW_ALL */
extern const WordList JSON_LITERAL_TYPES; /* ValueKind */
extern const WordList JSON_TEXT_MATCHES;  /* TextMatch */
extern const WordList JSON_QUANTIFIERS;   /* HasQuantifier */
extern const WordList JSON_DIRECTIONS;    /* is_top of a ranking */
