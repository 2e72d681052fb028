/* event_pack.h -- how events are stored: runs of encoded events of one customer and stream.
 *
 * A pack
 *   offset  size    what
 *   0       1       version, 1
 *   1       ...     events in order of arrival, each:
 *                     signed    seconds since the event before; of the first: since 1970-01-01
 *                     unsigned  size of the content in bytes
 *                     ...       content
 *
 * The content of an event
 *   offset  size    what
 *   0       1       header: bits 0..5 size B of the bitmap, bit 6 has a derived amount, bit 7 has a
 *                   given key
 *   1       ...     with bit 6: signed, the derived amount (see below)
 *   ...     B       bitmap: bit s % 8 of byte s / 8 says that field s has a value; the last byte is
 *                   not 0
 *   ...     ...     with bit 7: unsigned size of the key, its bytes
 *   ...     ...     the values of the present fields in slot order, by the form of the field:
 *                     SIGNED    numbers and money (mantissa), dates (days since 1970-01-01)
 *                     UNSIGNED  yes/no (0, 1), id of an item, id of a text of the dictionary
 *                     INLINE    unsigned size, the bytes of the text
 *
 * `unsigned` is LEB128 in as few bytes as it takes (at most 10), `signed` is unsigned after zigzag.
 *
 * A derived amount is not in the bitmap: it was computed from quantity and price when the event was
 * written. It stands apart because prices of items change: an event without an amount is the same
 * event when it comes again, whatever its price is by then, or whether it has one. So the content
 * without the derived amount, together with customer and moment, is the natural key.
 *
 * Every content has one encoding only, and decoding accepts no other. Decoding trusts nothing: any
 * bytes give events or "damaged", never a crash. */
#pragma once

#include "base/date.h"
#include "base/text.h"

enum {
    PACK_VERSION = 1,
    PACK_BYTES_MAX = 24 * 1024,  /* a pack is closed before it grows over this, unless one event
                                  * alone is larger */
    PACK_BYTES_FULL = 16 * 1024, /* from here on new events go into a new pack */
    CONTENT_BYTES_MAX = UINT16_MAX,
    PACK_FIELDS_MAX = 63 * 8,
    VARINT_BYTES_MAX = 10
};

typedef enum { FORM_SIGNED, FORM_UNSIGNED, FORM_INLINE } FieldForm;

/* The forms of a stream's fields. */
typedef struct {
    const FieldForm *forms;
    size_t fields_count;
} PackShape;

typedef struct {
    bool is_present;
    int64_t number; /* FORM_SIGNED, FORM_UNSIGNED (never negative) */
    Text text;      /* FORM_INLINE */
} PackedValue;

typedef struct {
    bool has_key, has_derived;
    Text key;
    int64_t derived;
    PackedValue *values; /* one per field of the shape */
} EventContent;

/* ---- content ---- */

/* Bytes that encoding takes at most. */
size_t content_size_max(const PackShape *shape, const EventContent *content);
/* Write it to `out`; returns the size. */
size_t content_encode(const PackShape *shape, const EventContent *content, uint8_t *out);
/* False when the bytes are no content of this shape. Texts are views of the bytes. */
bool content_decode(const PackShape *shape, Text bytes, EventContent *content);

/* The given key alone; false when there is none or the bytes are damaged. */
bool content_key(Text bytes, Text *ret_key);
/* Equal but for derived amounts. */
bool content_is_same(Text a, Text b);
bool content_has_derived(Text bytes);
/* Equal contents have equal hashes. */
uint64_t content_hash(Text bytes);

/* ---- packs ---- */

typedef struct {
    Moment at;
    Text content; /* a view of the pack */
} PackedEvent;

typedef struct {
    const uint8_t *next, *end;
    int64_t second; /* of the event before */
} PackReader;

typedef enum { PACK_EVENT, PACK_END, PACK_DAMAGED } PackStep;

/* False when the version is unknown or there is none. */
bool pack_open(PackReader *reader, Text payload);
PackStep pack_next(PackReader *reader, PackedEvent *ret_event);

/* Size of a pack with nothing in it, and its bytes. */
enum { PACK_HEADER_BYTES = 1 };
void pack_begin(uint8_t *out);
/* Append an event after one at `previous`; `out` has room for 2 * VARINT_BYTES_MAX more than the
 * content. Returns the bytes written. */
size_t pack_append(uint8_t *out, Moment previous, const PackedEvent *event);

bool moment_is_storable(Moment moment); /* years 1 to 9999 */
