/* charset.c -- decoding: tables for one-byte encodings, UTF-16 with surrogates. */
#include "ingest/charset.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

const uint16_t *charset_table(Encoding encoding)
{
    switch (encoding) {
    case ENCODING_WINDOWS_1251: return CHARSET_WINDOWS_1251;
    case ENCODING_CP866: return CHARSET_CP866;
    case ENCODING_KOI8_U: return CHARSET_KOI8_U;
    case ENCODING_DETECT:
    case ENCODING_UTF8:
    case ENCODING_UTF16LE:
    case ENCODING_UTF16BE:
    case ENCODING_COUNT: break;
    }
    return NULL;
}

void charset_init(Charset *charset, Encoding encoding)
{
    ASSERT(encoding > ENCODING_DETECT && encoding < ENCODING_COUNT);
    *charset = (Charset){.encoding = encoding};
    const uint16_t *table = charset_table(encoding);
    for (size_t i = 0; table != NULL && i < 128; i++) {
        char utf8[4] = {CHARSET_BAD_BYTE, 0, 0, 0};
        size_t size = table[i] == 0 ? 1 : utf8_encode(table[i], utf8);
        memcpy(&charset->units[i].bytes, utf8, sizeof utf8);
        charset->units[i].size = (uint32_t)size;
    }
}

/* How many bytes from `begin` on are ASCII; may stop early, never late. */
static size_t ascii_run(const char *begin, size_t size)
{
    size_t run = 0;
#if defined(__SSE2__)
    for (; run + 16 <= size; run += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(begin + run));
        int high_bits = _mm_movemask_epi8(bytes);
        if (high_bits != 0) return run + (size_t)__builtin_ctz((unsigned)high_bits);
    }
#endif
    while (run < size && (unsigned char)begin[run] < 0x80)
        run++;
    return run;
}

/* A unit is stored as four bytes of which `size` count, so the target needs a little room more. */
static void decode_one_byte(Charset *charset, Text bytes, Buffer *out)
{
    buffer_reserve(out, bytes.size * 3 + 4);
    char *target = out->data + out->size;
    for (size_t i = 0; i < bytes.size;) {
        size_t run = ascii_run(bytes.data + i, bytes.size - i);
        memcpy(target, bytes.data + i, run);
        target += run;
        i += run;
        for (; i < bytes.size && (unsigned char)bytes.data[i] >= 0x80; i++) {
            const CharsetUnit *unit = &charset->units[(unsigned char)bytes.data[i] - 0x80];
            memcpy(target, &unit->bytes, sizeof unit->bytes);
            target += unit->size;
            charset->has_bad |= unit->size == 1;
        }
    }
    out->size = (size_t)(target - out->data);
    out->data[out->size] = '\0';
}

static bool is_high_surrogate(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

static void decode_utf16_unit(Charset *charset, uint32_t unit, Buffer *out)
{
    uint32_t high = charset->high_surrogate;
    charset->high_surrogate = 0;
    if (high != 0 && !is_low_surrogate(unit)) buffer_char(out, CHARSET_BAD_BYTE);
    if (is_high_surrogate(unit)) {
        charset->high_surrogate = unit;
    } else if (is_low_surrogate(unit) && high == 0) {
        buffer_char(out, CHARSET_BAD_BYTE);
    } else {
        char utf8[4];
        if (is_low_surrogate(unit)) unit = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00);
        buffer_add(out, utf8, utf8_encode(unit, utf8));
    }
}

static void decode_utf16(Charset *charset, Text bytes, Buffer *out)
{
    bool is_little = charset->encoding == ENCODING_UTF16LE;
    buffer_reserve(out, bytes.size * 2);
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (!charset->has_half) {
            charset->half = byte;
            charset->has_half = true;
            continue;
        }
        charset->has_half = false;
        uint32_t low = is_little ? charset->half : byte;
        uint32_t high = is_little ? byte : charset->half;
        decode_utf16_unit(charset, high << 8 | low, out);
    }
}

void charset_decode(Charset *charset, Text bytes, Buffer *out)
{
    if (charset->encoding == ENCODING_UTF8) {
        buffer_text(out, bytes);
    } else if (charset_table(charset->encoding) != NULL) {
        decode_one_byte(charset, bytes, out);
    } else {
        decode_utf16(charset, bytes, out);
    }
}

void charset_finish(Charset *charset, Buffer *out)
{
    if (charset->has_half) buffer_char(out, CHARSET_BAD_BYTE);
    if (charset->high_surrogate != 0) buffer_char(out, CHARSET_BAD_BYTE);
    charset->has_half = false;
    charset->high_surrogate = 0;
}

size_t charset_bom(Text bytes, Encoding *ret_encoding)
{
    static const struct {
        const char *mark;
        Encoding encoding;
    } marks[] = {{"\xEF\xBB\xBF", ENCODING_UTF8},
                 {"\xFF\xFE", ENCODING_UTF16LE},
                 {"\xFE\xFF", ENCODING_UTF16BE}};
    *ret_encoding = ENCODING_DETECT;
    size_t size = 0;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0] && size == 0; i++) {
        Text mark = text_of(marks[i].mark);
        for (; text_starts_with(text_slice(bytes, size, bytes.size), mark); size += mark.size)
            *ret_encoding = marks[i].encoding;
    }
    return size;
}
