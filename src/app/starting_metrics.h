/* starting_metrics.h -- a fresh data directory with what it computes of customers from the start.
 */
#pragma once

#include "store/store.h"

/* errors  as store_init */
MUST_CHECK Status app_make_directory(const char *path, Settings settings, Error *err);
