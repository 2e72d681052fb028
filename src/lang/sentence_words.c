/* sentence_words.c -- words of sentences: phrases, numbers, dates, labels, units, windows. */
#include "base/buffer.h"
#include "base/fold.h"
#include "lang/sentence.h"
#include "lang/window.h"
#include "model/built_in.h"
#include "model/currency.h"
#include "model/voice.h"

#include <string.h>

static const Wording phrases[PHRASE_COUNT_OF_KINDS] = {
#define PHRASE(name, en, ru, uk) \
    [PHRASE_##name] = {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "lang/sentence_phrases.def"
#undef PHRASE
};

enum { STREAM_FORMS = STREAM_OF_LAST + 1 };

static const char *const stream_words[BUILT_IN_STREAMS_COUNT][LANGUAGE_COUNT][STREAM_FORMS] = {
#define STREAM_WORDS(name, e1, e2, e3, e4, e5, e6, r1, r2, r3, r4, r5, r6, u1, u2, u3, u4, u5, u6) \
    [STREAM_##name] = {[LANGUAGE_EN] = {e1, e2, e3, e4, e5, e6},                                   \
                       [LANGUAGE_RU] = {r1, r2, r3, r4, r5, r6},                                   \
                       [LANGUAGE_UK] = {u1, u2, u3, u4, u5, u6}},
#include "lang/sentence_streams.def"
#undef STREAM_WORDS
};

enum { UNIT_ONE, UNIT_FEW, UNIT_MANY, UNIT_BY, UNIT_FORMS };

static const char *const unit_words[UNIT_COUNT][LANGUAGE_COUNT][UNIT_FORMS] = {
#define UNIT_WORDS(name, e1, e2, e3, e4, r1, r2, r3, r4, u1, u2, u3, u4) \
    [UNIT_##name] = {[LANGUAGE_EN] = {e1, e2, e3, e4},                   \
                     [LANGUAGE_RU] = {r1, r2, r3, r4},                   \
                     [LANGUAGE_UK] = {u1, u2, u3, u4}},
#include "lang/sentence_units.def"
#undef UNIT_WORDS
};

Text phrase_fill(const Sentence *sentence, Phrase phrase, Text a, Text b, Text c)
{
    const Text parts[] = {a, b, c};
    Voice voice = {sentence->arena, sentence->language};
    return voice_say(voice, &phrases[phrase], parts, sizeof parts / sizeof parts[0]);
}

Text words_concat(const Sentence *sentence, Text a, Text b)
{
    if (a.size == 0) return b;
    if (b.size == 0) return a;
    char *joined = arena_alloc(sentence->arena, a.size + b.size + 1);
    memcpy(joined, a.data, a.size);
    memcpy(joined + a.size, b.data, b.size);
    return (Text){joined, a.size + b.size};
}

Text words_in_brackets(const Sentence *sentence, Text text)
{
    return words_concat(sentence, words_concat(sentence, TEXT("("), text), TEXT(")"));
}

Text words_quoted(const Sentence *sentence, Text text)
{
    return phrase_with(sentence, PHRASE_QUOTED, text);
}

/* ---- numbers and dates ---- */

Text words_number(const Sentence *sentence, int64_t mantissa, int scale)
{
    enum { DIGITS_TOGETHER_MAX = 4, GROUP = 3 };
    bool is_english = sentence->language == LANGUAGE_EN;
    char plain[DECIMAL_TEXT_MAX];
    Text number = decimal_print(mantissa, scale, plain);
    AUTO(buffer_done) Buffer out = {0};
    bool is_negative = text_starts_with(number, TEXT("-"));
    if (is_negative) buffer_cstr(&out, "\xe2\x88\x92"); /* the minus sign */
    Text decimals;
    Text whole = text_split(text_slice(number, is_negative, number.size), '.', &decimals);
    for (size_t i = 0; i < whole.size; i++) {
        bool is_border = i > 0 && (whole.size - i) % GROUP == 0;
        if (is_border && whole.size > DIGITS_TOGETHER_MAX)
            buffer_cstr(&out, is_english ? "," : "\xc2\xa0");
        buffer_char(&out, whole.data[i]);
    }
    if (decimals.size > 0) buffer_char(&out, is_english ? '.' : ',');
    buffer_text(&out, decimals);
    return arena_text(sentence->arena, buffer_view(&out));
}

Text words_count(const Sentence *sentence, int64_t count)
{
    return words_number(sentence, count, 0);
}

Text words_date(const Sentence *sentence, Date date)
{
    char out[DATE_TEXT_MAX];
    Text text =
        sentence->language == LANGUAGE_EN ? date_print_iso(date, out) : date_print_dots(date, out);
    return arena_text(sentence->arena, text);
}

static Text moment_words(const Sentence *sentence, Moment moment)
{
    int second = moment_second_of_day(moment);
    Text date = words_date(sentence, moment_date(moment));
    if (second % 60 == 0)
        return arena_printf(sentence->arena, "%.*s %02d:%02d", TEXT_FORMAT(date), second / 3600,
                            second / 60 % 60);
    return arena_printf(sentence->arena, "%.*s %02d:%02d:%02d", TEXT_FORMAT(date), second / 3600,
                        second / 60 % 60, second % 60);
}

Text words_literal(const Sentence *sentence, const Literal *literal)
{
    Value value = literal->value;
    switch (value.kind) {
    case VALUE_MISSING: return phrase_text(sentence, PHRASE_NO_VALUE);
    case VALUE_BOOL: return phrase_text(sentence, value.as.boolean ? PHRASE_YES : PHRASE_NO);
    case VALUE_DECIMAL: return words_number(sentence, value.as.decimal, literal->type.scale);
    case VALUE_DATE: return words_date(sentence, value.as.date);
    case VALUE_MOMENT: return moment_words(sentence, value.as.moment);
    case VALUE_TEXT: return words_quoted(sentence, value.as.text);
    case VALUE_RATIO:
    case VALUE_SET:
    case VALUE_ITEM: break; /* no literal is one */
    }
    ASSERT(false);
    return (Text){0};
}

static Text money_words(const Sentence *sentence, Text amount)
{
    Text sign = currency_sign(sentence->currency);
    bool is_code = text_equal(sign, sentence->currency);
    return phrase_fill(sentence, is_code ? PHRASE_MONEY_BY_CODE : PHRASE_MONEY, amount, sign,
                       (Text){0});
}

Text words_value_of(const Sentence *sentence, const Node *subject, const Literal *literal)
{
    if (literal->value.kind == VALUE_DECIMAL && sentence->currency.size > 0 &&
        subject->type.is_money)
        return money_words(sentence, words_literal(sentence, literal));
    if (literal->value.kind == VALUE_TEXT) {
        Text words = enumeration_words((Enumeration)subject->type.enumeration,
                                       literal->value.as.text, sentence->language);
        if (words.size > 0) return words;
    }
    return words_literal(sentence, literal);
}

/* ---- labels ---- */

/* The small form of a capital Latin, Russian or Ukrainian letter; others as they are. */
static uint32_t small_letter(uint32_t point)
{
    if ((point >= 'A' && point <= 'Z') || (point >= 0x0410 && point <= 0x042f)) return point + 32;
    if (point >= 0x0400 && point <= 0x040f) return point + 80;
    return point == 0x0490 ? 0x0491 : point;
}

static bool is_capital(uint32_t point)
{
    return small_letter(point) != point;
}

static bool is_small(uint32_t point)
{
    return (point >= 'a' && point <= 'z') || (point >= 0x0430 && point <= 0x045f) ||
           point == 0x0491;
}

/* Words of one letter that begin labels: "В отпуске", "Є діти". Not А, which names a class. */
static bool is_word_of_one_letter(uint32_t point)
{
    static const uint32_t words[] = {0x0412, 0x0417, 0x0418, 0x0419, 0x041a, 0x041e,
                                     0x0421, 0x0423, 0x042f, 0x0404, 0x0406}; /* ВЗИЙКОСУЯЄІ */
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i] == point) return true;
    return false;
}

