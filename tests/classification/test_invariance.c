/* test_invariance.c -- what no class may depend on: the unit of money, the order in which customers
 * and purchases came, and everybody being there twice. */
#include "base/random.h"
#include "classification/matrix.h"
#include "classification/migration.h"
#include "classification/office.h"

enum { CROWD = 40, PURCHASES_MAX = 18, DAYS = 729, CASES_MAX = 24 };

static const char *const days[] = {"2026-03-31", "2026-06-30"};

/* ---- the same company in other files ---- */

typedef struct {
    size_t person;
    Date day;
    int64_t amount;
} Bought;

typedef struct {
    Bought items[CROWD * PURCHASES_MAX];
    size_t count;
} Crowd;

/* Some never buy, some return more than they bought, some are equal to the last kopek. */
static Crowd random_crowd(void)
{
    Random random = random_seeded(harness_seed());
    Crowd crowd = {.count = 0};
    for (size_t person = 0; person < CROWD; person++)
        for (uint64_t left = random_below(&random, PURCHASES_MAX); left > 0; left--) {
            int64_t amount = 50 * (1 + (int64_t)random_below(&random, 20));
            bool is_return = random_chance(&random, 0.1);
            Date day =
                date_add(date_of(2024, 7, 1), (int64_t)random_below(&random, DAYS), UNIT_DAY);
            crowd.items[crowd.count++] = (Bought){person, day, is_return ? -amount : amount};
        }
    return crowd;
}

typedef struct {
    int64_t unit; /* amounts are so many times greater */
    size_t copies;
    bool is_turned; /* the last one comes first */
} Variant;

static const Variant plain = {.unit = 1, .copies = 1};

/* Customers by number, each copy after the other; where one of them stands in the file. */
static size_t place_of(Variant variant, size_t number)
{
    return variant.is_turned ? CROWD * variant.copies - 1 - number : number;
}

static const char *code_of(Office *office, size_t number)
{
    return arena_printf(office->fixture.arena, "K%03zu", number).data;
}

static void add_customers(Office *office, Variant variant)
{
    for (size_t place = 0; place < CROWD * variant.copies; place++) {
        size_t number = place_of(variant, place), person = number % CROWD;
        const char *code = code_of(office, number);
        fixture_add_customer(&office->fixture, code, "name");
        if (person % 3 == 0) continue; /* whose opinion nobody asked */
        WriteResult result;
        EXPECT_OK(fixture_set(&office->fixture, code, "nps", value_decimal((int64_t)person % 11),
                              WRITE_UPSERT, &result),
                  &office->fixture.err);
    }
}

static void add_purchases(Office *office, const Crowd *crowd, Variant variant)
{
    Arena *arena = office->fixture.arena;
    size_t count = crowd->count * variant.copies;
    Purchase *purchases = ARENA_ARRAY(arena, Purchase, count);
    for (size_t i = 0; i < count; i++) {
        size_t place = variant.is_turned ? count - 1 - i : i;
        const Bought *bought = &crowd->items[place % crowd->count];
        size_t number = place / crowd->count * CROWD + bought->person;
        char day[DATE_TEXT_MAX];
        const char *key = arena_printf(arena, "%zu", place).data;
        purchases[i] = (Purchase){.customer = code_of(office, number),
                                  .at = arena_text(arena, date_print_iso(bought->day, day)).data,
                                  .key = key,
                                  .order = key,
                                  .amount = bought->amount * variant.unit * 10000};
    }
    (void)fixture_write(&office->fixture, EVENTS_UPSERT, purchases, count);
}

static Office *open_crowd(const Crowd *crowd, Variant variant)
{
    Office *office = office_open_empty();
    add_customers(office, variant);
    add_purchases(office, crowd, variant);
    office_refresh(office);
    return office;
}

/* ---- classifications of every kind ---- */

typedef struct {
    const char *name;
    Definition definition;
    bool counts_customers; /* its borders fall between rows: twice as many rows move them */
} Case;

typedef struct {
    Office *office;
    int64_t unit;
    Case items[CASES_MAX];
    size_t count;
} Cases;

static void put(Cases *cases, const char *name, Definition definition)
{
    ASSERT(cases->count < CASES_MAX);
    cases->items[cases->count++] = (Case){.name = name, .definition = definition};
}

static Definition customary(const Cases *cases, ClassificationKind kind)
{
    return definition_customary(kind, LANGUAGE_EN, cases->office->fixture.arena);
}

static NumberList borders_of(const Cases *cases, int64_t first, int64_t second)
{
    Number *items = ARENA_ARRAY(cases->office->fixture.arena, Number, 2);
    items[0] = (Number){first * cases->unit, 0};
    items[1] = (Number){second * cases->unit, 0};
    return (NumberList){items, 2};
}

