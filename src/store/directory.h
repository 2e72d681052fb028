/* directory.h -- a data directory on disk: its two files and the lock of the one writer. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#define DIRECTORY_DATABASE_FILE "kohorta.db"
#define DIRECTORY_LOCK_FILE     "kohorta.lock"
#define DIRECTORY_BUILDING_FILE "kohorta.building" /* held while one of those below is made */
#define DIRECTORY_BACKUP_FILE   "kohorta.backup"   /* made for somebody to fetch */
#define DIRECTORY_TRIAL         "kohorta.trial"    /* folders with copies to try something on */
/* Files of this name, with anything after it, are copies of the data in another form. */
#define DIRECTORY_IMAGE_FILE "kohorta.image"

/* NOT_FOUND when `path` is no directory or holds no database. */
MUST_CHECK Status directory_check(const char *path, Error *err);
/* Make the directory unless it is there; CONFLICT when it holds anything. */
MUST_CHECK Status directory_make(const char *path, bool *ret_is_new, Error *err);
/* Remove the database and the lock, and what lies beside the database under its name: of a start
 * that failed, of a copy that has served. Only who holds the lock may. */
MUST_CHECK Status directory_remove_files(const char *path, Error *err);
/* Remove the copies, finished or not: who needs one makes it again. OK when there is none. */
MUST_CHECK Status directory_remove_images(const char *path, Error *err);
MUST_CHECK Status directory_remove_backup(const char *path, Error *err);

const char *directory_file(const char *path, const char *name, Arena *arena);

/* The writer's lock: held by an open file, so the kernel frees it when the process ends in any way.
 * When somebody else holds it, wait up to `wait_milliseconds` for him to end; 0: do not wait.
 * CONFLICT names the process that still holds it then. */
MUST_CHECK Status directory_lock(const char *path, unsigned wait_milliseconds, int *ret_lock,
                                 Error *err);
void directory_unlock(int lock); /* accepts -1 */
/* Whether somebody, in this process or another, waits for the lock that is held here. Cheap. */
bool directory_is_wanted(int lock);
/* Give the lock away; returns when whoever waited has got it. */
void directory_unlock_for_others(int lock);
