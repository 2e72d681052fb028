/* target.c -- listing what can be filled, and recognising it by the names of columns. */
#include "ingest/target.h"

#include "base/fold.h"
#include "model/built_in.h"

static Labels own_labels(const char *scope, Text name)
{
    static const struct {
        const char *scope, *name, *en, *ru, *uk;
    } rows[] = {
#define OWN_FIELD(scope, name, en, ru, uk) {scope, name, en, ru, uk},
#include "ingest/own_field.def"
#undef OWN_FIELD
    };
    Labels labels = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!text_equal(text_of(scope), text_of(rows[i].scope))) continue;
        if (!text_equal(name, text_of(rows[i].name))) continue;
        labels.in[LANGUAGE_EN] = text_of(rows[i].en);
        labels.in[LANGUAGE_RU] = text_of(rows[i].ru);
        labels.in[LANGUAGE_UK] = text_of(rows[i].uk);
    }
    return labels;
}

/* The schema is made anew by every change of it, so nothing here may look into it. */
static void add_field(Target *target, TargetField field, Arena *arena)
{
    field.name = arena_text(arena, field.name);
    for (Language language = 0; language < LANGUAGE_COUNT; language++)
        field.labels.in[language] = arena_text(arena, field.labels.in[language]);
    Text *allowed = ARENA_ARRAY(arena, Text, field.allowed_count);
    for (size_t i = 0; i < field.allowed_count; i++)
        allowed[i] = arena_text(arena, field.allowed[i]);
    field.allowed = allowed;
    ARENA_PUSH(arena, &target->fields, field);
}

static void add_properties(Target *target, const Schema *schema, Arena *arena)
{
    target->values_count = schema->properties_count;
    for (size_t slot = 0; slot < schema->properties_count; slot++) {
        const Property *property = &schema->properties[slot];
        TargetField field = {.kind = SLOT_VALUE,
                             .slot = slot,
                             .name = property->name,
                             .labels = property->labels,
                             .type = property->type,
                             .scale = property->scale,
                             .is_personal = property->is_personal,
                             .scopes = {"customers", ""},
                             .allowed = property->allowed,
                             .allowed_count = property->allowed_count,
                             .enumeration = property->enumeration};
        if (!property->is_retired) add_field(target, field, arena);
    }
}

static PropertyType item_property_type(ItemAttribute attribute)
{
    if (attribute == ITEM_GROUP) return PROPERTY_HIERARCHY;
    return attribute == ITEM_PRICE || attribute == ITEM_COST ? PROPERTY_MONEY : PROPERTY_TEXT;
}

static void add_item_attributes(Target *target, Arena *arena)
{
    target->values_count = ITEM_ATTRIBUTE_COUNT;
    for (ItemAttribute attribute = 0; attribute < ITEM_ATTRIBUTE_COUNT; attribute++) {
        Text name = text_of(item_attribute_name(attribute));
        TargetField field = {.kind = SLOT_VALUE,
                             .slot = attribute,
                             .name = name,
                             .labels = own_labels("items", name),
                             .type = item_property_type(attribute),
                             .scale = MONEY_SCALE,
                             .scopes = {"items", ""}};
        add_field(target, field, arena);
    }
}

static void add_event_parts(Target *target, const char *scope, Arena *arena)
{
    static const struct {
        const char *name;
        SlotKind kind;
        PropertyType type;
    } parts[] = {{"customer", SLOT_CUSTOMER, PROPERTY_TEXT},
                 {"date", SLOT_DATE, PROPERTY_DATE},
                 {"time", SLOT_TIME, PROPERTY_TEXT},
                 {"key", SLOT_KEY, PROPERTY_TEXT}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        Text name = text_of(parts[i].name);
        TargetField field = {.kind = parts[i].kind,
                             .name = name,
                             .labels = own_labels("events", name),
                             .type = parts[i].type,
                             .scopes = {"events", scope}};
        add_field(target, field, arena);
    }
}

/* Debts know only these two kinds, so another word would be lost for them without a trace. */
static const Text SETTLEMENT_KINDS[] = {{SETTLEMENT_KIND_CHARGE, 6}, {SETTLEMENT_KIND_PAYMENT, 7}};

