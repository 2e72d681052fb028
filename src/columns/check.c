/* check.c -- every known fact of an image against what its data says. */
#include "columns/check.h"
#include "columns/build.h"
#include "columns/tasks.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* The first hundred are enough to see what is wrong. */
void check_problem(Check *check, const char *what)
{
    if (check->count == CHECK_PROBLEMS_MAX) return;
    check->problems[check->count++] =
        arena_printf(check->arena, "%.*s: %s", TEXT_FORMAT(check->name), what);
}

uint64_t seat_begin(const Seat *seat, uint32_t row)
{
    return seat->offsets == NULL ? row : seat->offsets[row];
}

uint64_t seat_end(const Seat *seat, uint32_t row)
{
    return seat->offsets == NULL ? (uint64_t)row + 1 : seat->offsets[row + 1];
}

/* ---- numbers ---- */

static bool has_bits_beyond(const uint64_t *words, uint64_t bits_count)
{
    uint64_t words_count = bitmap_bytes(bits_count) / sizeof *words;
    uint64_t whole = bits_count / 64;
    if (bits_count % 64 != 0 && words[whole++] >> (bits_count % 64) != 0) return true;
    for (uint64_t i = whole; i < words_count; i++)
        if (words[i] != 0) return true;
    return false;
}

static void check_integers(Check *check, const Column *column)
{
    Learned learned = {0};
    bool is_missing_zero = true;
    for (uint64_t i = 0; i < column->count; i++) {
        if (column_is_present(column, i))
            learn_number(&learned, column_integer(column, i));
        else
            is_missing_zero = is_missing_zero && column_integer(column, i) == column->base;
    }
    if (learned.values_count == 0) {
        check_problem(check, "no value, but it is not marked as empty");
        return;
    }
    int64_t step = learned.step.number == 0 ? 1 : (int64_t)learned.step.number;
    if (learned.min != column->min || learned.max != column->max)
        check_problem(check, "least or greatest value differs from what is noted");
    if (step != column->factor) check_problem(check, "the values have another common factor");
    if (!is_missing_zero) check_problem(check, "a missing position holds a number");
    if (column->present == NULL) return;
    if (learned.values_count == column->count)
        check_problem(check, "nothing is missing, yet bits are kept");
    if (has_bits_beyond(column->present, column->count))
        check_problem(check, "presence bits beyond the last position");
}

/* ---- what was derived ---- */

static void check_derived(Check *check, const Seat *seat)
{
    const Column *column = seat->column;
    AUTO(arena_done) Arena *arena = arena_new();
    DeriveInput input = {
        .column = column, .stream = seat->stream, .customers_count = seat->rows_count};
    if (column->zones != NULL) {
        size_t count = blocks_count_of(seat->rows_count);
        ColumnZone *zones = ARENA_ARRAY(arena, ColumnZone, count);
        derive_zones(&input, zones);
        if (memcmp(zones, column->zones, count * sizeof *zones) != 0)
            check_problem(check, "the range of a block differs");
    }
    if (column->value_bits != NULL) {
        size_t count = column->dictionary->count * image_row_words(check->image);
        uint64_t *words = ARENA_ARRAY(arena, uint64_t, count);
        derive_value_bits(&input, words);
        if (memcmp(words, column->value_bits, count * sizeof *words) != 0)
            check_problem(check, "the bitmap of a value differs");
    }
}

/* ---- the whole ---- */

static void check_column(Check *check, const Seat *seat)
{
    if (seat->column->is_empty) return;
    switch (seat->column->kind) {
    case COLUMN_INTEGER: check_integers(check, seat->column); break;
    case COLUMN_CODE:
    case COLUMN_CODE_SET:
    case COLUMN_OWN_CODE: check_codes(check, seat); break;
    case COLUMN_ITEM: break; /* verify_contents says all */
    }
    check_derived(check, seat);
}

static void check_order_of_events(Check *check, const StreamColumns *stream)
{
    uint32_t rows_count = image_customers_count(check->image);
    for (uint32_t row = 0; row < rows_count; row++) {
        int64_t before = INT64_MIN;
        for (uint32_t i = stream->offsets[row]; i < stream->offsets[row + 1]; i++) {
            int64_t second =
                column_integer(&stream->day, i) * 86400 + column_integer(&stream->second, i);
            if (second < before) {
                check_problem(check, "events are out of order");
                return;
            }
            before = second;
        }
    }
}

/* A day that a summary notes for a row; INT64_MIN: none. */
static int64_t noted(const Column *summary, uint32_t row)
{
    return column_is_present(summary, row) ? column_integer(summary, row) : INT64_MIN;
}

static bool is_total_right(const StreamColumns *stream, size_t slot, uint32_t row)
{
    int64_t total = 0;
    const Column *field = &stream->fields[slot];
    for (uint32_t i = stream->offsets[row]; i < stream->offsets[row + 1]; i++)
        if (column_is_present(field, i) &&
            __builtin_add_overflow(total, column_integer(field, i), &total))
            return false;
    return column_integer(stream->totals[slot], row) == total;
}

/* Whether the summaries of a customer say what his events say. */
static bool are_summaries_right(const StreamColumns *stream, uint32_t row)
{
    uint32_t begin = stream->offsets[row], end = stream->offsets[row + 1];
    bool is_absent = begin == end;
    int64_t first = is_absent ? INT64_MIN : column_integer(&stream->day, begin);
    int64_t last = is_absent ? INT64_MIN : column_integer(&stream->day, end - 1);
    if (stream->first_day != NULL && noted(stream->first_day, row) != first) return false;
    if (stream->last_day != NULL && noted(stream->last_day, row) != last) return false;
    for (size_t slot = 0; slot < stream->fields_count; slot++)
        if (stream->totals[slot] != NULL && !is_total_right(stream, slot, row)) return false;
    return true;
}

