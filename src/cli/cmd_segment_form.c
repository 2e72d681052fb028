/* cmd_segment_form.c -- kohorta segment form, undo, changes by hand, and run-due. */
#include "cli/commands.h"

#include "app/chosen.h"
#include "app/due.h"
#include "app/rule.h"
#include "app/segments.h"
#include "cli/diagnose.h"
#include "cli/keep_live.h"
#include "cli/segment_show.h"
#include "reply/classification.h"
#include "reply/fields.h"
#include "reply/human.h"
#include "reply/segments.h"

#include <string.h>

/* ---- what they share ---- */

static void tell_outcomes(Invocation *invocation, const FormingOutcome *outcomes, size_t count)
{
    if (!invocation->common.is_json) {
        for (size_t i = 0; i < count; i++)
            segment_tell_outcome(invocation, &outcomes[i]);
        return;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_forming_outcomes(&writer, outcomes, count);
    invocation_json(invocation, &buffer);
}

static void tell_outcome(Invocation *invocation, const FormingOutcome *outcome)
{
    if (!invocation->common.is_json) {
        segment_tell_outcome(invocation, outcome);
        return;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_forming_outcome(&writer, outcome);
    invocation_json(invocation, &buffer);
}

/* ---- form ---- */

typedef struct {
    bool is_all, is_confirmed;
    Text note;
} FormOptions;

static const Option form_options[] = {
    OPTION(FormOptions, is_all, FLAG, "all", NULL, "all periodic segments"),
    OPTION(FormOptions, note, TEXT, "note", "TEXT", "why, for the journal"),
    OPTION(FormOptions, is_confirmed, FLAG, "yes", NULL,
           "form a manual one though changes by hand are lost"),
};

typedef struct {
    const Segment **items;
    size_t count, capacity;
} SegmentList;

static Status list_wanted(Invocation *invocation, const App *app, bool is_all, SegmentList *list,
                          Error *err)
{
    const Registry *registry = app_registry(app);
    if (is_all == (invocation->arguments_count > 0))
        return error_set(err, STATUS_INVALID, "name segments to form, or give --all");
    for (size_t i = 0; i < registry->count && is_all; i++) {
        const SegmentCard *card = &registry->items[i].card;
        if (card->mode == MODE_PERIODIC && !card->is_marked_for_deletion)
            ARENA_PUSH(invocation->arena, list, &registry->items[i]);
    }
    for (size_t i = 0; i < invocation->arguments_count; i++) {
        const Segment *segment;
        TRY(registry_get(registry, invocation_argument(invocation, i), &segment, err));
        ARENA_PUSH(invocation->arena, list, segment);
    }
    return STATUS_OK;
}

/* Segments that could not be formed make the command fail; the others are formed all the same. */
static void note_failures(Invocation *invocation, const FormingOutcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!outcomes[i].is_formed) invocation->exit_code = status_exit_code(STATUS_CONFLICT);
}

/* What a formed one reads may never have been formed itself; what it asks for may occur nowhere. */
static Status warn_of_read(Invocation *invocation, App *app, const FormOrder *order, Error *err)
{
    uint32_t *ids = ARENA_ARRAY(invocation->arena, uint32_t, order->count);
    for (size_t i = 0; i < order->count; i++)
        ids[i] = order->segments[i]->id;
    TRY(app_refresh(app, err));
    for (size_t i = 0; i < order->count; i++) {
        const Segment *segment = registry_find(app_registry(app), ids[i]);
        if (segment == NULL) continue; /* somebody has deleted it meanwhile */
        Findings found = {segment->card.rule, diagnostics_new(invocation->arena)};
        const Expression *rule = segment_rule(app, segment);
        if (rule == NULL) continue; /* its failure was told */
        BreakdownMode now = {.as_of = app_today(app)};
        rule_lint_answer(app, &rule, 1, &now, invocation->arena, &found.diagnostics);
        diagnose_all(invocation, &found, 1, app_language(app));
    }
    return STATUS_OK;
}

static Status run_form(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const FormOptions *chosen = given;
    SegmentList list = {0};
    FormingOutcome *outcomes = NULL;
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(list_wanted(invocation, app, chosen->is_all, &list, err));
    FormOrder order = {.segments = list.items,
                       .count = list.count,
                       .note = chosen->note,
                       .is_confirmed = chosen->is_confirmed};
    TRY(segments_form_now(&work, &order, invocation->arena, &outcomes, err));
    tell_outcomes(invocation, outcomes, list.count);
    note_failures(invocation, outcomes, list.count);
    return invocation->common.is_quiet ? STATUS_OK : warn_of_read(invocation, app, &order, err);
}

const Command command_segment_form = {
    .name = "segment form",
    .arguments = "NAME...",
    .summary = "find the members of segments anew by their rules",
    .details = "Segments that read each other are formed in their order, and all are published at\n"
               "once. One whose rule fails or whose tests do not hold keeps its members.",
    .options = form_options,
    .options_count = sizeof form_options / sizeof form_options[0],
    .options_size = sizeof(FormOptions),
    .arguments_max = ARGUMENTS_ANY,
    .changes_data = true,
    .run = run_form,
};

/* ---- undo ---- */

typedef struct {
    bool is_confirmed;
} UndoOptions;

static const Option undo_options[] = {
    OPTION(UndoOptions, is_confirmed, FLAG, "yes", NULL,
           "undo it, though changes by hand made since are lost"),
};

static Status run_undo(Invocation *invocation, const void *given, Error *err)
{
    const UndoOptions *chosen = given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const Segment *segment;
    FormingOutcome outcome;
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(registry_get(app_registry(app), invocation_argument(invocation, 0), &segment, err));
    TRY(segment_undo(&work.forming, segment, chosen->is_confirmed, &outcome, err));
    tell_outcome(invocation, &outcome);
    return STATUS_OK;
}

const Command command_segment_undo = {
    .name = "segment undo",
    .arguments = "NAME",
    .summary = "bring back the members before the last forming",
    .details = "Without --yes it only says how many members there would be.\n"
               "Added and removed customers whom it went over come back, with who did it and why.\n"
               "Pins, exclusions and new customers since stay.",
    .options = undo_options,
    .options_count = sizeof undo_options / sizeof undo_options[0],
    .options_size = sizeof(UndoOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_undo,
};

/* ---- by hand ---- */

typedef struct {
    Text reason, file, set;
    OptionDate until;
} HandOptions;

/* Without its folders; empty for standard input. */
static Text file_name_of(const char *path)
{
    if (path == NULL || strcmp(path, "-") == 0) return TEXT("");
    const char *slash = strrchr(path, '/');
    return text_of(slash != NULL ? slash + 1 : path);
}

/* Codes that were typed, of which a lone "-" is standard input; a file; a saved set. */
static Status read_chosen(Invocation *invocation, App *app, const HandOptions *chosen,
                          Chosen *ret_chosen, Error *err)
{
    ChosenSource source = {.codes_count = invocation->arguments_count - 1, .set = chosen->set};
    Text *codes = ARENA_ARRAY(invocation->arena, Text, source.codes_count);
    for (size_t i = 0; i < source.codes_count; i++)
        codes[i] = invocation_argument(invocation, i + 1);
    source.codes = codes;
    const char *path =
        chosen->file.data != NULL ? arena_cstr(invocation->arena, chosen->file) : NULL;
    if (path == NULL && source.codes_count == 1 && text_equal(codes[0], TEXT("-"))) {
        path = "-";
        source.codes_count = 0;
    }
    if (path != NULL) TRY(invocation_codes(invocation, path, &source.list, err));
    source.list_name = file_name_of(path);
    return chosen_read(app, &source, invocation->arena, ret_chosen, err);
}

static Status edit(Invocation *invocation, HandAct act, const HandOptions *chosen, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const Segment *segment;
    FormingOutcome outcome;
    Chosen customers;
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(registry_get(app_registry(app), invocation_argument(invocation, 0), &segment, err));
    TRY(read_chosen(invocation, app, chosen, &customers, err));
    HandEdit hand = {.act = act,
                     .customers = customers.customers,
                     .count = customers.count,
                     .source = customers.source,
                     .source_name = customers.source_name,
                     .reason = chosen->reason,
                     .has_until = chosen->until.is_given,
                     .until = chosen->until.value};
    TRY(segment_edit(&work.forming, segment, &hand, &outcome, err));
    if (customers.list.unknown_count > 0) {
        outcome.unknown_count = customers.list.unknown_count;
        outcome.unknown_example = human_line(customers.list.unknown[0], invocation->arena);
    }
    tell_outcome(invocation, &outcome);
    return STATUS_OK;
}

static Status run_add_member(Invocation *invocation, const void *given, Error *err)
{
    return edit(invocation, HAND_ADD, given, err);
}

static Status run_remove_member(Invocation *invocation, const void *given, Error *err)
{
    return edit(invocation, HAND_REMOVE, given, err);
}

static Status run_pin(Invocation *invocation, const void *given, Error *err)
{
    return edit(invocation, HAND_PIN, given, err);
}

static Status run_exclude(Invocation *invocation, const void *given, Error *err)
{
    return edit(invocation, HAND_EXCLUDE, given, err);
}

static Status run_release(Invocation *invocation, const void *given, Error *err)
{
    return edit(invocation, HAND_RELEASE, given, err);
}

#define HAND_OPTIONS                                                                          \
    OPTION(HandOptions, reason, TEXT, "reason", "TEXT", "why, for the journal and the card"), \
        OPTION(HandOptions, file, TEXT, "file", "FILE",                                       \
               "customers with the codes in a file, one on a line; - is stdin"),              \
        OPTION(HandOptions, set, TEXT, "set", "NAME", "the customers of a saved set")

static const Option edit_options[] = {
    HAND_OPTIONS,
};
static const Option mark_options[] = {
    HAND_OPTIONS,
    OPTION(HandOptions, until, DATE, "until", "DATE", "the last day on which it holds"),
};

static const char hand_details[] =
    "Codes that nobody has end the command when they are typed; in a file they are told and "
    "passed\n"
    "over. Examples:\n"
    "  kohorta segment add-member 'Акция' 000001 000002 --reason 'заявка'\n"
    "  kohorta segment add-member 'Акция' --file codes.txt --reason 'список отдела'\n"
    "  kohorta segment remove-member 'Акция' --set 'Гости выставки'";

#define HAND_COMMAND(variable, words, text, option_table, function)    \
    const Command variable = {                                         \
        .name = words,                                                 \
        .arguments = "NAME [CODE...]",                                 \
        .summary = text,                                               \
        .details = hand_details,                                       \
        .options = option_table,                                       \
        .options_count = sizeof option_table / sizeof option_table[0], \
        .options_size = sizeof(HandOptions),                           \
        .arguments_min = 1,                                            \
        .arguments_max = ARGUMENTS_ANY,                                \
        .changes_data = true,                                          \
        .run = function,                                               \
    }

HAND_COMMAND(command_segment_add_member, "segment add-member",
             "put customers into a manual segment", edit_options, run_add_member);
HAND_COMMAND(command_segment_remove_member, "segment remove-member",
             "take customers out of a manual segment", edit_options, run_remove_member);
HAND_COMMAND(command_segment_pin, "segment pin", "keep customers in whatever the rule says",
             mark_options, run_pin);
HAND_COMMAND(command_segment_exclude, "segment exclude",
             "keep customers out whatever the rule says", mark_options, run_exclude);
HAND_COMMAND(command_segment_release, "segment release", "take a pin or an exclusion back",
             edit_options, run_release);

/* ---- what is due ---- */

static void tell_due(Invocation *invocation, const AppDue *due)
{
    const DueReport *report = &due->segments;
    for (size_t i = 0; i < report->cleared_count; i++)
        invocation_say(invocation, "segment '%.*s': emptied, its clearing date came",
                       TEXT_FORMAT(report->cleared[i]->card.name));
    for (size_t i = 0; i < report->formed_count; i++)
        segment_tell_outcome(invocation, &report->formed[i]);
    for (size_t i = 0; i < report->live_count; i++)
        segment_tell_outcome(invocation, &report->live[i]);
    size_t done_count = report->cleared_count + report->formed_count + report->live_count;
    if (done_count + due->runs_count + due->dropped_sets_count == 0)
        invocation_note(invocation, "nothing is due");
}

static void tell_due_runs(Invocation *invocation, const AppDue *due)
{
    for (size_t i = 0; i < due->runs_count; i++) {
        const DueRun *run = &due->runs[i];
        if (!run->is_run)
            invocation_note(invocation, "classification '%.*s' was not run: %.*s",
                            TEXT_FORMAT(run->name), TEXT_FORMAT(run->failure));
        else if (!invocation->common.is_json)
            invocation_say(invocation, "classification '%.*s': run", TEXT_FORMAT(run->name));
    }
    for (size_t i = 0; i < due->dropped_sets_count && !invocation->common.is_json; i++)
        invocation_say(invocation, "set '%.*s': its last day is over, removed",
                       TEXT_FORMAT(due->dropped_sets[i]));
}

static void due_as_json(Invocation *invocation, const AppDue *due)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    json_key(&writer, "classifications");
    json_begin(&writer, '[');
    for (size_t i = 0; i < due->runs_count; i++)
        reply_due_run(&writer, &due->runs[i]);
    json_end(&writer, ']');
    field_texts(&writer, "dropped_sets", due->dropped_sets, due->dropped_sets_count);
    json_key(&writer, "segments");
    reply_due(&writer, &due->segments);
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

static Status do_what_is_due(Invocation *invocation, bool *ret_is_behind, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    AppDue due;
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(app_run_due(&work, invocation->arena, &due, err));
    note_failures(invocation, due.segments.formed, due.segments.formed_count);
    note_failures(invocation, due.segments.live, due.segments.live_count);
    tell_due_runs(invocation, &due);
    if (invocation->common.is_json)
        due_as_json(invocation, &due);
    else
        tell_due(invocation, &due);
    *ret_is_behind = due.segments.is_behind;
    return STATUS_OK;
}

static Status run_due(Invocation *invocation, const void *given, Error *err)
{
    bool is_behind;
    (void)given;
    TRY(do_what_is_due(invocation, &is_behind, err));
    return is_behind ? keep_live(invocation, err) : STATUS_OK;
}

const Command command_run_due = {
    .name = "run-due",
    .arguments = "",
    .summary =
        "run classifications and form segments whose time has come, empty those to be cleared",
    .details = "A schedule that was missed is run once. For cron, where no server runs:\n"
               "  * * * * * kohorta -d /path/to/data run-due -q",
    .run = run_due,
};
