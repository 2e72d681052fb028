/* storage.c -- where and in which form the data lie, as JSON. */
#include "reply/storage.h"

#include "reply/fields.h"

void reply_problems(JsonWriter *writer, const Text *problems, size_t count)
{
    json_begin(writer, '{');
    field_flag(writer, "is_sound", count == 0);
    field_texts(writer, "problems", problems, count);
    json_end(writer, '}');
}

void reply_image(JsonWriter *writer, const DatasetFacts *facts)
{
    json_begin(writer, '{');
    field_flag(writer, "is_in_memory", facts->is_in_memory);
    field_count(writer, "bytes", facts->image_size_bytes);
    field_count(writer, "customers", facts->image_customers);
    field_count(writer, "events", facts->image_events);
    field_count(writer, "changed_customers", facts->changed_customers);
    field_count(writer, "hidden_customers", facts->hidden_customers);
    json_end(writer, '}');
}

void reply_storage(JsonWriter *writer, const StorageReply *storage)
{
    json_begin(writer, '{');
    field_count(writer, "database_bytes", storage->database_bytes);
    field_count(writer, "log_bytes", storage->log_bytes);
    field_count(writer, "free_bytes", storage->free_bytes);
    json_key(writer, "image");
    reply_image(writer, &storage->image);
    json_key(writer, "backup");
    if (storage->has_backup) {
        json_begin(writer, '{');
        field_text(writer, "name", storage->backup_name);
        field_count(writer, "bytes", storage->backup_bytes);
        field_moment(writer, "made_at", true, storage->backup_at);
        json_end(writer, '}');
    } else {
        json_nothing(writer);
    }
    json_end(writer, '}');
}
