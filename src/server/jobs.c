/* jobs.c -- work that takes long: waiting, running, over.
 *
 * 1. `mutex` guards the list and every job in it. A job that runs is in the list until it is over,
 *    so its thread may hold on to it.
 * 2. Numbers of jobs and of their events only grow.
 * 3. What became of a job is owed to the store until it is written there; only who has the
 *    directory's lock takes a debt, so that an older state never comes after a newer one. A job
 *    that is owed is not forgotten. */
#include "server/jobs.h"

#include "base/memory.h"
#include "reply/job.h"
#include "server/server_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    WAITING_MAX = 100,
    KEPT_MAX = 200,
    THREADS = 2,
    STEP_BYTES = 120,
    TITLE_BYTES = 200,
    KEEP_WAIT_MILLISECONDS = 1000
};

typedef enum {
    JOB_WAITING,
    JOB_RUNNING,
    JOB_DONE,
    JOB_FAILED,
    JOB_CANCELLED,
    JOB_INTERRUPTED /* the server ended first */
} JobState;

static const char *const state_codes[] = {"waiting", "running",   "done",
                                          "failed",  "cancelled", "interrupted"};

typedef struct Job Job;
struct Job {
    Job *next; /* older */
    Jobs *jobs;
    JobPlan plan;
    JobKey key;
    char id[JOB_ID_BYTES]; /* the key as text */
    char title[TITLE_BYTES], author[TITLE_BYTES], step[STEP_BYTES];
    JobState state;
    bool is_cancel_wanted, is_owed;
    uint64_t done, total, rows;
    Moment created, finished;
    uint64_t sequence; /* of its last event */
    ErrorWords words;  /* of who asked for it */
    Error problem;
    Buffer result;
};

