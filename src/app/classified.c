/* classified.c -- the results of classifications for people. */
#include "app/classified.h"

#include "app/native.h"
#include "base/fold.h"

#include <stdlib.h>

static Status compile(App *app, Text source, Arena *arena, Expression **ret_expression)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    return app_compile(app, source, EXPECT_ANY_VALUE, arena, ret_expression, &diagnostics);
}

static size_t place_of(const EngineValues *values, CustomerId customer)
{
    size_t low = 0, high = values->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (values->customers[middle].value < customer.value)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there = low < values->count && values->customers[low].value == customer.value;
    return is_there ? low : SIZE_MAX;
}

static Text text_for(const EngineValues *values, CustomerId customer, Arena *arena)
{
    size_t place = place_of(values, customer);
    if (place == SIZE_MAX) return TEXT("");
    Value value = engine_values_get(values, place);
    return value_is_missing(value) ? TEXT("") : arena_text(arena, value.as.text);
}

/* The data do not have him (any more): the code he had when he was merged into another, if he was.
 */
static Status name_absent(App *app, CustomerId customer, Arena *arena, Text *ret_code, Error *err)
{
    CustomerSummary summary;
    TRY(store_describe_customers(app_store(app), &customer, 1, arena, &summary, err));
    *ret_code = summary.code;
    return STATUS_OK;
}

Status app_name_customers(App *app, const CustomerId *customers, size_t count, Arena *arena,
                          CustomerNames *ret_names, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(native_done) Native native = {0};
    AUTO(customer_set_free) CustomerSet only = {0};
    Expression *code = NULL, *name = NULL;
    EngineAnswer answers[2];
    AskMode mode = {.as_of = app_today(app)};
    TRY(compile(app, TEXT("`code`"), scratch, &code));
    TRY(compile(app, TEXT("`name`"), scratch, &name));
    for (size_t i = 0; i < count; i++)
        customer_set_add(&only, customers[i]);
    TRY(native_open(app, &mode, scratch, &native, err));
    const EngineQuestion questions[] = {
        {.expression = code, .as_of = mode.as_of, .kind = ANSWER_VALUES},
        {.expression = name, .as_of = mode.as_of, .kind = ANSWER_VALUES}};
    TRY(native_run(&native, (NativeQuestions){questions, 2, &only}, answers, err));
    Text *codes = ARENA_ARRAY(arena, Text, count), *names = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++) {
        codes[i] = text_for(&answers[0].values, customers[i], arena);
        names[i] = text_for(&answers[1].values, customers[i], arena);
        if (codes[i].size == 0) TRY(name_absent(app, customers[i], arena, &codes[i], err));
    }
    *ret_names = (CustomerNames){codes, names};
    return STATUS_OK;
}

/* ---- rows of a run ---- */

/* 0 for those without a class; SIZE_MAX: all. */
static Status wanted_class(const RunTable *table, Text name, size_t *ret_class, Error *err)
{
    *ret_class = name.size == 0 ? SIZE_MAX : 0;
    if (name.size == 0 || text_equal(name, TEXT("-"))) return STATUS_OK;
    for (size_t i = 0; i < table->classes_count; i++) {
        if (!text_equal_folded(table->classes[i].name, name)) continue;
        *ret_class = i + 1;
        return STATUS_OK;
    }
    return error_set(err, STATUS_NOT_FOUND, "the run has no class '%.*s'", TEXT_FORMAT(name));
}

typedef struct {
    const RunTable *table;
    size_t *places; /* in table->rows */
    size_t count;
    ClassifiedSort sort;
    const Text *names; /* by place, when they are sorted by */
    const Value *values;
} Sorting;

static void select_rows(Sorting *sorting, size_t wanted, const Bounds *bounds)
{
    const RunTable *table = sorting->table;
    for (size_t i = 0; i < table->rows_count; i++) {
        if (wanted != SIZE_MAX && table->rows[i].class_number != wanted) continue;
        if (bounds_have(bounds, table->rows[i].customer)) sorting->places[sorting->count++] = i;
    }
}

/* ---- their order ---- */

/* Who has none comes last, whichever way round. */
static int compare_values(const Sorting *sorting, size_t first, size_t second)
{
    Value a = sorting->values[first], b = sorting->values[second];
    if (value_is_missing(a) || value_is_missing(b))
        return (int)value_is_missing(a) - (int)value_is_missing(b);
    int order = (a.as.decimal > b.as.decimal) - (a.as.decimal < b.as.decimal);
    return sorting->sort.is_descending ? -order : order;
}

static int compare_classes(const Sorting *sorting, size_t first, size_t second)
{
    size_t a = sorting->table->rows[first].class_number,
           b = sorting->table->rows[second].class_number;
    if (a == 0 || b == 0) return (int)(a == 0) - (int)(b == 0);
    int order = (a > b) - (a < b);
    return sorting->sort.is_descending ? -order : order;
}

