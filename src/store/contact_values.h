/* contact_values.h -- values of contact persons, who are known by their codes: one field of many
 * persons read, and values of them changed. */
#pragma once

#include "store/bulk_acts.h"

typedef struct {
    const Text *items; /* one given twice counts once */
    size_t count;
} ContactCodes;

/* The value that each person has in a field of the stream of contact persons, by customer, then in
 * the order in which the persons came. Persons who are not there are left out. Everything lives in
 * the arena. */
MUST_CHECK Status store_read_contact_values(Store *store, ContactCodes contacts, const Field *field,
                                            Arena *arena, CustomerValueList *ret_values,
                                            Error *err);

typedef struct {
    Text contact;
    uint32_t slot; /* of the field */
    Value value;   /* missing clears */
} ContactValue;

/* Put values in place of those that are there. Persons who are not there are passed over.
 * errors  INVALID a value that the field cannot hold, LIMIT a person that gets too large */
MUST_CHECK Status store_write_contact_values(Store *store, const ContactValue *values, size_t count,
                                             Error *err);
