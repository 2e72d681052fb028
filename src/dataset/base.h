/* base.h -- the image that everything in a generation rests on: found in the directory, or made. */
#pragma once

#include "dataset/image_file.h"
#include "dataset/readers.h"

/* Shared by the generations that rest on it, constant but for `uses`. */
typedef struct {
    Image *image;
    Arena *arena; /* of the schema and the base itself */
    const Schema *schema;
    uint64_t erasures_count; /* of the directory when the image was made or found */
    bool is_in_memory;       /* the directory takes no file */
    Text made_because;       /* empty: found as it was */
    bool has_trouble;        /* there was one that could not be used, or no place for a file */
    unsigned uses;           /* guarded by the dataset */
} Base;

typedef struct {
    ImageFile file;
    unsigned threads_count;
} BasePlan;

/* Whether so many changed customers are better read into a new image than beside the old one. */
bool base_is_outgrown(const Image *image, uint64_t changed_count);

/* The image of the directory, made anew when it cannot be used. `store` is a reader without a
 * snapshot. */
MUST_CHECK Status base_open(const BasePlan *plan, Store *store, const Progress *progress,
                            Base **ret_base, Error *err);
/* Make it anew, telling why (NULL: too much has changed); unless another process has made one that
 * can be used and is newer than `data_version` meanwhile. */
typedef struct {
    const char *reason;
    uint64_t data_version;
} BaseNeed;
extern const char base_folding[]; /* the reason of a compaction */
MUST_CHECK Status base_build(const BasePlan *plan, const BaseNeed *need, const Progress *progress,
                             Base **ret_base, Error *err);
void base_free(Base *base); /* accepts NULL */
void base_done(Base **base);
