/* test_running.c -- runs over a data directory: the reference vectors, back-fill, classes in rules.
 */
#include "classification/office.h"
#include "classification/run_table.h"

#include <math.h>
#include <string.h>

static const char *const june[] = {"2026-06-30"};

static Definition customary(Office *office, ClassificationKind kind)
{
    return definition_customary(kind, LANGUAGE_EN, office->fixture.arena);
}

TEST(abc_of_the_ten)
{
    AUTO(office_done) Office *office = office_open();
    Definition definition = customary(office, KIND_ABC);
    office_add(office, "ABC", &definition);
    RunSummary summary = office_run(office, "ABC", june, 1);
    EXPECT_TEXT(office_classes(office, "ABC", "2026-06-30"), "A A A A A B C C B C");
    EXPECT_INT(summary.classes_count, 3);
    EXPECT_INT(summary.classes[0].customers_count, 5);
    EXPECT_INT(summary.classes[0].amount, 2220 * 10000);
    EXPECT_INT(summary.unclassified_count, 0);
}

/* C01 C02 C03 C04 C05 C06 C09 C07 C10 C08, hundredths of a percent. */
TEST(ranks_and_shares_of_the_ten)
{
    AUTO(office_done) Office *office = office_open();
    static const uint32_t order[] = {1, 2, 3, 4, 5, 6, 9, 7, 10, 8};
    static const uint32_t ranks[] = {1, 1, 3, 4, 4, 6, 6, 8, 9, 10};
    static const int cumulative[] = {2335, 4669, 6304, 7471, 8638, 9105, 9572, 9805, 9981, 10000};
    Definition definition = customary(office, KIND_ABC);
    office_add(office, "ABC", &definition);
    RunSummary summary = office_run(office, "ABC", june, 1);
    RunTable table;
    EXPECT_OK(run_table_read((RunSource){office->fixture.store, NULL}, &summary.run,
                             office->fixture.arena, &table, &office->fixture.err),
              &office->fixture.err);
    REQUIRE(table.rows_count == 10);
    for (size_t i = 0; i < 10; i++) {
        EXPECT_INT(table.rows[i].customer.value, order[i]);
        EXPECT_INT(table.rows[i].rank, ranks[i]);
        EXPECT_INT(lround(table.rows[i].cumulative_share * 10000), cumulative[i]);
    }
    EXPECT(table.rows[2].share == 420.0 / 2570.0);
}

TEST(xyz_of_the_ten)
{
    AUTO(office_done) Office *office = office_open();
    Definition definition = office_xyz(office);
    definition.periods_count = 6;
    definition.zeros = XYZ_WHOLE_WINDOW;
    office_add(office, "XYZ", &definition);
    office_run(office, "XYZ", june, 1);
    EXPECT_TEXT(office_classes(office, "XYZ", "2026-06-30"), "X X X Z Y Z Y Z Z Z");
    /* from the first purchase on C10 has one sub-period: nothing can be said */
    definition.zeros = XYZ_FROM_FIRST;
    office_add(office, "XYZ from the first", &definition);
    office_run(office, "XYZ from the first", june, 1);
    EXPECT_TEXT(office_classes(office, "XYZ from the first", "2026-06-30"), "X X X Z Y Z Y Z Z -");
}

/* The last sub-period is whole on its last day only. */
TEST(a_sub_period_that_is_not_over_does_not_count)
{
    AUTO(office_done) Office *office = office_open();
    Definition definition = office_xyz(office);
    definition.periods_count = 3;
    definition.zeros = XYZ_WHOLE_WINDOW;
    office_add(office, "XYZ", &definition);
    const char *const days[] = {"2026-06-29", "2026-06-30"};
    office_run(office, "XYZ", days, 2);
    /* March to May, and April to June */
    EXPECT_TEXT(office_classes(office, "XYZ", "2026-06-29"), "X X X Z X Z X - Z -");
    EXPECT_TEXT(office_classes(office, "XYZ", "2026-06-30"), "X X X - X Z X - Z Z");
}

