/* sink_events.c -- rows of a stream into the event writer: customers, items, batches. */
#include "ingest/run.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A batch takes an eighth of the machine's memory within these bounds: each batch writes the packs
 * of its customers anew, so a few large ones cost far less than many small ones. */
enum { BATCH_BYTES_MIN = 128 << 20, BATCH_MEMORY_SHARE = 8 };
#define BATCH_BYTES_MAX ((size_t)2 << 30)

static size_t batch_bytes_default(void)
{
    size_t bytes = memory_of_machine_bytes() / BATCH_MEMORY_SHARE;
    if (bytes < BATCH_BYTES_MIN) return BATCH_BYTES_MIN;
    return bytes < BATCH_BYTES_MAX ? bytes : BATCH_BYTES_MAX;
}

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

static size_t contact_slot(const Run *run)
{
    const Stream *stream = stream_of(run);
    for (size_t i = 0; i < run->import->shape.values_count; i++)
        if (stream->fields[i].role == FIELD_CONTACT) return i;
    return SIZE_MAX;
}

/* By the size of the file; 0 when that is not known. */
static uint64_t events_expected(const Import *import)
{
    enum { EVENT_BYTES = 64 };
    return input_total_bytes(import->input) / EVENT_BYTES;
}

static bool names_customers(const Import *import)
{
    for (size_t i = 0; i < import->shape.bindings_count; i++)
        if (import->shape.bindings[i].field.kind == SLOT_CUSTOMER) return true;
    return false;
}

static Status open_events(Run *run, Error *err)
{
    AUTO(event_writer_done) EventWriter *writer = NULL;
    const ImportOptions *options = &run->import->options;
    size_t bytes_max =
        options->batch_bytes_max != 0 ? options->batch_bytes_max : batch_bytes_default();
    TRY(event_writer_open(run->import->store, stream_of(run), write_mode(options->mode), bytes_max,
                          &writer, err));
    event_writer_limit_fields(writer, run->import->shape.values_count);
    if (options->moves_keys) event_writer_let_keys_move(writer);
    if (names_customers(run->import))
        TRY(event_writer_expect_events(writer, events_expected(run->import), err));
    run->contact_slot = contact_slot(run);
    run->kept_bytes_max = bytes_max;
    run->writer = writer;
    writer = NULL;
    return STATUS_OK;
}

static Text contact_of(const Run *run, const Row *row)
{
    if (run->contact_slot == SIZE_MAX) return TEXT("");
    Value contact = row->values[run->contact_slot];
    return value_is_missing(contact) ? TEXT("") : contact.as.text;
}

/* ---- ahead, on other threads ---- */

/* How many rows ahead: enough to hide the memory, few enough to stay cached. */
enum { EXPECTED_ROWS = 16, FOUND_ROWS = 8 };

static void *open_ahead(Run *run)
{
    return event_ahead_new(run->writer);
}

static void close_ahead(void *ahead)
{
    event_ahead_free(ahead);
}

static bool is_item_text(const Import *import, const Row *row, size_t slot)
{
    return import->columns.target.stream->fields[slot].role == FIELD_ITEM &&
           row->values[slot].kind == VALUE_TEXT;
}

/* Rows of one order follow each other, so the customer of the row before is often the next one. */
static bool is_same_customer(const Row *rows, size_t index)
{
    return index > 0 && text_equal(rows[index].customer, rows[index - 1].customer);
}

static void expect_row(const Import *import, const EventAhead *ahead, const Row *rows, size_t index)
{
    const Row *row = &rows[index];
    if (row->fault != FAULT_NONE) return;
    Text item = TEXT("");
    for (size_t i = 0; i < import->shape.values_count; i++)
        if (is_item_text(import, row, i)) item = row->values[i].as.text;
    event_ahead_expect(ahead, is_same_customer(rows, index) ? TEXT("") : row->customer, item);
}

/* Items are met as texts; from here on they are references. */
static void find_row(const Import *import, const EventAhead *ahead, Row *rows, size_t index)
{
    Row *row = &rows[index];
    if (row->fault != FAULT_NONE) return;
    if (is_same_customer(rows, index))
        row->customer_id = rows[index - 1].customer_id;
    else if (!event_ahead_find_customer(ahead, row->customer, &row->customer_id))
        row->customer_id.value = 0;
    for (size_t i = 0; i < import->shape.values_count; i++) {
        const Item *item;
        if (is_item_text(import, row, i) &&
            event_ahead_find_item(ahead, row->values[i].as.text, &item))
            row->values[i] = value_item(item);
    }
}

static void encode_row(EventAhead *ahead, Row *row, Buffer *encoded)
{
    if (row->fault != FAULT_NONE || row->customer_id.value == 0) return;
    EventWrite event = {
        .customer = row->customer_id, .at = row->at, .key = row->key, .values = row->values};
    size_t begin = encoded->size;
    if (begin > UINT32_MAX / 2 || !event_ahead_encode(ahead, &event, encoded)) return;
    row->encoded_begin = (uint32_t)begin;
    row->encoded_size = (uint32_t)(encoded->size - begin);
}

