/* test_amount.c -- amounts taken apart into number and currency. */
#include "harness/harness.h"
#include "ingest/amount.h"

#include "base/buffer.h"
#include "base/error.h"

static void expect_amount(const char *text, const char *expected)
{
    AUTO(buffer_done) Buffer out = {0};
    WrittenAmount amount;
    if (amount_split(text_of(text), &amount))
        buffer_printf(&out, "%s%.*s|%.*s", amount.is_negative ? "minus " : "",
                      TEXT_FORMAT(amount.number), TEXT_FORMAT(amount.currency));
    EXPECT_TEXT(buffer_view(&out), expected);
}

TEST(one_number_and_one_word)
{
    expect_amount("1 000,50 ₽", "1 000,50|₽");
    expect_amount("1000руб.", "1000|руб.");
    expect_amount("$5", "5|$");
    expect_amount("$-5", "-5|$");
    expect_amount("-$5", "minus 5|$");
    expect_amount("\u2212$5", "minus 5|$");
    expect_amount("-5 грн", "-5|грн");
    expect_amount("UAH 1.5", "1.5|UAH");
}

TEST(what_is_no_amount)
{
    expect_amount("5", "");
    expect_amount("-5", "");
    expect_amount("руб", "");
    expect_amount("$5 руб", "");
    expect_amount("", "");
    expect_amount("a very long word before a number 5", "");
}
