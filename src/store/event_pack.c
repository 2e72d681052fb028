/* event_pack.c -- encoding and decoding of events; the format stands in the header. */
#include "store/event_pack.h"

#include "base/error.h"
#include "base/hash.h"

#include <string.h>

enum { BITMAP_SIZE_MASK = 0x3f, HAS_DERIVED = 0x40, HAS_KEY = 0x80, SECONDS_PER_DAY = 86400 };

/* ---- numbers ---- */

static uint64_t zigzag(int64_t number)
{
    return ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);
}

static int64_t unzigzag(uint64_t number)
{
    return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

static inline uint8_t *put_unsigned(uint8_t *out, uint64_t number)
{
    while (number >= 0x80) {
        *out++ = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    *out++ = (uint8_t)number;
    return out;
}

typedef struct {
    const uint8_t *next, *end;
} Cursor;

static bool take_unsigned(Cursor *cursor, uint64_t *ret_number)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (cursor->next == cursor->end) return false;
        uint8_t byte = *cursor->next++;
        if (shift == 63 && byte > 1) return false; /* over 64 bits */
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte >= 0x80) continue;
        *ret_number = number;
        return byte != 0 || shift == 0; /* no byte is wasted */
    }
    return false;
}

static bool take_signed(Cursor *cursor, int64_t *ret_number)
{
    uint64_t number;
    if (!take_unsigned(cursor, &number)) return false;
    *ret_number = unzigzag(number);
    return true;
}

static bool take_text(Cursor *cursor, Text *ret_text)
{
    uint64_t size;
    if (!take_unsigned(cursor, &size)) return false;
    if (size > (uint64_t)(cursor->end - cursor->next)) return false;
    *ret_text = (Text){(const char *)cursor->next, (size_t)size};
    cursor->next += size;
    return true;
}

static uint8_t *put_text(uint8_t *out, Text text)
{
    out = put_unsigned(out, text.size);
    if (text.size > 0) memcpy(out, text.data, text.size);
    return out + text.size;
}

static Cursor cursor_of(Text bytes)
{
    const uint8_t *data = (const uint8_t *)bytes.data;
    return (Cursor){data, bytes.size == 0 ? data : data + bytes.size};
}

/* ---- content ---- */

size_t content_size_max(const PackShape *shape, const EventContent *content)
{
    size_t size = 1 + VARINT_BYTES_MAX + (shape->fields_count + 7) / 8;
    if (content->has_key) size += VARINT_BYTES_MAX + content->key.size;
    for (size_t i = 0; i < shape->fields_count; i++)
        if (content->values[i].is_present)
            size += VARINT_BYTES_MAX +
                    (shape->forms[i] == FORM_INLINE ? content->values[i].text.size : 0);
    return size;
}

static size_t put_bitmap(const PackShape *shape, const EventContent *content, uint8_t *out)
{
    size_t size = 0;
    for (size_t i = 0; i < shape->fields_count; i++) {
        if (i % 8 == 0) out[i / 8] = 0;
        if (!content->values[i].is_present) continue;
        out[i / 8] |= (uint8_t)(1U << (i % 8));
        size = i / 8 + 1;
    }
    return size;
}

static uint8_t *put_value(uint8_t *out, FieldForm form, const PackedValue *value)
{
    switch (form) {
    case FORM_SIGNED: return put_unsigned(out, zigzag(value->number));
    case FORM_UNSIGNED: return put_unsigned(out, (uint64_t)value->number);
    case FORM_INLINE: return put_text(out, value->text);
    }
    ASSERT(false);
    return out;
}

size_t content_encode(const PackShape *shape, const EventContent *content, uint8_t *out)
{
    uint8_t *next = out + 1;
    if (content->has_derived) next = put_unsigned(next, zigzag(content->derived));
    size_t bitmap_size = put_bitmap(shape, content, next);
    next += bitmap_size;
    if (content->has_key) next = put_text(next, content->key);
    for (size_t i = 0; i < shape->fields_count; i++)
        if (content->values[i].is_present)
            next = put_value(next, shape->forms[i], &content->values[i]);
    *out = (uint8_t)(bitmap_size | (content->has_derived ? HAS_DERIVED : 0) |
                     (content->has_key ? HAS_KEY : 0));
    return (size_t)(next - out);
}

static bool take_value(Cursor *cursor, FieldForm form, PackedValue *value)
{
    uint64_t number;
    switch (form) {
    case FORM_SIGNED: return take_signed(cursor, &value->number);
    case FORM_UNSIGNED:
        if (!take_unsigned(cursor, &number) || number > INT64_MAX) return false;
        value->number = (int64_t)number;
        return true;
    case FORM_INLINE: return take_text(cursor, &value->text);
    }
    ASSERT(false);
    return false;
}

