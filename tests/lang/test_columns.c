/* test_columns.c -- lists of expressions with names. */
#include "harness/harness.h"
#include "lang/lang.h"

/* "name=canonical text; ..." of a list of columns, or the first sentence of what is wrong. */
static Text read_columns(const char *source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    ColumnExpression *columns = NULL;
    size_t count = 0;
    if (expression_parse_columns(text_of(source), arena, &columns, &count, &diagnostics) !=
        STATUS_OK)
        return diagnostic_sentence(&diagnostics.items[0], LANGUAGE_EN, arena);
    Text all = TEXT("");
    for (size_t i = 0; i < count; i++) {
        Text printed = expression_print(columns[i].root, arena);
        all = arena_printf(arena, "%.*s%.*s=%.*s; ", TEXT_FORMAT(all), TEXT_FORMAT(columns[i].name),
                           TEXT_FORMAT(printed));
    }
    return all;
}

TEST(columns_have_written_names_or_their_own_text)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(read_columns("name", arena), "name=name; ");
    EXPECT_TEXT(read_columns("age( birth_date ) as age, city", arena),
                "age=age(birth_date); city=city; ");
    EXPECT_TEXT(read_columns("round(sum(purchase.amount, last 1 year)) AS `Выручка, руб.`", arena),
                "Выручка, руб.=round(sum(purchase.amount, last 1 year)); ");
    EXPECT_TEXT(read_columns("manager as 'Менеджер'", arena), "Менеджер=manager; ");
}

TEST(a_heading_may_be_a_word_of_the_language)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(read_columns("distinct(purchase.order) as count, city as date", arena),
                "count=distinct(purchase.order); date=city; ");
}

TEST(commas_inside_brackets_and_texts_do_not_split)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(read_columns("if(city in (\"a, b\", \"c\"), 1, 0) as f, vip", arena),
                "f=if(city in (\"a, b\", \"c\"), 1, 0); vip=vip; ");
}

TEST(wrong_lists_of_columns_are_told)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(read_columns("city as", arena), "expected 'name' after 'as'");
    EXPECT_TEXT(read_columns("city,", arena), "expected a value after ','");
    EXPECT_TEXT(read_columns("city name", arena),
                "a name of several words stands in backticks: `city name`");
    EXPECT_TEXT(read_columns("", arena), "the expression is empty");
}

TEST(two_columns_of_one_name_are_refused)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(read_columns("city, city", arena),
                "two columns are named 'city'; give one of them another name with 'as'");
    EXPECT_TEXT(read_columns("city as a, age(birth_date) as A", arena),
                "two columns are named 'A'; give one of them another name with 'as'");
    EXPECT_TEXT(read_columns("city, city as town", arena), "city=city; town=city; ");
}
