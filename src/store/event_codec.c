/* event_codec.c -- events of one stream between their packed form and values. */
#include "store/event_codec.h"

#include "model/built_in.h"

bool field_is_in_dictionary(const Field *field)
{
    return field->role == FIELD_PLAIN &&
           (field->type == PROPERTY_TEXT || field->type == PROPERTY_ENUM ||
            field->type == PROPERTY_HIERARCHY);
}

static FieldForm form_of(const Field *field)
{
    if (field->role == FIELD_ITEM || field_is_in_dictionary(field)) return FORM_UNSIGNED;
    if (field->role == FIELD_IDENTIFIER || field->role == FIELD_CONTACT) return FORM_INLINE;
    return field->type == PROPERTY_BOOL ? FORM_UNSIGNED : FORM_SIGNED;
}

EventCodec *event_codec_new(const Stream *stream, Arena *arena)
{
    EventCodec *codec = ARENA_NEW(arena, EventCodec);
    FieldForm *forms = ARENA_ARRAY(arena, FieldForm, stream->fields_count);
    for (size_t i = 0; i < stream->fields_count; i++)
        forms[i] = form_of(&stream->fields[i]);
    bool is_purchase = stream_is(stream, STREAM_PURCHASE);
    *codec = (EventCodec){
        .stream = stream,
        .shape = {forms, stream->fields_count},
        .content = {.values = ARENA_ARRAY(arena, PackedValue, stream->fields_count)},
        .amount_slot = is_purchase ? PURCHASE_AMOUNT : NO_SLOT,
        .quantity_slot = is_purchase ? PURCHASE_QUANTITY : NO_SLOT,
        .price_slot = is_purchase ? PURCHASE_PRICE : NO_SLOT,
        .item_slot = is_purchase ? PURCHASE_ITEM : NO_SLOT,
    };
    return codec;
}

bool event_codec_decode(EventCodec *codec, Text bytes)
{
    EventContent *content = &codec->content;
    if (!content_decode(&codec->shape, bytes, content)) return false;
    if (!content->has_derived) return true;
    if (codec->amount_slot == NO_SLOT || content->values[codec->amount_slot].is_present)
        return false;
    content->values[codec->amount_slot] =
        (PackedValue){.is_present = true, .number = content->derived};
    return true;
}

static bool number_value(PropertyType type, int64_t number, Value *ret_value)
{
    switch (type) {
    case PROPERTY_BOOL: *ret_value = value_bool(number != 0); return number <= 1;
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY: *ret_value = value_decimal(number); return decimal_fits(number);
    case PROPERTY_DATE:
        if (number < DATE_DAY_MIN || number > DATE_DAY_MAX) return false;
        *ret_value = value_date((Date){(int32_t)number});
        return true;
    case PROPERTY_TEXT:
    case PROPERTY_ENUM:
    case PROPERTY_HIERARCHY:
    case PROPERTY_SET:
    case PROPERTY_HIERARCHY_SET:
    case PROPERTY_TYPE_COUNT: break;
    }
    ASSERT(false);
    return false;
}

bool event_codec_value(const EventCodec *codec, size_t slot, const Items *items, const Texts *texts,
                       Value *ret_value)
{
    const Field *field = &codec->stream->fields[slot];
    const PackedValue *packed = &codec->content.values[slot];
    *ret_value = value_missing();
    if (!packed->is_present) return true;
    if (codec->shape.forms[slot] == FORM_INLINE) {
        *ret_value = value_text(packed->text);
    } else if (field->role == FIELD_ITEM) {
        *ret_value = value_item(items_get(items, (uint64_t)packed->number));
    } else if (field_is_in_dictionary(field)) {
        *ret_value = value_text(texts_get(texts, (uint64_t)packed->number));
    } else {
        return number_value(field->type, packed->number, ret_value);
    }
    return !value_is_missing(*ret_value);
}
