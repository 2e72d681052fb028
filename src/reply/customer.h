/* customer.h -- the segments and sets a customer is in, as JSON; the shapes of api/openapi.yaml. */
#pragma once

#include "app/customers.h"
#include "reply/json_writer.h"

/* The members of reply_customer, and "memberships", "sets", "former_codes", "contacts",
 * "last_events". */
void reply_customer_view(JsonWriter *writer, const CustomerView *view);

/* [{"segment", "name", "mode", "kind", "since", "cause", "note", "mark"}] */
void reply_memberships(JsonWriter *writer, const CustomerView *view);
/* {"created", "segments": [{"segment", "joined", "cause", "why", "failure"}]}: `why` is the rule as
 * a sentence. */
void reply_creation_check(JsonWriter *writer, const CreationCheck *check, Date as_of,
                          Language language);
/* {"customer": {..}, "segments": [{"segment", "cause", "why"}]}: which he came into. */
typedef struct {
    const CustomerAdded *added;
    const Schema *schema;
    Date as_of;
    Language language;
} CustomerAddedReply;
void reply_customer_added(JsonWriter *writer, const CustomerAddedReply *reply);
