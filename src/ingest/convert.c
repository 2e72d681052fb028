/* convert.c -- numbers, dates and yes/no from text, with a tight path for their common shapes. */
#include "ingest/convert.h"

#include "base/decimal.h"
#include "base/fold.h"

#include <string.h>

enum { DIGITS_MAX = 18, SECONDS_PER_DAY = 86400 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* ---- numbers ---- */

/* A decimal number while its digits are read. */
typedef struct {
    int64_t mantissa;
    int digits;         /* without leading zeros */
    int decimals;       /* of those wanted */
    int first_lost;     /* the first decimal beyond the wanted ones, -1: none yet */
    bool has_more_lost; /* any digit but 0 after that */
    int scale;
} DigitSum;

static void add_digit(DigitSum *sum, int digit, bool is_fraction)
{
    if (is_fraction && sum->decimals == sum->scale) {
        if (sum->first_lost < 0)
            sum->first_lost = digit;
        else
            sum->has_more_lost |= digit != 0;
        return;
    }
    sum->decimals += is_fraction;
    if (sum->digits == 0 && digit == 0) return;
    if (sum->digits++ < DIGITS_MAX) sum->mantissa = sum->mantissa * 10 + digit;
}

static Fault finish_digits(DigitSum *sum, bool is_negative, int64_t *ret_mantissa,
                           bool *ret_is_rounded)
{
    int missing = sum->scale - sum->decimals;
    bool is_zero = sum->mantissa == 0;
    if (sum->digits > DIGITS_MAX || (!is_zero && sum->digits + missing > DIGITS_MAX))
        return FAULT_TOO_MANY_DIGITS;
    int64_t mantissa = sum->mantissa * DECIMAL_POW10[missing];
    bool is_rounded = sum->first_lost > 0 || sum->has_more_lost;
    if (is_rounded && sum->scale == 0) return FAULT_NOT_WHOLE;
    bool is_over_half = sum->first_lost > 5 || (sum->first_lost == 5 && sum->has_more_lost);
    bool is_half = sum->first_lost == 5 && !sum->has_more_lost;
    mantissa += is_over_half || (is_half && mantissa % 2 != 0);
    if (mantissa > DECIMAL_MANTISSA_MAX) return FAULT_TOO_MANY_DIGITS;
    *ret_mantissa = is_negative ? -mantissa : mantissa;
    *ret_is_rounded = is_rounded;
    return FAULT_NONE;
}

/* Digits and at most one mark, as nearly all numbers are; false for anything else. */
static bool read_plain_number(Text text, char mark, DigitSum *sum)
{
    bool is_fraction = false, has_digit = false;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (is_digit(byte)) {
            add_digit(sum, byte - '0', is_fraction);
            has_digit = true;
        } else if (byte == mark && !is_fraction) {
            is_fraction = true;
        } else {
            return false;
        }
    }
    return has_digit;
}

/* Bytes of the sign between groups of three digits that `text` begins with; 0 for none. */
static size_t group_sign_size(Text text, char group)
{
    static const char *const signs[] = {" ", "\xC2\xA0",    "\xE2\x80\xAF", "\xE2\x80\x89",
                                        "'", "\xE2\x80\x99"};
    if (group != 0 && text.size != 0 && text.data[0] == group) return 1;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (text_starts_with(text, text_of(signs[i]))) return strlen(signs[i]);
    return 0;
}

/* One to three digits, then groups of exactly three, then decimals. */
static bool read_grouped_number(Text text, NumberStyle style, DigitSum *sum)
{
    size_t position = 0, in_group = 0, groups = 0;
    while (position < text.size && text.data[position] != style.mark) {
        size_t sign = group_sign_size(text_slice(text, position, text.size), style.group);
        if (sign != 0) {
            bool is_full = groups == 0 ? in_group >= 1 && in_group <= 3 : in_group == 3;
            if (!is_full) return false;
            groups++;
            in_group = 0;
            position += sign;
            continue;
        }
        if (!is_digit(text.data[position])) return false;
        add_digit(sum, text.data[position++] - '0', false);
        in_group++;
    }
    if (groups == 0 || in_group != 3) return false;
    for (position++; position < text.size; position++) {
        if (!is_digit(text.data[position])) return false;
        add_digit(sum, text.data[position] - '0', true);
    }
    return true;
}

