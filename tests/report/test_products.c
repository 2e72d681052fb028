/* test_products.c -- products by segment, gaps and candidates: against one pass over the rows. */
#include "report/company.h"

typedef struct {
    Int128 revenue;
    int64_t lines, customers;
} Expected;

/* Whether an item is of the product that a row is called by. */
static bool is_of(ProductLevel level, const Item *item, Text label)
{
    if (item == NULL) return text_equal(label, TEXT("(not known)"));
    Text text = level == PRODUCTS_BY_ITEM    ? item->name
                : level == PRODUCTS_BY_BRAND ? item->brand
                                             : item->group;
    if (text.size == 0) return text_equal(label, TEXT("(not known)"));
    if (level == PRODUCTS_BY_GROUP)
        return text_equal(text, label) ||
               (text_starts_with(text, label) && text.data[label.size] == ' ');
    return text.size == label.size && (level == PRODUCTS_BY_BRAND || text_equal(text, label));
}

static Expected expect(const Company *company, ProductLevel level, size_t group, Text label)
{
    Expected expected = {0};
    for (size_t i = 0; i < company->population->people.count; i++) {
        const Person *person = &company->population->people.items[i];
        const EventRows *events = &person->events[STREAM_PURCHASE];
        int64_t before = expected.lines;
        for (size_t j = 0; company_is_in(person, group) && j < events->count; j++) {
            const Value *values = events->items[j].values;
            int32_t day = moment_date(events->items[j].at).day;
            Value item = values[PURCHASE_ITEM], amount = values[PURCHASE_AMOUNT];
            if (day < date_of(2025, 4, 1).day || day > date_of(2026, 3, 31).day) continue;
            if (!is_of(level, value_is_missing(item) ? NULL : item.as.item, label)) continue;
            expected.lines++;
            if (!value_is_missing(amount)) expected.revenue += amount.as.decimal;
        }
        expected.customers += expected.lines > before;
    }
    return expected;
}

static size_t group_of(const ReportTable *table, size_t row)
{
    static const char *const labels[] = {"Москва", "VIP", "nobody", "total, each customer once"};
    Text label = report_value(table, row, "group").as.text;
    size_t group = 0;
    while (group < 4 && !text_equal(label, text_of(labels[group])))
        group++;
    return group;
}

TEST(every_product_is_what_the_rows_say)
{
    static const ProductLevel levels[] = {PRODUCTS_BY_GROUP, PRODUCTS_BY_ITEM, PRODUCTS_BY_BRAND};
    for (size_t i = 0; i < 3; i++) {
        AUTO(company_done) Company *company = company_new(harness_seed() + i);
        ReportPlan plan = company_plan(REPORT_PRODUCTS);
        plan.product_level = levels[i];
        const ReportTable *table = &company_report(company, &plan)->tables[0];
        EXPECT(report_rows_count(table) >= 10);
        for (size_t row = 0; row < report_rows_count(table); row++) {
            size_t group = group_of(table, row);
            if (group == 4) continue; /* everybody: checked by its rule */
            Text label = report_value(table, row, "product").as.text;
            Expected expected = expect(company, levels[i], group, label);
            EXPECT_MONEY(report_value(table, row, "revenue"), expected.revenue);
            EXPECT_MONEY(report_value(table, row, "lines"), expected.lines);
            EXPECT_MONEY(report_value(table, row, "customers"), expected.customers);
        }
    }
}

/* All of A buy the drill, nobody of B does; half of A the bits. */
TEST(gaps_and_candidates_are_found)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Population *population = population_new(arena);
    Error err;
    EXPECT_OK(population_read(population,
                              TEXT("item drill group=\"Tools / Drills\"\nitem bit group=Bits\n"
                                   "customer A1 city=A\ncustomer A2 city=A\ncustomer B1 city=B\n"
                                   "customer B2 city=B\n"
                                   "event purchase A1 2026-03-01 item=drill amount=100\n"
                                   "event purchase A2 2026-03-02 item=drill amount=300\n"
                                   "event purchase A2 2026-03-02 item=bit amount=5\n"),
                              &err),
              &err);
    population_finish(population);
    EngineWorld world = engine_world(population, 0, arena);
    ReportContext context = {.data = &world.data, .catalog = &population->catalog};
    const ReportSubject subjects[] = {{TEXT("A"), TEXT("city = \"A\"")},
                                      {TEXT("B"), TEXT("city = \"B\"")}};
    ReportPlan plan = {.kind = REPORT_PRODUCTS,
                       .subjects = subjects,
                       .subjects_count = 2,
                       .as_of = date_of(2026, 3, 31),
                       .depth = 1};
    Report report;
    EXPECT_OK(report_run(&context, &plan, arena, &report, &err), &err);
    const ReportTable *gaps = report_find_table(&report, TEXT("gaps"));
    REQUIRE(report_rows_count(gaps) == 2);
    EXPECT_TEXT(report_value(gaps, 0, "product").as.text, "Tools");
    EXPECT_TEXT(report_value(gaps, 0, "other_group").as.text, "B");
    EXPECT_INT(report_value(gaps, 0, "customers").as.decimal, 2);
    EXPECT_TEXT(gaps->rules.items[0],
                "(city = \"B\") and none(purchase where item under \"Tools\", from 2025-04-01 to "
                "2026-03-31)");
    const ReportTable *candidates = report_find_table(&report, TEXT("candidates"));
    REQUIRE(report_rows_count(candidates) == 1);
    EXPECT_TEXT(report_value(candidates, 0, "product").as.text, "Bits");
    EXPECT_INT(report_value(candidates, 0, "customers").as.decimal, 1);
    EXPECT(report_value(candidates, 0, "revenue_per_buyer").as.ratio == 5.0);
    engine_world_done(&world);
}
