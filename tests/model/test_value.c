/* test_value.c -- making, comparing and printing values; levels of hierarchies. */
#include "harness/harness.h"
#include "model/value.h"

#include <stdio.h>

TEST(texts_empty_after_folding_are_missing)
{
    EXPECT(value_is_missing(value_text(TEXT(""))));
    EXPECT(value_is_missing(value_text(TEXT(" \t\r\n\xc2\xa0"))));
    EXPECT_TEXT(value_text(TEXT(" Иванов ")).as.text, " Иванов ");
    EXPECT_TEXT(value_text(TEXT("0")).as.text, "0");
    EXPECT(value_is_missing(value_item(NULL)));
}

TEST(sets_drop_empty_members_and_repeats)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text members[] = {TEXT("Спорт"), TEXT(" "), TEXT("спорт"), TEXT("Кино")};
    Value set = value_set(arena, members, 4);
    REQUIRE(set.kind == VALUE_SET);
    EXPECT_INT(set.as.set.count, 2);
    EXPECT_TEXT(set.as.set.items[0], "Спорт");
    EXPECT_TEXT(set.as.set.items[1], "Кино");
    Text blanks[] = {TEXT(""), TEXT("\t")};
    EXPECT(value_is_missing(value_set(arena, blanks, 2)));
    EXPECT(value_is_missing(value_set(arena, NULL, 0)));
}

/* Both ways of dropping repeats and comparing (pairs, hash map) give the same. */
TEST(large_sets_behave_as_small_ones)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text members[200], backwards[200];
    for (size_t i = 0; i < 200; i++)
        members[i] = arena_printf(arena, "%s %zu", i % 2 == 0 ? "Тег" : "ТЕГ", i / 2);
    for (size_t i = 0; i < 200; i++)
        backwards[i] = members[199 - i];
    Value set = value_set(arena, members, 200);
    EXPECT_INT(set.as.set.count, 100);
    EXPECT(value_equal(set, value_set(arena, backwards, 200)));
    EXPECT(!value_equal(set, value_set(arena, members, 198)));
    members[10] = members[11] = TEXT("other");
    EXPECT(!value_equal(set, value_set(arena, members, 200)));
}

TEST(values_equal_by_kind_and_folded_content)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Item drill = {.id = 1}, other = {.id = 2};
    Text ab[] = {TEXT("a"), TEXT("b")}, ba[] = {TEXT("B"), TEXT("A")},
         ac[] = {TEXT("a"), TEXT("c")};
    EXPECT(value_equal(value_missing(), value_missing()));
    EXPECT(!value_equal(value_missing(), value_bool(false)));
    EXPECT(value_equal(value_text(TEXT("Семён  Ильич")), value_text(TEXT("семен ильич"))));
    EXPECT(!value_equal(value_text(TEXT("007")), value_text(TEXT("7"))));
    EXPECT(value_equal(value_decimal(5), value_decimal(5)));
    EXPECT(!value_equal(value_decimal(5), value_decimal(6)));
    EXPECT(value_equal(value_ratio(0.5), value_ratio(0.5)));
    EXPECT(!value_equal(value_ratio(0.5), value_ratio(0.25)));
    EXPECT(value_equal(value_date(date_of(2026, 1, 1)), value_date(date_of(2026, 1, 1))));
    EXPECT(!value_equal(value_date(date_of(2026, 1, 1)), value_moment((Moment){0})));
    EXPECT(value_equal(value_set(arena, ab, 2), value_set(arena, ba, 2)));
    EXPECT(!value_equal(value_set(arena, ab, 2), value_set(arena, ac, 2)));
    EXPECT(!value_equal(value_set(arena, ab, 2), value_set(arena, ab, 1)));
    EXPECT(value_equal(value_item(&drill), value_item(&drill)));
    EXPECT(!value_equal(value_item(&drill), value_item(&other)));
}

TEST(own_name_is_the_last_level)
{
    EXPECT_TEXT(hierarchy_own_name(TEXT("Центральный ФО / Москва")), "Москва");
    EXPECT_TEXT(hierarchy_own_name(TEXT(" Москва ")), "Москва");
    EXPECT_TEXT(hierarchy_own_name(TEXT("A / B\xc2\xa0/\xc2\xa0 C ")), "C");
    EXPECT_TEXT(hierarchy_own_name(TEXT("Лаки/краски")), "Лаки/краски");
    EXPECT_TEXT(hierarchy_own_name(TEXT("Ремонт /краски и кисти")), "Ремонт /краски и кисти");
    EXPECT_TEXT(hierarchy_own_name(TEXT("")), "");
}

