/* test_settlements.c -- debts of segments against debt(), overdue() and overdue_days(). */
#include "report/company.h"

/* Sum of an expression over a group, by the reference evaluator; those above zero only. */
static Int128 sum_of(Company *company, const char *source, size_t group, Date as_of)
{
    Text problem;
    const Expression *expression =
        population_compile(company->population, text_of(source), company->arena, &problem);
    Answer answer = answer_of_reference(company->population, expression, as_of, company->arena);
    EXPECT_OK(answer.status, &answer.err);
    Int128 sum = 0;
    for (size_t i = 0; i < answer.result.customers_count; i++) {
        Value value = answer.result.values[0][i];
        if (!value_is_missing(value) && value.as.decimal > 0 &&
            company_is_in(&company->population->people.items[i], group))
            sum += value.as.decimal;
    }
    return sum;
}

static const ReportTable *ask(Company *company, const ReportPlan *plan)
{
    return &company_report(company, plan)->tables[0];
}

TEST(debts_are_those_of_the_language)
{
    static const char *const labels[] = {"Москва", "VIP", "nobody", "total, each customer once"};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        AUTO(company_done) Company *company = company_new(harness_seed() + seed);
        ReportPlan plan = company_plan(REPORT_SETTLEMENTS);
        plan.as_of = date_of(2025, 6 + (int)seed, 28);
        const ReportTable *table = ask(company, &plan);
        EXPECT_INT(report_rows_count(table), 4 * 8);
        for (size_t group = 0; group <= COMPANY_GROUPS; group++) {
            Arena *arena = company->arena;
            const char *name = labels[group];
            size_t debt =
                company_row(company, table, arena_printf(arena, "%s|customer debt", name).data);
            size_t overdue =
                company_row(company, table, arena_printf(arena, "%s|overdue debt", name).data);
            size_t ours =
                company_row(company, table, arena_printf(arena, "%s|our debt", name).data);
            EXPECT_MONEY(report_value(table, debt, "amount"),
                         sum_of(company, "debt(settlement)", group, plan.as_of));
            EXPECT_MONEY(report_value(table, overdue, "amount"),
                         sum_of(company, "overdue(settlement)", group, plan.as_of));
            EXPECT_MONEY(report_value(table, ours, "amount"),
                         sum_of(company, "-debt(settlement)", group, plan.as_of));
            int64_t all = 0, late = 0;
            for (size_t i = 1; i <= 5; i++)
                all += report_value(table, debt + i, "amount").as.decimal;
            for (size_t i = 2; i <= 5; i++)
                late += report_value(table, debt + i, "amount").as.decimal;
            EXPECT_MONEY(report_value(table, debt, "amount"), all);
            EXPECT_MONEY(report_value(table, overdue, "amount"), late);
        }
    }
}

/* A charge of 100 due on 1 March, one of 50 due on 20 March, one of 30 not due: 60 were paid. */
TEST(payments_close_the_oldest_charges)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = population_new(arena);
    Error err;
    EXPECT_OK(population_read(
                  population,
                  TEXT("customer A name=Анна\ncustomer B\n"
                       "event settlement A 2026-01-01 kind=charge amount=100 due_date=2026-03-01\n"
                       "event settlement A 2026-02-01 kind=charge amount=50 due_date=2026-03-20\n"
                       "event settlement A 2026-02-02 kind=charge amount=30 due_date=2026-03-31\n"
                       "event settlement A 2026-02-03 kind=payment amount=60\n"
                       "event settlement B 2026-02-03 kind=payment amount=7\n"),
                  &err),
              &err);
    population_finish(population);
    EngineWorld world = engine_world(population, 0, arena);
    ReportContext context = {.data = &world.data, .catalog = &population->catalog};
    const int64_t ends[] = {10, 20};
    ReportPlan plan = {.kind = REPORT_SETTLEMENTS,
                       .as_of = date_of(2026, 3, 31),
                       .ageing_days = ends,
                       .ageing_days_count = 2};
    Report report;
    EXPECT_OK(report_run(&context, &plan, arena, &report, &err), &err);
    /* debt, not due, 1-10, 11-20, over 20, overdue, our debt */
    const int64_t amounts[] = {120, 30, 0, 50, 40, 90, 7};
    const int64_t customers[] = {1, 0, 0, 0, 1, 1, 1};
    REQUIRE(report_rows_count(&report.tables[0]) == 7);
    for (size_t i = 0; i < 7; i++) {
        EXPECT_MONEY(report_value(&report.tables[0], i, "amount"), amounts[i] * 10000);
        EXPECT_MONEY(report_value(&report.tables[0], i, "customers"), customers[i]);
    }
    const ReportTable *debtors = report_find_table(&report, TEXT("debtors"));
    EXPECT_INT(report_rows_count(debtors), 2);
    EXPECT_TEXT(report_value(debtors, 0, "name").as.text, "Анна");
    EXPECT_INT(report_value(debtors, 0, "overdue_days").as.decimal, 30);
    EXPECT_TEXT(debtors->rules.items[0], "code = \"A\"");
    plan.ageing_days_count = 1;
    plan.ageing_days = &(const int64_t){0};
    EXPECT_STATUS(report_run(&context, &plan, arena, &report, &err), STATUS_INVALID, &err);
    engine_world_done(&world);
}
