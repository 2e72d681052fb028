/* check_parts.h -- the parts of store_check: each appends what it finds, as sentences. */
#pragma once

#include "store/store_internal.h"

enum { PROBLEMS_MAX = 200, CHECK_PROGRESS_EVERY = 1 << 12 };

typedef struct {
    Store *store;
    Arena *arena; /* of the sentences */
    Text *items;
    size_t count, capacity;
    const Progress *progress;
} Problems;

/* More than PROBLEMS_MAX are counted but not kept. */
void problem_add(Problems *problems, const char *format, ...) PRINTF_LIKE(2, 3);

/* Customers, items and texts: codes, search texts, values in their one form. */
MUST_CHECK Status check_customers(Problems *problems, Error *err);
MUST_CHECK Status check_items(Problems *problems, Error *err);
/* Packs, given keys, totals of every stream. */
MUST_CHECK Status check_events(Problems *problems, Error *err);
/* Runs of classifications. */
MUST_CHECK Status check_classifications(Problems *problems, Error *err);
/* The log of changed customers. */
MUST_CHECK Status check_change_log(Problems *problems, Error *err);
MUST_CHECK Status check_value_days(Problems *problems, Error *err);
/* Saved sets, and acts that changed many customers. */
MUST_CHECK Status check_saved(Problems *problems, Error *err);
/* Segments: versions, the journal of compositions, marks; agreements. */
MUST_CHECK Status check_journal(Problems *problems, Error *err);
/* Users and how they are found. */
MUST_CHECK Status check_users(Problems *problems, Error *err);
/* Records of merged customers. */
MUST_CHECK Status check_merges(Problems *problems, Error *err);
/* Customers of whom somebody said that they are not one. */
MUST_CHECK Status check_dismissals(Problems *problems, Error *err);
/* The history of jobs. */
MUST_CHECK Status check_jobs(Problems *problems, Error *err);
