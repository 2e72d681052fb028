/* numbered_run.c -- a run by customer id. */
#include "classification/numbered_run.h"

NumberedClasses number_classes(const RunClassList *classes, size_t ids_min, Arena *arena)
{
    size_t ids_count = ids_min;
    for (size_t c = 0; c < classes->count; c++)
        if (classes->items[c].customers.words_count * 64 > ids_count)
            ids_count = classes->items[c].customers.words_count * 64;
    uint16_t *numbers = ARENA_ARRAY(arena, uint16_t, ids_count);
    Text *names = ARENA_ARRAY(arena, Text, classes->count);
    for (size_t c = 0; c < classes->count; c++) {
        const CustomerSet *set = &classes->items[c].customers;
        names[c] = classes->items[c].name;
        FOR_EACH_CUSTOMER (id, set)
            numbers[id.value] = (uint16_t)(c + 1);
    }
    return (NumberedClasses){names, ids_count, numbers};
}

static size_t ids_of(const RunColumnList *columns)
{
    size_t words = 0;
    for (size_t i = 0; i < columns->count; i++)
        if (columns->items[i].customers.words_count > words)
            words = columns->items[i].customers.words_count;
    return words * 64;
}

static void number_amounts(const RunColumn *column, Arena *arena, NumberedRun *run)
{
    int64_t *amounts = ARENA_ARRAY(arena, int64_t, run->ids_count);
    size_t place = 0;
    FOR_EACH_CUSTOMER (id, &column->customers)
        amounts[id.value] = column->numbers[place++];
    run->has_amount = true;
    run->amount_type =
        (Type){.kind = TYPE_DECIMAL, .scale = column->scale, .is_money = column->is_money};
    run->amounts = amounts;
}

Status numbered_run_read(RunSource source, const RunRow *run, Arena *arena, NumberedRun *ret_run,
                         Error *err)
{
    AUTO(run_reading_done) RunReading stored = {0};
    NumberedRun result = {.run = run_source_row(source, run)};
    TRY(run_source_read(source, run->id, arena, &stored, err));
    const RunColumnList *columns = &stored.columns;
    NumberedClasses numbered = number_classes(&stored.classes, ids_of(columns), arena);
    result.names = numbered.names;
    result.classes_count = stored.classes.count;
    result.ids_count = numbered.ids_count;
    result.classes = numbered.numbers;
    for (size_t i = 0; i < columns->count; i++)
        if (columns->items[i].is_amount) number_amounts(&columns->items[i], arena, &result);
    *ret_run = result;
    return STATUS_OK;
}
