/* customer_source.c -- customers with their events out of the packs: a range in turn, or one by
 * one.
 *
 * A range: the customers and the packs of every stream are read in the order of ids, side by side,
 * so one pass over the database gives everyone. A set: each customer is looked up, which costs more
 * than decoding what he has, so what was found stays in memory, as it is stored, for the next time
 * that the source is read from its beginning. */
#include "store/customer_source.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "store/customers.h"
#include "store/event_codec.h"
#include "store/pack_rows.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    EventCodec *codec;
    PackRows range; /* stands on the pack to be taken next */
    PackRows one;   /* of one customer */
} StreamReader;

/* A pack as it is stored. */
typedef struct {
    int64_t id, events_count;
    Text payload;
} StoredPack;

typedef struct {
    StoredPack *items;
    size_t count, capacity;
} StoredPacks;

/* A customer as he is stored; id 0 for nobody. */
typedef struct {
    CustomerRow row;    /* without events */
    StoredPacks *packs; /* per stream */
} StoredCustomer;

typedef struct {
    Arena *arena;
    StoredCustomer *items; /* the first ones of the set */
    size_t count, capacity;
    bool is_full; /* no more are kept */
} KeptCustomers;

struct PackedSource {
    CustomerSource source; /* first: a pointer to it is a pointer to this */
    Store *store;
    Arena *arena;
    CustomerId first, last;     /* the range */
    const CustomerSet *members; /* only these, each on its own; NULL: the range */
    const CustomerParts *parts; /* of the members, no others; NULL: all they have */
    CustomerId next_member;     /* id 0: none is left */
    KeptCustomers kept;         /* of the set */
    size_t next_kept;
    sqlite3_stmt *customers; /* those with ?1 <= id <= ?2, in the order of ids */
    bool is_to_rewind, is_at_end;
    sqlite3_stmt *customer; /* the one with id ?1 */
    StreamReader *readers;  /* one per stream */
    size_t readers_count;
};

typedef struct {
    EventRow *items;
    size_t count, capacity;
} EventRows;

/* ---- statements ---- */

static void end_statements(const PackedSource *source)
{
    sqlite3_reset(source->customers);
    sqlite3_reset(source->customer);
    for (size_t i = 0; i < source->readers_count; i++) {
        pack_rows_end(&source->readers[i].range);
        pack_rows_end(&source->readers[i].one);
    }
}

static void forget_kept(PackedSource *source)
{
    arena_free(source->kept.arena);
    source->kept = (KeptCustomers){.arena = arena_new()};
}

void customer_source_close(Store *store)
{
    if (store->source == NULL) return;
    end_statements(store->source);
    forget_kept(store->source);
}

void customer_source_free(Store *store)
{
    PackedSource *source = store->source;
    if (source == NULL) return;
    arena_free(source->kept.arena);
    statement_done(&source->customers);
    statement_done(&source->customer);
    for (size_t i = 0; i < source->readers_count; i++) {
        pack_rows_done(&source->readers[i].range);
        pack_rows_done(&source->readers[i].one);
    }
    arena_free(source->arena);
    free(source);
    store->source = NULL;
}

static Status prepare_customers(PackedSource *source, Error *err)
{
    Store *store = source->store;
    Text columns = customer_columns(store->schema, source->arena);
    Text range = arena_printf(source->arena,
                              "SELECT %.*s FROM main.customer WHERE id BETWEEN ?1 AND ?2 "
                              "ORDER BY id",
                              TEXT_FORMAT(columns));
    Text one = arena_printf(source->arena, "SELECT %.*s FROM main.customer WHERE id = ?1",
                            TEXT_FORMAT(columns));
    TRY(statement_prepare(store->database, range, &source->customers, err));
    return statement_prepare(store->database, one, &source->customer, err);
}

static Status prepare_stream(PackedSource *source, const Stream *stream, StreamReader *reader,
                             Error *err)
{
    reader->codec = event_codec_new(stream, source->arena);
    TRY(pack_rows_open(source->store, stream->id, &reader->range, err));
    return pack_rows_open(source->store, stream->id, &reader->one, err);
}

static Status prepare_statements(PackedSource *source, Error *err)
{
    const Schema *schema = source->store->schema;
    TRY(prepare_customers(source, err));
    source->readers = ARENA_ARRAY(source->arena, StreamReader, schema->streams_count);
    source->readers_count = schema->streams_count;
    for (size_t i = 0; i < schema->streams_count; i++)
        TRY(prepare_stream(source, &schema->streams[i], &source->readers[i], err));
    return STATUS_OK;
}