static uint64_t encode_ahead(const Import *import, void *context, Row *rows, size_t count,
                             Buffer *encoded)
{
    EventAhead *ahead = context;
    if (!event_ahead_begin(ahead)) return event_ahead_changes_seen(ahead);
    uint64_t changes_seen = event_ahead_changes_seen(ahead);
    for (size_t i = 0; i < count + EXPECTED_ROWS; i++) {
        if (i < count) expect_row(import, ahead, rows, i);
        size_t found = i - (EXPECTED_ROWS - FOUND_ROWS), done = i - EXPECTED_ROWS;
        if (i >= EXPECTED_ROWS - FOUND_ROWS && found < count) find_row(import, ahead, rows, found);
        if (i >= EXPECTED_ROWS) encode_row(ahead, &rows[done], encoded);
    }
    event_ahead_end(ahead);
    return changes_seen;
}

/* ---- what is left to the storing thread ---- */

/* The customer by his own code, or by his contact person's where he has no column; id 0 when
 * unknown. */
static Status find_customer(Run *run, const Row *row, CustomerId *ret_id, Error *err)
{
    if (row->customer.size == 0)
        return event_writer_find_customer(run->writer, contact_of(run, row), true, ret_id, err);
    TRY(event_writer_find_customer(run->writer, row->customer, false, ret_id, err));
    if (ret_id->value == 0 && run->import->options.create_customers) {
        TRY(event_writer_add_customer(run->writer, row->customer, ret_id, err));
        run->customers_added++;
    }
    return STATUS_OK;
}

