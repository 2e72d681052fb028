/* test_matrix.c -- matrix and migration of the ten customers of the reference vectors. */
#include "classification/actions.h"
#include "classification/matrix.h"
#include "classification/migration.h"
#include "classification/office.h"

#include <math.h>

static const char *const days[] = {"2026-03-31", "2026-06-30"};

static Office *with_runs(void)
{
    Office *office = office_open();
    Definition abc = definition_customary(KIND_ABC, LANGUAGE_EN, office->fixture.arena);
    Definition xyz = office_xyz(office);
    xyz.periods_count = 6;
    xyz.zeros = XYZ_WHOLE_WINDOW;
    office_add(office, "ABC", &abc);
    office_add(office, "XYZ", &xyz);
    const Metric month = {.expression = TEXT("sum(purchase.amount, this month)")};
    Definition monthly = {.kind = KIND_ABC, .metrics = &month, .metrics_count = 1};
    office_add(office, "monthly", &monthly);
    office_run(office, "monthly", days, 2);
    office_run(office, "ABC", days, 2);
    office_run(office, "XYZ", days, 2);
    return office;
}

static RunRow run_on(Office *office, const char *name, const char *day)
{
    RunRow run;
    EXPECT_OK(store_find_run(office->fixture.store, office_get(office, name)->id, office_day(day),
                             office->fixture.arena, &run, &office->fixture.err),
              &office->fixture.err);
    return run;
}

TEST(nine_cells_and_the_rest_are_everybody)
{
    AUTO(office_done) Office *office = with_runs();
    Fixture *fixture = &office->fixture;
    RunRow rows = run_on(office, "ABC", "2026-06-30"),
           columns = run_on(office, "XYZ", "2026-06-30");
    Matrix matrix;
    EXPECT_OK(matrix_read((RunSource){fixture->store, NULL}, &rows, &columns, fixture->arena,
                          &matrix, &fixture->err),
              &fixture->err);
    uint64_t customers = 0;
    Int128 amount = 0;
    for (size_t row = 0; row <= 3; row++)
        for (size_t column = 0; column <= 3; column++) {
            customers += matrix_cell(&matrix, row, column)->customers_count;
            amount += matrix_cell(&matrix, row, column)->amount;
        }
    EXPECT_INT(customers, 10);
    EXPECT_INT((int64_t)amount, 2570 * 10000);
    EXPECT_INT(matrix_cell(&matrix, 0, 0)->customers_count, 3); /* AX: C01 C02 C03 */
    EXPECT_INT(matrix_cell(&matrix, 0, 0)->amount, 1620 * 10000);
    EXPECT_INT(matrix_cell(&matrix, 0, 1)->customers_count, 1); /* AY: C05 */
    EXPECT_INT(matrix_cell(&matrix, 0, 2)->customers_count, 1); /* AZ: C04 */
    EXPECT_INT(matrix_cell(&matrix, 1, 2)->customers_count, 2); /* BZ: C06 C09 */
    EXPECT_INT(matrix_cell(&matrix, 2, 1)->customers_count, 1); /* CY: C07 */
    EXPECT_INT(matrix_cell(&matrix, 2, 2)->customers_count, 2); /* CZ: C08 C10 */
    EXPECT_INT(matrix.half_count, 3);
    EXPECT_INT(matrix.most_count, 5);
    EXPECT(fabs(matrix.concentrations[0].share - 600.0 / 2570) < 1e-12);
}

TEST(the_rule_of_a_cell_means_its_customers)
{
    AUTO(office_done) Office *office = with_runs();
    Arena *arena = office->fixture.arena;
    ClassRule rule = {.classification = TEXT("ABC"), .class_name = TEXT("A")};
    EXPECT_TEXT(class_rule(&rule, arena), "class(\"ABC\") = \"A\"");
    EXPECT_INT(office_count(office, class_rule(&rule, arena).data, "2026-06-30"), 5);
    rule = (ClassRule){.classification = TEXT("ABC"), .has_day = true, .day = {20543}};
    EXPECT_TEXT(class_rule(&rule, arena), "class_on(\"ABC\", 2026-03-31) is missing");
    EXPECT_INT(office_count(office, class_rule(&rule, arena).data, "2026-06-30"), 1);
    rule = (ClassRule){.classification = TEXT("a \"b\" \\"), .class_name = TEXT("c")};
    EXPECT_TEXT(class_rule(&rule, arena), "class(\"a \\\"b\\\" \\\\\") = \"c\"");
}

