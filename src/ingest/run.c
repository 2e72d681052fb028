/* run.c -- the import itself: one thread reads, decodes and converts, the caller's stores. */
#include "ingest/run.h"

#include "ingest/mapping.h"

#include "base/thread.h"

#include <stdio.h>

enum { PIECES = 8 };

/* A block of the file with its rows converted; goes round between the two threads. */
typedef struct {
    Block block;
    Arena *arena; /* rows, values, sets */
    Row *rows;
} Piece;

typedef struct {
    Import *import;
    Reader *reader;
    Queue *empty, *full;
    Status status; /* read after the thread has ended */
    Error error;
} Producer;

/* ---- the reading thread ---- */

static void convert_piece(const Import *import, Piece *piece)
{
    const RecordList *list = &piece->block.list;
    const RowShape *shape = &import->shape;
    size_t count = list->records.count, width = shape->values_count;
    bool has_given = shape->target != IMPORT_EVENTS;
    arena_reset(piece->arena);
    piece->rows = ARENA_ARRAY(piece->arena, Row, count);
    Value *values = ARENA_ARRAY(piece->arena, Value, count * width);
    bool *given = has_given ? ARENA_ARRAY(piece->arena, bool, count *width) : NULL;
    for (size_t i = 0; i < count; i++) {
        Row *row = &piece->rows[i];
        row->values = values + i * width;
        row->is_given = has_given ? given + i * width : NULL;
        row_convert(shape, list, &list->records.items[i], piece->arena, row);
        if (row->fault == FAULT_NONE) row->fault = import_missing_part(import, row);
    }
}

static void produce(void *context)
{
    Producer *producer = context;
    void *item;
    while (queue_pop(producer->empty, &item)) {
        Piece *piece = item;
        producer->status = reader_next(producer->reader, &piece->block, &producer->error);
        if (producer->status != STATUS_OK) break;
        convert_piece(producer->import, piece);
        bool is_end = piece->block.is_end;
        if (!queue_push(producer->full, piece) || is_end) break;
    }
    queue_close(producer->full);
}

/* ---- the storing thread ---- */

Status run_refuse(Run *run, const RecordList *list, Row *row, Refusal refusal, Error *err)
{
    const RowShape *shape = &run->import->shape;
    row->fault = refusal.fault;
    row->fault_value = refusal.value;
    row->fault_column = NO_COLUMN;
    for (size_t i = 0; refusal.kind != SLOT_VALUE && i < shape->bindings_count; i++)
        if (shape->bindings[i].field.kind == refusal.kind)
            row->fault_column = shape->bindings[i].column;
    return rejects_add(run->rejects, list, row, err);
}

static Status commit(Run *run, const Sink *sink, Error *err)
{
    TRY(sink->commit(run, err));
    run->import->report.bytes_done = run->bytes_done;
    run->import->report.line_done = run->line;
    run->import->report.rounded = run->rounded;
    run->import->report.customers_added = run->customers_added;
    run->import->report.items_added = run->items_added;
    return STATUS_OK;
}

enum {
    EXPECTED_ROWS = 16
}; /* how far ahead: enough to hide the memory, few enough to stay cached */

static void expect_row(const Run *run, const Sink *sink, const Piece *piece, size_t index)
{
    if (sink->expect == NULL || index >= piece->block.list.records.count) return;
    if (piece->rows[index].fault == FAULT_NONE) sink->expect(run, &piece->rows[index]);
}

static Status take_piece(Run *run, const Sink *sink, const Piece *piece, Error *err)
{
    const RecordList *list = &piece->block.list;
    for (size_t i = 0; i < list->records.count; i++) {
        Row *row = &piece->rows[i];
        expect_row(run, sink, piece, i + EXPECTED_ROWS);
        TRY(row->fault != FAULT_NONE ? rejects_add(run->rejects, list, row, err)
                                     : sink->take(run, list, row, err));
        run->line = row->record->line;
        if (row->fault == FAULT_NONE) run->rounded += row->rounded;
        if (sink->is_full(run)) TRY(commit(run, sink, err));
    }
    run->bytes_done = piece->block.bytes_done;
    run->import->rows_done += list->records.count;
    return progress_report(run->progress, "importing", run->bytes_done,
                           input_total_bytes(run->import->input), err);
}

