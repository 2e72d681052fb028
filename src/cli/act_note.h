/* act_note.h -- what the command line writes into the audit log. */
#pragma once

#include "access/audit.h"
#include "app/app.h"

/* The log never names a customer: `object` is what kind of thing it was done to, or a name that is
 * no customer's. */
MUST_CHECK Status act_note(App *app, AuditKind kind, Text object, const char *detail, Error *err);
