/* bulk.h -- changing properties of many customers in one numbered act that can be taken back.
 *
 *   assignment_parse ─> BulkRequest ─ bulk_plan ─> BulkPlan ─ bulk_apply ─> the number of the act
 *                                 bulk_plan_undo ─┘     └ bulk_summarize ─> what a preview shows
 *
 * A plan changes nothing: it says of every customer and property what is there, what would be put
 * instead, or why not. What is written is what was planned, in one transaction. */
#pragma once

#include "lang/catalog.h"
#include "segment/forming.h"
#include "store/bulk_acts.h"

typedef enum { ASSIGN_SET, ASSIGN_ADD, ASSIGN_REMOVE } AssignmentOperator;

/* One "property=value", "property=@column", "property=" (clear), "property+=value" or
 * "property-=value" (a value of several). "@@" begins a value with "@". */
typedef struct {
    const Property *property;
    AssignmentOperator operator_;
    Text column; /* take the value from this column; empty: `value` */
    Value value; /* missing clears */
} Assignment;

/* A property whose values people may change.
 * errors  as assignment_parse */
MUST_CHECK Status assignment_find_property(const Catalog *catalog, Text name,
                                           const Property **ret_property, Error *err);
/* errors  INVALID no '=', a value that does not fit, += or -= of a property with one value;
 *         NOT_FOUND no such property, with a near one; CONFLICT a retired property, a computed one
 *         (a metric), the code */
MUST_CHECK Status assignment_parse(const Catalog *catalog, Text written, Arena *arena,
                                   Assignment *ret_assignment, Error *err);
/* "city=Тула, interests+=футбол"; values of personal properties are left out. */
Text assignments_print(const Assignment *assignments, size_t count, Arena *arena);

/* A column to take values from: what each customer has in it. */
typedef struct {
    CustomerId customer;
    Value value;
} BulkCell;

typedef struct {
    Text name;
    Type type;
    BulkCell *cells; /* in any order, several for one customer too; bulk_plan sorts them */
    size_t count;
} BulkColumn;

typedef struct {
    const CustomerSet *customers;
    const Assignment *assignments; /* those of one property are done one after another */
    size_t assignments_count;
    BulkColumn *columns;
    size_t columns_count;
} BulkRequest;

typedef struct {
    uint64_t customers_count; /* who are meant */
    BulkContent content;
    const Text *codes; /* of the customer of each change */
} BulkPlan;

/* errors  NOT_FOUND a column that is not there */
MUST_CHECK Status bulk_plan(Store *store, const BulkRequest *request, Arena *arena,
                            BulkPlan *ret_plan, Error *err);
/* Put back what an act changed, where nobody changed it since.
 * errors  NOT_FOUND no such act; CONFLICT it was taken back already */
MUST_CHECK Status bulk_plan_undo(Store *store, uint64_t act_id, Arena *arena, BulkPlan *ret_plan,
                                 Error *err);

/* Source and change of the act, and what it undoes, are taken from `act`.
 * errors  CONFLICT when the plan changes nothing */
MUST_CHECK Status bulk_apply(const FormingContext *context, const BulkPlan *plan,
                             const BulkAct *act, uint64_t *ret_id, Error *err);

/* Equal changes and equal reasons together, by property, most first. */
typedef struct {
    const Property *property;
    Value before, after;
    uint64_t count;
    size_t place; /* of the first of them in the content */
} BulkChangeGroup;

typedef struct {
    const Property *property;
    SkipReason reason;
    uint64_t count;
} BulkSkipGroup;

typedef struct {
    const BulkChangeGroup *changes;
    size_t changes_count;
    const BulkSkipGroup *skips;
    size_t skips_count;
} BulkSummary;

void bulk_summarize(const BulkContent *content, Arena *arena, BulkSummary *ret_summary);

/* Whether two values of a property are stored alike, letter by letter. */
bool bulk_is_same(Value a, Value b, const Property *property, Arena *scratch);
