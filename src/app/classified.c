/* classified.c -- the results of classifications for people. */
#include "app/classified.h"

#include "app/native.h"
#include "base/fold.h"

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

static void select_rows(ClassifiedRows *result, size_t wanted, size_t rows_max, Arena *arena)
{
    const RunTable *table = &result->table;
    size_t *rows = ARENA_ARRAY(arena, size_t, table->rows_count);
    for (size_t i = 0; i < table->rows_count; i++) {
        if (wanted != SIZE_MAX && table->rows[i].class_number != wanted) continue;
        if (result->found_count++ < rows_max) rows[result->rows_count++] = i;
    }
    result->rows = rows;
}

Status app_classified(App *app, const Classification *classification, const ClassifiedQuery *query,
                      Arena *arena, ClassifiedRows *ret_rows, Error *err)
{
    RunRow run;
    size_t wanted;
    ClassifiedRows result = {0};
    Date at = query->has_at ? query->at : (Date){DATE_DAY_MAX};
    TRY(app_find_run(app, classification, at, arena, &run, err));
    TRY(run_table_read(app_store(app), &run, arena, &result.table, err));
    TRY(wanted_class(&result.table, query->class_name, &wanted, err));
    select_rows(&result, wanted, query->rows_max, arena);
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, result.rows_count);
    for (size_t i = 0; i < result.rows_count; i++)
        customers[i] = result.table.rows[result.rows[i]].customer;
    TRY(app_name_customers(app, customers, result.rows_count, arena, &result.customers, err));
    *ret_rows = result;
    return STATUS_OK;
}
