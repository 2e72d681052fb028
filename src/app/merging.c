/* merging.c -- customers who may be one, and making them one. */
#include "app/merging.h"

#include "activation/bulk.h"

/* ---- merging ---- */

static Status find_taken(App *app, const MergeRequest *request, const Property **taken, Error *err)
{
    for (size_t i = 0; i < request->taken_count; i++)
        TRY(assignment_find_property(app_catalog(app), text_trim(request->taken[i]), &taken[i],
                                     err));
    return STATUS_OK;
}

/* A preview is the act, taken back: it cannot say anything else than what the act would do. */
static Status end_batch(Store *store, Status status, bool is_preview, Error *err)
{
    if (status == STATUS_OK && !is_preview) return store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

Status customers_merge(AppWork *work, const MergeRequest *request, Arena *arena,
                       MergeOutcome *ret_outcome, Error *err)
{
    Store *store = work->forming.store;
    const Property **taken = ARENA_ARRAY(arena, const Property *, request->taken_count);
    TRY(find_taken(work->app, request, taken, err));
    MergeOrder order = {.from = request->from,
                        .into = request->into,
                        .taken = taken,
                        .taken_count = request->taken_count,
                        .keeps_identical = request->keeps_identical,
                        .at = work->forming.now,
                        .author = work->forming.author,
                        .reason = request->reason};
    TRY(store_batch_begin(store, err));
    Status status = store_merge_customers(store, &order, arena, ret_outcome, err);
    return end_batch(store, status, request->is_preview, err);
}

Status customers_unmerge(AppWork *work, const UnmergeRequest *request, Arena *arena,
                         MergeOutcome *ret_outcome, Error *err)
{
    Store *store = work->forming.store;
    UnmergeOrder order = {request->from, work->forming.now, work->forming.author};
    TRY(store_batch_begin(store, err));
    Status status = store_unmerge_customers(store, &order, arena, ret_outcome, err);
    return end_batch(store, status, request->is_preview, err);
}

/* ---- who may be one ---- */

/* Those of a group who may be seen. */
static DuplicateGroup visible_part(const DuplicateGroup *group, const Bounds *bounds, Arena *arena)
{
    DuplicateGroup part = *group;
    if (bounds == NULL || !bounds->is_bounded) return part;
    CustomerId *seen = ARENA_ARRAY(arena, CustomerId, group->customers_count);
    part.customers = seen;
    part.customers_count = 0;
    for (size_t i = 0; i < group->customers_count; i++)
        if (bounds_have(bounds, group->customers[i]))
            seen[part.customers_count++] = group->customers[i];
    return part;
}

static Status describe(Store *store, const DuplicateGroup *group, Arena *arena,
                       DuplicateSuggestion *ret_suggestion, Error *err)
{
    CustomerSummary *customers = ARENA_ARRAY(arena, CustomerSummary, group->customers_count);
    TRY(store_describe_customers(store, group->customers, group->customers_count, arena, customers,
                                 err));
    *ret_suggestion = (DuplicateSuggestion){group, customers};
    return STATUS_OK;
}

static Status find_duplicates(Store *store, DuplicateQuery query, Arena *arena,
                              DuplicateList *ret_list, Error *err)
{
    DuplicateGroup *groups = NULL;
    size_t count = 0;
    DuplicateList list = {0};
    TRY(store_find_duplicates(store, query.customer, arena, &groups, &count, err));
    DuplicateSuggestion *items = ARENA_ARRAY(arena, DuplicateSuggestion, count);
    for (size_t i = 0; i < count; i++) {
        if (groups[i].is_dismissed != query.wants_dismissed) continue;
        groups[i] = visible_part(&groups[i], query.bounds, arena);
        if (groups[i].customers_count < 2) continue; /* one alone is no group */
        if (list.found_count++ >= query.limit) continue;
        TRY(describe(store, &groups[i], arena, &items[list.count++], err));
    }
    list.items = items;
    *ret_list = list;
    return STATUS_OK;
}

Status customers_find_duplicates(App *app, DuplicateQuery query, Arena *arena,
                                 DuplicateList *ret_list, Error *err)
{
    Store *store = app_store(app);
    TRY(store_read_begin(store, err));
    Status status = find_duplicates(store, query, arena, ret_list, err);
    store_read_end(store);
    return status;
}

Status customers_dismiss(AppWork *work, const DismissOrder *order, Arena *arena, Error *err)
{
    Store *store = work->forming.store;
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, order->count);
    for (size_t i = 0; i < order->count; i++)
        TRY(store_get_customer(store, order->codes[i], &customers[i], err));
    if (order->takes_back) return store_undismiss(store, customers, order->count, err);
    const Dismissal dismissal = {customers, order->count, work->forming.now, work->forming.author};
    return store_dismiss(store, &dismissal, err);
}
