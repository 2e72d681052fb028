/* trials.c -- where copies lie that something is tried on, and their end. */
#include "base/file.h"
#include "store/directory.h"
#include "store/store_internal.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

const char *store_trial_path(const Store *store, Arena *arena)
{
    const char *name = arena_printf(arena, DIRECTORY_TRIAL "-%ld", (long)getpid()).data;
    return directory_file(store->path, name, arena);
}

void store_remove_trials(const Store *store)
{
    AUTO(arena_done) Arena *arena = arena_new();
    DIR *directory = opendir(store->path);
    if (directory == NULL) return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (strncmp(entry->d_name, DIRECTORY_TRIAL, strlen(DIRECTORY_TRIAL)) == 0)
            (void)!store_remove(directory_file(store->path, entry->d_name, arena), NULL);
    closedir(directory);
}
