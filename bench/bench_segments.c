/* bench_segments.c -- a thousand segments kept in the store: formed, kept true, compared.
 *
 * usage: bench_segments SCALE DIRECTORY
 *
 * DIRECTORY holds the imported files of generate.c at that scale; the segments of segments.c are
 * added to it as periodic ones that are kept true at every change, so what is measured is the
 * product's way: who is in each is compared with what is stored, goes into the journal with its
 * cause, and is on the disk. In this order:
 *   S2   all of them formed for the first time, and again
 *   S4   two purchases of each of many customers, and every composition true again
 *   S6   one purchase, and every composition true again
 *   S5   the day turns
 *   S10  in how many customers every two stored compositions overlap
 * S4, S6 and S5 are compared with a full evaluation. Prints the lines of measure.py. */
#include "app/work.h"
#include "bench/asking.h"
#include "bench/purchases.h"
#include "segment/due.h"
#include "segment/overlap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SEGMENTS = 1000,
    CHANGED_CUSTOMERS_MAX = 50000,
    PURCHASES_EACH = 2,
    SINGLE_EVENTS = 100,
    SINGLE_EVENTS_SECONDS_MAX = 15,
    SECONDS_PER_DAY = 86400
};

typedef struct {
    const BenchData *data;
    const char *directory;
    Arena *arena;
    App *app;
    AppWork work;
    uint32_t ids[SEGMENTS];
    BenchPurchases purchases;
} Kept;

/* ---- what it took ---- */

typedef struct {
    double seconds, processor_seconds;
    uint64_t written_bytes; /* given to the system: the log of the database, and its pages later */
} Took;

static uint64_t written_bytes(void)
{
    char text[256] = "";
    uint64_t bytes = 0;
    FILE *file = fopen("/proc/self/io", "r");
    if (file == NULL) return 0;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    const char *number = size > 0 ? strstr(text, "wchar: ") : NULL;
    if (number == NULL) return 0;
    for (number += strlen("wchar: "); *number >= '0' && *number <= '9'; number++)
        bytes = bytes * 10 + (uint64_t)(*number - '0');
    return bytes;
}

static Took now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (Took){bench_seconds(), (double)time.tv_sec + (double)time.tv_nsec / 1e9,
                  written_bytes()};
}

/* A line of what was done `times` times since; nothing but the note tells of processors. */
static void tell(const char *workload, const char *what, Took begin, int times)
{
    Took end = now();
    char note[100];
    snprintf(note, sizeof note, "%.3g ms of processors, %.3g MB written",
             (end.processor_seconds - begin.processor_seconds) * 1000 / times,
             (double)(end.written_bytes - begin.written_bytes) / 1e6 / times);
    bench_line(workload, what, (end.seconds - begin.seconds) / times, times, NULL, note);
}

/* ---- the segments ---- */

static Status add_segment(Kept *kept, const BenchSegment *segment, size_t number, Error *err)
{
    Text name = arena_printf(kept->arena, "Сегмент %zu", number);
    Text code = arena_printf(kept->arena, "B%zu", number);
    SegmentCard card = {
        .code = code, .name = name, .mode = MODE_PERIODIC, .is_live = true, .rule = segment->rule};
    SegmentWrite write = {.code = code, .name = name, .card = card_to_json(&card, kept->arena)};
    return store_add_segment(app_store(kept->app), &write, &kept->ids[number], err);
}

static Status add_segments(Kept *kept, Error *err)
{
    Store *store = app_store(kept->app);
    SegmentsWish wish = {.seed = 1, .as_of = {DATA_AS_OF_DAY}};
    const BenchSegment *segments = bench_segments(&wish, SEGMENTS, kept->arena);
    Status status = store_batch_begin(store, err);
    for (size_t i = 0; i < SEGMENTS && status == STATUS_OK; i++)
        status = add_segment(kept, &segments[i], i, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    if (status == STATUS_OK) status = app_refresh(kept->app, err);
    return status;
}

/* ---- forming ---- */

static Status form_all(Kept *kept, const char *what, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingOutcome *outcomes = NULL;
    FormingRequest request = {
        .segment_ids = kept->ids, .count = SEGMENTS, .reason = FORMING_FORM, .note = TEXT("")};
    TRY(app_work_renew(&kept->work, err));
    Took begin = now();
    TRY(segments_form(&kept->work.forming, &request, arena, &outcomes, err));
    tell("S2", what, begin, 1);
    for (size_t i = 0; i < SEGMENTS; i++)
        if (!outcomes[i].is_formed)
            return error_set(err, STATUS_CORRUPT, "%.*s", TEXT_FORMAT(outcomes[i].failure));
    return STATUS_OK;
}

static Status keep_true(Kept *kept, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    DueReport report;
    TRY(app_work_renew(&kept->work, err));
    TRY(segments_keep_live(&kept->work.forming, arena, &report, err));
    for (size_t i = 0; i < report.live_count; i++)
        if (!report.live[i].is_formed)
            return error_set(err, STATUS_CORRUPT, "%.*s", TEXT_FORMAT(report.live[i].failure));
    return STATUS_OK;
}

/* ---- whether they are true ---- */

static Status ask_everybody(const FormingContext *forming, const EngineQuestion *questions,
                            Arena *arena, EngineAnswer *answers, Error *err)
{
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineOptions options = {0};
    TRY(engine_prepare(forming->data, questions, SEGMENTS, &options, &program, err));
    return engine_run(program, arena, answers, err);
}

static Status is_stored(const Kept *kept, size_t number, const CustomerSet *set, bool *ret_is,
                        Error *err)
{
    AUTO(customer_set_free) CustomerSet stored = {0};
    TRY(store_read_composition(app_store(kept->app), kept->ids[number], UINT64_MAX, &stored, err));
    *ret_is = customer_set_equal(&stored, set);
    return STATUS_OK;
}

/* A line that says whether what is stored is what asking everybody gives. */
static Status compare(Kept *kept, const char *workload, const char *what, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const FormingContext *forming = &kept->work.forming;
    EngineQuestion *questions = ARENA_ARRAY(arena, EngineQuestion, SEGMENTS);
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, SEGMENTS);
    bool are_equal = true;
    for (size_t i = 0; i < SEGMENTS; i++) {
        const Segment *segment = registry_find(forming->registry, kept->ids[i]);
        questions[i] = (EngineQuestion){.as_of = forming->today, .kind = ANSWER_SET};
        TRY(bench_compile(forming->data->schema, segment->card.rule, arena,
                          &questions[i].expression, err));
    }
    TRY(ask_everybody(forming, questions, arena, answers, err));
    Status status = STATUS_OK;
    for (size_t i = 0; i < SEGMENTS; i++) {
        bool is_equal = false;
        if (status == STATUS_OK) status = is_stored(kept, i, &answers[i].set, &is_equal, err);
        are_equal = are_equal && is_equal;
        customer_set_free(&answers[i].set);
    }
    if (status == STATUS_OK)
        bench_line(workload, what, 0, 1, NULL, are_equal ? "equal" : "UNEQUAL");
    return status;
}

