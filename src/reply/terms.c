/* terms.c -- terms of sale and shipment bans as JSON. */
#include "reply/terms.h"

#include "reply/fields.h"

enum { PERCENT_SCALE = 2 };

/* ---- agreements ---- */

static void put_terms(JsonWriter *writer, const AgreementTerms *terms)
{
    field_text_or_null(writer, "price_type", terms->price_type);
    if (terms->has_discount)
        field_decimal(writer, "discount_percent", terms->discount, PERCENT_SCALE);
    else
        field_null(writer, "discount_percent");
    if (terms->has_payment_days)
        field_number(writer, "payment_days", terms->payment_days);
    else
        field_null(writer, "payment_days");
    field_text_or_null(writer, "payment_terms", terms->payment_terms);
    field_date(writer, "from", terms->has_first_day, terms->first_day);
    field_date(writer, "to", terms->has_last_day, terms->last_day);
    field_number(writer, "priority", terms->priority);
    field_code(writer, "status", agreement_status_code(terms->status));
}

static void put_version(JsonWriter *writer, const AgreementRow *row)
{
    field_count(writer, "version", row->version);
    field_moment(writer, "at", true, row->at);
    field_text(writer, "author", row->author);
    field_text_or_null(writer, "note", row->note);
}

static void put_agreement(JsonWriter *writer, const AgreementView *agreement)
{
    const AgreementRow *row = &agreement->row;
    field_text(writer, "code", row->code);
    field_text(writer, "name", row->name);
    field_code(writer, "kind", row->segment_id != 0 ? "typical" : "individual");
    field_text_or_null(writer, "segment", agreement->segment_code);
    field_text_or_null(writer, "segment_name", agreement->segment);
    field_text_or_null(writer, "customer", agreement->customer_code);
    field_text_or_null(writer, "based_on", agreement->based_on);
    put_terms(writer, &row->terms);
    put_version(writer, row);
}

void reply_agreement(JsonWriter *writer, const AgreementView *agreement)
{
    json_begin(writer, '{');
    put_agreement(writer, agreement);
    json_end(writer, '}');
}

void reply_agreement_version(JsonWriter *writer, const AgreementRow *version)
{
    json_begin(writer, '{');
    put_version(writer, version);
    field_text(writer, "name", version->name);
    put_terms(writer, &version->terms);
    json_end(writer, '}');
}

static void put_line(JsonWriter *writer, const TermsLine *line, const AgreementView *agreement,
                     Voice voice)
{
    bool has_move = line->move.forming.id != 0;
    json_begin(writer, '{');
    field_flag(writer, "applies", terms_apply(line));
    field_code(writer, "reason", terms_reason_code(line->reason));
    field_text(writer, "why", terms_why(line, voice));
    field_text_or_null(writer, "segment", agreement->segment_code);
    field_moment(writer, "since", has_move && line->move.is_joining, line->move.forming.at);
    json_key(writer, "terms");
    json_begin(writer, '{');
    put_terms(writer, &line->terms);
    json_end(writer, '}');
    json_key(writer, "agreement");
    reply_agreement(writer, agreement);
    json_end(writer, '}');
}

void reply_terms(JsonWriter *writer, const TermsAnswer *answer, Voice voice)
{
    json_begin(writer, '{');
    field_text(writer, "customer", answer->code);
    field_text_or_null(writer, "name", answer->name);
    field_date(writer, "as_of", true, answer->as_of);
    field_flag(writer, "are_off", answer->are_off);
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < answer->count; i++)
        put_line(writer, &answer->lines[i], &answer->agreements[i], voice);
    json_end(writer, ']');
    json_end(writer, '}');
}

/* ---- shipping ---- */

static void put_facts(JsonWriter *writer, const char *key, const ShippingFacts *facts)
{
    json_key(writer, key);
    json_begin(writer, '{');
    field_decimal(writer, "debt", facts->debt, MONEY_SCALE);
    field_decimal(writer, "overdue", facts->overdue, MONEY_SCALE);
    if (facts->has_overdue_days)
        field_number(writer, "days_overdue", facts->overdue_days);
    else
        field_null(writer, "days_overdue");
    json_end(writer, '}');
}

