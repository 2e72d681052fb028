/* test_text.c -- views of UTF-8 bytes: comparing, slicing, decoding, malformed input. */
#include "base/random.h"
#include "base/text.h"
#include "harness/harness.h"

#include <string.h>

static const Text nothing = {NULL, 0};

TEST(text_of_null_is_empty)
{
    EXPECT(text_equal(text_of(NULL), TEXT("")));
    EXPECT_INT(text_of("абв").size, 6);
}

TEST(text_compare_orders_by_code_point)
{
    EXPECT(text_compare(TEXT("a"), TEXT("b")) < 0);
    EXPECT(text_compare(TEXT("b"), TEXT("a")) > 0);
    EXPECT(text_compare(TEXT("a"), TEXT("ab")) < 0);
    EXPECT(text_compare(TEXT("ab"), TEXT("a")) > 0);
    EXPECT_INT(text_compare(TEXT("ab"), TEXT("ab")), 0);
    EXPECT_INT(text_compare(nothing, TEXT("")), 0);
    EXPECT(text_compare(nothing, TEXT("a")) < 0);
    EXPECT(text_compare(TEXT("z"), TEXT("а")) < 0);
    EXPECT(text_compare(TEXT("\uFFFD"), TEXT("\U0001F600")) < 0);
    EXPECT(text_compare(TEXT("a\0b"), TEXT("a\0c")) < 0);
}

TEST(text_finds_parts)
{
    Text text = TEXT("Супер дрель");
    EXPECT(text_starts_with(text, TEXT("Супер")));
    EXPECT(text_starts_with(text, nothing));
    EXPECT(!text_starts_with(TEXT("Су"), text));
    EXPECT(text_ends_with(text, TEXT("дрель")));
    EXPECT(text_ends_with(nothing, nothing));
    EXPECT(!text_ends_with(text, TEXT("Супер")));
    EXPECT(text_contains(text, TEXT("р д")));
    EXPECT(text_contains(nothing, nothing));
    EXPECT(!text_contains(nothing, text));
    EXPECT(!text_contains(text, TEXT("Дрель")));
}

TEST(text_equal_ascii_case_leaves_other_letters)
{
    EXPECT(text_equal_ascii_case(TEXT("Order_ID"), TEXT("oRDER_id")));
    EXPECT(!text_equal_ascii_case(TEXT("ab"), TEXT("abc")));
    EXPECT(!text_equal_ascii_case(TEXT("Ж"), TEXT("ж")));
    EXPECT(!text_equal_ascii_case(TEXT("@"), TEXT("`")));
    EXPECT(!text_equal_ascii_case(TEXT("["), TEXT("{")));
}

TEST(text_trim_takes_spaces_off_both_ends)
{
    EXPECT_TEXT(text_trim(TEXT(" \t\r\n\u00A0 a b\u00A0c \u00A0\v\f")), "a b\u00A0c");
    EXPECT_TEXT(text_trim(TEXT("\u00A0")), "");
    EXPECT_TEXT(text_trim(TEXT("   ")), "");
    EXPECT_TEXT(text_trim(nothing), "");
    /* Р ends in the byte A0: it is a letter, not half a space. */
    EXPECT_TEXT(text_trim(TEXT("Р")), "Р");
}

TEST(text_split_tells_the_end_from_an_empty_rest)
{
    Text rest = TEXT("a,,b,");
    EXPECT_TEXT(text_split(rest, ',', &rest), "a");
    EXPECT_TEXT(text_split(rest, ',', &rest), "");
    EXPECT_TEXT(text_split(rest, ',', &rest), "b");
    EXPECT(rest.data != NULL && rest.size == 0);
    EXPECT_TEXT(text_split(rest, ',', &rest), "");
    EXPECT(rest.data == NULL);
    EXPECT_TEXT(text_split(nothing, ',', &rest), "");
    EXPECT(rest.data == NULL);
}

TEST(text_slice_of_nothing_is_nothing)
{
    EXPECT_TEXT(text_slice(TEXT("abcdef"), 2, 4), "cd");
    EXPECT_TEXT(text_slice(TEXT("abc"), 3, 3), "");
    EXPECT_TEXT(text_slice(nothing, 0, 0), "");
}

