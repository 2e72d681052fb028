/* import_values.c -- any bytes as a cell: numbers, dates and yes or no within their limits, and
 * numbers that read back as what they print. */
#include "base/decimal.h"
#include "ingest/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_number(Text text, NumberStyle style, int scale)
{
    int64_t mantissa, again;
    bool is_rounded;
    if (convert_decimal(text, style, scale, &mantissa, &is_rounded) != FAULT_NONE) return;
    ASSERT(mantissa >= -DECIMAL_MANTISSA_MAX && mantissa <= DECIMAL_MANTISSA_MAX);
    char out[DECIMAL_TEXT_MAX];
    Text printed = decimal_print(mantissa, scale, out);
    ASSERT(convert_decimal(printed, (NumberStyle){'.', 0}, scale, &again, &is_rounded) ==
           FAULT_NONE);
    ASSERT(again == mantissa && !is_rounded);
}

static void read_moment(Text text, DateOrder order)
{
    WrittenMoment moment, again;
    if (convert_moment(text, (DateStyle){order, NULL}, &moment) != FAULT_NONE) return;
    char out[DATE_TEXT_MAX];
    Text printed = moment_print_iso(moment.at, out);
    ASSERT(convert_moment(printed, (DateStyle){order, NULL}, &again) == FAULT_NONE);
    ASSERT(again.at.second == moment.at.second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const NumberStyle styles[] = {{'.', 0}, {',', 0}, {'.', ','}, {',', '.'}};
    if (size < 2 || size > 512) return 0;
    Text text = text_trim((Text){(const char *)data + 1, size - 1});
    if (text.size == 0) return 0;
    bool yes;
    int second = 0;
    read_number(text, styles[data[0] % 4], data[0] / 4 % (DECIMAL_SCALE_MAX + 1));
    read_moment(text, data[0] & 1 ? DATE_ORDER_DMY : DATE_ORDER_MDY);
    if (convert_time(text, &second) == FAULT_NONE) ASSERT(second >= 0 && second < 86400);
    return convert_bool(text, &yes) == FAULT_COUNT;
}
