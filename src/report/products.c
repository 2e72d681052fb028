/* products.c -- what segments buy: revenue, margin and customers by product, what one segment buys
 * and another does not, and who could be offered what his like buy. */
#include "model/built_in.h"
#include "report/catalogue.h"
#include "report/periods.h"
#include "report/scan.h"

#include <stdlib.h>

enum { CELLS_MAX = 1 << 21, ROWS_USUAL = 100 };

typedef struct {
    Int128 revenue, profit, profit_revenue;
    uint64_t lines, costless_lines, customers;
} Bought;

/* One thread's. */
typedef struct {
    const Catalogue *catalogue;
    Period period;
    Bought *cells;  /* by group, then product */
    uint32_t *seen; /* by product: the customer it was last seen with */
    uint32_t customers_seen;
} BoughtState;

/* ---- the pass ---- */

typedef struct {
    BoughtState *state;
    ScanEvents events;
    ScanNumbers days, items, amounts, costs;
} BoughtChunk;

static Bought line_of(const BoughtChunk *chunk, uint64_t index)
{
    Bought line = {.lines = 1};
    bool has_amount = scan_has(&chunk->amounts, index);
    if (has_amount) line.revenue = chunk->amounts.values[index];
    line.costless_lines = !scan_has(&chunk->costs, index);
    if (has_amount && line.costless_lines == 0) {
        line.profit = line.revenue - chunk->costs.values[index];
        line.profit_revenue = line.revenue;
    }
    return line;
}

static void bought_add(Bought *target, const Bought *bought)
{
    target->revenue += bought->revenue;
    target->profit += bought->profit;
    target->profit_revenue += bought->profit_revenue;
    target->lines += bought->lines;
    target->costless_lines += bought->costless_lines;
    target->customers += bought->customers;
}

static void add_line(BoughtState *state, uint64_t item, uint64_t mask, Bought *line)
{
    const Catalogue *catalogue = state->catalogue;
    const uint32_t *products = catalogue->of_items + catalogue->firsts[item];
    for (; *products != UINT32_MAX; products++) {
        line->customers = state->seen[*products] != state->customers_seen;
        state->seen[*products] = state->customers_seen;
        for (uint64_t left = mask; left != 0; left &= left - 1) {
            size_t group = (size_t)__builtin_ctzll(left);
            bought_add(&state->cells[group * catalogue->count + *products], line);
        }
    }
}

static void add_rows(void *context, const ScanRows *rows)
{
    BoughtState *state = context;
    BoughtChunk chunk = {.state = state, .events = scan_events(rows, STREAM_PURCHASE)};
    if (chunk.events.begin == chunk.events.end) return;
    const StreamColumns *stream = chunk.events.stream;
    chunk.days = scan_numbers(&chunk.events, &stream->day, rows->scratch);
    chunk.items = scan_numbers(&chunk.events, &stream->fields[PURCHASE_ITEM], rows->scratch);
    chunk.amounts = scan_numbers(&chunk.events, &stream->fields[PURCHASE_AMOUNT], rows->scratch);
    chunk.costs = scan_numbers(&chunk.events, &stream->fields[PURCHASE_COST], rows->scratch);
    for (uint32_t row = rows->row_begin; row < rows->row_end; row++) {
        uint64_t mask = rows->masks[row - rows->row_begin];
        uint64_t end = stream->offsets[row + 1] - chunk.events.begin;
        state->customers_seen += mask != 0;
        for (uint64_t i = stream->offsets[row] - chunk.events.begin; mask != 0 && i < end; i++) {
            int64_t day = chunk.days.values[i];
            if (day < state->period.from.day || day > state->period.to.day) continue;
            Bought line = line_of(&chunk, i);
            uint64_t item = chunk.items.is_empty ? 0 : (uint64_t)chunk.items.values[i];
            add_line(state, item_row_id(image_items(rows->image), item), mask, &line);
        }
    }
}

