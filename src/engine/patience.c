/* patience.c -- whether work may go on, looked at in the midst of it. */
#include "engine/patience.h"

static bool say_no(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)context, (void)step, (void)done, (void)total;
    return false;
}

Status patience_look(Patience *patience, Error *err)
{
    static const Progress OVER = {say_no, NULL};
    bool is_over = atomic_load(patience->is_over);
    const Progress *asked = is_over ? &OVER : patience->progress;
    size_t done = patience->done != NULL ? atomic_load(patience->done) : 0;
    Status status = progress_report(asked, patience->what, done, patience->total, err);
    if (status != STATUS_OK) atomic_store(patience->is_over, true);
    return status;
}
