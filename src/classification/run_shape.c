/* run_shape.c -- what a run looks like: the curve of Pareto, the grid of RFM scores, the spread of
 * the variation. */
#include "classification/run_shape.h"

#include "analysis/xyz.h"

#include <stdlib.h>

/* ---- the curve ---- */

typedef struct {
    CurvePoint *items;
    size_t count, capacity;
} Points;

/* Rows stand by amount: those above 0 come first. */
static size_t count_positive(const RunTable *table, Int128 *ret_sum)
{
    size_t count = 0;
    *ret_sum = 0;
    while (count < table->rows_count && table->rows[count].has_amount &&
           table->rows[count].amount > 0)
        *ret_sum += table->rows[count++].amount;
    return count;
}

Status run_curve(const RunTable *table, Arena *arena, RunCurve *ret_curve, Error *err)
{
    Points points = {0};
    RunCurve curve = {0};
    if (!table->has_amount)
        return error_set(err, STATUS_CONFLICT,
                         "the run has no sums; give the classification an amount and run it again");
    curve.customers_count = count_positive(table, &curve.sum);
    for (size_t i = 0; i < curve.customers_count; i++) {
        const RunTableRow *row = &table->rows[i];
        bool is_last = i + 1 == curve.customers_count;
        bool ends_class = !is_last && table->rows[i + 1].class_number != row->class_number;
        bool is_step = i < 16 || i * CURVE_POINTS_USUAL / curve.customers_count !=
                                     (i + 1) * CURVE_POINTS_USUAL / curve.customers_count;
        bool is_crowd = points.count > (size_t)CURVE_POINTS_USUAL * 8;
        if (is_last || is_step || (ends_class && !is_crowd))
            ARENA_PUSH(arena, &points,
                       ((CurvePoint){i + 1, row->cumulative_share, row->class_number}));
    }
    curve.points = points.items;
    curve.count = points.count;
    *ret_curve = curve;
    return STATUS_OK;
}

/* ---- the grid ---- */

/* A score is written 543: recency 5, frequency 4, money 3. */
static void take_score(int64_t score, uint8_t ret_parts[3])
{
    ret_parts[0] = (uint8_t)(score / 100 % 10);
    ret_parts[1] = (uint8_t)(score / 10 % 10);
    ret_parts[2] = (uint8_t)(score % 10);
}

static const Value *scores_of(const RunTable *table)
{
    for (size_t c = 0; c < table->columns_count; c++)
        if (text_equal(table->columns[c].name, TEXT("score"))) return table->columns[c].values;
    return NULL;
}

static void widen(const RunTable *table, const Value *scores, uint8_t most[3])
{
    for (size_t i = 0; i < table->rows_count; i++) {
        uint8_t parts[3];
        if (value_is_missing(scores[i])) continue;
        take_score(scores[i].as.decimal, parts);
        for (size_t p = 0; p < 3; p++)
            if (parts[p] > most[p]) most[p] = parts[p];
    }
}

static void count_row(const RunTable *table, const RunTableRow *row, uint8_t money, GridCell *cell)
{
    cell->customers_count++;
    cell->money_scores += money;
    if (row->has_amount) cell->sum += row->amount;
    if (row->class_number == 0 || row->class_number > table->classes_count) return;
    cell->classes[row->class_number - 1].class_number = row->class_number;
    cell->classes[row->class_number - 1].customers_count++;
}

static int compare_classes(const void *a, const void *b)
{
    const GridClass *first = a, *second = b;
    if (first->customers_count != second->customers_count)
        return first->customers_count > second->customers_count ? -1 : 1;
    return (first->class_number > second->class_number) -
           (first->class_number < second->class_number);
}

static void sort_classes(GridCell *cell, size_t count)
{
    qsort(cell->classes, count, sizeof *cell->classes, compare_classes);
    while (cell->classes_count < count && cell->classes[cell->classes_count].customers_count > 0)
        cell->classes_count++;
}

Status run_grid(const RunTable *table, const uint8_t scores[3], Arena *arena, RunGrid *ret_grid,
                Error *err)
{
    const Value *found = scores_of(table);
    RunGrid grid = {.scores = {scores[0], scores[1], scores[2]},
                    .has_amount = table->has_amount,
                    .amount_type = table->amount_type};
    if (found == NULL)
        return error_set(err, STATUS_CONFLICT, "the run has no scores: it is not of the kind RFM");
    widen(table, found, grid.scores);
    size_t cells_count = (size_t)grid.scores[0] * grid.scores[1];
    grid.cells = ARENA_ARRAY(arena, GridCell, cells_count);
    for (size_t i = 0; i < cells_count; i++)
        grid.cells[i].classes = ARENA_ARRAY(arena, GridClass, table->classes_count);
    for (size_t i = 0; i < table->rows_count; i++) {
        uint8_t parts[3];
        if (value_is_missing(found[i])) continue;
        take_score(found[i].as.decimal, parts);
        if (parts[0] == 0 || parts[1] == 0) continue; /* he has a number, but not all three */
        size_t place = (size_t)(parts[0] - 1) * grid.scores[1] + parts[1] - 1;
        count_row(table, &table->rows[i], parts[2], &grid.cells[place]);
    }
    for (size_t i = 0; i < cells_count; i++)
        sort_classes(&grid.cells[i], table->classes_count);
    *ret_grid = grid;
    return STATUS_OK;
}

/* ---- the spread ---- */

/* Where the last bin begins, which has no end: nobody buys in more than all sub-periods; a
 * variation may be of any size, above 200 % it tells nothing more. */
enum { OPEN_BIN_OF_FREQUENCY = 10, OPEN_BIN_OF_VARIATION = 20 };

/* What an XYZ run was made from stands first; the frequency of an RFM run does not. */
static const RunTableColumn *spread_column(const RunTable *table, size_t *ret_open_bin)
{
    const RunTableColumn *first = table->columns;
    if (table->columns_count == 0) return NULL;
    *ret_open_bin = OPEN_BIN_OF_VARIATION;
    if (text_equal(first->name, TEXT("variation"))) return first;
    *ret_open_bin = OPEN_BIN_OF_FREQUENCY;
    return text_equal(first->name, TEXT("frequency")) ? first : NULL;
}

Status run_spread(const RunTable *table, Arena *arena, RunSpread *ret_spread, Error *err)
{
    RunSpread spread = {0};
    const RunTableColumn *column = spread_column(table, &spread.open_bin);
    if (column == NULL)
        return error_set(err, STATUS_CONFLICT,
                         "the run has no variation: it is not of the kind XYZ");
    SpreadBin *bins = ARENA_ARRAY(arena, SpreadBin, spread.open_bin + 1);
    for (size_t i = 0; i <= spread.open_bin; i++)
        bins[i].by_class = ARENA_ARRAY(arena, uint64_t, table->classes_count);
    for (size_t i = 0; i < table->rows_count; i++) {
        uint16_t class_number = table->rows[i].class_number;
        if (class_number == 0 || value_is_missing(column->values[i])) continue;
        int64_t step = SPREAD_STEP_PERCENT * DECIMAL_POW10[XYZ_SCALE];
        size_t bin = (size_t)(column->values[i].as.decimal / step);
        if (bin > spread.open_bin) bin = spread.open_bin;
        bins[bin].customers_count++;
        bins[bin].by_class[class_number - 1]++;
        if (bin >= spread.count) spread.count = bin + 1;
    }
    spread.column = column->name;
    spread.bins = bins;
    *ret_spread = spread;
    return STATUS_OK;
}
