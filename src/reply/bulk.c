/* bulk.c -- changes of many customers written down. */
#include "reply/bulk.h"

#include "base/decimal.h"
#include "reply/fields.h"

static void put_id(JsonWriter *writer, const char *key, uint64_t id)
{
    char digits[DECIMAL_TEXT_MAX];
    json_key(writer, key);
    if (id > 0)
        json_text(writer, decimal_print((int64_t)id, 0, digits));
    else
        json_nothing(writer);
}

static void put_change(JsonWriter *writer, const Property *property, Value before, Value after)
{
    Type type = property_value_type(property);
    field_text(writer, "property", property->name);
    json_key(writer, "before");
    json_value(writer, before, type);
    json_key(writer, "after");
    json_value(writer, after, type);
}

static void put_reason(JsonWriter *writer, const Property *property, SkipReason reason,
                       Language language)
{
    field_text(writer, "property", property->name);
    field_code(writer, "reason", skip_reason_code(reason));
    field_text(writer, "text", skip_reason_label(reason, language));
}

/* Whom, what, which other act it takes back. */
static void put_purpose(JsonWriter *writer, const BulkAct *act, Language language)
{
    AUTO(arena_done) Arena *arena = arena_new();
    field_text(writer, "source", bulk_source_words(act, language, arena));
    field_code(writer, "source_kind", bulk_source_code(act->source));
    field_text(writer, "source_name", act->source_name);
    field_text(writer, "change", bulk_change_words(act, language));
    put_id(writer, "undoes", act->undoes);
}

static void put_act(JsonWriter *writer, const BulkAct *act, Language language)
{
    put_id(writer, "id", act->id);
    field_flag(writer, "is_preview", false);
    field_moment(writer, "at", true, act->at);
    field_text(writer, "author", act->author);
    put_purpose(writer, act, language);
    put_id(writer, "undone_by", act->undone_by);
    field_flag(writer, "is_undone", act->undone_by > 0);
    field_count(writer, "customers", act->customers_count);
    field_count(writer, "contacts", act->contacts_count);
    field_count(writer, "changed", act->changed_count);
    field_count(writer, "left", act->skipped_count);
}

void reply_bulk_act(JsonWriter *writer, const BulkAct *act, Language language)
{
    json_begin(writer, '{');
    put_act(writer, act, language);
    json_end(writer, '}');
}

static void put_groups(JsonWriter *writer, const BulkSummary *summary, size_t groups_max)
{
    json_key(writer, "groups");
    json_begin(writer, '[');
    for (size_t i = 0; i < summary->changes_count && i < groups_max; i++) {
        const BulkChangeGroup *group = &summary->changes[i];
        json_begin(writer, '{');
        put_change(writer, group->property, group->before, group->after);
        field_count(writer, "count", group->count);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    field_count(writer, "groups_count", summary->changes_count);
}

/* Equal reasons together, each with whom it concerns. */
static void put_names(JsonWriter *writer, const BulkView *view, const BulkSkipGroup *group,
                      bool is_of_contacts, size_t names_max)
{
    size_t named = 0;
    json_key(writer, is_of_contacts ? "contacts" : "customers");
    json_begin(writer, '[');
    for (size_t i = 0; i < view->content.skips_count && named < names_max; i++) {
        const BulkSkip *skip = &view->content.skips[i];
        if (skip->property != group->property || skip->reason != group->reason) continue;
        if (is_of_contacts && skip->contact.size == 0) continue;
        json_text(writer,
                  is_of_contacts ? skip->contact : code_book_find(&view->codes, skip->customer));
        named++;
    }
    json_end(writer, ']');
}

static void put_left(JsonWriter *writer, const BulkView *view, const BulkSkipGroup *group,
                     size_t customers_max, Language language)
{
    json_begin(writer, '{');
    put_reason(writer, group->property, group->reason, language);
    field_count(writer, "count", group->count);
    put_names(writer, view, group, false, customers_max);
    put_names(writer, view, group, true, customers_max);
    json_end(writer, '}');
}

static void put_rows(JsonWriter *writer, const BulkView *view, size_t begin, size_t end)
{
    json_key(writer, "rows");
    json_begin(writer, '[');
    for (size_t i = begin; i < end; i++) {
        const BulkChange *change = &view->content.changes[i];
        json_begin(writer, '{');
        field_text(writer, "customer", code_book_find(&view->codes, change->customer));
        field_text_or_null(writer, "contact", change->contact);
        put_change(writer, change->property, change->before, change->after);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_bulk_view(JsonWriter *writer, const BulkView *view, BulkRows rows, Language language)
{
    AUTO(arena_done) Arena *arena = arena_new();
    BulkSummary summary;
    size_t count = view->content.changes_count;
    size_t begin = rows.skip < count ? rows.skip : count;
    size_t end = rows.limit < count - begin ? begin + rows.limit : count;
    bulk_summarize(&view->content, arena, &summary);
    json_begin(writer, '{');
    put_act(writer, &view->act, language);
    put_groups(writer, &summary, rows.groups_max);
    put_rows(writer, view, begin, end);
    json_key(writer, "not_changed");
    json_begin(writer, '[');
    for (size_t i = 0; i < summary.skips_count; i++)
        put_left(writer, view, &summary.skips[i], rows.customers_max, language);
    json_end(writer, ']');
    put_id(writer, "next", end < count ? end : 0);
    json_end(writer, '}');
}

static void put_not_changed(JsonWriter *writer, const BulkSummary *summary, Language language)
{
    json_key(writer, "not_changed");
    json_begin(writer, '[');
    for (size_t i = 0; i < summary->skips_count; i++) {
        const BulkSkipGroup *group = &summary->skips[i];
        json_begin(writer, '{');
        put_reason(writer, group->property, group->reason, language);
        field_count(writer, "count", group->count);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_bulk_proposal(JsonWriter *writer, const BulkProposal *proposal, uint64_t number,
                         size_t groups_max, Language language)
{
    json_begin(writer, '{');
    put_id(writer, "id", number);
    field_flag(writer, "is_preview", number == 0);
    put_purpose(writer, &proposal->act, language);
    field_count(writer, "customers", proposal->plan.customers_count);
    field_count(writer, "contacts", proposal->plan.contacts_count);
    field_count(writer, "changed", proposal->plan.content.changes_count);
    field_count(writer, "left", proposal->plan.content.skips_count);
    put_groups(writer, &proposal->summary, groups_max);
    put_not_changed(writer, &proposal->summary, language);
    json_end(writer, '}');
}
