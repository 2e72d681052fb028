/* bulk_acts.h -- numbered acts that changed properties of many customers: what was before, what was
 * put instead, what was left and why. An act is written in the batch that changes the customers;
 * erasing a person takes him out of all acts, whose counts stay what they were. */
#pragma once

#include "model/customer_set.h"
#include "model/language.h"
#include "store/store.h"

/* Why a value was left as it was. */
typedef enum {
#define SKIP_REASON(name, code, en, ru, uk) SKIP_##name,
#include "store/saved.def"
#undef SKIP_REASON
    SKIP_REASON_COUNT
} SkipReason;

const char *skip_reason_code(SkipReason reason);
Text skip_reason_label(SkipReason reason, Language language);

/* Whom an act meant. */
typedef enum {
#define BULK_SOURCE(name, code, en, ru, uk) BULK_OF_##name,
#include "store/saved.def"
#undef BULK_SOURCE
    BULK_SOURCE_COUNT
} BulkSource;

const char *bulk_source_code(BulkSource source);

typedef struct {
    uint64_t id; /* its number, ascending from 1 */
    Moment at;
    Text author;
    BulkSource source;
    Text source_name;   /* of the segment or the set, the rule, the number of the act; else empty */
    Text change;        /* what was to be done; empty when it takes another act back */
    uint64_t undoes;    /* the act that this one takes back; 0: none */
    uint64_t undone_by; /* the act that took it back; 0: none */
    uint64_t customers_count, changed_count, skipped_count;
    uint64_t contacts_count; /* contact persons who were meant; 0: the customers themselves */
} BulkAct;

/* "segment 'A'", "one customer" */
Text bulk_source_words(const BulkAct *act, Language language, Arena *arena);

/* A property of a contact person is field_as_property. */
typedef struct {
    CustomerId customer;
    const Property *property; /* of the schema of the store, or in the arena */
    Value before, after;
    Text contact; /* code of his contact person who is meant; empty: himself */
} BulkChange;

typedef struct {
    CustomerId customer;
    const Property *property;
    SkipReason reason;
    Text contact;
} BulkSkip;

typedef struct {
    const BulkChange *changes;
    size_t changes_count;
    const BulkSkip *skips;
    size_t skips_count;
} BulkContent;

/* id, undone_by and the counts of changes and skips are computed. */
MUST_CHECK Status store_add_bulk_act(Store *store, const BulkAct *act, const BulkContent *content,
                                     uint64_t *ret_id, Error *err);
/* All acts, ascending. */
MUST_CHECK Status store_list_bulk_acts(Store *store, Arena *arena, BulkAct **ret_acts,
                                       size_t *ret_count, Error *err);
/* NOT_FOUND */
MUST_CHECK Status store_read_bulk_act(Store *store, uint64_t id, Arena *arena, BulkAct *ret_act,
                                      Error *err);
/* By property, then by customer, then by contact person. Texts live in the arena, properties as
 * long as the schema and the arena. */
MUST_CHECK Status store_read_bulk_content(Store *store, uint64_t id, Arena *arena,
                                          BulkContent *ret_content, Error *err);

/* ---- values of customers, one property at a time ---- */

typedef struct {
    CustomerId id;
    Text code;
    Value value;
    Text contact; /* code of his contact person who has it; empty: himself */
} CustomerValue;

typedef struct {
    CustomerValue *items;
    size_t count;
} CustomerValueList;

/* The value that each customer of a set has, ascending; those who are not there are left out.
 * `property` NULL: the codes alone, also of those who were merged into others. */
MUST_CHECK Status store_read_customer_values(Store *store, const CustomerSet *customers,
                                             const Property *property, Arena *arena,
                                             CustomerValueList *ret_values, Error *err);
/* The value as it would be stored: trimmed, in its one form. INVALID, LIMIT as writing says it. */
MUST_CHECK Status store_check_value(const Property *property, Value value, Arena *arena,
                                    Value *ret_value, Error *err);
/* The highest id of a customer that is there; 0 when there is none. Whoever comes later has a
 * higher one. */
MUST_CHECK Status store_last_customer(Store *store, CustomerId *ret_last, Error *err);
