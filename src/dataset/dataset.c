/* dataset.c -- one data directory ready for fast answers: generations, refreshing, compaction.
 *
 * 1. `mutex` guards `current`, `generations_count` and the uses of views and bases. It is held for
 *    a few instructions, so readers never wait.
 * 2. `work` guards everything else: a refresh holds it from begin to end, a compaction only to
 * bring its new base up to date. It is taken before `mutex`.
 * 3. A view holds one use of its base, and the dataset one of the current view. */
#include "dataset/dataset.h"

#include "base/memory.h"
#include "dataset/view.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 16 };

struct Dataset {
    Arena *arena; /* of the paths */
    BasePlan plan;

    pthread_mutex_t mutex;
    DatasetView *current;
    uint64_t generations_count;

    pthread_mutex_t work;
    Store *store;          /* a reader */
    Readers helpers;       /* more of them, when there is much to read */
    StoreChanges reported; /* what the last refresh told, up to its version */
};

/* ---- views ---- */

static void release_locked(DatasetView *view, DatasetView **ret_dead, Base **ret_dead_base)
{
    *ret_dead = NULL;
    *ret_dead_base = NULL;
    if (view == NULL || --view->uses > 0) return;
    *ret_dead = view;
    if (--view->base->uses == 0) *ret_dead_base = view->base;
}

static void free_both(DatasetView *view, Base *base)
{
    view_free(view);
    base_free(base);
}

const DatasetView *dataset_acquire(Dataset *dataset)
{
    pthread_mutex_lock(&dataset->mutex);
    DatasetView *view = dataset->current;
    view->uses++;
    pthread_mutex_unlock(&dataset->mutex);
    return view;
}

/* The dataset's own view, which a reader got as a constant. */
static DatasetView *own_view(const DatasetView *view)
{
    union {
        const DatasetView *constant;
        DatasetView *own;
    } both = {.constant = view};
    return both.own;
}

const DatasetView *dataset_retain(Dataset *dataset, const DatasetView *view)
{
    pthread_mutex_lock(&dataset->mutex);
    own_view(view)->uses++;
    pthread_mutex_unlock(&dataset->mutex);
    return view;
}

const char *dataset_path(const Dataset *dataset)
{
    return dataset->plan.file.directory;
}

void dataset_release(Dataset *dataset, const DatasetView *view)
{
    DatasetView *dead;
    Base *dead_base;
    pthread_mutex_lock(&dataset->mutex);
    release_locked(own_view(view), &dead, &dead_base);
    pthread_mutex_unlock(&dataset->mutex);
    free_both(dead, dead_base);
}

/* Let a view be the current one; it takes a use of its base. */
static void publish(Dataset *dataset, DatasetView *view)
{
    DatasetView *dead;
    Base *dead_base;
    pthread_mutex_lock(&dataset->mutex);
    view->uses = 1;
    view->base->uses++;
    view->generation = ++dataset->generations_count;
    release_locked(dataset->current, &dead, &dead_base);
    dataset->current = view;
    pthread_mutex_unlock(&dataset->mutex);
    free_both(dead, dead_base);
}

/* ---- following the store ---- */

static ViewInput view_input(Dataset *dataset, Base *base, const Progress *progress)
{
    return (ViewInput){.base = base,
                       .store = dataset->store,
                       .helpers = &dataset->helpers,
                       .path = dataset_path(dataset),
                       .threads_count = dataset->plan.threads_count,
                       .progress = progress};
}

/* A view of the store's snapshot over a base that nobody uses yet; none when it is outdated. */
static Status view_of_new_base(Dataset *dataset, Base *base, const Progress *progress, Error *err)
{
    DatasetView *view;
    ViewInput input = view_input(dataset, base, progress);
    TRY(view_make(&input, &view, err));
    if (view != NULL) publish(dataset, view);
    return STATUS_OK;
}

static Status begin_with_new_base(Dataset *dataset, Base **base, const Progress *progress,
                                  Error *err)
{
    Base *own = *base;
    TRY(store_read_begin(dataset->store, err));
    Status status = view_of_new_base(dataset, own, progress, err);
    store_read_end(dataset->store);
    if (own->uses > 0) *base = NULL; /* the view has it now */
    return status;
}