/* The bitmap's bytes; fields beyond the shape have none. */
static bool take_bitmap(Cursor *cursor, size_t size, size_t fields_count,
                        const uint8_t **ret_bitmap)
{
    if ((size_t)(cursor->end - cursor->next) < size) return false;
    const uint8_t *bitmap = cursor->next;
    cursor->next += size;
    *ret_bitmap = bitmap;
    if (size == 0) return true;
    if (bitmap[size - 1] == 0 || size > (fields_count + 7) / 8) return false;
    size_t used_bits = fields_count - (size - 1) * 8;
    return used_bits >= 8 || bitmap[size - 1] >> used_bits == 0;
}

bool content_decode(const PackShape *shape, Text bytes, EventContent *content)
{
    Cursor cursor = cursor_of(bytes);
    if (cursor.next == cursor.end) return false;
    uint8_t header = *cursor.next++;
    const uint8_t *bitmap;
    content->has_derived = (header & HAS_DERIVED) != 0;
    content->has_key = (header & HAS_KEY) != 0;
    if (content->has_derived && !take_signed(&cursor, &content->derived)) return false;
    size_t bitmap_size = header & BITMAP_SIZE_MASK;
    if (!take_bitmap(&cursor, bitmap_size, shape->fields_count, &bitmap)) return false;
    if (content->has_key && !take_text(&cursor, &content->key)) return false;
    for (size_t i = 0; i < shape->fields_count; i++) {
        PackedValue *value = &content->values[i];
        value->is_present = i / 8 < bitmap_size && (bitmap[i / 8] >> (i % 8) & 1) != 0;
        if (value->is_present && !take_value(&cursor, shape->forms[i], value)) return false;
    }
    return cursor.next == cursor.end;
}

/* The header, and the cursor behind the derived amount. */
static bool skip_derived(Text bytes, Cursor *cursor, uint8_t *ret_header)
{
    *cursor = cursor_of(bytes);
    if (cursor->next == cursor->end) return false;
    *ret_header = *cursor->next++;
    int64_t derived;
    return (*ret_header & HAS_DERIVED) == 0 || take_signed(cursor, &derived);
}

bool content_key(Text bytes, Text *ret_key)
{
    Cursor cursor;
    uint8_t header;
    if (!skip_derived(bytes, &cursor, &header) || (header & HAS_KEY) == 0) return false;
    size_t bitmap_size = header & BITMAP_SIZE_MASK;
    if ((size_t)(cursor.end - cursor.next) < bitmap_size) return false;
    cursor.next += bitmap_size;
    return take_text(&cursor, ret_key);
}

bool content_is_same(Text a, Text b)
{
    Cursor cursor_a, cursor_b;
    uint8_t header_a, header_b;
    if (!skip_derived(a, &cursor_a, &header_a) || !skip_derived(b, &cursor_b, &header_b))
        return false;
    size_t size = (size_t)(cursor_a.end - cursor_a.next);
    return ((header_a ^ header_b) & ~HAS_DERIVED) == 0 &&
           size == (size_t)(cursor_b.end - cursor_b.next) &&
           memcmp(cursor_a.next, cursor_b.next, size) == 0;
}

bool content_has_derived(Text bytes)
{
    return bytes.size > 0 && ((uint8_t)bytes.data[0] & HAS_DERIVED) != 0;
}

uint64_t content_hash(Text bytes)
{
    Cursor cursor;
    uint8_t header = 0;
    if (!skip_derived(bytes, &cursor, &header)) return 0;
    return hash_fast(cursor.next, (size_t)(cursor.end - cursor.next)) +
           (uint8_t)(header & ~HAS_DERIVED);
}

/* ---- packs ---- */

bool moment_is_storable(Moment moment)
{
    return moment.second >= (int64_t)DATE_DAY_MIN * SECONDS_PER_DAY &&
           moment.second < ((int64_t)DATE_DAY_MAX + 1) * SECONDS_PER_DAY;
}

bool pack_open(PackReader *reader, Text payload)
{
    Cursor cursor = cursor_of(payload);
    if (cursor.next == cursor.end || *cursor.next != PACK_VERSION) return false;
    *reader = (PackReader){cursor.next + PACK_HEADER_BYTES, cursor.end, 0};
    return true;
}

PackStep pack_next(PackReader *reader, PackedEvent *ret_event)
{
    if (reader->next == reader->end) return PACK_END;
    Cursor cursor = {reader->next, reader->end};
    int64_t delta;
    if (!take_signed(&cursor, &delta) || !take_text(&cursor, &ret_event->content))
        return PACK_DAMAGED;
    if (__builtin_add_overflow(reader->second, delta, &ret_event->at.second)) return PACK_DAMAGED;
    if (!moment_is_storable(ret_event->at)) return PACK_DAMAGED;
    reader->second = ret_event->at.second;
    reader->next = cursor.next;
    return PACK_EVENT;
}

void pack_begin(uint8_t *out)
{
    *out = PACK_VERSION;
}

size_t pack_append(uint8_t *out, Moment previous, const PackedEvent *event)
{
    uint8_t *next = put_unsigned(out, zigzag(event->at.second - previous.second));
    return (size_t)(put_text(next, event->content) - out);
}
