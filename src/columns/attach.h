/* attach.h -- inside of an Image: columns as views of the bytes of a file or of memory. */
#pragma once

#include "columns/format.h"

struct Image {
    Arena *arena; /* owned: the structures below */
    unsigned char *bytes;
    size_t size_bytes;
    Layout layout;
    const CustomerId *ids;
    Column *columns; /* by index in the column table */
    StreamColumns *streams;
    ItemColumns items;
    bool is_verified; /* contents are known to be safe to read */
};

/* Fresh zeroed memory for an image, released by image_close. LIMIT when there is none. */
MUST_CHECK Status image_memory(size_t size_bytes, unsigned char **ret_bytes, Error *err);
void image_memory_release(unsigned char *bytes, size_t size_bytes);

/* An image over bytes that were laid out by `layout` (copied); takes the bytes over. */
Image *image_bind(const Layout *layout, unsigned char *bytes, size_t size_bytes);

/* verify.c: header and tables, without trusting a single number of them. The layout lives in the
 * arena and points into the bytes. */
MUST_CHECK Status verify_tables(const unsigned char *bytes, size_t size_bytes, Arena *arena,
                                Layout *ret_layout, Error *err);
/* Checksums, offsets ascending and within, codes and items within: all that reading relies on. */
MUST_CHECK Status verify_contents(const Image *image, const Progress *progress, Error *err);
/* Checksum of a section as format.h defines it, and of the tables. */
uint64_t section_checksum(const Layout *layout, const unsigned char *bytes, size_t section);
uint64_t tables_checksum(const FormatHeader *header, const unsigned char *bytes);
uint64_t header_checksum(const FormatHeader *header);
