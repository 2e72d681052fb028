/* dataset.h -- one data directory ready for fast answers: the image of its truth, the customers
 * changed since, and the generations in which readers see them.
 *
 *   dataset_open ─> Dataset ─ dataset_acquire ─> DatasetView ─ engine.h ─> answers
 *
 * The image is a file in the data directory (made when it is missing, damaged, of an older format
 * or schema). Customers changed after it was built are read from the store in full and stand in
 * for those of the image: inserts, late events, corrections, deletions, erasure and changed
 * properties take this one path. When they are many, a new image is built beside the old one and
 * swapped; readers are never blocked, and each sees one generation until it lets go. */
#pragma once

#include "engine/engine.h"
#include "store/store.h"

typedef struct Dataset Dataset;
typedef struct DatasetView DatasetView;

typedef struct {
    const Progress *progress; /* of building the image; may be NULL */
    unsigned threads_count;   /* 0: one per processor */
} DatasetOptions;

/* Open what the directory of `path` holds, making the image when there is none that can be used; a
 * step of the progress tells why. Where the directory takes no file the image is kept in memory.
 * The dataset opens read handles of its own; whoever writes the directory does so elsewhere.
 * errors  as store_open and image_build */
MUST_CHECK Status dataset_open(const char *path, const DatasetOptions *options,
                               Dataset **ret_dataset, Error *err);
void dataset_close(Dataset *dataset); /* accepts NULL; every view was released */
void dataset_done(Dataset **dataset);

/* See what was committed since: read the changed customers, or build anew when the schema, the
 * items or too many customers changed. Cost follows what changed. CANCELLED leaves the generation
 * that was there. From one thread at a time; others may read and compact meanwhile. */
MUST_CHECK Status dataset_refresh(Dataset *dataset, const Progress *progress, Error *err);
/* Customers changed since the refresh before the last one (or opening), perhaps some more; borrowed
 * until the next one. `is_everything`: anything may have changed. For the thread that refreshes. */
const CustomerSet *dataset_changed(const Dataset *dataset, bool *ret_is_everything);

/* Fold the changed customers into a new image file. From any thread, while others read and refresh;
 * views live on. CANCELLED leaves everything as it was. */
MUST_CHECK Status dataset_compact(Dataset *dataset, const Progress *progress, Error *err);
/* Whether it is time to: many customers changed, or one that the image still holds was erased. */
bool dataset_wants_compaction(Dataset *dataset);

/* The newest generation, held until it is released; from any thread. */
const DatasetView *dataset_acquire(Dataset *dataset);
void dataset_release(Dataset *dataset, const DatasetView *view);
/* Hold a view once more for somebody else. */
const DatasetView *dataset_retain(Dataset *dataset, const DatasetView *view);
const char *dataset_path(const Dataset *dataset); /* of the data directory */

const EngineData *dataset_view_data(const DatasetView *view);
uint64_t dataset_view_generation(const DatasetView *view);   /* grows with every change seen */
uint64_t dataset_view_data_version(const DatasetView *view); /* of the store */
uint64_t dataset_view_customers_count(const DatasetView *view);
/* Its customers row by row, as the store gives them; the source lives in the arena. */
CustomerSource *dataset_view_source(const DatasetView *view, Arena *arena);

/* What a view rests on. */
typedef struct {
    bool is_in_memory; /* the directory takes no file */
    Text made_because; /* why it was made by this process, empty when it was found; the view's */
    bool has_trouble; /* that is worth telling: there was an unusable one, or no place for a file */
    uint64_t image_size_bytes, image_data_version;
    uint64_t image_customers, image_events;
    uint64_t changed_customers; /* read beside it: changed or new */
    uint64_t hidden_customers;  /* of the image: changed or erased */
} DatasetFacts;
DatasetFacts dataset_view_facts(const DatasetView *view);

/* Verify a view: every known fact of its images (image_check), and every customer with all he has
 * against the store. Problems are sentences, the first hundred; none when it is true. The view must
 * be of the store's present version: CONFLICT when it is not. */
MUST_CHECK Status dataset_check(Dataset *dataset, const Progress *progress, Arena *arena,
                                Text **ret_problems, size_t *ret_problems_count, Error *err);

/* Some blocks of customers picked at random, with all they have, against the store: for a nightly
 * look at a large base. Errors as dataset_check. */
typedef struct {
    unsigned percent; /* of the blocks; at least one is looked at */
    uint64_t seed;
    const Progress *progress;
} DatasetSample;

typedef struct {
    Text *problems;
    size_t problems_count;
    uint64_t blocks_count, customers_count; /* looked at */
} DatasetFindings;

MUST_CHECK Status dataset_check_blocks(Dataset *dataset, const DatasetSample *sample, Arena *arena,
                                       DatasetFindings *ret_findings, Error *err);

/* Remove the image of a directory; who needs one makes it again. */
MUST_CHECK Status dataset_drop(const char *path, Error *err);
