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
};

/* Offsets of the stream that a column of the table is of, customers + 1; NULL for others. */
const uint32_t *image_column_offsets(const Image *image, size_t index);

/* Fresh zeroed memory for an image. LIMIT when there is none. */
MUST_CHECK Status image_memory(size_t size_bytes, unsigned char **ret_bytes, Error *err);
/* Give back what image_memory or a mapping gave; accepts NULL. */
void image_memory_release(unsigned char *bytes, size_t size_bytes);

/* An image over bytes that are laid out by `layout` (copied); takes the bytes over. */
Image *image_bind(const Layout *layout, unsigned char *bytes, size_t size_bytes);

/* file.c: an image of a stranger's bytes, as image_open; takes them over, also when it fails. */
MUST_CHECK Status image_attach(unsigned char *bytes, size_t size_bytes, bool is_trusted,
                               Image **ret_image, Error *err);

/* seal.c: write header and tables with the checksums of everything, once the sections are full. */
void image_seal(Image *image);
/* Only the checksums, whatever the bytes are; places are those of `layout`. */
void seal_checksums(const Layout *layout, unsigned char *bytes);
/* The section table as it stands in the bytes. */
const SectionRecord *section_table(const Layout *layout, const unsigned char *bytes);
/* Checksums as format.h defines them. */
uint64_t section_checksum(const Layout *layout, const unsigned char *bytes, size_t section);
uint64_t tables_checksum(const FormatHeader *header, const unsigned char *bytes);
uint64_t header_checksum(const FormatHeader *header);

/* verify.c: header and tables, without trusting a single number of them. Streams and columns of the
 * layout point into the bytes, the rest lives in the arena. */
MUST_CHECK Status verify_tables(const unsigned char *bytes, size_t size_bytes, Arena *arena,
                                Layout *ret_layout, Error *err);
/* Checksums, offsets ascending and within, numbers within their range, codes and items within: all
 * that reading relies on. */
MUST_CHECK Status verify_contents(const Image *image, Error *err);
/* Greatest stored number of a column, 0 without data. */
uint64_t column_largest_stored(const Column *column);

/* file.c: a file of its full size beside `path`, mapped for writing; it has a name of its own until
 * new_file_commit, and none after new_file_discard. */
typedef struct {
    const char *path, *path_new;
    int descriptor;
    unsigned char *bytes; /* mapped; the caller's */
} NewFile;
MUST_CHECK Status new_file_open(const char *path, size_t size_bytes, Arena *arena,
                                NewFile *ret_file, Error *err);
MUST_CHECK Status new_file_commit(NewFile *file, Error *err);
void new_file_discard(NewFile *file); /* does nothing after a commit */
