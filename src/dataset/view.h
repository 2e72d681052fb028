/* view.h -- one generation: a base, the customers changed since in a few images, and whom of each
 * to see.
 *
 * A refresh makes one small image of whom it found changed and hides them in all older ones. An
 * image that what came later has reached in size becomes one with it, so that there are few and
 * each customer is written again only so often. Of a customer only what changed is read from the
 * store, the rest out of the image that held him. */
#pragma once

#include "dataset/base.h"
#include "dataset/dataset.h"
#include "dataset/readers.h"

#include <stdatomic.h>

/* Customers who changed since the base was built, as one image; the views that see some of them
 * share it. */
typedef struct {
    Image *image;
    atomic_uint uses;
} ViewPart;

enum { VIEW_PARTS_MAX = ENGINE_LAYERS_MAX - 1 };

/* Constant but for `uses`. */
struct DatasetView {
    Base *base;
    ViewPart *parts[VIEW_PARTS_MAX]; /* older ones first, much smaller ones after */
    size_t parts_count;
    uint64_t changed_count; /* since the base was made: changed, new or erased; or a few more */
    /* Whom to see of the base and of each part; owned, pointed to by `data`. NULL: everybody. */
    uint64_t *visible[ENGINE_LAYERS_MAX];
    EngineData data;
    uint64_t data_version;
    uint64_t erasures_count; /* of the directory */
    uint64_t generation;
    unsigned uses; /* guarded by the dataset */
};

/* How many are seen of a layer: 0 is the base. */
uint64_t view_layer_count(const DatasetView *view, size_t layer);
/* Those who are seen of a layer, or those who are not; the caller's to free. */
CustomerSet view_layer_ids(const DatasetView *view, size_t layer, bool is_visible);

/* What a view is made of. */
typedef struct {
    Base *base;
    const DatasetView *before; /* of the same base: what did not change is its; NULL: none */
    Store *store;              /* in its snapshot */
    Readers *helpers; /* more handles on the directory, opened when there is much to read */
    const char *path;
    unsigned threads_count;
    const Progress *progress;
} ViewInput;

/* The state of the snapshot. OK without a view when a new base is needed. */
MUST_CHECK Status view_make(const ViewInput *input, DatasetView **ret_view, Error *err);

typedef struct {
    Arena *arena; /* of the sentences */
    Text *items;
    size_t count, capacity;
    uint64_t blocks_count, customers_count; /* looked at */
    uint64_t customers_wanted;              /* to look at, nearly */
} ViewProblems;
/* As dataset_check. */
MUST_CHECK Status view_check(const DatasetView *view, Store *store, const Progress *progress,
                             ViewProblems *problems, Error *err);

/* As dataset_check_blocks. */
MUST_CHECK Status view_check_blocks(const DatasetView *view, Store *store,
                                    const DatasetSample *sample, ViewProblems *problems,
                                    Error *err);

void view_free(DatasetView *view); /* accepts NULL; not the base */
