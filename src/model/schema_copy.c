/* schema_copy.c -- a schema that outlives the one it was copied from. */
#include "model/schema.h"

static Labels copy_labels(const Labels *labels, Arena *arena)
{
    Labels copy;
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        copy.in[i] = arena_text(arena, labels->in[i]);
    return copy;
}

static Property copy_property(const Property *property, Arena *arena)
{
    Property copy = *property;
    copy.name = arena_text(arena, property->name);
    copy.labels = copy_labels(&property->labels, arena);
    copy.unit = arena_text(arena, property->unit);
    Text *allowed = ARENA_ARRAY(arena, Text, property->allowed_count);
    for (size_t i = 0; i < property->allowed_count; i++)
        allowed[i] = arena_text(arena, property->allowed[i]);
    copy.allowed = allowed;
    return copy;
}

static Stream copy_stream(const Stream *stream, Arena *arena)
{
    Stream copy = *stream;
    copy.name = arena_text(arena, stream->name);
    copy.labels = copy_labels(&stream->labels, arena);
    Field *fields = ARENA_ARRAY(arena, Field, stream->fields_count);
    for (size_t i = 0; i < stream->fields_count; i++) {
        fields[i] = stream->fields[i];
        fields[i].name = arena_text(arena, stream->fields[i].name);
        fields[i].labels = copy_labels(&stream->fields[i].labels, arena);
    }
    copy.fields = fields;
    return copy;
}

Schema *schema_copy(const Schema *schema, Arena *arena)
{
    Schema *copy = ARENA_NEW(arena, Schema);
    Property *properties = ARENA_ARRAY(arena, Property, schema->properties_count);
    Stream *streams = ARENA_ARRAY(arena, Stream, schema->streams_count);
    for (size_t i = 0; i < schema->properties_count; i++)
        properties[i] = copy_property(&schema->properties[i], arena);
    for (size_t i = 0; i < schema->streams_count; i++)
        streams[i] = copy_stream(&schema->streams[i], arena);
    *copy = *schema;
    copy->settings.time_zone = arena_text(arena, schema->settings.time_zone);
    copy->settings.currency = arena_text(arena, schema->settings.currency);
    copy->properties = properties;
    copy->streams = streams;
    return copy;
}
