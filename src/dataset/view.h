/* view.h -- one generation: a base, the customers changed since, and who of the base is hidden. */
#pragma once

#include "dataset/base.h"
#include "dataset/dataset.h"

/* Constant but for `uses`. */
struct DatasetView {
    Base *base;
    Image *changed;      /* NULL: nobody */
    CustomerSet overlay; /* not to be seen in the base: changed, new or erased since */
    CustomerId *hidden;  /* those of `overlay` that the base holds, ascending */
    size_t hidden_count;
    EngineData data;
    uint64_t data_version;
    uint64_t erasures_count; /* of the directory */
    uint64_t generation;
    unsigned uses; /* guarded by the dataset */
};

/* The state of `store`'s snapshot over a base. `before` is a view of the same base (NULL: none):
 * what did not change since is taken from it. OK without a view when a new base is needed. */
MUST_CHECK Status view_make(Base *base, const DatasetView *before, Store *store,
                            const Progress *progress, DatasetView **ret_view, Error *err);

typedef struct {
    Arena *arena; /* of the sentences */
    Text *items;
    size_t count, capacity;
} ViewProblems;
/* As dataset_check. */
MUST_CHECK Status view_check(const DatasetView *view, Store *store, const Progress *progress,
                             ViewProblems *problems, Error *err);

void view_free(DatasetView *view); /* accepts NULL; not the base */
