/* test_loyalty.c -- NPS, regular and lapsed customers, advocates and terrorists; the age of values.
 */
#include "report/company.h"

#include <math.h>

static const char people[] =
    /* promoters: one who recommends, one who only buys */
    "customer A nps=9\nevent interaction A 2026-01-10 kind=recommendation\n"
    "customer B nps=10\n"
    "event purchase B 2025-10-01 amount=5\nevent purchase B 2025-12-01 amount=5\n"
    "event purchase B 2026-03-01 amount=5\n"
    "customer C nps=8\ncustomer D nps=7\n"
    /* regular and discontent; very discontent with two claims, with one */
    "customer E nps=6\n"
    "event purchase E 2025-10-01 amount=5\nevent purchase E 2025-12-01 amount=5\n"
    "event purchase E 2026-03-01 amount=5\n"
    "customer F nps=0\nevent interaction F 2026-01-10 kind=claim\n"
    "event interaction F 2026-02-10 kind=claim\n"
    "customer G nps=2\nevent interaction G 2026-01-10 kind=claim\n"
    /* regular a year before */
    "customer H\nevent purchase H 2024-10-01 amount=5\nevent purchase H 2024-12-01 amount=5\n"
    "event purchase H 2025-03-01 amount=5\n"
    "customer I\n";

typedef struct {
    Arena *arena;
    Population *population;
    EngineWorld world;
    Report report;
    Error err;
} Asked;

static Asked ask(ReportPlan plan)
{
    Asked asked = {.arena = arena_new()};
    asked.population = population_new(asked.arena);
    EXPECT_OK(population_read(asked.population, text_of(people), &asked.err), &asked.err);
    population_finish(asked.population);
    asked.world = engine_world(asked.population, 0, asked.arena);
    ReportContext context = {.data = &asked.world.data, .catalog = &asked.population->catalog};
    plan.as_of = date_of(2026, 3, 31);
    EXPECT_OK(report_run(&context, &plan, asked.arena, &asked.report, &asked.err), &asked.err);
    return asked;
}

static void asked_done(Asked *asked)
{
    engine_world_done(&asked->world);
    arena_free(asked->arena);
}

static int64_t count_at(const Asked *asked, size_t row, const char *key)
{
    return report_value(&asked->report.tables[0], row, key).as.decimal;
}

TEST(nps_is_promoters_less_detractors_of_those_who_answered)
{
    AUTO(asked_done) Asked asked = ask((ReportPlan){.kind = REPORT_LOYALTY});
    EXPECT_INT(count_at(&asked, 0, "customers"), 9);
    EXPECT_INT(count_at(&asked, 0, "answered"), 7);
    /* 2 of 7 promote, 2 are passive, 3 detract: 28.6 % - 42.9 % */
    double nps = report_value(&asked.report.tables[0], 0, "nps").as.ratio;
    EXPECT(fabs(nps + 100.0 / 7.0) < 1e-12);
    EXPECT_INT(count_at(&asked, 0, "advocates"), 1);
    EXPECT_INT(count_at(&asked, 0, "terrorists"), 1);
    EXPECT_INT(count_at(&asked, 0, "balance"), 0);
    EXPECT_INT(count_at(&asked, 0, "regular"), 2);
    EXPECT_INT(count_at(&asked, 0, "lapsed"), 1);
    EXPECT_TEXT(text_of(asked.report.notes.items[0].key), "thin");
}

TEST(nobody_answered_is_no_nps)
{
    const ReportSubject subject = {TEXT("silent"), TEXT("nps is missing")};
    AUTO(asked_done)
    Asked asked =
        ask((ReportPlan){.kind = REPORT_LOYALTY, .subjects = &subject, .subjects_count = 1});
    EXPECT_INT(count_at(&asked, 0, "customers"), 2);
    EXPECT(value_is_missing(report_value(&asked.report.tables[0], 0, "nps")));
    EXPECT_INT(count_at(&asked, 0, "lapsed"), 1);
}

/* A base bounds everything: groups, the total, the others that a group is compared with. */
TEST(outside_of_the_base_there_is_nobody)
{
    const ReportSubject subjects[] = {{TEXT("answered"), TEXT("nps is not missing")},
                                      {TEXT("buyers"), TEXT("any(purchase)")}};
    ReportPlan plan = {.kind = REPORT_LOYALTY,
                       .subjects = subjects,
                       .subjects_count = 2,
                       .base = TEXT("code in (\"A\", \"B\", \"H\")")};
    AUTO(asked_done) Asked asked = ask(plan);
    EXPECT_INT(asked.report.base_count, 3);
    EXPECT_INT(count_at(&asked, 0, "customers"), 2);
    EXPECT_INT(count_at(&asked, 1, "customers"), 2);
    EXPECT_INT(count_at(&asked, 2, "customers"), 3);
    plan.kind = REPORT_SALES;
    AUTO(asked_done) Asked sales = ask(plan);
    const ReportTable *totals = report_find_table(&sales.report, TEXT("totals"));
    EXPECT_MONEY(report_value(totals, 1, "revenue"), 15 * DECIMAL_POW10[MONEY_SCALE]);
}

/* A, B and C have a day for everything; of B's and C's it is lately. */
static Status three_dated(void *source, const Property *property, Date since,
                          CustomerSet ret_sets[2], Error *err)
{
    (void)property;
    (void)err;
    *(Date *)source = since;
    for (uint32_t id = 1; id <= 3; id++)
        customer_set_add(&ret_sets[VALUES_DATED], (CustomerId){id});
    customer_set_add(&ret_sets[VALUES_FRESH], (CustomerId){2});
    customer_set_add(&ret_sets[VALUES_FRESH], (CustomerId){3});
    return STATUS_OK;
}

TEST(stale_is_a_value_that_was_not_set_for_long)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = population_new(arena);
    Error err;
    Report report;
    Date since;
    EXPECT_OK(population_read(population, text_of(people), &err), &err);
    population_finish(population);
    EngineWorld world = engine_world(population, 0, arena);
    ReportContext context = {.data = &world.data,
                             .catalog = &population->catalog,
                             .value_days = three_dated,
                             .value_days_source = &since};
    ReportPlan plan = {.kind = REPORT_FILL, .as_of = date_of(2026, 3, 31), .stale_days = 30};
    EXPECT_OK(report_run(&context, &plan, arena, &report, &err), &err);
    EXPECT_INT(since.day, date_of(2026, 3, 1).day);
    const ReportTable *table = &report.tables[0];
    for (size_t row = 0; row < report_rows_count(table); row++) {
        Text name = report_value(table, row, "property").as.text;
        bool is_nps = text_equal(name, TEXT("nps")), is_code = text_equal(name, TEXT("code"));
        EXPECT_INT(report_value(table, row, "stale").as.decimal, is_nps || is_code ? 1 : 0);
        EXPECT_INT(report_value(table, row, "undated").as.decimal, is_nps ? 4 : is_code ? 6 : 0);
        if (is_nps) EXPECT(report_value(table, row, "stale_share").as.ratio == 1.0 / 3.0);
    }
    engine_world_done(&world);
}
