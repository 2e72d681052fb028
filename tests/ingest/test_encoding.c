/* test_encoding.c -- decoding against iconv, and guessing what a file is written in. */
#include "harness/harness.h"

#include "ingest/charset.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

static const char RUSSIAN[] = "Код;Наименование;Город\n1;ООО «Ромашка»;Москва\n"
                              "2;Иванов Пётр Сергеевич;Санкт-Петербург\n3;Дрель ударная;Казань\n";
static const char UKRAINIAN[] = "Код;Найменування;Місто\n1;ТОВ Соняшник;Київ\n"
                                "2;Шевченко Євген Їжакович;Львів\n3;Дриль ударний;Харків\n";

/* What iconv makes of UTF-8 in another encoding. */
static Text encoded(const char *utf8, const char *name, char *out, size_t capacity)
{
    iconv_t converter = iconv_open(name, "UTF-8");
    char input[1024];
    snprintf(input, sizeof input, "%s", utf8);
    char *from = input, *to = out;
    size_t left = strlen(input), room = capacity;
    EXPECT(iconv(converter, &from, &left, &to, &room) != (size_t)-1);
    iconv_close(converter);
    return (Text){out, capacity - room};
}

static void expect_decoded(Encoding encoding, Text bytes, const char *expected)
{
    for (size_t piece = 1; piece < 6; piece++) {
        Charset charset;
        charset_init(&charset, encoding);
        Buffer out = {0};
        for (size_t i = 0; i < bytes.size; i += piece) {
            size_t end = i + piece < bytes.size ? i + piece : bytes.size;
            charset_decode(&charset, text_slice(bytes, i, end), &out);
        }
        charset_finish(&charset, &out);
        EXPECT_TEXT(buffer_view(&out), expected);
        buffer_done(&out);
    }
}

TEST(tables_agree_with_iconv)
{
    static const struct {
        Encoding encoding;
        const char *name;
    } cases[] = {
        {ENCODING_WINDOWS_1251, "CP1251"}, {ENCODING_CP866, "CP866"}, {ENCODING_KOI8_U, "KOI8-U"}};
    for (size_t i = 0; i < 3; i++) {
        iconv_t converter = iconv_open("UTF-8", cases[i].name);
        for (unsigned byte = 0x80; byte <= 0xFF; byte++) {
            char input = (char)byte, utf8[8] = "";
            char *from = &input, *to = utf8;
            size_t left = 1, room = sizeof utf8;
            bool has_meaning = iconv(converter, &from, &left, &to, &room) != (size_t)-1;
            uint16_t code_point = charset_table(cases[i].encoding)[byte - 0x80];
            EXPECT_INT(code_point != 0, has_meaning);
            size_t position = 0;
            if (has_meaning)
                EXPECT_INT(utf8_next((Text){utf8, sizeof utf8 - room}, &position), code_point);
            iconv(converter, NULL, NULL, NULL, NULL);
        }
        iconv_close(converter);
    }
}

TEST(one_byte_encodings)
{
    char bytes[1024];
    expect_decoded(ENCODING_WINDOWS_1251, encoded(RUSSIAN, "CP1251", bytes, sizeof bytes), RUSSIAN);
    expect_decoded(ENCODING_KOI8_U, encoded(UKRAINIAN, "KOI8-U", bytes, sizeof bytes), UKRAINIAN);
    expect_decoded(ENCODING_CP866, TEXT("\x8C\xAE\xE1\xAA\xA2\xA0"), "Москва");
    expect_decoded(ENCODING_WINDOWS_1251, TEXT("a\x98z"), "a\xFFz");
}

