/* test_demo.c -- the demo company is the same for the same seed and day, and it is complete. */
#include "base/buffer.h"
#include "base/hash.h"
#include "base/map.h"
#include "demo/company.h"
#include "harness/harness.h"
#include "lang/lang.h"

#include <stdio.h>
#include <string.h>

static DemoOptions options_of(uint64_t seed, int year, int month, int day)
{
    return (DemoOptions){.seed = seed, .until = date_of(year, month, day)};
}

static void add_value(Buffer *out, Value value, Type type, Arena *arena)
{
    buffer_text(out, value_print(value, type, arena));
    buffer_char(out, '\n');
}

/* Everything that is said of the customers and their events, in one text. */
static Digest digest_of(const DemoOptions *options)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer text = {0};
    const Company *company = company_new(options, arena);
    const Schema *schema = schema_built_in(demo_settings(), arena);
    for (size_t i = 0; i < company->customers_count; i++)
        for (size_t p = 0; p < BUILT_IN_PROPERTIES_COUNT; p++)
            add_value(&text, company->customers[i].values[p],
                      property_value_type(&schema->properties[p]), arena);
    for (size_t s = 0; s < BUILT_IN_STREAMS_COUNT; s++) {
        const DemoEventList *events = &company->events[s];
        for (size_t i = 0; i < events->count; i++) {
            buffer_printf(&text, "%u %lld ", (unsigned)events->items[i].customer,
                          (long long)events->items[i].at.second);
            for (size_t f = 0; f < schema->streams[s].fields_count; f++)
                add_value(&text, events->items[i].values[f],
                          field_value_type(&schema->streams[s].fields[f]), arena);
        }
    }
    return hash_blake2b(text.data, text.size);
}

TEST(same_seed_and_day_give_the_same_company)
{
    DemoOptions options = options_of(DEMO_SEED, 2026, 3, 31);
    Digest first = digest_of(&options), again = digest_of(&options);
    EXPECT(memcmp(&first, &again, sizeof first) == 0);
    DemoOptions other_seed = options_of(DEMO_SEED + 1, 2026, 3, 31);
    DemoOptions other_day = options_of(DEMO_SEED, 2026, 3, 30);
    Digest second = digest_of(&other_seed), third = digest_of(&other_day);
    EXPECT(memcmp(&first, &second, sizeof first) != 0);
    EXPECT(memcmp(&first, &third, sizeof first) != 0);
}

/* As of any day: the right size, nothing after the last day, nothing before the first but what the
 * cast says, codes that are unique. */
static void check_company(const DemoOptions *options)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Company *company = company_new(options, arena);
    EXPECT_INT(company->customers_count, DEMO_CUSTOMERS_COUNT);
    size_t purchases = company->events[STREAM_PURCHASE].count;
    EXPECT(purchases > 150000 && purchases < 250000);
    EXPECT(company->events[STREAM_INTERACTION].count > 30000);
    EXPECT(company->events[STREAM_SETTLEMENT].count > 30000);
    EXPECT(company->events[STREAM_CONTACT].count > 1000);
    for (size_t s = 0; s < BUILT_IN_STREAMS_COUNT; s++)
        for (size_t i = 0; i < company->events[s].count; i++) {
            Date day = moment_date(company->events[s].items[i].at);
            if (day.day > options->until.day) {
                EXPECT(day.day <= options->until.day);
                return;
            }
        }
    AUTO(map_done) Map *codes = map_new(DEMO_CUSTOMERS_COUNT);
    for (size_t i = 0; i < company->customers_count; i++) {
        uint64_t index;
        EXPECT(map_add(codes, company->customers[i].code, i, &index));
    }
}

TEST(the_company_is_complete_as_of_any_day)
{
    static const int days[][3] = {{2026, 3, 31}, {2028, 2, 29}, {2026, 1, 1}, {2027, 12, 31}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        DemoOptions options = options_of(DEMO_SEED, days[i][0], days[i][1], days[i][2]);
        check_company(&options);
    }
}

