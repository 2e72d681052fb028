/* packed_values.c -- the values of one row of a saved set as bytes. */
#include "store/packed_values.h"

#include <string.h>

typedef enum {
    PACKED_MISSING,
    PACKED_NO,
    PACKED_YES,
    PACKED_INTEGER,
    PACKED_RATIO,
    PACKED_TEXT,
    PACKED_SET,
    PACKED_COUNT
} PackedTag;

enum { NUMBER_BYTES_MAX = 10, NUMBER_BITS = 7, RATIO_BYTES = 8, SECONDS_PER_DAY = 86400 };

/* ---- packing ---- */

static void add_unsigned(Buffer *out, uint64_t number)
{
    for (; number >= 0x80; number >>= NUMBER_BITS)
        buffer_char(out, (char)(unsigned char)(number | 0x80));
    buffer_char(out, (char)(unsigned char)number);
}

static void add_integer(Buffer *out, int64_t number)
{
    uint64_t sign = number < 0 ? UINT64_MAX : 0;
    buffer_char(out, PACKED_INTEGER);
    add_unsigned(out, ((uint64_t)number << 1) ^ sign);
}

static void add_ratio(Buffer *out, double ratio)
{
    uint64_t bits;
    memcpy(&bits, &ratio, sizeof bits);
    buffer_char(out, PACKED_RATIO);
    for (size_t i = 0; i < RATIO_BYTES; i++)
        buffer_char(out, (char)(unsigned char)(bits >> (8 * i)));
}

static void add_text(Buffer *out, Text text)
{
    add_unsigned(out, text.size);
    buffer_text(out, text);
}

static void add_set(Buffer *out, TextSet set)
{
    buffer_char(out, PACKED_SET);
    add_unsigned(out, set.count);
    for (size_t i = 0; i < set.count; i++)
        add_text(out, set.items[i]);
}

static void add_tagged_text(Buffer *out, Text text)
{
    buffer_char(out, PACKED_TEXT);
    add_text(out, text);
}

void packed_values_add(Buffer *out, Value value)
{
    switch (value.kind) {
    case VALUE_MISSING: buffer_char(out, PACKED_MISSING); return;
    case VALUE_BOOL: buffer_char(out, value.as.boolean ? PACKED_YES : PACKED_NO); return;
    case VALUE_DECIMAL: add_integer(out, value.as.decimal); return;
    case VALUE_RATIO: add_ratio(out, value.as.ratio); return;
    case VALUE_DATE: add_integer(out, value.as.date.day); return;
    case VALUE_MOMENT: add_integer(out, value.as.moment.second); return;
    case VALUE_TEXT: add_tagged_text(out, value.as.text); return;
    case VALUE_SET: add_set(out, value.as.set); return;
    case VALUE_ITEM: add_tagged_text(out, value.as.item->code); return;
    }
    ASSERT(false);
}

/* ---- unpacking: every reader says false for what cannot be ---- */

typedef struct {
    Text rest;
    Arena *arena;
} Unpacking;

static bool read_byte(Unpacking *unpacking, unsigned *ret_byte)
{
    if (unpacking->rest.size == 0) return false;
    *ret_byte = (unsigned char)unpacking->rest.data[0];
    unpacking->rest = text_slice(unpacking->rest, 1, unpacking->rest.size);
    return true;
}

static bool read_unsigned(Unpacking *unpacking, uint64_t *ret_number)
{
    *ret_number = 0;
    for (unsigned i = 0; i < NUMBER_BYTES_MAX; i++) {
        unsigned byte;
        if (!read_byte(unpacking, &byte)) return false;
        if (i == NUMBER_BYTES_MAX - 1 && byte > 1) return false;
        *ret_number |= (uint64_t)(byte & 0x7f) << (NUMBER_BITS * i);
        if (byte < 0x80) return true;
    }
    return false;
}