TEST(rfm_has_named_segments_and_scores)
{
    AUTO(office_done) Office *office = office_open();
    Definition definition = customary(office, KIND_RFM);
    office_add(office, "RFM", &definition);
    RunSummary summary = office_run(office, "RFM", june, 1);
    EXPECT_INT(summary.classes_count, 10);
    uint64_t classified = 0;
    for (size_t i = 0; i < summary.classes_count; i++)
        classified += summary.classes[i].customers_count;
    EXPECT_INT(classified, 10);
    RunTable table;
    EXPECT_OK(run_table_read((RunSource){office->fixture.store, NULL}, &summary.run,
                             office->fixture.arena, &table, &office->fixture.err),
              &office->fixture.err);
    REQUIRE(table.columns_count == 4 && table.rows_count == 10);
    EXPECT_TEXT(table.columns[3].name, "score");
    EXPECT_INT(table.rows[0].customer.value, 1); /* C01 and C02 have 600 each */
    EXPECT_INT(table.rows[0].rank, 1);
    EXPECT_INT(table.rows[1].rank, 1);
    EXPECT_INT(table.rows[2].rank, 3);
    EXPECT(table.rows[9].cumulative_share == 1.0);
    EXPECT_INT(table.rows[9].customer.value, 8);
}

TEST(bands_cross_and_rules)
{
    AUTO(office_done) Office *office = office_open();
    Arena *arena = office->fixture.arena;
    Metric sum = {.expression = TEXT("sum(purchase.amount)")};
    const Number borders[] = {{1205, 1}, {300, 0}}; /* 120.5 and 300 */
    Definition bands = {
        .kind = KIND_BANDS, .metrics = &sum, .metrics_count = 1, .borders = {borders, 2}};
    office_add(office, "bands", &bands);
    office_run(office, "bands", june, 1);
    EXPECT_TEXT(office_classes(office, "bands", "2026-06-30"),
                ">= 300 >= 300 >= 300 >= 300 >= 300 < 120.5 < 120.5 < 120.5 < 120.5 < 120.5");
    const Metric parts[] = {{.expression = TEXT("city")},
                            {.expression = TEXT("sum(purchase.amount) > 200")}};
    Definition cross = {.kind = KIND_CROSS, .metrics = parts, .metrics_count = 2};
    office_add(office, "cross", &cross);
    RunSummary summary = office_run(office, "cross", june, 1);
    EXPECT_INT(summary.classes_count, 2);
    EXPECT_TEXT(summary.classes[0].name, "(none) | no");
    EXPECT_INT(summary.classes[0].customers_count, 5);
    ClassDefinition *classes = ARENA_ARRAY(arena, ClassDefinition, 2);
    classes[0] =
        (ClassDefinition){.name = TEXT("big"), .rule = TEXT("sum(purchase.amount) >= 420")};
    classes[1] = (ClassDefinition){.name = TEXT("bought in June"),
                                   .rule = TEXT("any(purchase, this month)")};
    Definition rules = {.kind = KIND_RULES, .classes = classes, .classes_count = 2};
    office_add(office, "rules", &rules);
    office_run(office, "rules", june, 1);
    EXPECT_TEXT(office_classes(office, "rules", "2026-06-30"),
                "big big big - bought in June bought in June bought in June - bought in June "
                "bought in June");
}

/* ---- days ---- */

TEST(many_days_at_once_are_as_each_alone)
{
    AUTO(office_done) Office *office = office_open();
    static const char *const days[] = {"2026-01-31", "2026-02-28", "2026-03-31",
                                       "2026-04-30", "2026-05-31", "2026-06-30"};
    Definition definition = customary(office, KIND_ABC);
    office_add(office, "together", &definition);
    office_add(office, "alone", &definition);
    office_run(office, "together", days, 6);
    for (size_t i = 0; i < 6; i++)
        office_run(office, "alone", &days[i], 1);
    for (size_t i = 0; i < 6; i++) {
        Text together = office_classes(office, "together", days[i]);
        EXPECT(text_equal(together, office_classes(office, "alone", days[i])));
    }
    EXPECT_TEXT(office_classes(office, "together", "2026-01-31"), "A A A - A B C C B -");
}

TEST(changed_parameters_leave_past_runs_alone)
{
    AUTO(office_done) Office *office = office_open();
    Error *err = &office->fixture.err;
    Definition definition = customary(office, KIND_ABC);
    uint32_t id = office_add(office, "ABC", &definition);
    office_run(office, "ABC", june, 1);
    definition.abc_method = ABC_SELF_ADJUSTING;
    ClassificationWrite write = {
        .name = TEXT("ABC"), .definition = definition_to_json(&definition, office->fixture.arena)};
    EXPECT_OK(store_change_classification(office->fixture.store, id, &write, err), err);
    office_refresh(office);
    EXPECT_TEXT(office_classes(office, "ABC", "2026-06-30"), "A A A A A B C C B C");
    RunSummary again = office_run(office, "ABC", june, 1);
    EXPECT_INT(again.run.version, 2);
    EXPECT_TEXT(office_classes(office, "ABC", "2026-06-30"), "A A A B B B C C C C");
}

