/* cmd_bulk.c -- kohorta bulk ...: properties of many customers changed in one act, and taken back.
 */
#include "cli/commands.h"

#include "base/decimal.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "reply/bulk.h"
#include "reply/human.h"

enum { GROUPS_SHOWN_MAX = 20, VIEW_COLUMNS_MAX = 5 };

/* ---- telling a proposal ---- */

static Text shown_value(Invocation *invocation, Language language, const Property *property,
                        Value value)
{
    if (value_is_missing(value)) return TEXT("-");
    return human_value(value, property_value_type(property), language, invocation->arena);
}

static void tell_changes(Invocation *invocation, const BulkSummary *summary, Language language)
{
    for (size_t i = 0; i < summary->changes_count && i < GROUPS_SHOWN_MAX; i++) {
        const BulkChangeGroup *group = &summary->changes[i];
        Text before = shown_value(invocation, language, group->property, group->before);
        Text after = shown_value(invocation, language, group->property, group->after);
        invocation_say(invocation, "  %.*s: %.*s -> %.*s (%llu)",
                       TEXT_FORMAT(group->property->name), TEXT_FORMAT(before), TEXT_FORMAT(after),
                       (unsigned long long)group->count);
    }
    if (summary->changes_count > GROUPS_SHOWN_MAX)
        invocation_say(invocation, "  and %zu more kinds of changes; --json has them all",
                       summary->changes_count - GROUPS_SHOWN_MAX);
}

static void tell_left(Invocation *invocation, const BulkSummary *summary, Language language)
{
    for (size_t i = 0; i < summary->skips_count; i++) {
        const BulkSkipGroup *group = &summary->skips[i];
        invocation_say(invocation, "  %.*s: %.*s (%llu)", TEXT_FORMAT(group->property->name),
                       TEXT_FORMAT(skip_reason_label(group->reason, language)),
                       (unsigned long long)group->count);
    }
}

/* `number` 0: a preview. */
static void tell(Invocation *invocation, const BulkProposal *proposal, uint64_t number,
                 Language language)
{
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_bulk_proposal(&writer, proposal, number, SIZE_MAX, language);
        invocation_json(invocation, &buffer);
        return;
    }
    Voice voice = {invocation->arena, language};
    const BulkContent *content = &proposal->plan.content;
    uint64_t contacts = proposal->plan.contacts_count;
    Text whose = contacts > 0 ? LABEL_SAY(voice, BULK_CONTACTS, voice_count(voice, contacts))
                              : LABEL_SAY(voice, BULK_CUSTOMERS,
                                          voice_count(voice, proposal->plan.customers_count));
    Text changed = voice_count(voice, content->changes_count);
    Text title = number > 0
                     ? LABEL_SAY(voice, BULK_DONE, voice_count(voice, number), whose, changed)
                     : LABEL_SAY(voice, BULK_PREVIEW, whose, changed);
    invocation_say(invocation, "%.*s", TEXT_FORMAT(title));
    tell_changes(invocation, &proposal->summary, language);
    if (content->skips_count == 0) return;
    title = LABEL_SAY(voice, BULK_LEFT, voice_count(voice, content->skips_count));
    invocation_say(invocation, "%.*s", TEXT_FORMAT(title));
    tell_left(invocation, &proposal->summary, language);
}

static Status carry_out(Invocation *invocation, AppWork *work, const BulkProposal *proposal,
                        Error *err)
{
    uint64_t number = 0;
    Language language = app_language(work->app);
    Status status = bulk_carry_out(work, proposal, &number, err);
    if (status == STATUS_CONFLICT && !invocation->common.is_json)
        tell_left(invocation, &proposal->summary, language);
    if (status != STATUS_OK) return status;
    tell(invocation, proposal, number, language);
    return STATUS_OK;
}

/* ---- change ---- */

typedef struct {
    Text segment, set, rule, columns;
    OptionDate as_of;
    bool is_preview;
} ChangeOptions;

