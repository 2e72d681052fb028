/* charset_guess.c -- which encoding a file has: byte order mark, UTF-16, UTF-8, letters.
 *
 * Between the one-byte encodings of Cyrillic the bytes are read in each of them and compared with
 * how often letters occur in Russian and Ukrainian: the right reading needs the fewest bits. A
 * capital after a small letter and signs that are no letters make a reading unlikely, which tells
 * KOI8 (its capitals stand where others have small letters) and DOS apart even in short files.
 * uchardet is asked only where this evidence is thin. */
#include "ingest/charset.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <uchardet/uchardet.h>

enum { GUESS_BYTES_MAX = 1 << 20 };

static const Encoding ONE_BYTE[] = {ENCODING_WINDOWS_1251, ENCODING_CP866, ENCODING_KOI8_U};
enum { ONE_BYTE_COUNT = 3 };

/* Occurrences in 10 000 letters, а .. я, then ё є і ї ґ. */
enum { LETTER_COUNT = 37, LANGUAGES_COUNT = 2 };
static const double LETTER_FREQUENCY[LANGUAGES_COUNT][LETTER_COUNT] = {
    {801, 159, 454, 170, 298, 841, 94, 165, 735, 121, 349, 440, 321, 670, 1097, 281, 473, 547, 626,
     262, 26,  97,  48,  144, 73,  36, 4,   190, 174, 32,  64,  201, 4,   0.1,  0.1, 0.1, 0.1},
    {772, 150, 530, 155, 305, 460, 85, 215, 610, 110, 360, 340, 285, 680, 940, 285, 440, 420, 540,
     325, 30,  110, 70,  140, 70,  45, 0.1, 0.1, 175, 0.1, 76,  245, 0.1, 60,  550, 65,  2}};

static const double PUNCTUATION_SHARE = 0.004; /* of all bytes above ASCII */
static const double ODD_SIGN_SHARE = 0.00002;
static const double CAPITAL_AFTER_SMALL = 0.02;
static const double CERTAIN_BITS = 12; /* the second best reading is 2^12 times less likely */

typedef enum { SIGN_ODD, SIGN_PUNCTUATION, SIGN_SMALL, SIGN_CAPITAL } SignKind;

typedef struct {
    SignKind kind;
    size_t letter; /* index into LETTER_FREQUENCY */
} Sign;

static const uint16_t PUNCTUATION[] = {0x00A0, 0x00AB, 0x00BB, 0x2116, 0x2013, 0x2014, 0x2018,
                                       0x2019, 0x201C, 0x201D, 0x201E, 0x2026, 0x00B0, 0x20AC};

static Sign sign_of(uint16_t code_point)
{
    static const uint16_t small[] = {0x0451, 0x0454, 0x0456, 0x0457, 0x0491};
    static const uint16_t capital[] = {0x0401, 0x0404, 0x0406, 0x0407, 0x0490};
    if (code_point >= 0x0430 && code_point <= 0x044F)
        return (Sign){SIGN_SMALL, (size_t)(code_point - 0x0430)};
    if (code_point >= 0x0410 && code_point <= 0x042F)
        return (Sign){SIGN_CAPITAL, (size_t)(code_point - 0x0410)};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        if (code_point == small[i]) return (Sign){SIGN_SMALL, 32 + i};
        if (code_point == capital[i]) return (Sign){SIGN_CAPITAL, 32 + i};
    }
    for (size_t i = 0; i < sizeof PUNCTUATION / sizeof *PUNCTUATION; i++)
        if (code_point == PUNCTUATION[i]) return (Sign){SIGN_PUNCTUATION, 0};
    return (Sign){SIGN_ODD, 0};
}

