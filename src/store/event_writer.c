/* event_writer.c -- adding events by the million: encode at once, write sorted.
 *
 *   event_writer_add ──> batch of encoded records        (memory only)
 *   event_writer_flush ─> new customers, items, texts ─> kinds of keyed records (event_keys.c)
 *                         ─> sort ─> customer by customer: compare, pack (event_merge.c)
 *                         ─> index of keys ─> commit
 */
#include "store/event_writer.h"

#include "base/memory.h"
#include "store/cell.h"
#include "store/event_codec.h"
#include "store/event_keys.h"
#include "store/event_lookup.h"
#include "store/event_merge.h"

#include <stdlib.h>
#include <string.h>

enum {
    MEMORY_BYTES_MIN = 1 << 20,
    PROGRESS_EVERY = 1 << 12, /* customers */
    SECONDS_PER_DAY = 86400
};

/* The text a field had last, and its number in the dictionary: values repeat from row to row. */
typedef struct {
    uint32_t id;
    size_t size;
    char bytes[48];
} LastText;

struct EventWriter {
    Store *store;
    Arena *arena;   /* of the codec */
    Arena *scratch; /* of one event */
    EventWriteMode mode;
    size_t memory_bytes_max;
    EventCodec *codec;
    CellShape *shapes;    /* one per field */
    LastText *last_texts; /* one per field */
    EventLookup *lookup;
    EventKeys *keys;
    EventBatch *batch;
    ImportMarks *marks;
    EventMerge *merge;
    bool has_keys;  /* in the present batch */
    bool is_broken; /* a flush failed: what is in memory may not be what is stored */
    EventWriteCounts total;
    /* EVENTS_REPLACE: whole days written so far, and by the present batch; first > last: none. */
    SecondSpan days_before, days;
};

/* ---- life ---- */

void event_writer_close(EventWriter *writer)
{
    if (writer == NULL) return;
    /* items and texts that were not stored must not stay in the mirrors */
    const Store *store = writer->store;
    if ((store->items != NULL && items_has_new(store->items)) ||
        (store->texts != NULL && texts_has_new(store->texts)))
        store_drop_mirrors(writer->store);
    event_merge_close(writer->merge);
    import_marks_free(writer->marks);
    event_batch_free(writer->batch);
    event_keys_free(writer->keys);
    event_lookup_close(writer->lookup);
    arena_free(writer->arena);
    arena_free(writer->scratch);
    free(writer);
}

void event_writer_done(EventWriter **writer)
{
    event_writer_close(*writer);
    *writer = NULL;
}

static Status is_stream_empty(Store *store, const Stream *stream, bool *ret_is_empty, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text sql = arena_printf(arena, "SELECT EXISTS (SELECT 1 FROM main.event_pack_%u)", stream->id);
    int64_t exists;
    TRY(database_number(store->database, sql.data, &exists, err));
    *ret_is_empty = exists == 0;
    return STATUS_OK;
}

static Status open_parts(EventWriter *writer, const Stream *stream, Error *err)
{
    Store *store = writer->store;
    bool is_empty;
    TRY(is_stream_empty(store, stream, &is_empty, err));
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    TRY(event_lookup_open(store, &writer->lookup, err));
    return event_merge_open(store, stream, is_empty, writer->marks, &writer->merge, err);
}

