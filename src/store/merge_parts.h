/* merge_parts.h -- the parts of merging two customers, for the files of src/store. All of them run
 * inside of the caller's change. */
#pragma once

#include "store/merges.h"
#include "store/store_internal.h"

/* A merge while it is being made, or taken back. */
typedef struct {
    Store *store;
    int64_t id;
    CustomerId from, into;
    Moment at;
    Text author;
    Arena *arena; /* of the outcome */
    struct {
        MergedValue *items;
        size_t count, capacity;
    } values;
    struct {
        MergedEvents *items;
        size_t count, capacity;
    } events;
    struct {
        MergedPart *items;
        size_t count, capacity;
    } parts;
} Merging;

void merging_note_part(Merging *merging, MergedPartKind kind, Text name, MergeFate fate);
/* Run a statement whose parameters are ?1 the merge, ?2 FROM, ?3 INTO, as far as it has them. */
MUST_CHECK Status merging_run(const Merging *merging, const char *sql, Error *err);

MUST_CHECK Status merge_values(Merging *merging, const MergeOrder *order, Error *err);
MUST_CHECK Status unmerge_values(Merging *merging, Error *err);
MUST_CHECK Status merge_events(Merging *merging, bool keeps_identical, Error *err);
MUST_CHECK Status unmerge_events(Merging *merging, Error *err);
/* Marks, classes given by hand, rows of saved sets, agreements, shipments allowed. */
MUST_CHECK Status merge_rows(Merging *merging, Error *err);
MUST_CHECK Status unmerge_rows(Merging *merging, Error *err);
/* Members of segments; before the marks. */
MUST_CHECK Status merge_members(Merging *merging, Error *err);
MUST_CHECK Status unmerge_members(Merging *merging, Error *err);

/* All codes of the customer ?1: his own and those that lead to him by merges. */
#define CODES_OF_CUSTOMER                                                                  \
    "(WITH RECURSIVE he (id, code) AS (SELECT id, code FROM main.customer WHERE id = ?1 "  \
    "UNION SELECT m.from_id, m.from_code FROM he JOIN main.customer_merge m ON m.into_id " \
    "= he.id) SELECT code FROM he)"
/* Whether somebody who is gone had this code. */
MUST_CHECK Status merge_has_code(Store *store, Text code, bool *ret_has_code, Error *err);
/* The customer to whom a code of one who is gone leads; id 0 when nobody gone had it. */
MUST_CHECK Status merge_find_code(Store *store, Text code, CustomerId *ret_id, Error *err);
/* Ids that led to a customer by merges. */
MUST_CHECK Status merge_list_former(Store *store, CustomerId into, Arena *arena,
                                    CustomerId **ret_ids, size_t *ret_count, Error *err);
/* Remove the records of all merges that led to a customer who is being erased. */
MUST_CHECK Status merges_forget_customer(Store *store, CustomerId customer, Error *err);