/* A class is what was known when it was computed; the next run knows of the refund. */
TEST(a_refund_after_a_run_changes_the_next_run_alone)
{
    AUTO(office_done) Office *office = office_open();
    Definition definition = customary(office, KIND_ABC);
    office_add(office, "ABC", &definition);
    office_run(office, "ABC", june, 1);
    EXPECT_TEXT(office_classes(office, "ABC", "2026-06-30"), "A A A A A B C C B C");
    const Purchase refund[] = {
        PURCHASE(.customer = "C01", .at = "2026-06-30", .amount = -599 * 10000)};
    fixture_write(&office->fixture, EVENTS_UPSERT, refund, 1);
    office_refresh(office);
    EXPECT_TEXT(office_classes(office, "ABC", "2026-06-30"), "A A A A A B C C B C");
    office_run(office, "ABC", june, 1);
    EXPECT(!text_equal(office_classes(office, "ABC", "2026-06-30"), TEXT("A A A A A B C C B C")));
    EXPECT_TEXT(text_slice(office_classes(office, "ABC", "2026-06-30"), 0, 1), "C");
}

TEST(one_customer_over_time)
{
    AUTO(office_done) Office *office = office_open();
    static const char *const days[] = {"2026-02-28", "2026-03-31", "2026-06-30"};
    Definition definition = customary(office, KIND_ABC);
    uint32_t id = office_add(office, "ABC", &definition);
    office_run(office, "ABC", days, 3);
    ClassHistory history;
    EXPECT_OK(classification_history(office->fixture.store, id, (CustomerId){4},
                                     office->fixture.arena, &history, &office->fixture.err),
              &office->fixture.err);
    REQUIRE(history.count == 3);
    EXPECT_TEXT(history.entries[0].class_name, "");
    EXPECT_TEXT(history.entries[1].class_name, "A");
    EXPECT_INT(history.entries[2].columns[0].values[0].as.decimal, 300 * 10000);
}

/* ---- rules ---- */

TEST(rules_read_the_run_that_counts_on_their_day)
{
    AUTO(office_done) Office *office = office_open();
    static const char *const days[] = {"2026-01-31", "2026-03-31"};
    Definition definition = customary(office, KIND_ABC);
    office_add(office, "ABC", &definition);
    office_run(office, "ABC", days, 2);
    EXPECT_TEXT(office_classes(office, "ABC", "2026-03-31"), "A A A A A B C C B -");
    EXPECT_INT(office_count(office, "class(\"ABC\") = \"A\"", "2026-01-30"), 0);
    EXPECT_INT(office_count(office, "class(\"ABC\") = \"A\"", "2026-02-28"), 4);
    EXPECT_INT(office_count(office, "class(\"abc\") = \"A\"", "2026-06-30"), 5);
    EXPECT_INT(office_count(office, "class(\"ABC\") is missing", "2026-06-30"), 1);
    EXPECT_INT(
        office_count(office, "class_on(\"ABC\", 2026-02-01) in (\"A\", \"B\")", "2026-06-30"), 6);
}

/* By the sums of a month: in March A A A A B B C - C -, in June A A A - A B C - C A. */
TEST(rules_ask_who_changed)
{
    AUTO(office_done) Office *office = office_open();
    static const char *const days[] = {"2026-03-31", "2026-06-30"};
    const Metric month = {.expression = TEXT("sum(purchase.amount, this month)")};
    Definition definition = {.kind = KIND_ABC, .metrics = &month, .metrics_count = 1};
    office_add(office, "monthly", &definition);
    office_run(office, "monthly", days, 2);
    EXPECT_TEXT(office_classes(office, "monthly", "2026-06-30"), "A A A - A B C - C A");
    const char *const rule = "class_changed(\"monthly\", \"B\", \"A\", last 2 months)";
    EXPECT_INT(office_count(office, rule, "2026-06-30"), 1); /* C05 */
    EXPECT_INT(office_count(office, rule, "2026-06-29"), 0); /* the run of June is not known yet */
    EXPECT_INT(office_count(office, "class_changed(\"monthly\", \"B\", \"A\", last 4 months)",
                            "2026-06-30"),
               0); /* on its eve there was no run */
}

