/* test_potential.c -- capacity, potential, prospects: formulas on numbers counted by hand. */
#include "report/company.h"

typedef struct {
    Arena *arena;
    Population *population;
    EngineWorld world;
    ReportContext context;
    Error err;
} Shops;

/* Wallets of a year: A 1200, of which 960 ours; B 600, 60 ours; C unknown, 100 ours; D says 120,
 * but bought 200. A and B bought 500 the year before; E does nothing. */
static Shops shops_open(void)
{
    Shops shops = {.arena = arena_new()};
    shops.population = population_new(shops.arena);
    EXPECT_OK(
        population_read(
            shops.population,
            TEXT("customer A declared_purchases=100 employees=10 consent_advertising=true "
                 "email=a@b.c\n"
                 "customer B declared_purchases=50 employees=4\ncustomer C employees=2\n"
                 "customer D declared_purchases=10\ncustomer E\n"
                 "event purchase A 2026-01-01 amount=960 cost=480\n"
                 "event purchase B 2026-01-01 amount=60\n"
                 "event purchase C 2026-01-01 amount=100\n"
                 "event purchase D 2026-01-01 amount=200 cost=100\n"
                 "event purchase A 2025-01-01 amount=400\n"
                 "event purchase E 2025-01-01 amount=100\n"
                 "event settlement A 2026-01-01 kind=charge amount=100 due_date=2026-02-01\n"
                 "event settlement B 2026-01-01 kind=charge amount=300 due_date=2026-12-01\n"),
            &shops.err),
        &shops.err);
    population_finish(shops.population);
    shops.world = engine_world(shops.population, 0, shops.arena);
    return shops;
}

static void shops_done(Shops *shops)
{
    engine_world_done(&shops->world);
    arena_free(shops->arena);
}

static const Report *ask(Shops *shops, ReportPlan plan)
{
    Report *report = ARENA_NEW(shops->arena, Report);
    shops->context =
        (ReportContext){.data = &shops->world.data, .catalog = &shops->population->catalog};
    plan.kind = REPORT_POTENTIAL;
    plan.as_of = date_of(2026, 3, 31);
    EXPECT_OK(report_run(&shops->context, &plan, shops->arena, report, &shops->err), &shops->err);
    return report;
}

TEST(capacity_is_extended_and_the_share_is_of_sums)
{
    AUTO(shops_done) Shops shops = shops_open();
    const Report *report = ask(&shops, (ReportPlan){0});
    const ReportTable *table = &report->tables[0];
    EXPECT_MONEY(report_value(table, 0, "customers"), 5);
    EXPECT_MONEY(report_value(table, 0, "wallet_known"), 2);
    EXPECT_MONEY(report_value(table, 0, "over_wallet"), 1);
    EXPECT_MONEY(report_value(table, 0, "capacity_known"), 18000000);
    EXPECT_MONEY(report_value(table, 0, "capacity"), 45000000); /* 1800 * 5 / 2 */
    EXPECT_MONEY(report_value(table, 0, "revenue"), 13200000);
    EXPECT_MONEY(report_value(table, 0, "potential"), 31800000);
    EXPECT(report_value(table, 0, "share_of_wallet").as.ratio == 1020.0 / 1800.0);
    EXPECT_MONEY(report_value(table, 0, "reachable"), 4200000); /* A 0, B 0.8 * 600 - 60 */
}

/* The others buy 96, 15 and 50 for each employee; the 75th percentile is 96: C could buy 192. */
TEST(unknown_wallets_are_estimated_by_size)
{
    AUTO(shops_done) Shops shops = shops_open();
    const Report *report = ask(&shops, (ReportPlan){.size = TEXT("employees")});
    /* (1800 + 192) * 5 / 3 */
    EXPECT_MONEY(report_value(&report->tables[0], 0, "capacity"), 33200000);
}

static double value_of(const Report *report, const char *criterion, const char *column)
{
    const ReportTable *table = report_find_table(report, TEXT("criteria"));
    for (size_t row = 0; row < report_rows_count(table); row++) {
        Text name = report_value(table, row, "criterion").as.text;
        if (text_starts_with(name, text_of(criterion)))
            return report_value(table, row, column).as.ratio;
    }
    harness_fail(__FILE__, __LINE__, "no criterion %s", criterion);
    return 0.0;
}

