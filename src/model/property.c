/* property.c -- types and data groups of properties: codes, labels, types of values. */
#include "model/property.h"

typedef struct {
    const char *code;
    TypeKind value_kind;
    const char *labels[LANGUAGE_COUNT];
} TypeRow;

static const TypeRow type_rows[PROPERTY_TYPE_COUNT] = {
#define PROPERTY_TYPE(name, code, kind, sql_type, en, ru, uk) \
    [PROPERTY_##name] = {code, kind, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "model/property_type.def"
#undef PROPERTY_TYPE
};

typedef struct {
    const char *code;
    const char *labels[LANGUAGE_COUNT];
} GroupRow;

static const GroupRow group_rows[DATA_GROUP_COUNT] = {
#define DATA_GROUP(name, code, en, ru, uk) \
    [DATA_GROUP_##name] = {code, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "model/data_group.def"
#undef DATA_GROUP
};

/* The one place that knows how a declared type and scale become the type of a value. */
static Type value_type(PropertyType type, uint8_t scale)
{
    Type result = {.kind = type_rows[type].value_kind};
    if (type == PROPERTY_NUMBER) result.scale = scale;
    if (type == PROPERTY_MONEY) {
        result.scale = MONEY_SCALE;
        result.is_money = true;
    }
    return result;
}

Type property_value_type(const Property *property)
{
    Type type = value_type(property->type, property->scale);
    type.enumeration = (uint8_t)property->enumeration;
    return type;
}

bool property_type_parse(Text code, PropertyType *ret_type)
{
    for (PropertyType type = 0; type < PROPERTY_TYPE_COUNT; type++) {
        if (!text_equal_ascii_case(code, text_of(type_rows[type].code))) continue;
        *ret_type = type;
        return true;
    }
    return false;
}

const char *property_type_code(PropertyType type)
{
    return type_rows[type].code;
}

Text property_type_label(PropertyType type, Language language)
{
    return text_of(type_rows[type].labels[language]);
}

bool data_group_parse(Text code, DataGroup *ret_group)
{
    for (DataGroup group = 0; group < DATA_GROUP_COUNT; group++) {
        if (!text_equal_ascii_case(code, text_of(group_rows[group].code))) continue;
        *ret_group = group;
        return true;
    }
    return false;
}

const char *data_group_code(DataGroup group)
{
    return group_rows[group].code;
}

Text data_group_label(DataGroup group, Language language)
{
    return text_of(group_rows[group].labels[language]);
}
