/* pack_writer.c -- events of one customer, one after the other, into rows of packs. */
#include "store/pack_writer.h"

#include "base/memory.h"

#include <stdlib.h>

enum { ROOM_BYTES = PACK_BYTES_MAX + CONTENT_BYTES_MAX + 2 * VARINT_BYTES_MAX };

struct PackWriter {
    sqlite3_stmt *replace; /* a whole row */
    PackRegion region;
    CustomerId customer;
    uint32_t number;       /* of the pack being filled */
    uint32_t events_count; /* in it */
    size_t size_bytes;     /* of it */
    Moment first, last, previous;
    uint8_t bytes[ROOM_BYTES];
};

Status pack_writer_open(Store *store, const Stream *stream, PackWriter **ret_writer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text sql = arena_printf(
        arena, "REPLACE INTO main.event_pack_%u (" PACK_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5)",
        stream->id);
    sqlite3_stmt *replace = NULL;
    TRY(statement_prepare(store->database, sql, &replace, err));
    PackWriter *writer = MEMORY_NEW(PackWriter);
    writer->replace = replace;
    pack_begin(writer->bytes);
    *ret_writer = writer;
    return STATUS_OK;
}

void pack_writer_close(PackWriter *writer)
{
    if (writer == NULL) return;
    statement_done(&writer->replace);
    free(writer);
}

static void begin_pack(PackWriter *writer)
{
    writer->size_bytes = PACK_HEADER_BYTES;
    writer->events_count = 0;
    writer->previous = (Moment){0};
}

void pack_writer_begin(PackWriter *writer, PackRegion region, CustomerId customer, uint32_t number)
{
    writer->region = region;
    writer->customer = customer;
    writer->number = number;
    begin_pack(writer);
}

static Status store_pack(PackWriter *writer, Error *err)
{
    if (writer->number >= PACKS_PER_CUSTOMER_MAX)
        return error_set(err, STATUS_LIMIT, "customer number %u has too many events",
                         writer->customer.value);
    sqlite3_stmt *replace = writer->replace;
    statement_bind_integer(replace, 1, pack_id(writer->region, writer->customer, writer->number));
    statement_bind_integer(replace, 2, writer->events_count);
    statement_bind_integer(replace, 3, writer->first.second);
    statement_bind_integer(replace, 4, writer->last.second);
    statement_bind_blob(replace, 5, (Text){(const char *)writer->bytes, writer->size_bytes});
    TRY(statement_run(replace, err));
    writer->number++;
    begin_pack(writer);
    return STATUS_OK;
}

Status pack_writer_add(PackWriter *writer, const PackedEvent *event, Error *err)
{
    size_t size_max = event->content.size + 2 * VARINT_BYTES_MAX;
    if (writer->events_count > 0 && writer->size_bytes + size_max > PACK_BYTES_MAX)
        TRY(store_pack(writer, err));
    writer->size_bytes += pack_append(writer->bytes + writer->size_bytes, writer->previous, event);
    writer->previous = event->at;
    if (writer->events_count == 0 || event->at.second < writer->first.second)
        writer->first = event->at;
    if (writer->events_count == 0 || event->at.second > writer->last.second)
        writer->last = event->at;
    writer->events_count++;
    return STATUS_OK;
}

Status pack_writer_end(PackWriter *writer, uint32_t *ret_next_number, Error *err)
{
    if (writer->events_count > 0) TRY(store_pack(writer, err));
    *ret_next_number = writer->number;
    return STATUS_OK;
}
