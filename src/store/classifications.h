/* classifications.h -- classifications in the truth: definitions with their versions, dated runs
 * with the classes of all customers and the numbers they were made from. What a definition says is
 * src/classification's business.
 *
 * Runs are only added. The newest of those as of a day is the one that counts for it. Erasing a
 * person takes him out of every run: sets, numbers, counts and sums. */
#pragma once

#include "model/customer_set.h"
#include "store/store.h"

/* ---- definitions ---- */

typedef struct {
    uint32_t id;
    Text name; /* unique without case */
    uint32_t version;
    Text definition; /* JSON of that version */
    bool was_attempted;
    Moment attempted_at; /* last time that its schedule ran it */
    Text failure;        /* why that failed; empty when it did not */
    Moment scheduled_at; /* when its schedule was set */
} ClassificationRow;

typedef struct {
    Text name, definition;
    Moment at;
    Text author;
} ClassificationWrite;

/* CONFLICT when the name is taken. */
MUST_CHECK Status store_add_classification(Store *store, const ClassificationWrite *classification,
                                           uint32_t *ret_id, Error *err);
/* A new version of the definition, and perhaps another name. */
MUST_CHECK Status store_change_classification(Store *store, uint32_t id,
                                              const ClassificationWrite *classification,
                                              Error *err);
/* With its versions and runs. */
MUST_CHECK Status store_remove_classification(Store *store, uint32_t id, Error *err);
/* By name. */
MUST_CHECK Status store_list_classifications(Store *store, Arena *arena,
                                             ClassificationRow **ret_rows, size_t *ret_count,
                                             Error *err);
/* The definition that a version had. */
MUST_CHECK Status store_read_definition(Store *store, uint32_t id, uint32_t version, Arena *arena,
                                        Text *ret_definition, Error *err);
/* Remember that its schedule ran it; `failure` is empty when it went well. */
MUST_CHECK Status store_note_classification_attempt(Store *store, uint32_t id, Moment at,
                                                    Text failure, Error *err);

/* A class that a person gave to a customer, over whatever a run finds. */
typedef struct {
    CustomerId customer;
    Text class_name;
    Moment at;
    Text author, reason;
    bool has_until;
    Date until; /* the last day that it holds of */
} ClassPin;

/* One per customer and classification: a new one takes the place of the old. */
MUST_CHECK Status store_set_class_pin(Store *store, uint32_t classification_id, const ClassPin *pin,
                                      Error *err);
/* CONFLICT when there is none. */
MUST_CHECK Status store_remove_class_pin(Store *store, uint32_t classification_id,
                                         CustomerId customer, Error *err);
MUST_CHECK Status store_list_class_pins(Store *store, uint32_t classification_id, Arena *arena,
                                        ClassPin **ret_pins, size_t *ret_count, Error *err);

/* ---- runs ---- */

typedef struct {
    uint64_t id; /* ascending; 0: there is none */
    uint32_t classification_id;
    uint32_t version; /* of the definition */
    Date as_of;
    Moment at;
    Text author;
    uint64_t customers_count; /* of the base at that time */
} RunRow;

typedef struct {
    Text name;
    const CustomerSet *customers;
    bool has_amount;
    int64_t amount; /* at the scale of the amount's column */
} RunClassWrite;

/* `numbers` of the members of `customers` in the order of their ids. */
typedef struct {
    Text name;
    uint8_t scale;
    bool is_money, is_amount;
    const CustomerSet *customers;
    const int64_t *numbers;
} RunColumnWrite;

typedef struct {
    RunRow row; /* without id */
    const RunClassWrite *classes;
    size_t classes_count;
    const RunColumnWrite *columns;
    size_t columns_count;
} RunWrite;

MUST_CHECK Status store_add_run(Store *store, const RunWrite *run, uint64_t *ret_id, Error *err);

typedef struct {
    uint32_t classification_id;
    size_t newest; /* so many: the newest day first, of one day the last added first */
} RunQuery;

MUST_CHECK Status store_list_runs(Store *store, RunQuery query, Arena *arena, RunRow **ret_runs,
                                  size_t *ret_count, Error *err);
/* The run that counts on a day: the last one as of the latest day not after it; id 0 when there is
 * none. */
MUST_CHECK Status store_find_run(Store *store, uint32_t classification_id, Date day, Arena *arena,
                                 RunRow *ret_run, Error *err);
/* The runs that count on some day, in ascending order of the day. */
MUST_CHECK Status store_list_run_days(Store *store, uint32_t classification_id, Arena *arena,
                                      RunRow **ret_runs, size_t *ret_count, Error *err);

typedef struct {
    Text name;
    uint64_t customers_count;
    bool has_amount;
    int64_t amount;
    CustomerSet customers; /* the caller's to free when it was asked for */
} RunClass;

typedef struct {
    RunClass *items;
    size_t count;
} RunClassList;

/* In their order. The sets are read only when `with_customers`. */
MUST_CHECK Status store_read_run_classes(Store *store, uint64_t run_id, bool with_customers,
                                         Arena *arena, RunClassList *ret_classes, Error *err);
void run_classes_free(RunClassList *classes); /* their sets */

typedef struct {
    Text name;
    uint8_t scale;
    bool is_money, is_amount;
    CustomerSet customers;  /* the caller's to free */
    const int64_t *numbers; /* in the arena */
} RunColumn;

typedef struct {
    RunColumn *items;
    size_t count;
} RunColumnList;

/* In their order. Customers and numbers are read only when `with_numbers`. */
MUST_CHECK Status store_read_run_columns(Store *store, uint64_t run_id, bool with_numbers,
                                         Arena *arena, RunColumnList *ret_columns, Error *err);
void run_columns_free(RunColumnList *columns); /* their sets */

/* ---- recommended actions that people wrote ---- */

typedef struct {
    Text set, cell;
    Language language;
    Text text; /* empty: take it back */
} ActionText;

/* Set names compare folded. */
MUST_CHECK Status store_set_action(Store *store, const ActionText *action, Error *err);
MUST_CHECK Status store_list_actions(Store *store, Arena *arena, ActionText **ret_actions,
                                     size_t *ret_count, Error *err);
