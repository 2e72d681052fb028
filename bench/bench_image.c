/* bench_image.c -- how fast an image is built, opened and checked, and what takes how much room.
 *
 * usage: bench_image PATH [SCALE [THREADS]]
 *
 * With a SCALE (data.h) the image of that company is built in THREADS (2) threads and written to
 * PATH; without one an image that is there is read. Prints rates of making the rows alone (one
 * pass), of the build (two passes with it), of opening and checking, of two questions about
 * everybody with summaries and without, and the bytes of every column by kinds of sections, in all
 * and per event or customer. */
#include "bench/data.h"

#include "columns/attach.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SEED = 1, THREADS_MAX = 64 };

/* ---- time ---- */

static double seconds_of(clockid_t clock_id)
{
    struct timespec time;
    clock_gettime(clock_id, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Wall time, and time of all threads on the processors: the one to compare on a busy machine. */
typedef struct {
    double wall_seconds, processor_seconds;
} Watch;

static Watch watch_start(void)
{
    return (Watch){seconds_of(CLOCK_MONOTONIC), seconds_of(CLOCK_PROCESS_CPUTIME_ID)};
}

static void print_rate(const char *what, Watch begin, double count, const char *unit)
{
    Watch end = watch_start();
    double wall_seconds = end.wall_seconds - begin.wall_seconds;
    double processor_seconds = end.processor_seconds - begin.processor_seconds;
    printf("%-28s %8.0f ms, %8.0f ms of processor %14.0f %s/s\n", what, wall_seconds * 1000,
           processor_seconds * 1000, count / wall_seconds, unit);
}

/* ---- room ---- */

enum { GROUP_NUMBERS, GROUP_TEXTS, GROUP_BESIDE, GROUP_COUNT };

static int group_of(SectionKind kind)
{
    switch (kind) {
    case SECTION_DATA:
    case SECTION_PRESENT:
    case SECTION_STREAM_OFFSETS:
    case SECTION_SET_OFFSETS:
    case SECTION_CUSTOMER_IDS: return GROUP_NUMBERS;
    case SECTION_DICTIONARY_OFFSETS:
    case SECTION_DICTIONARY_BYTES:
    case SECTION_DICTIONARY_CLASSES:
    case SECTION_DICTIONARY_JOINED:
    case SECTION_SHAPES:
    case SECTION_TEXT_NUMBERS:
    case SECTION_OWN_FIRSTS: return GROUP_TEXTS;
    case SECTION_WIDE_ROWS:
    case SECTION_WIDE_NUMBERS:
    case SECTION_ZONES:
    case SECTION_VALUE_BITS: return GROUP_BESIDE;
    case SECTION_KIND_COUNT: break;
    }
    ASSERT(false);
    return GROUP_BESIDE;
}

/* Bytes of the columns begin .. end-1. */
static double print_columns(const Image *image, size_t begin, size_t end, const char *owner)
{
    uint64_t all[GROUP_COUNT] = {0};
    for (size_t column = begin; column < end; column++) {
        uint64_t bytes[GROUP_COUNT] = {0};
        for (size_t i = 0; i < image->layout.header.sections_count; i++) {
            const SectionRecord *section = &image->layout.sections[i];
            if (section->owner != column) continue;
            bytes[group_of((SectionKind)section->kind)] += section->size;
        }
        if (bytes[0] + bytes[1] + bytes[2] == 0) continue;
        printf("  %-18s %3zu %12llu numbers %12llu texts %10llu beside\n", owner, column - begin,
               (unsigned long long)bytes[GROUP_NUMBERS], (unsigned long long)bytes[GROUP_TEXTS],
               (unsigned long long)bytes[GROUP_BESIDE]);
        for (int i = 0; i < GROUP_COUNT; i++)
            all[i] += bytes[i];
    }
    return (double)(all[GROUP_NUMBERS] + all[GROUP_TEXTS] + all[GROUP_BESIDE]);
}

static void print_sum(const char *what, double bytes, double count, const char *unit)
{
    printf("%-28s %14.0f bytes, %.2f per %s\n", what, bytes, bytes / count, unit);
}

static void print_sizes(const Image *image)
{
    const FormatHeader *header = &image->layout.header;
    double customers_count = header->customers_count;
    double bytes = print_columns(image, 0, header->properties_count, "property");
    print_sum("ids and properties", bytes, customers_count, "customer");
    double first_stream = 0;
    for (size_t i = 0; i < header->streams_count; i++) {
        size_t first = layout_stream_first(&image->layout, i);
        size_t summaries = layout_summaries_first(&image->layout, i);
        size_t end = layout_stream_first(&image->layout, i + 1);
        double events_count = (double)image->streams[i].count;
        if (events_count == 0) continue;
        printf("stream %zu, %.0f events\n", i, events_count);
        double own = print_columns(image, first, summaries, "event column");
        double summary = print_columns(image, summaries, end, "summary");
        print_sum("offsets and events", own, events_count, "event");
        print_sum("summaries", summary, events_count, "event");
        if (first_stream == 0) first_stream = own + summary + bytes;
    }
    double events_count = (double)image->streams[0].count;
    print_sum("customers with stream 0", first_stream, events_count, "event of stream 0");
    print_sum("the whole image", (double)image_size_bytes(image), customers_count, "customer");
}

/* ---- what summaries are worth ---- */

/* How many customers did something at or after this stored day, by looking at their last events. */
static uint64_t count_recent_by_events(const StreamColumns *stream, uint32_t rows_count,
                                       uint64_t least)
{
    const uint16_t *days = stream->day.data;
    uint64_t count = 0;
    for (uint32_t row = 0; row < rows_count; row++) {
        uint32_t end = stream->offsets[row + 1];
        count += end > stream->offsets[row] && days[end - 1] >= least;
    }
    return count;
}

static uint64_t count_rich_by_events(const StreamColumns *stream, size_t slot, uint32_t rows_count,
                                     int64_t least)
{
    const uint32_t *amounts = stream->fields[slot].data;
    int64_t factor = stream->fields[slot].factor;
    uint64_t count = 0;
    for (uint32_t row = 0; row < rows_count; row++) {
        uint64_t sum = 0;
        for (uint32_t i = stream->offsets[row]; i < stream->offsets[row + 1]; i++)
            sum += amounts[i];
        count += (int64_t)sum * factor >= least;
    }
    return count;
}

static uint64_t count_at_least(const Column *summary, uint32_t rows_count, uint64_t least)
{
    const uint16_t *halves = summary->data;
    const uint32_t *words = summary->data;
    uint64_t count = 0;
    if (summary->width_bytes == 2)
        for (uint32_t row = 0; row < rows_count; row++)
            count += halves[row] >= least;
    else
        for (uint32_t row = 0; row < rows_count; row++)
            count += words[row] >= least;
    return count;
}

/* Recency and money of everybody, one thread, with and without summaries. */
static void measure_summaries(const Image *image)
{
    const StreamColumns *stream = image_stream(image, STREAM_PURCHASE);
    const Column *total = stream->totals[PURCHASE_AMOUNT], *last = stream->last_day;
    uint32_t rows_count = image_customers_count(image);
    bool are_kept = total != NULL && last != NULL && last->width_bytes == 2 &&
                    stream->day.width_bytes == 2 && total->width_bytes == 4 && total->base == 0 &&
                    stream->fields[PURCHASE_AMOUNT].width_bytes == 4;
    if (!are_kept) return;
    uint64_t recent = (uint64_t)(stream->day.max - 30 - last->base), counts[4];
    int64_t money = 20000 * INT64_C(10000);
    for (int round = 0; round < 2; round++) { /* the first one warms up */
        Watch begin = watch_start();
        counts[0] = count_recent_by_events(stream, rows_count,
                                           (uint64_t)(stream->day.max - 30 - stream->day.base));
        if (round > 0) print_rate("recency by events", begin, rows_count, "customers");
        begin = watch_start();
        counts[1] = count_at_least(last, rows_count, recent);
        if (round > 0) print_rate("recency by summary", begin, rows_count, "customers");
        begin = watch_start();
        counts[2] = count_rich_by_events(stream, PURCHASE_AMOUNT, rows_count, money);
        if (round > 0) print_rate("money by events", begin, rows_count, "customers");
        begin = watch_start();
        counts[3] = count_at_least(total, rows_count, (uint64_t)(money / total->factor));
        if (round > 0) print_rate("money by summary", begin, rows_count, "customers");
    }
    ASSERT(counts[0] == counts[1] && counts[2] == counts[3]);
}

/* ---- the steps ---- */

static double count_events(const Image *image)
{
    double count = 0;
    for (size_t i = 0; i < image_streams_count(image); i++)
        count += (double)image_stream(image, i)->count;
    return count;
}

static Status measure_source(const BenchData *data, Error *err)
{
    AUTO(arena_done) Arena *all = arena_new(), *arena = arena_new();
    /* the part with the fewest customers of a hundred: with an equal share of the events */
    uint32_t end = bench_data_part_begin(data, 1, 100);
    CustomerSource *source = bench_data_source(data, 1, end, all);
    CustomerRow row = {.id = {1}};
    double events_count = 0;
    Watch begin = watch_start();
    TRY(source->rewind(source, err));
    while (row.id.value != 0) {
        arena_reset(arena);
        TRY(source->next(source, arena, &row, err));
        for (size_t i = 0; row.id.value != 0 && i < data->schema->streams_count; i++)
            events_count += (double)row.events[i].count;
    }
    print_rate("making a hundredth of rows", begin, events_count, "events");
    return STATUS_OK;
}

static Status build(const char *path, const char *scale, unsigned threads_count, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const BenchData *data;
    CustomerSource *sources[THREADS_MAX];
    TRY(bench_data_new(text_of(scale), SEED, arena, &data, err));
    TRY(measure_source(data, err));
    for (unsigned i = 0; i < threads_count; i++)
        sources[i] = bench_data_source(data, bench_data_part_begin(data, i, threads_count),
                                       bench_data_part_begin(data, i + 1, threads_count), arena);
    ImageInput input = {.schema = data->schema,
                        .sources = sources,
                        .sources_count = threads_count,
                        .items = data->item_pointers,
                        .items_count = DATA_ITEMS,
                        .data_version = 1};
    Watch begin = watch_start();
    TRY(image_build(path, &input, NULL, err));
    double events_count = data->purchases + data->interactions + data->settlements;
    print_rate("build", begin, events_count, "events");
    return STATUS_OK;
}

static Status measure_reading(const char *path, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(image_done) Image *trusted = NULL, *verified = NULL;
    Text *problems;
    size_t problems_count;
    Watch begin = watch_start();
    TRY(image_open(path, true, &trusted, err));
    double size_bytes = (double)image_size_bytes(trusted);
    print_rate("open, trusted", begin, size_bytes, "bytes");
    begin = watch_start();
    TRY(image_open(path, false, &verified, err));
    print_rate("open, verified", begin, size_bytes, "bytes");
    begin = watch_start();
    TRY(image_check(verified, NULL, arena, &problems, &problems_count, err));
    print_rate("check", begin, count_events(verified), "events");
    for (size_t i = 0; i < problems_count; i++)
        printf("%.*s\n", TEXT_FORMAT(problems[i]));
    measure_summaries(verified);
    print_sizes(verified);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    Error err = {0};
    unsigned threads_count = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 2;
    if (argc < 2 || threads_count < 1 || threads_count > THREADS_MAX) {
        fprintf(stderr, "usage: bench_image PATH [SCALE [THREADS]]\n");
        return 2;
    }
    Status status = argc > 2 ? build(argv[1], argv[2], threads_count, &err) : STATUS_OK;
    if (status == STATUS_OK) status = measure_reading(argv[1], &err);
    if (status == STATUS_OK) return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
