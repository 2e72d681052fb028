/* test_decimal.c -- exact decimals: parsing, rounding half to even, 18 digit limits, printing. */
#include "base/decimal.h"
#include "base/random.h"
#include "harness/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX DECIMAL_MANTISSA_MAX

static void expect_parsed(int line, const char *text, int64_t mantissa, int scale)
{
    int64_t actual = -1;
    int actual_scale = -1;
    if (!decimal_parse(text_of(text), &actual, &actual_scale))
        harness_fail(__FILE__, line, "refused '%s'", text);
    harness_expect_int(__FILE__, line, "mantissa", actual, mantissa);
    harness_expect_int(__FILE__, line, "scale", actual_scale, scale);
}

TEST(decimal_parses)
{
    expect_parsed(__LINE__, "0", 0, 0);
    expect_parsed(__LINE__, "-0", 0, 0);
    expect_parsed(__LINE__, "12", 12, 0);
    expect_parsed(__LINE__, "-12.50", -1250, 2);
    expect_parsed(__LINE__, "0.005", 5, 3);
    expect_parsed(__LINE__, "1_000_000.25", 100000025, 2);
    expect_parsed(__LINE__, "0.000_000_001", 1, 9);
    expect_parsed(__LINE__, "999999999999999999", MAX, 0);
    expect_parsed(__LINE__, "-999999999.999999999", -MAX, 9);
    expect_parsed(__LINE__, "000000000000000000000007", 7, 0);
}

TEST(decimal_refuses)
{
    static const char *const wrong[] = {
        "",
        "-",
        ".",
        "1.",
        ".5",
        "+5",
        "1,5",
        "1 000",
        "1__0",
        "_1",
        "1_",
        "1_.5",
        "1._5",
        "1.5_",
        "--1",
        "1e5",
        "0x10",
        "1.2.3",
        "1a",
        "nan",
        "1000000000000000000",
        "9999999999.999999999",
        "0.0000000001",
        "٣",
        " 1",
        "1 ",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t mantissa = 42;
        int scale = 42;
        if (decimal_parse(text_of(wrong[i]), &mantissa, &scale))
            harness_fail(__FILE__, __LINE__, "took '%s' for a number", wrong[i]);
        EXPECT(mantissa == 42 && scale == 42);
    }
    char zeros[5000];
    memset(zeros, '0', sizeof zeros);
    int64_t mantissa;
    int scale;
    EXPECT(!decimal_parse((Text){zeros, sizeof zeros}, &mantissa, &scale));
}

static void expect_rescaled(int line, int64_t from, int from_scale, int to_scale, int64_t expected)
{
    int64_t actual = -1;
    if (!decimal_rescale(from, from_scale, to_scale, &actual))
        harness_fail(__FILE__, line, "refused %lld", (long long)from);
    harness_expect_int(__FILE__, line, "rescaled", actual, expected);
}

TEST(decimal_rescale_rounds_half_to_even)
{
    expect_rescaled(__LINE__, 5, 1, 0, 0);
    expect_rescaled(__LINE__, 15, 1, 0, 2);
    expect_rescaled(__LINE__, 25, 1, 0, 2);
    expect_rescaled(__LINE__, 35, 1, 0, 4);
    expect_rescaled(__LINE__, -5, 1, 0, 0);
    expect_rescaled(__LINE__, -15, 1, 0, -2);
    expect_rescaled(__LINE__, -25, 1, 0, -2);
    expect_rescaled(__LINE__, 2501, 3, 0, 3);
    expect_rescaled(__LINE__, 2499, 3, 0, 2);
    expect_rescaled(__LINE__, -2501, 3, 0, -3);
    expect_rescaled(__LINE__, 1005, 3, 2, 100);
    expect_rescaled(__LINE__, 1015, 3, 2, 102);
    expect_rescaled(__LINE__, 7, 0, 4, 70000);
    expect_rescaled(__LINE__, MAX, 9, 9, MAX);
    expect_rescaled(__LINE__, MAX, 9, 0, 1000000000);
    expect_rescaled(__LINE__, 4, 9, 0, 0);
}

