/* tasks.c -- many independent pieces of one work, by as many threads as there are processors. */
#include "columns/tasks.h"

#include "base/arena.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Bytes to look at that are done before a thread has started. */
enum { SMALL_WEIGHT = 1 << 18 };

typedef struct {
    uint64_t weight;
    size_t index;
} Piece;

typedef struct {
    void (*work)(void *context, size_t index);
    void *context;
    const Piece *pieces;
    size_t count;
    _Atomic size_t next;
} Tasks;

static int compare_weights(const void *left, const void *right)
{
    const Piece *a = left, *b = right;
    return (a->weight < b->weight) - (a->weight > b->weight);
}

static void run_pieces(void *context)
{
    Tasks *tasks = context;
    for (;;) {
        size_t next = atomic_fetch_add(&tasks->next, 1);
        if (next >= tasks->count) return;
        tasks->work(tasks->context, tasks->pieces[next].index);
    }
}

void tasks_run(void (*work)(void *context, size_t index), void *context, const uint64_t *weights,
               size_t count)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Piece *pieces = ARENA_ARRAY(arena, Piece, count);
    uint64_t weight = 0;
    for (size_t i = 0; i < count; i++) {
        pieces[i] = (Piece){weights[i], i};
        weight += weights[i];
    }
    if (count > 1) qsort(pieces, count, sizeof *pieces, compare_weights);
    Tasks tasks = {.work = work, .context = context, .pieces = pieces, .count = count};
    threads_share(run_pieces, &tasks, weight < SMALL_WEIGHT ? 1 : processors_count());
}
