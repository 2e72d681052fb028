/* json_string.h -- a text as JSON writes it; the one place that knows how. */
#pragma once

#include "base/buffer.h"

/* Append the text in quotes. Quotes, backslashes, control characters and the line separators
 * U+2028 and U+2029 are escaped, so that the result is one line wherever it stands; bytes that are
 * no UTF-8 become U+FFFD. */
void json_string_add(Buffer *out, Text text);
