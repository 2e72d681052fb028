/* language.c -- the three languages of the product and texts that exist in all of them. */
#include "model/language.h"

static const char *const codes[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = "en", [LANGUAGE_RU] = "ru", [LANGUAGE_UK] = "uk"};

bool language_parse(Text code, Language *ret_language)
{
    for (Language language = 0; language < LANGUAGE_COUNT; language++) {
        if (!text_equal_ascii_case(code, text_of(codes[language]))) continue;
        *ret_language = language;
        return true;
    }
    return false;
}

const char *language_code(Language language)
{
    return codes[language];
}

Text labels_get(const Labels *labels, Language language)
{
    if (labels->in[language].size > 0) return labels->in[language];
    if (labels->in[LANGUAGE_EN].size > 0) return labels->in[LANGUAGE_EN];
    for (Language other = 0; other < LANGUAGE_COUNT; other++)
        if (labels->in[other].size > 0) return labels->in[other];
    return (Text){0};
}

Text labels_or(const Labels *labels, Language language, Text name)
{
    Text label = labels_get(labels, language);
    return label.size > 0 ? label : name;
}