/* The exponent behind 'e', as the mantissa before it; false when there is none or it is far. */
static bool split_exponent(Text text, Text *ret_mantissa, int *ret_exponent)
{
    Text tail, head = text_split(text, 'e', &tail);
    if (tail.data == NULL) head = text_split(text, 'E', &tail);
    bool is_negative = text_starts_with(tail, TEXT("-"));
    if (is_negative || text_starts_with(tail, TEXT("+"))) tail = text_slice(tail, 1, tail.size);
    if (tail.size < 1 || tail.size > 2 || head.size == 0) return false;
    int exponent = 0;
    for (size_t i = 0; i < tail.size; i++) {
        if (!is_digit(tail.data[i])) return false;
        exponent = exponent * 10 + (tail.data[i] - '0');
    }
    *ret_mantissa = head;
    *ret_exponent = is_negative ? -exponent : exponent;
    return true;
}

/* Programs write "4.4e-16" where a sum should have been zero: digits are read as if the mark stood
 * where the exponent moves it. */
static bool read_number_with_exponent(Text text, char mark, DigitSum *sum)
{
    int exponent, place = 0;
    if (!split_exponent(text, &text, &exponent)) return false;
    size_t point = text.size, digits = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == mark && point == text.size)
            point = i;
        else if (is_digit(text.data[i]))
            digits++;
        else
            return false;
    }
    if (digits == 0) return false;
    int whole = (int)point + exponent; /* digits before the mark once it has moved */
    for (; place > whole; place--)
        add_digit(sum, 0, true);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == mark) continue;
        add_digit(sum, text.data[i] - '0', place >= whole);
        place++;
    }
    for (; place < whole; place++)
        add_digit(sum, 0, false);
    return true;
}

/* Bytes of the sign before a number. */
static size_t minus_size(Text text, bool *ret_is_negative)
{
    static const char minus[] = "\xE2\x88\x92"; /* U+2212 */
    *ret_is_negative = true;
    if (text.data[0] == '-') return 1;
    if (text_starts_with(text, text_of(minus))) return strlen(minus);
    *ret_is_negative = false;
    return text.data[0] == '+';
}

/* Nearly all numbers: at most DIGITS_MAX digits of which none is lost, without a sign or groups;
 * false for the others. */
static bool read_common_number(Text text, char mark, int scale, int64_t *ret_mantissa)
{
    if (text.size > DIGITS_MAX) return false;
    int64_t mantissa = 0;
    size_t whole = text.size; /* where the mark stands */
    for (size_t i = 0; i < text.size; i++) {
        unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
        if (digit < 10) {
            mantissa = mantissa * 10 + (int64_t)digit;
        } else {
            if (text.data[i] != mark || whole != text.size) return false;
            whole = i;
        }
    }
    int decimals = whole == text.size ? 0 : (int)(text.size - whole - 1);
    int digits = (int)text.size - (whole != text.size);
    if (digits == 0 || decimals > scale || digits + scale - decimals > DIGITS_MAX) return false;
    *ret_mantissa = mantissa * DECIMAL_POW10[scale - decimals];
    return true;
}

Fault convert_decimal(Text text, NumberStyle style, int scale, int64_t *ret_mantissa,
                      bool *ret_is_rounded)
{
    *ret_is_rounded = false;
    if (read_common_number(text, style.mark, scale, ret_mantissa)) return FAULT_NONE;
    bool is_negative;
    size_t sign = minus_size(text, &is_negative);
    text = text_slice(text, sign, text.size);
    DigitSum sum = {.first_lost = -1, .scale = scale};
    if (read_plain_number(text, style.mark, &sum))
        return finish_digits(&sum, is_negative, ret_mantissa, ret_is_rounded);
    sum = (DigitSum){.first_lost = -1, .scale = scale};
    if (read_grouped_number(text, style, &sum))
        return finish_digits(&sum, is_negative, ret_mantissa, ret_is_rounded);
    sum = (DigitSum){.first_lost = -1, .scale = scale};
    if (read_number_with_exponent(text, style.mark, &sum))
        return finish_digits(&sum, is_negative, ret_mantissa, ret_is_rounded);
    char other = style.mark == '.' ? ',' : '.';
    DigitSum ignored = {.first_lost = -1};
    bool has_other_mark = read_plain_number(text, other, &ignored) ||
                          read_grouped_number(text, (NumberStyle){other, style.mark}, &ignored);
    return has_other_mark ? FAULT_OTHER_MARK : FAULT_NOT_NUMBER;
}

/* ---- dates ---- */