/* Statements for the present schema, and the mirrors that decoding needs. */
static Status prepare(Store *store, Error *err)
{
    if (store->items == NULL) TRY(items_load(store, &store->items, err));
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    if (store->source != NULL) return STATUS_OK;
    store->source = MEMORY_NEW(PackedSource);
    store->source->store = store;
    store->source->arena = arena_new();
    store->source->kept.arena = arena_new();
    Status status = prepare_statements(store->source, err);
    if (status != STATUS_OK) customer_source_free(store);
    return status;
}

/* ---- events ---- */

static Status damaged(const Store *store, const StreamReader *reader, int64_t id, Error *err)
{
    return error_set(err, STATUS_CORRUPT,
                     "the events of stream '%.*s' of customer number %u in '%s' are damaged; "
                     "restore a backup",
                     TEXT_FORMAT(reader->codec->stream->name), pack_customer(id).value,
                     store->path);
}

static bool decode_event(const Store *store, EventCodec *codec, const PackedEvent *event,
                         Arena *arena, EventRow *ret_row)
{
    if (!event_codec_decode(codec, event->content)) return false;
    Value *values = ARENA_ARRAY(arena, Value, codec->shape.fields_count);
    for (size_t i = 0; i < codec->shape.fields_count; i++)
        if (!event_codec_value(codec, i, store->items, store->texts, &values[i])) return false;
    Text key = codec->content.has_key ? codec->content.key : TEXT("");
    *ret_row = (EventRow){.at = event->at, .key = key, .values = values};
    return true;
}

static StoredPack stored_pack(const PackRow *row, Arena *arena)
{
    return (StoredPack){.id = row->id,
                        .events_count = row->events_count,
                        .payload = arena_text(arena, row->payload)};
}

/* The events of a pack, whose payload they borrow. */
static Status take_pack(const Store *store, StreamReader *reader, const StoredPack *stored,
                        Arena *arena, EventRows *rows, Error *err)
{
    int64_t id = stored->id, expected = stored->events_count;
    PackReader pack;
    if (!pack_open(&pack, stored->payload)) return damaged(store, reader, id, err);
    PackedEvent event;
    PackStep step;
    for (; (step = pack_next(&pack, &event)) == PACK_EVENT; expected--) {
        EventRow event_row;
        if (!decode_event(store, reader->codec, &event, arena, &event_row)) break;
        event_row.sequence = rows->count;
        ARENA_PUSH(arena, rows, event_row);
    }
    return step == PACK_END && expected == 0 ? STATUS_OK : damaged(store, reader, id, err);
}

