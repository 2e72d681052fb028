/* bitmap.h -- sets of 32-bit numbers as bytes: the portable Roaring format, for storing and for
 * other programs to read. Computing is done on plain words (model/customer_set.h).
 *
 * Format: https://github.com/RoaringBitmap/RoaringFormatSpec. It is written from words and read
 * into words directly: the library goes number by number, which a thousand sets of a million have
 * no time for. The tests hold what the library writes. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/* The numbers whose bits are set in `words`: number i is bit i % 64 of word i / 64. At most 2 bytes
 * per number, one bit per number of the range, 4 bytes per run, whichever is least in each 65536.
 * Equal sets give equal bytes. */
Text bitmap_encode(const uint64_t *words, size_t words_count, Arena *arena);

/* The same bytes for few numbers, ascending and different; the cost follows how many they are, not
 * how large. */
Text bitmap_encode_few(const uint32_t *numbers, size_t count, Arena *arena);

/* The words again, in memory of the caller (free); *ret_words_count reaches to the largest number.
 * CORRUPT when the bytes are not a bitmap, have bytes left over, or hold a number of
 * `numbers_max` or more, which bounds the memory taken. */
MUST_CHECK Status bitmap_decode(Text bytes, uint64_t numbers_max, uint64_t **ret_words,
                                size_t *ret_words_count, Error *err);

/* Whether one number is in it, without reading the rest: cost of one container of 65536 numbers.
 * CORRUPT for what it meets on the way; damage elsewhere is not seen. */
MUST_CHECK Status bitmap_has(Text bytes, uint32_t number, bool *ret_has, Error *err);
