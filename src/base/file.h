/* file.h -- whole files, line streams and safe writing. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdio.h>

/* The whole file; LIMIT over `size_max` bytes. */
MUST_CHECK Status file_read(const char *path, size_t size_max, Arena *arena, Text *ret_content,
                            Error *err);
/* What a program keeps for itself holds data of persons: nobody else reads it, unless the owner of
 * the file says so with chmod. */
enum { FILE_MODE_OWN = 0600 };
/* Write to a temporary neighbour, fsync, rename: readers see the old file or the whole new one. A
 * new one has FILE_MODE_OWN. */
MUST_CHECK Status file_write_atomic(const char *path, Text content, Error *err);
/* Let the file `with`, written and fsynced, take the place of `path` for good; it is removed when
 * that fails. */
MUST_CHECK Status file_replace(const char *path, const char *with, Error *err);
/* A file that is written as a stream and takes the place of `path` when it is whole. A new
 * one has FILE_MODE_OWN: lists hold persons, too. */
typedef struct Replacement Replacement;
/* INVALID when something stands there that is not a file. */
MUST_CHECK Status replacement_open(const char *path, Replacement **ret_file, Error *err);
FILE *replacement_stream(Replacement *file);
/* Let it take its place, once. */
MUST_CHECK Status replacement_keep(Replacement *file, Error *err);
void replacement_done(Replacement **file); /* for AUTO; what was not kept is removed */

bool file_exists(const char *path);
bool file_is_directory(const char *path);

/* A source of bytes: a file, "-" for standard input; gzip is recognised by its magic bytes and
 * unpacked on the way. */
typedef struct ByteSource ByteSource;

MUST_CHECK Status byte_source_open(const char *path, ByteSource **ret_source, Error *err);
void byte_source_close(ByteSource *source); /* accepts NULL */
void byte_source_done(ByteSource **source);
/* Read up to `capacity` bytes; *ret_size is 0 only at the end. CORRUPT for a damaged gzip. */
MUST_CHECK Status byte_source_read(ByteSource *source, void *out, size_t capacity, size_t *ret_size,
                                   Error *err);
/* Bytes of the underlying file consumed so far and in all (0 when unknown, e.g. a pipe). */
uint64_t byte_source_consumed_bytes(const ByteSource *source);
uint64_t byte_source_total_bytes(const ByteSource *source);
