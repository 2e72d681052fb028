/* job_rows.h -- rows of long work that a server was asked to do. What they mean is decided in
 * src/server. Like all writing, each call is one transaction unless inside a batch. */
#pragma once

#include "store/store.h"

enum { JOBS_KEPT_MAX = 1000 };

/* Which job: its number within one start of a server. The newest one is the greatest. */
typedef struct {
    uint32_t boot; /* start of the server, seconds of UTC */
    uint64_t number;
} JobKey;

typedef struct {
    JobKey key;
    Text kind, title, author;
    Text state; /* "waiting", "running", ... */
    uint64_t done, total;
    Moment created;
    bool has_finished;
    Moment finished;
    Text problem_status, problem_sentence; /* empty unless it failed */
    Text result;                           /* JSON; empty: none */
} JobRow;

static inline bool job_key_is_before(JobKey a, JobKey b)
{
    return a.boot != b.boot ? a.boot < b.boot : a.number < b.number;
}

/* Add, or write over the one with this key; forgets those beyond JOBS_KEPT_MAX. */
MUST_CHECK Status store_keep_job(Store *store, const JobRow *job, Error *err);
/* A server starts: what an earlier one left waiting or running is "interrupted" now.
 * ret_number  the highest number of this start, 0 when it is new */
MUST_CHECK Status store_interrupt_jobs(Store *store, uint32_t boot, uint64_t *ret_number,
                                       Error *err);

typedef struct {
    JobRow *items;
    size_t count, capacity;
} JobRows;
/* Those before a key, the newest first. */
MUST_CHECK Status store_list_jobs(Store *store, JobKey before, size_t limit, Arena *arena,
                                  JobRows *ret_jobs, Error *err);
MUST_CHECK Status store_find_job(Store *store, JobKey key, Arena *arena, bool *ret_is_found,
                                 JobRow *ret_job, Error *err);
/* What jobs said may name an erased customer: results and sentences go. Inside of the caller's
 * change. */
MUST_CHECK Status jobs_forget_customers(Store *store, Error *err);
