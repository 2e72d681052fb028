/* text.c -- views of UTF-8 bytes: comparing, slicing, decoding. */
#include "base/text.h"

#include "base/error.h"

#include <string.h>

enum { REPLACEMENT = 0xFFFD };

Text text_of(const char *cstr)
{
    return cstr == NULL ? (Text){NULL, 0} : (Text){cstr, strlen(cstr)};
}

bool text_equal(Text a, Text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int text_compare(Text a, Text b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    if (order != 0) return order;
    return (a.size > b.size) - (a.size < b.size);
}

bool text_starts_with(Text text, Text prefix)
{
    return text.size >= prefix.size && text_equal((Text){text.data, prefix.size}, prefix);
}

bool text_ends_with(Text text, Text suffix)
{
    if (text.size < suffix.size) return false;
    return text_equal(text_slice(text, text.size - suffix.size, text.size), suffix);
}

bool text_contains(Text text, Text part)
{
    if (part.size == 0) return true;
    if (text.size == 0) return false;
    return memmem(text.data, text.size, part.data, part.size) != NULL;
}

static unsigned char ascii_lower(char byte)
{
    return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

bool text_equal_ascii_case(Text a, Text b)
{
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++)
        if (ascii_lower(a.data[i]) != ascii_lower(b.data[i])) return false;
    return true;
}

Text text_slice(Text text, size_t begin, size_t end)
{
    ASSERT(begin <= end && end <= text.size);
    if (text.data == NULL) return text;
    return (Text){text.data + begin, end - begin};
}

static bool is_ascii_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static size_t space_size_at_begin(Text text)
{
    if (text.size >= 1 && is_ascii_space(text.data[0])) return 1;
    return text_starts_with(text, TEXT("\xC2\xA0")) ? 2 : 0;
}

static size_t space_size_at_end(Text text)
{
    if (text.size >= 1 && is_ascii_space(text.data[text.size - 1])) return 1;
    return text_ends_with(text, TEXT("\xC2\xA0")) ? 2 : 0;
}

bool text_has_control(Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20 || byte == 0x7f) return true;
    }
    return false;
}

Text text_trim(Text text)
{
    for (size_t space; (space = space_size_at_begin(text)) != 0;)
        text = text_slice(text, space, text.size);
    for (size_t space; (space = space_size_at_end(text)) != 0;)
        text = text_slice(text, 0, text.size - space);
    return text;
}

Text text_split(Text text, char separator, Text *rest)
{
    const char *found = text.size == 0 ? NULL : memchr(text.data, separator, text.size);
    if (found == NULL) {
        *rest = (Text){NULL, 0};
        return text;
    }
    size_t at = (size_t)(found - text.data);
    *rest = text_slice(text, at + 1, text.size);
    return text_slice(text, 0, at);
}

/* Bytes that must follow `lead`, 0 for ASCII; *low and *high bound the first of them, which is
 * where overlong forms, surrogates and values over U+10FFFF show. -1 when nothing begins so. */
static int utf8_tail_count(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (lead < 0x80) return 0;
    if (lead < 0xC2) return -1;
    if (lead < 0xE0) return 1;
    if (lead < 0xF0) {
        if (lead == 0xE0) *low = 0xA0;
        if (lead == 0xED) *high = 0x9F;
        return 2;
    }
    if (lead == 0xF0) *low = 0x90;
    if (lead == 0xF4) *high = 0x8F;
    return lead <= 0xF4 ? 3 : -1;
}

/* As utf8_next, but tells malformed bytes from a written U+FFFD. On malformed bytes the position
 * moves over the longest part that could begin a code point, one byte at least. */
static bool utf8_decode(Text text, size_t *position, uint32_t *ret_code_point)
{
    unsigned char lead = (unsigned char)text.data[(*position)++];
    unsigned char low, high;
    int tail_count = utf8_tail_count(lead, &low, &high);
    if (tail_count <= 0) {
        *ret_code_point = lead;
        return tail_count == 0;
    }
    uint32_t code_point = lead & (0x3Fu >> tail_count);
    for (int i = 0; i < tail_count; i++) {
        if (*position >= text.size) return false;
        unsigned char byte = (unsigned char)text.data[*position];
        if (byte < low || byte > high) return false;
        code_point = code_point << 6 | (byte & 0x3Fu);
        low = 0x80;
        high = 0xBF;
        (*position)++;
    }
    *ret_code_point = code_point;
    return true;
}

/* A letter of two bytes, as Cyrillic ones are. */
static bool is_two_byte_letter(Text text, size_t position)
{
    if (position + 1 >= text.size) return false;
    unsigned char lead = (unsigned char)text.data[position];
    return lead >= 0xC2 && lead <= 0xDF && ((unsigned char)text.data[position + 1] & 0xC0) == 0x80;
}

/* Eight ASCII bytes at a time, since whole files are checked. */
bool utf8_is_valid(Text text)
{
    const uint64_t high_bits = UINT64_C(0x8080808080808080);
    uint32_t code_point;
    for (size_t position = 0; position < text.size;) {
        uint64_t bytes;
        while (position + sizeof bytes <= text.size) {
            memcpy(&bytes, text.data + position, sizeof bytes);
            if ((bytes & high_bits) != 0) break;
            position += sizeof bytes;
        }
        if (is_two_byte_letter(text, position))
            position += 2;
        else if (position < text.size && !utf8_decode(text, &position, &code_point))
            return false;
    }
    return true;
}

uint32_t utf8_next(Text text, size_t *position)
{
    ASSERT(*position < text.size);
    uint32_t code_point = REPLACEMENT;
    return utf8_decode(text, position, &code_point) ? code_point : REPLACEMENT;
}

size_t utf8_encode(uint32_t code_point, char out[4])
{
    bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point > 0x10FFFF || is_surrogate) code_point = REPLACEMENT;
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    out[0] = (char)((0xF00u >> size & 0xFF) | code_point);
    return size;
}

size_t utf8_length(Text text)
{
    size_t length = 0;
    for (size_t position = 0; position < text.size; length++)
        utf8_next(text, &position);
    return length;
}
