/* run.c -- the import itself: threads that read, decode, convert and encode; the caller's stores.
 *
 * Workers take turns in reading a block of the file into the next of a ring of pieces; converting
 * and encoding they do side by side. The storing thread takes the pieces in the order of the file,
 * so everything it decides is decided as if there were no other thread. */
#include "ingest/run.h"

#include "ingest/mapping.h"

#include "base/thread.h"

#include <stdio.h>

enum { PIECES_PER_WORKER = 3, WORKERS_MAX = 4 };

/* A block of the file with its rows converted and, where the sink can, encoded. */
typedef struct {
    Block block;
    Arena *arena; /* rows, values, sets */
    Row *rows;
    Buffer encoded;
    uint64_t changes_seen; /* by others, when it was encoded */
    Status status;         /* of reading */
    Error error;
    Queue *free, *done; /* where the piece waits for a worker, and for the storing thread */
} Piece;

/* Workers take pieces in turn: whoever holds the reader reads into the next one. */
typedef struct {
    Import *import;
    const Sink *sink;
    Reader *reader;
    Queue *turn; /* holds the one Turn, unless a worker has it */
    Piece *pieces;
    size_t pieces_count;
} Pipeline;

typedef struct {
    size_t next; /* piece to read into */
    bool is_over;
} Turn;

typedef struct {
    Pipeline *pipeline;
    void *ahead; /* of the sink; may be NULL */
    Thread thread;
} Worker;

/* ---- the working threads ---- */

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

/* Read into the next piece, while no other worker reads; NULL at the end. */
static Piece *read_piece(Pipeline *pipeline)
{
    void *item, *free_piece;
    if (!queue_pop(pipeline->turn, &item)) return NULL;
    Turn *turn = item;
    Piece *piece = &pipeline->pieces[turn->next];
    bool is_over = turn->is_over || !queue_pop(piece->free, &free_piece);
    if (!is_over) {
        turn->next = (turn->next + 1) % pipeline->pieces_count;
        piece->status = reader_next(pipeline->reader, &piece->block, &piece->error);
        turn->is_over = piece->status != STATUS_OK || piece->block.is_end;
    }
    if (!queue_push(pipeline->turn, turn)) return NULL;
    return is_over ? NULL : piece;
}

