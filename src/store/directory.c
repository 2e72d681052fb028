/* directory.c -- a data directory on disk: its two files and the lock of the one writer. */
#include "store/directory.h"

#include "base/file.h"
#include "store/database.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Persons' data: others are let in by whoever answers for them, with chmod. */
enum { DIRECTORY_MODE = 0700 };

enum {
    LOCK_STEP_MILLISECONDS = 20,  /* between two attempts to get the lock */
    YIELD_MILLISECONDS_MAX = 1000 /* a waiter on a busy machine may be late */
};

static const char *explain(int error_number)
{
    const char *text = strerrordesc_np(error_number);
    return text != NULL ? text : "unknown failure";
}

const char *directory_file(const char *path, const char *name, Arena *arena)
{
    return arena_printf(arena, "%s/%s", path, name).data;
}

Status directory_check(const char *path, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    if (!file_is_directory(path))
        return error_set(err, STATUS_NOT_FOUND,
                         "'%s' is not a directory; make a data directory with 'kohorta init'",
                         path);
    if (!file_exists(directory_file(path, DIRECTORY_DATABASE_FILE, arena)))
        return error_set(err, STATUS_NOT_FOUND,
                         "there is no data directory at '%s'; make one with 'kohorta init'", path);
    return STATUS_OK;
}

static Status check_is_empty(const char *path, Error *err)
{
    DIR *directory = opendir(path);
    if (directory == NULL)
        return error_set(err, STATUS_IO, "'%s' cannot be read: %s", path, explain(errno));
    bool is_empty = true;
    for (struct dirent *entry; is_empty && (entry = readdir(directory)) != NULL;)
        is_empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(directory);
    if (is_empty) return STATUS_OK;
    AUTO(arena_done) Arena *arena = arena_new();
    bool is_ours = file_exists(directory_file(path, DIRECTORY_DATABASE_FILE, arena));
    return error_set(err, STATUS_CONFLICT,
                     is_ours ? "'%s' is a data directory already"
                             : "'%s' is not empty; name a new or an empty directory",
                     path);
}

Status directory_make(const char *path, bool *ret_is_new, Error *err)
{
    *ret_is_new = mkdir(path, DIRECTORY_MODE) == 0;
    if (*ret_is_new) return STATUS_OK;
    if (errno != EEXIST)
        return error_set(err, STATUS_IO, "directory '%s' cannot be made: %s", path, explain(errno));
    if (!file_is_directory(path))
        return error_set(err, STATUS_CONFLICT, "'%s' is a file; name a new directory", path);
    TRY(check_is_empty(path, err));
    /* Its files are the owner's alone in any case: a directory of somebody else may stay as it is.
     */
    (void)!chmod(path, DIRECTORY_MODE);
    return STATUS_OK;
}

static Status remove_file(const char *path, const char *name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *file = directory_file(path, name, arena);
    if (unlink(file) == 0 || errno == ENOENT) return STATUS_OK;
    return error_set(err, STATUS_IO, "'%s' cannot be removed: %s", file, explain(errno));
}

/* A file of this name and what stands beside it under a longer one: logs, unfinished copies. */
static Status remove_with_prefix(const char *path, const char *prefix, Error *err)
{
    DIR *directory = opendir(path);
    if (directory == NULL)
        return error_set(err, STATUS_IO, "'%s' cannot be read: %s", path, explain(errno));
    Status status = STATUS_OK;
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(directory)) != NULL;)
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
            status = remove_file(path, entry->d_name, err);
    closedir(directory);
    return status;
}

/* The lock goes last: until then nobody else begins here. */
Status directory_remove_files(const char *path, Error *err)
{
    TRY(remove_with_prefix(path, DIRECTORY_DATABASE_FILE, err));
    return remove_file(path, DIRECTORY_LOCK_FILE, err);
}

Status directory_remove_backup(const char *path, Error *err)
{
    return remove_with_prefix(path, DIRECTORY_BACKUP_FILE, err);
}

