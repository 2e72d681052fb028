/* image.h -- the customer-ordered columns of one data set: immutable, mapped, checked, rebuildable.
 *
 * An image holds every property of every customer and every field of every event as narrow columns.
 * Customers are rows 0 .. n-1 in ascending id order; the events of row r in a stream are positions
 * offsets[r] .. offsets[r+1]-1, ordered by (time, arrival). It is a cache: everything in it can be
 * made again from the store, and a damaged or older one is refused (CORRUPT), never trusted.
 * format.h is the layout in bytes. An Image is constant and may be read by any number of threads.
 * After the last byte of every array at least IMAGE_SLACK_BYTES more may be read. */
#pragma once

#include "base/progress.h"
#include "model/customer.h"

typedef struct Image Image;

enum {
    IMAGE_BLOCK_ROWS = 2048, /* customers of a block; zones are kept per block */
    IMAGE_SLACK_BYTES = 64
};

typedef struct TextNumbers TextNumbers; /* shapes.h */

/* Distinct texts of a column. Codes count from 1; code 0 is missing; every code occurs.
 *
 * Sorted (is_sorted): the texts of all customers, by folded form, then by bytes. Codes of equal
 * folded form are neighbours and share a class; classes count from 1 in the order of folded forms,
 * so comparing folded texts is comparing classes.
 *
 * Not sorted: texts of which nearly every customer has his own (order numbers, names, addresses),
 * in COLUMN_OWN_CODE and COLUMN_CODE_SET. Each customer's texts have codes of their own, one after
 * another, customers in row order; within a customer they are ordered as above, and a code whose
 * folded form is that of the code before it is `joined` to it. */
typedef struct {
    uint32_t count; /* codes are 1 .. count */
    uint32_t classes_count;
    bool is_sorted;
    uint8_t offset_width_bytes; /* 4 or 8 */
    const void *offsets;        /* count + 1 offsets into `bytes`; dictionary_text reads them */
    const char *bytes;
    const TextNumbers *numbers; /* not NULL: texts are kept as numbers, and there are no offsets */
    /* Sorted: class of code c at classes[c - 1]; NULL: each code is its class. */
    const uint32_t *classes;
    /* Not sorted: bit c - 1 says that code c has the folded form of c - 1; NULL: none has. */
    const uint64_t *joined;
} Dictionary;

typedef enum {
    COLUMN_INTEGER,  /* bool 0/1, decimal mantissa, day number, second: base + factor * stored */
    COLUMN_CODE,     /* text, hierarchy: codes of a sorted dictionary, 0 missing */
    COLUMN_ITEM,     /* rows of the image's items from 1, 0 missing */
    COLUMN_CODE_SET, /* sets: positions set_offsets[r] .. set_offsets[r+1]-1 of `data` are codes */
    COLUMN_OWN_CODE  /* near-unique texts: numbers of the customer's own texts, column_own_codes */
} ColumnKind;

typedef struct WideRow WideRow; /* format.h */

/* Least and greatest value of the rows of a block; min > max when there is none. */
typedef struct {
    int64_t min, max;
} ColumnZone;

