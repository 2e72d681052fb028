/* test_memory.c -- what the server remembers: sessions, attempts, keys; how it decodes addresses.
 */
#include "harness/harness.h"

#include "server/exchange.h"
#include "server/keys.h"
#include "server/sessions.h"
#include "server/throttle.h"

#include <string.h>

enum { NOW = 1774958400 };

TEST(sessions_outlive_the_process_and_end)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *folder = harness_temporary_dir();
    Error err;
    Text first, second;
    SessionOf of;
    Sessions *sessions = sessions_open(folder);
    EXPECT_OK(sessions_begin(sessions, (SessionOf){7, 3}, NOW, arena, &first, &err), &err);
    EXPECT_OK(sessions_begin(sessions, (SessionOf){8, 1}, NOW, arena, &second, &err), &err);
    sessions_close(sessions);
    sessions = sessions_open(folder);
    EXPECT(sessions_find(sessions, first, NOW + 10, &of) && of.user_id == 7 &&
           of.secrets_number == 3);
    EXPECT(!sessions_find(sessions, TEXT("x"), NOW, &of));
    sessions_renew(sessions, first, 4);
    EXPECT(sessions_find(sessions, first, NOW + 10, &of) && of.secrets_number == 4);
    sessions_end(sessions, second, NOW + 10);
    EXPECT(!sessions_find(sessions, second, NOW + 10, &of));
    int64_t idle = (int64_t)SESSION_IDLE_HOURS * 3600;
    EXPECT(sessions_find(sessions, first, NOW + 10 + idle, &of));
    EXPECT(!sessions_find(sessions, first, NOW + 11 + idle + idle, &of));
    sessions_close(sessions);
}

TEST(a_session_ends_however_busy_it_is)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    Text secret;
    SessionOf of;
    Sessions *sessions = sessions_open(harness_temporary_dir());
    EXPECT_OK(sessions_begin(sessions, (SessionOf){1, 1}, NOW, arena, &secret, &err), &err);
    int64_t most = (int64_t)SESSION_DAYS_MAX * 86400;
    for (int64_t passed = 0; passed <= most; passed += 3600)
        EXPECT(sessions_find(sessions, secret, NOW + passed, &of));
    EXPECT(!sessions_find(sessions, secret, NOW + most + 1, &of));
    sessions_close(sessions);
}

TEST(attempts_are_counted_for_a_while)
{
    static Throttle throttle;
    const Attempt one = {TEXT("10.0.0.1"), TEXT("a")}, other = {TEXT("10.0.0.1"), TEXT("b")};
    throttle_init(&throttle);
    for (int i = 0; i < 5; i++) {
        EXPECT_INT(throttle_wait(&throttle, one, NOW), 0);
        throttle_note_failure(&throttle, one, NOW);
    }
    EXPECT_INT(throttle_wait(&throttle, one, NOW + 1), THROTTLE_SECONDS - 1);
    EXPECT_INT(throttle_wait(&throttle, other, NOW + 1), 0);
    EXPECT_INT(throttle_wait(&throttle, one, NOW + THROTTLE_SECONDS), 0);
    for (int i = 0; i < 50; i++)
        throttle_note_failure(&throttle, other, NOW + THROTTLE_SECONDS);
    throttle_forget(&throttle, other);
    EXPECT(throttle_wait(&throttle, other, NOW + THROTTLE_SECONDS) > 0);
    throttle_done(&throttle);
}

TEST(keys_are_of_one_user_and_one_request)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Keys *keys = keys_new();
    Response response;
    response_init(&response, arena);
    KeyedRequest request = {1, TEXT("k"), TEXT("POST"), TEXT("/a"), TEXT("{}")};
    KeyedRequest other_user = request, other_body = request;
    other_user.user_id = 2;
    other_body.body = TEXT("{ }");
    EXPECT_INT(keys_begin(keys, &request, NOW, &response), KEY_NEW);
    EXPECT_INT(keys_begin(keys, &request, NOW, &response), KEY_WORKING);
    EXPECT_INT(keys_begin(keys, &other_user, NOW, &response), KEY_NEW);
    EXPECT_INT(keys_begin(keys, &other_body, NOW, &response), KEY_REUSED);
    response_created(&response, TEXT("/a/1"));
    response_text(&response, "application/json", TEXT("{\"x\":1}"));
    keys_end(keys, &request, &response);
    response_done(&response);
    response_init(&response, arena);
    EXPECT_INT(keys_begin(keys, &request, NOW + 86400, &response), KEY_REPEATED);
    EXPECT_INT(response.code, 201);
    EXPECT_TEXT(buffer_view(&response.body), "{\"x\":1}");
    EXPECT_INT(keys_begin(keys, &request, NOW + 86401, &response), KEY_NEW);
    response_done(&response);
    /* a failure of the server is not kept: the next one may succeed */
    response_init(&response, arena);
    response_code(&response, 503);
    keys_end(keys, &request, &response);
    EXPECT_INT(keys_begin(keys, &request, NOW + 86401, &response), KEY_NEW);
    response_done(&response);
    keys_free(keys);
}

TEST(addresses_are_decoded_once_and_strictly)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text text;
    EXPECT(request_decode(TEXT("a%2Fb%d0%96c"), arena, &text));
    EXPECT_TEXT(text, "a/bЖc");
    EXPECT(request_decode(TEXT("%2525"), arena, &text));
    EXPECT_TEXT(text, "%25");
    const char *const bad[] = {"%", "%1", "%zz", "%00", "%1f", "%7f", "%ff", "%c3%28", "a%"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        EXPECT(!request_decode(text_of(bad[i]), arena, &text));
}
