/* shapes.h -- texts that differ in their digits only, kept as numbers.
 *
 * The shape of a text is the text with '0' for each of its ASCII digits: "Z-0000000" for
 * "Z-0012345". A text is its shape and the number that its digits spell, 17 of them at most. All
 * texts of a dictionary become one range of values: those of the first shape, of the second ..;
 * values lie in `bits` bits each, one after another. */
#pragma once

#include "columns/format.h"

struct TextNumbers {
    const TextShape *shapes; /* by text */
    uint32_t shapes_count;
    uint32_t bits;
    uint64_t total;     /* values are 0 .. total - 1 */
    const char *bytes;  /* of the shapes' texts */
    const void *packed; /* readable 8 bytes beyond the last value */
};

/* Whether a text has this shape; then the number that its digits spell. */
bool shape_match(Text shape, Text text, uint64_t *ret_number);
/* How many digits a text has. */
size_t shape_digits(Text text);
/* 10 to the power of digits, at most SHAPE_DIGITS_MAX. */
uint64_t shape_numbers_count(size_t digits_count);

Text numbers_shape_text(const TextNumbers *numbers, uint32_t shape);
/* Values of a shape are first .. end - 1. */
uint64_t numbers_shape_end(const TextNumbers *numbers, uint32_t shape);
/* The value of the text with this index (code - 1). */
uint64_t numbers_value(const TextNumbers *numbers, uint64_t index);
uint32_t numbers_shape_of(const TextNumbers *numbers, uint64_t value);
Text numbers_text(const TextNumbers *numbers, uint64_t value, Arena *arena);
/* The first index from `index` on whose text has this folded form; `count` when there is none. */
uint64_t numbers_find_folded(const TextNumbers *numbers, Text folded, uint64_t index,
                             uint64_t count);
