/* bitmap.h -- sets of 32-bit numbers as bytes: the portable Roaring format, for storing and for
 * other programs to read. Computing is done on plain words (model/customer_set.h).
 *
 * Format: https://github.com/RoaringBitmap/RoaringFormatSpec. The only file that includes roaring.h
 * is bitmap.c. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/* The numbers whose bits are set in `words`: number i is bit i % 64 of word i / 64. Cost: about as
 * many bytes as the smaller of two per number and one per eight of the range. */
Text bitmap_encode(const uint64_t *words, size_t words_count, Arena *arena);

/* The words again, in memory of the caller (free); *ret_words_count reaches to the largest number.
 * CORRUPT when the bytes are not a bitmap, have bytes left over, or hold a number of
 * `numbers_max` or more, which bounds the memory taken. */
MUST_CHECK Status bitmap_decode(Text bytes, uint64_t numbers_max, uint64_t **ret_words,
                                size_t *ret_words_count, Error *err);
