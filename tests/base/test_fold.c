/* test_fold.c -- folding: Unicode rules, white space, and the fast path against the library. */
#include "base/error.h"
#include "base/fold.h"
#include "base/random.h"
#include "harness/harness.h"

#include <string.h>

static void expect_folded(int line, const char *text, const char *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    harness_expect_text(__FILE__, line, text, text_fold(text_of(text), arena), text_of(expected));
}

TEST(fold_ascii_and_cyrillic)
{
    expect_folded(__LINE__, "", "");
    expect_folded(__LINE__, "Hello, World! [\\]^_`{|}~@", "hello, world! [\\]^_`{|}~@");
    expect_folded(__LINE__, "ИВАНОВ Пётр Ёлкин", "иванов петр елкин");
    expect_folded(__LINE__, "АЯ", "ая");
    expect_folded(__LINE__, "Супер ДРЕЛЬ №5 — «Ё…»", "супер дрель №5 — «е…»");
}

TEST(fold_keeps_letters_with_marks)
{
    expect_folded(__LINE__, "Йод", "йод");
    expect_folded(__LINE__, "ЇЖАК Її Єва Ґанок І", "їжак її єва ґанок і");
    expect_folded(__LINE__, "ЎЌЃЅЉЊЂЋЏЈЍЀ", "ўќѓѕљњђћџјѝѐ");
    /* Composed and decomposed writings are the same word. */
    expect_folded(__LINE__, "И\u0306од и\u0306", "йод й");
    expect_folded(__LINE__, "І\u0308жак", "їжак");
    expect_folded(__LINE__, "Е\u0308лка е\u0308ж", "елка еж");
    expect_folded(__LINE__, "й\u0301", "й\u0301");
}

/* е with a diaeresis loses it; what is left may combine with the next mark. */
TEST(fold_of_io_with_further_marks_is_stable)
{
    expect_folded(__LINE__, "ё\u0306", "ӗ");
    expect_folded(__LINE__, "ё\u0323", "е\u0323");
    expect_folded(__LINE__, "ё\u0308", "е");
    expect_folded(__LINE__, "ё\u0308\u0308\u0308", "е");
}

TEST(fold_white_space)
{
    expect_folded(__LINE__, "  a \t\r\n b  ", "a b");
    expect_folded(__LINE__, "\u00A0A\u00A0\u00A0Б\xC2\x85В\u00A0", "a б в");
    expect_folded(__LINE__, "a\v\f\u2003\u2028\u2029\u202F\u3000\u1680\u205F\u2000\u200Ab", "a b");
    expect_folded(__LINE__, " \u00A0\t", "");
    expect_folded(__LINE__, "a\u200Bb\u200Cc\u200Dd\uFEFFe\u2060f",
                  "a\u200Bb\u200Cc\u200Dd\uFEFFe\u2060f");
    expect_folded(__LINE__, "a\x1F\x7F b", "a\x1F\x7F b");
}

TEST(fold_full_case_folding_beyond_cyrillic)
{
    expect_folded(__LINE__, "STRASSE Straße ẞ", "strasse strasse ss");
    expect_folded(__LINE__, "ΣΊΣΥΦΟΣ σίσυφος", "σίσυφοσ σίσυφοσ");
    expect_folded(__LINE__, "É e\u0301 É", "é é é");
    expect_folded(__LINE__, "ﬁn", "fin");
    expect_folded(__LINE__, "ＡＢＣ ①", "ａｂｃ ①"); /* NFC, not NFKC */
    expect_folded(__LINE__, "µ", "μ");
    expect_folded(__LINE__, "Ǆ ǅ", "ǆ ǆ");
    expect_folded(__LINE__, "Å\u212B", "åå"); /* the Angstrom sign */
    expect_folded(__LINE__, "Ӓ Ӂ Ԥ Ѵ Ѷ", "ӓ ӂ ԥ ѵ ѷ");
    /* Canonically equal writings of one Greek letter, marks in either order. */
    expect_folded(__LINE__, "α\u0345\u0301", "άι");
    expect_folded(__LINE__, "α\u0301\u0345", "άι");
    expect_folded(__LINE__, "\u1100\u1161\u11A8", "각");
}

TEST(fold_replaces_malformed_bytes)
{
    expect_folded(__LINE__, "\xCF\xF0\xE8 ab", "\uFFFD\uFFFD\uFFFD ab");
    expect_folded(__LINE__, "\xD0", "\uFFFD");
    expect_folded(__LINE__, "A\xD0", "a\uFFFD");
    expect_folded(__LINE__, "\xE2\x80", "\uFFFD");
    expect_folded(__LINE__, "\xC2", "\uFFFD");
}

TEST(fold_keeps_nul_inside)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT(text_equal(text_fold(TEXT("A\0Б"), arena), TEXT("a\0б")));
    EXPECT(text_equal(text_fold(TEXT("A\0É"), arena), TEXT("a\0é")));
}

TEST(fold_of_folded_text_is_a_view_of_it)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text folded = TEXT("иванов № 5 — їжак");
    EXPECT(text_fold(folded, arena).data == folded.data);
    EXPECT_INT(arena_used_bytes(arena), 0);
    Text unfolded = TEXT("Иванов");
    EXPECT(text_fold(unfolded, arena).data != unfolded.data);
}

enum { RANDOM_TEXT_MAX = 96 };

