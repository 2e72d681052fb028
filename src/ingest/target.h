/* target.h -- what the columns of a file can fill: the fields of customers, items or one stream. */
#pragma once

#include "ingest/ingest.h"

typedef enum {
    SLOT_VALUE,    /* a property, item attribute or field of the stream */
    SLOT_CUSTOMER, /* of an event: code of the customer */
    SLOT_DATE,     /* of an event: day, or day and time */
    SLOT_TIME,     /* of an event: time of day, where it has a column of its own */
    SLOT_KEY       /* of an event: its given key */
} SlotKind;

typedef struct {
    SlotKind kind;
    size_t slot; /* SLOT_VALUE: property slot, ItemAttribute or field slot */
    Text name;
    Labels labels;
    PropertyType type;
    uint8_t scale;
    FieldRole role;
    bool is_personal;
    const char *scopes[2]; /* of its synonyms: a kind of import and a built-in stream, or "" */
    const Text *allowed;   /* PROPERTY_ENUM: the only values; NULL when any will do */
    size_t allowed_count;
    Enumeration enumeration; /* words of its values */
} TargetField;

typedef struct {
    ImportTarget target;
    const Stream *stream; /* IMPORT_EVENTS */
    struct {
        TargetField *items;
        size_t count, capacity;
    } fields;
    size_t values_count; /* slots of a row */
} Target;

/* Everything that can be filled now; retired properties and fields are left out. */
Target target_of(const Schema *schema, ImportTarget target, const Stream *stream, Arena *arena);
/* Index of the field with this name, or else label; SIZE_MAX when there is none. */
size_t target_find(const Target *target, Text name);
size_t target_find_slot(const Target *target, SlotKind kind, size_t slot);

/* How well a column's name fits a field: 0 is best. */
enum { MATCH_NAME = 0, MATCH_LABEL = 1, MATCH_SYNONYM = 2, MATCH_NONE = 1000 };
/* *ret_word is the label or synonym that fits; it lives in the arena. */
int target_match(const TargetField *field, Text column, Arena *arena, Text *ret_word);

/* The value that `text` stands for, itself or by one of its words ("Ж" for female); false when the
 * field has a list of values without it. */
bool target_listed_value(const TargetField *field, Text text, Arena *scratch, Text *ret_value);
