/* test_convert.c -- cells into values: every way to write a number or a date, and what is none. */
#include "harness/harness.h"

#include "base/decimal.h"
#include "ingest/convert.h"

#include <stdio.h>

static const NumberStyle POINT = {'.', 0}, COMMA = {',', 0}, POINT_GROUPED = {'.', ','},
                         COMMA_GROUPED = {',', '.'};

/* "-12.5", with " rounded" behind it; or the sentence of the fault. */
static void expect_decimal(int line, const char *text, NumberStyle style, int scale,
                           const char *expected)
{
    int64_t mantissa = 0;
    bool is_rounded = false;
    char printed[128], digits[DECIMAL_TEXT_MAX];
    Fault fault = convert_decimal(text_of(text), style, scale, &mantissa, &is_rounded);
    Text number = decimal_print(mantissa, scale, digits);
    if (fault != FAULT_NONE)
        snprintf(printed, sizeof printed, "%s", fault_sentence(fault, LANGUAGE_EN));
    else
        snprintf(printed, sizeof printed, "%.*s%s", TEXT_FORMAT(number),
                 is_rounded ? " rounded" : "");
    harness_expect_text(__FILE__, line, text, text_of(printed), text_of(expected));
}

#define EXPECT_DECIMAL(text, style, scale, expected) \
    expect_decimal(__LINE__, text, style, scale, expected)

TEST(plain_numbers)
{
    EXPECT_DECIMAL("12.50", POINT, 4, "12.5");
    EXPECT_DECIMAL("12,50", COMMA, 4, "12.5");
    EXPECT_DECIMAL("-0,5", COMMA, 4, "-0.5");
    EXPECT_DECIMAL("+7", COMMA, 0, "7");
    EXPECT_DECIMAL("\xE2\x88\x92"
                   "7",
                   POINT, 0, "-7");
    EXPECT_DECIMAL(".5", POINT, 1, "0.5");
    EXPECT_DECIMAL("5.", POINT, 1, "5");
    EXPECT_DECIMAL("000000000000000000000042", POINT, 0, "42");
    EXPECT_DECIMAL("2.550", POINT, 4, "2.55");
}

TEST(groups_of_thousands)
{
    EXPECT_DECIMAL("1 234 567,89", COMMA, 4, "1234567.89");
    EXPECT_DECIMAL("1\xC2\xA0"
                   "234,5",
                   COMMA, 4, "1234.5");
    EXPECT_DECIMAL("1\xE2\x80\xAF"
                   "234",
                   COMMA, 4, "1234");
    EXPECT_DECIMAL("1'234.50", POINT, 4, "1234.5");
    EXPECT_DECIMAL("1,234,567.5", POINT_GROUPED, 4, "1234567.5");
    EXPECT_DECIMAL("1.234", COMMA_GROUPED, 4, "1234");
    EXPECT_DECIMAL("-1 234", POINT, 0, "-1234");
    EXPECT_DECIMAL("12 34", POINT, 0, "not a number");
    EXPECT_DECIMAL("1234 567", POINT, 0, "not a number");
    EXPECT_DECIMAL("1 2345", POINT, 0, "not a number");
    EXPECT_DECIMAL("1  234", POINT, 0, "not a number");
}

TEST(the_other_mark_is_refused)
{
    EXPECT_DECIMAL("1.5", COMMA, 4, "its decimal mark is not that of the column; see --decimal");
    EXPECT_DECIMAL("1.500", COMMA, 4, "its decimal mark is not that of the column; see --decimal");
    EXPECT_DECIMAL("1,5", POINT, 4, "its decimal mark is not that of the column; see --decimal");
    EXPECT_DECIMAL("1,50", POINT_GROUPED, 4,
                   "its decimal mark is not that of the column; see --decimal");
}