typedef struct {
    ColumnKind kind;
    uint8_t width_bytes;  /* of a stored number: 0 (all are base), 1, 2, 4 or 8; unsigned */
    bool is_empty;        /* no position has a value: width 0, base 0, no array but none needed */
    int64_t base, factor; /* codes and items of width > 0: 0 and 1 */
    const void *data;     /* NULL when width_bytes is 0; missing positions hold 0 */
    /* COLUMN_INTEGER: a bit per position, whole blocks of 2048 bits, 0 beyond the last position;
     * NULL when nothing is missing, and when is_empty. */
    const uint64_t *present;
    uint64_t count;               /* positions; of a set: members of all rows */
    const Dictionary *dictionary; /* of every kind of codes; never NULL there */
    const uint32_t *set_offsets;  /* COLUMN_CODE_SET: customers + 1; NULL when is_empty */
    /* COLUMN_OWN_CODE: customers + 1; the texts of row r have codes own_firsts[r] + 1 ..
     * own_firsts[r + 1]. NULL: every customer has exactly one (column_own_first), or is_empty. */
    const uint32_t *own_firsts;
    /* COLUMN_OWN_CODE: `data` holds the numbers of column_own_codes in a byte (width 0: all are 1),
     * 255 for those that need more; the wide ones of whole customers are here. */
    const WideRow *wide_rows;
    uint32_t wide_rows_count;
    uint64_t wide_count;
    const uint32_t *wide_numbers;
    /* Known facts, set only when proved. */
    bool has_range; /* COLUMN_INTEGER with a value: the least is min, the greatest max */
    int64_t min, max;
    /* COLUMN_INTEGER of properties, and days of streams: one per block of customers; else NULL. */
    const ColumnZone *zones;
    /* COLUMN_CODE and COLUMN_CODE_SET of properties with few codes: the rows that have code c as
     * bits at value_bits + (c - 1) * image_row_words(); else NULL. */
    const uint64_t *value_bits;
} Column;

typedef struct {
    uint64_t count;
    const uint32_t *offsets; /* customers + 1; always there */
    Column day;              /* day number */
    Column second;           /* second of the day */
    const Column *fields;    /* one per field of the stream, by slot */
    size_t fields_count;
    /* Summaries over all events of a customer: a position per customer, like properties. NULL when
     * not kept (the stream is empty, or they would take too much room or too many digits). His
     * number of events is the difference of his offsets. */
    const Column *first_day, *last_day; /* COLUMN_INTEGER; missing without events */
    /* By slot, NULL for all but decimals: the sum of a field, 0 without values. */
    const Column *const *totals;
} StreamColumns;

typedef struct {
    uint64_t count;      /* item row i (1 .. count) is position i - 1 of every column */
    const uint32_t *ids; /* of the store, ascending; NULL: the same as the rows */
    Column code, name, group, brand, price, cost;
} ItemColumns;

/* ---- building ---- */

typedef struct {
    const Schema *schema;
    /* Sources that yield disjoint ranges of customers, the ranges in ascending order; each is read
     * twice (once to learn widths and texts, once to write) in a thread of its own. */
    CustomerSource **sources;
    size_t sources_count;
    const Item *const *items; /* ascending id */
    size_t items_count;
    /* image_build_memory: the image holds only the items of its customers' events, so that all that
     * is asked of items costs as little as an image of a few customers does. */
    bool has_own_items_only;
    uint64_t data_version; /* of the store when the sources' snapshot was taken */
} ImageInput;

/* Write an image to `path`: a temporary neighbour, fsync, rename. Memory holds the sorted
 * dictionaries and the rows of one customer per source; the rest goes straight to the file. LIMIT
 * when a column cannot be represented (the message names it); CORRUPT when a source breaks its
 * promise (order, types, the same rows in both passes); CANCELLED. A failure leaves nothing
 * behind. Progress counts customers and is called from the calling thread. */
MUST_CHECK Status image_build(const char *path, const ImageInput *input, const Progress *progress,
                              Error *err);
/* The same image in memory, without a file: for changed customers and for tests. */
MUST_CHECK Status image_build_memory(const ImageInput *input, const Progress *progress,
                                     Image **ret_image, Error *err);

/* ---- reading ---- */

/* Map an image. CORRUPT for a damaged, truncated or older one. The header and the tables are always
 * verified. The contents are too (checksums, offsets, codes: all that reading relies on), unless
 * `is_trusted`: this machine wrote and fsynced the file and nothing else touches it. */
MUST_CHECK Status image_open(const char *path, bool is_trusted, Image **ret_image, Error *err);
void image_close(Image *image); /* accepts NULL */
void image_done(Image **image);