/* Bits needed to write the bytes above ASCII as text of this language in this encoding. */
static double bits_needed(Text bytes, const Sign signs[128], const double *frequency)
{
    double bits = 0;
    SignKind before = SIGN_ODD;
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (byte < 0x80) {
            before = SIGN_ODD;
            continue;
        }
        Sign sign = signs[byte - 0x80];
        double share = ODD_SIGN_SHARE;
        if (sign.kind == SIGN_PUNCTUATION) share = PUNCTUATION_SHARE;
        if (sign.kind >= SIGN_SMALL) share = frequency[sign.letter] / 10000;
        if (sign.kind == SIGN_CAPITAL && before == SIGN_SMALL) share *= CAPITAL_AFTER_SMALL;
        bits -= log2(share);
        before = sign.kind;
    }
    return bits;
}

static double bits_in_encoding(Text bytes, Encoding encoding)
{
    const uint16_t *table = charset_table(encoding);
    Sign signs[128];
    for (size_t i = 0; i < 128; i++)
        signs[i] = sign_of(table[i]);
    double russian = bits_needed(bytes, signs, LETTER_FREQUENCY[0]);
    double ukrainian = bits_needed(bytes, signs, LETTER_FREQUENCY[1]);
    return russian < ukrainian ? russian : ukrainian;
}

/* What uchardet says, as one of ours; ENCODING_DETECT when it says something else or nothing. */
static Encoding ask_uchardet(Text bytes)
{
    uchardet_t detector = uchardet_new();
    Encoding encoding = ENCODING_DETECT;
    if (uchardet_handle_data(detector, bytes.data, bytes.size) == 0) {
        uchardet_data_end(detector);
        Text name = text_of(uchardet_get_charset(detector));
        if (text_equal(name, TEXT("IBM866"))) encoding = ENCODING_CP866;
        if (text_equal(name, TEXT("WINDOWS-1251"))) encoding = ENCODING_WINDOWS_1251;
        if (text_equal(name, TEXT("KOI8-R"))) encoding = ENCODING_KOI8_U;
    }
    uchardet_delete(detector);
    return encoding;
}

/* `first_bad` is the place of the first byte that is not UTF-8. */
static CharsetGuess guess_one_byte(Text bytes, size_t first_bad, Voice voice)
{
    unsigned byte = (unsigned char)bytes.data[first_bad];
    const Text not_utf8[] = {arena_printf(voice.arena, "0x%02X", byte),
                             voice_count(voice, first_bad)};
    double bits[ONE_BYTE_COUNT];
    size_t best = 0;
    for (size_t i = 0; i < ONE_BYTE_COUNT; i++) {
        bits[i] = bits_in_encoding(bytes, ONE_BYTE[i]);
        if (bits[i] < bits[best]) best = i;
    }
    double second = DBL_MAX;
    for (size_t i = 0; i < ONE_BYTE_COUNT; i++)
        if (i != best && bits[i] < second) second = bits[i];
    CharsetGuess guess = {.encoding = ONE_BYTE[best], .is_certain = true};
    guess.why = say_with(voice, MESSAGE_LETTERS_OF_LANGUAGE, not_utf8, 2);
    if (second - bits[best] >= CERTAIN_BITS) return guess;
    Encoding other = ask_uchardet(bytes);
    if (other != ENCODING_DETECT) guess.encoding = other;
    guess.is_certain = false;
    guess.why = say_with(voice, MESSAGE_TOO_FEW_LETTERS, not_utf8, 2);
    return guess;
}

/* UTF-16 without a mark: of every two bytes one, always the same, is 0x00 (Latin) or 0x04
 * (Cyrillic), and the other is not 0x00. */
static Encoding guess_utf16(Text bytes)
{
    size_t pairs = bytes.size / 2;
    size_t plane[2] = {0, 0}, zero[2] = {0, 0};
    for (size_t i = 0; i < pairs * 2; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        plane[i % 2] += byte == 0x00 || byte == 0x04 || byte == 0x20;
        zero[i % 2] += byte == 0x00;
    }
    if (pairs == 0 || zero[0] + zero[1] == 0) return ENCODING_DETECT;
    if (plane[1] * 10 >= pairs * 9 && zero[0] * 50 <= pairs) return ENCODING_UTF16LE;
    if (plane[0] * 10 >= pairs * 9 && zero[1] * 50 <= pairs) return ENCODING_UTF16BE;
    return ENCODING_DETECT;
}

