/* schema.c -- finding properties, streams and attributes of items by name; which names are fit. */
#include "model/schema.h"

#include "base/fold.h"

enum { NAME_BYTES_MAX = 256 };

static const char *const item_attribute_names[ITEM_ATTRIBUTE_COUNT] = {
    [ITEM_CODE] = "code",   [ITEM_NAME] = "name",   [ITEM_GROUP] = "group",
    [ITEM_BRAND] = "brand", [ITEM_PRICE] = "price", [ITEM_COST] = "cost",
};

static const char *const reserved_words[] = {
#define RESERVED_WORD(word) word,
#include "model/reserved_words.def"
#undef RESERVED_WORD
};

const Property *schema_find_property(const Schema *schema, Text name)
{
    for (size_t i = 0; i < schema->properties_count; i++)
        if (text_equal_folded(schema->properties[i].name, name)) return &schema->properties[i];
    return NULL;
}

const Stream *schema_find_stream(const Schema *schema, Text name)
{
    for (size_t i = 0; i < schema->streams_count; i++)
        if (text_equal_folded(schema->streams[i].name, name)) return &schema->streams[i];
    return NULL;
}

size_t schema_property_slot(const Schema *schema, const Property *property)
{
    ASSERT(property >= schema->properties &&
           property < schema->properties + schema->properties_count);
    return (size_t)(property - schema->properties);
}

bool item_attribute_find(Text name, ItemAttribute *ret_attribute)
{
    for (ItemAttribute attribute = 0; attribute < ITEM_ATTRIBUTE_COUNT; attribute++) {
        if (!text_equal_folded(name, text_of(item_attribute_names[attribute]))) continue;
        *ret_attribute = attribute;
        return true;
    }
    return false;
}

const char *item_attribute_name(ItemAttribute attribute)
{
    return item_attribute_names[attribute];
}

Type item_attribute_type(ItemAttribute attribute)
{
    switch (attribute) {
    case ITEM_CODE:
    case ITEM_NAME:
    case ITEM_BRAND: return (Type){.kind = TYPE_TEXT};
    case ITEM_GROUP: return (Type){.kind = TYPE_HIERARCHY};
    case ITEM_PRICE:
    case ITEM_COST: return (Type){.kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true};
    case ITEM_ATTRIBUTE_COUNT: break;
    }
    ASSERT(false);
    return (Type){0};
}

Value item_attribute_value(const Item *item, ItemAttribute attribute)
{
    switch (attribute) {
    case ITEM_CODE: return value_text(item->code);
    case ITEM_NAME: return value_text(item->name);
    case ITEM_GROUP: return value_text(item->group);
    case ITEM_BRAND: return value_text(item->brand);
    case ITEM_PRICE: return item->price;
    case ITEM_COST: return item->cost;
    case ITEM_ATTRIBUTE_COUNT: break;
    }
    ASSERT(false);
    return value_missing();
}

static bool is_reserved(Text name)
{
    for (size_t i = 0; i < sizeof reserved_words / sizeof reserved_words[0]; i++)
        if (text_equal_folded(name, text_of(reserved_words[i]))) return true;
    return false;
}

/* Control characters would break one-line forms; a backtick ends a quoted name. */
static bool has_unfit_character(Text name)
{
    for (size_t i = 0; i < name.size; i++) {
        unsigned char byte = (unsigned char)name.data[i];
        if (byte < 0x20 || byte == 0x7f || byte == '`') return true;
    }
    return false;
}

Status schema_check_name(Text name, Error *err)
{
    if (!utf8_is_valid(name)) return error_set(err, STATUS_INVALID, "a name must be valid UTF-8");
    if (text_equal_folded(name, TEXT("")))
        return error_set(err, STATUS_INVALID, "a name cannot be empty");
    if (name.size > NAME_BYTES_MAX)
        return error_set(err, STATUS_INVALID, "the name is %zu bytes long, at most %d are allowed",
                         name.size, NAME_BYTES_MAX);
    if (has_unfit_character(name))
        return error_set(err, STATUS_INVALID,
                         "the name '%.*s' holds a backtick or a control character; leave it out",
                         TEXT_FORMAT(name));
    if (!text_equal(text_trim(name), name))
        return error_set(err, STATUS_INVALID,
                         "the name '%.*s' begins or ends with a space; leave it out",
                         TEXT_FORMAT(name));
    if (is_reserved(name))
        return error_set(err, STATUS_INVALID,
                         "'%.*s' is a word of the rule language; choose another name",
                         TEXT_FORMAT(name));
    return STATUS_OK;
}