Status directory_remove_images(const char *path, Error *err)
{
    return remove_with_prefix(path, DIRECTORY_IMAGE_FILE, err);
}

/* The number of the process that wrote it into the lock file; 0 when there is none. */
static long read_process_id(int lock)
{
    char text[24] = "";
    ssize_t size = pread(lock, text, sizeof text - 1, 0);
    long id = 0;
    for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9' && id < 100000000; i++)
        id = id * 10 + (text[i] - '0');
    return id;
}

static Status tell_who_holds(const char *path, int lock, Error *err)
{
    long id = read_process_id(lock);
    if (id == 0)
        return error_set(err, STATUS_CONFLICT,
                         "another process is writing to '%s'; wait for it to end", path);
    return error_set(err, STATUS_CONFLICT, "process %ld is writing to '%s'; wait for it to end", id,
                     path);
}

/* The first byte of the file is where those who wait show themselves: a lock of another kind, which
 * goes with the open file as the lock itself does, so nobody is seen who is gone. */
static struct flock waiting_place(short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
}

static void show_waiting(int lock, bool is_waiting)
{
    struct flock place = waiting_place(is_waiting ? F_RDLCK : F_UNLCK);
    (void)fcntl(lock, F_OFD_SETLK, &place); /* without it one waits all the same */
}

bool directory_is_wanted(int lock)
{
    struct flock place = waiting_place(F_WRLCK);
    return fcntl(lock, F_OFD_GETLK, &place) == 0 && place.l_type != F_UNLCK;
}

static void rest(unsigned milliseconds)
{
    const struct timespec step = {.tv_nsec = (long)milliseconds * 1000000};
    nanosleep(&step, NULL);
}

static bool try_lock(int lock, unsigned wait_milliseconds)
{
    for (unsigned waited = 0;; waited += LOCK_STEP_MILLISECONDS) {
        if (flock(lock, LOCK_EX | LOCK_NB) == 0) return true;
        if (errno != EWOULDBLOCK || waited >= wait_milliseconds) return false;
        rest(LOCK_STEP_MILLISECONDS);
    }
}

/* Whether the lock was got, soon or after waiting; else errno tells why not. */
static bool take_lock(int lock, unsigned wait_milliseconds)
{
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK || wait_milliseconds == 0) return false;
    show_waiting(lock, true);
    bool is_taken = try_lock(lock, wait_milliseconds);
    int reason = errno;
    show_waiting(lock, false);
    errno = reason;
    return is_taken;
}

Status directory_lock(const char *path, unsigned wait_milliseconds, int *ret_lock, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *file = directory_file(path, DIRECTORY_LOCK_FILE, arena);
    int lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE_OWN);
    if (lock < 0)
        return error_set(err, errno == EACCES || errno == EROFS ? STATUS_DENIED : STATUS_IO,
                         "'%s' cannot be opened: %s", file, explain(errno));
    if (!take_lock(lock, wait_milliseconds)) {
        Status status =
            errno == EWOULDBLOCK
                ? tell_who_holds(path, lock, err)
                : error_set(err, STATUS_IO, "'%s' cannot be locked: %s", file, explain(errno));
        close(lock);
        return status;
    }
    char text[24];
    int size = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    /* the number only serves the sentence above: a full disk must not keep a reader of it out */
    if (ftruncate(lock, 0) == 0 && pwrite(lock, text, (size_t)size, 0) != size)
        (void)!ftruncate(lock, 0);
    *ret_lock = lock;
    return STATUS_OK;
}

void directory_unlock(int lock)
{
    if (lock < 0) return;
    (void)!ftruncate(lock, 0);
    close(lock);
}

void directory_unlock_for_others(int lock)
{
    (void)!ftruncate(lock, 0);
    (void)flock(lock, LOCK_UN);
    /* who gets it does not show himself as waiting any more */
    for (unsigned waited = 0; waited < YIELD_MILLISECONDS_MAX && directory_is_wanted(lock);
         waited += LOCK_STEP_MILLISECONDS)
        rest(LOCK_STEP_MILLISECONDS);
    close(lock);
}