/* ---- what changes ---- */

static Status measure_many(Kept *kept, Error *err)
{
    uint32_t customers = kept->data->customers / 10;
    char name[100];
    if (customers > CHANGED_CUSTOMERS_MAX) customers = CHANGED_CUSTOMERS_MAX;
    snprintf(name, sizeof name, "%u purchases of %u customers, %d stored segments",
             customers * PURCHASES_EACH, customers, SEGMENTS);
    Took begin = now();
    TRY(bench_purchases_write(&kept->purchases, customers, PURCHASES_EACH, err));
    Took written = now();
    TRY(keep_true(kept, err));
    tell("S4", name, begin, 1);
    tell("S4", "of it the segments", written, 1);
    return compare(kept, "S4", "compositions after it", err);
}

static int compare_seconds(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static Status measure_single(Kept *kept, Error *err)
{
    double seconds[SINGLE_EVENTS];
    int count = 0;
    Took begin = now();
    double end = begin.seconds + SINGLE_EVENTS_SECONDS_MAX;
    while (count < SINGLE_EVENTS && (count < 5 || bench_seconds() < end)) {
        double one = bench_seconds();
        TRY(bench_purchases_write(&kept->purchases, 1, 1, err));
        TRY(keep_true(kept, err));
        seconds[count++] = bench_seconds() - one;
    }
    tell("S6", "mean of one purchase", begin, count);
    qsort(seconds, (size_t)count, sizeof *seconds, compare_seconds);
    bench_line("S6", "p50 of one purchase", seconds[count / 2], count, NULL, "");
    bench_line("S6", "p99 of one purchase", seconds[count * 99 / 100], count, NULL, "");
    return compare(kept, "S6", "compositions after them", err);
}

static Status measure_day(Kept *kept, Error *err)
{
    FormingContext *forming = &kept->work.forming;
    forming->today.day++;
    forming->now.second += SECONDS_PER_DAY;
    Took begin = now();
    TRY(keep_true(kept, err));
    tell("S5", "the day turns, 1000 stored segments", begin, 1);
    return compare(kept, "S5", "compositions after it", err);
}

static Status measure_overlap(Kept *kept, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(segment_sets_done) SegmentSets sets = {0};
    const Segment **segments = NULL;
    SegmentOverlap *overlaps = NULL;
    size_t count = segments_in_use(kept->work.forming.registry, arena, &segments), pairs;
    Took begin = now();
    SegmentSetsQuery now = {.segments = segments, .count = count};
    TRY(segment_sets_read(&kept->work.forming, &now, arena, &sets, err));
    TRY(segment_overlaps(&sets, SIZE_MAX, arena, &overlaps, &pairs, err));
    tell("S10", "1000 stored segments", begin, 1);
    return STATUS_OK;
}

/* ---- all of it ---- */

static Status measure(Kept *kept, Error *err)
{
    const AppClock clock = {
        .has_today = true, .has_time = true, .today = {DATA_AS_OF_DAY}, .second_of_day = 43200};
    TRY(app_open(kept->directory, STORE_WRITE, clock, &kept->app, err));
    TRY(add_segments(kept, err));
    TRY(app_work_begin(kept->app, TEXT("bench"), NULL, &kept->work, err));
    TRY(form_all(kept, "1000 formed for the first time", err));
    TRY(form_all(kept, "1000 formed again, nobody changed", err));
    TRY(bench_purchases_open(app_store(kept->app), kept->data, &kept->purchases, err));
    TRY(measure_many(kept, err));
    TRY(measure_single(kept, err));
    TRY(measure_day(kept, err));
    return measure_overlap(kept, err);
}

int main(int argc, char **argv)
{
    Error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: bench_segments SCALE DIRECTORY\n");
        return 2;
    }
    Kept kept = {.directory = argv[2], .arena = arena_new()};
    Status status = bench_data_new(text_of(argv[1]), 1, kept.arena, &kept.data, &err);
    if (status == STATUS_OK) status = measure(&kept, &err);
    if (status != STATUS_OK) fprintf(stderr, "%s\n", err.message);
    bench_purchases_done(&kept.purchases);
    app_work_done(&kept.work);
    app_close(kept.app);
    arena_free(kept.arena);
    return status == STATUS_OK ? 0 : 1;
}
