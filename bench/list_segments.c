/* list_segments.c -- print the made-up segments for those who ask other engines.
 *
 * usage: list_segments different|shared COUNT
 *
 * A line per segment, parts separated by tabs: rule, attributes, aggregate, filter, comparison. */
#include "bench/segments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: list_segments different|shared COUNT\n");
        return 2;
    }
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentsWish wish = {.seed = 1,
                         .has_shared_windows_only = strcmp(argv[1], "shared") == 0,
                         .as_of = {DATA_AS_OF_DAY}};
    size_t count = strtoull(argv[2], NULL, 10);
    BenchSegment *segments = bench_segments(&wish, count, arena);
    for (size_t i = 0; i < count; i++) {
        const BenchSegment *s = &segments[i];
        printf("%.*s\t%.*s\t%.*s\t%.*s\t%.*s\n", TEXT_FORMAT(s->rule), TEXT_FORMAT(s->attributes),
               TEXT_FORMAT(s->aggregate), TEXT_FORMAT(s->filter), TEXT_FORMAT(s->comparison));
    }
    return 0;
}