/* A run of 1 .. max digits; 0 when there is none. */
static size_t read_int(Text text, size_t digits_max, int *ret_value)
{
    size_t size = 0;
    int value = 0;
    while (size < text.size && size < digits_max && is_digit(text.data[size]))
        value = value * 10 + (text.data[size++] - '0');
    *ret_value = value;
    return size;
}

static bool is_date_separator(Text text, size_t position)
{
    if (position >= text.size) return false;
    char byte = text.data[position];
    return byte == '.' || byte == '/' || byte == '-';
}

static bool eight_digits(Text text, DateParts *ret_parts, Text *ret_rest)
{
    int number;
    if (read_int(text, 9, &number) != 8) return false;
    *ret_parts = (DateParts){number / 10000, number / 100 % 100, number % 100, 0, true};
    *ret_rest = text_slice(text, 8, text.size);
    return true;
}

/* Two digits at a place; over 99 when they are none. */
static unsigned two_digits(const char *text)
{
    unsigned tens = (unsigned)(unsigned char)text[0] - '0';
    unsigned ones = (unsigned)(unsigned char)text[1] - '0';
    return tens < 10 && ones < 10 ? tens * 10 + ones : 100;
}

/* Exactly "dd.mm.yyyy" with any separator, as most files write every date; false for others. */
static bool read_common_date(Text text, DateParts *ret_parts, Text *ret_rest)
{
    if (text.size != 10 || !is_date_separator(text, 2) || text.data[5] != text.data[2])
        return false;
    unsigned first = two_digits(text.data), second = two_digits(text.data + 3);
    unsigned century = two_digits(text.data + 6), year = two_digits(text.data + 8);
    if (first > 99 || second > 99 || century > 99 || year > 99) return false;
    *ret_parts =
        (DateParts){(int)first, (int)second, (int)(century * 100 + year), text.data[2], false};
    *ret_rest = text_slice(text, text.size, text.size);
    return true;
}

bool convert_date_parts(Text text, DateParts *ret_parts, Text *ret_rest)
{
    DateParts parts = {0};
    if (read_common_date(text, ret_parts, ret_rest)) return true;
    size_t first = read_int(text, 4, &parts.first);
    if (first == 0 || !is_date_separator(text, first))
        return eight_digits(text, ret_parts, ret_rest);
    parts.separator = text.data[first];
    Text rest = text_slice(text, first + 1, text.size);
    size_t second = read_int(rest, 2, &parts.second);
    if (second == 0 || second >= rest.size || rest.data[second] != parts.separator) return false;
    rest = text_slice(rest, second + 1, rest.size);
    size_t third = read_int(rest, 4, &parts.third);
    parts.is_year_first = first == 4;
    if (third == 0 || (parts.is_year_first ? third > 2 : first > 2)) return false;
    if (third < rest.size && is_digit(rest.data[third])) return false;
    if (!parts.is_year_first && third < 4) parts.third = -parts.third - 1; /* a short year */
    *ret_parts = parts;
    *ret_rest = text_slice(rest, third, rest.size);
    return true;
}

static Fault day_of_parts(DateParts parts, DateOrder order, Date *ret_date)
{
    int year = parts.first, month = parts.second, day = parts.third;
    if (!parts.is_year_first) {
        year = parts.third;
        month = order == DATE_ORDER_MDY ? parts.first : parts.second;
        day = order == DATE_ORDER_MDY ? parts.second : parts.first;
    }
    if (year < 0) return FAULT_SHORT_YEAR;
    if (!date_is_valid(year, month, day)) return FAULT_NO_SUCH_DAY;
    *ret_date = date_of(year, month, day);
    return FAULT_NONE;
}

/* The rest of a time of day after its hour: minutes, seconds, a fraction that is dropped. */
static bool read_minutes(Text text, int *ret_second, Text *ret_rest)
{
    int minute = 0, second = 0, ignored;
    if (text.size < 3 || text.data[0] != ':') return false;
    text = text_slice(text, 1, text.size);
    if (read_int(text, 2, &minute) != 2 || minute > 59) return false;
    text = text_slice(text, 2, text.size);
    if (text_starts_with(text, TEXT(":"))) {
        text = text_slice(text, 1, text.size);
        if (read_int(text, 2, &second) != 2 || second > 59) return false;
        text = text_slice(text, 2, text.size);
        if (text_starts_with(text, TEXT(".")) || text_starts_with(text, TEXT(","))) {
            size_t fraction = read_int(text_slice(text, 1, text.size), 9, &ignored);
            if (fraction == 0) return false;
            text = text_slice(text, 1 + fraction, text.size);
        }
    }
    *ret_second = minute * 60 + second;
    *ret_rest = text;
    return true;
}

