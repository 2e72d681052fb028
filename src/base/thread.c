/* thread.c -- threads, the bounded queue between them, a lock for readers and writers. */
#include "base/thread.h"

#include "base/memory.h"

#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 16 }; /* that share one work */

typedef struct {
    void (*work)(void *context);
    void *context;
    ErrorWords words; /* of the thread that started it */
} Task;

static void *run_task(void *argument)
{
    Task task = *(Task *)argument;
    free(argument);
    error_speak(task.words);
    task.work(task.context);
    return NULL;
}

Status thread_start(void (*work)(void *context), void *context, Thread *ret_thread, Error *err)
{
    Task *task = MEMORY_NEW(Task);
    *task = (Task){work, context, error_words()};
    int system_error = pthread_create(&ret_thread->handle, NULL, run_task, task);
    if (system_error == 0) return STATUS_OK;
    free(task);
    return error_set_system(err, system_error, "cannot start a thread");
}

void thread_join(Thread thread)
{
    ASSERT(pthread_join(thread.handle, NULL) == 0);
}

void threads_share(void (*work)(void *context), void *context, size_t threads_count)
{
    Thread others[THREADS_MAX - 1];
    size_t started = 0;
    Error no_thread;
    while (started + 1 < threads_count && started < THREADS_MAX - 1 &&
           thread_start(work, context, &others[started], &no_thread) == STATUS_OK)
        started++;
    work(context);
    for (size_t i = 0; i < started; i++)
        thread_join(others[i]);
}

struct Queue {
    pthread_mutex_t mutex; /* guards everything below */
    pthread_cond_t has_item, has_room;
    size_t capacity, first, count;
    bool is_closed, is_cancelled;
    void *items[]; /* a ring */
};

Queue *queue_new(size_t capacity)
{
    ASSERT(capacity > 0);
    Queue *queue = memory_alloc(sizeof(Queue) + memory_product(capacity, sizeof(void *)));
    queue->capacity = capacity;
    ASSERT(pthread_mutex_init(&queue->mutex, NULL) == 0);
    ASSERT(pthread_cond_init(&queue->has_item, NULL) == 0);
    ASSERT(pthread_cond_init(&queue->has_room, NULL) == 0);
    return queue;
}

void queue_free(Queue *queue)
{
    if (queue == NULL) return;
    pthread_cond_destroy(&queue->has_room);
    pthread_cond_destroy(&queue->has_item);
    pthread_mutex_destroy(&queue->mutex);
    free(queue);
}

void queue_done(Queue **queue)
{
    queue_free(*queue);
    *queue = NULL;
}

bool queue_push(Queue *queue, void *item)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == queue->capacity && !queue->is_cancelled)
        pthread_cond_wait(&queue->has_room, &queue->mutex);
    ASSERT(!queue->is_closed);
    bool is_added = !queue->is_cancelled;
    if (is_added) {
        queue->items[(queue->first + queue->count) % queue->capacity] = item;
        queue->count++;
        pthread_cond_signal(&queue->has_item);
    }
    pthread_mutex_unlock(&queue->mutex);
    return is_added;
}

/* The first item; the mutex is held. */
static void *take_first(Queue *queue)
{
    void *item = queue->items[queue->first];
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    return item;
}

bool queue_pop(Queue *queue, void **ret_item)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == 0 && !queue->is_closed && !queue->is_cancelled)
        pthread_cond_wait(&queue->has_item, &queue->mutex);
    bool is_taken = queue->count > 0 && !queue->is_cancelled;
    if (is_taken) {
        *ret_item = take_first(queue);
        pthread_cond_signal(&queue->has_room);
    }
    pthread_mutex_unlock(&queue->mutex);
    return is_taken;
}

static void stop(Queue *queue, bool *flag)
{
    pthread_mutex_lock(&queue->mutex);
    *flag = true;
    pthread_cond_broadcast(&queue->has_item);
    pthread_cond_broadcast(&queue->has_room);
    pthread_mutex_unlock(&queue->mutex);
}

void queue_close(Queue *queue)
{
    stop(queue, &queue->is_closed);
}

void queue_cancel(Queue *queue)
{
    stop(queue, &queue->is_cancelled);
}

bool queue_is_cancelled(Queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    bool is_cancelled = queue->is_cancelled;
    pthread_mutex_unlock(&queue->mutex);
    return is_cancelled;
}

bool queue_take_left(Queue *queue, void **ret_item)
{
    pthread_mutex_lock(&queue->mutex);
    bool is_taken = queue->count > 0;
    if (is_taken) *ret_item = take_first(queue);
    pthread_mutex_unlock(&queue->mutex);
    return is_taken;
}

struct SharedLock {
    pthread_rwlock_t lock;
};

SharedLock *shared_lock_new(void)
{
    SharedLock *lock = MEMORY_NEW(SharedLock);
    pthread_rwlockattr_t attributes;
    ASSERT(pthread_rwlockattr_init(&attributes) == 0);
    int kind = PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
    ASSERT(pthread_rwlockattr_setkind_np(&attributes, kind) == 0);
    ASSERT(pthread_rwlock_init(&lock->lock, &attributes) == 0);
    pthread_rwlockattr_destroy(&attributes);
    return lock;
}

void shared_lock_free(SharedLock *lock)
{
    if (lock == NULL) return;
    pthread_rwlock_destroy(&lock->lock);
    free(lock);
}

void shared_lock_read(SharedLock *lock)
{
    ASSERT(pthread_rwlock_rdlock(&lock->lock) == 0);
}

void shared_lock_write(SharedLock *lock)
{
    ASSERT(pthread_rwlock_wrlock(&lock->lock) == 0);
}

void shared_lock_release(SharedLock *lock)
{
    ASSERT(pthread_rwlock_unlock(&lock->lock) == 0);
}

size_t processors_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (size_t)count;
}
