/* jobs.c -- work that takes long: waiting, running, over.
 *
 * 1. `mutex` guards the list and every job in it. A job that runs is in the list until it is over,
 *    so its thread may hold on to it.
 * 2. Numbers of jobs and of their events only grow. */
#include "server/jobs.h"

#include "base/memory.h"
#include "reply/fields.h"
#include "server/server_internal.h"

#include <stdlib.h>
#include <string.h>

enum { WAITING_MAX = 100, KEPT_MAX = 200, THREADS = 2, STEP_BYTES = 120, TITLE_BYTES = 200 };

typedef enum { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED } JobState;

static const char *const state_codes[] = {"waiting", "running", "done", "failed", "cancelled"};

typedef struct Job Job;
struct Job {
    Job *next; /* older */
    Jobs *jobs;
    JobPlan plan;
    char id[REQUEST_ID_BYTES];
    char title[TITLE_BYTES], author[TITLE_BYTES], step[STEP_BYTES];
    JobState state;
    bool is_cancel_wanted;
    uint64_t done, total;
    Moment created, finished;
    uint64_t sequence; /* of its last event */
    Error problem;
    Buffer result;
};

struct Jobs {
    pthread_mutex_t mutex;
    Server *server;
    Job *newest;
    size_t count, waiting_count;
    uint64_t numbers_count;
    bool has_news, is_stopping;
    Queue *writing, *reading;
    Thread threads[THREADS];
    size_t threads_count;
};

static bool is_over(const Job *job)
{
    return job->state >= JOB_DONE;
}

/* A change that is to be told; the mutex is held. */
static void note_change(Job *job)
{
    job->sequence++;
    job->jobs->has_news = true;
}

static void copy_text(char *out, size_t size, Text text)
{
    snprintf(out, size, "%.*s", TEXT_FORMAT(text));
    size_t length = strlen(out);
    while (length > 0 && !utf8_is_valid((Text){out, length}))
        out[--length] = '\0';
}

static void free_job(Job *job)
{
    if (job->plan.done != NULL) job->plan.done(job->plan.context);
    buffer_done(&job->result);
    free(job);
}

/* ---- running ---- */

static bool report(void *context, const char *step, uint64_t done, uint64_t total)
{
    Job *job = context;
    pthread_mutex_lock(&job->jobs->mutex);
    copy_text(job->step, sizeof job->step, text_of(step));
    job->done = done;
    job->total = total;
    note_change(job);
    bool goes_on = !job->is_cancel_wanted;
    pthread_mutex_unlock(&job->jobs->mutex);
    return goes_on;
}

static void end(Job *job, Status status, const Error *err, Buffer *result)
{
    Jobs *jobs = job->jobs;
    Moment now = server_now(jobs->server);
    pthread_mutex_lock(&jobs->mutex);
    job->state = status == STATUS_OK          ? JOB_DONE
                 : status == STATUS_CANCELLED ? JOB_CANCELLED
                                              : JOB_FAILED;
    job->finished = now;
    job->result = *result;
    if (job->state == JOB_FAILED) job->problem = *err;
    note_change(job);
    pthread_mutex_unlock(&jobs->mutex);
    *result = (Buffer){0};
}

static bool begin(Job *job)
{
    pthread_mutex_lock(&job->jobs->mutex);
    job->jobs->waiting_count--;
    bool is_wanted = !job->is_cancel_wanted;
    job->state = is_wanted ? JOB_RUNNING : JOB_CANCELLED;
    note_change(job);
    pthread_mutex_unlock(&job->jobs->mutex);
    return is_wanted;
}