TEST(decimal_rescale_refuses_over_18_digits)
{
    int64_t result = 42;
    EXPECT(!decimal_rescale(MAX, 0, 1, &result));
    EXPECT(!decimal_rescale(-MAX, 0, 9, &result));
    EXPECT(!decimal_rescale(INT64_MAX, 0, 9, &result));
    EXPECT(!decimal_rescale(100000000000000000, 0, 1, &result));
    EXPECT_INT(result, 42);
    EXPECT(decimal_rescale(99999999999999999, 0, 1, &result));
}

TEST(decimal_rescale_is_exact_when_no_digit_is_lost)
{
    EXPECT(decimal_rescale_is_exact(1500, 3, 1));
    EXPECT(!decimal_rescale_is_exact(1500, 3, 0));
    EXPECT(decimal_rescale_is_exact(-12, 0, 9));
    EXPECT(decimal_rescale_is_exact(0, 9, 0));
}

TEST(decimal_multiplies_exactly)
{
    int64_t result;
    REQUIRE(decimal_multiply(199900, 4, 3, 0, 4, &result)); /* 19.99 x 3 */
    EXPECT_INT(result, 599700);
    REQUIRE(decimal_multiply(15, 1, 15, 1, 1, &result)); /* 2.25 to one decimal */
    EXPECT_INT(result, 22);
    REQUIRE(decimal_multiply(-15, 1, 25, 1, 1, &result)); /* -3.75 */
    EXPECT_INT(result, -38);
    REQUIRE(decimal_multiply(MAX, 9, MAX, 9, 0, &result));
    EXPECT_INT(result, 999999999999999998);
    REQUIRE(decimal_multiply(1, 9, 1, 9, 9, &result)); /* far too small */
    EXPECT_INT(result, 0);
    REQUIRE(decimal_multiply(2, 0, 3, 0, 9, &result));
    EXPECT_INT(result, 6000000000);
    EXPECT(!decimal_multiply(MAX, 0, 2, 0, 0, &result));
    EXPECT(!decimal_multiply(MAX, 0, 1, 0, 1, &result));
    EXPECT(!decimal_multiply(-MAX, 0, MAX, 0, 9, &result));
}

/* Goal: the product is the nearest one, and the even one of two equally near. */
TEST(decimal_multiply_is_nearest_on_random_numbers)
{
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 50000; i++) {
        int64_t a = random_between(&random, -100000, 100000) * (i % 2 ? 5 : 1);
        int64_t b = random_between(&random, -100000, 100000) * (i % 3 ? 5 : 1);
        int scale = (int)random_below(&random, 5), lost = 4 - scale;
        int64_t result;
        REQUIRE(decimal_multiply(a, 2, b, 2, scale, &result));
        int64_t unit = DECIMAL_POW10[lost], rest = a * b - result * unit;
        EXPECT(llabs(rest) * 2 <= unit);
        EXPECT(unit == 1 || llabs(rest) * 2 != unit || result % 2 == 0);
    }
}

TEST(decimal_compare_is_exact)
{
    EXPECT_INT(decimal_compare(15, 1, 150, 2), 0);
    EXPECT(decimal_compare(MAX, 0, MAX, 9) > 0);
    EXPECT(decimal_compare(-MAX, 0, MAX, 9) < 0);
    EXPECT(decimal_compare(100000000000000001, 9, 100000000, 0) > 0);
    EXPECT(decimal_compare(INT64_MIN, 0, INT64_MAX, 9) < 0);
    EXPECT(decimal_compare(1, 9, 0, 0) > 0);
    EXPECT(decimal_compare(-1, 9, 0, 0) < 0);
}

TEST(decimal_fits_18_digits)
{
    EXPECT(decimal_fits(MAX) && decimal_fits(-MAX) && decimal_fits(0));
    EXPECT(!decimal_fits((Int128)MAX + 1) && !decimal_fits(-(Int128)MAX - 1));
    EXPECT(!decimal_fits((Int128)INT64_MAX * 4));
}

