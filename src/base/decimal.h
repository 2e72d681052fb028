/* decimal.h -- exact decimal numbers: an int64 mantissa and a scale (digits after the point).
 *
 * The value is mantissa / 10^scale. At most 18 digits; scale 0..DECIMAL_SCALE_MAX. The scale is
 * carried by the static type, not by the number, so comparing and adding are integer work. */
#pragma once

#include "base/text.h"

__extension__ typedef __int128 Int128;

#define DECIMAL_SCALE_MAX    9
#define DECIMAL_MANTISSA_MAX INT64_C(999999999999999999)
#define MONEY_SCALE          4 /* money keeps four decimals: prices of real shops have three */
#define NUMBER_SCALE_USUAL   4 /* so do numbers of which nobody says how many they keep */

extern const int64_t DECIMAL_POW10[19];

/* Parse [-]digits[.digits] (underscores between digits allowed) exactly; *ret_scale is the number
 * of decimals written. False on anything else, or over 18 digits, or over DECIMAL_SCALE_MAX
 * decimals. */
bool decimal_parse(Text text, int64_t *ret_mantissa, int *ret_scale);

/* Change the scale; going down rounds half to even. False when the result is over 18 digits. */
bool decimal_rescale(int64_t mantissa, int from_scale, int to_scale, int64_t *ret_mantissa);
/* True when going to `to_scale` loses no digit. */
bool decimal_rescale_is_exact(int64_t mantissa, int from_scale, int to_scale);
/* Exact product a·b rounded half to even to `scale`; false when over 18 digits. */
bool decimal_multiply(int64_t a, int a_scale, int64_t b, int b_scale, int scale, int64_t *ret);
int decimal_compare(int64_t a, int a_scale, int64_t b, int b_scale); /* exact; <0, 0, >0 */
bool decimal_fits(Int128 mantissa);                                  /* within 18 digits */
double decimal_to_double(int64_t mantissa, int scale); /* (double)mantissa / 10^scale, always so */

/* "-1234.5": no trailing zeros after the point, no point when whole. */
#define DECIMAL_TEXT_MAX 32
Text decimal_print(int64_t mantissa, int scale, char out[DECIMAL_TEXT_MAX]);
/* The shortest text that reads back as the same double; "1e300" style only beyond 15 digits. */
Text double_print(double value, char out[DECIMAL_TEXT_MAX]);
