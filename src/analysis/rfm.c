/* rfm.c -- scores by quantiles and borders; the map of named segments. */
#include "analysis/rfm.h"

#include "analysis/bands.h"
#include "analysis/order.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    uint8_t recency_from, recency_to, frequency_from, frequency_to;
    const char *names[LANGUAGE_COUNT];
} customary[] = {
#define RFM_SEGMENT(r_from, r_to, f_from, f_to, en, ru, uk) \
    {r_from, r_to, f_from, f_to, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "analysis/rfm_segment.def"
#undef RFM_SEGMENT
};
const size_t rfm_customary_count = sizeof customary / sizeof customary[0];

RfmSegment rfm_customary(size_t index, Language language)
{
    ASSERT(index < rfm_customary_count);
    enum { GRID = 5 };
    return (RfmSegment){.name = text_of(customary[index].names[language]),
                        .from = {customary[index].recency_from, customary[index].frequency_from, 1},
                        .to = {customary[index].recency_to, customary[index].frequency_to, GRID}};
}

/* ---- scores ---- */

Status rfm_scale_check(const RfmScale *scale, Error *err)
{
    if (scale->grid < 2 || scale->grid > RFM_GRID_MAX)
        return error_set(err, STATUS_INVALID, "a grid has scores from 1 to 2 .. %d", RFM_GRID_MAX);
    return scale->has_borders ? bands_check(scale->borders, scale->grid - 1U, err) : STATUS_OK;
}

static void score_by_borders(const NumberColumn *column, const uint64_t *scored,
                             const RfmScale *scale, uint8_t *scores)
{
    for (size_t i = 0; i < column->count; i++) {
        if ((scored[i / 64] >> (i % 64) & 1) == 0) continue;
        size_t band = bands_find(scale->borders, scale->grid - 1U, column->values[i]);
        scores[i] = (uint8_t)(scale->is_lower_better ? scale->grid - band : band + 1);
    }
}

/* A score s wants at least `worse` others below the value, the least number with worse / count at
 * least (s - 1) / grid: the value is then above the one of that rank. Lower is better: the same of
 * the values turned round. */
static void find_edges(const int64_t *values, size_t count, unsigned grid, int64_t *ret_edges)
{
    for (size_t s = 1; s < grid; s++) {
        size_t worse = (s * count + grid - 1) / grid;
        ret_edges[s - 1] = order_select(values, count, worse - 1);
    }
}

static void score_by_quantiles(const NumberColumn *column, const uint64_t *scored,
                               const RfmScale *scale, uint8_t *scores)
{
    int64_t *values = memory_alloc_large(memory_product(column->count, sizeof *values));
    int64_t edges[RFM_GRID_MAX], turn = scale->is_lower_better ? -1 : 0;
    size_t count = 0, edges_count = scale->grid - 1U;
    /* ~v turns the order of v round without overflow */
    for (size_t i = 0; i < column->count; i++)
        if ((scored[i / 64] >> (i % 64) & 1) != 0) values[count++] = column->values[i] ^ turn;
    if (count > 0) find_edges(values, count, scale->grid, edges);
    free(values);
    for (size_t i = 0; i < column->count; i++) {
        if ((scored[i / 64] >> (i % 64) & 1) == 0) continue;
        int64_t value = column->values[i] ^ turn;
        unsigned score = 1;
        for (size_t s = 0; s < edges_count; s++)
            score += value > edges[s];
        scores[i] = (uint8_t)score;
    }
}

void rfm_score(const NumberColumn *column, const uint64_t *scored, const RfmScale *scale,
               uint8_t *ret_scores)
{
    memset(ret_scores, 0, column->count);
    if (scale->has_borders)
        score_by_borders(column, scored, scale, ret_scores);
    else
        score_by_quantiles(column, scored, scale, ret_scores);
}

/* ---- the map ---- */

size_t rfm_map_find(const RfmMap *map, const uint8_t scores[RFM_METRICS])
{
    size_t place = 0;
    for (; place < map->count; place++) {
        const RfmSegment *segment = &map->items[place];
        bool is_in = true;
        for (size_t m = 0; m < RFM_METRICS; m++)
            is_in &= scores[m] >= segment->from[m] && scores[m] <= segment->to[m];
        if (is_in) break;
    }
    return place;
}

static Status check_boxes(const RfmMap *map, const uint8_t grids[RFM_METRICS], Error *err)
{
    if (map->count == 0 || map->count > RFM_SEGMENTS_MAX)
        return error_set(err, STATUS_INVALID, "a map has 1 to %d segments", RFM_SEGMENTS_MAX);
    for (size_t i = 0; i < map->count; i++)
        for (size_t m = 0; m < RFM_METRICS; m++) {
            const RfmSegment *segment = &map->items[i];
            if (segment->from[m] >= 1 && segment->from[m] <= segment->to[m] &&
                segment->to[m] <= grids[m])
                continue;
            return error_set(err, STATUS_INVALID, "the segment '%.*s' is not within scores 1 to %u",
                             TEXT_FORMAT(segment->name), grids[m]);
        }
    return STATUS_OK;
}

Status rfm_map_check(const RfmMap *map, const uint8_t grids[RFM_METRICS], Error *err)
{
    bool is_used[RFM_SEGMENTS_MAX] = {false};
    TRY(check_boxes(map, grids, err));
    uint8_t cell[RFM_METRICS];
    for (cell[0] = grids[0]; cell[0] >= 1; cell[0]--)
        for (cell[1] = grids[1]; cell[1] >= 1; cell[1]--)
            for (cell[2] = grids[2]; cell[2] >= 1; cell[2]--) {
                size_t place = rfm_map_find(map, cell);
                if (place == map->count)
                    return error_set(err, STATUS_INVALID,
                                     "the map has no segment for R %u, F %u, M %u", cell[0],
                                     cell[1], cell[2]);
                is_used[place] = true;
            }
    for (size_t i = 0; i < map->count; i++)
        if (!is_used[i])
            return error_set(err, STATUS_INVALID,
                             "nobody can be in the segment '%.*s': those before it take its cells",
                             TEXT_FORMAT(map->items[i].name));
    return STATUS_OK;
}
