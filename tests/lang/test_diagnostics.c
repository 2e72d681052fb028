/* test_diagnostics.c -- the table of sentences, their rendering under the source, suggestions. */
#include "harness/harness.h"
#include "lang/lang.h"

#include <string.h>

typedef struct {
    const char *code;
    const char *text[LANGUAGE_COUNT];
} MessageRow;

static const MessageRow ROWS[DIAGNOSTIC_COUNT] = {
#define MESSAGE(name, code, severity, en, ru, uk) {code, {en, ru, uk}},
#include "lang/messages.def"
#undef MESSAGE
};

TEST(codes_are_unique_and_say_the_severity)
{
    for (DiagnosticKind i = 0; i < DIAGNOSTIC_COUNT; i++) {
        const char *code = diagnostic_code(i);
        EXPECT(strlen(code) == 4 && code[0] == 'L' && strspn(code + 1, "0123456789") == 3);
        bool is_warning = diagnostic_severity(i) == SEVERITY_WARNING;
        EXPECT(is_warning == (code[1] == '1'));
        for (DiagnosticKind j = 0; j < i; j++)
            EXPECT(strcmp(code, diagnostic_code(j)) != 0);
    }
}

/* Which of {0} {1} {2}, or {0t} and so on, a text uses, as bits. */
static unsigned places_of(const char *text)
{
    unsigned places = 0;
    for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
        bool has_end = at[2] == '}' || (at[2] == 't' && at[3] == '}');
        EXPECT(at[1] >= '0' && at[1] < '0' + DIAGNOSTIC_PARAMETERS_MAX && has_end);
        places |= 1U << (at[1] - '0');
    }
    return places;
}

TEST(sentences_use_the_same_parameters_in_every_language)
{
    for (size_t i = 0; i < DIAGNOSTIC_COUNT; i++)
        for (Language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
            const char *text = ROWS[i].text[language];
            bool is_same = places_of(text) == places_of(ROWS[i].text[LANGUAGE_EN]);
            bool ends_well = text[0] != '\0' && text[strlen(text) - 1] != '.';
            if (!is_same || !ends_well || !utf8_is_valid(text_of(text)))
                harness_fail(__FILE__, __LINE__, "%s: '%s'", ROWS[i].code, text);
        }
}

/* Russian and Ukrainian are not left in English, nor one in the other. */
TEST(sentences_are_in_their_language)
{
    for (size_t i = 0; i < DIAGNOSTIC_COUNT; i++) {
        const char *ru = ROWS[i].text[LANGUAGE_RU], *uk = ROWS[i].text[LANGUAGE_UK];
        bool ru_is_foreign = strpbrk(ru, "\xD0\xD1") == NULL || strstr(ru, "і") || strstr(ru, "ї");
        bool uk_is_foreign = strpbrk(uk, "\xD0\xD1") == NULL || strstr(uk, "ы") ||
                             strstr(uk, "ё") || strstr(uk, "ъ") || strstr(uk, "э");
        if (ru_is_foreign || uk_is_foreign)
            harness_fail(__FILE__, __LINE__, "%s: '%s' '%s'", ROWS[i].code, ru, uk);
    }
}

static void expect_rendered(int line, const char *source, Span span, const char *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    diagnostics_add(&diagnostics, DIAGNOSTIC_REMOVE_CHARACTER, span, TEXT("x"), (Text){0},
                    (Text){0});
    Text actual = diagnostic_render(&diagnostics.items[0], text_of(source), LANGUAGE_EN, arena);
    harness_expect_text(__FILE__, line, source, actual, text_of(expected));
}

TEST(carets_stand_under_the_span)
{
    expect_rendered(__LINE__, "abc def", (Span){4, 7},
                    "1:5: L012: remove 'x'\n  abc def\n      ^^^");
    expect_rendered(__LINE__, "ёж x", (Span){5, 6}, "1:4: L012: remove 'x'\n  ёж x\n     ^");
    expect_rendered(__LINE__, "a\tж\tx", (Span){5, 6},
                    "1:5: L012: remove 'x'\n  a\tж\tx\n   \t \t^");
    expect_rendered(__LINE__, "e\u0301 x", (Span){4, 5},
                    "1:4: L012: remove 'x'\n  e\u0301 x\n    ^");
}

TEST(lines_are_counted_and_only_one_is_shown)
{
    expect_rendered(__LINE__, "a\r\nbc\r\nd", (Span){4, 8}, "2:2: L012: remove 'x'\n  bc\n   ^");
    expect_rendered(__LINE__, "a\n", (Span){2, 2}, "2:1: L012: remove 'x'\n  \n  ^");
    expect_rendered(__LINE__, "ab", (Span){2, 2}, "1:3: L012: remove 'x'\n  ab\n    ^");
}

