/* bench_queries.c -- our answers to the questions of the bench, and how long they take.
 *
 * usage: bench_queries SCALE IMAGE-FILE RULES-FILE [WORKLOAD ...]
 *
 * Makes the image from the generator when the file does not exist. Workloads: P1 (the rules), P2 (a
 * thousand segments of either kind, and P12: the memory they take), P3 (counts while a rule is
 * edited), P5 (the day turns), P10 (overlaps), P11 (metrics of everybody); all of them when none is
 * named. Prints the lines of measure.py. A time is that of parsing, checking, preparing and
 * running, the median of five after a warm-up. */
#include "bench/asking.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/random.h"
#include "engine/overlap.h"
#include "engine/standing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REPETITIONS = 5, SEGMENTS = 1000, RELATIVE_SEGMENTS = 500, EDITS = 1000 };

typedef struct {
    const BenchData *data;
    const Image *image;
    const BenchRule *rules;
    size_t rules_count;
} Bench;

/* ---- asking ---- */

typedef struct {
    const Text *rules;
    size_t count;
    Date as_of;
    AnswerKind kind;
    const Progress *progress;
} Asked;

static void questions_fill(const Asked *asked, const Expression *const *expressions,
                           EngineQuestion *questions)
{
    for (size_t i = 0; i < asked->count; i++)
        questions[i] = (EngineQuestion){expressions[i], asked->as_of, asked->kind};
}

/* Of all threads on the processors: what to compare on a machine that is busy with other work. */
static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

typedef struct {
    double seconds, processor_seconds;
} Took;

static EngineData bench_engine_data(const Bench *bench)
{
    return (EngineData){
        .schema = bench->data->schema, .layers = {{bench->image, NULL}}, .layers_count = 1};
}

/* From texts to answers in the arena; *ret_took is the time of it all. */
static Status ask(const Bench *bench, const Asked *asked, Arena *arena, EngineAnswer *answers,
                  Took *ret_took, Error *err)
{
    double begin = bench_seconds(), processor_begin = processor_seconds();
    const Expression **expressions;
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineData data = bench_engine_data(bench);
    EngineOptions options = {.progress = asked->progress};
    EngineQuestion *questions = ARENA_ARRAY(arena, EngineQuestion, asked->count);
    TRY(bench_compile_all(bench->data->schema, asked->rules, asked->count, arena, &expressions,
                          err));
    questions_fill(asked, expressions, questions);
    TRY(engine_prepare(&data, questions, asked->count, &options, &program, err));
    TRY(engine_run(program, arena, answers, err));
    *ret_took = (Took){bench_seconds() - begin, processor_seconds() - processor_begin};
    return STATUS_OK;
}

static void free_sets(EngineAnswer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        customer_set_free(&answers[i].set);
}

static int compare_seconds(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static double quantile(double *seconds, size_t count, double share)
{
    qsort(seconds, count, sizeof *seconds, compare_seconds);
    size_t index = (size_t)ceil(share * (double)count);
    return seconds[index == 0 ? 0 : index - 1];
}

/* Median of five; what is answered is thrown away. */
static Status ask_often(const Bench *bench, const Asked *asked, Took *ret_took, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    double seconds[REPETITIONS], processor[REPETITIONS];
    for (size_t i = 0; i < REPETITIONS; i++) {
        arena_reset(arena);
        Took took;
        EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, asked->count);
        TRY(ask(bench, asked, arena, answers, &took, err));
        free_sets(answers, asked->count);
        seconds[i] = took.seconds;
        processor[i] = took.processor_seconds;
    }
    *ret_took = (Took){quantile(seconds, REPETITIONS, 0.5), quantile(processor, REPETITIONS, 0.5)};
    return STATUS_OK;
}

static void took_line(const char *workload, const char *name, Took took, const BenchAnswer *answer)
{
    char note[60];
    snprintf(note, sizeof note, "%.3g ms of processors", took.processor_seconds * 1000);
    bench_line(workload, name, took.seconds, REPETITIONS, answer, note);
}

