/* format.h -- the file of an image, byte by byte, and where its sections lie.
 *
 * All numbers are little-endian; signed ones are two's complement. Sections hold plain arrays that
 * are used where they are mapped. Every byte of the file is under one of the checksums.
 *
 *   header          128 bytes at 0
 *   stream table    16 bytes per stream
 *   column table    96 bytes per column
 *   section table   32 bytes per section
 *   sections        in the order of the table, each at a multiple of 64, or of 4096 when it has
 *                   65536 bytes or more; at least 64 zero bytes follow each
 *
 * header
 *   offset size
 *        0    8  magic: "kohorta" and a line feed
 *        8    4  version of the format: 4
 *       12    4  byte order mark 0x0A0B0C0D
 *       16    8  size of the file
 *       24    8  data version of the store when its snapshot was taken
 *       32    8  generation of the schema
 *       40    4  customers
 *       44    4  items
 *       48    4  properties
 *       52    4  streams
 *       56    4  columns: properties + per stream (2 + fields + 2 + fields) + 6
 *       60    4  sections
 *       64    8  offset of the first section, the end of the file when there is none
 *       72    8  checksum of the bytes from 128 to the first section
 *       80   40  zero
 *      120    8  checksum of the bytes 0 .. 119
 *
 * stream table
 *        0    8  events
 *        8    4  fields
 *       12    4  zero
 *
 * column table: the properties by slot; for each stream the day, the second of the day, its fields
 * by slot, then per customer the first day, the last day and the totals of its fields by slot,
 * those that are not kept empty; the items' code, name, group, brand, price, cost
 *        0    1  kind: ColumnKind of image.h
 *        1    1  width of a stored number: 0, 1, 2, 4, 8
 *        2    1  flags: COLUMN_FLAG_..
 *        3    1  width of the dictionary's offsets: 0 without any, 4, 8
 *        4    4  texts of the dictionary
 *        8    4  classes of the dictionary
 *       12    4  customers whose own texts are more than a byte counts
 *       16    8  positions
 *       24    8  bytes of the dictionary's texts, or of its shapes
 *       32    8  base
 *       40    8  factor
 *       48    8  least value
 *       56    8  greatest value
 *       64    8  positions of those customers
 *       72    4  shapes of the dictionary's texts; 0: texts are kept as they are
 *       76    4  bits of a text kept as a number
 *       80    8  how many texts the shapes allow
 *       88    8  zero
 *
 * section table
 *        0    4  kind: SectionKind
 *        4    4  column it belongs to; the first for the ids, the day for offsets of a stream
 *        8    8  offset
 *       16    8  size
 *       24    8  checksum of the bytes from its offset to the next section or the end of the file
 *
 * Which sections there are, how large and where, follows from the counts and the column table
 * alone: layout_place computes it for the writer, and a reader computes it again and compares. */
#pragma once

#include "columns/image.h"

enum {
    FORMAT_VERSION = 4,
    FORMAT_BYTE_ORDER = 0x0A0B0C0D,
    SECTION_ALIGNMENT = 64,
    SECTION_LARGE_BYTES = 65536,
    SECTION_LARGE_ALIGNMENT = 4096,
    ITEM_COLUMNS_COUNT = ITEM_ATTRIBUTE_COUNT,
    STREAM_OWN_COLUMNS = 2,     /* day and second stand before the fields */
    STREAM_SUMMARY_COLUMNS = 2, /* first and last day stand before the totals */
    FORMAT_PROPERTIES_MAX = 1 << 16,
    FORMAT_STREAMS_MAX = 1 << 12,
    FORMAT_FIELDS_MAX = 1 << 12,
    BLOCK_WORDS = IMAGE_BLOCK_ROWS / 64,
    /* A bitmap per code is kept while it is not much larger than the codes themselves; for sets,
     * whose members are slow to search, longer. */
    CODE_BITMAPS_MAX = 16,
    SET_BITMAPS_MAX = 64,
    /* Of customers with more texts of their own the numbers do not fit into a byte. */
    OWN_TEXTS_NARROW_MAX = UINT8_MAX,
    /* Texts that differ in digits only (shapes.h). More bits could not be read at once. */
    SHAPES_MAX = 64,
    SHAPE_DIGITS_MAX = 17,
    SHAPE_BITS_MAX = 57,
};
#define FORMAT_MAGIC "kohorta\n"

typedef enum {
    SECTION_CUSTOMER_IDS,       /* 4 per customer */
    SECTION_STREAM_OFFSETS,     /* 4 per customer and one more */
    SECTION_DATA,               /* width per position */
    SECTION_PRESENT,            /* bits, whole blocks */
    SECTION_SET_OFFSETS,        /* 4 per customer and one more */
    SECTION_DICTIONARY_OFFSETS, /* per text and one more */
    SECTION_DICTIONARY_BYTES,
    SECTION_DICTIONARY_CLASSES, /* sorted: 4 per text, when two texts share a class */
    SECTION_DICTIONARY_JOINED,  /* not sorted: a bit per text, whole blocks, likewise */
    SECTION_OWN_FIRSTS,         /* 4 per customer and one more */
    SECTION_WIDE_ROWS,          /* WideRow per customer with many texts of his own */
    SECTION_WIDE_NUMBERS,       /* 4 per position of those */
    SECTION_SHAPES,             /* TextShape per shape */
    SECTION_TEXT_NUMBERS,       /* bits per text, whole 8 bytes */
    SECTION_ZONES,              /* ColumnZone per block of customers */
    SECTION_VALUE_BITS,         /* bits per customer, whole blocks, per text */
    SECTION_KIND_COUNT
} SectionKind;