static void work(void *context)
{
    Worker *worker = context;
    Pipeline *pipeline = worker->pipeline;
    for (Piece *piece; (piece = read_piece(pipeline)) != NULL;) {
        if (piece->status == STATUS_OK) {
            convert_piece(pipeline->import, piece);
            buffer_clear(&piece->encoded);
            if (worker->ahead != NULL)
                piece->changes_seen =
                    pipeline->sink->encode_ahead(pipeline->import, worker->ahead, piece->rows,
                                                 piece->block.list.records.count, &piece->encoded);
        }
        if (!queue_push(piece->done, piece)) break;
    }
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

static void note_rounded_value(Run *run, uint32_t column, uint64_t line)
{
    run->rounded++;
    if (column == NO_COLUMN) return; /* a default */
    RoundedColumn *rounded = &run->rounded_columns[column];
    if (rounded->count++ == 0) rounded->line = line;
}

/* What is told of the rows that were stored. */
static void note_row(Run *run, const Row *row)
{
    for (size_t i = 0; i < row->rounded.count; i++)
        note_rounded_value(run, row->rounded.items[i], row->line);
    run->in_future += row->has_date && row->at.second >= run->tomorrow.second;
}

/* What was found and encoded before others wrote may not be true any more. */
static void make_ready_again(const Run *run, Piece *piece)
{
    if (piece->changes_seen == run->changes_seen) return;
    convert_piece(run->import, piece);
    buffer_clear(&piece->encoded);
    piece->changes_seen = run->changes_seen;
}

/* What became of the row that was taken last, by the counts of before; it is committed alone. */
static void tell_row(const Run *run, const ImportReport *before, uint64_t rejected_before,
                     const Row *row)
{
    Import *import = run->import;
    const ImportReport *now = &import->report;
    ImportRow told = {.line = row->line, .outcome = ROW_UNCHANGED};
    if (rejects_count(run->rejects) > rejected_before) {
        const ImportRejection *last = rejects_last(run->rejects);
        told.outcome = ROW_REJECTED;
        told.reason =
            row->fault == FAULT_STORE ? import_reason(import, row, import->voice) : last->reason;
        told.column = last->column;
    } else if (now->added > before->added) {
        told.outcome = ROW_ADDED;
    } else if (now->updated > before->updated) {
        told.outcome = ROW_UPDATED;
    }
    ARENA_PUSH(import->arena, &import->rows, told);
}

static Status take_row(Run *run, const Sink *sink, const RecordList *list, Row *row, Error *err)
{
    TRY(row->fault != FAULT_NONE ? rejects_add(run->rejects, list, row, err)
                                 : sink->take(run, list, row, err));
    run->line = row->line;
    if (row->fault == FAULT_NONE) note_row(run, row);
    return sink->is_full(run) || run->import->options.tells_rows ? commit(run, sink, err)
                                                                 : STATUS_OK;
}

static Status take_row_and_tell(Run *run, const Sink *sink, const RecordList *list, Row *row,
                                Error *err)
{
    const ImportReport before = run->import->report;
    uint64_t rejected_before = rejects_count(run->rejects);
    TRY(take_row(run, sink, list, row, err));
    tell_row(run, &before, rejected_before, row);
    return STATUS_OK;
}

static Status take_piece(Run *run, const Sink *sink, Piece *piece, Error *err)
{
    const RecordList *list = &piece->block.list;
    make_ready_again(run, piece);
    run->encoded = &piece->encoded;
    bool tells_rows = run->import->options.tells_rows;
    for (size_t i = 0; i < list->records.count; i++)
        TRY(tells_rows ? take_row_and_tell(run, sink, list, &piece->rows[i], err)
                       : take_row(run, sink, list, &piece->rows[i], err));
    run->bytes_done = piece->block.bytes_done;
    run->import->rows_done += list->records.count;
    return progress_report(run->progress, "importing", run->bytes_done,
                           input_total_bytes(run->import->input), err);
}

/* Writing little at a time is slow: others wait for so many pieces, and for the batch to be
 * written.
 */
enum { PIECES_BEFORE_OTHERS = 16 };

/* Who waits to write is let write, and with him goes a batch that is smaller than it could be. */
static Status let_others_write(Run *run, const Sink *sink, Error *err)
{
    Import *import = run->import;
    if (import_is_one_batch(import) || ++run->pieces_count < PIECES_BEFORE_OTHERS) return STATUS_OK;
    if (!store_is_wanted(import->store)) return STATUS_OK;
    run->pieces_count = 0;
    TRY(commit(run, sink, err));
    return sink->let_others_write(run, err);
}

static Status take_all(Run *run, const Sink *sink, Pipeline *pipeline, Error *err)
{
    for (size_t next = 0;; next = (next + 1) % pipeline->pieces_count) {
        Piece *piece = &pipeline->pieces[next];
        void *item;
        bool has_piece = queue_pop(piece->done, &item);
        ASSERT(has_piece); /* nobody but this thread cancels */
        if (piece->status != STATUS_OK)
            return error_set(err, piece->status, "%s", piece->error.message);
        Status status = take_piece(run, sink, piece, err);
        if (sink->rest != NULL) sink->rest(run);
        TRY(status);
        TRY(let_others_write(run, sink, err));
        if (piece->block.is_end) return STATUS_OK;
        ASSERT(queue_push(piece->free, piece));
    }
}

static void pipeline_open(Pipeline *pipeline, Turn *turn)
{
    pipeline->turn = queue_new(1);
    ASSERT(queue_push(pipeline->turn, turn));
    pipeline->pieces = ARENA_ARRAY(pipeline->import->arena, Piece, pipeline->pieces_count);
    for (size_t i = 0; i < pipeline->pieces_count; i++) {
        Piece *piece = &pipeline->pieces[i];
        piece->arena = arena_new();
        piece->free = queue_new(1);
        piece->done = queue_new(1);
        ASSERT(queue_push(piece->free, piece));
    }
}

static void pipeline_cancel(Pipeline *pipeline)
{
    queue_cancel(pipeline->turn);
    for (size_t i = 0; i < pipeline->pieces_count; i++) {
        queue_cancel(pipeline->pieces[i].free);
        queue_cancel(pipeline->pieces[i].done);
    }
}

static void pipeline_close(Pipeline *pipeline)
{
    queue_free(pipeline->turn);
    for (size_t i = 0; i < pipeline->pieces_count; i++) {
        Piece *piece = &pipeline->pieces[i];
        block_done(&piece->block);
        arena_free(piece->arena);
        buffer_done(&piece->encoded);
        queue_free(piece->free);
        queue_free(piece->done);
    }
}

/* Start the workers and take what they make; all of them have ended when it returns. */
static Status run_workers(Run *run, Pipeline *pipeline, size_t workers_count, Error *err)
{
    const Sink *sink = pipeline->sink;
    Worker workers[WORKERS_MAX] = {0};
    Status status = STATUS_OK;
    size_t started = 0;
    for (; started < workers_count && status == STATUS_OK; started++) {
        Worker *worker = &workers[started];
        worker->pipeline = pipeline;
        if (sink->ahead_open != NULL) worker->ahead = sink->ahead_open(run);
        status = thread_start(work, worker, &worker->thread, err);
        if (status == STATUS_OK) continue;
        if (worker->ahead != NULL) sink->ahead_close(worker->ahead);
        break;
    }
    if (status == STATUS_OK) status = take_all(run, sink, pipeline, err);
    pipeline_cancel(pipeline);
    for (size_t i = 0; i < started; i++) {
        thread_join(workers[i].thread);
        if (workers[i].ahead != NULL) sink->ahead_close(workers[i].ahead);
    }
    return status;
}

static Status run_pipeline(Run *run, const Sink *sink, Reader *reader, Error *err)
{
    size_t workers_count = processors_count();
    if (workers_count > WORKERS_MAX) workers_count = WORKERS_MAX;
    Turn turn = {0};
    Pipeline pipeline = {.import = run->import,
                         .sink = sink,
                         .reader = reader,
                         .pieces_count = workers_count * PIECES_PER_WORKER};
    pipeline_open(&pipeline, &turn);
    Status status = run_workers(run, &pipeline, workers_count, err);
    pipeline_close(&pipeline);
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
        Text type = property_type_label(creation->property.type, import->voice.language);
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

/* Fields behind the last one that is filled are missing in every event. */
static size_t filled_slots_count(const Import *import)
{
    size_t count = 0;
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        const TargetField *field = &import->shape.bindings[i].field;
        if (field->kind == SLOT_VALUE && field->slot >= count) count = field->slot + 1;
    }
    return count;
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
    if (import->options.target == IMPORT_EVENTS)
        import->shape.values_count = filled_slots_count(import);
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

static void note_rounded(const Run *run)
{
    Import *import = run->import;
    Voice voice = import->voice;
    if (import->report.rounded == 0) return;
    Text list = TEXT("");
    for (size_t i = 0; i < import->columns.columns.count; i++) {
        const RoundedColumn *rounded = &run->rounded_columns[i];
        if (rounded->count == 0) continue;
        Text one = SAY(voice, ROUNDED_COLUMN, import->columns.columns.items[i].name,
                       voice_count(voice, rounded->count), voice_count(voice, rounded->line));
        list = arena_printf(import->arena, "%.*s%s%.*s", TEXT_FORMAT(list),
                            list.size > 0 ? "; " : "", TEXT_FORMAT(one));
    }
    Text note = SAY(voice, ROUNDED, voice_count(voice, import->report.rounded), list);
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

/* One reading for all columns of the file that tell theirs. */
typedef struct {
    int value; /* 0: none tells */
    bool is_mixed;
} CommonReading;

static void add_reading(CommonReading *common, int value, bool is_certain)
{
    common->is_mixed |= !is_certain || (common->value != 0 && common->value != value);
    common->value = value;
}

/* How dates and numbers are read, where the file told it for certain and for all columns alike. */
static void report_readings(Import *import)
{
    CommonReading order = {0}, mark = {0};
    for (size_t i = 0; i < import->columns.columns.count; i++) {
        const ColumnVerdict *verdict = &import->verdicts[i];
        const Evidence *evidence = &import->columns.columns.items[i].evidence;
        if (verdict->date_order != DATE_ORDER_DETECT && evidence_date_tells(evidence))
            add_reading(&order, (int)verdict->date_order, verdict->is_certain);
        if (verdict->decimal_mark != DECIMAL_MARK_DETECT && evidence_common_mark(evidence, 1) != 0)
            add_reading(&mark, (int)verdict->decimal_mark, verdict->is_certain);
    }
    ImportReport *report = &import->report;
    report->date_order = import->options.date_order;
    report->decimal_mark = import->options.decimal_mark;
    if (report->date_order == DATE_ORDER_DETECT && !order.is_mixed)
        report->date_order = (DateOrder)order.value;
    if (report->decimal_mark == DECIMAL_MARK_DETECT && !mark.is_mixed)
        report->decimal_mark = (DecimalMark)mark.value;
}

/* What was found out about the file as a whole, unless it was only guessed. */
static void keep_format(const Import *import, ImportOptions *saved)
{
    bool is_certain = true;
    for (size_t i = 0; i < import->decisions.count; i++)
        is_certain &= import->decisions.items[i].is_certain;
    saved->format = import->format.format;
    if (!is_certain) return;
    if (!import->is_ascii_only) saved->encoding = import->format.encoding;
    if (!import_is_csv(import)) return;
    saved->delimiter = import->format.csv.delimiter;
    saved->header = import->plan.has_header ? HEADER_PRESENT : HEADER_ABSENT;
}

/* The options that would import the next such file in the same way without asking. */
static Status save_mapping(Import *import, Error *err)
{
    ImportOptions saved = import->options;
    keep_format(import, &saved);
    saved.date_order = import->report.date_order;
    saved.decimal_mark = import->report.decimal_mark;
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
    size_t within = import->columns.key_within;
    if (within != SIZE_MAX) saved.key_within = import->columns.target.fields.items[within].name;
    saved.mappings = mappings.items;
    saved.mappings_count = mappings.count;
    return store_save_mapping(import->store, import->options.save_mapping,
                              mapping_print(&saved, import->arena), err);
}

static void note_future(const Run *run)
{
    Import *import = run->import;
    if (run->in_future == 0) return;
    char today[DATE_TEXT_MAX];
    Text note = SAY(import->voice, IN_FUTURE, voice_count(import->voice, run->in_future),
                    date_print_iso(import->options.today, today));
    ARENA_PUSH(import->arena, &import->notes, note);
}

static Moment day_after(const ImportOptions *options)
{
    if (!options->has_today) return (Moment){INT64_MAX};
    return moment_of(date_add(options->today, 1, UNIT_DAY), 0, 0, 0);
}

static void publish_report(Run *run)
{
    Import *import = run->import;
    ImportReport *report = &import->report;
    rejects_report(run->rejects, report);
    report->read = report->added + report->updated + report->unchanged + report->rejected;
    report->is_dry_run = import->options.is_dry_run;
    note_rounded(run);
    note_future(run);
    note_late_keys(import);
    report->notes = import->notes.items;
    report->notes_count = import->notes.count;
}

static Status run_sink(Run *run, const Sink *sink, Reader *reader, Error *err)
{
    TRY(sink->open(run, err));
    Status status = run_pipeline(run, sink, reader, err);
    if (status == STATUS_OK) status = commit(run, sink, err);
    if (status == STATUS_OK && sink->finish != NULL) status = sink->finish(run, err);
    sink->close(run);
    return status;
}

static Status take_file(Run *run, Error *err)
{
    Import *import = run->import;
    TRY(create_fields(import, err));
    settle_slots(import);
    AUTO(reader_done) Reader *reader = reader_new(import->input, import->format, &import->json);
    bool is_event = import->options.target == IMPORT_EVENTS;
    TRY(run_sink(run, is_event ? &SINK_EVENTS : &SINK_CATALOGUE, reader, err));
    import->report.is_finished = true;
    bool saves = import->options.save_mapping.size != 0 && !import->options.is_dry_run;
    return saves ? save_mapping(import, err) : STATUS_OK;
}

static bool wants_rejects_file(const ImportOptions *options)
{
    if (options->tells_rows) return false;
    return !options->is_dry_run || options->rejects_path != NULL;
}

Status import_run(Import *import, const Progress *progress, Error *err)
{
    ASSERT(!import->has_run);
    import->has_run = true;
    if (import->plan.lack.size > 0)
        return error_set(err, STATUS_INVALID, "%.*s", TEXT_FORMAT(import->plan.lack));
    report_readings(import);
    AUTO(rejects_done)
    Rejects *rejects = rejects_new(import, wants_rejects_file(&import->options));
    Run run = {.import = import,
               .rejects = rejects,
               .progress = progress,
               .rounded_columns =
                   ARENA_ARRAY(import->arena, RoundedColumn, import->columns.columns.count + 1),
               .tomorrow = day_after(&import->options)};
    bool is_one_batch = import_is_one_batch(import);
    if (is_one_batch) TRY(store_batch_begin(import->store, err));
    Status status = take_file(&run, err);
    if (is_one_batch && status == STATUS_OK && !import->options.is_dry_run)
        status = store_batch_commit(import->store, err);
    else if (is_one_batch)
        store_batch_rollback(import->store);
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

const ImportRow *import_rows(const Import *import, size_t *ret_count)
{
    *ret_count = import->rows.count;
    return import->rows.items;
}

const ImportReport *import_report(const Import *import)
{
    return &import->report;
}
