/* starting_metrics.h -- a fresh data directory with what it computes of customers from the start.
 */
#pragma once

#include "store/store.h"

/* errors  CONFLICT one of their names is taken */
MUST_CHECK Status app_add_starting_metrics(Store *store, Error *err);
/* errors  as store_init */
MUST_CHECK Status app_make_directory(const char *path, Settings settings, Error *err);