static void run_job(Job *job)
{
    Server *server = job->jobs->server;
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer result = {0};
    JsonWriter writer = {.out = &result};
    const Progress progress = {report, job};
    const JobRun run = {.server = server,
                        .context = job->plan.context,
                        .author = text_of(job->author),
                        .arena = arena,
                        .progress = &progress,
                        .result = &writer};
    Error err = {0};
    uint64_t before = server->options.clock.now_nanoseconds();
    Status status = job->plan.run(&run, &err);
    server_has_written(server);
    uint64_t nanoseconds = server->options.clock.now_nanoseconds() - before;
    const LogField fields[] = {LOG_TEXT("id", text_of(job->id)),
                               LOG_TEXT("kind", text_of(job->plan.kind)),
                               LOG_TEXT("status", text_of(status_name(status))),
                               LOG_NUMBER("milliseconds", nanoseconds / 1000000)};
    log_line(&server->log, status == STATUS_OK ? LOG_INFO : LOG_WARNING, "job", fields, 4);
    end(job, status, &err, &result);
}

static void work(Queue *queue)
{
    void *item;
    while (queue_pop(queue, &item))
        if (begin(item)) run_job(item);
}

static void work_writing(void *context)
{
    work(((Jobs *)context)->writing);
}

static void work_reading(void *context)
{
    work(((Jobs *)context)->reading);
}

Status job_writer(const JobRun *run, App **ret_app, Error *err)
{
    for (;;) {
        Status status = app_open_shared(run->server->dataset, STORE_WRITE,
                                        server_clock(run->server), ret_app, err);
        if (status != STATUS_CONFLICT) return status;
        TRY(progress_report(run->progress, "waiting for who writes", 0, 0, err));
    }
}

/* ---- life ---- */

Jobs *jobs_new(void)
{
    Jobs *jobs = MEMORY_NEW(Jobs);
    ASSERT(pthread_mutex_init(&jobs->mutex, NULL) == 0);
    jobs->writing = queue_new(WAITING_MAX);
    jobs->reading = queue_new(WAITING_MAX);
    return jobs;
}

Status jobs_start(Jobs *jobs, Server *server, Error *err)
{
    void (*const works[THREADS])(void *) = {work_writing, work_reading};
    jobs->server = server;
    for (; jobs->threads_count < THREADS; jobs->threads_count++)
        TRY(thread_start(works[jobs->threads_count], jobs, &jobs->threads[jobs->threads_count],
                         err));
    return STATUS_OK;
}

void jobs_stop(Jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    jobs->is_stopping = true;
    for (Job *job = jobs->newest; job != NULL; job = job->next)
        job->is_cancel_wanted = true;
    pthread_mutex_unlock(&jobs->mutex);
    queue_close(jobs->writing);
    queue_close(jobs->reading);
    for (size_t i = 0; i < jobs->threads_count; i++)
        thread_join(jobs->threads[i]);
    jobs->threads_count = 0;
}

void jobs_free(Jobs *jobs)
{
    if (jobs == NULL) return;
    ASSERT(jobs->threads_count == 0);
    for (Job *job = jobs->newest, *next; job != NULL; job = next) {
        next = job->next;
        free_job(job);
    }
    queue_free(jobs->writing);
    queue_free(jobs->reading);
    pthread_mutex_destroy(&jobs->mutex);
    free(jobs);
}

/* Forget the oldest that are over; the mutex is held. */
static void forget_old(Jobs *jobs)
{
    size_t position = 0;
    Job **link = &jobs->newest;
    while (*link != NULL) {
        Job *job = *link;
        if (++position > KEPT_MAX && is_over(job)) {
            *link = job->next;
            free_job(job);
            jobs->count--;
        } else {
            link = &job->next;
        }
    }
}

static void admit(Jobs *jobs, Job *job, Text *ret_id, Arena *arena)
{
    snprintf(job->id, sizeof job->id, "%s-%llu", jobs->server->boot,
             (unsigned long long)++jobs->numbers_count);
    *ret_id = arena_text(arena, text_of(job->id));
    job->next = jobs->newest;
    jobs->newest = job;
    jobs->count++;
    jobs->waiting_count++;
    note_change(job);
    forget_old(jobs);
}