Status event_writer_open(Store *store, const Stream *stream, EventWriteMode mode,
                         size_t memory_max_bytes, EventWriter **ret_writer, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(event_writer_done) EventWriter *writer = MEMORY_NEW(EventWriter);
    writer->store = store;
    writer->arena = arena_new();
    writer->scratch = arena_new();
    writer->mode = mode;
    writer->memory_bytes_max =
        memory_max_bytes < MEMORY_BYTES_MIN ? MEMORY_BYTES_MIN : memory_max_bytes;
    writer->codec = event_codec_new(stream, writer->arena);
    writer->shapes = ARENA_ARRAY(writer->arena, CellShape, stream->fields_count);
    for (size_t i = 0; i < stream->fields_count; i++)
        writer->shapes[i] = cell_shape_of_field(&stream->fields[i]);
    writer->last_texts = ARENA_ARRAY(writer->arena, LastText, stream->fields_count);
    writer->batch = event_batch_new();
    writer->marks = import_marks_new();
    writer->keys = event_keys_new(store, stream, mode);
    writer->days_before = writer->days = span_empty();
    TRY(open_parts(writer, stream, err));
    *ret_writer = writer;
    writer = NULL;
    return STATUS_OK;
}

static Status check_usable(const EventWriter *writer, Error *err)
{
    if (writer->is_broken)
        return error_set(err, STATUS_CONFLICT, "an earlier batch failed; begin the import again");
    return event_lookup_check(writer->lookup, err);
}

/* ---- looking up ---- */

Status event_writer_find_customer(EventWriter *writer, Text code, bool is_contact,
                                  CustomerId *ret_id, Error *err)
{
    TRY(check_usable(writer, err));
    return is_contact ? event_lookup_contact(writer->lookup, code, ret_id, err)
                      : event_lookup_customer(writer->lookup, code, ret_id, err);
}

void event_writer_expect(const EventWriter *writer, Text customer_code, Text item)
{
    event_lookup_expect(writer->lookup, customer_code, item);
}

Status event_writer_add_customer(EventWriter *writer, Text code, CustomerId *ret_id, Error *err)
{
    TRY(check_usable(writer, err));
    return event_lookup_add_customer(writer->lookup, code, ret_id, err);
}

Status event_writer_find_or_add_item(EventWriter *writer, Text code_or_name, const Item **ret_item,
                                     bool *ret_is_new, Error *err)
{
    TRY(check_usable(writer, err));
    return event_lookup_item(writer->lookup, code_or_name, ret_item, ret_is_new, err);
}

/* ---- adding ---- */

static uint32_t dictionary_id(EventWriter *writer, size_t slot, Text text)
{
    LastText *last = &writer->last_texts[slot];
    if (text.size == last->size && last->id != 0 && memcmp(text.data, last->bytes, text.size) == 0)
        return last->id;
    uint32_t id = texts_add(writer->store->texts, text);
    if (text.size <= sizeof last->bytes) {
        last->id = id;
        last->size = text.size;
        memcpy(last->bytes, text.data, text.size);
    }
    return id;
}

static Status pack_item(const Field *field, Value value, PackedValue *ret, Error *err)
{
    if (value.kind != VALUE_ITEM)
        return error_set(err, STATUS_INVALID, "a value of '%.*s' is not an item",
                         TEXT_FORMAT(field->name));
    *ret = (PackedValue){.is_present = true, .number = value.as.item->id};
    return STATUS_OK;
}

static Status pack_value(EventWriter *writer, size_t slot, Value value, PackedValue *ret,
                         Error *err)
{
    const Field *field = &writer->codec->stream->fields[slot];
    *ret = (PackedValue){0};
    if (value_is_missing(value)) return STATUS_OK;
    if (field->role == FIELD_ITEM) return pack_item(field, value, ret, err);
    Cell cell;
    TRY(cell_of_value(&writer->shapes[slot], value, writer->scratch, &cell, err));
    if (cell.kind == CELL_NULL) return STATUS_OK;
    *ret = (PackedValue){.is_present = true, .number = cell.integer, .text = cell.text};
    if (field_is_in_dictionary(field)) ret->number = dictionary_id(writer, slot, cell.text);
    return STATUS_OK;
}

