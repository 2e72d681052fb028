/* test_retention.c -- cohorts by first purchase: every cell against one pass over the rows. */
#include "report/company.h"

typedef struct {
    int64_t size, customers;
    Int128 revenue;
} Expected;

static bool is_within(Date day, Date from, Date to)
{
    return day.day >= from.day && day.day <= to.day;
}

static Expected expect_cell(const Company *company, size_t group, const Date born[2],
                            const Date age[2])
{
    Expected expected = {0};
    for (size_t i = 0; i < company->population->people.count; i++) {
        const Person *person = &company->population->people.items[i];
        const EventRows *events = &person->events[STREAM_PURCHASE];
        if (!company_is_in(person, group) || events->count == 0) continue;
        if (!is_within(moment_date(events->items[0].at), born[0], born[1])) continue;
        bool has_bought = false;
        for (size_t j = 0; j < events->count; j++) {
            if (!is_within(moment_date(events->items[j].at), age[0], age[1])) continue;
            Value amount = events->items[j].values[PURCHASE_AMOUNT];
            has_bought = true;
            if (!value_is_missing(amount)) expected.revenue += amount.as.decimal;
        }
        expected.size++;
        expected.customers += has_bought;
    }
    return expected;
}

static size_t group_of(const ReportTable *table, size_t row)
{
    Text label = report_value(table, row, "group").as.text;
    return text_equal(label, TEXT("Москва")) ? 0 : text_equal(label, TEXT("VIP")) ? 1 : 3;
}

static void check(const Company *company, const ReportTable *table, Unit step)
{
    for (size_t row = 0; row < report_rows_count(table); row++) {
        Date first = report_value(table, row, "cohort").as.date;
        Date last = date_period_end(first, step);
        const Date born[] = {
            first, {last.day < date_of(2026, 3, 31).day ? last.day : date_of(2026, 3, 31).day}};
        const Date age[] = {report_value(table, row, "from").as.date,
                            report_value(table, row, "to").as.date};
        Expected expected = expect_cell(company, group_of(table, row), born, age);
        EXPECT_MONEY(report_value(table, row, "cohort_customers"), expected.size);
        EXPECT_MONEY(report_value(table, row, "customers"), expected.customers);
        EXPECT_MONEY(report_value(table, row, "revenue"), expected.revenue);
    }
}

TEST(every_cell_of_a_cohort_is_what_the_rows_say)
{
    static const Unit steps[] = {UNIT_MONTH, UNIT_QUARTER, UNIT_WEEK};
    for (size_t i = 0; i < 3; i++) {
        AUTO(company_done) Company *company = company_new(harness_seed() + i);
        ReportPlan plan = company_plan(REPORT_RETENTION);
        plan.has_from = plan.has_step = true;
        plan.from = date_of(2025, 2, 3);
        plan.step = steps[i];
        if (plan.step == UNIT_WEEK) plan.from = date_of(2026, 1, 1);
        const ReportTable *table = &company_report(company, &plan)->tables[0];
        EXPECT(report_rows_count(table) > 10);
        check(company, table, plan.step);
    }
}

/* Everybody of a cohort has bought at age 0, and every customer is in one cohort. */
TEST(cohorts_divide_the_buyers)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 9);
    ReportPlan plan = company_plan(REPORT_RETENTION);
    plan.subjects_count = 0;
    plan.has_from = true;
    plan.from = date_of(2025, 1, 1);
    const ReportTable *table = &company_report(company, &plan)->tables[0];
    int64_t born = 0, buyers = 0;
    for (size_t row = 0; row < report_rows_count(table); row++) {
        if (report_value(table, row, "age").as.decimal != 0) continue;
        EXPECT(report_value(table, row, "share").as.ratio == 1.0);
        born += report_value(table, row, "cohort_customers").as.decimal;
    }
    for (size_t i = 0; i < company->population->people.count; i++) {
        const EventRows *events = &company->population->people.items[i].events[STREAM_PURCHASE];
        buyers += events->count > 0 && moment_date(events->items[0].at).day <= plan.as_of.day;
    }
    EXPECT_INT(born, buyers);
}

TEST(ages_of_days_count_from_each_first_purchase)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 10);
    ReportPlan plan = company_plan(REPORT_RETENTION);
    plan.has_from = true;
    plan.from = date_of(2025, 1, 1);
    plan.age_days = 30;
    const ReportTable *table = &company_report(company, &plan)->tables[0];
    EXPECT(report_rows_count(table) > 10);
    check(company, table, UNIT_DAY);
    Report report;
    plan.has_step = true;
    plan.step = UNIT_MONTH;
    EXPECT_STATUS(report_run(&company->context, &plan, company->arena, &report, &company->err),
                  STATUS_INVALID, &company->err);
}
