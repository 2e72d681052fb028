/* pack_rows.h -- packs as rows of a stream's table: which row is whose, and reading them in order.
 *
 * A table of packs has two regions. In the main one all packs of a customer lie side by side: so
 * everything large is written, and read in one pass. Few new events of many customers would dirty
 * a page each there, or two. They go into recent packs, which lie together at the end of the table,
 * and are moved into the main region later (event_merge.c says when). The events of a customer are
 * those of his main packs, then those of his recent ones: the order of their arrival. In each
 * region his packs are numbered from 0 on.
 *
 *   id of a main pack     customer << 24 | number
 *   id of a recent pack   1 << 62 | customer << 24 | number
 *
 * Packs are read here and nowhere else; whoever writes or deletes them says in which region. */
#pragma once

#include "store/store_internal.h"

typedef enum { PACKS_MAIN, PACKS_RECENT, PACK_REGIONS_COUNT } PackRegion;

#define PACK_COLUMNS "id, events_count, first_at, last_at, payload"
enum { PACK_NUMBER_BITS = 24, PACKS_PER_CUSTOMER_MAX = 1 << PACK_NUMBER_BITS };
/* Ids of the main region end below the first of these, the recent one begins at the second. */
#define PACK_IDS_MAIN_END     (INT64_C(1) << (PACK_NUMBER_BITS + 32))
#define PACK_IDS_RECENT_BEGIN (INT64_C(1) << 62)

static inline int64_t pack_id(PackRegion region, CustomerId customer, uint32_t number)
{
    int64_t begin = region == PACKS_RECENT ? PACK_IDS_RECENT_BEGIN : 0;
    return begin | ((int64_t)customer.value << PACK_NUMBER_BITS) | (int64_t)number;
}
static inline int64_t pack_id_last(PackRegion region, CustomerId customer)
{
    return pack_id(region, customer, PACKS_PER_CUSTOMER_MAX - 1);
}
static inline CustomerId pack_customer(int64_t pack_id)
{
    return (CustomerId){(uint32_t)(pack_id >> PACK_NUMBER_BITS)};
}
static inline PackRegion pack_region(int64_t pack_id)
{
    return pack_id >= PACK_IDS_RECENT_BEGIN ? PACKS_RECENT : PACKS_MAIN;
}
static inline uint32_t pack_number(int64_t pack_id)
{
    return (uint32_t)pack_id & (PACKS_PER_CUSTOMER_MAX - 1);
}

/* A row as it is stored; nothing of it was checked. */
typedef struct {
    int64_t id, events_count, first_at, last_at;
    Text payload; /* until the next step */
} PackRow;

/* Of a statement that gives PACK_COLUMNS and stands on a row. */
PackRow pack_row_of(sqlite3_stmt *statement);

/* Packs of one stream, in the order of customers and of arrival. */
typedef struct {
    struct {
        sqlite3_stmt *statement; /* packs with ?1 <= id <= ?2, in order */
        bool has_row;            /* it stands on one not given yet, or given last */
    } regions[PACK_REGIONS_COUNT];
    bool has_row; /* it stands on `row` */
    PackRow row;
} PackRows;

/* Zeros are a PackRows that is closed. The database must outlive it. */
MUST_CHECK Status pack_rows_open(Store *store, uint32_t stream_id, PackRows *rows, Error *err);
void pack_rows_done(PackRows *rows);
/* Stand on the first pack of the customers from `first` to `last`. */
MUST_CHECK Status pack_rows_seek(PackRows *rows, CustomerId first, CustomerId last, Error *err);
/* The same in one region alone. */
MUST_CHECK Status pack_rows_seek_in(PackRows *rows, PackRegion region, CustomerId first,
                                    CustomerId last, Error *err);
/* Go on to the next; only when there is a row. */
MUST_CHECK Status pack_rows_step(PackRows *rows, Error *err);
/* Stop reading before the end; needed before a transaction ends. */
void pack_rows_end(PackRows *rows);

/* Delete the packs of a customer in a region, from a number on. Totals are the caller's. */
MUST_CHECK Status packs_delete(Store *store, const Stream *stream, PackRegion region,
                               CustomerId customer, uint32_t first_number, Error *err);
