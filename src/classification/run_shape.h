/* run_shape.h -- what a run looks like: the curve of Pareto, the grid of RFM scores, the spread of
 * the variation. */
#pragma once

#include "classification/run_table.h"

/* ---- the curve ---- */

/* So many of the greatest customers make this share of the sum. */
typedef struct {
    size_t customers_count;
    double sum_share;
    uint16_t class_number; /* of the last of them; 0: none */
} CurvePoint;

typedef struct {
    /* Ascending; where the class changes is among them, unless it changes many hundred times. */
    const CurvePoint *points;
    size_t count;
    size_t customers_count; /* with an amount above 0 */
    Int128 sum;             /* of theirs */
} RunCurve;

enum { CURVE_POINTS_USUAL = 120 };

/* errors  CONFLICT when the run has no amounts */
MUST_CHECK Status run_curve(const RunTable *table, Arena *arena, RunCurve *ret_curve, Error *err);

/* ---- the grid ---- */

typedef struct {
    uint16_t class_number;
    uint64_t customers_count;
} GridClass;

typedef struct {
    uint64_t customers_count;
    Int128 sum;            /* of amounts */
    uint64_t money_scores; /* added up */
    GridClass *classes;    /* the greatest first */
    size_t classes_count;
} GridCell;

typedef struct {
    uint8_t scores[3]; /* of recency, frequency, money: 1 .. so many */
    GridCell *cells;   /* recency 1 with frequency 1, 2, ..; recency 2 .. */
    bool has_amount;
    Type amount_type;
} RunGrid;

/* `scores` is how many there are at least; the run may be of another version with more.
 * errors  CONFLICT when the run has no scores: it is not of RFM */
MUST_CHECK Status run_grid(const RunTable *table, const uint8_t scores[3], Arena *arena,
                           RunGrid *ret_grid, Error *err);
static inline const GridCell *grid_cell(const RunGrid *grid, size_t recency, size_t frequency)
{
    return &grid->cells[(recency - 1) * grid->scores[1] + frequency - 1];
}

/* ---- the spread ---- */

/* Customers between two percentages: from the place of the bin by SPREAD_STEP_PERCENT up to the
 * next one, which is not included. */
typedef struct {
    uint64_t customers_count;
    uint64_t *by_class; /* as the classes of the run */
} SpreadBin;

typedef struct {
    Text column;           /* "variation", or "frequency": of sub-periods with a purchase */
    const SpreadBin *bins; /* up to the last one with customers */
    size_t count;
    size_t open_bin; /* the place of the one without an end; `count` may be less */
} RunSpread;

enum { SPREAD_STEP_PERCENT = 10 };

/* How the numbers that an XYZ run was made from are spread: what its borders part.
 * errors  CONFLICT when the run has none */
MUST_CHECK Status run_spread(const RunTable *table, Arena *arena, RunSpread *ret_spread,
                             Error *err);