static void check_summaries(Check *check, const StreamColumns *stream)
{
    for (size_t slot = 0; slot < stream->fields_count; slot++)
        if (stream->totals[slot] != NULL && stream->fields[slot].kind != COLUMN_INTEGER) {
            check_problem(check, "a total of what is no number");
            return;
        }
    for (uint32_t row = 0; row < image_customers_count(check->image); row++)
        if (!are_summaries_right(stream, row)) {
            check_problem(check, "a summary of a customer differs from his events");
            return;
        }
}

static void check_ids(Check *check)
{
    const CustomerId *ids = image_customer_ids(check->image);
    uint32_t before = 0;
    check->name = TEXT("customers");
    for (uint32_t row = 0; row < image_customers_count(check->image); row++) {
        if (ids[row].value <= before) {
            check_problem(check, "ids are out of order");
            return;
        }
        before = ids[row].value;
    }
}

/* Name and surroundings of a column of the table. */
static Seat seat_of(Check *check, size_t index)
{
    const Image *image = check->image;
    Seat seat = {.column = &image->columns[index], .rows_count = image_customers_count(image)};
    if (index < image_properties_count(image)) {
        seat.offsets = seat.column->set_offsets;
        check->name = arena_printf(check->arena, "property %zu", index);
        return seat;
    }
    for (size_t i = 0; i < image_streams_count(image); i++) {
        size_t first = layout_stream_first(&image->layout, i);
        if (index >= layout_stream_first(&image->layout, i + 1)) continue;
        bool is_summary = index >= layout_summaries_first(&image->layout, i);
        seat.offsets = is_summary ? NULL : image_stream(image, i)->offsets;
        seat.stream = index == first ? image_stream(image, i) : NULL;
        check->name = arena_printf(check->arena, "stream %zu column %zu", i, index - first);
        return seat;
    }
    size_t first = layout_stream_first(&image->layout, image_streams_count(image));
    seat.rows_count = (uint32_t)image->items.count;
    check->name =
        arena_printf(check->arena, "item %s", item_attribute_name((ItemAttribute)(index - first)));
    return seat;
}

/* One column with problems of its own; columns are looked at by several threads. */
static void check_one_column(Check *check, size_t index)
{
    Seat seat = seat_of(check, index);
    if (seat.stream != NULL && seat.stream->count > 0) check_order_of_events(check, seat.stream);
    if (seat.stream != NULL) check_summaries(check, seat.stream);
    check_column(check, &seat);
}

typedef struct {
    Check *checks; /* one per column */
    size_t count;
    pthread_t caller; /* who hears about progress */
    const Progress *progress;
    _Atomic size_t done_count;
    _Atomic bool is_cancelled;
    Error *err;
} ColumnChecks;

static void run_check(void *context, size_t index)
{
    ColumnChecks *all = context;
    Check *check = &all->checks[index];
    if (atomic_load(&all->is_cancelled)) return;
    check_one_column(check, index);
    size_t done_count = atomic_fetch_add(&all->done_count, 1) + 1;
    if (pthread_equal(pthread_self(), all->caller) &&
        progress_report(all->progress, "checking the image", done_count, all->count, all->err) !=
            STATUS_OK)
        atomic_store(&all->is_cancelled, true);
}

static Check check_of(const Image *image, Arena *arena)
{
    Check check = {.image = image, .arena = arena, .name = TEXT("image")};
    check.problems = ARENA_ARRAY(arena, Text, CHECK_PROBLEMS_MAX);
    return check;
}

/* What was found goes to `check` in the order of the columns. */
static Status check_columns(Check *check, const Progress *progress, Error *err)
{
    const Image *image = check->image;
    size_t count = image->layout.header.columns_count;
    TRY(progress_report(progress, "checking the image", 0, count, err));
    AUTO(arena_done) Arena *arena = arena_new();
    Check *checks = ARENA_ARRAY(arena, Check, count);
    for (size_t i = 0; i < count; i++)
        checks[i] = check_of(image, arena_new());
    ColumnChecks all = {.checks = checks,
                        .count = count,
                        .caller = pthread_self(),
                        .progress = progress,
                        .err = err};
    tasks_run(run_check, &all, column_weights(&image->layout, arena), count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < checks[i].count && check->count < CHECK_PROBLEMS_MAX; j++)
            check->problems[check->count++] = arena_text(check->arena, checks[i].problems[j]);
        arena_free(checks[i].arena);
    }
    if (atomic_load(&all.is_cancelled)) return STATUS_CANCELLED;
    /* the other threads may have done it all before this one told anything */
    return progress_report(progress, "checking the image", count, count, err);
}

Status image_check(const Image *image, const Progress *progress, Arena *arena, Text **ret_problems,
                   size_t *ret_problems_count, Error *err)
{
    Check check = check_of(image, arena);
    Error damage = {0};
    if (verify_contents(image, &damage) != STATUS_OK) {
        check_problem(&check, damage.message);
    } else {
        check_ids(&check);
        TRY(check_columns(&check, progress, err));
    }
    *ret_problems = check.problems;
    *ret_problems_count = check.count;
    return STATUS_OK;
}
