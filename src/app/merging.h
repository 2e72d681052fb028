/* merging.h -- customers who may be one, and making them one. */
#pragma once

#include "app/bounds.h"
#include "app/work.h"
#include "store/dismissals.h"
#include "store/merges.h"

typedef struct {
    Text from, into;   /* codes */
    const Text *taken; /* properties whose value is FROM's even where INTO has one */
    size_t taken_count;
    bool keeps_identical;
    Text reason;
    bool is_preview; /* say what would be, and change nothing */
} MergeRequest;

/* The work is open for writing, also for a preview, which is the act itself taken back.
 * errors  as store_merge_customers; NOT_FOUND for an unknown property */
MUST_CHECK Status customers_merge(AppWork *work, const MergeRequest *request, Arena *arena,
                                  MergeOutcome *ret_outcome, Error *err);
/* Take the merge of a customer back, or say what would come of it.
 * errors  as store_unmerge_customers */
typedef struct {
    Text from; /* his code */
    bool is_preview;
} UnmergeRequest;
MUST_CHECK Status customers_unmerge(AppWork *work, const UnmergeRequest *request, Arena *arena,
                                    MergeOutcome *ret_outcome, Error *err);

/* One of several who may be one. */
typedef struct {
    const DuplicateGroup *group;
    const CustomerSummary *customers; /* as many as the group has */
} DuplicateSuggestion;

typedef struct {
    const DuplicateSuggestion *items;
    size_t count;
    uint64_t found_count; /* with those beyond the limit */
} DuplicateList;

typedef struct {
    CustomerId customer; /* only groups that he is in; 0: all */
    size_t limit;
    bool wants_dismissed; /* only those of whom somebody said that they are not one, else only the
                           * others */
    const Bounds *bounds; /* of each group those who are in them; NULL: everybody is */
} DuplicateQuery;

MUST_CHECK Status customers_find_duplicates(App *app, DuplicateQuery query, Arena *arena,
                                            DuplicateList *ret_list, Error *err);

/* Say that customers who look like one are not, or take that back; they are told by their codes.
 * errors  NOT_FOUND names near codes; as store_dismiss, store_undismiss */
typedef struct {
    const Text *codes;
    size_t count;
    bool takes_back;
} DismissOrder;
MUST_CHECK Status customers_dismiss(AppWork *work, const DismissOrder *order, Arena *arena,
                                    Error *err);