uint64_t image_data_version(const Image *image);
uint64_t image_schema_generation(const Image *image);
uint64_t image_size_bytes(const Image *image);
uint32_t image_customers_count(const Image *image);
size_t image_blocks_count(const Image *image);
/* 64-bit words of a bitmap with a bit per customer, whole blocks. */
size_t image_row_words(const Image *image);
const CustomerId *image_customer_ids(const Image *image); /* ascending */
/* Row of the first customer with an id of at least this; their number when there is none. */
uint32_t image_first_row(const Image *image, CustomerId id);
/* Row of a customer; false when the image does not hold him. */
bool image_find_row(const Image *image, CustomerId id, uint32_t *ret_row);
size_t image_properties_count(const Image *image);
size_t image_streams_count(const Image *image);
const Column *image_property(const Image *image, size_t slot);
const StreamColumns *image_stream(const Image *image, size_t stream_index);
const ItemColumns *image_items(const Image *image);
const Column *item_column(const ItemColumns *items, ItemAttribute attribute);

/* The number stored at a position as an integer (base + factor * stored): a value, a code, an item
 * row. Not for COLUMN_OWN_CODE. For tests and rare paths: kernels read `data` by width. */
int64_t column_integer(const Column *column, uint64_t position);
/* Whether a position (not a set's) has a value. */
bool column_is_present(const Column *column, uint64_t position);
/* Dictionary code of a position of row `row`, 0 missing: COLUMN_CODE, COLUMN_OWN_CODE. */
uint32_t column_code(const Column *column, uint32_t row, uint64_t position);

/* ---- COLUMN_OWN_CODE ----
 *
 * A customer's texts are numbered 1, 2, .. in the order of folded forms, then bytes; number n is
 * code column_own_first(column, row) + n. How many different texts he has is known without looking
 * at his events: column_own_count. */

/* How many codes the customers before a row have; also of the row beyond the last. */
uint32_t column_own_first(const Column *column, uint32_t row);
uint32_t column_own_count(const Column *column, uint32_t row);
/* The numbers of the positions of rows row_begin .. row_end-1, 0 missing. `offsets` are those of
 * the stream, NULL for a property (a position per row). Writes one number per position, in order,
 * and up to 16 beyond them. Two customers' numbers have nothing to do with each other. */
void column_own_codes(const Column *column, const uint32_t *offsets, uint32_t row_begin,
                      uint32_t row_end, uint32_t *ret_numbers);
/* The same, but numbers of folded forms: equal within a customer when the folded texts are. */
void column_own_classes(const Column *column, const uint32_t *offsets, uint32_t row_begin,
                        uint32_t row_end, uint32_t *ret_numbers);
/* The row whose text a code is. */
uint32_t column_own_row(const Column *column, uint32_t customers_count, uint32_t code);

/* ---- dictionaries ---- */

/* The text of code 1 .. count: a view into the image, or, when texts are kept as numbers (never in
 * a sorted dictionary: there `arena` may be NULL), made in the arena. */
Text dictionary_text(const Dictionary *dictionary, uint32_t code, Arena *arena);
/* Sorted dictionaries. */
uint32_t dictionary_class(const Dictionary *dictionary, uint32_t code);
/* Codes [first, last] whose folded form equals, or starts with, a folded text; empty when
 * first > last. Sorted dictionaries. */
typedef struct {
    uint32_t first, last;
} CodeRange;
CodeRange dictionary_find_folded(const Dictionary *dictionary, Text folded);
CodeRange dictionary_find_folded_prefix(const Dictionary *dictionary, Text folded_prefix);
/* The first code after `code` (0: from the beginning) whose folded form equals a folded text; 0
 * when there is none. Any dictionary; goes through the entries of one that is not sorted. */
uint32_t dictionary_next_folded(const Dictionary *dictionary, Text folded, uint32_t code);

/* Re-derive every known fact from the data: order of customers and events, ranges, presence,
 * dictionaries sorted and distinct, zones, bitmaps, checksums. Problems are sentences, the first
 * hundred; none means that everything holds. CANCELLED. */
MUST_CHECK Status image_check(const Image *image, const Progress *progress, Arena *arena,
                              Text **ret_problems, size_t *ret_problems_count, Error *err);