enum {
    COLUMN_FLAG_EMPTY = 1,   /* no position has a value; every other number but `count` is 0 */
    COLUMN_FLAG_PRESENT = 2, /* some positions are missing: there is SECTION_PRESENT */
    COLUMN_FLAG_SORTED = 4,  /* the dictionary is sorted over all customers */
    COLUMN_FLAG_ZONES = 8,
    COLUMN_FLAG_VALUE_BITS = 16,
    COLUMN_FLAGS_ALL = 31
};

typedef struct {
    char magic[8];
    uint32_t version;
    uint32_t byte_order;
    uint64_t file_size;
    uint64_t data_version;
    uint64_t schema_generation;
    uint32_t customers_count;
    uint32_t items_count;
    uint32_t properties_count;
    uint32_t streams_count;
    uint32_t columns_count;
    uint32_t sections_count;
    uint64_t sections_offset;
    uint64_t tables_checksum;
    uint64_t reserved[5];
    uint64_t header_checksum;
} FormatHeader;

typedef struct {
    uint64_t events_count;
    uint32_t fields_count;
    uint32_t reserved;
} StreamRecord;

typedef struct {
    uint8_t kind;
    uint8_t width_bytes;
    uint8_t flags;
    uint8_t offset_width_bytes;
    uint32_t dictionary_count;
    uint32_t classes_count;
    uint32_t wide_rows_count;
    uint64_t count;
    uint64_t dictionary_bytes;
    int64_t base;
    int64_t factor;
    int64_t min;
    int64_t max;
    uint64_t wide_count;
    uint32_t shapes_count;
    uint32_t number_bits;
    uint64_t numbers_total;
    uint64_t reserved;
} ColumnRecord;

/* A shape of texts (shapes.h) and the values of those that have it. */
typedef struct {
    uint64_t first;       /* value of the least of its texts; they end where the next one begins */
    uint64_t min;         /* the number that this text spells */
    uint32_t begin, size; /* of the shape in the bytes of the dictionary */
} TextShape;

/* A customer with many texts of his own: the numbers of his positions from `begin` on are those of
 * SECTION_WIDE_NUMBERS from `first` on. */
struct WideRow {
    uint32_t row, begin, first;
};

typedef struct {
    uint32_t kind;
    uint32_t owner;
    uint64_t offset;
    uint64_t size;
    uint64_t checksum;
} SectionRecord;

_Static_assert(sizeof(FormatHeader) == 128, "header of the format");
_Static_assert(sizeof(StreamRecord) == 16, "stream table of the format");
_Static_assert(sizeof(ColumnRecord) == 96, "column table of the format");
_Static_assert(sizeof(SectionRecord) == 32, "section table of the format");
_Static_assert(sizeof(ColumnZone) == 16, "zones of the format");
_Static_assert(sizeof(WideRow) == 12, "wide rows of the format");
_Static_assert(sizeof(TextShape) == 24, "shapes of the format");
_Static_assert(sizeof(CustomerId) == 4, "ids of the format");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "arrays are used as they lie in the file");

/* The tables of an image. Streams and columns are the caller's; sections live in the arena. */
typedef struct {
    FormatHeader header;
    const StreamRecord *streams;
    const ColumnRecord *columns;
    SectionRecord *sections;
    /* Offset of the section of that kind per column, 0 when there is none. */
    uint64_t (*places)[SECTION_KIND_COUNT];
} Layout;

/* Compute the sections, their places, and the numbers of the header that follow from them, from
 * its counts, the streams and the columns, which must be sound (layout_check_columns). */
void layout_place(Layout *layout, Arena *arena);
/* Whether counts and column table make sense together; CORRUPT says what does not. */
MUST_CHECK Status layout_check_columns(const Layout *layout, Error *err);
/* Index of the first column of a stream; of the items for streams_count. */
size_t layout_stream_first(const Layout *layout, size_t stream_index);
/* Of that stream the index of its first summary. */
size_t layout_summaries_first(const Layout *layout, size_t stream_index);
/* How many columns a stream has in the table. */
size_t stream_columns_count(size_t fields_count);
/* Bytes of all sections of each column. */
uint64_t *column_weights(const Layout *layout, Arena *arena);
/* Bytes of a bitmap with that many bits, whole blocks. */
uint64_t bitmap_bytes(uint64_t bits_count);
size_t blocks_count_of(uint32_t customers_count);
/* Bits that hold 0 .. total - 1, at least one. */
uint32_t bits_of_total(uint64_t total);
/* Kinds that have a dictionary; `kind` is any number. */
bool is_code_kind(uint8_t kind);

/* Detects damage, not malice: a change of one 8-byte word is always seen. About 10 GB/s. */
uint64_t checksum_of(const void *data, size_t size_bytes);
