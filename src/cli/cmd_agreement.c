/* cmd_agreement.c -- kohorta agreement ..., kohorta terms: terms of sale agreed with the members of
 * segments and with single customers. */
#include "cli/commands.h"

#include "app/terms.h"
#include "cli/labels.h"
#include "reply/human.h"
#include "reply/terms.h"

/* ---- options ---- */

typedef struct {
    Text segment, customer, based_on;
    Text code, name, note;
    Text price_type, payment_terms;
    Text discount, payment_days, from, to;
    OptionCount priority;
} TermsOptions;

#define SUBJECT_OPTIONS                                                                        \
    OPTION(TermsOptions, segment, TEXT, "segment", "NAME", "typical: for the members of it"),  \
        OPTION(TermsOptions, customer, TEXT, "customer", "CODE", "individual: for him alone"), \
        OPTION(TermsOptions, based_on, TEXT, "based-on", "NAME",                               \
               "individual: the typical agreement that says what this one does not"),          \
        OPTION(TermsOptions, code, TEXT, "code", "CODE", "of the agreement (a number is given)")
#define TERMS_OPTIONS                                                                          \
    OPTION(TermsOptions, price_type, TEXT, "price-type", "TEXT", "which price list"),          \
        OPTION(TermsOptions, discount, TEXT, "discount", "PERCENT", "0 .. 100, two decimals"), \
        OPTION(TermsOptions, payment_days, TEXT, "payment-days", "N", "days to pay in"),       \
        OPTION(TermsOptions, payment_terms, TEXT, "payment-terms", "TEXT", "how it is paid"),  \
        OPTION(TermsOptions, from, TEXT, "from", "DATE", "the first day"),                     \
        OPTION(TermsOptions, to, TEXT, "to", "DATE", "the last day"),                          \
        OPTION(TermsOptions, priority, COUNT, "priority", "N",                                 \
               "less goes first (100, or that of the base)"),                                  \
        OPTION(TermsOptions, note, TEXT, "note", "TEXT", "why, for the history")

static const Option add_options[] = {SUBJECT_OPTIONS, TERMS_OPTIONS};
static const Option set_options[] = {
    OPTION(TermsOptions, name, TEXT, "name", "NAME", "another name"),
    TERMS_OPTIONS,
};

enum { PERCENT_SCALE = 2 };

/* An option that was given: its number, or nothing when it is empty. */
static Status read_number(Text text, int scale, const char *name, bool *has_number,
                          int32_t *ret_number, Error *err)
{
    int64_t mantissa;
    int written;
    if (text.data == NULL) return STATUS_OK;
    *has_number = text_trim(text).size > 0;
    *ret_number = 0;
    if (!*has_number) return STATUS_OK;
    if (!decimal_parse(text_trim(text), &mantissa, &written) ||
        !decimal_rescale_is_exact(mantissa, written, scale) ||
        !decimal_rescale(mantissa, written, scale, &mantissa) || mantissa < INT32_MIN ||
        mantissa > INT32_MAX)
        return error_set(err, STATUS_INVALID,
                         "--%s wants a number with at most %d decimals, not "
                         "'%.*s'",
                         name, scale, TEXT_FORMAT(text));
    *ret_number = (int32_t)mantissa;
    return STATUS_OK;
}

static Status read_day(Text text, const char *name, bool *has_day, Date *ret_day, Error *err)
{
    if (text.data == NULL) return STATUS_OK;
    *has_day = text_trim(text).size > 0;
    *ret_day = (Date){0};
    if (!*has_day || date_parse_iso(text_trim(text), ret_day)) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "--%s wants a date like 2026-03-31, not '%.*s'", name,
                     TEXT_FORMAT(text));
}

/* What was given replaces what was agreed; an empty option takes it away. */
static Status apply_options(const TermsOptions *chosen, AgreementRow *agreement, Error *err)
{
    AgreementTerms *terms = &agreement->terms;
    if (chosen->price_type.data != NULL) terms->price_type = text_trim(chosen->price_type);
    if (chosen->payment_terms.data != NULL) terms->payment_terms = text_trim(chosen->payment_terms);
    if (chosen->priority.is_given)
        terms->priority =
            chosen->priority.value > INT32_MAX ? INT32_MAX : (int32_t)chosen->priority.value;
    if (chosen->name.data != NULL) agreement->name = chosen->name;
    agreement->note = chosen->note;
    TRY(read_number(chosen->discount, PERCENT_SCALE, "discount", &terms->has_discount,
                    &terms->discount, err));
    TRY(read_number(chosen->payment_days, 0, "payment-days", &terms->has_payment_days,
                    &terms->payment_days, err));
    TRY(read_day(chosen->from, "from", &terms->has_first_day, &terms->first_day, err));
    return read_day(chosen->to, "to", &terms->has_last_day, &terms->last_day, err);
}

