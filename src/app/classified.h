/* classified.h -- the results of classifications for people: rows with codes and names. */
#pragma once

#include "app/bounds.h"
#include "app/classify.h"

/* Codes and names of customers in the order given. Those who are not there any more have none. */
typedef struct {
    const Text *codes, *names;
} CustomerNames;
MUST_CHECK Status app_name_customers(App *app, const CustomerId *customers, size_t count,
                                     Arena *arena, CustomerNames *ret_names, Error *err);

/* How rows are put in order. */
typedef struct {
    Text key; /* "code", "name", "class", "rank" or a column of the run; empty: by rank */
    bool is_descending;
} ClassifiedSort;

typedef struct {
    bool has_at;
    Date at;                   /* the newest run not after this day; else not after today */
    uint64_t run_id;           /* this run instead, as a page before had it; 0: none */
    Text class_name;           /* only this class; "-": those without one; empty: all */
    const Expression *visible; /* a rule: ranks, shares and totals are of them; NULL: of all */
    const Expression *only;    /* a rule: nobody else is listed; NULL: everybody is */
    ClassifiedSort sort;
    size_t skipped;  /* rows of pages before */
    size_t rows_max; /* SIZE_MAX: all */
} ClassifiedQuery;

typedef struct {
    RunTable table;
    const size_t *rows; /* places in table.rows of those that are shown */
    size_t rows_count;
    size_t found_count;      /* before the limit */
    CustomerNames customers; /* the shown ones */
} ClassifiedRows;

/* errors  NOT_FOUND without a run, or when the run has no such class; INVALID for a sort by what is
 *         no column */
MUST_CHECK Status app_classified(App *app, const Classification *classification,
                                 const ClassifiedQuery *query, Arena *arena,
                                 ClassifiedRows *ret_rows, Error *err);

/* The run of a query as rows without names; of the query only at, run_id and visible matter. */
MUST_CHECK Status app_run_table(App *app, const Classification *classification,
                                const ClassifiedQuery *query, Arena *arena, RunTable *ret_table,
                                Error *err);
