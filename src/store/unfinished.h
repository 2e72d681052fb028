/* unfinished.h -- a data directory that is being filled as a whole: nobody else may open it, and
 * when its maker is killed it stays refused. */
#pragma once

#include "store/store.h"

/* The handle must write. From the call with true until that with false only this process can open
 * the directory. */
MUST_CHECK Status store_set_unfinished(Store *store, bool is_unfinished, Error *err);
/* CONFLICT when another process is filling the directory or has left it so. */
MUST_CHECK Status store_check_finished(Store *store, Error *err);
