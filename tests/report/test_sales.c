/* test_sales.c -- sales by period: every cell against one pass over the rows. */
#include "report/company.h"

typedef struct {
    Int128 revenue, cost, profit, returned;
    int64_t lines, orders, customers, return_lines, costless;
} Expected;

/* Whether an earlier line of this customer between the days has the same order. */
static bool is_repeated(const EventRows *events, size_t index, Date from)
{
    Value order = events->items[index].values[PURCHASE_ORDER];
    for (size_t i = 0; i < index; i++)
        if (moment_date(events->items[i].at).day >= from.day &&
            value_equal(events->items[i].values[PURCHASE_ORDER], order))
            return true;
    return false;
}

static void add_line(Expected *expected, const EventRows *events, size_t index, Date from)
{
    const Value *values = events->items[index].values;
    Value amount = values[PURCHASE_AMOUNT], cost = values[PURCHASE_COST];
    bool has_amount = !value_is_missing(amount), has_cost = !value_is_missing(cost);
    expected->lines++;
    if (has_amount) expected->revenue += amount.as.decimal;
    if (has_cost) expected->cost += cost.as.decimal;
    if (has_amount && has_cost) expected->profit += amount.as.decimal - cost.as.decimal;
    if (has_amount && amount.as.decimal < 0) {
        expected->returned -= amount.as.decimal;
        expected->return_lines++;
    }
    expected->costless += !has_cost;
    expected->orders +=
        !value_is_missing(values[PURCHASE_ORDER]) && !is_repeated(events, index, from);
}

static Expected expect_sales(const Company *company, size_t group, Date from, Date to)
{
    Expected expected = {0};
    for (size_t i = 0; i < company->population->people.count; i++) {
        const Person *person = &company->population->people.items[i];
        const EventRows *events = &person->events[STREAM_PURCHASE];
        int64_t before = expected.lines;
        if (!company_is_in(person, group)) continue;
        for (size_t j = 0; j < events->count; j++) {
            Date day = moment_date(events->items[j].at);
            if (day.day >= from.day && day.day <= to.day) add_line(&expected, events, j, from);
        }
        expected.customers += expected.lines > before;
    }
    return expected;
}

static void check_row(const Company *company, const ReportTable *table, size_t row, size_t group)
{
    Date from = report_value(table, row, "from").as.date;
    Date to = report_value(table, row, "to").as.date;
    Expected expected = expect_sales(company, group, from, to);
    EXPECT_MONEY(report_value(table, row, "revenue"), expected.revenue);
    if (expected.lines > 0 && expected.costless == expected.lines) {
        EXPECT(value_is_missing(report_value(table, row, "cost")));
        EXPECT(value_is_missing(report_value(table, row, "profit")));
    } else {
        EXPECT_MONEY(report_value(table, row, "cost"), expected.cost);
        EXPECT_MONEY(report_value(table, row, "profit"), expected.profit);
    }
    EXPECT_MONEY(report_value(table, row, "returned"), expected.returned);
    EXPECT_MONEY(report_value(table, row, "lines"), expected.lines);
    EXPECT_MONEY(report_value(table, row, "orders"), expected.orders);
    EXPECT_MONEY(report_value(table, row, "customers"), expected.customers);
    EXPECT_MONEY(report_value(table, row, "return_lines"), expected.return_lines);
    EXPECT_MONEY(report_value(table, row, "lines_without_cost"), expected.costless);
}

TEST(every_cell_is_what_the_rows_say)
{
    static const Unit steps[] = {UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR, UNIT_DAY};
    for (uint64_t seed = 1; seed <= 5; seed++) {
        AUTO(company_done) Company *company = company_new(harness_seed() + seed);
        ReportPlan plan = company_plan(REPORT_SALES);
        plan.has_from = plan.has_step = true;
        plan.from = date_of(2025, 11, 5);
        plan.step = steps[seed - 1];
        if (plan.step == UNIT_DAY) plan.from = date_of(2026, 3, 10);
        const Report *report = company_report(company, &plan);
        const ReportTable *sales = &report->tables[0], *totals = &report->tables[1];
        EXPECT_INT(report_rows_count(totals), COMPANY_GROUPS + 1);
        size_t periods = report_rows_count(sales) / (COMPANY_GROUPS + 1);
        for (size_t row = 0; row < report_rows_count(sales); row++)
            check_row(company, sales, row, row / periods);
        for (size_t row = 0; row < report_rows_count(totals); row++)
            check_row(company, totals, row, row);
    }
}

