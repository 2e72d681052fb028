/* test_shape.c -- the curve of Pareto, the grid of RFM scores, the spread of the variation, numbers
 * of some customers, a run that is only tried. */
#include "classification/office.h"
#include "classification/run_shape.h"

static const char *const today[] = {"2026-06-30"};

static RunTable table_of(Office *office, const char *name)
{
    RunRow run;
    RunTable table;
    Fixture *fixture = &office->fixture;
    EXPECT_OK(store_find_run(fixture->store, office_get(office, name)->id, office_day(today[0]),
                             fixture->arena, &run, &fixture->err),
              &fixture->err);
    EXPECT_OK(run_table_read((RunSource){fixture->store, NULL}, &run, fixture->arena, &table,
                             &fixture->err),
              &fixture->err);
    return table;
}

TEST(the_curve_ends_with_everybody_and_names_the_last_of_each_class)
{
    AUTO(office_done) Office *office = office_open();
    Fixture *fixture = &office->fixture;
    Definition abc = definition_customary(KIND_ABC, LANGUAGE_EN, fixture->arena);
    RunCurve curve;
    office_add(office, "ABC", &abc);
    RunSummary summary = office_run(office, "ABC", today, 1);
    RunTable table = table_of(office, "ABC");
    EXPECT_OK(run_curve(&table, fixture->arena, &curve, &fixture->err), &fixture->err);
    EXPECT_INT((int64_t)curve.sum, 2570 * 10000);
    EXPECT_INT(curve.count, curve.customers_count); /* few customers: all of them are points */
    const CurvePoint *last = &curve.points[curve.count - 1];
    EXPECT_INT(last->customers_count, curve.customers_count);
    EXPECT(last->sum_share > 0.999999 && last->sum_share < 1.000001);
    size_t so_far = summary.classes[0].customers_count;
    EXPECT_INT(curve.points[so_far - 1].class_number, 1);
    EXPECT_INT(curve.points[so_far].class_number, 2);
    for (size_t i = 1; i < curve.count; i++)
        EXPECT(curve.points[i].sum_share >= curve.points[i - 1].sum_share);
}

TEST(the_grid_holds_everybody_who_has_scores)
{
    AUTO(office_done) Office *office = office_open();
    Fixture *fixture = &office->fixture;
    static const uint8_t usual[3] = {5, 5, 5};
    Definition rfm = definition_customary(KIND_RFM, LANGUAGE_EN, fixture->arena);
    Definition abc = definition_customary(KIND_ABC, LANGUAGE_EN, fixture->arena);
    RunGrid grid;
    office_add(office, "RFM", &rfm);
    office_add(office, "ABC", &abc);
    RunSummary summary = office_run(office, "RFM", today, 1);
    office_run(office, "ABC", today, 1);
    RunTable table = table_of(office, "RFM");
    EXPECT_OK(run_grid(&table, usual, fixture->arena, &grid, &fixture->err), &fixture->err);
    uint64_t customers = 0, in_classes = 0;
    for (size_t recency = 1; recency <= 5; recency++)
        for (size_t frequency = 1; frequency <= 5; frequency++) {
            const GridCell *cell = grid_cell(&grid, recency, frequency);
            customers += cell->customers_count;
            for (size_t i = 0; i < cell->classes_count; i++)
                in_classes += cell->classes[i].customers_count;
        }
    EXPECT_INT(customers, summary.run.customers_count - summary.unclassified_count);
    EXPECT_INT(in_classes, customers);
    table = table_of(office, "ABC");
    EXPECT_STATUS(run_grid(&table, usual, fixture->arena, &grid, &fixture->err), STATUS_CONFLICT,
                  &fixture->err);
}

