/* run_table.h -- one run as rows: every customer with his class, the numbers it was made from, rank
 * and shares. */
#pragma once

#include "classification/run_source.h"

typedef struct {
    CustomerId customer;
    uint16_t class_number; /* 1 .. classes_count; 0: not classified, though he has numbers */
    bool has_amount;
    int64_t amount;
    uint32_t rank;                  /* from 1 by amount, the greatest first; equals share it */
    double share, cumulative_share; /* of the sum of all amounts above 0; 0 .. 1 */
} RunTableRow;

typedef struct {
    Text name;
    Type type;
    const Value *values; /* per row */
    bool is_amount;      /* what classes are summed up by */
} RunTableColumn;

typedef struct {
    RunRow run;
    const RunClass *classes; /* without sets */
    size_t classes_count;
    const RunTableColumn *columns;
    size_t columns_count;
    bool has_amount;
    Type amount_type;
    const RunTableRow *rows; /* by rank; without amounts by customer */
    size_t rows_count;
} RunTable;

/* Everything lives in the arena. Ranks and shares are among the source's customers. Who is neither
 * classified nor has a number is not there. */
MUST_CHECK Status run_table_read(RunSource source, const RunRow *run, Arena *arena,
                                 RunTable *ret_table, Error *err);

/* Name of the class of a row; empty when it has none. */
Text run_table_class(const RunTable *table, const RunTableRow *row);

/* One customer over time: his class and numbers in every run that counts for its day. */
typedef struct {
    RunRow run;
    Text class_name;               /* empty: not classified */
    const RunTableColumn *columns; /* one value each */
    size_t columns_count;
} HistoryEntry;

typedef struct {
    const HistoryEntry *entries; /* in the order of the days */
    size_t count;
} ClassHistory;

MUST_CHECK Status classification_history(Store *store, uint32_t classification_id,
                                         CustomerId customer, Arena *arena,
                                         ClassHistory *ret_history, Error *err);

/* The numbers of some customers in a run, in the order in which they are given. */
typedef struct {
    const CustomerId *items;
    size_t count;
} RunCustomers;

typedef struct {
    const RunTableColumn *columns;
    size_t count;
} RunValues;

MUST_CHECK Status run_values_read(Store *store, const RunRow *run, RunCustomers customers,
                                  Arena *arena, RunValues *ret_values, Error *err);

/* What a run came to: classes with counts and sums. */
typedef struct {
    RunRow run;
    const RunClass *classes; /* without sets */
    size_t classes_count;
    uint64_t unclassified_count;
    bool has_amount;
    Type amount_type;
} RunSummary;

MUST_CHECK Status run_summary_read(RunSource source, const RunRow *run, Arena *arena,
                                   RunSummary *ret_summary, Error *err);
