/* saved_sets.h -- saved sets by name, put together. */
#pragma once

#include "lang/catalog.h"
#include "store/saved_sets.h"

typedef struct {
    const SavedSet *items; /* by name */
    size_t count;
} SavedSets;

MUST_CHECK Status saved_sets_load(Store *store, Arena *arena, SavedSets *ret_sets, Error *err);
/* By name, folded. NOT_FOUND names a near one. */
MUST_CHECK Status saved_sets_get(const SavedSets *sets, Text name, const SavedSet **ret_set,
                                 Error *err);
/* The names for a Catalog, without reading the sets. */
MUST_CHECK Status saved_sets_names(Store *store, Arena *arena, NamedSet **ret_names,
                                   size_t *ret_count, Error *err);

/* SAVED_UNION: the rows of `a`, then those of `b` whose customers `a` does not have, columns by
 * name and type of `a`; sets of events of one stream keep all rows of both but equal ones; sets of
 * different kinds become one of customers. SAVED_INTERSECT and SAVED_MINUS: the rows of `a` whose
 * customers `b` has, or has not. */
typedef struct {
    SavedOrigin operation;
    const SavedSet *a, *b;
    Text name;
    Moment at;
    Text author;
} SavedCombination;

/* errors  as store_add_saved_set */
MUST_CHECK Status saved_sets_combine(Store *store, const SavedCombination *combination,
                                     uint32_t *ret_id, Error *err);

/* Customers by their codes, one on a line, in any encoding; what stands behind a tab, a comma or a
 * semicolon is not looked at, empty lines and a heading over the codes neither. */
typedef struct {
    CustomerSet customers; /* the caller's to free */
    uint64_t lines_count;  /* with a code */
    bool has_heading;
    uint64_t repeated_count;
    const Text *unknown; /* the first UNKNOWN_CODES_MAX that nobody has */
    size_t unknown_kept;
    uint64_t unknown_count;
} CodeList;

enum { UNKNOWN_CODES_MAX = 100, CODE_LIST_BYTES_MAX = 256 * 1024 * 1024 };

MUST_CHECK Status code_list_read(Store *store, Text bytes, Arena *arena, CodeList *ret_list,
                                 Error *err);
/* A set of customers without columns, in the order of their ids. `set` says the rest. */
MUST_CHECK Status saved_set_add_customers(Store *store, const SavedSet *set,
                                          const CustomerSet *customers, uint32_t *ret_id,
                                          Error *err);
