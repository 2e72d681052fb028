/* customer_card.h -- everything known of one customer, on the screen. */
#pragma once

#include "app/customers.h"
#include "cli/command.h"

/* Properties by data groups, segments with since when and why, saved sets, contact persons, events;
 * with --json as the server sends it. */
MUST_CHECK Status customer_card_tell(Invocation *invocation, App *app, Text code, Error *err);

/* What segments made of new customers: lines on stdout; nothing where nobody looked. */
void creation_check_tell(Invocation *invocation, App *app, const CreationCheck *check);