static void expect_printed(int line, int64_t mantissa, int scale, const char *expected)
{
    char out[DECIMAL_TEXT_MAX];
    harness_expect_text(__FILE__, line, "printed", decimal_print(mantissa, scale, out),
                        text_of(expected));
}

TEST(decimal_prints_without_needless_zeros)
{
    expect_printed(__LINE__, 0, 0, "0");
    expect_printed(__LINE__, 0, 4, "0");
    expect_printed(__LINE__, -12345, 1, "-1234.5");
    expect_printed(__LINE__, 15000, 4, "1.5");
    expect_printed(__LINE__, 120000, 4, "12");
    expect_printed(__LINE__, 1200, 0, "1200");
    expect_printed(__LINE__, 5, 4, "0.0005");
    expect_printed(__LINE__, -5, 1, "-0.5");
    expect_printed(__LINE__, MAX, 9, "999999999.999999999");
    expect_printed(__LINE__, -MAX, 0, "-999999999999999999");
    expect_printed(__LINE__, INT64_MIN, 9, "-9223372036.854775808");
}

TEST(decimal_prints_and_parses_alike)
{
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 20000; i++) {
        int64_t limit = DECIMAL_POW10[1 + random_below(&random, 18)] - 1;
        int64_t mantissa = random_between(&random, -limit, limit), back;
        int scale = (int)random_below(&random, DECIMAL_SCALE_MAX + 1), back_scale;
        char out[DECIMAL_TEXT_MAX];
        REQUIRE(decimal_parse(decimal_print(mantissa, scale, out), &back, &back_scale));
        EXPECT(back_scale <= scale);
        EXPECT_INT(decimal_compare(mantissa, scale, back, back_scale), 0);
    }
}

TEST(decimal_to_double_divides_once)
{
    EXPECT(decimal_to_double(1, 1) >= 0.1 && decimal_to_double(1, 1) <= 0.1);
    EXPECT(decimal_to_double(-12345, 4) >= -1.2345 && decimal_to_double(-12345, 4) <= -1.2345);
}

static void expect_double(int line, double value, const char *expected)
{
    char out[DECIMAL_TEXT_MAX];
    harness_expect_text(__FILE__, line, "printed", double_print(value, out), text_of(expected));
}

TEST(double_prints_shortest)
{
    expect_double(__LINE__, 0.0, "0");
    expect_double(__LINE__, -0.0, "0");
    expect_double(__LINE__, 0.1, "0.1");
    expect_double(__LINE__, 0.1 + 0.2, "0.30000000000000004");
    expect_double(__LINE__, -2.5, "-2.5");
    expect_double(__LINE__, 100, "100");
    expect_double(__LINE__, 1234567.891, "1234567.891");
    expect_double(__LINE__, 999999999999999.0, "999999999999999");
    expect_double(__LINE__, 1e15, "1e15");
    expect_double(__LINE__, 1e300, "1e300");
    expect_double(__LINE__, -1.5e-9, "-0.0000000015");
    expect_double(__LINE__, 1.5e-10, "1.5e-10");
    expect_double(__LINE__, 5e-324, "5e-324");
    expect_double(__LINE__, 1.7976931348623157e308, "1.7976931348623157e308");
    expect_double(__LINE__, (double)INFINITY, "inf");
    expect_double(__LINE__, -(double)INFINITY, "-inf");
    expect_double(__LINE__, (double)NAN, "nan");
}

TEST(double_prints_and_reads_alike)
{
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 50000; i++) {
        uint64_t bits = random_next(&random);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (i % 2 == 0) value = (double)random_between(&random, -1000000000, 1000000000) / 10000;
        if (!isfinite(value)) continue;
        char out[DECIMAL_TEXT_MAX];
        Text text = double_print(value, out);
        REQUIRE(text.size < DECIMAL_TEXT_MAX);
        double back = strtod(out, NULL);
        if (back < value || back > value)
            harness_fail(__FILE__, __LINE__, "%.17g printed as %s", value, out);
    }
}
