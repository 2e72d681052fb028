/* thread.h -- work on other threads: start and join, bounded queues between them, a shared lock. */
#pragma once

#include "base/error.h"

#include <pthread.h>

typedef struct {
    pthread_t handle;
} Thread;

/* Run `work(context)` on a new thread; IO when the system has none to give. */
MUST_CHECK Status thread_start(void (*work)(void *context), void *context, Thread *ret_thread,
                               Error *err);
void thread_join(Thread thread); /* once per started thread */
/* Run `work(context)` at once on so many threads, this one among them and 16 at most; returns when
 * all have ended. It must do with any number: the system may have fewer to give. */
void threads_share(void (*work)(void *context), void *context, size_t threads_count);

/* Items go from producers to consumers in order; at most `capacity` wait at a time. The queue never
 * touches what the items point to: after the threads are joined, queue_take_left gives back what a
 * cancelled queue still holds. */
typedef struct Queue Queue;

Queue *queue_new(size_t capacity);
void queue_free(Queue *queue); /* accepts NULL; no thread may use it any more */
void queue_done(Queue **queue);
/* Wait for room and add. False when the queue was cancelled: the item stays the caller's. */
MUST_CHECK bool queue_push(Queue *queue, void *item);
/* Wait for an item. False when the queue was cancelled, or is closed and empty. */
MUST_CHECK bool queue_pop(Queue *queue, void **ret_item);
void queue_close(Queue *queue);  /* no more pushes; consumers get what is left, then the end */
void queue_cancel(Queue *queue); /* both sides stop at once; from any thread, any number of times */
bool queue_is_cancelled(Queue *queue);
bool queue_take_left(Queue *queue, void **ret_item); /* never waits; false when empty */

/* Many readers or one writer. A writer that waits keeps new readers out. */
typedef struct SharedLock SharedLock;

SharedLock *shared_lock_new(void);
void shared_lock_free(SharedLock *lock); /* accepts NULL; nobody holds it */
void shared_lock_read(SharedLock *lock);
void shared_lock_write(SharedLock *lock);
void shared_lock_release(SharedLock *lock);

size_t processors_count(void); /* at least 1 */
