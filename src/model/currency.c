/* currency.c -- the currencies of the world and how people write them beside an amount. */
#include "model/currency.h"

#include "base/error.h"
#include "base/fold.h"

static const struct {
    const char *code, *words;
} CURRENCIES[] = {
#define CURRENCY(code, words) {code, words},
#include "model/currency.def"
#undef CURRENCY
};

enum { CURRENCIES_COUNT = sizeof CURRENCIES / sizeof CURRENCIES[0] };

bool currency_is_known(Text code)
{
    for (size_t i = 0; i < CURRENCIES_COUNT; i++)
        if (text_equal(code, text_of(CURRENCIES[i].code))) return true;
    return false;
}

static bool is_among(Text word, Text words)
{
    for (Text rest = words; rest.size != 0;)
        if (text_equal(text_split(rest, '|', &rest), word)) return true;
    return false;
}

CurrencyMeaning currency_meaning(Text word, Text code)
{
    CurrencyMeaning meaning = CURRENCY_NONE;
    word = text_trim(word);
    while (text_ends_with(word, TEXT(".")))
        word.size--;
    if (word.size == 0) return CURRENCY_NONE;
    AUTO(arena_done) Arena *arena = arena_new();
    Text folded = text_fold(word, arena);
    for (size_t i = 0; i < CURRENCIES_COUNT; i++) {
        bool is_meant = text_equal_ascii_case(word, text_of(CURRENCIES[i].code)) ||
                        is_among(folded, text_of(CURRENCIES[i].words));
        if (!is_meant) continue;
        if (text_equal(code, text_of(CURRENCIES[i].code))) return CURRENCY_OWN;
        meaning = CURRENCY_OTHER;
    }
    return meaning;
}
