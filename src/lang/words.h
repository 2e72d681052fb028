/* words.h -- the vocabulary of the language: keywords, operators, units, and what a bare name is.
 *
 * Words compare without case (ASCII). A word that is not reserved is a word only in its place:
 * `last` is a property's name in `last > 3` and begins a window in `last 3 months`. */
#pragma once

#include "lang/ast.h"

typedef enum {
    WORD_OTHER, /* no word of the grammar: a name, a function, a unit */
#define WORD(name, word, reserved) WORD_##name,
#include "lang/words.def"
#undef WORD
    WORD_COUNT
} Word;

Word word_find(Text text); /* WORD_OTHER when it is none */
bool word_is_reserved(Word word);
const char *word_text(Word word); /* "and"; not for WORD_OTHER */

/* The words of an enum, indexed by its constants; NULL where there is none. */
typedef struct {
    const char *const *words;
    size_t count;
} WordList;

extern const WordList UNIT_WORDS, AGGREGATE_WORDS, FUNCTION_WORDS, COMPARE_WORDS, ARITHMETIC_WORDS;

const char *word_list_get(const WordList *list, size_t value); /* there must be one */
/* The smallest value with exactly this word; false when there is none. */
bool word_list_find(const WordList *list, Text word, size_t *ret_value);

bool unit_find(Text text, Unit *ret_unit); /* "month" and "months" */
const char *unit_word(Unit unit);          /* "month" */
bool aggregate_find(Text text, AggregateKind *ret_kind);
const char *aggregate_word(AggregateKind kind);
bool function_find(Text text, FunctionKind *ret_function);
const char *function_word(FunctionKind function);
/* The word of the function or aggregate that this is, in our words or in others'; empty when none.
 */
Text function_meant(Text text);
/* The same, or the one that is spelt like it. */
Text function_suggest(Text text);

const char *compare_operator_word(CompareOperator comparison);      /* "<=" */
const char *arithmetic_operator_word(ArithmeticOperator operation); /* "+" */
const char *text_match_words(TextMatch match);                      /* "starts with" */

bool character_is_space(uint32_t point);
bool character_begins_name(uint32_t point); /* a letter or '_' */
bool character_is_of_name(uint32_t point);  /* a letter, a digit or '_' */
/* Whether a name can be written without backticks: letters, digits, '_', not reserved. */
bool name_is_bare(Text name);
/* Whether backticks can hold it: not empty, no control characters. */
bool name_is_valid(Text name);

/* What people write by habit or with the wrong keyboard, and what the language says instead; both
 * give an empty text when there is nothing to say. */
enum { WORD_LATIN_MAX = 32 };
Text word_meant(Text text);         /* "или" -> "or", "like" -> "contains" */
bool word_means_missing(Text text); /* null, empty, пусто */
Text word_in_latin(Text text, char out[WORD_LATIN_MAX]); /* "сount", its с Cyrillic -> "count" */
