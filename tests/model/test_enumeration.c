/* test_enumeration.c -- values that have words of their own, found by them. */
#include "base/fold.h"
#include "harness/harness.h"
#include "model/enumeration.h"

typedef struct {
    Enumeration enumeration;
    const char *value;
    const char *words[LANGUAGE_COUNT];
    const char *synonyms;
} Row;

static const Row rows[] = {
#define ENUMERATION_VALUE(enumeration, value, en, ru, uk, synonyms) \
    {ENUMERATION_##enumeration, value, {en, ru, uk}, synonyms},
#include "model/enumeration.def"
};

enum { ROWS_COUNT = sizeof rows / sizeof rows[0] };

/* Whatever a table shows can be written back. */
TEST(the_words_of_every_value_find_it)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < ROWS_COUNT; i++) {
        Text value = text_of(rows[i].value), found = {0};
        EXPECT(enumeration_find(rows[i].enumeration, value, arena, &found));
        EXPECT_TEXT(found, rows[i].value);
        for (Language language = 0; language < LANGUAGE_COUNT; language++) {
            Text words = enumeration_words(rows[i].enumeration, value, language);
            EXPECT(words.size > 0);
            found = TEXT("");
            EXPECT(enumeration_find(rows[i].enumeration, words, arena, &found));
            EXPECT_TEXT(found, rows[i].value);
        }
    }
}

TEST(values_of_an_enumeration_are_told_in_their_order)
{
    size_t told = 0;
    for (Enumeration one = ENUMERATION_NONE; one < ENUMERATION_COUNT; one++)
        for (size_t i = 0; enumeration_value(one, i).data != NULL; i++, told++)
            EXPECT(enumeration_words(one, enumeration_value(one, i), LANGUAGE_RU).size > 0);
    EXPECT_INT((int64_t)told, (int64_t)ROWS_COUNT);
    EXPECT_TEXT(enumeration_value(ENUMERATION_GENDER, 1), "female");
    EXPECT(enumeration_value(ENUMERATION_GENDER, 2).data == NULL);
}

/* No word stands for two values, and none is written in a form that nothing squeezed can have. */
TEST(every_synonym_is_squeezed_and_finds_its_own_value)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < ROWS_COUNT; i++)
        for (Text rest = text_of(rows[i].synonyms); rest.size > 0;) {
            Text word = text_split(rest, '|', &rest), found = {0};
            EXPECT(text_equal(word, text_squeeze(word, arena)));
            EXPECT(enumeration_find(rows[i].enumeration, word, arena, &found));
            EXPECT_TEXT(found, rows[i].value);
        }
}

TEST(words_are_found_without_regard_to_case_spaces_and_the_dots_of_yo)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text found = TEXT("untouched");
    EXPECT(enumeration_find(ENUMERATION_CUSTOMER_KIND, TEXT("Физ. лицо"), arena, &found));
    EXPECT_TEXT(found, "person");
    EXPECT(enumeration_find(ENUMERATION_SETTLEMENT_KIND, TEXT("Счёт"), arena, &found));
    EXPECT_TEXT(found, "charge");
    EXPECT(enumeration_find(ENUMERATION_INTERACTION_KIND, TEXT("ПРЕТЕНЗІЯ"), arena, &found));
    EXPECT_TEXT(found, "claim");
    found = TEXT("untouched");
    EXPECT(!enumeration_find(ENUMERATION_INTERACTION_KIND, TEXT("робот"), arena, &found));
    EXPECT(!enumeration_find(ENUMERATION_NONE, TEXT("claim"), arena, &found));
    EXPECT(!enumeration_find(ENUMERATION_GENDER, TEXT(" — "), arena, &found));
    EXPECT_TEXT(found, "untouched");
}

TEST(the_same_word_is_another_value_of_another_field)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text found;
    Enumeration kind = enumeration_of(TEXT("interaction"), TEXT("kind"));
    Enumeration channel = enumeration_of(TEXT("interaction"), TEXT("channel"));
    EXPECT(enumeration_find(kind, TEXT("встреча"), arena, &found));
    EXPECT_TEXT(found, "meeting");
    EXPECT(!enumeration_find(channel, TEXT("претензия"), arena, &found));
    EXPECT_INT(enumeration_of(TEXT(""), TEXT("kind")), ENUMERATION_CUSTOMER_KIND);
    EXPECT_INT(enumeration_of(TEXT(""), TEXT("city")), ENUMERATION_NONE);
    EXPECT(enumeration_words(kind, TEXT("Звонок"), LANGUAGE_RU).data == NULL);
}
