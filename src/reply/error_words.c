/* error_words.c -- error sentences in the reader's language, found by their English format. */
#include "reply/error_words.h"

#include <string.h>

typedef struct {
    const char *english, *russian, *ukrainian;
} ErrorText;

static const ErrorText texts[] = {
#define ERROR_TEXT(english, russian, ukrainian) {english, russian, ukrainian},
#include "reply/errors/access.def"
#include "reply/errors/activation.def"
#include "reply/errors/app.def"
#include "reply/errors/base.def"
#include "reply/errors/classification.def"
#include "reply/errors/columns.def"
#include "reply/errors/evaluation.def"
#include "reply/errors/ingest.def"
#include "reply/errors/model.def"
#include "reply/errors/phrases.def"
#include "reply/errors/report.def"
#include "reply/errors/segment.def"
#include "reply/errors/server.def"
#include "reply/errors/store.def"
#include "reply/errors/system.def"
#undef ERROR_TEXT
/* reasons to refuse a value are told within errors too */
#define FAULT(name, english, russian, ukrainian) {english, russian, ukrainian},
#include "ingest/fault.def"
#undef FAULT
};

/* Errors are rare and the formats few: no table is needed to find one. */
static const ErrorText *find(const char *format)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].english, format) == 0) return &texts[i];
    return NULL;
}

static const char *in_russian(const char *format)
{
    const ErrorText *text = find(format);
    return text == NULL ? NULL : text->russian;
}

static const char *in_ukrainian(const char *format)
{
    const ErrorText *text = find(format);
    return text == NULL ? NULL : text->ukrainian;
}

ErrorWords error_words_of(Language language)
{
    switch (language) {
    case LANGUAGE_RU: return in_russian;
    case LANGUAGE_UK: return in_ukrainian;
    case LANGUAGE_EN:
    case LANGUAGE_COUNT: break;
    }
    return NULL;
}
