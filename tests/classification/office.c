/* office.c -- a data directory with the ten customers of the reference vectors. */
#include "classification/office.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "eval/sql.h"

#include <stdlib.h>

enum { CUSTOMERS = 10, MONTHS = 6 };

static const int months[CUSTOMERS][MONTHS] = {
    {100, 100, 100, 100, 100, 100}, {90, 110, 95, 105, 100, 100},
    {60, 80, 70, 75, 65, 70},       {0, 0, 300, 0, 0, 0},
    {50, 40, 45, 55, 50, 60},       {30, 0, 35, 0, 30, 25},
    {10, 12, 11, 9, 10, 8},         {5, 0, 0, 0, 0, 0},
    {20, 25, 15, 20, 30, 10},       {0, 0, 0, 0, 0, 45},
};

static const LookupProvider providers[] = {class_lookups_provide};

Date office_day(const char *iso)
{
    Date date = {0};
    EXPECT(date_parse_iso(text_of(iso), &date));
    return date;
}

static void write_purchases(Office *office)
{
    Purchase purchases[CUSTOMERS * MONTHS];
    size_t count = 0;
    Arena *arena = office->fixture.arena;
    for (int c = 0; c < CUSTOMERS; c++)
        for (int m = 0; m < MONTHS; m++) {
            if (months[c][m] == 0) continue;
            const char *code = arena_printf(arena, "C%02d", c + 1).data;
            const char *at = arena_printf(arena, "2026-%02d-15", m + 1).data;
            const char *key = arena_printf(arena, "%02d-%d", c + 1, m).data;
            purchases[count++] = (Purchase){.customer = code,
                                            .at = at,
                                            .key = key,
                                            .order = key,
                                            .amount = (int64_t)months[c][m] * 10000};
        }
    (void)fixture_write(&office->fixture, EVENTS_UPSERT, purchases, count);
}

void office_refresh(Office *office)
{
    Fixture *fixture = &office->fixture;
    Error *err = &fixture->err;
    if (office->view != NULL) dataset_release(office->dataset, office->view);
    if (office->dataset == NULL)
        EXPECT_OK(dataset_open(fixture->path, &(DatasetOptions){.threads_count = 1},
                               &office->dataset, err),
                  err);
    EXPECT_OK(dataset_refresh(office->dataset, NULL, err), err);
    office->view = dataset_acquire(office->dataset);
    NamedClassification *names = NULL;
    EXPECT_OK(classifications_load(fixture->store, fixture->arena, &office->all, err), err);
    office->catalog = (Catalog){.schema = store_schema(fixture->store)};
    EXPECT_OK(classifications_names(&office->all, fixture->store, fixture->arena, &names,
                                    &office->catalog.classifications_count, err),
              err);
    office->catalog.classifications = names;
    office->context.store = fixture->store;
    office->context.data = dataset_view_data(office->view);
    office->context.catalog = &office->catalog;
}

Office *office_open_empty(void)
{
    Office *office = MEMORY_NEW(Office);
    Date today = date_of(2026, 6, 30);
    office->fixture = fixture_open();
    office->context = (ClassificationContext){.lookup_providers = {providers, 1},
                                              .today = today,
                                              .now = moment_of(today, 12, 0, 0),
                                              .author = TEXT("anna")};
    return office;
}

Office *office_open(void)
{
    Office *office = office_open_empty();
    for (int i = 1; i <= CUSTOMERS; i++)
        fixture_add_customer(&office->fixture, arena_printf(office->fixture.arena, "C%02d", i).data,
                             "name");
    write_purchases(office);
    office_refresh(office);
    return office;
}

void office_done(Office **office)
{
    dataset_release((*office)->dataset, (*office)->view);
    dataset_close((*office)->dataset);
    fixture_done(&(*office)->fixture);
    free(*office);
    *office = NULL;
}

Definition office_xyz(Office *office)
{
    static const Metric month = {.expression = {"sum(purchase.amount, this month)", 32}};
    static const Number borders[] = {{10, 0}, {25, 0}};
    Definition definition = definition_customary(KIND_XYZ, LANGUAGE_EN, office->fixture.arena);
    definition.metrics = &month;
    definition.step = UNIT_MONTH;
    definition.periods_count = 12;
    definition.borders = (NumberList){borders, 2};
    return definition;
}

uint32_t office_add(Office *office, const char *name, const Definition *definition)
{
    uint32_t id = 0;
    Plan plan;
    Fixture *fixture = &office->fixture;
    PlanNames names = {&office->catalog, 0, LANGUAGE_EN};
    EXPECT_OK(plan_compile(definition, &names, fixture->arena, &plan, &fixture->err),
              &fixture->err);
    ClassificationWrite write = {.name = text_of(name),
                                 .definition = definition_to_json(definition, fixture->arena),
                                 .at = office->context.now,
                                 .author = TEXT("anna")};
    EXPECT_OK(store_add_classification(fixture->store, &write, &id, &fixture->err), &fixture->err);
    office_refresh(office);
    return id;
}

