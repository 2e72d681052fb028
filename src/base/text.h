/* text.h -- a view of UTF-8 bytes that somebody else owns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *data; /* not NUL-terminated in general; may be NULL when size is 0 */
    size_t size;      /* bytes */
} Text;

#define TEXT(literal)     ((Text){("" literal ""), sizeof(literal) - 1})
#define TEXT_FORMAT(text) (int)(text).size, (text).data /* for "%.*s" */

Text text_of(const char *cstr); /* NULL gives the empty text */
bool text_equal(Text a, Text b);
int text_compare(Text a, Text b); /* bytes, which for UTF-8 is code point order: <0, 0, >0 */
bool text_starts_with(Text text, Text prefix);
bool text_ends_with(Text text, Text suffix);
bool text_contains(Text text, Text part);
bool text_equal_ascii_case(Text a, Text b); /* ASCII letters without case */
Text text_slice(Text text, size_t begin, size_t end);
/* A line break or another control character, which would break the one line that a list has. */
bool text_has_control(Text text);
Text text_trim(Text text); /* white space of ASCII and U+00A0 off both ends */
/* Split off what stands before the first `separator`; *rest gets what follows. When it does not
 * occur the whole text comes back and *rest is empty with data NULL. */
Text text_split(Text text, char separator, Text *rest);

bool utf8_is_valid(Text text);
/* Decode one code point at `position` (< size) and advance it; malformed bytes give 0xFFFD. */
uint32_t utf8_next(Text text, size_t *position);
size_t utf8_encode(uint32_t code_point, char out[4]); /* bytes written, 1..4 */
size_t utf8_length(Text text);                        /* code points */
