/* parts.c -- the threads of a pass: one per source, reporting to the thread that asked. */
#include "columns/build.h"

enum { TICK_CUSTOMERS = 1024, MESSAGES_MAX = 64 };

static Status report(Build *build, Error *err)
{
    uint64_t done = atomic_load_explicit(&build->done, memory_order_relaxed);
    return progress_report(build->progress, build->step, done, build->total, err);
}

/* A message is the part that has ended, or NULL: some more customers are done. */
static Status tell(Part *part, Error *err)
{
    Build *build = part->build;
    atomic_fetch_add_explicit(&build->done, part->untold_count, memory_order_relaxed);
    part->untold_count = 0;
    if (build->queue == NULL) return report(build, err);
    if (queue_push(build->queue, NULL)) return STATUS_OK;
    return error_set(err, STATUS_CANCELLED, "%s was cancelled", build->step);
}

Status part_tick(Part *part, Error *err)
{
    if (++part->untold_count < TICK_CUSTOMERS) return STATUS_OK;
    return tell(part, err);
}

static void run_part(Part *part)
{
    part->status = part->work(part, &part->err);
    if (part->status == STATUS_OK) part->status = tell(part, &part->err);
}

static void run_in_thread(void *context)
{
    Part *part = context;
    run_part(part);
    /* nobody waits any more when the queue was cancelled */
    bool is_told = queue_push(part->build->queue, part);
    (void)is_told;
}

/* Pass on what the threads say until all have ended or one has failed. */
static Status listen(Build *build, Error *err)
{
    size_t running_count = build->parts_count;
    void *message;
    while (running_count > 0 && queue_pop(build->queue, &message)) {
        Part *ended = message;
        if (ended != NULL) running_count--;
        if (ended != NULL && ended->status != STATUS_OK) break;
        TRY(report(build, err));
    }
    return STATUS_OK;
}

static Status run_threads(Build *build, Error *err)
{
    AUTO(queue_done) Queue *queue = queue_new(MESSAGES_MAX);
    Thread *threads = ARENA_ARRAY(build->arena, Thread, build->parts_count);
    Status status = STATUS_OK;
    size_t started_count = 0;
    build->queue = queue;
    while (status == STATUS_OK && started_count < build->parts_count) {
        Part *part = &build->parts[started_count];
        status = thread_start(run_in_thread, part, &threads[started_count], err);
        started_count += status == STATUS_OK;
    }
    if (status == STATUS_OK) status = listen(build, err);
    queue_cancel(queue);
    for (size_t i = 0; i < started_count; i++)
        thread_join(threads[i]);
    build->queue = NULL;
    return status;
}

/* The failure to tell: what a part stopped with by itself goes before being stopped. */
static Status first_failure(const Build *build, Error *err)
{
    const Part *failed = NULL;
    for (size_t i = 0; i < build->parts_count; i++) {
        const Part *part = &build->parts[i];
        if (part->status == STATUS_OK) continue;
        if (failed == NULL || failed->status == STATUS_CANCELLED) failed = part;
    }
    if (failed == NULL) return STATUS_OK;
    return error_set(err, failed->status, "%s", failed->err.message);
}

Status parts_run(Build *build, const char *step, Status (*work)(Part *, Error *), Error *err)
{
    build->step = step;
    atomic_store(&build->done, 0);
    for (size_t i = 0; i < build->parts_count; i++) {
        build->parts[i].work = work;
        build->parts[i].status = STATUS_OK;
        build->parts[i].untold_count = 0;
    }
    if (build->parts_count == 1) run_part(&build->parts[0]);
    if (build->parts_count > 1) TRY(run_threads(build, err));
    return first_failure(build, err);
}
