/* origins.c -- through what, when and by whom members of a stored composition came in. */
#include "segment/origins.h"

#include "segment/marks.h"

#include <stdlib.h>

/* ---- whose is whose ---- */

typedef struct {
    CustomerId customer;
    size_t row;
} Place;

typedef struct {
    Store *store;
    const OriginsQuery *query;
    Arena *arena;
    Place *places;       /* by customer */
    CustomerSet pending; /* whose joining was not met yet */
    Origin *origins;
} Search;

static int compare_places(const void *a, const void *b)
{
    const Place *x = a, *y = b;
    return x->customer.value < y->customer.value ? -1 : x->customer.value > y->customer.value;
}

static Origin *origin_of(const Search *search, CustomerId customer)
{
    const Place wanted = {.customer = customer};
    const Place *place =
        bsearch(&wanted, search->places, search->query->count, sizeof wanted, compare_places);
    return place == NULL ? NULL : &search->origins[place->row];
}

static void set_out(Search *search)
{
    const OriginsQuery *query = search->query;
    search->places = ARENA_ARRAY(search->arena, Place, query->count);
    search->origins = ARENA_ARRAY(search->arena, Origin, query->count);
    for (size_t i = 0; i < query->count; i++) {
        search->places[i] = (Place){query->customers[i], i};
        if (query->customers[i].value != 0) customer_set_add(&search->pending, query->customers[i]);
    }
    qsort(search->places, query->count, sizeof *search->places, compare_places);
}

/* ---- the journal ---- */

static void note_joining(Search *search, const FormingRow *forming, const StoredChange *change)
{
    AUTO(customer_set_free) CustomerSet found = customer_set_copy(&change->customers);
    customer_set_intersect(&found, &search->pending);
    FOR_EACH_CUSTOMER (id, &found)
        *origin_of(search, id) = (Origin){.is_known = true,
                                          .cause = change->cause,
                                          .since = forming->at,
                                          .author = forming->author,
                                          .reason = forming->note};
    customer_set_subtract(&search->pending, &found);
}

static Status look_into(Search *search, const FormingRow *forming, Error *err)
{
    StoredChange *changes = NULL;
    size_t count = 0;
    TRY(store_read_changes(search->store, forming->id, search->arena, &changes, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (changes[i].is_joining) note_joining(search, forming, &changes[i]);
        customer_set_free(&changes[i].customers);
    }
    return STATUS_OK;
}

static bool is_before_the_end(const OriginsQuery *query, const FormingRow *forming)
{
    if (query->is_present) return true;
    if (query->forming_id != 0) return forming->id <= query->forming_id;
    return moment_date(forming->at).day <= query->as_of.day;
}

static Status read_journal(Search *search, Error *err)
{
    FormingRow *formings = NULL;
    size_t count = 0;
    FormingQuery all = {search->query->segment_id, SIZE_MAX / 2};
    TRY(store_list_formings(search->store, all, search->arena, &formings, &count, err));
    for (size_t i = count; i-- > 0 && !customer_set_is_empty(&search->pending);) {
        if (formings[i].joined_count == 0) continue;
        if (is_before_the_end(search->query, &formings[i]))
            TRY(look_into(search, &formings[i], err));
    }
    return STATUS_OK;
}

/* ---- the marks ---- */

/* Whom a pin keeps in whatever the rule says, and whom undoing a forming brought back, is there by
 * the hand of whoever said so. A change by hand in the journal tells it itself. */
static bool is_kept_by_hand(const SegmentMark *mark, const Origin *origin, Date today)
{
    if (origin->cause == CAUSE_UNDO) return mark->kind == MARK_ADDED;
    bool is_by_rule = origin->cause == CAUSE_RULE || origin->cause == CAUSE_DATA ||
                      origin->cause == CAUSE_TIME || origin->cause == CAUSE_CREATION;
    return is_by_rule && mark->kind == MARK_PINNED && mark_holds(mark, today);
}

static Status read_marks(Search *search, Error *err)
{
    SegmentMark *marks = NULL;
    size_t count = 0;
    TRY(store_list_marks(search->store, search->query->segment_id, search->arena, &marks, &count,
                         err));
    for (size_t i = 0; i < count; i++) {
        Origin *origin = origin_of(search, marks[i].customer);
        if (origin == NULL || !origin->is_known) continue;
        if (!is_kept_by_hand(&marks[i], origin, search->query->as_of)) continue;
        origin->cause = CAUSE_HAND;
        origin->author = marks[i].author;
        origin->reason = marks[i].reason;
    }
    return STATUS_OK;
}

/* In one snapshot. */
static Status search_all(Search *search, Error *err)
{
    TRY(read_journal(search, err));
    return search->query->is_present ? read_marks(search, err) : STATUS_OK;
}

Status origins_read(Store *store, const OriginsQuery *query, Arena *arena, Origin **ret_origins,
                    Error *err)
{
    Search search = {.store = store, .query = query, .arena = arena};
    TRY(store_read_begin(store, err));
    set_out(&search);
    Status status = search_all(&search, err);
    store_read_end(store);
    customer_set_free(&search.pending);
    *ret_origins = search.origins;
    return status;
}
