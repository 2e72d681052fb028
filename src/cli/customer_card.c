/* customer_card.c -- everything known of one customer, on the screen. */
#include "cli/customer_card.h"

#include "base/buffer.h"
#include "cli/labels.h"
#include "cli/segment_show.h"
#include "lang/lang.h"
#include "model/built_in.h"
#include "reply/customer.h"
#include "reply/human.h"

/* ---- the card ---- */

typedef struct {
    Invocation *invocation;
    App *app;
    const CustomerView *view;
    const Schema *schema;
    const CustomerRow *row;
    Language language;
} Card;

static bool has_value(const Card *card, size_t slot)
{
    return !value_is_missing(card->row->values[slot]) && !card->schema->properties[slot].is_retired;
}

/* Code and name stand in the heading. */
static bool is_listed(const Card *card, size_t slot)
{
    return slot != BUILT_IN_CODE && slot != BUILT_IN_NAME && has_value(card, slot);
}

static Text property_label(const Property *property, Language language)
{
    return labels_or(&property->labels, language, property->name);
}

static size_t label_width(const Card *card)
{
    size_t width = 0;
    for (size_t i = 0; i < card->schema->properties_count; i++) {
        if (!is_listed(card, i)) continue;
        size_t own = human_width(property_label(&card->schema->properties[i], card->language));
        if (own > width) width = own;
    }
    return width;
}

static void put_property(const Card *card, size_t slot, size_t width)
{
    const Property *property = &card->schema->properties[slot];
    Text label = property_label(property, card->language);
    Text value = human_value(card->row->values[slot], property_value_type(property), card->language,
                             card->invocation->arena);
    size_t own = human_width(label);
    invocation_say(card->invocation, "  %.*s%*s  %.*s%s%.*s", TEXT_FORMAT(label),
                   (int)(width > own ? width - own : 0), "", TEXT_FORMAT(value),
                   property->unit.size > 0 ? " " : "", TEXT_FORMAT(property->unit));
}

static void put_group(const Card *card, DataGroup group, size_t width)
{
    bool is_begun = false;
    for (size_t i = 0; i < card->schema->properties_count; i++) {
        if (card->schema->properties[i].group != group || !is_listed(card, i)) continue;
        Text title = data_group_label(group, card->language);
        if (!is_begun) invocation_say(card->invocation, "\n%.*s", TEXT_FORMAT(title));
        is_begun = true;
        put_property(card, i, width);
    }
}

static bool has_events(const Card *card)
{
    for (size_t i = 0; i < card->schema->streams_count; i++)
        if (card->row->events[i].count > 0) return true;
    return false;
}

/* Missing where a contact person is known from the first day on. */
static Value day_of(const Stream *stream, Moment at)
{
    return stream_is_undated(stream, at) ? value_missing() : value_date(moment_date(at));
}

static Status put_events(const Card *card, Error *err)
{
    Language language = card->language;
    Type text = {.kind = TYPE_TEXT};
    Type date = {.kind = TYPE_DATE};
    const OutputColumn columns[] = {
        {TEXT("stream"), label_get(LABEL_STREAM, language), text},
        {TEXT("events"), label_get(LABEL_EVENTS, language), (Type){.kind = TYPE_DECIMAL}},
        {TEXT("first"), label_get(LABEL_FIRST, language), date},
        {TEXT("last"), label_get(LABEL_LAST, language), date},
    };
    OutputOptions format = invocation_output(card->invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 4);
    for (size_t i = 0; i < card->schema->streams_count; i++) {
        EventList events = card->row->events[i];
        if (events.count == 0) continue;
        const Stream *stream = &card->schema->streams[i];
        const Value values[] = {
            value_text(labels_or(&stream->labels, language, stream->name)),
            value_decimal((int64_t)events.count),
            day_of(stream, events.items[0].at),
            day_of(stream, events.items[events.count - 1].at),
        };
        output_row(output, values);
    }
    invocation_say(card->invocation, "%s", "");
    return output_close(output, err);
}

/* ---- contact persons and the last events ---- */

