/* company.c -- a random company for tests of reports. */
#include "report/company.h"

#include <string.h>

enum { CUSTOMERS_COUNT = 70, DAYS_COUNT = 485 };

static const char *const cities[] = {"Москва", "Киев", "Самара", NULL};
static const char *const groups[] = {"Инструмент / Дрели", "Сад / Инструмент", "Сад", NULL};

static Value some_money(Random *random, int64_t units_max)
{
    if (random_chance(random, 0.1)) return value_missing();
    int64_t units = (int64_t)random_below(random, (uint64_t)units_max);
    if (random_chance(random, 0.15)) units = -units;
    return value_decimal(units * 2500);
}

static Moment some_moment(Random *random)
{
    Date day = {date_of(2025, 1, 1).day + (int32_t)random_below(random, DAYS_COUNT)};
    return moment_of(day, (int)random_below(random, 24), 0, 0);
}

static void add_items(Population *population)
{
    for (int i = 0; i < 12; i++) {
        Text code = arena_printf(population->arena, "I%d", i);
        Item *item = population_add_item(population, code);
        item->name = arena_printf(population->arena, "Товар %d", i);
        if (groups[i % 4] != NULL) item->group = text_of(groups[i % 4]);
        if (i % 3 > 0) item->brand = i % 3 == 1 ? TEXT("Гром") : TEXT("ГРОМ");
    }
}

static void add_purchases(Population *population, Person *person, Random *random)
{
    size_t count = random_below(random, 3) == 0 ? 0 : random_below(random, 14);
    for (size_t i = 0; i < count; i++) {
        Value *values =
            population_add_event(population, person, STREAM_PURCHASE, some_moment(random));
        if (!random_chance(random, 0.1))
            values[PURCHASE_ORDER] = value_text(arena_printf(
                population->arena, "%s%d", i % 2 ? "N" : "n", (int)random_below(random, 6)));
        if (!random_chance(random, 0.1))
            values[PURCHASE_ITEM] =
                value_item(population->items.items[random_below(random, population->items.count)]);
        values[PURCHASE_AMOUNT] = some_money(random, 4000);
        values[PURCHASE_COST] = some_money(random, 3000);
    }
}

static void add_settlements(Population *population, Person *person, Random *random)
{
    static const char *const kinds[] = {"charge", "CHARGE", "payment", "payment", "other"};
    size_t count = random_below(random, 9);
    for (size_t i = 0; i < count; i++) {
        Moment at = some_moment(random);
        Value *values = population_add_event(population, person, STREAM_SETTLEMENT, at);
        values[SETTLEMENT_KIND] = value_text(text_of(kinds[random_below(random, 5)]));
        values[SETTLEMENT_AMOUNT] = some_money(random, 4000);
        Date due = {moment_date(at).day + (int32_t)random_below(random, 90)};
        if (!random_chance(random, 0.2)) values[SETTLEMENT_DUE_DATE] = value_date(due);
    }
}

static void add_customers(Population *population, Random *random)
{
    for (int i = 0; i < CUSTOMERS_COUNT; i++) {
        Person *person =
            population_add_person(population, arena_printf(population->arena, "C%03d", i));
        const char *city = cities[random_below(random, 4)];
        if (city != NULL) person->values[BUILT_IN_CITY] = value_text(text_of(city));
        if (groups[i % 4] != NULL)
            person->values[BUILT_IN_REGION] = value_text(text_of(groups[i % 4]));
        if (random_chance(random, 0.6))
            person->values[BUILT_IN_VIP] = value_bool(random_chance(random, 0.5));
        if (random_chance(random, 0.8))
            person->values[BUILT_IN_EMPLOYEES] =
                value_decimal(1 + (int64_t)random_below(random, 50));
        if (random_chance(random, 0.7))
            person->values[BUILT_IN_DECLARED_PURCHASES] =
                value_decimal((int64_t)random_below(random, 500) * 10000);
        add_purchases(population, person, random);
        add_settlements(population, person, random);
    }
}

Company *company_new(uint64_t seed)
{
    Arena *arena = arena_new();
    Company *company = ARENA_NEW(arena, Company);
    Random random = random_seeded(seed);
    company->arena = arena;
    company->population = population_new(arena);
    add_items(company->population);
    add_customers(company->population, &random);
    population_finish(company->population);
    company->world = engine_world(company->population, seed, arena);
    company->context = (ReportContext){.data = &company->world.data,
                                       .catalog = &company->population->catalog,
                                       .threads_count = 1 + (unsigned)(seed % 3)};
    return company;
}

