/* cmd_why.c -- kohorta why: every part of a rule for one customer, and what would turn it. */
#include "cli/commands.h"

#include "app/reason.h"
#include "app/rule.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "cli/segment_show.h"
#include "model/built_in.h"
#include "reply/human.h"
#include "reply/rule.h"

typedef struct {
    OptionDate as_of;
    Text file;
} Options;

static const Option options[] = {
    OPTION(Options, as_of, DATE, "as-of", "DATE", "the day to ask about (today)"),
    OPTION(Options, file, TEXT, "file", "FILE", "read the rule from a file; - is stdin"),
};

typedef struct {
    Invocation *invocation;
    Arena *arena;
    Language language;
    size_t value_width;
    const Why *why;
} Teller;

/* ---- for people ---- */

static Text value_text_of(const Teller *teller, Value value, Type type)
{
    if (value_is_missing(value)) return label_get(LABEL_MISSING, teller->language);
    return human_value(value, type, teller->language, teller->arena);
}

static void find_value_width(Teller *teller, const WhyNode *node)
{
    size_t width = human_width(value_text_of(teller, node->value, node->node->type));
    if (width > teller->value_width) teller->value_width = width;
    for (size_t i = 0; i < node->children_count; i++)
        find_value_width(teller, &node->children[i]);
}

/* Of what joins conditions only the joint is written: the conditions stand below it. */
static Text node_text(const Teller *teller, const WhyNode *node)
{
    switch ((int)node->node->kind) {
    case NODE_AND: return TEXT("and");
    case NODE_OR: return TEXT("or");
    case NODE_NOT: return TEXT("not");
    case NODE_AT_LEAST:
        return arena_printf(teller->arena, "at least %lld of",
                            (long long)node->node->as.at_least.needed);
    default: return human_line(node->text, teller->arena);
    }
}

static void add_note(Buffer *notes, Text note)
{
    buffer_cstr(notes, notes->size == 0 ? "  (" : "; ");
    buffer_text(notes, note);
}

static void add_window(const Teller *teller, const WhyNode *node, Buffer *notes)
{
    DaySpan days = node->window;
    if (day_span_is_empty(days)) return;
    Text last = human_date(days.last, teller->language, teller->arena);
    Text first =
        days.has_begin ? human_date(days.first, teller->language, teller->arena) : TEXT("…");
    add_note(notes,
             arena_printf(teller->arena, "%.*s – %.*s", TEXT_FORMAT(first), TEXT_FORMAT(last)));
}

/* Contact persons that came without a date have none to show. */
static bool is_undated(const WhyNode *why, Moment at)
{
    return why->node->kind == NODE_AGGREGATE &&
           stream_is_undated(why->node->as.aggregate.stream, at);
}

static void add_events(const Teller *teller, const WhyNode *node, Buffer *notes)
{
    Text label = label_get(LABEL_EVENTS, teller->language);
    Text count = human_count(node->events_count, teller->language, teller->arena);
    Text note = arena_printf(teller->arena, "%.*s: %.*s", TEXT_FORMAT(label), TEXT_FORMAT(count));
    if (node->events_count > 0 && !is_undated(node, node->first_event)) {
        Date first = moment_date(node->first_event), last = moment_date(node->last_event);
        Text begin = human_date(first, teller->language, teller->arena);
        Text end = human_date(last, teller->language, teller->arena);
        note =
            first.day == last.day
                ? arena_printf(teller->arena, "%.*s, %.*s", TEXT_FORMAT(note), TEXT_FORMAT(begin))
                : arena_printf(teller->arena, "%.*s, %.*s – %.*s", TEXT_FORMAT(note),
                               TEXT_FORMAT(begin), TEXT_FORMAT(end));
    }
    add_note(notes, note);
}

static void add_change(const Teller *teller, const WhyNode *node, Buffer *notes)
{
    Text label = label_get(LABEL_CHANGES, teller->language);
    Text day = human_date(node->change_day, teller->language, teller->arena);
    Text value = value_text_of(teller, node->changed_value, node->node->type);
    add_note(notes, arena_printf(teller->arena, "%.*s %.*s: %.*s", TEXT_FORMAT(label),
                                 TEXT_FORMAT(day), TEXT_FORMAT(value)));
}

