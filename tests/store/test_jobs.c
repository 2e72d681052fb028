/* test_jobs.c -- the history of long work: kept, paged, interrupted by a restart, forgotten. */
#include "store/fixture.h"
#include "store/job_rows.h"

static JobRow job_of(uint32_t boot, uint64_t number, const char *state)
{
    return (JobRow){.key = {boot, number},
                    .kind = TEXT("form"),
                    .title = TEXT("VIP"),
                    .author = TEXT("anna"),
                    .state = text_of(state),
                    .done = 3,
                    .total = 5,
                    .created = {100 + (int64_t)number},
                    .problem_status = TEXT(""),
                    .problem_sentence = TEXT(""),
                    .result = TEXT("")};
}

static void keep(Fixture *fixture, JobRow job)
{
    EXPECT_OK(store_keep_job(fixture->store, &job, &fixture->err), &fixture->err);
}

static JobRows list(Fixture *fixture, JobKey before, size_t limit)
{
    JobRows jobs = {0};
    EXPECT_OK(store_list_jobs(fixture->store, before, limit, fixture->arena, &jobs, &fixture->err),
              &fixture->err);
    return jobs;
}

static JobRow find(Fixture *fixture, uint32_t boot, uint64_t number)
{
    bool is_found = false;
    JobRow job = {0};
    EXPECT_OK(store_find_job(fixture->store, (JobKey){boot, number}, fixture->arena, &is_found,
                             &job, &fixture->err),
              &fixture->err);
    EXPECT(is_found);
    return job;
}

static const JobKey newest = {UINT32_MAX, INT64_MAX};

TEST(a_job_comes_back_as_it_was_kept_last)
{
    Fixture fixture = fixture_open();
    JobRow job = job_of(7, 1, "waiting");
    keep(&fixture, job);
    job.state = TEXT("failed");
    job.has_finished = true;
    job.finished = (Moment){500};
    job.problem_status = TEXT("CONFLICT");
    job.problem_sentence = TEXT("somebody writes");
    job.result = TEXT("{\"rows\":1}");
    keep(&fixture, job);
    JobRow found = find(&fixture, 7, 1);
    EXPECT_TEXT(found.state, "failed");
    EXPECT(found.has_finished && found.finished.second == 500 && found.created.second == 101);
    EXPECT_TEXT(found.problem_status, "CONFLICT");
    EXPECT_TEXT(found.problem_sentence, "somebody writes");
    EXPECT_TEXT(found.result, "{\"rows\":1}");
    EXPECT(found.done == 3 && found.total == 5);
    EXPECT_INT(list(&fixture, newest, 10).count, 1);
    fixture_done(&fixture);
}

TEST(pages_go_from_the_newest_start_to_the_oldest)
{
    Fixture fixture = fixture_open();
    for (uint64_t number = 1; number <= 3; number++) {
        keep(&fixture, job_of(9, number, "cancelled"));
        keep(&fixture, job_of(8, number, "cancelled"));
    }
    JobRows first = list(&fixture, newest, 4);
    REQUIRE(first.count == 4);
    EXPECT(first.items[0].key.boot == 9 && first.items[0].key.number == 3);
    EXPECT(first.items[3].key.boot == 8 && first.items[3].key.number == 3);
    JobRows second = list(&fixture, first.items[3].key, 4);
    REQUIRE(second.count == 2);
    EXPECT(second.items[1].key.boot == 8 && second.items[1].key.number == 1);
    fixture_done(&fixture);
}

TEST(a_restart_interrupts_what_was_under_way)
{
    Fixture fixture = fixture_open();
    uint64_t number = 77;
    keep(&fixture, job_of(9, 1, "running"));
    keep(&fixture, job_of(9, 2, "waiting"));
    keep(&fixture, job_of(9, 3, "cancelled"));
    EXPECT_OK(store_interrupt_jobs(fixture.store, 10, &number, &fixture.err), &fixture.err);
    EXPECT_INT(number, 0);
    EXPECT_TEXT(find(&fixture, 9, 1).state, "interrupted");
    EXPECT_TEXT(find(&fixture, 9, 2).state, "interrupted");
    EXPECT_TEXT(find(&fixture, 9, 3).state, "cancelled");
    /* a second start within the same second goes on counting */
    EXPECT_OK(store_interrupt_jobs(fixture.store, 9, &number, &fixture.err), &fixture.err);
    EXPECT_INT(number, 3);
    fixture_done(&fixture);
}

TEST(the_oldest_are_forgotten)
{
    Fixture fixture = fixture_open();
    EXPECT_OK(store_batch_begin(fixture.store, &fixture.err), &fixture.err);
    for (uint64_t number = 1; number <= JOBS_KEPT_MAX + 5; number++)
        keep(&fixture, job_of(9, number, "cancelled"));
    EXPECT_OK(store_batch_commit(fixture.store, &fixture.err), &fixture.err);
    JobRows jobs = list(&fixture, newest, 2 * JOBS_KEPT_MAX);
    REQUIRE(jobs.count == JOBS_KEPT_MAX);
    EXPECT(jobs.items[JOBS_KEPT_MAX - 1].key.number == 6);
    fixture_done(&fixture);
}

TEST(erasing_a_customer_empties_what_jobs_said)
{
    Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "C1", "Anna Petrova");
    JobRow job = job_of(9, 1, "failed");
    job.problem_status = TEXT("INVALID");
    job.problem_sentence = TEXT("'Anna Petrova' is no date");
    job.result = TEXT("[\"Anna Petrova\"]");
    keep(&fixture, job);
    EraseAct act;
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("C1"), erasure_at((Moment){1000}),
                                   fixture.arena, &act, &fixture.err),
              &fixture.err);
    JobRow found = find(&fixture, 9, 1);
    EXPECT_TEXT(found.state, "failed");
    EXPECT_TEXT(found.problem_sentence, "");
    EXPECT_TEXT(found.result, "");
    fixture_done(&fixture);
}

TEST(a_bad_row_is_told)
{
    Fixture fixture = fixture_open();
    keep(&fixture, job_of(9, 1, "cancelled"));
    keep(&fixture, job_of(9, 2, "cancelled"));
    store_done(&fixture.store);
    fixture_damage(&fixture, "UPDATE job SET state = 'lost' WHERE number = 1");
    fixture_damage(&fixture, "UPDATE job SET result = '{' WHERE number = 2");
    Text *problems;
    size_t count = 0;
    fixture_reopen(&fixture, STORE_READ);
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, &fixture.err),
              &fixture.err);
    REQUIRE(count == 2);
    EXPECT_TEXT(problems[0], "the job 00000009-1 is not what a job can be");
    fixture_done(&fixture);
}