const Classification *office_get(Office *office, const char *name)
{
    const Classification *classification = NULL;
    Status status =
        classifications_get(&office->all, text_of(name), &classification, &office->fixture.err);
    ASSERT(status == STATUS_OK);
    return classification;
}

RunSummary office_run(Office *office, const char *name, const char *const *days, size_t count)
{
    Date dates[64];
    RunSummary *summaries = NULL;
    Fixture *fixture = &office->fixture;
    ASSERT(count > 0 && count <= 64);
    for (size_t i = 0; i < count; i++)
        dates[i] = office_day(days[i]);
    Status status =
        classification_run(&office->context, office_get(office, name), (RunDays){dates, count},
                           fixture->arena, &summaries, &fixture->err);
    EXPECT_OK(status, &fixture->err);
    office_refresh(office);
    return status == STATUS_OK ? summaries[count - 1] : (RunSummary){0};
}

Text office_classes(Office *office, const char *name, const char *day)
{
    AUTO(buffer_done) Buffer out = {0};
    RunClassList classes = {0};
    RunRow run;
    Fixture *fixture = &office->fixture;
    EXPECT_OK(store_find_run(fixture->store, office_get(office, name)->id, office_day(day),
                             fixture->arena, &run, &fixture->err),
              &fixture->err);
    EXPECT_OK(store_read_run_classes(fixture->store, run.id, true, fixture->arena, &classes,
                                     &fixture->err),
              &fixture->err);
    for (uint32_t id = 1; id <= CUSTOMERS; id++) {
        Text class_name = TEXT("-");
        for (size_t c = 0; c < classes.count; c++)
            if (customer_set_has(&classes.items[c].customers, (CustomerId){id}))
                class_name = classes.items[c].name;
        buffer_printf(&out, "%s%.*s", id > 1 ? " " : "", TEXT_FORMAT(class_name));
    }
    run_classes_free(&classes);
    return arena_text(fixture->arena, buffer_view(&out));
}

/* ---- counting with every evaluator ---- */

static uint64_t count_true(const EvalResult *result)
{
    uint64_t count = 0;
    for (size_t i = 0; i < result->customers_count; i++)
        count += result->values[0][i].kind == VALUE_BOOL && result->values[0][i].as.boolean;
    return count;
}

static uint64_t count_natively(Office *office, const Expression *expression, Date as_of,
                               const Lookups *lookups)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(engine_done) EngineProgram *program = NULL;
    Error *err = &office->fixture.err;
    EngineQuestion question = {.expression = expression, .as_of = as_of, .kind = ANSWER_COUNT};
    EngineOptions options = {.lookups = lookups, .threads_count = 1};
    EngineAnswer answer = {0};
    EXPECT_OK(engine_prepare(office->context.data, &question, 1, &options, &program, err), err);
    EXPECT_OK(engine_run(program, arena, &answer, err), err);
    return answer.count;
}

uint64_t office_count(Office *office, const char *rule, const char *as_of)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Fixture *fixture = &office->fixture;
    Error *err = &fixture->err;
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(arena);
    Date day = office_day(as_of);
    Status status = expression_compile(text_of(rule), &office->catalog, EXPECT_RULE, arena,
                                       &expression, &diagnostics);
    EXPECT(status == STATUS_OK);
    if (status != STATUS_OK) return UINT64_MAX;
    AUTO(joined_lookups_done)
    JoinedLookups *lookups = joined_lookups_new(fixture->store, (LookupProviders){providers, 1});
    EXPECT_OK(joined_lookups_prepare(lookups, expression, day, err), err);
    const Lookups *found = joined_lookups_get(lookups);
    uint64_t count = count_natively(office, expression, day, found);
    const Expression *expressions[] = {expression};
    EvalResult slow = {0}, sql = {0};
    CustomerSource *source = dataset_view_source(office->view, arena);
    EvalInput input = {.source = source, .lookups = found, .as_of = day};
    EXPECT_OK(reference_eval(&input, expressions, 1, arena, &slow, err), err);
    SqliteInput sqlite = {.store = fixture->store, .lookups = found, .as_of = day};
    EXPECT_OK(sqlite_eval(&sqlite, expressions, 1, arena, &sql, err), err);
    EXPECT_INT(count_true(&slow), count);
    EXPECT_INT(count_true(&sql), count);
    return count;
}