/* A text of code points drawn from `alphabet`, with odd bytes now and then. */
static Text random_text(Random *random, const uint32_t *alphabet, size_t alphabet_count,
                        char out[RANDOM_TEXT_MAX])
{
    size_t size = 0, count = (size_t)random_below(random, RANDOM_TEXT_MAX / 4);
    for (size_t i = 0; i < count; i++)
        size += utf8_encode(alphabet[random_below(random, alphabet_count)], out + size);
    return (Text){out, size};
}

/* Ranges the fast path knows, their neighbours, marks, and letters that it leaves to the library.
 */
static size_t make_alphabet(uint32_t out[2048])
{
    static const uint32_t ranges[][2] = {
        {0x01, 0x7F},     {0x80, 0xBF},     {0x0400, 0x045F}, {0x0460, 0x0464}, {0x0483, 0x0487},
        {0x0490, 0x0492}, {0x04D6, 0x04D7}, {0x0300, 0x030C}, {0x2000, 0x2030}, {0x2116, 0x2116},
        {0xC0, 0xFF},     {0x0345, 0x0345}, {0x212A, 0x212B}, {0x3000, 0x3000}, {0x205F, 0x205F},
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (uint32_t code_point = ranges[i][0]; code_point <= ranges[i][1]; code_point++)
            out[count++] = code_point;
    /* Spaces and ё are more likely, so that runs and combinations happen. */
    for (int i = 0; i < 40; i++) {
        out[count++] = ' ';
        out[count++] = 0x0451;
        out[count++] = 0x0308;
    }
    return count;
}

/* Goal: the fast path gives what the library gives. Method: a Chinese letter at the end sends the
 * whole text the library's way and changes nothing else. */
TEST(fold_fast_path_agrees_with_the_library)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint32_t alphabet[2048];
    size_t all_count = make_alphabet(alphabet), fast_count = 0x7F + 0x40 + 0x60;
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 60000; i++) {
        char out[RANDOM_TEXT_MAX];
        Text text = random_text(&random, alphabet, i % 2 ? all_count : fast_count, out);
        Text folded = text_fold(text, arena);
        Text slow = text_fold(arena_printf(arena, "%s 中", arena_cstr(arena, text)), arena);
        size_t tail = folded.size == 0 ? 3 : 4; /* 中 with or without a space */
        REQUIRE(slow.size >= tail);
        if (!text_equal(text_slice(slow, 0, slow.size - tail), folded))
            harness_fail(__FILE__, __LINE__, "'%.*s' folds to '%.*s', by the library '%.*s'",
                         TEXT_FORMAT(text), TEXT_FORMAT(folded), TEXT_FORMAT(slow));
        arena_reset(arena);
    }
}

/* Goal: folding twice changes nothing, for every code point and for random texts with marks. */
TEST(fold_is_idempotent)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        if (code_point == 0x3400) code_point = 0xA000;   /* Chinese and Korean: all alike, */
        if (code_point == 0xAC10) code_point = 0xF900;   /* and so are private and unused */
        if (code_point == 0x20000) code_point = 0x2F800; /* planes */
        if (code_point == 0x30000) code_point = 0xE0000;
        if (code_point == 0xE0200) break;
        char bytes[4];
        Text once = text_fold((Text){bytes, utf8_encode(code_point, bytes)}, arena);
        if (!text_equal(text_fold(once, arena), once))
            harness_fail(__FILE__, __LINE__, "U+%04X folds further", code_point);
        arena_reset(arena);
    }
    uint32_t alphabet[2048];
    size_t count = make_alphabet(alphabet);
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 30000; i++) {
        char out[RANDOM_TEXT_MAX];
        Text once = text_fold(random_text(&random, alphabet, count, out), arena);
        EXPECT(utf8_is_valid(once));
        EXPECT(text_equal(text_fold(once, arena), once));
        arena_reset(arena);
    }
}

TEST(fold_compares)
{
    EXPECT(text_equal_folded(TEXT("ПЁТР  иванов"), TEXT(" петр\u00A0Иванов")));
    EXPECT(text_equal_folded(TEXT("Straße"), TEXT("STRASSE")));
    EXPECT(!text_equal_folded(TEXT("йод"), TEXT("иод")));
    EXPECT(!text_equal_folded(TEXT("їжак"), TEXT("іжак")));
    EXPECT(text_equal_folded(TEXT(""), TEXT("  ")));
    EXPECT(text_compare_folded(TEXT("Б"), TEXT("а")) > 0);
    EXPECT(text_compare_folded(TEXT("ёж"), TEXT("жук")) < 0);
    EXPECT(text_compare_folded(TEXT("ab"), TEXT("A")) > 0);
    EXPECT_INT(text_compare_folded(TEXT("É"), TEXT("e\u0301")), 0);
    char long_text[5000];
    memset(long_text, 'A', sizeof long_text);
    EXPECT(text_compare_folded((Text){long_text, 5000}, (Text){long_text, 4999}) > 0);
}

TEST(nfc_composes_and_keeps_the_rest)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text plain = TEXT("Ёж  Été\tЙ");
    EXPECT(text_nfc(plain, arena).data == plain.data);
    EXPECT_TEXT(text_nfc(TEXT("И\u0306  Е\u0308 E\u0301 "), arena), "Й  Ё É ");
    EXPECT_TEXT(text_nfc(TEXT("\u2003\u2001"), arena), "\u2003\u2003");
    EXPECT_TEXT(text_nfc(TEXT("a\xFF\u4E2D"), arena), "a\uFFFD\u4E2D");
    EXPECT_TEXT(text_nfc((Text){NULL, 0}, arena), "");
}