Status jobs_add(Jobs *jobs, const JobPlan *plan, Arena *arena, Text *ret_id, Error *err)
{
    Job *job = MEMORY_NEW(Job);
    *job = (Job){.jobs = jobs, .plan = *plan, .created = server_now(jobs->server)};
    copy_text(job->title, sizeof job->title, plan->title);
    copy_text(job->author, sizeof job->author, plan->author);
    pthread_mutex_lock(&jobs->mutex);
    bool is_admitted = jobs->waiting_count < WAITING_MAX && !jobs->is_stopping;
    if (is_admitted) {
        admit(jobs, job, ret_id, arena);
        /* as many as may wait fit in, so it never waits itself */
        is_admitted = queue_push(plan->writes ? jobs->writing : jobs->reading, job);
        ASSERT(is_admitted);
    }
    pthread_mutex_unlock(&jobs->mutex);
    if (is_admitted) return STATUS_OK;
    free_job(job);
    return error_set(err, STATUS_LIMIT, "too many jobs wait; try again when some have ended");
}

/* ---- telling ---- */

static void write_problem(const Error *err, JsonWriter *writer)
{
    json_begin(writer, '{');
    json_key(writer, "type");
    AUTO(buffer_done) Buffer type = {0};
    buffer_printf(&type, "urn:kohorta:problem:%s", status_name(err->status));
    json_text(writer, buffer_view(&type));
    field_code(writer, "title", status_text(err->status));
    field_count(writer, "status", (uint64_t)status_http_code(err->status));
    field_code(writer, "code", status_name(err->status));
    field_code(writer, "detail", err->message);
    json_end(writer, '}');
}

static void write_text_or_nothing(JsonWriter *writer, const char *key, const char *text)
{
    json_key(writer, key);
    if (text[0] != '\0')
        json_cstr(writer, text);
    else
        json_nothing(writer);
}

static void write_end(const Job *job, JsonWriter *writer)
{
    field_moment(writer, "finished", is_over(job), job->finished);
    json_key(writer, "problem");
    if (job->state == JOB_FAILED)
        write_problem(&job->problem, writer);
    else
        json_nothing(writer);
    json_key(writer, "result");
    if (job->result.size > 0)
        json_raw(writer, buffer_view(&job->result));
    else
        json_nothing(writer);
}

/* The mutex is held. */
static void write_job(const Job *job, JsonWriter *writer)
{
    json_begin(writer, '{');
    field_code(writer, "id", job->id);
    field_code(writer, "kind", job->plan.kind);
    field_code(writer, "title", job->title);
    field_code(writer, "state", state_codes[job->state]);
    write_text_or_nothing(writer, "step", job->state == JOB_RUNNING ? job->step : "");
    field_count(writer, "done", job->done);
    field_count(writer, "total", job->total);
    field_moment(writer, "created", true, job->created);
    field_code(writer, "author", job->author);
    write_end(job, writer);
    json_end(writer, '}');
}

/* The mutex is held. */
static Job *find(Jobs *jobs, Text id)
{
    for (Job *job = jobs->newest; job != NULL; job = job->next)
        if (text_equal(text_of(job->id), id)) return job;
    return NULL;
}

static Status not_known(Text id, Error *err)
{
    return error_set(err, STATUS_NOT_FOUND, "there is no job '%.*s'; jobs end when the server does",
                     TEXT_FORMAT(id));
}

Status jobs_write(Jobs *jobs, Text id, JsonWriter *writer, Error *err)
{
    pthread_mutex_lock(&jobs->mutex);
    const Job *job = find(jobs, id);
    if (job != NULL) write_job(job, writer);
    pthread_mutex_unlock(&jobs->mutex);
    return job != NULL ? STATUS_OK : not_known(id, err);
}

Status jobs_answer(Jobs *jobs, const JobPlan *plan, Request *request, Response *response,
                   Error *err)
{
    Text id;
    Arena *arena = request_arena(request);
    TRY(jobs_add(jobs, plan, arena, &id, err));
    response_created(response, arena_printf(arena, "/api/v1/jobs/%.*s", TEXT_FORMAT(id)));
    response_code(response, 202);
    return jobs_write(jobs, id, response_json(response), err);
}