/* "AM" and "PM" after a time; false when the hour does not go with them. */
static bool read_half_day(Text *rest, int *hour)
{
    Text word = text_trim(*rest);
    bool is_pm = text_equal_ascii_case(word, TEXT("pm"));
    if (!is_pm && !text_equal_ascii_case(word, TEXT("am"))) return true;
    if (*hour < 1 || *hour > 12) return false;
    *hour = *hour % 12 + (is_pm ? 12 : 0);
    *rest = text_slice(word, word.size, word.size);
    return true;
}

static bool read_time(Text text, int *ret_second, Text *ret_rest)
{
    int hour, second;
    size_t size = read_int(text, 2, &hour);
    if (size == 0 || !read_minutes(text_slice(text, size, text.size), &second, ret_rest))
        return false;
    if (!read_half_day(ret_rest, &hour) || hour > 23) return false;
    *ret_second = hour * 3600 + second;
    return true;
}

/* "Z", "+03:00", "+0300", "+03"; false when it is none of these. */
static bool read_offset(Text text, int *ret_seconds)
{
    *ret_seconds = 0;
    if (text_equal(text, TEXT("Z"))) return true;
    if (text.size < 3 || (text.data[0] != '+' && text.data[0] != '-')) return false;
    int hours, minutes = 0;
    bool is_negative = text.data[0] == '-';
    text = text_slice(text, 1, text.size);
    if (read_int(text, 2, &hours) != 2 || hours > 15) return false;
    text = text_slice(text, 2, text.size);
    if (text_starts_with(text, TEXT(":"))) text = text_slice(text, 1, text.size);
    if (text.size != 0 && (text.size != 2 || read_int(text, 2, &minutes) != 2 || minutes > 59))
        return false;
    int seconds = hours * 3600 + minutes * 60;
    *ret_seconds = is_negative ? -seconds : seconds;
    return true;
}

static Text skip_time_separator(Text text)
{
    if (text_starts_with(text, TEXT("T")) || text_starts_with(text, TEXT(",")))
        text = text_slice(text, 1, text.size);
    return text_trim(text);
}

static Fault fault_of_no_date(Text text)
{
    int number;
    return text.size == 5 && read_int(text, 5, &number) == 5 ? FAULT_EXCEL_DAY : FAULT_NOT_DATE;
}

Fault convert_moment(Text text, DateStyle style, WrittenMoment *ret_moment)
{
    DateParts parts;
    Text rest;
    Date date;
    if (!convert_date_parts(text, &parts, &rest)) return fault_of_no_date(text);
    Fault fault = day_of_parts(parts, style.order, &date);
    if (fault != FAULT_NONE) return fault;
    *ret_moment =
        (WrittenMoment){.at = moment_of(date, 0, 0, 0), .is_missing = date.day == DATE_DAY_MIN};
    if (rest.size == 0) return FAULT_NONE;
    int second, offset;
    if (!read_time(skip_time_separator(rest), &second, &rest)) return FAULT_NOT_TIME;
    ret_moment->has_time = true;
    ret_moment->at.second += second;
    rest = text_trim(rest);
    if (rest.size == 0) return FAULT_NONE;
    if (style.zone == NULL || !read_offset(rest, &offset)) return FAULT_NOT_TIME;
    ret_moment->at = zone_local(style.zone, ret_moment->at.second - offset);
    return FAULT_NONE;
}

Fault convert_time(Text text, int *ret_second_of_day)
{
    Text rest;
    if (!read_time(text, ret_second_of_day, &rest) || text_trim(rest).size != 0)
        return FAULT_NOT_TIME;
    return FAULT_NONE;
}

/* ---- yes and no ---- */

Fault convert_bool(Text text, bool *ret_value)
{
    static const struct {
        const char *yes, *no;
    } words[] = {
#define YES_NO(yes, no) {yes, no},
#include "ingest/yes_no.def"
#undef YES_NO
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool is_yes = text_equal_folded(text, text_of(words[i].yes));
        if (!is_yes && !text_equal_folded(text, text_of(words[i].no))) continue;
        *ret_value = is_yes;
        return FAULT_NONE;
    }
    return FAULT_NOT_BOOL;
}
