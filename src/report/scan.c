/* scan.c -- one pass over the customers of a generation, by several threads. */
#include "report/scan.h"

#include "base/memory.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <stdlib.h>

/* ---- columns of events ---- */

ScanEvents scan_events(const ScanRows *rows, size_t stream_index)
{
    const StreamColumns *stream = image_stream(rows->image, stream_index);
    return (ScanEvents){stream, stream->offsets[rows->row_begin], stream->offsets[rows->row_end]};
}

/* base + factor * stored, the width decided once. */
static void read_numbers(const Column *column, uint64_t begin, size_t count, int64_t *out)
{
#define READ(type)                     \
    for (size_t i = 0; i < count; i++) \
    out[i] = column->base + column->factor * (int64_t)((const type *)column->data)[begin + i]
    switch (column->width_bytes) {
    case 1: READ(uint8_t); break;
    case 2: READ(uint16_t); break;
    case 4: READ(uint32_t); break;
    case 8: READ(uint64_t); break;
    default:
        for (size_t i = 0; i < count; i++)
            out[i] = column->base;
    }
#undef READ
}

ScanNumbers scan_numbers(const ScanEvents *events, const Column *column, Arena *scratch)
{
    ScanNumbers numbers = {.begin = events->begin, .is_empty = column->is_empty};
    if (column->is_empty) return numbers;
    size_t count = (size_t)(events->end - events->begin);
    int64_t *values = ARENA_ARRAY(scratch, int64_t, count);
    read_numbers(column, events->begin, count, values);
    numbers.values = values;
    numbers.present = column->kind == COLUMN_INTEGER ? column->present : NULL;
    return numbers;
}

ScanClasses scan_classes(const ScanRows *rows, const ScanEvents *events, const Column *column)
{
    enum { WRITTEN_BEYOND = 16 };
    size_t count = (size_t)(events->end - events->begin);
    uint32_t *numbers = ARENA_ARRAY(rows->scratch, uint32_t, count + WRITTEN_BEYOND);
    ScanClasses classes = {numbers, 0};
    if (column->is_empty) return classes;
    if (column->kind == COLUMN_OWN_CODE) {
        column_own_classes(column, events->stream->offsets, rows->row_begin, rows->row_end,
                           numbers);
    } else {
        for (size_t i = 0; i < count; i++) {
            uint32_t code = (uint32_t)column_integer(column, events->begin + i);
            numbers[i] = code == 0 ? 0 : dictionary_class(column->dictionary, code);
        }
    }
    for (size_t i = 0; i < count; i++)
        if (numbers[i] > classes.numbers_max) classes.numbers_max = numbers[i];
    return classes;
}

Text scan_property(const Image *image, uint32_t row, size_t slot, Arena *arena)
{
    const Column *column = image_property(image, slot);
    uint32_t code = column->is_empty ? 0 : column_code(column, row, row);
    if (code == 0) return TEXT("");
    return arena_text(arena, dictionary_text(column->dictionary, code, arena));
}

/* ---- threads ---- */

typedef struct {
    const EngineLayer *layer;
    uint32_t row_begin, row_end;
} Block;

typedef struct {
    const Subjects *subjects;
    const ScanJob *job;
    const Progress *progress;
    struct {
        Block *items;
        size_t count, capacity;
    } blocks;
    atomic_size_t next;
    atomic_bool is_stopped;
} Shared;

typedef struct {
    Shared *shared;
    void *state;
    bool is_caller;
    Status status;
    Error err;
    Thread thread;
} Hand;

static bool mask_rows(const Shared *shared, const Block *block, uint64_t *masks)
{
    const CustomerId *ids = image_customer_ids(block->layer->image);
    const uint64_t *visible = block->layer->visible;
    uint64_t any = 0;
    for (uint32_t row = block->row_begin; row < block->row_end; row++) {
        uint64_t mask = subjects_mask(shared->subjects, ids[row]) & shared->job->groups;
        if (visible != NULL && (visible[row / 64] >> (row % 64) & 1) == 0) mask = 0;
        masks[row - block->row_begin] = mask;
        any |= mask;
    }
    return any != 0;
}

static void work(void *context)
{
    Hand *hand = context;
    Shared *shared = hand->shared;
    AUTO(arena_done) Arena *scratch = arena_new();
    uint64_t masks[IMAGE_BLOCK_ROWS];
    while (!atomic_load(&shared->is_stopped)) {
        size_t index = atomic_fetch_add(&shared->next, 1);
        if (index >= shared->blocks.count) return;
        const Block *block = &shared->blocks.items[index];
        if (hand->is_caller)
            hand->status = progress_report(shared->progress, shared->job->what, index,
                                           shared->blocks.count, &hand->err);
        if (hand->status != STATUS_OK) atomic_store(&shared->is_stopped, true);
        if (hand->status != STATUS_OK || !mask_rows(shared, block, masks)) continue;
        arena_reset(scratch);
        ScanRows rows = {block->layer->image, block->row_begin, block->row_end, masks, scratch};
        shared->job->work(hand->state, &rows);
    }
}

static void add_blocks(Shared *shared, const EngineLayer *layer, Arena *arena)
{
    uint32_t count = image_customers_count(layer->image);
    for (uint32_t row = 0; row < count; row += IMAGE_BLOCK_ROWS) {
        uint32_t end = count - row < IMAGE_BLOCK_ROWS ? count : row + IMAGE_BLOCK_ROWS;
        ARENA_PUSH(arena, &shared->blocks, ((Block){layer, row, end}));
    }
}

size_t scan_threads(const ReportContext *context)
{
    return context->threads_count > 0 ? context->threads_count : processors_count();
}

static Status run_hands(Shared *shared, Error *err)
{
    size_t count = shared->job->states_count, started = 1;
    Hand *hands = memory_alloc(memory_product(count, sizeof *hands));
    for (size_t i = 0; i < count; i++)
        hands[i] = (Hand){.shared = shared, .state = shared->job->states[i], .is_caller = i == 0};
    /* A system without another thread to give does with those it has. */
    Error no_thread;
    while (started < count &&
           thread_start(work, &hands[started], &hands[started].thread, &no_thread) == STATUS_OK)
        started++;
    work(&hands[0]);
    for (size_t i = 1; i < started; i++)
        thread_join(hands[i].thread);
    Status status = hands[0].status;
    if (status != STATUS_OK && err != NULL) *err = hands[0].err;
    free(hands);
    return status;
}

Status scan_run(const Reporting *reporting, const ScanJob *job, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const EngineData *data = reporting->context->data;
    Shared shared = {
        .subjects = &reporting->subjects, .job = job, .progress = reporting->context->progress};
    for (size_t i = 0; i < data->layers_count; i++)
        add_blocks(&shared, &data->layers[i], arena);
    return run_hands(&shared, err);
}