static Status take_all(Run *run, const Sink *sink, Producer *producer, Error *err)
{
    void *item;
    while (queue_pop(producer->full, &item)) {
        Piece *piece = item;
        TRY(take_piece(run, sink, piece, err));
        if (!queue_push(producer->empty, piece)) break;
    }
    return STATUS_OK;
}

static Status run_pipeline(Run *run, const Sink *sink, Producer *producer, Error *err)
{
    Piece pieces[PIECES] = {0};
    for (size_t i = 0; i < PIECES; i++) {
        pieces[i].arena = arena_new();
        ASSERT(queue_push(producer->empty, &pieces[i]));
    }
    Thread thread;
    Status status = thread_start(produce, producer, &thread, err);
    if (status == STATUS_OK) {
        status = take_all(run, sink, producer, err);
        queue_cancel(producer->empty);
        queue_cancel(producer->full);
        thread_join(thread);
        if (status == STATUS_OK && producer->status != STATUS_OK)
            status = error_set(err, producer->status, "%s", producer->error.message);
    }
    for (size_t i = 0; i < PIECES; i++) {
        block_done(&pieces[i].block);
        arena_free(pieces[i].arena);
    }
    return status;
}

/* ---- before and after ---- */

/* Make the new properties or fields, and put their true slots into the bindings. */
static Status create_fields(Import *import, Error *err)
{
    Columns *columns = &import->columns;
    bool is_event = import->options.target == IMPORT_EVENTS;
    for (size_t i = 0; i < columns->creations.count; i++) {
        const Creation *creation = &columns->creations.items[i];
        TRY(is_event ? store_add_field(import->store, import->options.stream,
                                       &creation->event_field, err)
                     : store_add_property(import->store, &creation->property, err));
        Text type = text_of(property_type_code(creation->property.type));
        Text note = is_event ? SAY(import->voice, MADE_FIELD, creation->property.name, type)
                             : SAY(import->voice, MADE_PROPERTY, creation->property.name, type);
        ARENA_PUSH(import->arena, &import->notes, note);
    }
    const Schema *schema = store_schema(import->store);
    columns->target.values_count = schema->properties_count;
    if (import->options.target == IMPORT_ITEMS) columns->target.values_count = ITEM_ATTRIBUTE_COUNT;
    if (is_event) {
        columns->target.stream = schema_find_stream(schema, import->options.stream);
        columns->target.values_count = columns->target.stream->fields_count;
    }
    import->shape.values_count = columns->target.values_count;
    return STATUS_OK;
}

static size_t slot_of(const Import *import, const TargetField *field)
{
    const Schema *schema = store_schema(import->store);
    switch (import->options.target) {
    case IMPORT_CUSTOMERS:
        return schema_property_slot(schema, schema_find_property(schema, field->name));
    case IMPORT_EVENTS: return stream_find_field(import->columns.target.stream, field->name)->slot;
    case IMPORT_ITEMS: break;
    }
    return field->slot;
}

static void settle_slots(Import *import)
{
    Binding *bindings = ARENA_ARRAY(import->arena, Binding, import->shape.bindings_count);
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        bindings[i] = import->shape.bindings[i];
        if (bindings[i].field.kind == SLOT_VALUE)
            bindings[i].field.slot = slot_of(import, &bindings[i].field);
    }
    import->shape.bindings = bindings;
}

static void note_late_keys(Import *import)
{
    for (size_t i = 0; i < import->json.late.count; i++) {
        const LateKey *key = &import->json.late.items[i];
        Text note = SAY(import->voice, LATE_KEY, key->name, voice_count(import->voice, key->line),
                        voice_count(import->voice, key->count));
        ARENA_PUSH(import->arena, &import->notes, note);
    }
}

static void note_rounded(Import *import)
{
    if (import->report.rounded == 0) return;
    Text note = SAY(import->voice, ROUNDED, voice_count(import->voice, import->report.rounded));
    ARENA_PUSH(import->arena, &import->notes, note);
}