TEST(rounding_is_half_to_even_and_said)
{
    EXPECT_DECIMAL("1.23454", POINT, 4, "1.2345 rounded");
    EXPECT_DECIMAL("1.23455", POINT, 4, "1.2346 rounded");
    EXPECT_DECIMAL("1.23445", POINT, 4, "1.2344 rounded");
    EXPECT_DECIMAL("1.234450000000000000001", POINT, 4, "1.2345 rounded");
    EXPECT_DECIMAL("-1.23455", POINT, 4, "-1.2346 rounded");
    EXPECT_DECIMAL("0.30000000000000004", POINT, 4, "0.3 rounded");
    EXPECT_DECIMAL("1.23450000000000000000000", POINT, 4, "1.2345");
    EXPECT_DECIMAL("2.5", POINT, 0, "not a whole number");
    EXPECT_DECIMAL("2.0", POINT, 0, "2");
}

TEST(numbers_with_an_exponent)
{
    EXPECT_DECIMAL("1e3", POINT, 0, "1000");
    EXPECT_DECIMAL("1.25E1", POINT, 4, "12.5");
    EXPECT_DECIMAL("-12,5e-2", COMMA, 4, "-0.125");
    EXPECT_DECIMAL("5e-1", POINT, 1, "0.5");
    EXPECT_DECIMAL("1.5e+0", POINT, 4, "1.5");
    EXPECT_DECIMAL("0e0", POINT, 4, "0");
    EXPECT_DECIMAL("4.440892e-16", POINT, 4, "0 rounded");
    EXPECT_DECIMAL("6e-5", POINT, 4, "0.0001 rounded");
    EXPECT_DECIMAL("1.23E+12", POINT, 4, "1230000000000");
    EXPECT_DECIMAL("1e18", POINT, 0, "more than 18 digits");
    EXPECT_DECIMAL("1e999", POINT, 0, "not a number");
    EXPECT_DECIMAL("1e1e1", POINT, 0, "not a number");
    EXPECT_DECIMAL("e5", POINT, 0, "not a number");
    EXPECT_DECIMAL("1.2.3e5", POINT, 0, "not a number");
}

TEST(limits_of_numbers)
{
    EXPECT_DECIMAL("999999999999999999", POINT, 0, "999999999999999999");
    EXPECT_DECIMAL("1000000000000000000", POINT, 0, "more than 18 digits");
    EXPECT_DECIMAL("99999999999999.9999", POINT, 4, "99999999999999.9999");
    EXPECT_DECIMAL("99999999999999.99995", POINT, 4, "more than 18 digits");
    EXPECT_DECIMAL("100000000000000", POINT, 4, "more than 18 digits");
    EXPECT_DECIMAL("0.000000000000000000000", POINT, 4, "0");
    EXPECT_DECIMAL("99999999999999999999999999999999", POINT, 4, "more than 18 digits");
}

