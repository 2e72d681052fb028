/* event_encoder.c -- events of one stream from values into the bytes of a pack. */
#include "store/event_encoder.h"

#include "base/memory.h"
#include "store/cell.h"
#include "store/event_codec.h"

#include <stdlib.h>
#include <string.h>

/* The text a field had last, sound and trimmed, and its number in the dictionary if it lies there:
 * values repeat from row to row. */
typedef struct {
    uint32_t id;
    size_t size; /* 0: none yet */
    char bytes[48];
} LastText;

struct EventEncoder {
    Store *store;
    bool can_add;
    Arena *arena;   /* of the codec */
    Arena *scratch; /* of one event */
    EventCodec *codec;
    CellShape *shapes;    /* one per field */
    LastText *last_texts; /* one per field */
    size_t size_max;      /* of the event packed last */
};

static bool is_last_text(const LastText *last, Value value)
{
    return value.kind == VALUE_TEXT && value.as.text.size == last->size && last->size != 0 &&
           memcmp(value.as.text.data, last->bytes, last->size) == 0;
}

static void remember_text(LastText *last, Text text, uint32_t id)
{
    if (text.size == 0 || text.size > sizeof last->bytes) return;
    last->id = id;
    last->size = text.size;
    memcpy(last->bytes, text.data, text.size);
}

static Status pack_item(const Field *field, Value value, PackedValue *ret, Error *err)
{
    if (value.kind != VALUE_ITEM)
        return error_set(err, STATUS_INVALID, "a value of '%.*s' is not an item",
                         TEXT_FORMAT(field->name));
    *ret = (PackedValue){.is_present = true, .number = value.as.item->id};
    return STATUS_OK;
}

/* The number of a text in the dictionary. */
static Status number_text(const EventEncoder *encoder, Text text, int64_t *ret_number, Error *err)
{
    Texts *texts = encoder->store->texts;
    uint32_t id;
    if (encoder->can_add) {
        *ret_number = texts_add(texts, text);
        return STATUS_OK;
    }
    if (!texts_find(texts, text, &id)) return error_set(err, STATUS_NOT_FOUND, "a new text");
    *ret_number = id;
    return STATUS_OK;
}

static Status pack_value(EventEncoder *encoder, size_t slot, Value value, PackedValue *ret,
                         Error *err)
{
    const Field *field = &encoder->codec->stream->fields[slot];
    *ret = (PackedValue){0};
    if (value_is_missing(value)) return STATUS_OK;
    if (field->role == FIELD_ITEM) return pack_item(field, value, ret, err);
    LastText *last = &encoder->last_texts[slot];
    if (is_last_text(last, value)) {
        *ret = (PackedValue){true, last->id, value.as.text};
        return STATUS_OK;
    }
    Cell cell;
    TRY(cell_of_value(&encoder->shapes[slot], value, encoder->scratch, &cell, err));
    if (cell.kind == CELL_NULL) return STATUS_OK;
    *ret = (PackedValue){.is_present = true, .number = cell.integer, .text = cell.text};
    if (cell.kind != CELL_TEXT) return STATUS_OK;
    if (field_is_in_dictionary(field)) TRY(number_text(encoder, cell.text, &ret->number, err));
    remember_text(last, cell.text, (uint32_t)ret->number);
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
    int64_t unit_price = price->number;
    if (!quantity->is_present) return STATUS_OK;
    if (!price->is_present) {
        bool has_item = (size_t)codec->item_slot < codec->shape.fields_count;
        Value item = has_item ? values[codec->item_slot] : value_missing();
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

static Status pack_event(EventEncoder *encoder, const EventWrite *event, Error *err)
{
    EventContent *content = &encoder->codec->content;
    content->has_key = event->key.size > 0;
    if (content->has_key)
        TRY(code_of_text("event", event->key, encoder->scratch, &content->key, err));
    for (size_t i = 0; i < encoder->codec->shape.fields_count; i++)
        TRY(pack_value(encoder, i, event->values[i], &content->values[i], err));
    TRY(derive_amount(encoder->codec, event->values, content, err));
    encoder->size_max = content_size_max(&encoder->codec->shape, content);
    if (encoder->size_max > CONTENT_BYTES_MAX)
        return error_set(err, STATUS_LIMIT, "an event takes at most %d bytes", CONTENT_BYTES_MAX);
    return STATUS_OK;
}

EventEncoder *event_encoder_new(Store *store, const Stream *stream, bool can_add)
{
    EventEncoder *encoder = MEMORY_NEW(EventEncoder);
    encoder->store = store;
    encoder->can_add = can_add;
    encoder->arena = arena_new();
    encoder->scratch = arena_new();
    encoder->codec = event_codec_new(stream, encoder->arena);
    encoder->shapes = ARENA_ARRAY(encoder->arena, CellShape, stream->fields_count);
    for (size_t i = 0; i < stream->fields_count; i++)
        encoder->shapes[i] = cell_shape_of_field(&stream->fields[i]);
    encoder->last_texts = ARENA_ARRAY(encoder->arena, LastText, stream->fields_count);
    return encoder;
}

void event_encoder_free(EventEncoder *encoder)
{
    if (encoder == NULL) return;
    arena_free(encoder->arena);
    arena_free(encoder->scratch);
    free(encoder);
}

void event_encoder_limit_fields(EventEncoder *encoder, size_t count)
{
    EventCodec *codec = encoder->codec;
    ASSERT(count <= codec->stream->fields_count);
    codec->shape.fields_count = count;
    for (size_t i = count; i < codec->stream->fields_count; i++)
        codec->content.values[i] = (PackedValue){0};
}

Status event_encoder_pack(EventEncoder *encoder, const EventWrite *event, size_t *ret_size_max,
                          Error *err)
{
    arena_reset(encoder->scratch);
    TRY(pack_event(encoder, event, err));
    *ret_size_max = encoder->size_max;
    return STATUS_OK;
}

Status event_encoder_pack_value(EventEncoder *encoder, size_t slot, Value value,
                                PackedValue *ret_value, Error *err)
{
    arena_reset(encoder->scratch);
    return pack_value(encoder, slot, value, ret_value, err);
}

size_t event_encoder_write(const EventEncoder *encoder, uint8_t *out)
{
    return content_encode(&encoder->codec->shape, &encoder->codec->content, out);
}
