/* event_encoder.h -- events of one stream from values into the bytes of a pack. */
#pragma once

#include "store/event_pack.h"
#include "store/event_writer.h"
#include "store/store_internal.h"

typedef struct EventEncoder EventEncoder;

/* One that may not add refuses texts that are not in the dictionary yet (NOT_FOUND): it changes
 * nothing but itself, so several may work at a time. */
EventEncoder *event_encoder_new(Store *store, const Stream *stream, bool can_add);
void event_encoder_free(EventEncoder *encoder); /* accepts NULL */
/* Events to come have values for the first `count` fields only. */
void event_encoder_limit_fields(EventEncoder *encoder, size_t count);

/* Check an event and lay it out; the bytes that it takes at most. */
MUST_CHECK Status event_encoder_pack(EventEncoder *encoder, const EventWrite *event,
                                     size_t *ret_size_max, Error *err);
/* One value, laid out as that of its field; texts live until the next call. */
MUST_CHECK Status event_encoder_pack_value(EventEncoder *encoder, size_t slot, Value value,
                                           PackedValue *ret_value, Error *err);
/* Write the bytes of the event that was packed last; their number. */
size_t event_encoder_write(const EventEncoder *encoder, uint8_t *out);
