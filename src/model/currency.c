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

/* ¢ £ ¤ ¥, ֏ and the block of currency symbols. */
static bool is_sign(Text text)
{
    size_t position = 0;
    if (text.size == 0) return false;
    uint32_t point = utf8_next(text, &position);
    bool is_symbol = (point >= 0x00A2 && point <= 0x00A5) || point == 0x058F ||
                     (point >= 0x20A0 && point <= 0x20CF) || point == '$';
    return is_symbol && position == text.size;
}

Text currency_sign(Text code)
{
    for (size_t i = 0; i < CURRENCIES_COUNT; i++) {
        Text rest;
        Text first = text_split(text_of(CURRENCIES[i].words), '|', &rest);
        if (!text_equal(code, text_of(CURRENCIES[i].code)) || !is_sign(first)) continue;
        bool is_shared = text_equal(first, TEXT("$")) && !text_equal(code, TEXT("USD"));
        if (!is_shared) return first;
    }
    return code;
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
