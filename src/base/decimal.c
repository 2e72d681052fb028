/* decimal.c -- exact decimal numbers in 64-bit integers, with 128 bits in between. */
#include "base/decimal.h"

#include "base/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int64_t DECIMAL_POW10[19] = {
    INT64_C(1),
    INT64_C(10),
    INT64_C(100),
    INT64_C(1000),
    INT64_C(10000),
    INT64_C(100000),
    INT64_C(1000000),
    INT64_C(10000000),
    INT64_C(100000000),
    INT64_C(1000000000),
    INT64_C(10000000000),
    INT64_C(100000000000),
    INT64_C(1000000000000),
    INT64_C(10000000000000),
    INT64_C(100000000000000),
    INT64_C(1000000000000000),
    INT64_C(10000000000000000),
    INT64_C(100000000000000000),
    INT64_C(1000000000000000000),
};

bool decimal_fits(Int128 mantissa)
{
    return mantissa <= DECIMAL_MANTISSA_MAX && mantissa >= -DECIMAL_MANTISSA_MAX;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Leading zeros do not count as digits of the value, but a text of nothing else has an end too. */
enum { WRITTEN_DIGITS_MAX = 1000 };

/* Append the digits at *position to *mantissa; an underscore stands between two digits only. */
static bool read_digits(Text text, size_t *position, int64_t *mantissa, int *ret_count)
{
    size_t i = *position;
    *ret_count = 0;
    while (i < text.size && is_digit(text.data[i])) {
        Int128 next = (Int128)*mantissa * 10 + (text.data[i] - '0');
        if (!decimal_fits(next) || *ret_count == WRITTEN_DIGITS_MAX) return false;
        *mantissa = (int64_t)next;
        (*ret_count)++;
        i++;
        bool is_underscore = i + 1 < text.size && text.data[i] == '_' && is_digit(text.data[i + 1]);
        if (is_underscore) i++;
    }
    *position = i;
    return *ret_count > 0;
}

bool decimal_parse(Text text, int64_t *ret_mantissa, int *ret_scale)
{
    size_t position = 0;
    bool is_negative = text.size > 0 && text.data[0] == '-';
    if (is_negative) position++;
    int64_t mantissa = 0;
    int whole_count, scale = 0;
    if (!read_digits(text, &position, &mantissa, &whole_count)) return false;
    if (position < text.size && text.data[position] == '.') {
        position++;
        if (!read_digits(text, &position, &mantissa, &scale)) return false;
    }
    if (position != text.size || scale > DECIMAL_SCALE_MAX) return false;
    *ret_mantissa = is_negative ? -mantissa : mantissa;
    *ret_scale = scale;
    return true;
}

/* The quotient rounded half to even. */
static Int128 divide_half_even(Int128 value, Int128 divisor)
{
    Int128 quotient = value / divisor;
    Int128 rest = value % divisor;
    if (rest < 0) rest = -rest;
    Int128 over_half = rest * 2 - divisor;
    bool is_up = over_half > 0 || (over_half == 0 && quotient % 2 != 0);
    if (!is_up) return quotient;
    return value < 0 ? quotient - 1 : quotient + 1;
}

/* The value at another scale; false over 18 digits. Scales of products reach twice the maximum. */
static bool rescale(Int128 mantissa, int from_scale, int to_scale, int64_t *ret_mantissa)
{
    ASSERT(from_scale >= 0 && from_scale <= 2 * DECIMAL_SCALE_MAX);
    ASSERT(to_scale >= 0 && to_scale <= 2 * DECIMAL_SCALE_MAX);
    if (to_scale < from_scale) {
        mantissa = divide_half_even(mantissa, DECIMAL_POW10[from_scale - to_scale]);
    } else {
        if (!decimal_fits(mantissa)) return false;
        mantissa *= DECIMAL_POW10[to_scale - from_scale];
    }
    if (!decimal_fits(mantissa)) return false;
    *ret_mantissa = (int64_t)mantissa;
    return true;
}

bool decimal_rescale(int64_t mantissa, int from_scale, int to_scale, int64_t *ret_mantissa)
{
    return rescale(mantissa, from_scale, to_scale, ret_mantissa);
}

bool decimal_rescale_is_exact(int64_t mantissa, int from_scale, int to_scale)
{
    return to_scale >= from_scale || mantissa % DECIMAL_POW10[from_scale - to_scale] == 0;
}

bool decimal_multiply(int64_t a, int a_scale, int64_t b, int b_scale, int scale, int64_t *ret)
{
    return rescale((Int128)a * b, a_scale + b_scale, scale, ret);
}

int decimal_compare(int64_t a, int a_scale, int64_t b, int b_scale)
{
    Int128 a_wide = a, b_wide = b;
    if (a_scale < b_scale) a_wide *= DECIMAL_POW10[b_scale - a_scale];
    if (b_scale < a_scale) b_wide *= DECIMAL_POW10[a_scale - b_scale];
    return (a_wide > b_wide) - (a_wide < b_wide);
}

double decimal_to_double(int64_t mantissa, int scale)
{
    return (double)mantissa / (double)DECIMAL_POW10[scale];
}

/* A number taken apart: sign, digits without needless zeros, and where the point stands. */
typedef struct {
    bool is_negative;
    char digits[24];
    int count;       /* digits, 1 at least */
    int whole_count; /* digits before the point; 0 or less when the number is below 1 */
} Digits;

static char *put_zeros(char *out, int count)
{
    if (count <= 0) return out;
    memset(out, '0', (size_t)count);
    return out + count;
}

static char *put_bytes(char *out, const char *bytes, int count)
{
    if (count <= 0) return out;
    memcpy(out, bytes, (size_t)count);
    return out + count;
}

/* 12300, 12.3 or 0.00123. */
static char *put_plain(char *out, const Digits *number)
{
    int whole = number->whole_count;
    int whole_written = whole < number->count ? whole : number->count;
    if (whole <= 0) *out++ = '0';
    out = put_bytes(out, number->digits, whole_written);
    out = put_zeros(out, whole - number->count);
    if (whole >= number->count) return out;
    *out++ = '.';
    if (whole < 0) out = put_zeros(out, -whole);
    int skipped = whole > 0 ? whole : 0;
    return put_bytes(out, number->digits + skipped, number->count - skipped);
}

static char *put_with_exponent(char *out, const Digits *number)
{
    *out++ = number->digits[0];
    if (number->count > 1) *out++ = '.';
    out = put_bytes(out, number->digits + 1, number->count - 1);
    return out + snprintf(out, 8, "e%d", number->whole_count - 1);
}

static void drop_trailing_zeros(Digits *number)
{
    while (number->count > 1 && number->digits[number->count - 1] == '0')
        number->count--;
}

Text decimal_print(int64_t mantissa, int scale, char out[DECIMAL_TEXT_MAX])
{
    ASSERT(scale >= 0 && scale <= 2 * DECIMAL_SCALE_MAX);
    Digits number = {.is_negative = mantissa < 0};
    uint64_t magnitude = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa;
    number.count =
        snprintf(number.digits, sizeof number.digits, "%llu", (unsigned long long)magnitude);
    number.whole_count = number.count - scale;
    if (magnitude == 0) number.whole_count = 1;
    drop_trailing_zeros(&number);
    char *end = out;
    if (number.is_negative) *end++ = '-';
    end = put_plain(end, &number);
    *end = '\0';
    return (Text){out, (size_t)(end - out)};
}

/* The fewest digits that read back as `value`, which is finite and not negative. */
static Digits shortest_digits(double value)
{
    /* 15 digits survive the way through a normal double, so fewer need no trying. */
    enum { SURE_DIGITS = 15, ENOUGH_DIGITS = 17 };
    const double normal_min = 2.2250738585072014e-308;
    char scratch[40];
    int precision = value >= normal_min ? SURE_DIGITS : 1;
    for (;; precision++) {
        snprintf(scratch, sizeof scratch, "%.*e", precision - 1, value);
        double back = strtod(scratch, NULL);
        if (precision >= ENOUGH_DIGITS || !(back < value || back > value)) break;
    }
    Digits number = {0};
    const char *byte = scratch;
    for (; *byte != 'e'; byte++)
        if (is_digit(*byte)) number.digits[number.count++] = *byte;
    number.whole_count = (int)strtol(byte + 1, NULL, 10) + 1;
    drop_trailing_zeros(&number);
    return number;
}

Text double_print(double value, char out[DECIMAL_TEXT_MAX])
{
    enum { PLAIN_WHOLE_MAX = 15, PLAIN_ZEROS_MAX = 9 };
    if (!isfinite(value)) {
        snprintf(out, DECIMAL_TEXT_MAX, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return text_of(out);
    }
    Digits number = shortest_digits(fabs(value));
    char *end = out;
    if (value < 0) *end++ = '-';
    bool is_plain = number.whole_count <= PLAIN_WHOLE_MAX && number.whole_count > -PLAIN_ZEROS_MAX;
    end = is_plain ? put_plain(end, &number) : put_with_exponent(end, &number);
    *end = '\0';
    return (Text){out, (size_t)(end - out)};
}