static Status find_items(Run *run, Row *row, Error *err)
{
    for (size_t i = 0; i < run->import->shape.values_count; i++) {
        if (!is_item_text(run->import, row, i)) continue;
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
static Status add_event(Run *run, const RecordList *list, Row *row, Error *err)
{
    EventWrite event = {.customer = row->customer_id,
                        .at = row->at,
                        .key = row->key,
                        .values = row->values,
                        .line = row->line};
    Text encoded = {run->encoded->data + row->encoded_begin, row->encoded_size};
    if (encoded.size != 0) return event_writer_add_encoded(run->writer, &event, encoded, err);
    Status status = event_writer_add(run->writer, &event, &run->refusal);
    if (status == STATUS_INVALID || status == STATUS_LIMIT) {
        Refusal refused = {FAULT_STORE, SLOT_VALUE, text_of(run->refusal.message)};
        return run_refuse(run, list, row, refused, err);
    }
    return status == STATUS_OK ? STATUS_OK : error_set(err, status, "%s", run->refusal.message);
}

static Status refuse_unknown(Run *run, const RecordList *list, Row *row, Error *err)
{
    bool is_contact = row->customer.size == 0;
    Refusal refused = {is_contact ? FAULT_UNKNOWN_CONTACT : FAULT_UNKNOWN_CUSTOMER,
                       is_contact ? SLOT_VALUE : SLOT_CUSTOMER,
                       is_contact ? contact_of(run, row) : row->customer};
    return run_refuse(run, list, row, refused, err);
}

/* It may be a slip or two firms that share an accountant: the event counts for the customer it
 * names, and the report tells. */
static Status look_at_contact(Run *run, const Row *row, Error *err)
{
    Text contact = row->customer.size > 0 ? contact_of(run, row) : TEXT("");
    if (contact.size == 0) return STATUS_OK;
    CustomerId owner;
    TRY(event_writer_find_customer(run->writer, contact, true, &owner, err));
    if (owner.value == 0 || owner.value == row->customer_id.value) return STATUS_OK;
    if (run->foreign_contacts < KEY_LINES_MAX)
        run->foreign_lines[run->foreign_contacts][0] = row->line;
    run->foreign_contacts++;
    return STATUS_OK;
}

static Status take_event(Run *run, const RecordList *list, Row *row, Error *err)
{
    if (row->encoded_size == 0) {
        TRY(find_customer(run, row, &row->customer_id, err));
        if (row->customer_id.value == 0) return refuse_unknown(run, list, row, err);
        TRY(find_items(run, row, err));
    }
    TRY(look_at_contact(run, row, err));
    const ImportOptions *options = &run->import->options;
    bool is_refusing = options->mode == IMPORT_INSERT || !options->moves_keys;
    bool can_conflict = is_refusing && row->key.size != 0;
    if (can_conflict) keep_row(run, list, row);
    return add_event(run, list, row, err);
}

static void rest_events(Run *run)
{
    event_writer_rest(run->writer);
}

static bool is_events_full(const Run *run)
{
    return event_writer_is_full(run->writer) || run->kept.size >= run->kept_bytes_max;
}

static int compare_lines(const void *a, const void *b)
{
    const struct KeptRow *left = a, *right = b;
    return (left->line > right->line) - (left->line < right->line);
}

static uint32_t key_column(const Import *import)
{
    for (size_t i = 0; i < import->shape.bindings_count; i++)
        if (import->shape.bindings[i].field.kind == SLOT_KEY)
            return import->shape.bindings[i].column;
    return NO_COLUMN;
}

static Status refuse_conflict(Run *run, const KeyConflict *conflict, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    struct KeptRow key = {.line = conflict->line};
    const struct KeptRow *row =
        bsearch(&key, run->kept_rows.items, run->kept_rows.count, sizeof key, compare_lines);
    ASSERT(row != NULL);
    KeptRejection rejection = {
        .kept = text_slice(buffer_view(&run->kept), row->begin, row->end),
        .row = {.line = conflict->line, .fault = FAULT_EXISTS, .fault_column = NO_COLUMN}};
    if (conflict->owner.value != 0) {
        CustomerSummary owner;
        TRY(store_describe_customers(run->import->store, &conflict->owner, 1, arena, &owner, err));
        rejection.row.fault = FAULT_KEY_OF_OTHER;
        rejection.row.fault_column = key_column(run->import);
        rejection.row.fault_value = conflict->key;
        rejection.detail = owner.code;
    }
    return rejects_add_kept(run->rejects, &rejection, err);
}

/* Rows whose key turned out to be taken when the batch was written. Rows are kept in the order of
 * lines. */
static Status refuse_conflicts(Run *run, Error *err)
{
    size_t count;
    const KeyConflict *conflicts = event_writer_conflicts(run->writer, &count);
    for (size_t i = 0; i < count; i++)
        TRY(refuse_conflict(run, &conflicts[i], err));
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

static void report_counts(Run *run, const EventWriteCounts *total)
{
    ImportReport *report = &run->import->report;
    report->added = total->added;
    report->updated = total->updated;
    report->unchanged = total->unchanged;
    report->removed = total->removed;
}

static Status commit_events(Run *run, Error *err)
{
    Progress progress = {report_bytes, run};
    EventWriteCounts total;
    TRY(event_writer_flush(run->writer, &progress, &total, err));
    report_counts(run, &total);
    return refuse_conflicts(run, err);
}

/* "2, 5; 3, 9; …" */
static Text list_of_lines(const uint64_t (*lines)[2], size_t width, uint64_t count, Arena *arena)
{
    AUTO(buffer_done) Buffer list = {0};
    for (size_t i = 0; i < count && i < KEY_LINES_MAX; i++) {
        buffer_printf(&list, "%s%llu",
                      i == 0      ? ""
                      : width > 1 ? "; "
                                  : ", ",
                      (unsigned long long)lines[i][0]);
        if (width > 1) buffer_printf(&list, ", %llu", (unsigned long long)lines[i][1]);
    }
    if (count > KEY_LINES_MAX) buffer_cstr(&list, width > 1 ? "; …" : ", …");
    return arena_text(arena, buffer_view(&list));
}

static void note_keys(Run *run)
{
    Import *import = run->import;
    Voice voice = import->voice;
    const KeyNotes *notes = event_writer_key_notes(run->writer);
    if (notes->repeated > 0) {
        Text note = SAY(voice, REPEATED_KEYS, voice_count(voice, notes->repeated),
                        list_of_lines(notes->repeated_lines, 2, notes->repeated, import->arena));
        ARENA_PUSH(import->arena, &import->notes, note);
    }
    if (notes->moved > 0) {
        Text note = SAY(voice, MOVED_KEYS, voice_count(voice, notes->moved),
                        list_of_lines(notes->moved_lines, 1, notes->moved, import->arena));
        ARENA_PUSH(import->arena, &import->notes, note);
    }
    if (run->foreign_contacts > 0) {
        Text note = SAY(voice, FOREIGN_CONTACTS, voice_count(voice, run->foreign_contacts),
                        list_of_lines((const uint64_t(*)[2])run->foreign_lines, 1,
                                      run->foreign_contacts, import->arena));
        ARENA_PUSH(import->arena, &import->notes, note);
    }
}

/* A file that lacks rows does not say what is to go. */
static Status finish_events(Run *run, Error *err)
{
    Import *import = run->import;
    Progress progress = {report_bytes, run};
    EventWriteCounts total;
    note_keys(run);
    if (import->options.mode != IMPORT_REPLACE) return STATUS_OK;
    if (rejects_count(run->rejects) > 0) {
        Text note = say(import->voice, MESSAGE_NOT_REPLACED);
        ARENA_PUSH(import->arena, &import->notes, note);
        return STATUS_OK;
    }
    TRY(event_writer_remove_rest(run->writer, &progress, &total, err));
    report_counts(run, &total);
    return STATUS_OK;
}

static Status let_others_write(Run *run, Error *err)
{
    Progress progress = {report_bytes, run};
    bool has_changed = false;
    TRY(event_writer_let_others_write(run->writer, &progress, &has_changed, err));
    run->changes_seen += has_changed;
    return STATUS_OK;
}

static void close_events(Run *run)
{
    event_writer_close(run->writer);
    run->writer = NULL;
}

const Sink SINK_EVENTS = {.open = open_events,
                          .ahead_open = open_ahead,
                          .encode_ahead = encode_ahead,
                          .ahead_close = close_ahead,
                          .take = take_event,
                          .rest = rest_events,
                          .is_full = is_events_full,
                          .commit = commit_events,
                          .finish = finish_events,
                          .let_others_write = let_others_write,
                          .close = close_events};