static bool is_apostrophe(uint32_t point)
{
    return point == '\'' || point == 0x2019 || point == 0x02bc;
}

/* Whether the label begins with a word whose capital is only that of a beginning: not VIP, E-mail,
 * NPS. */
static bool begins_with_word(Text label)
{
    uint32_t points[3] = {0};
    size_t position = 0;
    for (size_t i = 0; i < 3 && position < label.size; i++)
        points[i] = utf8_next(label, &position);
    if (!is_capital(points[0])) return false;
    if (points[1] == ' ') return is_word_of_one_letter(points[0]);
    return is_small(is_apostrophe(points[1]) ? points[2] : points[1]); /* "П'ять" */
}

Text words_title(const Sentence *sentence, const Labels *labels, Text name)
{
    return labels_or(labels, sentence->language, name);
}

Text words_label(const Sentence *sentence, const Labels *labels, Text name)
{
    Text label = words_title(sentence, labels, name);
    if (!begins_with_word(label)) return label;
    char small[4];
    size_t position = 0;
    Text letter = {small, utf8_encode(small_letter(utf8_next(label, &position)), small)};
    return words_concat(sentence, arena_text(sentence->arena, letter),
                        text_slice(label, position, label.size));
}

static Text user_stream_words(const Sentence *sentence, const Stream *stream, StreamForm form)
{
    static const Phrase forms[STREAM_FORMS] = {
        [STREAM_ONE] = PHRASE_STREAM_ONE,           [STREAM_MANY] = PHRASE_STREAM_MANY,
        [STREAM_OF_MANY] = PHRASE_STREAM_OF_MANY,   [STREAM_WITH] = PHRASE_STREAM_WITH,
        [STREAM_OF_FIRST] = PHRASE_STREAM_OF_FIRST, [STREAM_OF_LAST] = PHRASE_STREAM_OF_LAST,
    };
    Text label = words_title(sentence, &stream->labels, stream->name);
    return phrase_with(sentence, forms[form], words_quoted(sentence, label));
}

