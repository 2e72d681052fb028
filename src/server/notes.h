/* notes.h -- what is to be written into the audit log once the directory can be written: requests
 * that only read, and sign-ins, do not wait for somebody who writes. From any thread. */
#pragma once

#include "access/audit.h"
#include "access/users.h"

typedef struct Notes Notes;

Notes *notes_new(void);
void notes_free(Notes *notes); /* accepts NULL */
/* The texts are copied. When 10 000 wait, the oldest is lost. */
void notes_add(Notes *notes, const AuditEntry *entry);
/* With this entry, the user has signed in. */
void notes_add_sign_in(Notes *notes, const AuditEntry *entry, uint32_t user_id);
size_t notes_count(Notes *notes);
/* Write all of them; those met when the disk fails are lost, which the caller is to tell. */
MUST_CHECK Status notes_write(Notes *notes, Store *store, AccessClock clock, Error *err);
