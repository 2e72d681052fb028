/* finding.h -- whom a card means today, by its rule or its SQL. Inside of src/segment. */
#pragma once

#include "segment/forming.h"

/* `only` NULL: everybody is asked about; of SQL always. The set is the caller's to free.
 * errors  INVALID when the rule does not fit the data; as engine_run, sql_rule_run */
MUST_CHECK Status card_find(const FormingContext *context, const SegmentCard *card,
                            const CustomerSet *only, CustomerSet *ret_found, Error *err);