static int compare_rows(const void *a, const void *b)
{
    const EventRow *left = a, *right = b;
    if (left->at.second != right->at.second) return left->at.second < right->at.second ? -1 : 1;
    return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

static EventList in_order(EventRows rows)
{
    bool is_sorted = true;
    for (size_t i = 1; i < rows.count && is_sorted; i++)
        is_sorted = rows.items[i - 1].at.second <= rows.items[i].at.second;
    if (!is_sorted) qsort(rows.items, rows.count, sizeof *rows.items, compare_rows);
    return (EventList){rows.items, rows.count};
}

/* ---- one customer ---- */

static CustomerRow read_row(const Store *store, sqlite3_stmt *statement, Arena *arena)
{
    return (CustomerRow){.id = {(uint32_t)statement_integer(statement, 0)},
                         .code = arena_text(arena, statement_text(statement, 1)),
                         .values = customer_values(store->schema, statement, arena)};
}

static Status read_packs(StreamReader *reader, CustomerId customer, Arena *arena,
                         StoredPacks *packs, Error *err)
{
    PackRows *rows = &reader->one;
    Status status = pack_rows_seek(rows, customer, customer, err);
    while (status == STATUS_OK && rows->has_row) {
        ARENA_PUSH(arena, packs, stored_pack(&rows->row, arena));
        status = pack_rows_step(rows, err);
    }
    pack_rows_end(rows);
    return status;
}

/* Id 0 when there is nobody with this id. */
static Status find_row(PackedSource *source, CustomerId id, Arena *arena, CustomerRow *ret_row,
                       Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = source->customer;
    statement_bind_integer(statement, 1, id.value);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_row = has_row ? read_row(source->store, statement, arena) : (CustomerRow){0};
    return STATUS_OK;
}

/* What of a customer is wanted; NULL: all. */
typedef struct {
    const bool *streams;
    const CustomerParts *parts;
} Wanted;

static bool wants(const Wanted *wanted, const PackedSource *source, CustomerId id, size_t stream)
{
    if (wanted->streams != NULL && !wanted->streams[stream]) return false;
    uint32_t part = source->readers[stream].codec->stream->id;
    return wanted->parts == NULL || customer_parts_has(wanted->parts, part, id);
}

static Status read_stored(PackedSource *source, CustomerId id, const Wanted *wanted, Arena *arena,
                          StoredCustomer *ret_stored, Error *err)
{
    *ret_stored = (StoredCustomer){.row.id = id};
    if (wanted->parts == NULL || customer_parts_has(wanted->parts, PART_ROW, id))
        TRY(find_row(source, id, arena, &ret_stored->row, err));
    if (ret_stored->row.id.value == 0) return STATUS_OK;
    ret_stored->packs = ARENA_ARRAY(arena, StoredPacks, source->readers_count);
    for (size_t i = 0; i < source->readers_count; i++)
        if (wants(wanted, source, id, i))
            TRY(read_packs(&source->readers[i], id, arena, &ret_stored->packs[i], err));
    return STATUS_OK;
}

/* The row borrows from what is stored. */
static Status unpack(const PackedSource *source, const StoredCustomer *stored, Arena *arena,
                     CustomerRow *ret_row, Error *err)
{
    *ret_row = stored->row;
    if (stored->row.id.value == 0) return STATUS_OK;
    EventList *events = ARENA_ARRAY(arena, EventList, source->readers_count);
    for (size_t i = 0; i < source->readers_count; i++) {
        const StoredPacks *packs = &stored->packs[i];
        EventRows rows = {0};
        for (size_t k = 0; k < packs->count; k++)
            TRY(take_pack(source->store, &source->readers[i], &packs->items[k], arena, &rows, err));
        events[i] = in_order(rows);
    }
    ret_row->events = events;
    return STATUS_OK;
}

/* Id 0 when there is nobody with this id. */
static Status read_by_id(PackedSource *source, CustomerId id, const Wanted *wanted, Arena *arena,
                         CustomerRow *ret_row, Error *err)
{
    StoredCustomer stored;
    TRY(read_stored(source, id, wanted, arena, &stored, err));
    return unpack(source, &stored, arena, ret_row, err);
}

/* ---- a range of customers ---- */

static Status take_events(const Store *store, StreamReader *reader, CustomerId customer,
                          Arena *arena, EventList *ret_events, Error *err)
{
    EventRows rows = {0};
    while (reader->range.has_row) {
        int64_t id = reader->range.row.id;
        if (pack_customer(id).value > customer.value) break;
        /* packs of nobody: an earlier customer's would have been taken with him */
        if (pack_customer(id).value < customer.value) return damaged(store, reader, id, err);
        StoredPack pack = stored_pack(&reader->range.row, arena);
        TRY(take_pack(store, reader, &pack, arena, &rows, err));
        TRY(pack_rows_step(&reader->range, err));
    }
    *ret_events = in_order(rows);
    return STATUS_OK;
}

static Status rewind_range(PackedSource *packed, Error *err)
{
    packed->is_at_end = packed->is_to_rewind = false;
    statement_bind_integer(packed->customers, 1, packed->first.value);
    statement_bind_integer(packed->customers, 2, packed->last.value);
    for (size_t i = 0; i < packed->readers_count; i++)
        TRY(pack_rows_seek(&packed->readers[i].range, packed->first, packed->last, err));
    return STATUS_OK;
}

static Status next_of_range(PackedSource *packed, Arena *arena, CustomerRow *ret_row, Error *err)
{
    bool has_row = false;
    if (packed->is_to_rewind) TRY(rewind_range(packed, err));
    if (!packed->is_at_end) TRY(statement_step(packed->customers, &has_row, err));
    packed->is_at_end = !has_row;
    *ret_row = (CustomerRow){0};
    if (!has_row) return STATUS_OK;
    CustomerRow row = read_row(packed->store, packed->customers, arena);
    EventList *events = ARENA_ARRAY(arena, EventList, packed->readers_count);
    for (size_t i = 0; i < packed->readers_count; i++)
        TRY(take_events(packed->store, &packed->readers[i], row.id, arena, &events[i], err));
    row.events = events;
    *ret_row = row;
    return STATUS_OK;
}

/* ---- the source ---- */

static Status source_rewind(CustomerSource *source, Error *err)
{
    (void)err;
    PackedSource *packed = (PackedSource *)source;
    end_statements(packed);
    /* with the first customer: whoever wants one alone never reads the range */
    packed->is_to_rewind = packed->members == NULL;
    if (packed->members == NULL) return STATUS_OK;
    packed->next_member = customer_set_next(packed->members, (CustomerId){1});
    packed->next_kept = 0;
    return STATUS_OK;
}

/* ---- a set of customers ---- */

/* The next of the set: kept from an earlier time, or read and, while there is room, kept. */
static Status read_member(PackedSource *packed, Arena *arena, CustomerRow *ret_row, Error *err)
{
    enum { KEPT_BYTES_MAX = 128 << 20 };
    KeptCustomers *kept = &packed->kept;
    const Wanted wanted = {.parts = packed->parts};
    if (packed->next_kept < kept->count)
        return unpack(packed, &kept->items[packed->next_kept++], arena, ret_row, err);
    kept->is_full = kept->is_full || arena_used_bytes(kept->arena) > KEPT_BYTES_MAX;
    if (kept->is_full) return read_by_id(packed, packed->next_member, &wanted, arena, ret_row, err);
    StoredCustomer stored;
    TRY(read_stored(packed, packed->next_member, &wanted, kept->arena, &stored, err));
    ARENA_PUSH(kept->arena, kept, stored);
    packed->next_kept++;
    return unpack(packed, &stored, arena, ret_row, err);
}

static Status next_of_set(PackedSource *packed, Arena *arena, CustomerRow *ret_row, Error *err)
{
    *ret_row = (CustomerRow){0};
    while (packed->next_member.value != 0 && ret_row->id.value == 0) {
        TRY(read_member(packed, arena, ret_row, err));
        packed->next_member =
            customer_set_next(packed->members, (CustomerId){packed->next_member.value + 1});
    }
    return STATUS_OK;
}

static Status source_next(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    PackedSource *packed = (PackedSource *)source;
    return packed->members != NULL ? next_of_set(packed, arena, ret_row, err)
                                   : next_of_range(packed, arena, ret_row, err);
}

static Status begin_source(Store *store, PackedSource choice, CustomerSource **ret_source,
                           Error *err)
{
    ASSERT(store->is_reading);
    TRY(prepare(store, err));
    PackedSource *packed = store->source;
    packed->source = (CustomerSource){source_rewind, source_next, store->schema};
    packed->first = choice.first;
    packed->last = choice.last;
    packed->members = choice.members;
    packed->parts = choice.parts;
    forget_kept(packed);
    TRY(source_rewind(&packed->source, err));
    *ret_source = &packed->source;
    return STATUS_OK;
}

Status store_customer_source(Store *store, CustomerSource **ret_source, Error *err)
{
    return begin_source(store, (PackedSource){.first = {0}, .last = {CUSTOMER_ID_MAX}}, ret_source,
                        err);
}

Status store_customer_source_range(Store *store, CustomerId first, CustomerId last,
                                   CustomerSource **ret_source, Error *err)
{
    return begin_source(store, (PackedSource){.first = first, .last = last}, ret_source, err);
}

Status store_customer_source_set(Store *store, const CustomerSet *customers,
                                 CustomerSource **ret_source, Error *err)
{
    return store_customer_source_parts(store, customers, NULL, ret_source, err);
}

Status store_customer_source_parts(Store *store, const CustomerSet *customers,
                                   const CustomerParts *parts, CustomerSource **ret_source,
                                   Error *err)
{
    return begin_source(store, (PackedSource){.members = customers, .parts = parts}, ret_source,
                        err);
}

static Status read_customer(Store *store, Text code, const bool *streams, Arena *arena,
                            CustomerRow *ret_row, Error *err)
{
    CustomerId id;
    TRY(customer_get(store, code, &id, err));
    TRY(prepare(store, err));
    TRY(read_by_id(store->source, id, &(Wanted){.streams = streams}, arena, ret_row, err));
    ASSERT(ret_row->id.value != 0);
    return STATUS_OK;
}

Status store_read_customer_streams(Store *store, Text code, const bool *streams, Arena *arena,
                                   CustomerRow *ret_row, Error *err)
{
    TRY(store_read_begin(store, err));
    Status status = read_customer(store, code, streams, arena, ret_row, err);
    store_read_end(store);
    return status;
}

Status store_read_customer(Store *store, Text code, Arena *arena, CustomerRow *ret_row, Error *err)
{
    return store_read_customer_streams(store, code, NULL, arena, ret_row, err);
}
