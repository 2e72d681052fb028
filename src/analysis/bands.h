/* bands.h -- values divided by borders: [.., b1), [b1, b2), ... [bn, ..). */
#pragma once

#include "analysis/column.h"
#include "base/error.h"

enum { BANDS_BORDERS_MAX = 1000 };

/* INVALID unless there is a border, they ascend and are at most BANDS_BORDERS_MAX. */
MUST_CHECK Status bands_check(const int64_t *borders, size_t count, Error *err);
/* 0 below the first border, then the number of borders that are not above the value. */
size_t bands_find(const int64_t *borders, size_t count, int64_t value);
/* Of each customer from 1 (below the first border); 0: no value. shapes  ret_classes[n] */
void bands_classify(const NumberColumn *column, const int64_t *borders, size_t count,
                    uint16_t *ret_classes);
