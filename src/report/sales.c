/* sales.c -- sales of segments by period: revenue, cost, profit, orders, customers, returns.
 *
 * Profit and margin are those of the lines that have a cost; lines without one are counted. A
 * return is a line with a negative amount. An order counts in every period it has lines in, and
 * once in the whole. */
#include "model/built_in.h"
#include "report/periods.h"
#include "report/scan.h"

typedef struct {
    Int128 revenue, cost, profit;
    Int128 profit_revenue; /* of the lines with a cost */
    Int128 returned;
    uint64_t lines, orders, customers, return_lines, costless_lines;
} Sales;

/* One thread's: by group, a cell per period and one for all of them. */
typedef struct {
    const Periods *periods;
    size_t groups_count;
    Sales *cells;
} SalesState;

static Sales *cell_of(const SalesState *state, size_t group, size_t period)
{
    return &state->cells[group * (state->periods->count + 1) + period];
}

static void sales_add(Sales *target, const Sales *sales)
{
    target->revenue += sales->revenue;
    target->cost += sales->cost;
    target->profit += sales->profit;
    target->profit_revenue += sales->profit_revenue;
    target->returned += sales->returned;
    target->lines += sales->lines;
    target->orders += sales->orders;
    target->customers += sales->customers;
    target->return_lines += sales->return_lines;
    target->costless_lines += sales->costless_lines;
}

/* ---- a customer ---- */

typedef struct {
    SalesState *state;
    const ScanRows *rows;
    ScanEvents events;
    ScanNumbers days, amounts, costs;
    ScanClasses orders;
    /* By class of an order: the number of the period, or of the customer, it was last seen in. */
    uint32_t *seen_in_period, *seen_in_all;
    uint32_t periods_seen, customers_seen;
} SalesChunk;

static Sales line_of(const SalesChunk *chunk, uint64_t index)
{
    Sales line = {.lines = 1};
    bool has_amount = scan_has(&chunk->amounts, index), has_cost = scan_has(&chunk->costs, index);
    if (has_amount) {
        line.revenue = chunk->amounts.values[index];
        line.return_lines = line.revenue < 0;
        line.returned = line.revenue < 0 ? -line.revenue : 0;
    }
    if (has_cost) line.cost = chunk->costs.values[index];
    if (has_amount && has_cost) {
        line.profit = line.revenue - line.cost;
        line.profit_revenue = line.revenue;
    }
    line.costless_lines = !has_cost;
    return line;
}

static bool is_first(uint32_t *seen, uint32_t order, uint32_t mark)
{
    if (order == 0 || seen[order] == mark) return false;
    seen[order] = mark;
    return true;
}

static void put(const SalesChunk *chunk, uint64_t mask, int64_t period, Sales *sales)
{
    if (sales->lines == 0) return;
    sales->customers = 1;
    for (uint64_t left = mask; left != 0; left &= left - 1)
        sales_add(cell_of(chunk->state, (size_t)__builtin_ctzll(left), (size_t)period), sales);
    *sales = (Sales){0};
}

/* His events come in the order of time, so a period is finished when the next one begins. */
static void add_customer(SalesChunk *chunk, uint32_t row, uint64_t mask)
{
    const uint32_t *offsets = chunk->events.stream->offsets;
    const Periods *periods = chunk->state->periods;
    Sales all = {0}, now = {0};
    int64_t period = -1;
    chunk->customers_seen++;
    for (uint64_t i = offsets[row] - chunk->events.begin;
         i < offsets[row + 1] - chunk->events.begin; i++) {
        int32_t found = periods_find(periods, chunk->days.values[i]);
        if (found < 0) continue;
        if (found != period) {
            put(chunk, mask, period, &now);
            period = found;
            chunk->periods_seen++;
        }
        Sales line = line_of(chunk, i);
        uint32_t order = chunk->orders.numbers[i];
        line.orders = is_first(chunk->seen_in_period, order, chunk->periods_seen);
        sales_add(&now, &line);
        line.orders = is_first(chunk->seen_in_all, order, chunk->customers_seen);
        sales_add(&all, &line);
    }
    put(chunk, mask, period, &now);
    put(chunk, mask, (int64_t)periods->count, &all);
}

static void add_rows(void *context, const ScanRows *rows)
{
    SalesChunk chunk = {
        .state = context, .rows = rows, .events = scan_events(rows, STREAM_PURCHASE)};
    if (chunk.events.begin == chunk.events.end) return;
    const Column *fields = chunk.events.stream->fields;
    Arena *scratch = rows->scratch;
    chunk.days = scan_numbers(&chunk.events, &chunk.events.stream->day, scratch);
    chunk.amounts = scan_numbers(&chunk.events, &fields[PURCHASE_AMOUNT], scratch);
    chunk.costs = scan_numbers(&chunk.events, &fields[PURCHASE_COST], scratch);
    chunk.orders = scan_classes(rows, &chunk.events, &fields[PURCHASE_ORDER]);
    chunk.seen_in_period = ARENA_ARRAY(scratch, uint32_t, chunk.orders.numbers_max + 1);
    chunk.seen_in_all = ARENA_ARRAY(scratch, uint32_t, chunk.orders.numbers_max + 1);
    for (uint32_t row = rows->row_begin; row < rows->row_end; row++)
        if (rows->masks[row - rows->row_begin] != 0)
            add_customer(&chunk, row, rows->masks[row - rows->row_begin]);
}

/* ---- everybody ---- */

