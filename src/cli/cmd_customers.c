/* cmd_customers.c -- kohorta customers and customer CODE: a look at the people and companies. */
#include "cli/commands.h"

#include "cli/labels.h"
#include "model/built_in.h"
#include "reply/data.h"
#include "reply/human.h"

/* ---- customers ---- */

typedef struct {
    int format;
    OptionCount limit;
    Text after;
} Options;

static const Option options[] = {
    OPTION(Options, limit, COUNT, "limit", "N", "at most so many (100; 0 is all)"),
    OPTION(Options, after, TEXT, "after", "CODE", "go on after this code"),
    OPTION(Options, format, CHOICE, "format", "table|csv|json|ndjson", "how to write them"),
};

enum { LIMIT_DEFAULT = 100 };

static Value kind_value(const CustomerSummary *customer)
{
    if (!customer->has_kind) return value_missing();
    return value_text(customer->kind == CUSTOMER_PERSON ? TEXT("person") : TEXT("company"));
}

static Status put_customers(Invocation *invocation, App *app, const Options *chosen, Output *output,
                            Error *err)
{
    uint64_t limit = chosen->limit.is_given ? chosen->limit.value : LIMIT_DEFAULT;
    ListQuery query = {.search = invocation_argument(invocation, 0),
                       .after = chosen->after,
                       .limit = limit == 0 ? SIZE_MAX / 2 : (size_t)limit};
    CustomerSummary *customers = NULL;
    size_t count = 0;
    TRY(store_list_customers(app_store(app), &query, invocation->arena, &customers, &count, err));
    for (size_t i = 0; i < count; i++) {
        const Value values[] = {value_text(customers[i].code), value_text(customers[i].name),
                                kind_value(&customers[i])};
        output_row(output, values);
    }
    if (limit != 0 && count == limit)
        invocation_note(invocation, "the first %zu are shown; --limit 0 shows all", count);
    return STATUS_OK;
}

static Status run_customers(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {
        {TEXT("code"), label_get(LABEL_CODE, language), text},
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("kind"), label_get(LABEL_KIND, language), text},
    };
    OutputOptions format = invocation_output(invocation, (OutputFormat)chosen->format, language);
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    TRY(put_customers(invocation, app, chosen, output, err));
    return output_close(output, err);
}

const Command command_customers = {
    .name = "customers",
    .arguments = "[TEXT]",
    .summary = "list customers, those with TEXT in code or name",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = 1,
    .run = run_customers,
};

/* ---- customer CODE: the card ---- */

typedef struct {
    Invocation *invocation;
    App *app;
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

static size_t label_width(const Card *card)
{
    size_t width = 0;
    for (size_t i = 0; i < card->schema->properties_count; i++) {
        if (!is_listed(card, i)) continue;
        size_t own = human_width(labels_get(&card->schema->properties[i].labels, card->language));
        if (own > width) width = own;
    }
    return width;
}

/* A property without labels is shown by its name. */
static Text property_label(const Property *property, Language language)
{
    Text label = labels_get(&property->labels, language);
    return label.size > 0 ? label : property->name;
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
        Text label = labels_get(&stream->labels, language);
        const Value values[] = {
            value_text(label.size > 0 ? label : stream->name),
            value_decimal((int64_t)events.count),
            day_of(stream, events.items[0].at),
            day_of(stream, events.items[events.count - 1].at),
        };
        output_row(output, values);
    }
    invocation_say(card->invocation, "%s", "");
    return output_close(output, err);
}

static Status put_card(const Card *card, Error *err)
{
    Text name = human_value(card->row->values[BUILT_IN_NAME], (Type){.kind = TYPE_TEXT},
                            card->language, card->invocation->arena);
    invocation_say(card->invocation, "%.*s  %.*s", TEXT_FORMAT(card->row->code), TEXT_FORMAT(name));
    size_t width = label_width(card);
    for (DataGroup group = 0; group < DATA_GROUP_COUNT; group++)
        put_group(card, group, width);
    return has_events(card) ? put_events(card, err) : STATUS_OK;
}

static void put_card_as_json(const Card *card)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_customer(&writer, card->schema, card->row);
    invocation_json(card->invocation, &buffer);
}

static Status run_customer(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    CustomerRow row;
    TRY(store_read_customer(app_store(app), invocation_argument(invocation, 0), invocation->arena,
                            &row, err));
    Card card = {.invocation = invocation,
                 .app = app,
                 .schema = app_schema(app),
                 .row = &row,
                 .language = app_language(app)};
    if (!invocation->common.is_json) return put_card(&card, err);
    put_card_as_json(&card);
    return STATUS_OK;
}

const Command command_customer = {
    .name = "customer",
    .arguments = "CODE",
    .summary = "show the card of one customer",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_customer,
};
