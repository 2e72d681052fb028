/* xyz.h -- XYZ: how steadily a customer buys, by the coefficient of variation of equal sub-periods
 * or by how many of them he bought in.
 *
 *   CV = 100 · sigma / |mean|, in percent, rounded to XYZ_SCALE digits before it is compared, so
 *   that equal series have equal CV whatever their amount
 *
 * FIXED      X up to the first border, Y up to the second, Z above it
 * SELF_ADJUSTING  the rule of 1C: ABC's, over the CV of all, Z the greatest
 * FREQUENCY  X bought in at least the first border's share of the sub-periods, Y in the second's */
#pragma once

#include "analysis/column.h"
#include "base/error.h"

typedef enum { XYZ_FIXED, XYZ_SELF_ADJUSTING, XYZ_FREQUENCY, XYZ_METHOD_COUNT } XyzMethod;

/* Sub-periods without a sale. */
typedef enum {
    XYZ_FROM_FIRST,   /* count from the first purchase on */
    XYZ_WHOLE_WINDOW, /* count always, as in 1C */
    XYZ_NON_ZERO,     /* never count */
    XYZ_ZEROS_COUNT
} XyzZeros;

const char *xyz_method_code(XyzMethod method); /* "fixed", "self-adjusting", "frequency" */
bool xyz_method_parse(Text code, XyzMethod *ret_method);
const char *xyz_zeros_code(XyzZeros zeros); /* "from-first", "whole", "non-zero" */
bool xyz_zeros_parse(Text code, XyzZeros *ret_zeros);

enum {
    XYZ_SCALE = 6, /* digits after the point of a CV or a share, both in percent */
    XYZ_PERIODS_MAX = 1000,
    XYZ_PERCENT = 100 /* borders are hundredths of a percent */
};

typedef struct {
    XyzMethod method;
    XyzZeros zeros;
    bool is_sample;       /* divide by n - 1 */
    bool is_seasonal;     /* vary against the same sub-period a season before */
    int64_t borders[2];   /* hundredths of a percent; FREQUENCY: descending */
    uint32_t periods_min; /* of those that count; fewer are not classified */
} XyzOptions;

/* Borders 50 / 100, which purchases of customers are judged by (10 / 25 suit goods), or 75 / 40 of
 * FREQUENCY; zeros from the first purchase; at least 3. */
XyzOptions xyz_options(XyzMethod method);
MUST_CHECK Status xyz_check(const XyzOptions *options, Error *err);

/* The sums of `periods_count` sub-periods, oldest first; a missing one is 0. `season` are those of
 * the same sub-periods a season before (is_seasonal). `first` is the sub-period (from 0) of the
 * first purchase ever, below 0 when it came before the window; missing: the first that is not 0. */
typedef struct {
    const NumberColumn *periods;
    size_t periods_count;
    const NumberColumn *season;
    const NumberColumn *first; /* NULL: missing for all */
    size_t customers_count;
} XyzSeries;

/* 1 X, 2 Y, 3 Z, 0 not classified: too few sub-periods, or a mean of 0. The value is the CV, or the
 * share of the sub-periods with a purchase; whoever is not classified has none.
 * shapes  ret_classes[n], ret_values[n]          cost  O(n · periods) */
void xyz_classify(const XyzSeries *series, const XyzOptions *options, uint8_t *ret_classes,
                  int64_t *ret_values);