/* A missing amount is quantity times price, its own or the item's. */
static Status derive_amount(const EventCodec *codec, const Value *values, EventContent *content,
                            Error *err)
{
    content->has_derived = false;
    if (codec->amount_slot == NO_SLOT || content->values[codec->amount_slot].is_present)
        return STATUS_OK;
    const PackedValue *quantity = &content->values[codec->quantity_slot];
    const PackedValue *price = &content->values[codec->price_slot];
    Value item = values[codec->item_slot];
    int64_t unit_price = price->number;
    if (!quantity->is_present) return STATUS_OK;
    if (!price->is_present) {
        if (value_is_missing(item) || value_is_missing(item.as.item->price)) return STATUS_OK;
        unit_price = item.as.item->price.as.decimal;
    }
    int quantity_scale = codec->stream->fields[codec->quantity_slot].scale;
    if (!decimal_multiply(quantity->number, quantity_scale, unit_price, MONEY_SCALE, MONEY_SCALE,
                          &content->derived))
        return error_set(err, STATUS_INVALID,
                         "quantity times price has over 18 digits; give the amount");
    content->has_derived = true;
    return STATUS_OK;
}

static Status pack_event(EventWriter *writer, const EventWrite *event, Error *err)
{
    EventContent *content = &writer->codec->content;
    content->has_key = event->key.size > 0;
    if (content->has_key)
        TRY(code_of_text("event", event->key, writer->scratch, &content->key, err));
    for (size_t i = 0; i < writer->codec->shape.fields_count; i++)
        TRY(pack_value(writer, i, event->values[i], &content->values[i], err));
    TRY(derive_amount(writer->codec, event->values, content, err));
    if (content_size_max(&writer->codec->shape, content) > CONTENT_BYTES_MAX)
        return error_set(err, STATUS_LIMIT, "an event takes at most %d bytes", CONTENT_BYTES_MAX);
    return STATUS_OK;
}

static int64_t floor_to_day(int64_t second)
{
    return (int64_t)moment_date((Moment){second}).day * SECONDS_PER_DAY;
}

static void note_day(EventWriter *writer, Moment at)
{
    int64_t first = floor_to_day(at.second);
    span_include(&writer->days, first, first + SECONDS_PER_DAY - 1);
}

Status event_writer_add(EventWriter *writer, const EventWrite *event, Error *err)
{
    TRY(check_usable(writer, err));
    ASSERT(event->customer.value != 0);
    if (!moment_is_storable(event->at))
        return error_set(err, STATUS_INVALID, "the date is not between the years 1 and 9999");
    if (event_batch_is_full(writer->batch))
        return error_set(err, STATUS_LIMIT, "the batch is full; write it first");
    Status status = pack_event(writer, event, err);
    if (status == STATUS_OK) {
        const EventContent *content = &writer->codec->content;
        uint8_t *out =
            event_batch_reserve(writer->batch, content_size_max(&writer->codec->shape, content));
        size_t size = content_encode(&writer->codec->shape, content, out);
        RecordHeader header = {.second = event->at.second,
                               .line = event->line & ((UINT64_C(1) << 40) - 1),
                               .content_size = size & UINT16_MAX,
                               .kind = RECORD_ADD,
                               .has_key = content->has_key};
        event_batch_push(writer->batch, event->customer, &header);
        writer->has_keys |= content->has_key;
        if (writer->mode == EVENTS_REPLACE) note_day(writer, event->at);
    }
    arena_reset(writer->scratch);
    return status;
}

bool event_writer_is_full(const EventWriter *writer)
{
    return event_batch_used_bytes(writer->batch) >= writer->memory_bytes_max ||
           event_batch_is_full(writer->batch);
}

/* ---- flushing ---- */

/* EVENTS_REPLACE: the days that this batch adds to those replaced before. */
static size_t newly_covered(const EventWriter *writer, SecondSpan spans[2])
{
    SecondSpan before = writer->days_before, now = writer->days;
    if (writer->mode != EVENTS_REPLACE || span_is_empty(now)) return 0;
    if (span_is_empty(before)) {
        spans[0] = now;
        return 1;
    }
    size_t count = 0;
    if (now.first < before.first) spans[count++] = (SecondSpan){now.first, before.first - 1};
    if (now.last > before.last) spans[count++] = (SecondSpan){before.last + 1, now.last};
    return count;
}

