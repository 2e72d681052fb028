/* human.c -- values as a person reads them in a table: numbers, money and dates of his language. */
#include "reply/human.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MONEY_DECIMALS_MIN = 2 };

static Text thousands_sign(Language language)
{
    return language == LANGUAGE_EN ? TEXT(",") : TEXT("\u00a0");
}

/* `plain` is [-]digits[.digits]; pads the decimals with zeros up to `decimals_min`. */
static Text localise_number(Text plain, size_t decimals_min, Language language, Arena *arena)
{
    bool is_negative = plain.size > 0 && plain.data[0] == '-';
    Text decimals;
    Text whole = text_split(text_slice(plain, is_negative ? 1 : 0, plain.size), '.', &decimals);
    Text sign = thousands_sign(language);
    char *out = arena_alloc(arena, plain.size + decimals_min + 2 + sign.size * (whole.size / 3));
    size_t size = 0;
    if (is_negative) out[size++] = '-';
    for (size_t i = 0; i < whole.size; i++) {
        if (i > 0 && (whole.size - i) % 3 == 0) {
            memcpy(out + size, sign.data, sign.size);
            size += sign.size;
        }
        out[size++] = whole.data[i];
    }
    if (decimals.size > 0 || decimals_min > 0) out[size++] = language == LANGUAGE_EN ? '.' : ',';
    for (size_t i = 0; i < decimals.size; i++)
        out[size++] = decimals.data[i];
    for (size_t i = decimals.size; i < decimals_min; i++)
        out[size++] = '0';
    return (Text){out, size};
}

/* A ratio is shown with the few decimals that tell something; the machine formats give all. */
static Text human_ratio(double ratio, Language language, Arena *arena)
{
    char digits[DECIMAL_TEXT_MAX];
    if (!isfinite(ratio) || fabs(ratio) >= 1e15) {
        return arena_text(arena, double_print(ratio, digits));
    }
    snprintf(digits, sizeof digits, "%.*f", fabs(ratio) >= 1.0 ? 2 : 4, ratio);
    Text plain = text_of(digits);
    while (text_ends_with(plain, TEXT("0")))
        plain.size--;
    if (text_ends_with(plain, TEXT("."))) plain.size--;
    return localise_number(plain, 0, language, arena);
}

static Text human_bool(bool boolean, Language language)
{
    static const char *const words[LANGUAGE_COUNT][2] = {
        [LANGUAGE_EN] = {"no", "yes"},
        [LANGUAGE_RU] = {"нет", "да"},
        [LANGUAGE_UK] = {"ні", "так"},
    };
    return text_of(words[language][boolean ? 1 : 0]);
}

Text human_date(Date date, Language language, Arena *arena)
{
    char out[DATE_TEXT_MAX];
    return arena_text(arena, language == LANGUAGE_EN ? date_print_iso(date, out)
                                                     : date_print_dots(date, out));
}

static Text human_moment(Moment moment, Language language, Arena *arena)
{
    Text date = human_date(moment_date(moment), language, arena);
    int second = moment_second_of_day(moment);
    return arena_printf(arena, "%.*s %02d:%02d", TEXT_FORMAT(date), second / 3600,
                        second / 60 % 60);
}

static Text human_set(TextSet set, Arena *arena)
{
    Text joined = set.items[0];
    for (size_t i = 1; i < set.count; i++)
        joined = arena_printf(arena, "%.*s, %.*s", TEXT_FORMAT(joined), TEXT_FORMAT(set.items[i]));
    return human_line(joined, arena);
}

Text human_value(Value value, Type type, Language language, Arena *arena)
{
    char digits[DECIMAL_TEXT_MAX];
    switch (value.kind) {
    case VALUE_MISSING: return TEXT("");
    case VALUE_BOOL: return human_bool(value.as.boolean, language);
    case VALUE_DECIMAL: {
        Text plain = decimal_print(value.as.decimal, type.scale, digits);
        return localise_number(plain, type.is_money ? MONEY_DECIMALS_MIN : 0, language, arena);
    }
    case VALUE_RATIO: return human_ratio(value.as.ratio, language, arena);
    case VALUE_DATE: return human_date(value.as.date, language, arena);
    case VALUE_MOMENT: return human_moment(value.as.moment, language, arena);
    case VALUE_TEXT: {
        Text words = enumeration_words((Enumeration)type.enumeration, value.as.text, language);
        return words.size > 0 ? words : human_line(value.as.text, arena);
    }
    case VALUE_SET: return human_set(value.as.set, arena);
    case VALUE_ITEM:
        return human_line(value.as.item->name.size > 0 ? value.as.item->name : value.as.item->code,
                          arena);
    }
    return TEXT("");
}

