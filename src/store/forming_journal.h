/* forming_journal.h -- parts of the journal of compositions, for the files of src/store. */
#pragma once

#include "store/segments.h"
#include "store/store_internal.h"

/* A set of customers as it is stored; the caller's to free. CORRUPT. */
MUST_CHECK Status journal_read_set(Text bytes, CustomerSet *ret_set, Error *err);
MUST_CHECK Status journal_read_cause(sqlite3_stmt *row, int column, ChangeCause *ret_cause,
                                     Error *err);

/* A row that begins with FORMING_COLUMNS. CORRUPT for an unknown reason. */
#define FORMING_COLUMNS                                                          \
    "f.id, f.segment_id, f.at, f.as_of, f.reason, f.author, f.note, f.version, " \
    "f.members_count, f.joined_count, f.left_count"
enum { JOURNAL_COLUMNS_COUNT = 11 }; /* how many they are */
MUST_CHECK Status journal_read_forming(sqlite3_stmt *row, Arena *arena, FormingRow *ret_forming,
                                       Error *err);

/* The ids of segments that a statement gives. */
MUST_CHECK Status journal_read_ids(sqlite3_stmt *row, Arena *arena, uint32_t **ret_ids,
                                   size_t *ret_count, Error *err);

/* Take a person who is being erased out of compositions, changes and marks, past and present.
 * Where he is a member now, the journal says that one left by an erasure. Inside of the caller's
 * change. */
MUST_CHECK Status journal_forget_customer(Store *store, CustomerId customer, Moment at, Error *err);

/* Add to the journal that one left by an erasure, without saying who. */
MUST_CHECK Status journal_add_erasure(Store *store, uint32_t segment_id, Moment at, Error *err);
