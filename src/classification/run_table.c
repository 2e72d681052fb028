/* run_table.c -- one run as rows. */
#include "classification/run_table.h"

#include "analysis/order.h"

static Type type_of_column(const RunColumn *column)
{
    return (Type){.kind = TYPE_DECIMAL, .scale = column->scale, .is_money = column->is_money};
}

/* ---- rows in the order of the ids ---- */

typedef struct {
    const RunReading *stored;
    Arena *arena;
    uint32_t *row_of; /* by customer id */
    RunTableRow *rows;
    size_t count;
} Table;

static void make_rows(Table *table)
{
    const RunReading *stored = table->stored;
    CustomerSet all = {0};
    for (size_t c = 0; c < stored->classes.count; c++)
        customer_set_unite(&all, &stored->classes.items[c].customers);
    for (size_t c = 0; c < stored->columns.count; c++)
        customer_set_unite(&all, &stored->columns.items[c].customers);
    table->row_of = ARENA_ARRAY(table->arena, uint32_t, all.words_count * 64);
    table->rows = ARENA_ARRAY(table->arena, RunTableRow, customer_set_count(&all));
    FOR_EACH_CUSTOMER (id, &all) {
        table->row_of[id.value] = (uint32_t)table->count;
        table->rows[table->count++].customer = id;
    }
    customer_set_free(&all);
}

static void put_classes(const Table *table)
{
    for (size_t c = 0; c < table->stored->classes.count; c++) {
        const CustomerSet *set = &table->stored->classes.items[c].customers;
        FOR_EACH_CUSTOMER (id, set)
            table->rows[table->row_of[id.value]].class_number = (uint16_t)(c + 1);
    }
}

static Value *values_of(const Table *table, const RunColumn *column)
{
    Value *values = ARENA_ARRAY(table->arena, Value, table->count);
    size_t place = 0;
    FOR_EACH_CUSTOMER (id, &column->customers)
        values[table->row_of[id.value]] = value_decimal(column->numbers[place++]);
    return values;
}

/* ---- ranks ---- */

static void rank(RunTableRow *rows, size_t count)
{
    Int128 total = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].has_amount && rows[i].amount > 0) total += rows[i].amount;
    for (size_t i = 0; i < count; i++) {
        RunTableRow *row = &rows[i];
        bool is_equal =
            i > 0 && rows[i - 1].has_amount == row->has_amount && rows[i - 1].amount == row->amount;
        row->rank = is_equal ? rows[i - 1].rank : (uint32_t)(i + 1);
        if (total == 0) continue;
        if (row->has_amount && row->amount > 0) {
            sum += row->amount;
            row->share = (double)row->amount / (double)total;
        }
        row->cumulative_share = (double)sum / (double)total;
    }
}

static size_t *order_rows(const Table *table)
{
    int64_t *amounts = ARENA_ARRAY(table->arena, int64_t, table->count);
    uint32_t *order = ARENA_ARRAY(table->arena, uint32_t, table->count);
    size_t *places = ARENA_ARRAY(table->arena, size_t, table->count);
    for (size_t i = 0; i < table->count; i++) {
        order[i] = (uint32_t)i;
        amounts[i] = table->rows[i].has_amount ? table->rows[i].amount : INT64_MIN;
    }
    order_descending(amounts, order, table->count);
    for (size_t i = 0; i < table->count; i++)
        places[i] = order[i];
    return places;
}

/* Rows and the values of all columns by rank instead of by customer. */
static void sort_rows(Table *table, RunTableColumn *columns, size_t columns_count)
{
    size_t *places = order_rows(table);
    RunTableRow *rows = ARENA_ARRAY(table->arena, RunTableRow, table->count);
    for (size_t i = 0; i < table->count; i++)
        rows[i] = table->rows[places[i]];
    table->rows = rows;
    rank(rows, table->count);
    for (size_t c = 0; c < columns_count; c++) {
        Value *values = ARENA_ARRAY(table->arena, Value, table->count);
        for (size_t i = 0; i < table->count; i++)
            values[i] = columns[c].values[places[i]];
        columns[c].values = values;
    }
}

/* ---- the table ---- */

static void put_amounts(const Table *table, const Value *values)
{
    for (size_t i = 0; i < table->count; i++) {
        table->rows[i].has_amount = !value_is_missing(values[i]);
        if (table->rows[i].has_amount) table->rows[i].amount = values[i].as.decimal;
    }
}

static void put_columns(Table *table, RunTable *result)
{
    const RunReading *stored = table->stored;
    RunTableColumn *columns = ARENA_ARRAY(table->arena, RunTableColumn, stored->columns.count);
    for (size_t c = 0; c < stored->columns.count; c++) {
        const RunColumn *column = &stored->columns.items[c];
        columns[c] = (RunTableColumn){column->name, type_of_column(column),
                                      values_of(table, column), column->is_amount};
        if (!column->is_amount) continue;
        result->has_amount = true;
        result->amount_type = columns[c].type;
        put_amounts(table, columns[c].values);
    }
    if (result->has_amount) sort_rows(table, columns, stored->columns.count);
    result->columns = columns;
    result->columns_count = stored->columns.count;
}

Status run_table_read(RunSource source, const RunRow *run, Arena *arena, RunTable *ret_table,
                      Error *err)
{
    AUTO(run_reading_done) RunReading stored = {0};
    TRY(run_source_read(source, run->id, arena, &stored, err));
    Table table = {.stored = &stored, .arena = arena};
    RunTable result = {.run = run_source_row(source, run),
                       .classes = stored.classes.items,
                       .classes_count = stored.classes.count};
    make_rows(&table);
    put_classes(&table);
    put_columns(&table, &result);
    result.rows = table.rows;
    result.rows_count = table.count;
    *ret_table = result;
    return STATUS_OK;
}

