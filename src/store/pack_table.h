/* pack_table.h -- packs of one customer and stream in memory, and back where they change.
 *
 * 1. Events keep their order of arrival: those of the main packs, then those of the recent ones.
 * 2. Packs before the first one that changes stay as they are; from there on everything is packed
 *    anew, so small packs never pile up.
 * 3. A pack that is at least PACK_BYTES_FULL large is not touched for new events.
 * 4. Whoever writes main packs of a customer takes his recent ones along. */
#pragma once

#include "store/pack_writer.h"

typedef struct {
    PackedEvent event;
    uint32_t next; /* for who indexes them */
    bool is_kept;
} StoredEvent;

typedef struct {
    uint32_t number, events_count;
    uint32_t first_index; /* of its events, in the order of arrival */
    int64_t first, last;
    Text payload;
    StoredEvent *events; /* NULL until walked */
    bool is_dirty;       /* one of its events was changed, or is not kept */
} Pack;

typedef struct {
    CustomerId customer;
    Arena *arena; /* of all that is here */
    Pack *items;
    size_t count, capacity;
    size_t main_count; /* the others, behind them, are recent */
    uint32_t events_count;
} Packs;

typedef struct {
    const PackedEvent *items;
    size_t count;
} NewEvents;

typedef struct {
    const char *stream_name;
    PackRows rows;
    PackWriter *writer;
    sqlite3_stmt *select_last;  /* the last of the packs with ?1 <= id <= ?2 */
    sqlite3_stmt *delete_packs; /* packs with ?1 <= id <= ?2 */
} PackTable;

/* Zeros are a table that is closed. The name of the stream is borrowed. */
MUST_CHECK Status pack_table_open(Store *store, const Stream *stream, const char *stream_name,
                                  PackTable *table, Error *err);
void pack_table_done(PackTable *table);

/* All packs of the customer, or only those that appending to the region needs. `packs` tells of the
 * customer and the arena; the rest of it is zeros. */
MUST_CHECK Status pack_table_load_all(PackTable *table, Packs *packs, Error *err);
MUST_CHECK Status pack_table_load_end(PackTable *table, PackRegion region, Packs *packs,
                                      Error *err);
/* Find where the events of a pack begin. */
MUST_CHECK Status pack_table_walk(const PackTable *table, const Packs *packs, Pack *pack,
                                  Error *err);

bool packs_have_dirty(const Packs *packs);
/* Write what changed, and the additions behind everything: into the region, or into the main one
 * when main packs change. `*recent_count` follows the number of events in recent packs. */
MUST_CHECK Status pack_table_write(PackTable *table, PackRegion region, const Packs *packs,
                                   const NewEvents *additions, int64_t *recent_count, Error *err);
