/* bench_changes.c -- a data directory that changes: how soon every answer is true again.
 *
 * usage: bench_changes SCALE DIRECTORY RULES-FILE WORKLOAD
 *
 * DIRECTORY holds the imported files of generate.c at that scale. Workloads, each in a process of
 * its own because it changes the directory or needs a fresh start:
 *   image     make the image and answer the rules of RULES-FILE, to be compared with those of the
 *             image from the generator
 *   cold      P9: open, and answer one rule, from files that no memory holds
 *   changes   P6: one purchase in, then a thousand at once; P4: two purchases of each of many
 *             customers; after each every one of a thousand segments is true again
 *   writing   the writing of changes alone, which needs no image
 *   recovery  P9: a writer is killed amid P4; open and answer; nothing acknowledged may be missing
 * Prints the lines of measure.py. Writing is durable. */
#include "bench/asking.h"

#include "bench/purchases.h"
#include "dataset/dataset.h"
#include "engine/standing.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SEGMENTS = 1000,
    SINGLE_EVENTS = 200,
    SINGLE_EVENTS_SECONDS_MAX = 5,
    BATCH_EVENTS = 1000,
    CHANGED_CUSTOMERS_MAX = 50000,
    PURCHASES_EACH = 2,
    WRITING_REPEATS = 3,
    BATCHES_BEFORE_KILL = 20
};

/* What being true again is made of. */
typedef enum { PHASE_WRITE, PHASE_SEE, PHASE_ASK, PHASES_COUNT } Phase;
static const char *const phase_names[] = {"writing", "seeing what changed", "asking again"};

typedef struct {
    double seconds, processor_seconds, system_seconds;
} Took;

typedef struct {
    const BenchData *data;
    const char *directory, *rules_path;
    Took phases[PHASES_COUNT];
    Arena *arena;
    Dataset *dataset;
    Store *store;                /* for writing */
    const Schema *schema;        /* against which they were checked: */
    const Expression **segments; /* SEGMENTS of them */
    CustomerSet *sets;           /* who is in each: true as of the last refresh, if there was one */
    bool is_known;
} Changes;

static const DatasetOptions no_wishes = {0};

/* ---- what took the time ---- */

