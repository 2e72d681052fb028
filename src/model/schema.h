/* schema.h -- everything the data set can hold: settings, properties, streams. Constant after it
 * was loaded; shared by threads without locks. */
#pragma once

#include "base/error.h"
#include "model/stream.h"

typedef struct {
    Text time_zone; /* "Europe/Moscow" */
    Text currency;  /* ISO 4217, "RUB" */
    Language language;
} Settings;

typedef struct {
    Settings settings;
    const Property *properties; /* built-in ones first; index is the slot in CustomerRow.values */
    size_t properties_count;
    const Stream *streams;
    size_t streams_count;
    uint64_t generation; /* grows with every change of the schema */
} Schema;

/* Attributes of an item reachable as item.group and so on. */
typedef enum {
    ITEM_CODE,
    ITEM_NAME,
    ITEM_GROUP,
    ITEM_BRAND,
    ITEM_PRICE,
    ITEM_COST,
    ITEM_ATTRIBUTE_COUNT
} ItemAttribute;

/* Names compare without case (folded). NULL when absent; retired ones are found too. */
const Property *schema_find_property(const Schema *schema, Text name);
const Stream *schema_find_stream(const Schema *schema, Text name);
size_t schema_property_slot(const Schema *schema, const Property *property);
bool item_attribute_find(Text name, ItemAttribute *ret_attribute);
const char *item_attribute_name(ItemAttribute attribute);
Type item_attribute_type(ItemAttribute attribute);
Value item_attribute_value(const Item *item, ItemAttribute attribute);

/* A copy with everything it points to. */
Schema *schema_copy(const Schema *schema, Arena *arena);

/* What a fresh data directory holds (built_in.h names its slots): universal fields, starting
 * attributes, streams. Everything lives in the arena. */
Schema *schema_built_in(Settings settings, Arena *arena);

/* Whether a name may be given to a property, stream or field: letters, digits, '_' or any text that
 * backticks can hold, not a word of the language (reserved_words.def). INVALID with the reason
 * otherwise. */
MUST_CHECK Status schema_check_name(Text name, Error *err);
