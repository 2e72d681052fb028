/* stored.h -- a population in a data directory, so that evaluators are also tested through the
 * store: its packs, its source of customers, its tables. */
#pragma once

#include "eval/population.h"
#include "store/store.h"

/* Make a directory at `path`, which must not exist, and write everything into it. */
Store *stored_open(const Population *population, const char *path);