TEST(under_finds_any_level_and_consecutive_levels)
{
    Text path = TEXT("Россия / Центральный ФО / Москва / ЮЗАО");
    EXPECT(hierarchy_is_under(path, TEXT("ЮЗАО")));
    EXPECT(hierarchy_is_under(path, TEXT("россия")));
    EXPECT(hierarchy_is_under(path, TEXT("Центральный  фо")));
    EXPECT(hierarchy_is_under(path, TEXT("Центральный ФО / Москва")));
    EXPECT(hierarchy_is_under(path, path));
    EXPECT(!hierarchy_is_under(path, TEXT("Россия / Москва")));
    EXPECT(!hierarchy_is_under(path, TEXT("Моск")));
    EXPECT(!hierarchy_is_under(path, TEXT("Москва / ЮЗАО / Дом")));
    EXPECT(!hierarchy_is_under(path, TEXT("")));
    EXPECT(!hierarchy_is_under(TEXT(""), TEXT("Москва")));
    EXPECT(hierarchy_is_under(TEXT("A / A / B"), TEXT("A / B")));
}

TEST(spaces_beside_a_slash_count_for_nothing_under)
{
    Text path = TEXT("Центральный ФО / Тульская область / Тула");
    EXPECT(hierarchy_is_under(path, TEXT("центральный фо/тульская область")));
    EXPECT(hierarchy_is_under(path, TEXT("ТУЛЬСКАЯ ОБЛАСТЬ /тула")));
    EXPECT(!hierarchy_is_under(path, TEXT("центральный фо/тульская")));
    EXPECT(!hierarchy_is_under(path, TEXT("фо/тульская область")));
    EXPECT(!hierarchy_is_under(path, TEXT("/")));
    Text slashed = TEXT("Ремонт / Лаки/краски / Белые");
    EXPECT(hierarchy_is_under(slashed, TEXT("лаки / краски")));
    EXPECT(hierarchy_is_under(slashed, TEXT("ремонт/лаки/краски")));
    EXPECT(!hierarchy_is_under(slashed, TEXT("Лаки")));
    EXPECT(!hierarchy_is_under(slashed, TEXT("краски / Белые")));
    EXPECT(!hierarchy_is_under(slashed, TEXT("ремонт/лаки")));
}

TEST(machine_form_is_one_line_and_exact)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Type number = {.kind = TYPE_DECIMAL, .scale = 4}, text = {.kind = TYPE_TEXT};
    Item drill = {.id = 1, .code = TEXT("D-1"), .name = TEXT("Супер дрель")};
    Text members[] = {TEXT("Кино"), TEXT("Спорт")};
    Date date = date_of(2026, 3, 31);
    EXPECT_TEXT(value_print(value_missing(), number, arena), "");
    EXPECT_TEXT(value_print(value_bool(true), (Type){.kind = TYPE_BOOL}, arena), "true");
    EXPECT_TEXT(value_print(value_decimal(-1234500), number, arena), "-123.45");
    EXPECT_TEXT(value_print(value_ratio(0.1), (Type){.kind = TYPE_RATIO}, arena), "0.1");
    EXPECT_TEXT(value_print(value_date(date), (Type){.kind = TYPE_DATE}, arena), "2026-03-31");
    EXPECT_TEXT(
        value_print(value_moment(moment_of(date, 14, 30, 5)), (Type){.kind = TYPE_MOMENT}, arena),
        "2026-03-31T14:30:05");
    EXPECT_TEXT(value_print(value_text(TEXT("две\r\nстроки")), text, arena), "две  строки");
    EXPECT_TEXT(value_print(value_set(arena, members, 2), text, arena), "Кино|Спорт");
    EXPECT_TEXT(value_print(value_item(&drill), (Type){.kind = TYPE_ITEM}, arena), "D-1");
}

TEST(every_type_has_a_name)
{
    for (TypeKind kind = 0; kind < TYPE_KIND_COUNT; kind++)
        EXPECT(text_of(type_name((Type){.kind = kind})).size > 0);
    EXPECT_TEXT(text_of(type_name((Type){.kind = TYPE_DECIMAL, .scale = 4, .is_money = true})),
                "money");
    EXPECT_TEXT(text_of(type_name((Type){.kind = TYPE_DECIMAL, .scale = 4})), "number");
}
