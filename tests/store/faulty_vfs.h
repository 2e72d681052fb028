/* faulty_vfs.h -- a file system for SQLite whose n-th operation fails, and all after it. */
#pragma once

typedef enum {
    FAULT_NONE,
    FAULT_IO,       /* reading, writing and synchronising fail */
    FAULT_DISK_FULL /* writing fails for want of room */
} FaultKind;

/* Every connection opened from now on goes through it; call once or more. */
void faulty_vfs_install(void);
/* The `after`-th operation of the kind's sort from now on is the first to fail. */
void faulty_vfs_arm(FaultKind kind, long after);
/* Stop failing; how many operations were left before the first failure (0 or less: it failed). */
long faulty_vfs_disarm(void);
