/* json_string.c -- a text as JSON writes it; the one place that knows how. */
#include "base/json_string.h"

static void add_escaped(Buffer *out, uint32_t code_point)
{
    char utf8[4];
    switch (code_point) {
    case '"': buffer_cstr(out, "\\\""); return;
    case '\\': buffer_cstr(out, "\\\\"); return;
    case '\n': buffer_cstr(out, "\\n"); return;
    case '\r': buffer_cstr(out, "\\r"); return;
    case '\t': buffer_cstr(out, "\\t"); return;
    default: break;
    }
    if (code_point < 0x20 || code_point == 0x2028 || code_point == 0x2029)
        buffer_printf(out, "\\u%04X", (unsigned)code_point);
    else
        buffer_add(out, utf8, utf8_encode(code_point, utf8));
}

static bool is_plain(char byte)
{
    return (unsigned char)byte >= 0x20 && (unsigned char)byte < 0x80 && byte != '"' && byte != '\\';
}

void json_string_add(Buffer *out, Text text)
{
    buffer_char(out, '"');
    for (size_t position = 0; position < text.size;) {
        size_t begin = position;
        while (position < text.size && is_plain(text.data[position]))
            position++;
        buffer_text(out, text_slice(text, begin, position));
        if (position < text.size) add_escaped(out, utf8_next(text, &position));
    }
    buffer_char(out, '"');
}

void json_member(Buffer *out, const char *name)
{
    char last = out->size > 0 ? out->data[out->size - 1] : '{';
    buffer_printf(out, "%s\"%s\":", last == '{' ? "" : ",", name);
}

void json_member_text(Buffer *out, const char *name, Text text)
{
    if (text.size == 0) return;
    json_member(out, name);
    json_string_add(out, text);
}

void json_member_flag(Buffer *out, const char *name, bool is_set)
{
    if (!is_set) return;
    json_member(out, name);
    buffer_cstr(out, "true");
}