static const Option change_options[] = {
    OPTION(ChangeOptions, segment, TEXT, "segment", "NAME", "everybody in this segment"),
    OPTION(ChangeOptions, set, TEXT, "set", "NAME", "everybody in this saved set"),
    OPTION(ChangeOptions, rule, TEXT, "rule", "'RULE'", "everybody whom the rule means"),
    OPTION(ChangeOptions, columns, TEXT, "columns", "'EXPRESSION as name, ...'",
           "columns to take values from with @name; a saved set has its own as well"),
    OPTION(ChangeOptions, as_of, DATE, "as-of", "DATE", "the day of rule and columns (today)"),
    OPTION(ChangeOptions, is_preview, FLAG, "preview", NULL,
           "show what would be changed, and change nothing"),
};

static Status read_order(Invocation *invocation, const ChangeOptions *chosen, App *app,
                         BulkOrder *ret_order, Error *err)
{
    int sources =
        (chosen->segment.data != NULL) + (chosen->set.data != NULL) + (chosen->rule.data != NULL);
    if (sources != 1)
        return error_set(err, STATUS_INVALID,
                         "say whom to change with one of --segment, --set and --rule");
    BulkOrder order = {.source = BULK_OF_RULE,
                       .name = chosen->rule,
                       .columns = chosen->columns,
                       .as_of = chosen->as_of.is_given ? chosen->as_of.value : app_today(app),
                       .progress = &invocation->progress};
    if (chosen->segment.data != NULL) {
        order.source = BULK_OF_SEGMENT;
        order.name = text_trim(chosen->segment);
    } else if (chosen->set.data != NULL) {
        order.source = BULK_OF_SET;
        order.name = text_trim(chosen->set);
    }
    Text *changes = ARENA_ARRAY(invocation->arena, Text, invocation->arguments_count);
    for (size_t i = 0; i < invocation->arguments_count; i++)
        changes[i] = invocation_argument(invocation, i);
    order.changes = changes;
    order.changes_count = invocation->arguments_count;
    *ret_order = order;
    return STATUS_OK;
}

static Status propose(Invocation *invocation, const ChangeOptions *chosen, App *app,
                      BulkProposal *ret_proposal, Error *err)
{
    BulkOrder order;
    Findings findings[2];
    TRY(read_order(invocation, chosen, app, &order, err));
    Status status = bulk_propose(app, &order, invocation->arena, findings, ret_proposal, err);
    diagnose_all(invocation, findings, 2, app_language(app));
    return status;
}

static Status run_change(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const ChangeOptions *chosen = given;
    BulkProposal proposal;
    if (chosen->is_preview) {
        TRY(invocation_open(invocation, STORE_READ, &app, err));
        TRY(propose(invocation, chosen, app, &proposal, err));
        tell(invocation, &proposal, 0, app_language(app));
        return STATUS_OK;
    }
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(propose(invocation, chosen, app, &proposal, err));
    return carry_out(invocation, &work, &proposal, err);
}

const Command command_bulk_change = {
    .name = "bulk change",
    .arguments = "property=value ...",
    .summary = "change properties of everybody in a segment or a saved set",
    .details = "  property=value     put this value; property= clears it\n"
               "  property=@column   put the customer's own value of a column\n"
               "  property+=value    add one to several values; property-=value takes it away\n"
               "The act gets a number; kohorta bulk undo NUMBER takes it back.\n"
               "Of a saved set whose rows are contact persons the persons are changed.\n"
               "  kohorta bulk change --set winners interests+=promo --preview\n"
               "  kohorta bulk change --segment Shops employees=@staff --columns 'count(contact) "
               "as staff'",
    .options = change_options,
    .options_count = sizeof change_options / sizeof change_options[0],
    .options_size = sizeof(ChangeOptions),
    .arguments_min = 1,
    .arguments_max = ARGUMENTS_ANY,
    .changes_data = true,
    .run = run_change,
};

