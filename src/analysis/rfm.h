/* rfm.h -- RFM: scores of recency, frequency and money, and named segments on their grid.
 *
 * A score is 1 .. k, k the best. Quantiles: the score of v is floor(k · share of customers worse
 * than v) + 1, so equal values have equal scores. Borders: one more than the borders that are not
 * beyond v. Only customers with all three values are scored, and shares are among them. */
#pragma once

#include "analysis/column.h"
#include "base/error.h"
#include "model/language.h"

enum { RFM_METRICS = 3, RFM_GRID_MAX = 9, RFM_SEGMENTS_MAX = 100 };

typedef struct {
    uint8_t grid;                      /* scores 1 .. grid; 2 .. RFM_GRID_MAX */
    bool is_lower_better;              /* recency in days */
    bool has_borders;                  /* else quantiles */
    int64_t borders[RFM_GRID_MAX - 1]; /* ascending, grid - 1 of them, at the values' scale */
} RfmScale;

/* INVALID for a grid out of range or borders that do not ascend. */
MUST_CHECK Status rfm_scale_check(const RfmScale *scale, Error *err);

/* Scores of the customers whose bit in `scored` is set, 0 of the others.
 * shapes  ret_scores[n]          memory  28 n bytes          cost  that of sorting */
void rfm_score(const NumberColumn *column, const uint64_t *scored, const RfmScale *scale,
               uint8_t *ret_scores);

/* A segment is a box of the grid, both ends included; of those that overlap the first holds. */
typedef struct {
    Text name;
    uint8_t from[RFM_METRICS], to[RFM_METRICS];
} RfmSegment;

typedef struct {
    const RfmSegment *items;
    size_t count;
} RfmMap;

/* The ten customary ones, for grids of 5. */
extern const size_t rfm_customary_count;
RfmSegment rfm_customary(size_t index, Language language);

/* That every cell of the grid has a segment and every segment a cell: INVALID names the cell or the
 * segment. `grids` of R, F, M. */
MUST_CHECK Status rfm_map_check(const RfmMap *map, const uint8_t grids[RFM_METRICS], Error *err);
/* Place of the segment of a cell; map->count when there is none. */
size_t rfm_map_find(const RfmMap *map, const uint8_t scores[RFM_METRICS]);
