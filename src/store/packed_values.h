/* packed_values.h -- the values of one row of a saved set as bytes.
 *
 *   the values one after another, each:
 *     u8        0 missing, 1 no, 2 yes, 3 whole number, 4 ratio, 5 text, 6 set
 *     3         signed: a mantissa, the day of a date, the second of a moment
 *     4         8 bytes: the double, lowest byte first
 *     5         unsigned size, the bytes of the text
 *     6         unsigned count, each member as a text
 *
 * `unsigned` is LEB128, `signed` is unsigned after zigzag. The types are not here: they belong to
 * the columns. Unpacking trusts nothing. */
#pragma once

#include "base/buffer.h"
#include "base/error.h"
#include "model/value.h"

/* Items are packed as their codes. */
void packed_values_add(Buffer *out, Value value);

/* One value per type; texts are borrowed from the bytes, sets live in the arena. CORRUPT when the
 * bytes do not hold exactly such values. */
MUST_CHECK Status packed_values_read(Text bytes, const Type *types, size_t count, Arena *arena,
                                     Value *ret_values, Error *err);