/* ---- undo ---- */

static Status read_number(const Invocation *invocation, uint64_t *ret_number, Error *err)
{
    int64_t number;
    int scale;
    Text argument = invocation_argument(invocation, 0);
    if (!decimal_parse(argument, &number, &scale) || scale != 0 || number < 1)
        return error_set(err, STATUS_INVALID,
                         "'%.*s' is no number of an act; kohorta bulk list shows them",
                         TEXT_FORMAT(argument));
    *ret_number = (uint64_t)number;
    return STATUS_OK;
}

typedef struct {
    bool is_preview;
} UndoOptions;

static const Option undo_options[] = {
    OPTION(UndoOptions, is_preview, FLAG, "preview", NULL,
           "show what would be put back, and change nothing"),
};

static Status run_undo(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const UndoOptions *chosen = given;
    BulkProposal proposal;
    uint64_t number;
    TRY(read_number(invocation, &number, err));
    if (chosen->is_preview) {
        TRY(invocation_open(invocation, STORE_READ, &app, err));
        TRY(bulk_propose_undo(app, number, invocation->arena, &proposal, err));
        tell(invocation, &proposal, 0, app_language(app));
        return STATUS_OK;
    }
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(bulk_propose_undo(app, number, invocation->arena, &proposal, err));
    return carry_out(invocation, &work, &proposal, err);
}

