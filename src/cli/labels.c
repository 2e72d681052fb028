/* labels.c -- words of tables and cards in the three languages of the product. */
#include "cli/labels.h"

static const Wording words[LABEL_COUNT] = {
#define LABEL(name, en, ru, uk) \
    [LABEL_##name] = {{[LANGUAGE_EN] = (en), [LANGUAGE_RU] = (ru), [LANGUAGE_UK] = (uk)}},
#include "cli/labels.def"
#undef LABEL
};

Text label_get(Label label, Language language)
{
    return text_of(words[label].in[language]);
}

Text label_say(Label label, Voice voice, const Text *parts, size_t parts_count)
{
    return voice_say(voice, &words[label], parts, parts_count);
}
