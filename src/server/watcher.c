/* watcher.c -- one thread that keeps the server in step with what is committed.
 *
 * It looks a few times a second whether anybody has committed anything, which costs one read of
 * SQLite's header. What it wants to write and cannot, because somebody else writes, it tries again
 * at the next look. An import as a job lets it in between its batches: at once for what is owed of
 * jobs, for live segments at most every second and for a fifth of the time; schedules wait for its
 * end. */
#include "server/watcher.h"

#include "app/due.h"
#include "base/memory.h"
#include "reply/fields.h"
#include "server/server_internal.h"

#include <stdlib.h>
#include <time.h>

enum {
    LOOK_MILLISECONDS = 200,
    STEP_MILLISECONDS = 20,
    TURN_MILLISECONDS = 1000, /* to wait for a turn with an import */
    DUE_SECONDS = 30,         /* between two looks at the schedules, or at files that were sent */
    CHECK_HOUR = 3,           /* of the business's night */
    CHECK_PERCENT = 1,        /* of the image */
    CHECK_ATTEMPTS = 50,      /* while others write */
    LIVE_REST_TIMES = 4       /* as long as they took, live segments rest during an import */
};
#define LIVE_REST_NANOSECONDS_MIN UINT64_C(1000000000)

struct Watcher {
    Server *server;
    Store *store; /* a reader */
    Thread thread;
    uint64_t commits_seen, schema_seen, erasures_seen;
    uint64_t live_rest_until; /* nanoseconds; before it an import is not kept from going on */
    uint64_t live_took;       /* nanoseconds for which segments last kept others from writing */
    bool owes_live;           /* something was committed that live segments do not know of */
    LiveMemory *live;         /* what is remembered of live segments */
    Date live_day, check_day; /* days on which they were last made true, the image was checked */
    int64_t due_utc;          /* when schedules are looked at next */
    int64_t uploads_utc;      /* when files that were sent are */
    atomic_bool is_stopping, is_woken, has_looked;
};

static void tell(Watcher *watcher, const char *event, const Error *err)
{
    const LogField fields[] = {LOG_TEXT("status", text_of(status_name(err->status))),
                               LOG_TEXT("sentence", text_of(err->message))};
    log_line(&watcher->server->log, LOG_WARNING, event, fields, 2);
}

/* ---- the data ---- */

/* Settings of the organisation may have changed with the schema. */
static Status follow_settings(Watcher *watcher, Error *err)
{
    TRY(store_read_begin(watcher->store, err)); /* loads the schema again when it is another one */
    const Schema *schema = store_schema(watcher->store);
    bool is_new = schema->generation != watcher->schema_seen;
    watcher->schema_seen = schema->generation;
    Status status =
        is_new ? server_follow_zone(watcher->server, schema->settings.time_zone, err) : STATUS_OK;
    store_read_end(watcher->store);
    return status;
}

/* Also of those that the command line carried out. */
static Status follow_erasures(Watcher *watcher, Error *err)
{
    uint64_t count;
    TRY(store_count_erasures(watcher->store, &count, err));
    if (count != watcher->erasures_seen) jobs_forget_results(watcher->server->jobs);
    watcher->erasures_seen = count;
    return STATUS_OK;
}

static void look_at_commits(Watcher *watcher)
{
    Error err;
    uint64_t commits;
    Status status = store_commits_seen(watcher->store, &commits, &err);
    if (status == STATUS_OK && commits != watcher->commits_seen) {
        status = follow_settings(watcher, &err);
        if (status == STATUS_OK) status = follow_erasures(watcher, &err);
        if (status == STATUS_OK) status = dataset_refresh(watcher->server->dataset, NULL, &err);
        watcher->owes_live = true;
        if (status == STATUS_OK) watcher->commits_seen = commits;
    }
    if (status != STATUS_OK) tell(watcher, "refresh failed", &err);
}

/* ---- segments ---- */

static void count_formings(Watcher *watcher, const AppDue *due)
{
    const DueReport *report = &due->segments;
    Metrics *metrics = &watcher->server->metrics;
    for (size_t i = 0; i < report->live_count; i++)
        atomic_fetch_add(
            report->live[i].is_formed ? &metrics->live_formings : &metrics->live_failures, 1);
    size_t segments_count = report->live_count + report->formed_count + report->cleared_count;
    if (segments_count + due->runs_count == 0) return;
    const LogField fields[] = {LOG_NUMBER("live", report->live_count),
                               LOG_NUMBER("scheduled", report->formed_count),
                               LOG_NUMBER("cleared", report->cleared_count),
                               LOG_NUMBER("classifications", due->runs_count)};
    log_line(&watcher->server->log, LOG_INFO, "segments formed", fields, 4);
}