void company_done(Company **company)
{
    Arena *arena = (*company)->arena;
    engine_world_done(&(*company)->world);
    arena_free(arena);
    *company = NULL;
}

/* ---- asking ---- */

ReportPlan company_plan(ReportKind kind)
{
    static const ReportSubject subjects[COMPANY_GROUPS] = {
        {{"Москва", sizeof "Москва" - 1}, {"city = \"москва\" # both", 25}},
        {{"VIP", 3}, {"vip", 3}},
        {{"nobody", 6}, {"city = \"Нигде\"", 19}},
    };
    ReportPlan plan = {.kind = kind,
                       .subjects = subjects,
                       .subjects_count = COMPANY_GROUPS,
                       .as_of = date_of(2026, 3, 31)};
    return plan;
}

bool company_is_in(const Person *person, size_t group)
{
    Value city = person->values[BUILT_IN_CITY], vip = person->values[BUILT_IN_VIP];
    bool is_moscow = !value_is_missing(city) && text_equal(city.as.text, TEXT("Москва"));
    bool is_vip = !value_is_missing(vip) && vip.as.boolean;
    const bool in[] = {is_moscow, is_vip, false, is_moscow || is_vip};
    return in[group];
}

static uint64_t count_by_rule(Company *company, Text rule, Date as_of)
{
    Text problem = TEXT("");
    const Expression *expression =
        population_compile(company->population, rule, company->arena, &problem);
    if (expression == NULL) {
        harness_fail(__FILE__, __LINE__, "'%.*s': %.*s", TEXT_FORMAT(rule), TEXT_FORMAT(problem));
        return 0;
    }
    Answer answer = answer_of_reference(company->population, expression, as_of, company->arena);
    EXPECT_OK(answer.status, &answer.err);
    uint64_t count = 0;
    for (size_t i = 0; i < answer.result.customers_count; i++)
        count += answer.result.values[0][i].as.boolean;
    return count;
}

static void check_rules(Company *company, const ReportTable *table, Date as_of)
{
    bool counts = false;
    for (size_t i = 0; i < table->columns_count; i++)
        counts = counts || strcmp(table->columns[i].key, "customers") == 0;
    for (size_t row = 0; counts && row < report_rows_count(table); row++) {
        Text rule = table->rules.items[row];
        if (rule.size == 0) continue;
        int64_t told = report_value(table, row, "customers").as.decimal;
        int64_t found = (int64_t)count_by_rule(company, rule, as_of);
        if (told != found)
            harness_fail(__FILE__, __LINE__, "row %zu of %s tells %lld customers, %.*s means %lld",
                         row, table->key, (long long)told, TEXT_FORMAT(rule), (long long)found);
    }
}

const Report *company_report(Company *company, const ReportPlan *plan)
{
    Report *report = ARENA_NEW(company->arena, Report);
    Status status = report_run(&company->context, plan, company->arena, report, &company->err);
    EXPECT_OK(status, &company->err);
    for (size_t i = 0; i < report->tables_count; i++)
        check_rules(company, &report->tables[i], plan->as_of);
    return report;
}

size_t company_row(Company *company, const ReportTable *table, const char *key)
{
    for (size_t row = 0; row < report_rows_count(table); row++) {
        Text text = TEXT("");
        for (size_t i = 0; i < table->columns_count; i++) {
            Value value = table->values.items[row * table->columns_count + i];
            Text one = value_print(value, table->columns[i].type, company->arena);
            text = arena_printf(company->arena, "%.*s%s%.*s", TEXT_FORMAT(text), i > 0 ? "|" : "",
                                TEXT_FORMAT(one));
            if (text_equal(text, text_of(key))) return row;
        }
    }
    harness_fail(__FILE__, __LINE__, "'%s' has no row '%s'", table->key, key);
    return 0;
}

void company_expect(const char *file, int line, Value actual, Int128 expected)
{
    if (actual.kind != VALUE_DECIMAL || actual.as.decimal != expected)
        harness_fail(file, line, "%lld instead of %lld",
                     actual.kind == VALUE_DECIMAL ? (long long)actual.as.decimal : -1,
                     (long long)expected);
}