/* ---- acting ---- */

/* Open for writing, with the agreement that the first argument names. */
static Status open_agreement(Invocation *invocation, App **ret_app, AgreementRow *ret_row,
                             FormingContext *ret_context, Error *err)
{
    AgreementView view;
    TRY(invocation_open(invocation, STORE_WRITE, ret_app, err));
    TRY(app_find_agreement(*ret_app, invocation_argument(invocation, 0), invocation->arena, &view,
                           err));
    *ret_row = view.row;
    *ret_context = app_context(*ret_app, invocation_author(invocation), &invocation->progress);
    return STATUS_OK;
}

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const TermsOptions *chosen = given;
    uint32_t id;
    AgreementRow row = {.name = text_trim(invocation_argument(invocation, 0)),
                        .code = chosen->code,
                        .terms = {.priority = AGREEMENT_PRIORITY_UNSAID}};
    TRY(apply_options(chosen, &row, err));
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    AgreementSubject subject = {chosen->segment, chosen->customer, chosen->based_on};
    TRY(app_agreement_subject(app, &subject, invocation->arena, &row, err));
    FormingContext context = app_context(app, invocation_author(invocation), &invocation->progress);
    TRY(agreement_add(&context, row, &id, err));
    invocation_done(invocation, "agreement", row.name, "added as a draft");
    return STATUS_OK;
}