const Command command_bulk_undo = {
    .name = "bulk undo",
    .arguments = "NUMBER",
    .summary = "put back what an act changed, where nobody changed it since",
    .options = undo_options,
    .options_count = sizeof undo_options / sizeof undo_options[0],
    .options_size = sizeof(UndoOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_undo,
};

/* ---- list ---- */

static void put_act(Output *output, const BulkAct *act, Language language, Arena *arena)
{
    const Value values[] = {
        value_decimal((int64_t)act->id),
        value_moment(act->at),
        value_text(act->author),
        value_text(bulk_source_words(act, language, arena)),
        value_text(bulk_change_words(act, language)),
        value_decimal((int64_t)act->changed_count),
        value_decimal((int64_t)act->skipped_count),
        act->undone_by > 0 ? value_decimal((int64_t)act->undone_by) : value_missing(),
    };
    output_row(output, values);
}

static Status put_acts(Invocation *invocation, Language language, const BulkAct *acts, size_t count,
                       Error *err)
{
    Type text = {.kind = TYPE_TEXT}, number = {.kind = TYPE_DECIMAL};
    const OutputColumn columns[] = {
        {TEXT("number"), label_get(LABEL_ACT, language), number},
        {TEXT("at"), label_get(LABEL_DATE, language), {.kind = TYPE_MOMENT}},
        {TEXT("author"), label_get(LABEL_AUTHOR, language), text},
        {TEXT("source"), label_get(LABEL_WHOSE, language), text},
        {TEXT("change"), label_get(LABEL_CHANGE, language), text},
        {TEXT("changed"), label_get(LABEL_CHANGED, language), number},
        {TEXT("not_changed"), label_get(LABEL_NOT_CHANGED, language), number},
        {TEXT("undone_by"), label_get(LABEL_UNDONE_BY, language), number},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 8);
    for (size_t i = 0; i < count; i++)
        put_act(output, &acts[i], language, invocation->arena);
    return output_close(output, err);
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    BulkAct *acts = NULL;
    size_t count = 0;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(store_list_bulk_acts(app_store(app), invocation->arena, &acts, &count, err));
    if (!invocation->common.is_json)
        return put_acts(invocation, app_language(app), acts, count, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_bulk_act(&writer, &acts[i], app_language(app));
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_bulk_list = {
    .name = "bulk list",
    .arguments = "",
    .summary = "list the acts that changed many customers",
    .run = run_list,
};

/* ---- show ---- */

typedef struct {
    int format;
    bool shows_left;
} ShowOptions;

static const Option show_options[] = {
    OPTION(ShowOptions, shows_left, FLAG, "left", NULL,
           "what was not changed, and why, instead of what was"),
    OPTION(ShowOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write them"),
};

/* Whom a row is about: the customer, and in an act on contact persons the person. */
static size_t put_whom(const BulkView *view, CustomerId customer, Text contact, Value *values)
{
    size_t count = 0;
    values[count++] = value_text(code_book_find(&view->codes, customer));
    if (view->act.contacts_count > 0) values[count++] = value_text(contact);
    return count;
}

static void put_left_row(Output *output, const BulkView *view, const BulkSkip *skip,
                         Language language)
{
    Value values[VIEW_COLUMNS_MAX];
    size_t count = put_whom(view, skip->customer, skip->contact, values);
    values[count++] = value_text(skip->property->name);
    values[count++] = value_text(skip_reason_label(skip->reason, language));
    output_row(output, values);
}

/* Values of all properties stand in one column, so they are texts there. */
static void put_changed_row(Output *output, const BulkView *view, const BulkChange *change,
                            Arena *arena)
{
    Value values[VIEW_COLUMNS_MAX];
    Type type = property_value_type(change->property);
    size_t count = put_whom(view, change->customer, change->contact, values);
    values[count++] = value_text(change->property->name);
    values[count++] = value_text(value_print(change->before, type, arena));
    values[count++] = value_text(value_print(change->after, type, arena));
    output_row(output, values);
}

static size_t view_columns(const BulkView *view, bool shows_left, Language language,
                           OutputColumn *columns)
{
    Type text = {.kind = TYPE_TEXT};
    size_t count = 0;
    columns[count++] = (OutputColumn){TEXT("code"), label_get(LABEL_CODE, language), text};
    if (view->act.contacts_count > 0)
        columns[count++] =
            (OutputColumn){TEXT("contact"), label_get(LABEL_CONTACT_PERSON, language), text};
    columns[count++] = (OutputColumn){TEXT("property"), label_get(LABEL_PROPERTY, language), text};
    if (shows_left) {
        columns[count++] = (OutputColumn){TEXT("reason"), label_get(LABEL_REASON, language), text};
        return count;
    }
    columns[count++] = (OutputColumn){TEXT("before"), label_get(LABEL_BEFORE, language), text};
    columns[count++] = (OutputColumn){TEXT("after"), label_get(LABEL_AFTER, language), text};
    return count;
}

static Status put_view(Invocation *invocation, const ShowOptions *chosen, const BulkView *view,
                       Language language, Error *err)
{
    OutputColumn columns[VIEW_COLUMNS_MAX];
    size_t count = view_columns(view, chosen->shows_left, language, columns);
    OutputOptions format = invocation_output(invocation, (OutputFormat)chosen->format, language);
    AUTO(output_done) Output *output = output_open(format, columns, count);
    const BulkContent *content = &view->content;
    if (chosen->shows_left)
        for (size_t i = 0; i < content->skips_count; i++)
            put_left_row(output, view, &content->skips[i], language);
    else
        for (size_t i = 0; i < content->changes_count; i++)
            put_changed_row(output, view, &content->changes[i], invocation->arena);
    return output_close(output, err);
}

static Status run_show(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ShowOptions *chosen = given;
    uint64_t number;
    BulkView view;
    TRY(read_number(invocation, &number, err));
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(bulk_view(app, number, invocation->arena, &view, err));
    if (!invocation->common.is_json)
        return put_view(invocation, chosen, &view, app_language(app), err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_bulk_view(&writer, &view, BULK_ROWS_ALL, app_language(app));
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_bulk_show = {
    .name = "bulk show",
    .arguments = "NUMBER",
    .summary = "show what an act changed, customer by customer",
    .options = show_options,
    .options_count = sizeof show_options / sizeof show_options[0],
    .options_size = sizeof(ShowOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_show,
};
