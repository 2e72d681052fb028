/* language.h -- the three languages of the product and texts that exist in all of them. */
#pragma once

#include "base/text.h"

typedef enum { LANGUAGE_EN, LANGUAGE_RU, LANGUAGE_UK, LANGUAGE_COUNT } Language;

/* One text per language; an empty one falls back to English, then to any. */
typedef struct {
    Text in[LANGUAGE_COUNT];
} Labels;

bool language_parse(Text code, Language *ret_language); /* "en", "ru", "uk" */
const char *language_code(Language language);
Text labels_get(const Labels *labels, Language language);
/* The name where there is no label at all. */
Text labels_or(const Labels *labels, Language language, Text name);