static void put_mark(JsonWriter *writer, const ShippingBanLine *ban)
{
    const SegmentMark *mark = &ban->mark;
    json_key(writer, "mark");
    if (!ban->has_mark) {
        json_nothing(writer);
        return;
    }
    json_begin(writer, '{');
    field_code(writer, "kind", segment_mark_code(mark->kind));
    field_text_or_null(writer, "author", mark->author);
    field_text_or_null(writer, "reason", mark->reason);
    field_moment(writer, "at", true, mark->at);
    field_date(writer, "until", mark->has_until, mark->until);
    field_flag(writer, "is_over", ban->is_mark_over);
    json_end(writer, '}');
}

static void put_ban(JsonWriter *writer, const ShippingBanLine *ban)
{
    const SegmentCard *card = &ban->segment->card;
    bool was_formed = ban->last.id != 0, is_joined = ban->since.forming.id != 0;
    json_begin(writer, '{');
    field_text(writer, "segment", card->code);
    field_text(writer, "name", card->name);
    field_flag(writer, "is_in", ban->is_in);
    field_flag(writer, "is_by_today", ban->is_by_today);
    field_moment(writer, "since", is_joined, ban->since.forming.at);
    field_text_or_null(writer, "cause",
                       is_joined ? text_of(change_cause_code(ban->since.cause)) : TEXT(""));
    field_text_or_null(writer, "why", is_joined ? ban->since.forming.note : TEXT(""));
    field_text_or_null(writer, "author", is_joined ? ban->since.forming.author : TEXT(""));
    field_moment(writer, "formed_at", was_formed, ban->last.at);
    field_date(writer, "formed_as_of", was_formed, ban->last.as_of);
    field_flag_or_null(writer, "holds_today", ban->has_holds_today, ban->holds_today);
    put_mark(writer, ban);
    field_flag_or_null(writer, "will_be_in", ban->has_forecast, ban->will_be_in);
    field_flag(writer, "facts_differ", ban->differs);
    put_facts(writer, "facts_then", &ban->then);
    json_end(writer, '}');
}

void reply_may_ship(JsonWriter *writer, const ShippingAnswer *answer, uint64_t override_id)
{
    json_begin(writer, '{');
    field_text(writer, "customer", answer->code);
    field_text_or_null(writer, "name", answer->name);
    field_flag(writer, "may_ship", answer->may_ship || override_id != 0);
    field_flag(writer, "is_overridden", override_id != 0);
    if (override_id != 0) field_count(writer, "override", override_id);
    field_date(writer, "as_of", true, answer->as_of);
    put_facts(writer, "facts", &answer->now);
    json_key(writer, "bans");
    json_begin(writer, '[');
    for (size_t i = 0; i < answer->bans_count; i++)
        put_ban(writer, &answer->bans[i]);
    json_end(writer, ']');
    json_end(writer, '}');
}

static void put_lines(JsonWriter *writer, const char *key, Text lines)
{
    json_key(writer, key);
    json_begin(writer, '[');
    for (Text rest = lines; rest.data != NULL && lines.size > 0;)
        json_text(writer, text_split(rest, '\n', &rest));
    json_end(writer, ']');
}

void reply_shipping_override(JsonWriter *writer, const ShippingOverrideView *override)
{
    const ShippingOverride *row = &override->row;
    json_begin(writer, '{');
    field_count(writer, "id", row->id);
    field_text(writer, "customer", override->code);
    field_text_or_null(writer, "name", override->name);
    field_moment(writer, "at", true, row->at);
    field_text(writer, "author", row->author);
    field_text(writer, "reason", row->reason);
    field_text_or_null(writer, "order", row->order);
    put_lines(writer, "bans", row->bans);
    json_end(writer, '}');
}

void reply_ban_template(JsonWriter *writer, BanTemplate template, Language language)
{
    json_begin(writer, '{');
    field_code(writer, "name", ban_template_code(template));
    field_text(writer, "label", ban_template_meaning(template, language));
    field_code(writer, "mode", template == BAN_TEMPLATE_STOP_LIST ? "manual" : "periodic");
    field_code(writer, "needs", ban_template_needs(template));
    json_end(writer, '}');
}