static Took now(void)
{
    struct timespec time;
    struct rusage used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    getrusage(RUSAGE_SELF, &used);
    return (Took){bench_seconds(), (double)time.tv_sec + (double)time.tv_nsec / 1e9,
                  (double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6};
}

static void end_phase(Changes *changes, Phase phase, Took begin)
{
    Took *took = &changes->phases[phase], end = now();
    took->seconds += end.seconds - begin.seconds;
    took->processor_seconds += end.processor_seconds - begin.processor_seconds;
    took->system_seconds += end.system_seconds - begin.system_seconds;
}

/* Where the time of a phase went, on average; it begins anew. */
static void phase_line(Changes *changes, Phase phase, const char *workload, const char *of,
                       int repetitions)
{
    Took *took = &changes->phases[phase];
    char name[60], note[60];
    snprintf(name, sizeof name, "%s%s", of, phase_names[phase]);
    snprintf(note, sizeof note, "%.3g ms of processors, %.3g of it the system",
             took->processor_seconds * 1000 / repetitions,
             took->system_seconds * 1000 / repetitions);
    bench_line(workload, name, took->seconds / repetitions, repetitions, NULL, note);
    *took = (Took){0};
}

static void phases_lines(Changes *changes, const char *workload, const char *of, int repetitions)
{
    for (Phase phase = PHASE_WRITE; phase < PHASES_COUNT; phase++)
        phase_line(changes, phase, workload, of, repetitions);
}

/* ---- writing ---- */

/* `each` purchases of `count` customers spread over the base; durable when it returns. */
static Status write_purchases(Changes *changes, BenchPurchases *purchases, uint32_t count,
                              uint32_t each, Error *err)
{
    Took begin = now();
    TRY(bench_purchases_write(purchases, count, each, err));
    end_phase(changes, PHASE_WRITE, begin);
    return STATUS_OK;
}

static Status open_purchases(Changes *changes, BenchPurchases *ret_purchases, Error *err)
{
    TRY(store_open(changes->directory, STORE_WRITE, &changes->store, err));
    return bench_purchases_open(changes->store, changes->data, ret_purchases, err);
}

/* ---- asking ---- */

/* Who is in each expression, of `only` or of everybody. */
static Status ask_sets(const Changes *changes, const Expression *const *expressions, size_t count,
                       const CustomerSet *only, CustomerSet *ret_sets, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(engine_done) EngineProgram *program = NULL;
    const DatasetView *view = dataset_acquire(changes->dataset);
    EngineOptions options = {.only = only};
    EngineQuestion *questions = ARENA_ARRAY(arena, EngineQuestion, count);
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, count);
    for (size_t i = 0; i < count; i++)
        questions[i] = (EngineQuestion){expressions[i], {DATA_AS_OF_DAY}, ANSWER_SET};
    Status status =
        engine_prepare(dataset_view_data(view), questions, count, &options, &program, err);
    if (status == STATUS_OK) status = engine_run(program, arena, answers, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        ret_sets[i] = answers[i].set;
    engine_done(&program);
    dataset_release(changes->dataset, view);
    return status;
}

/* Of the generation that is asked. */
static const Schema *asked_schema(const Changes *changes)
{
    const DatasetView *view = dataset_acquire(changes->dataset);
    const Schema *schema = dataset_view_data(view)->schema;
    dataset_release(changes->dataset, view);
    return schema;
}

/* A new image has a schema of its own. */
static Status compile_segments(Changes *changes, Error *err)
{
    if (changes->schema == asked_schema(changes)) return STATUS_OK;
    changes->schema = asked_schema(changes);
    SegmentsWish wish = {.seed = 1, .as_of = {DATA_AS_OF_DAY}};
    const BenchSegment *segments = bench_segments(&wish, SEGMENTS, changes->arena);
    Text *rules = ARENA_ARRAY(changes->arena, Text, SEGMENTS);
    for (size_t i = 0; i < SEGMENTS; i++)
        rules[i] = segments[i].rule;
    TRY(bench_compile_all(changes->schema, rules, SEGMENTS, changes->arena, &changes->segments,
                          err));
    if (changes->sets == NULL) changes->sets = ARENA_ARRAY(changes->arena, CustomerSet, SEGMENTS);
    return STATUS_OK;
}

static Status make_sets_true(Changes *changes, const StandingState *state, Error *err)
{
    AUTO(standing_answers_done) StandingAnswers *answers = NULL;
    StandingRule rules[SEGMENTS];
    EngineOptions options = {0};
    for (size_t i = 0; i < SEGMENTS; i++)
        rules[i] = (StandingRule){changes->segments[i], changes->is_known, state->as_of};
    TRY(standing_ask(state, rules, SEGMENTS, &options, &answers, err));
    for (size_t i = 0; i < SEGMENTS; i++)
        standing_take(answers, i, &changes->sets[i]);
    changes->is_known = true;
    return STATUS_OK;
}

/* See what was written, and ask again for those whom it touches. */
static Status refresh_sets(Changes *changes, Error *err)
{
    bool is_everything;
    Took begin = now();
    TRY(dataset_refresh(changes->dataset, NULL, err));
    end_phase(changes, PHASE_SEE, begin);
    TRY(compile_segments(changes, err));
    const CustomerSet *changed = dataset_changed(changes->dataset, &is_everything);
    const DatasetView *view = dataset_acquire(changes->dataset);
    StandingState state = {.data = dataset_view_data(view),
                           .changed = is_everything ? NULL : changed,
                           .as_of = {DATA_AS_OF_DAY}};
    begin = now();
    Status status = make_sets_true(changes, &state, err);
    end_phase(changes, PHASE_ASK, begin);
    dataset_release(changes->dataset, view);
    return status;
}

/* Whether the sets are what asking everybody gives. */
static Status check_sets(const Changes *changes, bool *ret_is_equal, Error *err)
{
    CustomerSet full[SEGMENTS];
    TRY(ask_sets(changes, changes->segments, SEGMENTS, NULL, full, err));
    *ret_is_equal = true;
    for (size_t i = 0; i < SEGMENTS; i++) {
        *ret_is_equal = *ret_is_equal && customer_set_equal(&changes->sets[i], &full[i]);
        customer_set_free(&full[i]);
    }
    return STATUS_OK;
}

/* ---- image: as imported ---- */

static Status answer_rules(Changes *changes, Error *err)
{
    BenchRule *rules;
    size_t count;
    TRY(bench_rules_read(changes->rules_path, changes->arena, &rules, &count, err));
    for (size_t i = 0; i < count; i++) {
        const Expression *expression;
        CustomerSet set;
        TRY(bench_compile(asked_schema(changes), rules[i].rule, changes->arena, &expression, err));
        TRY(ask_sets(changes, &expression, 1, NULL, &set, err));
        BenchAnswer answer = bench_answer_of(&set);
        bench_line("imported", arena_cstr(changes->arena, rules[i].name), 0, 0, &answer, "");
        customer_set_free(&set);
    }
    return STATUS_OK;
}

static Status measure_image(Changes *changes, Error *err)
{
    double begin = bench_seconds();
    TRY(dataset_open(changes->directory, &no_wishes, &changes->dataset, err));
    bench_line("image", "made from the data directory", bench_seconds() - begin, 1, NULL, "");
    return answer_rules(changes, err);
}

/* ---- P9: cold start ---- */

/* Let go of what the system remembers of the directory's files. */
static Status forget_files(const char *path, Error *err)
{
    DIR *directory = opendir(path);
    if (directory == NULL) return error_set(err, STATUS_IO, "cannot read '%s'", path);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        int file = openat(dirfd(directory), entry->d_name, O_RDONLY | O_CLOEXEC);
        if (file < 0) continue;
        (void)fsync(file);
        (void)posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
        close(file);
    }
    closedir(directory);
    return STATUS_OK;
}