TEST(every_property_is_known_of_some_and_missing_for_others)
{
    AUTO(arena_done) Arena *arena = arena_new();
    DemoOptions options = options_of(DEMO_SEED, 2026, 3, 31);
    const Company *company = company_new(&options, arena);
    const Schema *schema = schema_built_in(demo_settings(), arena);
    for (size_t p = 0; p < BUILT_IN_PROPERTIES_COUNT; p++) {
        size_t known = 0;
        for (size_t i = 0; i < company->customers_count; i++)
            known += value_is_missing(company->customers[i].values[p]) ? 0 : 1;
        if (known < 50 || (known == company->customers_count && p > BUILT_IN_KIND))
            harness_fail(__FILE__, __LINE__, "%.*s is known of %zu customers",
                         TEXT_FORMAT(schema->properties[p].name), known);
    }
}

TEST(items_have_groups_and_cost_less_than_they_bring)
{
    AUTO(arena_done) Arena *arena = arena_new();
    DemoOptions options = options_of(DEMO_SEED, 2026, 3, 31);
    const Company *company = company_new(&options, arena);
    EXPECT(company->items_count > 100);
    for (size_t i = 0; i < company->items_count; i++) {
        EXPECT(company->items[i].group.size > 0);
        EXPECT(company->items[i].cost.as.decimal < company->items[i].price.as.decimal);
    }
    EXPECT_INT(company_item(company, "Супер дрель")->price.as.decimal, 10000 * INT64_C(10000));
}

/* The demo writes metrics without knowing the language: here they are checked. */
TEST(metrics_of_the_demo_are_expressions)
{
    AUTO(arena_done) Arena *arena = arena_new();
    MetricDefinition definitions[16];
    REQUIRE(demo_metrics_count <= 16);
    for (size_t i = 0; i < demo_metrics_count; i++)
        definitions[i] = (MetricDefinition){.name = demo_metrics[i].name,
                                            .expression = demo_metrics[i].expression};
    Catalog catalog = {.schema = schema_built_in(demo_settings(), arena),
                       .metrics = definitions,
                       .metrics_count = demo_metrics_count};
    for (size_t i = 0; i < demo_metrics_count; i++) {
        Diagnostics diagnostics = diagnostics_new(arena);
        Expression *expression = NULL;
        Status status = expression_compile(demo_metrics[i].expression, &catalog, EXPECT_ANY_VALUE,
                                           arena, &expression, &diagnostics);
        EXPECT_INT(status, STATUS_OK);
        for (size_t l = 0; l < LANGUAGE_COUNT; l++)
            EXPECT(demo_metrics[i].descriptions.in[l].size > 0);
        if (status == STATUS_OK)
            EXPECT_TEXT(expression_print(expression->root, arena),
                        arena_cstr(arena, demo_metrics[i].expression));
    }
}

TEST(the_company_is_written_whole)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(store_done) Store *store = NULL;
    Error err = {0};
    char path[512];
    snprintf(path, sizeof path, "%s/demo", harness_temporary_dir());
    DemoOptions options = options_of(DEMO_SEED, 2026, 3, 31);
    const Company *company = company_new(&options, arena);
    EXPECT_OK(store_init(path, demo_settings(), &err), &err);
    EXPECT_OK(store_open(path, STORE_WRITE, &store, &err), &err);
    REQUIRE(store != NULL);
    EXPECT_OK(demo_write(store, &options, NULL, &err), &err);
    StoreCounts counts = {0};
    EXPECT_OK(store_count(store, arena, &counts, &err), &err);
    EXPECT_INT(counts.customers, company->customers_count);
    EXPECT_INT(counts.items, company->items_count);
    for (size_t s = 0; s < BUILT_IN_STREAMS_COUNT; s++)
        EXPECT_INT(counts.events[s], company->events[s].count);
}
