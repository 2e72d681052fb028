/* storage.h -- where and in which form the data lie, as JSON. */
#pragma once

#include "app/app.h"
#include "reply/json_writer.h"

/* {"is_sound", "problems"}: what a check found. */
void reply_problems(JsonWriter *writer, const Text *problems, size_t count);
/* The form in which questions are answered fast. */
void reply_image(JsonWriter *writer, const DatasetFacts *facts);

typedef struct {
    uint64_t database_bytes,
        log_bytes;       /* of the truth, of what was written since it was folded in */
    uint64_t free_bytes; /* of the disk */
    DatasetFacts image;
    bool has_backup; /* one that can be fetched */
    Text backup_name;
    uint64_t backup_bytes;
    Moment backup_at;
} StorageReply;
void reply_storage(JsonWriter *writer, const StorageReply *storage);