/* "1 more in 'Purchases' with 'Amount' of at least 1,250.00 by 2026-03-31 would make it: yes" */
static void add_further(const Teller *teller, const WhyNode *node, Buffer *notes)
{
    Language language = teller->language;
    Voice voice = {teller->arena, language};
    const Stream *stream = node->further->as.aggregate.stream;
    Text amount = TEXT(""), until = TEXT("");
    if (node->has_further_amount) {
        const Field *field = node->further->as.aggregate.field->as.field.field;
        amount = LABEL_SAY(
            voice, MORE_AMOUNT, labels_or(&field->labels, language, field->name),
            human_value(node->further_amount, node->further->type, language, teller->arena));
    }
    if (node->new_values_of.size > 0)
        amount = LABEL_SAY(voice, MORE_NEW_VALUES, node->new_values_of);
    if (node->has_further_until)
        until =
            LABEL_SAY(voice, MORE_UNTIL, human_date(node->further_until, language, teller->arena));
    const Text parts[] = {
        human_count(node->further_count, language, teller->arena),
        labels_or(&stream->labels, language, stream->name), amount, until,
        value_text_of(teller, value_bool(!node->value.as.boolean), node->node->type)};
    bool is_any = node->further->as.aggregate.condition == NULL;
    add_note(notes, label_say(is_any ? LABEL_MORE_EVENTS : LABEL_MORE_SUCH_EVENTS, voice, parts,
                              sizeof parts / sizeof parts[0]));
}

/* "since 2026-03-31 12:00, by hand, anna: does not pay" */
static void add_membership(const Teller *teller, const WhyNode *node, Buffer *notes)
{
    const WhyMembership *membership = why_membership(teller->why, node->node);
    if (membership == NULL || membership->move.forming.id == 0) return;
    const CustomerMove *move = &membership->move;
    const Type moment = {.kind = TYPE_MOMENT};
    const OutputOptions words = {.language = teller->language};
    Voice voice = {teller->arena, teller->language};
    Text at = human_value(value_moment(move->forming.at), moment, teller->language, teller->arena);
    Text cause = segment_cause_word(move->cause, words);
    add_note(notes, move->is_joining ? LABEL_SAY(voice, MEMBER_SINCE, at, cause)
                                     : LABEL_SAY(voice, LEFT_ON, at, cause));
    if (move->forming.author.size > 0)
        add_note(notes, human_line(move->forming.author, teller->arena));
    if (move->forming.note.size > 0) add_note(notes, human_line(move->forming.note, teller->arena));
}

static void add_rank(const Teller *teller, const WhyNode *node, Buffer *notes)
{
    Voice voice = {teller->arena, teller->language};
    const WhyRank *rank = &node->rank;
    Text place = human_count(rank->place, teller->language, teller->arena);
    Text ranked = human_count(rank->ranked, teller->language, teller->arena);
    Text chosen = human_count(rank->chosen, teller->language, teller->arena);
    Text border = TEXT("");
    if (!value_is_missing(rank->border))
        border = LABEL_SAY(voice, WHY_BORDER,
                           value_text_of(teller, rank->border, node->node->as.rank.by->type));
    add_note(notes, rank->place > 0 ? LABEL_SAY(voice, WHY_RANK, place, ranked, chosen, border)
                                    : LABEL_SAY(voice, WHY_NOT_RANKED, ranked, chosen, border));
}

/* ---- what a node consists of, a line each below it ---- */

static void tell_below(const Teller *teller, int depth, Text text)
{
    invocation_say(teller->invocation, "%*s  %*s%.*s", (int)teller->value_width, "", 2 * depth + 2,
                   "", TEXT_FORMAT(text));
}

/* "2. interaction — events: 3, the last one 2026-03-01; the chain breaks here" */
static void tell_steps(const Teller *teller, const WhyNode *node, int depth)
{
    Voice voice = {teller->arena, teller->language};
    bool is_broken = false;
    for (size_t i = 0; i < node->steps_count; i++) {
        const WhyStep *step = &node->steps[i];
        Text last = TEXT(""), breaks = TEXT("");
        if (step->events_count > 0)
            last = LABEL_SAY(
                voice, WHY_STEP_LAST,
                human_date(moment_date(step->last_event), teller->language, teller->arena));
        if (!step->is_reached && !is_broken)
            breaks = label_get(LABEL_WHY_STEP_BREAKS, teller->language);
        is_broken |= !step->is_reached;
        const Text parts[] = {human_count(i + 1, teller->language, teller->arena),
                              human_line(step->text, teller->arena),
                              human_count(step->events_count, teller->language, teller->arena),
                              last, breaks};
        tell_below(teller, depth,
                   label_say(LABEL_WHY_STEP, voice, parts, sizeof parts / sizeof parts[0]));
    }
}

