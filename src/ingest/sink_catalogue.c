/* sink_catalogue.c -- rows of customers and items into the store, many to a transaction. */
#include "ingest/run.h"

#include "model/built_in.h"

enum { BATCH_ROWS = 50000 }; /* fewer commits write the same pages of the indexes less often */

static bool has_own_batches(const Run *run)
{
    return !import_is_one_batch(run->import);
}

static Status open_catalogue(Run *run, Error *err)
{
    return has_own_batches(run) ? store_batch_begin(run->import->store, err) : STATUS_OK;
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
}

const Sink SINK_CATALOGUE = {.open = open_catalogue,
                             .take = take_catalogue,
                             .is_full = is_catalogue_full,
                             .commit = commit_catalogue,
                             .let_others_write = let_others_write,
                             .close = close_catalogue};