static bool is_worth_a_column(const Field *field, EventList events, size_t first, size_t slot)
{
    if (field->is_retired) return false;
    for (size_t i = first; i < events.count; i++)
        if (!value_is_missing(events.items[i].values[slot])) return true;
    return false;
}

static Type shown_type(const Field *field)
{
    Type type = field_value_type(field);
    if (type.kind == TYPE_ITEM) type.kind = TYPE_TEXT;
    return type;
}

static Value shown_value(Value value)
{
    if (value.kind != VALUE_ITEM) return value;
    return value_text(value.as.item->name.size > 0 ? value.as.item->name : value.as.item->code);
}

typedef struct {
    OutputColumn *columns;
    size_t *slots; /* the first column is the day */
    size_t count;
} EventColumns;

static EventColumns event_columns(const Card *card, const Stream *stream, EventList events,
                                  size_t first)
{
    Arena *arena = card->invocation->arena;
    EventColumns list = {ARENA_ARRAY(arena, OutputColumn, stream->fields_count + 1),
                         ARENA_ARRAY(arena, size_t, stream->fields_count + 1), 1};
    list.columns[0] =
        (OutputColumn){TEXT("date"), label_get(LABEL_DATE, card->language), {.kind = TYPE_DATE}};
    for (size_t i = 0; i < stream->fields_count; i++) {
        const Field *field = &stream->fields[i];
        if (!is_worth_a_column(field, events, first, i)) continue;
        list.slots[list.count] = i;
        list.columns[list.count++] = (OutputColumn){
            field->name, labels_get(&field->labels, card->language), shown_type(field)};
    }
    return list;
}