/* Who, as count and checksum: the warm-up. */
static Status ask_sets(const Bench *bench, const Asked *asked, BenchAnswer *ret_answers, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, asked->count);
    Asked sets = *asked;
    Took took;
    sets.kind = ANSWER_SET;
    TRY(ask(bench, &sets, arena, answers, &took, err));
    for (size_t i = 0; i < asked->count; i++)
        ret_answers[i] = bench_answer_of(&answers[i].set);
    free_sets(answers, asked->count);
    return STATUS_OK;
}

/* ---- P1: rules, each by itself ---- */

static Status measure_rules(const Bench *bench, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < bench->rules_count; i++) {
        Asked asked = {&bench->rules[i].rule, 1, {DATA_AS_OF_DAY}, ANSWER_COUNT, NULL};
        BenchAnswer answer;
        Took took;
        TRY(ask_sets(bench, &asked, &answer, err));
        TRY(ask_often(bench, &asked, &took, err));
        took_line("P1", arena_cstr(arena, bench->rules[i].name), took, &answer);
    }
    return STATUS_OK;
}

/* ---- P2: a thousand segments; P12: what they take ---- */

/* Resident memory that is not the mapped image, in bytes. */
static double own_memory_bytes(void)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text rest;
    long pages = 0, shared = 0;
    if (file_read("/proc/self/statm", 4096, arena, &rest, NULL) != STATUS_OK) return 0;
    (void)text_split(rest, ' ', &rest);
    pages = strtol(arena_cstr(arena, text_split(rest, ' ', &rest)), NULL, 10);
    shared = strtol(arena_cstr(arena, text_split(rest, ' ', &rest)), NULL, 10);
    return (double)(pages - shared) * (double)sysconf(_SC_PAGESIZE);
}

static bool watch_memory(void *context, const char *step, uint64_t done, uint64_t total)
{
    double *most_bytes = context, now_bytes = own_memory_bytes();
    (void)step, (void)done, (void)total;
    if (now_bytes > *most_bytes) *most_bytes = now_bytes;
    return true;
}

static Text *rules_of(const BenchSegment *segments, size_t count, Arena *arena)
{
    Text *rules = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++)
        rules[i] = segments[i].rule;
    return rules;
}

static Status measure_segments(const Bench *bench, bool is_shared, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentsWish wish = {
        .seed = 1, .has_shared_windows_only = is_shared, .as_of = {DATA_AS_OF_DAY}};
    const Text *rules = rules_of(bench_segments(&wish, SEGMENTS, arena), SEGMENTS, arena);
    BenchAnswer *answers = ARENA_ARRAY(arena, BenchAnswer, SEGMENTS);
    double most_bytes = own_memory_bytes();
    Took took;
    Progress watch = {watch_memory, &most_bytes};
    Asked asked = {rules, SEGMENTS, wish.as_of, ANSWER_SET, &watch};
    TRY(ask_sets(bench, &asked, answers, err));
    (void)watch_memory(&most_bytes, "", 0, 0);
    asked.progress = NULL;
    TRY(ask_often(bench, &asked, &took, err));
    const char *kind = is_shared ? "shared" : "different";
    for (size_t i = 0; i < SEGMENTS; i++) {
        bench_line(is_shared ? "answer shared" : "answer different",
                   arena_cstr(arena, arena_printf(arena, "%zu", i)), 0, 0, &answers[i], "");
    }
    took_line("P2", kind, took, NULL);
    printf("P12\t%s\t%.6f\t1\t\t\tGiB\n", kind, most_bytes / (1 << 30));
    return STATUS_OK;
}

/* ---- P3: a rule is edited ---- */

