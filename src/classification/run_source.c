/* run_source.c -- where runs are read from, and of whom. */
#include "classification/run_source.h"

#include "base/decimal.h"

/* Numbers stand in the order of the customers: those of whom stays move up. */
static void narrow_column(RunColumn *column, const CustomerSet *only, Arena *arena)
{
    int64_t *kept =
        ARENA_ARRAY(arena, int64_t, customer_set_count_common(&column->customers, only));
    size_t place = 0, count = 0;
    FOR_EACH_CUSTOMER (id, &column->customers) {
        if (customer_set_has(only, id)) kept[count++] = column->numbers[place];
        place++;
    }
    customer_set_intersect(&column->customers, only);
    column->numbers = kept;
}

static Int128 sum_of_class(const RunClass *class, const RunColumn *column)
{
    Int128 sum = 0;
    size_t place = 0;
    FOR_EACH_CUSTOMER (id, &column->customers) {
        if (customer_set_has(&class->customers, id)) sum += column->numbers[place];
        place++;
    }
    return sum;
}

static Status narrow_class(RunClass *class, const RunColumn *amounts, const CustomerSet *only,
                           Error *err)
{
    customer_set_intersect(&class->customers, only);
    class->customers_count = customer_set_count(&class->customers);
    if (!class->has_amount || amounts == NULL) return STATUS_OK;
    Int128 sum = sum_of_class(class, amounts);
    if (!decimal_fits(sum))
        return error_set(err, STATUS_LIMIT, "a class adds up to more than 18 digits");
    class->amount = (int64_t)sum;
    return STATUS_OK;
}

static Status narrow(RunReading *reading, const CustomerSet *only, Arena *arena, Error *err)
{
    const RunColumn *amounts = NULL;
    for (size_t i = 0; i < reading->columns.count; i++) {
        narrow_column(&reading->columns.items[i], only, arena);
        if (reading->columns.items[i].is_amount) amounts = &reading->columns.items[i];
    }
    for (size_t i = 0; i < reading->classes.count; i++)
        TRY(narrow_class(&reading->classes.items[i], amounts, only, err));
    return STATUS_OK;
}

Status run_source_read(RunSource source, uint64_t run_id, Arena *arena, RunReading *ret_reading,
                       Error *err)
{
    AUTO(run_reading_done) RunReading reading = {0};
    TRY(store_read_run_classes(source.store, run_id, true, arena, &reading.classes, err));
    TRY(store_read_run_columns(source.store, run_id, true, arena, &reading.columns, err));
    if (source.only != NULL) TRY(narrow(&reading, source.only, arena, err));
    *ret_reading = reading;
    reading = (RunReading){0};
    return STATUS_OK;
}

void run_reading_done(RunReading *reading)
{
    run_classes_free(&reading->classes);
    run_columns_free(&reading->columns);
}

RunRow run_source_row(RunSource source, const RunRow *run)
{
    RunRow row = *run;
    if (source.only != NULL) row.customers_count = customer_set_count(source.only);
    return row;
}
