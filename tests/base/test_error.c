/* test_error.c -- statuses and the sentences that go with them. */
#include "base/error.h"
#include "harness/harness.h"

#include <errno.h>
#include <string.h>

TEST(error_set_fills_and_returns)
{
    Error err = {0};
    EXPECT_INT(error_set(&err, STATUS_NOT_FOUND, "no stream '%s'", "заказы"), STATUS_NOT_FOUND);
    EXPECT_INT(err.status, STATUS_NOT_FOUND);
    EXPECT_TEXT(text_of(err.message), "no stream 'заказы'");
    EXPECT_INT(error_set(NULL, STATUS_LIMIT, "x"), STATUS_LIMIT);
}

TEST(error_prefix_goes_before_the_message)
{
    Error err = {0};
    EXPECT_INT(error_set(&err, STATUS_INVALID, "bad date '%s'", "31.02"), STATUS_INVALID);
    EXPECT_INT(error_prefix(&err, "line %d", 12), STATUS_INVALID);
    EXPECT_TEXT(text_of(err.message), "line 12: bad date '31.02'");
    EXPECT_INT(error_set(&err, STATUS_IO, "again: %s", err.message), STATUS_IO);
    EXPECT_TEXT(text_of(err.message), "again: line 12: bad date '31.02'");
}

/* Goal: a message that does not fit is cut between code points, whatever the parity of its start.
 */
TEST(error_message_is_cut_at_a_code_point)
{
    char long_text[4001];
    for (size_t i = 0; i < 4000; i += 2)
        memcpy(long_text + i, "ж", 2);
    long_text[4000] = '\0';
    for (int shift = 0; shift < 2; shift++) {
        Error err;
        EXPECT_INT(error_set(&err, STATUS_INVALID, "%s%s", shift ? "x" : "", long_text),
                   STATUS_INVALID);
        Text message = text_of(err.message);
        EXPECT(utf8_is_valid(message));
        EXPECT_INT(message.size, shift ? 1023 : 1022);
    }
}

TEST(error_message_is_always_utf8)
{
    Error err;
    EXPECT_INT(error_set(&err, STATUS_INVALID, "bad '%s'", "\xCF\xF0\xE8"), STATUS_INVALID);
    EXPECT(utf8_is_valid(text_of(err.message)));
    EXPECT_TEXT(text_of(err.message), "bad '\uFFFD\uFFFD\uFFFD'");
}

TEST(error_set_system_chooses_the_status)
{
    Error err;
    EXPECT_INT(error_set_system(&err, ENOENT, "cannot open '%s'", "a.csv"), STATUS_NOT_FOUND);
    EXPECT_TEXT(text_of(err.message), "cannot open 'a.csv': no such file or directory");
    EXPECT_INT(error_set_system(&err, EACCES, "cannot open 'a'"), STATUS_DENIED);
    EXPECT_INT(error_set_system(&err, ENOSPC, "cannot write 'a'"), STATUS_IO);
    EXPECT_TEXT(text_of(err.message), "cannot write 'a': no space left on device");
    EXPECT_INT(error_set_system(&err, 99999, "odd"), STATUS_IO);
    EXPECT_TEXT(text_of(err.message), "odd: unknown error");
}

TEST(status_table_is_complete)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        Status status = (Status)i;
        EXPECT(status_name(status) != NULL && status_name(status)[0] != '\0');
        EXPECT(status_text(status) != NULL && status_text(status)[0] != '\0');
        EXPECT((status_exit_code(status) == 0) == (status == STATUS_OK));
        EXPECT(status_http_code(status) >= 200 && status_http_code(status) < 600);
    }
    EXPECT_TEXT(text_of(status_name(STATUS_NOT_FOUND)), "NOT_FOUND");
    EXPECT_TEXT(text_of(status_text(STATUS_NOT_FOUND)), "not found");
    EXPECT_INT(status_exit_code(STATUS_INVALID), 2);
    EXPECT_INT(status_http_code(STATUS_CONFLICT), 409);
}

static Status fail_when(bool is_failing, int *steps)
{
    TRY(is_failing ? STATUS_IO : STATUS_OK);
    (*steps)++;
    return STATUS_OK;
}

TEST(try_returns_early)
{
    int steps = 0;
    EXPECT_INT(fail_when(true, &steps), STATUS_IO);
    EXPECT_INT(steps, 0);
    EXPECT_INT(fail_when(false, &steps), STATUS_OK);
    EXPECT_INT(steps, 1);
}
