/* history.c -- the journal of a segment as a person reads it. */
#include "segment/history.h"

#include "analysis/statistics.h"

#include <stdlib.h>

/* ---- formings ---- */

static void free_changes(StoredChange *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        customer_set_free(&changes[i].customers);
}

static Status count_causes(Store *store, JournalEntry *entry, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoredChange *changes = NULL;
    size_t count = 0;
    TRY(store_read_changes(store, entry->forming.id, arena, &changes, &count, err));
    for (size_t i = 0; i < count; i++) {
        uint64_t *counts = changes[i].is_joining ? entry->joined : entry->left;
        counts[changes[i].cause] = changes[i].customers_count;
    }
    free_changes(changes, count);
    return STATUS_OK;
}

Status history_journal(Store *store, FormingQuery query, Arena *arena, JournalEntry **ret_entries,
                       size_t *ret_count, Error *err)
{
    FormingRow *formings = NULL;
    size_t count = 0;
    TRY(store_list_formings(store, query, arena, &formings, &count, err));
    JournalEntry *entries = ARENA_ARRAY(arena, JournalEntry, count);
    for (size_t i = 0; i < count; i++) {
        entries[i].forming = formings[count - 1 - i];
        TRY(count_causes(store, &entries[i], err));
    }
    *ret_entries = entries;
    *ret_count = count;
    return STATUS_OK;
}

/* ---- movements ---- */

typedef struct {
    Movement *items;
    size_t count, capacity;
} MovementList;

static Movement movement_of(const FormingRow *forming, const StoredChange *change,
                            CustomerId customer)
{
    return (Movement){.forming_id = forming->id,
                      .at = forming->at,
                      .reason = forming->reason,
                      .author = forming->author,
                      .note = forming->note,
                      .is_joining = change->is_joining,
                      .cause = change->cause,
                      .customer = customer};
}

static Status name_customers(Store *store, MovementList *list, Arena *arena, Error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        CustomerSummary summary;
        TRY(store_describe_customers(store, &list->items[i].customer, 1, arena, &summary, err));
        list->items[i].code = summary.code;
        list->items[i].name = summary.name;
    }
    return STATUS_OK;
}

static int compare_movements(const void *left, const void *right)
{
    const Movement *a = left, *b = right;
    if (a->is_joining != b->is_joining) return a->is_joining ? -1 : 1;
    return text_compare(a->code, b->code);
}

/* All movements of one forming; of one customer when `only` has an id. */
static Status add_movements(Store *store, const FormingRow *forming, CustomerId only, Arena *arena,
                            MovementList *list, Error *err)
{
    StoredChange *changes = NULL;
    size_t count = 0;
    TRY(store_read_changes(store, forming->id, arena, &changes, &count, err));
    for (size_t i = 0; i < count; i++) {
        const CustomerSet *customers = &changes[i].customers;
        CustomerId id = customer_set_next(customers, only);
        for (; id.value != 0; id = customer_set_next(customers, (CustomerId){id.value + 1})) {
            if (only.value != 0 && id.value != only.value) break;
            ARENA_PUSH(arena, list, movement_of(forming, &changes[i], id));
        }
    }
    free_changes(changes, count);
    return STATUS_OK;
}

static const FormingRow *wanted_forming(const FormingRow *formings, size_t count,
                                        uint64_t forming_id)
{
    for (size_t i = count; i-- > 0;) {
        const FormingRow *forming = &formings[i];
        bool changes = forming->joined_count > 0 || forming->left_count > 0;
        if (forming_id == 0 ? changes : forming->id == forming_id) return forming;
    }
    return NULL;
}

/* NULL when the newest is wanted and none changed anybody. */
static Status find_forming(Store *store, MovementQuery query, Arena *arena,
                           const FormingRow **ret_forming, Error *err)
{
    FormingRow *formings = NULL;
    size_t count = 0;
    TRY(store_list_formings(store, (FormingQuery){query.segment_id, SIZE_MAX}, arena, &formings,
                            &count, err));
    *ret_forming = wanted_forming(formings, count, query.forming_id);
    if (*ret_forming != NULL || query.forming_id == 0) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND,
                     "the segment has no forming %llu; its journal lists them",
                     (unsigned long long)query.forming_id);
}

