/* sizes.c -- how much room a data directory takes. */
#include "store/store_internal.h"

#include "store/directory.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static uint64_t size_of(const char *directory, const char *name, Arena *arena)
{
    struct stat facts;
    if (stat(directory_file(directory, name, arena), &facts) != 0) return 0;
    return (uint64_t)facts.st_size;
}

static uint64_t free_bytes_of(const char *directory)
{
    struct statvfs disk;
    if (statvfs(directory, &disk) != 0) return 0;
    return (uint64_t)disk.f_bavail * (uint64_t)disk.f_frsize;
}

StoreSizes store_sizes(const Store *store)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoreSizes sizes = {
        .database_bytes = size_of(store->path, DIRECTORY_DATABASE_FILE, arena),
        .log_bytes = size_of(store->path, DIRECTORY_DATABASE_FILE "-wal", arena),
        .free_bytes = free_bytes_of(store->path),
    };
    struct stat backup;
    if (stat(store_own_backup(store, arena), &backup) != 0) return sizes;
    sizes.has_backup = true;
    sizes.backup_bytes = (uint64_t)backup.st_size;
    sizes.backup_utc_second = backup.st_mtim.tv_sec;
    return sizes;
}

const char *store_own_backup(const Store *store, Arena *arena)
{
    return directory_file(store->path, DIRECTORY_BACKUP_FILE, arena);
}

Status store_make_own_backup(Store *store, const Progress *progress, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(directory_remove_backup(store->path, err));
    return store_backup(store, store_own_backup(store, arena), progress, err);
}
