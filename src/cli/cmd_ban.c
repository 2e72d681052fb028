/* cmd_ban.c -- kohorta ban ..., kohorta may-ship: who may not be shipped to, and why. */
#include "cli/commands.h"

#include "app/terms.h"
#include "cli/labels.h"
#include "cli/segment_show.h"
#include "reply/human.h"
#include "reply/terms.h"
#include "segment/definition.h"

static const Type text_type = {.kind = TYPE_TEXT};
static const Type moment_type = {.kind = TYPE_MOMENT};

/* ---- templates ---- */

static Status templates_as_table(Invocation *invocation, Language language, Error *err)
{
    const OutputColumn columns[] = {
        {TEXT("name"), label_get(LABEL_CODE, language), text_type},
        {TEXT("label"), label_get(LABEL_DESCRIPTION, language), text_type},
        {TEXT("needs"), label_get(LABEL_NEEDS, language), text_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    for (size_t i = 0; i < BAN_TEMPLATE_COUNT; i++) {
        BanTemplate template = (BanTemplate)i;
        const Value values[] = {value_text(text_of(ban_template_code(template))),
                                value_text(ban_template_meaning(template, language)),
                                value_text(text_of(error_phrase(ban_template_needs(template))))};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status run_templates(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    if (!invocation->common.is_json) return templates_as_table(invocation, app_language(app), err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < BAN_TEMPLATE_COUNT; i++)
        reply_ban_template(&writer, (BanTemplate)i, app_language(app));
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_ban_templates = {
    .name = "ban templates",
    .arguments = "",
    .summary = "list the ready-made shipment bans",
    .run = run_templates,
};

/* ---- add ---- */

typedef struct {
    Text sum, days, property, folder;
} AddOptions;

static const Option add_options[] = {
    OPTION(AddOptions, sum, TEXT, "sum", "N", "of money"),
    OPTION(AddOptions, days, TEXT, "days", "N", "whole days"),
    OPTION(AddOptions, property, TEXT, "property", "NAME", "a property of customers"),
    OPTION(AddOptions, folder, TEXT, "folder", "FOLDER", "where the segment lies"),
};

static void say(Invocation *invocation, Text text)
{
    invocation_say(invocation, "%.*s", TEXT_FORMAT(text));
}

/* A slip in a sum stops the shipments of half the base: how many come under it is told at once. */
static Status tell_banned(Invocation *invocation, AppWork *work, const FormingOutcome *outcome,
                          Error *err)
{
    StoreCounts counts;
    Voice voice = {invocation->arena, app_language(work->app)};
    if (!outcome->is_formed) {
        segment_tell_outcome(invocation, outcome);
        return STATUS_OK;
    }
    TRY(store_count(app_store(work->app), invocation->arena, &counts, err));
    if (!invocation->common.is_json && !invocation->common.is_quiet)
        say(invocation, LABEL_SAY(voice, NOW_BANNED, voice_count(voice, outcome->after_count),
                                  voice_count(voice, counts.customers)));
    return STATUS_OK;
}

static Status add_ban(Invocation *invocation, AppWork *work, SegmentCard *card, Error *err)
{
    CardFindings findings;
    uint32_t id;
    FormingOutcome *outcomes = NULL;
    const FormingContext *context = &work->forming;
    Arena *arena = invocation->arena;
    TRY(definition_understand(context, NULL, card, arena, &findings, err));
    TRY(definition_add(context, card, TEXT(""), &id, err));
    invocation_done(invocation, "segment", card->name, "added");
    if (card->rule.size == 0) return STATUS_OK;
    TRY(app_work_renew(work, err));
    FormingRequest request = {.segment_ids = &id, .count = 1, .reason = FORMING_FORM};
    TRY(segments_form(context, &request, arena, &outcomes, err));
    return tell_banned(invocation, work, &outcomes[0], err);
}

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const AddOptions *chosen = given;
    BanTemplate template;
    SegmentCard card;
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(ban_template_parse(invocation_argument(invocation, 0), &template, err));
    BanParameters parameters = {.sum = text_trim(chosen->sum),
                                .days = text_trim(chosen->days),
                                .property = text_trim(chosen->property)};
    Voice voice = {invocation->arena, app_language(app)};
    TRY(ban_template_card(template, &parameters, app_schema(app), voice, &card, err));
    if (invocation->arguments_count > 1) card.name = invocation_argument(invocation, 1);
    card.folder = chosen->folder;
    return add_ban(invocation, &work, &card, err);
}

const Command command_ban_add = {
    .name = "ban add",
    .arguments = "TEMPLATE [NAME]",
    .summary = "add a ready-made shipment ban and form it",
    .details = "The ban is a segment like any other: it is shown, changed and formed as such. One\n"
               "with a rule is kept true at every change and formed every night. Examples:\n"
               "  kohorta ban add overdue-sum --sum 50000\n"
               "  kohorta ban add overdue-days 'Должники' --days 30\n"
               "  kohorta ban add stop-list",
    .options = add_options,
    .options_count = sizeof add_options / sizeof add_options[0],
    .options_size = sizeof(AddOptions),
    .arguments_min = 1,
    .arguments_max = 2,
    .run = run_add,
};

/* ---- may-ship ---- */

typedef struct {
    Text order, reason;
    bool is_override;
} ShipOptions;

static const Option ship_options[] = {
    OPTION(ShipOptions, order, TEXT, "order", "N", "number of the order, for the log"),
    OPTION(ShipOptions, is_override, FLAG, "override", NULL,
           "ship in spite of a ban; who, when and why is kept"),
    OPTION(ShipOptions, reason, TEXT, "reason", "TEXT", "why, with --override"),
};

/* No shipment: the program ends with it. */
enum { EXIT_CODE_FORBIDDEN = 6 };

static Text shown_money(int64_t mantissa, Voice voice)
{
    Type money = {.kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true};
    return human_value(value_decimal(mantissa), money, voice.language, voice.arena);
}

static Text shown_days(const ShippingFacts *facts, Voice voice)
{
    return voice_count(voice, facts->has_overdue_days ? (uint64_t)facts->overdue_days : 0);
}

/* Who pinned or excluded him, up to when, and why. */
static void tell_mark(Invocation *invocation, const ShippingBanLine *ban, Voice voice)
{
    const SegmentMark *mark = &ban->mark;
    Language language = voice.language;
    const Text parts[] = {
        ban->segment->card.name,
        label_get(mark->kind == MARK_PINNED ? LABEL_MARK_PINNED : LABEL_MARK_EXCLUDED, language),
        mark->has_until
            ? LABEL_SAY(voice, MARK_UNTIL, human_date(mark->until, language, voice.arena))
            : TEXT(""),
        mark->author.size > 0 ? mark->author : label_get(LABEL_NO_AUTHOR, language),
        mark->reason.size > 0 ? mark->reason : label_get(LABEL_NO_REASON, language),
    };
    Label label = ban->is_mark_over ? LABEL_MARK_TOLD_OVER : LABEL_MARK_TOLD;
    say(invocation, label_say(label, voice, parts, sizeof parts / sizeof parts[0]));
}

static void tell_differences(Invocation *invocation, const ShippingBanLine *ban, Voice voice)
{
    Text name = ban->segment->card.name;
    if (ban->last.id != 0 && ban->differs && ban->is_in)
        say(invocation,
            LABEL_SAY(voice, OWED_THEN, name,
                      human_date(ban->last.as_of, voice.language, voice.arena),
                      shown_money(ban->then.debt, voice), shown_money(ban->then.overdue, voice),
                      shown_days(&ban->then, voice)));
    if (ban->has_mark) tell_mark(invocation, ban, voice);
    const SegmentCard *card = &ban->segment->card;
    if (ban->is_by_today && card->mode == MODE_PERIODIC)
        say(invocation, LABEL_SAY(voice, BANNED_BY_TODAY, name,
                                  human_date(ban->last.as_of, voice.language, voice.arena)));
    else if (ban->is_by_today && !ban->is_mark_over)
        say(invocation, LABEL_SAY(voice, CLEARED_BY_TODAY, name,
                                  human_date(card->clearing, voice.language, voice.arena)));
    if (!ban->has_forecast || ban->will_be_in == ban->is_in) return;
    say(invocation, ban->is_in ? LABEL_SAY(voice, WILL_BE_ALLOWED, name)
                               : LABEL_SAY(voice, WILL_BE_FORBIDDEN, name));
}

/* Whom nothing but the day brought in was not written down yet. */
static ChangeCause told_cause(const ShippingBanLine *ban)
{
    return ban->since.forming.id != 0 ? ban->since.cause : CAUSE_TIME;
}

static Status tell_bans(Invocation *invocation, const ShippingAnswer *answer, Voice voice,
                        Error *err)
{
    Language language = voice.language;
    const OutputColumn columns[] = {
        {TEXT("segment"), label_get(LABEL_SEGMENT, language), text_type},
        {TEXT("since"), label_get(LABEL_SINCE, language), moment_type},
        {TEXT("cause"), label_get(LABEL_CAUSE, language), text_type},
        {TEXT("author"), label_get(LABEL_AUTHOR, language), text_type},
        {TEXT("why"), label_get(LABEL_WHY, language), text_type},
        {TEXT("formed_at"), label_get(LABEL_FORMED_AT, language), moment_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answer->bans_count && answer->bans[i].is_in; i++) {
        const ShippingBanLine *ban = &answer->bans[i];
        const FormingRow *since = &ban->since.forming;
        bool is_told = since->id != 0;
        const Value values[] = {value_text(ban->segment->card.name),
                                is_told ? value_moment(since->at) : value_missing(),
                                value_text(segment_cause_word(told_cause(ban), format)),
                                value_text(since->author),
                                value_text(since->note),
                                value_moment(ban->last.at)};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status tell_answer(Invocation *invocation, const ShippingAnswer *answer,
                          uint64_t override_id, Voice voice, Error *err)
{
    bool is_in_one = answer->bans_count > 0 && answer->bans[0].is_in;
    if (override_id != 0)
        say(invocation,
            LABEL_SAY(voice, SHIPPED_ANYWAY, answer->code, voice_count(voice, override_id)));
    else
        say(invocation, answer->may_ship ? LABEL_SAY(voice, SHIPPING_ALLOWED, answer->code)
                                         : LABEL_SAY(voice, SHIPPING_FORBIDDEN, answer->code));
    say(invocation,
        LABEL_SAY(voice, OWES, shown_money(answer->now.debt, voice),
                  shown_money(answer->now.overdue, voice), shown_days(&answer->now, voice)));
    if (is_in_one) TRY(tell_bans(invocation, answer, voice, err));
    for (size_t i = 0; i < answer->bans_count; i++)
        tell_differences(invocation, &answer->bans[i], voice);
    return STATUS_OK;
}

static Status ask(Invocation *invocation, App *app, const ShipOptions *chosen,
                  ShippingAnswer *ret_answer, uint64_t *ret_override_id, Error *err)
{
    FormingContext context = app_context(app, invocation_author(invocation), &invocation->progress);
    TRY(shipping_answer(&context, invocation_argument(invocation, 0), invocation->arena, ret_answer,
                        err));
    *ret_override_id = 0;
    if (!chosen->is_override) return STATUS_OK;
    ShippingException exception = {.order = chosen->order, .reason = chosen->reason};
    return shipping_allow(&context, ret_answer, &exception, ret_override_id, err);
}

static Status run_may_ship(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ShipOptions *chosen = given;
    ShippingAnswer answer;
    uint64_t override_id;
    TRY(invocation_open(invocation, chosen->is_override ? STORE_WRITE : STORE_READ, &app, err));
    TRY(ask(invocation, app, chosen, &answer, &override_id, err));
    if (!answer.may_ship && override_id == 0) invocation->exit_code = EXIT_CODE_FORBIDDEN;
    if (!invocation->common.is_json)
        return tell_answer(invocation, &answer, override_id,
                           (Voice){invocation->arena, app_language(app)}, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_may_ship(&writer, &answer, override_id);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_may_ship = {
    .name = "may-ship",
    .arguments = "CODE",
    .summary = "may goods be shipped to a customer, and if not, why",
    .details =
        "Not when he is in a segment that bans shipment; then the program ends with 6. A ban is\n"
        "as fresh as the last forming of its segment: what has changed since is told. Examples:\n"
        "  kohorta may-ship C17\n"
        "  kohorta may-ship C17 --order 1042 --override --reason 'paid in cash'",
    .options = ship_options,
    .options_count = sizeof ship_options / sizeof ship_options[0],
    .options_size = sizeof(ShipOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_may_ship,
};

/* ---- overrides ---- */

typedef struct {
    Text customer;
    OptionCount limit;
} OverridesOptions;

static const Option overrides_options[] = {
    OPTION(OverridesOptions, customer, TEXT, "customer", "CODE", "only his"),
    OPTION(OverridesOptions, limit, COUNT, "limit", "N",
           "at most so many, the newest (100; 0 is all)"),
};

static Text on_one_line(Text lines, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    for (Text rest = lines; rest.data != NULL;) {
        if (out.size > 0) buffer_cstr(&out, ", ");
        buffer_text(&out, text_split(rest, '\n', &rest));
    }
    return arena_text(arena, buffer_view(&out));
}

static Status overrides_as_table(Invocation *invocation, Language language,
                                 const ShippingOverrideView *list, size_t count, Error *err)
{
    const OutputColumn columns[] = {
        {TEXT("at"), label_get(LABEL_MOMENT, language), moment_type},
        {TEXT("customer"), label_get(LABEL_CUSTOMER, language), text_type},
        {TEXT("name"), label_get(LABEL_NAME, language), text_type},
        {TEXT("order"), label_get(LABEL_ORDER, language), text_type},
        {TEXT("author"), label_get(LABEL_AUTHOR, language), text_type},
        {TEXT("reason"), label_get(LABEL_WHY, language), text_type},
        {TEXT("bans"), label_get(LABEL_BANS, language), text_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        const ShippingOverride *row = &list[i].row;
        const Value values[] = {value_moment(row->at),
                                value_text(list[i].code),
                                value_text(list[i].name),
                                value_text(row->order),
                                value_text(row->author),
                                value_text(row->reason),
                                value_text(on_one_line(row->bans, invocation->arena))};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status run_overrides(Invocation *invocation, const void *given, Error *err)
{
    enum { LIMIT_USUAL = 100 };
    AUTO(app_done) App *app = NULL;
    const OverridesOptions *chosen = given;
    ShippingOverrideView *list = NULL;
    size_t count = 0;
    OverridesOrder order = {.code = chosen->customer,
                            .limit = rows_chosen(chosen->limit, LIMIT_USUAL)};
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(app_list_shipping_overrides(app, order, invocation->arena, &list, &count, err));
    if (!invocation->common.is_json)
        return overrides_as_table(invocation, app_language(app), list, count, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_shipping_override(&writer, &list[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_ban_overrides = {
    .name = "ban overrides",
    .arguments = "",
    .summary = "shipments that were let through a ban, the newest first",
    .options = overrides_options,
    .options_count = sizeof overrides_options / sizeof overrides_options[0],
    .options_size = sizeof(OverridesOptions),
    .run = run_overrides,
};
