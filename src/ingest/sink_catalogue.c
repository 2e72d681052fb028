/* sink_catalogue.c -- rows of customers and items into the store, many to a transaction. */
#include "ingest/run.h"

#include "model/built_in.h"

enum {
    BATCH_ROWS = 50000, /* fewer commits write the same pages of the indexes less often */
    REPEATS_SHOWN = 3
};

static bool has_own_batches(const Run *run)
{
    return !import_is_one_batch(run->import);
}

static Status open_catalogue(Run *run, Error *err)
{
    if (has_own_batches(run)) TRY(store_batch_begin(run->import->store, err));
    run->code_lines = code_table_new();
    run->repeated_codes = map_new(0);
    return STATUS_OK;
}

static WriteMode write_mode(ImportMode mode)
{
    switch (mode) {
    case IMPORT_INSERT: return WRITE_INSERT;
    case IMPORT_REPLACE: return WRITE_REPLACE;
    case IMPORT_UPSERT: break;
    }
    return WRITE_UPSERT;
}

static Status write_customer(Run *run, const Row *row, WriteResult *ret_result, Error *err)
{
    CustomerWrite customer = {.code = row->values[BUILT_IN_CODE].as.text,
                              .values = row->values,
                              .is_given = row->is_given};
    return store_write_customer(run->import->store, &customer,
                                write_mode(run->import->options.mode), ret_result, err);
}

static Text text_value(Value value)
{
    return value_is_missing(value) ? TEXT("") : value.as.text;
}

static Status write_item(Run *run, const Row *row, WriteResult *ret_result, Error *err)
{
    ItemWrite write = {.item = {.code = text_value(row->values[ITEM_CODE]),
                                .name = text_value(row->values[ITEM_NAME]),
                                .group = text_value(row->values[ITEM_GROUP]),
                                .brand = text_value(row->values[ITEM_BRAND]),
                                .price = row->values[ITEM_PRICE],
                                .cost = row->values[ITEM_COST]}};
    for (size_t i = 0; i < ITEM_ATTRIBUTE_COUNT; i++)
        write.is_given[i] = row->is_given[i];
    return store_write_item(run->import->store, &write, write_mode(run->import->options.mode),
                            ret_result, err);
}

/* Each repeated code is told once, by its first two lines. */
static void note_code(Run *run, const Row *row)
{
    Text code = text_trim(text_value(row->values[0]));
    uint32_t first;
    uint64_t second;
    if (code.size == 0 || row->line > UINT32_MAX) return;
    if (!code_table_find(run->code_lines, code, &first)) {
        code_table_set(run->code_lines, code, (uint32_t)row->line);
        return;
    }
    if (!map_add(run->repeated_codes, code, row->line, &second)) return;
    size_t count = map_count(run->repeated_codes);
    if (count <= REPEATS_SHOWN)
        buffer_printf(&run->repeats, "%s%u, %llu", count > 1 ? "; " : "", first,
                      (unsigned long long)second);
    else if (count == REPEATS_SHOWN + 1)
        buffer_cstr(&run->repeats, "; …");
}

/* What the store says against this one row; anything else ends the import. */
static bool is_about_row(Status status)
{
    return status == STATUS_INVALID || status == STATUS_CONFLICT || status == STATUS_LIMIT;
}

static Status take_catalogue(Run *run, const RecordList *list, Row *row, Error *err)
{
    bool is_customer = run->import->options.target == IMPORT_CUSTOMERS;
    WriteResult result;
    Error refusal = {0};
    Status status = is_customer ? write_customer(run, row, &result, &refusal)
                                : write_item(run, row, &result, &refusal);
    if (is_about_row(status)) {
        Refusal refused = {FAULT_STORE, SLOT_VALUE, text_of(refusal.message)};
        if (status == STATUS_CONFLICT)
            refused = (Refusal){FAULT_EXISTS, SLOT_VALUE, text_value(row->values[0])};
        return run_refuse(run, list, row, refused, err);
    }
    if (status != STATUS_OK) return error_set(err, status, "%s", refusal.message);
    note_code(run, row);
    run->rows_in_batch++;
    run->in_batch.added += result == WRITE_ADDED;
    run->in_batch.updated += result == WRITE_UPDATED;
    run->in_batch.unchanged += result == WRITE_UNCHANGED;
    return STATUS_OK;
}

static bool is_catalogue_full(const Run *run)
{
    return run->rows_in_batch >= BATCH_ROWS;
}

static Status commit_catalogue(Run *run, Error *err)
{
    if (has_own_batches(run)) TRY(store_batch_commit(run->import->store, err));
    ImportReport *report = &run->import->report;
    report->added += run->in_batch.added;
    report->updated += run->in_batch.updated;
    report->unchanged += run->in_batch.unchanged;
    run->in_batch = (ImportReport){0};
    run->rows_in_batch = 0;
    return has_own_batches(run) ? store_batch_begin(run->import->store, err) : STATUS_OK;
}

/* Upper rows of a repeated code were stored and then changed by the last one. */
static Status finish_catalogue(Run *run, Error *err)
{
    Import *import = run->import;
    (void)err;
    size_t repeated = map_count(run->repeated_codes);
    if (repeated == 0) return STATUS_OK;
    Text note = SAY(import->voice, REPEATED_CODES, voice_count(import->voice, repeated),
                    buffer_view(&run->repeats));
    ARENA_PUSH(import->arena, &import->notes, note);
    return STATUS_OK;
}

static Status let_others_write(Run *run, Error *err)
{
    Store *store = run->import->store;
    bool has_changed;
    TRY(store_batch_commit(store, err)); /* of nothing: the commit before began it */
    TRY(store_let_others_write(store, run->progress, &has_changed, err));
    return store_batch_begin(store, err);
}

static void close_catalogue(Run *run)
{
    if (has_own_batches(run)) store_batch_rollback(run->import->store);
    code_table_free(run->code_lines);
    map_free(run->repeated_codes);
    buffer_done(&run->repeats);
}

const Sink SINK_CATALOGUE = {.open = open_catalogue,
                             .take = take_catalogue,
                             .is_full = is_catalogue_full,
                             .commit = commit_catalogue,
                             .finish = finish_catalogue,
                             .let_others_write = let_others_write,
                             .close = close_catalogue};
