/* merging.c -- merges of customers and their possible duplicates as JSON. */
#include "reply/merging.h"

#include "reply/fields.h"

static void put_value(JsonWriter *writer, const MergedValue *value)
{
    Type type = property_value_type(value->property);
    json_begin(writer, '{');
    field_text(writer, "property", value->property->name);
    json_key(writer, "from");
    json_value(writer, value->from, type);
    json_key(writer, "before");
    json_value(writer, value->before, type);
    json_key(writer, "after");
    json_value(writer, value->after, type);
    field_code(writer, "fate", merge_fate_code(value->fate));
    json_end(writer, '}');
}

static void put_events(JsonWriter *writer, const MergedEvents *events)
{
    json_begin(writer, '{');
    field_text(writer, "stream", events->stream->name);
    field_count(writer, "moved", events->moved);
    field_count(writer, "identical", events->identical);
    field_count(writer, "left", events->left);
    json_end(writer, '}');
}

static void put_part(JsonWriter *writer, const MergedPart *part)
{
    json_begin(writer, '{');
    field_code(writer, "kind", merged_part_code(part->kind));
    field_text(writer, "name", part->name);
    field_code(writer, "fate", merge_fate_code(part->fate));
    json_end(writer, '}');
}

void reply_merge(JsonWriter *writer, const MergeOutcome *outcome, bool is_preview)
{
    json_begin(writer, '{');
    field_flag(writer, "is_preview", is_preview);
    field_text(writer, "from", outcome->from_code);
    field_text(writer, "into", outcome->into_code);
    json_key(writer, "values");
    json_begin(writer, '[');
    for (size_t i = 0; i < outcome->values_count; i++)
        put_value(writer, &outcome->values[i]);
    json_end(writer, ']');
    json_key(writer, "events");
    json_begin(writer, '[');
    for (size_t i = 0; i < outcome->events_count; i++)
        put_events(writer, &outcome->events[i]);
    json_end(writer, ']');
    json_key(writer, "parts");
    json_begin(writer, '[');
    for (size_t i = 0; i < outcome->parts_count; i++)
        put_part(writer, &outcome->parts[i]);
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_former_codes(JsonWriter *writer, const MergeRow *merges, size_t count)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(writer, '{');
        field_text(writer, "code", merges[i].from_code);
        field_moment(writer, "at", true, merges[i].at);
        field_text(writer, "author", merges[i].author);
        field_text(writer, "reason", merges[i].reason);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_group(JsonWriter *writer, const DuplicateSuggestion *suggestion, Language language)
{
    const DuplicateGroup *group = suggestion->group;
    json_begin(writer, '{');
    json_key(writer, "signs");
    json_begin(writer, '[');
    for (DuplicateSign sign = 0; sign < DUPLICATE_SIGN_COUNT; sign++) {
        if (!group->has_sign[sign]) continue;
        json_begin(writer, '{');
        field_code(writer, "sign", duplicate_sign_code(sign));
        field_text(writer, "text", duplicate_sign_label(sign, language));
        field_text(writer, "value", group->values[sign]);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_key(writer, "customers");
    json_begin(writer, '[');
    for (size_t i = 0; i < group->customers_count; i++) {
        json_begin(writer, '{');
        field_text(writer, "code", suggestion->customers[i].code);
        field_text_or_null(writer, "name", suggestion->customers[i].name);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    field_moment(writer, "dismissed_at", group->is_dismissed, group->dismissed_at);
    field_text_or_null(writer, "dismissed_by", group->dismissed_by);
    json_end(writer, '}');
}

void reply_duplicates(JsonWriter *writer, const DuplicateList *list, Language language)
{
    json_begin(writer, '{');
    field_count(writer, "total", list->found_count);
    json_key(writer, "groups");
    json_begin(writer, '[');
    for (size_t i = 0; i < list->count; i++)
        put_group(writer, &list->items[i], language);
    json_end(writer, ']');
    json_end(writer, '}');
}