TEST(who_went_where)
{
    AUTO(office_done) Office *office = with_runs();
    Fixture *fixture = &office->fixture;
    const RunRow runs[2] = {run_on(office, "monthly", days[0]), run_on(office, "monthly", days[1])};
    Migration migration;
    EXPECT_OK(migration_read((RunSource){fixture->store, NULL}, runs, NULL, fixture->arena,
                             &migration, &fixture->err),
              &fixture->err);
    /* before A A A A B B C - C -, after A A A - A B C - C A */
    const MigrationPart *all = &migration.parts[0];
    EXPECT_INT(migration_cell(&migration, all, 0, 0)->customers_count, 3);
    EXPECT_INT(migration_cell(&migration, all, 0, 3)->customers_count, 1);
    EXPECT(migration_cell(&migration, all, 0, 0)->share == 0.75);
    EXPECT_INT(migration_cell(&migration, all, 1, 0)->customers_count, 1);
    EXPECT_INT(migration_cell(&migration, all, 1, 0)->before, 45 * 10000);
    EXPECT_INT(migration_cell(&migration, all, 1, 0)->after, 60 * 10000);
    EXPECT_INT(migration_cell(&migration, all, 3, 0)->customers_count, 1);
    EXPECT(all->stayed_count == 6 && all->moved_count == 1);
    EXPECT(all->new_count == 1 && all->lost_count == 1);
    MoverList movers;
    EXPECT_OK(migration_movers((RunSource){fixture->store, NULL}, &migration, (MoverQuery){1, 0},
                               fixture->arena, &movers, &fixture->err),
              &fixture->err);
    REQUIRE(movers.count == 1);
    EXPECT_INT(movers.items[0].customer.value, 5);
}

/* Shares (4, 2, 2) / 8 became (5, 1, 2) / 8. */
TEST(stability_index)
{
    AUTO(office_done) Office *office = with_runs();
    Fixture *fixture = &office->fixture;
    const RunRow runs[2] = {run_on(office, "monthly", days[0]), run_on(office, "monthly", days[1])};
    Migration migration;
    EXPECT_OK(migration_read((RunSource){fixture->store, NULL}, runs, NULL, fixture->arena,
                             &migration, &fixture->err),
              &fixture->err);
    const double before[] = {4.0 / 8, 2.0 / 8, 2.0 / 8}, after[] = {5.0 / 8, 1.0 / 8, 2.0 / 8};
    double expected = 0;
    for (size_t i = 0; i < 3; i++)
        expected += (after[i] - before[i]) * log(after[i] / before[i]);
    EXPECT(fabs(migration.parts[0].stability - expected) < 1e-12);
}

