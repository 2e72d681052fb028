/* built_in.h -- constants for the properties, streams and fields that every data directory has.
 *
 * Generated from the .def tables, so a slot named here is the slot in CustomerRow.values,
 * EventRow.values and Schema.streams. */
#pragma once

#include "model/schema.h"

/* Slots in CustomerRow.values: BUILT_IN_CODE is 0, BUILT_IN_NAME 1, BUILT_IN_KIND 2. */
enum {
#define BUILT_IN_PROPERTY(constant, ...) BUILT_IN_##constant,
#include "model/built_in_properties.def"
#undef BUILT_IN_PROPERTY
    BUILT_IN_PROPERTIES_COUNT
};

/* Indexes in Schema.streams; the id of a built-in stream is its index plus one. */
enum {
#define BUILT_IN_STREAM_BEGIN(constant, ...) STREAM_##constant,
#define BUILT_IN_FIELD(...)
#define BUILT_IN_STREAM_END(constant)
#include "model/built_in_streams.def"
#undef BUILT_IN_STREAM_BEGIN
#undef BUILT_IN_FIELD
#undef BUILT_IN_STREAM_END
    BUILT_IN_STREAMS_COUNT
};

/* Slots in EventRow.values of the built-in streams: PURCHASE_ORDER is 0, SETTLEMENT_KIND is 0. */
#define BUILT_IN_STREAM_BEGIN(constant, ...)  enum {
#define BUILT_IN_FIELD(stream, constant, ...) stream##_##constant,
#define BUILT_IN_STREAM_END(constant) \
    constant##_FIELDS_COUNT           \
    }                                 \
    ;
#include "model/built_in_streams.def"
#undef BUILT_IN_STREAM_BEGIN
#undef BUILT_IN_FIELD
#undef BUILT_IN_STREAM_END

/* Values of `kind` in the settlement stream, as debt() and overdue() read them. */
#define SETTLEMENT_KIND_CHARGE  "charge"
#define SETTLEMENT_KIND_PAYMENT "payment"

/* Whether this is the built-in stream at that index (STREAM_SETTLEMENT, ...). */
static inline bool stream_is(const Stream *stream, int built_in_index)
{
    return stream->is_built_in && stream->id == (uint32_t)built_in_index + 1;
}

/* A contact person who came without a date is known from the first day on, 1970-01-01; that day is
 * none to show. */
static inline bool stream_is_undated(const Stream *stream, Moment at)
{
    return at.second == 0 && stream_is(stream, STREAM_CONTACT);
}
