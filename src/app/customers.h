/* customers.h -- single customers: adding one, changing one, everything known of one; and what has
 * to be done whenever customers came to be. */
#pragma once

#include "activation/saved_sets.h"
#include "app/bulk.h"
#include "app/work.h"
#include "segment/creation.h"
#include "store/merges.h"

/* ---- customers that came to be ---- */

/* What segments made of new customers. */
typedef struct {
    uint64_t created_count;
    const CreationOutcome *outcomes; /* every segment that looks at new customers */
    size_t outcomes_count;
} CreationCheck;

/* Everybody with an id above `last` (store_last_customer before they came) is new: every segment
 * that looks at new customers is asked about them. To be called after every way in which customers
 * come to be, also when it ended early. Costs nothing when nobody came or nobody looks. */
MUST_CHECK Status customers_check_created(AppWork *work, CustomerId last, Arena *arena,
                                          CreationCheck *ret_check, Error *err);

/* The same of those whom a crash kept from being looked at. */
MUST_CHECK Status customers_check_left_over(AppWork *work, Error *err);

/* Run an import, note it, and let segments look at the customers it made, also when it was stopped;
 * whoever
 * imports calls this instead of import_run. Segments of the outcomes live until the next
 * app_refresh.
 * errors  as import_run, whose failure comes first */
MUST_CHECK Status customers_import(App *app, Import *import, const Progress *progress, Arena *arena,
                                   CreationCheck *ret_check, Error *err);

/* ---- adding ---- */

typedef struct {
    Text code, name, kind; /* name and kind may be empty */
    const Text *values;    /* "property=value" */
    size_t values_count;
    const Text *segments; /* manual ones to put him into, by name or code */
    size_t segments_count;
} CustomerOrder;

typedef struct {
    CustomerRow row;              /* as he is now */
    const Segment *const *chosen; /* he was put into */
    size_t chosen_count;
    CreationCheck check;
} CustomerAdded;

/* Add one customer with what is known of him, and let segments look at him.
 * errors  CONFLICT there is one with this code, a segment that is not manual: nothing is changed;
 *         INVALID, NOT_FOUND as assignment_parse, registry_get */
MUST_CHECK Status customer_add(AppWork *work, const CustomerOrder *order, Arena *arena,
                               CustomerAdded *ret_added, Error *err);

/* ---- looking ---- */

typedef struct {
    const Segment *segment;
    bool is_dynamic;    /* he meets its rule now; nothing is stored of him */
    CustomerMove since; /* how he came in; of stored ones */
    bool has_mark;
    SegmentMark mark;
} CustomerMembership;

enum { CUSTOMER_EVENTS_SHOWN = 5 };

/* Everything known of a customer. */
typedef struct {
    const Schema *schema;
    CustomerRow row;
    const CustomerMembership *memberships; /* by the name of the segment */
    size_t memberships_count;
    const SavedName *sets; /* that have a row of his, by name */
    size_t sets_count;
    const MergeRow *merges; /* that led to him: their codes lead to him, too */
    size_t merges_count;
} CustomerView;

/* NOT_FOUND names near codes. A dynamic segment whose rule cannot be evaluated is left out. */
MUST_CHECK Status customer_view(App *app, Text code, Arena *arena, CustomerView *ret_view,
                                Error *err);
/* The same without the saved sets and merges; of him himself only his id, and what rules of dynamic
 * segments look at. At the end of a day: as it was then, without marks, which are those of now. */
typedef struct {
    Text code;
    bool has_day; /* else: right now */
    Date day;
} MembershipsQuery;
MUST_CHECK Status customer_memberships(App *app, const MembershipsQuery *query, Arena *arena,
                                       CustomerView *ret_view, Error *err);