TEST(classes_may_be_made_of_classes_but_not_of_their_own)
{
    AUTO(office_done) Office *office = office_open();
    Fixture *fixture = &office->fixture;
    Definition abc = customary(office, KIND_ABC);
    office_add(office, "ABC", &abc);
    office_run(office, "ABC", june, 1);
    const ClassDefinition class = {.name = TEXT("key"), .rule = TEXT("class(\"ABC\") = \"A\"")};
    Definition rules = {
        .kind = KIND_RULES, .classes = &class, .classes_count = 1, .rest = TEXT("other")};
    uint32_t id = office_add(office, "tiers", &rules);
    RunSummary summary = office_run(office, "tiers", june, 1);
    EXPECT_INT(summary.classes[0].customers_count, 5);
    EXPECT_INT(summary.classes[1].customers_count, 5);
    const ClassDefinition own = {.name = TEXT("x"), .rule = TEXT("class(\"tiers\") = \"key\"")};
    rules.classes = &own;
    Plan plan;
    PlanNames names = {&office->catalog, id, LANGUAGE_EN};
    EXPECT_STATUS(plan_compile(&rules, &names, fixture->arena, &plan, &fixture->err),
                  STATUS_CONFLICT, &fixture->err);
}

TEST(an_expression_that_does_not_fit_is_told)
{
    AUTO(office_done) Office *office = office_open();
    Fixture *fixture = &office->fixture;
    Plan plan;
    PlanNames names = {&office->catalog, 0, LANGUAGE_EN};
    Metric metric = {.expression = TEXT("name")};
    Definition definition = {.kind = KIND_ABC, .metrics = &metric, .metrics_count = 1};
    EXPECT_STATUS(plan_compile(&definition, &names, fixture->arena, &plan, &fixture->err),
                  STATUS_INVALID, &fixture->err);
    EXPECT_TEXT(text_of(fixture->err.message), "expression 1 has to give a number, not a text");
    Definition xyz = office_xyz(office);
    metric.expression = TEXT("sum(purchase.amount)");
    xyz.metrics = &metric;
    EXPECT_STATUS(plan_compile(&xyz, &names, fixture->arena, &plan, &fixture->err), STATUS_INVALID,
                  &fixture->err);
}

TEST(nobody_at_all)
{
    Fixture fixture = fixture_open();
    AUTO(dataset_done) Dataset *dataset = NULL;
    Error *err = &fixture.err;
    EXPECT_OK(dataset_open(fixture.path, &(DatasetOptions){.threads_count = 1}, &dataset, err),
              err);
    const DatasetView *view = dataset_acquire(dataset);
    Catalog catalog = {.schema = store_schema(fixture.store)};
    ClassificationContext context = {.store = fixture.store,
                                     .data = dataset_view_data(view),
                                     .catalog = &catalog,
                                     .today = date_of(2026, 6, 30)};
    for (int kind = 0; kind < CLASSIFICATION_KIND_COUNT; kind++) {
        Definition definition =
            definition_customary((ClassificationKind)kind, LANGUAGE_EN, fixture.arena);
        if (definition_check(&definition, NULL) != STATUS_OK) continue; /* needs more */
        uint32_t id = 0;
        ClassificationWrite write = {
            .name = text_of(classification_kind_code((ClassificationKind)kind)),
            .definition = definition_to_json(&definition, fixture.arena)};
        EXPECT_OK(store_add_classification(fixture.store, &write, &id, err), err);
        Classification classification = {.id = id, .version = 1, .definition = definition};
        Date day = date_of(2026, 6, 30);
        RunSummary *summaries = NULL;
        EXPECT_OK(classification_run(&context, &classification, (RunDays){&day, 1}, fixture.arena,
                                     &summaries, err),
                  err);
    }
    dataset_release(dataset, view);
    dataset_close(dataset);
    dataset = NULL;
    fixture_done(&fixture);
}

TEST(a_day_to_come_is_refused)
{
    AUTO(office_done) Office *office = office_open();
    Definition abc = definition_customary(KIND_ABC, LANGUAGE_EN, office->fixture.arena);
    office_add(office, "ABC", &abc);
    const Date tomorrow = office_day("2026-07-01");
    RunSummary *summaries = NULL;
    EXPECT_INT(classification_run(&office->context, office_get(office, "ABC"),
                                  (RunDays){&tomorrow, 1}, office->fixture.arena, &summaries,
                                  &office->fixture.err),
               STATUS_INVALID);
    EXPECT(strstr(office->fixture.err.message, "2026-07-01") != NULL);
}
