/* test_progress.c -- progress reports and cancellation. */
#include "base/progress.h"
#include "harness/harness.h"

#include <string.h>

typedef struct {
    uint64_t done, total, calls_count, calls_max;
    char step[32];
} Receiver;

static bool receive(void *context, const char *step, uint64_t done, uint64_t total)
{
    Receiver *receiver = context;
    receiver->done = done;
    receiver->total = total;
    strncpy(receiver->step, step, sizeof receiver->step - 1);
    return ++receiver->calls_count <= receiver->calls_max;
}

TEST(progress_reaches_the_receiver_until_it_cancels)
{
    Receiver receiver = {.calls_max = 1};
    Progress progress = {receive, &receiver};
    Error err = {0};
    EXPECT_OK(progress_report(&progress, "reading", 5, 10, &err), &err);
    EXPECT_INT(receiver.done, 5);
    EXPECT_INT(receiver.total, 10);
    EXPECT_TEXT(text_of(receiver.step), "reading");
    EXPECT_STATUS(progress_report(&progress, "reading", 6, 10, &err), STATUS_CANCELLED, &err);
    EXPECT_TEXT(text_of(err.message), "reading was cancelled");
}

TEST(progress_of_nobody_never_cancels)
{
    EXPECT_OK(progress_report(NULL, "reading", 1, 0, NULL), NULL);
}
