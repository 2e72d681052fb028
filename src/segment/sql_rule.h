/* sql_rule.h -- segments whose members a SELECT names: it gives their codes.
 *
 * It is run when the segment is formed, reads only what docs/data-model.md describes, and may take
 * as long as the settings allow. Codes that nobody has are counted, never an error: a list from
 * elsewhere is rarely without them. */
#pragma once

#include "segment/forming.h"

typedef struct {
    uint64_t unknown_count; /* rows whose code nobody has */
    Text unknown_example;   /* one of them */
} SqlFinding;

/* Prepare the query and look at its columns, without running it.
 * errors  DENIED when it does more than read, INVALID when it is wrong or has no codes */
MUST_CHECK Status sql_rule_check(Store *store, Text sql, Error *err);

/* Whom it names; the set is the caller's to free. The lock of the store is lent meanwhile, unless
 * the caller has a snapshot or a batch open: what was read before may have been changed.
 * errors  as sql_rule_check; LIMIT when it takes too long, CANCELLED */
MUST_CHECK Status sql_rule_run(const FormingContext *context, Text sql, Arena *arena,
                               CustomerSet *ret_found, SqlFinding *ret_finding, Error *err);