/* 0, 6.45, 9.22 | 12.91, 12.91 | 32.27 | 72.17 | three times 223.61 */
TEST(the_spread_of_the_variation_is_that_of_the_vectors)
{
    AUTO(office_done) Office *office = office_open();
    Fixture *fixture = &office->fixture;
    Definition xyz = office_xyz(office);
    xyz.periods_count = 6;
    xyz.zeros = XYZ_WHOLE_WINDOW;
    office_add(office, "XYZ", &xyz);
    xyz.xyz_method = XYZ_FREQUENCY;
    xyz.borders = (NumberList){0};
    office_add(office, "often", &xyz);
    Definition rfm = definition_customary(KIND_RFM, LANGUAGE_EN, fixture->arena);
    office_add(office, "RFM", &rfm);
    office_run(office, "XYZ", today, 1);
    office_run(office, "often", today, 1);
    office_run(office, "RFM", today, 1);
    RunSpread spread;
    RunTable table = table_of(office, "XYZ");
    EXPECT_OK(run_spread(&table, fixture->arena, &spread, &fixture->err), &fixture->err);
    REQUIRE(spread.count == 21 && spread.open_bin == 20);
    EXPECT_INT(spread.bins[0].by_class[0], 3);
    EXPECT_INT(spread.bins[1].by_class[1], 2);
    EXPECT_INT(spread.bins[3].by_class[2], 1);
    EXPECT_INT(spread.bins[7].by_class[2], 1);
    EXPECT_INT(spread.bins[20].by_class[2], 3);
    EXPECT_INT(spread.bins[2].customers_count, 0);
    /* bought in all six months; C06 in four; C04, C08, C10 in one: 16.7 % */
    table = table_of(office, "often");
    EXPECT_OK(run_spread(&table, fixture->arena, &spread, &fixture->err), &fixture->err);
    REQUIRE(spread.count == 11 && spread.open_bin == 10);
    EXPECT_INT(spread.bins[10].customers_count, 6);
    EXPECT_INT(spread.bins[6].customers_count, 1);
    EXPECT_INT(spread.bins[1].customers_count, 3);
    table = table_of(office, "RFM");
    EXPECT_STATUS(run_spread(&table, fixture->arena, &spread, &fixture->err), STATUS_CONFLICT,
                  &fixture->err);
}

TEST(numbers_of_some_customers_are_those_of_the_table)
{
    AUTO(office_done) Office *office = office_open();
    Fixture *fixture = &office->fixture;
    Definition abc = definition_customary(KIND_ABC, LANGUAGE_EN, fixture->arena);
    RunValues values;
    office_add(office, "ABC", &abc);
    office_run(office, "ABC", today, 1);
    RunTable table = table_of(office, "ABC");
    const CustomerId asked[] = {table.rows[2].customer, {999999}, table.rows[0].customer};
    EXPECT_OK(run_values_read(fixture->store, &table.run, (RunCustomers){asked, 3}, fixture->arena,
                              &values, &fixture->err),
              &fixture->err);
    EXPECT_INT(values.count, table.columns_count);
    EXPECT_INT(values.columns[0].values[0].as.decimal, table.rows[2].amount);
    EXPECT(value_is_missing(values.columns[0].values[1]));
    EXPECT_INT(values.columns[0].values[2].as.decimal, table.rows[0].amount);
    EXPECT(values.columns[0].is_amount);
}

TEST(a_trial_comes_to_the_same_as_the_run_and_keeps_nothing)
{
    AUTO(office_done) Office *office = office_open();
    Fixture *fixture = &office->fixture;
    RunRow *runs;
    size_t count;
    RunSummary tried;
    Definition abc = definition_customary(KIND_ABC, LANGUAGE_EN, fixture->arena);
    uint32_t id = office_add(office, "ABC", &abc);
    EXPECT_OK(classification_preview(&office->context, office_get(office, "ABC"),
                                     office_day(today[0]), fixture->arena, &tried, &fixture->err),
              &fixture->err);
    EXPECT_OK(store_list_runs(fixture->store, (RunQuery){id, SIZE_MAX}, fixture->arena, &runs,
                              &count, &fixture->err),
              &fixture->err);
    EXPECT_INT(count, 0);
    EXPECT_INT(tried.run.id, 0);
    RunSummary run = office_run(office, "ABC", today, 1);
    EXPECT_INT(tried.classes_count, run.classes_count);
    EXPECT_INT(tried.unclassified_count, run.unclassified_count);
    for (size_t i = 0; i < run.classes_count; i++) {
        EXPECT_INT(tried.classes[i].customers_count, run.classes[i].customers_count);
        EXPECT_INT(tried.classes[i].amount, run.classes[i].amount);
    }
}
