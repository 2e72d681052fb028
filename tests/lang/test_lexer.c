/* test_lexer.c -- what is one token, what it holds, and which words and names there are. */
#include "harness/harness.h"
#include "lang/lang.h"
#include "lang/lexer.h"

/* The tokens as "kind:written kind:written"; kinds by a letter. */
static Text shown_tokens(const char *source, Arena *arena, Diagnostics *diagnostics)
{
    static const char LETTERS[] = "$?wq\"ndm()[],.+-*/%=!<{>}";
    TokenList tokens = lexer_tokens(text_of(source), arena, diagnostics);
    Text shown = TEXT("");
    for (size_t i = 0; i + 1 < tokens.count; i++) {
        Text written = token_source(&tokens, i);
        shown = arena_printf(arena, "%.*s%s%c:%.*s", TEXT_FORMAT(shown), i > 0 ? " " : "",
                             LETTERS[tokens.items[i].kind], TEXT_FORMAT(written));
    }
    return shown;
}

static void expect_tokens(int line, const char *source, const char *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    harness_expect_text(__FILE__, line, source, shown_tokens(source, arena, &diagnostics),
                        text_of(expected));
    harness_expect_int(__FILE__, line, source, (int64_t)diagnostics.count, 0);
}

#define EXPECT_TOKENS(source, expected) expect_tokens(__LINE__, source, expected)

TEST(names_are_letters_of_any_script_digits_and_underscores)
{
    EXPECT_TOKENS("region_1 _x Площадь їжак 日本", "w:region_1 w:_x w:Площадь w:їжак w:日本");
    EXPECT_TOKENS("и\u0306од", "w:и\u0306од");
    EXPECT_TOKENS("`Площадь магазина`.`a``b`", "q:`Площадь магазина` .:. q:`a``b`");
}

TEST(white_space_and_comments_separate)
{
    EXPECT_TOKENS("\uFEFFa\u00A0b\t# c \" `\n\r\nd#e", "w:a w:b w:d");
    EXPECT_TOKENS("", "");
    EXPECT_TOKENS("# only", "");
}

TEST(numbers_dates_and_moments)
{
    EXPECT_TOKENS("40000 1_000_000 0.25 1.a", "n:40000 n:1_000_000 n:0.25 n:1 .:. w:a");
    EXPECT_TOKENS("2026-03-31 2026-3-31", "d:2026-03-31 n:2026 -:- n:3 -:- n:31");
    EXPECT_TOKENS("2026-03-311 12026-03-31", "n:2026 -:- n:03 -:- n:311 n:12026 -:- n:03 -:- n:31");
    EXPECT_TOKENS("2026-03-31T14:30 2026-03-31T14:30:59",
                  "m:2026-03-31T14:30 m:2026-03-31T14:30:59");
}

TEST(signs_are_as_long_as_possible)
{
    EXPECT_TOKENS("a<=b>=c!=d<e>f=g", "w:a {:<= w:b }:>= w:c !:!= w:d <:< w:e >:> w:f =:= w:g");
    EXPECT_TOKENS("[1,2)*3/4%+-", "[:[ n:1 ,:, n:2 ):) *:* n:3 /:/ n:4 %:% +:+ -:-");
}

static void expect_content(int line, const char *source, const char *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    TokenList tokens = lexer_tokens(text_of(source), arena, &diagnostics);
    harness_expect_text(__FILE__, line, source, token_text(&tokens, 0, arena), text_of(expected));
}

TEST(texts_and_quoted_names_hold_what_they_mean)
{
    expect_content(__LINE__, "\"a 'b' \\\"c\\\"\"", "a 'b' \"c\"");
    expect_content(__LINE__, "'it\\'s\\n\\t\\r\\\\'", "it's\n\t\r\\");
    expect_content(__LINE__, "`a``b`", "a`b");
    expect_content(__LINE__, "\"\"", "");
}

/* The codes of all errors of one source. */
static Text codes(const char *source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    shown_tokens(source, arena, &diagnostics);
    Text all = TEXT("");
    for (size_t i = 0; i < diagnostics.count; i++)
        all = arena_printf(arena, "%.*s%s%s", TEXT_FORMAT(all), i > 0 ? " " : "",
                           diagnostic_code(diagnostics.items[i].kind));
    return all;
}

