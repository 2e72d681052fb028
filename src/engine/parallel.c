/* parallel.c -- chunks shared out among threads.
 *
 * Chunks are handed out in order, so every chunk before one that failed was taken too and is
 * finished: the first error of all is always among those that were met. */
#include "engine/parallel.h"

#include "base/memory.h"
#include "base/thread.h"
#include "engine/nodes.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
    EngineProgram *program;
    const ParallelJob *job;
    atomic_size_t next, done;
    atomic_bool is_stopped; /* no other chunk is begun */
    atomic_bool is_over;    /* nor is one that was begun ended: the progress said stop */
} Shared;

/* One thread. */
typedef struct {
    Shared *shared;
    Worker *worker;
    bool is_caller;
    size_t failed; /* the chunk; SIZE_MAX: none */
    Status status;
    Error err;
    Thread thread;
} Hand;

/* Rows of the chunk that are needed; false: none of them. */
static bool needed_rows(const uint64_t *rows, const Chunk *chunk, uint64_t *words,
                        const uint64_t **ret_need)
{
    *ret_need = NULL;
    if (rows == NULL) return true;
    uint64_t any = 0;
    bits_copy(rows, chunk->row_begin, chunk->rows_count, words);
    for (size_t i = 0; i < bit_words(chunk->rows_count); i++)
        any |= words[i];
    *ret_need = words;
    return any != 0;
}

static Status do_chunk(Hand *hand, const Chunk *chunk)
{
    const ParallelJob *job = hand->shared->job;
    const Binding *binding = &hand->shared->program->bindings[chunk->binding];
    uint64_t words[BLOCK_WORDS_COUNT];
    const uint64_t *need;
    if (!needed_rows(job->rows[chunk->binding], chunk, words, &need)) return STATUS_OK;
    worker_begin_block(hand->worker, binding, chunk->row_begin, chunk->rows_count);
    return job->work(job->context, hand->worker, chunk, need, &hand->err);
}

static Status tell(Hand *hand)
{
    atomic_fetch_add(&hand->shared->done, 1);
    return hand->is_caller ? patience_look(&hand->worker->patience, &hand->err) : STATUS_OK;
}

static void work(void *context)
{
    Hand *hand = context;
    Shared *shared = hand->shared;
    const ChunkList *chunks = &shared->program->chunks;
    hand->failed = SIZE_MAX;
    while (!atomic_load(&shared->is_stopped)) {
        size_t index = atomic_fetch_add(&shared->next, 1);
        if (index >= chunks->count) return;
        hand->status = do_chunk(hand, &chunks->items[index]);
        if (hand->status != STATUS_OK && hand->status != STATUS_CANCELLED) hand->failed = index;
        if (hand->status == STATUS_OK) hand->status = tell(hand);
        if (hand->status != STATUS_OK) atomic_store(&shared->is_stopped, true);
    }
}

/* The error of the first chunk that failed; being cancelled comes after every error of the data. */
static Status first_failure(const Hand *hands, size_t count, Error *err)
{
    const Hand *first = NULL;
    for (size_t i = 0; i < count; i++)
        if (hands[i].status != STATUS_OK && (first == NULL || hands[i].failed < first->failed))
            first = &hands[i];
    if (first == NULL) return STATUS_OK;
    if (err != NULL) *err = first->err;
    return first->status;
}

Status parallel_run(EngineProgram *program, const ParallelJob *job, Error *err)
{
    Shared shared = {.program = program, .job = job};
    size_t count = program->workers_count;
    if (count > program->chunks.count) count = program->chunks.count;
    if (count == 0) count = 1;
    Hand *hands = memory_alloc(memory_product(count, sizeof *hands));
    size_t started = 1;
    for (size_t i = 0; i < count; i++) {
        hands[i] = (Hand){.shared = &shared, .worker = program->workers[i], .is_caller = i == 0};
        hands[i].worker->patience =
            (Patience){.progress = i == 0 ? program->options.progress : NULL,
                       .what = job->what,
                       .done = &shared.done,
                       .total = program->chunks.count,
                       .is_over = &shared.is_over};
    }
    /* A system without another thread to give does with those it has. */
    Error no_thread;
    while (started < count &&
           thread_start(work, &hands[started], &hands[started].thread, &no_thread) == STATUS_OK)
        started++;
    work(&hands[0]);
    for (size_t i = 1; i < started; i++)
        thread_join(hands[i].thread);
    Status status = first_failure(hands, started, err);
    free(hands);
    return status;
}
