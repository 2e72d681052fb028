/* built_in.c -- what a fresh data directory holds: universal fields, starting attributes, streams.
 */
#include "model/built_in.h"

typedef struct {
    const char *name;
    PropertyType type;
    uint8_t scale;
    DataGroup group;
    const char *marks;
    const char *allowed;
    Labels labels;
} PropertyRow;

typedef struct {
    const char *name;
    PropertyType type;
    uint8_t scale;
    FieldRole role;
    Labels labels;
} FieldRow;

typedef struct {
    const char *name;
    Labels labels;
    const FieldRow *fields;
    size_t fields_count;
} StreamRow;

/* clang-format off */
#define LABELS(en, ru, uk)                                                                         \
    { .in = { [LANGUAGE_EN] = {en, sizeof(en) - 1},                                                \
              [LANGUAGE_RU] = {ru, sizeof(ru) - 1},                                                \
              [LANGUAGE_UK] = {uk, sizeof(uk) - 1} } }

static const PropertyRow property_rows[] = {
#define BUILT_IN_PROPERTY(constant, name, type, scale, group, marks, allowed, en, ru, uk)          \
    {name, PROPERTY_##type, scale, DATA_GROUP_##group, marks, allowed, LABELS(en, ru, uk)},
#include "model/built_in_properties.def"
#undef BUILT_IN_PROPERTY
};

#define BUILT_IN_STREAM_BEGIN(constant, ...) static const FieldRow constant##_rows[] = {
#define BUILT_IN_FIELD(stream, constant, name, type, scale, role, en, ru, uk)                      \
    {name, PROPERTY_##type, scale, FIELD_##role, LABELS(en, ru, uk)},
#define BUILT_IN_STREAM_END(constant) };
#include "model/built_in_streams.def"
#undef BUILT_IN_STREAM_BEGIN
#undef BUILT_IN_FIELD
#undef BUILT_IN_STREAM_END

static const StreamRow stream_rows[] = {
#define BUILT_IN_STREAM_BEGIN(constant, name, en, ru, uk)                                          \
    {name, LABELS(en, ru, uk), constant##_rows, sizeof constant##_rows / sizeof constant##_rows[0]},
#define BUILT_IN_FIELD(...)
#define BUILT_IN_STREAM_END(constant)
#include "model/built_in_streams.def"
#undef BUILT_IN_STREAM_BEGIN
#undef BUILT_IN_FIELD
#undef BUILT_IN_STREAM_END
};
/* clang-format on */

static uint8_t kept_scale(PropertyType type, uint8_t scale)
{
    return type == PROPERTY_MONEY ? MONEY_SCALE : scale;
}

static void split_allowed(const char *joined, Arena *arena, Property *property)
{
    struct {
        Text *items;
        size_t count, capacity;
    } list = {0};
    for (Text rest = text_of(joined); rest.size > 0;)
        ARENA_PUSH(arena, &list, text_split(rest, '|', &rest));
    property->allowed = list.items;
    property->allowed_count = list.count;
}

static Property property_of_row(const PropertyRow *row, size_t slot, Arena *arena)
{
    Text marks = text_of(row->marks);
    Property property = {
        .id = (uint32_t)slot + 1,
        .name = text_of(row->name),
        .labels = row->labels,
        .type = row->type,
        .scale = kept_scale(row->type, row->scale),
        .group = row->group,
        .is_dynamic = text_contains(marks, TEXT("D")),
        .is_personal = text_contains(marks, TEXT("P")),
        .is_built_in = true,
        .enumeration = enumeration_of(TEXT(""), text_of(row->name)),
    };
    split_allowed(row->allowed, arena, &property);
    return property;
}

static Stream stream_of_row(const StreamRow *row, size_t index, Arena *arena)
{
    Field *fields = ARENA_ARRAY(arena, Field, row->fields_count);
    for (size_t i = 0; i < row->fields_count; i++) {
        const FieldRow *field = &row->fields[i];
        fields[i] = (Field){
            .slot = (uint32_t)i,
            .name = text_of(field->name),
            .labels = field->labels,
            .type = field->type,
            .scale = kept_scale(field->type, field->scale),
            .role = field->role,
            .enumeration = enumeration_of(text_of(row->name), text_of(field->name)),
        };
    }
    return (Stream){.id = (uint32_t)index + 1,
                    .name = text_of(row->name),
                    .labels = row->labels,
                    .is_built_in = true,
                    .fields = fields,
                    .fields_count = row->fields_count};
}

Schema *schema_built_in(Settings settings, Arena *arena)
{
    Property *properties = ARENA_ARRAY(arena, Property, BUILT_IN_PROPERTIES_COUNT);
    for (size_t i = 0; i < BUILT_IN_PROPERTIES_COUNT; i++)
        properties[i] = property_of_row(&property_rows[i], i, arena);
    Stream *streams = ARENA_ARRAY(arena, Stream, BUILT_IN_STREAMS_COUNT);
    for (size_t i = 0; i < BUILT_IN_STREAMS_COUNT; i++)
        streams[i] = stream_of_row(&stream_rows[i], i, arena);

    Schema *schema = ARENA_NEW(arena, Schema);
    *schema = (Schema){
        .settings = {.time_zone = arena_text(arena, settings.time_zone),
                     .currency = arena_text(arena, settings.currency),
                     .language = settings.language},
        .properties = properties,
        .properties_count = BUILT_IN_PROPERTIES_COUNT,
        .streams = streams,
        .streams_count = BUILT_IN_STREAMS_COUNT,
    };
    return schema;
}