static Text rule_above(const Cases *cases, int64_t amount)
{
    return arena_printf(cases->office->fixture.arena, "sum(purchase.amount) >= %lld",
                        (long long)(amount * cases->unit));
}

static void put_abc(Cases *cases)
{
    static const Metric two[] = {{.expression = {"sum(purchase.amount)", 20}, .weight = 3},
                                 {.expression = {"periods(purchase by day)", 24}}};
    for (size_t method = 0; method < ABC_METHOD_COUNT; method++) {
        if (method == ABC_SELF_ADJUSTING) continue; /* it parts equals by their order */
        Definition definition = customary(cases, KIND_ABC);
        definition.abc_method = (AbcMethod)method;
        if (method == ABC_THRESHOLDS) definition.borders = borders_of(cases, 4000, 1000);
        put(cases, abc_method_code((AbcMethod)method), definition);
        cases->items[cases->count - 1].counts_customers =
            method == ABC_SUM || method == ABC_COMPUTED;
    }
    Definition index = customary(cases, KIND_ABC);
    index.metrics = two;
    index.metrics_count = 2;
    put(cases, "index of two", index);
}

static void put_numbers(Cases *cases)
{
    static const Metric sum = {.expression = {"sum(purchase.amount)", 20}};
    Definition xyz = office_xyz(cases->office);
    put(cases, "XYZ", xyz);
    xyz.zeros = XYZ_WHOLE_WINDOW;
    xyz.is_sample = true;
    put(cases, "XYZ of a sample", xyz);
    xyz.is_sample = false;
    xyz.is_seasonal = true;
    put(cases, "XYZ by season", xyz);
    xyz.is_seasonal = false;
    xyz.xyz_method = XYZ_FREQUENCY;
    xyz.borders = (NumberList){0};
    put(cases, "XYZ by frequency", xyz);
    put(cases, "RFM", customary(cases, KIND_RFM));
    put(cases, "bands",
        (Definition){.kind = KIND_BANDS,
                     .metrics = &sum,
                     .metrics_count = 1,
                     .borders = borders_of(cases, 1000, 4000)});
}

static void put_rules(Cases *cases)
{
    Arena *arena = cases->office->fixture.arena;
    Metric *parts = ARENA_ARRAY(arena, Metric, 2);
    parts[0].expression = rule_above(cases, 2000);
    parts[1].expression = TEXT("periods(purchase by quarter, last 12 months)");
    put(cases, "cross",
        (Definition){.kind = KIND_CROSS,
                     .metrics = parts,
                     .metrics_count = 2,
                     .amount = TEXT("sum(purchase.amount)")});
    ClassDefinition *classes = ARENA_ARRAY(arena, ClassDefinition, 2);
    classes[0] = (ClassDefinition){.name = TEXT("great"), .rule = rule_above(cases, 4000)};
    classes[1] =
        (ClassDefinition){.name = TEXT("new"), .rule = TEXT("any(purchase, last 90 days)")};
    put(cases, "rules",
        (Definition){.kind = KIND_RULES,
                     .classes = classes,
                     .classes_count = 2,
                     .rest = TEXT("others"),
                     .amount = TEXT("sum(purchase.amount)")});
    put(cases, "stage", customary(cases, KIND_STAGE));
    put(cases, "ladder", customary(cases, KIND_LADDER));
    put(cases, "roles", customary(cases, KIND_ROLES));
}

static Cases run_cases(Office *office, int64_t unit)
{
    Cases cases = {.office = office, .unit = unit};
    put_abc(&cases);
    put_numbers(&cases);
    put_rules(&cases);
    for (size_t i = 0; i < cases.count; i++) {
        office_add(office, cases.items[i].name, &cases.items[i].definition);
        office_run(office, cases.items[i].name, days, 2);
    }
    return cases;
}

/* ---- comparing ---- */

static RunRow run_on(Office *office, const char *name, const char *day)
{
    RunRow run = {0};
    EXPECT_OK(store_find_run(office->fixture.store, office_get(office, name)->id, office_day(day),
                             office->fixture.arena, &run, &office->fixture.err),
              &office->fixture.err);
    return run;
}

static RunClassList read_classes(Office *office, const char *name, const char *day)
{
    RunClassList classes = {0};
    RunRow run = run_on(office, name, day);
    EXPECT_OK(store_read_run_classes(office->fixture.store, run.id, true, office->fixture.arena,
                                     &classes, &office->fixture.err),
              &office->fixture.err);
    return classes;
}