static void add_fields(Target *target, const char *scope, Arena *arena)
{
    const Stream *stream = target->stream;
    target->values_count = stream->fields_count;
    bool is_contact = stream_is(stream, STREAM_CONTACT);
    for (size_t slot = 0; slot < stream->fields_count; slot++) {
        const Field *field = &stream->fields[slot];
        bool is_kind = stream_is(stream, STREAM_SETTLEMENT) && slot == SETTLEMENT_KIND;
        TargetField listed = {
            .kind = SLOT_VALUE,
            .slot = slot,
            .name = field->name,
            .labels = field->labels,
            .type = field->type,
            .scale = field->scale,
            .role = field->role,
            .enumeration = field->enumeration,
            .is_personal = is_contact && (slot == CONTACT_NAME || slot == CONTACT_PHONE ||
                                          slot == CONTACT_EMAIL || slot == CONTACT_BIRTH_DATE),
            .scopes = {scope, ""},
            .allowed = is_kind ? SETTLEMENT_KINDS : NULL,
            .allowed_count = is_kind ? sizeof SETTLEMENT_KINDS / sizeof *SETTLEMENT_KINDS : 0};
        if (!field->is_retired) add_field(target, listed, arena);
    }
}

Target target_of(const Schema *schema, ImportTarget target, const Stream *stream, Arena *arena)
{
    Target result = {.target = target, .stream = stream};
    bool has_scope = stream != NULL && stream->is_built_in;
    const char *scope = has_scope ? arena_cstr(arena, stream->name) : "";
    switch (target) {
    case IMPORT_CUSTOMERS: add_properties(&result, schema, arena); break;
    case IMPORT_ITEMS: add_item_attributes(&result, arena); break;
    case IMPORT_EVENTS:
        add_event_parts(&result, scope, arena);
        add_fields(&result, scope, arena);
        break;
    }
    return result;
}

size_t target_find_slot(const Target *target, SlotKind kind, size_t slot)
{
    for (size_t i = 0; i < target->fields.count; i++) {
        const TargetField *field = &target->fields.items[i];
        if (field->kind == kind && (kind != SLOT_VALUE || field->slot == slot)) return i;
    }
    return SIZE_MAX;
}

size_t target_find(const Target *target, Text name)
{
    for (size_t i = 0; i < target->fields.count; i++)
        if (text_equal_folded(target->fields.items[i].name, name)) return i;
    for (size_t i = 0; i < target->fields.count; i++)
        for (Language language = 0; language < LANGUAGE_COUNT; language++)
            if (text_equal_folded(target->fields.items[i].labels.in[language], name)) return i;
    return SIZE_MAX;
}

/* ---- recognising ---- */

/* Position of `word` among words joined with '|', or -1. */
static int position_in(Text words, Text word)
{
    int position = 0;
    for (Text rest = words; rest.size != 0; position++)
        if (text_equal(text_split(rest, '|', &rest), word)) return position;
    return -1;
}

static int match_synonym(const TargetField *field, const char *scope, Text word)
{
    static const struct {
        const char *scope, *field, *words;
    } rows[] = {
#define SYNONYM(scope, field, words) {scope, field, words},
#include "ingest/synonym.def"
#undef SYNONYM
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!text_equal(text_of(scope), text_of(rows[i].scope))) continue;
        if (!text_equal(field->name, text_of(rows[i].field))) continue;
        int position = position_in(text_of(rows[i].words), word);
        if (position >= 0) return MATCH_SYNONYM + position;
    }
    return MATCH_NONE;
}

static int match_word(const TargetField *field, Text word, Arena *arena, Text *ret_word)
{
    *ret_word = field->name;
    if (word.size == 0) return MATCH_NONE;
    if (text_equal(word, text_squeeze(field->name, arena))) return MATCH_NAME;
    for (Language language = 0; language < LANGUAGE_COUNT; language++) {
        *ret_word = field->labels.in[language];
        if (text_equal(word, text_squeeze(*ret_word, arena))) return MATCH_LABEL;
    }
    *ret_word = word;
    int general = match_synonym(field, field->scopes[0], word);
    int special = match_synonym(field, field->scopes[1], word);
    return general < special ? general : special;
}

int target_match(const TargetField *field, Text column, Arena *arena, Text *ret_word)
{
    int rank = match_word(field, text_squeeze(column, arena), arena, ret_word);
    if (rank != MATCH_NONE) return rank;
    /* "Сумма, руб." and "Площадь (м²)": what follows is a unit. */
    Text unit, head = text_split(column, ',', &unit);
    if (unit.data == NULL) head = text_split(column, '(', &unit);
    if (unit.data == NULL) return MATCH_NONE;
    return match_word(field, text_squeeze(head, arena), arena, ret_word);
}

bool target_listed_value(const TargetField *field, Text text, Arena *scratch, Text *ret_value)
{
    Text wanted = text;
    enumeration_find(field->enumeration, text, scratch, &wanted);
    *ret_value = wanted;
    if (field->allowed_count == 0) return true;
    for (size_t i = 0; i < field->allowed_count; i++) {
        *ret_value = field->allowed[i];
        if (text_equal(wanted, *ret_value) || text_equal_folded(wanted, *ret_value)) return true;
    }
    return false;
}