static Status count_sales(const Reporting *reporting, const Periods *periods, SalesState *ret_sales,
                          Error *err)
{
    enum { CELLS_MAX = 1 << 20 };
    size_t groups = reporting->subjects.count + 1, cells = groups * (periods->count + 1);
    size_t threads = scan_threads(reporting->context);
    if (cells * threads > CELLS_MAX)
        return error_set(err, STATUS_LIMIT,
                         "%zu segments by %zu periods are too many; take longer periods",
                         reporting->subjects.count, periods->count);
    SalesState *states = ARENA_ARRAY(reporting->arena, SalesState, threads);
    void **pointers = ARENA_ARRAY(reporting->arena, void *, threads);
    for (size_t i = 0; i < threads; i++) {
        states[i] = (SalesState){periods, groups, ARENA_ARRAY(reporting->arena, Sales, cells)};
        pointers[i] = &states[i];
    }
    ScanJob job = {.work = add_rows,
                   .states = pointers,
                   .states_count = threads,
                   .groups = (UINT64_C(1) << groups) - 1,
                   .what = "sales"};
    TRY(scan_run(reporting, &job, err));
    for (size_t i = 1; i < threads; i++)
        for (size_t j = 0; j < cells; j++)
            sales_add(&states[0].cells[j], &states[i].cells[j]);
    *ret_sales = states[0];
    return STATUS_OK;
}

/* ---- tables ---- */

static const ReportColumnKind columns[] = {
    COLUMN_OF_GROUP,          COLUMN_OF_FROM,           COLUMN_OF_TO,
    COLUMN_OF_REVENUE,        COLUMN_OF_COST,           COLUMN_OF_PROFIT,
    COLUMN_OF_MARGIN,         COLUMN_OF_ORDERS,         COLUMN_OF_AVERAGE_ORDER,
    COLUMN_OF_CUSTOMERS,      COLUMN_OF_LINES,          COLUMN_OF_RETURNED,
    COLUMN_OF_RETURN_LINES,   COLUMN_OF_COSTLESS_LINES, COLUMN_OF_REVENUE_BEFORE,
    COLUMN_OF_REVENUE_CHANGE,
};
enum { COLUMNS_COUNT = sizeof columns / sizeof columns[0], COMPARED_COLUMNS = 2 };

typedef struct {
    Reporting *reporting;
    const Periods *periods;
    SalesState sales, before; /* cells of `before` are NULL when nothing is compared */
} SalesReport;

/* Lines none of which has a cost do not cost nothing: nobody knows. */
static bool is_costed(const Sales *cell)
{
    return cell->lines == 0 || cell->costless_lines < cell->lines;
}

static Status add_row(const SalesReport *sales, ReportTable *table, size_t group, size_t period,
                      Error *err)
{
    const Reporting *reporting = sales->reporting;
    const Periods *periods = sales->periods;
    bool is_whole = period == periods->count;
    Date from = periods->items[is_whole ? 0 : period].from;
    Date to = periods->items[is_whole ? periods->count - 1 : period].to;
    const Sales *cell = cell_of(&sales->sales, group, period);
    const ReportGroup *about = &reporting->subjects.groups[group];
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, about->label);
    row_date(&row, from);
    row_date(&row, to);
    row_money(&row, cell->revenue);
    row_money_known(&row, is_costed(cell), cell->cost);
    row_money_known(&row, is_costed(cell), cell->profit);
    row_share(&row, cell->profit, cell->profit_revenue);
    row_count(&row, cell->orders);
    row_share(&row, cell->revenue, (Int128)cell->orders * DECIMAL_POW10[MONEY_SCALE]);
    row_count(&row, cell->customers);
    row_count(&row, cell->lines);
    row_money(&row, cell->returned);
    row_count(&row, cell->return_lines);
    row_count(&row, cell->costless_lines);
    if (sales->before.cells != NULL) {
        Int128 before = cell_of(&sales->before, group, period)->revenue;
        row_money(&row, before);
        row_share(&row, cell->revenue - before, before);
    }
    Text rule = rule_and(about->rule, rule_bought(from, to, reporting->arena), reporting->arena);
    return row_end(&row, rule, err);
}

static Status make_tables(const SalesReport *sales, Error *err)
{
    Reporting *reporting = sales->reporting;
    size_t count = COLUMNS_COUNT - (sales->before.cells == NULL ? COMPARED_COLUMNS : 0);
    ReportTable *by_period =
        report_add_table(reporting->report, TABLE_OF_SALES, reporting->voice, columns, count);
    ReportTable *whole =
        report_add_table(reporting->report, TABLE_OF_TOTALS, reporting->voice, columns, count);
    size_t lines = subjects_lines(&reporting->subjects);
    for (size_t group = 0; group < lines; group++) {
        for (size_t period = 0; period < sales->periods->count; period++)
            TRY(add_row(sales, by_period, group, period, err));
        TRY(add_row(sales, whole, group, sales->periods->count, err));
    }
    uint64_t costless =
        cell_of(&sales->sales, subjects_total(&reporting->subjects), sales->periods->count)
            ->costless_lines;
    Text part = voice_count(reporting->voice, costless);
    if (costless > 0) report_add_note(reporting->report, NOTE_COSTLESS, reporting->voice, &part, 1);
    return STATUS_OK;
}

Status report_sales(Reporting *reporting, Error *err)
{
    Periods periods, earlier;
    const ReportPlan *plan = reporting->plan;
    TRY(periods_of_plan(reporting, UNIT_MONTH, &periods, err));
    SalesReport sales = {.reporting = reporting, .periods = &periods};
    TRY(count_sales(reporting, &periods, &sales.sales, err));
    if (plan->comparison != COMPARE_WITH_NOTHING) {
        Unit step = plan->has_step ? plan->step : UNIT_MONTH;
        Unit back = plan->comparison == COMPARE_WITH_YEAR ? UNIT_YEAR : step;
        earlier = periods_shifted(&periods, back, reporting->arena);
        TRY(count_sales(reporting, &earlier, &sales.before, err));
    }
    return make_tables(&sales, err);
}
