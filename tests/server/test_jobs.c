/* test_jobs.c -- jobs of a server that runs: in which language they fail, what is owed of them,
 * when they are over for others. */
#include "store/fixture.h"

#include "base/buffer.h"
#include "reply/error_words.h"
#include "server/server_internal.h"

#include <time.h>

enum { NOW = 1774958400 };

static int64_t utc_second(void)
{
    return NOW;
}

static uint64_t now_nanoseconds(void)
{
    static atomic_uint_fast64_t now;
    return atomic_fetch_add(&now, 1000);
}

/* Over the directory of a fixture, whose store is closed. */
static Server *serve(Fixture *fixture)
{
    Server *server = NULL;
    ServerOptions options = {
        .directory = fixture->path,
        .listen = TEXT("127.0.0.1:0"),
        .socket = -1,
        .version = TEXT("0"),
        .clock = {.utc_second = utc_second, .now_nanoseconds = now_nanoseconds},
        .log_format = LOG_NONE};
    store_done(&fixture->store);
    EXPECT_OK(server_start(&options, &server, &fixture->err), &fixture->err);
    return server;
}

static bool wait_until_over(Jobs *jobs, const char *kind)
{
    const struct timespec step = {.tv_nsec = 5000000};
    for (int i = 0; i < 4000 && jobs_has(jobs, kind); i++)
        nanosleep(&step, NULL);
    return !jobs_has(jobs, kind);
}

static Status fail(const JobRun *run, Error *err)
{
    (void)run;
    return error_set(err, STATUS_CONFLICT, "there is no job '%.*s'", TEXT_FORMAT(TEXT("7")));
}

static Text told(Server *server, Store *store, Text id, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    JsonWriter writer = {.out = &out};
    Error err;
    EXPECT_OK(jobs_write(server->jobs, store, id, &writer, &err), &err);
    return arena_text(arena, buffer_view(&out));
}

TEST(a_job_fails_in_the_language_of_who_asked_for_it)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    AUTO(server_done) Server *server = serve(&fixture);
    const JobPlan plan = {.kind = "fail", .title = TEXT("x"), .run = fail};
    Text ids[2];
    REQUIRE(server != NULL);
    fixture_reopen(&fixture, STORE_READ);
    const Language languages[] = {LANGUAGE_UK, LANGUAGE_EN};
    for (size_t i = 0; i < 2; i++) {
        error_speak(error_words_of(languages[i]));
        EXPECT_OK(jobs_add(server->jobs, &plan, fixture.arena, &ids[i], &fixture.err),
                  &fixture.err);
    }
    error_speak(NULL);
    EXPECT(wait_until_over(server->jobs, "fail"));
    const Text english = TEXT("there is no job '7'");
    EXPECT(!text_contains(told(server, fixture.store, ids[0], fixture.arena), english));
    EXPECT(text_contains(told(server, fixture.store, ids[1], fixture.arena), english));
    store_done(&fixture.store);
}

/* The directory's lock is held, so that the server itself cannot write what it owes. */
TEST(what_could_not_be_written_of_a_job_is_owed_as_before)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    AUTO(server_done) Server *server = serve(&fixture);
    const JobPlan plan = {.kind = "fail", .title = TEXT("x"), .run = fail};
    AUTO(store_done) Store *reader = NULL;
    Text id;
    REQUIRE(server != NULL);
    fixture_reopen(&fixture, STORE_WRITE);
    EXPECT_OK(store_open(fixture.path, STORE_READ, &reader, &fixture.err), &fixture.err);
    EXPECT_OK(jobs_add(server->jobs, &plan, fixture.arena, &id, &fixture.err), &fixture.err);
    EXPECT(wait_until_over(server->jobs, "fail"));
    EXPECT(jobs_keep(server->jobs, reader, &fixture.err) != STATUS_OK);
    EXPECT(jobs_owe(server->jobs));
    EXPECT_OK(jobs_keep(server->jobs, fixture.store, &fixture.err), &fixture.err);
    EXPECT(!jobs_owe(server->jobs));
    store_done(&fixture.store);
}

typedef struct {
    Jobs *jobs;
    atomic_bool may_go, is_over_when_done;
} Hold;

static Status hold(const JobRun *run, Error *err)
{
    Hold *context = run->context;
    const struct timespec step = {.tv_nsec = 1000000};
    (void)err;
    while (!atomic_load(&context->may_go))
        nanosleep(&step, NULL);
    return STATUS_OK;
}

static void look_whether_over(void *context)
{
    Hold *waiting = context;
    atomic_store(&waiting->is_over_when_done, !jobs_has(waiting->jobs, "waiting"));
}

TEST(a_cancelled_job_is_over_when_its_context_is_free)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    AUTO(server_done) Server *server = serve(&fixture);
    REQUIRE(server != NULL);
    Hold context = {.jobs = server->jobs};
    Text ids[2];
    const JobPlan running = {.kind = "hold", .title = TEXT("x"), .run = hold, .context = &context};
    const JobPlan waiting = {.kind = "waiting",
                             .title = TEXT("x"),
                             .run = fail,
                             .done = look_whether_over,
                             .context = &context};
    const Principal boss = {.user_id = 1, .rights = UINT32_MAX};
    EXPECT_OK(jobs_add(server->jobs, &running, fixture.arena, &ids[0], &fixture.err), &fixture.err);
    EXPECT_OK(jobs_add(server->jobs, &waiting, fixture.arena, &ids[1], &fixture.err), &fixture.err);
    EXPECT_OK(jobs_cancel(server->jobs, ids[1], &boss, &fixture.err), &fixture.err);
    atomic_store(&context.may_go, true);
    EXPECT(wait_until_over(server->jobs, "hold") && wait_until_over(server->jobs, "waiting"));
    EXPECT(!atomic_load(&context.is_over_when_done));
}