/* What a person may come to while typing: a condition, two of them, one beside a whole rule. */
static Text edited_rule(const Bench *bench, const BenchSegment *segments, Random *random,
                        Arena *arena)
{
    Text rule = bench->rules[random_below(random, bench->rules_count)].rule;
    Text a = segments[random_below(random, EDITS)].rule;
    Text b = segments[random_below(random, EDITS)].rule;
    switch (random_below(random, 4)) {
    case 0: return a;
    case 1: return arena_printf(arena, "(%.*s) and %.*s", TEXT_FORMAT(rule), TEXT_FORMAT(a));
    case 2: return arena_printf(arena, "(%.*s) or (%.*s)", TEXT_FORMAT(a), TEXT_FORMAT(b));
    default: return arena_printf(arena, "%.*s and not (%.*s)", TEXT_FORMAT(a), TEXT_FORMAT(b));
    }
}

static Status measure_edits(const Bench *bench, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(arena_done) Arena *scratch = arena_new();
    SegmentsWish wish = {.seed = 3, .as_of = {DATA_AS_OF_DAY}};
    BenchSegment *segments = bench_segments(&wish, EDITS, arena);
    Random random = random_seeded(3);
    double *seconds = ARENA_ARRAY(arena, double, EDITS);
    double *processor = ARENA_ARRAY(arena, double, EDITS);
    for (size_t i = 0; i < EDITS; i++) {
        arena_reset(scratch);
        Text rule = edited_rule(bench, segments, &random, scratch);
        Asked asked = {&rule, 1, wish.as_of, ANSWER_COUNT, NULL};
        EngineAnswer answer;
        Took took;
        TRY(ask(bench, &asked, scratch, &answer, &took, err));
        seconds[i] = took.seconds;
        processor[i] = took.processor_seconds;
    }
    const double shares[] = {0.5, 0.99};
    for (size_t i = 0; i < 2; i++) {
        char note[60];
        double of_processors = quantile(processor, EDITS, shares[i]);
        snprintf(note, sizeof note, "of 1000 edits; %.3g ms of processors", of_processors * 1000);
        bench_line("P3", i == 0 ? "p50" : "p99", quantile(seconds, EDITS, shares[i]), EDITS, NULL,
                   note);
    }
    return STATUS_OK;
}

/* ---- P5: the day turns ---- */

/* Segments whose answers are those of a day, made those of another one. */
typedef struct {
    const Expression **rules;
    bool is_known;
    Date as_of;
    CustomerSet sets[RELATIVE_SEGMENTS];
} Kept;

static Status turn_day(const Bench *bench, Kept *kept, int32_t day, Took *ret_took, Error *err)
{
    AUTO(standing_answers_done) StandingAnswers *answers = NULL;
    CustomerSet nobody = {0};
    EngineData data = bench_engine_data(bench);
    StandingState state = {.data = &data, .changed = &nobody, .as_of = {day}};
    StandingRule rules[RELATIVE_SEGMENTS];
    EngineOptions options = {0};
    double begin = bench_seconds(), processor_begin = processor_seconds();
    for (size_t i = 0; i < RELATIVE_SEGMENTS; i++)
        rules[i] = (StandingRule){kept->rules[i], kept->is_known, kept->as_of};
    TRY(standing_ask(&state, rules, RELATIVE_SEGMENTS, &options, &answers, err));
    for (size_t i = 0; i < RELATIVE_SEGMENTS; i++)
        standing_take(answers, i, &kept->sets[i]);
    kept->is_known = true;
    kept->as_of = state.as_of;
    *ret_took = (Took){bench_seconds() - begin, processor_seconds() - processor_begin};
    return STATUS_OK;
}

static bool same_answers(const Kept *kept, const EngineAnswer *answers)
{
    for (size_t i = 0; i < RELATIVE_SEGMENTS; i++)
        if (!customer_set_equal(&kept->sets[i], &answers[i].set)) return false;
    return true;
}

