/* removals.h -- taking single things out again: an event, a contact person, an item. A customer is
 * erased instead (store_erase_customer). */
#pragma once

#include "store/store.h"

typedef struct {
    CustomerId customer; /* whose it was */
    Moment at;
} RemovedEvent;

/* The event with this given key. Importing it again brings it back.
 * errors  NOT_FOUND no such stream, no event with this key; INVALID for contact persons, who go by
 *         store_remove_contact */
MUST_CHECK Status store_remove_event(Store *store, Text stream, Text key, RemovedEvent *ret_removed,
                                     Error *err);

typedef struct {
    Text customer; /* his code */
    Text contact;  /* code of the contact person, or the whole name, folded */
    bool is_look;  /* only tell; reads alone */
} ContactRemoval;

typedef struct {
    Text customer, code; /* in the arena */
    uint64_t events;     /* that named the person, and stay without */
} RemovedContact;

/* A contact person, and his name in the events of the customer, which stay. Images of the data are
 * removed, too.
 * errors  NOT_FOUND no such customer or person; CONFLICT several have this name */
MUST_CHECK Status store_remove_contact(Store *store, const ContactRemoval *removal, Arena *arena,
                                       RemovedContact *ret_removed, Error *err);

/* An item that no event names; *ret_code lives in the arena. Reads all events that could name it.
 * errors  NOT_FOUND; CONFLICT tells how many events name it */
MUST_CHECK Status store_remove_item(Store *store, Text code_or_name, Arena *arena, Text *ret_code,
                                    Error *err);
