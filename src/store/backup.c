/* backup.c -- a consistent copy of the database while others write. */
#include "base/file.h"
#include "store/change_log.h"
#include "store/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PAGES_PER_STEP = 2048 };

static Status copy_pages(sqlite3 *from, sqlite3 *to, const Progress *progress, Error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL) return database_error(to, sqlite3_errcode(to), err);
    int code;
    Status status = STATUS_OK;
    do {
        code = sqlite3_backup_step(backup, PAGES_PER_STEP);
        int total = sqlite3_backup_pagecount(backup), left = sqlite3_backup_remaining(backup);
        status = progress_report(progress, "copying pages", (uint64_t)(total - left),
                                 (uint64_t)total, err);
    } while (code == SQLITE_OK && status == STATUS_OK);
    int end = sqlite3_backup_finish(backup);
    if (status != STATUS_OK) return status;
    return end == SQLITE_OK ? STATUS_OK : database_error(to, end, err);
}

static Status copy_to(Store *store, const char *file, const Progress *progress, Error *err)
{
    AUTO(database_done) sqlite3 *copy = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(file, &copy, flags, NULL);
    if (code != SQLITE_OK) return database_error(copy, code, err);
    TRY(database_run(copy, "PRAGMA synchronous = FULL", err));
    TRY(copy_pages(store->database, copy, progress, err));
    AUTO(arena_done) Arena *arena = arena_new();
    Text sql;
    TRY(change_log_part_ways(arena, &sql, err));
    TRY(database_run(copy, sql.data, err));
    /* only the file itself is given its name: nothing may be left in a log beside it */
    int log = sqlite3_wal_checkpoint_v2(copy, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return log == SQLITE_OK ? STATUS_OK : database_error(copy, log, err);
}

static Status file_failure(const char *file, const char *what, Error *err)
{
    const char *text = strerrordesc_np(errno);
    return error_set(err, STATUS_IO, "'%s' %s: %s", file, what,
                     text != NULL ? text : "unknown failure");
}

static Status sync_path(const char *path, Error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool is_synced = file >= 0 && fsync(file) == 0;
    Status status = is_synced ? STATUS_OK : file_failure(path, "cannot be written to disk", err);
    if (file >= 0) close(file);
    return status;
}

/* Give the finished copy its name; never over another file, even one that came meanwhile. */
static Status publish(const char *part, const char *file, Arena *arena, Error *err)
{
    TRY(sync_path(part, err));
    if (link(part, file) != 0)
        return errno == EEXIST ? error_set(err, STATUS_CONFLICT, "'%s' is there already", file)
                               : file_failure(file, "cannot be made", err);
    const char *slash = strrchr(file, '/');
    const char *directory = slash == NULL ? "."
                            : slash == file
                                ? "/"
                                : arena_cstr(arena, (Text){file, (size_t)(slash - file)});
    return sync_path(directory, err);
}

/* The copy and what SQLite may have laid beside it when it could not end its work. */
static void remove_part(const char *part, Arena *arena)
{
    static const char *const endings[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        unlink(arena_printf(arena, "%s%s", part, endings[i]).data);
}

Status store_backup(Store *store, const char *file, const Progress *progress, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    if (file_exists(file))
        return error_set(err, STATUS_CONFLICT, "'%s' is there already; name a new file", file);
    if (store->is_in_batch)
        return error_set(err, STATUS_CONFLICT, "a batch is open; end it before the backup");
    const char *part = arena_printf(arena, "%s.part-%ld", file, (long)getpid()).data;
    /* a snapshot of our own keeps the source as it is while others write */
    bool is_own_snapshot = !store->is_reading;
    if (is_own_snapshot) TRY(store_read_begin(store, err));
    remove_part(part, arena);
    Status status =
        database_make_file(part) ? STATUS_OK : file_failure(file, "cannot be made", err);
    if (status == STATUS_OK) status = copy_to(store, part, progress, err);
    if (is_own_snapshot) store_read_end(store);
    if (status == STATUS_OK) status = publish(part, file, arena, err);
    remove_part(part, arena);
    return status;
}

/* ---- a copy to work with ---- */

/* Into a directory that is locked, so that nobody who clears away takes it for a left one. */
static Status copy_inside(Store *store, const char *directory, const Progress *progress, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    int lock;
    TRY(directory_lock(directory, 0, &lock, err));
    Status status = store_backup(store, directory_file(directory, DIRECTORY_DATABASE_FILE, arena),
                                 progress, err);
    if (status != STATUS_OK) (void)!directory_remove_files(directory, NULL);
    directory_unlock(lock);
    return status;
}

Status store_copy(Store *store, const char *directory, const Progress *progress, Error *err)
{
    bool is_new;
    TRY(directory_make(directory, &is_new, err));
    Status status = copy_inside(store, directory, progress, err);
    if (status != STATUS_OK && is_new) rmdir(directory);
    return status;
}

Status store_remove(const char *directory, Error *err)
{
    int lock;
    TRY(directory_lock(directory, 0, &lock, err));
    Status status = directory_remove_files(directory, err);
    directory_unlock(lock);
    if (status != STATUS_OK) return status;
    if (rmdir(directory) == 0) return STATUS_OK;
    return file_failure(directory, "cannot be removed", err);
}