TEST(utf8_round_trips_every_code_point)
{
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
        char bytes[4];
        Text text = {bytes, utf8_encode(code_point, bytes)};
        size_t position = 0;
        bool is_same = utf8_is_valid(text) && utf8_next(text, &position) == code_point &&
                       position == text.size;
        if (!is_same) harness_fail(__FILE__, __LINE__, "U+%04X is lost", code_point);
    }
}

TEST(utf8_encode_replaces_what_is_no_character)
{
    char bytes[4];
    EXPECT(text_equal((Text){bytes, utf8_encode(0xD800, bytes)}, TEXT("\uFFFD")));
    EXPECT(text_equal((Text){bytes, utf8_encode(0x110000, bytes)}, TEXT("\uFFFD")));
}

/* What a malformed text decodes to, as the standard recommends: one U+FFFD for the longest part
 * that could begin a code point. */
static void expect_decoded(int line, Text text, const char *expected)
{
    char decoded[64];
    size_t size = 0;
    for (size_t position = 0; position < text.size;)
        size += utf8_encode(utf8_next(text, &position), decoded + size);
    harness_expect_text(__FILE__, line, "decoded", (Text){decoded, size}, text_of(expected));
    if (utf8_is_valid(text)) harness_fail(__FILE__, line, "taken for valid");
}

TEST(utf8_malformed_bytes_become_replacements)
{
    expect_decoded(__LINE__,
                   TEXT("a\x80"
                        "b"),
                   "a\uFFFDb");
    expect_decoded(__LINE__, TEXT("\xD0"), "\uFFFD");
    expect_decoded(__LINE__,
                   TEXT("\xD0"
                        "a"),
                   "\uFFFD"
                   "a");
    expect_decoded(__LINE__, TEXT("\xC0\xAF"), "\uFFFD\uFFFD");           /* overlong */
    expect_decoded(__LINE__, TEXT("\xE0\x80\xAF"), "\uFFFD\uFFFD\uFFFD"); /* overlong */
    expect_decoded(__LINE__, TEXT("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD"); /* surrogate */
    expect_decoded(__LINE__, TEXT("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
    expect_decoded(__LINE__, TEXT("\xF5"), "\uFFFD");
    expect_decoded(__LINE__, TEXT("\xF0\x9F\x98"), "\uFFFD"); /* cut short */
    expect_decoded(__LINE__,
                   TEXT("\xE2\x84"
                        "a"),
                   "\uFFFD"
                   "a");
    expect_decoded(__LINE__, TEXT("\xCF\xF0\xE8"), "\uFFFD\uFFFD\uFFFD"); /* "При" in 1251 */
}

static Text random_bytes(Random *random, char *out, size_t capacity)
{
    size_t size = (size_t)random_below(random, capacity + 1);
    for (size_t i = 0; i < size; i++) {
        bool is_ascii = random_chance(random, 0.3);
        out[i] = (char)(is_ascii ? random_below(random, 128) : 0x80 + random_below(random, 128));
    }
    return (Text){out, size};
}

/* Code points decoded to the end of the text, or SIZE_MAX when decoding stood still or ran out. */
static size_t count_decoded(Text text, bool *ret_has_replacement)
{
    size_t count = 0, before = 0;
    *ret_has_replacement = false;
    for (size_t position = 0; position < text.size; before = position, count++) {
        if (utf8_next(text, &position) == 0xFFFD) *ret_has_replacement = true;
        if (position <= before || position > text.size) return SIZE_MAX;
    }
    return count;
}

/* Goal: decoding random bytes always moves on, stays inside and tells what is malformed. */
TEST(utf8_survives_random_bytes)
{
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 20000; round++) {
        char bytes[24];
        Text text = random_bytes(&random, bytes, sizeof bytes);
        bool has_replacement;
        size_t count = count_decoded(text, &has_replacement);
        EXPECT(count <= text.size);
        EXPECT_INT(utf8_length(text), count);
        EXPECT(utf8_is_valid(text) || has_replacement);
    }
}

TEST(utf8_length_counts_code_points)
{
    EXPECT_INT(utf8_length(TEXT("Ёлка №1 \U0001F600")), 9);
    EXPECT_INT(utf8_length(nothing), 0);
}
