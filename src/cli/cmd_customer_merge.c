/* cmd_customer_merge.c -- kohorta customer merge, unmerge, duplicates, dismiss: customers who are
 * one, or only look like it. */
#include "cli/commands.h"

#include "cli/act_note.h"
#include "cli/labels.h"
#include "reply/human.h"
#include "reply/merging.h"

/* ---- what was done, or would be ---- */

static const Label fate_labels[] = {[MERGE_MOVED] = LABEL_MERGE_MOVED,
                                    [MERGE_OWN] = LABEL_MERGE_OWN,
                                    [MERGE_LEFT] = LABEL_MERGE_LEFT};
static const Label part_labels[] = {
    [MERGED_SEGMENT] = LABEL_SEGMENT,     [MERGED_MARK] = LABEL_MERGE_MARK,
    [MERGED_PIN] = LABEL_MERGE_PIN,       [MERGED_SET] = LABEL_MERGE_SET,
    [MERGED_AGREEMENT] = LABEL_AGREEMENT, [MERGED_OVERRIDE] = LABEL_MERGE_OVERRIDE};

static Text human(Value value, const Property *property, Voice voice)
{
    if (value_is_missing(value)) return TEXT("—");
    return human_value(value, property_value_type(property), voice.language, voice.arena);
}

/* One line each: what it is, what became of it. */
static void tell_values(Invocation *invocation, const MergeOutcome *outcome, Voice voice)
{
    for (size_t i = 0; i < outcome->values_count; i++) {
        const MergedValue *value = &outcome->values[i];
        Text label = labels_or(&value->property->labels, voice.language, value->property->name);
        Text before = human(value->before, value->property, voice);
        Text after = human(value->after, value->property, voice);
        if (value->fate == MERGE_OWN) {
            Text other = human(value->from, value->property, voice);
            Text kept = LABEL_SAY(voice, MERGE_KEPT, before, other);
            invocation_say(invocation, "  %.*s: %.*s", TEXT_FORMAT(label), TEXT_FORMAT(kept));
        } else if (value->fate == MERGE_LEFT) {
            Text left = label_get(LABEL_MERGE_LEFT, voice.language);
            invocation_say(invocation, "  %.*s: %.*s", TEXT_FORMAT(label), TEXT_FORMAT(left));
        } else {
            invocation_say(invocation, "  %.*s: %.*s -> %.*s", TEXT_FORMAT(label),
                           TEXT_FORMAT(before), TEXT_FORMAT(after));
        }
    }
}

static void tell_events(Invocation *invocation, const MergeOutcome *outcome, Voice voice)
{
    for (size_t i = 0; i < outcome->events_count; i++) {
        const MergedEvents *events = &outcome->events[i];
        AUTO(buffer_done) Buffer line = {0};
        Text label = labels_or(&events->stream->labels, voice.language, events->stream->name);
        Text said = LABEL_SAY(voice, MERGE_EVENTS, label, voice_count(voice, events->moved));
        buffer_text(&line, said);
        if (events->identical > 0) {
            said = LABEL_SAY(voice, MERGE_IDENTICAL, voice_count(voice, events->identical));
            buffer_printf(&line, ", %.*s", TEXT_FORMAT(said));
        }
        if (events->left > 0) {
            said = LABEL_SAY(voice, MERGE_EVENTS_LEFT, voice_count(voice, events->left));
            buffer_printf(&line, ", %.*s", TEXT_FORMAT(said));
        }
        invocation_say(invocation, "  %.*s", TEXT_FORMAT(buffer_view(&line)));
    }
}

static void tell_parts(Invocation *invocation, const MergeOutcome *outcome, Voice voice)
{
    for (size_t i = 0; i < outcome->parts_count; i++) {
        const MergedPart *part = &outcome->parts[i];
        Text kind = label_get(part_labels[part->kind], voice.language);
        Text fate = label_get(fate_labels[part->fate], voice.language);
        invocation_say(invocation, "  %.*s '%.*s': %.*s", TEXT_FORMAT(kind),
                       TEXT_FORMAT(part->name), TEXT_FORMAT(fate));
    }
}

static void tell(Invocation *invocation, const MergeOutcome *outcome, bool is_preview, Text title,
                 Voice voice)
{
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_merge(&writer, outcome, is_preview);
        invocation_json(invocation, &buffer);
        return;
    }
    if (is_preview) {
        Text preview = label_get(LABEL_MERGE_PREVIEW, voice.language);
        invocation_say(invocation, "%.*s", TEXT_FORMAT(preview));
    }
    invocation_say(invocation, "%.*s", TEXT_FORMAT(title));
    tell_values(invocation, outcome, voice);
    tell_events(invocation, outcome, voice);
    tell_parts(invocation, outcome, voice);
}

/* ---- merge ---- */