typedef struct {
    const SecondSpan *spans;
    size_t spans_count;
    CustomerIds reaching; /* customers with stored events near the spans, ascending */
} Removal;

static size_t group_end(const EventBatch *batch, size_t begin)
{
    size_t end = begin, count = event_batch_count(batch);
    uint32_t customer = event_batch_customer(batch, begin).value;
    while (end < count && event_batch_customer(batch, end).value == customer)
        end++;
    return end;
}

/* Every customer of the batch or of the removal, in ascending order. */
static Status merge_all(EventWriter *writer, const Removal *removal, const Progress *progress,
                        Error *err)
{
    const EventBatch *batch = writer->batch;
    size_t count = event_batch_count(batch), next_removal = 0, tasks_count = 0;
    for (size_t begin = 0; begin < count || next_removal < removal->reaching.count;) {
        uint32_t in_batch = begin < count ? event_batch_customer(batch, begin).value : UINT32_MAX;
        uint32_t in_removal = next_removal < removal->reaching.count
                                  ? removal->reaching.items[next_removal].value
                                  : UINT32_MAX;
        uint32_t customer = in_batch < in_removal ? in_batch : in_removal;
        size_t end = customer == in_batch ? group_end(batch, begin) : begin;
        MergeTask task = {.customer = {customer},
                          .batch = batch,
                          .begin = begin,
                          .end = end,
                          .removed_spans = removal->spans,
                          .removed_spans_count = removal->spans_count};
        TRY(event_merge_customer(writer->merge, &task, &writer->total, err));
        begin = end;
        next_removal += customer == in_removal;
        if (tasks_count++ % PROGRESS_EVERY == 0)
            TRY(progress_report(progress, "writing events", end, count, err));
    }
    return STATUS_OK;
}

static Status write_batch(EventWriter *writer, const Progress *progress, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SecondSpan spans[2];
    Removal removal = {.spans = spans, .spans_count = newly_covered(writer, spans)};
    TRY(event_lookup_save(writer->lookup, err));
    TRY(texts_save(writer->store, writer->store->texts, err));
    event_keys_clear(writer->keys);
    if (writer->has_keys) TRY(event_keys_resolve(writer->keys, writer->batch, &writer->total, err));
    event_batch_sort(writer->batch);
    if (removal.spans_count > 0) {
        SecondSpan hull = {spans[0].first, spans[removal.spans_count - 1].last};
        TRY(event_merge_find_reaching(writer->merge, hull, arena, &removal.reaching, err));
    }
    TRY(event_merge_begin(writer->merge, err));
    TRY(merge_all(writer, &removal, progress, err));
    TRY(event_merge_save_totals(writer->merge, err));
    return writer->has_keys ? event_keys_save(writer->keys, err) : STATUS_OK;
}

static Status flush(EventWriter *writer, const Progress *progress, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(writer->store, &change, err));
    TRY(write_batch(writer, progress, err));
    return change_commit(&change, err);
}

Status event_writer_flush(EventWriter *writer, const Progress *progress,
                          EventWriteCounts *ret_total, Error *err)
{
    TRY(check_usable(writer, err));
    Status status = flush(writer, progress, err);
    writer->is_broken = status != STATUS_OK;
    if (writer->is_broken) return status;
    span_include(&writer->days_before, writer->days.first, writer->days.last);
    writer->days = span_empty();
    event_batch_clear(writer->batch);
    writer->has_keys = false;
    *ret_total = writer->total;
    return STATUS_OK;
}

const uint64_t *event_writer_conflicts(const EventWriter *writer, size_t *ret_count)
{
    return event_keys_conflicts(writer->keys, ret_count);
}
