/* saved_sets.h -- results frozen under a name: rows of customers, or of events of one stream, with
 * their columns and values as they were, and everything that says where they came from.
 *
 * Nothing changes a saved set but a new name; erasing a person takes his rows out. A set holds rows
 * in an order; each row knows its customer. */
#pragma once

#include "model/customer_set.h"
#include "store/store.h"

typedef struct {
    Text name;
    Type type; /* never TYPE_NONE; an item becomes the text of its code */
} SavedColumn;

/* How a set came about. */
typedef enum {
#define SAVED_ORIGIN(name, code) SAVED_##name,
#include "store/saved.def"
#undef SAVED_ORIGIN
    SAVED_ORIGIN_COUNT
} SavedOrigin;

const char *saved_origin_code(SavedOrigin origin);

typedef struct {
    uint32_t id; /* never reused */
    Text name;   /* unique without case */
    Text stream; /* whose events the rows are; empty: rows are customers */
    SavedOrigin origin;
    Text expression; /* of a rule: which customers; of the others: from which sets */
    Text condition;  /* which of their events; empty: all */
    bool has_as_of;
    Date as_of;
    Moment at;
    Text author;
    bool has_until;
    Date until; /* the last day on which it is kept */
    const SavedColumn *columns;
    size_t columns_count;
    uint64_t rows_count, customers_count; /* computed when it is added */
} SavedSet;

typedef struct {
    CustomerId customer;
    const Value *values; /* one per column */
    Text key;            /* of the event that the row is; empty: none, or it was not kept */
} SavedRow;

enum { SAVED_NAME_BYTES_MAX = 400, SAVED_COLUMNS_MAX = 500 };

/* Keep rows under a name. id and counts of `set` are not looked at.
 * errors  CONFLICT the name is taken; INVALID no name, LIMIT a too long one or too many columns */
MUST_CHECK Status store_add_saved_set(Store *store, const SavedSet *set, const SavedRow *rows,
                                      size_t rows_count, uint32_t *ret_id, Error *err);
MUST_CHECK Status store_rename_saved_set(Store *store, uint32_t id, Text name, Error *err);
/* Another last day; none: it is kept for good. */
MUST_CHECK Status store_keep_saved_set(Store *store, uint32_t id, const Date *until, Error *err);
MUST_CHECK Status store_remove_saved_set(Store *store, uint32_t id, Error *err);

/* All sets by name, with their columns. */
MUST_CHECK Status store_list_saved_sets(Store *store, Arena *arena, SavedSet **ret_sets,
                                        size_t *ret_count, Error *err);

typedef struct {
    uint32_t id;
    Text name;
} SavedName;
/* The names alone. */
MUST_CHECK Status store_list_saved_names(Store *store, Arena *arena, SavedName **ret_names,
                                         size_t *ret_count, Error *err);

/* Who has a row; the set is the caller's to free. */
MUST_CHECK Status store_read_saved_customers(Store *store, uint32_t id, CustomerSet *ret_customers,
                                             Error *err);
typedef struct {
    size_t skip, limit; /* rows; limit SIZE_MAX: all */
} SavedRowQuery;
typedef struct {
    const SavedRow *items;
    size_t count;
} SavedRowList;
MUST_CHECK Status store_read_saved_rows(Store *store, const SavedSet *set, SavedRowQuery query,
                                        Arena *arena, SavedRowList *ret_rows, Error *err);

/* Ids of the sets that have a row of this customer, ascending. */
MUST_CHECK Status store_saved_sets_of(Store *store, CustomerId customer, Arena *arena,
                                      uint32_t **ret_ids, size_t *ret_count, Error *err);
