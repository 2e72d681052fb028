/* test_thread.c -- threads and the bounded queue: order, waiting, closing, cancelling. */
#include "base/memory.h"
#include "base/thread.h"
#include "harness/harness.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
    Queue *queue;
    int items_count;
    atomic_int pushed_count;
    bool is_refused;
} Producer;

static int *new_number(int number)
{
    int *item = MEMORY_NEW(int);
    *item = number;
    return item;
}

static void produce(void *context)
{
    Producer *producer = context;
    for (int i = 0; i < producer->items_count; i++) {
        int *item = new_number(i);
        if (!queue_push(producer->queue, item)) {
            producer->is_refused = true;
            free(item);
            return;
        }
        atomic_fetch_add(&producer->pushed_count, 1);
    }
    queue_close(producer->queue);
}

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static void count_call(void *context)
{
    atomic_fetch_add((atomic_int *)context, 1);
}

/* The calling thread always works; there are never more than were asked for. */
TEST(threads_share_one_work)
{
    atomic_int calls = 0;
    threads_share(count_call, &calls, 0);
    EXPECT_INT(calls, 1);
    calls = 0;
    threads_share(count_call, &calls, 3);
    EXPECT(calls >= 1 && calls <= 3);
    calls = 0;
    threads_share(count_call, &calls, 1000);
    EXPECT(calls >= 1 && calls <= 16);
}

TEST(queue_hands_over_in_order)
{
    size_t capacities[] = {1, 2, 7, 1000};
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        AUTO(queue_done) Queue *queue = queue_new(capacities[i]);
        Producer producer = {.queue = queue, .items_count = 5000};
        Thread thread;
        Error err;
        REQUIRE(thread_start(produce, &producer, &thread, &err) == STATUS_OK);
        int expected = 0;
        for (void *item; queue_pop(queue, &item); expected++) {
            EXPECT_INT(*(int *)item, expected);
            free(item);
        }
        thread_join(thread);
        EXPECT_INT(expected, 5000);
        EXPECT(!producer.is_refused);
        EXPECT(!queue_is_cancelled(queue));
    }
}

TEST(queue_holds_no_more_than_its_capacity)
{
    AUTO(queue_done) Queue *queue = queue_new(3);
    Producer producer = {.queue = queue, .items_count = 10};
    Thread thread;
    Error err;
    REQUIRE(thread_start(produce, &producer, &thread, &err) == STATUS_OK);
    for (int i = 0; i < 20; i++) {
        pause_briefly();
        EXPECT(atomic_load(&producer.pushed_count) <= 3);
    }
    int popped_count = 0;
    for (void *item; queue_pop(queue, &item); popped_count++) {
        EXPECT(atomic_load(&producer.pushed_count) <= popped_count + 1 + 3);
        free(item);
    }
    thread_join(thread);
    EXPECT_INT(popped_count, 10);
}

TEST(queue_cancel_wakes_a_waiting_producer)
{
    AUTO(queue_done) Queue *queue = queue_new(2);
    Producer producer = {.queue = queue, .items_count = 1000000};
    Thread thread;
    Error err;
    REQUIRE(thread_start(produce, &producer, &thread, &err) == STATUS_OK);
    void *item;
    REQUIRE(queue_pop(queue, &item));
    free(item);
    queue_cancel(queue);
    queue_cancel(queue);
    EXPECT(queue_is_cancelled(queue));
    EXPECT(!queue_pop(queue, &item));
    thread_join(thread);
    EXPECT(producer.is_refused);
    int left_count = 0;
    for (; queue_take_left(queue, &item); left_count++)
        free(item);
    EXPECT_INT(left_count, atomic_load(&producer.pushed_count) - 1);
}

static void consume(void *context)
{
    Producer *consumer = context;
    for (void *item; queue_pop(consumer->queue, &item);) {
        atomic_fetch_add(&consumer->pushed_count, 1);
        free(item);
    }
}

TEST(queue_cancel_wakes_a_waiting_consumer)
{
    AUTO(queue_done) Queue *queue = queue_new(2);
    Producer consumer = {.queue = queue};
    Thread thread;
    Error err;
    REQUIRE(thread_start(consume, &consumer, &thread, &err) == STATUS_OK);
    pause_briefly();
    queue_cancel(queue);
    thread_join(thread);
    EXPECT_INT(atomic_load(&consumer.pushed_count), 0);
}

TEST(queue_serves_several_consumers)
{
    enum { CONSUMERS = 3, ITEMS = 3000 };
    AUTO(queue_done) Queue *queue = queue_new(16);
    Producer consumers[CONSUMERS];
    Thread threads[CONSUMERS];
    Error err;
    for (int i = 0; i < CONSUMERS; i++) {
        consumers[i] = (Producer){.queue = queue};
        REQUIRE(thread_start(consume, &consumers[i], &threads[i], &err) == STATUS_OK);
    }
    Producer producer = {.queue = queue, .items_count = ITEMS};
    produce(&producer);
    int total = 0;
    for (int i = 0; i < CONSUMERS; i++) {
        thread_join(threads[i]);
        total += atomic_load(&consumers[i].pushed_count);
    }
    EXPECT_INT(total, ITEMS);
}

TEST(queue_free_accepts_null)
{
    Queue *queue = NULL;
    queue_free(queue);
    queue_done(&queue);
    EXPECT(queue == NULL);
}
