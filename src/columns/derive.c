/* derive.c -- zones and bitmaps: what can be made from the columns themselves. */
#include "columns/build.h"

static void widen(ColumnZone *zone, int64_t value)
{
    if (value < zone->min) zone->min = value;
    if (value > zone->max) zone->max = value;
}

/* Events are in order, so a customer's first and last day are his range. */
static void widen_by_days(ColumnZone *zone, const StreamColumns *stream, uint32_t row)
{
    uint32_t begin = stream->offsets[row], end = stream->offsets[row + 1];
    if (begin == end) return;
    widen(zone, column_integer(&stream->day, begin));
    widen(zone, column_integer(&stream->day, end - 1));
}

void derive_zones(const DeriveInput *input, ColumnZone *ret_zones)
{
    size_t blocks_count = blocks_count_of(input->customers_count);
    for (size_t block = 0; block < blocks_count; block++) {
        ColumnZone *zone = &ret_zones[block];
        uint32_t row = (uint32_t)block * IMAGE_BLOCK_ROWS;
        *zone = (ColumnZone){INT64_MAX, INT64_MIN};
        for (size_t i = 0; i < IMAGE_BLOCK_ROWS && row < input->customers_count; i++, row++) {
            if (input->stream != NULL)
                widen_by_days(zone, input->stream, row);
            else if (column_is_present(input->column, row))
                widen(zone, column_integer(input->column, row));
        }
    }
}

void derive_value_bits(const DeriveInput *input, uint64_t *ret_words)
{
    const Column *column = input->column;
    size_t words_count = blocks_count_of(input->customers_count) * BLOCK_WORDS;
    for (uint32_t row = 0; row < input->customers_count; row++) {
        bool is_set = column->kind == COLUMN_CODE_SET;
        uint64_t begin = is_set ? column->set_offsets[row] : row;
        uint64_t end = is_set ? column->set_offsets[row + 1] : (uint64_t)row + 1;
        for (uint64_t position = begin; position < end; position++) {
            size_t code = (size_t)column_integer(column, position);
            if (code == 0) continue;
            ret_words[(code - 1) * words_count + row / 64] |= UINT64_C(1) << (row % 64);
        }
    }
}