Status jobs_cancel(Jobs *jobs, Text id, Error *err)
{
    pthread_mutex_lock(&jobs->mutex);
    Job *job = find(jobs, id);
    if (job != NULL && !is_over(job)) job->is_cancel_wanted = true;
    pthread_mutex_unlock(&jobs->mutex);
    return job != NULL ? STATUS_OK : not_known(id, err);
}

void jobs_write_page(Jobs *jobs, const Page *page, JsonWriter *writer)
{
    size_t written = 0;
    const Job *last = NULL;
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    pthread_mutex_lock(&jobs->mutex);
    const Job *after = page->after.size > 0 ? find(jobs, page->after) : NULL;
    const Job *job = after != NULL ? after->next : jobs->newest;
    for (; job != NULL && written < page->limit; job = job->next, written++) {
        write_job(job, writer);
        last = job;
    }
    json_end(writer, ']');
    response_next(writer, job != NULL && last != NULL, text_of(last != NULL ? last->id : ""));
    pthread_mutex_unlock(&jobs->mutex);
    json_end(writer, '}');
}

bool jobs_have_news(Jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    bool has_news = jobs->has_news;
    jobs->has_news = false;
    pthread_mutex_unlock(&jobs->mutex);
    return has_news;
}

bool jobs_has(Jobs *jobs, const char *kind)
{
    bool is_there = false;
    pthread_mutex_lock(&jobs->mutex);
    for (const Job *job = jobs->newest; job != NULL && !is_there; job = job->next)
        is_there = !is_over(job) && strcmp(job->plan.kind, kind) == 0;
    pthread_mutex_unlock(&jobs->mutex);
    return is_there;
}

void jobs_count(Jobs *jobs, uint64_t *ret_waiting, uint64_t *ret_running)
{
    *ret_waiting = *ret_running = 0;
    pthread_mutex_lock(&jobs->mutex);
    for (const Job *job = jobs->newest; job != NULL; job = job->next) {
        *ret_waiting += job->state == JOB_WAITING;
        *ret_running += job->state == JOB_RUNNING;
    }
    pthread_mutex_unlock(&jobs->mutex);
}

/* ---- streams ---- */

typedef struct {
    Jobs *jobs;
    char id[REQUEST_ID_BYTES];
    uint64_t sequence; /* of the last event that was sent */
} Watch;

/* Each event is the job as it is, so that whoever was away misses nothing. */
static bool next_event(void *context, Buffer *out)
{
    Watch *watch = context;
    bool goes_on = false;
    pthread_mutex_lock(&watch->jobs->mutex);
    const Job *job = find(watch->jobs, text_of(watch->id));
    if (job != NULL && job->sequence > watch->sequence) {
        JsonWriter writer = {.out = out};
        buffer_printf(out, "id: %llu\nevent: job\ndata: ", (unsigned long long)job->sequence);
        write_job(job, &writer);
        buffer_cstr(out, "\n\n");
        watch->sequence = job->sequence;
    }
    goes_on = job != NULL && !is_over(job);
    pthread_mutex_unlock(&watch->jobs->mutex);
    return goes_on;
}

Status jobs_stream(Jobs *jobs, Text id, uint64_t after, EventStream *ret_stream, bool *ret_is_over,
                   Error *err)
{
    pthread_mutex_lock(&jobs->mutex);
    const Job *job = find(jobs, id);
    bool is_known = job != NULL;
    *ret_is_over = is_known && is_over(job) && job->sequence <= after;
    pthread_mutex_unlock(&jobs->mutex);
    if (!is_known) return not_known(id, err);
    if (*ret_is_over) return STATUS_OK;
    Watch *watch = MEMORY_NEW(Watch);
    *watch = (Watch){.jobs = jobs, .sequence = after};
    snprintf(watch->id, sizeof watch->id, "%.*s", TEXT_FORMAT(id));
    *ret_stream = (EventStream){next_event, free, watch};
    return STATUS_OK;
}