/* What is due by the clock, or live segments alone. */
static Status act_on_segments(Watcher *watcher, bool is_due, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    AppDue due = {0};
    Server *server = watcher->server;
    watcher->live_took = 0;
    TRY(app_open_shared(server->dataset, STORE_WRITE, server_clock(server), &app, err));
    app_set_live_memory(app, watcher->live);
    uint64_t begin = server->options.clock.now_nanoseconds();
    TRY(app_work_begin(app, TEXT("server"), NULL, &work, err));
    TRY(is_due ? app_run_due(&work, arena, &due, err)
               : segments_keep_live(&work.forming, arena, &due.segments, err));
    watcher->live_took = server->options.clock.now_nanoseconds() - begin;
    count_formings(watcher, &due);
    return STATUS_OK;
}

/* True when it is done or can only fail again; false: to be tried again soon. */
static bool try_segments(Watcher *watcher, bool is_due)
{
    Error err;
    Status status = act_on_segments(watcher, is_due, &err);
    if (status == STATUS_OK) return true;
    if (status == STATUS_CONFLICT) return false; /* somebody writes */
    tell(watcher, "segments were not formed", &err);
    return true;
}

static void rest_from_segments(Watcher *watcher)
{
    uint64_t rest = LIVE_REST_TIMES * watcher->live_took;
    if (rest < LIVE_REST_NANOSECONDS_MIN) rest = LIVE_REST_NANOSECONDS_MIN;
    watcher->live_rest_until = watcher->server->options.clock.now_nanoseconds() + rest;
}

static void keep_segments(Watcher *watcher, int64_t now_utc)
{
    Server *server = watcher->server;
    bool is_importing = jobs_has(server->jobs, IMPORT_JOB);
    Date today = server_today(server);
    bool is_new_day = today.day != watcher->live_day.day;
    bool is_due = now_utc >= watcher->due_utc && !is_importing;
    if (!watcher->owes_live && !is_new_day && !is_due) return;
    if (is_importing && server->options.clock.now_nanoseconds() < watcher->live_rest_until) return;
    bool is_done = try_segments(watcher, is_due);
    rest_from_segments(watcher);
    if (!is_done) return;
    watcher->owes_live = false;
    watcher->live_day = today;
    if (is_due) watcher->due_utc = now_utc + DUE_SECONDS;
}

/* ---- the audit log, the history of jobs ---- */

static void write_notes(Watcher *watcher, unsigned wait_milliseconds)
{
    Server *server = watcher->server;
    if (notes_count(server->notes) == 0 && !jobs_owe(server->jobs)) return;
    AUTO(store_done) Store *store = NULL;
    Error err;
    Status status =
        store_open_waiting(server->options.directory, STORE_WRITE, wait_milliseconds, &store, &err);
    if (status == STATUS_CONFLICT) return; /* somebody writes; they stay */
    const AccessClock clock = {server->options.clock.utc_second(), server_now(server)};
    if (status == STATUS_OK) status = notes_write(server->notes, store, clock, &err);
    if (status == STATUS_OK) status = jobs_keep(server->jobs, store, &err);
    if (status != STATUS_OK) tell(watcher, "the audit log was not written", &err);
}

/* ---- the image ---- */

static void sleep_for(long milliseconds)
{
    const struct timespec time = {.tv_nsec = milliseconds * 1000000L};
    nanosleep(&time, NULL);
}

static Status fold_image(const JobRun *run, Error *err)
{
    return dataset_compact(run->server->dataset, run->progress, err);
}

static void tell_findings(const JobRun *run, const DatasetFindings *findings)
{
    Server *server = run->server;
    atomic_fetch_add(&server->metrics.checked_blocks, findings->blocks_count);
    atomic_fetch_add(&server->metrics.image_problems, findings->problems_count);
    const LogField fields[] = {LOG_NUMBER("blocks", findings->blocks_count),
                               LOG_NUMBER("customers", findings->customers_count),
                               LOG_NUMBER("problems", findings->problems_count)};
    bool is_sound = findings->problems_count == 0;
    log_line(&server->log, is_sound ? LOG_INFO : LOG_ERROR,
             is_sound ? "the image was checked" : "the image was not the data", fields, 3);
    json_begin(run->result, '{');
    field_count(run->result, "blocks", findings->blocks_count);
    field_count(run->result, "customers", findings->customers_count);
    field_count(run->result, "problems", findings->problems_count);
    json_end(run->result, '}');
}

/* Other blocks every night. An image that is not the data is thrown away and made anew. */
static Status check_image(const JobRun *run, Error *err)
{
    Dataset *dataset = run->server->dataset;
    DatasetFindings findings;
    DatasetSample sample = {.percent = CHECK_PERCENT,
                            .seed = (uint64_t)run->server->options.clock.utc_second(),
                            .progress = run->progress};
    Status status = STATUS_CONFLICT;
    for (int i = 0; i < CHECK_ATTEMPTS && status == STATUS_CONFLICT; i++) {
        if (i > 0) sleep_for(LOOK_MILLISECONDS);
        status = dataset_check_blocks(dataset, &sample, run->arena, &findings, err);
    }
    TRY(status); /* somebody writes all the time */
    tell_findings(run, &findings);
    return findings.problems_count == 0 ? STATUS_OK : dataset_compact(dataset, run->progress, err);
}

