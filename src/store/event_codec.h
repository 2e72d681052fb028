/* event_codec.h -- events of one stream between their packed form and values. */
#pragma once

#include "store/event_pack.h"
#include "store/items.h"
#include "store/store_internal.h"
#include "store/texts.h"

enum { NO_SLOT = -1 };

typedef struct {
    const Stream *stream;
    PackShape shape;
    EventContent content; /* of the event decoded last; its values are owned by the arena */
    /* Where a missing amount comes from (purchases only, else NO_SLOT): quantity times price, its
     * own or the item's. */
    int amount_slot, quantity_slot, price_slot, item_slot;
} EventCodec;

EventCodec *event_codec_new(const Stream *stream, Arena *arena);

/* Decode into `content`, the derived amount in its place. False when the bytes are damaged. */
bool event_codec_decode(EventCodec *codec, Text bytes);
/* The value of a field of the content decoded last. Texts are views of what was decoded and of the
 * dictionary. False when it refers to nothing or is out of range. */
bool event_codec_value(const EventCodec *codec, size_t slot, const Items *items, const Texts *texts,
                       Value *ret_value);

bool field_is_in_dictionary(const Field *field);