TEST(groups_add_up_to_everybody)
{
    AUTO(office_done) Office *office = with_runs();
    Fixture *fixture = &office->fixture;
    const RunRow runs[2] = {run_on(office, "monthly", days[0]), run_on(office, "monthly", days[1])};
    static const uint32_t group_of[11] = {0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
    static const Text names[] = {{"odd", 3}, {"even", 4}};
    CustomerGroups groups = {group_of, 11, names, 2};
    Migration migration;
    EXPECT_OK(migration_read((RunSource){fixture->store, NULL}, runs, &groups, fixture->arena,
                             &migration, &fixture->err),
              &fixture->err);
    REQUIRE(migration.parts_count == 3);
    for (size_t cell = 0; cell < 16; cell++) {
        uint64_t sum = 0;
        Int128 money = 0;
        for (size_t part = 1; part <= 2; part++) {
            sum += migration.parts[part].cells[cell].customers_count;
            money += migration.parts[part].cells[cell].after;
        }
        EXPECT_INT(sum, migration.parts[0].cells[cell].customers_count);
        EXPECT_INT((int64_t)money, migration.parts[0].cells[cell].after);
    }
}

TEST(who_is_in_no_group_is_in_the_rest)
{
    AUTO(office_done) Office *office = with_runs();
    Fixture *fixture = &office->fixture;
    const RunRow runs[2] = {run_on(office, "monthly", days[0]), run_on(office, "monthly", days[1])};
    static const uint32_t group_of[6] = {0, 1, 0, 1, 0, 1}; /* the last five are beyond it */
    static const Text names[] = {{"odd", 3}};
    CustomerGroups groups = {group_of, 6, names, 1};
    Migration migration;
    EXPECT_OK(migration_read((RunSource){fixture->store, NULL}, runs, &groups, fixture->arena,
                             &migration, &fixture->err),
              &fixture->err);
    REQUIRE(migration.parts_count == 3);
    EXPECT(!migration.parts[1].is_rest && migration.parts[2].is_rest);
    for (size_t cell = 0; cell < 16; cell++)
        EXPECT_INT(migration.parts[1].cells[cell].customers_count +
                       migration.parts[2].cells[cell].customers_count,
                   migration.parts[0].cells[cell].customers_count);
}

TEST(actions_come_in_three_languages_and_may_be_changed)
{
    Fixture fixture = fixture_open();
    MatrixActions actions;
    ActionText own = {TEXT("training"), TEXT("BY"), LANGUAGE_RU, TEXT("звонить")};
    EXPECT_OK(actions_load(fixture.store, fixture.arena, &actions, &fixture.err), &fixture.err);
    EXPECT_INT(actions.count, 18);
    for (size_t i = 0; i < actions.count; i++)
        for (size_t l = 0; l < LANGUAGE_COUNT; l++)
            EXPECT(actions.items[i].texts.in[l].size > 0);
    EXPECT_TEXT(actions_find(&actions, TEXT("training"), TEXT("CZ"), LANGUAGE_UK),
                "Низькорентабельна зона");
    EXPECT_OK(store_set_action(fixture.store, &own, &fixture.err), &fixture.err);
    EXPECT_OK(actions_load(fixture.store, fixture.arena, &actions, &fixture.err), &fixture.err);
    EXPECT_TEXT(actions_find(&actions, TEXT("training"), TEXT("BY"), LANGUAGE_RU), "звонить");
    EXPECT_TEXT(actions_find(&actions, TEXT("training"), TEXT("BY"), LANGUAGE_EN),
                "Research needs, extend the range of services");
    EXPECT(!actions_has_set(&actions, TEXT("wholesale")));
    fixture_done(&fixture);
}

/* ---- of those whom somebody may see ---- */

static CustomerSet only_of(const uint32_t *ids, size_t count)
{
    CustomerSet set = {0};
    for (size_t i = 0; i < count; i++)
        customer_set_add(&set, (CustomerId){ids[i]});
    return set;
}

/* C02 (A, X, 600), C05 (A, Y, 300), C08 (C, Z, 5): their own matrix, ranks, shares. */
TEST(totals_are_of_those_who_may_be_seen)
{
    AUTO(office_done) Office *office = with_runs();
    Fixture *fixture = &office->fixture;
    AUTO(customer_set_free) CustomerSet three = only_of((uint32_t[]){2, 5, 8}, 3);
    RunSource source = {fixture->store, &three};
    RunRow rows = run_on(office, "ABC", "2026-06-30"),
           columns = run_on(office, "XYZ", "2026-06-30");
    Matrix matrix;
    RunSummary summary;
    RunTable table;
    EXPECT_OK(matrix_read(source, &rows, &columns, fixture->arena, &matrix, &fixture->err),
              &fixture->err);
    EXPECT_INT(matrix.customers_count, 3);
    EXPECT_INT((int64_t)matrix.amount, 905 * 10000);
    EXPECT_INT(matrix_cell(&matrix, 0, 0)->customers_count, 1);
    EXPECT_INT(matrix_cell(&matrix, 0, 1)->customers_count, 1);
    EXPECT_INT(matrix_cell(&matrix, 2, 2)->amount, 5 * 10000);
    EXPECT_INT(matrix_cell(&matrix, 3, 3)->customers_count, 0);
    EXPECT(fabs(matrix.concentrations[0].share - 600.0 / 905.0) < 1e-15);
    EXPECT_OK(run_summary_read(source, &rows, fixture->arena, &summary, &fixture->err),
              &fixture->err);
    EXPECT_INT(summary.classes[0].customers_count, 2);
    EXPECT_INT(summary.classes[0].amount, 900 * 10000);
    EXPECT_INT(summary.classes[1].customers_count, 0);
    EXPECT_INT(summary.unclassified_count, 0);
    EXPECT_OK(run_table_read(source, &rows, fixture->arena, &table, &fixture->err), &fixture->err);
    EXPECT_INT(table.rows_count, 3);
    EXPECT_INT(table.rows[1].customer.value, 5);
    EXPECT_INT(table.rows[1].rank, 2);
    EXPECT(fabs(table.rows[1].share - 300.0 / 905.0) < 1e-15);
    EXPECT(table.rows[2].cumulative_share == 1.0);
}

/* Everybody together and nobody at all are the ends of being bounded. */
TEST(a_bound_that_holds_everybody_changes_nothing)
{
    AUTO(office_done) Office *office = with_runs();
    Fixture *fixture = &office->fixture;
    AUTO(customer_set_free)
    CustomerSet all = only_of((uint32_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 10);
    CustomerSet none = {0};
    RunRow runs[] = {run_on(office, "ABC", days[0]), run_on(office, "ABC", days[1])};
    Migration free, bounded, empty;
    EXPECT_OK(migration_read((RunSource){fixture->store, NULL}, runs, NULL, fixture->arena, &free,
                             &fixture->err),
              &fixture->err);
    EXPECT_OK(migration_read((RunSource){fixture->store, &all}, runs, NULL, fixture->arena,
                             &bounded, &fixture->err),
              &fixture->err);
    EXPECT_OK(migration_read((RunSource){fixture->store, &none}, runs, NULL, fixture->arena, &empty,
                             &fixture->err),
              &fixture->err);
    EXPECT(free.parts[0].stability == bounded.parts[0].stability);
    for (size_t from = 0; from <= free.from_count; from++)
        for (size_t to = 0; to <= free.to_count; to++) {
            const MigrationCell *cell = migration_cell(&free, &free.parts[0], from, to);
            const MigrationCell *same = migration_cell(&bounded, &bounded.parts[0], from, to);
            EXPECT_INT(cell->customers_count, same->customers_count);
            EXPECT_INT(cell->after, same->after);
            EXPECT_INT(migration_cell(&empty, &empty.parts[0], from, to)->customers_count, 0);
        }
}