static Status count_bought(const Reporting *reporting, const Catalogue *catalogue, Period period,
                           const Bought **ret_cells, Error *err)
{
    size_t threads = scan_threads(reporting->context), groups = reporting->subjects.groups_count;
    if (catalogue->count > CELLS_MAX / groups / threads)
        return error_set(err, STATUS_LIMIT,
                         "%zu products of %zu segments are too many; ask for groups of items",
                         catalogue->count, reporting->subjects.count);
    size_t cells = groups * catalogue->count;
    BoughtState *states = ARENA_ARRAY(reporting->arena, BoughtState, threads);
    void **pointers = ARENA_ARRAY(reporting->arena, void *, threads);
    for (size_t i = 0; i < threads; i++) {
        states[i] =
            (BoughtState){.catalogue = catalogue,
                          .period = period,
                          .cells = ARENA_ARRAY(reporting->arena, Bought, cells),
                          .seen = ARENA_ARRAY(reporting->arena, uint32_t, catalogue->count)};
        pointers[i] = &states[i];
    }
    ScanJob job = {add_rows, pointers, threads, (UINT64_C(1) << groups) - 1, "products"};
    TRY(scan_run(reporting, &job, err));
    for (size_t i = 1; i < threads; i++)
        for (size_t j = 0; j < cells; j++)
            bought_add(&states[0].cells[j], &states[i].cells[j]);
    *ret_cells = states[0].cells;
    return STATUS_OK;
}

/* ---- what the tables share ---- */

typedef struct {
    Reporting *reporting;
    const Catalogue *catalogue;
    Period period;
    const Bought *cells;
    Int128 *revenues; /* by group: of all products, each line once */
    size_t rows_max;
} Products;

static const Bought *cell_of(const Products *products, size_t group, size_t product)
{
    return &products->cells[group * products->catalogue->count + product];
}

static double penetration_of(const Products *products, size_t group, size_t product)
{
    uint64_t all = products->reporting->subjects.groups[group].customers_count;
    return all == 0 ? 0.0 : (double)cell_of(products, group, product)->customers / (double)all;
}

static Text purchase_rule(const Products *products, const char *function, size_t group,
                          size_t product)
{
    char a[DATE_TEXT_MAX], b[DATE_TEXT_MAX];
    Arena *arena = products->reporting->arena;
    Text from = date_print_iso(products->period.from, a);
    Text to = date_print_iso(products->period.to, b);
    Text condition = products->catalogue->items[product].condition;
    Text bought = arena_printf(arena, "%s(purchase where %.*s, from %.*s to %.*s)", function,
                               TEXT_FORMAT(condition), TEXT_FORMAT(from), TEXT_FORMAT(to));
    return rule_and(products->reporting->subjects.groups[group].rule, bought, arena);
}

/* A line of a sorted list: places by a number, the larger first. */
typedef struct {
    double key;
    size_t product, group, other;
} Place;

static int by_key(const void *a, const void *b)
{
    const Place *left = a, *right = b;
    if (left->key != right->key) return left->key > right->key ? -1 : 1;
    if (left->product != right->product) return left->product < right->product ? -1 : 1;
    return left->group < right->group ? -1 : left->group > right->group;
}

typedef struct {
    Place *items;
    size_t count, capacity;
} Places;

static size_t sort_places(const Products *products, Places *places)
{
    if (places->count > 1) qsort(places->items, places->count, sizeof(Place), by_key);
    size_t shown = places->count < products->rows_max ? places->count : products->rows_max;
    report_note_rows(products->reporting->report, products->reporting->voice, shown, places->count);
    return shown;
}

/* ---- the matrix ---- */

static const ReportColumnKind columns[] = {
    COLUMN_OF_PRODUCT, COLUMN_OF_GROUP,  COLUMN_OF_REVENUE,   COLUMN_OF_SHARE,
    COLUMN_OF_PROFIT,  COLUMN_OF_MARGIN, COLUMN_OF_CUSTOMERS, COLUMN_OF_PENETRATION,
    COLUMN_OF_INDEX,   COLUMN_OF_LINES,
};