static bool read_text(Unpacking *unpacking, Text *ret_text)
{
    uint64_t size;
    if (!read_unsigned(unpacking, &size) || size > unpacking->rest.size) return false;
    *ret_text = text_slice(unpacking->rest, 0, (size_t)size);
    unpacking->rest = text_slice(unpacking->rest, (size_t)size, unpacking->rest.size);
    return utf8_is_valid(*ret_text);
}

static bool read_set(Unpacking *unpacking, Value *ret_value)
{
    uint64_t count;
    /* each member takes a byte at least, which bounds the memory */
    if (!read_unsigned(unpacking, &count) || count > unpacking->rest.size) return false;
    Text *items = ARENA_ARRAY(unpacking->arena, Text, (size_t)count);
    for (size_t i = 0; i < count; i++)
        if (!read_text(unpacking, &items[i])) return false;
    *ret_value = value_set(unpacking->arena, items, (size_t)count);
    return ret_value->kind == VALUE_SET && ret_value->as.set.count == count;
}

static bool read_ratio(Unpacking *unpacking, Value *ret_value)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < RATIO_BYTES; i++) {
        unsigned byte;
        if (!read_byte(unpacking, &byte)) return false;
        bits |= (uint64_t)byte << (8 * i);
    }
    double ratio;
    memcpy(&ratio, &bits, sizeof ratio);
    *ret_value = value_ratio(ratio);
    return true;
}

static bool is_day(int64_t number)
{
    return number >= DATE_DAY_MIN && number <= DATE_DAY_MAX;
}

static bool read_integer(Unpacking *unpacking, TypeKind kind, Value *ret_value)
{
    uint64_t number;
    if (!read_unsigned(unpacking, &number)) return false;
    int64_t integer = (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
    if (kind == TYPE_DATE && is_day(integer))
        *ret_value = value_date((Date){(int32_t)integer});
    else if (kind == TYPE_MOMENT && is_day(integer / SECONDS_PER_DAY))
        *ret_value = value_moment((Moment){integer});
    else if (kind == TYPE_DECIMAL && decimal_fits(integer))
        *ret_value = value_decimal(integer);
    else
        return false;
    return true;
}

static bool is_text_kind(TypeKind kind)
{
    return kind == TYPE_TEXT || kind == TYPE_HIERARCHY;
}

static bool is_set_kind(TypeKind kind)
{
    return kind == TYPE_TEXT_SET || kind == TYPE_HIERARCHY_SET;
}

static bool read_value(Unpacking *unpacking, TypeKind kind, Value *ret_value)
{
    unsigned tag;
    Text text;
    if (!read_byte(unpacking, &tag) || tag >= PACKED_COUNT) return false;
    switch ((PackedTag)tag) {
    case PACKED_MISSING: *ret_value = value_missing(); return true;
    case PACKED_NO:
    case PACKED_YES: *ret_value = value_bool(tag == PACKED_YES); return kind == TYPE_BOOL;
    case PACKED_INTEGER: return read_integer(unpacking, kind, ret_value);
    case PACKED_RATIO: return kind == TYPE_RATIO && read_ratio(unpacking, ret_value);
    case PACKED_TEXT:
        if (!is_text_kind(kind) || !read_text(unpacking, &text)) return false;
        *ret_value = value_text(text);
        return true;
    case PACKED_SET: return is_set_kind(kind) && read_set(unpacking, ret_value);
    case PACKED_COUNT: break;
    }
    return false;
}

Status packed_values_read(Text bytes, const Type *types, size_t count, Arena *arena,
                          Value *ret_values, Error *err)
{
    Unpacking unpacking = {bytes, arena};
    for (size_t i = 0; i < count; i++)
        if (!read_value(&unpacking, types[i].kind, &ret_values[i]))
            return error_set(err, STATUS_CORRUPT, "a row of a saved set is damaged");
    if (unpacking.rest.size == 0) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "a row of a saved set is damaged");
}
