/* property.h -- what is known of a customer: typed properties, built in or the user's own. */
#pragma once

#include "model/language.h"
#include "model/value.h"

/* What a user says when he makes a property or a field. One row per type in property_type.def. */
typedef enum {
#define PROPERTY_TYPE(name, code, kind, sql_type, en, ru, uk) PROPERTY_##name,
#include "model/property_type.def"
#undef PROPERTY_TYPE
    PROPERTY_TYPE_COUNT
} PropertyType;

typedef enum {
#define DATA_GROUP(name, code, en, ru, uk) DATA_GROUP_##name,
#include "model/data_group.def"
#undef DATA_GROUP
    DATA_GROUP_COUNT
} DataGroup;

typedef struct {
    uint32_t id; /* never reused */
    Text name;   /* unique without case among properties, metrics and streams */
    Labels labels;
    PropertyType type;
    uint8_t scale; /* decimals kept: PROPERTY_NUMBER; PROPERTY_MONEY is MONEY_SCALE */
    Text unit;     /* "м²"; empty when none */
    DataGroup group;
    bool is_dynamic;  /* changes considerably in time; else conditionally constant */
    bool is_built_in; /* exists in every data directory; cannot be renamed or retired */
    bool is_retired;  /* kept with its data, refused in new rules, hidden in lists */
    bool is_personal; /* identifies a person: never in logs */
    /* PROPERTY_ENUM: the allowed values; empty means any value, learnt from the data. */
    const Text *allowed;
    size_t allowed_count;
    Enumeration enumeration; /* words of its values; only of built-in ones */
} Property;

Type property_value_type(const Property *property);
bool property_type_parse(Text code, PropertyType *ret_type);
const char *property_type_code(PropertyType type);
Text property_type_label(PropertyType type, Language language);
bool data_group_parse(Text code, DataGroup *ret_group);
const char *data_group_code(DataGroup group);
Text data_group_label(DataGroup group, Language language);
