/* change_log.h -- what of which customers was changed since when, kept with every commit.
 *
 * Whatever writes notes it here at once; the transaction that is committed carries the note. */
#pragma once

#include "store/store_internal.h"

/* A customer was added or removed, or anything of him may be another. */
static inline void change_log_note(Store *store, CustomerId customer)
{
    store->pending.has_any = true;
    customer_set_add(&store->pending.changed.whole, customer);
}
/* Only his row was changed, or (by the stream's id) only his events of a stream. */
static inline void change_log_note_part(Store *store, uint32_t part, CustomerId customer)
{
    store->pending.has_any = true;
    customer_set_add(customer_parts_of(&store->pending.changed, part), customer);
}
static inline void change_log_note_row(Store *store, CustomerId customer)
{
    change_log_note_part(store, PART_ROW, customer);
}
/* New content that no customer has yet. */
static inline void change_log_note_addition(Store *store)
{
    store->pending.has_any = true;
}
/* A change that may concern every customer: of an item, of the schema. */
static inline void change_log_note_everything(Store *store)
{
    store->pending.has_any = store->pending.is_everything = true;
}

/* Before the commit: the next version of the data and who was changed. */
MUST_CHECK Status change_log_save(Store *store, Error *err);
/* The transaction was taken back. */
void change_log_forget(Store *store);

/* Give the data of a new directory, or of one that has none yet, its first version. */
MUST_CHECK Status change_log_begin(Store *store, Error *err);
/* SQL that makes the versions of a copy of the database differ from those of the original, whose
 * further changes are not the copy's. */
MUST_CHECK Status change_log_part_ways(Arena *arena, Text *ret_sql, Error *err);
/* Random bytes from the system. */
MUST_CHECK Status random_bytes(void *out, size_t size_bytes, Error *err);
