/* readers.h -- several handles on one data directory that see the same state of it. */
#pragma once

#include "columns/image.h"
#include "store/store.h"

typedef struct {
    Store **items;
    size_t count;
    uint64_t data_version; /* of the snapshot, between begin and end */
} Readers;

MUST_CHECK Status readers_open(const char *path, size_t count, Readers *ret_readers, Error *err);
void readers_done(Readers *readers); /* a zeroed Readers is valid */

/* Up to `count` handles that see what another one, in its snapshot of `data_version`, sees; those
 * that are there are used again. None of them helps when somebody has committed since:
 * *ret_count is 0 then. readers_end lets go of the snapshots, also after a failure. */
MUST_CHECK Status readers_follow(Readers *readers, const char *path, size_t count,
                                 uint64_t data_version, size_t *ret_count, Error *err);

/* A snapshot in each handle, all of the same version. CONFLICT when somebody writes so often that
 * none is found. */
MUST_CHECK Status readers_begin(Readers *readers, Error *err);
void readers_end(Readers *readers);

/* All customers, a part for each reader; borrowed from them until their snapshots end. */
MUST_CHECK Status readers_input(Readers *readers, Arena *arena, ImageInput *ret_input, Error *err);