TEST(a_diagnostic_without_a_place_is_its_sentence)
{
    expect_rendered(__LINE__, "abc", (Span){0, 0}, "L012: remove 'x'");
    expect_rendered(__LINE__, "", (Span){0, 0}, "L012: remove 'x'");
    expect_rendered(__LINE__, "abc", (Span){2, 9}, "L012: remove 'x'");
}

TEST(long_parameters_are_cut_and_stay_on_one_line)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    char text[5001];
    for (size_t i = 0; i < 2500; i++)
        memcpy(text + 2 * i, "ж", 2);
    diagnostics_add(&diagnostics, DIAGNOSTIC_REMOVE_CHARACTER, (Span){0}, (Text){text, 5000},
                    (Text){0}, (Text){0});
    Text sentence = diagnostic_sentence(&diagnostics.items[0], LANGUAGE_EN, arena);
    EXPECT(utf8_is_valid(sentence));
    EXPECT_INT(utf8_length(sentence), 60 + utf8_length(TEXT("remove '…'")));
    diagnostics_add(&diagnostics, DIAGNOSTIC_REMOVE_CHARACTER, (Span){0}, TEXT("a\nb\tc"),
                    (Text){0}, (Text){0});
    EXPECT_TEXT(diagnostic_sentence(&diagnostics.items[1], LANGUAGE_EN, arena), "remove 'a b c'");
}

TEST(many_diagnostics_are_counted_but_not_all_kept)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    for (size_t i = 0; i < DIAGNOSTICS_MAX + 5; i++) {
        diagnostics_add(&diagnostics, DIAGNOSTIC_LIST_EMPTY, (Span){0}, (Text){0}, (Text){0},
                        (Text){0});
        diagnostics_suggest(&diagnostics, TEXT("x"));
    }
    EXPECT_INT(diagnostics.count, DIAGNOSTICS_MAX);
    EXPECT_INT(diagnostics.errors_count, DIAGNOSTICS_MAX + 5);
}

TEST(sorting_keeps_the_order_of_equal_places)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    static const uint32_t BEGINS[] = {9, 5, 3, 5, 1};
    for (size_t i = 0; i < 5; i++) {
        Text letter = {&"abcde"[i], 1};
        diagnostics_add(&diagnostics, DIAGNOSTIC_LIST_EMPTY, (Span){BEGINS[i], 9}, letter,
                        (Text){0}, (Text){0});
    }
    diagnostics_sort(&diagnostics, 1);
    char order[6] = "";
    for (size_t i = 0; i < 5; i++)
        order[i] = diagnostics.items[i].parameters[0].data[0];
    EXPECT_TEXT(text_of(order), "aecbd");
}

TEST(suggestions_are_near_whatever_the_case)
{
    static const Text NAMES[] = {
        {"region", 6}, {"revenue_12m", 11}, {"Площадь магазина", 31}, {"a", 1}};
    EXPECT_TEXT(suggest_name(TEXT("regoin"), NAMES, 4), "region");
    EXPECT_TEXT(suggest_name(TEXT("REGION"), NAMES, 4), "region");
    EXPECT_TEXT(suggest_name(TEXT("revenue12m"), NAMES, 4), "revenue_12m");
    EXPECT_TEXT(suggest_name(TEXT("площадь  магазна"), NAMES, 4), "Площадь магазина");
    EXPECT_TEXT(suggest_name(TEXT("manager"), NAMES, 4), "");
    EXPECT_TEXT(suggest_name(TEXT("b"), NAMES, 4), "");
    EXPECT_TEXT(suggest_name(TEXT("region"), NAMES, 0), "");
}

TEST(a_sentence_ends_with_the_suggestion)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    diagnostics_add(&diagnostics, DIAGNOSTIC_UNKNOWN_FUNCTION, (Span){0}, TEXT("agee"), (Text){0},
                    (Text){0});
    diagnostics_suggest(&diagnostics, TEXT("age"));
    EXPECT_TEXT(diagnostic_sentence(&diagnostics.items[0], LANGUAGE_EN, arena),
                "there is no function 'agee'; did you mean 'age'?");
    EXPECT_TEXT(diagnostic_sentence(&diagnostics.items[0], LANGUAGE_UK, arena),
                "немає функції 'agee'; можливо, ви мали на увазі 'age'?");
}