/* The as-of day hides what comes after it, and an empty segment is empty, not everybody. */
TEST(the_total_counts_each_customer_once)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 20);
    ReportPlan plan = company_plan(REPORT_SALES);
    const Report *report = company_report(company, &plan);
    const ReportTable *totals = report_find_table(report, TEXT("totals"));
    EXPECT_INT(report_value(totals, 2, "customers").as.decimal, 0);
    EXPECT_INT(report_value(totals, 2, "revenue").as.decimal, 0);
    EXPECT(value_is_missing(report_value(totals, 2, "margin")));
    int64_t moscow = report_value(totals, 0, "customers").as.decimal;
    int64_t vip = report_value(totals, 1, "customers").as.decimal;
    EXPECT(report_value(totals, 3, "customers").as.decimal < moscow + vip);
    EXPECT_INT(report->groups_count, COMPANY_GROUPS + 1);
    EXPECT_TEXT(text_of(report->notes.items[0].key), "empty-group");
    EXPECT_TEXT(text_of(report->notes.items[1].key), "distinct-total");
    EXPECT_INT(report->to.day, date_of(2026, 3, 31).day);
    EXPECT_INT(report->from.day, date_of(2025, 4, 1).day);
}

TEST(each_period_stands_beside_the_same_one_before)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 30);
    ReportPlan plan = company_plan(REPORT_SALES);
    plan.subjects_count = 1;
    plan.has_from = plan.has_to = true;
    plan.from = date_of(2026, 1, 1);
    plan.to = date_of(2026, 3, 15);
    plan.comparison = COMPARE_WITH_PREVIOUS;
    const ReportTable *sales = &company_report(company, &plan)->tables[0];
    const Date before[][2] = {{date_of(2025, 12, 1), date_of(2025, 12, 31)},
                              {date_of(2026, 1, 1), date_of(2026, 1, 31)},
                              {date_of(2026, 2, 1), date_of(2026, 2, 15)}};
    for (size_t i = 0; i < 3; i++)
        EXPECT_MONEY(report_value(sales, i, "revenue_before"),
                     expect_sales(company, 0, before[i][0], before[i][1]).revenue);
    plan.comparison = COMPARE_WITH_YEAR;
    sales = &company_report(company, &plan)->tables[0];
    EXPECT_MONEY(report_value(sales, 1, "revenue_before"),
                 expect_sales(company, 0, date_of(2025, 2, 1), date_of(2025, 2, 28)).revenue);
}

TEST(periods_that_make_no_sense_are_refused)
{
    AUTO(company_done) Company *company = company_new(1);
    ReportPlan plan = company_plan(REPORT_SALES);
    Report report;
    plan.has_from = plan.has_step = true;
    plan.from = date_of(2026, 4, 1);
    EXPECT_STATUS(report_run(&company->context, &plan, company->arena, &report, &company->err),
                  STATUS_INVALID, &company->err);
    plan.from = date_of(1, 1, 1);
    plan.step = UNIT_DAY;
    EXPECT_STATUS(report_run(&company->context, &plan, company->arena, &report, &company->err),
                  STATUS_LIMIT, &company->err);
    const ReportSubject wrong = {.rule = {"city =", 6}};
    plan = (ReportPlan){.kind = REPORT_SALES, .subjects = &wrong, .subjects_count = 1};
    EXPECT_STATUS(report_run(&company->context, &plan, company->arena, &report, &company->err),
                  STATUS_INVALID, &company->err);
}
