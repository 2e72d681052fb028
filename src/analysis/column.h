/* column.h -- one exact number of every customer, as the methods take it. */
#pragma once

#include "base/decimal.h"

typedef struct {
    const int64_t *values;   /* mantissas at one scale */
    const uint64_t *present; /* a bit per customer; NULL: nobody misses the number */
    size_t count;            /* of customers */
} NumberColumn;

static inline bool column_has(const NumberColumn *column, size_t index)
{
    return column->present == NULL || (column->present[index / 64] >> (index % 64) & 1) != 0;
}
