/* classification_runs.h -- runs of classifications for the other files of the store. */
#pragma once

#include "store/classifications.h"
#include "store/store_internal.h"

/* Take an erased person out of all runs: of the sets, the numbers, the counts and sums. */
MUST_CHECK Status runs_forget_customer(Store *store, CustomerId customer, Error *err);
/* The numbers of the members of a set, as a row keeps them. */
MUST_CHECK Status runs_read_column(sqlite3_stmt *row, int first_column, Arena *arena,
                                   RunColumn *ret_column, Error *err);
#define RUN_COLUMN_COLUMNS "name, scale, is_money, is_amount, customers, numbers"
