/* sink_events.c -- rows of a stream into the event writer: customers, items, batches. */
#include "ingest/run.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_BYTES_DEFAULT = 256 << 20 };

static const Stream *stream_of(const Run *run)
{
    return run->import->columns.target.stream;
}

static EventWriteMode write_mode(ImportMode mode)
{
    switch (mode) {
    case IMPORT_INSERT: return EVENTS_INSERT;
    case IMPORT_REPLACE: return EVENTS_REPLACE;
    case IMPORT_UPSERT: break;
    }
    return EVENTS_UPSERT;
}

static Status open_events(Run *run, Error *err)
{
    const ImportOptions *options = &run->import->options;
    size_t bytes_max =
        options->batch_bytes_max != 0 ? options->batch_bytes_max : (size_t)BATCH_BYTES_DEFAULT;
    return event_writer_open(run->import->store, stream_of(run), write_mode(options->mode),
                             bytes_max, &run->writer, err);
}

static Text contact_of(const Run *run, const Row *row)
{
    const Stream *stream = stream_of(run);
    for (size_t i = 0; i < stream->fields_count; i++)
        if (stream->fields[i].role == FIELD_CONTACT && !value_is_missing(row->values[i]))
            return row->values[i].as.text;
    return TEXT("");
}

static bool is_last_customer(const Run *run, Text code)
{
    return run->last_customer.id.value != 0 &&
           text_equal(code, (Text){run->last_customer.code, run->last_customer.code_size});
}

static void remember_customer(Run *run, Text code, CustomerId id)
{
    if (code.size > sizeof run->last_customer.code) return;
    memcpy(run->last_customer.code, code.data, code.size);
    run->last_customer.code_size = code.size;
    run->last_customer.id = id;
}

/* The customer by his own code, or by his contact person's where he has no column; id 0 when
 * unknown. */
static Status find_customer(Run *run, const Row *row, CustomerId *ret_id, Error *err)
{
    if (row->customer.size == 0)
        return event_writer_find_customer(run->writer, contact_of(run, row), true, ret_id, err);
    if (is_last_customer(run, row->customer)) {
        *ret_id = run->last_customer.id;
        return STATUS_OK;
    }
    TRY(event_writer_find_customer(run->writer, row->customer, false, ret_id, err));
    if (ret_id->value == 0 && run->import->options.create_customers) {
        TRY(event_writer_add_customer(run->writer, row->customer, ret_id, err));
        run->customers_added++;
    }
    remember_customer(run, row->customer, *ret_id);
    return STATUS_OK;
}

/* Items are met as texts; from here on they are references. */
static Status find_items(Run *run, Row *row, Error *err)
{
    const Stream *stream = stream_of(run);
    for (size_t i = 0; i < stream->fields_count; i++) {
        if (stream->fields[i].role != FIELD_ITEM || value_is_missing(row->values[i])) continue;
        const Item *item;
        bool is_new;
        TRY(event_writer_find_or_add_item(run->writer, row->values[i].as.text, &item, &is_new,
                                          err));
        run->items_added += is_new;
        row->values[i] = value_item(item);
    }
    return STATUS_OK;
}

static void keep_row(Run *run, const RecordList *list, const Row *row)
{
    struct KeptRow kept = {.line = row->record->line, .begin = run->kept.size};
    rejects_keep(run->rejects, list, row->record, &run->kept);
    kept.end = run->kept.size;
    ARENA_PUSH(run->import->arena, &run->kept_rows, kept);
}

/* What the writer says against this one event; anything else ends the import. */
static Status add_event(Run *run, const RecordList *list, Row *row, CustomerId customer, Error *err)
{
    EventWrite event = {.customer = customer,
                        .at = row->at,
                        .key = row->key,
                        .values = row->values,
                        .line = row->record->line};
    Error refusal = {0};
    Status status = event_writer_add(run->writer, &event, &refusal);
    if (status == STATUS_INVALID || status == STATUS_LIMIT) {
        Refusal refused = {FAULT_STORE, SLOT_VALUE, text_of(refusal.message)};
        return run_refuse(run, list, row, refused, err);
    }
    return status == STATUS_OK ? STATUS_OK : error_set(err, status, "%s", refusal.message);
}

static Status take_event(Run *run, const RecordList *list, Row *row, Error *err)
{
    CustomerId customer;
    TRY(find_customer(run, row, &customer, err));
    if (customer.value == 0) {
        bool is_contact = row->customer.size == 0;
        Refusal refused = {is_contact ? FAULT_UNKNOWN_CONTACT : FAULT_UNKNOWN_CUSTOMER,
                           is_contact ? SLOT_VALUE : SLOT_CUSTOMER,
                           is_contact ? contact_of(run, row) : row->customer};
        return run_refuse(run, list, row, refused, err);
    }
    TRY(find_items(run, row, err));
    bool can_conflict = run->import->options.mode == IMPORT_INSERT && row->key.size != 0;
    if (can_conflict) keep_row(run, list, row);
    return add_event(run, list, row, customer, err);
}

static void expect_event(const Run *run, const Row *row)
{
    Text item = TEXT("");
    const Stream *stream = stream_of(run);
    for (size_t i = 0; i < stream->fields_count; i++)
        if (stream->fields[i].role == FIELD_ITEM && row->values[i].kind == VALUE_TEXT)
            item = row->values[i].as.text;
    event_writer_expect(run->writer, row->customer, item);
}

static bool is_events_full(const Run *run)
{
    return event_writer_is_full(run->writer);
}

static int compare_lines(const void *a, const void *b)
{
    const struct KeptRow *left = a, *right = b;
    return (left->line > right->line) - (left->line < right->line);
}

/* Rows whose key turned out to exist when the batch was written. Rows are kept in the order of
 * lines. */
static Status refuse_conflicts(Run *run, Error *err)
{
    size_t count;
    const uint64_t *lines = event_writer_conflicts(run->writer, &count);
    for (size_t i = 0; i < count; i++) {
        struct KeptRow key = {.line = lines[i]};
        const struct KeptRow *row =
            bsearch(&key, run->kept_rows.items, run->kept_rows.count, sizeof key, compare_lines);
        ASSERT(row != NULL);
        Text text = text_slice(buffer_view(&run->kept), row->begin, row->end);
        TRY(rejects_add_kept(run->rejects, text, lines[i], FAULT_EXISTS, err));
    }
    buffer_clear(&run->kept);
    run->kept_rows.count = 0;
    return STATUS_OK;
}

/* The writer's own progress, told as the bytes of the file it belongs to. */
static bool report_bytes(void *context, const char *step, uint64_t done, uint64_t total)
{
    const Run *run = context;
    (void)done;
    (void)total;
    return run->progress == NULL ||
           run->progress->report(run->progress->context, step, run->bytes_done,
                                 input_total_bytes(run->import->input));
}

static Status commit_events(Run *run, Error *err)
{
    Progress progress = {report_bytes, run};
    EventWriteCounts total;
    TRY(event_writer_flush(run->writer, &progress, &total, err));
    ImportReport *report = &run->import->report;
    report->added = total.added;
    report->updated = total.updated;
    report->unchanged = total.unchanged;
    report->removed = total.removed;
    return refuse_conflicts(run, err);
}

static void close_events(Run *run)
{
    event_writer_close(run->writer);
    run->writer = NULL;
}

const Sink SINK_EVENTS = {open_events,    expect_event,  take_event,
                          is_events_full, commit_events, close_events};
