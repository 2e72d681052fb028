/* cmd_segment_look.c -- kohorta segment list, show, members, history, test. */
#include "cli/commands.h"

#include "app/rule.h"
#include "app/segments.h"
#include "base/fold.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "cli/rows.h"
#include "cli/segment_show.h"
#include "reply/fields.h"
#include "reply/human.h"
#include "reply/segments.h"

/* The segment that the first argument names. */
static Status open_segment(Invocation *invocation, App **ret_app, const Segment **ret_segment,
                           Error *err)
{
    TRY(invocation_open(invocation, STORE_READ, ret_app, err));
    return registry_get(app_registry(*ret_app), invocation_argument(invocation, 0), ret_segment,
                        err);
}

/* ---- list ---- */

typedef struct {
    Text folder, mode, kind, label;
    bool is_target;
    int format;
} ListOptions;

static const Option list_options[] = {
    OPTION(ListOptions, folder, TEXT, "folder", "'A / B'", "those of this folder and below it"),
    OPTION(ListOptions, mode, TEXT, "mode", "MODE", "those that are dynamic, periodic or manual"),
    OPTION(ListOptions, kind, TEXT, "kind", "general|ban", "those of this kind"),
    OPTION(ListOptions, label, TEXT, "label", "LABEL", "those with this label"),
    OPTION(ListOptions, is_target, FLAG, "target", NULL, "target segments only"),
    OPTION(ListOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write the list"),
};

static bool has_label(const SegmentCard *card, Text label)
{
    for (size_t i = 0; i < card->labels.count; i++)
        if (text_equal_folded(card->labels.items[i], label)) return true;
    return false;
}

static Status check_list_options(const ListOptions *chosen, Error *err)
{
    FormingMode mode;
    SegmentKind kind;
    if (chosen->mode.size > 0 && !forming_mode_parse(chosen->mode, &mode))
        return error_set(err, STATUS_INVALID, "no forming mode '%.*s'", TEXT_FORMAT(chosen->mode));
    if (chosen->kind.size > 0 && !segment_kind_parse(chosen->kind, &kind))
        return error_set(err, STATUS_INVALID, "no kind of segment '%.*s'",
                         TEXT_FORMAT(chosen->kind));
    return STATUS_OK;
}

static bool is_listed(const ListOptions *chosen, const SegmentCard *card, Arena *arena)
{
    if (chosen->kind.size > 0 && !text_equal(chosen->kind, text_of(segment_kind_code(card->kind))))
        return false;
    if (chosen->is_target && !card->is_target) return false;
    if (chosen->label.size > 0 && !has_label(card, chosen->label)) return false;
    if (chosen->mode.size > 0 && !text_equal(chosen->mode, text_of(forming_mode_code(card->mode))))
        return false;
    if (chosen->folder.size == 0) return true;
    Text wanted = text_fold(chosen->folder, arena), folder = text_fold(card->folder, arena);
    Text below = arena_printf(arena, "%.*s / ", TEXT_FORMAT(wanted));
    return text_equal(folder, wanted) || text_starts_with(folder, below);
}

static Value moment_or_missing(bool has_moment, Moment moment)
{
    return has_moment ? value_moment(moment) : value_missing();
}

static Value count_or_missing(bool has_count, uint64_t count)
{
    return has_count ? value_decimal((int64_t)count) : value_missing();
}

/* What a list must not hide: a schedule that does nothing, a segment that is to go, members whom an
 * older rule found. */
static Text remark(const SegmentOverview *overview, OutputOptions format, Arena *arena)
{
    const SegmentCard *card = &overview->segment->card;
    const struct {
        bool is_so;
        Label label;
        const char *code;
    } remarks[] = {
        {card->is_marked_for_deletion, LABEL_MARKED_FOR_DELETION, "marked_for_deletion"},
        {card->is_schedule_off && card->schedule.size > 0, LABEL_SCHEDULE_IS_OFF, "schedule_off"},
        {overview->outdated.is_outdated, LABEL_RULE_CHANGED, "rule_changed"},
    };
    bool is_for_people = format.format == FORMAT_TABLE || format.is_for_excel;
    Text all = TEXT("");
    for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++) {
        if (!remarks[i].is_so) continue;
        Text one =
            is_for_people ? label_get(remarks[i].label, format.language) : text_of(remarks[i].code);
        all = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(all), all.size > 0 ? "; " : "",
                           TEXT_FORMAT(one));
    }
    return all;
}

