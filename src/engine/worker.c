/* worker.c -- the memory of one thread of evaluation: made once, used for every block. */
#include "engine/worker.h"

#include "base/memory.h"
#include "engine/program.h"
#include "engine/sweep.h"

#include <stdlib.h>

static MemoEntry *new_entries(const EngineProgram *program)
{
    return memory_alloc(memory_product(program->steps.count, sizeof(MemoEntry)));
}

Worker *worker_new(const EngineProgram *program, size_t number)
{
    Worker *worker = MEMORY_NEW(Worker);
    size_t streams_count = program->data.schema->streams_count;
    *worker = (Worker){
        .program = program,
        .number = number,
        .kernels = kernels_of(engine_level()),
        .arena = arena_new(),
        .scratch = arena_new(),
        .memo = {.entries = new_entries(program)},
        .sweep_memory = sweep_memory_new(),
        .events = event_memory_new(),
        .whole_block = memory_alloc(memory_product(streams_count, sizeof(EventsScope *))),
    };
    if (program->options.now_nanoseconds != NULL)
        worker->measures = memory_alloc(memory_product(program->steps.count, sizeof(StepMeasure)));
    return worker;
}

static void free_events_scope(EventsScope *events)
{
    arena_free(events->arena);
    free(events->memo.entries);
    free(events);
}

void worker_free(Worker *worker)
{
    if (worker == NULL) return;
    for (size_t i = 0; i < worker->program->data.schema->streams_count; i++)
        if (worker->whole_block[i] != NULL) free_events_scope(worker->whole_block[i]);
    while (worker->closed != NULL) {
        EventsScope *events = worker->closed;
        worker->closed = events->next;
        free_events_scope(events);
    }
    arena_free(worker->arena);
    arena_free(worker->scratch);
    sweep_memory_free(worker->sweep_memory);
    event_memory_free(worker->events);
    free(worker->memo.entries);
    free(worker->whole_block);
    free(worker->measures);
    free(worker);
}

/* ---- blocks ---- */

static void forget_block(Worker *worker)
{
    for (size_t i = 0; i < worker->program->data.schema->streams_count; i++) {
        EventsScope *events = worker->whole_block[i];
        if (events == NULL) continue;
        worker->whole_block[i] = NULL;
        events->is_whole_block = false;
        scope_close_events(&events->scope);
    }
    arena_reset(worker->arena);
    worker->memo.epoch++;
}

Scope *worker_begin_block(Worker *worker, const Binding *binding, uint32_t row_begin, size_t count)
{
    ASSERT(row_begin % 64 == 0);
    ASSERT(row_begin % IMAGE_BLOCK_ROWS + count <= IMAGE_BLOCK_ROWS);
    forget_block(worker);
    worker->customers = (Scope){
        .worker = worker,
        .binding = binding,
        .image = binding->image,
        .domain = DOMAIN_CUSTOMERS,
        .begin = row_begin,
        .count = count,
        .row_begin = row_begin,
        .row_end = row_begin + (uint32_t)count,
        .arena = worker->arena,
        .memo = &worker->memo,
    };
    return &worker->customers;
}

/* ---- events ---- */

static EventsScope *take_events_scope(Worker *worker)
{
    EventsScope *events = worker->closed;
    if (events != NULL) {
        worker->closed = events->next;
        return events;
    }
    events = MEMORY_NEW(EventsScope);
    events->arena = arena_new();
    events->memo.entries = new_entries(worker->program);
    return events;
}

Status scope_open_events(Scope *customers, size_t stream_index, uint32_t row_begin,
                         uint32_t row_end, Scope **ret_events, Error *err)
{
    (void)err;
    Worker *worker = customers->worker;
    bool is_whole_block = row_begin == customers->row_begin && row_end == customers->row_end;
    if (is_whole_block && worker->whole_block[stream_index] != NULL) {
        *ret_events = &worker->whole_block[stream_index]->scope;
        return STATUS_OK;
    }
    const uint32_t *offsets = image_stream(customers->image, stream_index)->offsets;
    EventsScope *events = take_events_scope(worker);
    events->memo.epoch++;
    events->is_whole_block = is_whole_block;
    if (is_whole_block) worker->whole_block[stream_index] = events;
    events->scope = (Scope){
        .worker = worker,
        .binding = customers->binding,
        .image = customers->image,
        .domain = (int)stream_index,
        .begin = offsets[row_begin],
        .count = offsets[row_end] - offsets[row_begin],
        .row_begin = row_begin,
        .row_end = row_end,
        .arena = events->arena,
        .memo = &events->memo,
    };
    *ret_events = &events->scope;
    return STATUS_OK;
}

void scope_close_events(Scope *scope)
{
    EventsScope *events = (EventsScope *)scope;
    if (events->is_whole_block) return; /* worker_begin_block closes it */
    arena_reset(events->arena);
    events->next = scope->worker->closed;
    scope->worker->closed = events;
}
