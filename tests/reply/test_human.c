/* test_human.c -- numbers, dates and widths as people see them. */
#include "harness/harness.h"
#include "reply/human.h"

#define NBSP "\u00a0"

static const Type number = {.kind = TYPE_DECIMAL, .scale = 2};
static const Type money = {.kind = TYPE_DECIMAL, .scale = 4, .is_money = true};

TEST(numbers_have_the_signs_of_the_language)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Value value = value_decimal(123456789);
    EXPECT_TEXT(human_value(value, number, LANGUAGE_RU, arena), "1" NBSP "234" NBSP "567,89");
    EXPECT_TEXT(human_value(value, number, LANGUAGE_UK, arena), "1" NBSP "234" NBSP "567,89");
    EXPECT_TEXT(human_value(value, number, LANGUAGE_EN, arena), "1,234,567.89");
    EXPECT_TEXT(human_value(value_decimal(-12345), number, LANGUAGE_RU, arena), "-123,45");
    EXPECT_TEXT(human_value(value_decimal(-123400), number, LANGUAGE_RU, arena), "-1" NBSP "234");
    EXPECT_TEXT(human_value(value_decimal(0), number, LANGUAGE_RU, arena), "0");
}

TEST(money_has_two_decimals_and_more_when_they_are_there)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(human_value(value_decimal(400000000), money, LANGUAGE_RU, arena),
                "40" NBSP "000,00");
    EXPECT_TEXT(human_value(value_decimal(15000), money, LANGUAGE_EN, arena), "1.50");
    EXPECT_TEXT(human_value(value_decimal(15125), money, LANGUAGE_EN, arena), "1.5125");
}

TEST(ratios_show_few_decimals)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Type ratio = {.kind = TYPE_RATIO};
    EXPECT_TEXT(human_value(value_ratio(1234.5678), ratio, LANGUAGE_RU, arena), "1" NBSP "234,57");
    EXPECT_TEXT(human_value(value_ratio(0.123456), ratio, LANGUAGE_EN, arena), "0.1235");
    EXPECT_TEXT(human_value(value_ratio(3.0), ratio, LANGUAGE_EN, arena), "3");
    EXPECT_TEXT(human_value(value_ratio(1e300), ratio, LANGUAGE_EN, arena), "1e300");
}

TEST(dates_moments_and_answers_follow_the_language)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Type none = {.kind = TYPE_NONE};
    Date date = date_of(2026, 3, 31);
    EXPECT_TEXT(human_value(value_date(date), none, LANGUAGE_RU, arena), "31.03.2026");
    EXPECT_TEXT(human_value(value_date(date), none, LANGUAGE_EN, arena), "2026-03-31");
    Value moment = value_moment(moment_of(date, 9, 5, 0));
    EXPECT_TEXT(human_value(moment, none, LANGUAGE_UK, arena), "31.03.2026 09:05");
    EXPECT_TEXT(human_value(value_bool(true), none, LANGUAGE_RU, arena), "да");
    EXPECT_TEXT(human_value(value_bool(false), none, LANGUAGE_UK, arena), "ні");
    EXPECT_TEXT(human_value(value_missing(), none, LANGUAGE_RU, arena), "");
}

TEST(shares_have_one_decimal)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(human_share(1, 3, LANGUAGE_RU, arena), "33,3" NBSP "%");
    EXPECT_TEXT(human_share(1, 2, LANGUAGE_EN, arena), "50%");
    EXPECT_TEXT(human_share(0, 0, LANGUAGE_EN, arena), "0%");
}

TEST(widths_count_what_a_terminal_shows)
{
    EXPECT_INT(human_width(TEXT("Дрель")), 5);
    EXPECT_INT(human_width(TEXT("е\u0308лка")), 4);
    EXPECT_INT(human_width(TEXT("日本")), 4);
    EXPECT_INT(human_width(TEXT("1" NBSP "2")), 3);
    EXPECT_INT(human_width(TEXT("")), 0);
}

TEST(a_line_has_nothing_that_moves_the_cursor)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(human_line(TEXT("a\nb\tc\033[31md\xC2\x9B"
                                "31m"),
                           arena),
                "a b c\\u001b[31md\\u009b31m");
    EXPECT_TEXT(human_lines(TEXT("a\nb\tc\x07"), arena), "a\nb\tc\\u0007");
}

/* A name that turns what follows around would show another file or sum than there is. */
TEST(letters_cannot_be_turned_around)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(human_line(TEXT("OOO \u202E\u043C\u0438\u0440\u202C"), arena),
                "OOO \\u202e\u043C\u0438\u0440\\u202c");
    EXPECT_TEXT(human_line(TEXT("\u2066a\u2069\u200F\u061C"), arena),
                "\\u2066a\\u2069\\u200f\\u061c");
    EXPECT_TEXT(human_line(TEXT("a\u2028b\u00a0c"), arena), "a b\u00a0c");
}
