/* test_event_gather.c -- a sorted batch comes back in its order, customer by customer. */
#include "base/random.h"
#include "harness/harness.h"
#include "store/event_gather.h"

#include <string.h>

enum { EVENTS = 40000, LARGE_CUSTOMER = 7 };

/* Events of a few hundred customers in no order, one of them with more than fits a piece. */
static EventBatch *random_batch(void)
{
    EventBatch *batch = event_batch_new();
    Random random = random_seeded(5);
    for (uint32_t i = 0; i < EVENTS; i++) {
        uint32_t customer = (uint32_t)random_below(&random, 900) + 1;
        if (random_below(&random, 2) == 0) customer = LARGE_CUSTOMER;
        size_t size = 1 + (size_t)random_below(&random, 200);
        uint8_t *content = event_batch_reserve(batch, size);
        memset(content, (int)(i & 0xff), size);
        RecordHeader header = {
            .second_raised = i, .content_size = size & UINT16_MAX, .kind = RECORD_ADD};
        event_batch_push(batch, (CustomerId){customer}, &header);
    }
    event_batch_sort(batch);
    return batch;
}

static void expect_same(const EventBatch *batch, size_t index, const EventBatch *piece, size_t at)
{
    PackedEvent expected = event_batch_event(batch, index), actual = event_batch_event(piece, at);
    EXPECT_INT(event_batch_customer(piece, at).value, event_batch_customer(batch, index).value);
    EXPECT_INT(actual.at.second, expected.at.second);
    EXPECT(text_equal(actual.content, expected.content));
}

TEST(pieces_are_the_batch_in_order)
{
    Error err = {0};
    EventBatch *batch = random_batch();
    AUTO(event_gather_done) EventGather *gather = NULL;
    EXPECT_OK(event_gather_open(batch, &gather, &err), &err);
    size_t index = 0, pieces = 0;
    uint32_t last_customer = 0;
    for (const EventBatch *piece; (piece = event_gather_next(gather)) != NULL; pieces++) {
        REQUIRE(index + event_batch_count(piece) <= EVENTS);
        EXPECT(event_batch_customer(piece, 0).value > last_customer); /* none is cut */
        for (size_t i = 0; i < event_batch_count(piece); i++)
            expect_same(batch, index++, piece, i);
        last_customer = event_batch_customer(piece, event_batch_count(piece) - 1).value;
    }
    EXPECT_INT(index, EVENTS);
    EXPECT(pieces > 2);
    event_gather_close(gather);
    gather = NULL;
    event_batch_free(batch);
}

TEST(a_gather_may_end_early)
{
    Error err = {0};
    EventBatch *batch = random_batch();
    for (int taken = 0; taken < 3; taken++) {
        EventGather *gather;
        EXPECT_OK(event_gather_open(batch, &gather, &err), &err);
        for (int i = 0; i < taken; i++)
            EXPECT(event_gather_next(gather) != NULL);
        event_gather_close(gather);
    }
    event_batch_free(batch);
}

TEST(a_small_batch_is_its_own_piece)
{
    Error err = {0};
    EventBatch *batch = event_batch_new();
    AUTO(event_gather_done) EventGather *empty = NULL;
    EXPECT_OK(event_gather_open(batch, &empty, &err), &err);
    EXPECT(event_gather_next(empty) == NULL);
    event_batch_reserve(batch, 1)[0] = 1;
    RecordHeader header = {.content_size = 1, .kind = RECORD_ADD};
    event_batch_push(batch, (CustomerId){1}, &header);
    AUTO(event_gather_done) EventGather *gather = NULL;
    EXPECT_OK(event_gather_open(batch, &gather, &err), &err);
    EXPECT(event_gather_next(gather) == batch);
    EXPECT(event_gather_next(gather) == NULL);
    event_batch_free(batch);
}