const Command command_agreement_add = {
    .name = "agreement add",
    .arguments = "NAME",
    .summary = "draw up terms of sale, for a segment or one customer",
    .details = "A typical agreement is for the members of a periodic or manual segment; an\n"
               "individual one is based on it. It is a draft until it is activated. Examples:\n"
               "  kohorta agreement add 'Опт' --segment 'Крупные' --price-type Оптовая \\\n"
               "      --discount 7.5 --payment-days 14\n"
               "  kohorta agreement add 'Опт, Альфа' --customer C17 --based-on 'Опт' --discount 10",
    .options = add_options,
    .options_count = sizeof add_options / sizeof add_options[0],
    .options_size = sizeof(TermsOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_add,
};

static Status run_set(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AgreementRow row;
    FormingContext context;
    TRY(open_agreement(invocation, &app, &row, &context, err));
    TRY(apply_options(given, &row, err));
    TRY(agreement_change(&context, row, err));
    invocation_done(invocation, "agreement", text_trim(row.name), "changed");
    return STATUS_OK;
}

const Command command_agreement_set = {
    .name = "agreement set",
    .arguments = "NAME",
    .summary = "change what was agreed, from now on",
    .details = "What is not named stays; an empty text takes away. Past days keep their terms.",
    .options = set_options,
    .options_count = sizeof set_options / sizeof set_options[0],
    .options_size = sizeof(TermsOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_set,
};

typedef struct {
    Text note;
} NoteOptions;

static const Option note_options[] = {
    OPTION(NoteOptions, note, TEXT, "note", "TEXT", "why, for the history"),
};

static Status run_activate(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AgreementRow row;
    FormingContext context;
    TRY(open_agreement(invocation, &app, &row, &context, err));
    row.note = ((const NoteOptions *)given)->note;
    TRY(agreement_activate(&context, row, err));
    invocation_done(invocation, "agreement", row.name, "in force");
    return STATUS_OK;
}

const Command command_agreement_activate = {
    .name = "agreement activate",
    .arguments = "NAME",
    .summary = "bring an agreement into force",
    .options = note_options,
    .options_count = 1,
    .options_size = sizeof(NoteOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_activate,
};

static Status run_close(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AgreementRow row;
    FormingContext context;
    TRY(open_agreement(invocation, &app, &row, &context, err));
    row.note = ((const NoteOptions *)given)->note;
    TRY(agreement_close(&context, row, err));
    invocation_done(invocation, "agreement", row.name, "closed");
    return STATUS_OK;
}

const Command command_agreement_close = {
    .name = "agreement close",
    .arguments = "NAME",
    .summary = "end an agreement for good; past days keep it",
    .options = note_options,
    .options_count = 1,
    .options_size = sizeof(NoteOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_close,
};

static Status run_remove(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AgreementRow row;
    FormingContext context;
    TRY(open_agreement(invocation, &app, &row, &context, err));
    TRY(agreement_remove(&context, &row, err));
    invocation_done(invocation, "agreement", row.name, "removed");
    return STATUS_OK;
}

const Command command_agreement_remove = {
    .name = "agreement remove",
    .arguments = "NAME",
    .summary = "remove an agreement that was never in force",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_remove,
};

/* ---- looking ---- */

static Value percent(const AgreementTerms *terms)
{
    return terms->has_discount ? value_decimal(terms->discount) : value_missing();
}

static Value days(const AgreementTerms *terms)
{
    return terms->has_payment_days ? value_decimal(terms->payment_days) : value_missing();
}

static Value day_of(bool has_day, Date day)
{
    return has_day ? value_date(day) : value_missing();
}

static Text for_whom(const AgreementView *agreement)
{
    return agreement->row.segment_id != 0 ? agreement->segment : agreement->customer_code;
}

static const Type text_type = {.kind = TYPE_TEXT};
static const Type day_type = {.kind = TYPE_DATE};
static const Type count_type = {.kind = TYPE_DECIMAL};
static const Type percent_type = {.kind = TYPE_DECIMAL, .scale = PERCENT_SCALE};

static Status list_as_table(Invocation *invocation, const App *app, const AgreementView *list,
                            size_t count, Error *err)
{
    Language language = app_language(app);
    const OutputColumn columns[] = {
        {TEXT("code"), label_get(LABEL_CODE, language), text_type},
        {TEXT("name"), label_get(LABEL_NAME, language), text_type},
        {TEXT("for"), label_get(LABEL_FOR_WHOM, language), text_type},
        {TEXT("status"), label_get(LABEL_STATE, language), text_type},
        {TEXT("price_type"), label_get(LABEL_PRICE_TYPE, language), text_type},
        {TEXT("discount_percent"), label_get(LABEL_DISCOUNT, language), percent_type},
        {TEXT("payment_days"), label_get(LABEL_PAYMENT_DAYS, language), count_type},
        {TEXT("payment_terms"), label_get(LABEL_PAYMENT_TERMS, language), text_type},
        {TEXT("from"), label_get(LABEL_FIRST_DAY, language), day_type},
        {TEXT("to"), label_get(LABEL_LAST_DAY, language), day_type},
        {TEXT("priority"), label_get(LABEL_PRIORITY, language), count_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        const AgreementTerms *terms = &list[i].row.terms;
        const Value values[] = {value_text(list[i].row.code),
                                value_text(list[i].row.name),
                                value_text(for_whom(&list[i])),
                                value_text(agreement_status_label(terms->status, language)),
                                value_text(terms->price_type),
                                percent(terms),
                                days(terms),
                                value_text(terms->payment_terms),
                                day_of(terms->has_first_day, terms->first_day),
                                day_of(terms->has_last_day, terms->last_day),
                                value_decimal(terms->priority)};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AgreementView *list = NULL;
    size_t count = 0;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(app_list_agreements(app, invocation->arena, &list, &count, err));
    if (!invocation->common.is_json) return list_as_table(invocation, app, list, count, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_agreement(&writer, &list[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_agreement_list = {
    .name = "agreement list",
    .arguments = "",
    .summary = "list the agreements, by priority",
    .run = run_list,
};

static Status show_as_json(Invocation *invocation, const AgreementView *agreement,
                           const AgreementRow *versions, size_t count)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    json_key(&writer, "agreement");
    reply_agreement(&writer, agreement);
    json_key(&writer, "versions");
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_agreement_version(&writer, &versions[i]);
    json_end(&writer, ']');
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

/* Each version a line: when, who, what it came to. */
static Status show_versions(Invocation *invocation, Language language, const AgreementRow *versions,
                            size_t count, Error *err)
{
    const Type moment_type = {.kind = TYPE_MOMENT};
    const OutputColumn columns[] = {
        {TEXT("at"), label_get(LABEL_MOMENT, language), moment_type},
        {TEXT("author"), label_get(LABEL_AUTHOR, language), text_type},
        {TEXT("status"), label_get(LABEL_STATE, language), text_type},
        {TEXT("price_type"), label_get(LABEL_PRICE_TYPE, language), text_type},
        {TEXT("discount_percent"), label_get(LABEL_DISCOUNT, language), percent_type},
        {TEXT("payment_days"), label_get(LABEL_PAYMENT_DAYS, language), count_type},
        {TEXT("payment_terms"), label_get(LABEL_PAYMENT_TERMS, language), text_type},
        {TEXT("note"), label_get(LABEL_REMARK, language), text_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        const AgreementTerms *terms = &versions[i].terms;
        const Value values[] = {value_moment(versions[i].at),
                                value_text(versions[i].author),
                                value_text(agreement_status_label(terms->status, language)),
                                value_text(terms->price_type),
                                percent(terms),
                                days(terms),
                                value_text(terms->payment_terms),
                                value_text(versions[i].note)};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status run_show(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AgreementView agreement;
    AgreementRow *versions = NULL;
    size_t count = 0;
    Arena *arena = invocation->arena;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(app_find_agreement(app, invocation_argument(invocation, 0), arena, &agreement, err));
    TRY(store_list_agreement_versions(app_store(app), agreement.row.id, arena, &versions, &count,
                                      err));
    if (invocation->common.is_json) return show_as_json(invocation, &agreement, versions, count);
    TRY(list_as_table(invocation, app, &agreement, 1, err));
    invocation_say(invocation, "%s", "");
    return show_versions(invocation, app_language(app), versions, count, err);
}

const Command command_agreement_show = {
    .name = "agreement show",
    .arguments = "NAME",
    .summary = "show an agreement and its history",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_show,
};

/* ---- terms ---- */

typedef struct {
    OptionDate as_of;
    bool wants_all;
} AnswerOptions;

static const Option answer_options[] = {
    OPTION(AnswerOptions, as_of, DATE, "as-of", "DATE", "the day to ask about (today)"),
    OPTION(AnswerOptions, wants_all, FLAG, "all", NULL, "also what does not apply, and why not"),
};

static Status tell_terms(Invocation *invocation, const App *app, const TermsAnswer *answer,
                         Error *err)
{
    Language language = app_language(app);
    Voice voice = {invocation->arena, language};
    const OutputColumn columns[] = {
        {TEXT("agreement"), label_get(LABEL_AGREEMENT, language), text_type},
        {TEXT("priority"), label_get(LABEL_PRIORITY, language), count_type},
        {TEXT("price_type"), label_get(LABEL_PRICE_TYPE, language), text_type},
        {TEXT("discount_percent"), label_get(LABEL_DISCOUNT, language), percent_type},
        {TEXT("payment_days"), label_get(LABEL_PAYMENT_DAYS, language), count_type},
        {TEXT("payment_terms"), label_get(LABEL_PAYMENT_TERMS, language), text_type},
        {TEXT("why"), label_get(LABEL_WHY, language), text_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answer->count; i++) {
        const TermsLine *line = &answer->lines[i];
        const AgreementTerms *terms = &line->terms;
        const Value values[] = {value_text(line->agreement.name),
                                value_decimal(terms->priority),
                                value_text(terms->price_type),
                                percent(terms),
                                days(terms),
                                value_text(terms->payment_terms),
                                value_text(terms_why(line, voice))};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status run_terms(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const AnswerOptions *chosen = given;
    TermsAnswer answer;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TermsOrder order = {.code = invocation_argument(invocation, 0),
                        .as_of = chosen->as_of.is_given ? chosen->as_of.value : app_today(app),
                        .wants_all = chosen->wants_all};
    TRY(app_terms(app, &order, invocation->arena, &answer, err));
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_terms(&writer, &answer, (Voice){invocation->arena, app_language(app)});
        invocation_json(invocation, &buffer);
        return STATUS_OK;
    }
    if (answer.count > 0) return tell_terms(invocation, app, &answer, err);
    Text nothing = label_get(answer.are_off ? LABEL_TERMS_OFF : LABEL_NO_TERMS, app_language(app));
    invocation_say(invocation, "%.*s", TEXT_FORMAT(nothing));
    return STATUS_OK;
}

const Command command_terms = {
    .name = "terms",
    .arguments = "CODE",
    .summary = "the terms of sale of a customer on a day, and why",
    .details =
        "All that apply are shown, the first one goes first. Whoever left a segment has its\n"
        "terms no more for new documents; --all says since when. Any past day can be asked.",
    .options = answer_options,
    .options_count = sizeof answer_options / sizeof answer_options[0],
    .options_size = sizeof(AnswerOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_terms,
};
