/* test_currency.c -- currencies by their codes, signs and words. */
#include "harness/harness.h"
#include "model/currency.h"

TEST(codes_in_use_are_known)
{
    EXPECT(currency_is_known(TEXT("RUB")));
    EXPECT(currency_is_known(TEXT("UAH")));
    EXPECT(!currency_is_known(TEXT("rub")));
    EXPECT(!currency_is_known(TEXT("ABC")));
    EXPECT(!currency_is_known(TEXT("RU")));
    EXPECT(!currency_is_known(TEXT("")));
}

TEST(signs_and_words_beside_amounts)
{
    EXPECT_INT(currency_meaning(TEXT("₽"), TEXT("RUB")), CURRENCY_OWN);
    EXPECT_INT(currency_meaning(TEXT(" Руб. "), TEXT("RUB")), CURRENCY_OWN);
    EXPECT_INT(currency_meaning(TEXT("rub"), TEXT("RUB")), CURRENCY_OWN);
    EXPECT_INT(currency_meaning(TEXT("руб."), TEXT("BYN")), CURRENCY_OWN);
    EXPECT_INT(currency_meaning(TEXT("руб."), TEXT("UAH")), CURRENCY_OTHER);
    EXPECT_INT(currency_meaning(TEXT("грн."), TEXT("UAH")), CURRENCY_OWN);
    EXPECT_INT(currency_meaning(TEXT("$"), TEXT("CAD")), CURRENCY_OWN);
    EXPECT_INT(currency_meaning(TEXT("$"), TEXT("RUB")), CURRENCY_OTHER);
    EXPECT_INT(currency_meaning(TEXT("Kč"), TEXT("CZK")), CURRENCY_OWN);
    EXPECT_INT(currency_meaning(TEXT("ZŁ"), TEXT("PLN")), CURRENCY_OWN);
    EXPECT_INT(currency_meaning(TEXT("шт."), TEXT("RUB")), CURRENCY_NONE);
    EXPECT_INT(currency_meaning(TEXT("."), TEXT("RUB")), CURRENCY_NONE);
    EXPECT_INT(currency_meaning(TEXT(""), TEXT("RUB")), CURRENCY_NONE);
}

TEST(currencies_have_the_sign_people_write)
{
    EXPECT_TEXT(currency_sign(TEXT("RUB")), "₽");
    EXPECT_TEXT(currency_sign(TEXT("UAH")), "₴");
    EXPECT_TEXT(currency_sign(TEXT("USD")), "$");
    EXPECT_TEXT(currency_sign(TEXT("CAD")), "CAD"); /* "$" alone would be taken for another one */
    EXPECT_TEXT(currency_sign(TEXT("CHF")), "CHF");
    EXPECT_TEXT(currency_sign(TEXT("AED")), "AED");
}
