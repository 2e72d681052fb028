/* event_gather.c -- a sorted batch of events as pieces that lie in memory in its order. */
#include "store/event_gather.h"

#include "base/memory.h"
#include "base/thread.h"

#include <stdlib.h>
#include <string.h>

enum {
    PIECES = 3,
    PIECE_BYTES = 1 << 20, /* both threads' pieces stay in the cache that they share */
    PREFETCH_DISTANCE = 16,
    ALONE_COUNT_MAX = 1 << 13 /* fewer events are not worth a thread */
};

struct EventGather {
    const EventBatch *batch;
    bool has_thread;
    Thread thread;
    Queue *empty, *full;
    EventBatch *pieces[PIECES];
    EventBatch *current; /* with the caller */
    bool is_given;       /* without a thread: the batch itself was given */
};

static void copy_event(const EventBatch *batch, size_t index, EventBatch *piece)
{
    PackedEvent event = event_batch_event(batch, index);
    uint8_t *content = event_batch_reserve(piece, event.content.size);
    memcpy(content, event.content.data, event.content.size);
    event_batch_push(piece, event_batch_customer(batch, index), event_batch_header(batch, index));
}

/* Copy whole customers from `begin` on; returns the end of what was copied. */
static size_t fill_piece(const EventBatch *batch, size_t begin, EventBatch *piece)
{
    size_t count = event_batch_count(batch), index = begin;
    event_batch_clear(piece);
    for (; index < count; index++) {
        bool is_same_customer = index > begin && event_batch_customer(batch, index - 1).value ==
                                                     event_batch_customer(batch, index).value;
        if (!is_same_customer && event_batch_used_bytes(piece) >= PIECE_BYTES) break;
        if (index + PREFETCH_DISTANCE < count)
            event_batch_prefetch(batch, index + PREFETCH_DISTANCE);
        copy_event(batch, index, piece);
    }
    return index;
}

static void gather_all(void *context)
{
    EventGather *gather = context;
    size_t count = event_batch_count(gather->batch);
    void *piece;
    for (size_t begin = 0; begin < count && queue_pop(gather->empty, &piece);) {
        begin = fill_piece(gather->batch, begin, piece);
        if (!queue_push(gather->full, piece)) break;
    }
    queue_close(gather->full);
}

Status event_gather_open(const EventBatch *batch, EventGather **ret_gather, Error *err)
{
    AUTO(event_gather_done) EventGather *gather = MEMORY_NEW(EventGather);
    gather->batch = batch;
    if (event_batch_count(batch) > ALONE_COUNT_MAX) {
        gather->empty = queue_new(PIECES);
        gather->full = queue_new(PIECES);
        for (size_t i = 0; i < PIECES; i++) {
            gather->pieces[i] = event_batch_new();
            ASSERT(queue_push(gather->empty, gather->pieces[i]));
        }
        TRY(thread_start(gather_all, gather, &gather->thread, err));
        gather->has_thread = true;
    }
    *ret_gather = gather;
    gather = NULL;
    return STATUS_OK;
}

void event_gather_close(EventGather *gather)
{
    if (gather == NULL) return;
    if (gather->has_thread) {
        queue_cancel(gather->empty);
        queue_cancel(gather->full);
        thread_join(gather->thread);
    }
    queue_free(gather->empty);
    queue_free(gather->full);
    for (size_t i = 0; i < PIECES; i++)
        event_batch_free(gather->pieces[i]);
    free(gather);
}

void event_gather_done(EventGather **gather)
{
    event_gather_close(*gather);
    *gather = NULL;
}

const EventBatch *event_gather_next(EventGather *gather)
{
    if (!gather->has_thread) {
        const EventBatch *batch = gather->is_given ? NULL : gather->batch;
        gather->is_given = true;
        return batch != NULL && event_batch_count(batch) > 0 ? batch : NULL;
    }
    void *piece;
    /* a piece that nobody waits for any more is freed with the others */
    if (gather->current != NULL && !queue_push(gather->empty, gather->current)) return NULL;
    gather->current = NULL;
    if (!queue_pop(gather->full, &piece)) return NULL;
    gather->current = piece;
    return piece;
}
