/* stream.c -- fields of streams and the built-in fields that every event has. */
#include "model/stream.h"

#include "base/fold.h"

static const char *const built_in_names[EVENT_BUILT_IN_COUNT] = {
    [EVENT_DATE] = "date",
    [EVENT_TIME] = "time",
    [EVENT_WEEKDAY] = "weekday",
    [EVENT_HOUR] = "hour",
};

Type field_value_type(const Field *field)
{
    if (field->role == FIELD_ITEM) return (Type){.kind = TYPE_ITEM};
    Property as_property = field_as_property(field);
    return property_value_type(&as_property);
}

Property field_as_property(const Field *field)
{
    return (Property){.id = field->slot + 1,
                      .name = field->name,
                      .labels = field->labels,
                      .type = field->type,
                      .scale = field->scale,
                      .is_retired = field->is_retired,
                      .enumeration = field->enumeration};
}

const Field *stream_find_field(const Stream *stream, Text name)
{
    for (size_t i = 0; i < stream->fields_count; i++)
        if (text_equal_folded(stream->fields[i].name, name)) return &stream->fields[i];
    return NULL;
}

bool event_built_in_find(Text name, EventBuiltIn *ret_built_in)
{
    for (EventBuiltIn built_in = 0; built_in < EVENT_BUILT_IN_COUNT; built_in++) {
        if (!text_equal_folded(name, text_of(built_in_names[built_in]))) continue;
        *ret_built_in = built_in;
        return true;
    }
    return false;
}

const char *event_built_in_name(EventBuiltIn built_in)
{
    return built_in_names[built_in];
}