Text run_table_class(const RunTable *table, const RunTableRow *row)
{
    return row->class_number == 0 ? (Text){0} : table->classes[row->class_number - 1].name;
}

/* ---- one customer ---- */

static Value value_for(const RunColumn *column, CustomerId customer)
{
    size_t place = 0;
    if (!customer_set_has(&column->customers, customer)) return value_missing();
    for (size_t word = 0; word < customer.value / 64; word++)
        place += (size_t)__builtin_popcountll(column->customers.words[word]);
    uint64_t below = (UINT64_C(1) << (customer.value % 64)) - 1;
    place += (size_t)__builtin_popcountll(column->customers.words[customer.value / 64] & below);
    return value_decimal(column->numbers[place]);
}

static Status read_entry(Store *store, const RunRow *run, CustomerId customer, Arena *arena,
                         HistoryEntry *entry, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(run_reading_done) RunReading stored = {0};
    TRY(run_source_read((RunSource){.store = store}, run->id, scratch, &stored, err));
    RunTableColumn *columns = ARENA_ARRAY(arena, RunTableColumn, stored.columns.count);
    for (size_t c = 0; c < stored.columns.count; c++) {
        Value *value = ARENA_NEW(arena, Value);
        *value = value_for(&stored.columns.items[c], customer);
        columns[c] = (RunTableColumn){arena_text(arena, stored.columns.items[c].name),
                                      type_of_column(&stored.columns.items[c]), value,
                                      stored.columns.items[c].is_amount};
    }
    *entry = (HistoryEntry){.run = *run, .columns = columns, .columns_count = stored.columns.count};
    for (size_t c = 0; c < stored.classes.count; c++)
        if (customer_set_has(&stored.classes.items[c].customers, customer))
            entry->class_name = arena_text(arena, stored.classes.items[c].name);
    return STATUS_OK;
}

Status classification_history(Store *store, uint32_t classification_id, CustomerId customer,
                              Arena *arena, ClassHistory *ret_history, Error *err)
{
    RunRow *runs = NULL;
    size_t count = 0;
    TRY(store_list_run_days(store, classification_id, arena, &runs, &count, err));
    HistoryEntry *entries = ARENA_ARRAY(arena, HistoryEntry, count);
    for (size_t i = 0; i < count; i++)
        TRY(read_entry(store, &runs[i], customer, arena, &entries[i], err));
    *ret_history = (ClassHistory){entries, count};
    return STATUS_OK;
}

/* ---- some customers ---- */

/* Numbers by customer id first: it costs the same for one and for all. */
static Value *pick(const RunColumn *column, const CustomerId *customers, size_t count, Arena *arena)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    size_t ids_count = column->customers.words_count * 64, place = 0;
    uint32_t *places = ARENA_ARRAY(scratch, uint32_t, ids_count + 1); /* from 1 */
    FOR_EACH_CUSTOMER (id, &column->customers)
        places[id.value] = (uint32_t)++place;
    Value *values = ARENA_ARRAY(arena, Value, count);
    for (size_t i = 0; i < count; i++) {
        uint32_t found = customers[i].value < ids_count ? places[customers[i].value] : 0;
        if (found != 0) values[i] = value_decimal(column->numbers[found - 1]);
    }
    return values;
}

Status run_values_read(Store *store, const RunRow *run, RunCustomers customers, Arena *arena,
                       RunValues *ret_values, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(run_columns_free) RunColumnList stored = {0};
    TRY(store_read_run_columns(store, run->id, true, scratch, &stored, err));
    RunTableColumn *columns = ARENA_ARRAY(arena, RunTableColumn, stored.count);
    for (size_t c = 0; c < stored.count; c++)
        columns[c] = (RunTableColumn){
            .name = arena_text(arena, stored.items[c].name),
            .type = type_of_column(&stored.items[c]),
            .values = pick(&stored.items[c], customers.items, customers.count, arena),
            .is_amount = stored.items[c].is_amount};
    *ret_values = (RunValues){columns, stored.count};
    return STATUS_OK;
}

/* ---- totals ---- */

/* Of everybody the counts and sums are stored. */
static Status read_totals(RunSource source, uint64_t run_id, Arena *arena, RunReading *ret_stored,
                          Error *err)
{
    if (source.only != NULL) return run_source_read(source, run_id, arena, ret_stored, err);
    TRY(store_read_run_classes(source.store, run_id, false, arena, &ret_stored->classes, err));
    return store_read_run_columns(source.store, run_id, false, arena, &ret_stored->columns, err);
}

Status run_summary_read(RunSource source, const RunRow *run, Arena *arena, RunSummary *ret_summary,
                        Error *err)
{
    AUTO(run_reading_done) RunReading stored = {0};
    RunSummary summary = {.run = run_source_row(source, run)};
    summary.unclassified_count = summary.run.customers_count;
    TRY(read_totals(source, run->id, arena, &stored, err));
    for (size_t i = 0; i < stored.classes.count; i++)
        summary.unclassified_count -= stored.classes.items[i].customers_count;
    for (size_t i = 0; i < stored.columns.count; i++) {
        if (!stored.columns.items[i].is_amount) continue;
        summary.has_amount = true;
        summary.amount_type = type_of_column(&stored.columns.items[i]);
    }
    for (size_t i = 0; i < stored.classes.count; i++)
        customer_set_free(&stored.classes.items[i].customers);
    summary.classes = stored.classes.items;
    summary.classes_count = stored.classes.count;
    *ret_summary = summary;
    return STATUS_OK;
}
