/* customer.c -- one customer as JSON. */
#include "reply/customer.h"

#include "lang/lang.h"
#include "model/built_in.h"
#include "reply/data.h"
#include "reply/fields.h"
#include "reply/merging.h"

/* ---- segments ---- */

static void put_mark(JsonWriter *writer, const CustomerMembership *membership, Text code)
{
    const SegmentMark *mark = &membership->mark;
    json_key(writer, "mark");
    if (!membership->has_mark) {
        json_nothing(writer);
        return;
    }
    json_begin(writer, '{');
    field_text(writer, "customer", code);
    field_code(writer, "kind", segment_mark_code(mark->kind));
    field_moment(writer, "at", true, mark->at);
    field_text(writer, "author", mark->author);
    field_text(writer, "reason", mark->reason);
    field_date(writer, "until", mark->has_until, mark->until);
    json_end(writer, '}');
}

static void put_membership(JsonWriter *writer, const CustomerMembership *membership, Text code)
{
    const SegmentCard *card = &membership->segment->card;
    json_begin(writer, '{');
    field_text(writer, "segment", card->code);
    field_text(writer, "name", card->name);
    field_code(writer, "mode", forming_mode_code(card->mode));
    field_code(writer, "kind", segment_kind_code(card->kind));
    field_moment(writer, "since", !membership->is_dynamic, membership->since.forming.at);
    field_text_or_null(
        writer, "cause",
        membership->is_dynamic ? TEXT("") : text_of(change_cause_code(membership->since.cause)));
    field_text(writer, "note", membership->since.forming.note);
    put_mark(writer, membership, code);
    json_end(writer, '}');
}

void reply_memberships(JsonWriter *writer, const CustomerView *view)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < view->memberships_count; i++)
        put_membership(writer, &view->memberships[i], view->row.code);
    json_end(writer, ']');
}

/* ---- events ---- */

/* The newest ones first. */
static void put_newest(JsonWriter *writer, const Stream *stream, EventList events, size_t count)
{
    for (size_t i = 0; i < events.count && i < count; i++)
        reply_event(writer, &(TimelineEvent){stream, events.items[events.count - 1 - i]});
}

static void put_last_events(JsonWriter *writer, const CustomerView *view)
{
    json_key(writer, "contacts");
    json_begin(writer, '[');
    put_newest(writer, &view->schema->streams[STREAM_CONTACT], view->row.events[STREAM_CONTACT],
               SIZE_MAX);
    json_end(writer, ']');
    json_key(writer, "last_events");
    json_begin(writer, '[');
    for (size_t i = 0; i < view->schema->streams_count; i++)
        if (i != STREAM_CONTACT)
            put_newest(writer, &view->schema->streams[i], view->row.events[i],
                       CUSTOMER_EVENTS_SHOWN);
    json_end(writer, ']');
}

void reply_customer_view(JsonWriter *writer, const CustomerView *view)
{
    json_begin(writer, '{');
    reply_customer_members(writer, view->schema, &view->row);
    json_key(writer, "memberships");
    reply_memberships(writer, view);
    json_key(writer, "sets");
    json_begin(writer, '[');
    for (size_t i = 0; i < view->sets_count; i++)
        json_text(writer, view->sets[i].name);
    json_end(writer, ']');
    json_key(writer, "former_codes");
    reply_former_codes(writer, view->merges, view->merges_count);
    put_last_events(writer, view);
    json_end(writer, '}');
}

/* ---- new customers ---- */

static void put_why(JsonWriter *writer, const CreationOutcome *outcome, Date as_of,
                    Language language)
{
    AUTO(arena_done) Arena *arena = arena_new();
    json_key(writer, "why");
    if (outcome->rule != NULL)
        json_text(writer, expression_sentence(outcome->rule, as_of, language, arena));
    else
        json_nothing(writer);
}

void reply_creation_check(JsonWriter *writer, const CreationCheck *check, Date as_of,
                          Language language)
{
    json_begin(writer, '{');
    field_count(writer, "created", check->created_count);
    json_key(writer, "segments");
    json_begin(writer, '[');
    for (size_t i = 0; i < check->outcomes_count; i++) {
        const CreationOutcome *outcome = &check->outcomes[i];
        json_begin(writer, '{');
        field_text(writer, "segment", outcome->segment->card.name);
        field_count(writer, "joined", outcome->joined_count);
        field_code(writer, "cause", change_cause_code(CAUSE_CREATION));
        put_why(writer, outcome, as_of, language);
        field_text_or_null(writer, "failure", outcome->failure);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_customer_added(JsonWriter *writer, const CustomerAddedReply *reply)
{
    const CustomerAdded *added = reply->added;
    json_begin(writer, '{');
    json_key(writer, "customer");
    reply_customer(writer, reply->schema, &added->row);
    json_key(writer, "segments");
    json_begin(writer, '[');
    for (size_t i = 0; i < added->chosen_count; i++) {
        json_begin(writer, '{');
        field_text(writer, "segment", added->chosen[i]->card.name);
        field_code(writer, "cause", change_cause_code(CAUSE_CREATION));
        field_null(writer, "why");
        json_end(writer, '}');
    }
    for (size_t i = 0; i < added->check.outcomes_count; i++) {
        const CreationOutcome *outcome = &added->check.outcomes[i];
        if (outcome->joined_count == 0) continue;
        json_begin(writer, '{');
        field_text(writer, "segment", outcome->segment->card.name);
        field_code(writer, "cause", change_cause_code(CAUSE_CREATION));
        put_why(writer, outcome, reply->as_of, reply->language);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_end(writer, '}');
}
