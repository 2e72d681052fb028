/* classified.h -- the results of classifications for people: rows with codes and names. */
#pragma once

#include "app/classify.h"

/* Codes and names of customers in the order given. Those who are not there any more have none. */
typedef struct {
    const Text *codes, *names;
} CustomerNames;
MUST_CHECK Status app_name_customers(App *app, const CustomerId *customers, size_t count,
                                     Arena *arena, CustomerNames *ret_names, Error *err);

typedef struct {
    bool has_at;
    Date at;         /* the newest run not after this day; else the newest one */
    Text class_name; /* only this class; "-": those without one; empty: all */
    size_t rows_max; /* SIZE_MAX: all */
} ClassifiedQuery;

typedef struct {
    RunTable table;
    const size_t *rows; /* places in table.rows of those that are shown */
    size_t rows_count;
    size_t found_count;      /* before the limit */
    CustomerNames customers; /* the shown ones */
} ClassifiedRows;

/* errors  NOT_FOUND without a run, or when the run has no such class */
MUST_CHECK Status app_classified(App *app, const Classification *classification,
                                 const ClassifiedQuery *query, Arena *arena,
                                 ClassifiedRows *ret_rows, Error *err);