static Status measure_days(const Bench *bench, const Text *rules, Arena *arena, Kept *kept,
                           Error *err)
{
    int32_t last = DATA_AS_OF_DAY;
    double seconds[REPETITIONS], processor[REPETITIONS];
    Took took;
    TRY(turn_day(bench, kept, last - REPETITIONS, &took, err));
    for (int32_t i = 0; i < REPETITIONS; i++) {
        TRY(turn_day(bench, kept, last - REPETITIONS + 1 + i, &took, err));
        seconds[i] = took.seconds;
        processor[i] = took.processor_seconds;
    }
    Asked asked = {rules, RELATIVE_SEGMENTS, {last}, ANSWER_SET, NULL};
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, RELATIVE_SEGMENTS);
    TRY(ask(bench, &asked, arena, answers, &took, err));
    bool is_equal = same_answers(kept, answers);
    free_sets(answers, RELATIVE_SEGMENTS);
    char note[60];
    snprintf(note, sizeof note, "%s; %.3g ms of processors", is_equal ? "equal" : "UNEQUAL",
             quantile(processor, REPETITIONS, 0.5) * 1000);
    bench_line("P5", "500 relative segments, a day later", quantile(seconds, REPETITIONS, 0.5),
               REPETITIONS, NULL, note);
    took_line("P5", "500 relative segments, evaluated in full", took, NULL);
    return STATUS_OK;
}

static Status measure_day(const Bench *bench, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentsWish wish = {.seed = 5, .has_relative_windows_only = true, .as_of = {DATA_AS_OF_DAY}};
    const Text *rules =
        rules_of(bench_segments(&wish, RELATIVE_SEGMENTS, arena), RELATIVE_SEGMENTS, arena);
    Kept kept = {0};
    TRY(bench_compile_all(bench->data->schema, rules, RELATIVE_SEGMENTS, arena, &kept.rules, err));
    Status status = measure_days(bench, rules, arena, &kept, err);
    for (size_t i = 0; i < RELATIVE_SEGMENTS; i++)
        customer_set_free(&kept.sets[i]);
    return status;
}

/* ---- P10: overlaps ---- */

static Status measure_overlap(const CustomerSet *const *sets, size_t count, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint64_t *counts = ARENA_ARRAY(arena, uint64_t, count * count);
    double seconds[REPETITIONS];
    bool is_equal = true;
    for (size_t i = 0; i < REPETITIONS; i++) {
        double begin = bench_seconds();
        TRY(overlap_count(sets, count, 0, counts, err));
        seconds[i] = bench_seconds() - begin;
    }
    for (size_t i = 1; i < count; i++) /* a pair of each, the simple way */
        is_equal = is_equal &&
                   counts[i * count + i - 1] == customer_set_count_common(sets[i], sets[i - 1]);
    bench_line("P10", count == SEGMENTS ? "1000 segments, all pairs" : "100 segments, all pairs",
               quantile(seconds, REPETITIONS, 0.5), REPETITIONS, NULL,
               is_equal ? "equal" : "UNEQUAL");
    return STATUS_OK;
}

static Status measure_overlaps(const Bench *bench, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentsWish wish = {.seed = 1, .as_of = {DATA_AS_OF_DAY}};
    const Text *rules = rules_of(bench_segments(&wish, SEGMENTS, arena), SEGMENTS, arena);
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, SEGMENTS);
    const CustomerSet **sets = ARENA_ARRAY(arena, const CustomerSet *, SEGMENTS);
    Asked asked = {rules, SEGMENTS, wish.as_of, ANSWER_SET, NULL};
    Took took;
    TRY(ask(bench, &asked, arena, answers, &took, err));
    for (size_t i = 0; i < SEGMENTS; i++)
        sets[i] = &answers[i].set;
    Status status = measure_overlap(sets, 100, err);
    if (status == STATUS_OK) status = measure_overlap(sets, SEGMENTS, err);
    free_sets(answers, SEGMENTS);
    return status;
}

/* ---- P11: metrics of everybody ---- */

