/* customer.h -- one customer with everything he did, and a source that yields customers in turn.
 *
 * The slow, obvious evaluator reads this shape; so do the import preview, `why` and tests. */
#pragma once

#include "base/error.h"
#include "model/schema.h"

typedef struct {
    uint32_t value;
} CustomerId; /* dense, from 1, never reused */

enum { CUSTOMER_ID_MAX = INT32_MAX };

typedef enum { CUSTOMER_COMPANY, CUSTOMER_PERSON } CustomerKind;

typedef struct {
    const EventRow *items; /* ordered by (at, sequence) */
    size_t count;
} EventList;

typedef struct {
    CustomerId id;
    Text code;           /* unique outside key */
    const Value *values; /* one per schema property, in slot order (code, name and kind included) */
    const EventList *events; /* one list per schema stream, in schema order */
} CustomerRow;

/* Yields every customer once, in ascending id order. */
typedef struct CustomerSource CustomerSource;
struct CustomerSource {
    /* Back to before the first customer. */
    Status (*rewind)(CustomerSource *source, Error *err);
    /* The next customer, in memory of `arena` (the caller resets it between customers); *ret_row
     * has id 0 at the end. */
    Status (*next)(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err);
    const Schema *schema;
};

/* Of a schema, and without anybody: for questions about customers who are at hand. */
CustomerSource customer_source_of_nobody(const Schema *schema);

/* Events on or before the as-of day, which is a prefix of the ordered list. */
EventList events_until(EventList events, Date as_of);
