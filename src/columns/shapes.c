/* shapes.c -- texts that differ in their digits only: from numbers to texts and back. */
#include "columns/shapes.h"

#include "base/fold.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t shape_digits(Text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += is_digit(text.data[i]);
    return count;
}

uint64_t shape_numbers_count(size_t digits_count)
{
    ASSERT(digits_count <= SHAPE_DIGITS_MAX);
    uint64_t count = 1;
    for (size_t i = 0; i < digits_count; i++)
        count *= 10;
    return count;
}

bool shape_match(Text shape, Text text, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (shape.size != text.size) return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (is_digit(c)) {
            if (shape.data[i] != '0') return false;
            number = number * 10 + (uint64_t)(c - '0');
        } else if (c != shape.data[i]) {
            return false;
        }
    }
    *ret_number = number;
    return true;
}

Text numbers_shape_text(const TextNumbers *numbers, uint32_t shape)
{
    return (Text){numbers->bytes + numbers->shapes[shape].begin, numbers->shapes[shape].size};
}

uint64_t numbers_shape_end(const TextNumbers *numbers, uint32_t shape)
{
    bool is_last = shape + 1 == numbers->shapes_count;
    return is_last ? numbers->total : numbers->shapes[shape + 1].first;
}

uint64_t numbers_value(const TextNumbers *numbers, uint64_t index)
{
    uint64_t bit = index * numbers->bits, word;
    memcpy(&word, (const char *)numbers->packed + bit / 8, sizeof word);
    return word >> (bit % 8) & ((UINT64_C(1) << numbers->bits) - 1);
}

uint32_t numbers_shape_of(const TextNumbers *numbers, uint64_t value)
{
    /* The last shape that begins at or before the value. */
    uint32_t low = 0, high = numbers->shapes_count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        if (numbers->shapes[middle].first <= value)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

Text numbers_text(const TextNumbers *numbers, uint64_t value, Arena *arena)
{
    uint32_t shape = numbers_shape_of(numbers, value);
    uint64_t number = numbers->shapes[shape].min + (value - numbers->shapes[shape].first);
    Text text = numbers_shape_text(numbers, shape);
    char *data = arena_alloc(arena, text.size + 1);
    memcpy(data, text.data, text.size);
    data[text.size] = 0;
    for (size_t i = text.size; i-- > 0;) {
        if (data[i] != '0') continue;
        data[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return (Text){data, text.size};
}

/* ---- finding ---- */

/* Folding leaves digits alone, so the folded shape is the shape of the folded text. */
static bool value_of_folded(const TextNumbers *numbers, uint32_t shape, Text folded,
                            uint64_t *ret_value, Arena *scratch)
{
    const TextShape *at = &numbers->shapes[shape];
    uint64_t number, count = numbers_shape_end(numbers, shape) - at->first;
    if (!shape_match(text_fold(numbers_shape_text(numbers, shape), scratch), folded, &number))
        return false;
    if (number < at->min || number - at->min >= count) return false;
    *ret_value = at->first + (number - at->min);
    return true;
}

static bool is_among(const uint64_t *values, size_t count, uint64_t value)
{
    bool is_found = false;
    for (size_t i = 0; i < count; i++)
        is_found = is_found || values[i] == value;
    return is_found;
}

uint64_t numbers_find_folded(const TextNumbers *numbers, Text folded, uint64_t index,
                             uint64_t count)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    uint64_t *wanted = ARENA_ARRAY(scratch, uint64_t, numbers->shapes_count);
    size_t wanted_count = 0;
    for (uint32_t shape = 0; shape < numbers->shapes_count; shape++)
        wanted_count += value_of_folded(numbers, shape, folded, &wanted[wanted_count], scratch);
    if (wanted_count == 0) return count;
    while (index < count && !is_among(wanted, wanted_count, numbers_value(numbers, index)))
        index++;
    return index;
}