typedef struct {
    OptionList taken;
    Text reason;
    bool keeps_identical, is_preview, is_confirmed;
} MergeOptions;

static const Option merge_options[] = {
    OPTION(MergeOptions, taken, LIST, "take", "PROPERTY",
           "take FROM's value here, though INTO has one; several times"),
    OPTION(MergeOptions, keeps_identical, FLAG, "keep-identical", NULL,
           "events that both have to the letter stay twice"),
    OPTION(MergeOptions, reason, TEXT, "reason", "TEXT", "why they are one"),
    OPTION(MergeOptions, is_preview, FLAG, "preview", NULL,
           "show what would become of everything, and change nothing"),
    OPTION(MergeOptions, is_confirmed, FLAG, "yes", NULL, "really do it"),
};

static Status run_merge(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const MergeOptions *chosen = given;
    MergeOutcome outcome;
    MergeRequest request = {.from = invocation_argument(invocation, 0),
                            .into = invocation_argument(invocation, 1),
                            .taken = chosen->taken.items,
                            .taken_count = chosen->taken.count,
                            .keeps_identical = chosen->keeps_identical,
                            .reason = chosen->reason.data != NULL ? chosen->reason : TEXT(""),
                            .is_preview = chosen->is_preview};
    if (!chosen->is_preview && !chosen->is_confirmed)
        return error_set(err, STATUS_INVALID,
                         "this makes '%.*s' a part of '%.*s'; look with --preview, then add --yes",
                         TEXT_FORMAT(request.from), TEXT_FORMAT(request.into));
    invocation->changed_nothing = chosen->is_preview;
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(customers_merge(&work, &request, invocation->arena, &outcome, err));
    if (!chosen->is_preview) TRY(act_note(app, AUDIT_DATA, TEXT("customers"), "merge", err));
    Voice voice = {invocation->arena, app_language(app)};
    Text title = LABEL_SAY(voice, MERGE_TITLE, outcome.from_code, outcome.into_code);
    tell(invocation, &outcome, chosen->is_preview, title, voice);
    return STATUS_OK;
}

const Command command_customer_merge = {
    .name = "customer merge",
    .arguments = "FROM INTO",
    .summary = "make two customers who are one into one",
    .details =
        "Everything of FROM becomes INTO's: values that INTO lacks, events, memberships and "
        "marks,\n"
        "classes given by hand, rows of saved sets, agreements. FROM is gone, but his code goes "
        "on\n"
        "to be known: customer show and imports that name it come to INTO. kohorta customer\n"
        "unmerge FROM takes it back.\n"
        "  kohorta customer merge 1007 1001 --preview\n"
        "  kohorta customer merge 1007 1001 --take phone --reason 'one shop, two cards' --yes",
    .options = merge_options,
    .options_count = sizeof merge_options / sizeof merge_options[0],
    .options_size = sizeof(MergeOptions),
    .arguments_min = 2,
    .arguments_max = 2,
    .changes_data = true,
    .run = run_merge,
};

/* ---- unmerge ---- */

typedef struct {
    bool is_preview;
} UnmergeOptions;

static const Option unmerge_options[] = {
    OPTION(UnmergeOptions, is_preview, FLAG, "preview", NULL,
           "show what would be given back, and change nothing"),
};

static Status run_unmerge(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const UnmergeOptions *chosen = given;
    MergeOutcome outcome;
    UnmergeRequest request = {invocation_argument(invocation, 0), chosen->is_preview};
    invocation->changed_nothing = chosen->is_preview;
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(customers_unmerge(&work, &request, invocation->arena, &outcome, err));
    if (!chosen->is_preview) TRY(act_note(app, AUDIT_DATA, TEXT("customers"), "unmerge", err));
    Voice voice = {invocation->arena, app_language(app)};
    Text title = LABEL_SAY(voice, UNMERGE_TITLE, outcome.from_code, outcome.into_code);
    tell(invocation, &outcome, chosen->is_preview, title, voice);
    return STATUS_OK;
}