/* "Invoice 17 of 2026-02-01: 1,250.00 open, due 2026-03-01" */
static void tell_charges(const Teller *teller, const WhyNode *node, int depth)
{
    const Type money = {.kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true};
    Voice voice = {teller->arena, teller->language};
    for (size_t i = 0; i < node->charges_shown; i++) {
        const WhyCharge *charge = &node->charges[i];
        Text document = charge->document.size > 0
                            ? human_line(charge->document, teller->arena)
                            : label_get(LABEL_WHY_CHARGE_WORD, teller->language);
        Text due = TEXT("");
        if (charge->has_due)
            due = LABEL_SAY(voice, WHY_CHARGE_DUE,
                            human_date(charge->due, teller->language, teller->arena));
        tell_below(teller, depth,
                   LABEL_SAY(voice, WHY_CHARGE, document,
                             human_date(charge->date, teller->language, teller->arena),
                             value_text_of(teller, charge->rest, money), due));
    }
    uint64_t more = node->charges_count - node->charges_shown;
    if (more > 0)
        tell_below(
            teller, depth,
            LABEL_SAY(voice, WHY_CHARGES_MORE, human_count(more, teller->language, teller->arena)));
}

static void tell_node(const Teller *teller, const WhyNode *node, int depth)
{
    AUTO(buffer_done) Buffer notes = {0};
    if (node->has_window) add_window(teller, node, &notes);
    if (node->has_events) add_events(teller, node, &notes);
    if (node->is_only_missing) add_note(&notes, label_get(LABEL_ONLY_MISSING, teller->language));
    if (node->has_change) add_change(teller, node, &notes);
    if (node->further != NULL) add_further(teller, node, &notes);
    add_membership(teller, node, &notes);
    if (node->has_rank) add_rank(teller, node, &notes);
    if (node->depends_on_others) add_note(&notes, label_get(LABEL_DEPENDS, teller->language));
    if (notes.size > 0) buffer_char(&notes, ')');
    Text value = value_text_of(teller, node->value, node->node->type);
    Text text = node_text(teller, node);
    invocation_say(teller->invocation, "%.*s%*s  %*s%.*s%.*s", TEXT_FORMAT(value),
                   (int)(teller->value_width - human_width(value)), "", 2 * depth, "",
                   TEXT_FORMAT(text), TEXT_FORMAT(buffer_view(&notes)));
    tell_steps(teller, node, depth);
    tell_charges(teller, node, depth);
    for (size_t i = 0; i < node->children_count; i++)
        tell_node(teller, &node->children[i], depth + 1);
}

static void tell(Teller *teller, const Why *why, Date as_of)
{
    const WhyNode *root = &why->root;
    bool is_in = root->value.kind == VALUE_BOOL && root->value.as.boolean;
    Text verdict = label_get(is_in ? LABEL_IN : LABEL_OUT, teller->language);
    Text name = human_line(why->name, teller->arena);
    Text day = human_date(as_of, teller->language, teller->arena);
    bool is_rule = root->node->type.kind == TYPE_BOOL;
    invocation_say(teller->invocation, "%.*s  %.*s%s%.*s, %.*s %.*s", TEXT_FORMAT(why->code),
                   TEXT_FORMAT(name), is_rule ? ": " : "",
                   TEXT_FORMAT(is_rule ? verdict : TEXT("")),
                   TEXT_FORMAT(label_get(LABEL_AS_OF, teller->language)), TEXT_FORMAT(day));
    find_value_width(teller, root);
    tell_node(teller, root, 0);
}

static void tell_as_json(Invocation *invocation, const Why *why, Date as_of, Warnings warnings)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_why(&writer, why, as_of, warnings);
    invocation_json(invocation, &buffer);
}

/* ---- the command ---- */

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    Arena *arena = invocation->arena;
    Text source;
    Expression *expression = NULL;
    TRY(invocation_expression(invocation, chosen->file, 1, &source, err));
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(diagnose_compile(invocation, app, source, EXPECT_ANY_VALUE, &expression));
    WhyQuestion question = {.expression = expression,
                            .code = invocation_argument(invocation, 0),
                            .as_of = chosen->as_of.is_given ? chosen->as_of.value : app_today(app)};
    Why why;
    TRY(app_why(app, &question, arena, &why, err));
    Teller teller = {
        .invocation = invocation, .arena = arena, .language = app_language(app), .why = &why};
    Findings found = {source, diagnostics_new(arena)};
    BreakdownMode mode = {.as_of = question.as_of};
    rule_lint_answer(app, &question.expression, 1, &mode, arena, &found.diagnostics);
    if (invocation->common.is_json) {
        tell_as_json(invocation, &why, question.as_of,
                     (Warnings){&found.diagnostics, teller.language, arena});
        return STATUS_OK;
    }
    tell(&teller, &why, question.as_of);
    diagnose_all(invocation, &found, 1, teller.language);
    return STATUS_OK;
}

const Command command_why = {
    .name = "why",
    .arguments = "CODE 'RULE'",
    .summary = "why a customer is in or out: every part of a rule with its value",
    .details = "Each part is shown with its value for the customer, the days it looks at, the\n"
               "events it saw, and the day on which time alone will change it. Example:\n"
               "  kohorta why 000004 'sum(purchase.amount, last 3 months) > 40000'",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_min = 1,
    .arguments_max = 2,
    .run = run,
};
