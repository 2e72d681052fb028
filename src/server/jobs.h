/* jobs.h -- work that takes long: it goes on when who asked for it is gone, tells how far it is,
 * can be cancelled. From any thread.
 *
 *   jobs_add ─> waiting ─> running ─> done | failed | cancelled | interrupted
 *
 * Jobs that write run one after another; those that only read run beside them. Jobs end with the
 * process: what they have committed stays, and the store knows that they were interrupted. Titles
 * never name a customer. */
#pragma once

#include "app/app.h"
#include "reply/json_writer.h"
#include "server/response.h"

typedef struct Server Server;
typedef struct Jobs Jobs;

/* What a job gets when it runs. */
typedef struct {
    Server *server;
    void *context; /* of the plan */
    Text author;
    Arena *arena;             /* ends with the job */
    const Progress *progress; /* tells the step, learns of cancelling */
    JsonWriter *result;       /* one JSON value may be written: what came of it */
} JobRun;

/* An App for the time of the job, open for writing; who opened it closes it. Waits for whoever
 * writes until the job is cancelled. */
MUST_CHECK Status job_writer(const JobRun *run, App **ret_app, Error *err);

/* How many rows go with the progress that is told next. */
void job_count_rows(const JobRun *run, uint64_t rows);

#define IMPORT_JOB "import" /* one that writes batch by batch and lets others in between */

typedef struct {
    const char *kind; /* IMPORT_JOB, "form", "export": a constant */
    Text title;       /* what it works on; copied */
    Text author;      /* copied */
    bool writes;
    Status (*run)(const JobRun *run, Error *err);
    /* Frees the context when the job has run, or will not; may be NULL. */
    void (*done)(void *context);
    void *context;
} JobPlan;

Jobs *jobs_new(void);
void jobs_free(Jobs *jobs); /* accepts NULL; after jobs_stop */
/* Before the start: what an earlier start of a server left unfinished was interrupted. */
MUST_CHECK Status jobs_take_over(Jobs *jobs, Store *store, uint32_t boot, Error *err);
MUST_CHECK Status jobs_start(Jobs *jobs, Server *server, Error *err);
/* Cancel what runs and what waits. */
void jobs_stop(Jobs *jobs);

/* The plan's context is the job's from now on, also on failure. LIMIT when too many wait. */
MUST_CHECK Status jobs_add(Jobs *jobs, const JobPlan *plan, Arena *arena, Text *ret_id, Error *err);
/* The whole answer of a request that began a job: 202, Location, the job. */
MUST_CHECK Status jobs_answer(Jobs *jobs, const JobPlan *plan, Request *request, Response *response,
                              Error *err);
/* The same for who wants to know which one it is. */
MUST_CHECK Status jobs_answer_named(Jobs *jobs, const JobPlan *plan, Request *request,
                                    Response *response, Text *ret_id, Error *err);
/* Of this start or an earlier one. NOT_FOUND for a job that is not known (any more). */
MUST_CHECK Status jobs_write(Jobs *jobs, Store *store, Text id, JsonWriter *writer, Error *err);
/* Nothing when it is over. DENIED unless he began it, or administers. */
MUST_CHECK Status jobs_cancel(Jobs *jobs, Text id, const Principal *who, Error *err);
/* A page, the newest first, as {"items":[...],"next":...}. */
MUST_CHECK Status jobs_write_page(Jobs *jobs, Store *store, const Page *page, JsonWriter *writer,
                                  Error *err);
/* NOT_FOUND, also for the job of another when `who` sees his own customers only: what came of it
 * may tell of others. */
MUST_CHECK Status jobs_require(Jobs *jobs, Store *store, Text id, const Principal *who, Error *err);
/* Events from after this number on; *ret_is_over when the job has ended and nothing is new. */
void jobs_stream(Jobs *jobs, Text id, uint64_t after, EventStream *ret_stream, bool *ret_is_over);
/* Write what became of jobs since the last call; the store is open for writing. */
MUST_CHECK Status jobs_keep(Jobs *jobs, Store *store, Error *err);
bool jobs_owe(Jobs *jobs); /* whether there is anything to write */
/* A customer was erased: what jobs that are over had to say may name him, and goes. */
void jobs_forget_results(Jobs *jobs);
/* Whether something has changed since the last call: then streams are to be woken. */
bool jobs_have_news(Jobs *jobs);
/* Whether one of this kind waits or runs. */
bool jobs_has(Jobs *jobs, const char *kind);
void jobs_count(Jobs *jobs, uint64_t *ret_waiting, uint64_t *ret_running);