TEST(utf16)
{
    char bytes[2048];
    expect_decoded(ENCODING_UTF16LE, encoded("Москва; 😀 x", "UTF-16LE", bytes, sizeof bytes),
                   "Москва; 😀 x");
    expect_decoded(ENCODING_UTF16BE, encoded("Москва; 😀 x", "UTF-16BE", bytes, sizeof bytes),
                   "Москва; 😀 x");
    /* A lone high, a lone low surrogate, half a code unit at the end. */
    expect_decoded(ENCODING_UTF16LE, TEXT("\x3D\xD8x\0"), "\xFFx");
    expect_decoded(ENCODING_UTF16LE, TEXT("\x00\xDCx\0"), "\xFFx");
    expect_decoded(ENCODING_UTF16LE, TEXT("x\0\x3D\xD8"), "x\xFF");
    expect_decoded(ENCODING_UTF16LE, TEXT("x\0y"), "x\xFF");
}

static void expect_guess(int line, Text bytes, Encoding encoding, bool is_certain)
{
    AUTO(arena_done) Arena *arena = arena_new();
    CharsetGuess guess = charset_guess(bytes, true, (Voice){arena, LANGUAGE_EN});
    harness_expect_int(__FILE__, line, guess.why.data, guess.encoding, encoding);
    harness_expect_int(__FILE__, line, "is_certain", guess.is_certain, is_certain);
    EXPECT(guess.why.size > 0);
}

#define EXPECT_GUESS(bytes, encoding, is_certain) \
    expect_guess(__LINE__, bytes, ENCODING_##encoding, is_certain)

TEST(guesses_marks)
{
    EXPECT_GUESS(TEXT("\xEF\xBB\xBF"
                      "a;b"),
                 UTF8, true);
    EXPECT_GUESS(TEXT("\xFF\xFE"
                      "a\0"),
                 UTF16LE, true);
    EXPECT_GUESS(TEXT("\xFE\xFF\0a"), UTF16BE, true);
}

TEST(guesses_without_a_mark)
{
    char bytes[2048];
    EXPECT_GUESS(TEXT("a;b\n1;2\n"), UTF8, true);
    EXPECT_GUESS(text_of(RUSSIAN), UTF8, true);
    EXPECT_GUESS(encoded(RUSSIAN, "UTF-16LE", bytes, sizeof bytes), UTF16LE, true);
    EXPECT_GUESS(encoded(RUSSIAN, "UTF-16BE", bytes, sizeof bytes), UTF16BE, true);
    EXPECT_GUESS(encoded("Code;Name\n1;x\n", "UTF-16LE", bytes, sizeof bytes), UTF16LE, true);
    EXPECT_GUESS(encoded(RUSSIAN, "CP1251", bytes, sizeof bytes), WINDOWS_1251, true);
    EXPECT_GUESS(encoded(RUSSIAN, "CP866//TRANSLIT", bytes, sizeof bytes), CP866, true);
    EXPECT_GUESS(encoded(RUSSIAN, "KOI8-U//TRANSLIT", bytes, sizeof bytes), KOI8_U, true);
    EXPECT_GUESS(encoded(UKRAINIAN, "CP1251", bytes, sizeof bytes), WINDOWS_1251, true);
    EXPECT_GUESS(encoded(UKRAINIAN, "KOI8-U", bytes, sizeof bytes), KOI8_U, true);
}

TEST(guesses_capitals)
{
    char bytes[512];
    const char *capitals = "КОД;НАИМЕНОВАНИЕ;ГОРОД\n1;РОМАШКА;МОСКВА\n2;СТРОЙТОРГ;КАЗАНЬ\n";
    EXPECT_GUESS(encoded(capitals, "CP1251", bytes, sizeof bytes), WINDOWS_1251, true);
    EXPECT_GUESS(encoded(capitals, "CP866", bytes, sizeof bytes), CP866, true);
    EXPECT_GUESS(encoded(capitals, "KOI8-U", bytes, sizeof bytes), KOI8_U, true);
}

TEST(a_few_bad_bytes_do_not_change_the_encoding)
{
    EXPECT_GUESS(TEXT("Код;Город\n1;Москва\n2;Ка\xE7\xE0нь\n3;Тула\n"), UTF8, true);
}

/* Two letters say little: the answer may be wrong, so it must not claim to be certain. */
TEST(says_when_it_is_not_sure)
{
    EXPECT_GUESS(TEXT("a\xC0;b\n"), WINDOWS_1251, false);
}