TEST(prospects_are_the_weighted_ratings)
{
    AUTO(shops_done) Shops shops = shops_open();
    const ReportSetting weights[] = {{TEXT("growth"), 60}, {TEXT("discipline"), 40}};
    const ReportSetting ratings[] = {{TEXT("discipline"), 3}};
    const Report *report = ask(&shops, (ReportPlan){.weights = weights, .weights_count = 2});
    EXPECT(value_of(report, "growth", "value") == 820.0 / 500.0);
    EXPECT(value_of(report, "growth", "rating") == 1.0);
    EXPECT(value_of(report, "margin", "value") == 0.5);
    EXPECT(value_of(report, "payment", "value") == 0.75);
    EXPECT(value_of(report, "buyers", "value") == 0.5);
    EXPECT(value_of(report, "customers we", "value") == 0.2);
    const ReportTable *zones = report_find_table(report, TEXT("prospects"));
    EXPECT(report_value(zones, 0, "prospects").as.ratio == 90.0);
    EXPECT_TEXT(report_value(zones, 0, "zone").as.text, "invest");
    report =
        ask(&shops,
            (ReportPlan){
                .weights = weights, .weights_count = 2, .ratings = ratings, .ratings_count = 1});
    zones = report_find_table(report, TEXT("prospects"));
    EXPECT(report_value(zones, 0, "prospects").as.ratio == 80.0);
}

TEST(settings_that_make_no_sense_are_refused)
{
    AUTO(shops_done) Shops shops = shops_open();
    Report report;
    const ReportSetting half[] = {{TEXT("growth"), 50}};
    const ReportSetting unknown[] = {{TEXT("luck"), 100}};
    const ReportSetting six[] = {{TEXT("growth"), 6}};
    const ReportPlan plans[] = {
        {.weights = half, .weights_count = 1},
        {.weights = unknown, .weights_count = 1},
        {.ratings = six, .ratings_count = 1},
        {.target_share = 1.5},
        {.benchmark_percentile = 101},
        {.wallet = TEXT("name")},
        {.has_from = true, .from = date_of(2026, 1, 15)},
    };
    (void)ask(&shops, (ReportPlan){0});
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        ReportPlan plan = plans[i];
        plan.kind = REPORT_POTENTIAL;
        plan.as_of = date_of(2026, 3, 31);
        EXPECT_STATUS(report_run(&shops.context, &plan, shops.arena, &report, &shops.err),
                      STATUS_INVALID, &shops.err);
    }
}

/* The three kinds of shops of the seed's table, on their borders: area and declared purchases. */
TEST(shops_of_the_table_are_in_their_segments)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = population_new(arena);
    Error err;
    static const char *const shops[] = {"199 600000",   "200 500000",     "499.9 499999",
                                        "500 800000",   "1500 800000",    "1700 5000000",
                                        "2000 3000000", "100000 3000000", "100001 3000000"};
    Text text = TEXT("property area NUMBER 1\n");
    for (size_t i = 0; i < sizeof shops / sizeof shops[0]; i++) {
        Text purchases, area = text_split(text_of(shops[i]), ' ', &purchases);
        text = arena_printf(arena, "%.*scustomer S%zu area=%.*s declared_purchases=%.*s\n",
                            TEXT_FORMAT(text), i, TEXT_FORMAT(area), TEXT_FORMAT(purchases));
    }
    EXPECT_OK(population_read(population, text, &err), &err);
    population_finish(population);
    EngineWorld world = engine_world(population, 0, arena);
    ReportContext context = {.data = &world.data, .catalog = &population->catalog};
    const ReportSubject subjects[] = {
        {TEXT("convenience store"), TEXT("area in [200, 500) and declared_purchases >= 500000")},
        {TEXT("supermarket"), TEXT("area in [500, 1500] and declared_purchases >= 800000")},
        {TEXT("chain"), TEXT("area in [2000, 100000] and declared_purchases >= 3000000")}};
    ReportPlan plan = {.kind = REPORT_POTENTIAL,
                       .subjects = subjects,
                       .subjects_count = 3,
                       .as_of = date_of(2026, 3, 31)};
    Report report;
    EXPECT_OK(report_run(&context, &plan, arena, &report, &err), &err);
    static const int64_t counts[] = {1, 2, 2, 5};
    static const int64_t monthly[] = {500000, 1600000, 6000000, 8100000};
    for (size_t i = 0; i < 4; i++) {
        EXPECT_MONEY(report_value(&report.tables[0], i, "customers"), counts[i]);
        EXPECT_MONEY(report_value(&report.tables[0], i, "capacity"),
                     (Int128)monthly[i] * 12 * DECIMAL_POW10[MONEY_SCALE]);
    }
    engine_world_done(&world);
}