static void put_overview(Output *output, const SegmentOverview *overview, OutputOptions format,
                         Arena *arena)
{
    const SegmentCard *card = &overview->segment->card;
    bool was_formed = overview->last.id != 0;
    const Value values[] = {
        value_text(card->folder),
        value_text(card->name),
        value_text(segment_mode_word(card->mode, format)),
        value_text(segment_kind_word(card->kind, format)),
        value_text(overview->has_nature ? segment_nature_word(overview->nature, format) : TEXT("")),
        count_or_missing(overview->has_size, overview->size),
        count_or_missing(was_formed, overview->last.joined_count),
        count_or_missing(was_formed, overview->last.left_count),
        moment_or_missing(was_formed, overview->last.at),
        moment_or_missing(overview->has_next, overview->next_run),
        value_text(overview->trouble),
        value_text(remark(overview, format, arena)),
    };
    output_row(output, values);
}

static Status tell_list(const ListOptions *chosen, const SegmentOverview *list, size_t count,
                        Arena *arena, OutputOptions format, Error *err)
{
    const Type text = {.kind = TYPE_TEXT}, number = {.kind = TYPE_DECIMAL};
    const Type moment = {.kind = TYPE_MOMENT};
    Language language = format.language;
    const OutputColumn columns[] = {
        {TEXT("folder"), label_get(LABEL_FOLDER, language), text},
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("mode"), label_get(LABEL_MODE, language), text},
        {TEXT("kind"), label_get(LABEL_KIND, language), text},
        {TEXT("nature"), label_get(LABEL_DATA_NATURE, language), text},
        {TEXT("size"), label_get(LABEL_SIZE, language), number},
        {TEXT("joined"), label_get(LABEL_JOINED, language), number},
        {TEXT("left"), label_get(LABEL_LEFT, language), number},
        {TEXT("formed_at"), label_get(LABEL_FORMED_AT, language), moment},
        {TEXT("next_run"), label_get(LABEL_NEXT_RUN, language), moment},
        {TEXT("failure"), label_get(LABEL_FAILURE, language), text},
        {TEXT("remark"), label_get(LABEL_REMARK, language), text},
    };
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++)
        if (is_listed(chosen, &list[i].segment->card, arena))
            put_overview(output, &list[i], format, arena);
    return output_close(output, err);
}

