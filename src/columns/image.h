/* image.h -- the customer-ordered columns of one data set: immutable, mapped, checked, rebuildable.
 *
 * An image holds every property of every customer and every field of every event as narrow columns.
 * Customers are rows 0 .. n-1 in ascending id order; the events of row r in a stream are positions
 * offsets[r] .. offsets[r+1]-1, ordered by (time, arrival). It is a cache: everything in it can be
 * made again from the store, and a damaged or older one is refused (CORRUPT), never trusted.
 * format.h is the layout in bytes. An Image is constant and may be read by any number of threads.
 */
#pragma once

#include "base/progress.h"
#include "model/customer.h"

typedef struct Image Image;

/* Sorted distinct texts of a column: by folded form, then by bytes. Codes count from 1; code 0 is
 * missing. Codes of equal folded form are neighbours and share a class; classes count from 1 in the
 * order of folded forms, so comparing folded texts is comparing classes. */
typedef struct {
    uint32_t count; /* codes are 1 .. count */
    uint32_t classes_count;
    const uint64_t
        *offsets; /* count + 1 offsets into `bytes`; code c is offsets[c-1]..offsets[c] */
    const char *bytes;
    const uint32_t *classes; /* class of code c at classes[c - 1] */
} Dictionary;

typedef enum {
    COLUMN_INTEGER, /* bool, decimal, date, moment second: base + factor * stored */
    COLUMN_CODE,    /* text, hierarchy: dictionary codes, 0 missing */
    COLUMN_ITEM,    /* rows of the image's items from 1, 0 missing */
    COLUMN_CODE_SET /* sets: positions set_offsets[r] .. set_offsets[r+1]-1 of `data` are codes */
} ColumnKind;

typedef struct {
    ColumnKind kind;
    uint8_t width_bytes;  /* of a stored number: 0 (all equal base), 1, 2, 4 or 8; unsigned */
    int64_t base, factor; /* COLUMN_INTEGER */
    const void *data;
    const uint64_t *present; /* a bit per position; NULL: nothing is missing */
    uint64_t count;          /* positions */
    const Dictionary *dictionary;
    const uint64_t *set_offsets;
    /* Known facts, set only when proved. */
    bool has_range; /* at least one value; then all lie in min .. max */
    int64_t min, max;
} Column;

typedef struct {
    uint64_t count;
    const uint64_t *offsets; /* customers + 1 */
    Column day;              /* day number */
    Column second;           /* second of the day */
    const Column *fields;    /* one per field of the stream, by slot */
} StreamColumns;

typedef struct {
    uint64_t count; /* items are 1 .. count */
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
    uint64_t data_version; /* of the store when the sources' snapshot was taken */
} ImageInput;

/* Write an image to `path` (a temporary neighbour, fsync, rename). Memory stays within
 * `memory_max_bytes` beyond the dictionaries. LIMIT when a column cannot be represented (the
 * message names it); CANCELLED leaves nothing behind. */
MUST_CHECK Status image_build(const char *path, const ImageInput *input, size_t memory_max_bytes,
                              const Progress *progress, Error *err);

/* ---- reading ---- */

/* Map an image. Header, section table and every section's checksum are verified unless it was
 * verified before by this process or `is_trusted` (the same machine wrote and fsynced it and its
 * header says so); offsets, widths and counts are always verified. CORRUPT for a damaged, truncated
 * or older one. */
MUST_CHECK Status image_open(const char *path, bool is_trusted, Image **ret_image, Error *err);
void image_close(Image *image); /* accepts NULL */
void image_done(Image **image);

uint64_t image_data_version(const Image *image);
uint64_t image_schema_generation(const Image *image);
uint32_t image_customers_count(const Image *image);
const CustomerId *image_customer_ids(const Image *image); /* ascending */
/* Row of a customer; false when the image does not hold him. */
bool image_find_row(const Image *image, CustomerId id, uint32_t *ret_row);
size_t image_properties_count(const Image *image);
size_t image_streams_count(const Image *image);
const Column *image_property(const Image *image, size_t slot);
const StreamColumns *image_stream(const Image *image, size_t stream_index);
const ItemColumns *image_items(const Image *image);

/* The number stored at a position as an integer (base + factor * stored); for tests and rare paths:
 * kernels read `data` by width. The position must be present. */
int64_t column_integer(const Column *column, uint64_t position);
bool column_is_present(const Column *column, uint64_t position);
Text dictionary_text(const Dictionary *dictionary, uint32_t code);
/* Codes whose folded form equals, or starts with, that of `text`: [first, last], empty when
 * first > last. */
typedef struct {
    uint32_t first, last;
} CodeRange;
CodeRange dictionary_find_folded(const Dictionary *dictionary, Text folded);
CodeRange dictionary_find_folded_prefix(const Dictionary *dictionary, Text folded_prefix);

/* Re-derive every known fact from the data: order of events, ranges, presence, dictionaries sorted
 * and distinct, codes within, offsets ascending, checksums. Problems are sentences. */
MUST_CHECK Status image_check(const Image *image, const Progress *progress, Arena *arena,
                              Text **ret_problems, size_t *ret_problems_count, Error *err);
