/* labels.c -- words of tables and cards in the three languages of the product. */
#include "cli/labels.h"

Text label_get(Label label, Language language)
{
    static const char *const words[LABEL_COUNT][LANGUAGE_COUNT] = {
#define LABEL(name, en, ru, uk) \
    [LABEL_##name] = {[LANGUAGE_EN] = (en), [LANGUAGE_RU] = (ru), [LANGUAGE_UK] = (uk)},
#include "cli/labels.def"
#undef LABEL
    };
    return text_of(words[label][language]);
}