TEST(what_is_no_token_is_reported_once)
{
    AUTO(arena_done) Arena *arena = arena_new();
    static const char *const CASES[][2] = {
        {"$", "L002"},
        {"a @ b ~ c", "L002 L002"},
        {"\"abc", "L003"},
        {"\"abc\nd", "L003"},
        {"'abc\"", "L003"},
        {"`abc", "L004"},
        {"``", "L005"},
        {"\"\\d\\w\"", "L006 L006"},
        {"\"\\", "L006 L003"},
        {"1_", "L007"},
        {"1__0", "L007"},
        {"12345678901234567890", "L007"},
        {"0.1234567890", "L007"},
        {"5kg", "L007"},
        {"1e5", "L007"},
        {"2026-02-30", "L008"},
        {"2026-13-01T10:00", "L008"},
        {"2026-03-31T24:00", "L009"},
        {"2026-03-31T", "L009"},
        {"2026-03-31х", "L009"},
        {"31.03.2026", "L010"},
        {"== && || <> ≥ −", "L010 L010 L010 L010 L010 L010"},
        {"«ёлочки» “quotes” „лапки“", "L010 L010 L010"},
        {"‘one’ »", "L010 L010"},
        {"(;) ;", "L010 L012"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        harness_expect_text(__FILE__, __LINE__, CASES[i][0], codes(CASES[i][0], arena),
                            text_of(CASES[i][1]));
}

TEST(a_flood_of_errors_ends)
{
    AUTO(arena_done) Arena *arena = arena_new();
    char source[10001];
    for (size_t i = 0; i < 10000; i++)
        source[i] = '$';
    source[10000] = '\0';
    Diagnostics diagnostics = diagnostics_new(arena);
    lexer_tokens(text_of(source), arena, &diagnostics);
    EXPECT_INT(diagnostics.errors_count, 50);
}

TEST(a_name_is_bare_when_it_needs_no_backticks)
{
    EXPECT(name_is_bare(TEXT("Площадь_1")));
    EXPECT(name_is_bare(TEXT("last")));
    EXPECT(!name_is_bare(TEXT("1a")));
    EXPECT(!name_is_bare(TEXT("Has")));
    EXPECT(!name_is_bare(TEXT("a b")));
    EXPECT(!name_is_bare(TEXT("м²")));
    EXPECT(!name_is_bare(TEXT("")));
    EXPECT(name_is_valid(TEXT("a b`")));
    EXPECT(!name_is_valid(TEXT("")));
    EXPECT(!name_is_valid(TEXT("a\nb")));
}

TEST(every_word_is_found_by_its_own_text)
{
    for (Word word = WORD_OTHER + 1; word < WORD_COUNT; word++)
        EXPECT_INT(word_find(text_of(word_text(word))), word);
    for (AggregateKind kind = 0; kind < AGGREGATE_COUNT_OF_KINDS; kind++) {
        AggregateKind found = AGGREGATE_COUNT_OF_KINDS;
        EXPECT(aggregate_find(text_of(aggregate_word(kind)), &found) && found == kind);
    }
    for (FunctionKind function = 0; function < FUNCTION_COUNT_OF_KINDS; function++) {
        FunctionKind found = FUNCTION_COUNT_OF_KINDS;
        EXPECT(function_find(text_of(function_word(function)), &found) && found == function);
    }
    for (Unit unit = UNIT_DAY; unit < UNIT_COUNT; unit++) {
        Unit found = UNIT_COUNT;
        EXPECT(unit_find(text_of(unit_word(unit)), &found) && found == unit);
    }
}

TEST(no_function_but_today_is_spelt_like_a_reserved_word)
{
    for (AggregateKind kind = 0; kind < AGGREGATE_COUNT_OF_KINDS; kind++)
        EXPECT(!lang_word_is_reserved(text_of(aggregate_word(kind))));
    for (FunctionKind function = 0; function < FUNCTION_COUNT_OF_KINDS; function++)
        EXPECT(!lang_word_is_reserved(text_of(function_word(function))) ||
               function == FUNCTION_TODAY);
}