struct Jobs {
    pthread_mutex_t mutex;
    Server *server;
    Job *newest;
    size_t count, waiting_count;
    uint32_t boot;
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

/* Only by the thread that works on the job, or when nobody does any more. */
static void free_context(Job *job)
{
    if (job->plan.done != NULL) job->plan.done(job->plan.context);
    job->plan.done = NULL;
}

static void free_job(Job *job)
{
    free_context(job);
    buffer_done(&job->result);
    free(job);
}

/* ---- what becomes of them ---- */

/* As it is now; the mutex is held, and the texts are the job's. */
static JobRow row_of(const Job *job)
{
    bool has_failed = job->state == JOB_FAILED;
    return (JobRow){.key = job->key,
                    .kind = text_of(job->plan.kind),
                    .title = text_of(job->title),
                    .author = text_of(job->author),
                    .state = text_of(state_codes[job->state]),
                    .done = job->done,
                    .total = job->total,
                    .created = job->created,
                    .has_finished = is_over(job),
                    .finished = job->finished,
                    .problem_status =
                        has_failed ? text_of(status_name(job->problem.status)) : TEXT(""),
                    .problem_sentence = has_failed ? text_of(job->problem.message) : TEXT(""),
                    .result = buffer_view(&job->result)};
}

static JobRow copy_row(const JobRow *row, Arena *arena)
{
    JobRow copy = *row;
    Text *const texts[] = {&copy.kind,  &copy.title,          &copy.author,
                           &copy.state, &copy.problem_status, &copy.problem_sentence,
                           &copy.result};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(arena, *texts[i]);
    return copy;
}

/* The oldest one that is owed; the mutex is held. */
static Job *find_owed(Jobs *jobs)
{
    Job *owed = NULL;
    for (Job *job = jobs->newest; job != NULL; job = job->next)
        if (job->is_owed) owed = job;
    return owed;
}

bool jobs_owe(Jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    bool owe = find_owed(jobs) != NULL;
    pthread_mutex_unlock(&jobs->mutex);
    return owe;
}

void jobs_forget_results(Jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    for (Job *job = jobs->newest; job != NULL; job = job->next) {
        if (!is_over(job)) continue;
        buffer_clear(&job->result);
        job->problem.message[0] = '\0';
    }
    pthread_mutex_unlock(&jobs->mutex);
}

/* What is owed by one job, as it is now; false when nothing is. */
static bool take_debt(Jobs *jobs, Arena *arena, JobRow *ret_row)
{
    pthread_mutex_lock(&jobs->mutex);
    Job *job = find_owed(jobs);
    if (job != NULL) {
        JobRow row = row_of(job);
        *ret_row = copy_row(&row, arena);
        job->is_owed = false;
    }
    pthread_mutex_unlock(&jobs->mutex);
    return job != NULL;
}

/* It was not written: it is owed as before, unless the job was forgotten meanwhile. */
static void give_debt_back(Jobs *jobs, JobKey key)
{
    pthread_mutex_lock(&jobs->mutex);
    for (Job *job = jobs->newest; job != NULL; job = job->next)
        if (job->key.boot == key.boot && job->key.number == key.number) job->is_owed = true;
    pthread_mutex_unlock(&jobs->mutex);
}

Status jobs_keep(Jobs *jobs, Store *store, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (JobRow row; take_debt(jobs, arena, &row); arena_reset(arena)) {
        Status status = store_keep_job(store, &row, err);
        if (status != STATUS_OK) give_debt_back(jobs, row.key);
        TRY(status);
    }
    return STATUS_OK;
}

/* A job that writes keeps others from writing: what it is must be written before it begins. Whether
 * it can be is no reason not to begin. */
static void keep_now(Jobs *jobs)
{
    AUTO(store_done) Store *store = NULL;
    Error err;
    if (store_open_waiting(jobs->server->options.directory, STORE_WRITE, KEEP_WAIT_MILLISECONDS,
                           &store, &err) == STATUS_OK &&
        jobs_keep(jobs, store, &err) == STATUS_OK)
        return;
    const LogField fields[] = {LOG_TEXT("sentence", text_of(err.message))};
    log_line(&jobs->server->log, LOG_WARNING, "a job was not noted", fields, 1);
}

/* ---- running ---- */

static bool report(void *context, const char *step, uint64_t done, uint64_t total)
{
    Job *job = context;
    pthread_mutex_lock(&job->jobs->mutex);
    copy_text(job->step, sizeof job->step, text_of(error_phrase(step)));
    job->done = done;
    job->total = total;
    note_change(job);
    bool goes_on = !job->is_cancel_wanted && !job->jobs->is_stopping;
    pthread_mutex_unlock(&job->jobs->mutex);
    return goes_on;
}

void job_count_rows(const JobRun *run, uint64_t rows)
{
    Job *job = run->progress->context;
    pthread_mutex_lock(&job->jobs->mutex);
    job->rows = rows;
    pthread_mutex_unlock(&job->jobs->mutex);
}

/* What a job is that ends without having done its work; the mutex is held. */
static JobState state_of_stopped(const Job *job)
{
    return job->is_cancel_wanted ? JOB_CANCELLED : JOB_INTERRUPTED;
}

static void end(Job *job, Status status, const Error *err, Buffer *result)
{
    Jobs *jobs = job->jobs;
    Moment now = server_now(jobs->server);
    pthread_mutex_lock(&jobs->mutex);
    job->state = status == STATUS_OK          ? JOB_DONE
                 : status == STATUS_CANCELLED ? state_of_stopped(job)
                                              : JOB_FAILED;
    if (job->state == JOB_DONE) job->done = job->total; /* the last step tells no end */
    job->finished = now;
    job->result = *result;
    if (job->state == JOB_FAILED) job->problem = *err;
    job->is_owed = true;
    note_change(job);
    pthread_mutex_unlock(&jobs->mutex);
    *result = (Buffer){0};
}

static bool begin(Job *job)
{
    Moment now = server_now(job->jobs->server);
    pthread_mutex_lock(&job->jobs->mutex);
    job->jobs->waiting_count--;
    bool is_wanted = !job->is_cancel_wanted && !job->jobs->is_stopping;
    pthread_mutex_unlock(&job->jobs->mutex);
    if (!is_wanted) free_context(job); /* whoever sees that it is over may begin the next */
    pthread_mutex_lock(&job->jobs->mutex);
    job->state = is_wanted ? JOB_RUNNING : state_of_stopped(job);
    if (!is_wanted) job->finished = now;
    job->is_owed = true;
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
    if (job->plan.writes) keep_now(job->jobs);
    uint64_t before = server->options.clock.now_nanoseconds();
    error_speak(job->words);
    Status status = job->plan.run(&run, &err);
    free_context(job); /* as in begin */
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

Status jobs_take_over(Jobs *jobs, Store *store, uint32_t boot, Error *err)
{
    jobs->boot = boot;
    return store_interrupt_jobs(store, boot, &jobs->numbers_count, err);
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
        if (++position > KEPT_MAX && is_over(job) && !job->is_owed) {
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
    job->key = (JobKey){jobs->boot, ++jobs->numbers_count};
    job_id_print(job->key, job->id);
    job->is_owed = true;
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
    *job = (Job){
        .jobs = jobs, .plan = *plan, .created = server_now(jobs->server), .words = error_words()};
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
    watcher_wake(jobs->server->watcher); /* it notes the job */
    if (is_admitted) return STATUS_OK;
    free_job(job);
    return error_set(err, STATUS_LIMIT, "too many jobs wait; try again when some have ended");
}

/* ---- telling ---- */

/* The mutex is held. */
static void write_job(const Job *job, JsonWriter *writer)
{
    JobRow row = row_of(job);
    bool is_running = job->state == JOB_RUNNING;
    reply_job(writer, &row, (JobStep){text_of(is_running ? job->step : ""), job->rows});
}

/* The mutex is held. */
static Job *find(Jobs *jobs, Text id)
{
    for (Job *job = jobs->newest; job != NULL; job = job->next)
        if (text_equal(text_of(job->id), id)) return job;
    return NULL;
}

static Status no_job(Text id, Error *err)
{
    return error_set(err, STATUS_NOT_FOUND, "there is no job '%.*s'", TEXT_FORMAT(id));
}

/* One that is in memory no more. */
static Status find_kept(Store *store, Text id, Arena *arena, JobRow *ret_row, Error *err)
{
    JobKey key;
    bool is_found = job_id_parse(id, &key);
    if (is_found) TRY(store_find_job(store, key, arena, &is_found, ret_row, err));
    return is_found ? STATUS_OK : no_job(id, err);
}

Status jobs_require(Jobs *jobs, Store *store, Text id, const Principal *who, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    JobRow row = {0};
    pthread_mutex_lock(&jobs->mutex);
    const Job *job = find(jobs, id);
    if (job != NULL) row.author = arena_text(arena, text_of(job->author));
    pthread_mutex_unlock(&jobs->mutex);
    if (job == NULL) TRY(find_kept(store, id, arena, &row, err));
    if (principal_sees_all(who) || text_equal(row.author, who->login)) return STATUS_OK;
    return no_job(id, err);
}

Status jobs_write(Jobs *jobs, Store *store, Text id, JsonWriter *writer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    JobRow row;
    pthread_mutex_lock(&jobs->mutex);
    const Job *job = find(jobs, id);
    if (job != NULL) write_job(job, writer);
    pthread_mutex_unlock(&jobs->mutex);
    if (job != NULL) return STATUS_OK;
    TRY(find_kept(store, id, arena, &row, err));
    reply_job(writer, &row, (JobStep){0});
    return STATUS_OK;
}

Status jobs_answer_named(Jobs *jobs, const JobPlan *plan, Request *request, Response *response,
                         Text *ret_id, Error *err)
{
    Arena *arena = request_arena(request);
    TRY(jobs_add(jobs, plan, arena, ret_id, err));
    response_created(response, arena_printf(arena, "/api/v1/jobs/%.*s", TEXT_FORMAT(*ret_id)));
    response_code(response, 202);
    return jobs_write(jobs, app_store(request_app(request)), *ret_id, response_json(response), err);
}

Status jobs_answer(Jobs *jobs, const JobPlan *plan, Request *request, Response *response,
                   Error *err)
{
    Text id;
    return jobs_answer_named(jobs, plan, request, response, &id, err);
}

Status jobs_cancel(Jobs *jobs, Text id, const Principal *who, Error *err)
{
    pthread_mutex_lock(&jobs->mutex);
    Job *job = find(jobs, id);
    bool may = job == NULL || principal_may(who, RIGHT_ADMIN) ||
               text_equal(text_of(job->author), who->login);
    if (job != NULL && may && !is_over(job)) job->is_cancel_wanted = true;
    pthread_mutex_unlock(&jobs->mutex);
    if (may) return STATUS_OK;
    return error_set(err, STATUS_DENIED,
                     "only who began a job, or an administrator, may cancel it");
}

/* Those of memory and those of the store, the newest first; who is in both is told as in memory.
 * The mutex is held. */
static void write_merged(const Job *job, const JobRows *kept, size_t limit, JsonWriter *writer)
{
    size_t i = 0;
    JobKey last = {0};
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t written = 0; written < limit && (job != NULL || i < kept->count); written++) {
        const JobRow *row = i < kept->count ? &kept->items[i] : NULL;
        if (job != NULL && (row == NULL || !job_key_is_before(job->key, row->key))) {
            if (row != NULL && !job_key_is_before(row->key, job->key)) i++;
            last = job->key;
            write_job(job, writer);
            job = job->next;
        } else {
            last = row->key;
            reply_job(writer, row, (JobStep){0});
            i++;
        }
    }
    json_end(writer, ']');
    char id[JOB_ID_BYTES];
    job_id_print(last, id);
    response_next(writer, job != NULL || i < kept->count, text_of(id));
}

Status jobs_write_page(Jobs *jobs, Store *store, const Page *page, JsonWriter *writer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    JobRows kept;
    JobKey before = {UINT32_MAX, INT64_MAX};
    if (page->after.size > 0 && !job_id_parse(page->after, &before))
        return error_set(err, STATUS_INVALID, "'%.*s' is no number of a job",
                         TEXT_FORMAT(page->after));
    TRY(store_list_jobs(store, before, page->limit + 1, arena, &kept, err));
    json_begin(writer, '{');
    pthread_mutex_lock(&jobs->mutex);
    const Job *job = jobs->newest;
    while (job != NULL && !job_key_is_before(job->key, before))
        job = job->next;
    write_merged(job, &kept, page->limit, writer);
    pthread_mutex_unlock(&jobs->mutex);
    json_end(writer, '}');
    return STATUS_OK;
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
    char id[JOB_ID_BYTES];
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

void jobs_stream(Jobs *jobs, Text id, uint64_t after, EventStream *ret_stream, bool *ret_is_over)
{
    pthread_mutex_lock(&jobs->mutex);
    const Job *job = find(jobs, id);
    *ret_is_over = job == NULL || (is_over(job) && job->sequence <= after);
    pthread_mutex_unlock(&jobs->mutex);
    if (*ret_is_over) return;
    Watch *watch = MEMORY_NEW(Watch);
    *watch = (Watch){.jobs = jobs, .sequence = after};
    snprintf(watch->id, sizeof watch->id, "%.*s", TEXT_FORMAT(id));
    *ret_stream = (EventStream){next_event, free, watch};
}
