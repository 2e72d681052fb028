/* enumeration.c -- values of built-in properties and fields that have words in three languages. */
#include "model/enumeration.h"

#include "base/fold.h"

typedef struct {
    Enumeration enumeration;
    const char *value;
    const char *words[LANGUAGE_COUNT];
    const char *synonyms; /* squeezed, joined by '|' */
} ValueRow;

typedef struct {
    const char *stream, *name;
    Enumeration enumeration;
} UseRow;

static const ValueRow value_rows[] = {
#define ENUMERATION_VALUE(enumeration, value, en, ru, uk, synonyms) \
    {ENUMERATION_##enumeration,                                     \
     value,                                                         \
     {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk},  \
     synonyms},
#include "model/enumeration.def"
};

static const UseRow use_rows[] = {
#define ENUMERATION_USE(stream, name, enumeration) {stream, name, ENUMERATION_##enumeration},
#include "model/enumeration.def"
};

enum { VALUES_COUNT = sizeof value_rows / sizeof value_rows[0] };

Enumeration enumeration_of(Text stream, Text name)
{
    for (size_t i = 0; i < sizeof use_rows / sizeof use_rows[0]; i++)
        if (text_equal(stream, text_of(use_rows[i].stream)) &&
            text_equal(name, text_of(use_rows[i].name)))
            return use_rows[i].enumeration;
    return ENUMERATION_NONE;
}

static bool is_among(Text words, Text word)
{
    for (Text rest = words; rest.size != 0;)
        if (text_equal(text_split(rest, '|', &rest), word)) return true;
    return false;
}

/* The row of a text; NULL when it is no value of the enumeration. */
static const ValueRow *find_row(Enumeration enumeration, Text text, Arena *scratch)
{
    /* nearly all texts are values already */
    for (size_t i = 0; i < VALUES_COUNT; i++)
        if (value_rows[i].enumeration == enumeration &&
            text_equal(text, text_of(value_rows[i].value)))
            return &value_rows[i];
    Text word = text_squeeze(text, scratch);
    for (size_t i = 0; word.size != 0 && i < VALUES_COUNT; i++)
        if (value_rows[i].enumeration == enumeration &&
            (text_equal(word, text_of(value_rows[i].value)) ||
             is_among(text_of(value_rows[i].synonyms), word)))
            return &value_rows[i];
    return NULL;
}

bool enumeration_find(Enumeration enumeration, Text text, Arena *scratch, Text *ret_value)
{
    if (enumeration == ENUMERATION_NONE) return false;
    const ValueRow *row = find_row(enumeration, text, scratch);
    if (row != NULL) *ret_value = text_of(row->value);
    return row != NULL;
}

Text enumeration_value(Enumeration enumeration, size_t index)
{
    for (size_t i = 0; enumeration != ENUMERATION_NONE && i < VALUES_COUNT; i++)
        if (value_rows[i].enumeration == enumeration && index-- == 0)
            return text_of(value_rows[i].value);
    return (Text){0};
}

Text enumeration_spelling(Enumeration enumeration, size_t value_index, size_t index)
{
    const ValueRow *row = NULL;
    for (size_t i = 0; row == NULL && i < VALUES_COUNT; i++)
        if (value_rows[i].enumeration == enumeration && value_index-- == 0) row = &value_rows[i];
    if (row == NULL) return (Text){0};
    if (index < LANGUAGE_COUNT) return text_of(row->words[index]);
    Text rest = text_of(row->synonyms);
    for (index -= LANGUAGE_COUNT; index > 0 && rest.size > 0; index--)
        text_split(rest, '|', &rest);
    return rest.size > 0 ? text_split(rest, '|', &rest) : (Text){0};
}

Text enumeration_words(Enumeration enumeration, Text value, Language language)
{
    for (size_t i = 0; enumeration != ENUMERATION_NONE && i < VALUES_COUNT; i++)
        if (value_rows[i].enumeration == enumeration &&
            text_equal_folded(value, text_of(value_rows[i].value)))
            return text_of(value_rows[i].words[language]);
    return (Text){0};
}
