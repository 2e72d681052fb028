/* data.c -- customers, events, items and what can be known of them, as JSON. */
#include "reply/data.h"

#include "model/built_in.h"
#include "reply/fields.h"

/* ---- customers ---- */

void reply_customer_summary(JsonWriter *writer, const CustomerSummary *customer)
{
    bool is_person = customer->kind == CUSTOMER_PERSON;
    json_begin(writer, '{');
    field_text(writer, "code", customer->code);
    field_text_or_null(writer, "name", customer->name);
    field_text_or_null(writer, "kind",
                       !customer->has_kind ? TEXT("")
                       : is_person         ? TEXT("person")
                                           : TEXT("company"));
    json_end(writer, '}');
}

/* Null where a contact person is known from the first day on. */
static void put_day(JsonWriter *writer, const char *key, const Stream *stream, Moment at)
{
    field_date(writer, key, !stream_is_undated(stream, at), moment_date(at));
}

static void put_stream_summary(JsonWriter *writer, const Stream *stream, EventList events)
{
    json_key_text(writer, stream->name);
    json_begin(writer, '{');
    field_count(writer, "count", events.count);
    if (events.count > 0) {
        put_day(writer, "first", stream, events.items[0].at);
        put_day(writer, "last", stream, events.items[events.count - 1].at);
    }
    json_end(writer, '}');
}

void reply_customer_members(JsonWriter *writer, const Schema *schema, const CustomerRow *row)
{
    field_text(writer, "code", row->code);
    json_key(writer, "properties");
    json_begin(writer, '{');
    for (size_t i = 0; i < schema->properties_count; i++) {
        const Property *property = &schema->properties[i];
        if (property->is_retired || value_is_missing(row->values[i])) continue;
        json_key_text(writer, property->name);
        json_value(writer, row->values[i], property_value_type(property));
    }
    json_end(writer, '}');
    json_key(writer, "events");
    json_begin(writer, '{');
    for (size_t i = 0; i < schema->streams_count; i++)
        put_stream_summary(writer, &schema->streams[i], row->events[i]);
    json_end(writer, '}');
}

void reply_customer(JsonWriter *writer, const Schema *schema, const CustomerRow *row)
{
    json_begin(writer, '{');
    reply_customer_members(writer, schema, row);
    json_end(writer, '}');
}

/* Names of the items that fields refer to by their codes. */
static void put_item_names(JsonWriter *writer, const TimelineEvent *event)
{
    const Stream *stream = event->stream;
    json_key(writer, "item_names");
    json_begin(writer, '{');
    for (size_t i = 0; i < stream->fields_count; i++) {
        Value value = event->event.values[i];
        if (stream->fields[i].is_retired || value.kind != VALUE_ITEM) continue;
        if (value.as.item->name.size == 0) continue;
        json_key_text(writer, stream->fields[i].name);
        json_text(writer, value.as.item->name);
    }
    json_end(writer, '}');
}

void reply_event(JsonWriter *writer, const TimelineEvent *event)
{
    const Stream *stream = event->stream;
    json_begin(writer, '{');
    field_text(writer, "stream", stream->name);
    json_key(writer, "at");
    json_value(writer,
               stream_is_undated(stream, event->event.at) ? value_missing()
                                                          : value_moment(event->event.at),
               (Type){.kind = TYPE_MOMENT});
    field_count(writer, "sequence", event->event.sequence);
    json_key(writer, "fields");
    json_begin(writer, '{');
    for (size_t i = 0; i < stream->fields_count; i++) {
        Value value = event->event.values[i];
        if (stream->fields[i].is_retired || value_is_missing(value)) continue;
        json_key_text(writer, stream->fields[i].name);
        json_value(writer, value, field_value_type(&stream->fields[i]));
    }
    json_end(writer, '}');
    put_item_names(writer, event);
    json_end(writer, '}');
}