/* The newest events of a stream, the last one first. */
static Status put_newest(const Card *card, size_t stream_index, size_t count_max, Error *err)
{
    const Stream *stream = &card->schema->streams[stream_index];
    EventList events = card->row->events[stream_index];
    size_t first = events.count > count_max ? events.count - count_max : 0;
    if (events.count == 0) return STATUS_OK;
    EventColumns list = event_columns(card, stream, events, first);
    Value *values = ARENA_ARRAY(card->invocation->arena, Value, list.count);
    Text label = labels_or(&stream->labels, card->language, stream->name);
    invocation_say(card->invocation, "\n%.*s", TEXT_FORMAT(label));
    OutputOptions format = invocation_output(card->invocation, FORMAT_TABLE, card->language);
    AUTO(output_done) Output *output = output_open(format, list.columns, list.count);
    for (size_t i = events.count; i > first; i--) {
        values[0] = day_of(stream, events.items[i - 1].at);
        for (size_t c = 1; c < list.count; c++)
            values[c] = shown_value(events.items[i - 1].values[list.slots[c]]);
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status put_all_newest(const Card *card, Error *err)
{
    TRY(put_newest(card, STREAM_CONTACT, SIZE_MAX, err));
    for (size_t i = 0; i < card->schema->streams_count; i++)
        if (i != STREAM_CONTACT) TRY(put_newest(card, i, CUSTOMER_EVENTS_SHOWN, err));
    return STATUS_OK;
}

/* ---- segments and sets ---- */

/* What was said with it: the note of the forming, the reason of a mark. */
static Text remark_of(const CustomerMembership *membership)
{
    if (membership->has_mark && membership->mark.reason.size > 0) return membership->mark.reason;
    return membership->since.forming.note;
}

static Status put_memberships(const Card *card, Error *err)
{
    Language language = card->language;
    Type text = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {
        {TEXT("segment"), label_get(LABEL_SEGMENT, language), text},
        {TEXT("mode"), label_get(LABEL_MODE, language), text},
        {TEXT("since"), label_get(LABEL_FROM, language), {.kind = TYPE_MOMENT}},
        {TEXT("cause"), label_get(LABEL_CAUSE, language), text},
        {TEXT("mark"), label_get(LABEL_MARK, language), text},
        {TEXT("remark"), label_get(LABEL_REMARK, language), text},
    };
    if (card->view->memberships_count == 0) return STATUS_OK;
    invocation_say(card->invocation, "%s", "");
    OutputOptions format = invocation_output(card->invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 6);
    for (size_t i = 0; i < card->view->memberships_count; i++) {
        const CustomerMembership *membership = &card->view->memberships[i];
        bool is_stored = !membership->is_dynamic;
        const Value values[] = {
            value_text(membership->segment->card.name),
            value_text(forming_mode_label(membership->segment->card.mode, language)),
            is_stored ? value_moment(membership->since.forming.at) : value_missing(),
            is_stored ? value_text(segment_cause_word(membership->since.cause, format))
                      : value_missing(),
            membership->has_mark ? value_text(segment_mark_word(membership->mark.kind, format))
                                 : value_missing(),
            value_text(remark_of(membership)),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

static void put_sets(const Card *card)
{
    AUTO(buffer_done) Buffer names = {0};
    Text label = label_get(LABEL_SAVED_SETS, card->language);
    for (size_t i = 0; i < card->view->sets_count; i++)
        buffer_printf(&names, "%s%.*s", i > 0 ? ", " : "", TEXT_FORMAT(card->view->sets[i].name));
    if (names.size > 0)
        invocation_say(card->invocation, "\n%.*s  %.*s", TEXT_FORMAT(label),
                       TEXT_FORMAT(buffer_view(&names)));
}

static void put_former_codes(const Card *card)
{
    AUTO(buffer_done) Buffer codes = {0};
    Text label = label_get(LABEL_FORMER_CODES, card->language);
    for (size_t i = 0; i < card->view->merges_count; i++)
        buffer_printf(&codes, "%s%.*s", i > 0 ? ", " : "",
                      TEXT_FORMAT(card->view->merges[i].from_code));
    if (codes.size > 0)
        invocation_say(card->invocation, "%.*s  %.*s", TEXT_FORMAT(label),
                       TEXT_FORMAT(buffer_view(&codes)));
}

/* ---- all of it ---- */

static Status put_card(const Card *card, Error *err)
{
    Text name = human_value(card->row->values[BUILT_IN_NAME], (Type){.kind = TYPE_TEXT},
                            card->language, card->invocation->arena);
    invocation_say(card->invocation, "%.*s  %.*s", TEXT_FORMAT(card->row->code), TEXT_FORMAT(name));
    put_former_codes(card);
    size_t width = label_width(card);
    for (DataGroup group = 0; group < DATA_GROUP_COUNT; group++)
        put_group(card, group, width);
    TRY(put_memberships(card, err));
    put_sets(card);
    if (has_events(card)) TRY(put_events(card, err));
    return put_all_newest(card, err);
}

Status customer_card_tell(Invocation *invocation, App *app, Text code, Error *err)
{
    CustomerView view;
    TRY(customer_view(app, code, invocation->arena, &view, err));
    Card card = {.invocation = invocation,
                 .app = app,
                 .view = &view,
                 .schema = view.schema,
                 .row = &view.row,
                 .language = app_language(app)};
    if (!invocation->common.is_json) return put_card(&card, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_customer_view(&writer, &view);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

/* ---- new customers ---- */

void creation_check_tell(Invocation *invocation, App *app, const CreationCheck *check)
{
    Voice voice = {invocation->arena, app_language(app)};
    for (size_t i = 0; i < check->outcomes_count; i++) {
        const CreationOutcome *outcome = &check->outcomes[i];
        Text name = outcome->segment->card.name;
        Text line;
        if (outcome->failure.size > 0)
            line = LABEL_SAY(voice, CHECK_FAILED, name, outcome->failure);
        else if (outcome->joined_count == 0)
            continue;
        else if (outcome->rule == NULL)
            line = LABEL_SAY(voice, CHECK_JOINED, name, voice_count(voice, outcome->joined_count),
                             TEXT("SQL"));
        else
            line = LABEL_SAY(voice, CHECK_JOINED, name, voice_count(voice, outcome->joined_count),
                             expression_sentence(outcome->rule, app_today(app), voice.language,
                                                 invocation->arena));
        invocation_say(invocation, "%.*s", TEXT_FORMAT(line));
    }
}