static Status add_cell(const Products *products, ReportTable *table, size_t group, size_t product,
                       Error *err)
{
    const Reporting *reporting = products->reporting;
    const Bought *cell = cell_of(products, group, product);
    size_t base = subjects_base(&reporting->subjects);
    double penetration = penetration_of(products, group, product);
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, products->catalogue->items[product].label);
    row_text(&row, reporting->subjects.groups[group].label);
    row_money(&row, cell->revenue);
    row_share(&row, cell->revenue, products->revenues[group]);
    row_money_known(&row, cell->lines == 0 || cell->costless_lines < cell->lines, cell->profit);
    row_share(&row, cell->profit, cell->profit_revenue);
    row_count(&row, cell->customers);
    row_ratio(&row, penetration);
    row_ratio(&row, 100.0 * penetration / penetration_of(products, base, product));
    row_count(&row, cell->lines);
    return row_end(&row, purchase_rule(products, "any", group, product), err);
}

/* Whether a group has lines in the matrix: the base stands beside written groups. */
static bool has_lines(const Reporting *reporting, size_t group)
{
    const Subjects *subjects = &reporting->subjects;
    if (group == subjects_base(subjects)) return reporting->plan->subjects_count > 0;
    return group < subjects_lines(subjects);
}

static Status make_matrix(const Products *products, Error *err)
{
    Reporting *reporting = products->reporting;
    Places places = {0};
    size_t total = subjects_total(&reporting->subjects);
    for (size_t i = 0; i < products->catalogue->count; i++) {
        const Bought *cell = cell_of(products, total, i);
        if (cell->lines == 0) continue;
        ARENA_PUSH(reporting->arena, &places, ((Place){(double)cell->revenue, i, 0, 0}));
    }
    ReportTable *table = report_add_table(reporting->report, TABLE_OF_PRODUCTS, reporting->voice,
                                          columns, sizeof columns / sizeof columns[0]);
    size_t shown = sort_places(products, &places);
    for (size_t i = 0; i < shown; i++)
        for (size_t group = 0; group < reporting->subjects.groups_count; group++)
            if (has_lines(reporting, group))
                TRY(add_cell(products, table, group, places.items[i].product, err));
    return STATUS_OK;
}

/* ---- gaps ---- */

static const ReportColumnKind gap_columns[] = {COLUMN_OF_PRODUCT,           COLUMN_OF_GROUP,
                                               COLUMN_OF_PENETRATION,       COLUMN_OF_OTHER_GROUP,
                                               COLUMN_OF_OTHER_PENETRATION, COLUMN_OF_CUSTOMERS};

/* What the rows of gaps and candidates are about: those who did not buy. */
static uint64_t others_count(const Products *products, size_t group, size_t product)
{
    return products->reporting->subjects.groups[group].customers_count -
           cell_of(products, group, product)->customers;
}

static Status add_gap(const Products *products, ReportTable *table, const Place *place, Error *err)
{
    const Reporting *reporting = products->reporting;
    const ReportGroup *groups = reporting->subjects.groups;
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, products->catalogue->items[place->product].label);
    row_text(&row, groups[place->group].label);
    row_ratio(&row, penetration_of(products, place->group, place->product));
    row_text(&row, groups[place->other].label);
    row_ratio(&row, penetration_of(products, place->other, place->product));
    row_count(&row, others_count(products, place->other, place->product));
    return row_end(&row, purchase_rule(products, "none", place->other, place->product), err);
}

static void find_gaps(const Products *products, size_t product, Places *places)
{
    const Reporting *reporting = products->reporting;
    const ReportPlan *plan = reporting->plan;
    double high = plan->gap_high > 0.0 ? plan->gap_high : 0.4;
    double low = plan->gap_low > 0.0 ? plan->gap_low : 0.02;
    size_t count = reporting->subjects.count;
    for (size_t i = 0; i < count; i++) {
        double here = penetration_of(products, i, product);
        for (size_t j = 0; here >= high && j < count; j++) {
            double there = penetration_of(products, j, product);
            if (i == j || there > low || reporting->subjects.groups[j].customers_count == 0)
                continue;
            ARENA_PUSH(reporting->arena, places, ((Place){here - there, product, i, j}));
        }
    }
}