Status history_forming(Store *store, MovementQuery query, Arena *arena, FormingRow *ret_forming,
                       Error *err)
{
    const FormingRow *forming;
    ASSERT(query.forming_id != 0);
    TRY(find_forming(store, query, arena, &forming, err));
    *ret_forming = *forming;
    return STATUS_OK;
}

Status history_movements(Store *store, MovementQuery query, Arena *arena, Movement **ret_movements,
                         size_t *ret_count, Error *err)
{
    const FormingRow *forming;
    MovementList list = {0};
    TRY(find_forming(store, query, arena, &forming, err));
    if (forming != NULL) TRY(add_movements(store, forming, (CustomerId){0}, arena, &list, err));
    TRY(name_customers(store, &list, arena, err));
    if (list.count > 0) qsort(list.items, list.count, sizeof *list.items, compare_movements);
    *ret_movements = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

/* ---- one customer ---- */

static Status find_mark(Store *store, uint32_t segment_id, Arena *arena, CustomerHistory *history,
                        Error *err)
{
    SegmentMark *marks = NULL;
    size_t count = 0;
    TRY(store_list_marks(store, segment_id, arena, &marks, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (marks[i].customer.value != history->customer.id.value) continue;
        history->has_mark = true;
        history->mark = marks[i];
    }
    return STATUS_OK;
}

static Status is_member_now(Store *store, uint32_t segment_id, CustomerId customer, bool *ret_is,
                            Error *err)
{
    CustomerSet composition = {0};
    TRY(store_read_composition(store, segment_id, UINT64_MAX, &composition, err));
    *ret_is = customer_set_has(&composition, customer);
    customer_set_free(&composition);
    return STATUS_OK;
}

Status history_of_customer(Store *store, uint32_t segment_id, Text code, Arena *arena,
                           CustomerHistory *ret_history, Error *err)
{
    CustomerId customer;
    FormingRow *formings = NULL;
    size_t count = 0;
    MovementList list = {0};
    CustomerHistory history = {0};
    TRY(store_get_customer(store, code, &customer, err));
    TRY(store_describe_customers(store, &customer, 1, arena, &history.customer, err));
    TRY(store_list_formings(store, (FormingQuery){segment_id, SIZE_MAX}, arena, &formings, &count,
                            err));
    for (size_t i = 0; i < count; i++)
        TRY(add_movements(store, &formings[i], customer, arena, &list, err));
    TRY(name_customers(store, &list, arena, err));
    TRY(is_member_now(store, segment_id, customer, &history.is_member, err));
    TRY(find_mark(store, segment_id, arena, &history, err));
    history.movements = list.items;
    history.movements_count = list.count;
    *ret_history = history;
    return STATUS_OK;
}

/* ---- two days ---- */

static Status read_at_end_of(Store *store, uint32_t segment_id, Date day, CustomerSet *ret_set,
                             Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow *formings = NULL;
    size_t count = 0;
    uint64_t last = 0;
    TRY(store_list_formings(store, (FormingQuery){segment_id, SIZE_MAX}, arena, &formings, &count,
                            err));
    for (size_t i = 0; i < count; i++)
        if (moment_date(formings[i].at).day <= day.day) last = formings[i].id;
    if (last == 0) return STATUS_OK;
    return store_read_composition(store, segment_id, last, ret_set, err);
}

static void compare_sets(const CustomerSet *before, const CustomerSet *after, uint64_t base,
                         Comparison *comparison)
{
    uint64_t in_before = customer_set_count(before), in_after = customer_set_count(after);
    comparison->stayed = customer_set_count_common(before, after);
    comparison->left = in_before - comparison->stayed;
    comparison->joined = in_after - comparison->stayed;
    uint64_t either = in_before + comparison->joined;
    comparison->outside = base > either ? base - either : 0;
    comparison->has_jaccard = either > 0;
    if (either > 0) comparison->jaccard = (double)comparison->stayed / (double)either;
    uint64_t whole = either + comparison->outside;
    if (whole == 0) return;
    const double expected[] = {(double)in_before / (double)whole,
                               (double)(whole - in_before) / (double)whole};
    const double actual[] = {(double)in_after / (double)whole,
                             (double)(whole - in_after) / (double)whole};
    comparison->stability_index = stability_index(expected, actual, 2);
}

Status history_compare(Store *store, uint32_t segment_id, TwoDays days, Comparison *ret_comparison,
                       Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet before = {0};
    AUTO(customer_set_free) CustomerSet after = {0};
    StoreCounts counts;
    Comparison comparison = {.from = days.from, .to = days.to};
    if (days.to.day < days.from.day)
        return error_set(err, STATUS_INVALID, "the last day is before the first one");
    TRY(store_count(store, arena, &counts, err));
    TRY(read_at_end_of(store, segment_id, days.from, &before, err));
    TRY(read_at_end_of(store, segment_id, days.to, &after, err));
    compare_sets(&before, &after, counts.customers, &comparison);
    *ret_comparison = comparison;
    return STATUS_OK;
}

/* ---- periods ---- */

typedef struct {
    SeriesPoint *items;
    size_t count, capacity;
} PointList;

static Status list_periods(const SeriesQuery *query, Arena *arena, PointList *points, Error *err)
{
    if (query->days.to.day < query->days.from.day)
        return error_set(err, STATUS_INVALID, "the last day is before the first one");
    for (Date day = query->days.from; day.day <= query->days.to.day;) {
        if (points->count == SERIES_POINTS_MAX)
            return error_set(err, STATUS_INVALID,
                             "there are more than %d periods; take longer ones", SERIES_POINTS_MAX);
        Date end = date_period_end(day, query->step);
        if (end.day > query->days.to.day) end = query->days.to;
        ARENA_PUSH(arena, points, ((SeriesPoint){.date = end}));
        day.day = end.day + 1;
    }
    return STATUS_OK;
}

Status history_series(Store *store, SeriesQuery query, Arena *arena, SeriesPoint **ret_points,
                      size_t *ret_count, Error *err)
{
    FormingRow *formings = NULL;
    size_t count = 0, next = 0;
    uint64_t size = 0;
    PointList points = {0};
    FormingQuery all = {query.segment_id, SIZE_MAX};
    TRY(list_periods(&query, arena, &points, err));
    TRY(store_list_formings(store, all, arena, &formings, &count, err));
    for (; next < count && moment_date(formings[next].at).day < query.days.from.day; next++)
        size = formings[next].members_count;
    for (size_t i = 0; i < points.count; i++) {
        SeriesPoint *point = &points.items[i];
        for (; next < count && moment_date(formings[next].at).day <= point->date.day; next++) {
            point->joined += formings[next].joined_count;
            point->left += formings[next].left_count;
            size = formings[next].members_count;
        }
        point->size = size;
    }
    *ret_points = points.items;
    *ret_count = points.count;
    return STATUS_OK;
}

/* ---- the feed ---- */

Status history_feed(Store *store, FeedQuery query, Arena *arena, FeedPage *ret_page, Error *err)
{
    FeedEntry *entries = NULL;
    size_t count = 0;
    TRY(store_read_feed(store, query, arena, &entries, &count, err));
    FeedLine *lines = ARENA_ARRAY(arena, FeedLine, count);
    for (size_t i = 0; i < count; i++) {
        CustomerSummary customer;
        TRY(store_describe_customers(store, &entries[i].customer, 1, arena, &customer, err));
        lines[i] = (FeedLine){.entry = entries[i], .code = customer.code};
    }
    *ret_page = (FeedPage){lines, count};
    return STATUS_OK;
}