TEST(what_is_no_number)
{
    static const char *const bad[] = {"abc", "1a",  "-",     "--1", "1-",     ".",   ",",  "1.2.3",
                                      "1e",  "0x1", "1,2,3", " ",   "12 руб", "NaN", "1/2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT_DECIMAL(bad[i], POINT, 4, "not a number");
}

static void expect_moment(int line, const char *text, DateOrder order, const char *expected)
{
    AUTO(zone_done) Zone *zone = NULL;
    REQUIRE(zone_open(TEXT("Europe/Moscow"), &zone, NULL) == STATUS_OK);
    WrittenMoment moment = {0};
    char printed[128], out[DATE_TEXT_MAX];
    Fault fault = convert_moment(text_of(text), (DateStyle){order, zone}, &moment);
    Text date = moment.has_time ? moment_print_iso(moment.at, out)
                                : date_print_iso(moment_date(moment.at), out);
    if (fault != FAULT_NONE)
        snprintf(printed, sizeof printed, "%s", fault_sentence(fault, LANGUAGE_EN));
    else if (moment.is_missing)
        snprintf(printed, sizeof printed, "missing");
    else
        snprintf(printed, sizeof printed, "%.*s", TEXT_FORMAT(date));
    harness_expect_text(__FILE__, line, text, text_of(printed), text_of(expected));
}

#define EXPECT_MOMENT(text, order, expected) \
    expect_moment(__LINE__, text, DATE_ORDER_##order, expected)

TEST(dates)
{
    EXPECT_MOMENT("31.03.2026", DMY, "2026-03-31");
    EXPECT_MOMENT("1.3.2026", DMY, "2026-03-01");
    EXPECT_MOMENT("03/31/2026", MDY, "2026-03-31");
    EXPECT_MOMENT("31-03-2026", DMY, "2026-03-31");
    EXPECT_MOMENT("2026-03-31", DMY, "2026-03-31");
    EXPECT_MOMENT("2026-03-31", MDY, "2026-03-31");
    EXPECT_MOMENT("2026/3/31", YMD, "2026-03-31");
    EXPECT_MOMENT("20260331", DMY, "2026-03-31");
    EXPECT_MOMENT("29.02.2024", DMY, "2024-02-29");
}

TEST(dates_with_a_time)
{
    EXPECT_MOMENT("31.03.2026 14:30", DMY, "2026-03-31T14:30:00");
    EXPECT_MOMENT("31.03.2026 9:05:07", DMY, "2026-03-31T09:05:07");
    EXPECT_MOMENT("12/1/2010 8:26", MDY, "2010-12-01T08:26:00");
    EXPECT_MOMENT("2010-12-01T08:26:00.123", DMY, "2010-12-01T08:26:00");
    EXPECT_MOMENT("31.03.2026\xC2\xA0"
                  "23:59:59",
                  DMY, "2026-03-31T23:59:59");
    EXPECT_MOMENT("3/31/2026, 2:30:00 PM", MDY, "2026-03-31T14:30:00");
    EXPECT_MOMENT("3/31/2026 12:30 am", MDY, "2026-03-31T00:30:00");
}

TEST(moments_with_an_offset_move_to_the_business_zone)
{
    EXPECT_MOMENT("2026-03-31T23:30:00Z", DMY, "2026-04-01T02:30:00");
    EXPECT_MOMENT("2026-03-31T14:30:00+05:00", DMY, "2026-03-31T12:30:00");
    EXPECT_MOMENT("2026-03-31T14:30:00-0500", DMY, "2026-03-31T22:30:00");
    EXPECT_MOMENT("2026-03-31T14:30+03", DMY, "2026-03-31T14:30:00");
}

TEST(no_dates)
{
    EXPECT_MOMENT("31.13.2026", DMY, "no such day in the order of the column; see --dates");
    EXPECT_MOMENT("31/03/2026", MDY, "no such day in the order of the column; see --dates");
    EXPECT_MOMENT("29.02.2023", DMY, "no such day in the order of the column; see --dates");
    EXPECT_MOMENT("31.03.26", DMY, "a year of two digits: write four");
    EXPECT_MOMENT("45123", DMY, "a day number of a spreadsheet: format the column as a date there");
    EXPECT_MOMENT("0001-01-01T00:00:00", DMY, "missing");
    EXPECT_MOMENT("01.01.0001 0:00:00", DMY, "missing");
    static const char *const bad[] = {"x",        "31",          "31.03",       "31.03/2026",
                                      "31..2026", "311.03.2026", "31.03.20261", "2026-03-311",
                                      "2026031",  "March 31"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT_MOMENT(bad[i], DMY, "not a date");
    static const char *const bad_time[] = {
        "31.03.2026 24:00",       "31.03.2026 1:60", "31.03.2026 x",        "31.03.2026 13:00 PM",
        "31.03.2026 10:00:00 +3", "31.03.2026 10",   "31.03.2026 10:00:00."};
    for (size_t i = 0; i < sizeof bad_time / sizeof *bad_time; i++)
        EXPECT_MOMENT(bad_time[i], DMY, "not a time of day");
}

TEST(yes_and_no)
{
    static const char *const yes[] = {"да", "Да", "ТАК", "yes", "True", "1", "Истина", "y"};
    static const char *const no[] = {"нет", "Нет", "ні", "no", "FALSE", "0", "ложь", "N"};
    bool value;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        EXPECT_INT(convert_bool(text_of(yes[i]), &value), FAULT_NONE);
        EXPECT(value);
        EXPECT_INT(convert_bool(text_of(no[i]), &value), FAULT_NONE);
        EXPECT(!value);
    }
    EXPECT_INT(convert_bool(TEXT("может быть"), &value), FAULT_NOT_BOOL);
    EXPECT_INT(convert_bool(TEXT("2"), &value), FAULT_NOT_BOOL);
}
