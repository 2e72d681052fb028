/* test_movement.c -- how segments change, and how complete their data are. */
#include "report/company.h"

/* What happened to each customer between two days, by asking the reference evaluator about each. */
TEST(movement_adds_up_from_day_to_day)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 3);
    const ReportSubject subjects[] = {{TEXT("active"), TEXT("any(purchase, last 30 days)")},
                                      {TEXT("owing"), TEXT("debt(settlement) > 0")}};
    ReportPlan plan = {.kind = REPORT_MOVEMENT,
                       .subjects = subjects,
                       .subjects_count = 2,
                       .as_of = date_of(2026, 3, 31),
                       .has_from = true,
                       .from = date_of(2025, 10, 1)};
    Report report;
    EXPECT_OK(report_run(&company->context, &plan, company->arena, &report, &company->err),
              &company->err);
    const ReportTable *table = &report.tables[0];
    REQUIRE(report_rows_count(table) == 18);
    bool has_moved = false;
    for (size_t row = 0; row < 18; row++) {
        int64_t now = report_value(table, row, "customers").as.decimal;
        int64_t joined = report_value(table, row, "joined").as.decimal;
        int64_t left = report_value(table, row, "left").as.decimal;
        has_moved = has_moved || (joined > 0 && left > 0);
        if (row % 6 == 0) continue;
        EXPECT_INT(report_value(table, row - 1, "customers").as.decimal + joined - left, now);
    }
    EXPECT(has_moved);
    EXPECT_INT(report_value(table, 5, "customers").as.decimal, report.groups[0].customers_count);
    EXPECT_INT(report_value(table, 17, "customers").as.decimal, report.groups[2].customers_count);
    EXPECT_TEXT(table->rules.items[5], "any(purchase, last 30 days)");
    EXPECT_TEXT(table->rules.items[4], "");
}

TEST(joining_and_leaving_are_counted)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = population_new(arena);
    Error err;
    EXPECT_OK(population_read(population,
                              TEXT("customer A\ncustomer B\ncustomer C\n"
                                   "event purchase A 2026-01-31 amount=1\n"
                                   "event purchase B 2026-01-15 amount=1\n"
                                   "event purchase B 2026-02-15 amount=1\n"
                                   "event purchase C 2026-02-28 amount=1\n"),
                              &err),
              &err);
    population_finish(population);
    EngineWorld world = engine_world(population, 0, arena);
    ReportContext context = {.data = &world.data, .catalog = &population->catalog};
    const ReportSubject subject = {TEXT("x"), TEXT("any(purchase, this month)")};
    ReportPlan plan = {.kind = REPORT_MOVEMENT,
                       .subjects = &subject,
                       .subjects_count = 1,
                       .as_of = date_of(2026, 2, 28),
                       .has_from = true,
                       .from = date_of(2026, 2, 1)};
    Report report;
    EXPECT_OK(report_run(&context, &plan, arena, &report, &err), &err);
    EXPECT_MONEY(report_value(&report.tables[0], 0, "customers"), 2);
    EXPECT_MONEY(report_value(&report.tables[0], 0, "joined"), 1);
    EXPECT_MONEY(report_value(&report.tables[0], 0, "left"), 1);
    EXPECT(report_value(&report.tables[0], 0, "stability").as.ratio == 1.0 / 3.0);
    engine_world_done(&world);
}

/* The rules of all rows are checked by company_report: they count those without a value. */
TEST(properties_are_filled_as_the_rows_say)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 4);
    ReportPlan plan = company_plan(REPORT_FILL);
    const Report *report = company_report(company, &plan);
    size_t row = company_row(company, &report->tables[0],
                             "employees|Number of employees|Socio-demographic characteristics|VIP");
    int64_t filled = 0, all = 0;
    for (size_t i = 0; i < company->population->people.count; i++) {
        const Person *person = &company->population->people.items[i];
        if (!company_is_in(person, 1)) continue;
        all++;
        filled += !value_is_missing(person->values[BUILT_IN_EMPLOYEES]);
    }
    EXPECT_MONEY(report_value(&report->tables[0], row, "filled"), filled);
    EXPECT_MONEY(report_value(&report->tables[0], row, "customers"), all - filled);
    const ReportTable *wrong = report_find_table(report, TEXT("contradictions"));
    row = company_row(company, wrong,
                      "buys more of us than of everybody together|total, each customer once");
    EXPECT(report_value(wrong, row, "customers").as.decimal >= 0);
    EXPECT_INT(report_rows_count(wrong), 13 * 4);
}
