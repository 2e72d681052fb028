/* audit.h -- the log of what was done: by whom, when, to what. It never names a customer, so that
 * erasing one leaves nothing behind. */
#pragma once

#include "store/access_rows.h"

typedef enum {
#define AUDIT(name, code, meaning) AUDIT_##name,
#include "access/audit.def"
#undef AUDIT
    AUDIT_KIND_COUNT
} AuditKind;

const char *audit_code(AuditKind kind); /* "sign-in" */

typedef struct {
    Moment at;
    Text user; /* login; empty: nobody was signed in */
    AuditKind kind;
    Text object; /* what it was done to: a name, never that of a customer */
    Text detail;
} AuditEntry;

MUST_CHECK Status audit_add(Store *store, const AuditEntry *entry, Error *err);
