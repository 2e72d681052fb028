/* event_batch.c -- encoded events waiting to be written, to be walked customer by customer. */
#include "store/event_batch.h"

#include "base/error.h"
#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLACE_BYTES = 8, /* records begin at multiples of this */
    RADIX_BITS = 11, /* 2048 buckets: their ends stay in the first-level cache */
    RADIX_SIZE = 1 << RADIX_BITS
};

static_assert(sizeof(RecordHeader) == 16, "ten million of them wait in memory");

struct EventBatch {
    uint8_t *records;
    size_t size_bytes, capacity_bytes;
    uint64_t *entries; /* customer << 32 | place of the record */
    size_t count, capacity;
    bool is_sorted;
};

EventBatch *event_batch_new(void)
{
    EventBatch *batch = MEMORY_NEW(EventBatch);
    batch->is_sorted = true;
    return batch;
}

void event_batch_free(EventBatch *batch)
{
    if (batch == NULL) return;
    free(batch->records);
    free(batch->entries);
    free(batch);
}

void event_batch_clear(EventBatch *batch)
{
    batch->size_bytes = 0;
    batch->count = 0;
    batch->is_sorted = true;
}

size_t event_batch_count(const EventBatch *batch)
{
    return batch->count;
}

size_t event_batch_used_bytes(const EventBatch *batch)
{
    return batch->size_bytes + 2 * batch->count * sizeof *batch->entries;
}

bool event_batch_is_full(const EventBatch *batch)
{
    /* the last record may be as large as they come */
    return batch->size_bytes / PLACE_BYTES + 2 * CONTENT_BYTES_MAX > UINT32_MAX;
}

uint8_t *event_batch_reserve(EventBatch *batch, size_t content_size_max)
{
    size_t needed = batch->size_bytes + sizeof(RecordHeader) + content_size_max + PLACE_BYTES;
    if (needed > batch->capacity_bytes) {
        batch->capacity_bytes = needed < 1 << 20 ? 1 << 20 : memory_product(needed, 2);
        batch->records = memory_resize(batch->records, batch->capacity_bytes);
    }
    return batch->records + batch->size_bytes + sizeof(RecordHeader);
}

void event_batch_push(EventBatch *batch, CustomerId customer, const RecordHeader *header)
{
    ASSERT(!event_batch_is_full(batch));
    if (batch->count == batch->capacity) {
        batch->capacity = batch->capacity == 0 ? 1 << 16 : memory_product(batch->capacity, 2);
        batch->entries =
            memory_resize(batch->entries, memory_product(batch->capacity, sizeof *batch->entries));
    }
    memcpy(batch->records + batch->size_bytes, header, sizeof *header);
    uint64_t entry = (uint64_t)customer.value << 32 | batch->size_bytes / PLACE_BYTES;
    if (batch->count > 0 && batch->entries[batch->count - 1] > entry) batch->is_sorted = false;
    batch->entries[batch->count++] = entry;
    size_t end = batch->size_bytes + sizeof *header + header->content_size;
    batch->size_bytes = (end + PLACE_BYTES - 1) / PLACE_BYTES * PLACE_BYTES;
}

/* One pass of a radix sort: by the bits from `shift` on, keeping the order of equal ones. */
static void radix_pass(const uint64_t *from, uint64_t *to, size_t count, unsigned shift)
{
    size_t ends[RADIX_SIZE] = {0};
    for (size_t i = 0; i < count; i++)
        ends[from[i] >> shift & (RADIX_SIZE - 1)]++;
    size_t begin = 0;
    for (size_t bucket = 0; bucket < RADIX_SIZE; bucket++) {
        size_t bucket_count = ends[bucket];
        ends[bucket] = begin;
        begin += bucket_count;
    }
    for (size_t i = 0; i < count; i++)
        to[ends[from[i] >> shift & (RADIX_SIZE - 1)]++] = from[i];
}

void event_batch_sort(EventBatch *batch)
{
    if (batch->is_sorted) return;
    uint64_t *other = memory_alloc(memory_product(batch->capacity, sizeof *other));
    uint64_t present = 0;
    for (size_t i = 0; i < batch->count; i++)
        present |= batch->entries[i];
    for (unsigned shift = 32; shift < 64 && present >> shift != 0; shift += RADIX_BITS) {
        radix_pass(batch->entries, other, batch->count, shift);
        uint64_t *sorted = other;
        other = batch->entries;
        batch->entries = sorted;
    }
    free(other);
    batch->is_sorted = true;
}

CustomerId event_batch_customer(const EventBatch *batch, size_t index)
{
    return (CustomerId){(uint32_t)(batch->entries[index] >> 32)};
}

static uint8_t *record_of(const EventBatch *batch, size_t index)
{
    return batch->records + (size_t)(uint32_t)batch->entries[index] * PLACE_BYTES;
}

RecordHeader *event_batch_header(const EventBatch *batch, size_t index)
{
    return (RecordHeader *)(void *)record_of(batch,
                                             index); /* places are multiples of its alignment */
}

PackedEvent event_batch_event(const EventBatch *batch, size_t index)
{
    const uint8_t *record = record_of(batch, index);
    const RecordHeader *header = event_batch_header(batch, index);
    return (PackedEvent){
        .at = {header->second},
        .content = {(const char *)record + sizeof *header, header->content_size},
    };
}

void event_batch_prefetch(const EventBatch *batch, size_t index)
{
    const uint8_t *record = record_of(batch, index);
    __builtin_prefetch(record);
    __builtin_prefetch(record + sizeof(RecordHeader) + PLACE_BYTES);
}