/* Equal ones stay by rank. */
static int compare_places(const void *a, const void *b, void *context)
{
    const Sorting *sorting = context;
    size_t first = *(const size_t *)a, second = *(const size_t *)b;
    int order = 0;
    if (sorting->values != NULL) {
        order = compare_values(sorting, first, second);
    } else if (sorting->names != NULL) {
        order = text_compare_folded(sorting->names[first], sorting->names[second]);
        if (sorting->sort.is_descending) order = -order;
    } else if (text_equal(sorting->sort.key, TEXT("class"))) {
        order = compare_classes(sorting, first, second);
    } else if (sorting->sort.is_descending) {
        order = (second > first) - (second < first);
    }
    return order != 0 ? order : (first > second) - (first < second);
}

static CustomerId *customers_at(const RunTable *table, const size_t *places, size_t count,
                                Arena *arena)
{
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, count);
    for (size_t i = 0; i < count; i++)
        customers[i] = table->rows[places[i]].customer;
    return customers;
}

static Status take_names(App *app, Sorting *sorting, bool is_code, Arena *arena, Error *err)
{
    CustomerNames found;
    const CustomerId *customers =
        customers_at(sorting->table, sorting->places, sorting->count, arena);
    TRY(app_name_customers(app, customers, sorting->count, arena, &found, err));
    Text *names = ARENA_ARRAY(arena, Text, sorting->table->rows_count);
    for (size_t i = 0; i < sorting->count; i++)
        names[sorting->places[i]] = is_code ? found.codes[i] : found.names[i];
    sorting->names = names;
    return STATUS_OK;
}

/* Shares and rank follow the amounts, and rows stand by them. */
static bool is_by_rank(Text key)
{
    return key.size == 0 || text_equal(key, TEXT("rank")) || text_equal(key, TEXT("class")) ||
           text_equal(key, TEXT("cumulative_share"));
}

static Status prepare_sorting(App *app, Sorting *sorting, Arena *arena, Error *err)
{
    Text key = sorting->sort.key;
    const RunTable *table = sorting->table;
    bool is_code = text_equal(key, TEXT("code"));
    if (is_code || text_equal(key, TEXT("name")))
        return take_names(app, sorting, is_code, arena, err);
    if (text_equal(key, TEXT("share"))) {
        sorting->sort.is_descending = !sorting->sort.is_descending;
        return STATUS_OK;
    }
    if (is_by_rank(key)) return STATUS_OK;
    for (size_t c = 0; c < table->columns_count; c++)
        if (text_equal(table->columns[c].name, key)) sorting->values = table->columns[c].values;
    if (sorting->values != NULL) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "the run has no column '%.*s' to sort by",
                     TEXT_FORMAT(key));
}

/* ---- all together ---- */

static Status find_run(App *app, const Classification *classification, const ClassifiedQuery *query,
                       Arena *arena, RunRow *ret_run, Error *err)
{
    Date day = query->has_at ? query->at : app_today(app);
    if (query->run_id == 0) return app_find_run(app, classification, day, arena, ret_run, err);
    return app_numbered_run(app, classification, query->run_id, arena, ret_run, err);
}

Status app_run_table(App *app, const Classification *classification, const ClassifiedQuery *query,
                     Arena *arena, RunTable *ret_table, Error *err)
{
    AUTO(bounds_done) Bounds visible = {0};
    RunRow run;
    TRY(find_run(app, classification, query, arena, &run, err));
    TRY(app_bounds(app, query->visible, &visible, err));
    return run_table_read(bounds_source(&visible, app), &run, arena, ret_table, err);
}

Status app_classified(App *app, const Classification *classification, const ClassifiedQuery *query,
                      Arena *arena, ClassifiedRows *ret_rows, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    size_t wanted;
    ClassifiedRows result = {0};
    TRY(app_run_table(app, classification, query, arena, &result.table, err));
    TRY(wanted_class(&result.table, query->class_name, &wanted, err));
    TRY(app_bounds(app, query->only, &bounds, err));
    Sorting sorting = {.table = &result.table,
                       .places = ARENA_ARRAY(arena, size_t, result.table.rows_count),
                       .sort = query->sort};
    select_rows(&sorting, wanted, &bounds);
    TRY(prepare_sorting(app, &sorting, arena, err));
    if (sorting.sort.key.size > 0)
        qsort_r(sorting.places, sorting.count, sizeof *sorting.places, compare_places, &sorting);
    size_t first = query->skipped < sorting.count ? query->skipped : sorting.count;
    size_t left = sorting.count - first;
    result.rows = sorting.places + first;
    result.rows_count = left < query->rows_max ? left : query->rows_max;
    result.found_count = sorting.count;
    const CustomerId *customers =
        customers_at(&result.table, result.rows, result.rows_count, arena);
    TRY(app_name_customers(app, customers, result.rows_count, arena, &result.customers, err));
    *ret_rows = result;
    return STATUS_OK;
}
