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
/* Properties of contact persons: their fields, told as properties are. In the arena. */
typedef struct {
    const Property *items; /* by slot */
    size_t count;
} ContactProperties;
ContactProperties contact_properties(const Schema *schema, Arena *arena);

/* errors  INVALID no '=', a value that does not fit, += or -= of a property with one value;
 *         NOT_FOUND no such property, with a near one; CONFLICT a retired property, a computed one
 *         (a metric), the code */
MUST_CHECK Status assignment_parse(const Catalog *catalog, Text written, Arena *arena,
                                   Assignment *ret_assignment, Error *err);
/* The same of a property of contact persons. NOT_FOUND names those there are. */
MUST_CHECK Status assignment_parse_of_contact(const ContactProperties *properties, Text written,
                                              Arena *arena, Assignment *ret_assignment, Error *err);
/* "city=Тула, interests+=футбол"; values of personal properties are left out. */
Text assignments_print(const Assignment *assignments, size_t count, Arena *arena);

/* A column to take values from: what each customer, or each contact person, has in it. */
typedef struct {
    CustomerId customer;
    Value value;
    Text contact; /* code of the person whose cell it is; empty: the customer's own */
} BulkCell;

typedef struct {
    Text name;
    Type type;
    BulkCell *cells; /* in any order, several for one customer too; bulk_plan sorts them */
    size_t count;
    bool is_of_contacts; /* cells are of contact persons, not of customers */
} BulkColumn;

/* A contact person, and whose it was when it was saved. */
typedef struct {
    CustomerId customer;
    Text code;
} BulkContact;

typedef struct {
    const CustomerSet *customers;
    bool is_of_contacts;         /* contact persons are meant, not the customers */
    const BulkContact *contacts; /* each once */
    size_t contacts_count;
    const Assignment *assignments; /* those of one property are done one after another */
    size_t assignments_count;
    BulkColumn *columns;
    size_t columns_count;
} BulkRequest;

typedef struct {
    uint64_t customers_count; /* who are meant */
    uint64_t contacts_count;  /* contact persons who are meant; 0: the customers themselves */
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

/* Source and change of the act, and what it undoes, are taken from `act`, the counts from `plan`.
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

/* What the act did, for a reader: "city=Тула", "undo". */
Text bulk_change_words(const BulkAct *act, Language language);

void bulk_summarize(const BulkContent *content, Arena *arena, BulkSummary *ret_summary);

/* Whether two values of a property are stored alike, letter by letter. */
bool bulk_is_same(Value a, Value b, const Property *property, Arena *scratch);
