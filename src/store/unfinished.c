/* unfinished.c -- the mark of a directory that is being filled: the number of who fills it. */
#include "store/unfinished.h"

#include "store/store_internal.h"

#include <unistd.h>

#define SETTING_FILLED_BY "filled_by" /* 0: nobody fills it */

Status store_set_unfinished(Store *store, bool is_unfinished, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(setting_write_number(store, SETTING_FILLED_BY, is_unfinished ? getpid() : 0, err));
    return change_commit(&change, err);
}

Status store_check_finished(Store *store, Error *err)
{
    int64_t process;
    TRY(setting_read_number(store, SETTING_FILLED_BY, &process, err));
    if (process == 0 || process == getpid()) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "the data directory '%s' is not whole: process %lld is filling it or was "
                     "interrupted; wait for it, or remove the directory and make it again",
                     store->path, (long long)process);
}
