/* readers.c -- several handles on one data directory that see the same state of it. */
#include "dataset/readers.h"

#include "base/memory.h"

#include <stdlib.h>

enum { ATTEMPTS_MAX = 1000 }; /* a commit must fall between two snapshots each time */

void readers_done(Readers *readers)
{
    for (size_t i = 0; i < readers->count; i++)
        store_close(readers->items[i]);
    free(readers->items);
    *readers = (Readers){0};
}

static Status open_more(Readers *readers, const char *path, size_t count, Error *err)
{
    if (readers->count >= count) return STATUS_OK;
    readers->items = memory_resize(readers->items, memory_product(count, sizeof(Store *)));
    for (; readers->count < count; readers->count++)
        TRY(store_open(path, STORE_READ, &readers->items[readers->count], err));
    return STATUS_OK;
}

Status readers_open(const char *path, size_t count, Readers *ret_readers, Error *err)
{
    AUTO(readers_done) Readers readers = {0};
    TRY(open_more(&readers, path, count, err));
    *ret_readers = readers;
    readers = (Readers){0};
    return STATUS_OK;
}

void readers_end(Readers *readers)
{
    for (size_t i = 0; i < readers->count; i++)
        store_read_end(readers->items[i]);
}

/* False when a commit came in between. */
static Status begin_once(Readers *readers, bool *ret_is_same, Error *err)
{
    *ret_is_same = true;
    for (size_t i = 0; i < readers->count && *ret_is_same; i++) {
        uint64_t version;
        TRY(store_read_begin(readers->items[i], err));
        TRY(store_data_version(readers->items[i], &version, err));
        if (i == 0) readers->data_version = version;
        *ret_is_same = version == readers->data_version;
    }
    return STATUS_OK;
}

Status readers_begin(Readers *readers, Error *err)
{
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        bool is_same;
        Status status = begin_once(readers, &is_same, err);
        if (status == STATUS_OK && is_same) return STATUS_OK;
        readers_end(readers);
        if (status != STATUS_OK) return status;
    }
    return error_set(err, STATUS_CONFLICT, "the data changes too often to be read; try again");
}

Status readers_follow(Readers *readers, const char *path, size_t count, uint64_t data_version,
                      size_t *ret_count, Error *err)
{
    bool is_same = true;
    *ret_count = 0;
    TRY(open_more(readers, path, count, err));
    for (size_t i = 0; i < count && is_same; i++) {
        uint64_t version;
        TRY(store_read_begin(readers->items[i], err));
        TRY(store_data_version(readers->items[i], &version, err));
        is_same = version == data_version;
    }
    if (is_same) *ret_count = count;
    return STATUS_OK;
}

Status readers_input(Readers *readers, Arena *arena, ImageInput *ret_input, Error *err)
{
    CustomerId *last = ARENA_ARRAY(arena, CustomerId, readers->count);
    CustomerSource **sources = ARENA_ARRAY(arena, CustomerSource *, readers->count);
    TRY(store_divide_customers(readers->items[0], readers->count, last, err));
    for (size_t i = 0; i < readers->count; i++) {
        CustomerId first = {i == 0 ? 1 : last[i - 1].value + 1};
        TRY(store_customer_source_range(readers->items[i], first, last[i], &sources[i], err));
    }
    *ret_input = (ImageInput){.schema = store_schema(readers->items[0]),
                              .sources = sources,
                              .sources_count = readers->count,
                              .data_version = readers->data_version};
    return store_items(readers->items[0], &ret_input->items, &ret_input->items_count, err);
}
