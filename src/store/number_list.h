/* number_list.h -- whole numbers as bytes: what all have in common is divided out, small ones are
 * short.
 *
 * Format: variable-length integers of 7 bits per byte, lowest first, the top bit of a byte set when
 * another follows. The first is the greatest common divisor (0 when all are 0), then each number
 * divided by it, its sign in the lowest bit. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/* At most 10 bytes per number. */
Text number_list_encode(const int64_t *numbers, size_t count, Arena *arena);
/* CORRUPT unless the bytes hold exactly `count` numbers. shapes  ret_numbers[count] */
MUST_CHECK Status number_list_decode(Text bytes, size_t count, int64_t *ret_numbers, Error *err);
