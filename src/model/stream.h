/* stream.h -- streams of events: what customers did. Four are built in (built_in.h), users add
 * their own. */
#pragma once

#include "model/property.h"

/* How a field is used beyond its type. */
typedef enum {
    FIELD_PLAIN,
    FIELD_ITEM,       /* a reference to the items: conditions see item.group, item.brand, ... */
    FIELD_IDENTIFIER, /* a text nearly every order has its own of: kept in the event itself */
    FIELD_CONTACT     /* code of a contact person of the customer */
} FieldRole;

typedef struct {
    uint32_t slot; /* position in EventRow.values; never reused within the stream */
    Text name;     /* unique without case within the stream */
    Labels labels;
    PropertyType type; /* BOOL, NUMBER, MONEY, DATE, TEXT, ENUM, HIERARCHY */
    uint8_t scale;
    FieldRole role;
    bool is_retired;
    Enumeration enumeration; /* words of its values; only in built-in streams */
} Field;

/* Every event has these besides its fields; names are reserved in each stream. */
typedef enum {
    EVENT_DATE,    /* date */
    EVENT_TIME,    /* moment */
    EVENT_WEEKDAY, /* 1 Monday .. 7 */
    EVENT_HOUR,    /* 0 .. 23 */
    EVENT_BUILT_IN_COUNT
} EventBuiltIn;

typedef struct {
    uint32_t id; /* never reused */
    Text name;   /* "purchase" */
    Labels labels;
    bool is_built_in;
    const Field *fields; /* in slot order; slot == index */
    size_t fields_count;
} Stream;

/* One event of a customer. Events of a customer are ordered by (at, sequence). */
typedef struct {
    Moment at;           /* local wall time of the business zone */
    uint64_t sequence;   /* order of arrival within the customer */
    Text key;            /* given key; empty: none, or the source does not tell */
    const Value *values; /* one per field of the stream */
} EventRow;

Type field_value_type(const Field *field); /* TYPE_ITEM for FIELD_ITEM */
/* The field of a stream as a property is, for what reads, checks and tells values of both; its id
 * is the slot + 1. Not for FIELD_ITEM. Borrows from the field. */
Property field_as_property(const Field *field);
const Field *stream_find_field(const Stream *stream, Text name); /* NULL when absent */
bool event_built_in_find(Text name, EventBuiltIn *ret_built_in);
const char *event_built_in_name(EventBuiltIn built_in);
