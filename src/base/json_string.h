/* json_string.h -- a text as JSON writes it; the one place that knows how. */
#pragma once

#include "base/buffer.h"

/* Append the text in quotes. Quotes, backslashes, control characters and the line separators
 * U+2028 and U+2029 are escaped, so that the result is one line wherever it stands; bytes that are
 * no UTF-8 become U+FFFD. */
void json_string_add(Buffer *out, Text text);

/* Members of an object that is being written into the buffer: the name with the comma it needs;
 * whole members that are left out when they are empty. */
void json_member(Buffer *out, const char *name);
void json_member_text(Buffer *out, const char *name, Text text);
void json_member_flag(Buffer *out, const char *name, bool is_set);