Text human_count(uint64_t count, Language language, Arena *arena)
{
    Text plain = arena_printf(arena, "%llu", (unsigned long long)count);
    return localise_number(plain, 0, language, arena);
}

static Text human_percents(double percents, Language language, Arena *arena)
{
    char digits[DECIMAL_TEXT_MAX];
    bool is_nothing = percents > -0.05 && percents <= 0; /* not "-0 %" */
    snprintf(digits, sizeof digits, "%.1f", is_nothing ? 0.0 : percents);
    Text plain = text_of(digits);
    if (text_ends_with(plain, TEXT(".0"))) plain.size -= 2;
    Text number = localise_number(plain, 0, language, arena);
    return language == LANGUAGE_EN ? arena_printf(arena, "%.*s%%", TEXT_FORMAT(number))
                                   : arena_printf(arena, "%.*s\u00a0%%", TEXT_FORMAT(number));
}

Text human_share(uint64_t part, uint64_t whole, Language language, Arena *arena)
{
    return human_percents(whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole, language, arena);
}

Text human_percentage(Value ratio, Language language, Arena *arena)
{
    if (ratio.kind != VALUE_RATIO) return TEXT("");
    if (fabs(ratio.as.ratio) >= 1e15) return human_ratio(ratio.as.ratio, language, arena);
    return human_percents(100.0 * ratio.as.ratio, language, arena);
}

static bool is_combining(uint32_t code_point)
{
    return (code_point >= 0x0300 && code_point <= 0x036F) ||
           (code_point >= 0x0483 && code_point <= 0x0489) ||
           (code_point >= 0x200B && code_point <= 0x200F) ||
           (code_point >= 0xFE00 && code_point <= 0xFE0F) || code_point == 0xFEFF;
}

static bool is_wide(uint32_t code_point)
{
    return (code_point >= 0x1100 && code_point <= 0x115F) ||
           (code_point >= 0x2E80 && code_point <= 0xA4CF) ||
           (code_point >= 0xAC00 && code_point <= 0xD7A3) ||
           (code_point >= 0xF900 && code_point <= 0xFAFF) ||
           (code_point >= 0xFE30 && code_point <= 0xFE6F) ||
           (code_point >= 0xFF00 && code_point <= 0xFF60) ||
           (code_point >= 0x1F300 && code_point <= 0x1FAFF) ||
           (code_point >= 0x20000 && code_point <= 0x3FFFD);
}

size_t human_width(Text text)
{
    size_t width = 0;
    for (size_t position = 0; position < text.size;) {
        uint32_t code_point = utf8_next(text, &position);
        if (is_combining(code_point)) continue;
        width += is_wide(code_point) ? 2 : 1;
    }
    return width;
}

/* Tabs, line breaks and the separators of lines. */
static bool is_break(uint32_t code_point)
{
    return (code_point >= '\t' && code_point <= '\r') || code_point == 0x85 ||
           code_point == 0x2028 || code_point == 0x2029;
}

/* What could move the cursor, colour the terminal or turn the direction of the letters around. */
static bool is_hidden_command(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x061C ||
           code_point == 0x200E || code_point == 0x200F ||
           (code_point >= 0x202A && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

enum { ESCAPED_BYTES = sizeof "\\u202e", REPLACED = 0xFFFD };

/* How much longer the text can become. */
static size_t bytes_more(Text text)
{
    size_t more = 0;
    for (size_t position = 0; position < text.size;) {
        uint32_t code_point = utf8_next(text, &position);
        if (code_point == REPLACED || is_hidden_command(code_point)) more += ESCAPED_BYTES;
    }
    return more;
}

static Text shown(Text text, bool keeps_lines, Arena *arena)
{
    char *out = arena_alloc(arena, text.size + bytes_more(text) + 1);
    size_t size = 0;
    for (size_t position = 0; position < text.size;) {
        uint32_t code_point = utf8_next(text, &position);
        bool breaks = is_break(code_point);
        if (breaks && !keeps_lines) {
            out[size++] = ' ';
        } else if (!breaks && is_hidden_command(code_point)) {
            size += (size_t)snprintf(out + size, ESCAPED_BYTES, "\\u%04x", (unsigned)code_point);
        } else {
            size += utf8_encode(code_point, out + size);
        }
    }
    return (Text){out, size};
}

Text human_line(Text text, Arena *arena)
{
    return shown(text, false, arena);
}

Text human_lines(Text text, Arena *arena)
{
    return shown(text, true, arena);
}
