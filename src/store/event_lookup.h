/* event_lookup.h -- finding customers and items while events stream in, a million times a second.
 *
 * New customers and items get their ids at once and are stored by event_lookup_save, in the
 * transaction that stores the events which need them. */
#pragma once

#include "store/store_internal.h"

typedef struct EventLookup EventLookup;

MUST_CHECK Status event_lookup_open(Store *store, EventLookup **ret_lookup, Error *err);
void event_lookup_close(EventLookup *lookup); /* accepts NULL */
/* About so many customers will be looked up: all codes are read now where that costs less. */
MUST_CHECK Status event_lookup_expect_many(EventLookup *lookup, uint64_t count, Error *err);

/* Id 0 when unknown. */
MUST_CHECK Status event_lookup_customer(EventLookup *lookup, Text code, CustomerId *ret_id,
                                        Error *err);
/* As event_lookup_customer and event_lookup_item when what is in memory tells; false when the
 * database must be asked. Nothing is changed: several threads may call these at a time. */
bool event_lookup_known_customer(const EventLookup *lookup, Text code, CustomerId *ret_id);
bool event_lookup_known_item(const EventLookup *lookup, Text code_or_name, const Item **ret_item);
/* Begin fetching what finding these will need. */
void event_lookup_expect(const EventLookup *lookup, Text customer_code, Text item);
/* The customer whose contact person has this code; id 0 when unknown. */
MUST_CHECK Status event_lookup_contact(EventLookup *lookup, Text code, CustomerId *ret_id,
                                       Error *err);
MUST_CHECK Status event_lookup_add_customer(EventLookup *lookup, Text code, CustomerId *ret_id,
                                            Error *err);
MUST_CHECK Status event_lookup_item(EventLookup *lookup, Text code_or_name, const Item **ret_item,
                                    bool *ret_is_new, Error *err);

/* Store what is new, in the present transaction. */
MUST_CHECK Status event_lookup_save(EventLookup *lookup, Error *err);
/* CONFLICT when what was looked up has been taken back by a rollback since. */
MUST_CHECK Status event_lookup_check(const EventLookup *lookup, Error *err);
