/* currency.h -- the currencies of the world and how people write them beside an amount. */
#pragma once

#include "base/text.h"

/* Whether an ISO 4217 code in capitals is one of a currency in use. */
bool currency_is_known(Text code);

/* The sign people write beside an amount, "₽"; the code itself where there is none of its own:
 * the dollar sign is that of USD. */
Text currency_sign(Text code);

typedef enum {
    CURRENCY_NONE, /* the word stands for no currency */
    CURRENCY_OWN,  /* for the one asked about: "руб." with RUB, "$" with USD and CAD */
    CURRENCY_OTHER /* for another one */
} CurrencyMeaning;

/* What a sign or a word beside an amount means where amounts are in the currency `code`: "₽",
 * "Руб.", "грн", "USD". */
CurrencyMeaning currency_meaning(Text word, Text code);