const Command command_customer_unmerge = {
    .name = "customer unmerge",
    .arguments = "FROM",
    .summary = "take the merge of a customer back",
    .details = "FROM is given what he had, as far as nobody changed it since; what stays with the\n"
               "other customer is told.",
    .options = unmerge_options,
    .options_count = sizeof unmerge_options / sizeof unmerge_options[0],
    .options_size = sizeof(UnmergeOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_unmerge,
};

/* ---- duplicates ---- */

enum { GROUPS_USUAL = 100 };

typedef struct {
    OptionCount limit;
    int format;
    bool wants_dismissed;
} DuplicateOptions;

static const Option duplicate_options[] = {
    OPTION(DuplicateOptions, limit, COUNT, "limit", "COUNT", "so many groups (100); 0: all"),
    OPTION(DuplicateOptions, wants_dismissed, FLAG, "dismissed", NULL,
           "those of whom somebody said that they are not one"),
    OPTION(DuplicateOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write them"),
};

static Text signs_of(const DuplicateGroup *group, Voice voice)
{
    AUTO(buffer_done) Buffer line = {0};
    for (DuplicateSign sign = 0; sign < DUPLICATE_SIGN_COUNT; sign++) {
        if (!group->has_sign[sign]) continue;
        Text label = duplicate_sign_label(sign, voice.language);
        buffer_printf(&line, "%s%.*s: %.*s", line.size > 0 ? "; " : "", TEXT_FORMAT(label),
                      TEXT_FORMAT(group->values[sign]));
    }
    return arena_text(voice.arena, buffer_view(&line));
}

static void put_group(Output *output, const DuplicateSuggestion *suggestion, size_t number,
                      Voice voice)
{
    Text signs = signs_of(suggestion->group, voice);
    for (size_t i = 0; i < suggestion->group->customers_count; i++) {
        const Value values[] = {value_decimal((int64_t)number),
                                value_text(suggestion->customers[i].code),
                                value_text(suggestion->customers[i].name), value_text(signs)};
        output_row(output, values);
    }
}

static Status put_duplicates(Invocation *invocation, OutputFormat chosen, const DuplicateList *list,
                             Language language, Error *err)
{
    Type text = {.kind = TYPE_TEXT};
    Voice voice = {invocation->arena, language};
    const OutputColumn columns[] = {
        {TEXT("group"), label_get(LABEL_DUPLICATE_GROUP, language), {.kind = TYPE_DECIMAL}},
        {TEXT("code"), label_get(LABEL_CODE, language), text},
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("same"), label_get(LABEL_DUPLICATE_SAME, language), text},
    };
    OutputOptions format = invocation_output(invocation, chosen, language);
    AUTO(output_done) Output *output = output_open(format, columns, 4);
    for (size_t i = 0; i < list->count; i++)
        put_group(output, &list->items[i], i + 1, voice);
    return output_close(output, err);
}

static Status run_duplicates(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const DuplicateOptions *chosen = given;
    DuplicateList list;
    DuplicateQuery query = {.limit = rows_chosen(chosen->limit, GROUPS_USUAL),
                            .wants_dismissed = chosen->wants_dismissed};
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(customers_find_duplicates(app, query, invocation->arena, &list, err));
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_duplicates(&writer, &list, app_language(app));
        invocation_json(invocation, &buffer);
        return STATUS_OK;
    }
    return put_duplicates(invocation, (OutputFormat)chosen->format, &list, app_language(app), err);
}

const Command command_customer_duplicates = {
    .name = "customer duplicates",
    .arguments = "",
    .summary = "list customers who may be one, and why",
    .details =
        "The same tax number, e-mail, phone (its last ten digits) or name. kohorta customer\n"
        "merge makes them one; kohorta customer dismiss says that they are not.",
    .options = duplicate_options,
    .options_count = sizeof duplicate_options / sizeof duplicate_options[0],
    .options_size = sizeof(DuplicateOptions),
    .run = run_duplicates,
};

/* ---- dismiss ---- */

typedef struct {
    bool takes_back;
} DismissOptions;

static const Option dismiss_options[] = {
    OPTION(DismissOptions, takes_back, FLAG, "undo", NULL, "take it back: list them again"),
};

static Status run_dismiss(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const DismissOptions *chosen = given;
    Text *codes = ARENA_ARRAY(invocation->arena, Text, invocation->arguments_count);
    for (size_t i = 0; i < invocation->arguments_count; i++)
        codes[i] = invocation_argument(invocation, i);
    const DismissOrder order = {codes, invocation->arguments_count, chosen->takes_back};
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(customers_dismiss(&work, &order, invocation->arena, err));
    return act_note(app, AUDIT_DATA, TEXT("customers"),
                    chosen->takes_back ? "dismiss --undo" : "dismiss", err);
}

const Command command_customer_dismiss = {
    .name = "customer dismiss",
    .arguments = "CODE CODE ...",
    .summary = "say that customers who look like one are not",
    .details =
        "A group of possible duplicates whose customers are all named here is not listed any "
        "more;\n"
        "somebody new in it brings it back. kohorta customer duplicates --dismissed lists such "
        "groups.\n"
        "  kohorta customer dismiss 1007 1001\n"
        "  kohorta customer dismiss 1007 1001 --undo",
    .options = dismiss_options,
    .options_count = sizeof dismiss_options / sizeof dismiss_options[0],
    .options_size = sizeof(DismissOptions),
    .arguments_min = 2,
    .arguments_max = ARGUMENTS_ANY,
    .changes_data = true,
    .run = run_dismiss,
};
