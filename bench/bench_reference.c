/* bench_reference.c -- the answers of the reference evaluator to the questions of the bench: what
 * every engine must give. Not fast; for D0.1 and less.
 *
 * usage: bench_reference SCALE RULES-FILE SEGMENTS-COUNT
 *
 * Prints the lines of measure.py: the rules, then that many of either kind of segments. */
#include "bench/asking.h"

#include <stdio.h>
#include <stdlib.h>

static Status ask_rules(const BenchData *data, CustomerSource *source, const char *path, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    BenchRule *rules;
    size_t count;
    TRY(bench_rules_read(path, arena, &rules, &count, err));
    const Expression **expressions = ARENA_ARRAY(arena, const Expression *, count);
    BenchAnswer *answers = ARENA_ARRAY(arena, BenchAnswer, count);
    for (size_t i = 0; i < count; i++)
        TRY(bench_compile(data->schema, rules[i].rule, arena, &expressions[i], err));
    double begin = bench_seconds();
    TRY(bench_ask_reference(source, expressions, count, (Date){DATA_AS_OF_DAY}, answers, err));
    double seconds = (bench_seconds() - begin) / (double)count;
    for (size_t i = 0; i < count; i++)
        bench_line("P1", arena_cstr(arena, rules[i].name), seconds, 1, &answers[i],
                   "all rules in one pass");
    return STATUS_OK;
}

static Status ask_segments(const BenchData *data, CustomerSource *source, bool is_shared,
                           size_t count, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentsWish wish = {
        .seed = 1, .has_shared_windows_only = is_shared, .as_of = {DATA_AS_OF_DAY}};
    BenchSegment *segments = bench_segments(&wish, count, arena);
    const Expression **expressions = ARENA_ARRAY(arena, const Expression *, count);
    BenchAnswer *answers = ARENA_ARRAY(arena, BenchAnswer, count);
    for (size_t i = 0; i < count; i++)
        TRY(bench_compile(data->schema, segments[i].rule, arena, &expressions[i], err));
    TRY(bench_ask_reference(source, expressions, count, wish.as_of, answers, err));
    for (size_t i = 0; i < count; i++) {
        bench_line(is_shared ? "answer shared" : "answer different",
                   arena_cstr(arena, arena_printf(arena, "%zu", i)), 0, 0, &answers[i], "");
    }
    return STATUS_OK;
}

static Status run(char **arguments, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const BenchData *data;
    size_t segments_count = strtoull(arguments[3], NULL, 10);
    TRY(bench_data_new(text_of(arguments[1]), 1, arena, &data, err));
    CustomerSource *source = bench_data_source(data, 1, data->customers + 1, arena);
    TRY(ask_rules(data, source, arguments[2], err));
    for (int is_shared = 0; segments_count > 0 && is_shared < 2; is_shared++)
        TRY(ask_segments(data, source, is_shared != 0, segments_count, err));
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    Error err = {0};
    if (argc != 4) {
        fprintf(stderr, "usage: bench_reference SCALE RULES-FILE SEGMENTS-COUNT\n");
        return 2;
    }
    if (run(argv, &err) == STATUS_OK) return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