typedef struct {
    size_t good; /* code points above ASCII */
    size_t bad;  /* malformed sequences */
    size_t first_bad;
} Utf8Count;

static Utf8Count count_utf8(Text bytes, bool is_whole_file)
{
    Utf8Count count = {0};
    for (size_t position = 0; position < bytes.size;) {
        size_t begin = position;
        if ((unsigned char)bytes.data[position] < 0x80) {
            position++;
            continue;
        }
        uint32_t code_point = utf8_next(bytes, &position);
        bool is_written = text_equal(text_slice(bytes, begin, position), TEXT("\xEF\xBF\xBD"));
        bool is_cut = position == bytes.size && !is_whole_file;
        if (code_point != 0xFFFD || is_written) {
            count.good++;
        } else if (!is_cut) {
            if (count.bad++ == 0) count.first_bad = begin;
        }
    }
    return count;
}

/* ---- lines that contradict each other ---- */

static bool is_cyrillic(uint32_t code_point)
{
    return code_point >= 0x0400 && code_point <= 0x052F;
}

static void see_line(CharsetLines *lines, Text line)
{
    enum { LETTERS_MIN = 3, BAD_MIN = 3 }; /* fewer are chance or damage */
    size_t letters = 0, others = 0, bad = 0;
    for (size_t position = 0; position < line.size;) {
        if ((unsigned char)line.data[position] < 0x80) {
            position++;
            continue;
        }
        uint32_t code_point = utf8_next(line, &position);
        /* that there are lines of another encoding is known: this one is no line in UTF-8 */
        if (code_point == 0xFFFD && lines->other != 0) return;
        letters += is_cyrillic(code_point);
        bad += code_point == 0xFFFD;
        others += !is_cyrillic(code_point) && code_point != 0xFFFD;
    }
    bool is_utf8 = bad == 0 && letters >= LETTERS_MIN;
    bool is_other = bad >= BAD_MIN && bad > 2 * (letters + others);
    if (is_utf8 && lines->utf8 == 0) lines->utf8 = lines->seen;
    if (is_other && lines->other == 0) lines->other = lines->seen;
}

void charset_lines_see(CharsetLines *lines, Text bytes)
{
    for (Text rest = bytes; rest.size != 0 && !charset_lines_disagree(lines);) {
        Text line = text_split(rest, '\n', &rest);
        lines->seen++;
        see_line(lines, line);
    }
}

static CharsetGuess certain(Encoding encoding, Message why, Voice voice)
{
    return (CharsetGuess){.encoding = encoding, .why = say(voice, why), .is_certain = true};
}

CharsetGuess charset_guess(Text bytes, bool is_whole_file, Voice voice)
{
    Encoding encoding;
    if (charset_bom(bytes, &encoding) != 0)
        return certain(encoding, MESSAGE_BYTE_ORDER_MARK, voice);
    if (bytes.size > GUESS_BYTES_MAX) is_whole_file = false;
    Text seen = text_slice(bytes, 0, bytes.size > GUESS_BYTES_MAX ? GUESS_BYTES_MAX : bytes.size);
    encoding = guess_utf16(seen);
    if (encoding != ENCODING_DETECT) return certain(encoding, MESSAGE_UTF16_LETTERS, voice);
    Utf8Count count = count_utf8(seen, is_whole_file);
    if (count.good == 0 && count.bad == 0) {
        CharsetGuess guess = certain(ENCODING_UTF8, MESSAGE_ASCII_ONLY, voice);
        guess.is_ascii_only = true;
        return guess;
    }
    if (count.bad == 0) return certain(ENCODING_UTF8, MESSAGE_ALL_UTF8, voice);
    /* Text in another encoding is hardly ever well-formed UTF-8 by chance. */
    if (count.good >= count.bad * 2 && count.good >= 4) {
        Text why = SAY(voice, DAMAGED_UTF8, voice_count(voice, count.bad),
                       voice_count(voice, count.first_bad));
        return (CharsetGuess){ENCODING_UTF8, why, true, false};
    }
    return guess_one_byte(seen, count.first_bad, voice);
}