static void add_job(Watcher *watcher, const char *kind, const char *title,
                    Status (*run)(const JobRun *, Error *))
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    Text id;
    const JobPlan plan = {
        .kind = kind, .title = text_of(title), .author = TEXT("server"), .run = run};
    if (jobs_has(watcher->server->jobs, kind)) return;
    if (jobs_add(watcher->server->jobs, &plan, arena, &id, &err) != STATUS_OK)
        tell(watcher, "a job was not begun", &err);
}

static void care_for_image(Watcher *watcher)
{
    Server *server = watcher->server;
    if (dataset_wants_compaction(server->dataset)) add_job(watcher, "rebuild", "image", fold_image);
    Date today = server_today(server);
    bool is_night = moment_hour(server_now(server)) == CHECK_HOUR;
    if (!is_night || today.day == watcher->check_day.day) return;
    watcher->check_day = today;
    add_job(watcher, "check", "image", check_image);
}

/* ---- the thread ---- */

/* What is answered from memory. */
static void keep_quick_desks(Watcher *watcher)
{
    Error err;
    Status status = quick_desks_follow(watcher->server->quick_desks, &err);
    if (status != STATUS_OK) tell(watcher, "compositions were not read", &err);
}

static void expire_uploads(Watcher *watcher, int64_t now_utc)
{
    if (now_utc < watcher->uploads_utc) return;
    uploads_expire(watcher->server->uploads, now_utc);
    watcher->uploads_utc = now_utc + DUE_SECONDS;
}

/* What is known of a job only here would be forgotten by a kill. */
static unsigned notes_wait(const Watcher *watcher)
{
    Jobs *jobs = watcher->server->jobs;
    return jobs_owe(jobs) && jobs_has(jobs, IMPORT_JOB) ? TURN_MILLISECONDS : 0;
}

static void look(Watcher *watcher)
{
    int64_t now_utc = watcher->server->options.clock.utc_second();
    look_at_commits(watcher);
    keep_quick_desks(watcher); /* at once, and again when live segments were formed */
    expire_uploads(watcher, now_utc);
    keep_segments(watcher, now_utc);
    keep_quick_desks(watcher);
    write_notes(watcher, notes_wait(watcher));
    care_for_image(watcher);
    atomic_store(&watcher->has_looked, true);
}

static void wait_for_next_look(Watcher *watcher)
{
    const struct timespec step = {.tv_nsec = STEP_MILLISECONDS * 1000000L};
    for (int waited = 0; waited < LOOK_MILLISECONDS; waited += STEP_MILLISECONDS) {
        if (atomic_load(&watcher->is_stopping)) return;
        if (atomic_exchange(&watcher->is_woken, false)) return;
        nanosleep(&step, NULL);
    }
}

static void watch(void *context)
{
    Watcher *watcher = context;
    while (!atomic_load(&watcher->is_stopping)) {
        look(watcher);
        wait_for_next_look(watcher);
    }
}

Status watcher_start(Server *server, Watcher **ret_watcher, Error *err)
{
    Watcher *watcher = MEMORY_NEW(Watcher);
    watcher->server = server;
    watcher->live = live_memory_new();
    watcher->owes_live = true; /* whatever happened while no server ran */
    watcher->live_day = server_today(server);
    Status status = store_open(server->options.directory, STORE_READ, &watcher->store, err);
    if (status == STATUS_OK) watcher->schema_seen = store_schema(watcher->store)->generation;
    if (status == STATUS_OK)
        status = store_count_erasures(watcher->store, &watcher->erasures_seen, err);
    if (status == STATUS_OK) status = thread_start(watch, watcher, &watcher->thread, err);
    if (status == STATUS_OK) {
        *ret_watcher = watcher;
        return STATUS_OK;
    }
    store_close(watcher->store);
    live_memory_free(watcher->live);
    free(watcher);
    return status;
}

bool watcher_is_alive(Watcher *watcher)
{
    return atomic_exchange(&watcher->has_looked, false);
}

void watcher_wake(Watcher *watcher)
{
    if (watcher != NULL) atomic_store(&watcher->is_woken, true);
}

void watcher_stop(Watcher *watcher)
{
    if (watcher == NULL) return;
    atomic_store(&watcher->is_stopping, true);
    thread_join(watcher->thread);
    write_notes(watcher, STORE_LOCK_WAIT_MILLISECONDS);
    store_close(watcher->store);
    live_memory_free(watcher->live);
    free(watcher);
}
