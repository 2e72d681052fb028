/* job_rows.c -- rows of long work that a server was asked to do. */
#include "store/job_rows.h"

#include "store/check_parts.h"
#include "store/store_internal.h"

#define JOB_COLUMNS                                                                    \
    "boot, number, kind, title, author, state, done, total, created_at, finished_at, " \
    "problem_status, problem_sentence, result"

static const char replace_job[] = "INSERT OR REPLACE INTO main.job (" JOB_COLUMNS ") "
                                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
static const char delete_old[] =
    "DELETE FROM main.job WHERE (boot, number) <= (SELECT boot, number FROM main.job "
    "ORDER BY boot DESC, number DESC LIMIT 1 OFFSET ?1)";
static const char update_interrupted[] =
    "UPDATE main.job SET state = 'interrupted' WHERE state IN ('waiting', 'running')";
static const char select_number[] = "SELECT max(number) FROM main.job WHERE boot = ?1";
static const char select_jobs[] =
    "SELECT " JOB_COLUMNS " FROM main.job WHERE (boot, number) < (?1, ?2) "
    "ORDER BY boot DESC, number DESC LIMIT ?3";
static const char select_job[] =
    "SELECT " JOB_COLUMNS " FROM main.job WHERE boot = ?1 AND number = ?2";
static const char update_forgotten[] = "UPDATE main.job SET result = '', problem_sentence = '' "
                                       "WHERE result <> '' OR problem_sentence <> ''";
static const char select_bad[] =
    "SELECT boot, number FROM main.job WHERE state NOT IN "
    "('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted') "
    "OR (result <> '' AND NOT json_valid(result)) OR (state = 'done') > (finished_at IS NOT NULL)";

/* Numbers of SQLite have a sign; those of jobs never come near it. */
static int64_t signed_of(uint64_t number)
{
    return number < INT64_MAX ? (int64_t)number : INT64_MAX;
}

static void bind_job(sqlite3_stmt *statement, const JobRow *job)
{
    statement_bind_integer(statement, 1, job->key.boot);
    statement_bind_integer(statement, 2, signed_of(job->key.number));
    statement_bind_text(statement, 3, job->kind);
    statement_bind_text(statement, 4, job->title);
    statement_bind_text(statement, 5, job->author);
    statement_bind_text(statement, 6, job->state);
    statement_bind_integer(statement, 7, signed_of(job->done));
    statement_bind_integer(statement, 8, signed_of(job->total));
    statement_bind_integer(statement, 9, job->created.second);
    statement_bind_integer_or_null(statement, 10, job->has_finished, job->finished.second);
    statement_bind_text(statement, 11, job->problem_status);
    statement_bind_text(statement, 12, job->problem_sentence);
    statement_bind_text(statement, 13, job->result);
}

static JobRow read_job(sqlite3_stmt *row, Arena *arena)
{
    return (JobRow){
        .key = {(uint32_t)statement_integer(row, 0), (uint64_t)statement_integer(row, 1)},
        .kind = arena_text(arena, statement_text(row, 2)),
        .title = arena_text(arena, statement_text(row, 3)),
        .author = arena_text(arena, statement_text(row, 4)),
        .state = arena_text(arena, statement_text(row, 5)),
        .done = (uint64_t)statement_integer(row, 6),
        .total = (uint64_t)statement_integer(row, 7),
        .created = {statement_integer(row, 8)},
        .has_finished = !statement_is_null(row, 9),
        .finished = {statement_integer(row, 9)},
        .problem_status = arena_text(arena, statement_text(row, 10)),
        .problem_sentence = arena_text(arena, statement_text(row, 11)),
        .result = arena_text(arena, statement_text(row, 12))};
}

Status store_keep_job(Store *store, const JobRow *job, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, replace_job, &statement, err));
    bind_job(statement, job);
    TRY(statement_run(statement, err));
    AUTO(statement_release) sqlite3_stmt *old = NULL;
    TRY(store_statement(store, delete_old, &old, err));
    statement_bind_integer(old, 1, JOBS_KEPT_MAX);
    return statement_run(old, err);
}

Status store_interrupt_jobs(Store *store, uint32_t boot, uint64_t *ret_number, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *update = NULL, *select = NULL;
    TRY(store_statement(store, update_interrupted, &update, err));
    TRY(statement_run(update, err));
    TRY(store_statement(store, select_number, &select, err));
    statement_bind_integer(select, 1, boot);
    bool has_row;
    TRY(statement_step(select, &has_row, err));
    *ret_number = (uint64_t)statement_integer(select, 0);
    return STATUS_OK;
}

Status store_list_jobs(Store *store, JobKey before, size_t limit, Arena *arena, JobRows *ret_jobs,
                       Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_jobs, &statement, err));
    statement_bind_integer(statement, 1, before.boot);
    statement_bind_integer(statement, 2, signed_of(before.number));
    statement_bind_integer(statement, 3, (int64_t)limit);
    JobRows list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        JobRow job = read_job(statement, arena);
        ARENA_PUSH(arena, &list, job);
    }
    *ret_jobs = list;
    return STATUS_OK;
}

Status store_find_job(Store *store, JobKey key, Arena *arena, bool *ret_is_found, JobRow *ret_job,
                      Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_job, &statement, err));
    statement_bind_integer(statement, 1, key.boot);
    statement_bind_integer(statement, 2, signed_of(key.number));
    TRY(statement_step(statement, ret_is_found, err));
    if (*ret_is_found) *ret_job = read_job(statement, arena);
    return STATUS_OK;
}

Status jobs_forget_customers(Store *store, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_forgotten, &statement, err));
    return statement_run(statement, err);
}

Status check_jobs(Problems *problems, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, text_of(select_bad), &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        problem_add(problems, "the job %08llx-%llu is not what a job can be",
                    (unsigned long long)statement_integer(row, 0),
                    (unsigned long long)statement_integer(row, 1));
    }
}