/* Make a base and stand on it; again when it was outdated before it was ready. */
static Status rebuild(Dataset *dataset, const BaseNeed *need, const Progress *progress, Error *err)
{
    const DatasetView *before = dataset->current;
    while (dataset->current == before) {
        AUTO(base_done) Base *base = NULL;
        TRY(base_build(&dataset->plan, need, progress, &base, err));
        TRY(begin_with_new_base(dataset, &base, progress, err));
    }
    return STATUS_OK;
}

/* A view over the present base when it will do. */
static Status follow(Dataset *dataset, const Progress *progress, bool *ret_is_done, Error *err)
{
    DatasetView *current = dataset->current, *view = NULL;
    uint64_t version;
    TRY(store_data_version(dataset->store, &version, err));
    *ret_is_done = version == current->data_version;
    if (*ret_is_done) return STATUS_OK;
    ViewInput input = view_input(dataset, current->base, progress);
    input.before = current;
    TRY(view_make(&input, &view, err));
    *ret_is_done = view != NULL;
    if (view != NULL) publish(dataset, view);
    return STATUS_OK;
}

/* What has changed since the last report, up to the current view. */
static Status report_changes(Dataset *dataset, Error *err)
{
    StoreChanges changes;
    TRY(store_changes_since(dataset->store, dataset->reported.data_version, &changes, err));
    customer_set_free(&dataset->reported.customers);
    dataset->reported = changes;
    /* what was committed after the view is told again once it can be seen */
    dataset->reported.data_version = dataset->current->data_version;
    return STATUS_OK;
}

static Status refresh(Dataset *dataset, const Progress *progress, Error *err)
{
    bool is_done;
    TRY(store_read_begin(dataset->store, err));
    Status status = follow(dataset, progress, &is_done, err);
    if (status == STATUS_OK && is_done) status = report_changes(dataset, err);
    store_read_end(dataset->store);
    if (status != STATUS_OK || is_done) return status;
    BaseNeed need = {.data_version = image_data_version(dataset->current->base->image)};
    TRY(rebuild(dataset, &need, progress, err));
    return report_changes(dataset, err);
}

Status dataset_refresh(Dataset *dataset, const Progress *progress, Error *err)
{
    pthread_mutex_lock(&dataset->work);
    Status status = refresh(dataset, progress, err);
    pthread_mutex_unlock(&dataset->work);
    return status;
}

const CustomerSet *dataset_changed(const Dataset *dataset, bool *ret_is_everything)
{
    *ret_is_everything = dataset->reported.is_everything;
    return &dataset->reported.customers;
}

/* ---- compaction ---- */

Status dataset_compact(Dataset *dataset, const Progress *progress, Error *err)
{
    const DatasetView *view = dataset_acquire(dataset);
    BaseNeed need = {.reason = base_folding, .data_version = image_data_version(view->base->image)};
    dataset_release(dataset, view);
    AUTO(base_done) Base *base = NULL;
    TRY(base_build(&dataset->plan, &need, progress, &base, err));
    pthread_mutex_lock(&dataset->work);
    Status status = begin_with_new_base(dataset, &base, progress, err);
    pthread_mutex_unlock(&dataset->work);
    return status;
}

bool dataset_wants_compaction(Dataset *dataset)
{
    enum { SHARE = 2 }; /* of what a base takes at most */
    const DatasetView *view = dataset_acquire(dataset);
    bool is_wanted = view->erasures_count != view->base->erasures_count ||
                     base_is_outgrown(view->base->image, view->changed_count * SHARE);
    dataset_release(dataset, view);
    return is_wanted;
}

/* ---- life ---- */

static unsigned threads_count(unsigned wanted)
{
    if (wanted != 0) return wanted < THREADS_MAX ? wanted : THREADS_MAX;
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count < THREADS_MAX ? (unsigned)count : THREADS_MAX;
}

static Status open_inside(Dataset *dataset, const char *path, const DatasetOptions *options,
                          Error *err)
{
    TRY(store_open(path, STORE_READ, &dataset->store, err));
    AUTO(base_done) Base *base = NULL;
    TRY(base_open(&dataset->plan, dataset->store, options->progress, &base, err));
    TRY(begin_with_new_base(dataset, &base, options->progress, err));
    if (dataset->current == NULL) { /* it was outdated meanwhile */
        BaseNeed need = {0};
        TRY(rebuild(dataset, &need, options->progress, err));
    }
    dataset->reported.data_version = dataset->current->data_version;
    return STATUS_OK;
}