static Status open_and_answer(Changes *changes, BenchAnswer *ret_answer, Error *err)
{
    const Expression *expression;
    CustomerSet set;
    TRY(dataset_open(changes->directory, &no_wishes, &changes->dataset, err));
    TRY(bench_compile(asked_schema(changes),
                      TEXT("days_since_last(purchase) <= 30 and "
                           "sum(purchase.amount, last 12 months) > 20000"),
                      changes->arena, &expression, err));
    TRY(ask_sets(changes, &expression, 1, NULL, &set, err));
    *ret_answer = bench_answer_of(&set);
    customer_set_free(&set);
    return STATUS_OK;
}

static Status measure_cold(Changes *changes, Error *err)
{
    BenchAnswer answer;
    TRY(forget_files(changes->directory, err));
    double begin = bench_seconds();
    TRY(open_and_answer(changes, &answer, err));
    bench_line("P9", "cold start to the first answer", bench_seconds() - begin, 1, &answer, "");
    return STATUS_OK;
}

/* ---- P6 and P4 ---- */

static int compare_seconds(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The time so many of a hundred events took at most, and the processors' time likewise. */
static void percentile_line(int percent, double *seconds, double *processor_seconds, size_t count)
{
    char name[40], note[60];
    qsort(seconds, count, sizeof *seconds, compare_seconds);
    qsort(processor_seconds, count, sizeof *processor_seconds, compare_seconds);
    size_t place = count * (size_t)percent / 100;
    snprintf(name, sizeof name, "p%d of one event", percent);
    snprintf(note, sizeof note, "%.3g ms of processors", processor_seconds[place] * 1000);
    bench_line("P6", name, seconds[place], (int)count, NULL, note);
}

/* One after another, until there are enough or it takes too long. */
static Status measure_single_events(Changes *changes, BenchPurchases *purchases, Error *err)
{
    double seconds[SINGLE_EVENTS], processor_seconds[SINGLE_EVENTS];
    size_t count = 0;
    double end = bench_seconds() + SINGLE_EVENTS_SECONDS_MAX;
    memset(changes->phases, 0, sizeof changes->phases);
    while (count < SINGLE_EVENTS && (count < 5 || bench_seconds() < end)) {
        Took begin = now();
        TRY(write_purchases(changes, purchases, 1, 1, err));
        TRY(refresh_sets(changes, err));
        Took end_of_one = now();
        seconds[count] = end_of_one.seconds - begin.seconds;
        processor_seconds[count++] = end_of_one.processor_seconds - begin.processor_seconds;
    }
    percentile_line(50, seconds, processor_seconds, count);
    percentile_line(99, seconds, processor_seconds, count);
    phases_lines(changes, "P6", "of one event: ", (int)count);
    double begin = bench_seconds();
    TRY(write_purchases(changes, purchases, BATCH_EVENTS, 1, err));
    TRY(refresh_sets(changes, err));
    bench_line("P6", "1000 at once, per event", (bench_seconds() - begin) / BATCH_EVENTS, 1, NULL,
               "");
    phases_lines(changes, "P6", "of 1000 at once: ", BATCH_EVENTS);
    return STATUS_OK;
}

static uint32_t changed_customers(const Changes *changes)
{
    uint32_t customers = changes->data->customers / 10;
    return customers < CHANGED_CUSTOMERS_MAX ? customers : CHANGED_CUSTOMERS_MAX;
}

static Status measure_many_events(Changes *changes, BenchPurchases *purchases, Error *err)
{
    uint32_t customers = changed_customers(changes);
    bool is_equal;
    char name[100];
    double begin = bench_seconds();
    TRY(write_purchases(changes, purchases, customers, PURCHASES_EACH, err));
    TRY(refresh_sets(changes, err));
    double seconds = bench_seconds() - begin;
    TRY(check_sets(changes, &is_equal, err));
    snprintf(name, sizeof name, "%u purchases of %u customers, %d segments",
             customers * PURCHASES_EACH, customers, SEGMENTS);
    bench_line("P4", name, seconds, 1, NULL, is_equal ? "equal" : "UNEQUAL");
    phases_lines(changes, "P4", "of it ", 1);
    return STATUS_OK;
}

static Status measure_changes(Changes *changes, Error *err)
{
    AUTO(bench_purchases_done) BenchPurchases purchases = {0};
    TRY(open_purchases(changes, &purchases, err));
    TRY(dataset_open(changes->directory, &no_wishes, &changes->dataset, err));
    TRY(compile_segments(changes, err));
    TRY(refresh_sets(changes, err)); /* for the first time: everybody */
    TRY(measure_single_events(changes, &purchases, err));
    TRY(measure_many_events(changes, &purchases, err));
    return STATUS_OK;
}

static Status measure_writing(Changes *changes, Error *err)
{
    AUTO(bench_purchases_done) BenchPurchases purchases = {0};
    TRY(open_purchases(changes, &purchases, err));
    TRY(write_purchases(changes, &purchases, 1, 1, err)); /* pages that all writing needs */
    memset(changes->phases, 0, sizeof changes->phases);
    for (int i = 0; i < SINGLE_EVENTS; i++)
        TRY(write_purchases(changes, &purchases, 1, 1, err));
    phase_line(changes, PHASE_WRITE, "P6", "of one event: ", SINGLE_EVENTS);
    TRY(write_purchases(changes, &purchases, BATCH_EVENTS, 1, err));
    phase_line(changes, PHASE_WRITE, "P6", "of 1000 at once: ", BATCH_EVENTS);
    for (int i = 0; i < WRITING_REPEATS; i++) {
        TRY(write_purchases(changes, &purchases, changed_customers(changes), PURCHASES_EACH, err));
        phase_line(changes, PHASE_WRITE, "P4", "of it ", 1);
    }
    return STATUS_OK;
}

/* ---- P9: recovery ---- */

/* Write batches for ever, a byte into the pipe for each that is durable. */
static Status write_until_killed(Changes *changes, int acknowledge, Error *err)
{
    AUTO(bench_purchases_done) BenchPurchases purchases = {0};
    TRY(open_purchases(changes, &purchases, err));
    while (write(acknowledge, "", 1) == 1)
        TRY(write_purchases(changes, &purchases, BATCH_EVENTS, 1, err));
    return STATUS_OK;
}

static Status count_purchases(Changes *changes, uint64_t *ret_count, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    StoreCounts counts;
    TRY(store_open(changes->directory, STORE_READ, &store, err));
    TRY(store_count(store, changes->arena, &counts, err));
    *ret_count = counts.events[STREAM_PURCHASE];
    return STATUS_OK;
}

/* The first byte says that the writer is ready, each other one that a batch is durable. */
static Status kill_a_writer(Changes *changes, uint64_t *ret_acknowledged, Error *err)
{
    int ends[2];
    char byte;
    if (pipe(ends) != 0) return error_set(err, STATUS_IO, "no pipe");
    pid_t child = fork();
    if (child < 0) return error_set(err, STATUS_IO, "no process");
    if (child == 0) {
        close(ends[0]);
        _exit(write_until_killed(changes, ends[1], err) == STATUS_OK ? 0 : 1);
    }
    close(ends[1]);
    uint64_t bytes = 0;
    while (bytes <= BATCHES_BEFORE_KILL && read(ends[0], &byte, 1) == 1)
        bytes++;
    usleep(2000); /* into the next batch */
    kill(child, SIGKILL);
    while (read(ends[0], &byte, 1) == 1)
        bytes++;
    close(ends[0]);
    waitpid(child, NULL, 0);
    *ret_acknowledged = bytes == 0 ? 0 : (bytes - 1) * BATCH_EVENTS;
    if (bytes > BATCHES_BEFORE_KILL) return STATUS_OK;
    return error_set(err, STATUS_IO, "the writer ended by itself");
}

static Status measure_recovery(Changes *changes, Error *err)
{
    AUTO(bench_purchases_done) BenchPurchases purchases = {0};
    uint64_t before, acknowledged = 0, after;
    BenchAnswer answer;
    TRY(count_purchases(changes, &before, err));
    TRY(kill_a_writer(changes, &acknowledged, err));
    double begin = bench_seconds();
    TRY(open_and_answer(changes, &answer, err));
    double seconds = bench_seconds() - begin;
    TRY(open_purchases(changes, &purchases, err)); /* writing goes on */
    TRY(count_purchases(changes, &after, err));
    uint64_t kept = after - before;
    bool is_whole = kept >= acknowledged && kept % BATCH_EVENTS == 0;
    bench_line("P9", "recovery after a writer was killed, to the first answer", seconds, 1, &answer,
               is_whole ? "equal" : "UNEQUAL");
    return STATUS_OK;
}

/* ---- all of it ---- */

static const struct {
    const char *name;
    Status (*measure)(Changes *changes, Error *err);
} workloads[] = {
    {"image", measure_image},     {"cold", measure_cold},         {"changes", measure_changes},
    {"writing", measure_writing}, {"recovery", measure_recovery},
};

static Status run(char **argv, Error *err)
{
    Changes changes = {.directory = argv[2], .rules_path = argv[3]};
    changes.arena = arena_new();
    Status status = bench_data_new(text_of(argv[1]), 1, changes.arena, &changes.data, err);
    bool is_known = false;
    for (size_t i = 0; i < sizeof workloads / sizeof *workloads && status == STATUS_OK; i++) {
        if (strcmp(workloads[i].name, argv[4]) != 0) continue;
        is_known = true;
        status = workloads[i].measure(&changes, err);
    }
    if (status == STATUS_OK && !is_known)
        status = error_set(err, STATUS_INVALID, "no workload '%s'", argv[4]);
    for (size_t i = 0; changes.sets != NULL && i < SEGMENTS; i++)
        customer_set_free(&changes.sets[i]);
    dataset_close(changes.dataset);
    store_close(changes.store);
    arena_free(changes.arena);
    return status;
}

int main(int argc, char **argv)
{
    Error err = {0};
    if (argc != 5) {
        fprintf(stderr, "usage: bench_changes SCALE DIRECTORY RULES-FILE WORKLOAD\n");
        return 2;
    }
    if (run(argv, &err) == STATUS_OK) return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
