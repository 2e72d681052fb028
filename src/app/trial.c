/* trial.c -- an import tried on a copy of the data. */
#include "app/trial.h"

#include "base/memory.h"

#include <stdlib.h>

struct Trial {
    Arena *arena;
    const char *path;
    Store *store;
};

Status trial_open(App *app, const char *path, const Progress *progress, Trial **ret_trial,
                  Error *err)
{
    TRY(store_copy(app_store(app), path, progress, err));
    AUTO(trial_done) Trial *trial = MEMORY_NEW(Trial);
    trial->arena = arena_new();
    trial->path = arena_cstr(trial->arena, text_of(path));
    TRY(store_open(path, STORE_WRITE, &trial->store, err));
    store_set_day(trial->store, app_today(app));
    *ret_trial = trial;
    trial = NULL;
    return STATUS_OK;
}

Store *trial_store(const Trial *trial)
{
    return trial->store;
}

void trial_close(Trial *trial)
{
    if (trial == NULL) return;
    store_close(trial->store);
    /* what could not be removed now is removed by whoever cleans the place that it lies in */
    (void)!store_remove(trial->path, NULL);
    arena_free(trial->arena);
    free(trial);
}

void trial_done(Trial **trial)
{
    trial_close(*trial);
    *trial = NULL;
}