static Status make_gaps(const Products *products, Error *err)
{
    Reporting *reporting = products->reporting;
    Places places = {0};
    if (reporting->subjects.count < 2) return STATUS_OK;
    for (size_t i = 1; i < products->catalogue->count; i++)
        find_gaps(products, i, &places);
    ReportTable *table = report_add_table(reporting->report, TABLE_OF_GAPS, reporting->voice,
                                          gap_columns, sizeof gap_columns / sizeof gap_columns[0]);
    size_t shown = sort_places(products, &places);
    for (size_t i = 0; i < shown; i++)
        TRY(add_gap(products, table, &places.items[i], err));
    return STATUS_OK;
}

/* ---- candidates ---- */

static const ReportColumnKind candidate_columns[] = {COLUMN_OF_PRODUCT, COLUMN_OF_GROUP,
                                                     COLUMN_OF_PENETRATION, COLUMN_OF_CUSTOMERS,
                                                     COLUMN_OF_REVENUE_EACH};

static Status add_candidates(const Products *products, ReportTable *table, const Place *place,
                             Error *err)
{
    const Reporting *reporting = products->reporting;
    const Bought *cell = cell_of(products, place->group, place->product);
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, products->catalogue->items[place->product].label);
    row_text(&row, reporting->subjects.groups[place->group].label);
    row_ratio(&row, penetration_of(products, place->group, place->product));
    row_count(&row, others_count(products, place->group, place->product));
    row_share(&row, cell->revenue, (Int128)cell->customers * DECIMAL_POW10[MONEY_SCALE]);
    return row_end(&row, purchase_rule(products, "none", place->group, place->product), err);
}

/* The first are those who would bring most if each bought as much as a buyer does. */
static Status make_candidates(const Products *products, Error *err)
{
    Reporting *reporting = products->reporting;
    Places places = {0};
    double minimum =
        reporting->plan->candidates_minimum > 0.0 ? reporting->plan->candidates_minimum : 0.2;
    for (size_t group = 0; group < reporting->subjects.count; group++)
        for (size_t i = 1; i < products->catalogue->count; i++) {
            const Bought *cell = cell_of(products, group, i);
            uint64_t others = others_count(products, group, i);
            if (cell->customers == 0 || others == 0 || penetration_of(products, group, i) < minimum)
                continue;
            double each = (double)cell->revenue / (double)cell->customers;
            ARENA_PUSH(reporting->arena, &places, ((Place){each * (double)others, i, group, 0}));
        }
    ReportTable *table =
        report_add_table(reporting->report, TABLE_OF_CANDIDATES, reporting->voice,
                         candidate_columns, sizeof candidate_columns / sizeof candidate_columns[0]);
    size_t shown = sort_places(products, &places);
    for (size_t i = 0; i < shown; i++)
        TRY(add_candidates(products, table, &places.items[i], err));
    return STATUS_OK;
}

/* ---- the report ---- */

static Status sum_revenues(Products *products, Error *err)
{
    Reporting *reporting = products->reporting;
    Catalogue all = {.items = products->catalogue->items, .count = 1};
    uint32_t *firsts =
        ARENA_ARRAY(reporting->arena, uint32_t, products->catalogue->items_count + 1);
    static const uint32_t the_one[] = {0, UINT32_MAX};
    const Bought *cells;
    all.firsts = firsts;
    all.of_items = the_one;
    TRY(count_bought(reporting, &all, products->period, &cells, err));
    products->revenues = ARENA_ARRAY(reporting->arena, Int128, reporting->subjects.groups_count);
    for (size_t i = 0; i < reporting->subjects.groups_count; i++)
        products->revenues[i] = cells[i].revenue;
    return STATUS_OK;
}

Status report_products(Reporting *reporting, Error *err)
{
    Periods periods;
    Catalogue catalogue;
    TRY(periods_of_plan(reporting, UNIT_MONTH, &periods, err));
    TRY(catalogue_open(reporting, &catalogue, err));
    Products products = {.reporting = reporting,
                         .catalogue = &catalogue,
                         .period = {reporting->report->from, reporting->report->to},
                         .rows_max = reporting->plan->rows_max > 0 ? reporting->plan->rows_max
                                                                   : ROWS_USUAL};
    TRY(count_bought(reporting, &catalogue, products.period, &products.cells, err));
    TRY(sum_revenues(&products, err));
    TRY(make_matrix(&products, err));
    TRY(make_gaps(&products, err));
    return make_candidates(&products, err);
}