static void list_as_json(Invocation *invocation, const ListOptions *chosen,
                         const SegmentOverview *list, size_t count)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        if (is_listed(chosen, &list[i].segment->card, invocation->arena))
            reply_segment(&writer, &list[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ListOptions *chosen = given;
    SegmentOverview *list = NULL;
    size_t count = 0;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(check_list_options(chosen, err));
    TRY(segments_overview(app, &invocation->progress, invocation->arena, &list, &count, err));
    OutputOptions format =
        invocation_output(invocation, (OutputFormat)chosen->format, app_language(app));
    if (format.format != FORMAT_JSON)
        return tell_list(chosen, list, count, invocation->arena, format, err);
    list_as_json(invocation, chosen, list, count);
    return STATUS_OK;
}

const Command command_segment_list = {
    .name = "segment list",
    .arguments = "",
    .summary = "segments with members, last forming and next run",
    .options = list_options,
    .options_count = sizeof list_options / sizeof list_options[0],
    .options_size = sizeof(ListOptions),
    .run = run_list,
};

/* ---- show ---- */

typedef struct {
    OptionCount next;
} ShowOptions;

static const Option show_options[] = {
    OPTION(ShowOptions, next, COUNT, "next", "N", "so many next runs of its schedule (3)"),
};

static Status run_show(Invocation *invocation, const void *given, Error *err)
{
    const ShowOptions *chosen = given;
    uint64_t wanted = chosen->next.is_given ? chosen->next.value : NEXT_RUNS_SHOWN;
    AUTO(app_done) App *app = NULL;
    const Segment *segment;
    TRY(open_segment(invocation, &app, &segment, err));
    if (wanted > NEXT_RUNS_MAX)
        return error_set(err, STATUS_INVALID, "--next is from 0 to %d", NEXT_RUNS_MAX);
    return segment_show(invocation, app, segment, (size_t)wanted, err);
}

const Command command_segment_show = {
    .name = "segment show",
    .arguments = "NAME",
    .summary = "show the card of a segment, what it means and what uses it",
    .options = show_options,
    .options_count = sizeof show_options / sizeof show_options[0],
    .options_size = sizeof(ShowOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_show,
};

/* ---- members ---- */

typedef struct {
    OptionDate at;
    Text columns, sort;
    OptionCount forming, limit;
    bool is_for_excel, is_count, is_descending, with_source;
    int format;
} MemberOptions;

static const Option members_options[] = {
    OPTION(MemberOptions, at, DATE, "at", "DATE",
           "the composition and the columns at the end of this day (today)"),
    OPTION(MemberOptions, forming, COUNT, "forming", "N",
           "the composition after this forming, by its number in the journal"),
    OPTION(MemberOptions, is_count, FLAG, "count", NULL, "print how many"),
    OPTION(MemberOptions, columns, TEXT, "columns", "'EXPRESSION as name, ...'",
           "columns instead of those of the card"),
    OPTION(MemberOptions, sort, TEXT, "sort", "COLUMN",
           "order: code, name or a column; customers without a value come last"),
    OPTION(MemberOptions, is_descending, FLAG, "desc", NULL, "the largest first"),
    OPTION(MemberOptions, limit, COUNT, "limit", "N", "at most so many rows"),
    OPTION(MemberOptions, with_source, FLAG, "with-source", NULL,
           "columns source, since, author and reason: how each came in"),
    OPTION(MemberOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write the list"),
    OPTION(MemberOptions, is_for_excel, FLAG, "excel", NULL,
           "CSV that a spreadsheet opens as it is: BOM, headings and values in words"),
};

static Status ask_members(Invocation *invocation, App *app, const Segment *segment,
                          const MemberOptions *chosen, Question *ret_question, Error *err)
{
    Findings findings[2];
    MembersOptions members = {.segment = segment,
                              .columns = chosen->columns,
                              .sort = chosen->sort,
                              .is_descending = chosen->is_descending};
    Status status =
        segment_members_prepare(app, &members, invocation->arena, ret_question, findings, err);
    if (status == STATUS_CONFLICT) return status;
    diagnose_all(invocation, findings, 2, app_language(app));
    return status;
}

static void warn_of_columns(Invocation *invocation, App *app, const Question *question, Text source,
                            Date as_of)
{
    Findings found = {source, diagnostics_new(invocation->arena)};
    BreakdownMode mode = {.as_of = as_of};
    rule_lint_answer(app, &question->expressions[QUESTION_COLUMNS], question->columns_count, &mode,
                     invocation->arena, &found.diagnostics);
    diagnose_all(invocation, &found, 1, app_language(app));
}

/* A bare number, so that scripts can take it. */
static void tell_count(Invocation *invocation, const Segment *segment, const AskMode *mode,
                       uint64_t count)
{
    if (!invocation->common.is_json) {
        invocation_say(invocation, "%llu", (unsigned long long)count);
        return;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    field_text(&writer, "segment", segment->card.code);
    field_date(&writer, "at", true, mode->as_of);
    if (mode->formed.forming_id != 0) field_count(&writer, "forming", mode->formed.forming_id);
    field_count(&writer, "count", count);
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

/* Who trusts the list must know when it is not that of today. */
static Status note_freshness(Invocation *invocation, App *app, const Segment *segment, Date at,
                             Error *err)
{
    FormingRow last;
    Outdated outdated;
    Voice voice = {invocation->arena, app_language(app)};
    if (segment->card.mode == MODE_DYNAMIC) return STATUS_OK;
    TRY(store_last_forming(app_store(app), segment->id, invocation->arena, &last, err));
    TRY(segment_is_outdated(app_store(app), segment, &outdated, err));
    Date asked = segment_last_asked(segment, &last);
    bool is_old = segment->card.is_live && at.day > asked.day && at.day >= app_today(app).day;
    Text note = TEXT("");
    if (last.id == 0)
        note = LABEL_SAY(voice, NEVER_FORMED, segment->card.name);
    else if (is_old)
        note = LABEL_SAY(voice, DAY_HAS_TURNED, segment->card.name,
                         human_date(asked, voice.language, invocation->arena));
    else if (outdated.is_outdated && at.day >= app_today(app).day)
        note = LABEL_SAY(voice, RULE_IS_NEWER,
                         human_value(value_moment(outdated.changed_at), (Type){.kind = TYPE_MOMENT},
                                     voice.language, invocation->arena));
    if (note.size > 0) invocation_note(invocation, "%.*s", TEXT_FORMAT(note));
    return STATUS_OK;
}

/* A look at a dynamic segment asks its rule of everybody: who waits long for it may be told so. */
static void note_cost(Invocation *invocation, const Segment *segment, const Answer *answer,
                      uint64_t nanoseconds, Language language)
{
    const uint64_t second = 1000000000, long_nanoseconds = 5 * second;
    Voice voice = {invocation->arena, language};
    if (segment->card.mode != MODE_DYNAMIC || nanoseconds < long_nanoseconds) return;
    Text note = LABEL_SAY(voice, LOOK_TOOK_LONG, segment->card.name,
                          voice_count(voice, nanoseconds / second),
                          human_count(answer->base_count, language, invocation->arena));
    invocation_note(invocation, "%.*s", TEXT_FORMAT(note));
}

static Status run_members(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const MemberOptions *chosen = given;
    const Segment *segment;
    Question question;
    Answer answer;
    if (chosen->is_count) TRY(invocation_no_workbook((OutputFormat)chosen->format, err));
    TRY(open_segment(invocation, &app, &segment, err));
    TRY(ask_members(invocation, app, segment, chosen, &question, err));
    MembersMoment moment = {.has_day = chosen->at.is_given,
                            .has_forming = chosen->forming.is_given,
                            .day = chosen->at.value,
                            .forming_id = chosen->forming.value};
    AskMode mode = {.want = chosen->is_count ? WANT_COUNT : WANT_LIST,
                    .rows_max = rows_chosen(chosen->limit, ROWS_ALL),
                    .progress = &invocation->progress};
    TRY(segment_members_moment(app, segment, &moment, &mode, err));
    uint64_t begin = invocation->environment->now_nanoseconds();
    TRY(ask_answer(app, &question, &mode, invocation->arena, &answer, err));
    note_cost(invocation, segment, &answer, invocation->environment->now_nanoseconds() - begin,
              app_language(app));
    TRY(note_freshness(invocation, app, segment, mode.as_of, err));
    MembersShown shown = {segment, &mode, &question};
    if (chosen->with_source)
        TRY(segment_members_origins(app, &shown, &answer, invocation->arena, err));
    if (chosen->is_count) {
        tell_count(invocation, segment, &mode, answer.count);
        return STATUS_OK;
    }
    warn_of_columns(invocation, app, &question,
                    chosen->columns.size > 0 ? chosen->columns : segment->card.columns, mode.as_of);
    OutputFormat kind = chosen->is_for_excel ? FORMAT_CSV : (OutputFormat)chosen->format;
    OutputOptions format = invocation_output(invocation, kind, app_language(app));
    format.is_for_excel = chosen->is_for_excel;
    return rows_tell(invocation, &question, &answer, format, err);
}

const Command command_segment_members = {
    .name = "segment members",
    .arguments = "NAME",
    .summary = "who is in a segment, now, at the end of a past day or after a forming",
    .details = "The members of a dynamic segment are found when they are asked for. Examples:\n"
               "  kohorta segment members 'Крупные' --sort revenue --desc --limit 20\n"
               "  kohorta segment members 'Крупные' --at 2026-01-31 --excel > members.csv\n"
               "  kohorta segment members 'Крупные' --forming 12 --count",
    .options = members_options,
    .options_count = sizeof members_options / sizeof members_options[0],
    .options_size = sizeof(MemberOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_members,
};

/* ---- history ---- */

static void history_as_json(Invocation *invocation, const DefinitionVersion *versions, size_t count)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_definition_version(&writer, &versions[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
}

static void tell_version(Invocation *invocation, const DefinitionVersion *version)
{
    char at[DATE_TEXT_MAX];
    const SegmentVersion *kept = &version->version;
    invocation_say(invocation, "%u  %.*s  %.*s%s%.*s", kept->number,
                   TEXT_FORMAT(moment_print_iso(kept->at, at)), TEXT_FORMAT(kept->author),
                   kept->note.size > 0 ? "  " : "", TEXT_FORMAT(kept->note));
    for (size_t i = 0; i < version->differences_count; i++) {
        const CardDifference *difference = &version->differences[i];
        invocation_say(invocation, "    %s: '%.*s' -> '%.*s'", difference->field,
                       TEXT_FORMAT(difference->before), TEXT_FORMAT(difference->after));
    }
}

static Status run_history(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    const Segment *segment;
    DefinitionVersion *versions = NULL;
    size_t count = 0;
    TRY(open_segment(invocation, &app, &segment, err));
    TRY(definition_history(app_store(app), segment->id, invocation->arena, &versions, &count, err));
    if (invocation->common.is_json) {
        history_as_json(invocation, versions, count);
        return STATUS_OK;
    }
    for (size_t i = 0; i < count; i++)
        tell_version(invocation, &versions[i]);
    return STATUS_OK;
}

const Command command_segment_history = {
    .name = "segment history",
    .arguments = "NAME",
    .summary = "who changed the card of a segment, when and what",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_history,
};

/* ---- test ---- */

typedef struct {
    Text rule;
} TestOptions;

static const Option test_options[] = {
    OPTION(TestOptions, rule, TEXT, "rule", "'RULE'", "try them with this rule instead"),
};

static void tests_as_json(Invocation *invocation, const TestOutcome *outcomes, size_t count)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_test_outcome(&writer, &outcomes[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
}

/* By the rule. */
static void tell_test_of_rule(Invocation *invocation, const TestOutcome *outcome)
{
    Text code = outcome->test.customer;
    if (outcome->test.must_be_in)
        invocation_say(invocation,
                       outcome->is_in ? "holds  %.*s must be in and is"
                                      : "fails  %.*s must be in and is not",
                       TEXT_FORMAT(code));
    else
        invocation_say(invocation,
                       outcome->is_in ? "fails  %.*s must not be in and is"
                                      : "holds  %.*s must not be in and is not",
                       TEXT_FORMAT(code));
}

static void tell_test(Invocation *invocation, const TestOutcome *outcome)
{
    bool must_be_in = outcome->test.must_be_in;
    if (outcome->has_rule) tell_test_of_rule(invocation, outcome);
    if (outcome->has_composition && outcome->is_member != must_be_in)
        invocation_say(invocation,
                       must_be_in
                           ? "fails  %.*s must be in; in the composition that stands he is not"
                           : "fails  %.*s must not be in; in the composition that stands he is",
                       TEXT_FORMAT(outcome->test.customer));
}

static Status run_test(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const TestOptions *chosen = given;
    SegmentTrial trial = {.rule = chosen->rule};
    TestOutcome *outcomes = NULL;
    Diagnostics diagnostics = diagnostics_new(invocation->arena);
    TRY(open_segment(invocation, &app, &trial.segment, err));
    size_t count = trial.segment->card.tests_count;
    Status status =
        expression_read_text(chosen->rule, invocation->arena, &trial.rule, &diagnostics);
    if (status == STATUS_OK)
        status = segment_try_tests(app, &trial, invocation->arena, &outcomes, &diagnostics, err);
    diagnose(invocation, &diagnostics, trial.rule.size > 0 ? trial.rule : trial.segment->card.rule,
             app_language(app));
    TRY(status);
    if (invocation->common.is_json) tests_as_json(invocation, outcomes, count);
    for (size_t i = 0; i < count; i++) {
        if (!invocation->common.is_json) tell_test(invocation, &outcomes[i]);
        if (!test_holds(&outcomes[i])) invocation->exit_code = status_exit_code(STATUS_CONFLICT);
    }
    return STATUS_OK;
}

const Command command_segment_test = {
    .name = "segment test",
    .arguments = "NAME",
    .summary = "whether the customers named by --test would be where they belong",
    .details =
        "Ends with 4 when a test fails: by the rule, which pins and exclusions do not touch,\n"
        "or in the composition that stands.",
    .options = test_options,
    .options_count = sizeof test_options / sizeof test_options[0],
    .options_size = sizeof(TestOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_test,
};
