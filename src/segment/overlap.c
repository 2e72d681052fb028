/* overlap.c -- what segments have in common, and how they cover the base. */
#include "segment/overlap.h"

#include "engine/overlap.h"

#include <stdlib.h>

double segment_overlap_jaccard(const SegmentOverlap *overlap)
{
    uint64_t either = overlap->first_count + overlap->second_count - overlap->common_count;
    return either == 0 ? 0 : (double)overlap->common_count / (double)either;
}

/* ---- pairs ---- */

static int compare_overlaps(const void *a, const void *b)
{
    const SegmentOverlap *x = a, *y = b;
    if (x->common_count != y->common_count) return x->common_count > y->common_count ? -1 : 1;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return x->second < y->second ? -1 : x->second > y->second;
}

typedef struct {
    SegmentOverlap *items;
    size_t count, capacity;
} OverlapList;

static void note_pair(const SegmentSets *sets, size_t first, size_t second, uint64_t common_count,
                      Arena *arena, OverlapList *list)
{
    SegmentOverlap overlap = {first, second, sets->counts[first], sets->counts[second],
                              common_count};
    if (common_count > 0) ARENA_PUSH(arena, list, overlap);
}

static Status all_pairs(const SegmentSets *sets, Arena *arena, OverlapList *list, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    const CustomerSet **pointers = ARENA_ARRAY(scratch, const CustomerSet *, sets->count);
    uint64_t *common = ARENA_ARRAY(scratch, uint64_t, sets->count * sets->count);
    for (size_t i = 0; i < sets->count; i++)
        pointers[i] = &sets->sets[i];
    TRY(overlap_count(pointers, sets->count, 0, common, err));
    for (size_t i = 0; i < sets->count; i++)
        for (size_t j = i + 1; j < sets->count; j++)
            note_pair(sets, i, j, common[i * sets->count + j], arena, list);
    return STATUS_OK;
}

static void pairs_of_one(const SegmentSets *sets, size_t one, Arena *arena, OverlapList *list)
{
    for (size_t i = 0; i < sets->count; i++)
        if (i != one)
            note_pair(sets, one, i, customer_set_count_common(&sets->sets[one], &sets->sets[i]),
                      arena, list);
}

Status segment_overlaps(const SegmentSets *sets, size_t against, Arena *arena,
                        SegmentOverlap **ret_overlaps, size_t *ret_count, Error *err)
{
    OverlapList list = {0};
    if (against == SIZE_MAX)
        TRY(all_pairs(sets, arena, &list, err));
    else
        pairs_of_one(sets, against, arena, &list);
    if (list.count > 0) qsort(list.items, list.count, sizeof *list.items, compare_overlaps);
    *ret_overlaps = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

/* ---- combinations ---- */

/* Which of the sets hold a customer. */
static uint32_t members_of(const SegmentSets *sets, CustomerId id)
{
    uint32_t members = 0;
    for (size_t i = 0; i < sets->count; i++)
        if (customer_set_has(&sets->sets[i], id)) members |= UINT32_C(1) << i;
    return members;
}

/* counts[m]: customers in all sets of m and others -- from those exactly in m. */
static void add_supersets(uint64_t *counts, size_t sets_count)
{
    for (size_t bit = 0; bit < sets_count; bit++)
        for (size_t members = 0; members < (size_t)1 << sets_count; members++)
            if ((members >> bit & 1) == 0) counts[members] += counts[members | (size_t)1 << bit];
}

Status segment_regions(const SegmentSets *sets, Arena *arena, SegmentRegion **ret_regions,
                       size_t *ret_count, Error *err)
{
    if (sets->count > SEGMENT_REGIONS_SETS_MAX)
        return error_set(err, STATUS_LIMIT, "combinations are counted of at most %d segments",
                         SEGMENT_REGIONS_SETS_MAX);
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(customer_set_free) CustomerSet all = {0};
    size_t combinations = (size_t)1 << sets->count;
    uint64_t *exact = ARENA_ARRAY(scratch, uint64_t, combinations);
    uint64_t *counts = ARENA_ARRAY(scratch, uint64_t, combinations);
    for (size_t i = 0; i < sets->count; i++)
        customer_set_unite(&all, &sets->sets[i]);
    FOR_EACH_CUSTOMER (id, &all)
        exact[members_of(sets, id)]++;
    for (size_t i = 0; i < combinations; i++)
        counts[i] = exact[i];
    add_supersets(counts, sets->count);
    SegmentRegion *regions = ARENA_ARRAY(arena, SegmentRegion, combinations);
    size_t count = 0;
    for (size_t i = 1; i < combinations; i++)
        if (counts[i] > 0) regions[count++] = (SegmentRegion){(uint32_t)i, counts[i], exact[i]};
    *ret_regions = regions;
    *ret_count = count;
    return STATUS_OK;
}

/* ---- coverage ---- */

Status segment_coverage(const SegmentSets *sets, Arena *arena, SegmentCoverage *ret_coverage,
                        Error *err)
{
    enum { SETS_MAX = UINT16_MAX };
    if (sets->count > SETS_MAX)
        return error_set(err, STATUS_LIMIT, "coverage is counted of at most %d segments", SETS_MAX);
    AUTO(arena_done) Arena *scratch = arena_new();
    size_t places = sets->base.words_count * 64;
    uint16_t *held = ARENA_ARRAY(scratch, uint16_t, places);
    for (size_t i = 0; i < sets->count; i++) {
        FOR_EACH_CUSTOMER (id, &sets->sets[i])
            if (id.value < places) held[id.value]++;
    }
    uint64_t *counts = ARENA_ARRAY(arena, uint64_t, sets->count + 1);
    SegmentCoverage coverage = {.counts = counts, .in_none = customer_set_copy(&sets->base)};
    FOR_EACH_CUSTOMER (id, &sets->base) {
        counts[held[id.value]]++;
        if (held[id.value] > coverage.most) coverage.most = held[id.value];
        if (held[id.value] > 0) customer_set_remove(&coverage.in_none, id);
    }
    *ret_coverage = coverage;
    return STATUS_OK;
}
