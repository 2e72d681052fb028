/* sql_rule.c -- running the SELECT of a segment: codes into customers, within a time. */
#include "segment/sql_rule.h"

#include "segment/settings.h"

enum { EXAMPLE_BYTES_MAX = 100 };

typedef struct {
    Store *store;
    Arena *arena;
    size_t column; /* of the codes */
    CustomerSet found;
    SqlFinding finding;
    bool is_checked; /* the heading was seen and is good */
} CodeReader;

/* ---- columns ---- */

static Status find_column(CodeReader *reader, const SqlColumn *columns, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!text_equal_ascii_case(columns[i].name, TEXT("code"))) continue;
        reader->column = i;
        return STATUS_OK;
    }
    if (count == 1) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "the query of a segment gives codes of customers; call that column 'code'");
}

static Status read_heading(void *context, const SqlColumn *columns, size_t count, Error *err)
{
    CodeReader *reader = context;
    TRY(find_column(reader, columns, count, err));
    reader->is_checked = true;
    return STATUS_OK;
}

/* The heading is all that a check wants: the query ends before its first row. */
static Status stop_at_heading(void *context, const SqlColumn *columns, size_t count, Error *err)
{
    TRY(read_heading(context, columns, count, err));
    return error_set(err, STATUS_CANCELLED, "checked");
}

static Status ignore_row(void *context, const Value *values, size_t count, Error *err)
{
    (void)context, (void)values, (void)count, (void)err;
    return STATUS_OK;
}

Status sql_rule_check(Store *store, Text sql, Error *err)
{
    CodeReader reader = {.store = store};
    SqlReceiver receiver = {.context = &reader, .row = ignore_row, .heading = stop_at_heading};
    Status status = store_query(store, sql, NULL, 0, &receiver, err);
    return reader.is_checked ? STATUS_OK : status;
}

/* ---- rows ---- */

static void note_unknown(CodeReader *reader, Text code)
{
    if (reader->finding.unknown_count++ > 0) return;
    size_t end = code.size < EXAMPLE_BYTES_MAX ? code.size : EXAMPLE_BYTES_MAX;
    while (end < code.size && end > 0 && ((unsigned char)code.data[end] & 0xc0) == 0x80)
        end--;
    reader->finding.unknown_example = arena_text(reader->arena, text_slice(code, 0, end));
}

static Status add_code(CodeReader *reader, Text code, Error *err)
{
    CustomerId id;
    TRY(store_find_customer(reader->store, code, &id, err));
    if (id.value != 0)
        customer_set_add(&reader->found, id);
    else
        note_unknown(reader, code);
    return STATUS_OK;
}

static Status read_row(void *context, const Value *values, size_t count, Error *err)
{
    CodeReader *reader = context;
    char number[DECIMAL_TEXT_MAX];
    (void)count;
    Value value = values[reader->column];
    if (value.kind == VALUE_TEXT) return add_code(reader, text_trim(value.as.text), err);
    if (value.kind == VALUE_DECIMAL)
        return add_code(reader, decimal_print(value.as.decimal, 0, number), err);
    if (value.kind == VALUE_RATIO)
        return error_set(err, STATUS_INVALID,
                         "the query gives fractions where codes of customers are wanted");
    note_unknown(reader, TEXT(""));
    return STATUS_OK;
}

/* ---- time ---- */

typedef struct {
    const FormingContext *context;
    uint64_t end_nanoseconds;
    bool is_over;
} Watch;

static bool watch(void *context, const char *step, uint64_t done, uint64_t total)
{
    Watch *watch = context;
    const FormingContext *forming = watch->context;
    watch->is_over =
        forming->now_nanoseconds != NULL && forming->now_nanoseconds() >= watch->end_nanoseconds;
    if (watch->is_over) return false;
    return forming->progress == NULL ||
           forming->progress->report(forming->progress->context, step, done, total);
}

static Status run_within(const FormingContext *context, Text sql, CodeReader *reader, Error *err)
{
    SegmentSettings settings;
    TRY(segment_settings_read(context->store, &settings, err));
    uint64_t seconds = (uint64_t)settings.values[SETTING_SQL_SECONDS_MAX];
    uint64_t now = context->now_nanoseconds != NULL ? context->now_nanoseconds() : 0;
    Watch watcher = {.context = context, .end_nanoseconds = now + seconds * 1000000000u};
    Progress progress = {.report = watch, .context = &watcher};
    SqlReceiver receiver = {
        .context = reader, .row = read_row, .heading = read_heading, .progress = &progress};
    Status status = store_query(context->store, sql, NULL, 0, &receiver, err);
    if (status != STATUS_CANCELLED || !watcher.is_over) return status;
    return error_set(err, STATUS_LIMIT,
                     "the query took longer than %llu seconds; make it simpler, or see the "
                     "setting 'sql_seconds_max'",
                     (unsigned long long)seconds);
}

/* Others may write meanwhile: what is asked is the snapshot. Who reads it in one of his own has
 * lent the lock himself, or keeps it. */
static Status run_lent(const FormingContext *context, Text sql, CodeReader *reader, Error *err)
{
    Error of_lock;
    Store *store = context->store;
    bool has_changed;
    if (!store_can_lend(store)) return run_within(context, sql, reader, err);
    TRY(store_read_begin(store, err));
    TRY(store_lend_lock(store, err));
    Status status = run_within(context, sql, reader, err);
    store_read_end(store);
    Status lock = store_take_lock_back(store, context->progress, &has_changed,
                                       status == STATUS_OK ? err : &of_lock);
    return status == STATUS_OK ? lock : status;
}

Status sql_rule_run(const FormingContext *context, Text sql, Arena *arena, CustomerSet *ret_found,
                    SqlFinding *ret_finding, Error *err)
{
    CodeReader reader = {.store = context->store, .arena = arena};
    Status status = run_lent(context, sql, &reader, err);
    if (status != STATUS_OK) {
        customer_set_free(&reader.found);
        return status;
    }
    *ret_found = reader.found;
    *ret_finding = reader.finding;
    return STATUS_OK;
}
