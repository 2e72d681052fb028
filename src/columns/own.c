/* own.c -- numbers of customers' own texts: from positions to codes, from codes to customers. */
#include "columns/format.h"

#include <string.h>

uint32_t column_own_first(const Column *column, uint32_t row)
{
    if (column->own_firsts != NULL) return column->own_firsts[row];
    return row;
}

uint32_t column_own_count(const Column *column, uint32_t row)
{
    return column_own_first(column, row + 1) - column_own_first(column, row);
}

/* The first of the wide rows that is at least `row`. */
static uint32_t wide_from(const Column *column, uint32_t row)
{
    uint32_t low = 0, high = column->wide_rows_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (column->wide_rows[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t column_code(const Column *column, uint32_t row, uint64_t position)
{
    if (column->kind != COLUMN_OWN_CODE) return (uint32_t)column_integer(column, position);
    const uint8_t *bytes = column->data;
    uint32_t number = column->width_bytes == 0 ? 1 : bytes[position];
    if (number == 0) return 0;
    uint32_t wide = wide_from(column, row);
    if (wide < column->wide_rows_count && column->wide_rows[wide].row == row) {
        const WideRow *at = &column->wide_rows[wide];
        number = column->wide_numbers[at->first + (position - at->begin)];
    }
    return column_own_first(column, row) + number;
}

void column_own_codes(const Column *column, const uint32_t *offsets, uint32_t row_begin,
                      uint32_t row_end, uint32_t *ret_numbers)
{
    uint64_t begin = offsets == NULL ? row_begin : offsets[row_begin];
    uint64_t end = offsets == NULL ? row_end : offsets[row_end];
    const uint8_t *bytes = column->data;
    if (column->width_bytes == 0) {
        for (uint64_t i = begin; i < end; i++)
            ret_numbers[i - begin] = 1;
        return;
    }
    for (uint64_t i = begin; i < end; i++)
        ret_numbers[i - begin] = bytes[i];
    for (uint32_t i = wide_from(column, row_begin); i < column->wide_rows_count; i++) {
        const WideRow *wide = &column->wide_rows[i];
        if (wide->row >= row_end) break;
        size_t count = offsets[wide->row + 1] - offsets[wide->row];
        memcpy(ret_numbers + (wide->begin - begin), column->wide_numbers + wide->first,
               count * sizeof *ret_numbers);
    }
}

/* How many of the bits begin .. begin + count - 1 are set. */
static uint32_t count_bits(const uint64_t *words, uint64_t begin, uint64_t count)
{
    uint32_t bits_count = 0;
    uint64_t end = begin + count;
    for (uint64_t i = begin; i < end;) {
        uint64_t left = end - i, word = words[i / 64] >> (i % 64);
        uint64_t length = left < 64 - i % 64 ? left : 64 - i % 64;
        if (length < 64) word &= (UINT64_C(1) << length) - 1;
        bits_count += (uint32_t)__builtin_popcountll(word);
        i += length;
    }
    return bits_count;
}

/* How many codes of first + 1 .. first + count are joined to the one before. */
static uint32_t count_joined(const Dictionary *dictionary, uint32_t first, uint32_t count)
{
    return count_bits(dictionary->joined, first, count);
}

void column_own_classes(const Column *column, const uint32_t *offsets, uint32_t row_begin,
                        uint32_t row_end, uint32_t *ret_numbers)
{
    column_own_codes(column, offsets, row_begin, row_end, ret_numbers);
    if (column->dictionary->joined == NULL) return;
    for (uint32_t row = row_begin; row < row_end; row++) {
        size_t count = offsets == NULL ? 1 : offsets[row + 1] - offsets[row];
        uint32_t first = column_own_first(column, row);
        /* Nearly nobody has such texts, so counting anew for each number costs little. */
        bool has_joined =
            count_joined(column->dictionary, first, column_own_count(column, row)) > 0;
        for (size_t i = 0; has_joined && i < count; i++)
            ret_numbers[i] -= count_joined(column->dictionary, first, ret_numbers[i]);
        ret_numbers += count;
    }
}

uint32_t column_own_row(const Column *column, uint32_t customers_count, uint32_t code)
{
    ASSERT(code >= 1 && code <= column->dictionary->count);
    if (column->own_firsts == NULL) return code - 1;
    /* The last row whose codes begin before this one. */
    uint32_t low = 0, high = customers_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (column->own_firsts[middle + 1] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
