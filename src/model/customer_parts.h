/* customer_parts.h -- which parts of which customers: the row of one, his events of a stream, or
 * everything he has. */
#pragma once

#include "model/customer_set.h"

/* A part is the row with all properties, or the events of a stream: the stream's id. */
enum { PART_ROW = 0 };

typedef struct {
    uint32_t part;
    CustomerSet customers;
} PartCustomers;

/* A zeroed one holds nobody. */
typedef struct {
    CustomerSet whole;    /* whoever is here is in every part */
    PartCustomers *items; /* the others, a place for each part; owned */
    size_t count;
} CustomerParts;

void customer_parts_free(CustomerParts *parts); /* leaves nobody */

/* Those of one part beside `whole`, to be added to; made empty when there is none yet. Valid until
 * another part is asked for. */
CustomerSet *customer_parts_of(CustomerParts *parts, uint32_t part);
bool customer_parts_has(const CustomerParts *parts, uint32_t part, CustomerId id);
/* Whoever is in any part; the caller's to free. */
CustomerSet customer_parts_everybody(const CustomerParts *parts);
/* Whoever is in any part is in every one from now on. */
void customer_parts_widen(CustomerParts *parts);
