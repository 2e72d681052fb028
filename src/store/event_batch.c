/* event_batch.c -- encoded events waiting to be written, to be walked customer by customer. */
#include "store/event_batch.h"

#include "base/error.h"
#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLACE_BYTES = 8, /* records begin at multiples of this */
    CHUNK_BYTES = 16 << 20,
    CHUNKS_MAX = 1 << 11, /* the places of so many chunks fit 32 bits */
    RADIX_BITS = 11,      /* 2048 buckets: their ends stay in the first-level cache */
    RADIX_SIZE = 1 << RADIX_BITS
};

static_assert(sizeof(RecordHeader) == 8, "ten million of them wait in memory");
static_assert((uint64_t)CHUNKS_MAX * CHUNK_BYTES / PLACE_BYTES == UINT64_C(1) << 32,
              "a place is a number of 32 bits");

/* Records lie in chunks that never move; a record is never cut by the end of one. */
struct EventBatch {
    uint8_t *chunks[CHUNKS_MAX];
    size_t chunks_count;
    size_t size_bytes;   /* end of the last record, counted through the chunks */
    size_t record_bytes; /* place of the reserved record, likewise */
    uint64_t *entries;   /* customer << 32 | place of the record */
    size_t count, capacity;
    bool is_sorted;
    struct {
        uint64_t *items;
        size_t count, capacity;
    } lines; /* of the records with given keys */
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
    for (size_t i = 0; i < batch->chunks_count; i++)
        free(batch->chunks[i]);
    free(batch->entries);
    free(batch->lines.items);
    free(batch);
}

void event_batch_clear(EventBatch *batch)
{
    batch->size_bytes = 0;
    batch->count = 0;
    batch->lines.count = 0;
    batch->is_sorted = true;
}

size_t event_batch_count(const EventBatch *batch)
{
    return batch->count;
}

size_t event_batch_used_bytes(const EventBatch *batch)
{
    return batch->size_bytes + 2 * batch->count * sizeof *batch->entries +
           batch->lines.count * sizeof *batch->lines.items;
}

bool event_batch_is_full(const EventBatch *batch)
{
    /* the last records may need a chunk of their own */
    return batch->size_bytes > (size_t)(CHUNKS_MAX - 2) * CHUNK_BYTES;
}

static uint8_t *at_place(const EventBatch *batch, size_t place_bytes)
{
    return batch->chunks[place_bytes / CHUNK_BYTES] + place_bytes % CHUNK_BYTES;
}

uint8_t *event_batch_reserve(EventBatch *batch, size_t content_size_max)
{
    size_t needed = sizeof(RecordHeader) + content_size_max;
    ASSERT(needed <= CHUNK_BYTES && !event_batch_is_full(batch));
    size_t begin = batch->size_bytes;
    if (begin % CHUNK_BYTES + needed > CHUNK_BYTES) begin = (begin / CHUNK_BYTES + 1) * CHUNK_BYTES;
    if (begin / CHUNK_BYTES == batch->chunks_count)
        batch->chunks[batch->chunks_count++] = memory_alloc_large(CHUNK_BYTES);
    batch->record_bytes = begin;
    return at_place(batch, begin) + sizeof(RecordHeader);
}

void event_batch_push(EventBatch *batch, CustomerId customer, const RecordHeader *header)
{
    if (batch->count == batch->capacity) {
        batch->capacity = batch->capacity == 0 ? 1 << 16 : memory_product(batch->capacity, 2);
        batch->entries =
            memory_resize(batch->entries, memory_product(batch->capacity, sizeof *batch->entries));
    }
    memcpy(at_place(batch, batch->record_bytes), header, sizeof *header);
    uint64_t entry = (uint64_t)customer.value << 32 | batch->record_bytes / PLACE_BYTES;
    if (batch->count > 0 && batch->entries[batch->count - 1] > entry) batch->is_sorted = false;
    batch->entries[batch->count++] = entry;
    size_t end = batch->record_bytes + sizeof *header + header->content_size;
    batch->size_bytes = (end + PLACE_BYTES - 1) / PLACE_BYTES * PLACE_BYTES;
}

void event_batch_note_line(EventBatch *batch, uint64_t line)
{
    if (batch->lines.count == batch->lines.capacity) {
        size_t capacity = batch->lines.capacity == 0 ? 256 : batch->lines.capacity * 2;
        batch->lines.items =
            memory_resize(batch->lines.items, memory_product(capacity, sizeof(uint64_t)));
        batch->lines.capacity = capacity;
    }
    batch->lines.items[batch->lines.count++] = line;
}

uint64_t event_batch_line(const EventBatch *batch, size_t k)
{
    ASSERT(k < batch->lines.count);
    return batch->lines.items[k];
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
    uint64_t *other = memory_alloc_large(memory_product(batch->capacity, sizeof *other));
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
    return at_place(batch, (size_t)(uint32_t)batch->entries[index] * PLACE_BYTES);
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
        .at = {record_second(header)},
        .content = {(const char *)record + sizeof *header, header->content_size},
    };
}

void event_batch_prefetch(const EventBatch *batch, size_t index)
{
    const uint8_t *record = record_of(batch, index);
    __builtin_prefetch(record);
    __builtin_prefetch(record + sizeof(RecordHeader) + PLACE_BYTES);
}