Status dataset_open(const char *path, const DatasetOptions *options, Dataset **ret_dataset,
                    Error *err)
{
    Dataset *dataset = MEMORY_NEW(Dataset);
    dataset->arena = arena_new();
    dataset->plan = (BasePlan){.file = image_file_of(path, dataset->arena),
                               .threads_count = threads_count(options->threads_count)};
    pthread_mutex_init(&dataset->mutex, NULL);
    pthread_mutex_init(&dataset->work, NULL);
    Status status = open_inside(dataset, path, options, err);
    if (status != STATUS_OK)
        dataset_close(dataset);
    else
        *ret_dataset = dataset;
    return status;
}

void dataset_close(Dataset *dataset)
{
    if (dataset == NULL) return;
    if (dataset->current != NULL) {
        ASSERT(dataset->current->uses == 1);
        dataset_release(dataset, dataset->current);
    }
    store_close(dataset->store);
    readers_done(&dataset->helpers);
    customer_set_free(&dataset->reported.customers);
    pthread_mutex_destroy(&dataset->mutex);
    pthread_mutex_destroy(&dataset->work);
    arena_free(dataset->arena);
    free(dataset);
}

void dataset_done(Dataset **dataset)
{
    dataset_close(*dataset);
    *dataset = NULL;
}

Status dataset_check(Dataset *dataset, const Progress *progress, Arena *arena, Text **ret_problems,
                     size_t *ret_problems_count, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    TRY(store_open(dataset->plan.file.directory, STORE_READ, &store, err));
    const DatasetView *view = dataset_acquire(dataset);
    ViewProblems problems = {.arena = arena};
    Status status = view_check(view, store, progress, &problems, err);
    dataset_release(dataset, view);
    *ret_problems = problems.items;
    *ret_problems_count = problems.count;
    return status;
}

Status dataset_check_blocks(Dataset *dataset, const DatasetSample *sample, Arena *arena,
                            DatasetFindings *ret_findings, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    TRY(store_open(dataset->plan.file.directory, STORE_READ, &store, err));
    const DatasetView *view = dataset_acquire(dataset);
    ViewProblems problems = {.arena = arena};
    Status status = view_check_blocks(view, store, sample, &problems, err);
    dataset_release(dataset, view);
    *ret_findings = (DatasetFindings){.problems = problems.items,
                                      .problems_count = problems.count,
                                      .blocks_count = problems.blocks_count,
                                      .customers_count = problems.customers_count};
    return status;
}

Status dataset_drop(const char *path, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(store_done) Store *store = NULL;
    TRY(store_open(path, STORE_READ, &store, err)); /* only in a data directory */
    ImageFile file = image_file_of(path, arena);
    AUTO(image_file_unlock) int lock = -1;
    TRY(image_file_lock(&file, NULL, &lock, err));
    image_file_remove(&file);
    return STATUS_OK;
}

/* ---- what a view holds ---- */

const EngineData *dataset_view_data(const DatasetView *view)
{
    return &view->data;
}

uint64_t dataset_view_generation(const DatasetView *view)
{
    return view->generation;
}

uint64_t dataset_view_data_version(const DatasetView *view)
{
    return view->data_version;
}

uint64_t dataset_view_customers_count(const DatasetView *view)
{
    uint64_t count = 0;
    for (size_t layer = 0; layer < view->data.layers_count; layer++)
        count += view_layer_count(view, layer);
    return count;
}

DatasetFacts dataset_view_facts(const DatasetView *view)
{
    const Image *image = view->base->image;
    DatasetFacts facts = {
        .is_in_memory = view->base->is_in_memory,
        .made_because = view->base->made_because,
        .has_trouble = view->base->has_trouble,
        .image_size_bytes = image_size_bytes(image),
        .image_data_version = image_data_version(image),
        .image_customers = image_customers_count(image),
        .changed_customers = dataset_view_customers_count(view) - view_layer_count(view, 0),
        .hidden_customers = image_customers_count(image) - view_layer_count(view, 0),
    };
    for (size_t i = 0; i < image_streams_count(image); i++)
        facts.image_events += image_stream(image, i)->count;
    return facts;
}
