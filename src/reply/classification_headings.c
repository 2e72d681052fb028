/* classification_headings.c -- words of tables about classifications. */
#include "reply/classification_headings.h"

static const struct {
    const char *key;
    const char *words[LANGUAGE_COUNT];
} headings[] = {
#define HEADING(name, key, en, ru, uk) \
    [HEADING_##name] = {key, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "reply/classification_heading.def"
#undef HEADING
};

Text heading_word(Heading heading, Language language)
{
    return text_of(headings[heading].words[language]);
}

OutputColumn heading_column(Heading heading, Type type, Language language)
{
    return (OutputColumn){text_of(headings[heading].key), heading_word(heading, language), type};
}

OutputColumn heading_of_number(Text name, Type type, Language language)
{
    for (size_t i = 0; i < HEADING_COUNT; i++)
        if (text_equal(name, text_of(headings[i].key)))
            return heading_column((Heading)i, type, language);
    return (OutputColumn){name, name, type};
}

Text heading_class(Text name, Heading without, OutputOptions options)
{
    if (name.size > 0 || options.format != FORMAT_TABLE) return name;
    return heading_word(without, options.language);
}