typedef struct {
    ImportMapping *items;
    size_t count, capacity;
} MappingList;

static void add_mapping(const Import *import, uint32_t column, size_t field, MappingList *list)
{
    if (!import_is_csv(import) && column >= import->json_columns_seen) return;
    ImportMapping mapping = {import->columns.columns.items[column].name,
                             import->columns.target.fields.items[field].name};
    ARENA_PUSH(import->arena, list, mapping);
}

/* The options that would import the next such file in the same way without asking. */
static Status save_mapping(Import *import, Error *err)
{
    ImportOptions saved = import->options;
    MappingList mappings = {0};
    for (size_t f = 0; f < import->columns.target.fields.count; f++) {
        if (import->columns.field_columns[f] == NO_COLUMN) continue;
        add_mapping(import, import->columns.field_columns[f], f, &mappings);
        for (size_t i = 0; i < import->columns.more_columns[f].count; i++)
            add_mapping(import, import->columns.more_columns[f].items[i], f, &mappings);
    }
    for (size_t i = 0; i < import->options.mappings_count; i++)
        if (text_equal(import->options.mappings[i].field, TEXT("-")))
            ARENA_PUSH(import->arena, &mappings, import->options.mappings[i]);
    saved.mappings = mappings.items;
    saved.mappings_count = mappings.count;
    return store_save_mapping(import->store, import->options.save_mapping,
                              mapping_print(&saved, import->arena), err);
}

static void publish_report(Run *run)
{
    Import *import = run->import;
    ImportReport *report = &import->report;
    rejects_report(run->rejects, report);
    report->read = report->added + report->updated + report->unchanged + report->rejected;
    report->is_dry_run = import->options.is_dry_run;
    note_rounded(import);
    note_late_keys(import);
    report->notes = import->notes.items;
    report->notes_count = import->notes.count;
}

static Status run_sink(Run *run, const Sink *sink, Producer *producer, Error *err)
{
    TRY(sink->open(run, err));
    Status status = run_pipeline(run, sink, producer, err);
    if (status == STATUS_OK) status = commit(run, sink, err);
    sink->close(run);
    return status;
}

static Status import_rows(Run *run, Error *err)
{
    Import *import = run->import;
    TRY(create_fields(import, err));
    settle_slots(import);
    AUTO(reader_done) Reader *reader = reader_new(import->input, import->format, &import->json);
    AUTO(queue_done) Queue *empty = queue_new(PIECES);
    AUTO(queue_done) Queue *full = queue_new(PIECES);
    Producer producer = {.import = import, .reader = reader, .empty = empty, .full = full};
    bool is_event = import->options.target == IMPORT_EVENTS;
    TRY(run_sink(run, is_event ? &SINK_EVENTS : &SINK_CATALOGUE, &producer, err));
    import->report.is_finished = true;
    bool saves = import->options.save_mapping.size != 0 && !import->options.is_dry_run;
    return saves ? save_mapping(import, err) : STATUS_OK;
}

Status import_run(Import *import, const Progress *progress, Error *err)
{
    ASSERT(!import->has_run);
    import->has_run = true;
    bool is_dry = import->options.is_dry_run;
    AUTO(rejects_done)
    Rejects *rejects = rejects_new(import, !is_dry || import->options.rejects_path != NULL);
    Run run = {.import = import, .rejects = rejects, .progress = progress};
    if (is_dry) TRY(store_batch_begin(import->store, err));
    Status status = import_rows(&run, err);
    if (is_dry) store_batch_rollback(import->store);
    Error *finish_err = status == STATUS_OK ? err : NULL;
    Status finished = rejects_finish(rejects, &import->report.rejects_path, finish_err);
    publish_report(&run);
    buffer_done(&run.kept);
    return status != STATUS_OK ? status : finished;
}

uint64_t import_rows_done(const Import *import)
{
    return import->rows_done;
}

const ImportReport *import_report(const Import *import)
{
    return &import->report;
}