static void expect_same_class(const RunClass *one, const RunClass *other, Variant variant)
{
    EXPECT_INT(other->customers_count, one->customers_count * variant.copies);
    EXPECT_INT(other->has_amount, one->has_amount);
    EXPECT_INT(other->amount, one->amount * variant.unit * (int64_t)variant.copies);
    for (size_t number = 0; number < CROWD * variant.copies; number++) {
        CustomerId before = {(uint32_t)(number % CROWD) + 1};
        CustomerId after = {(uint32_t)place_of(variant, number) + 1};
        EXPECT_INT(customer_set_has(&other->customers, after),
                   customer_set_has(&one->customers, before));
    }
}

static void expect_same_run(Office *one, Office *other, Variant variant, const char *name)
{
    for (size_t day = 0; day < 2; day++) {
        AUTO(run_classes_free) RunClassList before = read_classes(one, name, days[day]);
        AUTO(run_classes_free) RunClassList after = read_classes(other, name, days[day]);
        REQUIRE(before.count > 0 && before.count == after.count);
        for (size_t c = 0; c < before.count; c++)
            expect_same_class(&before.items[c], &after.items[c], variant);
    }
}

static Matrix matrix_of(Office *office)
{
    Matrix matrix = {0};
    RunRow rows = run_on(office, "pareto", days[1]), columns = run_on(office, "XYZ", days[1]);
    EXPECT_OK(matrix_read((RunSource){office->fixture.store, NULL}, &rows, &columns,
                          office->fixture.arena, &matrix, &office->fixture.err),
              &office->fixture.err);
    return matrix;
}

static void expect_same_matrix(Office *one, Office *other, Variant variant)
{
    Matrix before = matrix_of(one), after = matrix_of(other);
    int64_t times = variant.unit * (int64_t)variant.copies;
    for (size_t row = 0; row <= before.rows_count; row++)
        for (size_t column = 0; column <= before.columns_count; column++) {
            const MatrixCell *cell = matrix_cell(&before, row, column);
            const MatrixCell *same = matrix_cell(&after, row, column);
            EXPECT_INT(same->customers_count, cell->customers_count * variant.copies);
            EXPECT_INT(same->amount, cell->amount * times);
        }
}

static Migration migration_of(Office *office, const char *name)
{
    Migration migration = {0};
    const RunRow runs[2] = {run_on(office, name, days[0]), run_on(office, name, days[1])};
    EXPECT_OK(migration_read((RunSource){office->fixture.store, NULL}, runs, NULL,
                             office->fixture.arena, &migration, &office->fixture.err),
              &office->fixture.err);
    return migration;
}

static void expect_same_migration(Office *one, Office *other, Variant variant, const char *name)
{
    Migration before = migration_of(one, name), after = migration_of(other, name);
    int64_t times = variant.unit * (int64_t)variant.copies;
    REQUIRE(before.from_count == after.from_count && before.to_count == after.to_count);
    EXPECT(before.parts[0].stability == after.parts[0].stability);
    for (size_t from = 0; from <= before.from_count; from++)
        for (size_t to = 0; to <= before.to_count; to++) {
            const MigrationCell *cell = migration_cell(&before, &before.parts[0], from, to);
            const MigrationCell *same = migration_cell(&after, &after.parts[0], from, to);
            EXPECT_INT(same->customers_count, cell->customers_count * variant.copies);
            EXPECT(same->share == cell->share);
            EXPECT_INT(same->before, cell->before * times);
            EXPECT_INT(same->after, cell->after * times);
        }
}

static void expect_same(Variant variant)
{
    Crowd crowd = random_crowd();
    AUTO(office_done) Office *one = open_crowd(&crowd, plain);
    AUTO(office_done) Office *other = open_crowd(&crowd, variant);
    Cases cases = run_cases(one, 1);
    run_cases(other, variant.unit);
    for (size_t i = 0; i < cases.count; i++) {
        if (cases.items[i].counts_customers && variant.copies > 1) continue;
        expect_same_run(one, other, variant, cases.items[i].name);
        expect_same_migration(one, other, variant, cases.items[i].name);
    }
    expect_same_matrix(one, other, variant);
}

TEST(another_unit_of_money_changes_nothing)
{
    expect_same((Variant){.unit = 1000, .copies = 1});
}

TEST(another_order_changes_nothing)
{
    expect_same((Variant){.unit = 1, .copies = 1, .is_turned = true});
}

TEST(everybody_twice_changes_nothing)
{
    expect_same((Variant){.unit = 1, .copies = 2});
}

TEST(all_of_it_at_once_changes_nothing)
{
    expect_same((Variant){.unit = 77, .copies = 3, .is_turned = true});
}
