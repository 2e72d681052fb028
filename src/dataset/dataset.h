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

/* Open what the directory of `path` holds, making the image when there is none that can be used.
 * The dataset opens read handles of its own; whoever writes the directory does so elsewhere.
 * errors  as store_open and image_build; IO when the directory takes no file and the image cannot
 *         be kept in memory instead */
MUST_CHECK Status dataset_open(const char *path, const DatasetOptions *options,
                               Dataset **ret_dataset, Error *err);
void dataset_close(Dataset *dataset); /* accepts NULL; every view was released */
void dataset_done(Dataset **dataset);

/* See what was committed since: read the changed customers, or build anew when the schema, the
 * items or too many customers changed. Cost follows what changed. CANCELLED leaves the generation
 * that was there. From one thread at a time. */
MUST_CHECK Status dataset_refresh(Dataset *dataset, const Progress *progress, Error *err);
/* Customers changed by the last refresh, borrowed until the next one; `is_everything`: the image
 * was built anew for another reason than compaction, so anything may have changed. */
const CustomerSet *dataset_changed(const Dataset *dataset, bool *ret_is_everything);

/* Fold the changed customers into a new image file. Views live on. */
MUST_CHECK Status dataset_compact(Dataset *dataset, const Progress *progress, Error *err);

/* The newest generation, held until it is released; from any thread. */
const DatasetView *dataset_acquire(Dataset *dataset);
void dataset_release(Dataset *dataset, const DatasetView *view);

const EngineData *dataset_view_data(const DatasetView *view);
uint64_t dataset_view_generation(const DatasetView *view); /* grows with every refresh */
uint64_t dataset_view_customers_count(const DatasetView *view);