static Status measure_metrics(const Bench *bench, Error *err)
{
    const Text rfm[] = {TEXT("days_since_last(purchase)"), TEXT("distinct(purchase.order)"),
                        TEXT("sum(purchase.amount)")};
    const Text abc_xyz[] = {TEXT("sum(purchase.amount, previous 36 months)"),
                            TEXT("cv(purchase.amount by month, previous 36 months)")};
    Asked asked[] = {{rfm, 3, {DATA_AS_OF_DAY}, ANSWER_VALUES, NULL},
                     {abc_xyz, 2, {DATA_AS_OF_DAY}, ANSWER_VALUES, NULL}};
    const char *names[] = {"RFM: values of the three metrics",
                           "ABC and XYZ: values of sum and cv over 36 months"};
    for (size_t i = 0; i < 2; i++) {
        Took took;
        TRY(ask_often(bench, &asked[i], &took, err)); /* warms up */
        TRY(ask_often(bench, &asked[i], &took, err));
        took_line("P11", names[i], took, NULL);
    }
    return STATUS_OK;
}

/* ---- the image ---- */

static Status build_image(const BenchData *data, const char *path, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    double begin = bench_seconds();
    uint32_t middle = bench_data_part_begin(data, 1, 2);
    CustomerSource *sources[] = {bench_data_source(data, 1, middle, arena),
                                 bench_data_source(data, middle, data->customers + 1, arena)};
    ImageInput input = {.schema = data->schema,
                        .sources = sources,
                        .sources_count = 2,
                        .items = data->item_pointers,
                        .items_count = DATA_ITEMS,
                        .data_version = 1};
    TRY(image_build(path, &input, NULL, err));
    bench_line("image", "made from the generator", bench_seconds() - begin, 1, NULL, "");
    return STATUS_OK;
}

static Status open_image(const BenchData *data, const char *path, Image **ret_image, Error *err)
{
    if (access(path, R_OK) != 0) TRY(build_image(data, path, err));
    TRY(image_open(path, true, ret_image, err));
    double size_gb = (double)image_size_bytes(*ret_image) / 1e9;
    printf("image\tsize\t%.6f\t1\t\t\tGB\n", size_gb);
    return STATUS_OK;
}

/* ---- all of it ---- */

static Status measure_both_kinds(const Bench *bench, Error *err)
{
    TRY(measure_segments(bench, false, err));
    return measure_segments(bench, true, err);
}

static const struct {
    const char *name;
    Status (*measure)(const Bench *bench, Error *err);
} workloads[] = {
    {"P1", measure_rules}, {"P2", measure_both_kinds}, {"P3", measure_edits},
    {"P5", measure_day},   {"P10", measure_overlaps},  {"P11", measure_metrics},
};

static bool is_wanted(const char *name, char **names, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) return true;
    }
    return count == 0;
}

static Status run(int argc, char **argv, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(image_done) Image *image = NULL;
    BenchRule *rules;
    Bench bench = {0};
    TRY(bench_data_new(text_of(argv[1]), 1, arena, &bench.data, err));
    TRY(open_image(bench.data, argv[2], &image, err));
    TRY(bench_rules_read(argv[3], arena, &rules, &bench.rules_count, err));
    bench.image = image;
    bench.rules = rules;
    Status first_failure = STATUS_OK;
    for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++) {
        if (!is_wanted(workloads[i].name, argv + 4, argc - 4)) continue;
        Error own = {0};
        Status status = workloads[i].measure(&bench, &own);
        if (status == STATUS_OK) continue;
        bench_line(workloads[i].name, "failed", 0, 0, NULL, own.message);
        if (first_failure == STATUS_OK) first_failure = error_set(err, status, "%s", own.message);
    }
    return first_failure;
}

int main(int argc, char **argv)
{
    Error err = {0};
    if (argc < 4) {
        fprintf(stderr, "usage: bench_queries SCALE IMAGE-FILE RULES-FILE [WORKLOAD ...]\n");
        return 2;
    }
    if (run(argc, argv, &err) == STATUS_OK) return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