void reply_erase_act(JsonWriter *writer, const EraseAct *act, const Schema *schema)
{
    char digest[65];
    hash_hex(act->act_digest, digest);
    json_begin(writer, '{');
    field_text(writer, "code", act->code);
    json_key(writer, "codes");
    json_begin(writer, '[');
    for (size_t i = 0; i < act->codes_count; i++)
        json_text(writer, act->codes[i]);
    json_end(writer, ']');
    json_key(writer, "at");
    json_value(writer, value_moment(act->at), (Type){.kind = TYPE_MOMENT});
    field_count(writer, "properties", act->properties);
    json_key(writer, "events");
    json_begin(writer, '{');
    for (size_t i = 0; i < schema->streams_count; i++) {
        json_key_text(writer, schema->streams[i].name);
        json_count(writer, act->events[i]);
    }
    json_end(writer, '}');
    field_count(writer, "segments", act->segments);
    field_count(writer, "marks", act->marks);
    field_count(writer, "tests", act->tests);
    field_count(writer, "sets", act->sets);
    field_count(writer, "overrides", act->overrides);
    field_text(writer, "act_digest", text_of(digest));
    json_key(writer, "quoted_in");
    json_begin(writer, '[');
    for (size_t i = 0; i < act->quotes_count; i++) {
        json_begin(writer, '{');
        field_code(writer, "kind", act->quotes[i].kind);
        field_text(writer, "name", act->quotes[i].name);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_removed_contact(JsonWriter *writer, const RemovedContact *removed)
{
    json_begin(writer, '{');
    field_text(writer, "customer", removed->customer);
    field_text(writer, "contact", removed->code);
    field_count(writer, "events", removed->events);
    json_end(writer, '}');
}

/* ---- what can be known ---- */

void reply_item(JsonWriter *writer, const Item *item)
{
    json_begin(writer, '{');
    for (size_t i = 0; i < ITEM_ATTRIBUTE_COUNT; i++) {
        ItemAttribute attribute = (ItemAttribute)i;
        json_key(writer, item_attribute_name(attribute));
        json_value(writer, item_attribute_value(item, attribute), item_attribute_type(attribute));
    }
    json_end(writer, '}');
}

/* Those that there are. */
static void put_labels(JsonWriter *writer, const char *key, const Labels *labels)
{
    json_key(writer, key);
    json_begin(writer, '{');
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (labels->in[i].size > 0) field_text(writer, language_code((Language)i), labels->in[i]);
    json_end(writer, '}');
}

/* What people call the values, when those have words. */
static void put_words(JsonWriter *writer, Enumeration enumeration, Language language)
{
    Text value = enumeration_value(enumeration, 0);
    if (value.data == NULL) return;
    json_key(writer, "words");
    json_begin(writer, '{');
    for (size_t i = 1; value.data != NULL; value = enumeration_value(enumeration, i++))
        field_text(writer, value.data, enumeration_words(enumeration, value, language));
    json_end(writer, '}');
}

static Text type_text(const char *code, PropertyType type, uint8_t scale, Arena *arena)
{
    if (type != PROPERTY_NUMBER || scale == 0) return text_of(code);
    return arena_printf(arena, "%s, %d decimals", code, (int)scale);
}

static void put_fill(JsonWriter *writer, const PropertyFill *fill, uint64_t customers_count)
{
    double share = customers_count == 0 ? 0.0 : (double)fill->filled / (double)customers_count;
    field_count(writer, "filled", fill->filled);
    json_key(writer, "filled_percent");
    json_value(writer, value_decimal((int64_t)(share * 1000.0 + 0.5)),
               (Type){.kind = TYPE_DECIMAL, .scale = 1});
    field_count(writer, "distinct", fill->distinct);
}

void reply_property(JsonWriter *writer, const PropertyShown *shown, Arena *arena)
{
    const Property *property = shown->property;
    const char *code = property_type_code(property->type);
    json_begin(writer, '{');
    field_text(writer, "name", property->name);
    field_text(writer, "label", labels_or(&property->labels, shown->language, property->name));
    put_labels(writer, "labels", &property->labels);
    field_text(writer, "type", type_text(code, property->type, property->scale, arena));
    field_text_or_null(writer, "unit", property->unit);
    field_text(writer, "group", text_of(data_group_code(property->group)));
    field_text(writer, "nature", property->is_dynamic ? TEXT("dynamic") : TEXT("static"));
    field_text(writer, "state",
               property->is_retired    ? TEXT("retired")
               : property->is_built_in ? TEXT("built-in")
                                       : TEXT("own"));
    field_texts(writer, "values", property->allowed, property->allowed_count);
    put_words(writer, property->enumeration, shown->language);
    if (shown->fill != NULL) put_fill(writer, shown->fill, shown->customers_count);
    json_end(writer, '}');
}

static Text role_code(FieldRole role)
{
    switch (role) {
    case FIELD_PLAIN: return TEXT("");
    case FIELD_ITEM: return TEXT("item");
    case FIELD_IDENTIFIER: return TEXT("identifier");
    case FIELD_CONTACT: return TEXT("contact");
    }
    return TEXT("");
}

static void put_field(JsonWriter *writer, const Field *field, Language language, Arena *arena)
{
    const char *code = field->role == FIELD_ITEM ? "item" : property_type_code(field->type);
    json_begin(writer, '{');
    field_text(writer, "field", field->name);
    field_text(writer, "label", labels_or(&field->labels, language, field->name));
    field_text(writer, "type", type_text(code, field->type, field->scale, arena));
    field_text_or_null(writer, "role", role_code(field->role));
    field_text_or_null(writer, "state", field->is_retired ? TEXT("retired") : TEXT(""));
    put_words(writer, field->enumeration, language);
    json_end(writer, '}');
}

void reply_stream(JsonWriter *writer, const Stream *stream, Language language, Arena *arena)
{
    json_begin(writer, '{');
    field_text(writer, "stream", stream->name);
    field_text(writer, "label", labels_or(&stream->labels, language, stream->name));
    field_text(writer, "state", stream->is_built_in ? TEXT("built-in") : TEXT("own"));
    json_key(writer, "fields");
    json_begin(writer, '[');
    for (size_t i = 0; i < stream->fields_count; i++)
        put_field(writer, &stream->fields[i], language, arena);
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_metric(JsonWriter *writer, const StoredMetric *metric, Text sentence, Language language)
{
    json_begin(writer, '{');
    field_text(writer, "name", metric->name);
    field_text(writer, "expression", metric->expression);
    field_text_or_null(writer, "description", labels_get(&metric->descriptions, language));
    put_labels(writer, "descriptions", &metric->descriptions);
    if (sentence.data != NULL) field_text(writer, "sentence", sentence);
    json_end(writer, '}');
}
