/* test_threads.c -- readers see one whole generation each while others refresh and compact. */
#include "base/thread.h"
#include "dataset/dataset.h"
#include "dataset/history.h"

#include <stdatomic.h>

enum { READERS_COUNT = 2, STEPS_COUNT = 25 };

typedef struct {
    Dataset *dataset;
    atomic_bool is_over;
    atomic_uint views_count, wrong_count, compactions_count;
} Shared;

/* Every customer of a view once, in order, as many as it says; the same a second time. */
static bool is_whole(const DatasetView *view, Arena *arena)
{
    for (int pass = 0; pass < 2; pass++) {
        CustomerSource *source = dataset_view_source(view, arena);
        uint64_t count = 0;
        uint32_t before = 0;
        for (CustomerRow row;;) {
            Error err;
            if (source->next(source, arena, &row, &err) != STATUS_OK) return false;
            if (row.id.value == 0) break;
            if (row.id.value <= before) return false;
            before = row.id.value;
            count++;
        }
        if (count != dataset_view_customers_count(view)) return false;
    }
    return true;
}

static void read_views(void *context)
{
    Shared *shared = context;
    AUTO(arena_done) Arena *arena = arena_new();
    uint64_t generation = 0;
    while (!atomic_load(&shared->is_over)) {
        const DatasetView *view = dataset_acquire(shared->dataset);
        if (!is_whole(view, arena)) atomic_fetch_add(&shared->wrong_count, 1);
        if (dataset_view_generation(view) < generation) atomic_fetch_add(&shared->wrong_count, 1);
        generation = dataset_view_generation(view);
        dataset_release(shared->dataset, view);
        atomic_fetch_add(&shared->views_count, 1);
        arena_reset(arena);
    }
}

static void compact(void *context)
{
    Shared *shared = context;
    while (!atomic_load(&shared->is_over)) {
        Error err;
        if (dataset_compact(shared->dataset, NULL, &err) != STATUS_OK)
            atomic_fetch_add(&shared->wrong_count, 1);
        atomic_fetch_add(&shared->compactions_count, 1);
    }
}

TEST(readers_and_compaction_go_on_while_data_changes)
{
    History history = history_open(harness_seed());
    Fixture *fixture = &history.fixture;
    DatasetOptions options = {.threads_count = 2};
    Shared shared = {0};
    EXPECT_OK(dataset_open(fixture->path, &options, &shared.dataset, &fixture->err), &fixture->err);
    Thread threads[READERS_COUNT + 1];
    for (int i = 0; i <= READERS_COUNT; i++)
        EXPECT_OK(thread_start(i == 0 ? compact : read_views, &shared, &threads[i], &fixture->err),
                  &fixture->err);
    for (int step = 0; step < STEPS_COUNT || atomic_load(&shared.compactions_count) < 3; step++) {
        history_step(&history);
        EXPECT_OK(dataset_refresh(shared.dataset, NULL, &fixture->err), &fixture->err);
    }
    atomic_store(&shared.is_over, true);
    for (int i = 0; i <= READERS_COUNT; i++)
        thread_join(threads[i]);
    EXPECT_INT(atomic_load(&shared.wrong_count), 0);
    EXPECT(atomic_load(&shared.views_count) > 0);
    EXPECT_OK(dataset_refresh(shared.dataset, NULL, &fixture->err), &fixture->err);
    Text *problems;
    size_t count = 1;
    EXPECT_OK(dataset_check(shared.dataset, NULL, fixture->arena, &problems, &count, &fixture->err),
              &fixture->err);
    EXPECT_INT(count, 0);
    dataset_close(shared.dataset);
    history_done(&history);
}
