/* sentence.h -- inside of the sentences: phrases in three languages, what the files share. */
#pragma once

#include "lang/lang.h"
#include "lang/types.h"

typedef enum {
#define PHRASE(name, en, ru, uk) PHRASE_##name,
#include "lang/sentence_phrases.def"
#undef PHRASE
    PHRASE_COUNT_OF_KINDS,
    PHRASE_NOTHING = PHRASE_COUNT_OF_KINDS
} Phrase;

typedef struct {
    Arena *arena;
    Language language;
    Date as_of;
    Text currency; /* code; empty: amounts stand bare */
} Sentence;

typedef enum {
    STREAM_ONE,
    STREAM_MANY,
    STREAM_OF_MANY,
    STREAM_WITH,
    STREAM_OF_FIRST,
    STREAM_OF_LAST
} StreamForm;

/* ---- sentence_words.c ---- */
/* The phrase with {0}, {1}, {2} filled in. */
Text phrase_fill(const Sentence *sentence, Phrase phrase, Text a, Text b, Text c);
static inline Text phrase_text(const Sentence *sentence, Phrase phrase)
{
    return phrase_fill(sentence, phrase, (Text){0}, (Text){0}, (Text){0});
}
static inline Text phrase_with(const Sentence *sentence, Phrase phrase, Text a)
{
    return phrase_fill(sentence, phrase, a, (Text){0}, (Text){0});
}
Text words_concat(const Sentence *sentence, Text a, Text b);
Text words_in_brackets(const Sentence *sentence, Text text);
Text words_quoted(const Sentence *sentence, Text text);
/* 1234567.5 as "1 234 567,5" (no-break spaces) or "1,234,567.5"; four digits stay together. */
Text words_number(const Sentence *sentence, int64_t mantissa, int scale);
Text words_count(const Sentence *sentence, int64_t count);
Text words_date(const Sentence *sentence, Date date); /* 31.03.2026; in English 2026-03-31 */
Text words_literal(const Sentence *sentence, const Literal *literal);
/* A literal beside `subject`: values may have words of their own. */
Text words_value_of(const Sentence *sentence, const Node *subject, const Literal *literal);
/* A label inside a sentence: the first letter small, unless it begins an abbreviation. */
Text words_label(const Sentence *sentence, const Labels *labels, Text name);
Text words_title(const Sentence *sentence, const Labels *labels, Text name); /* as it is called */
Text words_stream(const Sentence *sentence, const Stream *stream, StreamForm form);
Text words_units(const Sentence *sentence, int64_t count, Unit unit); /* "30 дней" */
Text words_units_many(const Sentence *sentence, Unit unit);           /* "месяцев" */
Text words_units_by(const Sentence *sentence, Unit unit);             /* "месяцам" */
/* The days of a window, with a space before: " с 01.01.2026 по 31.03.2026"; empty for no window. */
Text words_window(const Sentence *sentence, const Window *window);

/* ---- sentence_value.c ---- */
/* A value as a noun phrase in the nominative. */
Text sentence_value(const Sentence *sentence, const Node *node);
/* The same where something follows that could be taken for a part of it. */
Text sentence_operand(const Sentence *sentence, const Node *node);
/* A property or field as it is called, in quotes: «Дата рождения»; other values in brackets. */
Text sentence_title(const Sentence *sentence, const Node *node);

/* ---- sentence_event.c ---- */
Text sentence_aggregate(const Sentence *sentence, const Node *node, bool is_negated);
Text sentence_sequence(const Sentence *sentence, const Node *node, bool is_negated);

/* ---- sentence_condition.c ---- */
/* A condition as a clause; `is_negated` says the opposite. */
Text sentence_condition(const Sentence *sentence, const Node *node, bool is_negated);
/* Values of `subject` in a list, "«A», «B»", with what joins the last; long lists are cut. */
Text sentence_list(const Sentence *sentence, const Node *subject, const LiteralList *list,
                   Text joiner);