Text words_stream(const Sentence *sentence, const Stream *stream, StreamForm form)
{
    for (int i = 0; i < BUILT_IN_STREAMS_COUNT; i++)
        if (stream_is(stream, i)) return text_of(stream_words[i][sentence->language][form]);
    return user_stream_words(sentence, stream, form);
}

/* ---- units and windows ---- */

/* 1, 21, 101 (not 11); 2-4, 22-24 (not 12-14); the rest. English: 1 and the rest. */
static int plural_form(Language language, int64_t count)
{
    if (language == LANGUAGE_EN) return count == 1 ? UNIT_ONE : UNIT_MANY;
    int64_t tens = count % 100, ones = count % 10;
    bool is_teen = tens >= 11 && tens <= 14;
    if (ones == 1 && !is_teen) return UNIT_ONE;
    return ones >= 2 && ones <= 4 && !is_teen ? UNIT_FEW : UNIT_MANY;
}

Text words_units(const Sentence *sentence, int64_t count, Unit unit)
{
    int form = plural_form(sentence->language, count);
    Text number = words_count(sentence, count);
    return arena_printf(sentence->arena, "%.*s %s", TEXT_FORMAT(number),
                        unit_words[unit][sentence->language][form]);
}

Text words_units_many(const Sentence *sentence, Unit unit)
{
    return text_of(unit_words[unit][sentence->language][UNIT_MANY]);
}

Text words_units_by(const Sentence *sentence, Unit unit)
{
    return text_of(unit_words[unit][sentence->language][UNIT_BY]);
}

Text words_window(const Sentence *sentence, const Window *window)
{
    if (window->kind == WINDOW_ALL) return (Text){0};
    bool is_next = window->kind == WINDOW_NEXT;
    DaySpan span =
        is_next ? window_next_days(window, sentence->as_of) : window_days(window, sentence->as_of);
    if (day_span_is_empty(span)) return phrase_text(sentence, PHRASE_ON_NO_DAY);
    Text last = words_date(sentence, span.last);
    if (!span.has_begin) return phrase_with(sentence, PHRASE_UP_TO, last);
    if (span.first.day == span.last.day)
        return phrase_with(sentence, is_next ? PHRASE_FALLS_ON : PHRASE_ON_DAY, last);
    return phrase_fill(sentence, is_next ? PHRASE_FALLS_FROM_TO : PHRASE_FROM_TO,
                       words_date(sentence, span.first), last, (Text){0});
}
