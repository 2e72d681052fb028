/* spellings.h -- words of enumerations that were stored as people wrote them become their values.
 */
#pragma once

#include "store/store_internal.h"

/* In properties and in events; whoever is concerned is noted as changed. Does nothing unless a
 * migration asked for it. In a transaction.
 * cost: a look into the dictionary; the packs of those streams whose words are in it */
MUST_CHECK Status spellings_mend(Store *store, Error *err);
